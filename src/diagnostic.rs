//! Errors and warnings as data, and their two renderings: for people (in the manner of rustc) and as
//! JSON for tools.
//!
//! A diagnostic names a place in the user's own file, a cause, and, wherever one is known, a help: what to
//! write instead.

use crate::source::Span;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The file cannot run.
    Error,
    /// The file runs, but probably not as meant.
    Warning,
}

/// One thing to say about a file.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// A stable short name for tools: `unknown-name`, `missing-unit`.
    pub code: &'static str,
    /// What is wrong, in one line.
    pub message: String,
    /// Where.
    pub span: Span,
    /// What is written beside the caret; may be empty.
    pub label: String,
    /// Other places that matter, each with a word on why.
    pub related: Vec<(Span, String)>,
    /// What to do.
    pub help: Option<String>,
    /// A statement that shows it, in the text form: [`help`](Self::help) is then what introduces it.
    pub example: Option<String>,
}

impl Diagnostic {
    /// An error with no label, related place or help yet.
    pub fn error(code: &'static str, span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            severity: Severity::Error,
            code,
            message: message.into(),
            span,
            label: String::new(),
            related: Vec::new(),
            help: None,
            example: None,
        }
    }

    /// A warning with no label, related place or help yet.
    pub fn warning(code: &'static str, span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic { severity: Severity::Warning, ..Diagnostic::error(code, span, message) }
    }

    /// Says something beside the caret.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Diagnostic {
        self.label = label.into();
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Diagnostic {
        self.help = Some(help.into());
        self
    }

    /// Says what to do by a statement in the text form, which is shown in the form of the file.
    #[must_use]
    pub fn example(mut self, introduction: &str, statement: impl Into<String>) -> Diagnostic {
        self.help = Some(introduction.to_string());
        self.example = Some(statement.into());
        self
    }

    /// Says which name was probably meant, if one is near.
    #[must_use]
    pub fn nearest(mut self, near: Option<&str>) -> Diagnostic {
        self.help = near.map(|near| format!("did you mean `{near}`?")).or(self.help);
        self
    }

    /// Says what to do by a statement, if nothing has been said.
    #[must_use]
    pub fn or_example(self, introduction: &str, statement: impl Into<String>) -> Diagnostic {
        if self.help.is_some() { self } else { self.example(introduction, statement) }
    }

    /// Says what to do, if anything is known.
    #[must_use]
    pub fn maybe_help(mut self, help: Option<String>) -> Diagnostic {
        self.help = self.help.or(help);
        self
    }

    /// Points at another place too.
    #[must_use]
    pub fn related(mut self, span: Span, label: impl Into<String>) -> Diagnostic {
        self.related.push((span, label.into()));
        self
    }
}

/// The candidate that a misspelt name was most probably meant to be, if any is near enough: one change in
/// three letters, counting a swap of neighbours as one. Of equally near ones that which begins with the same
/// letter, for people rarely miss the first. A single letter is no misspelling of another one.
pub fn suggest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let most = (name.chars().count() / 3).max(1);
    let lower = name.to_lowercase();
    let length = lower.chars().count();
    candidates
        .into_iter()
        .filter(|candidate| *candidate != name)
        .filter_map(|candidate| {
            // Each letter more or less is a change.
            let other = candidate.chars().flat_map(char::to_lowercase).count();
            if length.abs_diff(other) > most {
                return None;
            }
            let distance = strsim::damerau_levenshtein(&lower, &candidate.to_lowercase());
            (distance <= most && distance < length.max(other)).then_some((distance, candidate))
        })
        .min_by_key(|(distance, candidate)| (*distance, candidate.chars().next() != name.chars().next()))
        .map(|(_, candidate)| candidate)
}
