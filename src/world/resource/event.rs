//! An event: a flag that tasks wait for. While it is set nobody waits; whoever is woken by `set` goes on,
//! also if it is cleared before they run.

use crate::world::line::Line;

/// An event.
#[derive(Clone, Debug, Default)]
pub struct Event {
    /// Whether it is set.
    pub flag: Flag,
    /// Who waits for it.
    pub waiters: Line,
}

/// Whether an event is set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Flag {
    /// It is not: `wait` waits.
    #[default]
    Clear,
    /// It is: `wait` goes on at once.
    Set,
}
