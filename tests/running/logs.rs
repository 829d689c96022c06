//! Keeps what a scenario logs, with the time of each line.

use scenario::expression::value::Value;
use scenario::trace::{Event, Flow, Happening, Names, Sink};

/// The log lines of a run, in order: time in nanoseconds, and text.
#[derive(Clone, Debug, Default)]
pub(crate) struct Logs(pub(crate) Vec<(u64, String)>);

impl Sink for Logs {
    fn event(&mut self, event: &Event, _: &Names) -> Flow {
        if let Happening::Log(log) = &event.happening
            && let Value::Text(text) = &log.text
        {
            self.0.push((event.time, text.to_string()));
        }
        Flow::Continue
    }
}
