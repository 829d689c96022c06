//! Caches: `lookup` and `evict`.
//!
//! With single flight a failure goes to everybody who waits for it, as in Go's `singleflight`, and nothing is
//! kept. If the one who computes gives up, by a cancel, a timeout around it, `return` or `break`, that is not
//! the others' affair: the one who waits longest computes in its place.

use std::sync::Arc;

use super::control::Attempt;
use super::frame::{Frame, Signal};
use super::resource::cache::{Cache, Flight, Landing};
use super::resource::{Grant, Resource};
use super::unwind::CANCELLED;
use super::wait::Wait;
use super::{Progress, World};
use crate::expression::operators;
use crate::expression::value::{ErrorValue, ResourceId, TaskId, Value};
use crate::plan::op::{Into, Op};
use crate::plan::{CodeIndex, Flights, Plan};
use crate::trace::Happening;
use crate::trace::event::{Awaited, Entry, Missed};

/// A key of a cache that a task looks up.
#[derive(Clone, Debug)]
pub struct Lookup {
    /// The cache.
    pub cache: ResourceId,
    /// The key.
    pub key: Value,
    /// What has become of the computation that it waits for.
    pub landing: Landing,
}

impl World {
    pub(super) fn lookup(&mut self, plan: &Plan, id: TaskId, cache: CodeIndex, key: CodeIndex) -> Attempt {
        let cache = self.resource_of(plan, id, cache, "a cache", is_cache)?;
        let key = self.key_of(plan, id, key)?;
        let now = self.now;
        let World { resources, links, .. } = self;
        let Resource::Cache(found) = &mut resources[cache.0 as usize] else { return Ok(Progress::Next) };
        match found.find(&key, now) {
            Ok(value) => Ok(self.hit(plan, id, cache, key, value)),
            Err(missed) => {
                if let Some(flight) = found.flying.get_mut(&key) {
                    flight.waiters.push(links, id);
                    let wait = Wait::Lookup(Box::new(Lookup { cache, key, landing: Landing::Awaited }));
                    return Ok(self.wait(plan, id, wait, Some(Awaited::Lookup(cache))));
                }
                Ok(self.miss(id, cache, key, missed))
            }
        }
    }

    pub(super) fn resume_lookup(&mut self, plan: &Plan, id: TaskId, lookup: Lookup) -> Attempt {
        let Lookup { cache, key, landing } = lookup;
        match landing {
            Landing::Value(value) => Ok(self.hit(plan, id, cache, key, value)),
            Landing::Failed(error) => Err(error),
            Landing::Yours | Landing::Awaited => Ok(self.miss(id, cache, key, Missed::GivenUp)),
        }
    }

    fn hit(&mut self, plan: &Plan, id: TaskId, cache: ResourceId, key: Value, value: Value) -> Progress {
        self.emit(id, Happening::Hit(cache, key));
        let place = self.place(id);
        match plan.body(place.body).ops[place.position.0 as usize] {
            Op::Lookup { into, found, .. } => {
                self.assign(id, into, value);
                Progress::Jump(found)
            }
            _ => Progress::Next,
        }
    }

    /// The task computes the value.
    fn miss(&mut self, id: TaskId, cache: ResourceId, key: Value, missed: Missed) -> Progress {
        self.emit(id, Happening::Miss(cache, key.clone(), missed));
        let leader = self.held(id);
        if let Resource::Cache(found) = &mut self.resources[cache.0 as usize]
            && found.flights == Flights::Single
        {
            let fresh = || Flight { leader, waiters: super::line::Line::default() };
            found.flying.entry(key.clone()).or_insert_with(fresh).leader = leader;
        }
        let lookup = Lookup { cache, key, landing: Landing::Awaited };
        self.task_mut(id).frames.push(Frame::Lookup(Box::new(lookup)));
        Progress::Next
    }

    /// The value has been computed: keeps it, and gives it to those who wait.
    pub(super) fn keep_value(&mut self, id: TaskId, value: Value, into: Into) {
        let Some(Frame::Lookup(lookup)) = self.task_mut(id).frames.pop() else { return };
        let Lookup { cache, key, .. } = *lookup;
        let now = self.now;
        let entry = Entry { key: key.clone(), value: value.clone() };
        self.emit(id, Happening::Keep(cache, Box::new(entry)));
        let Resource::Cache(found) = &mut self.resources[cache.0 as usize] else { return };
        if let Some(evicted) = found.keep(key.clone(), value.clone(), now) {
            self.emit(id, Happening::Evict(cache, Some(evicted), 1));
        }
        self.land(cache, &key, &Landing::Value(value.clone()));
        self.assign(id, into, value);
    }

    /// The block of a lookup was left on another way.
    pub(super) fn leave_lookup(&mut self, lookup: &Lookup, signal: &Signal) {
        match signal {
            Signal::Fail(error) if &*error.kind != CANCELLED => {
                self.land(lookup.cache, &lookup.key, &Landing::Failed(error.clone()));
            }
            _ => self.pass_flight(lookup.cache, &lookup.key),
        }
    }

    /// The computation is over: tells everybody who waits for it.
    fn land(&mut self, cache: ResourceId, key: &Value, landing: &Landing) {
        let Some(mut flight) = self.cache_mut(cache).and_then(|cache| cache.flying.shift_remove(key)) else {
            return;
        };
        while let Some(waiter) = flight.waiters.pop(&mut self.links) {
            self.tell(waiter, landing.clone());
        }
    }

    /// The one who computed has given up: the one who waits longest takes over.
    pub(super) fn pass_flight(&mut self, cache: ResourceId, key: &Value) {
        let World { resources, links, .. } = self;
        let Resource::Cache(found) = &mut resources[cache.0 as usize] else { return };
        let Some(flight) = found.flying.get_mut(key) else { return };
        match flight.waiters.pop(links) {
            Some(next) => {
                flight.leader.task = next;
                self.tell(next, Landing::Yours);
            }
            None => drop(found.flying.shift_remove(key)),
        }
    }

    fn tell(&mut self, waiter: TaskId, landing: Landing) {
        if let Wait::Lookup(lookup) = &mut self.task_mut(waiter).wait {
            lookup.landing = landing;
        }
        self.wake(waiter, Grant::Given);
    }

    pub(super) fn evict(
        &mut self,
        plan: &Plan,
        id: TaskId,
        cache: CodeIndex,
        key: Option<CodeIndex>,
    ) -> Result<(), Arc<ErrorValue>> {
        let cache = self.resource_of(plan, id, cache, "a cache", is_cache)?;
        let key = key.map(|key| self.key_of(plan, id, key)).transpose()?;
        let now = self.now;
        let count = self.cache_mut(cache).map_or(0, |cache| cache.evict(key.as_ref(), now));
        self.emit(id, Happening::Evict(cache, key, count));
        Ok(())
    }

    fn cache_mut(&mut self, cache: ResourceId) -> Option<&mut Cache> {
        match &mut self.resources[cache.0 as usize] {
            Resource::Cache(cache) => Some(cache),
            _ => None,
        }
    }

    fn key_of(&mut self, plan: &Plan, id: TaskId, code: CodeIndex) -> Result<Value, Arc<ErrorValue>> {
        let key = self.evaluate(plan, id, code)?;
        operators::key(key).map_err(|(kind, message)| self.raise(plan, id, kind, message))
    }
}

fn is_cache(resource: &Resource) -> bool {
    matches!(resource, Resource::Cache(_))
}
