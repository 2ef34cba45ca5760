//! What Hugo would do with a site's source. The only module that knows Hugo's rules.

pub mod anchors;
pub mod cascade;
pub mod config;
pub mod content;
pub mod dates;
pub mod definitions;
mod extras;
pub mod glob;
pub mod host;
pub mod layouts;
mod legacy_layouts;
mod locate;
pub mod mounts;
mod multihost;
pub mod outputs;
pub mod paths;
pub mod permalinks;
pub mod publish;
pub mod published;
pub mod redirects;
pub mod refusals;
pub mod shortcode;
mod targets;
pub mod templates;
pub mod version;
