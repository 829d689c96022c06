//! Lines of a file with marks under them, in the manner of rustc.
//!
//! Whatever a span says, it marks text that is there: it is cut to its first line, to whole characters and to
//! the end of the file. Only the lines that are shown are handed on, so a large file costs no more than a
//! small one.

use std::borrow::Cow;

use annotate_snippets::{
    Annotation, AnnotationKind, Element, Group, Level, Origin, Renderer, Snippet, Title,
};

use super::lines::Lines;
use super::paint::Colour;
use super::visible::visible;
use crate::source::{Source, Span};

/// Lines that are further apart than so many bytes are shown as excerpts of their own.
const NEAR: usize = 1 << 16;

/// A file to show excerpts of.
#[derive(Debug)]
pub(super) struct Excerpts<'a> {
    name: Cow<'a, str>,
    lines: Lines,
}

/// A mark under a line.
#[derive(Clone, Debug)]
pub(super) struct Mark {
    /// What is marked.
    pub(super) span: Span,
    /// What is written beside the mark; may be empty.
    pub(super) label: String,
}

/// A mark on its line, in bytes of the text.
struct Placed<'m> {
    line: usize,
    range: std::ops::Range<usize>,
    kind: AnnotationKind,
    label: &'m str,
}

impl<'a> Excerpts<'a> {
    pub(super) fn new(source: &'a Source) -> Excerpts<'a> {
        Excerpts { name: visible(&source.name), lines: Lines::new(source) }
    }

    /// A title with the excerpt of its main mark and of the others.
    pub(super) fn group<'s>(&'s self, title: Title<'s>, main: &'s Mark, others: &'s [Mark]) -> Group<'s> {
        let mut placed = vec![self.placed(main, AnnotationKind::Primary)];
        placed.extend(others.iter().map(|mark| self.placed(mark, AnnotationKind::Context)));
        title.elements(self.snippets(&placed))
    }

    /// A title with only the name of the file.
    pub(super) fn origin<'s>(&'s self, title: Title<'s>) -> Group<'s> {
        title.element(Origin::path(&*self.name))
    }

    fn placed<'m>(&self, mark: &'m Mark, kind: AnnotationKind) -> Placed<'m> {
        let range = self.lines.range(mark.span);
        let line = self.lines.line_of(range.start);
        let whole = self.lines.line(line);
        let start = range.start.min(whole.end);
        Placed { line, range: start..range.end.clamp(start, whole.end), kind, label: &mark.label }
    }

    fn snippets<'s>(&'s self, placed: &[Placed<'s>]) -> Vec<Element<'s>> {
        let first = placed.iter().map(|mark| mark.line).min().unwrap_or(0);
        let last = placed.iter().map(|mark| mark.line).max().unwrap_or(0);
        let near = self.lines.line(last).end - self.lines.line(first).start <= NEAR;
        if near {
            return vec![self.snippet(first, last, placed).into()];
        }
        placed
            .iter()
            .map(|mark| self.snippet(mark.line, mark.line, std::slice::from_ref(mark)).into())
            .collect()
    }

    fn snippet<'s>(
        &'s self,
        first: usize,
        last: usize,
        placed: &[Placed<'s>],
    ) -> Snippet<'s, Annotation<'s>> {
        let start = self.lines.line(first).start;
        let text = &self.lines.text()[start..self.lines.line(last).end];
        let marks = placed.iter().map(|mark| {
            let annotation = mark.kind.span(mark.range.start - start..mark.range.end - start);
            if mark.label.is_empty() { annotation } else { annotation.label(mark.label) }
        });
        Snippet::source(text).path(&*self.name).line_start(first + 1).annotations(marks)
    }
}

/// Draws groups, with an empty line behind them.
pub(super) fn draw(groups: &[Group<'_>], colour: Colour) -> String {
    let renderer = match colour {
        Colour::Plain => Renderer::plain(),
        Colour::Styled => Renderer::styled(),
    };
    let mut text = renderer.render(groups);
    text.push_str("\n\n");
    text
}

/// A line of advice below an excerpt.
pub(super) fn help(text: &str) -> Element<'_> {
    Level::HELP.message(text).into()
}

/// A line of explanation below an excerpt.
pub(super) fn note(text: &str) -> Element<'_> {
    Level::NOTE.message(text).into()
}
