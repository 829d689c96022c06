//! What will be needed soon is fetched into the processor's cache.
//!
//! With many tasks each of them lies far away in memory, and a step waits longer for what it reads first than
//! it takes. Asked for while the steps before are under way, that is there in time. Nothing depends on it: a
//! guess that is wrong costs a hint.

use prefetch_index::prefetch_index;

use super::World;
use super::frame::Frame;
use super::resource::Resource;
use super::task::Task;
use super::timer::Alarm;
use super::variables::Environments;
use crate::expression::value::TaskId;

/// On most processors, in bytes.
pub const CACHE_LINE: usize = 64;

/// So few tasks, those that have ended included, are in the cache anyway, with all that is theirs.
const FEW_TASKS: usize = 128;

/// Asks for the cache line at an address. Nothing is read there, so it may be any.
#[inline(always)]
pub fn fetch(address: usize) {
    let origin: &[u8] = &[];
    prefetch_index(origin, address.wrapping_sub(origin.as_ptr().addr()));
}

/// Asks for the variables of the body that called the one a task begins its turn in: it returns there soon.
#[inline(always)]
pub(super) fn fetch_caller(task: &Task, environments: &Environments) {
    if let Some(Frame::Call { environment, .. }) = task.frames.first() {
        environments.fetch(*environment);
    }
}

impl World {
    /// Asks for the task whose turn will most likely be the second after the one handed out last, and for what belongs
    /// to the first: where that lies stands in the task. Which two these are; nobody if there are few tasks.
    #[inline(always)]
    pub fn fetch_ahead(&self) -> [Option<TaskId>; 2] {
        if self.tasks.len() <= FEW_TASKS {
            return [None, None];
        }
        let [first, second] = self.next_turns();
        if let Some(second) = second {
            let task = self.tasks.as_ptr().addr() + second.0 as usize * size_of::<Task>();
            fetch(task);
            fetch(task.wrapping_add(CACHE_LINE));
        }
        if let Some(first) = first {
            let task = self.task(first);
            // How many there are stands before them, as thin-vec lays it out. If that changes, a hint is lost.
            let frames = task.frames.as_ptr().addr().wrapping_sub(2 * size_of::<usize>());
            fetch(frames);
            fetch(frames.wrapping_add(CACHE_LINE));
            fetch(frames.wrapping_add(2 * CACHE_LINE));
            if let Some(environment) = task.environment {
                self.environments.fetch(environment);
            }
        }
        [first, second]
    }

    /// Whose turn will most likely be next, and whose behind that: those who are ready, then those whom an alarm
    /// wakes.
    #[inline(always)]
    fn next_turns(&self) -> [Option<TaskId>; 2] {
        match self.ready.first() {
            None if self.timers.len() == 0 => [None, None],
            None => self.woken_soon(),
            Some(first) => match self.links[first.0 as usize].next() {
                Some(second) if self.ready.len() > 1 => [Some(first), Some(second)],
                _ => [Some(first), self.woken_soon()[0]],
            },
        }
    }

    /// The tasks that will most likely be woken next by an alarm, in order.
    #[inline(always)]
    fn woken_soon(&self) -> [Option<TaskId>; 2] {
        let [first, second] = self.timers.soon();
        if let (Some(Alarm::Wake(first)), Some(Alarm::Wake(second))) = (first, second) {
            return [Some(first), Some(second)];
        }
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
