//! A queue of items between tasks.
//!
//! `promised` items at the front belong to getters that have been woken and have not run yet; they stay in
//! the queue, and count in its size, until then. While getters wait, every item is promised; while putters
//! wait, the queue is full.

use std::collections::VecDeque;

use crate::expression::value::{TaskId, Value};
use crate::trace::Sequence;
use crate::world::line::{Line, Link};

/// A queue.
#[derive(Clone, Debug, Default)]
pub struct Queue {
    /// The items, the oldest first, each with the event that put it in.
    pub items: VecDeque<(Value, Option<Sequence>)>,
    /// How many items it holds at most.
    pub capacity: Option<u32>,
    /// How many items are promised to woken getters.
    pub promised: u32,
    /// Who waits for an item.
    pub getters: Line,
    /// Who waits for room.
    pub putters: Line,
    /// Who waits until all is done.
    pub joiners: Line,
    /// How many items have been put and not yet marked as done.
    pub undone: u64,
    /// Whether items may still be put.
    pub access: Access,
}

/// Whether items may still be put.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Access {
    /// They may.
    #[default]
    Open,
    /// No more.
    Closed,
}

impl Queue {
    /// A queue that holds at most so many items.
    pub fn new(capacity: Option<u32>) -> Queue {
        Queue { capacity, ..Queue::default() }
    }

    /// Whether one more item fits.
    pub fn has_room(&self) -> bool {
        self.capacity.is_none_or(|capacity| self.items.len() < capacity as usize)
    }

    /// Whether there is an item for one who has no promise.
    pub fn has_item(&self) -> bool {
        self.items.len() > self.promised as usize
    }

    /// Whether no item will come any more.
    pub fn is_exhausted(&self) -> bool {
        self.access == Access::Closed && !self.has_item()
    }

    /// Stores an item.
    pub fn store(&mut self, item: Value, put: Option<Sequence>) {
        self.items.push_back((item, put));
        self.undone += 1;
    }

    /// Takes the oldest item that is not promised.
    pub fn take_free(&mut self) -> Option<(Value, Option<Sequence>)> {
        self.items.remove(self.promised as usize)
    }

    /// Takes a promised item: those who run first take the oldest.
    pub fn take_promised(&mut self) -> Option<(Value, Option<Sequence>)> {
        self.promised = self.promised.saturating_sub(1);
        self.items.pop_front()
    }

    /// Promises a free item to the getter who waits longest.
    pub fn promise(&mut self, links: &mut [Link]) -> Option<TaskId> {
        if !self.has_item() {
            return None;
        }
        let getter = self.getters.pop(links)?;
        self.promised += 1;
        Some(getter)
    }
}
