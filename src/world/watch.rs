//! `wait` for tasks: until some of them have ended, or a time is over.
//!
//! It only looks on: it takes nobody's error, cancels nobody, and raises nothing when its time is over. Its
//! timer is an ordinary one. What has ended is told when the waiter runs again. A task may wait for many, so
//! it stands not in their lines but among their watchers; both are woken in the order in which they came.

use std::sync::Arc;

use indexmap::IndexMap;

use super::control::Attempt;
use super::task::Completion;
use super::timer::Alarm;
use super::wait::{Wait, Watch};
use super::{Progress, World};
use crate::expression::value::{ErrorValue, TaskId, Value};
use crate::plan::op::{Into, Op, Wanted};
use crate::plan::{CodeIndex, Plan};
use crate::trace::event::Awaited;

impl World {
    pub(super) fn watch(
        &mut self,
        plan: &Plan,
        id: TaskId,
        tasks: CodeIndex,
        wanted: Wanted,
        timeout: Option<CodeIndex>,
    ) -> Attempt {
        let targets = self.watched_tasks(plan, id, tasks)?;
        let patience = timeout.map(|timeout| self.duration(plan, id, timeout)).transpose()?;
        if wanted == Wanted::First && targets.is_empty() {
            let message = "`for: first` needs a task to wait for, and the list is empty";
            return Err(self.raise(plan, id, "ValueError", message));
        }
        let running = targets.iter().filter(|target| !self.has_ended(**target)).count();
        let one_will_do = targets.iter().any(|target| self.ends_watch(*target, wanted));
        if running == 0 || one_will_do {
            return Ok(self.end_watch(plan, id, &targets));
        }
        let timer =
            patience.map(|patience| self.timers.arm(self.now.saturating_add(patience), Alarm::Watch(id)));
        let awaited = match targets.as_slice() {
            [target] => Awaited::Task(*target),
            _ => Awaited::Tasks(wanted, running as u32),
        };
        for &target in &targets {
            if !self.has_ended(target) {
                self.watchers.entry(target).or_default().push(id);
            }
        }
        let watch = Watch { targets, wanted, running: running as u32, timer };
        Ok(self.wait(plan, id, Wait::Watch(Box::new(watch)), Some(awaited)))
    }

    /// Tells which of the tasks have ended.
    pub(super) fn end_watch(&mut self, plan: &Plan, id: TaskId, targets: &[TaskId]) -> Progress {
        let place = self.place(id);
        let Op::WaitTasks { into, .. } = plan.body(place.body).ops[place.position.0 as usize] else {
            return Progress::Next;
        };
        if into != Into::Nowhere {
            let (done, pending): (Vec<_>, Vec<_>) =
                targets.iter().copied().partition(|target| self.has_ended(*target));
            let list = |tasks: Vec<TaskId>| Value::list(tasks.into_iter().map(Value::Task).collect());
            let entries = [(Value::text("done"), list(done)), (Value::text("pending"), list(pending))];
            self.assign(id, into, Value::map(IndexMap::from(entries)));
        }
        Progress::Next
    }

    /// The time of a wait is over.
    pub(super) fn end_watch_in_time(&mut self, id: TaskId) {
        self.stop_watching(id);
        self.wake_sleeper(id);
    }

    /// Takes a waiter from among the watchers, and its timer back.
    pub(super) fn stop_watching(&mut self, id: TaskId) {
        let World { tasks, watchers, timers, .. } = self;
        let Wait::Watch(watch) = &mut tasks[id.0 as usize].wait else { return };
        if let Some(timer) = watch.timer.take() {
            timers.disarm(timer);
        }
        for target in &watch.targets {
            if let Some(present) = watchers.get_mut(target) {
                present.retain(|watcher| *watcher != id);
                if present.is_empty() {
                    watchers.remove(target);
                }
            }
        }
    }

    /// Whom a task's end wakes, the one who waits longest first: a wait's last event tells since when.
    pub(super) fn take_waiters(&mut self, id: TaskId) -> Vec<TaskId> {
        let mut line = self.task_mut(id).take_waiters();
        let mut woken: Vec<TaskId> = std::iter::from_fn(|| line.pop(&mut self.links)).collect();
        let Some(watchers) = self.watchers.remove(&id) else { return woken };
        for watcher in watchers {
            let Wait::Watch(watch) = &mut self.task_mut(watcher).wait else { continue };
            watch.running -= 1;
            let (wanted, running) = (watch.wanted, watch.running);
            // A task that stands in the list twice is told of once.
            if !woken.contains(&watcher) && (running == 0 || self.ends_watch(id, wanted)) {
                self.stop_watching(watcher);
                woken.push(watcher);
            }
        }
        woken.sort_by_key(|waiter| self.task(*waiter).cause);
        woken
    }

    /// Whether this task's end ends a wait whatever the others do.
    fn ends_watch(&self, target: TaskId, wanted: Wanted) -> bool {
        match (wanted, self.task(target).completion()) {
            (_, Completion::Unfinished) | (Wanted::All, _) => false,
            (Wanted::First, _) | (Wanted::Error, Completion::Failed(_)) => true,
            (Wanted::Error, Completion::Done(_) | Completion::Cancelled) => false,
        }
    }

    fn watched_tasks(
        &mut self,
        plan: &Plan,
        id: TaskId,
        tasks: CodeIndex,
    ) -> Result<Vec<TaskId>, Arc<ErrorValue>> {
        match self.evaluate(plan, id, tasks)? {
            value @ (Value::Task(_) | Value::List(_)) => Ok(self.tasks_of(plan, id, &value)?.0),
            other => {
                let found = match &other {
                    Value::Resource(resource) => {
                        let word = self.resources[resource.0 as usize].word();
                        format!("{word} {}: leave out `for`", self.names.resource(*resource))
                    }
                    other => other.type_name().to_string(),
                };
                let message = format!("`wait` needs a task, a list of tasks or a signal here, not {found}");
                Err(self.raise(plan, id, "TypeError", message))
            }
        }
    }
}
