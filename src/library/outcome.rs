//! How a run ended, in types of Rust: names for numbers, [`Duration`]s for times, lines for places.

use std::time::Duration;

use crate::host::{Value, from_language};
use crate::render::outcome::{deed, reached};
use crate::source::{Source, Span};
use crate::trace::outcome::{self as inner, RunEnding};
use crate::trace::{self, Names};

/// How a run ended.
///
/// ```
/// use scenario::{Outcome, Scenario};
///
/// let run = Scenario::from_text("main { sleep 1s\n fail IoError, \"the line broke\" }")?.run()?;
/// let Outcome::Failed(failure) = run.outcome() else { panic!("{}", run.text()) };
/// assert_eq!((failure.kind.as_str(), failure.line), ("IoError", 2));
/// # Ok::<(), scenario::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Outcome {
    /// `main` returned a value; without a `main`, every task ended.
    Ok(Value),
    /// An error that nothing caught reached the end of `main`.
    Failed(Failure),
    /// Nothing could go on.
    Deadlock(Deadlock),
    /// A limit was reached.
    Stopped(Stop),
    /// A host function panicked, or did not come back in time.
    HostFailed(HostFailure),
}

/// An error that ended a run; see [`Outcome::Failed`].
///
/// ```
/// # use scenario::{Outcome, Scenario};
/// let run = Scenario::from_text("task f() { fail Broken }\nmain { await f() }")?.run()?;
/// let Outcome::Failed(failure) = run.outcome() else { panic!("{}", run.text()) };
/// assert_eq!((failure.kind.as_str(), failure.task.as_str()), ("Broken", "main"));
/// # Ok::<(), scenario::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Failure {
    /// The error's kind.
    pub kind: String,
    /// Its message, which may be empty.
    pub message: String,
    /// The task in which it was raised.
    pub task: String,
    /// When it was raised.
    pub at: Duration,
    /// The line where it was raised, from 1.
    pub line: usize,
}

/// Why nothing could go on; see [`Outcome::Deadlock`].
///
/// ```
/// # use scenario::{Outcome, Scenario};
/// let run = Scenario::from_text("event gate\nmain { sleep 2s\n wait gate }")?.run()?;
/// let Outcome::Deadlock(deadlock) = run.outcome() else { panic!("{}", run.text()) };
/// assert_eq!(deadlock.at.as_secs(), 2);
/// assert_eq!(deadlock.waits[0].awaited, "event gate to be set");
/// # Ok::<(), scenario::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Deadlock {
    /// When.
    pub at: Duration,
    /// Every task that waits, in the order of their making.
    pub waits: Vec<BlockedTask>,
    /// Tasks each of which waits for the next, and the last for the first; empty if there is no such circle.
    pub cycle: Vec<String>,
}

/// A task that waits for what can't come; see [`Deadlock`].
///
/// ```
/// # use scenario::{Outcome, Scenario};
/// let text = "lock l\nmain { acquire l\n spawn { acquire l }\n t = spawn { sleep 1s\n acquire l }\n await t }";
/// let run = Scenario::from_text(text)?.run()?;
/// let Outcome::Deadlock(deadlock) = run.outcome() else { panic!("{}", run.text()) };
/// assert_eq!(deadlock.waits[2].task, "spawn.2");
/// assert_eq!(deadlock.waits[2].since.as_secs(), 1);
/// assert_eq!(deadlock.waits[2].holders, ["main"]);
/// # Ok::<(), scenario::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BlockedTask {
    /// The task.
    pub task: String,
    /// What it waits for, in words: `lock a`.
    pub awaited: String,
    /// Since when.
    pub since: Duration,
    /// The line where it waits, from 1.
    pub line: usize,
    /// The tasks that hold what it waits for.
    pub holders: Vec<String>,
}

/// A limit that ended a run; see [`Outcome::Stopped`].
///
/// ```
/// # use scenario::{Outcome, Scenario};
/// # use std::time::Duration;
/// let text = "main { while true { sleep 1s } }";
/// let run = Scenario::from_text(text)?.max_time(Duration::from_secs(60)).run()?;
/// let Outcome::Stopped(stop) = run.outcome() else { panic!("{}", run.text()) };
/// assert_eq!(stop.reason, "the run reached 1m");
/// # Ok::<(), scenario::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stop {
    /// What was reached, in words.
    pub reason: String,
    /// The task that ran then.
    pub task: String,
    /// When.
    pub at: Duration,
    /// The line of what it ran, from 1.
    pub line: usize,
}

/// What a host function did that no scenario can go on from; see [`Outcome::HostFailed`].
///
/// ```
/// # use scenario::{Call, HostError, Outcome, Scenario};
/// async fn check(call: Call) -> Result<(), HostError> {
///     assert_eq!(call.argument::<i64>("total")?, 3, "the total is wrong");
///     Ok(())
/// }
/// let run = Scenario::from_text("host check(total)\nmain {\n  await check(4)\n}")?.host("check", check).run()?;
/// let Outcome::HostFailed(failure) = run.outcome() else { panic!("{}", run.text()) };
/// assert_eq!((failure.host.as_str(), failure.line), ("check", 3));
/// assert!(failure.reason.contains("the total is wrong"));
/// # Ok::<(), scenario::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct HostFailure {
    /// The function.
    pub host: String,
    /// What it did, in words.
    pub reason: String,
    /// The task that called it.
    pub task: String,
    /// When.
    pub at: Duration,
    /// The line where it was called, from 1; where it is declared if it was spawned.
    pub line: usize,
}

/// A line of `expect`, judged.
///
/// ```
/// let run = scenario::Scenario::from_text("main { sleep 2s }\nexpect {\n  duration == 1s\n}")?.run()?;
/// let [expectation] = run.expectations() else { panic!("there is one") };
/// assert_eq!((expectation.line, expectation.holds), (3, false));
/// assert_eq!(expectation.text, "duration == 1s");
/// assert_eq!(expectation.reason, "duration is 2s");
/// # Ok::<(), scenario::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Expectation {
    /// The line in the file, from 1.
    pub line: usize,
    /// What it says.
    pub text: String,
    /// Whether it held.
    pub holds: bool,
    /// If it did not: its parts with their values; for an invariant also when, and in whose step.
    pub reason: String,
}

impl Outcome {
    pub(super) fn new(outcome: &trace::Outcome, names: &Names, source: &Source) -> Outcome {
        let line = |span: Span| source.place(span.start).line;
        match &outcome.ending {
            RunEnding::Ok(value) => Outcome::Ok(from_language(value, names)),
            RunEnding::Failed(failure) => Outcome::Failed(Failure {
                kind: failure.error.kind.to_string(),
                message: failure.error.message.to_string(),
                task: failure.task.clone(),
                at: Duration::from_nanos(failure.time),
                line: line(failure.span),
            }),
            RunEnding::Deadlock(deadlock) => Outcome::Deadlock(Deadlock {
                at: Duration::from_nanos(deadlock.time),
                waits: deadlock.waits.iter().map(|wait| BlockedTask::new(wait, source)).collect(),
                cycle: deadlock.cycle.clone(),
            }),
            RunEnding::Stopped(stop) => Outcome::Stopped(Stop {
                reason: reached(stop),
                task: stop.task.clone(),
                at: Duration::from_nanos(stop.time),
                line: line(stop.span),
            }),
            RunEnding::HostFailed(failure) => Outcome::HostFailed(HostFailure {
                host: failure.host.clone(),
                reason: deed(failure),
                task: failure.task.clone(),
                at: Duration::from_nanos(failure.time),
                line: line(failure.span),
            }),
        }
    }
}

impl BlockedTask {
    fn new(wait: &inner::BlockedTask, source: &Source) -> BlockedTask {
        BlockedTask {
            task: wait.task.clone(),
            awaited: wait.awaited.clone(),
            since: Duration::from_nanos(wait.since),
            line: source.place(wait.span.start).line,
            holders: wait.holders.iter().map(|holder| holder.task.clone()).collect(),
        }
    }
}

impl Expectation {
    pub(super) fn new(verdict: &inner::Verdict, source: &Source) -> Expectation {
        let reason = match &verdict.judgement {
            inner::Judgement::Held => String::new(),
            inner::Judgement::Broken(breach) => breach.reason.clone(),
        };
        Expectation {
            line: source.place(verdict.span.start).line,
            text: source.slice(verdict.span).to_string(),
            holds: verdict.judgement == inner::Judgement::Held,
            reason,
        }
    }
}
