//! Hands the comments of a source to what they stand at, in the order of the source. Each is handed out
//! once, so none can be lost or doubled, however strange its place.

use super::tree::{Gap, Inner, Remark, Remarks};
use crate::diagnostic::Diagnostic;
use crate::expression::tree::{Expression, Kind};
use crate::source::{Form, Source, Span};
use crate::syntax::{text, yaml};

/// Whether parts of the source may stand for several parts of the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Copies {
    /// Each part stands for itself.
    None,
    /// YAML anchors and aliases copy parts.
    Possible,
}

/// The comments of a source that are not handed out yet.
pub(super) struct Comments<'a> {
    source: &'a Source,
    found: Vec<Span>,
    next: usize,
    /// Where the last thing ends that was handed out or passed.
    last: u32,
    copies: Copies,
    /// Those inside lists and maps.
    pub inner: Inner,
}

/// Finds the comments of a source.
///
/// # Errors
/// If it can't be read.
pub(super) fn find(source: &Source) -> Result<Vec<Span>, Vec<Diagnostic>> {
    match source.form {
        Form::Text => text::comments(&source.text),
        Form::Yaml => yaml::comments(&source.text),
    }
}

/// A comment's text, from its `#` on.
pub(super) fn text_of(source: &Source, comment: Span) -> String {
    source.slice(comment).trim_end().to_string()
}

/// Whether a list or map is written as a YAML block, without brackets.
pub(super) fn is_yaml_block(source: &Source, container: Span) -> bool {
    source.form == Form::Yaml && !source.slice(container).starts_with(['[', '{'])
}

impl<'a> Comments<'a> {
    pub(super) fn new(source: &'a Source, found: Vec<Span>, copies: Copies) -> Comments<'a> {
        Comments { source, found, next: 0, last: 0, copies, inner: Inner::default() }
    }

    /// Notes that everything up to an offset is done with.
    pub(super) fn pass(&mut self, end: u32) {
        self.last = self.last.max(end);
    }

    /// Whether a blank line stands between what was passed and an offset.
    pub(super) fn gap(&self, begin: u32) -> Gap {
        let between = Span { start: self.last, end: begin.max(self.last) };
        let mut lines = self.source.slice(between).split('\n');
        lines.next();
        lines.next_back();
        if lines.any(|line| line.trim().is_empty()) { Gap::Blank } else { Gap::Close }
    }

    /// Those before an offset.
    pub(super) fn above(&mut self, limit: u32) -> Vec<Remark> {
        let mut remarks = Vec::new();
        while self.peek().is_some_and(|comment| comment.start < limit) {
            remarks.extend(self.take());
        }
        remarks
    }

    /// The one that ends the line that something else ends at an offset of.
    pub(super) fn behind(&mut self, end: u32) -> Option<String> {
        self.is_behind(end).then(|| self.take()).flatten().map(|remark| remark.text)
    }

    /// The next one, if it stands before an offset and ends a line with something else on it.
    pub(super) fn ending_line(&mut self, limit: u32) -> Option<String> {
        let comment = self.peek().filter(|comment| comment.start < limit)?;
        (!self.is_alone(comment)).then(|| self.take()).flatten().map(|remark| remark.text)
    }

    /// Those behind the last part of a YAML block in a column: they are indented as it is, and further than what
    /// follows at an offset.
    pub(super) fn end_of_block(&mut self, limit: u32, column: usize) -> Vec<Remark> {
        let is_last = limit as usize >= self.source.text.len();
        let outside = if is_last { 0 } else { self.indentation(limit) };
        let mut remarks = Vec::new();
        while let Some(comment) = self.peek().filter(|comment| comment.start < limit)
            && self.is_alone(comment)
            && self.indentation(comment.start) >= column.max(1)
            && (is_last || self.indentation(comment.start) > outside)
        {
            remarks.extend(self.take());
        }
        remarks
    }

    /// Those inside an expression go to the parts of lists and maps that they stand at; those inside anything
    /// else are given back. What follows the expression stands at `limit`.
    pub(super) fn inside(&mut self, expression: &Expression, limit: u32) -> Vec<Remark> {
        let Span { start, end } = expression.span;
        let parts: Vec<(Span, &Expression)> = match &expression.kind {
            _ if self.copies == Copies::Possible => Vec::new(),
            Kind::List(items) => items.iter().map(|item| (item.span, item)).collect(),
            Kind::Map(entries) => {
                entries.iter().map(|(key, value)| (key.span.hull(value.span), value)).collect()
            }
            _ => Vec::new(),
        };
        // The parts of what was read from a scalar with escapes have no places of their own.
        if parts.first().is_none_or(|(first, _)| *first == expression.span) {
            return self.above(end);
        }
        let is_block = is_yaml_block(self.source, expression.span);
        let ends = parts[1..].iter().map(|(span, _)| span.start).chain([limit]).collect::<Vec<_>>();
        for ((span, value), limit) in parts.into_iter().zip(ends) {
            let mut above = self.above(span.start);
            above.extend(self.inside(value, limit));
            let remarks = Remarks { above, behind: self.behind(span.end) };
            self.pass(span.end);
            if !remarks.is_empty() {
                match &expression.kind {
                    Kind::List(_) => self.inner.items.insert(span.start, remarks),
                    _ => self.inner.entries.insert(span.start, remarks),
                };
            }
        }
        let mut behind = self.above(end);
        if is_block {
            let column = match &expression.kind {
                Kind::List(_) => self.dash(start),
                _ => self.line_up_to(start).len(),
            };
            behind.extend(self.end_of_block(limit, column));
        }
        if !behind.is_empty() {
            self.inner.ends.insert(start, behind);
        }
        Vec::new()
    }

    /// The column of the first dash of a YAML list that begins at an offset.
    pub(super) fn dash(&self, start: u32) -> usize {
        let before = self.line_up_to(start);
        // The parser says of a list that is indented no further than its key that it begins behind the dash.
        let is_behind = !self.source.slice(Span { start, end: start + 1 }).starts_with('-');
        let behind_dash = before.trim_end_matches(' ').strip_suffix('-').filter(|_| is_behind);
        behind_dash.map_or(before.len(), str::len)
    }

    fn indentation(&self, offset: u32) -> usize {
        let line = self.line_up_to(offset);
        line.len() - line.trim_start_matches(' ').len()
    }

    fn line_up_to(&self, offset: u32) -> &str {
        let before = self.source.slice(Span { start: 0, end: offset });
        &before[before.rfind('\n').map_or(0, |newline| newline + 1)..]
    }

    fn peek(&self) -> Option<Span> {
        self.found.get(self.next).copied()
    }

    fn take(&mut self) -> Option<Remark> {
        let comment = self.peek()?;
        let remark = Remark { text: text_of(self.source, comment), gap: self.gap(comment.start) };
        self.next += 1;
        self.pass(comment.end);
        Some(remark)
    }

    fn is_alone(&self, comment: Span) -> bool {
        self.line_up_to(comment.start).trim().is_empty()
    }

    fn is_behind(&self, end: u32) -> bool {
        self.peek().filter(|comment| comment.start >= end).is_some_and(|comment| {
            let between = self.source.slice(Span { start: end, end: comment.start });
            between.chars().all(|letter| matches!(letter, ' ' | '\t' | ',' | ';' | ':' | '"' | '\''))
        })
    }
}
