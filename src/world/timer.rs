//! What is armed to happen at a later instant.
//!
//! Alarms of one instant fire in the order in which they were armed, timeouts before all others.

use std::collections::BTreeMap;

use crate::expression::value::{ResourceId, TaskId};

/// Which of the alarms of one instant go first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Urgency {
    /// Timeouts of blocks.
    Timeout,
    /// Everything else.
    Timer,
}

/// An armed alarm, to disarm it by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TimerKey {
    deadline: u64,
    urgency: Urgency,
    order: u64,
}

/// What is to happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Alarm {
    /// A sleep ends.
    Wake(TaskId),
    /// A block's time is up.
    Timeout {
        /// The task that runs the block.
        task: TaskId,
        /// The block's frame, counted from the bottom of the task's stack.
        frame: u32,
    },
    /// A limiter's next token is there.
    Token(ResourceId),
}

/// All armed alarms.
#[derive(Clone, Debug, Default)]
pub struct Timers {
    alarms: BTreeMap<TimerKey, Alarm>,
    armed: u64,
}

impl Timers {
    /// Arms an alarm for an instant, in nanoseconds.
    pub fn arm(&mut self, deadline: u64, urgency: Urgency, alarm: Alarm) -> TimerKey {
        let key = TimerKey { deadline, urgency, order: self.armed };
        self.armed += 1;
        self.alarms.insert(key, alarm);
        key
    }

    /// Takes an alarm back; one that has fired is ignored.
    pub fn disarm(&mut self, key: TimerKey) {
        self.alarms.remove(&key);
    }

    /// The next instant at which something happens.
    pub fn next_deadline(&self) -> Option<u64> {
        self.alarms.first_key_value().map(|(key, _)| key.deadline)
    }

    /// Takes the first alarm that is due.
    pub fn pop_due(&mut self, now: u64) -> Option<Alarm> {
        let entry = self.alarms.first_entry()?;
        (entry.key().deadline <= now).then(|| entry.remove())
    }

    /// How many are armed.
    pub fn len(&self) -> usize {
        self.alarms.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alarms_of_one_instant_fire_in_the_order_armed_timeouts_first() {
        let mut timers = Timers::default();
        let wake = |task| Alarm::Wake(TaskId(task));
        timers.arm(5, Urgency::Timer, wake(1));
        timers.arm(5, Urgency::Timer, wake(2));
        timers.arm(5, Urgency::Timeout, Alarm::Timeout { task: TaskId(3), frame: 0 });
        timers.arm(4, Urgency::Timer, wake(4));
        let gone = timers.arm(5, Urgency::Timer, wake(5));
        timers.disarm(gone);
        assert_eq!(timers.pop_due(3), None);
        let order: Vec<Alarm> = std::iter::from_fn(|| timers.pop_due(5)).collect();
        assert_eq!(order, [wake(4), Alarm::Timeout { task: TaskId(3), frame: 0 }, wake(1), wake(2)]);
        assert_eq!(timers.len(), 0);
    }
}
