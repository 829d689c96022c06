//! Why the run ended as it did: who waits for whom in a deadlock, which loop ran into a limit.

use super::caches::Lookup;
use super::frame::Frame;
use super::resource::Resource;
use super::resource::semaphore::{Held, Role};
use super::task::{Attention, Completion, Phase};
use super::wait::{Awaiting, Wait};
use super::{Stopped, World};
use crate::expression::value::{ResourceId, TaskId, Value};
use crate::plan::op::{Gathering, Wanted};
use crate::plan::{Expectation, Op, Place, Plan};
use crate::source::Span;
use crate::trace::Happening;
use crate::trace::outcome::{BlockedTask, Deadlock, Failure, Holder, Limit, RunEnding, Stop};

impl World {
    /// How the run ended; called once, when no task can be taken and the clock can't be moved. Failures
    /// that nobody looked at are reported as last events.
    pub fn finish(&mut self, plan: &Plan) -> RunEnding {
        self.stop_monitors();
        if let Some(failure) = self.hosts.take_failure() {
            return RunEnding::HostFailed(failure);
        }
        if let Some(stopped) = self.ending {
            return RunEnding::Stopped(self.explain_stop(plan, stopped));
        }
        for index in 0..self.tasks.len() as u32 {
            let id = TaskId(index);
            if let (Attention::Unobserved, Completion::Failed(error)) =
                (self.task(id).error, self.task(id).completion())
            {
                let error = error.clone();
                self.emit(id, Happening::Unobserved(id, error));
            }
        }
        if self.alive > 0 {
            return RunEnding::Deadlock(self.explain_deadlock(plan));
        }
        match &self.failure {
            Some((root, error)) => {
                let (task, time, span) = match error.origin {
                    Some(origin) => (origin.task, origin.time, origin.span),
                    None => (*root, self.now, plan.span(self.place(*root))),
                };
                RunEnding::Failed(Failure { error: error.clone(), task: self.names.task(task), time, span })
            }
            None => RunEnding::Ok(match self.tasks.first().map(|task| task.completion()) {
                Some(Completion::Done(value)) => value.clone(),
                _ => Value::Null,
            }),
        }
    }

    /// Virtual time now, in nanoseconds.
    pub fn now(&self) -> u64 {
        self.now
    }

    /// Operations so far.
    pub fn steps(&self) -> u64 {
        self.budget.steps()
    }

    /// What a run that ended in order must not leave behind, in words. Permits that a task acquired and
    /// never released are the scenario's own doing.
    pub fn leaks(&self) -> Vec<String> {
        let mut leaks = Vec::new();
        if self.alive > 0 || self.ending.is_some() {
            return leaks;
        }
        let mut leak = |what: &str, count: usize| {
            if count > 0 {
                leaks.push(format!("{count} {what}"));
            }
        };
        leak("timers", self.timers.len());
        leak("environments", self.environments.len());
        leak("ready tasks", self.ready.len());
        leak("open files", self.files.count_open());
        leak("watched tasks", self.watchers.len());
        leak("busy threads", self.threads.busy());
        leak("waiters for a thread", self.threads.waiting());
        for resource in &self.resources {
            let waiting: u32 = resource.lines().iter().map(|line| line.len()).sum();
            leak("waiters in line", waiting as usize);
            match resource {
                Resource::Queue(queue) => leak("promised items", queue.promised as usize),
                Resource::Semaphore(semaphore) => {
                    leak("granted permits", semaphore.granted as usize);
                    let missing =
                        semaphore.permits as usize - semaphore.free as usize - semaphore.count_held();
                    leak("permits that nobody has", missing);
                }
                Resource::Limiter(limiter) => leak("limiter timers", usize::from(limiter.timer.is_some())),
                Resource::Cache(cache) => leak("computations of a cache", cache.flying.len()),
                Resource::Breaker(breaker) => leak("calls on trial", usize::from(breaker.is_on_trial())),
                Resource::Event(_)
                | Resource::Condition(_)
                | Resource::Barrier(_)
                | Resource::Promise(_)
                | Resource::Series(_) => {}
            }
        }
        leaks
    }

    /// The values in a condition that does not hold.
    pub(super) fn explain_condition(&mut self, plan: &Plan, expectation: &Expectation) -> String {
        let parts: Vec<String> = expectation
            .operands
            .iter()
            .filter_map(|(text, code)| {
                let value = self.evaluate_outside(plan, *code).ok()?;
                Some(format!("{text} is {}", value.quoted(&self.names)))
            })
            .collect();
        parts.join(", ")
    }

    fn explain_stop(&self, plan: &Plan, stopped: Stopped) -> Stop {
        let span = match stopped.limit {
            Limit::Time(_) | Limit::Tasks(_) => plan.span(stopped.place),
            Limit::Steps(_) | Limit::Turn(_) | Limit::Instant(_) => innermost_loop(plan, stopped.place),
        };
        Stop { limit: stopped.limit, task: self.names.task(stopped.task), span, time: self.now }
    }

    fn explain_deadlock(&self, plan: &Plan) -> Deadlock {
        let alive =
            || (0..self.tasks.len() as u32).map(TaskId).filter(|id| self.task(*id).phase == Phase::Waiting);
        let waits = alive().map(|id| self.explain_wait(plan, id)).collect();
        let cycle = self.find_cycle().iter().map(|id| self.names.task(*id)).collect();
        Deadlock { time: self.now, waits, cycle }
    }

    fn explain_wait(&self, plan: &Plan, id: TaskId) -> BlockedTask {
        let task = self.task(id);
        let name = |resource: &ResourceId| self.names.resource(*resource);
        let mut holders = Vec::new();
        let mut note = None;
        let awaited = match &task.wait {
            Wait::Get(queue) => {
                note = Some("the queue is empty, and no task that could put is able to run".to_string());
                format!("an item of queue {}", name(queue))
            }
            Wait::Put(queue, ..) => {
                if let Resource::Queue(full) = &self.resources[queue.0 as usize] {
                    let size = full.len();
                    note = Some(format!(
                        "the queue is full ({size} of {size}), and no task that could get is able to run"
                    ));
                }
                format!("room in queue {}", name(queue))
            }
            Wait::Join(queue) => {
                if let Resource::Queue(joined) = &self.resources[queue.0 as usize] {
                    let (undone, size) = (joined.undone, joined.len());
                    note = Some(format!(
                        "{undone} put and not marked as `done`, {size} of them still in the queue"
                    ));
                }
                format!("all items of queue {} to be done", name(queue))
            }
            Wait::Acquire(limit) => match &self.resources[limit.0 as usize] {
                Resource::Semaphore(semaphore) => {
                    holders.extend(semaphore.holders().map(|held| Holder {
                        task: self.names.task(held.task),
                        since: held.since,
                        span: plan.span(held.place),
                    }));
                    match semaphore.role {
                        Role::Lock => format!("lock {}", name(limit)),
                        Role::Semaphore => format!("a permit of semaphore {}", name(limit)),
                        Role::Service(_) => format!("a connection of service {}", name(limit)),
                    }
                }
                _ => format!("a token of limiter {}", name(limit)),
            },
            Wait::Signal(signal) | Wait::Condition(signal, _) => {
                let (awaited, missing) = self.explain_signal(plan, id, *signal);
                note = Some(missing);
                awaited
            }
            Wait::Lookup(lookup) => {
                holders.extend(self.leader(lookup).map(|held| Holder {
                    task: self.names.task(held.task),
                    since: held.since,
                    span: plan.span(held.place),
                }));
                format!("the value of {} in cache {}", lookup.key.quoted(&self.names), name(&lookup.cache))
            }
            Wait::Tasks(awaiting) => self.explain_await(awaiting),
            Wait::Drain(draining) => self.explain_await(&draining.awaiting),
            Wait::Watch(watch) => match (watch.targets.as_slice(), watch.wanted) {
                ([target], _) => format!("task {} to end", self.names.task(*target)),
                (targets, Wanted::First) => format!("the first of {} tasks to end", targets.len()),
                (targets, Wanted::All) => format!("all of {} tasks to end", targets.len()),
                (targets, Wanted::Error) => format!("one of {} tasks to fail, or all to end", targets.len()),
            },
            Wait::Room => "one of its branches to end".to_string(),
            Wait::Branches => match task.frames.last() {
                Some(Frame::Gather(gather)) if gather.gathering == Gathering::Group => {
                    "the tasks of its group to end".to_string()
                }
                _ => "its branches to end".to_string(),
            },
            Wait::Host => format!("host function {}", self.host_of(plan, id)),
            Wait::Thread(_) | Wait::Offload(_) => "work on a thread".to_string(),
            Wait::Nothing | Wait::Sleep(_) | Wait::Tick(_) | Wait::File(..) | Wait::Turn => {
                "nothing".to_string()
            }
        };
        let span = plan.span(self.place(id));
        BlockedTask { task: self.names.task(id), awaited, since: task.since, span, holders, note }
    }

    fn explain_await(&self, awaiting: &Awaiting) -> String {
        format!("task {} to end", self.names.task(awaiting.present()))
    }

    /// Which signal a task waits for, and why it does not come.
    fn explain_signal(&self, plan: &Plan, id: TaskId, signal: ResourceId) -> (String, String) {
        let (name, unable) = (self.names.resource(signal), "no task that could");
        match &self.resources[signal.0 as usize] {
            Resource::Barrier(barrier) => (
                format!("barrier {name} to open"),
                format!("{} of {} have arrived", barrier.waiters.len(), barrier.parties),
            ),
            Resource::Condition(_) => {
                let place = self.place(id);
                let has_predicate = matches!(
                    plan.body(place.body).ops[place.position.0 as usize],
                    Op::WaitFor { until: Some(_), .. }
                );
                let why = if has_predicate {
                    "what it waits for did not hold when it was last looked at"
                } else {
                    "a notification that was given before this wait is not remembered"
                };
                (
                    format!("condition {name} to be notified"),
                    format!("{why}, and {unable} `notify` is able to run"),
                )
            }
            Resource::Promise(_) => (
                format!("promise {name} to be resolved"),
                format!("it is open, and {unable} `resolve` or `reject` it is able to run"),
            ),
            other => (
                format!("{} {name} to be set", other.word()),
                format!("it is not set, and {unable} `set` it is able to run"),
            ),
        }
    }

    /// Who computes what a task looks up.
    fn leader(&self, lookup: &Lookup) -> Option<Held> {
        match &self.resources[lookup.cache.0 as usize] {
            Resource::Cache(cache) => cache.flying.get(&lookup.key).map(|flight| flight.leader),
            _ => None,
        }
    }

    /// Whom a waiting task waits for, as far as it is known.
    fn waits_for(&self, id: TaskId) -> Vec<TaskId> {
        let task = self.task(id);
        match &task.wait {
            Wait::Acquire(limit) => match &self.resources[limit.0 as usize] {
                Resource::Semaphore(semaphore) => semaphore.holders().map(|held| held.task).collect(),
                _ => Vec::new(),
            },
            Wait::Lookup(lookup) => self.leader(lookup).map(|held| held.task).into_iter().collect(),
            Wait::Tasks(awaiting) => vec![awaiting.present()],
            Wait::Drain(draining) => vec![draining.awaiting.present()],
            Wait::Watch(watch) => watch.targets.iter().copied().filter(|it| !self.has_ended(*it)).collect(),
            Wait::Room | Wait::Branches => match task.frames.last() {
                Some(Frame::Gather(gather)) => gather.branches.clone(),
                _ => Vec::new(),
            },
            _ => Vec::new(),
        }
    }

    /// The first circle of waiting tasks, by depth-first search from each task in order of creation; the
    /// stack is a list, for chains may be as long as there are tasks.
    fn find_cycle(&self) -> Vec<TaskId> {
        let mut seen = vec![false; self.tasks.len()];
        for start in 0..self.tasks.len() {
            if seen[start] {
                continue;
            }
            seen[start] = true;
            let start = TaskId(start as u32);
            let mut path = vec![(start, self.waits_for(start))];
            while let Some((_, next)) = path.last_mut() {
                let Some(target) = next.pop() else {
                    path.pop();
                    continue;
                };
                if let Some(from) = path.iter().position(|(id, _)| *id == target) {
                    return path[from..].iter().map(|(id, _)| *id).collect();
                }
                if !std::mem::replace(&mut seen[target.0 as usize], true) {
                    path.push((target, self.waits_for(target)));
                }
            }
        }
        Vec::new()
    }
}

/// The innermost loop round an operation: the nearest jump back over it. Without one, the operation itself.
fn innermost_loop(plan: &Plan, place: Place) -> Span {
    let body = plan.body(place.body);
    let at = place.position.0 as usize;
    let back = body.ops.iter().enumerate().skip(at).find_map(|(index, op)| match op {
        Op::Jump(target) if target.0 as usize <= at => Some(body.spans[index]),
        _ => None,
    });
    back.unwrap_or_else(|| plan.span(place))
}
