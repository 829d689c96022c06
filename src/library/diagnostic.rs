//! What is wrong with a file.

use std::fmt;
use std::sync::Arc;

use crate::diagnostic::{self, Diagnostic as Inner};
use crate::read::Unreadable;
use crate::render::{Colour, report};
use crate::source::Source;

/// How bad it is.
///
/// ```
/// use scenario::{Scenario, Severity};
/// let scenario = Scenario::from_text("queue orders\nmain { sleep 1s }")?;
/// assert_eq!(scenario.warnings()[0].severity(), Severity::Warning);
/// # Ok::<(), scenario::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Severity {
    /// The scenario can't run.
    Error,
    /// The scenario runs, but probably not as it is meant.
    Warning,
}

/// One thing that is wrong with a scenario's file, or probably wrong.
///
/// Shown by `{}`, it looks like an error of rustc: the line, a caret, a help.
///
/// ```
/// let error = scenario::Scenario::from_text("main {\n  sleep 3\n}").unwrap_err();
/// let diagnostic = &error.diagnostics()[0];
/// assert_eq!((diagnostic.line(), diagnostic.column()), (2, 9));
/// assert_eq!(diagnostic.code(), "missing-unit");
/// assert_eq!(diagnostic.help().as_deref(), Some("did you mean `3s` or `3ms`?"));
/// assert!(diagnostic.to_string().contains("2 |   sleep 3\n  |         ^"));
/// ```
#[derive(Clone)]
pub struct Diagnostic {
    source: Arc<Source>,
    inner: Inner,
}

impl Diagnostic {
    pub(super) fn all(source: &Arc<Source>, diagnostics: Vec<Inner>) -> Vec<Diagnostic> {
        diagnostics.into_iter().map(|inner| Diagnostic { source: source.clone(), inner }).collect()
    }

    /// How bad it is.
    pub fn severity(&self) -> Severity {
        match self.inner.severity {
            diagnostic::Severity::Error => Severity::Error,
            diagnostic::Severity::Warning => Severity::Warning,
        }
    }

    /// A short name that stays the same, for tools: `unknown-name`, `missing-unit`.
    pub fn code(&self) -> &'static str {
        self.inner.code
    }

    /// What is wrong, in a line.
    pub fn message(&self) -> &str {
        &self.inner.message
    }

    /// What to do, if anything is known.
    pub fn help(&self) -> Option<String> {
        report::advice(&self.source, &self.inner)
    }

    /// The line in the file, from 1.
    pub fn line(&self) -> usize {
        self.source.place(self.inner.span.start).line
    }

    /// The character in the line, from 1.
    pub fn column(&self) -> usize {
        self.source.place(self.inner.span.start).column
    }
}

impl Diagnostic {
    fn draw(&self) -> String {
        report::diagnostics(&self.source, std::slice::from_ref(&self.inner), Colour::Plain)
    }

    /// All of them, as the command line shows them.
    pub(super) fn draw_all(diagnostics: &[Diagnostic]) -> String {
        diagnostics.iter().map(Diagnostic::draw).collect()
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.draw().trim_end())
    }
}

impl fmt::Debug for Diagnostic {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Diagnostic")
            .field("severity", &self.severity())
            .field("code", &self.code())
            .field("message", &self.message())
            .field("line", &self.line())
            .field("column", &self.column())
            .finish()
    }
}

/// Why a scenario can't be loaded, or can't run: its file can't be read, or something is wrong with it.
///
/// Both `{}` and `{:?}` show all that is wrong, with lines and carets, so that a test which returns it, or unwraps
/// it, fails in plain words.
///
/// ```
/// let error = scenario::Scenario::from_text("main { put ordres, 1 }").unwrap_err();
/// assert_eq!(error.diagnostics()[0].message(), "unknown name `ordres`");
/// assert!(error.to_string().starts_with("error[unknown-name]: unknown name `ordres`"));
///
/// let error = scenario::Scenario::from_path("no/such.scenario").unwrap_err();
/// assert_eq!(error.to_string(), "`no/such.scenario` does not exist");
/// assert!(error.diagnostics().is_empty());
/// ```
pub struct Error {
    reason: Reason,
}

enum Reason {
    /// It can't be read.
    Unreadable(String),
    /// Something is wrong with it.
    Refused(Vec<Diagnostic>),
}

impl Error {
    pub(super) fn refused(diagnostics: Vec<Diagnostic>) -> Error {
        Error { reason: Reason::Refused(diagnostics) }
    }

    pub(super) fn unreadable(unreadable: Unreadable) -> Error {
        Error::plain(match unreadable.advice {
            Some(advice) => format!("{}: {advice}", unreadable.message),
            None => unreadable.message,
        })
    }

    pub(super) fn plain(message: String) -> Error {
        Error { reason: Reason::Unreadable(message) }
    }

    /// All that is wrong with the scenario, warnings included; empty if it could not be read at all.
    ///
    /// See [`Error`] for an example.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        match &self.reason {
            Reason::Unreadable(_) => &[],
            Reason::Refused(diagnostics) => diagnostics,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.reason {
            Reason::Unreadable(message) => formatter.write_str(message),
            Reason::Refused(diagnostics) => formatter.write_str(Diagnostic::draw_all(diagnostics).trim_end()),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{self}")
    }
}

impl std::error::Error for Error {}
