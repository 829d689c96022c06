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

/// Whether the lines that a list or map takes in the source are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SourceLines {
    Kept,
    /// Inside a YAML string, whose own line breaks are YAML's: what fits on a line is on one.
    Ignored,
}

/// Prints the expressions of one file.
pub(super) struct Expressions<'a> {
    pub source: &'a Source,
    pub inner: &'a Inner,
    pub source_lines: SourceLines,
}

impl Expressions<'_> {
    /// An expression on one line.
    pub(super) fn flat(&self, expression: &Expression, surroundings: Surroundings) -> String {
        let mut out = String::new();
        self.write(&mut out, expression, Binding::Conditional, surroundings);
        out
    }

    pub(super) fn write(
        &self,
        out: &mut String,
        expression: &Expression,
        least: Binding,
        surroundings: Surroundings,
    ) {
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
        let is_number =
            matches!(base.kind, Kind::Int(_) | Kind::Float(_) | Kind::Percent(_) | Kind::Duration(_));
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
        let has = |quote: char| {
            pieces.iter().any(|piece| matches!(piece, Piece::Text(text) if text.contains(quote)))
        };
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
