//! A task of a run: where it stands, what it owes, what it waits for.

use std::sync::Arc;

use super::coroutine::Coroutine;
use super::line::Line;
use super::resource::Grant;
use super::resource::breaker::Period;
use super::resource::condition::WaitNumber;
use super::resource::queue::Priority;
use super::timer::TimerKey;
use super::variables::EnvironmentId;
use crate::expression::code::{SiteIndex, Slot};
use crate::expression::value::{ErrorValue, ResourceId, TaskId, Value};
use crate::plan::op::{Gathering, Into, Wanted};
use crate::plan::{BodyIndex, Position};
use crate::trace::Sequence;

/// A task.
#[derive(Clone, Debug)]
pub struct Task {
    /// Where it runs.
    pub body: BodyIndex,
    /// The operation that it runs next, or waits in.
    pub position: Position,
    /// Its variables.
    pub environment: Option<EnvironmentId>,
    /// What it owes to the blocks it is in, the innermost last.
    pub frames: Vec<Frame>,
    /// Whether it is ready, waits or has ended.
    pub phase: Phase,
    /// What it waits for, or waited for until it was made ready.
    pub wait: Wait,
    /// What was granted to it while it waited.
    pub grant: Grant,
    /// Since when it waits, in nanoseconds.
    pub since: u64,
    /// What is to interrupt it.
    pub interrupt: Option<Interrupt>,
    /// The event that made its next one possible.
    pub cause: Option<Sequence>,
    /// How it ended.
    pub completion: Completion,
    /// Who waits for its end.
    pub waiters: Line,
    /// Who made it.
    pub origin: Origin,
    /// The block of branches it belongs to.
    pub branch: Option<BranchOf>,
    /// Whether it has been asked to end, and has not refused.
    pub asked: Asked,
    /// Whether somebody took its error.
    pub error: Attention,
    /// How often its sites have drawn: body identity, site, count.
    pub draws: Vec<(u64, SiteIndex, u32)>,
    /// How many children it has made, by name.
    pub children: Vec<(Arc<str>, u32)>,
}

/// Whether a task is ready, waits or has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Phase {
    /// Has not taken its first step.
    New,
    /// In the ready queue, after a wait.
    Ready,
    /// Takes a step now.
    Running,
    /// Waits.
    Waiting,
    /// Has ended.
    Ended,
}

/// How a task ended.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Completion {
    /// Not yet.
    Unfinished,
    /// With a result.
    Done(Value),
    /// With an error.
    Failed(Arc<ErrorValue>),
    /// By a cancel.
    Cancelled,
}

/// Whether somebody took a task's error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Attention {
    /// Nobody yet.
    Unobserved,
    /// Somebody awaited the task, polled its error, or owns it.
    Observed,
}

/// Whether a task has been asked to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Asked {
    /// Not yet, or it caught the cancel and goes on.
    No,
    /// A cancel is under way: whoever owns the task need not ask again.
    ToEnd,
}

/// Who made a task.
#[derive(Clone, Debug)]
pub struct Origin {
    /// The task that made it.
    pub parent: Option<TaskId>,
    /// How many tasks are above it.
    pub depth: u32,
    /// A number made from its path: part of what its random values depend on.
    pub path: u64,
}

/// The block of branches that a task belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct BranchOf {
    /// The task that runs the block.
    pub owner: TaskId,
    /// The block's frame, counted from the bottom of the owner's stack.
    pub frame: u32,
    /// Which branch.
    pub index: u32,
}

/// What a task owes to a block it is in.
#[derive(Clone, Debug)]
pub enum Frame {
    /// A called body: where to go on afterwards.
    Call {
        /// The caller's body.
        body: BodyIndex,
        /// The call.
        position: Position,
        /// The caller's variables.
        environment: EnvironmentId,
        /// Where the result goes.
        into: Into,
    },
    /// Errors go to the handler.
    Try {
        /// Where to go.
        handler: Position,
        /// Where the error goes.
        error: Slot,
    },
    /// Every way out goes through the handler.
    Finally(Position),
    /// Runs such a handler; what was under way, if anything, goes on afterwards.
    Cleanup(Option<Box<Signal>>),
    /// A block with a timeout.
    Timeout {
        /// Its alarm; gone once it has fired.
        timer: Option<TimerKey>,
        /// After so many nanoseconds.
        after: u64,
        /// Whether the interruption under way is this timeout's.
        expiry: Expiry,
    },
    /// A lock or permit to give back.
    Hold(ResourceId),
    /// A breaker to tell how the block ended, and in which of its periods it was let in.
    Guard(ResourceId, Period),
    /// A block of branches.
    Gather(Box<Gather>),
    /// A stream that is walked, or a context that has been entered.
    Coroutine(Box<Coroutine>),
}

/// Whether the interruption under way is a timeout's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Expiry {
    /// It is not: a cancel passes through.
    Pending,
    /// It is: at the block's edge the cancel becomes a `Timeout`.
    Fired,
}

/// A block of branches while it runs.
#[derive(Clone, Debug)]
pub struct Gather {
    /// How it ends.
    pub gathering: Gathering,
    /// How many may run at once.
    pub limit: u32,
    /// How many run.
    pub running: u32,
    /// Every branch made so far.
    pub branches: Vec<TaskId>,
    /// Their results, as far as they have ended.
    pub results: Vec<Value>,
    /// What it comes to, as soon as that is known.
    pub decision: Decision,
    /// What is under way while the branches, cancelled, come to their end.
    pub pending: Option<Signal>,
}

/// What a block of branches comes to.
#[derive(Clone, Debug)]
pub enum Decision {
    /// It is not known yet; the results will tell.
    Open,
    /// A value.
    Value(Value),
    /// An error.
    Error(Arc<ErrorValue>),
}

/// What is under way while frames are taken off.
#[derive(Clone, Debug)]
pub enum Signal {
    /// A `return`.
    Return(Value),
    /// A `break` or `continue`.
    Leave {
        /// How many frames stay.
        keep: u32,
        /// Where to go on.
        target: Position,
    },
    /// An error; a cancel is one of kind `Cancelled`.
    Fail(Arc<ErrorValue>),
}

/// What interrupts a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Interrupt {
    /// A cancel.
    Cancel,
    /// The timeout of the block of that frame.
    Timeout(u32),
}

/// What a task waits for.
#[derive(Clone, Debug)]
pub enum Wait {
    /// Nothing.
    Nothing,
    /// A time.
    Sleep(TimerKey),
    /// Its next turn.
    Turn,
    /// An item.
    Get(ResourceId),
    /// Room for an item.
    Put(ResourceId, Value, Priority),
    /// Items to be done.
    Join(ResourceId),
    /// A lock, permit or token.
    Acquire(ResourceId),
    /// An event to be set, a barrier to open, a promise to be settled.
    Signal(ResourceId),
    /// A notification of a condition.
    Condition(ResourceId, WaitNumber),
    /// Tasks to end, one after another.
    Tasks(Box<Awaiting>),
    /// Some of several tasks to end, or a time.
    Watch(Box<Watch>),
    /// One more branch to be allowed.
    Room,
    /// All branches to end.
    Branches,
    /// The tasks that it awaited to end, after it was interrupted.
    Drain(Box<Awaiting>, Box<Signal>),
}

/// The tasks that an `await` waits for.
#[derive(Clone, Debug)]
pub struct Awaiting {
    /// The tasks.
    pub targets: Vec<TaskId>,
    /// How many of them have ended.
    pub ended: usize,
    /// What the result looks like.
    pub shape: Shape,
}

/// The tasks that a `wait` waits for.
#[derive(Clone, Debug)]
pub struct Watch {
    /// The tasks, as given.
    pub targets: Vec<TaskId>,
    /// Which of them.
    pub wanted: Wanted,
    /// How many have not ended.
    pub running: u32,
    /// What ends the wait all the same.
    pub timer: Option<TimerKey>,
}

/// What the result of an `await` looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Shape {
    /// The one task's result.
    One,
    /// A list of results.
    List,
}
