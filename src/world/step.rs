//! One step: a task runs, operation after operation, until it waits or ends.

use super::control::Attempt;
use super::frame::Frame;
use super::task::{Completion, Interrupt, Phase};
use super::variables::Counted;
use super::wait::Wait;
use super::{Progress, World};
use crate::expression::display;
use crate::expression::value::{TaskId, Value};
use crate::plan::op::Op;
use crate::plan::{Place, Plan, Position, When};
use crate::trace::outcome::{Breach, BrokenStep, Limit};

impl World {
    /// Runs a task that [`World::take`] handed out until it waits or ends.
    pub fn step(&mut self, plan: &Plan, id: TaskId) {
        if plan.expectations.is_empty() {
            self.run(plan, id);
        } else {
            let begun = self.place(id);
            self.run(plan, id);
            self.judge_invariants(plan, id, begun);
        }
    }

    #[inline]
    fn run(&mut self, plan: &Plan, id: TaskId) {
        let Some(mut attempt) = self.begin(plan, id) else { return };
        self.turn_end = self.steps.saturating_add(self.limits.max_turn);
        self.set_stop();
        loop {
            let progress = match attempt {
                Ok(progress) => progress,
                Err(error) => self.fail(plan, id, error),
            };
            let task = self.task_mut(id);
            match progress {
                Progress::Next => task.position = task.position.next(),
                Progress::Jump(target) => task.position = target,
                Progress::Here => {}
                Progress::Wait | Progress::Ended => return,
            }
            attempt = self.run_on(plan, id);
        }
    }

    /// Begins a task, or goes on where it waited; none if it ends without a step.
    #[inline]
    fn begin(&mut self, plan: &Plan, id: TaskId) -> Option<Attempt> {
        let task = self.task_mut(id);
        let phase = std::mem::replace(&mut task.phase, Phase::Running);
        match task.interrupt() {
            None => Some(self.resume(plan, id)),
            Some(interrupt) => self.begin_interrupted(plan, id, phase, interrupt),
        }
    }

    #[inline(never)]
    fn begin_interrupted(
        &mut self,
        plan: &Plan,
        id: TaskId,
        phase: Phase,
        interrupt: Interrupt,
    ) -> Option<Attempt> {
        self.task_mut(id).set_interrupt(None);
        // A task cancelled before its first step never starts.
        if phase == Phase::New {
            self.end_task(plan, id, Completion::Cancelled);
            return None;
        }
        Some(Ok(self.deliver(plan, id, interrupt)))
    }

    /// Runs operation after operation up to one that waits, fails or ends the task.
    ///
    /// What comes by the million stands here, in front of the rest; but for what is done in a few instructions
    /// it is called, not inlined, so that this loop keeps what it needs in registers.
    fn run_on(&mut self, plan: &Plan, id: TaskId) -> Attempt {
        let Place { body, mut position } = self.place(id);
        let mut ops = plan.body(body).ops.as_slice();
        loop {
            self.steps += 1;
            if self.steps > self.stop_at {
                return Ok(self.stop_at_limit(id, position));
            }
            let op = &ops[position.0 as usize];
            if let Op::Jump(target) = *op {
                position = target;
                continue;
            }
            if let Op::Next { iterable, into, parts: 1, exit } = *op
                && let Some(number) = self.next_number(id, iterable, into)
            {
                position = if number == Counted::Next { position.next() } else { exit };
                continue;
            }
            self.task_mut(id).position = position;
            let progress = match *op {
                Op::Assign { into, value } => self.assign_value(plan, id, into, value)?,
                Op::JumpUnless { condition, target } => self.jump_unless(plan, id, condition, target)?,
                Op::Put { queue, item, priority } => self.put(plan, id, queue, item, priority)?,
                Op::Get { queue, into } => self.get(plan, id, queue, into)?,
                Op::Acquire(limit) => self.acquire(plan, id, limit)?,
                Op::Hold(limit) => self.hold(plan, id, limit)?,
                Op::Try { handler, error } => {
                    self.task_mut(id).frames.push(Frame::Try { handler, error });
                    Progress::Next
                }
                Op::Timeout(duration) => self.begin_timeout(plan, id, duration)?,
                Op::Sleep(duration) => return self.sleep(plan, id, duration),
                _ => {
                    let progress = match *op {
                        Op::End => self.end_frame(plan, id),
                        Op::Call { body, arguments, into } => self.call(plan, id, body, arguments, into)?,
                        _ => self.execute(plan, id, op)?,
                    };
                    // It may have called, or come back from, another body.
                    let place = self.place(id);
                    position = place.position;
                    ops = plan.body(place.body).ops.as_slice();
                    progress
                }
            };
            position = match progress {
                Progress::Next => position.next(),
                Progress::Jump(target) => target,
                Progress::Here => position,
                Progress::Wait | Progress::Ended => return Ok(progress),
            };
        }
    }

    #[cold]
    fn stop_at_limit(&mut self, id: TaskId, position: Position) -> Progress {
        self.task_mut(id).position = position;
        self.stop(id, self.limit_reached());
        Progress::Wait
    }

    /// Keeps the end that comes first.
    #[inline]
    pub(super) fn set_stop(&mut self) {
        self.stop_at = self.turn_end.min(self.instant_end).min(self.limits.max_steps);
    }

    /// Which end the last operation lies beyond.
    pub(super) fn limit_reached(&self) -> Limit {
        match self.steps {
            steps if steps > self.turn_end => Limit::Turn(self.limits.max_turn),
            steps if steps > self.instant_end => Limit::Instant(self.limits.max_instant),
            _ => Limit::Steps(self.limits.max_steps),
        }
    }

    /// Goes on after a wait that ended as it should. A wait that owns nothing is forgotten, not dropped: the
    /// compiler does not see that there is nothing to drop.
    #[inline]
    fn resume(&mut self, plan: &Plan, id: TaskId) -> Attempt {
        let wait = std::mem::replace(&mut self.task_mut(id).wait, Wait::Nothing);
        match wait {
            Wait::Nothing => {
                std::mem::forget(wait);
                Ok(Progress::Here)
            }
            Wait::Sleep(_) => {
                std::mem::forget(wait);
                Ok(Progress::Next)
            }
            Wait::Get(queue) => {
                std::mem::forget(wait);
                self.resume_get(plan, id, queue)
            }
            Wait::Acquire(resource) => {
                std::mem::forget(wait);
                Ok(self.resume_acquire(plan, id, resource))
            }
            other => self.resume_other(plan, id, other),
        }
    }

    #[inline(never)]
    fn resume_other(&mut self, plan: &Plan, id: TaskId, wait: Wait) -> Attempt {
        match wait {
            Wait::Nothing | Wait::Room => Ok(Progress::Here),
            Wait::Sleep(_) | Wait::Turn | Wait::Tick(_) | Wait::Thread(_) | Wait::Offload(_) => {
                Ok(Progress::Next)
            }
            Wait::Get(queue) => self.resume_get(plan, id, queue),
            Wait::Acquire(resource) => Ok(self.resume_acquire(plan, id, resource)),
            Wait::Put(..) => self.resume_put(plan, id),
            Wait::Join(queue) => Ok(self.resume_join(id, queue)),
            Wait::Signal(resource) => self.resume_signal(plan, id, resource),
            Wait::Condition(resource, _) => self.resume_condition(plan, id, resource),
            Wait::Lookup(lookup) => self.resume_lookup(plan, id, *lookup),
            Wait::File(paid) => self.make_call(plan, id, paid.call),
            Wait::Host => self.resume_host(plan, id),
            Wait::Tasks(awaiting) => self.resume_await(plan, id, awaiting),
            Wait::Watch(watch) => Ok(self.end_watch(plan, id, &watch.targets)),
            Wait::Branches => Ok(self.resume_branches(plan, id)),
            Wait::Drain(draining) => Ok(self.drain(plan, id, draining.awaiting, draining.signal)),
        }
    }

    fn judge_invariants(&mut self, plan: &Plan, id: TaskId, begun: Place) {
        if self.hosts.has_turn() {
            return;
        }
        for (index, expectation) in plan.expectations.iter().enumerate() {
            let wanted = match expectation.when {
                When::End => continue,
                When::Always => true,
                When::Never => false,
            };
            if self.broken.iter().any(|(broken, _)| *broken == index) {
                continue;
            }
            let reason = match self.evaluate_outside(plan, expectation.condition) {
                Ok(Value::Bool(holds)) if holds == wanted => continue,
                Ok(_) => self.explain_condition(plan, expectation),
                Err(fault) => fault.message,
            };
            let (when, who) = (display::duration(self.now as i64), self.names.task(id));
            let reason = format!("at {when}, after a step of {who}: {reason}");
            let end = (self.task(id).phase != Phase::Ended).then(|| plan.span(self.place(id)));
            let step = BrokenStep { task: who, time: self.now, begin: plan.span(begun), end };
            self.broken.push((index, Breach { reason, notes: Vec::new(), step: Some(step) }));
        }
    }
}
