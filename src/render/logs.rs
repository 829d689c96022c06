//! Only what the scenario itself logs, for reading: time, level and logger if given, text, fields.

use super::outcome::{Count, Detail};
use super::paint::{BAD, Colour, DIM};
use super::text::{TIME, push_clock_in_column};
use super::{Format, Shown, outcome, visible};
use crate::expression::value::Value;
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

    fn event(&mut self, event: &Event, names: &Names, out: &mut String) {
        let Happening::Log(log) = &event.happening else { return };
        self.lines += 1;
        self.colour.styled(out, DIM, |out| push_clock_in_column(out, event.time));
        out.push_str("  ");
        // The column of what follows, for texts of several lines.
        let mut column = TIME + 2;
        if let Some(level) = log.level {
            let style = match level {
                "error" => BAD,
                "warning" => anstyle::AnsiColor::Yellow.on_default(),
                _ => DIM,
            };
            self.colour.push(out, style, &format!("{level:<LEVEL$}"));
            out.push_str("  ");
            column += LEVEL + 2;
        }
        if let Some(logger) = &log.logger {
            visible::push(out, &logger.display(names));
            out.push_str(": ");
        }
        let text = log.text.display(names);
        for (index, line) in text.split('\n').enumerate() {
            if index > 0 {
                out.push('\n');
                out.extend(std::iter::repeat_n(' ', column));
            }
            visible::push(out, line);
        }
        if !matches!(log.fields, Value::Null) {
            out.push_str("  ");
            self.colour.push(out, DIM, &visible::visible(&log.fields.quoted(names)));
        }
        out.push('\n');
    }

    fn outcome(&mut self, outcome: &Outcome, _: Shown, out: &mut String) {
        if self.ending == Ending::Untold {
            return;
        }
        if self.lines > 0 {
            out.push('\n');
        }
        out.push_str(&outcome::text(outcome, Count::Untold, Detail::Full));
    }
}
