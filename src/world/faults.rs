//! Errors that the scenario raises and catches.

use std::sync::Arc;

use super::World;
use super::frame::{Expiry, Frame};
use super::task::Asked;
use super::unwind::CANCELLED;
use crate::expression::code::Slot;
use crate::expression::value::{ErrorOrigin, ErrorValue, TaskId, Value};
use crate::plan::op::Caught;
use crate::plan::{CodeIndex, ExtraIndex, Plan};
use crate::trace::Happening;

impl World {
    /// Catches the error in a slot if it is of the kinds; whether it is.
    pub(super) fn catch(
        &mut self,
        plan: &Plan,
        id: TaskId,
        slot: Slot,
        kinds: ExtraIndex,
        caught: Caught,
    ) -> bool {
        let Some(Value::Error(error)) = self.slot(id, slot) else { return false };
        let kinds = &plan.kinds[kinds.0 as usize];
        let is_cancel = &*error.kind == CANCELLED;
        let fits = if kinds.is_empty() { !is_cancel } else { kinds.contains(&error.kind) };
        if !fits {
            return false;
        }
        if is_cancel {
            // The cancel is over: the timeouts that it passed through are like any other again.
            let task = self.task_mut(id);
            task.asked = Asked::No;
            for frame in &mut task.frames {
                if let Frame::Timeout { expiry: expiry @ Expiry::Passed, .. } = frame {
                    *expiry = Expiry::Pending;
                }
            }
        }
        let error = match caught {
            Caught::Kept => self.get_slot(id, slot),
            Caught::Forgotten => self.take_slot(id, slot),
        };
        if let Value::Error(error) = error {
            self.emit(id, Happening::Catch(error));
        }
        true
    }

    pub(super) fn failure(
        &mut self,
        plan: &Plan,
        id: TaskId,
        kind: CodeIndex,
        message: Option<CodeIndex>,
    ) -> Result<Arc<ErrorValue>, Arc<ErrorValue>> {
        let kind = match self.evaluate(plan, id, kind)? {
            Value::Error(error) => return Ok(error),
            kind => kind,
        };
        let message = match message {
            Some(message) => self.text(plan, id, message)?,
            None => "".into(),
        };
        let origin = ErrorOrigin { task: id, time: self.now, span: plan.span(self.place(id)) };
        let kind = kind.display(&self.names).into();
        Ok(Arc::new(ErrorValue { kind, message, errors: Vec::new(), origin: Some(origin) }))
    }
}
