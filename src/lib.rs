//! Javert reads the source of a Hugo site and says what is wrong with it, before anybody builds it.

pub mod cli;
pub mod commands;
pub mod diagnostic;
pub mod disk;
pub mod hugo;
pub mod lint;
pub mod manual;
pub mod markdown;
pub mod page;
pub mod report;
pub mod rules;
pub mod site;
pub mod source;
pub mod tree;
pub mod value;
pub mod variants;
