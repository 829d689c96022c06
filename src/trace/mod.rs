//! What a run leaves behind: its events, the names in them, their digest and the outcome.

pub mod digest;
pub mod event;
pub mod names;
pub mod observations;
pub mod outcome;

pub use event::{Event, Happening, Sequence};
pub use names::Names;
pub use outcome::Outcome;

/// Takes the events of a run, one by one, as they happen.
pub trait Sink {
    /// An event, with the names known so far (the event's own included).
    fn event(&mut self, event: &Event, names: &Names) -> Flow;
}

/// Whether a sink wants more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// More, please.
    Continue,
    /// Nobody reads any more: the run may stop.
    Stop,
}
