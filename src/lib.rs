//! Javert reads the source of a Hugo site and says what is wrong with it, before anybody builds it.
//!
//! ```text
//! disk ─> Tree ─> Draft ─> Page ─┐
//!                                ├─> Site ─> lint::run ─> [Diagnostic] ─> report
//! hugo: config, mounts, templates┘     │  ▲
//!                                      ▼  │
//!             Site::leaving ─> web::ask ─> Answers          (only with --external)
//!
//! editor ─> lsp::server ─> Site::revise ─> lint::judge_pages ─> findings while typing
//! ```
//!
//! **Facts, then questions, then rules.** A [`page::Page`] is everything one Markdown file *says*, with places and in
//! source order, and nothing about the world. A [`site::Site`] is all pages plus what Hugo *does* with them, for every
//! edition: which URL a file gets ([`hugo::published`]), which ids its headings get ([`site::anchors`]), who sees which
//! block ([`site::edition`]), where each link leads ([`site::links`]). A rule reads facts, asks the site, and reports.
//!
//! What cannot be known is *unknown*, with a reason, and never a finding.
//!
//! # Invariants
//!
//! 1. Parsing never fails: problems are facts.
//! 2. Everything but [`disk`], [`web::ask`], [`lsp::server`], [`commands`] and the binary is a pure function of its arguments; clippy's
//!    `disallowed-methods` enforce it. A site's files come through one door, [`tree::Tree`].
//! 3. Only [`hugo`] knows Hugo's rules, only [`markdown`] knows pulldown-cmark, only [`report::human`] knows
//!    codespan-reporting, only [`value`] knows YAML and TOML parsers, only [`lsp`] knows an editor's protocol, only [`web`] is asynchronous. `tests/tidy.rs`
//!    looks.
//! 4. The same input gives the same bytes of output, whatever the number of threads.
//! 5. A span lies within its source, on character boundaries. Masked text keeps the offsets of its source.
//! 6. The engine names no rule.
//!
//! # Where a change goes
//!
//! | to … | touch |
//! | --- | --- |
//! | add a rule | `src/rules/<name>.rs`, `rules/<name>.md`, its two lines in `src/rules/mod.rs` |
//! | change a message | the rule; `UPDATE=1 cargo test --test rules`; review the page |
//! | teach a new fact | a field of [`page::Page`], its reader in [`markdown`] |
//! | follow Hugo in something | [`hugo`], a case in `fixtures/conformance`, recorded with the real Hugo |
//! | ask the web something else | [`web`], a case in `fixtures/web` that says every request |
//! | add an option of a rule | a field of its struct, its name on the rule's page; the schema and its mistakes follow |
//! | add a setting | [`settings`], its key in `settings::schema`; a test compares the two |
//! | change what is not reported | [`suppressions`], [`baseline`]; what a finding is recognised by is [`fingerprint`] |
//! | bring back what a change removed | [`restore`], a case in `tests/since.rs` |
//! | add an output format | one file in [`report`], one variant of [`cli::Format`], its line in `commands/output.rs`, its reader in `tests/formats.rs` |
//! | help in the editor | one file in `lsp/features`, its lines in `lsp/dispatch.rs` and `lsp/capabilities.rs`, a script in `fixtures/lsp` |
//! | add a sub-command | one file in [`commands`], one variant of [`cli::Command`] |
//! | be at home in another tool | `action.yml`, `.pre-commit-hooks.yaml`, `gitlab-ci.yml`, `editors/`; `tests/adopt.rs` runs them |

pub mod baseline;
pub mod cli;
pub mod commands;
pub mod diagnostic;
pub mod disk;
pub mod edition_set;
pub mod fingerprint;
mod fitted;
pub mod fix;
pub mod fragment;
pub mod hugo;
pub mod lint;
pub mod lsp;
pub mod manual;
pub mod markdown;
pub mod page;
pub mod report;
pub mod restore;
pub mod rules;
pub mod settings;
pub mod site;
pub mod source;
pub mod suppressions;
pub mod tree;
pub mod value;
pub mod variants;
pub mod web;
