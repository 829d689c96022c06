//! Lines and columns of many places in one source, and of the places that events come from.

use std::sync::Arc;

use crate::plan::{self, Plan};
use crate::source::{Place, Source, Span};

/// Where each line of a source begins: finds a place by binary search, while [`Source::place`] counts the
/// lines from the top.
#[derive(Clone, Debug)]
pub struct Lines {
    text: Arc<str>,
    /// The offset of each line's first byte; the first line's is there also in an empty source.
    starts: Vec<u32>,
}

impl Lines {
    /// The lines of a source.
    pub fn new(source: &Source) -> Lines {
        let behind_newlines = source.text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let starts = std::iter::once(0).chain(behind_newlines.map(|(at, _)| at as u32 + 1)).collect();
        Lines { text: source.text.clone(), starts }
    }

    /// The place of a byte offset. An offset within a character counts as its start, one behind the text as
    /// the text's end.
    pub fn place(&self, offset: u32) -> Place {
        let offset = self.text.floor_char_boundary(offset as usize);
        let line = self.line_of(offset);
        Place { line: line + 1, column: self.text[self.starts[line] as usize..offset].chars().count() + 1 }
    }

    /// A span as a range that can be cut from the text, whatever its numbers: in order, within the text,
    /// between whole characters.
    pub(super) fn range(&self, span: Span) -> std::ops::Range<usize> {
        let start = self.text.floor_char_boundary(span.start as usize);
        let end = self.text.floor_char_boundary(span.end as usize);
        start..end.max(start)
    }

    /// The line, from 0, that an offset within the text stands on.
    pub(super) fn line_of(&self, offset: usize) -> usize {
        self.starts.partition_point(|start| *start as usize <= offset).saturating_sub(1)
    }

    /// The range of a line without its end.
    pub(super) fn line(&self, line: usize) -> std::ops::Range<usize> {
        let start = self.starts[line] as usize;
        let end = self.starts.get(line + 1).map_or(self.text.len(), |next| *next as usize);
        start..start + self.text[start..end].trim_end_matches(['\r', '\n']).len()
    }

    /// The text.
    pub(super) fn text(&self) -> &str {
        &self.text
    }
}

/// The places that events come from.
#[derive(Clone, Debug)]
pub struct Places {
    plan: Arc<Plan>,
    lines: Lines,
}

impl Places {
    /// The places of a plan's operations in the source that it was compiled from.
    pub fn new(plan: &Arc<Plan>, source: &Source) -> Places {
        Places { plan: plan.clone(), lines: Lines::new(source) }
    }

    /// Where an operation begins.
    pub fn operation(&self, place: plan::Place) -> Place {
        self.span(self.plan.span(place))
    }

    /// Where a span begins.
    pub fn span(&self, span: Span) -> Place {
        self.lines.place(span.start)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Form;

    #[test]
    fn places_are_those_of_the_source() {
        for text in ["", "\n", "a\r\nbc\n", "é\n消费\tx\n\nend", "no newline"] {
            let source = Source::new("x", text, Form::Text);
            let lines = Lines::new(&source);
            for offset in 0..text.len() as u32 + 3 {
                assert_eq!(lines.place(offset), source.place(offset), "{offset} in {text:?}");
            }
        }
    }

    #[test]
    fn any_span_gives_a_range_of_whole_characters() {
        let lines = Lines::new(&Source::new("x", "é\n消", Form::Text));
        for start in 0..9 {
            for end in 0..9 {
                let range = lines.range(Span { start, end });
                assert!(lines.text().get(range).is_some(), "{start}..{end}");
            }
        }
    }
}
