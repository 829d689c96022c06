//! Decodes arguments: which of the entry's, and of its type.

use super::shape;
use super::statement::Decoder;
use super::words::kind_as_text;
use crate::ast::{Argument, ArgumentValue, Statement};
use crate::diagnostic::{Diagnostic, suggest};
use crate::expression::tree::{Binary, Expression, Kind as Tree};
use crate::source::{Form, Span};
use crate::statement::{self, Binds, BlockShape, Declares, Entry, Kind, Need, Role, Waits, Yields};
use crate::syntax::arguments::{self, Reading};
use crate::syntax::node::{self, Name, Style};

impl Decoder {
    pub(super) fn arguments(
        &mut self,
        entry: &'static Entry,
        word: &Name,
        given: &[node::Argument],
        decoded: &mut Statement,
    ) {
        // What was said last may be about the block that begins with this statement.
        let before = self.diagnostics.len().saturating_sub(1);
        let (flat, errors) = shape::spread(entry, given);
        self.diagnostics.extend(errors);
        let mut names = Vec::new();
        let mut position = 0;
        for (index, argument) in flat.iter().enumerate() {
            if let Some(name) = &argument.name {
                self.named(entry, name, argument, decoded);
                continue;
            }
            let Some(parameter) = entry.arguments.get(position) else {
                self.surplus(entry, word, argument);
                continue;
            };
            match shape::loop_name(parameter.kind, argument, &flat[index + 1..]) {
                Some(name) => names.push(name),
                None => {
                    let earlier = std::mem::take(&mut names);
                    decoded.arguments[position] = self.value(entry, parameter, argument, earlier);
                    position += 1;
                }
            }
        }
        if let Some(name) = names.first() {
            self.diagnostics.push(
                Diagnostic::error(
                    "missing-in",
                    name.span,
                    format!("`{}` needs `in` and what to walk", entry.name),
                )
                .example("for example", format!("{} {} in list {{ .. }}", entry.name, name.text)),
            );
        }
        let is_here =
            |it: &Diagnostic| decoded.span.start <= it.span.start && it.span.end <= decoded.span.end;
        if !self.diagnostics[before..].iter().any(is_here) {
            self.check_missing(entry, word, decoded);
        }
    }

    fn named(
        &mut self,
        entry: &'static Entry,
        name: &Name,
        argument: &node::Argument,
        decoded: &mut Statement,
    ) {
        let option = match name.text.as_str() {
            "timeout" if entry.waits != Waits::Never => Some(&mut decoded.timeout),
            "count" if entry.declares == Declares::Resource => Some(&mut decoded.count),
            _ => None,
        };
        if let Some(option) = option {
            return self.option(entry, name, argument, option);
        }
        let Some(position) = entry.arguments.iter().position(|parameter| parameter.name == name.text) else {
            let known = self.known_keys(entry);
            let error = Diagnostic::error(
                "unknown-argument",
                name.span,
                format!("`{}` has no argument `{}`", entry.name, name.text),
            );
            self.diagnostics.push(match suggest(&name.text, known.iter().copied()) {
                near @ Some(_) => error.nearest(near),
                None if name.text == "timeout" && entry.role == Role::Statement => {
                    error.example("put it round", "timeout 1s { .. }")
                }
                None if known.is_empty() => error.help(format!("`{}` takes no arguments", entry.name)),
                None => error.help(format!("`{}` takes: {}", entry.name, known.join(", "))),
            });
            return;
        };
        if decoded.arguments[position].is_some() {
            self.given_twice(name);
            return;
        }
        let parameter = &entry.arguments[position];
        decoded.arguments[position] = self.value(entry, parameter, argument, Vec::new());
    }

    /// An option that many entries share: `timeout:`, `count:`.
    fn option(
        &mut self,
        entry: &Entry,
        name: &Name,
        argument: &node::Argument,
        option: &mut Option<Expression>,
    ) {
        if option.is_some() {
            return self.given_twice(name);
        }
        let Some(value) = &argument.value else {
            let message = format!("`{}` of `{}` has no value", name.text, entry.name);
            self.diagnostics.push(
                Diagnostic::error("missing-argument", argument.span, message)
                    .label("no value is written")
                    .help("write it, or leave the whole out"),
            );
            return;
        };
        match arguments::read(value, Reading::Expression) {
            Ok(value) => *option = Some(value),
            Err(errors) => self.diagnostics.extend(errors),
        }
    }

    fn given_twice(&mut self, name: &Name) {
        self.diagnostics.push(
            Diagnostic::error("duplicate-argument", name.span, format!("`{}` is given twice", name.text))
                .help("leave one of them out"),
        );
    }

    /// What may stand by name in a statement: in YAML that includes its block, target and clauses.
    fn known_keys(&self, entry: &Entry) -> Vec<&'static str> {
        let mut known: Vec<&str> = entry.arguments.iter().map(|parameter| parameter.name).collect();
        known.extend((entry.waits != Waits::Never).then_some("timeout"));
        known.extend((entry.declares == Declares::Resource).then_some("count"));
        if self.form == Form::Yaml {
            known.extend((entry.block != BlockShape::Nothing).then_some("do"));
            known.extend((entry.result == Yields::Value).then_some("into"));
            known.extend(entry.clauses.words());
        }
        known
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
            Diagnostic::error(
                "too-many-arguments",
                argument.span,
                format!("`{}` takes {count} argument{plural}", word.text),
            )
            .label("one too many")
            .help(help),
        );
    }

    fn check_missing(&mut self, entry: &Entry, word: &Name, decoded: &Statement) {
        for (parameter, given) in entry.arguments.iter().zip(&decoded.arguments) {
            if parameter.need == Need::Required && given.is_none() {
                self.diagnostics.push(
                    Diagnostic::error(
                        "missing-argument",
                        word.span,
                        format!("`{}` needs its argument `{}`", entry.name, parameter.name),
                    )
                    .label(format!("missing: {}", parameter.help))
                    .example("for example", entry.usage),
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
            && parameter.binds == Binds::Nothing
        {
            self.diagnostics.push(
                Diagnostic::error("no-binding", binding.span, format!("`{}` binds no name", entry.name))
                    .help("leave out the `as`"),
            );
        }
        let Some(value) = &argument.value else {
            let error = Diagnostic::error(
                "missing-argument",
                span,
                format!("`{}` needs its argument `{}`", entry.name, parameter.name),
            );
            self.diagnostics.push(error.label("no value is written").example("for example", entry.usage));
            return None;
        };
        if let (Kind::Text, node::Value::Scalar(node::Scalar { style: Style::Cut, span, .. })) =
            (parameter.kind, value)
        {
            let behind = Span { start: span.end, end: span.end };
            self.diagnostics.push(
                Diagnostic::warning("cut-text", behind, "the text ends here: ` #` begins a comment in YAML")
                    .help("if the `#` belongs to the text, quote the whole value"),
            );
        }
        let expression = match arguments::read(value, shape::reading(parameter.kind)) {
            Ok(expression) => expression,
            Err(errors) => {
                self.diagnostics.extend(errors);
                return None;
            }
        };
        let value = match parameter.kind {
            Kind::Word(words) => ArgumentValue::Word(self.word(parameter, words, &expression)?),
            Kind::Kinds => ArgumentValue::Kinds(self.kinds(&expression)),
            Kind::Events => ArgumentValue::Texts(self.events(&expression)),
            Kind::Globs => ArgumentValue::Texts(self.globs(&expression)),
            Kind::Kind => ArgumentValue::Expression(kind_as_text(expression)),
            Kind::CountOrAll if matches!(&expression.kind, Tree::Name(name) if name == "all") => {
                ArgumentValue::Word(0)
            }
            Kind::Loop => self.walk(entry, expression, earlier)?,
            Kind::TaskOrLoop => match &expression.kind {
                Tree::Binary(Binary::In, ..) => self.walk(entry, expression, earlier)?,
                _ => ArgumentValue::Expression(expression),
            },
            _ => ArgumentValue::Expression(expression),
        };
        Some(Argument { value, binding: argument.binding.clone(), span })
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
            Diagnostic::error(
                "missing-in",
                span,
                format!("`{}` needs a name, `in`, and what to walk", entry.name),
            )
            .example("for example", format!("{} item in list {{ .. }}", entry.name)),
        );
        None
    }
}
