//! How a run ended, as data: what the command line reports and exit codes are made from.

use std::sync::Arc;

use crate::expression::value::{ErrorValue, Value};
use crate::plan::Plan;
use crate::source::Span;

/// How a run ended, and what it was judged to be.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// How it ended.
    pub ending: RunEnding,
    /// Virtual time at the end, in nanoseconds.
    pub duration: u64,
    /// How many operations it took.
    pub steps: u64,
    /// How many events it left.
    pub events: u64,
    /// A digest of all its events: equal for equal traces.
    pub digest: u64,
    /// Every expectation, in the order of the file.
    pub verdicts: Vec<Verdict>,
    /// What a run that ended in order must have left at zero; names what it has not. Always empty unless
    /// the engine has a bug: tests look at it.
    pub leaks: Vec<String>,
}

impl Outcome {
    /// Whether the run went as it should: every expectation held, and it ended in order unless the file says how
    /// else. What a host function breaks is never in order.
    pub fn holds(&self, plan: &Plan) -> bool {
        let in_order = match self.ending {
            RunEnding::Ok(_) => true,
            RunEnding::HostFailed(_) => false,
            RunEnding::Failed(_) | RunEnding::Deadlock(_) | RunEnding::Stopped(_) => plan.expects_an_ending(),
        };
        in_order && self.verdicts.iter().all(|verdict| verdict.judgement == Judgement::Held)
    }
}

/// How a run ended.
#[derive(Clone, Debug)]
pub enum RunEnding {
    /// `main` returned (or every task ended).
    Ok(Value),
    /// An error that nobody caught reached the end of `main`.
    Failed(Failure),
    /// Nothing could go on.
    Deadlock(Deadlock),
    /// A limit was reached.
    Stopped(Stop),
    /// A host function panicked, or did not come back.
    HostFailed(HostFailure),
}

/// What a host function did that no scenario can go on from.
#[derive(Clone, Debug)]
pub struct HostFailure {
    /// Its name.
    pub host: String,
    /// What it did.
    pub reason: HostReason,
    /// The task that called it.
    pub task: String,
    /// When, in nanoseconds.
    pub time: u64,
    /// Where it was called; where it is declared if it was spawned.
    pub span: Span,
}

/// What a host function did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HostReason {
    /// It panicked, with a message.
    Panicked(String),
    /// For so many nanoseconds of real time it waited for something outside that did not come.
    Late(u64),
}

/// An error that ended the run.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The error.
    pub error: Arc<ErrorValue>,
    /// The task in which it was raised.
    pub task: String,
    /// When it was raised, in nanoseconds.
    pub time: u64,
    /// Where it was raised.
    pub span: Span,
}

/// Why nothing could go on.
#[derive(Clone, Debug)]
pub struct Deadlock {
    /// When the last task began to wait, in nanoseconds.
    pub time: u64,
    /// Every waiting task, in order of creation.
    pub waits: Vec<BlockedTask>,
    /// Tasks each of which waits for the next, and the last for the first; empty if there is no such circle.
    pub cycle: Vec<String>,
}

/// A task that waits for what will not come.
#[derive(Clone, Debug)]
pub struct BlockedTask {
    /// The task.
    pub task: String,
    /// What it waits for, in words: `lock a`, `an item of queue orders`.
    pub awaited: String,
    /// Since when, in nanoseconds.
    pub since: u64,
    /// Where it waits.
    pub span: Span,
    /// Who holds it, since when (nanoseconds) and where they took it.
    pub holders: Vec<Holder>,
    /// What else explains it, in words: `queue full (5 of 5), and nobody takes from it`.
    pub note: Option<String>,
}

/// Who holds a lock or permit.
#[derive(Clone, Debug)]
pub struct Holder {
    /// The task.
    pub task: String,
    /// Since when, in nanoseconds.
    pub since: u64,
    /// Where it was taken.
    pub span: Span,
}

/// A limit that ended the run.
#[derive(Clone, Debug)]
pub struct Stop {
    /// Which.
    pub limit: Limit,
    /// The task that ran when it was reached.
    pub task: String,
    /// The loop or statement that it ran.
    pub span: Span,
    /// When, in nanoseconds.
    pub time: u64,
}

/// The limits of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// So many operations in all (`--max-steps`).
    Steps(u64),
    /// So many operations of one task without waiting.
    Turn(u64),
    /// So many operations without time moving on.
    Instant(u64),
    /// So much virtual time, in nanoseconds (`--max-time`).
    Time(u64),
    /// So many tasks.
    Tasks(u64),
}

/// An expectation, judged.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// Where it stands.
    pub span: Span,
    /// Whether it held, and if not, why.
    pub judgement: Judgement,
}

/// What became of an expectation.
#[derive(Clone, Debug, PartialEq)]
pub enum Judgement {
    /// It held.
    Held,
    /// It did not.
    Broken(Breach),
}

/// Why an expectation did not hold.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Breach {
    /// The parts with their values; for an invariant also when, and in whose step.
    pub reason: String,
    /// What else explains it, in words: which lines matched and when, how many values a series has.
    pub notes: Vec<String>,
    /// Of an invariant: the step after which it did not hold for the first time.
    pub step: Option<BrokenStep>,
}

/// The step of a task that broke an invariant.
#[derive(Clone, Debug, PartialEq)]
pub struct BrokenStep {
    /// The task.
    pub task: String,
    /// When, in nanoseconds.
    pub time: u64,
    /// Where it began.
    pub begin: Span,
    /// Where it ended, unless the task ended with it.
    pub end: Option<Span>,
}
