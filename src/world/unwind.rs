//! One way out for all: `return`, `break`, failure, cancel and timeout take frames off the task's stack and
//! pay what each owes, until somebody handles the signal or the task ends.

use std::ops::ControlFlow;
use std::sync::Arc;

use super::frame::{Expiry, Frame, Signal};
use super::task::{Attention, Completion};
use super::variables::EnvironmentId;
use super::{Progress, World};
use crate::expression::value::{ErrorOrigin, ErrorValue, TaskId, Value};
use crate::plan::op::Into;
use crate::plan::{Place, Plan};
use crate::trace::Happening;

/// The kind of error that a cancel raises.
pub(super) const CANCELLED: &str = "Cancelled";
/// The kind of error that a timeout becomes at its edge.
pub(super) const TIMEOUT: &str = "Timeout";

impl Signal {
    /// Whether it is a cancel, or a timeout's or group's interruption.
    pub(super) fn is_cancel(&self) -> bool {
        matches!(self, Signal::Fail(error) if &*error.kind == CANCELLED)
    }
}

impl World {
    /// Raises an error: says so, and looks for somebody to handle it.
    #[inline(never)]
    pub(super) fn fail(&mut self, plan: &Plan, id: TaskId, error: Arc<ErrorValue>) -> Progress {
        self.emit(id, Happening::Fail(error.clone()));
        self.unwind(plan, id, Signal::Fail(error))
    }

    /// Gives a result back to the caller. Most often its frame is the last: no block has to be left before.
    pub(super) fn give_result(&mut self, plan: &Plan, id: TaskId, value: Value) -> Progress {
        let Some(&Frame::Call { body, position, environment, into }) = self.task(id).frames.last() else {
            return self.unwind(plan, id, Signal::Return(value));
        };
        self.task_mut(id).frames.pop();
        self.go_back(id, Place { body, position }, environment);
        self.assign(id, into, value);
        Progress::Next
    }

    /// Goes on in the body that called the present one.
    fn go_back(&mut self, id: TaskId, call: Place, environment: EnvironmentId) {
        let task = self.task_mut(id);
        (task.body, task.position) = (call.body, call.position);
        if let Some(own) = task.environment.replace(environment) {
            self.environments.release(own);
        }
    }

    /// Takes frames off until somebody handles the signal.
    pub(super) fn unwind(&mut self, plan: &Plan, id: TaskId, mut signal: Signal) -> Progress {
        loop {
            if let Signal::Leave { keep, target } = signal
                && self.task(id).frames.len() == keep as usize
            {
                return Progress::Jump(target);
            }
            let Some(frame) = self.task_mut(id).frames.pop() else {
                let completion = match signal {
                    Signal::Return(value) => Completion::Done(value),
                    Signal::Fail(error) if &*error.kind == CANCELLED => Completion::Cancelled,
                    Signal::Fail(error) => Completion::Failed(error),
                    Signal::Leave { .. } => Completion::Done(Value::Null),
                };
                self.end_task(plan, id, completion);
                return Progress::Ended;
            };
            match frame {
                Frame::Call { body, position, environment, into } => {
                    self.go_back(id, Place { body, position }, environment);
                    if let Signal::Return(value) = signal {
                        self.assign(id, into, value);
                        return Progress::Next;
                    }
                }
                Frame::Try { handler, error } => {
                    if let Signal::Fail(raised) = signal {
                        self.assign(id, Into::Slot(error), Value::Error(raised));
                        return Progress::Jump(handler);
                    }
                }
                Frame::Finally(handler) => {
                    self.task_mut(id).frames.push(Frame::Cleanup(Some(Box::new(signal))));
                    return Progress::Jump(handler);
                }
                Frame::Cleanup(pending) => {
                    if let Some(Signal::Fail(old)) = pending.map(|pending| *pending) {
                        self.emit(id, Happening::Replace(old));
                    }
                }
                Frame::Timeout { timer, after, expiry } => {
                    if let Some(timer) = timer {
                        self.timers.disarm(timer);
                    }
                    signal = self.leave_timeout(plan, id, after, expiry, signal);
                }
                Frame::Hold(resource, permit) => self.give_back(id, resource, permit),
                Frame::Guard(breaker, period) => self.leave_breaker(id, breaker, period, (&signal).into()),
                Frame::Lookup(lookup) => self.leave_lookup(&lookup, &signal),
                Frame::Host(ticket) => self.abandon(ticket),
                Frame::Coroutine(coroutine) => {
                    signal = match self.unwind_coroutine(plan, id, coroutine, signal) {
                        Ok(next) => next,
                        Err(progress) => return progress,
                    };
                }
                Frame::Gather(gather) => match self.leave_gather(plan, id, gather, signal) {
                    ControlFlow::Continue(on) => signal = on,
                    ControlFlow::Break(progress) => return progress,
                },
            }
        }
    }

    /// At the edge of a block whose time was up, and only there, the cancel becomes a `Timeout`.
    fn leave_timeout(
        &mut self,
        plan: &Plan,
        id: TaskId,
        after: u64,
        expiry: Expiry,
        signal: Signal,
    ) -> Signal {
        match signal {
            Signal::Fail(error) if expiry == Expiry::Fired && &*error.kind == CANCELLED => {
                let origin = ErrorOrigin { task: id, time: self.now, span: plan.span(self.place(id)) };
                Signal::Fail(self.ending_blocks.timeout(after, origin))
            }
            other => other,
        }
    }

    /// Marks a task's error as looked at.
    pub(super) fn observe(&mut self, id: TaskId) {
        self.task_mut(id).error = Attention::Observed;
    }

    /// The error that a cancel raises in a task.
    pub(super) fn cancelled(&self, id: TaskId) -> Arc<ErrorValue> {
        Arc::new(ErrorValue {
            kind: CANCELLED.into(),
            message: format!("{} was cancelled", self.names.task(id)).into(),
            errors: Vec::new(),
            origin: None,
        })
    }
}
