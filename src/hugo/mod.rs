//! What Hugo would do with a site's source. The only module that knows Hugo's rules.

pub mod anchors;
pub mod config;
pub mod content;
pub mod definitions;
pub mod mounts;
pub mod paths;
pub mod shortcode;
pub mod templates;
pub mod version;
