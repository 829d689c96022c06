//! Events, conditions, barriers and promises: `wait`, and what ends such a wait.

use std::sync::Arc;

use super::control::Attempt;
use super::resource::barrier::{Arrival, Soundness};
use super::resource::condition::WaitNumber;
use super::resource::event::Flag;
use super::resource::promise::Promised;
use super::resource::{Grant, Resource};
use super::wait::Wait;
use super::{Progress, World};
use crate::expression::value::{ErrorValue, ResourceId, TaskId, Value};
use crate::plan::op::Op;
use crate::plan::{CodeIndex, Plan};
use crate::trace::Happening;
use crate::trace::event::{Awaited, SignalKind};

impl World {
    /// `wait`: what is done depends on what is waited for.
    pub(super) fn wait_for(
        &mut self,
        plan: &Plan,
        id: TaskId,
        what: CodeIndex,
        until: Option<CodeIndex>,
    ) -> Attempt {
        match self.evaluate(plan, id, what)? {
            Value::Resource(resource) => self.wait_for_signal(plan, id, resource, until),
            other @ (Value::Task(_) | Value::List(_)) if until.is_some() => {
                let message = format!("`until` goes with a condition, not with {}", other.type_name());
                Err(self.raise(plan, id, "TypeError", message))
            }
            other => {
                Err(self.wrong_resource(plan, id, "an event, condition, barrier, promise or task", &other))
            }
        }
    }

    fn wait_for_signal(
        &mut self,
        plan: &Plan,
        id: TaskId,
        resource: ResourceId,
        until: Option<CodeIndex>,
    ) -> Attempt {
        let signal = &self.resources[resource.0 as usize];
        if until.is_some() && !matches!(signal, Resource::Condition(_)) {
            let message = format!(
                "`until` goes with a condition, not with {} {}",
                signal.word(),
                self.names.resource(resource)
            );
            return Err(self.raise(plan, id, "TypeError", message));
        }
        match signal {
            Resource::Event(event) if event.flag == Flag::Set => Ok(self.waited(plan, id, Value::Null)),
            Resource::Event(_) => Ok(self.join_line(plan, id, resource, SignalKind::Event)),
            Resource::Condition(_) => self.wait_for_notification(plan, id, resource, until),
            Resource::Barrier(_) => self.arrive(plan, id, resource),
            Resource::Promise(promise) => match &promise.outcome {
                Promised::Open => Ok(self.join_line(plan, id, resource, SignalKind::Promise)),
                Promised::Kept(value) => {
                    let value = value.clone();
                    Ok(self.waited(plan, id, value))
                }
                Promised::Rejected(error) => Err(error.clone()),
            },
            _ => {
                let needed = "an event, condition, barrier, promise or task";
                Err(self.wrong_resource(plan, id, needed, &Value::Resource(resource)))
            }
        }
    }

    fn join_line(&mut self, plan: &Plan, id: TaskId, resource: ResourceId, kind: SignalKind) -> Progress {
        let World { resources, links, .. } = self;
        match &mut resources[resource.0 as usize] {
            Resource::Event(event) => event.waiters.push(links, id),
            Resource::Promise(promise) => promise.waiters.push(links, id),
            _ => {}
        }
        self.wait(plan, id, Wait::Signal(resource), Some(Awaited::Signal(kind, resource)))
    }

    /// Waits unless the predicate holds. Without one, it waits in any case.
    fn wait_for_notification(
        &mut self,
        plan: &Plan,
        id: TaskId,
        resource: ResourceId,
        until: Option<CodeIndex>,
    ) -> Attempt {
        if let Some(until) = until
            && self.condition(plan, id, until)?
        {
            return Ok(self.waited(plan, id, Value::Null));
        }
        let World { resources, links, .. } = self;
        let Resource::Condition(condition) = &mut resources[resource.0 as usize] else {
            return Ok(Progress::Next);
        };
        let number = condition.join(links, id);
        let awaited = Awaited::Signal(SignalKind::Condition, resource);
        Ok(self.wait(plan, id, Wait::Condition(resource, number), Some(awaited)))
    }

    fn arrive(&mut self, plan: &Plan, id: TaskId, resource: ResourceId) -> Attempt {
        let World { resources, links, .. } = self;
        let Resource::Barrier(barrier) = &mut resources[resource.0 as usize] else {
            return Ok(Progress::Next);
        };
        if barrier.condition == Soundness::Broken {
            let message = format!("barrier {} is broken", self.names.resource(resource));
            return Err(self.raise(plan, id, BROKEN, message));
        }
        let (arrival, last, round) = (barrier.arrive(links, id), barrier.parties - 1, barrier.rounds);
        let Arrival::Opens(others) = arrival else {
            let awaited = Awaited::Signal(SignalKind::Barrier, resource);
            return Ok(self.wait(plan, id, Wait::Signal(resource), Some(awaited)));
        };
        self.emit(id, Happening::Trip(resource, round));
        for (index, other) in others.into_iter().enumerate() {
            self.wake(other, Grant::Arrived(index as u32));
        }
        Ok(self.waited(plan, id, Value::Int(i64::from(last))))
    }

    /// The wait at an event, barrier or promise is over.
    pub(super) fn resume_signal(&mut self, plan: &Plan, id: TaskId, resource: ResourceId) -> Attempt {
        match std::mem::replace(&mut self.task_mut(id).grant, Grant::Nothing) {
            Grant::Arrived(index) => return Ok(self.waited(plan, id, Value::Int(i64::from(index)))),
            Grant::Broken => {
                let message = format!("barrier {} was broken meanwhile", self.names.resource(resource));
                return Err(self.raise(plan, id, BROKEN, message));
            }
            _ => {}
        }
        let value = match &self.resources[resource.0 as usize] {
            Resource::Promise(promise) => match &promise.outcome {
                Promised::Kept(value) => value.clone(),
                Promised::Rejected(error) => return Err(error.clone()),
                Promised::Open => Value::Null,
            },
            _ => Value::Null,
        };
        Ok(self.waited(plan, id, value))
    }

    /// A notification has arrived: it ends the wait if the predicate holds now, seen from the waiter.
    pub(super) fn resume_condition(&mut self, plan: &Plan, id: TaskId, resource: ResourceId) -> Attempt {
        self.task_mut(id).grant = Grant::Nothing;
        let place = self.place(id);
        match plan.body(place.body).ops[place.position.0 as usize] {
            Op::WaitFor { until: until @ Some(_), .. } => {
                self.wait_for_notification(plan, id, resource, until)
            }
            _ => Ok(self.waited(plan, id, Value::Null)),
        }
    }

    /// Ends a `wait` with its result.
    fn waited(&mut self, plan: &Plan, id: TaskId, value: Value) -> Progress {
        let place = self.place(id);
        if let Op::WaitFor { into, .. } = plan.body(place.body).ops[place.position.0 as usize] {
            self.assign(id, into, value);
        }
        Progress::Next
    }

    pub(super) fn set_event(
        &mut self,
        plan: &Plan,
        id: TaskId,
        event: CodeIndex,
    ) -> Result<(), Arc<ErrorValue>> {
        let is_event = |resource: &Resource| matches!(resource, Resource::Event(_));
        let resource = self.resource_of(plan, id, event, "an event", is_event)?;
        let World { resources, links, .. } = self;
        let Resource::Event(event) = &mut resources[resource.0 as usize] else { return Ok(()) };
        event.flag = Flag::Set;
        let woken: Vec<TaskId> = std::iter::from_fn(|| event.waiters.pop(links)).collect();
        self.emit(id, Happening::Set(resource, woken.len() as u32));
        for waiter in woken {
            self.wake(waiter, Grant::Given);
        }
        Ok(())
    }

    /// Clears an event; mends a barrier, whose waiters fail as by an abort.
    pub(super) fn clear(
        &mut self,
        plan: &Plan,
        id: TaskId,
        signal: CodeIndex,
    ) -> Result<(), Arc<ErrorValue>> {
        let can_clear = |resource: &Resource| matches!(resource, Resource::Event(_) | Resource::Barrier(_));
        let resource = self.resource_of(plan, id, signal, "an event or barrier", can_clear)?;
        match &mut self.resources[resource.0 as usize] {
            Resource::Event(event) => {
                event.flag = Flag::Clear;
                self.emit(id, Happening::Clear(SignalKind::Event, resource, 0));
            }
            _ => self.dismiss(id, resource, Soundness::Sound),
        }
        Ok(())
    }

    pub(super) fn abort(
        &mut self,
        plan: &Plan,
        id: TaskId,
        barrier: CodeIndex,
    ) -> Result<(), Arc<ErrorValue>> {
        let is_barrier = |resource: &Resource| matches!(resource, Resource::Barrier(_));
        let resource = self.resource_of(plan, id, barrier, "a barrier", is_barrier)?;
        self.dismiss(id, resource, Soundness::Broken);
        Ok(())
    }

    /// Fails all who wait at a barrier.
    fn dismiss(&mut self, id: TaskId, resource: ResourceId, becomes: Soundness) {
        let World { resources, links, .. } = self;
        let Resource::Barrier(barrier) = &mut resources[resource.0 as usize] else { return };
        barrier.condition = becomes;
        let woken = barrier.dismiss(links);
        let count = woken.len() as u32;
        self.emit(
            id,
            match becomes {
                Soundness::Sound => Happening::Clear(SignalKind::Barrier, resource, count),
                Soundness::Broken => Happening::Abort(resource, count),
            },
        );
        for waiter in woken {
            self.wake(waiter, Grant::Broken);
        }
    }

    pub(super) fn notify(
        &mut self,
        plan: &Plan,
        id: TaskId,
        condition: CodeIndex,
        count: Option<CodeIndex>,
    ) -> Result<(), Arc<ErrorValue>> {
        let is_condition = |resource: &Resource| matches!(resource, Resource::Condition(_));
        let resource = self.resource_of(plan, id, condition, "a condition", is_condition)?;
        let most = match count.map(|count| self.evaluate(plan, id, count)).transpose()? {
            None => usize::MAX,
            Some(Value::Int(count)) if count >= 0 => count as usize,
            Some(other) => {
                let message = format!(
                    "`notify` takes a whole number from 0 on, or `all`, not {}",
                    other.display(&self.names)
                );
                return Err(self.raise(plan, id, "ValueError", message));
            }
        };
        let World { resources, links, .. } = self;
        let Resource::Condition(condition) = &mut resources[resource.0 as usize] else { return Ok(()) };
        let horizon = condition.next_wait();
        let woken: Vec<TaskId> = std::iter::from_fn(|| condition.waiters.pop(links)).take(most).collect();
        self.emit(id, Happening::Notify(resource, woken.len() as u32));
        for waiter in woken {
            self.hand_notification(waiter, resource, horizon);
        }
        Ok(())
    }

    /// Who waits with a lower number than the horizon may have the notification if this waiter does not take it. The
    /// horizon lies in the waiter's wait, whose own number is not needed any more: so a grant stays small.
    fn hand_notification(&mut self, waiter: TaskId, resource: ResourceId, horizon: WaitNumber) {
        self.task_mut(waiter).wait = Wait::Condition(resource, horizon);
        self.wake(waiter, Grant::Given);
    }

    /// A notification that its receiver does not take goes to the next one who waited when it was given.
    pub(super) fn pass_notification(&mut self, resource: ResourceId, horizon: WaitNumber) {
        let World { resources, links, tasks, .. } = self;
        let Resource::Condition(condition) = &mut resources[resource.0 as usize] else { return };
        let Some(first) = condition.waiters.first() else { return };
        if matches!(tasks[first.0 as usize].wait, Wait::Condition(_, number) if number < horizon) {
            condition.waiters.remove(links, first);
            self.hand_notification(first, resource, horizon);
        }
    }

    pub(super) fn resolve(
        &mut self,
        plan: &Plan,
        id: TaskId,
        promise: CodeIndex,
        value: CodeIndex,
    ) -> Result<(), Arc<ErrorValue>> {
        let resource = self.open_promise(plan, id, promise)?;
        let value = self.evaluate(plan, id, value)?;
        self.emit(id, Happening::Resolve(resource, value.clone()));
        self.settle(resource, Promised::Kept(value));
        Ok(())
    }

    pub(super) fn reject(
        &mut self,
        plan: &Plan,
        id: TaskId,
        promise: CodeIndex,
        kind: CodeIndex,
        message: Option<CodeIndex>,
    ) -> Result<(), Arc<ErrorValue>> {
        let resource = self.open_promise(plan, id, promise)?;
        let error = self.failure(plan, id, kind, message)?;
        self.emit(id, Happening::Reject(resource, error.clone()));
        self.settle(resource, Promised::Rejected(error));
        Ok(())
    }

    fn open_promise(
        &mut self,
        plan: &Plan,
        id: TaskId,
        code: CodeIndex,
    ) -> Result<ResourceId, Arc<ErrorValue>> {
        let is_promise = |resource: &Resource| matches!(resource, Resource::Promise(_));
        let resource = self.resource_of(plan, id, code, "a promise", is_promise)?;
        let Resource::Promise(promise) = &self.resources[resource.0 as usize] else { return Ok(resource) };
        let settled = match promise.outcome {
            Promised::Open => return Ok(resource),
            Promised::Kept(_) => "resolved",
            Promised::Rejected(_) => "rejected",
        };
        let message = format!("promise {} is {settled} already", self.names.resource(resource));
        Err(self.raise(plan, id, "ValueError", message))
    }

    fn settle(&mut self, resource: ResourceId, outcome: Promised) {
        let World { resources, links, .. } = self;
        let Resource::Promise(promise) = &mut resources[resource.0 as usize] else { return };
        promise.outcome = outcome;
        let woken: Vec<TaskId> = std::iter::from_fn(|| promise.waiters.pop(links)).collect();
        for waiter in woken {
            self.wake(waiter, Grant::Given);
        }
    }
}

/// The kind of error that a broken barrier raises.
const BROKEN: &str = "Broken";
