//! A barrier: tasks wait at it until so many have arrived, then all go on, and it is ready for the next
//! round.
//!
//! The place in line is the index of arrival, so one who leaves early leaves no gap.

use crate::expression::value::TaskId;
use crate::world::line::{Line, Link};

/// A barrier.
#[derive(Clone, Debug)]
pub struct Barrier {
    /// How many must arrive.
    pub parties: u32,
    /// Who has arrived, the first first; always fewer than `parties`.
    pub waiters: Line,
    /// How often it has opened.
    pub rounds: u64,
    /// Whether it can be waited at.
    pub condition: Soundness,
}

/// Whether a barrier can be waited at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Soundness {
    /// It can.
    Sound,
    /// It was aborted: whoever waits fails.
    Broken,
}

/// What an arrival at a barrier leads to.
#[derive(Debug, PartialEq, Eq)]
pub enum Arrival {
    /// Others are missing: the task waits.
    Waits,
    /// It was the last: these go on, in order of arrival, and so does the task.
    Opens(Vec<TaskId>),
}

impl Barrier {
    /// A barrier for so many tasks, nobody there.
    pub fn new(parties: u32) -> Barrier {
        Barrier { parties, waiters: Line::default(), rounds: 0, condition: Soundness::Sound }
    }

    /// A task arrives.
    pub fn arrive(&mut self, links: &mut [Link], task: TaskId) -> Arrival {
        if self.waiters.len() + 1 < self.parties {
            self.waiters.push(links, task);
            return Arrival::Waits;
        }
        self.rounds += 1;
        Arrival::Opens(self.dismiss(links))
    }

    /// Takes all who wait out of the line, in order of arrival.
    pub fn dismiss(&mut self, links: &mut [Link]) -> Vec<TaskId> {
        std::iter::from_fn(|| self.waiters.pop(links)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_leaves_early_leaves_no_gap_and_each_round_starts_empty() {
        let mut links = vec![Link::default(); 5];
        let mut barrier = Barrier::new(3);
        assert_eq!(barrier.arrive(&mut links, TaskId(0)), Arrival::Waits);
        assert_eq!(barrier.arrive(&mut links, TaskId(1)), Arrival::Waits);
        barrier.waiters.remove(&mut links, TaskId(0));
        assert_eq!(barrier.arrive(&mut links, TaskId(2)), Arrival::Waits);
        assert_eq!(barrier.arrive(&mut links, TaskId(3)), Arrival::Opens(vec![TaskId(1), TaskId(2)]));
        assert!(barrier.waiters.is_empty());
        assert_eq!(barrier.rounds, 1);
        assert_eq!(barrier.arrive(&mut links, TaskId(4)), Arrival::Waits);
    }

    #[test]
    fn a_barrier_for_one_never_holds_anybody() {
        let mut barrier = Barrier::new(1);
        assert_eq!(barrier.arrive(&mut [], TaskId(0)), Arrival::Opens(Vec::new()));
    }
}
