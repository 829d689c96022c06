//! What happens next: a task that is ready takes a step, alarms fire, or the clock moves on.
//!
//! Ready tasks go first, first in, first out. All alarms of an instant fire, in the order armed, before any task
//! runs.

use super::World;
use super::task::Phase;
use super::timer::Alarm;
use crate::expression::value::TaskId;
use crate::plan::Plan;
use crate::trace::outcome::Limit;

impl World {
    /// Whose step is next; the clock moves on as long as nobody is ready. None: nothing will happen any more.
    #[inline(always)]
    pub fn next_task(&mut self, plan: &Plan) -> Option<TaskId> {
        loop {
            if let Some(ready) = self.take(plan) {
                return Some(ready);
            }
            if let Some(sleeper) = self.next_sleeper() {
                return Some(sleeper);
            }
            if !self.advance() {
                return None;
            }
        }
    }

    /// Fires what is due and hands out the task that is ready longest.
    #[inline(always)]
    pub fn take(&mut self, plan: &Plan) -> Option<TaskId> {
        if self.ending.is_some() {
            return None;
        }
        if self.timers.is_due(self.now) {
            self.fire(plan);
        }
        self.ready.pop(&self.links)
    }

    #[inline(never)]
    fn fire(&mut self, plan: &Plan) {
        while let Some(alarm) = self.timers.pop_due(self.now) {
            match alarm {
                Alarm::Wake(task) => self.wake_sleeper(task),
                Alarm::Timeout { task, frame } => self.expire(plan, task, u32::from(frame)),
                Alarm::Watch(task) => self.end_watch_in_time(task),
                Alarm::Thread(thread) => self.end_work(thread),
                Alarm::Token(limiter) => self.grant_tokens(limiter),
                Alarm::Tick(monitor) => {
                    self.ticks -= 1;
                    self.wake_sleeper(monitor);
                }
            }
        }
    }

    /// Moves the clock to the end of a sleep, or of another wait for a time, if that comes next and alone: most often
    /// it does, and then the sleeper need not queue to be the only one who is ready.
    #[inline(always)]
    fn next_sleeper(&mut self) -> Option<TaskId> {
        if self.ending.is_some() {
            return None;
        }
        let (deadline, sleeper) = self.timers.pop_lone_sleep(self.last_instant)?;
        self.move_clock(deadline);
        self.task_mut(sleeper).phase = Phase::Ready;
        Some(sleeper)
    }

    /// Moves the clock to the next alarm. False if there is none, or if it lies beyond the limit.
    pub fn advance(&mut self) -> bool {
        if self.only_monitors_are_left() {
            return false;
        }
        let Some(deadline) = self.timers.next_deadline().filter(|_| self.ending.is_none()) else {
            return false;
        };
        let last = self.last_instant;
        if deadline > last {
            self.now = last;
            let task = self.tasks.iter().position(|task| task.phase == Phase::Waiting).unwrap_or(0);
            self.stop(TaskId(task as u32), Limit::Time(last));
            return false;
        }
        self.move_clock(deadline);
        true
    }

    #[inline(always)]
    pub(super) fn move_clock(&mut self, to: u64) {
        if to > self.now {
            self.now = to;
            self.budget.begin_instant();
        }
    }
}
