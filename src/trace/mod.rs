//! What a run leaves behind: its events, the names in them, their digest and the outcome.

pub mod digest;
pub mod event;
pub mod fields;
pub mod kept;
pub mod names;
pub mod observations;
pub mod outcome;

pub use event::{Event, Happening, Sequence};
pub use names::Names;
pub use outcome::Outcome;

/// Takes the events of a run, one by one, as they happen.
pub trait Sink {
    /// Which events it is to get. What nobody is to get is not kept, only counted and digested.
    fn interest(&self) -> Interest {
        Interest::Everything
    }

    /// An event, with the names known so far (the event's own included). Who takes whole lists gets none.
    fn event(&mut self, _event: &Event, _names: &Names) -> Flow {
        Flow::Continue
    }

    /// Some events, in order. Who keeps them may take the list.
    fn events(&mut self, events: &mut Vec<Event>, names: &Names) -> Flow {
        for event in events.iter() {
            if self.event(event, names) == Flow::Stop {
                return Flow::Stop;
            }
        }
        Flow::Continue
    }

    /// The run is over; these are all names that there were.
    fn end(&mut self, _names: &Names) {}

    /// Whether it wants more; asked every now and then, with or without events.
    fn flow(&self) -> Flow {
        Flow::Continue
    }
}

/// Which events somebody wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Interest {
    /// None.
    Nothing,
    /// What the scenario itself tells.
    Logs,
    /// All.
    Everything,
}

impl Interest {
    /// Whether an event is among them.
    #[inline]
    pub fn includes(self, happening: &Happening) -> bool {
        match self {
            Interest::Nothing => false,
            Interest::Logs => matches!(happening, Happening::Log(_)),
            Interest::Everything => true,
        }
    }
}

/// Whether a sink wants more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// More, please.
    Continue,
    /// Nobody reads any more: the run may stop.
    Stop,
}
