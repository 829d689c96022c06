//! Prints expressions: canonical blanks, hardly a bracket more than the order of operators needs,
//! literals as the source wrote them.
//!
//! What is printed reads back as the same tree, whatever the tree.

use unicode_width::UnicodeWidthStr;

use super::comments::is_yaml_block;
use super::tree::{Inner, Remark, Remarks};
use crate::expression::display;
use crate::expression::tree::{Binary, Expression, Kind, Piece, Unary};
use crate::source::{Source, Span};
use crate::syntax::text::parse_expression;

/// The columns of a line.
pub(super) const WIDTH: usize = 100;
/// A list whose items are no wider is filled line by line.
const SHORT: usize = 20;

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
enum Binding {
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
    fn operands(self) -> [Binding; 2] {
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

    fn of_operator(operator: Binary) -> Binding {
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

    fn write(&self, out: &mut String, expression: &Expression, least: Binding, surroundings: Surroundings) {
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

    /// Whether an expression has lines in the source that are kept, or comments inside.
    pub(super) fn is_broken(&self, expression: &Expression) -> bool {
        match &expression.kind {
            Kind::List(items) => {
                self.breaks_between_parts(expression, items.first())
                    || self.inner.ends.contains_key(&expression.span.start)
                    || items.iter().any(|item| self.inner.items.contains_key(&item.span.start) || self.is_broken(item))
            }
            Kind::Map(entries) => {
                self.breaks_between_parts(expression, entries.first().map(|(key, _)| key))
                    || self.inner.ends.contains_key(&expression.span.start)
                    || entries.iter().any(|(key, value)| {
                        self.inner.entries.contains_key(&key.span.start) || self.is_broken(value)
                    })
            }
            _ => false,
        }
    }

    fn breaks_between_parts(&self, container: &Expression, first: Option<&Expression>) -> bool {
        // The parts of what was read from a scalar with escapes have no places of their own.
        first.is_some_and(|first| first.span != container.span)
            && (is_yaml_block(self.source, container.span) || self.source.slice(container.span).contains('\n'))
    }

    /// Whether the source breaks the line between two parts.
    pub(super) fn breaks_between(&self, before: Span, after: Span) -> bool {
        let between = Span { start: before.end, end: after.start };
        between.start <= between.end && self.source.slice(between).contains('\n')
    }

    /// An expression of the text form that may take several lines: it begins at `column` of a line that is
    /// indented by `indent`, and `tail` columns follow it on its last line.
    pub(super) fn fit(&self, expression: &Expression, indent: usize, column: usize, tail: usize) -> String {
        let flat = self.flat(expression, Surroundings::Text);
        if !self.is_broken(expression) && column + flat.width() + tail <= WIDTH {
            return flat;
        }
        match &expression.kind {
            Kind::List(items) if !items.is_empty() => {
                let parts = items.iter().map(|item| Part {
                    label: String::new(),
                    value: item,
                    span: item.span,
                    remarks: self.inner.items.get(&item.span.start),
                });
                self.lines(['[', ']'], expression, parts.collect(), indent)
            }
            Kind::Map(entries) if !entries.is_empty() => {
                let parts = entries.iter().map(|(key, value)| Part {
                    label: format!("{}: ", self.key(key, Surroundings::Text)),
                    value,
                    span: key.span.hull(value.span),
                    remarks: self.inner.entries.get(&key.span.start),
                });
                self.lines(['{', '}'], expression, parts.collect(), indent)
            }
            Kind::Call { function, arguments, named } if !flat.ends_with("()") => {
                self.call_lines(&function.text, arguments, named, indent)
            }
            Kind::Binary(operator, ..) => self.chain(expression, Binding::of_operator(*operator), indent),
            Kind::Conditional { condition, then, otherwise } => {
                let mut out = String::new();
                self.write(&mut out, then, Binding::Or, Surroundings::Text);
                out.push_str(" if ");
                self.write(&mut out, condition, Binding::Or, Surroundings::Text);
                out.push_str(" else\n");
                out.push_str(&" ".repeat(indent + 4));
                out.push_str(&self.fit(otherwise, indent, indent + 4, tail));
                out
            }
            _ => flat,
        }
    }

    /// The parts of a list or map between brackets, on lines of their own or as many to a line as the source has.
    fn lines(&self, brackets: [char; 2], container: &Expression, parts: Vec<Part<'_>>, indent: usize) -> String {
        let pad = " ".repeat(indent + 2);
        let is_kept = self.is_broken(container);
        let is_short = |part: &Part<'_>| part.label.is_empty() && self.flat(part.value, Surroundings::Text).width() <= SHORT;
        let fills = parts.iter().all(is_short);
        let mut out = String::from(brackets[0]);
        let mut line = String::new();
        let count = parts.len();
        for (index, part) in parts.iter().enumerate() {
            let remarks = part.remarks;
            let column = indent + 2 + line.width() + usize::from(!line.is_empty());
            let flat_width = part.label.width() + self.flat(part.value, Surroundings::Text).width() + 1;
            let earlier = index.checked_sub(1).map(|earlier| &parts[earlier]);
            let stays = earlier.is_some_and(|earlier| {
                let is_together = if is_kept { !self.breaks_between(earlier.span, part.span) } else { fills };
                is_together && !line.is_empty() && column + flat_width <= WIDTH
            });
            let above: &[Remark] = remarks.map_or(&[], |remarks| &remarks.above);
            if !stays || !above.is_empty() {
                flush(&mut out, &pad, &mut line);
                push_remarks(&mut out, &pad, above);
            }
            line.push_str(if line.is_empty() { "" } else { " " });
            let column = indent + 2 + line.width() + part.label.width();
            line.push_str(&part.label);
            line.push_str(&self.fit(part.value, indent + 2, column, 1));
            line.push_str(if index + 1 < count { "," } else { "" });
            let behind = remarks.and_then(|remarks| remarks.behind.as_ref());
            if let Some(behind) = behind {
                line.push(' ');
                line.push_str(behind);
            }
            if behind.is_some() || line.contains('\n') {
                flush(&mut out, &pad, &mut line);
            }
        }
        flush(&mut out, &pad, &mut line);
        let end = self.inner.ends.get(&container.span.start);
        push_remarks(&mut out, &pad, end.map_or(&[], Vec::as_slice));
        out.push('\n');
        out.push_str(&" ".repeat(indent));
        out.push(brackets[1]);
        out
    }

    fn call_lines(
        &self,
        function: &str,
        arguments: &[Expression],
        named: &[(crate::syntax::node::Name, Expression)],
        indent: usize,
    ) -> String {
        if let ([only], []) = (arguments, named)
            && matches!(only.kind, Kind::List(_) | Kind::Map(_))
        {
            // The bracket hugs what is broken anyway.
            return format!("{function}({})", self.fit(only, indent, WIDTH, 1));
        }
        let pad = " ".repeat(indent + 2);
        let labels = arguments.iter().map(|value| (String::new(), value));
        let labels = labels.chain(named.iter().map(|(name, value)| (format!("{} = ", name.text), value)));
        let lines: Vec<String> = labels
            .map(|(label, value)| {
                let column = indent + 2 + label.width();
                format!("{pad}{label}{}", self.fit(value, indent + 2, column, 1))
            })
            .collect();
        format!("{function}(\n{}\n{})", lines.join(",\n"), " ".repeat(indent))
    }

    /// The operands of operators that bind alike, each on a line of its own.
    fn chain(&self, expression: &Expression, binding: Binding, indent: usize) -> String {
        let mut operands = Vec::new();
        let mut leftmost = expression;
        let [first, second] = binding.operands();
        while let Kind::Binary(operator, left, right) = &leftmost.kind
            && Binding::of_operator(*operator) == binding
        {
            operands.push((operator.symbol(), &**right));
            leftmost = left;
            if first > binding {
                break;
            }
        }
        let mut out = String::new();
        self.write(&mut out, leftmost, first, Surroundings::Text);
        for (symbol, operand) in operands.into_iter().rev() {
            out.push_str(&format!(" {symbol}\n{}", " ".repeat(indent + 4)));
            self.write(&mut out, operand, second, Surroundings::Text);
        }
        out
    }
}

/// A part of a list or map.
struct Part<'a> {
    label: String,
    value: &'a Expression,
    span: Span,
    remarks: Option<&'a Remarks>,
}

fn flush(out: &mut String, pad: &str, line: &mut String) {
    if !line.is_empty() {
        out.push('\n');
        out.push_str(pad);
        out.push_str(line);
        line.clear();
    }
}

fn push_remarks(out: &mut String, pad: &str, remarks: &[Remark]) {
    for remark in remarks {
        out.push('\n');
        out.push_str(pad);
        out.push_str(&remark.text);
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
