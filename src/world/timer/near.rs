//! The alarms that come next: a short list in the order of firing, the first to fire last.
//!
//! Nobody can foretell how alarms lie, and a branch that is mispredicted costs as much as twenty comparisons. So a few
//! are compared each with each, and among a few a new one is moved to its place step by step.

use std::cmp::Reverse;

use super::alarm::{Entry, Order};

/// Of so few each one's place is counted out.
const FEW_TO_RANK: usize = 8;
/// Among so few an alarm finds its place step by step.
const FEW_TO_SHIFT: usize = 12;
/// More are too many.
const CROWDED: usize = 128;

/// The alarms that come next.
#[derive(Clone, Debug, Default)]
pub(super) struct Near(Vec<Entry>);

impl Near {
    /// All, the first to fire last.
    #[inline(always)]
    pub fn as_slice(&self) -> &[Entry] {
        &self.0
    }

    /// The first to fire.
    #[inline(always)]
    pub fn first(&self) -> Option<&Entry> {
        self.0.last()
    }

    /// Takes the first to fire.
    #[inline(always)]
    pub fn pop(&mut self) -> Option<Entry> {
        self.0.pop()
    }

    /// Puts an alarm in, behind its equals.
    #[inline(always)]
    pub fn insert(&mut self, entry: Entry) {
        if self.0.len() <= FEW_TO_SHIFT {
            return self.shift_in(entry);
        }
        let behind = self.0.partition_point(|other| other.order > entry.order);
        self.0.insert(behind, entry);
    }

    #[inline(always)]
    fn shift_in(&mut self, entry: Entry) {
        let mut at = self.0.len();
        self.0.push(entry);
        while at > 0 && self.0[at - 1].order <= entry.order {
            self.0[at] = self.0[at - 1];
            at -= 1;
        }
        self.0[at] = entry;
    }

    /// Whether there are too many.
    #[inline(always)]
    pub fn is_crowded(&self) -> bool {
        self.0.len() > CROWDED
    }

    /// The deadline of the one in the middle. There must be one.
    pub fn middle(&self) -> u64 {
        self.0[self.0.len() / 2].order.deadline()
    }

    /// Takes out all from a deadline on, the first to fire first.
    pub fn drain_from(&mut self, deadline: u64) -> impl Iterator<Item = Entry> {
        let later = self.0.partition_point(|entry| entry.order.deadline() >= deadline);
        self.0.drain(..later).rev()
    }

    /// Takes in alarms in the order armed. There must be none.
    #[inline(always)]
    pub fn fill(&mut self, entries: &[Entry]) {
        debug_assert!(self.0.is_empty(), "places are counted from the beginning");
        if entries.len() <= FEW_TO_RANK {
            return self.rank(entries);
        }
        self.0.extend(entries.iter().rev());
        self.0.sort_by_key(|entry| Reverse(entry.order));
    }

    #[inline(always)]
    fn rank(&mut self, entries: &[Entry]) {
        // Those that are missing stand in front, and go first.
        let missing = FEW_TO_RANK - entries.len();
        let mut orders = [Order::FIRST; FEW_TO_RANK];
        orders[missing..].iter_mut().zip(entries).for_each(|(order, entry)| *order = entry.order);
        let mut places = [0; FEW_TO_RANK];
        for later in 1..FEW_TO_RANK {
            for earlier in 0..later {
                let goes_first = usize::from(orders[earlier] <= orders[later]);
                places[earlier] += goes_first;
                places[later] += 1 - goes_first;
            }
        }
        self.0.extend_from_slice(entries);
        places[missing..].iter().zip(entries).for_each(|(place, entry)| self.0[*place] = *entry);
    }

    /// Keeps only those that stay.
    pub fn retain(&mut self, stays: impl FnMut(&Entry) -> bool) {
        self.0.retain(stays);
    }
}
