//! Only what the scenario itself logs, for reading: time, level and logger if given, text, fields.

use super::outcome::{Count, Detail};
use super::paint::{BAD, Colour, DIM};
use super::text::{TIME, push_clock_in_column};
use super::{Format, Page, Shown, outcome, visible};
use crate::expression::value::Value;
use crate::trace::event::Log;
use crate::trace::{Event, Happening, Interest, Names, Outcome};

/// The width of the longest level.
const LEVEL: usize = 7;

/// The logs format.
#[derive(Debug, Default)]
pub struct Logs {
    /// Whether the output wants colours.
    pub colour: Colour,
    /// Whether it says how the run ended.
    pub ending: Ending,
    /// How many lines have been logged.
    pub lines: u64,
}

/// Whether it is said how a run ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ending {
    /// It is not: somebody else says it.
    #[default]
    Untold,
    /// It is, below the last line.
    Told,
}

impl Format for Logs {
    fn interest(&self) -> Interest {
        Interest::Logs
    }

    fn event(&mut self, event: &Event, names: &Names, out: &mut Page) {
        if let Happening::Log(log) = &event.happening {
            self.lines += 1;
            out.push(&self.lines_of(event.time, log, names));
        }
    }

    fn outcome(&mut self, outcome: &Outcome, _: Shown, out: &mut Page) {
        if self.ending == Ending::Untold {
            return;
        }
        if self.lines > 0 {
            out.push("\n");
        }
        out.push(&outcome::text(outcome, Count::Untold, Detail::Full));
    }
}

impl Logs {
    /// What was logged at some time, as whole lines.
    fn lines_of(&self, time: u64, log: &Log, names: &Names) -> String {
        let mut out = String::new();
        self.colour.styled(&mut out, DIM, |out| push_clock_in_column(out, time));
        out.push_str("  ");
        // The column of what follows, for texts of several lines.
        let mut column = TIME + 2;
        if let Some(level) = log.level {
            let style = match level {
                "error" => BAD,
                "warning" => anstyle::AnsiColor::Yellow.on_default(),
                _ => DIM,
            };
            self.colour.push(&mut out, style, &format!("{level:<LEVEL$}"));
            out.push_str("  ");
            column += LEVEL + 2;
        }
        if let Some(logger) = &log.logger {
            visible::push(&mut out, &logger.display(names));
            out.push_str(": ");
        }
        let text = log.text.display(names);
        for (index, line) in text.split('\n').enumerate() {
            if index > 0 {
                out.push('\n');
                out.extend(std::iter::repeat_n(' ', column));
            }
            visible::push(&mut out, line);
        }
        if !matches!(log.fields, Value::Null) {
            out.push_str("  ");
            self.colour.push(&mut out, DIM, &visible::visible(&log.fields.quoted(names)));
        }
        out.push('\n');
        out
    }
}
