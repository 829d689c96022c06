//! One step: a task runs until it waits or ends. What it does meanwhile is its [`turn`](super::turn); here is
//! what bounds it, how it begins after a wait, and what must hold behind it.

use super::control::Attempt;
use super::resource::Grant;
use super::task::{Completion, Interrupt, Phase};
use super::wait::Wait;
use super::{Progress, World};
use crate::expression::display;
use crate::expression::value::{TaskId, Value};
use crate::plan::{Place, Plan, Position, When};
use crate::trace::outcome::{Breach, BrokenStep, Limit};

impl World {
    /// Runs a task whose turn it is until it waits or ends.
    #[inline(always)]
    pub fn step(&mut self, plan: &Plan, id: TaskId) {
        self.step_on(plan, id, 1);
    }

    /// Runs a task whose turn it is until it waits or ends, and then perhaps others: nobody has
    /// to be asked between two steps as long as there is not much to tell. At most so many steps.
    #[inline(always)]
    pub fn step_on(&mut self, plan: &Plan, id: TaskId, most: u32) {
        if plan.expectations.is_empty() {
            self.run(plan, id, most);
        } else {
            let begun = self.place(id);
            self.run(plan, id, 1);
            self.judge_invariants(plan, id, begun);
        }
    }

    /// Begins with what has interrupted the task while it waited.
    #[inline(never)]
    pub(super) fn begin_interrupted(
        &mut self,
        plan: &Plan,
        id: TaskId,
        phase: Phase,
        interrupt: Interrupt,
    ) -> Progress {
        self.task_mut(id).set_interrupt(None);
        // A task cancelled before its first step never starts.
        if phase == Phase::New {
            self.end_task(plan, id, Completion::Cancelled);
            return Progress::Ended;
        }
        self.deliver(plan, id, interrupt)
    }

    #[cold]
    pub(super) fn stop_at_limit(&mut self, id: TaskId, position: Position, limit: Limit) {
        self.task_mut(id).position = position;
        self.stop(id, limit);
    }

    /// Goes on after a wait that ended as it should.
    #[inline(never)]
    pub(super) fn resume(&mut self, plan: &Plan, id: TaskId) -> Attempt {
        match std::mem::replace(&mut self.task_mut(id).wait, Wait::Nothing) {
            Wait::Nothing | Wait::Room => Ok(Progress::Here),
            Wait::Sleep(_) | Wait::Turn | Wait::Tick(_) | Wait::Thread(_) | Wait::Offload(_) => {
                Ok(Progress::Next)
            }
            Wait::Get(queue) => self.resume_get(plan, id, queue),
            Wait::Acquire(_) => {
                // What was granted has been taken on the spot; this one was only woken to try.
                self.task_mut(id).grant = Grant::Nothing;
                Ok(Progress::Here)
            }
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
