//! Lines of a file with marks under them, in the manner of rustc.
//!
//! Whatever a span says, it marks text that is there: it is cut to its first line, to whole characters and to
//! the end of the file. Only the lines that are shown are handed on, and of a very long line only a piece, so
//! a large file costs no more than a small one.

use std::borrow::Cow;
use std::ops::Range;

use annotate_snippets::{
    Annotation, AnnotationKind, Element, Group, Level, Origin, Renderer, Snippet, Title,
};

use super::lines::Lines;
use super::paint::Colour;
use super::visible::visible;
use crate::source::{Source, Span};

/// Lines that are further apart than so many bytes are shown as excerpts of their own.
const NEAR: usize = 1 << 16;
/// Of a line of more bytes only a piece is shown.
const LONG: usize = 2_000;
/// So many characters of a long line are shown before its mark, at most so many marked, and so many behind.
const PIECE: usize = 50;

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

/// What is said above an excerpt.
pub(super) struct Heading<'s> {
    /// How bad it is.
    pub(super) level: Level<'static>,
    /// What it is.
    pub(super) title: Title<'s>,
}

/// A mark on its line, in bytes of the text.
struct Placed<'m> {
    line: usize,
    range: Range<usize>,
    kind: AnnotationKind,
    label: &'m str,
}

impl<'a> Excerpts<'a> {
    pub(super) fn new(source: &'a Source) -> Excerpts<'a> {
        Excerpts { name: visible(&source.name), lines: Lines::new(source) }
    }

    /// A heading, the excerpt of its main mark and of the others, and what is said below.
    pub(super) fn groups<'s>(
        &'s self,
        heading: Heading<'s>,
        main: &'s Mark,
        others: &'s [Mark],
        below: impl IntoIterator<Item = Element<'s>>,
    ) -> Vec<Group<'s>> {
        let mut placed = vec![self.placed(main, AnnotationKind::Primary)];
        placed.extend(others.iter().map(|mark| self.placed(mark, AnnotationKind::Context)));
        if placed.iter().any(|mark| self.lines.line(mark.line).len() > LONG) {
            return self.pieces(heading, main, others, below);
        }
        vec![heading.title.elements(self.snippets(&placed)).elements(below)]
    }

    /// A heading with only the name of the file, and what is said below.
    pub(super) fn origin<'s>(
        &'s self,
        heading: Heading<'s>,
        below: impl IntoIterator<Item = Element<'s>>,
    ) -> Vec<Group<'s>> {
        vec![heading.title.element(Origin::path(&*self.name)).elements(below)]
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
        placed.chunks(1).map(|alone| self.snippet(alone[0].line, alone[0].line, alone).into()).collect()
    }

    fn snippet<'s>(
        &'s self,
        first: usize,
        last: usize,
        placed: &[Placed<'s>],
    ) -> Snippet<'s, Annotation<'s>> {
        let start = self.lines.line(first).start;
        let text = &self.lines.text()[start..self.lines.line(last).end];
        let marks = placed
            .iter()
            .map(|mark| annotation(mark.kind, mark.range.start - start..mark.range.end - start, mark.label));
        Snippet::source(text).path(&*self.name).line_start(first + 1).annotations(marks)
    }

    /// The same for very long lines: a piece of the line round the main mark, and only the places of the
    /// others. The place is given on its own, for the piece alone would give a wrong column.
    fn pieces<'s>(
        &'s self,
        heading: Heading<'s>,
        main: &'s Mark,
        others: &'s [Mark],
        below: impl IntoIterator<Item = Element<'s>>,
    ) -> Vec<Group<'s>> {
        let placed = self.placed(main, AnnotationKind::Primary);
        let (piece, range) = self.piece(&placed);
        let mark = annotation(placed.kind, range, placed.label);
        let snippet = Snippet::source(piece).line_start(placed.line + 1).annotation(mark);
        let mut groups = vec![
            heading.title.element(self.place(main)),
            Group::with_level(heading.level).element(snippet).elements(below),
        ];
        groups.extend(others.iter().map(|mark| {
            let title = if mark.label.is_empty() { "see also" } else { &mark.label };
            Level::NOTE.secondary_title(title).element(self.place(mark))
        }));
        groups
    }

    fn place<'s>(&'s self, mark: &Mark) -> Origin<'s> {
        let place = self.lines.place(mark.span.start);
        Origin::path(&*self.name).line(place.line).char_column(place.column)
    }

    /// The piece of a line round a mark, and where the mark is in it.
    fn piece(&self, mark: &Placed<'_>) -> (String, Range<usize>) {
        let text = self.lines.text();
        let line = self.lines.line(mark.line);
        let before = &text[line.start..mark.range.start];
        let marked = first_characters(&text[mark.range.clone()]);
        let behind = &text[mark.range.start + marked.len()..line.end];
        let shown_before = last_characters(before);
        let shown_behind = first_characters(behind);
        let dots = |is_cut| if is_cut { "..." } else { "" };
        let begin = format!("{}{shown_before}", dots(shown_before.len() < before.len()));
        let end = format!("{shown_behind}{}", dots(shown_behind.len() < behind.len()));
        let range = begin.len()..begin.len() + marked.len();
        (format!("{begin}{marked}{end}"), range)
    }
}

fn annotation(kind: AnnotationKind, range: Range<usize>, label: &str) -> Annotation<'_> {
    let annotation = kind.span(range);
    if label.is_empty() { annotation } else { annotation.label(label) }
}

fn first_characters(text: &str) -> &str {
    text.char_indices().nth(PIECE).map_or(text, |(at, _)| &text[..at])
}

fn last_characters(text: &str) -> &str {
    text.char_indices().rev().nth(PIECE - 1).map_or(text, |(at, _)| &text[at..])
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
