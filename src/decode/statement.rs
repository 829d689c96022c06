//! Decodes statements: which entry, which argument is which, of which type.

use crate::ast::{Argument, ArgumentValue, Block, Clause, ClauseKind, Statement};
use crate::diagnostic::{Diagnostic, suggest};
use crate::expression::tree::{Binary, Expression, Kind as Tree};
use crate::source::Span;
use crate::statement::flow::EXPRESSION;
use crate::statement::{self, BlockShape, Clauses, Entry, Kind, Need, Role, Waits, Yields};
use crate::syntax::arguments::{self, Reading};
use crate::syntax::node::{self, Name, Node, Verb};

/// Decodes statements of one file.
pub(super) struct Decoder {
    pub(super) diagnostics: Vec<Diagnostic>,
}

impl Decoder {
    pub(super) fn block(&mut self, block: &node::Block, role: Role) -> Block {
        let statements = block.nodes.iter().map(|node| self.statement(node, role)).collect();
        Block { statements, span: block.span }
    }

    /// Decodes a node that may stand where `role` says; expressions may stand in any block.
    pub(super) fn statement(&mut self, node: &Node, role: Role) -> Statement {
        let word = match &node.verb {
            Verb::Expression(value) => return self.expression(node, value),
            Verb::Word(word) => word,
        };
        let Some((index, entry)) = statement::find(&word.text, role) else {
            self.unknown(node, word, role);
            return self.unrecognised(node);
        };
        let span = head_span(node, word.span);
        let before = self.diagnostics.len();
        let mut decoded = Statement {
            entry: Some(index),
            span,
            target: node.target.clone(),
            arguments: entry.arguments.iter().map(|_| None).collect(),
            timeout: None,
            block: None,
            clauses: Vec::new(),
        };
        self.arguments(entry, word, &node.arguments, &mut decoded);
        if let (Some(target), Yields::Nothing) = (&node.target, entry.result) {
            self.diagnostics.push(
                Diagnostic::error("no-result", target.span, format!("`{}` has no result to assign", entry.name))
                    .related(word.span, "this statement gives no value")
                    .help("leave out the name and the `=`"),
            );
        }
        self.check_block(entry, word, node);
        decoded.block = node.block.as_ref().map(|block| self.block(block, Role::Statement));
        self.clauses(entry, node, &mut decoded);
        if self.diagnostics[before..].iter().any(|it| it.severity == crate::diagnostic::Severity::Error) {
            // Errors inside the block leave the statement itself usable: only its own make it unusable, and
            // those are found by a missing argument. Lowering never runs on a file with errors.
            decoded.entry = Some(index);
        }
        decoded
    }

    fn expression(&mut self, node: &Node, value: &Expression) -> Statement {
        let span = node.target.as_ref().map_or(value.span, |target| target.span.hull(value.span));
        if let (None, Tree::Binary(Binary::Equal, ..)) = (&node.target, &value.kind) {
            // A comparison as a statement of its own is legal in `expect` and as a block's value only; the
            // compiler can't tell, and a wrong `==` shows as an unused value in the trace of an `if`.
        }
        if let Tree::Call { function, .. } = &value.kind
            && let Some((_, entry)) = statement::find(&function.text, Role::Statement)
        {
            self.diagnostics.push(
                Diagnostic::error("statement-as-call", function.span, format!("`{}` is a statement, not a function", entry.name))
                    .help(format!("write it without brackets: `{} ..`", entry.name)),
            );
        }
        let argument = Argument { value: ArgumentValue::Expression(value.clone()), binding: None, span: value.span };
        Statement {
            entry: statement::find(EXPRESSION, Role::Statement).map(|(index, _)| index),
            span,
            target: node.target.clone(),
            arguments: vec![Some(argument)],
            timeout: None,
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
            block,
            clauses: Vec::new(),
        }
    }

    fn unknown(&mut self, node: &Node, word: &Name, role: Role) {
        let here: Vec<&str> =
            statement::entries().filter(|(_, entry)| entry.role == role).map(|(_, entry)| entry.name).collect();
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
                Diagnostic::error("misplaced", word.span, format!("`{}` can't stand {place}", word.text)).help(belongs)
            }
            None => {
                let error = Diagnostic::error("unknown-statement", word.span, format!("unknown statement `{}`", word.text));
                let help = match suggest(&word.text, here.iter().copied()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None if node.arguments.is_empty() && node.block.is_none() => {
                        format!("a call has brackets: `await {}()`; a value as result is written `return {}`", word.text, word.text)
                    }
                    None => format!("known {place}: {}", here.iter().filter(|name| **name != EXPRESSION).copied().collect::<Vec<_>>().join(", ")),
                };
                error.label("no statement of this name").help(help)
            }
        };
        self.diagnostics.push(error);
    }

    fn arguments(&mut self, entry: &'static Entry, word: &Name, given: &[node::Argument], decoded: &mut Statement) {
        let mut flat = Vec::new();
        for argument in given {
            // In YAML the first argument's scalar may hold several, as in `for: a, b in xs`.
            let first_is_text = entry.arguments.first().is_some_and(|first| first.kind == Kind::Text);
            if argument.name.is_some() || first_is_text {
                flat.push(argument.clone());
                continue;
            }
            match arguments::read_list(argument) {
                Ok(list) => flat.extend(list),
                Err(errors) => self.diagnostics.extend(errors),
            }
        }
        let mut names = Vec::new();
        let mut position = 0;
        for argument in flat {
            if let Some(name) = &argument.name {
                self.named(entry, name, &argument, decoded);
                continue;
            }
            let Some(parameter) = entry.arguments.get(position) else {
                self.surplus(entry, word, &argument);
                continue;
            };
            match parameter.kind {
                // `a, b in xs`: names pile up until the one with `in`.
                Kind::Loop | Kind::TaskOrLoop if is_name(&argument) && parameter.kind == Kind::Loop => {
                    names.extend(name_of(&argument));
                }
                Kind::Kinds => {}
                _ => {
                    let earlier = std::mem::take(&mut names);
                    decoded.arguments[position] = self.value(entry, parameter, &argument, earlier);
                    position += 1;
                }
            }
        }
        if let Some(name) = names.first() {
            self.diagnostics.push(
                Diagnostic::error("missing-in", name.span, format!("`{}` needs `in` and what to walk", entry.name))
                    .help(format!("`{} {} in list {{ .. }}`", entry.name, name.text)),
            );
        }
        self.check_missing(entry, word, decoded);
    }

    fn named(&mut self, entry: &'static Entry, name: &Name, argument: &node::Argument, decoded: &mut Statement) {
        if name.text == "timeout" && entry.waits == Waits::Maybe {
            let Some(value) = &argument.value else { return };
            match arguments::read(value, Reading::Expression) {
                Ok(timeout) => decoded.timeout = Some(timeout),
                Err(errors) => self.diagnostics.extend(errors),
            }
            return;
        }
        let Some(position) = entry.arguments.iter().position(|parameter| parameter.name == name.text) else {
            let known: Vec<&str> = entry.arguments.iter().map(|parameter| parameter.name).collect();
            let error = Diagnostic::error("unknown-argument", name.span, format!("`{}` has no argument `{}`", entry.name, name.text));
            let help = match suggest(&name.text, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None if name.text == "timeout" => "put it round: `timeout 1s { .. }`".to_string(),
                None if known.is_empty() => format!("`{}` takes no arguments", entry.name),
                None => format!("`{}` takes: {}", entry.name, known.join(", ")),
            };
            self.diagnostics.push(error.help(help));
            return;
        };
        if decoded.arguments[position].is_some() {
            self.diagnostics.push(
                Diagnostic::error("duplicate-argument", name.span, format!("`{}` is given twice", name.text))
                    .help("leave one of them out"),
            );
            return;
        }
        let parameter = &entry.arguments[position];
        decoded.arguments[position] = self.value(entry, parameter, argument, Vec::new());
    }

    fn surplus(&mut self, entry: &Entry, word: &Name, argument: &node::Argument) {
        let count = entry.arguments.len();
        let help = match entry.arguments {
            [] => format!("`{}` takes no arguments", word.text),
            parameters => {
                let names: Vec<&str> = parameters.iter().map(|parameter| parameter.name).collect();
                format!("its arguments are: {}", names.join(", "))
            }
        };
        let plural = if count == 1 { "" } else { "s" };
        self.diagnostics.push(
            Diagnostic::error("too-many-arguments", argument.span, format!("`{}` takes {count} argument{plural}", word.text))
                .label("one too many")
                .help(help),
        );
    }

    fn check_missing(&mut self, entry: &Entry, word: &Name, decoded: &Statement) {
        if self.diagnostics.iter().any(|it| decoded.span.start <= it.span.start && it.span.end <= decoded.span.end) {
            return;
        }
        for (parameter, given) in entry.arguments.iter().zip(&decoded.arguments) {
            if parameter.need == Need::Required && given.is_none() {
                self.diagnostics.push(
                    Diagnostic::error("missing-argument", word.span, format!("`{}` needs its argument `{}`", entry.name, parameter.name))
                        .label(format!("{} is missing", parameter.help))
                        .help(format!("for example: `{}`", example(entry.name))),
                );
                return;
            }
        }
    }

    /// Reads an argument's value by its type.
    fn value(
        &mut self,
        entry: &Entry,
        parameter: &statement::Argument,
        argument: &node::Argument,
        earlier: Vec<Name>,
    ) -> Option<Argument> {
        let span = argument.span;
        if let Some(binding) = &argument.binding
            && !(entry.name == "retry" && parameter.name == "times")
        {
            self.diagnostics.push(
                Diagnostic::error("no-binding", binding.span, format!("`{}` binds no name", entry.name))
                    .help("leave out the `as`"),
            );
        }
        let Some(value) = &argument.value else {
            self.diagnostics.push(
                Diagnostic::error("missing-argument", span, format!("`{}` needs its argument `{}`", entry.name, parameter.name))
                    .label("nothing stands before `as`"),
            );
            return None;
        };
        let reading = if parameter.kind == Kind::Text { Reading::Text } else { Reading::Expression };
        let expression = match arguments::read(value, reading) {
            Ok(expression) => expression,
            Err(errors) => {
                self.diagnostics.extend(errors);
                return None;
            }
        };
        let value = match parameter.kind {
            Kind::Word(words) => ArgumentValue::Word(self.word(parameter, words, &expression)?),
            Kind::Kinds => ArgumentValue::Kinds(self.kinds(&expression)),
            Kind::Kind => ArgumentValue::Expression(kind_as_text(expression)),
            Kind::Loop => self.walk(entry, expression, earlier)?,
            Kind::TaskOrLoop => match &expression.kind {
                Tree::Binary(Binary::In, ..) => self.walk(entry, expression, earlier)?,
                _ => ArgumentValue::Expression(expression),
            },
            _ => ArgumentValue::Expression(expression),
        };
        Some(Argument { value, binding: argument.binding.clone(), span })
    }

    fn word(&mut self, parameter: &statement::Argument, words: &[&str], expression: &Expression) -> Option<usize> {
        let text = match &expression.kind {
            Tree::Name(name) => name.clone(),
            Tree::Bool(value) => value.to_string(),
            Tree::Template(pieces) => match pieces.as_slice() {
                [crate::expression::tree::Piece::Text(text)] => text.clone(),
                _ => String::new(),
            },
            _ => String::new(),
        };
        let found = words.iter().position(|word| *word == text);
        if found.is_none() {
            let help = match suggest(&text, words.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("one of: {}", words.join(", ")),
            };
            self.diagnostics.push(
                Diagnostic::error("unknown-word", expression.span, format!("`{}` can't be this", parameter.name)).help(help),
            );
        }
        found
    }

    pub(super) fn kinds(&mut self, expression: &Expression) -> Vec<Name> {
        match &expression.kind {
            Tree::Name(kind) => {
                if !kind.starts_with(char::is_uppercase) {
                    self.diagnostics.push(
                        Diagnostic::error("bad-kind", expression.span, format!("`{kind}` is no kind of error"))
                            .help("kinds start in upper case: `IoError`, `Timeout`, `Cancelled`"),
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

    fn walk(&mut self, entry: &Entry, expression: Expression, earlier: Vec<Name>) -> Option<ArgumentValue> {
        let span = expression.span;
        if let Tree::Binary(Binary::In, left, iterable) = expression.kind
            && let Tree::Name(name) = left.kind
        {
            let mut names = earlier;
            names.push(Name { text: name, span: left.span });
            return Some(ArgumentValue::Loop { names, iterable: *iterable });
        }
        self.diagnostics.push(
            Diagnostic::error("missing-in", span, format!("`{}` needs a name, `in`, and what to walk", entry.name))
                .help(format!("`{} item in list {{ .. }}`", entry.name)),
        );
        None
    }

    fn check_block(&mut self, entry: &Entry, word: &Name, node: &Node) {
        match (&node.block, entry.block) {
            (None, BlockShape::Required) => self.diagnostics.push(
                Diagnostic::error("missing-block", word.span, format!("`{}` needs a block", entry.name))
                    .help(format!("for example: `{}`", example(entry.name))),
            ),
            (Some(block), BlockShape::Nothing) => self.diagnostics.push(
                Diagnostic::error("unexpected-block", block.span.at_start(), format!("`{}` takes no block", entry.name))
                    .related(word.span, "of this statement")
                    .help("leave the block out, or put the statements behind it"),
            ),
            _ => {}
        }
    }

    fn clauses(&mut self, entry: &Entry, node: &Node, decoded: &mut Statement) {
        for clause in &node.clauses {
            let fits = match (clause.word.text.as_str(), entry.clauses) {
                ("else if" | "else", Clauses::Alternatives) => true,
                ("catch" | "else" | "finally", Clauses::Handlers) => true,
                _ => false,
            };
            if !fits {
                let help = match entry.clauses {
                    Clauses::Alternatives => "`else if` and `else` may follow it; put the whole into a `try` to catch errors",
                    Clauses::Handlers => "`catch`, `else` and `finally` may follow it",
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
            if again && matches!(word, "else" | "finally") {
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
                        Diagnostic::error("missing-argument", clause.word.span, "`else if` needs a condition")
                            .help("`else if x > 1 { .. }`"),
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
            "finally" => Some(ClauseKind::Finally),
            "else" => Some(ClauseKind::Else),
            _ => None,
        }
    }
}

fn is_name(argument: &node::Argument) -> bool {
    name_of(argument).is_some()
}

fn name_of(argument: &node::Argument) -> Option<Name> {
    match argument.value.as_ref()? {
        node::Value::Expression(Expression { kind: Tree::Name(name), span }) => {
            Some(Name { text: name.clone(), span: *span })
        }
        _ => None,
    }
}

/// A kind of error stands for itself: `IoError` is the text.
fn kind_as_text(expression: Expression) -> Expression {
    match expression.kind {
        Tree::Name(name) if name.starts_with(char::is_uppercase) => {
            Expression { kind: Tree::Template(vec![crate::expression::tree::Piece::Text(name)]), span: expression.span }
        }
        kind => Expression { kind, span: expression.span },
    }
}

/// The first line of a node: the verb with its arguments.
fn head_span(node: &Node, word: Span) -> Span {
    let start = node.target.as_ref().map_or(word, |target| target.span.hull(word));
    node.arguments.iter().fold(start, |span, argument| span.hull(argument.span))
}

fn head_of(clause: &node::Clause) -> Span {
    clause.arguments.iter().fold(clause.word.span, |span, argument| span.hull(argument.span))
}

/// A statement as it is usually written, for help.
fn example(name: &str) -> &'static str {
    match name {
        "sleep" => "sleep 100ms",
        "block" => "block 100ms",
        "log" => "log \"hello\"",
        "put" => "put orders, item",
        "get" => "item = get orders",
        "if" => "if n > 3 { .. }",
        "while" => "while n < 3 { .. }",
        "for" => "for item in list { .. }",
        "timeout" => "timeout 1s { .. }",
        "retry" => "retry 3, backoff: 100ms { .. }",
        "with" => "with lock { .. }",
        "await" => "result = await fetch(1)",
        "task" => "task fetch(id) { .. }",
        "queue" => "queue orders, capacity: 5",
        "semaphore" => "semaphore pool, permits: 3",
        "limiter" => "limiter api, rate: 2/1s",
        "param" => "param clients, default: 100",
        "main" => "main { .. }",
        _ => "see the reference",
    }
}
