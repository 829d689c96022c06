//! Text on its way out, as the bytes that a file gets.
//!
//! The first `length` bytes of a page are whole text; what is behind them is room, and nobody reads it. A [`Line`] is
//! put together in the room, where it stays. How much is left is all that a push has to know and to change, and where
//! a piece is shorter than what is copied for it, the next one is written over what was too much. A line that left no
//! room was perhaps cut off, and is begun again with more.

/// So much room is made at least, in bytes: most lines need less.
const ROOM: usize = 512;

/// Text that is waiting to be written.
#[derive(Debug, Default)]
pub struct Page {
    /// The text, and the room behind it.
    bytes: Vec<u8>,
    length: usize,
}

/// Whether a line had room enough.
#[must_use]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fit {
    /// It is there.
    Whole,
    /// It is not, or just filled the room; now there is more.
    CutOff,
}

impl Page {
    /// An empty page, with room for so many bytes.
    pub(super) fn with_room(room: usize) -> Page {
        Page { bytes: vec![0; room], length: 0 }
    }

    /// The text.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.length]
    }

    /// The text, as a string.
    pub fn into_string(mut self) -> String {
        self.bytes.truncate(self.length);
        // Nothing but text is ever pushed, and whole.
        String::from_utf8(self.bytes).unwrap_or_default()
    }

    /// Takes all text away.
    pub(super) fn clear(&mut self) {
        self.length = 0;
    }

    /// Adds a text.
    pub(super) fn push(&mut self, text: &str) {
        loop {
            let mut line = self.line();
            line.push(text);
            let left = line.left();
            if self.end_line(left) == Fit::Whole {
                return;
            }
        }
    }

    /// A line to be put together behind the text.
    #[inline(always)]
    pub(super) fn line(&mut self) -> Line<'_> {
        Line { rest: self.bytes.get_mut(self.length..).unwrap_or_default() }
    }

    /// The line that was begun is ended, and left so much room.
    #[inline(always)]
    pub(super) fn end_line(&mut self, left: usize) -> Fit {
        debug_assert!(left <= self.bytes.len() - self.length, "the line that is ended is this page's");
        if left > 0 {
            self.length = self.bytes.len() - left;
            return Fit::Whole;
        }
        self.make_room();
        Fit::CutOff
    }

    #[cold]
    #[inline(never)]
    fn make_room(&mut self) {
        self.bytes.resize(2 * self.bytes.len() + ROOM, 0);
    }
}

/// A line that is being put together.
#[derive(Debug, Default)]
pub(super) struct Line<'a> {
    /// The room behind what was pushed: none, once there was a piece that did not fit.
    rest: &'a mut [u8],
}

/// What is copied for a snippet, in bytes, unless it is longer.
const SHORT: usize = 48;

/// A piece that is pushed again and again: most are short, and so many bytes are copied without a look at how many
/// they are.
#[derive(Clone, Debug)]
pub(super) struct Snippet {
    text: String,
    /// The text if it is short, and whatever behind it.
    copied: [u8; SHORT],
}

impl Default for Snippet {
    fn default() -> Snippet {
        Snippet { text: String::new(), copied: [0; SHORT] }
    }
}

impl From<String> for Snippet {
    fn from(text: String) -> Snippet {
        let mut snippet = Snippet::default();
        if let Some(begin) = snippet.copied.get_mut(..text.len()) {
            begin.copy_from_slice(text.as_bytes());
        }
        snippet.text = text;
        snippet
    }
}

impl Line<'_> {
    /// How much room is left, in bytes: none if the line was cut off, or just filled it.
    #[inline(always)]
    pub(super) fn left(self) -> usize {
        self.rest.len()
    }

    /// Adds a text.
    #[inline(always)]
    pub(super) fn push(&mut self, text: &str) {
        let rest = std::mem::take(&mut self.rest);
        if let Some((begin, rest)) = rest.split_at_mut_checked(text.len()) {
            begin.copy_from_slice(text.as_bytes());
            self.rest = rest;
        }
    }

    /// Adds what a function adds that is not inlined. It gets the line itself: of a line that somebody else points to
    /// the rest would be in memory, where each push would wait for the one before.
    #[inline(always)]
    pub(super) fn append(&mut self, push: impl FnOnce(Self) -> Self) {
        *self = push(std::mem::take(self));
    }

    /// Adds one byte of a text.
    #[inline(always)]
    pub(super) fn push_ascii(&mut self, letter: u8) {
        let rest = std::mem::take(&mut self.rest);
        if let Some((first, rest)) = rest.split_first_mut() {
            *first = letter;
            self.rest = rest;
        }
    }

    /// Adds the first bytes of an array. All of it is copied, so there must be room for all of it.
    #[inline(always)]
    pub(super) fn push_begin<const COPIED: usize>(&mut self, text: &[u8; COPIED], length: usize) {
        debug_assert!(length <= COPIED, "no more is pushed than is copied");
        let rest = std::mem::take(&mut self.rest);
        if let Some(begin) = rest.first_chunk_mut() {
            *begin = *text;
            self.rest = &mut rest[length.min(COPIED)..];
        }
    }

    /// Adds a snippet.
    #[inline(always)]
    pub(super) fn push_snippet(&mut self, snippet: &Snippet) {
        match snippet.text.len() {
            length @ 0..=SHORT => self.push_begin(&snippet.copied, length),
            _ => self.push(&snippet.text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A page with lines of `a`, a snippet and `b`, each begun again until it fits.
    fn page_of(room: usize, snippets: &[&str]) -> Page {
        let mut page = Page::with_room(room);
        for text in snippets {
            let snippet = Snippet::from((*text).to_string());
            loop {
                let mut line = page.line();
                line.push_ascii(b'a');
                line.push_snippet(&snippet);
                line.push("b");
                let left = line.left();
                if page.end_line(left) == Fit::Whole {
                    break;
                }
            }
        }
        page
    }

    #[test]
    fn a_line_is_whole_however_little_room_there_was() {
        let long = "x".repeat(SHORT + 1);
        let huge = "y".repeat(3 * ROOM);
        let snippets = ["", "é", &long[1..], &long, &huge, ""];
        let expected: String = snippets.iter().map(|text| format!("a{text}b")).collect();
        for room in 0..2 * ROOM {
            let page = page_of(room, &snippets);
            assert_eq!(page.as_bytes(), expected.as_bytes(), "room {room}");
        }
    }

    #[test]
    fn a_line_that_was_cut_off_leaves_the_text_before_it() {
        let mut page = Page::with_room(4);
        page.push("abc");
        let mut line = page.line();
        line.push("de");
        line.push("f");
        let left = line.left();
        assert_eq!(page.end_line(left), Fit::CutOff);
        assert_eq!(page.as_bytes(), b"abc");
        page.push("def");
        assert_eq!(page.as_bytes(), b"abcdef");
        page.clear();
        assert_eq!(page.as_bytes(), b"");
    }
}
