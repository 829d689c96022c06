//! Queues between tasks: `put`, `get`, `done`, `join`, `close`, and `for` over a queue.

use std::sync::Arc;

use super::control::Attempt;
use super::host::Reply;
use super::resource::queue::{Access, Entry, Priority};
use super::resource::{Grant, Queue, Resource};
use super::task::Phase;
use super::wait::{Offer, Wait};
use super::{Progress, World};
use crate::expression::value::{ErrorValue, ResourceId, TaskId, Value};
use crate::plan::op::Op;
use crate::plan::{CodeIndex, Plan, Position};
use crate::trace::digest::Words;
use crate::trace::event::Awaited;
use crate::trace::{Happening, Sequence};

impl World {
    pub(super) fn put(
        &mut self,
        plan: &Plan,
        id: TaskId,
        queue: CodeIndex,
        item: CodeIndex,
        priority: Option<CodeIndex>,
    ) -> Attempt {
        let resource = self.queue_of(plan, id, queue)?;
        let item = self.evaluate(plan, id, item)?;
        let priority = match priority {
            Some(priority) => self.priority(plan, id, resource, priority)?,
            None => Priority::default(),
        };
        self.put_item(plan, id, resource, item, priority)
    }

    pub(super) fn put_item(
        &mut self,
        plan: &Plan,
        id: TaskId,
        resource: ResourceId,
        item: Value,
        priority: Priority,
    ) -> Attempt {
        let queue = self.queue(resource);
        if queue.access == Access::Closed {
            return Err(self.closed(plan, id, resource));
        }
        if queue.has_room() {
            self.store(id, resource, item, priority);
            return Ok(Progress::Next);
        }
        let World { resources, links, .. } = self;
        if let Resource::Queue(queue) = &mut resources[resource.0 as usize] {
            queue.putters.push(links, id);
        }
        Ok(self.wait(
            plan,
            id,
            Wait::Put(resource, Box::new(Offer { item, priority })),
            Some(Awaited::Put(resource)),
        ))
    }

    /// The item went in when room appeared; nothing is left to do.
    pub(super) fn resume_put(&mut self, plan: &Plan, id: TaskId) -> Progress {
        match self.task(id).grant {
            Grant::Closed => self.raise_closed(plan, id),
            _ => Progress::Next,
        }
    }

    fn priority(
        &mut self,
        plan: &Plan,
        id: TaskId,
        resource: ResourceId,
        code: CodeIndex,
    ) -> Result<Priority, Arc<ErrorValue>> {
        let value = self.evaluate(plan, id, code)?;
        if !self.queue(resource).items.have_priorities() {
            let message = format!(
                "queue {} takes no priorities: it lacks `order: priority`",
                self.names.resource(resource)
            );
            return Err(self.raise(plan, id, "ValueError", message));
        }
        match value {
            Value::Int(priority) | Value::Duration(priority) => Ok(Priority(priority)),
            other => {
                let message =
                    format!("a priority is a whole number or a duration, not {}", other.type_name());
                Err(self.raise(plan, id, "TypeError", message))
            }
        }
    }

    pub(super) fn get(&mut self, plan: &Plan, id: TaskId, queue: CodeIndex) -> Attempt {
        let resource = self.queue_of(plan, id, queue)?;
        self.get_item(plan, id, resource)
    }

    pub(super) fn get_item(&mut self, plan: &Plan, id: TaskId, resource: ResourceId) -> Attempt {
        if self.queue(resource).has_item() {
            return self.receive(plan, id, resource);
        }
        if self.queue(resource).access == Access::Closed {
            return Err(self.closed(plan, id, resource));
        }
        Ok(self.wait_for_item(plan, id, resource))
    }

    pub(super) fn next_of_queue(
        &mut self,
        plan: &Plan,
        id: TaskId,
        resource: ResourceId,
        exit: Position,
    ) -> Attempt {
        if !matches!(self.resources.get(resource.0 as usize), Some(Resource::Queue(_))) {
            let message = format!("`for` can't walk `{}`: it is no queue", self.names.resource(resource));
            return Err(self.raise(plan, id, "TypeError", message));
        }
        if self.queue(resource).has_item() {
            return self.receive(plan, id, resource);
        }
        if self.queue(resource).is_exhausted() {
            return Ok(Progress::Jump(exit));
        }
        Ok(self.wait_for_item(plan, id, resource))
    }

    pub(super) fn resume_get(&mut self, plan: &Plan, id: TaskId, resource: ResourceId) -> Progress {
        if self.task(id).grant == Grant::Closed {
            let place = self.place(id);
            return match plan.body(place.body).ops[place.position.0 as usize] {
                Op::Next { exit, .. } => Progress::Jump(exit),
                _ => self.raise_closed(plan, id),
            };
        }
        self.task_mut(id).grant = Grant::Nothing;
        let taken = self.queue_mut(resource).take_promised();
        self.received(plan, id, resource, taken).unwrap_or_else(Progress::Raise)
    }

    pub(super) fn done(&mut self, plan: &Plan, id: TaskId, queue: CodeIndex) -> Result<(), Arc<ErrorValue>> {
        let resource = self.queue_of(plan, id, queue)?;
        let queue = self.queue_mut(resource);
        if queue.undone == 0 {
            let message = format!("`done {}` more often than items were put", self.names.resource(resource));
            return Err(self.raise(plan, id, "ValueError", message));
        }
        queue.undone -= 1;
        let left = queue.undone;
        self.emit(id, Happening::Done(resource, left));
        if left == 0 {
            let World { resources, links, .. } = self;
            let Resource::Queue(queue) = &mut resources[resource.0 as usize] else { return Ok(()) };
            let joiners: Vec<TaskId> = std::iter::from_fn(|| queue.joiners.pop(links)).collect();
            for joiner in joiners {
                self.wake(joiner, Grant::Given);
            }
        }
        Ok(())
    }

    pub(super) fn join(&mut self, plan: &Plan, id: TaskId, queue: CodeIndex) -> Attempt {
        let resource = self.queue_of(plan, id, queue)?;
        if self.queue(resource).undone == 0 {
            self.emit(id, Happening::Join(resource));
            return Ok(Progress::Next);
        }
        let World { resources, links, .. } = self;
        if let Resource::Queue(queue) = &mut resources[resource.0 as usize] {
            queue.joiners.push(links, id);
        }
        Ok(self.wait(plan, id, Wait::Join(resource), Some(Awaited::Join(resource))))
    }

    pub(super) fn resume_join(&mut self, id: TaskId, resource: ResourceId) -> Progress {
        self.emit(id, Happening::Join(resource));
        Progress::Next
    }

    pub(super) fn close(&mut self, plan: &Plan, id: TaskId, queue: CodeIndex) -> Result<(), Arc<ErrorValue>> {
        let resource = self.queue_of(plan, id, queue)?;
        self.emit(id, Happening::Close(resource));
        let World { resources, links, .. } = self;
        let Resource::Queue(queue) = &mut resources[resource.0 as usize] else { return Ok(()) };
        queue.access = Access::Closed;
        let mut woken: Vec<TaskId> = std::iter::from_fn(|| queue.getters.pop(links)).collect();
        woken.extend(std::iter::from_fn(|| queue.putters.pop(links)));
        for waiter in woken {
            self.wake(waiter, Grant::Closed);
        }
        Ok(())
    }

    /// Promises items to waiting getters as long as there are both.
    pub(super) fn promise(&mut self, resource: ResourceId) {
        loop {
            let World { resources, links, .. } = self;
            let Resource::Queue(queue) = &mut resources[resource.0 as usize] else { return };
            let Some(getter) = queue.promise(links) else { return };
            self.wake(getter, Grant::Given);
        }
    }

    fn store(&mut self, id: TaskId, resource: ResourceId, item: Value, priority: Priority) {
        let put = Sequence::new(self.next_sequence);
        let size = self.queue(resource).items.len() as u32 + 1;
        let words = Words::put(resource, &item, size);
        self.emit_wanted(id, words, || Happening::Put(resource, item.clone(), size));
        self.queue_mut(resource).store(item, Some(put), priority);
        self.promise(resource);
    }

    fn receive(&mut self, plan: &Plan, id: TaskId, resource: ResourceId) -> Attempt {
        let taken = self.queue_mut(resource).take_free();
        self.received(plan, id, resource, taken)
    }

    /// The item is out: room appears, so the putter who waits longest puts its own in.
    fn received(&mut self, plan: &Plan, id: TaskId, resource: ResourceId, taken: Option<Entry>) -> Attempt {
        let Some((item, put)) = taken else { return Ok(Progress::Next) };
        let size = self.queue(resource).items.len() as u32;
        self.task_mut(id).cause = put;
        let words = Words::get(resource, &item, size);
        self.emit_wanted(id, words, || Happening::Get(resource, item.clone(), size));
        let World { resources, links, .. } = self;
        let Resource::Queue(queue) = &mut resources[resource.0 as usize] else { return Ok(Progress::Next) };
        if let Some(putter) = queue.putters.pop(links) {
            let wait = &mut self.task_mut(putter).wait;
            if let Wait::Put(_, offer) = wait {
                let (own, priority) = (std::mem::take(&mut offer.item), offer.priority);
                self.task_mut(putter).cause = self.last_sequence();
                self.store(putter, resource, own, priority);
                self.wake(putter, Grant::Given);
            }
        }
        let place = self.place(id);
        match plan.body(place.body).ops[place.position.0 as usize] {
            Op::Next { into, parts, .. } => self.take_apart(plan, id, item, into, parts)?,
            Op::Get { into, .. } => self.assign(id, into, item),
            Op::CallHost(_) => self.answer_host(Reply::Item(item)),
            _ => {}
        }
        Ok(Progress::Next)
    }

    fn wait_for_item(&mut self, plan: &Plan, id: TaskId, resource: ResourceId) -> Progress {
        let World { resources, links, .. } = self;
        if let Resource::Queue(queue) = &mut resources[resource.0 as usize] {
            queue.getters.push(links, id);
        }
        self.wait(plan, id, Wait::Get(resource), Some(Awaited::Get(resource)))
    }

    fn raise_closed(&mut self, plan: &Plan, id: TaskId) -> Progress {
        debug_assert_eq!(self.task(id).phase, Phase::Running);
        let message = "the queue was closed meanwhile";
        let error = self.raise(plan, id, "Closed", message);
        let place = self.place(id);
        match plan.body(place.body).ops[place.position.0 as usize] {
            Op::CallHost(_) => {
                self.answer_host(Reply::Refused(error));
                Progress::Next
            }
            _ => Progress::Raise(error),
        }
    }

    fn closed(&self, plan: &Plan, id: TaskId, resource: ResourceId) -> Arc<ErrorValue> {
        self.raise(plan, id, "Closed", format!("queue {} is closed", self.names.resource(resource)))
    }

    fn queue_of(&mut self, plan: &Plan, id: TaskId, code: CodeIndex) -> Result<ResourceId, Arc<ErrorValue>> {
        self.resource_of(plan, id, code, "a queue", |resource| matches!(resource, Resource::Queue(_)))
    }

    fn queue(&self, resource: ResourceId) -> &Queue {
        match &self.resources[resource.0 as usize] {
            Resource::Queue(queue) => queue,
            _ => unreachable!("queue_of lets queues through only"),
        }
    }

    fn queue_mut(&mut self, resource: ResourceId) -> &mut Queue {
        match &mut self.resources[resource.0 as usize] {
            Resource::Queue(queue) => queue,
            _ => unreachable!("queue_of lets queues through only"),
        }
    }
}
