//! Decodes arguments that are words of the language or of its tables: they are known before anything runs.

use super::statement::Decoder;
use crate::diagnostic::{Diagnostic, suggest};
use crate::expression::tree::{Expression, Kind as Tree, Piece};
use crate::source::Form;
use crate::statement::Argument;
use crate::statement::events::EVENTS;
use crate::statement::kinds::KINDS;
use crate::syntax::node::Name;

impl Decoder {
    /// One of some words.
    pub(super) fn word(
        &mut self,
        parameter: &Argument,
        words: &[&str],
        expression: &Expression,
    ) -> Option<usize> {
        let text = match &expression.kind {
            Tree::Name(name) => name.clone(),
            Tree::Bool(value) => value.to_string(),
            _ => literal(expression).unwrap_or_default().to_string(),
        };
        let found = words.iter().position(|word| *word == text);
        if found.is_none() {
            let shown = if text.is_empty() { "this".to_string() } else { format!("`{text}`") };
            let help = match suggest(&text, words.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("one of: {}", words.join(", ")),
            };
            self.diagnostics.push(
                Diagnostic::error(
                    "unknown-word",
                    expression.span,
                    format!("`{}` can't be {shown}", parameter.name),
                )
                .help(help),
            );
        }
        found
    }

    /// Kinds of errors: a name or a list of names.
    pub(super) fn kinds(&mut self, expression: &Expression) -> Vec<Name> {
        match &expression.kind {
            Tree::Name(kind) => {
                if !kind.starts_with(char::is_uppercase) {
                    self.diagnostics.push(
                        Diagnostic::error(
                            "bad-kind",
                            expression.span,
                            format!("`{kind}` is no kind of error"),
                        )
                        .help(
                            match suggest(kind, KINDS.iter().map(|(kind, _)| *kind)) {
                                Some(near) => format!("did you mean `{near}`?"),
                                None => {
                                    "kinds start in upper case: `IoError`, `Timeout`, `Cancelled`".to_string()
                                }
                            },
                        ),
                    );
                }
                vec![Name { text: kind.clone(), span: expression.span }]
            }
            Tree::List(items) => items.iter().flat_map(|item| self.kinds(item)).collect(),
            _ => {
                self.diagnostics.push(
                    Diagnostic::error("bad-kind", expression.span, "a kind of error is needed here")
                        .help("`IoError`, or several: `[IoError, Timeout]`"),
                );
                Vec::new()
            }
        }
    }

    /// Kinds of events: a word, a text or a list of them.
    pub(super) fn events(&mut self, expression: &Expression) -> Vec<String> {
        let text = match &expression.kind {
            Tree::List(items) => return items.iter().flat_map(|item| self.events(item)).collect(),
            Tree::Name(name) => name.as_str(),
            _ => literal(expression).unwrap_or_default(),
        };
        let kinds = || EVENTS.iter().map(|(kind, _)| *kind);
        if kinds().any(|kind| kind == text) {
            return vec![text.to_string()];
        }
        let message = match text {
            "" => "a kind of event is needed here".to_string(),
            text => format!("there is no kind of event `{text}`"),
        };
        self.diagnostics.push(
            Diagnostic::error("unknown-event", expression.span, message)
                .help(format!("one of: {}", kinds().collect::<Vec<_>>().join(", ")))
                .nearest(suggest(text, kinds())),
        );
        Vec::new()
    }

    /// Globs: a text or a list of texts.
    pub(super) fn globs(&mut self, expression: &Expression) -> Vec<String> {
        let text = match &expression.kind {
            Tree::List(items) => return items.iter().flat_map(|item| self.globs(item)).collect(),
            _ => literal(expression),
        };
        match text {
            Some(glob) if !glob.is_empty() => vec![glob.to_string()],
            _ => {
                self.diagnostics.push(
                    Diagnostic::error("bad-glob", expression.span, "a glob for names is needed here").help(
                        match self.form {
                            Form::Text => "plain text in quotes, as `\"worker*\"`: `*` stands for any text, `?` for one character",
                            Form::Yaml => "plain text, as `worker*`: `*` stands for any text, `?` for one character",
                        },
                    ),
                );
                Vec::new()
            }
        }
    }
}

/// The text of a template without holes.
pub(super) fn literal(expression: &Expression) -> Option<&str> {
    match &expression.kind {
        Tree::Template(pieces) => match pieces.as_slice() {
            [] => Some(""),
            [Piece::Text(text)] => Some(text),
            _ => None,
        },
        _ => None,
    }
}

/// A kind of error stands for itself: `IoError` is the text.
pub(super) fn kind_as_text(expression: Expression) -> Expression {
    match expression.kind {
        Tree::Name(name) if name.starts_with(char::is_uppercase) => {
            Expression { kind: Tree::Template(vec![Piece::Text(name)]), span: expression.span }
        }
        kind => Expression { kind, span: expression.span },
    }
}
