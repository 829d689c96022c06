//! Operands that must be resources of a kind: looked up, or refused with what is there instead.

use std::sync::Arc;

use super::World;
use super::resource::Resource;
use crate::expression::code::Kind;
use crate::expression::value::{ErrorValue, ResourceId, TaskId, Value};
use crate::plan::{CodeIndex, Plan};

impl World {
    /// The resource that an operand stands for.
    #[inline]
    pub(super) fn resource_of(
        &mut self,
        plan: &Plan,
        id: TaskId,
        code: CodeIndex,
        needed: &str,
        fits: impl Fn(&Resource) -> bool,
    ) -> Result<ResourceId, Arc<ErrorValue>> {
        // A name is known beforehand.
        if let Kind::Constant(Value::Resource(resource)) = plan.code(code).kind
            && fits(&self.resources[resource.0 as usize])
        {
            return Ok(resource);
        }
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
