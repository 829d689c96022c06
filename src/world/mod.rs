//! The world: tasks, resources, timers and random draws of one run, as plain data.
//!
//! All semantics and all order live here, once. There is no async, no I/O and no wall clock: a driver asks whose
//! step is next ([`World::next_task`]; or, where others go before the clock, [`World::take`] and [`World::advance`]) and
//! runs that task until it waits ([`World::step`]); where it need not be asked
//! in between, the world does many such steps in one go ([`World::step_on`]). One task runs at a time; ready
//! tasks run first in, first out; all alarms of an instant fire, in the order armed, before any task runs.

mod at_hand;
mod awaiting;
mod breakers;
mod budget;
mod caches;
mod calls;
mod clock;
mod control;
mod coroutine;
mod draws;
mod exchange;
mod explain;
mod faults;
pub mod fetch;
mod files;
mod frame;
mod gather;
mod group;
pub mod host;
mod interrupt;
mod journal;
mod judge;
mod lifecycle;
mod limits;
mod line;
mod membership;
mod monitors;
mod operand;
mod ready;
mod resource;
mod services;
mod setup;
mod signals;
mod step;
mod task;
mod telling;
mod threads;
mod timer;
mod turn;
mod unwind;
mod variables;
mod view;
mod wait;
mod walks;
mod watch;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::expression::code::Slot;
use crate::expression::evaluate::Fault;
use crate::expression::value::{ErrorValue, TaskId, Value};
use crate::plan::op::Into;
use crate::plan::{DEFAULT_THREADS, Place, Plan, Position};
use crate::random::Generator;
use crate::trace::digest::Words;
use crate::trace::outcome::{Breach, Limit};
use crate::trace::{Event, Happening, Interest, Names};
use budget::Budget;
use interrupt::EndingBlocks;
use journal::Journal;
use line::Link;
use ready::Ready;
use resource::{Files, Resource};
use task::{Phase, Task};
use threads::Threads;
use timer::Timers;
pub use turn::{MANY_EVENTS, MANY_OPERATIONS};
use variables::Environments;

/// The limits of a run: what ends a loop without a wait, and a run without an end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Operations in all.
    pub max_steps: u64,
    /// Virtual time, in nanoseconds; none: as long as it takes.
    pub max_time: Option<u64>,
    /// Operations of one task without waiting.
    pub max_turn: u64,
    /// Operations while time stands still.
    pub max_instant: u64,
    /// Tasks.
    pub max_tasks: u64,
}

impl Limits {
    /// Sets one bound for all operations, whoever runs them and whether time moves: who asks for more means them.
    pub fn bound_operations(&mut self, most: u64) {
        (self.max_steps, self.max_turn, self.max_instant) = (most, most, most);
    }
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            max_steps: 100_000_000,
            max_time: None,
            max_turn: 20_000_000,
            max_instant: 50_000_000,
            max_tasks: 5_000_000,
        }
    }
}

/// The last instant, 292 years after the start: a duration can tell one more.
const END_OF_TIME: u64 = i64::MAX as u64 - 1;

/// How deep calls may nest in one task.
const MAX_CALLS: usize = 10_000;

/// How deep tasks may make tasks that make tasks: their names are paths, and grow with it. And how deep streams
/// may walk streams: what stands still in one holds what stands still in the next.
const MAX_NESTING: u32 = 1_000;

/// One run's state.
#[derive(Clone, Debug)]
pub struct World {
    now: u64,
    journal: Journal,
    tasks: Vec<Task>,
    links: Vec<Link>,
    /// Who waits for a task's end among those of others, the longest first.
    watchers: BTreeMap<TaskId, Vec<TaskId>>,
    ready: Ready,
    timers: Timers,
    environments: Environments,
    threads: Threads,
    resources: Vec<Resource>,
    files: Files,
    hosts: host::Hosts,
    monitors: Vec<monitors::Monitor>,
    /// How many of the timers are monitors'.
    ticks: usize,
    shared: Vec<Value>,
    shared_draws: Vec<u32>,
    random: Generator,
    epoch: u64,
    alive: u32,
    roots: u32,
    names: Names,
    max_tasks: u64,
    /// The last instant that the clock may come to.
    last_instant: u64,
    budget: Budget,
    ending: Option<Stopped>,
    /// What is raised where a block's time is up, and where its group is ending: always the same.
    ending_blocks: EndingBlocks,
    /// The first failure of a task that nobody made.
    failure: Option<(TaskId, Arc<ErrorValue>)>,
    /// The first break of each invariant, by expectation.
    broken: Vec<(usize, Breach)>,
}

/// A limit that was reached.
#[derive(Clone, Copy, Debug)]
struct Stopped {
    limit: Limit,
    task: TaskId,
    place: Place,
}

/// What an operation leads to.
#[derive(Clone, Copy)]
enum Progress {
    /// The next operation.
    Next,
    /// Another operation.
    Jump(Position),
    /// The operation at the task's position, wherever that is now.
    Here,
    /// The task waits.
    Wait,
    /// The task has ended.
    Ended,
}

impl World {
    /// A world at time 0, with `main` (or, without one, every task) ready.
    ///
    /// # Errors
    /// If a shared variable's or a resource's setting can't be evaluated.
    pub fn new(plan: &Plan, limits: Limits, interest: Interest) -> Result<World, Box<Fault>> {
        let mut world = World {
            now: 0,
            journal: Journal::new(interest),
            tasks: Vec::new(),
            links: Vec::new(),
            watchers: BTreeMap::new(),
            ready: Ready::default(),
            timers: Timers::default(),
            environments: Environments::default(),
            threads: Threads::new(DEFAULT_THREADS),
            resources: Vec::new(),
            files: Files::default(),
            hosts: host::Hosts::default(),
            monitors: Vec::new(),
            ticks: 0,
            shared: Vec::new(),
            shared_draws: Vec::new(),
            random: Generator::new(plan.seed),
            epoch: plan.epoch,
            alive: 0,
            roots: 0,
            names: Names::new(plan.resource_names.clone()),
            max_tasks: limits.max_tasks,
            last_instant: limits.max_time.unwrap_or(END_OF_TIME).min(END_OF_TIME),
            budget: Budget::new(limits),
            ending: None,
            ending_blocks: EndingBlocks::default(),
            failure: None,
            broken: Vec::new(),
        };
        world.set_up(plan)?;
        for &body in &plan.roots {
            world.root(plan, body);
        }
        world.add_monitors(plan)?;
        Ok(world)
    }

    /// Takes what has happened since the last call, in order; `buffer` is emptied first.
    pub fn take_events(&mut self, buffer: &mut Vec<Event>) {
        self.journal.take(buffer);
    }

    /// Whether a task has ended.
    pub fn has_ended(&self, task: TaskId) -> bool {
        self.task(task).phase == Phase::Ended
    }

    /// How much has happened that somebody is interested in and nobody has taken yet.
    #[inline(always)]
    pub fn untaken_events(&self) -> usize {
        self.journal.untaken()
    }

    /// How many events there were.
    pub fn events(&self) -> u64 {
        self.journal.events()
    }

    /// A digest of all events.
    pub fn digest(&self) -> u64 {
        self.journal.digest()
    }

    /// The names of what has been made so far.
    pub fn names(&self) -> &Names {
        &self.names
    }

    fn stop(&mut self, task: TaskId, limit: Limit) {
        let place = self.place(task);
        self.ending.get_or_insert(Stopped { limit, task, place });
    }

    #[inline(always)]
    fn task(&self, id: TaskId) -> &Task {
        &self.tasks[id.0 as usize]
    }

    #[inline(always)]
    fn task_mut(&mut self, id: TaskId) -> &mut Task {
        &mut self.tasks[id.0 as usize]
    }

    #[inline(always)]
    fn place(&self, id: TaskId) -> Place {
        self.task(id).place()
    }

    /// Says that something happened.
    #[inline(always)]
    fn emit(&mut self, id: TaskId, happening: Happening) {
        let World { journal, tasks, now, .. } = self;
        journal.tell(*now, id, &mut tasks[id.0 as usize], happening);
    }

    /// The same for what comes by the million: the event is made only if somebody wants all.
    #[inline(always)]
    fn emit_wanted(&mut self, id: TaskId, words: Words, happening: impl FnOnce() -> Happening) {
        let World { journal, tasks, now, .. } = self;
        journal.tell_wanted(*now, id, &mut tasks[id.0 as usize], words, happening);
    }

    #[inline]
    fn assign(&mut self, id: TaskId, into: Into, value: Value) {
        match into {
            Into::Nowhere => {}
            Into::Shared(index) => self.shared[index.0 as usize] = value,
            Into::Slot(slot) => self.set_slot(id, slot, value),
        }
    }

    #[inline]
    fn set_slot(&mut self, id: TaskId, slot: Slot, value: Value) {
        if let Some(environment) = self.task(id).environment {
            self.environments.set(environment, slot, value);
        }
    }

    /// A variable's value, unless it is unassigned.
    #[inline(always)]
    fn slot(&self, id: TaskId, slot: Slot) -> Option<&Value> {
        self.environments.get(self.task(id).environment?, slot)
    }

    fn get_slot(&self, id: TaskId, slot: Slot) -> Value {
        self.slot(id, slot).cloned().unwrap_or_default()
    }
}
