//! What a task owes to the blocks it is in, and what is under way while it leaves them.

use std::sync::Arc;

use super::caches::Lookup;
use super::coroutine::Coroutine;
use super::host::Ticket;
use super::membership::GroupOf;
use super::resource::breaker::Period;
use super::resource::semaphore::Permit;
use super::timer::TimerKey;
use super::variables::EnvironmentId;
use crate::expression::code::Slot;
use crate::expression::value::{ErrorValue, ResourceId, TaskId, Value};
use crate::plan::op::{Gathering, Into};
use crate::plan::{BodyIndex, Place, Position};

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
    Hold(ResourceId, Permit),
    /// A breaker to tell how the block ended, and in which of its periods it was let in.
    Guard(ResourceId, Period),
    /// A block of branches, or a group.
    Gather(Box<Gather>),
    /// A computation for a cache, which others may wait for.
    Lookup(Box<Lookup>),
    /// A call of a host function, to be given up.
    Host(Ticket),
    /// A stream that is walked, or a context that has been entered.
    Coroutine(Box<Coroutine>),
}

/// Whether the interruption under way is a timeout's, or a group's, own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Expiry {
    /// It is not: a cancel passes through.
    Pending,
    /// It is: at the block's edge the cancel becomes a `Timeout`, or a `GroupError`.
    Fired,
    /// One that reaches further out has passed through, and goes on at the timeout's edge: if its own time is up
    /// during the cleanup, that is cut short, and nothing else.
    Passed,
}

/// A block of branches, or a group, while it runs.
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
    /// Their results, as far as they have ended; a group has none.
    pub results: Vec<Value>,
    /// What it comes to, as soon as that is known.
    pub decision: Decision,
    /// What is under way while the branches come to their end.
    pub pending: Option<Signal>,
    /// Whether the interruption of a group's body is the group's own.
    pub expiry: Expiry,
    /// The group round a group.
    pub around: Option<GroupOf>,
    /// Where it begins.
    pub place: Place,
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
    /// A group's errors, in the order of failing.
    Errors(Vec<Value>),
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
