//! Blocks of branches: `all`, `settle`. A block owns its branches: none outlives it.

use std::sync::Arc;

use indexmap::IndexMap;

use super::control::Attempt;
use super::resource::Grant;
use super::task::{BranchOf, Completion, Frame, Gather, Phase, Signal, Wait};
use super::{Progress, World};
use crate::expression::value::{ErrorValue, TaskId, Value};
use crate::plan::op::{Arguments, Gathering, Into};
use crate::plan::{BodyIndex, CodeIndex, Plan, Position};
use crate::trace::event::Awaited;

impl World {
    pub(super) fn gather(
        &mut self,
        plan: &Plan,
        id: TaskId,
        gathering: Gathering,
        limit: Option<CodeIndex>,
    ) -> Result<(), Arc<ErrorValue>> {
        let limit = match limit.map(|limit| self.evaluate(plan, id, limit)).transpose()? {
            None => u32::MAX,
            Some(Value::Int(limit)) if limit >= 1 => u32::try_from(limit).unwrap_or(u32::MAX),
            Some(other) => {
                let message =
                    format!("a limit must be a whole number from 1 on, not {}", other.display(&self.names));
                return Err(self.raise(plan, id, "ValueError", message));
            }
        };
        let gather = Gather {
            gathering,
            limit,
            running: 0,
            branches: Vec::new(),
            results: Vec::new(),
            failure: None,
            pending: None,
        };
        self.task_mut(id).frames.push(Frame::Gather(Box::new(gather)));
        Ok(())
    }

    pub(super) fn branch(
        &mut self,
        plan: &Plan,
        id: TaskId,
        body: BodyIndex,
        arguments: Arguments,
    ) -> Attempt {
        let frame = self.task(id).frames.len() as u32 - 1;
        let Some(Frame::Gather(gather)) = self.task_mut(id).frames.last_mut() else {
            return Ok(Progress::Next);
        };
        let index = gather.branches.len() as u32;
        let branch = BranchOf { owner: id, frame, index };
        let child = self.spawn(plan, id, body, arguments, None, Some(branch))?;
        if let Some(Frame::Gather(gather)) = self.task_mut(id).frames.last_mut() {
            gather.running += 1;
            gather.branches.push(child);
            gather.results.push(Value::Null);
        }
        Ok(Progress::Next)
    }

    /// Waits while as many branches run as may. After a failure no more are made.
    pub(super) fn room(&mut self, plan: &Plan, id: TaskId, exit: Position) -> Progress {
        let Some(Frame::Gather(gather)) = self.task(id).frames.last() else { return Progress::Next };
        if gather.failure.is_some() {
            return Progress::Jump(exit);
        }
        if gather.running < gather.limit {
            return Progress::Next;
        }
        let running = gather.running;
        self.wait(plan, id, Wait::Room, Some(Awaited::Limit(running)))
    }

    pub(super) fn gathered(&mut self, plan: &Plan, id: TaskId, into: Into) -> Progress {
        let Some(Frame::Gather(gather)) = self.task(id).frames.last() else { return Progress::Next };
        if gather.running > 0 {
            let running = gather.running;
            return self.wait(plan, id, Wait::Branches, Some(Awaited::Branches(running)));
        }
        let Some(Frame::Gather(gather)) = self.task_mut(id).frames.pop() else { return Progress::Next };
        self.observe_branches(&gather);
        if let Some(error) = gather.failure {
            return self.unwind(plan, id, Signal::Fail(error));
        }
        self.assign(id, into, Value::list(gather.results));
        Progress::Next
    }

    /// All branches have ended: the block ends as it should, or what was under way goes on.
    pub(super) fn resume_branches(&mut self, plan: &Plan, id: TaskId) -> Progress {
        let Some(Frame::Gather(gather)) = self.task_mut(id).frames.last_mut() else { return Progress::Next };
        if let Some(pending) = gather.pending.take() {
            return self.unwind(plan, id, pending);
        }
        Progress::Here
    }

    /// Cancels branches and waits for their end.
    pub(super) fn drain_branches(&mut self, plan: &Plan, id: TaskId, branches: &[TaskId]) -> Progress {
        for &branch in branches {
            self.ask_to_end(plan, branch);
        }
        let running = branches.iter().filter(|branch| !self.has_ended(**branch)).count() as u32;
        self.wait(plan, id, Wait::Branches, Some(Awaited::Branches(running)))
    }

    /// A branch has ended: keeps its result, and lets the block's owner go on if it waited for this.
    pub(super) fn end_branch(&mut self, plan: &Plan, branch: BranchOf, child: TaskId) {
        let completion = self.task(child).completion.clone();
        self.observe(child);
        let cancelled = self.cancelled(child);
        let owner = branch.owner;
        let Some(Frame::Gather(gather)) = self.task_mut(owner).frames.get_mut(branch.frame as usize) else {
            return;
        };
        gather.running -= 1;
        let settling = gather.pending.is_some() || gather.failure.is_some();
        let (value, error) = match completion {
            Completion::Done(value) => (value, None),
            Completion::Failed(error) => (Value::Null, Some(error)),
            Completion::Cancelled | Completion::Unfinished => (Value::Null, Some(cancelled)),
        };
        let mut siblings = Vec::new();
        match (gather.gathering, error) {
            (Gathering::All, None) => gather.results[branch.index as usize] = value,
            (Gathering::All, Some(error)) => {
                if !settling {
                    gather.failure = Some(error);
                    siblings.clone_from(&gather.branches);
                }
            }
            (Gathering::Settle, error) => {
                gather.results[branch.index as usize] = settled(value, error);
            }
        }
        let (running, limit, failed) = (gather.running, gather.limit, gather.failure.is_some());
        for sibling in siblings {
            self.ask_to_end(plan, sibling);
        }
        let task = self.task(owner);
        let goes_on = task.phase == Phase::Waiting
            && match task.wait {
                Wait::Room => failed || running < limit,
                Wait::Branches => running == 0 && task.frames.len() as u32 == branch.frame + 1,
                _ => false,
            };
        if goes_on {
            self.wake(owner, Grant::Given);
        }
    }

    /// The block speaks for its branches: their errors have been looked at.
    pub(super) fn observe_branches(&mut self, gather: &Gather) {
        for &branch in &gather.branches {
            self.observe(branch);
        }
    }
}

fn settled(value: Value, error: Option<Arc<ErrorValue>>) -> Value {
    let error = error.map_or(Value::Null, Value::Error);
    Value::map(IndexMap::from([(Value::text("value"), value), (Value::text("error"), error)]))
}
