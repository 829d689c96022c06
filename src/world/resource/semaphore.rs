//! Locks and semaphores: so many holders at once. A lock is a semaphore of one permit that only its holder
//! may release; the connections of a service are permits, too.
//!
//! With a fair one a permit that is given back belongs to the first waiter at once: `free` stays as it was
//! until that waiter gives it back, or declines. A barging one only wakes the first waiter to try again.

use crate::expression::value::TaskId;
use crate::plan::{BodyIndex, Fairness, Place};
use crate::world::line::Line;

/// A lock or semaphore.
#[derive(Clone, Debug)]
pub struct Semaphore {
    /// What it is.
    pub role: Role,
    /// How many permits there are in all.
    pub permits: u32,
    /// How many are free.
    pub free: u32,
    /// How many are granted to waiters that have not run yet.
    pub granted: u32,
    /// Who gets a permit that is given back.
    pub fairness: Fairness,
    /// Who waits.
    pub waiters: Line,
    /// Who holds a permit, since when and by which operation; the oldest first.
    pub holders: Vec<Held>,
}

/// What a semaphore is to the scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// A lock.
    Lock,
    /// A semaphore.
    Semaphore,
    /// The connections of a service, which does this for a request.
    Service(BodyIndex),
}

/// A permit in somebody's hands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Held {
    /// Whose.
    pub task: TaskId,
    /// Since when, in nanoseconds.
    pub since: u64,
    /// The operation that took it.
    pub place: Place,
}

/// Why a permit can't be given back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// A lock that the task does not hold.
    NotHolder,
    /// All permits are there already.
    AllFree,
}

/// So many connections has a service without a bound: more than there can be tasks.
pub const UNBOUNDED: u32 = u32::MAX;

impl Semaphore {
    /// Whether it can make anybody wait.
    pub fn is_bounded(&self) -> bool {
        self.permits < UNBOUNDED
    }

    /// A lock or semaphore with all its permits free.
    pub fn new(role: Role, permits: u32, fairness: Fairness) -> Semaphore {
        Semaphore {
            role,
            permits,
            free: permits,
            granted: 0,
            fairness,
            waiters: Line::default(),
            holders: Vec::new(),
        }
    }

    /// Takes one of the free permits.
    pub fn take(&mut self, held: Held) {
        self.free -= 1;
        self.holders.push(held);
    }

    /// Takes the permit that was granted.
    pub fn take_granted(&mut self, held: Held) {
        self.granted -= 1;
        self.holders.push(held);
    }

    /// Gives a permit back: the caller's own if it has one. A semaphore's permit may be given back by
    /// another task than took it.
    ///
    /// # Errors
    /// If it is a lock that the task does not hold, or if all permits are there.
    pub fn give_back(&mut self, task: TaskId) -> Result<(), Refused> {
        let own = self.holders.iter().rposition(|held| held.task == task);
        match (own, self.role) {
            (Some(index), _) => {
                self.holders.remove(index);
            }
            (None, Role::Lock | Role::Service(_)) => return Err(Refused::NotHolder),
            (None, Role::Semaphore) if self.holders.is_empty() => return Err(Refused::AllFree),
            (None, Role::Semaphore) => {
                self.holders.remove(0);
            }
        }
        Ok(())
    }
}
