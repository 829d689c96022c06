//! What operations carry: where a result goes, which resource is meant, how a block ends.

use super::{CodeIndex, ExtraIndex};
use crate::expression::code::{SharedIndex, Slot};
use crate::expression::value::ResourceId;

/// Where a result goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Into {
    /// Nobody wants it.
    Nowhere,
    /// A variable.
    Slot(Slot),
    /// A shared variable.
    Shared(SharedIndex),
}

/// The arguments of a call: `count` expressions from `first`. Those left out are filled by the
/// parameter's default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arguments {
    /// Index into the plan's argument lists.
    pub list: ExtraIndex,
}

/// Who else is affected when a wait for a task is given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ownership {
    /// The task is cancelled too, and its end waited for.
    Owned,
    /// Only the waiting ends.
    Shielded,
}

/// How a block of branches ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Gathering {
    /// When all have ended; the first failure cancels the others. A list of results.
    All,
    /// When all have ended, however. A list of maps `{value, error}`.
    Settle,
    /// With the first branch that ends: its value, or its error. The others are cancelled.
    Race,
    /// With the first branch that succeeds: its value. The others are cancelled.
    Any,
    /// When its body, which runs in order in the task itself, and all that was spawned inside it have ended.
    /// The first failure cancels the rest.
    Group,
}

/// Which of some tasks a `wait` waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Wanted {
    /// All of them.
    All,
    /// The first that ends.
    First,
    /// The first that fails, or else all of them.
    Error,
}

impl Wanted {
    /// The word of `for:`.
    pub fn word(self) -> &'static str {
        match self {
            Wanted::All => "all",
            Wanted::First => "first",
            Wanted::Error => "error",
        }
    }
}

/// Which resource an operation is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// One that the statement names.
    Named(ResourceId),
    /// What an expression gives.
    Computed(CodeIndex),
}

/// What becomes of an error that was caught.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caught {
    /// It stays where it is: the handler may read it, or raise it again.
    Kept,
    /// It is forgotten: who tries again needs it no more, and might wait for long before another takes its place.
    Forgotten,
}

/// Who takes the items of a walk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taker {
    /// A loop.
    Loop,
    /// A block of branches, which wants no more once it is decided.
    Branches,
}
