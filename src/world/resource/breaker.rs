//! A circuit breaker: after so many failures in a row it lets nobody in for a time, then one on trial.
//!
//! Only calls let in since the breaker last changed count: a late result of an earlier period says nothing
//! about the present one. No timer is armed: that the cooldown has passed is seen by the next call.

use crate::expression::code::BreakerState;
use crate::expression::value::TaskId;

/// A circuit breaker.
#[derive(Clone, Debug)]
pub struct Breaker {
    failures: u32,
    cooldown: u64,
    state: State,
    period: Period,
}

/// A period between two changes of a breaker's state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Period(u64);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Everybody may in; so many have failed in a row.
    Closed { failed: u32 },
    /// Nobody may in before that instant.
    Open { until: u64 },
    /// One may in: the one on trial, if there is one.
    HalfOpen { trial: Option<TaskId> },
}

/// How a call through a breaker ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CallEnd {
    /// Without an error.
    Success,
    /// With an error.
    Failure,
    /// It was cancelled, which says nothing.
    Cancelled,
}

/// What a call that asks to be let in is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
    /// It may in.
    Granted(Period),
    /// It may in, as the first on trial after the cooldown.
    OnTrial(Period),
    /// It may not: the cooldown lasts so many nanoseconds more.
    Cooling(u64),
    /// It may not: this task is on trial.
    TrialUnderWay(TaskId),
}

impl Breaker {
    /// A closed breaker that opens after so many failures in a row, for so many nanoseconds.
    pub fn new(failures: u32, cooldown: u64) -> Breaker {
        Breaker { failures, cooldown, state: State::Closed { failed: 0 }, period: Period::default() }
    }

    /// How it stands: half open as soon as a call would be let in on trial.
    pub fn state(&self, now: u64) -> BreakerState {
        match self.state {
            State::Closed { .. } => BreakerState::Closed,
            State::Open { until } if now < until => BreakerState::Open,
            State::Open { .. } | State::HalfOpen { .. } => BreakerState::HalfOpen,
        }
    }

    /// A call asks to be let in.
    pub fn admit(&mut self, now: u64, task: TaskId) -> Admission {
        match &mut self.state {
            State::Closed { .. } => Admission::Granted(self.period),
            State::Open { until } if now < *until => Admission::Cooling(*until - now),
            State::Open { .. } => {
                let period = self.change(State::HalfOpen { trial: Some(task) });
                Admission::OnTrial(period)
            }
            State::HalfOpen { trial: Some(other) } => Admission::TrialUnderWay(*other),
            State::HalfOpen { trial } => {
                *trial = Some(task);
                Admission::Granted(self.period)
            }
        }
    }

    /// A call has ended. Tells how the breaker stands if that changed it.
    pub fn leave(&mut self, now: u64, period: Period, end: CallEnd) -> Option<BreakerState> {
        if period != self.period {
            return None;
        }
        match (&mut self.state, end) {
            (State::Closed { failed }, CallEnd::Success) => *failed = 0,
            (State::Closed { failed }, CallEnd::Failure) => {
                *failed += 1;
                if *failed >= self.failures {
                    return Some(self.open(now));
                }
            }
            (State::HalfOpen { .. }, CallEnd::Success) => {
                self.change(State::Closed { failed: 0 });
                return Some(BreakerState::Closed);
            }
            (State::HalfOpen { .. }, CallEnd::Failure) => return Some(self.open(now)),
            (State::HalfOpen { trial }, CallEnd::Cancelled) => *trial = None,
            (State::Closed { .. }, CallEnd::Cancelled) | (State::Open { .. }, _) => {}
        }
        None
    }

    /// Whether a call is on trial.
    pub fn is_on_trial(&self) -> bool {
        matches!(self.state, State::HalfOpen { trial: Some(_) })
    }

    fn open(&mut self, now: u64) -> BreakerState {
        self.change(State::Open { until: now.saturating_add(self.cooldown) });
        BreakerState::Open
    }

    fn change(&mut self, state: State) -> Period {
        self.state = state;
        self.period = Period(self.period.0 + 1);
        self.period
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn granted(admission: Admission) -> Period {
        match admission {
            Admission::Granted(period) | Admission::OnTrial(period) => period,
            refused => panic!("{refused:?}"),
        }
    }

    #[test]
    fn failures_in_a_row_open_it_and_a_success_between_starts_over() {
        let mut breaker = Breaker::new(2, 10);
        for end in [CallEnd::Failure, CallEnd::Success, CallEnd::Failure, CallEnd::Cancelled] {
            let period = granted(breaker.admit(0, TaskId(0)));
            assert_eq!(breaker.leave(0, period, end), None);
        }
        let period = granted(breaker.admit(5, TaskId(0)));
        assert_eq!(breaker.leave(5, period, CallEnd::Failure), Some(BreakerState::Open));
        assert_eq!(breaker.admit(14, TaskId(0)), Admission::Cooling(1));
        assert_eq!(breaker.state(15), BreakerState::HalfOpen);
    }

    #[test]
    fn a_late_result_of_an_earlier_period_does_not_count() {
        let mut breaker = Breaker::new(1, 10);
        let (slow, quick) = (granted(breaker.admit(0, TaskId(0))), granted(breaker.admit(0, TaskId(1))));
        assert_eq!(breaker.leave(0, quick, CallEnd::Failure), Some(BreakerState::Open));
        assert_eq!(breaker.leave(5, slow, CallEnd::Failure), None);
        let trial = granted(breaker.admit(10, TaskId(2)));
        assert_eq!(breaker.leave(11, slow, CallEnd::Success), None);
        assert_eq!(breaker.admit(11, TaskId(3)), Admission::TrialUnderWay(TaskId(2)));
        assert_eq!(breaker.leave(12, trial, CallEnd::Success), Some(BreakerState::Closed));
    }

    #[test]
    fn a_cancelled_trial_makes_place_for_another() {
        let mut breaker = Breaker::new(1, 10);
        let first = granted(breaker.admit(0, TaskId(0)));
        breaker.leave(0, first, CallEnd::Failure);
        let trial = granted(breaker.admit(10, TaskId(0)));
        assert_eq!(breaker.leave(11, trial, CallEnd::Cancelled), None);
        assert!(!breaker.is_on_trial());
        let again = granted(breaker.admit(11, TaskId(1)));
        assert_eq!(breaker.leave(12, again, CallEnd::Failure), Some(BreakerState::Open));
        assert_eq!(breaker.admit(21, TaskId(1)), Admission::Cooling(1));
    }
}
