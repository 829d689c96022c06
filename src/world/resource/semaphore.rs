//! Locks and semaphores: so many holders at once. A lock is a semaphore of one permit that only its holder
//! may release; the connections of a service are permits, too.
//!
//! With a fair one a permit that is given back belongs to the first waiter at once: `free` stays as it was
//! until that waiter gives it back, or declines. A barging one only wakes the first waiter to try again.

use slab::Slab;

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
    /// Who holds a permit, since when and by which operation.
    holdings: Slab<Holding>,
    /// How many permits have been taken.
    taken: u64,
}

#[derive(Clone, Copy, Debug)]
struct Holding {
    /// Which permit it was that was taken, from 0: an older one has a lower number.
    number: u64,
    held: Held,
}

/// A permit that is owed back: where it is found, and which one it was, for it may be released by hand meanwhile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Permit {
    key: u32,
    number: u64,
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
            holdings: Slab::new(),
            taken: 0,
        }
    }

    /// Takes one of the free permits.
    #[inline]
    pub fn take(&mut self, held: Held) -> Permit {
        self.free -= 1;
        self.hold(held)
    }

    /// Takes the permit that was granted.
    #[inline]
    pub fn take_granted(&mut self, held: Held) -> Permit {
        self.granted -= 1;
        self.hold(held)
    }

    #[inline]
    fn hold(&mut self, held: Held) -> Permit {
        let number = self.taken;
        self.taken += 1;
        Permit { key: self.holdings.insert(Holding { number, held }) as u32, number }
    }

    /// Gives a permit back.
    ///
    /// # Errors
    /// If it has been released by hand.
    #[inline]
    pub fn give_back(&mut self, permit: Permit) -> Result<(), Refused> {
        match self.holdings.get(permit.key as usize) {
            Some(holding) if holding.number == permit.number => {
                self.holdings.remove(permit.key as usize);
                Ok(())
            }
            _ => Err(Refused::NotHolder),
        }
    }

    /// Gives a permit back by hand: the last one that the task took, if it has one. A semaphore's permit may be
    /// given back by another task than took it; that is the oldest one.
    ///
    /// # Errors
    /// If it is a lock that the task does not hold, or if all permits are there.
    pub fn release(&mut self, task: TaskId) -> Result<(), Refused> {
        let number = |(_, holding): &(usize, &Holding)| holding.number;
        let own = self.holdings.iter().filter(|(_, holding)| holding.held.task == task).max_by_key(number);
        let place = match (own, self.role) {
            (Some((place, _)), _) => place,
            (None, Role::Lock | Role::Service(_)) => return Err(Refused::NotHolder),
            (None, Role::Semaphore) => match self.holdings.iter().min_by_key(number) {
                Some((place, _)) => place,
                None => return Err(Refused::AllFree),
            },
        };
        self.holdings.remove(place);
        Ok(())
    }

    /// How many permits are held.
    pub fn count_held(&self) -> usize {
        self.holdings.len()
    }

    /// Who holds a permit, since when and by which operation; the oldest first.
    pub fn holders(&self) -> Vec<Held> {
        let mut holdings: Vec<Holding> = self.holdings.iter().map(|(_, holding)| *holding).collect();
        holdings.sort_by_key(|holding| holding.number);
        holdings.into_iter().map(|holding| holding.held).collect()
    }
}
