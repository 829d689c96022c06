//! Blocks of branches: `all`, `settle`, `race`, `any`. A block owns its branches: none outlives it.
//!
//! A block may be decided before all its branches have ended: by a failure in `all`, by the first end in
//! `race`, by the first success in `any`. Then the others are cancelled, no more are made, and the block ends
//! when the last one has come to its end. What a branch does after the decision, be it an error in its
//! cleanup, changes nothing; the trace tells it.

use std::ops::ControlFlow;
use std::sync::Arc;

use indexmap::IndexMap;

use super::control::Attempt;
use super::frame::{Decision, Expiry, Frame, Gather, Signal};
use super::membership::{BranchOf, FrameIndex};
use super::resource::Grant;
use super::task::{Completion, Phase};
use super::unwind::CANCELLED;
use super::wait::Wait;
use super::{Progress, World};
use crate::expression::value::{ErrorOrigin, ErrorValue, TaskId, Value};
use crate::plan::op::{Arguments, Gathering, Into};
use crate::plan::{BodyIndex, CodeIndex, Place, Plan, Position};
use crate::trace::event::Awaited;

/// The kind of error that holds the errors of several tasks.
const GROUP_ERROR: &str = "GroupError";
/// So many of them are told in its message.
const SHOWN_ERRORS: usize = 3;

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
        let gather = Gather::new(gathering, limit, self.place(id));
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
        let frame = FrameIndex::new(self.task(id).frames.len() - 1);
        let Some(Frame::Gather(gather)) = self.task_mut(id).frames.last_mut() else {
            return Ok(Progress::Next);
        };
        let index = gather.branches.len() as u32;
        let branch = BranchOf { owner: id, frame, index };
        let child = self.spawn(plan, id, body, arguments, None, Some(branch))?;
        // What a branch spawns belongs where what the block's own task spawns does.
        let group = self.task(id).group();
        self.task_mut(child).set_group(group);
        Ok(Progress::Next)
    }

    /// Takes a new task into the block that it belongs to. One that is ending takes it in and cancels it.
    pub(super) fn adopt(&mut self, plan: &Plan, branch: BranchOf, child: TaskId) {
        let frame = self.task_mut(branch.owner).frames.get_mut(branch.frame.index());
        let Some(Frame::Gather(gather)) = frame else { return };
        gather.running += 1;
        gather.branches.push(child);
        if gather.gathering != Gathering::Group {
            gather.results.push(Value::Null);
        }
        if gather.is_ending() {
            self.ask_to_end(plan, child);
        }
    }

    /// Waits while as many branches run as may. Once the block is decided no more are made.
    pub(super) fn room(&mut self, plan: &Plan, id: TaskId, exit: Position) -> Progress {
        let Some(Frame::Gather(gather)) = self.task(id).frames.last() else { return Progress::Next };
        if gather.is_decided() {
            return Progress::Jump(exit);
        }
        if gather.running < gather.limit {
            return Progress::Next;
        }
        let running = gather.running;
        self.wait(plan, id, Wait::Room, Some(Awaited::Limit(running)))
    }

    pub(super) fn gathered(&mut self, plan: &Plan, id: TaskId, into: Into) -> Attempt {
        let Some(Frame::Gather(gather)) = self.task(id).frames.last() else { return Ok(Progress::Next) };
        if gather.running > 0 {
            let awaited = gather.awaited();
            return Ok(self.wait(plan, id, Wait::Branches, Some(awaited)));
        }
        let Some(Frame::Gather(gather)) = self.task_mut(id).frames.pop() else { return Ok(Progress::Next) };
        self.observe_branches(&gather);
        if gather.gathering == Gathering::Group {
            return Ok(match self.close_group(plan, id, *gather) {
                Some(error) => self.unwind(plan, id, Signal::Fail(error)),
                None => Progress::Next,
            });
        }
        let value = match (gather.decision, gather.gathering) {
            (Decision::Value(value), _) => value,
            (Decision::Error(error), _) => return Ok(self.unwind(plan, id, Signal::Fail(error))),
            (Decision::Open, Gathering::All | Gathering::Settle) => Value::list(gather.results),
            (Decision::Open, Gathering::Race | Gathering::Any) if gather.branches.is_empty() => {
                let message = "there is no branch that could win";
                return Err(self.raise(plan, id, "ValueError", message));
            }
            (Decision::Open, Gathering::Any) => {
                return Err(self.group_error(plan, id, gather.place, gather.results));
            }
            (Decision::Open, Gathering::Race | Gathering::Group) | (Decision::Errors(_), _) => Value::Null,
        };
        self.assign(id, into, value);
        Ok(Progress::Next)
    }

    /// All branches have ended: the block ends as it should, or what was under way goes on.
    pub(super) fn resume_branches(&mut self, plan: &Plan, id: TaskId) -> Progress {
        let Some(Frame::Gather(gather)) = self.task_mut(id).frames.last_mut() else { return Progress::Next };
        let Some(pending) = gather.pending.take() else { return Progress::Here };
        let Some(Frame::Gather(gather)) = self.task_mut(id).frames.pop() else { return Progress::Here };
        let signal = self.finish_gather(plan, id, *gather, pending);
        self.unwind(plan, id, signal)
    }

    /// The branches of a block that is being left have ended: what goes on.
    fn finish_gather(&mut self, plan: &Plan, id: TaskId, gather: Gather, signal: Signal) -> Signal {
        self.observe_branches(&gather);
        match gather.gathering {
            Gathering::Group => self.leave_group(plan, id, gather, signal),
            _ => signal,
        }
    }

    /// Leaves a block before its end: an error cancels its branches, and their end is waited for before what
    /// is under way goes on. A group is left only when its tasks have ended; a `return` or `break` lets them.
    pub(super) fn leave_gather(
        &mut self,
        plan: &Plan,
        id: TaskId,
        mut gather: Box<Gather>,
        signal: Signal,
    ) -> ControlFlow<Progress, Signal> {
        let signal = gather.note_failure_of_body(signal);
        if gather.running == 0 {
            return ControlFlow::Continue(self.finish_gather(plan, id, *gather, signal));
        }
        let branches = match signal {
            Signal::Fail(_) => gather.branches.clone(),
            Signal::Return(_) | Signal::Leave { .. } => Vec::new(),
        };
        let awaited = gather.awaited();
        gather.pending = Some(signal);
        self.task_mut(id).frames.push(Frame::Gather(gather));
        for branch in branches {
            self.ask_to_end(plan, branch);
        }
        ControlFlow::Break(self.wait(plan, id, Wait::Branches, Some(awaited)))
    }

    /// A branch has ended: keeps its result, and lets the block's owner go on if it waited for this.
    pub(super) fn end_branch(&mut self, plan: &Plan, branch: BranchOf, child: TaskId) {
        let result = match self.task(child).completion() {
            Completion::Done(value) => Ok(value.clone()),
            Completion::Failed(error) => Err(error.clone()),
            Completion::Cancelled | Completion::Unfinished => Err(self.cancelled(child)),
        };
        self.observe(child);
        let owner = branch.owner;
        let Some(Frame::Gather(gather)) = self.task_mut(owner).frames.get_mut(branch.frame.index()) else {
            return;
        };
        gather.running -= 1;
        let settling = gather.is_ending();
        match (gather.gathering, result) {
            (Gathering::Settle, result) => gather.results[branch.index as usize] = settled(result),
            (Gathering::Group, Err(error)) if &*error.kind != CANCELLED => gather.note_failure(error),
            (Gathering::Group, _) => {}
            _ if settling => {}
            (Gathering::All, Ok(value)) => gather.results[branch.index as usize] = value,
            (Gathering::Race | Gathering::Any, Ok(value)) => gather.decision = Decision::Value(value),
            (Gathering::All | Gathering::Race, Err(error)) => gather.decision = Decision::Error(error),
            (Gathering::Any, Err(error)) => gather.results[branch.index as usize] = Value::Error(error),
        }
        let (running, limit, decided) = (gather.running, gather.limit, gather.is_decided());
        if decided && !settling {
            for sibling in gather.branches.clone() {
                self.ask_to_end(plan, sibling);
            }
            self.stop_body(plan, owner, branch.frame.index() as u32);
        }
        let task = self.task(owner);
        let goes_on = task.phase == Phase::Waiting
            && match task.wait {
                Wait::Room => decided || running < limit,
                Wait::Branches => running == 0 && task.frames.len() == branch.frame.index() + 1,
                _ => false,
            };
        if goes_on {
            self.wake(owner, Grant::Given);
        }
    }

    /// A block is decided while its owner has more to do for it than to wait for its branches. A group's body
    /// is interrupted. One who waits for an item to make a branch for waits no more, and takes no item that it
    /// was promised.
    fn stop_body(&mut self, plan: &Plan, owner: TaskId, frame: u32) {
        let task = self.task(owner);
        let Some(Frame::Gather(gather)) = task.frames.get(frame as usize) else { return };
        let is_innermost = task.frames.len() as u32 == frame + 1;
        if gather.gathering == Gathering::Group {
            if !(is_innermost && matches!(task.wait, Wait::Branches)) {
                self.interrupt_body(plan, owner, frame);
            }
            return;
        }
        if !(is_innermost && matches!(task.wait, Wait::Get(_))) {
            return;
        }
        match task.phase {
            Phase::Waiting => {
                self.leave_line(owner);
                self.wake(owner, Grant::Nothing);
            }
            Phase::Ready => self.decline(owner),
            Phase::New | Phase::Running | Phase::Ended => return,
        }
        self.task_mut(owner).wait = Wait::Nothing;
    }

    /// Whether the task is at the head of a block that is decided already.
    pub(super) fn walks_in_vain(&self, id: TaskId) -> bool {
        let Some(Frame::Gather(gather)) = self.task(id).frames.last() else { return false };
        gather.gathering != Gathering::Group && gather.is_decided()
    }

    /// The error of a block whose branches have failed.
    pub(super) fn group_error(
        &self,
        plan: &Plan,
        id: TaskId,
        place: Place,
        errors: Vec<Value>,
    ) -> Arc<ErrorValue> {
        let mut message = format!("{} failed: ", errors.len());
        for (index, error) in errors.iter().enumerate() {
            let Value::Error(error) = error else { continue };
            if index == SHOWN_ERRORS {
                message += &format!("; and {} more", errors.len() - index);
                break;
            }
            let separator = if index == 0 { "" } else { "; " };
            message += &match &*error.message {
                "" => format!("{separator}{}", error.kind),
                text => format!("{separator}{}: {text}", error.kind),
            };
        }
        let origin = Some(ErrorOrigin { task: id, time: self.now, span: plan.span(place) });
        Arc::new(ErrorValue { kind: GROUP_ERROR.into(), message: message.into(), errors, origin })
    }

    /// The block speaks for its branches: their errors have been looked at.
    pub(super) fn observe_branches(&mut self, gather: &Gather) {
        for &branch in &gather.branches {
            self.observe(branch);
        }
    }
}

impl Gather {
    /// A block without a branch so far.
    pub(super) fn new(gathering: Gathering, limit: u32, place: Place) -> Gather {
        Gather {
            gathering,
            limit,
            running: 0,
            branches: Vec::new(),
            results: Vec::new(),
            decision: Decision::Open,
            pending: None,
            expiry: Expiry::Pending,
            around: None,
            place,
        }
    }

    /// What its owner waits for.
    fn awaited(&self) -> Awaited {
        match self.gathering {
            Gathering::Group => Awaited::Group(self.running),
            _ => Awaited::Branches(self.running),
        }
    }

    /// Whether its branches have been asked to end.
    fn is_ending(&self) -> bool {
        self.is_decided() || matches!(self.pending, Some(Signal::Fail(_)))
    }

    /// Whether it is known what the block comes to.
    pub(super) fn is_decided(&self) -> bool {
        !matches!(self.decision, Decision::Open)
    }
}

fn settled(result: Result<Value, Arc<ErrorValue>>) -> Value {
    let (value, error) = match result {
        Ok(value) => (value, Value::Null),
        Err(error) => (Value::Null, Value::Error(error)),
    };
    Value::map(IndexMap::from([(Value::text("value"), value), (Value::text("error"), error)]))
}
