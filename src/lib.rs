//! Javert reads the source of a Hugo site and says what is wrong with it, before anybody builds it.

pub mod hugo;
pub mod markdown;
pub mod page;
pub mod source;
pub mod tree;
pub mod value;
