//! Decodes the clauses behind a block.

use super::statement::Decoder;
use crate::ast::{Clause, ClauseKind, Statement};
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::statement::{Clauses, Entry, Role};
use crate::syntax::arguments::{self, Reading};
use crate::syntax::node::{self, Node};

impl Decoder {
    pub(super) fn clauses(&mut self, entry: &Entry, node: &Node, decoded: &mut Statement) {
        for clause in &node.clauses {
            let fits = matches!(
                (clause.word.text.as_str(), entry.clauses),
                ("else if" | "else", Clauses::Alternatives)
                    | ("catch" | "else" | "finally", Clauses::Handlers)
                    | ("exit", Clauses::Exit)
            );
            if !fits {
                let help = match entry.clauses {
                    Clauses::Alternatives => {
                        "`else if` and `else` may follow it; put the whole into a `try` to catch errors"
                    }
                    Clauses::Handlers => "`catch`, `else` and `finally` may follow it",
                    Clauses::Exit => "only `exit as e` follows it: that runs however the `with` block ends",
                    Clauses::Nothing if clause.word.text == "exit" => {
                        "`exit` belongs to a `context`; what runs in any case stands in a `finally`"
                    }
                    Clauses::Nothing => "put the statement into a `try { .. }` block",
                };
                let message = format!("`{}` can't follow `{}`", clause.word.text, entry.name);
                self.diagnostics.push(Diagnostic::error("bad-clause", clause.word.span, message).help(help));
            }
            let block = self.block(&clause.block, Role::Statement);
            if let Some(kind) = self.clause_kind(clause) {
                decoded.clauses.push(Clause { kind, block, span: head_of(clause) });
            }
        }
        self.check_clause_order(node);
    }

    fn check_clause_order(&mut self, node: &Node) {
        for (index, clause) in node.clauses.iter().enumerate() {
            let word = clause.word.text.as_str();
            let again = node.clauses[..index].iter().any(|earlier| earlier.word.text == word);
            if again && matches!(word, "else" | "finally" | "exit") {
                self.diagnostics.push(
                    Diagnostic::error("bad-clause", clause.word.span, format!("a second `{word}`"))
                        .help("only one may follow a block"),
                );
            }
        }
    }

    fn clause_kind(&mut self, clause: &node::Clause) -> Option<ClauseKind> {
        let read = |argument: &node::Argument| {
            argument.value.as_ref().map(|value| arguments::read(value, Reading::Expression)).transpose()
        };
        match clause.word.text.as_str() {
            "else if" => match clause.arguments.first().map(read) {
                Some(Ok(Some(condition))) => Some(ClauseKind::ElseIf(condition)),
                Some(Err(errors)) => {
                    self.diagnostics.extend(errors);
                    None
                }
                _ => {
                    self.diagnostics.push(
                        Diagnostic::error(
                            "missing-argument",
                            clause.word.span,
                            "`else if` needs a condition",
                        )
                        .example("for example", "if x > 1 { .. } else if x > 0 { .. }"),
                    );
                    None
                }
            },
            "catch" => {
                let mut kinds = Vec::new();
                let mut binding = None;
                for argument in &clause.arguments {
                    match read(argument) {
                        Ok(Some(expression)) => kinds.extend(self.kinds(&expression)),
                        Ok(None) => {}
                        Err(errors) => self.diagnostics.extend(errors),
                    }
                    binding = argument.binding.clone().or(binding);
                }
                Some(ClauseKind::Catch { kinds, binding })
            }
            "exit" => {
                let given = clause.arguments.iter().find(|argument| argument.value.is_some());
                if let Some(argument) = given {
                    self.diagnostics.push(
                        Diagnostic::error("bad-clause", argument.span, "`exit` takes no argument")
                            .label("it runs in any case")
                            .help("`exit as e { .. }`: `e` is the error, or null"),
                    );
                }
                let binding = clause.arguments.iter().find_map(|argument| argument.binding.clone());
                Some(ClauseKind::Exit { binding })
            }
            "finally" => Some(ClauseKind::Finally),
            "else" => Some(ClauseKind::Else),
            _ => None,
        }
    }
}

fn head_of(clause: &node::Clause) -> Span {
    clause.arguments.iter().fold(clause.word.span, |span, argument| span.hull(argument.span))
}
