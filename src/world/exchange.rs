//! Queues between tasks: `put`, `get`, `done`, `join`, `close`, and `for` over a queue.

use std::sync::Arc;

use super::control::Attempt;
use super::host::Reply;
use super::resource::queue::{Access, Priority};
use super::resource::{Grant, Queue, Resource};
use super::wait::{Offer, Wait};
use super::{Progress, World};
use crate::expression::code::Slot;
use crate::expression::value::{ErrorValue, ResourceId, TaskId, Value};
use crate::plan::op::{Into, Op, Which};
use crate::plan::{CodeIndex, Plan, Position};
use crate::trace::Happening;
use crate::trace::digest::Words;
use crate::trace::event::Awaited;

/// What comes of asking a queue for an item.
pub(super) enum Got {
    /// An item.
    Item(Value),
    /// The task waits for one.
    Later,
    /// None will come: the queue is closed.
    Nothing,
}

fn is_queue(resource: &Resource) -> bool {
    matches!(resource, Resource::Queue(_))
}

impl World {
    #[inline(never)]
    pub(super) fn put(
        &mut self,
        plan: &Plan,
        id: TaskId,
        queue: Which,
        item: CodeIndex,
        priority: Option<CodeIndex>,
    ) -> Attempt {
        let resource = self.resource(plan, id, queue, "a queue", is_queue)?;
        let item = self.evaluate(plan, id, item)?;
        let priority = match priority {
            Some(priority) => self.priority(plan, id, resource, priority)?,
            None => Priority::default(),
        };
        self.put_item(plan, id, resource, item, priority)
    }

    #[inline(always)]
    pub(super) fn put_item(
        &mut self,
        plan: &Plan,
        id: TaskId,
        resource: ResourceId,
        item: Value,
        priority: Priority,
    ) -> Attempt {
        let position = self.task(id).position;
        match self.store(id, position, resource, item, priority) {
            Ok(()) => Ok(Progress::Next),
            Err(item) => self.wait_for_room(plan, id, resource, Offer { item, priority }),
        }
    }

    #[inline(never)]
    fn wait_for_room(&mut self, plan: &Plan, id: TaskId, resource: ResourceId, offer: Offer) -> Attempt {
        if self.queue(resource).access == Access::Closed {
            return Err(self.closed(plan, id, resource));
        }
        let World { resources, links, .. } = self;
        if let Resource::Queue(queue) = &mut resources[resource.0 as usize] {
            queue.putters.push(links, id);
        }
        let wait = Wait::Put(resource, Box::new(offer));
        Ok(self.wait(plan, id, wait, Some(Awaited::Put(resource))))
    }

    /// The item went in when room appeared; nothing is left to do.
    pub(super) fn resume_put(&mut self, plan: &Plan, id: TaskId) -> Attempt {
        if self.task(id).grant != Grant::Closed {
            return Ok(Progress::Next);
        }
        let (error, place) = (self.closed_meanwhile(plan, id), self.place(id));
        match plan.body(place.body).ops[place.position.0 as usize] {
            Op::CallHost(_) => Ok(self.refuse_host(error)),
            _ => Err(error),
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

    #[inline(never)]
    pub(super) fn get(&mut self, plan: &Plan, id: TaskId, queue: Which, into: Into) -> Attempt {
        let resource = self.resource(plan, id, queue, "a queue", is_queue)?;
        match self.get_or_wait(plan, id, self.task(id).position, resource) {
            Got::Item(item) => {
                self.assign(id, into, item);
                Ok(Progress::Next)
            }
            Got::Later => Ok(Progress::Wait),
            Got::Nothing => Err(self.closed(plan, id, resource)),
        }
    }

    /// The same for a host function, which gets the item itself.
    pub(super) fn get_for_host(&mut self, plan: &Plan, id: TaskId, resource: ResourceId) -> Attempt {
        match self.get_or_wait(plan, id, self.task(id).position, resource) {
            Got::Item(item) => {
                self.answer_host(Reply::Item(item));
                Ok(Progress::Next)
            }
            Got::Later => Ok(Progress::Wait),
            Got::Nothing => Err(self.closed(plan, id, resource)),
        }
    }

    pub(super) fn next_of_queue(
        &mut self,
        plan: &Plan,
        id: TaskId,
        resource: ResourceId,
        into: Slot,
        parts: u16,
        exit: Position,
    ) -> Attempt {
        if !matches!(self.resources.get(resource.0 as usize), Some(Resource::Queue(_))) {
            let message = format!("`for` can't walk `{}`: it is no queue", self.names.resource(resource));
            return Err(self.raise(plan, id, "TypeError", message));
        }
        match self.get_or_wait(plan, id, self.task(id).position, resource) {
            Got::Item(item) => {
                self.take_apart(plan, id, item, into, parts)?;
                Ok(Progress::Next)
            }
            Got::Later => Ok(Progress::Wait),
            Got::Nothing => Ok(Progress::Jump(exit)),
        }
    }

    /// Takes an item that is promised to nobody, or waits for one, in the operation at a position.
    #[inline(always)]
    pub(super) fn get_or_wait(
        &mut self,
        plan: &Plan,
        id: TaskId,
        position: Position,
        resource: ResourceId,
    ) -> Got {
        let World { resources, links, tasks, journal, now, .. } = self;
        let Resource::Queue(queue) = &mut resources[resource.0 as usize] else { return Got::Nothing };
        let task = &mut tasks[id.0 as usize];
        task.position = position;
        if let Some((item, put)) = queue.take_free() {
            task.cause = put;
            journal.tell_get(*now, id, task, resource, &item, queue.len());
            if !queue.putters.is_empty() {
                self.let_putter_in(resource);
            }
            return Got::Item(item);
        }
        if queue.access == Access::Closed {
            return Got::Nothing;
        }
        queue.getters.push(links, id);
        journal.tell_wait(*now, id, task, Awaited::Get(resource));
        task.since = *now;
        task.begin_wait(Wait::Get(resource));
        if task.is_interrupted() {
            self.interrupt_wait(plan, id);
        }
        Got::Later
    }

    /// Takes the item that was promised to a task while it waited, and ends the wait.
    #[inline(always)]
    pub(super) fn get_promised(&mut self, id: TaskId, resource: ResourceId) -> Option<Value> {
        let World { resources, tasks, journal, now, .. } = self;
        let Resource::Queue(queue) = &mut resources[resource.0 as usize] else { return None };
        let task = &mut tasks[id.0 as usize];
        task.end_plain_wait();
        task.grant = Grant::Nothing;
        let (item, put) = queue.take_promised()?;
        task.cause = put;
        journal.tell_get(*now, id, task, resource, &item, queue.len());
        if !queue.putters.is_empty() {
            self.let_putter_in(resource);
        }
        Some(item)
    }

    #[inline(never)]
    pub(super) fn resume_get(&mut self, plan: &Plan, id: TaskId, resource: ResourceId) -> Attempt {
        let place = self.place(id);
        let op = &plan.body(place.body).ops[place.position.0 as usize];
        let grant = std::mem::replace(&mut self.task_mut(id).grant, Grant::Nothing);
        if grant == Grant::Closed {
            return match *op {
                Op::Next { exit, .. } => Ok(Progress::Jump(exit)),
                Op::CallHost(_) => Ok(self.refuse_host(self.closed_meanwhile(plan, id))),
                _ => Err(self.closed_meanwhile(plan, id)),
            };
        }
        let Some(item) = self.get_promised(id, resource) else { return Ok(Progress::Next) };
        match *op {
            Op::Get { into, .. } => self.assign(id, into, item),
            Op::Next { into, parts, .. } => self.take_apart(plan, id, item, into, parts)?,
            Op::CallHost(_) => self.answer_host(Reply::Item(item)),
            _ => {}
        }
        Ok(Progress::Next)
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

    /// An item goes in; back comes one for which there is no room. If getters wait, no item was free before, so one
    /// of them gets this one.
    #[inline(always)]
    pub(super) fn store(
        &mut self,
        id: TaskId,
        position: Position,
        resource: ResourceId,
        item: Value,
        priority: Priority,
    ) -> Result<(), Value> {
        let World { resources, links, tasks, journal, ready, now, .. } = self;
        let queue = match &mut resources[resource.0 as usize] {
            Resource::Queue(queue) if queue.has_room() => queue,
            _ => return Err(item),
        };
        let task = &mut tasks[id.0 as usize];
        task.position = position;
        let size = queue.len() + 1;
        let words = Words::put(resource, &item, size);
        let happening = || Happening::Put(resource, item.clone(), size);
        let put = journal.tell_wanted(*now, id, task, words, happening);
        queue.store(item, put, priority);
        if let Some(getter) = queue.promise(links) {
            tasks[getter.0 as usize].wake(Grant::Given, put);
            ready.push(links, getter);
        }
        Ok(())
    }

    /// Room has appeared, so the putter who waits longest puts its own item in.
    #[inline(never)]
    fn let_putter_in(&mut self, resource: ResourceId) {
        let World { resources, links, .. } = self;
        let Resource::Queue(queue) = &mut resources[resource.0 as usize] else { return };
        let Some(putter) = queue.putters.pop(links) else { return };
        let cause = self.journal.last_sequence();
        let task = self.task_mut(putter);
        if let Wait::Put(_, offer) = &mut task.wait {
            let (item, priority) = (std::mem::take(&mut offer.item), offer.priority);
            task.cause = cause;
            let position = task.position;
            let stored = self.store(putter, position, resource, item, priority);
            debug_assert!(stored.is_ok(), "an item has just left");
            self.wake(putter, Grant::Given);
        }
    }

    fn closed_meanwhile(&self, plan: &Plan, id: TaskId) -> Arc<ErrorValue> {
        self.raise(plan, id, "Closed", "the queue was closed meanwhile")
    }

    fn closed(&self, plan: &Plan, id: TaskId, resource: ResourceId) -> Arc<ErrorValue> {
        self.raise(plan, id, "Closed", format!("queue {} is closed", self.names.resource(resource)))
    }

    fn queue_of(&mut self, plan: &Plan, id: TaskId, code: CodeIndex) -> Result<ResourceId, Arc<ErrorValue>> {
        self.resource_of(plan, id, code, "a queue", is_queue)
    }

    #[inline]
    fn queue(&self, resource: ResourceId) -> &Queue {
        match &self.resources[resource.0 as usize] {
            Resource::Queue(queue) => queue,
            _ => unreachable!("queue_of lets queues through only"),
        }
    }

    #[inline]
    fn queue_mut(&mut self, resource: ResourceId) -> &mut Queue {
        match &mut self.resources[resource.0 as usize] {
            Resource::Queue(queue) => queue,
            _ => unreachable!("queue_of lets queues through only"),
        }
    }
}
