//! `group`: a block that owns every task spawned inside it, directly, in a call, or by a branch of a block
//! inside it. A task of the group does not lend it to what it spawns itself.
//!
//! The body runs in the task itself. The first failure, of the body or of a task of the group, cancels the
//! rest; who was cancelled is no failure. When all have ended the errors are raised together, in the order of
//! failing, as one `GroupError`, be it only one: so a handler need not know how many tasks there were. A
//! `GroupError` takes the place of a cancel or timeout that was under way.

use std::sync::Arc;

use super::World;
use super::frame::{Decision, Expiry, Frame, Gather, Signal};
use super::membership::{BranchOf, FrameIndex, GroupOf};
use crate::expression::value::{ErrorValue, TaskId, Value};
use crate::plan::Plan;
use crate::plan::op::Gathering;
use crate::trace::Happening;

impl World {
    pub(super) fn open_group(&mut self, id: TaskId) {
        let place = self.place(id);
        let task = self.task_mut(id);
        let group = GroupOf { owner: id, frame: FrameIndex::new(task.frames.len()) };
        let around = task.set_group(Some(group));
        let gather = Gather { around, ..Gather::new(Gathering::Group, u32::MAX, place) };
        task.frames.push(Frame::Gather(Box::new(gather)));
    }

    /// Where a task belongs that this one spawns.
    pub(super) fn group_of(&self, id: TaskId) -> Option<BranchOf> {
        let GroupOf { owner, frame } = self.task(id).group()?;
        Some(BranchOf { owner, frame, index: 0 })
    }

    /// Ends a group whose frame is off and whose tasks have ended: what it raises, if it does.
    pub(super) fn close_group(&mut self, plan: &Plan, id: TaskId, gather: Gather) -> Option<Arc<ErrorValue>> {
        self.task_mut(id).set_group(gather.around);
        let Decision::Errors(errors) = gather.decision else { return None };
        let error = self.group_error(plan, id, gather.place, errors);
        self.emit(id, Happening::Fail(error.clone()));
        Some(error)
    }

    /// Ends a group on another way than the normal one: its errors go before what was under way.
    pub(super) fn leave_group(&mut self, plan: &Plan, id: TaskId, gather: Gather, signal: Signal) -> Signal {
        let Some(error) = self.close_group(plan, id, gather) else { return signal };
        if let Signal::Fail(old) = signal
            && Signal::Fail(old.clone()).is_cancel()
        {
            self.emit(id, Happening::Replace(old));
        }
        Signal::Fail(error)
    }
}

impl Gather {
    /// A task of the group, or its body, has failed.
    pub(super) fn note_failure(&mut self, error: Arc<ErrorValue>) {
        match &mut self.decision {
            Decision::Errors(errors) => errors.push(Value::Error(error)),
            decision => *decision = Decision::Errors(vec![Value::Error(error)]),
        }
    }

    /// An error that leaves a group's body is one of the group's. The group's own interruption of the body
    /// stands for the failure that was the reason for it.
    pub(super) fn note_failure_of_body(&mut self, signal: Signal) -> Signal {
        if self.gathering != Gathering::Group {
            return signal;
        }
        match (&signal, &self.decision) {
            (signal, Decision::Errors(errors)) if signal.is_cancel() && self.expiry == Expiry::Fired => {
                match errors.first() {
                    Some(Value::Error(first)) => Signal::Fail(first.clone()),
                    _ => signal.clone(),
                }
            }
            (Signal::Fail(error), _) if !signal.is_cancel() => {
                self.note_failure(error.clone());
                signal
            }
            _ => signal,
        }
    }
}
