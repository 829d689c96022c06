//! What is armed: an alarm, when it fires, and the key to disarm it by.

use crate::expression::value::{ResourceId, TaskId};
use crate::world::threads::ThreadIndex;

/// An armed alarm, to disarm it by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TimerKey {
    pub(super) index: u32,
    pub(super) generation: u32,
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
        /// The block's frame, counted from the bottom of the task's stack; how deep that may get is bounded.
        frame: u16,
    },
    /// The time of a wait for tasks is over.
    Watch(TaskId),
    /// A thread's work is done.
    Thread(ThreadIndex),
    /// A limiter's next token is there.
    Token(ResourceId),
    /// It is a monitor's time.
    Tick(TaskId),
}

impl Alarm {
    /// Whether it goes before the others of its instant: timeouts of blocks do.
    pub(super) fn is_urgent(self) -> bool {
        matches!(self, Alarm::Timeout { .. })
    }
}

/// An alarm in a list.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    pub order: Order,
    pub alarm: Alarm,
    pub key: TimerKey,
}

const _: () =
    assert!(size_of::<Entry>() == 24, "with many alarms the cache lines that they take are what they cost");

/// When an alarm fires: by deadline, of one deadline the urgent ones first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Order(u64);

impl Order {
    /// None goes before this.
    pub const FIRST: Order = Order(0);

    /// The clock ends at half of what a word holds, so that a bit is free for the urgency.
    #[inline]
    pub fn new(deadline: u64, alarm: Alarm) -> Order {
        Order(deadline.min(LAST) << 1 | u64::from(!alarm.is_urgent()))
    }

    #[inline]
    pub fn deadline(self) -> u64 {
        self.0 >> 1
    }
}

/// The last deadline, the one behind the last instant of the clock.
const LAST: u64 = u64::MAX >> 1;
