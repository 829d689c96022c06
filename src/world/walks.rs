//! Variables that are changed: assignments inside lists and maps, and walks over what has items.

use std::sync::Arc;

use super::control::Attempt;
use super::wait::FileCall;
use super::{Progress, World};
use crate::expression::code::Slot;
use crate::expression::evaluate;
use crate::expression::value::{ErrorValue, TaskId, Value};
use crate::plan::op::Into;
use crate::plan::{CodeIndex, ExtraIndex, Plan, Position};

impl World {
    pub(super) fn take_slot(&mut self, id: TaskId, slot: Slot) -> Value {
        let environment = self.task(id).environment;
        environment.and_then(|it| self.environments.take(it, slot)).unwrap_or_default()
    }

    pub(super) fn assign_item(
        &mut self,
        plan: &Plan,
        id: TaskId,
        into: Into,
        path: ExtraIndex,
        value: Slot,
    ) -> Result<(), Arc<ErrorValue>> {
        let path = &plan.paths[path.0 as usize];
        let indices =
            path.iter().map(|&code| self.evaluate(plan, id, code)).collect::<Result<Vec<_>, _>>()?;
        let value = self.get_slot(id, value);
        // Taken out, the container is nobody else's and is changed in place.
        let mut container = match into {
            Into::Slot(slot) => self.take_slot(id, slot),
            Into::Shared(index) => std::mem::take(&mut self.shared[index.0 as usize]),
            Into::Nowhere => Value::Null,
        };
        let result = evaluate::assign_path(&mut container, &indices, value);
        self.assign(id, into, container);
        result.map_err(|mut fault| {
            fault.span = plan.span(self.place(id));
            self.fault(id, &fault)
        })
    }

    /// Begins a walk: what can't be walked is refused here.
    pub(super) fn walk(
        &mut self,
        plan: &Plan,
        id: TaskId,
        iterable: CodeIndex,
        into: Slot,
    ) -> Result<(), Arc<ErrorValue>> {
        let mut walked = self.evaluate(plan, id, iterable)?;
        let mut first = 0;
        let is_used_up = matches!(walked, Value::Resource(_) | Value::File(_));
        if is_used_up && self.is_monitor(id) {
            let message =
                format!("a monitor only observes: it can't take anything from {}", walked.type_name());
            return Err(self.raise(plan, id, "TypeError", message));
        }
        if let Value::Range(bounds) = &walked
            && let (Value::Int(start), Value::Int(end)) = (&bounds.0, &bounds.1)
        {
            (first, walked) = (*start, Value::Int(*end));
        } else if !is_used_up && let Err(message) = evaluate::item(&walked, 0) {
            return Err(self.raise(plan, id, "TypeError", message));
        }
        self.set_slot(id, into, walked);
        self.set_slot(id, Slot { index: into.index + 1, ..into }, Value::Int(first));
        Ok(())
    }

    pub(super) fn next(
        &mut self,
        plan: &Plan,
        id: TaskId,
        iterable: Slot,
        into: Slot,
        parts: u16,
        exit: Position,
    ) -> Attempt {
        if let Some(Value::File(file)) = self.slot(id, iterable) {
            let file = file.clone();
            return self.begin_call(plan, id, FileCall::Line(file));
        }
        let counter = Slot { index: iterable.index + 1, ..iterable };
        let position = match self.slot(id, counter) {
            Some(Value::Int(position)) => *position,
            _ => 0,
        };
        let item = match self.slot(id, iterable) {
            Some(Value::Int(end)) => (position < *end).then_some(Value::Int(position)),
            Some(Value::Resource(queue)) => {
                return self.next_of_queue(plan, id, *queue, into, parts, exit);
            }
            Some(walked) => match evaluate::item(walked, position as usize) {
                Ok(item) => item,
                Err(message) => return Err(self.raise(plan, id, "TypeError", message)),
            },
            None => None,
        };
        let Some(item) = item else { return Ok(Progress::Jump(exit)) };
        self.set_slot(id, counter, Value::Int(position + 1));
        self.take_apart(plan, id, item, into, parts)?;
        Ok(Progress::Next)
    }

    /// Assigns an item to one slot, or its parts to several.
    pub(super) fn take_apart(
        &mut self,
        plan: &Plan,
        id: TaskId,
        item: Value,
        into: Slot,
        parts: u16,
    ) -> Result<(), Arc<ErrorValue>> {
        if parts == 1 {
            self.set_slot(id, into, item);
            return Ok(());
        }
        match &item {
            Value::List(items) if items.len() == parts as usize => {
                for (index, part) in items.iter().enumerate() {
                    self.set_slot(id, Slot { index: into.index + index as u16, ..into }, part.clone());
                }
                Ok(())
            }
            _ => {
                let message = format!("can't take {} apart into {parts} names", item.type_name());
                Err(self.raise(plan, id, "ValueError", message))
            }
        }
    }
}
