//! Blocks for different readers: which of them are versions of one another ([`groups`]), which sentences those share
//! and what role each plays there ([`Sentence`]), and who is in the minority where they disagree ([`Columns`]).
//!
//! Two versions agree in structure if every sentence they share plays the same role in both. What only one of them
//! says is the reason why there are two, and disagrees with nothing.
//!
//! And what one reader sees of a page, which is never its source ([`Projection`]): rules on how a page reads ask that, and
//! report each finding once, with the editions that it holds for.

mod boxes;
mod columns;
mod compose;
mod conditions;
mod containers;
mod counts;
mod groups;
mod headings;
mod leaves;
mod links;
mod lists;
mod nesting;
mod order;
mod outline;
mod projection;
#[cfg(test)]
mod projection_tests;
mod punctuation;
mod relist;
mod rows;
mod runs;
mod sentences;
mod similarity;
mod suspects;
#[cfg(test)]
mod tests;
mod translations;
mod variables;
mod wording;

pub use boxes::admonitions;
pub use columns::{Columns, Dissent, Member, names, readers};
pub use conditions::{
    Condition, conditions, inner_text, is_same_inside, reads_the_same_unwrapped, removal, unwrapping,
    value_removal,
};
pub use containers::{Container, containers, is_in_comment};
pub use counts::{Count, counts};
pub use groups::{Branch, Group, Readers, groups};
pub use headings::{headings, headings_agree, headings_by_words};
pub use leaves::words;
pub use links::{LinkedWords, alternative, images, links};
pub use lists::{is_numbered, lists};
pub use nesting::{Misplaced, misplaced};
pub use order::{Moved, moved};
pub use outline::{excerpt, first_line};
pub use projection::{Coverage, Filling, Node, NodeKind, Projection, Projections, coverage};
pub use punctuation::{Mark, marks};
pub use relist::{indented_below, marked_like};
pub use rows::{Agreement, Cell, Row, rows};
pub use runs::runs;
pub use sentences::{Place, Sentence, admonition};
pub use suspects::Suspects;
pub use translations::{Pair, Sections, are_in_step, heading_ids, headings_in_common, is_marked_old};
pub use variables::{SpelledOut, spelled_out};
pub use wording::{difference, nearly_same};
