//! Requests: a connection, the service's body, an answer.
//!
//! The body runs in the task that asks, inside the connection's hold: whatever ends the request, an error of
//! the service, a timeout or a cancel, gives the connection to the one who waits longest for it.

use std::sync::Arc;

use indexmap::IndexMap;

use super::control::Attempt;
use super::resource::Resource;
use super::resource::semaphore::{Claim, Role};
use super::{Progress, World};
use crate::expression::code::Slot;
use crate::expression::value::{ErrorValue, ResourceId, TaskId, Value};
use crate::plan::op::Into;
use crate::plan::{BodyIndex, Plan, Position};
use crate::trace::Happening;
use crate::trace::event::Request;

/// The status of an answer that names none.
const OK: i64 = 200;

impl World {
    pub(super) fn request(&mut self, plan: &Plan, id: TaskId, service: Slot, sent: Slot) -> Attempt {
        let (service, _) = self.service(plan, id, service)?;
        let [path, method, body] = self.sent(id, sent);
        let request = Request { service, path, method, body };
        self.emit(id, Happening::Request(Box::new(request)));
        Ok(self.take_or_wait(plan, id, service, Claim::Owed))
    }

    pub(super) fn serve(
        &mut self,
        plan: &Plan,
        id: TaskId,
        service: Slot,
        sent: Slot,
        answer: Slot,
    ) -> Attempt {
        let (_, body) = self.service(plan, id, service)?;
        self.check_depth(plan, id)?;
        let sent = self.sent(id, sent);
        let served = plan.body(body);
        let environment = self.environments.create(served.slots.len(), None);
        for (index, value) in sent.into_iter().enumerate().take(served.parameters.len()) {
            self.environments.set(environment, Slot { depth: 0, index: index as u16 }, value);
        }
        self.run_here(id, body, environment, Into::Slot(answer));
        Ok(Progress::Jump(Position(0)))
    }

    /// What a service returns becomes an answer: a map as it stands, with `status` and `length` added where
    /// they are missing; a whole number is a status, text a body.
    pub(super) fn respond(
        &mut self,
        plan: &Plan,
        id: TaskId,
        service: Slot,
        answer: Slot,
        into: Into,
    ) -> Result<(), Arc<ErrorValue>> {
        let (service, _) = self.service(plan, id, service)?;
        let mut answer = match self.get_slot(id, answer) {
            Value::Map(map) => Arc::unwrap_or_clone(map),
            Value::Null => IndexMap::new(),
            status @ Value::Int(_) => IndexMap::from([(Value::text("status"), status)]),
            body @ Value::Text(_) => IndexMap::from([(Value::text("body"), body)]),
            other => {
                let message =
                    format!("a service answers with a map, a status or text, not {}", other.type_name());
                return Err(self.raise(plan, id, "TypeError", message));
            }
        };
        let length = match answer.get(&Value::text("body")) {
            Some(Value::Text(body)) => body.len() as i64,
            _ => 0,
        };
        let status = answer.entry(Value::text("status")).or_insert(Value::Int(OK)).clone();
        let length = answer.entry(Value::text("length")).or_insert(Value::Int(length)).clone();
        let (&Value::Int(status), &Value::Int(length)) = (&status, &length) else {
            let message = "the `status` and the `length` of an answer are whole numbers";
            return Err(self.raise(plan, id, "TypeError", message));
        };
        self.emit(id, Happening::Respond { service, status, length });
        self.assign(id, into, Value::map(answer));
        Ok(())
    }

    fn service(
        &self,
        plan: &Plan,
        id: TaskId,
        slot: Slot,
    ) -> Result<(ResourceId, BodyIndex), Arc<ErrorValue>> {
        let value = self.get_slot(id, slot);
        if let Value::Resource(resource) = value
            && let Resource::Semaphore(semaphore) = &self.resources[resource.0 as usize]
            && let Role::Service(body) = semaphore.role
        {
            return Ok((resource, body));
        }
        Err(self.wrong_resource(plan, id, "a service", &value))
    }

    fn sent(&self, id: TaskId, first: Slot) -> [Value; 3] {
        std::array::from_fn(|index| self.get_slot(id, Slot { index: first.index + index as u16, ..first }))
    }
}
