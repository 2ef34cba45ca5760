//! One file per sub-command: wiring only.

pub mod check;
pub mod explain;
pub mod rules;

/// What a command printed and how it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ending {
    /// For standard output.
    pub out: String,
    /// For standard error.
    pub err: String,
    /// 0 nothing found, 1 findings, 2 we could not do our job.
    pub code: u8,
}

impl Ending {
    /// We could not do our job.
    pub fn failed(message: impl AsRef<str>) -> Self {
        Self { out: String::new(), err: format!("javert: {}\n", message.as_ref()), code: 2 }
    }
}
