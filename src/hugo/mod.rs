//! What Hugo would do with a site's source. The only module that knows Hugo's rules.

pub mod anchors;
pub mod cascade;
pub mod config;
pub mod content;
pub mod definitions;
pub mod glob;
pub mod host;
pub mod mounts;
pub mod paths;
pub mod publish;
pub mod published;
pub mod redirects;
pub mod shortcode;
pub mod templates;
pub mod version;
