//! How a run ended, in plain words and without places in the file: two files that mean the same end in the
//! same words.

use super::text::{clock, length_of_time};
use super::{Shown, visible};
use crate::expression::value::ErrorValue;
use crate::trace::Outcome;
use crate::trace::outcome::{
    BlockedTask, Holder, HostFailure, HostReason, Judgement, Limit, RunEnding, Stop,
};

/// The ending in one word: `ok`, `failed`, `deadlock`, `stopped`.
pub fn word(ending: &RunEnding) -> &'static str {
    match ending {
        RunEnding::Ok(_) => "ok",
        RunEnding::Failed(_) | RunEnding::HostFailed(_) => "failed",
        RunEnding::Deadlock(_) => "deadlock",
        RunEnding::Stopped(_) => "stopped",
    }
}

/// Whether every expectation held.
pub fn holds(outcome: &Outcome) -> bool {
    outcome.verdicts.iter().all(|verdict| verdict.judgement == Judgement::Held)
}

/// What is said about the number of events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Count {
    /// How many there were.
    All,
    /// How many were shown.
    Shown(u64),
    /// Nothing.
    Untold,
}

impl From<Shown> for Count {
    fn from(shown: Shown) -> Count {
        match shown {
            Shown::All => Count::All,
            Shown::Some(shown) => Count::Shown(shown),
        }
    }
}

/// How the run ended, in one line without its end: `ok after 1.862s, 152 events`.
pub fn summary(outcome: &Outcome, count: Count) -> String {
    let time = clock(outcome.duration);
    let events = match count {
        Count::All => format!(", {}", counted(outcome.events, "event")),
        Count::Shown(shown) => format!(", {} shown", counted(shown, "event")),
        Count::Untold => String::new(),
    };
    match &outcome.ending {
        RunEnding::Ok(_) => format!("ok after {time}{events}"),
        RunEnding::Failed(failure) => {
            let (error, task) = (error(&failure.error), visible::short(&failure.task));
            format!("failed after {time}{events}: {error}, raised by {task} at {}", clock(failure.time))
        }
        RunEnding::Deadlock(deadlock) => {
            let tasks = counted(deadlock.waits.len() as u64, "task");
            let waits = if deadlock.waits.len() == 1 { "waits" } else { "wait" };
            format!("deadlock at {}{events}: {tasks} {waits} for what can't come", clock(deadlock.time))
        }
        RunEnding::Stopped(stop) => {
            format!("stopped at {}{events}: {}", clock(stop.time), reached(stop))
        }
        RunEnding::HostFailed(failure) => {
            let task = visible::short(&failure.task);
            format!("failed at {}{events}: {}, called by {task}", clock(failure.time), deed(failure))
        }
    }
}

/// How much is said about how a run ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Detail {
    /// Everything: for a deadlock a line for each wait and the circle; the expectations that broke.
    #[default]
    Full,
    /// What is in the summary, and how many expectations hold.
    Summary,
}

/// How the run ended, in whole lines: the summary, details if they are wanted, how many expectations hold.
pub fn text(outcome: &Outcome, count: Count, detail: Detail) -> String {
    let mut out = summary(outcome, count);
    out.push('\n');
    if detail == Detail::Full {
        push_details(&mut out, outcome);
    }
    if let Some(expectations) = expectations(outcome) {
        out.push_str(&expectations);
        out.push('\n');
    }
    out
}

fn push_details(out: &mut String, outcome: &Outcome) {
    if let RunEnding::Deadlock(deadlock) = &outcome.ending {
        for wait in &deadlock.waits {
            out.push_str(&format!("  {}\n", waiting(wait)));
        }
        if let Some(cycle) = cycle(&deadlock.cycle) {
            out.push_str(&format!("  cycle: {cycle}\n"));
        }
    }
    for (index, verdict) in outcome.verdicts.iter().enumerate() {
        if let Judgement::Broken(breach) = &verdict.judgement {
            let reason = visible::visible(&breach.reason);
            out.push_str(&format!("  expectation {} is broken: {reason}\n", index + 1));
            for note in &breach.notes {
                out.push_str(&format!("    {}\n", visible::visible(note)));
            }
        }
    }
}

/// How many expectations hold; none if there are none.
fn expectations(outcome: &Outcome) -> Option<String> {
    let all = outcome.verdicts.len();
    let held = outcome.verdicts.iter().filter(|verdict| verdict.judgement == Judgement::Held).count();
    let verb = if held == 1 { "holds" } else { "hold" };
    let noun = if (held, all) == (1, 1) { "expectation" } else { "expectations" };
    (all > 0).then(|| format!("{held} of {all} {noun} {verb}"))
}

fn waiting(wait: &BlockedTask) -> String {
    let (task, awaited) = (visible::short(&wait.task), visible::visible(&wait.awaited));
    let mut text = format!("{task} waits for {awaited} since {}", clock(wait.since));
    if !wait.holders.is_empty() {
        text.push_str(&format!(", held by {}", holders(&wait.holders)));
    }
    if let Some(note) = &wait.note {
        text.push_str(&format!("; {}", visible::visible(note)));
    }
    text
}

fn holders(holders: &[Holder]) -> String {
    let holders: Vec<String> = holders
        .iter()
        .map(|holder| format!("{} since {}", visible::short(&holder.task), clock(holder.since)))
        .collect();
    holders.join(" and by ")
}

/// A circle of tasks, closed: `a -> b -> a`; none if it is empty.
pub(super) fn cycle(tasks: &[String]) -> Option<String> {
    let first = tasks.first()?;
    let names: Vec<_> = tasks.iter().chain([first]).map(|task| visible::short(task)).collect();
    Some(names.join(" -> "))
}

/// An error as `Kind: message`.
pub(super) fn error(error: &ErrorValue) -> String {
    match &*error.message {
        "" => visible::visible(&error.kind).into_owned(),
        message => format!("{}: {}", visible::visible(&error.kind), visible::visible(message)),
    }
}

/// What was reached when a run was stopped.
pub(crate) fn reached(stop: &Stop) -> String {
    let task = visible::short(&stop.task);
    match stop.limit {
        Limit::Steps(steps) => format!("the run took {} steps", grouped(steps)),
        Limit::Turn(steps) => format!("{task} took {} steps without waiting", grouped(steps)),
        Limit::Instant(steps) => format!("{} steps passed without time moving on", grouped(steps)),
        Limit::Time(nanoseconds) => format!("the run reached {}", length_of_time(nanoseconds)),
        Limit::Tasks(tasks) => format!("the run made {} tasks", grouped(tasks)),
    }
}

/// What a host function did that no scenario can go on from.
pub(crate) fn deed(failure: &HostFailure) -> String {
    let host = visible::visible(&failure.host);
    match &failure.reason {
        HostReason::Panicked(message) => {
            format!("host function {host} panicked: {}", visible::visible(message))
        }
        HostReason::Late(patience) => {
            format!(
                "host function {host} has not come back within {} of real time",
                length_of_time(*patience)
            )
        }
    }
}

/// A count with its noun: `1 event`, `2 events`.
pub(super) fn counted(count: u64, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", grouped(count))
}

/// A number with its digits in groups of three.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expression::value::Value;
    use crate::source::Span;
    use crate::trace::outcome::{Breach, Deadlock, Verdict};

    fn outcome(ending: RunEnding, judgements: Vec<Judgement>) -> Outcome {
        let verdict = |judgement| Verdict { span: Span::default(), judgement };
        Outcome {
            ending,
            duration: 1_862_000_000,
            steps: 3_000,
            events: 1_152,
            digest: 0,
            verdicts: judgements.into_iter().map(verdict).collect(),
            leaks: Vec::new(),
        }
    }

    #[test]
    fn a_run_in_order_takes_a_line_and_its_expectations_another() {
        let notes = vec!["no line of 3 matches `a*`".to_string()];
        let breach = Breach { reason: "duration is 1.862s".to_string(), notes, step: None };
        let judgements = vec![Judgement::Held, Judgement::Broken(breach)];
        assert_eq!(
            text(&outcome(RunEnding::Ok(Value::Null), judgements), Count::All, Detail::Full),
            "ok after 1.862s, 1,152 events\n  expectation 2 is broken: duration is 1.862s\n    no line of 3 matches `a*`\n1 of 2 expectations holds\n"
        );
    }

    #[test]
    fn a_deadlock_says_who_waits_for_what_and_whom() {
        let wait = |task: &str, lock: &str, holder: &str| BlockedTask {
            task: task.to_string(),
            awaited: format!("lock {lock}"),
            since: 1_000_000_000,
            span: Span::default(),
            holders: vec![Holder { task: holder.to_string(), since: 0, span: Span::default() }],
            note: None,
        };
        let deadlock = Deadlock {
            time: 1_000_000_000,
            waits: vec![wait("a", "y", "b"), wait("b", "x", "a")],
            cycle: vec!["a".to_string(), "b".to_string()],
        };
        assert_eq!(
            text(&outcome(RunEnding::Deadlock(deadlock), Vec::new()), Count::All, Detail::Full),
            "deadlock at 1.000s, 1,152 events: 2 tasks wait for what can't come\n  \
             a waits for lock y since 1.000s, held by b since 0.000s\n  \
             b waits for lock x since 1.000s, held by a since 0.000s\n  \
             cycle: a -> b -> a\n"
        );
    }

    #[test]
    fn a_limit_says_what_was_reached() {
        let stop =
            Stop { limit: Limit::Turn(20_000_000), task: "main".to_string(), span: Span::default(), time: 0 };
        assert_eq!(reached(&stop), "main took 20,000,000 steps without waiting");
    }
}
