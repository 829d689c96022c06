//! A queue of items between tasks.
//!
//! The first `promised` items in the queue's order belong to getters that have been woken and have not run
//! yet; they stay in the queue, and count in its size, until then. Which item such a getter gets is decided
//! when it runs: the first one there is. While getters wait, every item is promised; while putters wait, the
//! queue is full.

use std::collections::{BTreeMap, VecDeque};

use crate::expression::value::{TaskId, Value};
use crate::plan::QueueOrder;
use crate::trace::Sequence;
use crate::world::line::{Line, Link};

/// A queue.
#[derive(Clone, Debug)]
pub struct Queue {
    /// The items in their order.
    pub items: Items,
    /// How many items it holds at most.
    pub capacity: Option<u32>,
    /// How many items are promised to woken getters.
    pub promised: u32,
    /// How many are not.
    free: u32,
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

/// An item with the event that put it in.
pub type Entry = (Value, Option<Sequence>);

/// How urgent an item is: the lowest goes first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Priority(pub i64);

/// Items in the order in which they leave.
#[derive(Clone, Debug)]
pub enum Items {
    /// The oldest first.
    Fifo(VecDeque<Entry>),
    /// The newest first; it is the last of the list.
    Lifo(Vec<Entry>),
    /// The lowest priority first; of equal ones the oldest. How many have been put numbers them.
    Priority(BTreeMap<(Priority, u64), Entry>, u64),
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

impl Items {
    fn new(order: QueueOrder) -> Items {
        match order {
            QueueOrder::Fifo => Items::Fifo(VecDeque::new()),
            QueueOrder::Lifo => Items::Lifo(Vec::new()),
            QueueOrder::Priority => Items::Priority(BTreeMap::new(), 0),
        }
    }

    /// Whether priorities decide their order.
    pub fn have_priorities(&self) -> bool {
        matches!(self, Items::Priority(..))
    }

    #[inline(always)]
    fn push(&mut self, entry: Entry, priority: Priority) {
        match self {
            Items::Fifo(items) => items.push_back(entry),
            Items::Lifo(items) => items.push(entry),
            Items::Priority(items, count) => {
                items.insert((priority, *count), entry);
                *count += 1;
            }
        }
    }

    /// Takes the one before which so many others would leave.
    #[inline(always)]
    fn take(&mut self, rank: usize) -> Option<Entry> {
        match self {
            Items::Fifo(items) if rank == 0 => items.pop_front(),
            others => others.take_ranked(rank),
        }
    }

    #[inline(never)]
    fn take_ranked(&mut self, rank: usize) -> Option<Entry> {
        match self {
            Items::Fifo(items) => items.remove(rank),
            Items::Lifo(items) => {
                let index = items.len().checked_sub(rank + 1)?;
                Some(items.remove(index))
            }
            Items::Priority(items, _) => {
                let key = *items.keys().nth(rank)?;
                items.remove(&key)
            }
        }
    }
}

impl Queue {
    /// A queue that holds at most so many items.
    pub fn new(order: QueueOrder, capacity: Option<u32>) -> Queue {
        Queue {
            items: Items::new(order),
            capacity,
            promised: 0,
            free: 0,
            getters: Line::default(),
            putters: Line::default(),
            joiners: Line::default(),
            undone: 0,
            access: Access::Open,
        }
    }

    /// How many items there are.
    #[inline]
    pub fn len(&self) -> u32 {
        self.promised + self.free
    }

    /// Whether one more item may go in.
    #[inline]
    pub fn has_room(&self) -> bool {
        self.access == Access::Open && self.capacity.is_none_or(|capacity| self.len() < capacity)
    }

    /// Whether there is an item for one who has no promise.
    #[inline]
    pub fn has_item(&self) -> bool {
        self.free > 0
    }

    /// Stores an item.
    #[inline(always)]
    pub fn store(&mut self, item: Value, put: Option<Sequence>, priority: Priority) {
        self.items.push((item, put), priority);
        self.free += 1;
        self.undone += 1;
    }

    /// Takes the first item that is not promised.
    #[inline(always)]
    pub fn take_free(&mut self) -> Option<Entry> {
        self.free = self.free.checked_sub(1)?;
        self.items.take(self.promised as usize)
    }

    /// Takes a promised item: those who run first take the first.
    #[inline(always)]
    pub fn take_promised(&mut self) -> Option<Entry> {
        self.promised = self.promised.checked_sub(1)?;
        self.items.take(0)
    }

    /// One who had a promise does not want the item any more.
    pub fn break_promise(&mut self) {
        self.promised -= 1;
        self.free += 1;
    }

    /// Promises a free item to the getter who waits longest.
    #[inline(always)]
    pub fn promise(&mut self, links: &mut [Link]) -> Option<TaskId> {
        if self.getters.is_empty() || !self.has_item() {
            return None;
        }
        self.promised += 1;
        self.free -= 1;
        self.getters.pop(links)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(order: QueueOrder) -> Queue {
        let mut queue = Queue::new(order, None);
        for (item, priority) in [(0, 5), (1, 1), (2, 5), (3, 1)] {
            queue.store(Value::Int(item), None, Priority(priority));
        }
        queue
    }

    fn drained(mut queue: Queue) -> Vec<Value> {
        std::iter::from_fn(|| queue.take_free()).map(|(item, _)| item).collect()
    }

    #[test]
    fn each_order_gives_its_own_sequence_and_equal_priorities_keep_theirs() {
        let expected = [
            (QueueOrder::Fifo, [0, 1, 2, 3]),
            (QueueOrder::Lifo, [3, 2, 1, 0]),
            (QueueOrder::Priority, [1, 3, 0, 2]),
        ];
        for (order, items) in expected {
            assert_eq!(drained(filled(order)), items.map(Value::Int), "{order:?}");
        }
    }

    #[test]
    fn one_without_a_promise_leaves_the_first_items_to_those_who_have_one() {
        let expected =
            [(QueueOrder::Fifo, (1, 0)), (QueueOrder::Lifo, (2, 3)), (QueueOrder::Priority, (3, 1))];
        for (order, (free, promised)) in expected {
            let mut links = vec![Link::default(); 1];
            let mut queue = filled(order);
            queue.getters.push(&mut links, TaskId(0));
            assert_eq!(queue.promise(&mut links), Some(TaskId(0)));
            assert_eq!(queue.take_free().map(|(item, _)| item), Some(Value::Int(free)), "{order:?}");
            assert_eq!(queue.take_promised().map(|(item, _)| item), Some(Value::Int(promised)), "{order:?}");
        }
    }
}
