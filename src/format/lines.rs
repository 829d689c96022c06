//! Prints expressions of the text form that take several lines: those that do not fit on one, and lists and
//! maps whose lines in the source are kept.

use unicode_width::UnicodeWidthStr;

use super::comments::is_yaml_block;
use super::expression::{Binding, Expressions, SourceLines, Surroundings};
use super::tree::{Remark, Remarks};
use crate::expression::tree::{Expression, Kind};
use crate::source::Span;
use crate::syntax::node::Name;

/// The columns of a line.
pub(super) const WIDTH: usize = 100;
/// A list whose items are no wider is filled line by line.
const SHORT: usize = 20;

impl Expressions<'_> {
    /// Whether an expression has lines in the source that are kept, or comments inside.
    pub(super) fn is_broken(&self, expression: &Expression) -> bool {
        if self.source_lines == SourceLines::Ignored {
            return false;
        }
        match &expression.kind {
            Kind::List(items) => {
                self.breaks_between_parts(expression, items.first())
                    || self.inner.ends.contains_key(&expression.span.start)
                    || items
                        .iter()
                        .any(|item| self.inner.items.contains_key(&item.span.start) || self.is_broken(item))
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
            && (is_yaml_block(self.source, container.span)
                || self.source.slice(container.span).contains('\n'))
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
            // A short value alone on its line says nothing: the line stays long.
            Kind::Binary(operator, left, right)
                if Binding::of_operator(*operator) == Binding::Compare
                    && matches!(left.kind, Kind::Call { .. })
                    && self.flat(right, Surroundings::Text).width() <= SHORT =>
            {
                flat
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
    fn lines(
        &self,
        brackets: [char; 2],
        container: &Expression,
        parts: Vec<Part<'_>>,
        indent: usize,
    ) -> String {
        let pad = " ".repeat(indent + 2);
        let is_kept = self.is_broken(container);
        let is_short = |part: &Part<'_>| {
            part.label.is_empty() && self.flat(part.value, Surroundings::Text).width() <= SHORT
        };
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
        named: &[(Name, Expression)],
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
