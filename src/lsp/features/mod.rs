//! What is answered about pages: one file for each kind of help.

pub(super) mod actions;
pub(super) mod completion;
pub(super) mod hints;
pub(super) mod hover;
pub(super) mod jump;
mod moved;
pub(super) mod outline;
pub(super) mod rename;
mod suppress;
pub(super) mod views;
