//! Prints values as YAML: text in quotes where it needs them, lists and maps between brackets while they fit
//! on their line, anything else as a plain scalar.

use unicode_width::UnicodeWidthStr;

use super::expression::{Expressions, Surroundings, bare_key};
use super::lines::WIDTH;
use super::scalar;
use super::tree::{Remark, Remarks};
use crate::expression::tree::{Expression, Kind, Piece};
use crate::syntax::arguments::Reading;

/// A value behind its key.
#[derive(Debug, Default)]
pub(super) struct Written {
    /// What stands on the key's line.
    pub head: String,
    /// The lines below it.
    pub below: Vec<String>,
}

/// Where a value is written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// The indentation of the lines below.
    pub indent: usize,
    /// The column behind the key.
    pub column: usize,
    pub line: Line,
}

/// Whether the value is the last thing on its line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Line {
    Free,
    /// A comment follows. Behind text without quotes it would look like a part that YAML cut off.
    Commented,
}

impl Written {
    fn line(head: impl Into<String>) -> Written {
        Written { head: head.into(), below: Vec::new() }
    }

    /// Whether the value is a list or map below its key.
    pub(super) fn is_block(&self) -> bool {
        self.head.is_empty() && !self.below.is_empty()
    }
}

impl Expressions<'_> {
    /// Whether YAML can hold an expression as it is.
    pub(super) fn stands(&self, expression: &Expression, reading: Reading) -> bool {
        match &expression.kind {
            Kind::Template(_) => true,
            Kind::List(items) if reading != Reading::Text => {
                items.iter().all(|item| self.stands(item, reading.of_item()))
            }
            _ if reading.is_text() => false,
            Kind::Map(entries) => entries.iter().all(|(_, value)| self.stands(value, Reading::Expression)),
            _ => scalar::is_plain(&self.flat(expression, Surroundings::Text)),
        }
    }

    /// An expression as a plain scalar: in brackets or with escapes where it would mean something to YAML.
    pub(super) fn plain(&self, expression: &Expression) -> String {
        let natural = self.flat(expression, Surroundings::Text);
        if scalar::is_plain(&natural) {
            return natural;
        }
        let bent = self.flat(expression, Surroundings::Plain);
        if scalar::is_plain(&bent) { bent } else { format!("({bent})") }
    }

    /// A value behind its key.
    pub(super) fn value(&self, expression: &Expression, reading: Reading, place: Place) -> Written {
        match &expression.kind {
            Kind::Template(pieces) => self.text(pieces, reading, place),
            Kind::List(items) if items.is_empty() => Written::line("[]"),
            Kind::Map(entries) if entries.is_empty() => Written::line("{}"),
            Kind::List(_) | Kind::Map(_) => {
                // Where a single text is wanted, a list is a value like any other.
                let reading = if reading == Reading::Text { Reading::Expression } else { reading };
                let flow = self.flow(expression, reading);
                match flow
                    .filter(|flow| !self.is_broken(expression) && place.column + 1 + flow.width() <= WIDTH)
                {
                    Some(flow) => Written::line(flow),
                    None => Written {
                        head: String::new(),
                        below: self.block_value(expression, reading, place.indent),
                    },
                }
            }
            _ => Written::line(self.plain(expression)),
        }
    }

    fn text(&self, pieces: &[Piece], reading: Reading, place: Place) -> Written {
        let content = self.bare_template(pieces);
        if reading.is_text() && place.line == Line::Free && scalar::is_plain_text(&content) {
            return Written::line(content);
        }
        match scalar::literal(&content) {
            Some((sign, lines)) => {
                let pad = " ".repeat(place.indent);
                let indented =
                    |line: &str| if line.is_empty() { String::new() } else { format!("{pad}{line}") };
                Written { head: sign.to_string(), below: lines.into_iter().map(indented).collect() }
            }
            None => Written::line(scalar::quoted(&content)),
        }
    }

    /// A value between brackets; none if it can't stand there.
    pub(super) fn flow(&self, expression: &Expression, reading: Reading) -> Option<String> {
        match &expression.kind {
            Kind::Template(pieces) => {
                let content = self.bare_template(pieces);
                let is_bare =
                    reading.is_text() && scalar::is_plain_text(&content) && scalar::is_flow_safe(&content);
                Some(if is_bare { content } else { scalar::quoted(&content) })
            }
            Kind::List(items) if reading != Reading::Text => {
                let items = items.iter().map(|item| self.flow(item, reading.of_item()));
                Some(format!("[{}]", items.collect::<Option<Vec<_>>>()?.join(", ")))
            }
            _ if reading.is_text() => None,
            Kind::Map(entries) if entries.is_empty() => Some("{}".to_string()),
            Kind::Map(entries) => {
                let entries = entries.iter().map(|(key, value)| {
                    Some(format!("{}: {}", self.yaml_key(key), self.flow(value, Reading::Expression)?))
                });
                Some(format!("{{ {} }}", entries.collect::<Option<Vec<_>>>()?.join(", ")))
            }
            _ => {
                let natural = self.flat(expression, Surroundings::Text);
                (scalar::is_plain(&natural) && scalar::is_flow_safe(&natural)).then_some(natural)
            }
        }
    }

    fn yaml_key(&self, key: &Expression) -> String {
        match &key.kind {
            Kind::Template(pieces) => match bare_key(pieces) {
                Some(word) => word.to_string(),
                None => scalar::quoted(&self.bare_template(pieces)),
            },
            _ => self.key(key, Surroundings::Text),
        }
    }

    /// A list or map on lines of its own.
    fn block_value(&self, expression: &Expression, reading: Reading, indent: usize) -> Vec<String> {
        let pad = " ".repeat(indent);
        let mut lines = Vec::new();
        match &expression.kind {
            Kind::List(items) => {
                if self.source.slice(expression.span).starts_with('[')
                    && let Some(packed) = self.packed(expression, items, reading, indent)
                {
                    return packed;
                }
                for item in items {
                    let remarks = self.inner.items.get(&item.span.start).cloned().unwrap_or_default();
                    push_remarks(&mut lines, &pad, &remarks.above);
                    let line = if remarks.behind.is_some() { Line::Commented } else { Line::Free };
                    let place = Place { indent: indent + 2, column: indent + 1, line };
                    let value = self.value(item, reading.of_item(), place);
                    push_item(&mut lines, &pad, value, remarks.behind);
                }
            }
            Kind::Map(entries) => {
                for (key, value) in entries {
                    let remarks = self.inner.entries.get(&key.span.start).cloned().unwrap_or_default();
                    push_remarks(&mut lines, &pad, &remarks.above);
                    let prefix = format!("{pad}{}:", self.yaml_key(key));
                    let line = if remarks.behind.is_some() { Line::Commented } else { Line::Free };
                    let place = Place { indent: indent + 2, column: prefix.width(), line };
                    push_entry(
                        &mut lines,
                        prefix,
                        self.value(value, Reading::Expression, place),
                        remarks.behind,
                    );
                }
            }
            _ => {}
        }
        let end = self.inner.ends.get(&expression.span.start);
        push_remarks(&mut lines, &pad, end.map_or(&[], Vec::as_slice));
        lines
    }

    /// A long list of short values between brackets, line by line; none if a value can't stand there.
    fn packed(
        &self,
        list: &Expression,
        items: &[Expression],
        reading: Reading,
        indent: usize,
    ) -> Option<Vec<String>> {
        let is_container = |item: &Expression| matches!(item.kind, Kind::List(_) | Kind::Map(_));
        if items.iter().any(is_container) {
            return None;
        }
        let texts =
            items.iter().map(|item| self.flow(item, reading.of_item())).collect::<Option<Vec<_>>>()?;
        let is_kept = self.is_broken(list);
        let pad = " ".repeat(indent + 2);
        let mut lines = vec![format!("{}[", " ".repeat(indent))];
        let mut line = String::new();
        for (index, (item, text)) in items.iter().zip(&texts).enumerate() {
            let remarks = self.inner.items.get(&item.span.start).cloned().unwrap_or_default();
            let breaks = index > 0 && is_kept && self.breaks_between(items[index - 1].span, item.span);
            let is_full = !line.is_empty() && indent + 2 + line.width() + text.width() + 2 > WIDTH;
            if breaks || is_full || !remarks.above.is_empty() {
                flush(&mut lines, &pad, &mut line);
            }
            push_remarks(&mut lines, &pad, &remarks.above);
            line.push_str(if line.is_empty() { "" } else { " " });
            line.push_str(text);
            line.push_str(if index + 1 < items.len() { "," } else { "" });
            if let Some(behind) = remarks.behind {
                line.push(' ');
                line.push_str(&behind);
                flush(&mut lines, &pad, &mut line);
            }
        }
        flush(&mut lines, &pad, &mut line);
        let end = self.inner.ends.get(&list.span.start);
        push_remarks(&mut lines, &pad, end.map_or(&[], Vec::as_slice));
        lines.push(format!("{}]", " ".repeat(indent)));
        Some(lines)
    }

    /// The comments inside a list or map.
    pub(super) fn remarks_inside(&self, expression: &Expression) -> Vec<Remark> {
        let parts: Vec<(Option<&Remarks>, &Expression)> = match &expression.kind {
            Kind::List(items) => {
                items.iter().map(|item| (self.inner.items.get(&item.span.start), item)).collect()
            }
            Kind::Map(entries) => {
                entries.iter().map(|(key, value)| (self.inner.entries.get(&key.span.start), value)).collect()
            }
            _ => return Vec::new(),
        };
        let mut remarks = Vec::new();
        for (own, value) in parts {
            remarks.extend(own.cloned().into_iter().flat_map(|mut own| own.take()));
            remarks.extend(self.remarks_inside(value));
        }
        remarks.extend(self.inner.ends.get(&expression.span.start).into_iter().flatten().cloned());
        remarks
    }
}

/// Adds a key with its value and the comment behind it; one that can't stand there stands above.
pub(super) fn push_entry(lines: &mut Vec<String>, prefix: String, value: Written, behind: Option<String>) {
    let indent = prefix.len() - prefix.trim_start_matches(' ').len();
    let mut behind = behind;
    if value.is_block() {
        lines.extend(behind.take().map(|behind| format!("{}{behind}", " ".repeat(indent))));
    }
    let mut line = prefix;
    for part in [value.head, behind.unwrap_or_default()] {
        if !part.is_empty() {
            line.push(' ');
            line.push_str(&part);
        }
    }
    lines.push(line);
    lines.extend(value.below);
}

/// Adds an item of a list.
fn push_item(lines: &mut Vec<String>, pad: &str, mut value: Written, behind: Option<String>) {
    let begins_with_value = value.below.first().is_some_and(|first| !first.trim_start().starts_with('#'));
    if value.is_block() && begins_with_value {
        lines.extend(behind.map(|behind| format!("{pad}{behind}")));
        let first = value.below.remove(0);
        lines.push(format!("{pad}- {}", first.trim_start()));
        lines.extend(value.below);
    } else {
        push_entry(lines, format!("{pad}-"), value, behind);
    }
}

/// Adds comments; blank lines between them are kept elsewhere than in values.
fn push_remarks(lines: &mut Vec<String>, pad: &str, remarks: &[Remark]) {
    lines.extend(remarks.iter().map(|remark| format!("{pad}{}", remark.text)));
}

fn flush(lines: &mut Vec<String>, pad: &str, line: &mut String) {
    if !line.is_empty() {
        lines.push(format!("{pad}{line}"));
        line.clear();
    }
}
