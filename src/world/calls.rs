//! Bodies that begin: calls, and tasks that are spawned and cancelled.

use std::sync::Arc;

use super::control::Attempt;
use super::frame::Frame;
use super::membership::BranchOf;
use super::task::{Interrupt, Origin};
use super::variables::EnvironmentId;
use super::{MAX_CALLS, MAX_NESTING, Progress, World};
use crate::expression::code::Slot;
use crate::expression::value::{ErrorValue, TaskId};
use crate::plan::op::{Arguments, Into};
use crate::plan::{BodyIndex, CodeIndex, Plan, Position};
use crate::random;
use crate::trace::Happening;
use crate::trace::digest::Words;
use crate::trace::outcome::Limit;

impl World {
    #[inline(never)]
    pub(super) fn call(
        &mut self,
        plan: &Plan,
        id: TaskId,
        body: BodyIndex,
        arguments: Arguments,
        into: Into,
    ) -> Attempt {
        self.check_depth(plan, id)?;
        let environment = self.enter(plan, id, body, arguments)?;
        self.run_here(id, body, environment, into);
        self.defaults(plan, id, arguments)?;
        Ok(Progress::Jump(Position(0)))
    }

    /// Goes on in another body, and comes back from it.
    pub(super) fn run_here(&mut self, id: TaskId, body: BodyIndex, environment: EnvironmentId, into: Into) {
        let task = self.task_mut(id);
        let Some(caller) = task.environment.replace(environment) else { return };
        let frame = Frame::Call { body: task.body, position: task.position, environment: caller, into };
        task.frames.push(frame);
        task.body = body;
    }

    pub(super) fn check_depth(&self, plan: &Plan, id: TaskId) -> Result<(), Arc<ErrorValue>> {
        if self.task(id).frames.len() < MAX_CALLS {
            return Ok(());
        }
        let message = format!("calls are nested {MAX_CALLS} deep: does this recursion end?");
        Err(self.raise(plan, id, "RecursionError", message))
    }

    /// The environment of a body about to run, with the arguments evaluated where the statement stands.
    pub(super) fn enter(
        &mut self,
        plan: &Plan,
        id: TaskId,
        body: BodyIndex,
        arguments: Arguments,
    ) -> Result<EnvironmentId, Arc<ErrorValue>> {
        let entered = plan.body(body);
        let given = &plan.arguments[arguments.list.0 as usize];
        let around = entered.parent.and(self.task(id).environment);
        let environment = self.environments.create(entered.slots.len(), around);
        for (index, code) in given.iter().enumerate() {
            let Some(code) = *code else { continue };
            match self.evaluate(plan, id, code) {
                Ok(value) => {
                    self.environments.set(environment, Slot { depth: 0, index: index as u16 }, value);
                }
                Err(error) => {
                    self.environments.release(environment);
                    return Err(error);
                }
            }
        }
        Ok(environment)
    }

    /// Fills the parameters that were left out; a default may use the parameters before it.
    pub(super) fn defaults(
        &mut self,
        plan: &Plan,
        id: TaskId,
        arguments: Arguments,
    ) -> Result<(), Arc<ErrorValue>> {
        let given = &plan.arguments[arguments.list.0 as usize];
        let body = plan.body(self.task(id).body);
        for (index, parameter) in body.parameters.iter().enumerate() {
            if let (None, Some(default)) = (given.get(index).copied().flatten(), parameter.default) {
                let value = self.evaluate(plan, id, default)?;
                self.set_slot(id, Slot { depth: 0, index: index as u16 }, value);
            }
        }
        Ok(())
    }

    /// Makes a task, ready behind all that are ready now.
    pub(super) fn spawn(
        &mut self,
        plan: &Plan,
        id: TaskId,
        body: BodyIndex,
        arguments: Arguments,
        name: Option<Arc<str>>,
        branch: Option<BranchOf>,
    ) -> Result<TaskId, Arc<ErrorValue>> {
        if self.tasks.len() as u64 >= self.max_tasks {
            self.stop(id, Limit::Tasks(self.max_tasks));
        }
        let depth = self.task(id).depth() + 1;
        if depth > MAX_NESTING {
            let message =
                format!("tasks that make tasks are nested {MAX_NESTING} deep: does this recursion end?");
            return Err(self.raise(plan, id, "RecursionError", message));
        }
        let environment = self.enter(plan, id, body, arguments)?;
        let label = name.unwrap_or_else(|| plan.body(body).label.clone());
        let parent = self.task_mut(id);
        let count = parent.count_child(&label);
        let path = random::path_hash(parent.path, &label, count);
        let origin = Origin { depth, path };
        let child = self.insert(body, origin, branch);
        self.ready.push(&mut self.links, child);
        self.task_mut(child).environment = Some(environment);
        self.names.child(id, &label, count);
        self.emit_wanted(id, Words::spawn(child, path), || Happening::Spawn { child, label, count });
        self.task_mut(child).cause = self.journal.last_sequence();
        if let Some(branch) = branch {
            self.adopt(plan, branch, child);
        }
        if let Err(error) = self.defaults(plan, child, arguments) {
            self.ask_to_end(plan, child);
            return Err(error);
        }
        Ok(child)
    }

    pub(super) fn cancel(
        &mut self,
        plan: &Plan,
        id: TaskId,
        tasks: CodeIndex,
    ) -> Result<(), Arc<ErrorValue>> {
        let value = self.evaluate(plan, id, tasks)?;
        let (targets, _) = self.tasks_of(plan, id, &value)?;
        for target in targets {
            if !self.has_ended(target) {
                self.emit(id, Happening::Cancel(target));
                self.interrupt(plan, target, Interrupt::Cancel);
            }
        }
        Ok(())
    }
}
