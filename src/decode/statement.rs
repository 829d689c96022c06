//! Decodes statements: which entry, with which block and clauses.

use super::shape;
use crate::ast::{Argument, ArgumentValue, Block, Statement};
use crate::diagnostic::{Diagnostic, suggest};
use crate::expression::functions;
use crate::expression::tree::{Expression, Kind as Tree, Unary};
use crate::source::{Form, Span};
use crate::statement::flow::EXPRESSION;
use crate::statement::{self, BlockShape, Entry, Role, Yields};
use crate::syntax::node::{self, Name, Node, Verb};
use crate::syntax::yaml::VARIABLES;

/// Decodes statements of one file.
pub(super) struct Decoder {
    pub(super) form: Form,
    pub(super) diagnostics: Vec<Diagnostic>,
}

impl Decoder {
    pub(super) fn block(&mut self, block: &node::Block, role: Role) -> Block {
        let statements = block.nodes.iter().map(|node| self.statement(node, role)).collect();
        Block { statements, span: block.span }
    }

    /// Decodes a node that may stand where `role` says; expressions may stand in any block.
    pub(super) fn statement(&mut self, node: &Node, role: Role) -> Statement {
        let (word, singular) = match &node.verb {
            Verb::Expression(value) => return self.expression(node, value),
            Verb::Word(word) => (word, word.text.as_str()),
            Verb::Section(word) => (word, word.text.strip_suffix('s').unwrap_or("")),
        };
        let Some((index, entry)) = statement::find(singular, role) else {
            self.unknown(node, word, role);
            return self.unrecognised(node);
        };
        let listed = shape::listed_block(entry, node).map(|(node, errors)| {
            self.diagnostics.extend(errors);
            node
        });
        let node = listed.as_ref().unwrap_or(node);
        let span = head_span(node, word.span);
        let mut decoded = Statement {
            entry: Some(index),
            span,
            target: node.target.clone(),
            arguments: entry.arguments.iter().map(|_| None).collect(),
            timeout: None,
            count: None,
            block: None,
            clauses: Vec::new(),
        };
        let lacks_block = entry.arguments.is_empty() && self.form == Form::Text && ends_in_map(node);
        if !self.lacks_dashes(entry, node) && !lacks_block {
            self.arguments(entry, word, &node.arguments, &mut decoded);
        }
        if let (Some(target), Yields::Nothing) = (&node.target, entry.result) {
            self.diagnostics.push(
                Diagnostic::error(
                    "no-result",
                    target.span,
                    format!("`{}` has no result to assign", entry.name),
                )
                .related(word.span, "this statement gives no value")
                .help(match self.form {
                    Form::Text => "leave out the name and the `=`",
                    Form::Yaml => "leave out the `into`",
                }),
            );
        }
        self.check_block(entry, word, node);
        decoded.block = node.block.as_ref().map(|block| self.block(block, Role::Statement));
        self.clauses(entry, node, &mut decoded);
        decoded
    }

    fn expression(&mut self, node: &Node, value: &Expression) -> Statement {
        let span = node.target.as_ref().map_or(value.span, |target| target.span.hull(value.span));
        let mut entry = statement::find(EXPRESSION, Role::Statement).map(|(index, _)| index);
        if let Tree::Call { function, .. } = &value.kind
            && functions::find(&function.text).is_none()
            && let Some((_, statement)) = statement::find(&function.text, Role::Statement)
        {
            entry = None;
            self.diagnostics.push(
                Diagnostic::error(
                    "statement-as-call",
                    function.span,
                    format!("`{}` is a statement, not a function", statement.name),
                )
                .example("write it without brackets", statement.usage),
            );
        }
        let argument =
            Argument { value: ArgumentValue::Expression(value.clone()), binding: None, span: value.span };
        Statement {
            entry,
            span,
            target: node.target.clone(),
            arguments: vec![Some(argument)],
            timeout: None,
            count: None,
            block: None,
            clauses: Vec::new(),
        }
    }

    fn unrecognised(&mut self, node: &Node) -> Statement {
        let block = node.block.as_ref().map(|block| self.block(block, Role::Statement));
        Statement {
            entry: None,
            span: node.span,
            target: node.target.clone(),
            arguments: Vec::new(),
            timeout: None,
            count: None,
            block,
            clauses: Vec::new(),
        }
    }

    /// An entry's word as it stands in a file: sections of the YAML form are plurals.
    pub(super) fn written(&self, entry: &Entry) -> String {
        let is_listed = !entry.arguments.is_empty() && entry.block != BlockShape::Nothing;
        let is_section =
            entry.role == Role::Declaration && (entry.is_named() || is_listed) && self.form == Form::Yaml;
        format!("{}{}", entry.name, if is_section { "s" } else { "" })
    }

    fn unknown(&mut self, node: &Node, word: &Name, role: Role) {
        let here: Vec<String> = statement::entries()
            .filter(|(_, entry)| entry.role == role && entry.name != EXPRESSION)
            .map(|(_, entry)| self.written(entry))
            .collect();
        let others: &[&str] = match (role, self.form) {
            (Role::Statement, _) => &["else", "catch", "finally"],
            (Role::Declaration, Form::Yaml) => &[VARIABLES],
            _ => &[],
        };
        let what = match (role, self.form) {
            (Role::Declaration, Form::Yaml) => "section",
            (Role::Declaration, Form::Text) => "declaration",
            _ => "statement",
        };
        if role == Role::Expectation && functions::find_bare(&word.text).is_some() {
            let message = format!("`{}` alone is no condition", word.text);
            self.diagnostics.push(
                Diagnostic::error("not-a-condition", word.span, message)
                    .example("compare it with something, for example", "expect { duration < 5s }"),
            );
            return;
        }
        let elsewhere = statement::entries().find(|(_, entry)| entry.name == word.text && entry.role != role);
        let place = match role {
            Role::Declaration => "at top level",
            Role::Statement => "in a block",
            Role::Expectation => "in `expect`",
        };
        let error = match elsewhere {
            Some((_, entry)) => {
                let belongs = match entry.role {
                    Role::Declaration => "it stands at top level, outside of `main` and tasks",
                    Role::Statement => "it stands inside `main` or a task",
                    Role::Expectation => "it stands inside `expect`",
                };
                Diagnostic::error("misplaced", word.span, format!("`{}` can't stand {place}", word.text))
                    .help(belongs)
            }
            None => {
                let error = Diagnostic::error(
                    "unknown-statement",
                    word.span,
                    format!("unknown {what} `{}`", word.text),
                );
                let help = match suggest(
                    &word.text,
                    here.iter().map(String::as_str).chain(others.iter().copied()),
                ) {
                    _ if begins_negative(node) => "put blanks on both sides of `-`".to_string(),
                    Some(near) => format!("did you mean `{near}`?"),
                    None if role == Role::Statement && foreign(&word.text).is_some() => {
                        format!("did you mean `{}`?", foreign(&word.text).unwrap_or_default())
                    }
                    None if node.arguments.is_empty() && node.block.is_none() => {
                        format!(
                            "a call has brackets: `await {}()`; a value as result is written `return {}`",
                            word.text, word.text
                        )
                    }
                    None => {
                        let sections = if role == Role::Declaration { others } else { &[] };
                        let known: Vec<&str> =
                            here.iter().map(String::as_str).chain(sections.iter().copied()).collect();
                        format!("known {place}: {}", known.join(", "))
                    }
                };
                error.label(format!("no {what} of this name")).help(help)
            }
        };
        self.diagnostics.push(error);
    }

    /// Whether steps were written as a map, without the dashes that make a list.
    fn lacks_dashes(&self, entry: &Entry, node: &Node) -> bool {
        let takes_steps_only = entry.arguments.is_empty() && entry.block == BlockShape::Required;
        takes_steps_only && node.block.is_none() && self.form == Form::Yaml && !node.arguments.is_empty()
    }

    fn check_block(&mut self, entry: &Entry, word: &Name, node: &Node) {
        match (&node.block, entry.block) {
            (None, BlockShape::Required) if self.lacks_dashes(entry, node) => {
                self.diagnostics.push(
                    Diagnostic::error(
                        "missing-block",
                        word.span,
                        format!("`{}` takes a list of steps", entry.name),
                    )
                    .help("in YAML begin each step with `- `"),
                );
            }
            (None, BlockShape::Required) if ends_in_map(node) && self.form == Form::Text => {
                self.diagnostics.push(
                    Diagnostic::error("missing-block", word.span, format!("`{}` needs a block", entry.name))
                        .help(
                            "`{ name: ..` is a map; no `:` stands behind a statement's word: `sleep 100ms`",
                        ),
                );
            }
            (None, BlockShape::Required) => self.diagnostics.push(
                Diagnostic::error("missing-block", word.span, format!("`{}` needs a block", entry.name))
                    .example("for example", entry.usage),
            ),
            (Some(block), BlockShape::Nothing) => self.diagnostics.push(
                Diagnostic::error(
                    "unexpected-block",
                    block.span.at_start(),
                    format!("`{}` takes no block", entry.name),
                )
                .related(word.span, "of this statement")
                .help("leave the block out, or put the statements behind it"),
            ),
            _ => {}
        }
    }
}

/// What other languages call a statement.
fn foreign(word: &str) -> Option<&'static str> {
    Some(match word {
        "print" | "echo" | "console" | "println" => "log",
        "raise" | "throw" | "panic" => "fail",
        "send" | "push" | "enqueue" => "put",
        "recv" | "receive" | "dequeue" => "get",
        "delay" | "pause" => "sleep",
        "async" | "go" | "fork" | "launch" | "start" => "spawn",
        "gather" | "parallel" => "all",
        "select" => "race",
        "foreach" | "each" => "for",
        "call" | "run" => "await",
        _ => return None,
    })
}

/// Whether what stands behind the word is `-x`: probably a subtraction without a blank.
fn begins_negative(node: &Node) -> bool {
    let first = node.arguments.first().and_then(|first| first.value.as_ref());
    let Some(node::Value::Expression(expression)) = first else { return false };
    let mut leftmost = expression;
    while let Tree::Binary(_, left, _) = &leftmost.kind {
        leftmost = left;
    }
    matches!(leftmost.kind, Tree::Unary(Unary::Negate, _))
}

/// Whether what stands where a block is wanted is a map, as in `main { sleep: 1s }`.
fn ends_in_map(node: &Node) -> bool {
    let last = node.arguments.last().and_then(|last| last.value.as_ref());
    matches!(last, Some(node::Value::Expression(Expression { kind: Tree::Map(_), .. })))
}

/// The first line of a node: the verb with its arguments.
fn head_span(node: &Node, word: Span) -> Span {
    let start = node.target.as_ref().map_or(word, |target| target.span.hull(word));
    node.arguments.iter().fold(start, |span, argument| span.hull(argument.span))
}
