//! Caches: values by key, each for a time, and who computes which of them.
//!
//! With single flight a key that is being computed has a flight: its leader computes, all others wait in its
//! line. A value's time counts from when it was kept; at exactly its end it is no longer there.

use std::sync::Arc;

use indexmap::IndexMap;

use super::semaphore::Held;
use crate::expression::value::{ErrorValue, Value};
use crate::plan::Flights;
use crate::trace::event::Missed;
use crate::world::line::Line;

/// A cache.
#[derive(Clone, Debug)]
pub struct Cache {
    /// How long a value is there, in nanoseconds; without it for ever.
    pub ttl: Option<u64>,
    /// How many values it holds; without it there is no bound.
    pub capacity: Option<u32>,
    /// Whether those who look up what is being computed wait for it.
    pub flights: Flights,
    /// What is being computed, with single flight.
    pub flying: IndexMap<Value, Flight>,
    /// The values; with a capacity the one that was used longest ago is the first.
    entries: IndexMap<Value, Entry>,
}

#[derive(Clone, Debug)]
struct Entry {
    value: Value,
    since: u64,
}

/// A computation that others wait for.
#[derive(Clone, Debug)]
pub struct Flight {
    /// Who computes, since when and where.
    pub leader: Held,
    /// Who waits.
    pub waiters: Line,
}

/// What a waiter learns of a flight.
#[derive(Clone, Debug)]
pub enum Landing {
    /// Nothing yet.
    Awaited,
    /// The value.
    Value(Value),
    /// It failed.
    Failed(Arc<ErrorValue>),
    /// The leader gave up: the waiter is the leader now.
    Yours,
}

impl Cache {
    /// An empty cache.
    pub fn new(ttl: Option<u64>, capacity: Option<u32>, flights: Flights) -> Cache {
        Cache { ttl, capacity, flights, flying: IndexMap::new(), entries: IndexMap::new() }
    }

    /// The value of a key, which counts as used now; or why it is not there. What is too old goes.
    pub fn find(&mut self, key: &Value, now: u64) -> Result<Value, Missed> {
        let Some(entry) = self.entries.get(key) else { return Err(Missed::Absent) };
        if !self.is_fresh(entry, now) {
            self.entries.shift_remove(key);
            return Err(Missed::Expired);
        }
        let value = entry.value.clone();
        if self.capacity.is_some()
            && let Some(entry) = self.entries.shift_remove(key)
        {
            self.entries.insert(key.clone(), entry);
        }
        Ok(value)
    }

    /// Keeps a value from now on; gives the key that had to go for it.
    pub fn keep(&mut self, key: Value, value: Value, now: u64) -> Option<Value> {
        self.entries.shift_remove(&key);
        self.entries.insert(key, Entry { value, since: now });
        let is_full = self.capacity.is_some_and(|capacity| self.entries.len() > capacity as usize);
        if is_full { self.entries.shift_remove_index(0).map(|(key, _)| key) } else { None }
    }

    /// Takes a value out, or all; how many were there.
    pub fn evict(&mut self, key: Option<&Value>, now: u64) -> u32 {
        let count = self.len(now);
        match key {
            Some(key) => self.entries.shift_remove(key).map(drop).unwrap_or_default(),
            None => self.entries.clear(),
        }
        count - self.len(now)
    }

    /// How many values are there.
    pub fn len(&self, now: u64) -> u32 {
        self.entries.values().filter(|entry| self.is_fresh(entry, now)).count() as u32
    }

    fn is_fresh(&self, entry: &Entry, now: u64) -> bool {
        self.ttl.is_none_or(|ttl| now - entry.since < ttl)
    }
}
