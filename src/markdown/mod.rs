//! Text to facts: what one content file says. The only module that knows pulldown-cmark.

pub mod front_matter;
