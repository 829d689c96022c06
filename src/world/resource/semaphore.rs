//! Locks and semaphores: so many holders at once. A lock is a semaphore of one permit that only its holder
//! may release; the connections of a service are permits, too.
//!
//! With a fair one a permit that is given back belongs to the first waiter at once: `free` stays as it was
//! until that waiter gives it back, or declines. A barging one only wakes the first waiter to try again.

use std::collections::BTreeMap;

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
    /// Those that are released by hand, by task and number, and by number. Whoever owes one back has its key.
    kept: BTreeMap<(TaskId, u64), HoldingKey>,
    kept_by_age: BTreeMap<u64, HoldingKey>,
    /// How many permits have been taken.
    taken: u64,
}

/// What happens to what is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claim {
    /// It is the task's until it gives it back.
    Kept,
    /// It is given back at the end of a block.
    Owed,
}

/// Where in the slab a holding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct HoldingKey(u32);

#[derive(Clone, Copy, Debug)]
struct Holding {
    /// Which permit it was that was taken, from 0: an older one has a lower number.
    number: u64,
    held: Held,
}

/// A permit that is owed back: where it is found, and which one it was, for it may be released by hand meanwhile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Permit {
    key: HoldingKey,
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
    /// Whether the trace tells who takes a permit and gives it back: a service without a bound makes nobody wait, so
    /// who has its connections explains nothing.
    #[inline]
    pub fn is_told(&self) -> bool {
        self.is_bounded()
    }

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
            kept: BTreeMap::new(),
            kept_by_age: BTreeMap::new(),
            taken: 0,
        }
    }

    /// Takes one of the free permits.
    #[inline]
    pub fn take(&mut self, held: Held, claim: Claim) -> Permit {
        self.free -= 1;
        self.hold(held, claim)
    }

    /// Takes the permit that was granted.
    #[inline]
    pub fn take_granted(&mut self, held: Held, claim: Claim) -> Permit {
        self.granted -= 1;
        self.hold(held, claim)
    }

    #[inline]
    fn hold(&mut self, held: Held, claim: Claim) -> Permit {
        let number = self.taken;
        self.taken += 1;
        let key = HoldingKey(self.holdings.insert(Holding { number, held }) as u32);
        if claim == Claim::Kept {
            self.kept.insert((held.task, number), key);
            self.kept_by_age.insert(number, key);
        }
        Permit { key, number }
    }

    /// Gives back a permit that a task owes. If it has been released by hand, and the task has taken one again since,
    /// it is that one.
    ///
    /// # Errors
    /// If it was only released.
    #[inline]
    pub fn give_back(&mut self, task: TaskId, permit: Permit) -> Result<(), Refused> {
        if !self.is_held(permit) {
            return self.give_back_newer(task, permit.number);
        }
        self.holdings.remove(permit.key.0 as usize);
        Ok(())
    }

    #[inline]
    fn is_held(&self, permit: Permit) -> bool {
        self.holdings.get(permit.key.0 as usize).is_some_and(|holding| holding.number == permit.number)
    }

    #[cold]
    fn give_back_newer(&mut self, task: TaskId, number: u64) -> Result<(), Refused> {
        let (_, key) = self.last_kept(task, number).ok_or(Refused::NotHolder)?;
        self.remove(key);
        Ok(())
    }

    /// Gives a permit back by hand: the last one that the task took, if it has one, be it one that it owes. A
    /// semaphore's permit may be given back by another task than took it; that is the oldest one.
    ///
    /// # Errors
    /// If it is a lock that the task does not hold, or if all permits are there.
    pub fn release(&mut self, task: TaskId, owed: impl Iterator<Item = Permit>) -> Result<(), Refused> {
        let owed =
            owed.filter(|permit| self.is_held(*permit)).map(|permit| (permit.number, permit.key)).max();
        let own = owed.max(self.last_kept(task, 0)).or_else(|| self.last_owed_elsewhere(task));
        let key = match (own, self.role) {
            (Some((_, key)), _) => key,
            (None, Role::Lock | Role::Service(_)) => return Err(Refused::NotHolder),
            (None, Role::Semaphore) => self.oldest().ok_or(Refused::AllFree)?,
        };
        self.remove(key);
        Ok(())
    }

    /// The last permit of a task that it does not keep: what a stream owes that stands still is not among what its
    /// task owes now.
    fn last_owed_elsewhere(&self, task: TaskId) -> Option<(u64, HoldingKey)> {
        if self.holdings.len() == self.kept.len() {
            return None;
        }
        let own = self.holdings.iter().filter(|(_, holding)| holding.held.task == task);
        own.map(|(key, holding)| (holding.number, HoldingKey(key as u32))).max()
    }

    /// The last permit that a task keeps, if its number is not lower than this; with its number.
    fn last_kept(&self, task: TaskId, lowest: u64) -> Option<(u64, HoldingKey)> {
        let (&(_, number), &key) = self.kept.range((task, lowest)..=(task, u64::MAX)).next_back()?;
        Some((number, key))
    }

    /// Among those that are released by hand it is known; others have to be looked at if there are any.
    fn oldest(&self) -> Option<HoldingKey> {
        if self.holdings.len() == self.kept.len() {
            return self.kept_by_age.values().next().copied();
        }
        let oldest = self.holdings.iter().min_by_key(|(_, holding)| holding.number);
        oldest.map(|(key, _)| HoldingKey(key as u32))
    }

    fn remove(&mut self, key: HoldingKey) {
        let Holding { number, held } = self.holdings.remove(key.0 as usize);
        self.kept.remove(&(held.task, number));
        self.kept_by_age.remove(&number);
    }

    /// How many permits are held.
    pub fn count_held(&self) -> usize {
        self.holdings.len()
    }

    /// Who holds a permit, since when and by which operation; the oldest first.
    pub fn holders(&self) -> impl Iterator<Item = Held> {
        let mut holdings: Vec<Holding> = self.holdings.iter().map(|(_, holding)| *holding).collect();
        holdings.sort_by_key(|holding| holding.number);
        holdings.into_iter().map(|holding| holding.held)
    }
}
