//! Locks, semaphores and limiters: `acquire`, `release`, `with`.

use std::sync::Arc;

use super::control::Attempt;
use super::frame::Frame;
use super::resource::semaphore::{Claim, Held, Permit, Refused};
use super::resource::{Grant, Resource};
use super::timer::Alarm;
use super::wait::Wait;
use super::{Progress, World};
use crate::expression::value::{ErrorValue, ResourceId, TaskId};
use crate::plan::op::{Op, Which};
use crate::plan::{CodeIndex, Fairness, Plan};
use crate::trace::Happening;
use crate::trace::digest::Words;
use crate::trace::event::Awaited;

impl Claim {
    /// That of an operation that takes something.
    #[inline(always)]
    pub(super) fn of(op: &Op) -> Claim {
        match op {
            Op::Hold(_) | Op::Request { .. } => Claim::Owed,
            _ => Claim::Kept,
        }
    }
}

impl World {
    #[inline(never)]
    pub(super) fn acquire(&mut self, plan: &Plan, id: TaskId, limit: Which) -> Attempt {
        let is_limit =
            |resource: &Resource| matches!(resource, Resource::Semaphore(_) | Resource::Limiter(_));
        let resource = self.resource(plan, id, limit, "a lock, semaphore or limiter", is_limit)?;
        Ok(self.take_or_wait(plan, id, resource, Claim::Kept))
    }

    /// `with`: takes a lock or permit and owes it back, or is let in by a breaker.
    #[inline(never)]
    pub(super) fn hold(&mut self, plan: &Plan, id: TaskId, limit: Which) -> Attempt {
        let is_held = |resource: &Resource| matches!(resource, Resource::Semaphore(_) | Resource::Breaker(_));
        let resource = self.resource(plan, id, limit, "a lock, semaphore or breaker", is_held)?;
        match self.resources[resource.0 as usize] {
            Resource::Breaker(_) => self.enter_breaker(plan, id, resource),
            _ => Ok(self.take_or_wait(plan, id, resource, Claim::Owed)),
        }
    }

    pub(super) fn take_or_wait(
        &mut self,
        plan: &Plan,
        id: TaskId,
        resource: ResourceId,
        claim: Claim,
    ) -> Progress {
        let World { resources, links, now, tasks, journal, .. } = self;
        let task = &mut tasks[id.0 as usize];
        match &mut resources[resource.0 as usize] {
            Resource::Semaphore(semaphore) => {
                if semaphore.free > 0 {
                    let permit = semaphore.take(Held { task: id, since: *now, place: task.place() }, claim);
                    if semaphore.is_told() {
                        journal.tell_acquire(*now, id, task, resource);
                    }
                    task.claim(claim, resource, permit);
                    return Progress::Next;
                }
                semaphore.waiters.push(links, id);
            }
            Resource::Limiter(limiter) => {
                if limiter.waiters.is_empty() && limiter.take(*now) {
                    journal.tell_acquire(*now, id, task, resource);
                    return Progress::Next;
                }
                limiter.waiters.push(links, id);
                self.await_token(resource);
            }
            _ => {}
        }
        self.wait_on_the_spot(plan, id, Wait::Acquire(resource), Some(Awaited::Acquire(resource)))
    }

    /// Takes what was granted while the task waited.
    #[inline(always)]
    pub(super) fn take_granted(&mut self, id: TaskId, resource: ResourceId, claim: Claim) {
        let World { resources, now, tasks, journal, .. } = self;
        let task = &mut tasks[id.0 as usize];
        match &mut resources[resource.0 as usize] {
            Resource::Semaphore(semaphore) => {
                let permit =
                    semaphore.take_granted(Held { task: id, since: *now, place: task.place() }, claim);
                if semaphore.is_told() {
                    journal.tell_acquire(*now, id, task, resource);
                }
                task.claim(claim, resource, permit);
            }
            _ => journal.tell_acquire(*now, id, task, resource),
        }
    }

    pub(super) fn release(
        &mut self,
        plan: &Plan,
        id: TaskId,
        limit: CodeIndex,
    ) -> Result<(), Arc<ErrorValue>> {
        let is_permit = |resource: &Resource| matches!(resource, Resource::Semaphore(_));
        let resource = self.resource_of(plan, id, limit, "a lock or semaphore", is_permit)?;
        let World { resources, tasks, .. } = self;
        let Resource::Semaphore(semaphore) = &mut resources[resource.0 as usize] else { return Ok(()) };
        let owed = tasks[id.0 as usize].frames.iter().filter_map(|frame| match frame {
            Frame::Hold(held, permit) if *held == resource => Some(*permit),
            _ => None,
        });
        let released = semaphore.release(id, owed);
        let name = self.names.resource(resource);
        match released {
            Ok(()) => {
                self.emit_wanted(id, Words::release(resource), || Happening::Release(resource));
                self.pass_permit(resource);
                Ok(())
            }
            Err(Refused::NotHolder) => {
                let message = format!("{} does not hold lock {name}", self.names.task(id));
                Err(self.raise(plan, id, "ValueError", message))
            }
            Err(Refused::AllFree) => {
                let message = format!("semaphore {name} is released more often than acquired");
                Err(self.raise(plan, id, "ValueError", message))
            }
        }
    }

    /// Gives back what a `with` block holds. A body that released it by hand owes it only if it took it again.
    pub(super) fn give_back(&mut self, id: TaskId, resource: ResourceId, permit: Permit) {
        let World { resources, now, tasks, journal, .. } = self;
        if let Resource::Semaphore(semaphore) = &mut resources[resource.0 as usize]
            && semaphore.give_back(id, permit).is_ok()
        {
            if semaphore.is_told() {
                let task = &mut tasks[id.0 as usize];
                journal
                    .tell_wanted(*now, id, task, Words::release(resource), || Happening::Release(resource));
            }
            self.pass_permit(resource);
        }
    }

    /// A permit is nobody's: hands it to the first waiter, or leaves it free and, if the semaphore barges,
    /// wakes the first waiter to try.
    pub(super) fn pass_permit(&mut self, resource: ResourceId) {
        let World { resources, links, .. } = self;
        let Resource::Semaphore(semaphore) = &mut resources[resource.0 as usize] else { return };
        if semaphore.fairness == Fairness::Fair
            && let Some(next) = semaphore.waiters.pop(links)
        {
            semaphore.granted += 1;
            self.wake(next, Grant::Given);
            return;
        }
        semaphore.free += 1;
        if semaphore.fairness == Fairness::Barging {
            self.wake_barger(resource);
        }
    }

    /// Wakes the first waiter of a barging semaphore to try.
    pub(super) fn wake_barger(&mut self, resource: ResourceId) {
        let World { resources, links, .. } = self;
        let Resource::Semaphore(semaphore) = &mut resources[resource.0 as usize] else { return };
        if let Some(next) = semaphore.waiters.pop(links) {
            self.wake(next, Grant::Retry);
        }
    }

    /// Hands out the tokens that are there to those who wait longest, and arms the timer for the next one.
    pub(super) fn grant_tokens(&mut self, resource: ResourceId) {
        let cause = self.journal.last_sequence();
        let World { resources, links, timers, tasks, ready, now, .. } = self;
        let Resource::Limiter(limiter) = &mut resources[resource.0 as usize] else { return };
        if let Some(timer) = limiter.timer.take() {
            timers.disarm(timer);
        }
        while !limiter.waiters.is_empty() && limiter.take(*now) {
            let Some(waiter) = limiter.waiters.pop(links) else { break };
            tasks[waiter.0 as usize].wake(Grant::Given, cause);
            ready.push(links, waiter);
        }
        self.await_token(resource);
    }

    fn await_token(&mut self, resource: ResourceId) {
        let World { resources, timers, now, .. } = self;
        let Resource::Limiter(limiter) = &mut resources[resource.0 as usize] else { return };
        if !limiter.waiters.is_empty() && limiter.timer.is_none() {
            let deadline = limiter.next_token(*now);
            limiter.timer = Some(timers.arm(deadline, Alarm::Token(resource)));
        }
    }

    #[inline]
    pub(super) fn held(&self, id: TaskId) -> Held {
        Held { task: id, since: self.now, place: self.place(id) }
    }
}
