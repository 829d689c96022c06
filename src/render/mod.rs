//! Shows what a run left behind. One file for each format.
//!
//! A format sees events, names and the outcome, and nothing else of the run; it adds text to a page and
//! knows no file. A [`Printer`] writes that text where it should go, line by line, and keeps none of it.

mod chosen;
mod counter;
mod excerpt;
pub mod failure;
mod json;
pub mod jsonl;
pub mod lines;
pub mod logs;
pub mod outcome;
mod page;
pub mod paint;
pub mod report;
mod tasks;
pub mod text;
mod visible;

use std::io::{self, Write};

pub use chosen::Chosen;
pub use jsonl::{JsonLines, Numbers};
pub use logs::{Ending, Logs};
pub use page::Page;
pub use paint::Colour;
pub use text::Text;
pub use visible::visible;

use crate::plan::{Plan, TraceFormat};
use crate::trace::{Event, Flow, Interest, Names, Outcome, Sink};

/// A way to write a trace.
pub trait Format {
    /// Which events it shows.
    fn interest(&self) -> Interest {
        Interest::Everything
    }

    /// Adds an event to the text: whole lines, or nothing.
    fn event(&mut self, event: &Event, names: &Names, out: &mut Page);
    /// Adds how the run ended to the text, behind its last event.
    fn outcome(&mut self, outcome: &Outcome, shown: Shown, out: &mut Page);
}

/// How many of a run's events were shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shown {
    /// All.
    #[default]
    All,
    /// So many; nothing is said about the others.
    Some(u64),
}

impl<F: Format + ?Sized> Format for Box<F> {
    fn interest(&self) -> Interest {
        (**self).interest()
    }

    fn event(&mut self, event: &Event, names: &Names, out: &mut Page) {
        (**self).event(event, names, out);
    }

    fn outcome(&mut self, outcome: &Outcome, shown: Shown, out: &mut Page) {
        (**self).outcome(outcome, shown, out);
    }
}

/// The format of a run whose trace nobody wants.
#[derive(Clone, Copy, Debug)]
pub struct Nothing;

impl Format for Nothing {
    fn interest(&self) -> Interest {
        Interest::Nothing
    }

    fn event(&mut self, _: &Event, _: &Names, _: &mut Page) {}

    fn outcome(&mut self, _: &Outcome, _: Shown, _: &mut Page) {}
}

/// The format that a snapshot of a plan's trace is in: what the file's `trace` says, in its format or in another
/// one. It tells how the run ended, too, whichever format it is.
pub fn of_snapshot(plan: &Plan, format: Option<TraceFormat>) -> Box<dyn Format> {
    let choice = plan.trace.choice.clone();
    match format.unwrap_or(plan.trace.format) {
        TraceFormat::Text => Box::new(Chosen::new(Text::default(), choice)),
        TraceFormat::Logs => Box::new(Chosen::new(Logs { ending: Ending::Told, ..Logs::default() }, choice)),
        TraceFormat::Jsonl => {
            // What is left out must not show in the numbers either.
            let numbers = if choice.is_all() { Numbers::Told } else { Numbers::Untold };
            Box::new(Chosen::new(JsonLines::new(None, numbers), choice))
        }
    }
}

/// A sink that writes a trace in some format.
///
/// The first error of the writer stops the run; [`Printer::finish`] gives it back.
#[derive(Debug)]
pub struct Printer<F, W> {
    format: F,
    writer: W,
    /// What has not been written yet.
    text: Page,
    /// How much text is worth a write, in bytes.
    piece: usize,
    error: Option<io::Error>,
}

/// What a file or a pipe gets at once, in bytes.
const LARGE_PIECE: usize = 1 << 20;

impl<F: Format, W: Write> Printer<F, W> {
    /// A printer that writes each event at once, for somebody who watches.
    pub fn new(format: F, writer: W) -> Printer<F, W> {
        Printer { format, writer, text: Page::default(), piece: 1, error: None }
    }

    /// A printer that writes many events at once, in whole lines.
    pub fn in_large_pieces(format: F, writer: W) -> Printer<F, W> {
        let text = Page::with_room(2 * LARGE_PIECE);
        Printer { format, writer, text, piece: LARGE_PIECE, error: None }
    }

    /// Writes how the run ended, and gives the writer back, flushed.
    ///
    /// # Errors
    /// The first error of the writer, be it an earlier one.
    pub fn finish(mut self, outcome: &Outcome) -> io::Result<W> {
        self.format.outcome(outcome, Shown::All, &mut self.text);
        self.close()
    }

    /// Gives the writer back, flushed, with no word on how the run ended.
    ///
    /// # Errors
    /// The first error of the writer, be it an earlier one.
    pub fn close(mut self) -> io::Result<W> {
        self.write();
        match self.error {
            Some(error) => Err(error),
            None => self.writer.flush().map(|()| self.writer),
        }
    }

    /// Whether the writer has failed, so that the run was stopped before its end.
    pub fn is_broken(&self) -> bool {
        self.error.is_some()
    }

    fn write(&mut self) {
        if self.error.is_none() && !self.text.as_bytes().is_empty() {
            self.error = self.writer.write_all(self.text.as_bytes()).err();
        }
        self.text.clear();
    }
}

impl<F: Format, W: Write> Sink for Printer<F, W> {
    fn interest(&self) -> Interest {
        self.format.interest()
    }

    fn event(&mut self, event: &Event, names: &Names) -> Flow {
        self.format.event(event, names, &mut self.text);
        if self.text.as_bytes().len() >= self.piece {
            self.write();
        }
        if self.error.is_some() { Flow::Stop } else { Flow::Continue }
    }
}
