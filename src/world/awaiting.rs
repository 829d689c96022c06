//! Waiting for tasks: `await t`, `await ts`, `shield t`.

use std::sync::Arc;

use super::control::Attempt;
use super::frame::Signal;
use super::task::{Completion, Phase};
use super::wait::{Awaiting, Draining, Shape, Wait};
use super::{Progress, World};
use crate::expression::value::{ErrorValue, TaskId, Value};
use crate::plan::op::Op;
use crate::plan::{CodeIndex, Plan};
use crate::trace::event::Awaited;

impl World {
    pub(super) fn begin_await(&mut self, plan: &Plan, id: TaskId, tasks: CodeIndex) -> Attempt {
        let value = self.evaluate(plan, id, tasks)?;
        let (targets, shape) = self.tasks_of(plan, id, &value)?;
        self.go_on_awaiting(plan, id, Box::new(Awaiting { targets, ended: 0, shape }))
    }

    pub(super) fn resume_await(&mut self, plan: &Plan, id: TaskId, awaiting: Box<Awaiting>) -> Attempt {
        self.go_on_awaiting(plan, id, awaiting)
    }

    /// After an interruption: waits for the awaited tasks' end, then lets the signal go on.
    pub(super) fn drain(
        &mut self,
        plan: &Plan,
        id: TaskId,
        mut awaiting: Awaiting,
        signal: Signal,
    ) -> Progress {
        while let Some(&target) = awaiting.targets.get(awaiting.ended) {
            if self.task(target).phase != Phase::Ended && target != id {
                self.queue_at(target, id);
                let wait = Wait::Drain(Box::new(Draining { awaiting, signal }));
                return self.wait(plan, id, wait, Some(Awaited::Task(target)));
            }
            self.observe(target);
            awaiting.ended += 1;
        }
        self.unwind(plan, id, signal)
    }

    /// The task, or the tasks of a list, that a value stands for.
    pub(super) fn tasks_of(
        &self,
        plan: &Plan,
        id: TaskId,
        value: &Value,
    ) -> Result<(Vec<TaskId>, Shape), Arc<ErrorValue>> {
        let mut tasks = Vec::new();
        let shape = match value {
            Value::Task(task) => {
                tasks.push(*task);
                Shape::One
            }
            Value::List(items) => {
                for item in items.iter() {
                    let Value::Task(task) = item else {
                        let message = format!("the list holds {}, not only tasks", item.type_name());
                        return Err(self.raise(plan, id, "TypeError", message));
                    };
                    tasks.push(*task);
                }
                Shape::List
            }
            other => {
                let message = format!("a task or a list of tasks is needed here, not {}", other.type_name());
                return Err(self.raise(plan, id, "TypeError", message));
            }
        };
        Ok((tasks, shape))
    }

    fn go_on_awaiting(&mut self, plan: &Plan, id: TaskId, mut awaiting: Box<Awaiting>) -> Attempt {
        while let Some(&target) = awaiting.targets.get(awaiting.ended) {
            match self.task(target).completion() {
                Completion::Unfinished => {
                    self.queue_at(target, id);
                    return Ok(self.wait(plan, id, Wait::Tasks(awaiting), Some(Awaited::Task(target))));
                }
                Completion::Done(_) => awaiting.ended += 1,
                Completion::Failed(error) => {
                    let error = error.clone();
                    self.observe(target);
                    return Ok(self.unwind(plan, id, Signal::Fail(error)));
                }
                Completion::Cancelled => return Err(self.cancelled(target)),
            }
        }
        let results: Vec<Value> = awaiting.targets.iter().map(|&target| self.result_of(target)).collect();
        let value = match awaiting.shape {
            Shape::One => results.into_iter().next().unwrap_or_default(),
            Shape::List => Value::list(results),
        };
        let place = self.place(id);
        if let Op::Await { into, .. } = plan.body(place.body).ops[place.position.0 as usize] {
            self.assign(id, into, value);
        }
        Ok(Progress::Next)
    }

    fn queue_at(&mut self, target: TaskId, id: TaskId) {
        let World { tasks, links, .. } = self;
        tasks[target.0 as usize].waiters().push(links, id);
    }

    fn result_of(&self, id: TaskId) -> Value {
        match self.task(id).completion() {
            Completion::Done(value) => value.clone(),
            _ => Value::Null,
        }
    }
}
