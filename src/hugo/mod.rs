//! What Hugo would do with a site's source. The only module that knows Hugo's rules.

mod adapters;
pub mod anchors;
mod audience;
pub mod cascade;
pub mod config;
#[cfg(test)]
mod config_tests;
pub mod content;
pub mod dates;
pub mod definitions;
pub mod dimensions;
pub mod extras;
pub mod glob;
pub mod highlight;
pub mod host;
mod language;
pub mod layouts;
mod legacy_layouts;
mod locate;
mod merge;
pub mod mounts;
mod multihost;
pub mod outputs;
pub mod outside;
pub mod overrides;
pub mod paths;
pub mod permalinks;
pub mod publish;
pub mod published;
pub mod redirects;
pub mod refusals;
pub mod shortcode;
mod targets;
pub mod templates;
mod titles;
pub mod twins;
pub mod version;
