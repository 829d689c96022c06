//! A scenario compiled: flat operations per task body, with every name resolved to an index.
//!
//! A plan is immutable and shared by all worlds that run it. Jumps hold positions within their own body;
//! every operation has a span.

pub mod builder;
pub mod display;
pub mod files;
pub mod op;
pub mod operand;
mod trace;

use std::sync::Arc;

use crate::expression::code::{Code, SharedIndex, Slot};
use crate::expression::functions;
use crate::expression::value::{Rate, Value};
use crate::source::Span;
pub use op::Op;
pub use trace::{TraceChoice, TraceFormat, TracePlan};

/// A task's body, or the body of a branch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct BodyIndex(pub u32);

/// An operation's position in its body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Position(pub u32);

impl Position {
    /// The one behind it.
    #[inline]
    pub fn next(self) -> Position {
        Position(self.0 + 1)
    }
}

/// An expression of the plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CodeIndex(pub u32);

/// Which of the plan's `log` statements, kind lists or item paths: what is too large for an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ExtraIndex(pub u32);

/// An operation of the plan: where an event came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    /// The body.
    pub body: BodyIndex,
    /// The operation there.
    pub position: Position,
}

/// A scenario, compiled.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// The scenario's title; empty if it has none.
    pub title: String,
    /// The seed of its random values.
    pub seed: u64,
    /// What the wall clock reads at time 0, in nanoseconds since 1970-01-01 00:00:00.
    pub epoch: u64,
    /// What is shown and kept of its events.
    pub trace: TracePlan,
    /// How many threads work that is offloaded has; evaluated before time 0.
    pub threads: Option<CodeIndex>,
    /// The bodies; those of branches stand behind the body that they belong to.
    pub bodies: Vec<Body>,
    /// Queues, locks, ..., kind by kind, each kind in order of declaration.
    pub resources: Vec<Resource>,
    /// Their names, for listings; a run knows also those of the members of arrays.
    pub resource_names: Arc<[String]>,
    /// Shared variables and parameters, in the order in which they get their values.
    pub shared: Vec<Shared>,
    /// What runs at time 0: `main`, or without one every task.
    pub roots: Vec<BodyIndex>,
    /// All expressions.
    pub codes: Vec<Code>,
    /// What the `log` operations log.
    pub logs: Vec<LogPlan>,
    /// Kinds of errors that a handler takes; empty takes any but `Cancelled`.
    pub kinds: Vec<Vec<Arc<str>>>,
    /// The arguments of calls, by parameter; absent ones take the default.
    pub arguments: Vec<Vec<Option<CodeIndex>>>,
    /// The indices of assignments such as `m[k].n = v`, the outermost first.
    pub paths: Vec<Vec<CodeIndex>>,
    /// What must hold.
    pub expectations: Vec<Expectation>,
    /// What observes the run.
    pub monitors: Vec<MonitorPlan>,
    /// The simulated files.
    pub files: files::FilesPlan,
    /// The host functions.
    pub hosts: Vec<HostPlan>,
}

/// A host function of the plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct HostIndex(pub u32);

/// A host function as declared.
#[derive(Clone, Debug)]
pub struct HostPlan {
    /// Its name.
    pub name: String,
    /// Calls it, or runs what stands in for it.
    pub body: BodyIndex,
    /// Whether something stands in for it.
    pub stand_in: StandIn,
    /// Where it is declared.
    pub span: Span,
}

/// Whether something runs where nobody has registered a host function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StandIn {
    /// The block of its declaration.
    Block,
    /// Nothing: the scenario can't run there.
    Nothing,
}

/// A body: of a task, a stream, a context, of `main`, or of a branch.
#[derive(Clone, Debug)]
pub struct Body {
    /// The task's name, or what the branch is called in traces.
    pub label: Arc<str>,
    /// The parameters fill the first slots.
    pub parameters: Vec<Parameter>,
    /// The name of every slot; hidden ones have none.
    pub slots: Vec<Option<String>>,
    /// For a branch: the body whose variables it sees.
    pub parent: Option<BodyIndex>,
    /// The operations; the last one never falls through.
    pub ops: Vec<Op>,
    /// Where each operation comes from.
    pub spans: Vec<Span>,
    /// For a context: where its exit begins.
    pub exit: Option<ContextExit>,
    /// A number that is the same for the same body whatever else the file holds: part of what its random
    /// values depend on.
    pub identity: u64,
}

/// Where the exit of a context begins.
#[derive(Clone, Copy, Debug)]
pub struct ContextExit {
    /// Its first operation.
    pub position: Position,
    /// Gets the error that the block ended with; null if there was none.
    pub error: Slot,
}

/// A parameter of a task.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// Evaluated in the new task's environment where the argument is left out.
    pub default: Option<CodeIndex>,
}

/// A queue, lock, ... as declared.
#[derive(Clone, Debug)]
pub struct Resource {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: ResourceKind,
    /// Where it is declared.
    pub span: Span,
    /// With `count:` the declaration makes a list of such resources.
    pub array: Option<ArrayPlan>,
}

/// How many threads there are for work that is offloaded, unless the scenario says so: as many as Node.js has.
pub const DEFAULT_THREADS: u32 = 4;

/// The method of a request that names none.
pub const DEFAULT_METHOD: &str = "GET";

/// The most members of an array of resources.
pub const MAX_ARRAY: u32 = 100_000;

/// A declaration that makes a list of resources.
#[derive(Clone, Copy, Debug)]
pub struct ArrayPlan {
    /// How many; evaluated before time 0.
    pub count: CodeIndex,
    /// The shared value that is the list.
    pub list: SharedIndex,
}

/// What a resource is, with its settings.
#[derive(Clone, Debug, PartialEq)]
pub enum ResourceKind {
    /// A queue; no capacity means unbounded.
    Queue {
        /// Evaluated before time 0.
        capacity: Option<CodeIndex>,
        /// Which item leaves first.
        order: QueueOrder,
    },
    /// A lock.
    Lock,
    /// A semaphore.
    Semaphore {
        /// Evaluated before time 0.
        permits: CodeIndex,
        /// Who gets a permit that is given back.
        order: Fairness,
    },
    /// A token bucket.
    Limiter {
        /// Evaluated before time 0.
        rate: CodeIndex,
        /// Evaluated before time 0; without it the rate's count.
        burst: Option<CodeIndex>,
    },
    /// A circuit breaker.
    Breaker {
        /// Evaluated before time 0.
        failures: CodeIndex,
        /// Evaluated before time 0.
        cooldown: CodeIndex,
    },
    /// An event.
    Event,
    /// A condition.
    Condition,
    /// A barrier.
    Barrier {
        /// Evaluated before time 0.
        parties: CodeIndex,
    },
    /// A promise.
    Promise,
    /// A series of measured values.
    Series,
    /// A cache.
    Cache {
        /// Evaluated before time 0; without it values stay for ever.
        ttl: Option<CodeIndex>,
        /// What those do who look up what is being computed.
        flights: Flights,
        /// Evaluated before time 0; without it there is no bound.
        capacity: Option<CodeIndex>,
    },
    /// A service.
    Service {
        /// What it does for a request.
        body: BodyIndex,
        /// Evaluated before time 0; without it there is no bound.
        connections: Option<CodeIndex>,
        /// Where the real service is; evaluated before time 0.
        url: Option<CodeIndex>,
    },
}

impl ResourceKind {
    /// What it is called.
    pub fn word(&self) -> &'static str {
        match self {
            ResourceKind::Queue { .. } => "queue",
            ResourceKind::Lock => "lock",
            ResourceKind::Semaphore { .. } => "semaphore",
            ResourceKind::Limiter { .. } => "limiter",
            ResourceKind::Breaker { .. } => "breaker",
            ResourceKind::Event => "event",
            ResourceKind::Condition => "condition",
            ResourceKind::Barrier { .. } => "barrier",
            ResourceKind::Promise => "promise",
            ResourceKind::Series => "series",
            ResourceKind::Cache { .. } => "cache",
            ResourceKind::Service { .. } => "service",
        }
    }
}

/// Whether a value can be the address of a service.
pub fn is_url(value: &Value) -> bool {
    let Value::Text(text) = value else { return false };
    ["http://", "https://"]
        .iter()
        .any(|scheme| text.strip_prefix(scheme).is_some_and(|rest| !rest.is_empty()))
}

/// Which item leaves a queue first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum QueueOrder {
    /// The oldest.
    Fifo,
    /// The newest.
    Lifo,
    /// The one with the lowest priority; of equal ones the oldest.
    Priority,
}

/// What those do who look up what is being computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Flights {
    /// They wait for it.
    Single,
    /// They compute it, too.
    Each,
}

/// Who gets a permit that is given back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fairness {
    /// The one who waits longest, at once.
    Fair,
    /// Whoever asks next; the one who waits longest is woken to try again.
    Barging,
}

/// A resource's settings with their values.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct LimiterSettings {
    /// Tokens per time.
    pub rate: Rate,
    /// The most tokens that it holds.
    pub burst: u64,
}

/// A shared variable or parameter.
#[derive(Clone, Debug)]
pub struct Shared {
    /// Its name.
    pub name: String,
    /// Its first value.
    pub initial: CodeIndex,
    /// Whether the command line may set it.
    pub role: SharedRole,
    /// Where it is declared.
    pub span: Span,
}

/// Whether a shared value may change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SharedRole {
    /// `x = 0` at top level: any task may assign it.
    Variable,
    /// `param x`: set from outside, never assigned.
    Parameter,
    /// The list of resources that a declaration with `count:` makes; never assigned.
    Array,
}

/// What a `log` operation logs.
#[derive(Clone, Debug)]
pub struct LogPlan {
    /// The text.
    pub text: CodeIndex,
    /// The level, one of [`LEVELS`].
    pub level: Option<&'static str>,
    /// The logger.
    pub logger: Option<CodeIndex>,
    /// The fields.
    pub fields: Option<CodeIndex>,
}

/// The levels of log lines.
pub const LEVELS: &[&str] = &["debug", "info", "warning", "error"];

/// A task that only observes.
#[derive(Clone, Debug)]
pub struct MonitorPlan {
    /// What it does each time.
    pub body: BodyIndex,
    /// How often; evaluated before time 0.
    pub every: CodeIndex,
}

/// Something that must hold.
#[derive(Clone, Debug)]
pub struct Expectation {
    /// When it is judged.
    pub when: When,
    /// The condition.
    pub condition: CodeIndex,
    /// The parts of a comparison as written, to show their values when it fails.
    pub operands: Vec<(String, CodeIndex)>,
    /// Where it stands.
    pub span: Span,
}

/// When an expectation is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// When the run has ended.
    End,
    /// Whenever a task has run until it waits; it must hold each time.
    Always,
    /// Whenever a task has run until it waits; it must hold at none of these times.
    Never,
}

impl Plan {
    /// A body.
    pub fn body(&self, index: BodyIndex) -> &Body {
        &self.bodies[index.0 as usize]
    }

    /// An expression.
    pub fn code(&self, index: CodeIndex) -> &Code {
        &self.codes[index.0 as usize]
    }

    /// Where an operation comes from.
    pub fn span(&self, place: Place) -> Span {
        self.body(place.body).spans.get(place.position.0 as usize).copied().unwrap_or_default()
    }

    /// Whether the file says how a run must end: then a failure or a deadlock may be what it is about.
    pub fn expects_an_ending(&self) -> bool {
        let questions = ["outcome", "error"];
        questions.into_iter().filter_map(functions::find).any(|question| {
            self.expectations.iter().any(|expectation| self.code(expectation.condition).calls(question))
        })
    }
}
