//! Javert reads the source of a Hugo site and says what is wrong with it, before anybody builds it.

pub mod diagnostic;
pub mod hugo;
pub mod manual;
pub mod markdown;
pub mod page;
pub mod rules;
pub mod site;
pub mod source;
pub mod tree;
pub mod value;
pub mod variants;
