//! What an expression sees of the world: the variables of the task that evaluates it, the clock, its random
//! draws, the state of resources and of other tasks.

use super::World;
use super::resource::Resource;
use super::resource::event::Flag;
use super::resource::promise::Promised;
use super::task::{Attention, Completion, Phase};
use crate::expression::code::{BreakerState, Environment, SharedIndex, SiteIndex, Slot, TaskState};
use crate::expression::evaluate::{Fault, evaluate};
use crate::expression::value::{ErrorOrigin, ErrorValue, ResourceId, TaskId, Value};
use crate::plan::{CodeIndex, Plan};
use crate::trace::Names;
use crate::trace::observations::Observations;
use crate::trace::outcome::RunEnding;
use std::sync::Arc;

/// A world as seen by one of its tasks, or before time 0 and by invariants by none.
pub(super) struct View<'a> {
    world: &'a mut World,
    plan: &'a Plan,
    /// Whose variables it sees.
    task: Option<TaskId>,
    /// Whose draws it makes.
    drawer: Option<TaskId>,
    finished: Option<(&'a Observations, &'a RunEnding)>,
    /// The variables of comprehensions that belong to no task.
    locals: Vec<Option<Value>>,
}

impl<'a> View<'a> {
    /// A finished run, as expectations see it.
    pub(super) fn finished(
        world: &'a mut World,
        plan: &'a Plan,
        observations: &'a Observations,
        ending: &'a RunEnding,
    ) -> View<'a> {
        View {
            world,
            plan,
            task: None,
            drawer: None,
            finished: Some((observations, ending)),
            locals: Vec::new(),
        }
    }

    /// The values of a series.
    pub(super) fn samples_of(&self, resource: ResourceId) -> Option<&[Value]> {
        self.samples(resource)
    }

    /// The names of tasks and resources.
    pub(super) fn names(&self) -> &Names {
        &self.world.names
    }
}

impl World {
    /// Draws at a site of the body that the task runs.
    #[inline(always)]
    pub(super) fn draw(&mut self, plan: &Plan, id: TaskId, site: SiteIndex) -> u64 {
        self.tasks[id.0 as usize].draw(plan, &self.random, site)
    }

    /// Evaluates an expression of a task. Most are at hand.
    #[inline]
    pub(super) fn evaluate(
        &mut self,
        plan: &Plan,
        id: TaskId,
        code: CodeIndex,
    ) -> Result<Value, Arc<ErrorValue>> {
        match self.at_hand(id, self.task(id).home(), plan.code(code)) {
            Some(value) => Ok(value),
            None => self.work_out(plan, id, code),
        }
    }

    #[inline(never)]
    fn work_out(&mut self, plan: &Plan, id: TaskId, code: CodeIndex) -> Result<Value, Arc<ErrorValue>> {
        let (task, drawer) = (Some(id), Some(id));
        let mut view = View { world: self, plan, task, drawer, finished: None, locals: Vec::new() };
        evaluate(plan.code(code), &mut view).map_err(|fault| self.fault(id, &fault))
    }

    /// Evaluates an expression that stands at top level for a task.
    pub(super) fn evaluate_for(
        &mut self,
        plan: &Plan,
        id: TaskId,
        code: CodeIndex,
    ) -> Result<Value, Arc<ErrorValue>> {
        let (task, drawer) = (None, Some(id));
        let mut view = View { world: self, plan, task, drawer, finished: None, locals: Vec::new() };
        evaluate(plan.code(code), &mut view).map_err(|fault| self.fault(id, &fault))
    }

    /// Evaluates an expression that belongs to no task.
    pub(super) fn evaluate_outside(&mut self, plan: &Plan, code: CodeIndex) -> Result<Value, Box<Fault>> {
        let (task, drawer) = (None, None);
        let mut view = View { world: self, plan, task, drawer, finished: None, locals: Vec::new() };
        evaluate(plan.code(code), &mut view)
    }

    /// An error of the language, raised by the task.
    pub(super) fn fault(&self, id: TaskId, fault: &Fault) -> Arc<ErrorValue> {
        let origin = ErrorOrigin { task: id, time: self.now, span: fault.span };
        Arc::new(ErrorValue {
            kind: fault.kind.into(),
            message: fault.message.as_str().into(),
            errors: Vec::new(),
            origin: Some(origin),
        })
    }

    /// An error that the present operation of the task raises.
    pub(super) fn raise(
        &self,
        plan: &Plan,
        id: TaskId,
        kind: &str,
        message: impl Into<String>,
    ) -> Arc<ErrorValue> {
        let origin = ErrorOrigin { task: id, time: self.now, span: plan.span(self.place(id)) };
        Arc::new(ErrorValue {
            kind: kind.into(),
            message: message.into().into(),
            errors: Vec::new(),
            origin: Some(origin),
        })
    }
}

impl Environment for View<'_> {
    fn slot(&self, slot: Slot) -> Option<Value> {
        let Some(task) = self.task else { return self.locals.get(slot.index as usize).cloned().flatten() };
        self.world.slot(task, slot).cloned()
    }

    fn assign(&mut self, slot: Slot, value: Value) {
        let Some(task) = self.task else {
            let index = slot.index as usize;
            if self.locals.len() <= index {
                self.locals.resize(index + 1, None);
            }
            self.locals[index] = Some(value);
            return;
        };
        self.world.set_slot(task, slot, value);
    }

    fn shared(&self, index: SharedIndex) -> Value {
        self.world.shared.get(index.0 as usize).cloned().unwrap_or_default()
    }

    fn now(&self) -> u64 {
        self.world.now
    }

    fn epoch(&self) -> u64 {
        self.world.epoch
    }

    fn count_draw(&mut self, site: SiteIndex) -> u64 {
        let Some(id) = self.drawer else {
            let index = site.0 as usize;
            if self.world.shared_draws.len() <= index {
                self.world.shared_draws.resize(index + 1, 0);
            }
            self.world.shared_draws[index] += 1;
            return u64::from(self.world.shared_draws[index] - 1);
        };
        let task = self.world.task_mut(id);
        u64::from(task.count_draw(task.body, site))
    }

    fn draw(&mut self, site: SiteIndex) -> u64 {
        match self.drawer {
            Some(id) => self.world.draw(self.plan, id, site),
            None => {
                let draw = self.count_draw(site);
                self.world.random.draw(0, site.0, draw as u32)
            }
        }
    }

    fn length(&self, resource: ResourceId) -> Option<i64> {
        match self.world.resources.get(resource.0 as usize)? {
            Resource::Queue(queue) => Some(i64::from(queue.len())),
            Resource::Series(values) => Some(values.len() as i64),
            Resource::Cache(cache) => Some(i64::from(cache.len(self.world.now))),
            _ => None,
        }
    }

    fn available(&self, resource: ResourceId) -> Option<i64> {
        match self.world.resources.get(resource.0 as usize)? {
            Resource::Semaphore(semaphore) => semaphore.is_bounded().then(|| i64::from(semaphore.free)),
            Resource::Limiter(limiter) => Some(limiter.tokens(self.world.now) as i64),
            _ => None,
        }
    }

    fn samples(&self, resource: ResourceId) -> Option<&[Value]> {
        match self.world.resources.get(resource.0 as usize)? {
            Resource::Series(values) => Some(values),
            _ => None,
        }
    }

    fn contents(&self, path: &str) -> Option<&str> {
        self.world.files.contents(path)
    }

    fn waiting(&self, resource: ResourceId) -> i64 {
        self.world.resources.get(resource.0 as usize).map_or(0, |resource| i64::from(resource.waiting()))
    }

    fn is_set(&self, resource: ResourceId) -> Option<bool> {
        match self.world.resources.get(resource.0 as usize)? {
            Resource::Event(event) => Some(event.flag == Flag::Set),
            Resource::Promise(promise) => Some(!matches!(promise.outcome, Promised::Open)),
            _ => None,
        }
    }

    fn breaker_state(&self, resource: ResourceId) -> Option<BreakerState> {
        match self.world.resources.get(resource.0 as usize)? {
            Resource::Breaker(breaker) => Some(breaker.state(self.world.now)),
            _ => None,
        }
    }

    fn resource_name(&self, resource: ResourceId) -> String {
        self.world.names.resource(resource)
    }

    fn task_name(&self, task: TaskId) -> String {
        self.world.names.task(task)
    }

    fn task_state(&self, task: TaskId) -> TaskState {
        match self.world.task(task).completion() {
            Completion::Unfinished => TaskState::Running,
            Completion::Done(_) => TaskState::Done,
            Completion::Failed(_) => TaskState::Failed,
            Completion::Cancelled => TaskState::Cancelled,
        }
    }

    fn task_result(&self, task: TaskId) -> Value {
        match self.world.task(task).completion() {
            Completion::Done(value) => value.clone(),
            _ => Value::Null,
        }
    }

    fn task_error(&mut self, task: TaskId) -> Value {
        let is_looked_at = self.task.is_none_or(|id| !self.world.is_monitor(id));
        let task = self.world.task_mut(task);
        if task.phase == Phase::Ended && is_looked_at {
            task.error = Attention::Observed;
        }
        match task.completion() {
            Completion::Failed(error) => Value::Error(error.clone()),
            _ => Value::Null,
        }
    }

    fn observed(&mut self, question: &str, arguments: &[Value]) -> Option<Value> {
        let (observations, ending) = self.finished?;
        let text = |index: usize| match arguments.get(index) {
            Some(Value::Text(text)) => Some(text.as_str()),
            _ => None,
        };
        Some(match question {
            "duration" => Value::Duration(self.world.now as i64),
            "outcome" => Value::text(match ending {
                RunEnding::Ok(_) => "ok",
                RunEnding::Failed(_) | RunEnding::HostFailed(_) => "failed",
                RunEnding::Deadlock(_) => "deadlock",
                RunEnding::Stopped(_) => "stopped",
            }),
            "error" => match ending {
                RunEnding::Failed(failure) => Value::Error(failure.error.clone()),
                _ => Value::Null,
            },
            "count" => Value::Int(observations.count(text(0)?) as i64),
            "at" => observations.at(text(0)?).map_or(Value::Null, |time| Value::Duration(time as i64)),
            "before" => Value::Bool(observations.before(text(0)?, text(1)?)),
            _ => return None,
        })
    }
}
