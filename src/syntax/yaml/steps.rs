//! Makes nodes of YAML values. Knows the shape of steps and sections, and no statement.

use super::super::node::{Argument, Block, Clause, Name, Node, Scalar, Style, Value, Verb};
use super::super::text;
use crate::diagnostic::{Diagnostic, suggest};
use crate::expression::tree::{Expression, Kind};
use crate::source::Span;

/// The words that begin a clause's key; the same as in the text form's grammar.
const CLAUSES: &[&str] = &["else", "else if", "catch", "finally", "exit"];
/// Takes the result.
const INTO: &str = "into";
/// Holds the block.
const DO: &str = "do";
/// The section of shared variables: each entry is an assignment.
pub const VARIABLES: &str = "variables";
/// The section of parameters: each entry is a name and a value, which may be a list or a map.
pub const PARAMETERS: &str = "params";

/// Makes the top-level nodes of a file.
pub(super) fn file(value: &Value, span: Span) -> (Block, Vec<Diagnostic>) {
    let mut steps = Steps { errors: Vec::new() };
    let mut nodes = Vec::new();
    match value {
        Value::Map(entries, _) => {
            for (key, value) in entries {
                steps.top_level(key, value, &mut nodes);
            }
        }
        other => steps.errors.push(
            Diagnostic::error(
                "not-a-map",
                other.span().at_start(),
                "a scenario is a map of settings and sections",
            )
            .help("for example `main:` with a list of steps below it"),
        ),
    }
    (Block { nodes, span }, steps.errors)
}

/// Makes a block of a list of steps.
pub(super) fn block(value: &Value) -> (Block, Vec<Diagnostic>) {
    let mut steps = Steps { errors: Vec::new() };
    let block = steps.block(value);
    (block, steps.errors)
}

struct Steps {
    errors: Vec<Diagnostic>,
}

impl Steps {
    fn top_level(&mut self, key: &Scalar, value: &Value, nodes: &mut Vec<Node>) {
        let word = name(key);
        if !is_word(&key.text) {
            self.errors.push(
                Diagnostic::error("bad-key", key.span, format!("`{}` can't stand at top level", key.text))
                    .help("settings and sections are single words: `seed`, `queues`, `tasks`, `main`"),
            );
            return;
        }
        if !key.text.ends_with('s') {
            let mut node = declaration(Verb::Word(word), key.span.hull(value.span()));
            match value {
                Value::List(..) => node.block = Some(self.block(value)),
                Value::Map(entries, _) => self.settings(entries, &mut node),
                value if is_null(value) => {}
                value => node.arguments.push(positional(value.clone())),
            }
            nodes.push(node);
            return;
        }
        match value {
            value if key.text == VARIABLES && !matches!(value, Value::Map(..)) && !is_null(value) => {
                self.errors.push(
                    Diagnostic::error("bad-section", value.span(), format!("`{}` is a section", key.text))
                        .help(format!("below `{}:`, indented, one `name: ..` for each", key.text)),
                );
            }
            Value::Map(entries, _) => {
                for (key, value) in entries {
                    nodes.extend(self.entry(&word, key, value));
                }
            }
            Value::List(items, _) => {
                for item in items {
                    nodes.extend(self.nameless(&word, item));
                }
            }
            value if is_null(value) => {}
            // A setting, whose word happens to end so.
            value => {
                let mut node = declaration(Verb::Word(word), key.span.hull(value.span()));
                node.arguments.push(positional(value.clone()));
                nodes.push(node);
            }
        }
    }

    /// `orders: {capacity: 5}` in a section.
    fn entry(&mut self, section: &Name, key: &Scalar, value: &Value) -> Option<Node> {
        let span = key.span.hull(value.span());
        if section.text == VARIABLES {
            return self.variable(key, value, span);
        }
        let mut node = declaration(Verb::Section(section.clone()), span);
        node.arguments.push(positional(Value::Scalar(key.clone())));
        match value {
            value if section.text == PARAMETERS => node.arguments.push(positional(value.clone())),
            Value::Map(entries, _) => self.options(entries, &mut node),
            Value::List(..) => node.block = Some(self.block(value)),
            value if is_null(value) => {}
            value => node.arguments.push(positional(value.clone())),
        }
        Some(node)
    }

    fn variable(&mut self, key: &Scalar, value: &Value, span: Span) -> Option<Node> {
        let target = Expression { kind: Kind::Name(key.text.clone()), span: key.span };
        if !is_word(&key.text) {
            self.errors.push(
                Diagnostic::error("bad-name", key.span, format!("`{}` is no name", key.text))
                    .help("letters, digits and `_`, not beginning with a digit"),
            );
            return None;
        }
        match super::super::arguments::read(value, super::super::arguments::Reading::Expression) {
            Ok(initial) => {
                let mut node = declaration(Verb::Expression(initial), span);
                node.target = Some(target);
                Some(node)
            }
            Err(errors) => {
                self.errors.extend(errors);
                None
            }
        }
    }

    /// An item of a section that is a list: a name alone, or options without a name.
    fn nameless(&mut self, section: &Name, item: &Value) -> Option<Node> {
        let mut node = declaration(Verb::Section(section.clone()), item.span());
        match item {
            Value::Scalar(_) => node.arguments.push(positional(item.clone())),
            Value::Map(entries, _) => self.options(entries, &mut node),
            other => {
                self.errors.push(
                    Diagnostic::error(
                        "bad-section",
                        other.span(),
                        format!("a list can't stand in `{}`", section.text),
                    )
                    .help("an item is a name, or a map of options"),
                );
                return None;
            }
        }
        Some(node)
    }

    pub(super) fn block(&mut self, value: &Value) -> Block {
        let nodes = match value {
            Value::List(items, _) => items.iter().filter_map(|item| self.step(item)).collect(),
            value if is_null(value) => Vec::new(),
            value => self.step(value).into_iter().collect(),
        };
        Block { nodes, span: value.span() }
    }

    fn step(&mut self, value: &Value) -> Option<Node> {
        match value {
            Value::Scalar(scalar) if scalar.text.trim().is_empty() => {
                self.errors.push(
                    Diagnostic::error("empty-step", scalar.span, "an empty step")
                        .help("write a statement, or remove the `-`"),
                );
                None
            }
            Value::Scalar(scalar) => {
                match text::parse_statement(&scalar.text, scalar.start(), scalar.whole()) {
                    Ok(node) => Some(Node { comments: comments(scalar), ..node }),
                    Err(errors) => {
                        self.errors.extend(errors);
                        None
                    }
                }
            }
            Value::Map(entries, span) => self.statement(entries, *span),
            other => {
                self.errors.push(
                    Diagnostic::error("bad-step", other.span().at_start(), "a list can't be a step")
                        .help("several statements as one are written `do:` with the list below it"),
                );
                None
            }
        }
    }

    fn statement(&mut self, entries: &[(Scalar, Value)], span: Span) -> Option<Node> {
        let Some(((key, value), options)) = entries.split_first() else {
            self.errors.push(
                Diagnostic::error("empty-step", span, "an empty step")
                    .help("a step is `statement: first argument`"),
            );
            return None;
        };
        if !is_word(&key.text) {
            self.errors.push(not_a_statement(key));
            return None;
        }
        let mut node = declaration(Verb::Word(name(key)), span);
        if !is_null(value) {
            node.arguments.push(positional(value.clone()));
        }
        self.options(options, &mut node);
        Some(node)
    }

    /// What stands below a top-level word that is no section. It may be a misspelt one, with keys such as `f(x)`:
    /// that is said of the word, and not of them.
    fn settings(&mut self, entries: &[(Scalar, Value)], node: &mut Node) {
        for (key, value) in entries {
            if key.text.contains('(') {
                let span = key.span.hull(value.span());
                node.arguments.push(Argument { name: Some(name(key)), value: None, binding: None, span });
            } else {
                self.options(&[(key.clone(), value.clone())], node);
            }
        }
    }

    /// Everything behind the first key.
    fn options(&mut self, entries: &[(Scalar, Value)], node: &mut Node) {
        for (key, value) in entries {
            let first = key.text.split_whitespace().next().unwrap_or_default();
            if key.text == DO {
                node.block = Some(self.block(value));
            } else if key.text == INTO {
                node.target = self.target(value);
            } else if CLAUSES.contains(&first) {
                self.clause(key, value, node);
            } else if is_word(&key.text) {
                let span = key.span.hull(value.span());
                let value = (!is_null(value)).then(|| value.clone());
                node.arguments.push(Argument { name: Some(name(key)), value, binding: None, span });
            } else {
                let help = match suggest(first, CLAUSES.iter().copied()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None if key.text.contains(['(', ')', '[', ']']) => {
                        "inside `{ }` YAML splits at every comma: quote the whole value, or put each key on its own line".to_string()
                    }
                    None => "an argument is a single word; a value with `, ` or `: ` in it stands in quotes".to_string(),
                };
                self.errors.push(
                    Diagnostic::error(
                        "bad-key",
                        key.span,
                        format!("`{}` is no argument and no clause", key.text),
                    )
                    .help(help),
                );
            }
        }
    }

    fn clause(&mut self, key: &Scalar, value: &Value, node: &mut Node) {
        match text::parse_clause_head(&key.text, key.start(), key.whole()) {
            Ok((word, arguments)) => {
                let block = self.block(value);
                node.clauses.push(Clause { word, arguments, block, span: key.span.hull(value.span()) });
            }
            Err(errors) => self.errors.extend(errors),
        }
    }

    fn target(&mut self, value: &Value) -> Option<Expression> {
        let read = match value {
            Value::Scalar(scalar) => text::parse_expression(&scalar.text, scalar.start(), scalar.whole()),
            other => super::super::arguments::read(other, super::super::arguments::Reading::Expression),
        };
        match read {
            Ok(target) if matches!(target.kind, Kind::Name(_) | Kind::Index(..) | Kind::Field(..)) => {
                Some(target)
            }
            Ok(other) => {
                self.errors.push(
                    Diagnostic::error("bad-target", other.span, "`into` names what takes the result")
                        .help("a name, `name[index]` or `name.field`"),
                );
                None
            }
            Err(errors) => {
                self.errors.extend(errors);
                None
            }
        }
    }
}

fn not_a_statement(key: &Scalar) -> Diagnostic {
    let first = key.text.split_whitespace().next().unwrap_or_default();
    let help = if first == "exit" {
        "it stands beside the block of its context, in line with `do:` and below the context's name"
    } else if CLAUSES.contains(&first) {
        "a clause belongs to the step before it: write it without `-`, in line with that step's first word"
    } else if key.text.contains(['"', '\'', ' ']) {
        "a `: ` inside a line means something to YAML: quote the whole step, as in `- 'log \"a: b\"'`"
    } else {
        "the first key of a step is the statement's word: `sleep: 100ms`"
    };
    Diagnostic::error("bad-step", key.span, format!("`{}` is no statement", key.text)).help(help)
}

/// The comments inside a step that is a string.
fn comments(scalar: &Scalar) -> Vec<Name> {
    let found = text::comments(&scalar.text).unwrap_or_default();
    let text = |span: Span| scalar.text.get(span.start as usize..span.end as usize).unwrap_or("").to_string();
    found.into_iter().map(|span| Name { text: text(span), span: scalar.span }).collect()
}

fn declaration(verb: Verb, span: Span) -> Node {
    Node {
        target: None,
        operator: None,
        verb,
        arguments: Vec::new(),
        block: None,
        clauses: Vec::new(),
        comments: Vec::new(),
        span,
    }
}

fn positional(value: Value) -> Argument {
    let span = value.span();
    Argument { name: None, value: Some(value), binding: None, span }
}

fn name(key: &Scalar) -> Name {
    Name { text: key.text.clone(), span: key.span }
}

fn is_null(value: &Value) -> bool {
    matches!(value, Value::Scalar(scalar) if scalar.style != Style::Quoted && scalar.text.is_empty())
}

fn is_word(text: &str) -> bool {
    let mut letters = text.chars();
    letters.next().is_some_and(|first| first.is_alphabetic() || first == '_')
        && letters.all(|letter| letter.is_alphanumeric() || letter == '_')
}
