//! One step: a task runs, operation after operation, until it waits or ends.

use super::task::{Completion, Phase, Wait};
use super::{Progress, World};
use crate::expression::display;
use crate::expression::value::{TaskId, Value};
use crate::plan::{Plan, Position, When};
use crate::trace::outcome::Limit;

impl World {
    /// Runs a task that [`World::take`] handed out until it waits or ends.
    pub fn step(&mut self, plan: &Plan, id: TaskId) {
        self.run(plan, id);
        self.judge_invariants(plan, id);
    }

    fn run(&mut self, plan: &Plan, id: TaskId) {
        let task = self.task_mut(id);
        let phase = std::mem::replace(&mut task.phase, Phase::Running);
        let mut progress = match (phase, task.interrupt.take()) {
            // A task cancelled before its first step never starts.
            (Phase::New, Some(_)) => {
                self.end_task(plan, id, Completion::Cancelled);
                return;
            }
            (_, Some(_)) => self.deliver(plan, id),
            (_, None) => self.resume(plan, id),
        };
        let mut turn = 0;
        loop {
            match progress {
                Progress::Next => {
                    let task = self.task_mut(id);
                    task.position = Position(task.position.0 + 1);
                }
                Progress::Jump(target) => self.task_mut(id).position = target,
                Progress::Here => {}
                Progress::Wait | Progress::Ended => return,
                Progress::Raise(error) => {
                    progress = self.fail(plan, id, error);
                    continue;
                }
            }
            turn += 1;
            if let Some(limit) = self.charge(turn) {
                self.stop(id, limit);
                return;
            }
            let place = self.place(id);
            let op = plan.body(place.body).ops[place.position.0 as usize];
            progress = self.execute(plan, id, op);
        }
    }

    /// Counts an operation; says which limit it is beyond.
    fn charge(&mut self, turn: u64) -> Option<Limit> {
        self.steps += 1;
        self.steps_at_instant += 1;
        if turn > self.limits.max_turn {
            return Some(Limit::Turn(self.limits.max_turn));
        }
        if self.steps_at_instant > self.limits.max_instant {
            return Some(Limit::Instant(self.limits.max_instant));
        }
        (self.steps > self.limits.max_steps).then_some(Limit::Steps(self.limits.max_steps))
    }

    /// Goes on after a wait that ended as it should.
    fn resume(&mut self, plan: &Plan, id: TaskId) -> Progress {
        match std::mem::replace(&mut self.task_mut(id).wait, Wait::Nothing) {
            Wait::Nothing | Wait::Room => Progress::Here,
            Wait::Sleep(_) | Wait::Turn | Wait::Offload(_) => Progress::Next,
            Wait::Get(queue) => self.resume_get(plan, id, queue),
            Wait::Put(..) => self.resume_put(plan, id),
            Wait::Join(queue) => self.resume_join(id, queue),
            Wait::Acquire(resource) => self.resume_acquire(plan, id, resource),
            Wait::Signal(resource) => self.resume_signal(plan, id, resource),
            Wait::Condition(resource, _) => self.resume_condition(plan, id, resource),
            Wait::Tasks(awaiting) => self.resume_await(plan, id, awaiting),
            Wait::Watch(watch) => self.end_watch(plan, id, &watch.targets),
            Wait::Branches => self.resume_branches(plan, id),
            Wait::Drain(draining) => self.drain(plan, id, draining.awaiting, draining.signal),
        }
    }

    fn judge_invariants(&mut self, plan: &Plan, id: TaskId) {
        if plan.expectations.is_empty() {
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
            self.broken.push((index, format!("at {when}, after a step of {who}: {reason}")));
        }
    }
}
