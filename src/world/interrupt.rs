//! Cancel and timeout: one mechanism that ends a wait from outside.
//!
//! What an interrupted waiter had been granted and not yet taken passes on, so nothing is lost. A task is
//! interrupted at its wait only; one that runs learns of it at its next wait.

use std::sync::Arc;

use super::frame::{Expiry, Frame, Signal};
use super::resource::cache::Landing;
use super::resource::{Grant, Resource};
use super::task::{Asked, Interrupt, Phase};
use super::unwind::{CANCELLED, TIMEOUT};
use super::wait::{FileCall, Wait};
use super::{Progress, World};
use crate::expression::display;
use crate::expression::value::{ErrorOrigin, ErrorValue, TaskId};
use crate::plan::op::{Op, Ownership};
use crate::plan::{Fairness, Plan};
use crate::trace::Happening;

/// The errors of blocks that are to end; they come by the million, and are made once.
#[derive(Clone, Debug)]
pub(super) struct EndingBlocks {
    in_time: Arc<ErrorValue>,
    with_group: Arc<ErrorValue>,
    timeout: Arc<str>,
    /// How the last timeout was put into words, by its nanoseconds: most often the next is the same.
    timed_out: (u64, Arc<str>),
}

impl Default for EndingBlocks {
    fn default() -> EndingBlocks {
        let error = |message: &str| {
            let (kind, message) = (CANCELLED.into(), message.into());
            Arc::new(ErrorValue { kind, message, errors: Vec::new(), origin: None })
        };
        EndingBlocks {
            in_time: error("the time of a block around this is up"),
            with_group: error("a task of the group around this has failed"),
            timeout: TIMEOUT.into(),
            timed_out: (0, timed_out(0)),
        }
    }
}

impl EndingBlocks {
    /// What a timeout becomes at its block's edge, after so many nanoseconds.
    pub(super) fn timeout(&mut self, after: u64, origin: ErrorOrigin) -> Arc<ErrorValue> {
        if self.timed_out.0 != after {
            self.timed_out = (after, timed_out(after));
        }
        let (kind, message) = (self.timeout.clone(), self.timed_out.1.clone());
        Arc::new(ErrorValue { kind, message, errors: Vec::new(), origin: Some(origin) })
    }
}

fn timed_out(after: u64) -> Arc<str> {
    format!("timed out after {}", display::duration(after as i64)).into()
}

impl World {
    /// A block's time is up.
    pub(super) fn expire(&mut self, plan: &Plan, id: TaskId, index: u32) {
        if let Some(Frame::Timeout { timer, after, .. }) = self.task_mut(id).frames.get_mut(index as usize) {
            *timer = None;
            let after = *after;
            self.emit(id, Happening::Timeout(after));
            self.interrupt(plan, id, Interrupt::Block(index));
        }
    }

    /// Cancels a task on behalf of its owner, unless a cancel is under way already: a second one would
    /// interrupt its cleanup.
    pub(super) fn ask_to_end(&mut self, plan: &Plan, id: TaskId) {
        if self.task(id).asked == Asked::No {
            self.interrupt(plan, id, Interrupt::Cancel);
        }
    }

    /// Interrupts a task: at once if it waits, before its next step if it is ready, at its next wait if it
    /// runs.
    pub(super) fn interrupt(&mut self, plan: &Plan, id: TaskId, interrupt: Interrupt) {
        if self.task(id).phase == Phase::Ended || !self.accept(id, interrupt) {
            return;
        }
        match self.task(id).phase {
            Phase::New | Phase::Running | Phase::Ended => {}
            Phase::Ready => self.decline(id),
            Phase::Waiting => self.interrupt_wait(plan, id),
        }
    }

    /// Ends the wait of a task that is interrupted; one that already brings others to their end goes on
    /// doing so, and interrupts them again.
    pub(super) fn interrupt_wait(&mut self, plan: &Plan, id: TaskId) {
        let task = self.task(id);
        let is_ending_others = match (&task.wait, task.frames.last()) {
            (Wait::Drain(_), _) => true,
            (Wait::Branches, Some(Frame::Gather(gather))) => {
                gather.pending.as_ref().is_some_and(Signal::is_cancel)
            }
            _ => false,
        };
        if !is_ending_others {
            self.leave_line(id);
            self.wake(id, Grant::Nothing);
            return;
        }
        let error = self.cancelled(id);
        let task = self.task_mut(id);
        let again = match (&mut task.wait, task.frames.last_mut()) {
            (Wait::Drain(draining), _) => {
                draining.signal = Signal::Fail(error);
                draining.awaiting.targets.clone()
            }
            (_, Some(Frame::Gather(gather))) => {
                gather.pending = Some(Signal::Fail(error));
                gather.branches.clone()
            }
            _ => return,
        };
        self.task_mut(id).set_interrupt(None);
        for target in again {
            self.interrupt(plan, target, Interrupt::Cancel);
        }
    }

    /// Ends a group's body. A cancel that is on its way out of it already is not repeated, for that would
    /// interrupt cleanup; it is led on to the group's edge.
    pub(super) fn interrupt_body(&mut self, plan: &Plan, id: TaskId, frame: u32) {
        let task = self.task(id);
        let passes = task.frames.iter().skip(frame as usize + 1).any(|frame| match frame {
            Frame::Cleanup(Some(signal)) => signal.is_cancel(),
            Frame::Gather(gather) => gather.pending.as_ref().is_some_and(Signal::is_cancel),
            Frame::Coroutine(coroutine) => coroutine.is_left_by_cancel(),
            _ => false,
        });
        if passes || matches!(&task.wait, Wait::Drain(draining) if draining.signal.is_cancel()) {
            self.mark(id, Some(frame));
        } else {
            self.interrupt(plan, id, Interrupt::Block(frame));
        }
    }

    /// Notes the interruption unless one that reaches further out is under way. Of several blocks that are to
    /// end only the outermost counts, and a cancel counts more.
    fn accept(&mut self, id: TaskId, interrupt: Interrupt) -> bool {
        let task = self.task_mut(id);
        let outermost = match (task.interrupt(), interrupt) {
            (Some(Interrupt::Cancel), _) => return false,
            (Some(Interrupt::Block(present)), Interrupt::Block(new)) if present <= new => return false,
            (_, Interrupt::Cancel) => None,
            (_, Interrupt::Block(frame)) => Some(frame),
        };
        if interrupt == Interrupt::Cancel {
            task.asked = Asked::ToEnd;
        }
        task.set_interrupt(Some(interrupt));
        self.mark(id, outermost);
        true
    }

    /// Marks the block that the interruption under way is for, if it is not for the whole task, and no block
    /// inside it: a mark left there would turn the interruption into that block's own.
    fn mark(&mut self, id: TaskId, outermost: Option<u32>) {
        let first = outermost.unwrap_or(0) as usize;
        for (index, frame) in self.task_mut(id).frames.iter_mut().enumerate().skip(first) {
            let is_outermost = outermost == Some(index as u32);
            match frame {
                Frame::Timeout { expiry: Expiry::Passed, .. } => {}
                Frame::Timeout { expiry, .. } => {
                    *expiry = if is_outermost { Expiry::Fired } else { Expiry::Passed };
                }
                Frame::Gather(gather) => {
                    gather.expiry = if is_outermost { Expiry::Fired } else { Expiry::Pending };
                }
                _ => {}
            }
        }
    }

    /// Leaves the line that the task waits in.
    pub(super) fn leave_line(&mut self, id: TaskId) {
        if matches!(self.task(id).wait, Wait::Watch(_)) {
            return self.stop_watching(id);
        }
        let World { tasks, links, resources, timers, threads, .. } = self;
        match &tasks[id.0 as usize].wait {
            Wait::Sleep(key) | Wait::Tick(key) => timers.disarm(*key),
            Wait::Lookup(lookup) => {
                if let Resource::Cache(cache) = &mut resources[lookup.cache.0 as usize]
                    && let Some(flight) = cache.flying.get_mut(&lookup.key)
                {
                    flight.waiters.remove(links, id);
                }
            }
            Wait::File(paid) => {
                timers.disarm(paid.timer);
                if let FileCall::Close(file) = &paid.call {
                    let file = file.clone();
                    self.close_file(id, &file);
                }
            }
            Wait::Thread(_) => threads.leave_line(links, id),
            Wait::Offload(thread) => threads.give_up(*thread),
            Wait::Get(resource)
            | Wait::Put(resource, ..)
            | Wait::Join(resource)
            | Wait::Acquire(resource)
            | Wait::Signal(resource)
            | Wait::Condition(resource, _) => {
                let wait = &tasks[id.0 as usize].wait;
                match (&mut resources[resource.0 as usize], wait) {
                    (Resource::Queue(queue), Wait::Get(_)) => queue.getters.remove(links, id),
                    (Resource::Queue(queue), Wait::Put(..)) => queue.putters.remove(links, id),
                    (Resource::Queue(queue), _) => queue.joiners.remove(links, id),
                    (Resource::Semaphore(semaphore), _) => semaphore.waiters.remove(links, id),
                    (Resource::Limiter(limiter), _) => {
                        limiter.waiters.remove(links, id);
                        if limiter.waiters.is_empty()
                            && let Some(timer) = limiter.timer.take()
                        {
                            timers.disarm(timer);
                        }
                    }
                    (Resource::Event(event), _) => event.waiters.remove(links, id),
                    (Resource::Condition(condition), _) => condition.waiters.remove(links, id),
                    (Resource::Barrier(barrier), _) => barrier.waiters.remove(links, id),
                    (Resource::Promise(promise), _) => promise.waiters.remove(links, id),
                    (Resource::Breaker(_) | Resource::Cache(_) | Resource::Series(_), _) => {}
                }
            }
            Wait::Tasks(awaiting) => {
                let target = awaiting.targets[awaiting.ended];
                tasks[target.0 as usize].waiters().remove(links, id);
            }
            Wait::Nothing
            | Wait::Host
            | Wait::Turn
            | Wait::Watch(_)
            | Wait::Room
            | Wait::Branches
            | Wait::Drain(..) => {}
        }
    }

    /// Gives back what a ready task was granted and will not take.
    pub(super) fn decline(&mut self, id: TaskId) {
        let grant = std::mem::replace(&mut self.task_mut(id).grant, Grant::Nothing);
        if let Wait::Lookup(lookup) = &self.task(id).wait {
            if let Landing::Yours = lookup.landing {
                let (cache, key) = (lookup.cache, lookup.key.clone());
                self.pass_flight(cache, &key);
            }
            return;
        }
        if let Wait::File(paid) = &self.task(id).wait
            && let FileCall::Close(file) = &paid.call
        {
            let file = file.clone();
            return self.close_file(id, &file);
        }
        if let (&Wait::Condition(resource, horizon), Grant::Given) = (&self.task(id).wait, grant) {
            return self.pass_notification(resource, horizon);
        }
        let (Wait::Get(resource) | Wait::Acquire(resource)) = self.task(id).wait else { return };
        match (&mut self.resources[resource.0 as usize], grant) {
            (Resource::Queue(queue), Grant::Given) => {
                queue.break_promise();
                self.promise(resource);
            }
            (Resource::Semaphore(semaphore), Grant::Given) => {
                semaphore.granted -= 1;
                self.pass_permit(resource);
            }
            (Resource::Semaphore(semaphore), Grant::Retry)
                if semaphore.fairness == Fairness::Barging && semaphore.free > 0 =>
            {
                self.wake_barger(resource);
            }
            (Resource::Limiter(limiter), Grant::Given) => {
                limiter.put_back(self.now);
                self.grant_tokens(resource);
            }
            _ => {}
        }
    }

    /// The error that an interruption raises.
    fn interruption(&self, id: TaskId, interrupt: Interrupt) -> Arc<ErrorValue> {
        let Interrupt::Block(frame) = interrupt else { return self.cancelled(id) };
        match self.task(id).frames.get(frame as usize) {
            Some(Frame::Timeout { .. }) => self.ending_blocks.in_time.clone(),
            _ => self.ending_blocks.with_group.clone(),
        }
    }

    /// The interrupted task runs: the cancel is raised where it waited. A task that awaited others as its
    /// own cancels them and waits for their end first.
    pub(super) fn deliver(&mut self, plan: &Plan, id: TaskId, interrupt: Interrupt) -> Progress {
        let signal = Signal::Fail(self.interruption(id, interrupt));
        let place = self.place(id);
        let op = plan.body(place.body).ops[place.position.0 as usize];
        match (std::mem::replace(&mut self.task_mut(id).wait, Wait::Nothing), op) {
            (Wait::Tasks(awaiting), Op::Await { ownership: Ownership::Owned, .. }) => {
                for &target in &awaiting.targets {
                    self.ask_to_end(plan, target);
                }
                self.drain(plan, id, *awaiting, signal)
            }
            (Wait::Drain(draining), _) => self.drain(plan, id, draining.awaiting, signal),
            _ => self.unwind(plan, id, signal),
        }
    }
}
