//! Blocks for different readers: which of them are versions of one another ([`groups`]), which sentences those share
//! and what role each plays there ([`Sentence`]), and who is in the minority where they disagree ([`Columns`]).
//!
//! Two versions agree in structure if every sentence they share plays the same role in both. What only one of them
//! says is the reason why there are two, and disagrees with nothing.
//!
//! And what one reader sees of a page, which is never its source ([`Projection`]): rules on how a page reads ask that, and
//! report each finding once, with the editions that it holds for.

mod columns;
mod compose;
mod conditions;
mod containers;
mod groups;
mod leaves;
mod lists;
mod outline;
mod projection;
#[cfg(test)]
mod projection_tests;
mod rows;
mod sentences;
mod similarity;
mod suspects;
#[cfg(test)]
mod tests;

pub use columns::{Columns, Dissent, Member, headings, headings_by_words, names, readers};
pub use conditions::{Condition, axis, conditions, reads_the_same_unwrapped, removal, unwrapping};
pub use containers::{Container, containers, is_in_comment};
pub use groups::{Branch, Group, Readers, groups};
pub use lists::{is_numbered, lists};
pub use outline::first_line;
pub use projection::{Coverage, Filling, Node, NodeKind, Projection, Projections, coverage};
pub use rows::{Agreement, Cell, Row, rows};
pub use sentences::{Place, Sentence, admonition};
pub use suspects::Suspects;
