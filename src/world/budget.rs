//! How many operations there were, and how many more there may be: in all, without waiting, and while time stands
//! still.
//!
//! Turns and instants begin by the million, operations too, and the limits are far away. So a turn or an instant
//! that begins only notes where, and an operation is compared with one number, up to which all is known to be well:
//! the first end that there was when that was looked up. Later beginnings only move ends away.

use super::Limits;
use crate::trace::outcome::Limit;

/// The operations of a run so far.
#[derive(Clone, Copy, Debug)]
pub(super) struct Budget {
    /// How many there were.
    steps: u64,
    /// How many there were when the turn began.
    turn_began: u64,
    /// How many there were when the clock moved last.
    instant_began: u64,
    /// Up to here no limit is reached; the first end may lie further.
    granted: u64,
    max_steps: u64,
    max_turn: u64,
    max_instant: u64,
}

impl Budget {
    /// None yet.
    pub fn new(limits: Limits) -> Budget {
        let Limits { max_steps, max_turn, max_instant, .. } = limits;
        Budget { steps: 0, turn_began: 0, instant_began: 0, granted: 0, max_steps, max_turn, max_instant }
    }

    /// How many there were.
    #[inline(always)]
    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// Another task has its turn.
    #[inline(always)]
    pub fn begin_turn(&mut self) {
        self.turn_began = self.steps;
    }

    /// The clock has moved.
    #[inline(always)]
    pub fn begin_instant(&mut self) {
        self.instant_began = self.steps;
    }

    /// Counts an operation: the limit beyond which it lies, if it does.
    #[inline(always)]
    pub fn count(&mut self) -> Result<(), Limit> {
        self.steps += 1;
        if self.steps > self.granted { self.grant() } else { Ok(()) }
    }

    #[cold]
    fn grant(&mut self) -> Result<(), Limit> {
        let Budget { max_steps, max_turn, max_instant, .. } = *self;
        let turn_end = self.turn_began.saturating_add(max_turn);
        let instant_end = self.instant_began.saturating_add(max_instant);
        self.granted = turn_end.min(instant_end).min(max_steps);
        match self.steps {
            steps if steps > turn_end => Err(Limit::Turn(max_turn)),
            steps if steps > instant_end => Err(Limit::Instant(max_instant)),
            steps if steps > max_steps => Err(Limit::Steps(max_steps)),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(budget: &mut Budget, most: u64) -> (u64, Option<Limit>) {
        let before = budget.steps();
        let limit = (0..most).find_map(|_| budget.count().err());
        (budget.steps() - before, limit)
    }

    #[test]
    fn the_first_operation_beyond_a_limit_is_found_however_turns_and_instants_began() {
        let limits = Limits { max_steps: 100, max_turn: 10, max_instant: 25, ..Limits::default() };
        let mut budget = Budget::new(limits);
        assert_eq!(counted(&mut budget, 10), (10, None));
        let mut same = budget;
        assert_eq!(counted(&mut same, 10), (1, Some(Limit::Turn(10))));
        for _ in 0..3 {
            budget.begin_turn();
            assert_eq!(counted(&mut budget, 5), (5, None));
        }
        let mut same = budget;
        same.begin_turn();
        assert_eq!(counted(&mut same, 5), (1, Some(Limit::Instant(25))));
        for _ in 0..15 {
            budget.begin_instant();
            budget.begin_turn();
            assert_eq!(counted(&mut budget, 5), (5, None));
        }
        budget.begin_instant();
        budget.begin_turn();
        assert_eq!(counted(&mut budget, 5), (1, Some(Limit::Steps(100))));
        assert_eq!(budget.count(), Err(Limit::Steps(100)), "and every one behind it");
    }

    #[test]
    fn limits_may_be_as_low_and_as_high_as_numbers_go() {
        let with = |most| {
            let mut limits = Limits::default();
            limits.bound_operations(most);
            Budget::new(limits)
        };
        assert_eq!(with(0).count(), Err(Limit::Turn(0)));
        let mut unlimited = with(u64::MAX);
        assert_eq!(counted(&mut unlimited, 10), (10, None));
        unlimited.begin_turn();
        unlimited.begin_instant();
        assert_eq!(counted(&mut unlimited, 10), (10, None));
    }
}
