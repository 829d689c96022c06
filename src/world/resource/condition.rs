//! A condition: tasks wait until somebody notifies them. It remembers no notification.
//!
//! Every wait has a number, so a notification that its receiver does not take goes to one who waited
//! already when it was given, and to nobody else.

use crate::expression::value::TaskId;
use crate::world::line::{Line, Link};

/// A condition.
#[derive(Clone, Debug, Default)]
pub struct Condition {
    /// Who waits, the longest first.
    pub waiters: Line,
    waits: u64,
}

/// Which wait at a condition, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct WaitNumber(u64);

impl Condition {
    /// A task waits; it goes to the end of the line.
    pub fn join(&mut self, links: &mut [Link], task: TaskId) -> WaitNumber {
        self.waiters.push(links, task);
        self.waits += 1;
        WaitNumber(self.waits - 1)
    }

    /// The number that the next wait will have: who waits now has a lower one.
    pub fn next_wait(&self) -> WaitNumber {
        WaitNumber(self.waits)
    }
}
