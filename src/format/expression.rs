//! Prints expressions: canonical blanks, hardly a bracket more than the order of operators needs,
//! literals as the source wrote them.
//!
//! What is printed reads back as the same tree, whatever the tree.

use super::tree::Inner;
use crate::expression::display;
use crate::expression::tree::{Binary, Expression, Kind, Piece, Unary};
use crate::source::Source;
use crate::syntax::text::parse_expression;

/// Where an expression is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Surroundings {
    /// In the text form, or in YAML inside quotes.
    Text,
    /// In a plain YAML scalar, which can't hold `: ` and ` #`.
    Plain,
}

/// How tightly an operator binds; what binds less tightly needs brackets inside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Binding {
    Conditional,
    Or,
    And,
    Not,
    Compare,
    Range,
    Add,
    Multiply,
    Negate,
    Attached,
}

impl Binding {
    /// The binding next tighter.
    fn tighter(self) -> Binding {
        match self {
            Binding::Conditional => Binding::Or,
            Binding::Or => Binding::And,
            Binding::And => Binding::Not,
            Binding::Not => Binding::Compare,
            Binding::Compare => Binding::Range,
            Binding::Range => Binding::Add,
            Binding::Add => Binding::Multiply,
            Binding::Multiply => Binding::Negate,
            Binding::Negate | Binding::Attached => Binding::Attached,
        }
    }

    /// What the operands of an operator have to bind with at least. Brackets that the order of operators does
    /// not need stay where few people know it by heart.
    pub(super) fn operands(self) -> [Binding; 2] {
        match self {
            Binding::Compare => [Binding::Range, Binding::Range],
            Binding::Range => [Binding::Negate, Binding::Negate],
            binding => [binding, binding.tighter()],
        }
    }

    fn of(expression: &Expression) -> Binding {
        match &expression.kind {
            Kind::Conditional { .. } => Binding::Conditional,
            Kind::Unary(Unary::Not, _) => Binding::Not,
            Kind::Unary(Unary::Negate, _) => Binding::Negate,
            Kind::Binary(operator, ..) => Binding::of_operator(*operator),
            _ => Binding::Attached,
        }
    }

    pub(super) fn of_operator(operator: Binary) -> Binding {
        match operator {
            Binary::Or => Binding::Or,
            Binary::And => Binding::And,
            Binary::Range => Binding::Range,
            Binary::Add | Binary::Subtract => Binding::Add,
            Binary::Multiply | Binary::Divide | Binary::Modulo => Binding::Multiply,
            Binary::Equal
            | Binary::NotEqual
            | Binary::Less
            | Binary::LessOrEqual
            | Binary::Greater
            | Binary::GreaterOrEqual
            | Binary::In
            | Binary::NotIn => Binding::Compare,
        }
    }
}

/// Prints the expressions of one file.
pub(super) struct Expressions<'a> {
    pub source: &'a Source,
    pub inner: &'a Inner,
}

impl Expressions<'_> {
    /// An expression on one line.
    pub(super) fn flat(&self, expression: &Expression, surroundings: Surroundings) -> String {
        let mut out = String::new();
        self.write(&mut out, expression, Binding::Conditional, surroundings);
        out
    }

    pub(super) fn write(&self, out: &mut String, expression: &Expression, least: Binding, surroundings: Surroundings) {
        let is_loose = Binding::of(expression) < least;
        out.push_str(if is_loose { "(" } else { "" });
        self.write_kind(out, expression, surroundings);
        out.push_str(if is_loose { ")" } else { "" });
    }

    fn write_kind(&self, out: &mut String, expression: &Expression, surroundings: Surroundings) {
        let write = |out: &mut String, part, least| self.write(out, part, least, surroundings);
        match &expression.kind {
            Kind::Null => out.push_str("null"),
            Kind::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
            Kind::Int(_) | Kind::Float(_) | Kind::Percent(_) | Kind::Duration(_) => {
                out.push_str(&self.literal(expression));
            }
            Kind::Template(pieces) => out.push_str(&self.template(pieces, surroundings)),
            Kind::Name(name) => out.push_str(name),
            Kind::List(items) => {
                out.push('[');
                self.write_list(out, items, surroundings);
                out.push(']');
            }
            Kind::Map(entries) => {
                out.push('{');
                for (index, (key, value)) in entries.iter().enumerate() {
                    out.push_str(if index > 0 { ", " } else { "" });
                    out.push_str(&self.key(key, surroundings));
                    out.push_str(if surroundings == Surroundings::Plain { ":" } else { ": " });
                    write(out, value, Binding::Conditional);
                }
                out.push('}');
            }
            Kind::Comprehension { element, names, iterable, condition } => {
                out.push('[');
                write(out, element, Binding::Conditional);
                out.push_str(" for ");
                out.push_str(&names.iter().map(|name| name.text.as_str()).collect::<Vec<_>>().join(", "));
                out.push_str(" in ");
                write(out, iterable, Binding::Or);
                if let Some(condition) = condition {
                    out.push_str(" if ");
                    write(out, condition, Binding::Or);
                }
                out.push(']');
            }
            Kind::Unary(Unary::Not, operand) => {
                out.push_str("not ");
                write(out, operand, Binding::Not);
            }
            Kind::Unary(Unary::Negate, operand) => {
                out.push('-');
                write(out, operand, Binding::Attached);
            }
            Kind::Binary(operator, left, right) => {
                let [first, second] = Binding::of_operator(*operator).operands();
                write(out, left, first);
                out.push_str(&joined(*operator, left, right));
                write(out, right, second);
            }
            Kind::Conditional { condition, then, otherwise } => {
                write(out, then, Binding::Or);
                out.push_str(" if ");
                write(out, condition, Binding::Or);
                out.push_str(" else ");
                write(out, otherwise, Binding::Conditional);
            }
            Kind::Index(indexed, index) => {
                self.write_base(out, indexed, surroundings);
                out.push('[');
                write(out, index, Binding::Conditional);
                out.push(']');
            }
            Kind::Field(inner, name) => {
                self.write_base(out, inner, surroundings);
                out.push('.');
                out.push_str(&name.text);
            }
            Kind::Call { function, arguments, named } => {
                out.push_str(&function.text);
                out.push('(');
                self.write_list(out, arguments, surroundings);
                for (index, (name, value)) in named.iter().enumerate() {
                    out.push_str(if index > 0 || !arguments.is_empty() { ", " } else { "" });
                    out.push_str(&name.text);
                    out.push_str(" = ");
                    write(out, value, Binding::Conditional);
                }
                out.push(')');
            }
        }
    }

    fn write_list(&self, out: &mut String, items: &[Expression], surroundings: Surroundings) {
        for (index, item) in items.iter().enumerate() {
            out.push_str(if index > 0 { ", " } else { "" });
            self.write(out, item, Binding::Conditional, surroundings);
        }
    }

    /// What an index or a field is attached to. `1.x` would be half a number.
    fn write_base(&self, out: &mut String, base: &Expression, surroundings: Surroundings) {
        let is_number = matches!(base.kind, Kind::Int(_) | Kind::Float(_) | Kind::Percent(_) | Kind::Duration(_));
        if is_number {
            out.push('(');
        }
        self.write(out, base, Binding::Attached, surroundings);
        if is_number {
            out.push(')');
        }
    }

    /// A number as the source wrote it, if it stands there: `0.5s`, `1_000`, `5%`.
    fn literal(&self, expression: &Expression) -> String {
        let written = self.source.slice(expression.span);
        if parse_expression(written, 0, None).is_ok_and(|read| read.kind == expression.kind) {
            return written.trim().to_string();
        }
        match &expression.kind {
            Kind::Int(value) => value.to_string(),
            Kind::Float(value) => format!("{value:?}"),
            Kind::Duration(nanoseconds) => display::duration(*nanoseconds),
            Kind::Percent(value) => {
                let percent = format!("{}%", value * 100.0);
                match parse_expression(&percent, 0, None) {
                    Ok(read) if read.kind == expression.kind => percent,
                    _ => format!("{value:?}"),
                }
            }
            _ => String::new(),
        }
    }

    /// A key of a map: a word stands for itself.
    pub(super) fn key(&self, key: &Expression, surroundings: Surroundings) -> String {
        match &key.kind {
            Kind::Int(number) => number.to_string(),
            Kind::Template(pieces) => match bare_key(pieces) {
                Some(word) => word.to_string(),
                None => self.template(pieces, surroundings),
            },
            _ => self.flat(key, surroundings),
        }
    }

    /// Text in quotes, with escapes.
    fn template(&self, pieces: &[Piece], surroundings: Surroundings) -> String {
        let has = |quote: char| pieces.iter().any(|piece| matches!(piece, Piece::Text(text) if text.contains(quote)));
        let quote = if has('"') && !has('\'') { '\'' } else { '"' };
        let mut out = String::from(quote);
        for piece in pieces {
            match piece {
                Piece::Text(text) => out.push_str(&escaped(text, quote, surroundings)),
                Piece::Hole { .. } => out.push_str(&self.hole(piece, surroundings)),
            }
        }
        out.push(quote);
        out
    }

    fn hole(&self, piece: &Piece, surroundings: Surroundings) -> String {
        let Piece::Hole { value, format } = piece else { return String::new() };
        let value = self.flat(value, surroundings);
        // `{{` would be a brace.
        let value = if value.starts_with('{') { format!("({value})") } else { value };
        match format {
            Some(format) => format!("{{{value}:{}}}", format.text),
            None => format!("{{{value}}}"),
        }
    }

    /// Text without quotes, as a YAML scalar's content holds it.
    pub(super) fn bare_template(&self, pieces: &[Piece]) -> String {
        let show = |piece: &Piece| match piece {
            Piece::Text(text) => braces_doubled(text),
            Piece::Hole { .. } => self.hole(piece, Surroundings::Text),
        };
        pieces.iter().map(show).collect()
    }
}

/// An operator with its blanks: ranges and rates have none.
fn joined(operator: Binary, left: &Expression, right: &Expression) -> String {
    let is_rate = operator == Binary::Divide
        && matches!(left.kind, Kind::Int(_) | Kind::Float(_))
        && matches!(right.kind, Kind::Duration(_));
    if is_rate || operator == Binary::Range {
        operator.symbol().to_string()
    } else {
        format!(" {} ", operator.symbol())
    }
}

/// The word that a key is, if it may stand without quotes.
pub(super) fn bare_key(pieces: &[Piece]) -> Option<&str> {
    let [Piece::Text(text)] = pieces else { return None };
    is_word(text).then_some(text)
}

/// Whether a text is a word of the text form: letters, digits and `_`, not beginning with a digit.
fn is_word(text: &str) -> bool {
    let is_name = |read: Expression| matches!(read.kind, Kind::Name(name) if name == text);
    parse_expression(text, 0, None).is_ok_and(is_name)
}

fn braces_doubled(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let has_opening = text.contains('{');
    let mut letters = text.chars().peekable();
    let mut previous = None;
    while let Some(letter) = letters.next() {
        let is_in_run = has_opening || letters.peek() == Some(&'}') || previous == Some('}');
        match letter {
            '{' => out.push_str("{{"),
            // One without an opening one needs no escape.
            '}' if is_in_run => out.push_str("}}"),
            letter => out.push(letter),
        }
        previous = Some(letter);
    }
    out
}

fn escaped(text: &str, quote: char, surroundings: Surroundings) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in braces_doubled(text).chars() {
        match letter {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            letter if letter == quote => {
                out.push('\\');
                out.push(letter);
            }
            letter => out.push(letter),
        }
    }
    if surroundings == Surroundings::Plain { out.replace(": ", ":\\s").replace(" #", "\\s#") } else { out }
}

#[cfg(test)]
mod tests {
    use super::super::scalar;
    use super::*;
    use crate::source::{Form, Span};
    use crate::syntax::node::Name;

    const BINARY: &[Binary] = &[
        Binary::Or,
        Binary::And,
        Binary::Equal,
        Binary::NotEqual,
        Binary::Less,
        Binary::LessOrEqual,
        Binary::Greater,
        Binary::GreaterOrEqual,
        Binary::In,
        Binary::NotIn,
        Binary::Range,
        Binary::Add,
        Binary::Subtract,
        Binary::Multiply,
        Binary::Divide,
        Binary::Modulo,
    ];
    const TEXTS: &[&str] = &["a: b", " #c", "{", "}", "}}", "\\", "\"", "'", "\n", "名", "x", ":", " "];

    /// Makes expressions at random, by number.
    struct Generator(u64);

    impl Generator {
        fn below(&mut self, count: usize) -> usize {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (self.0 >> 33) as usize % count
        }

        fn boxed(&mut self, depth: usize) -> Box<Expression> {
            Box::new(self.expression(depth))
        }

        fn several(&mut self, depth: usize) -> Vec<Expression> {
            (0..self.below(3)).map(|_| self.expression(depth)).collect()
        }

        fn name(&mut self) -> Name {
            Name { text: ["a", "b_1", "量"][self.below(3)].to_string(), span: Span::default() }
        }

        fn template(&mut self, depth: usize) -> Kind {
            let mut pieces: Vec<Piece> = Vec::new();
            for _ in 0..self.below(4) {
                let is_text = depth == 0 || self.below(2) == 0;
                if is_text && !matches!(pieces.last(), Some(Piece::Text(_))) {
                    let text = (0..1 + self.below(4)).map(|_| TEXTS[self.below(TEXTS.len())]).collect();
                    pieces.push(Piece::Text(text));
                } else if depth > 0 {
                    let format = Name { text: ".2f".to_string(), span: Span::default() };
                    let format = (self.below(2) == 0).then_some(format);
                    pieces.push(Piece::Hole { value: self.expression(depth - 1), format });
                }
            }
            Kind::Template(pieces)
        }

        fn expression(&mut self, depth: usize) -> Expression {
            let choice = self.below(if depth == 0 { 8 } else { 20 });
            let deeper = depth.saturating_sub(1);
            let kind = match choice {
                0 => Kind::Null,
                1 => Kind::Bool(self.below(2) == 0),
                2 => Kind::Int(self.below(100) as i64),
                3 => Kind::Float([0.5, 1e20, 1e-9, 3.0][self.below(4)]),
                4 => Kind::Percent([0.05, 0.333, 0.07, 1.0][self.below(4)]),
                5 => Kind::Duration([0, 1, 1_500_000_000, 90_000_000_000][self.below(4)]),
                6 => Kind::Name(self.name().text),
                7 => self.template(deeper),
                8 => Kind::List(self.several(deeper)),
                9 => {
                    let keys = ["a", "in", "5", "a b", ""];
                    let key = |text: &str| match text {
                        "" => Kind::Template(Vec::new()),
                        text => Kind::Template(vec![Piece::Text(text.to_string())]),
                    };
                    let entries = (0..self.below(3)).map(|_| {
                        let kind = if self.below(4) == 0 { Kind::Int(5) } else { key(keys[self.below(5)]) };
                        (Expression { kind, span: Span::default() }, self.expression(deeper))
                    });
                    Kind::Map(entries.collect())
                }
                10 => Kind::Comprehension {
                    element: self.boxed(deeper),
                    names: (0..1 + self.below(2)).map(|_| self.name()).collect(),
                    iterable: self.boxed(deeper),
                    condition: (self.below(2) == 0).then(|| self.boxed(deeper)),
                },
                11 => Kind::Unary([Unary::Not, Unary::Negate][self.below(2)], self.boxed(deeper)),
                12 => Kind::Conditional {
                    condition: self.boxed(deeper),
                    then: self.boxed(deeper),
                    otherwise: self.boxed(deeper),
                },
                13 => Kind::Index(self.boxed(deeper), self.boxed(deeper)),
                14 => Kind::Field(self.boxed(deeper), self.name()),
                15 => Kind::Call {
                    function: self.name(),
                    arguments: self.several(deeper),
                    named: (0..self.below(2)).map(|_| (self.name(), self.expression(deeper))).collect(),
                },
                _ => Kind::Binary(BINARY[self.below(BINARY.len())], self.boxed(deeper), self.boxed(deeper)),
            };
            Expression { kind, span: Span::default() }
        }
    }

    /// An expression without places, for comparison.
    fn placeless(expression: &Expression) -> Expression {
        let boxed = |inner: &Expression| Box::new(placeless(inner));
        let name = |name: &Name| Name { text: name.text.clone(), span: Span::default() };
        let all = |items: &[Expression]| items.iter().map(placeless).collect();
        let kind = match &expression.kind {
            Kind::Template(pieces) => Kind::Template(
                pieces
                    .iter()
                    .map(|piece| match piece {
                        Piece::Text(text) => Piece::Text(text.clone()),
                        Piece::Hole { value, format } => {
                            Piece::Hole { value: placeless(value), format: format.as_ref().map(name) }
                        }
                    })
                    .collect(),
            ),
            Kind::List(items) => Kind::List(all(items)),
            Kind::Map(entries) => {
                Kind::Map(entries.iter().map(|(key, value)| (placeless(key), placeless(value))).collect())
            }
            Kind::Comprehension { element, names, iterable, condition } => Kind::Comprehension {
                element: boxed(element),
                names: names.iter().map(name).collect(),
                iterable: boxed(iterable),
                condition: condition.as_deref().map(boxed),
            },
            Kind::Unary(operator, operand) => Kind::Unary(*operator, boxed(operand)),
            Kind::Binary(operator, left, right) => Kind::Binary(*operator, boxed(left), boxed(right)),
            Kind::Conditional { condition, then, otherwise } => Kind::Conditional {
                condition: boxed(condition),
                then: boxed(then),
                otherwise: boxed(otherwise),
            },
            Kind::Index(indexed, index) => Kind::Index(boxed(indexed), boxed(index)),
            Kind::Field(inner, field) => Kind::Field(boxed(inner), name(field)),
            Kind::Call { function, arguments, named } => Kind::Call {
                function: name(function),
                arguments: all(arguments),
                named: named.iter().map(|(parameter, value)| (name(parameter), placeless(value))).collect(),
            },
            kind => kind.clone(),
        };
        Expression { kind, span: Span::default() }
    }

    #[test]
    fn what_is_printed_reads_back_as_the_same_tree() {
        let source = Source::new("none", "", Form::Text);
        let inner = Inner::default();
        let expressions = Expressions { source: &source, inner: &inner };
        for number in 0..20_000 {
            let expression = Generator(number).expression(4);
            let flat = expressions.flat(&expression, Surroundings::Text);
            let lines = expressions.fit(&expression, 0, 60, 0);
            let plain = expressions.plain(&expression);
            assert!(scalar::is_plain(&plain), "{number}: {plain}");
            for text in [flat, lines, plain] {
                match parse_expression(&text, 0, None) {
                    Ok(read) => assert_eq!(placeless(&read), expression, "{number}: {text}"),
                    Err(errors) => panic!("{number}: {text}: {errors:?}"),
                }
            }
        }
    }
}
