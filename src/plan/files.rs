//! The simulated files as declared: what is there at time 0, and what each call costs.

use super::CodeIndex;
use crate::source::Span;

/// The files of a scenario.
#[derive(Clone, Debug, Default)]
pub struct FilesPlan {
    /// What is there at time 0.
    pub initial: Vec<InitialFile>,
    /// What the calls cost.
    pub prices: Prices,
}

/// A file that is there at time 0.
#[derive(Clone, Debug)]
pub struct InitialFile {
    /// Its path; evaluated before time 0.
    pub path: CodeIndex,
    /// What it holds; evaluated before time 0.
    pub text: CodeIndex,
    /// Where it is declared.
    pub span: Span,
}

/// What the calls cost, each evaluated when the call is made; absent: nothing.
#[derive(Clone, Debug, Default)]
pub struct Prices {
    /// Opening a file.
    pub open: Option<CodeIndex>,
    /// Reading a whole file.
    pub read: Option<CodeIndex>,
    /// Reading a line, or finding that there is none.
    pub line: Option<CodeIndex>,
    /// A write.
    pub write: Option<CodeIndex>,
    /// Closing a file.
    pub close: Option<CodeIndex>,
    /// Deleting a file.
    pub delete: Option<CodeIndex>,
}

impl Prices {
    /// The prices with the words that they are declared by.
    pub fn listed(&self) -> [(&'static str, Option<CodeIndex>); 6] {
        [
            ("open", self.open),
            ("read", self.read),
            ("line", self.line),
            ("write", self.write),
            ("close", self.close),
            ("delete", self.delete),
        ]
    }
}
