//! What will be needed soon is read ahead, for nothing.
//!
//! With many tasks each of them lies far away in memory, and a step waits longer for what it reads first than
//! it takes. Read while the step before is under way, that is there in time. Nothing depends on it: a guess
//! that is wrong costs a read.

use std::hint::black_box;

use super::World;
use super::resource::Resource;
use super::timer::Alarm;
use crate::expression::value::TaskId;

impl World {
    /// Reads the task that will most likely be woken after the next one, and the variables of the next one: where
    /// these lie stands in the task.
    #[inline(always)]
    pub fn fetch(&self, [first, second]: [Option<TaskId>; 2]) {
        if let Some(second) = second {
            black_box(self.task(second).position);
        }
        if let Some(first) = first {
            let task = self.task(first);
            black_box(task.frames.len());
            self.environments.fetch(task.home());
        }
    }

    /// The tasks that will most likely be woken next by an alarm, in order.
    #[inline(always)]
    pub fn woken_soon(&self) -> [Option<TaskId>; 2] {
        let [first, second] = self.timers.soon();
        if let Some(Alarm::Token(limiter)) = first
            && let Resource::Limiter(limiter) = &self.resources[limiter.0 as usize]
            && let Some(waiter) = limiter.waiters.first()
        {
            return [Some(waiter), self.links[waiter.0 as usize].next()];
        }
        [first, second].map(|alarm| alarm.and_then(|alarm| self.woken_by(alarm)))
    }

    #[inline(always)]
    fn woken_by(&self, alarm: Alarm) -> Option<TaskId> {
        match alarm {
            Alarm::Wake(task) | Alarm::Timeout { task, .. } | Alarm::Watch(task) | Alarm::Tick(task) => {
                Some(task)
            }
            Alarm::Token(limiter) => match &self.resources[limiter.0 as usize] {
                Resource::Limiter(limiter) => limiter.waiters.first(),
                _ => None,
            },
            Alarm::Thread(_) => None,
        }
    }
}
