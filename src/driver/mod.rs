//! Drivers decide only what time is and when a step happens; order and semantics are the world's.
//!
//! Both drivers run a `Conductor`, so they can't differ in what they do with a step's events.

mod direct;
mod host;
mod tokio;

use std::io;
use std::sync::Arc;
use std::time::Duration;

use crate::expression::evaluate::Fault;
use crate::expression::value::{ErrorOrigin, ErrorValue, TaskId};
use crate::host::HostFunction;
use crate::plan::Plan;
use crate::trace::observations::Observations;
use crate::trace::outcome::{Failure, RunEnding};
use crate::trace::{Event, Flow, Interest, Outcome, Sink};
use crate::world::host::Presence;
use crate::world::{Limits, MANY_EVENTS, MANY_OPERATIONS, World};

/// What runs the tasks of a scenario; the trace is the same.
///
/// ```
/// use scenario::{Driver, Scenario};
/// let scenario = Scenario::from_text("main { all n in 0..9 { sleep 1ms..9ms } }")?;
/// let direct = scenario.clone().driver(Driver::Direct).run()?;
/// assert_eq!(direct.text(), scenario.driver(Driver::Tokio).run()?.text());
/// # Ok::<(), scenario::Error>(())
/// ```
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Driver {
    /// As a graph of tokio tasks, one for each task of the scenario.
    #[default]
    Tokio,
    /// In a plain loop.
    Direct,
}

/// Runs a plan in virtual time. The sink gets every event and comes back with the outcome.
pub fn run<S: Sink + 'static>(plan: &Arc<Plan>, driver: Driver, limits: Limits, sink: S) -> (Outcome, S) {
    let world = match World::new(plan, limits, interest(plan, &sink)) {
        Ok(world) => world,
        Err(fault) => return (refused(&fault), sink),
    };
    let conductor = Conductor::new(plan.clone(), world, sink);
    match driver {
        Driver::Direct => direct::run(conductor),
        Driver::Tokio => tokio::run(conductor),
    }
}

/// Runs a plan in virtual time with host functions, by index of the plan's. Where one is absent, what stands in
/// for it runs. None may keep time standing still for longer than `patience` of real time.
///
/// # Errors
/// If the system has no room for a runtime.
pub(crate) fn run_with_hosts<S: Sink>(
    plan: &Arc<Plan>,
    limits: Limits,
    functions: Vec<Option<HostFunction>>,
    patience: Duration,
    sink: S,
) -> io::Result<(Outcome, S)> {
    let mut world = match World::new(plan, limits, interest(plan, &sink)) {
        Ok(world) => world,
        Err(fault) => return Ok((refused(&fault), sink)),
    };
    let presence = |function: &Option<HostFunction>| match function {
        Some(_) => Presence::Registered,
        None => Presence::Absent,
    };
    world.register_hosts(functions.iter().map(presence).collect());
    host::run(Conductor::new(plan.clone(), world, sink), functions, patience)
}

/// What the sink wants, and what expectations are judged by.
fn interest(plan: &Plan, sink: &impl Sink) -> Interest {
    let judged = if plan.expectations.is_empty() { Interest::Nothing } else { Interest::Logs };
    sink.interest().max(judged)
}

/// After so many steps the sink gets what has happened, and is asked whether to go on: some microseconds.
const STEPS: u32 = 256;

/// A world with everything that is done at each of its steps.
struct Conductor<S> {
    plan: Arc<Plan>,
    world: World,
    sink: S,
    flow: Flow,
    observations: Observations,
    buffer: Vec<Event>,
    /// How many steps the sink has not heard of.
    unseen: u32,
    /// After how many operations in all it has waited long enough.
    late: u64,
}

impl<S: Sink> Conductor<S> {
    fn new(plan: Arc<Plan>, world: World, sink: S) -> Conductor<S> {
        let observations = Observations::default();
        Conductor {
            plan,
            world,
            sink,
            flow: Flow::Continue,
            observations,
            buffer: Vec::new(),
            unseen: 0,
            late: MANY_OPERATIONS,
        }
    }

    /// Whose step is next; moves the clock if nobody is ready. None when the run is over.
    fn next(&mut self) -> Option<TaskId> {
        match self.flow {
            Flow::Continue => self.world.next_task(&self.plan),
            Flow::Stop => None,
        }
    }

    /// One step of a task; the sink gets what happened in it.
    fn step(&mut self, task: TaskId) {
        self.world.step(&self.plan, task);
        self.deliver();
    }

    /// One step of a task, and perhaps steps of others behind it, at most so many; the sink gets what happened
    /// when there is much of it, or after a while.
    #[inline(always)]
    fn step_on(&mut self, task: TaskId, most: u32) {
        self.world.step_on(&self.plan, task, most);
        self.unseen += most;
        if self.unseen >= STEPS
            || self.world.untaken_events() >= MANY_EVENTS
            || self.world.steps() >= self.late
        {
            self.deliver();
        }
    }

    /// Hands on what has happened.
    #[inline(never)]
    fn deliver(&mut self) {
        (self.unseen, self.late) = (0, self.world.steps() + MANY_OPERATIONS);
        if self.world.untaken_events() > 0 {
            self.world.take_events(&mut self.buffer);
            if !self.plan.expectations.is_empty() {
                self.buffer.iter().for_each(|event| self.observations.observe(event));
            }
            if self.flow == Flow::Continue {
                self.flow = self.sink.events(&mut self.buffer, self.world.names());
            }
        }
        if self.flow == Flow::Continue {
            self.flow = self.sink.flow();
        }
    }

    fn finish(mut self) -> (Outcome, S) {
        let ending = self.world.finish(&self.plan);
        self.deliver();
        self.sink.end(self.world.names());
        let verdicts = self.world.judge(&self.plan, &self.observations, &ending);
        let outcome = Outcome {
            ending,
            duration: self.world.now(),
            steps: self.world.steps(),
            events: self.world.events(),
            digest: self.world.digest(),
            verdicts,
            leaks: self.world.leaks(),
        };
        (outcome, self.sink)
    }
}

/// The outcome of a run that could not begin: a declared setting has no proper value.
fn refused(fault: &Fault) -> Outcome {
    let origin = ErrorOrigin { task: TaskId(0), time: 0, span: fault.span };
    let error = ErrorValue {
        kind: fault.kind.into(),
        message: fault.message.as_str().into(),
        errors: Vec::new(),
        origin: Some(origin),
    };
    let failure = Failure { error: Arc::new(error), task: "setup".to_string(), time: 0, span: fault.span };
    Outcome {
        ending: RunEnding::Failed(failure),
        duration: 0,
        steps: 0,
        events: 0,
        digest: 0,
        verdicts: Vec::new(),
        leaks: Vec::new(),
    }
}
