//! Operands of a kind: durations, conditions, texts, resources; or refused, with what is there instead.

use std::sync::Arc;

use super::World;
use super::resource::Resource;
use crate::expression::value::{ErrorValue, ResourceId, TaskId, Value};
use crate::plan::op::Which;
use crate::plan::{CodeIndex, Plan};

impl World {
    /// A duration argument, in nanoseconds.
    pub(super) fn duration(
        &mut self,
        plan: &Plan,
        id: TaskId,
        code: CodeIndex,
    ) -> Result<u64, Arc<ErrorValue>> {
        if let Some(duration) = self.duration_at_hand(plan, id, self.task(id).home(), plan.code(code)) {
            return Ok(duration);
        }
        match self.evaluate(plan, id, code)? {
            Value::Duration(duration) if duration >= 0 => Ok(duration as u64),
            Value::Int(0) => Ok(0),
            Value::Duration(_) => {
                Err(self.raise(plan, id, "ValueError", "a duration to wait for can't be negative"))
            }
            other => {
                let message = format!("a duration is needed here, not {}", other.type_name());
                Err(self.raise(plan, id, "TypeError", message))
            }
        }
    }

    #[inline]
    pub(super) fn condition(
        &mut self,
        plan: &Plan,
        id: TaskId,
        code: CodeIndex,
    ) -> Result<bool, Arc<ErrorValue>> {
        match self.evaluate(plan, id, code)? {
            Value::Bool(condition) => Ok(condition),
            other => {
                let message = format!("a condition must be true or false, not {}", other.type_name());
                Err(self.raise(plan, id, "TypeError", message))
            }
        }
    }

    pub(super) fn text(
        &mut self,
        plan: &Plan,
        id: TaskId,
        code: CodeIndex,
    ) -> Result<Arc<str>, Arc<ErrorValue>> {
        let value = self.evaluate(plan, id, code)?;
        Ok(value.display(&self.names).into())
    }

    /// The resource that an operation is for.
    #[inline(always)]
    pub(super) fn resource(
        &mut self,
        plan: &Plan,
        id: TaskId,
        which: Which,
        needed: &str,
        fits: impl Fn(&Resource) -> bool,
    ) -> Result<ResourceId, Arc<ErrorValue>> {
        match which {
            Which::Named(resource) if fits(&self.resources[resource.0 as usize]) => Ok(resource),
            Which::Named(other) => Err(self.wrong_resource(plan, id, needed, &Value::Resource(other))),
            Which::Computed(code) => self.resource_of(plan, id, code, needed, fits),
        }
    }

    /// The resource that an operand stands for.
    #[inline(never)]
    pub(super) fn resource_of(
        &mut self,
        plan: &Plan,
        id: TaskId,
        code: CodeIndex,
        needed: &str,
        fits: impl Fn(&Resource) -> bool,
    ) -> Result<ResourceId, Arc<ErrorValue>> {
        match self.evaluate(plan, id, code)? {
            Value::Resource(resource) if fits(&self.resources[resource.0 as usize]) => Ok(resource),
            other => Err(self.wrong_resource(plan, id, needed, &other)),
        }
    }

    /// What is raised where another kind of thing is needed.
    #[cold]
    pub(super) fn wrong_resource(
        &self,
        plan: &Plan,
        id: TaskId,
        needed: &str,
        found: &Value,
    ) -> Arc<ErrorValue> {
        let found = match found {
            Value::Resource(resource) => {
                let word = self.resources[resource.0 as usize].word();
                format!("{word} {}", self.names.resource(*resource))
            }
            Value::List(items) if matches!(items.first(), Some(Value::Resource(_))) => {
                "a whole array: choose one of it by its index".to_string()
            }
            other => other.type_name().to_string(),
        };
        self.raise(plan, id, "TypeError", format!("{needed} is needed here, not {found}"))
    }
}
