//! Why a run failed, for people: the error, the deadlock, the limit or the broken expectations, each with its
//! lines of the file.

use annotate_snippets::{Group, Level};

use super::excerpt::{Excerpts, Heading, Mark, draw, help, note};
use super::outcome::{counted, cycle, deed, error, reached};
use super::paint::Colour;
use super::text::clock;
use super::visible::{short, visible};
use crate::source::{Source, Span};
use crate::trace::Outcome;
use crate::trace::outcome::{
    BlockedTask, Breach, Deadlock, Failure, HostFailure, HostReason, Judgement, Limit, RunEnding, Stop,
};

/// So many waits of a deadlock are shown with their lines; the rest is counted.
const SHOWN_WAITS: usize = 12;
/// So many tasks that wait alike are named.
const SHOWN_TASKS: usize = 4;

/// Everything that failed; empty if nothing did.
pub fn failures(source: &Source, outcome: &Outcome, colour: Colour) -> String {
    let broken = |judgement: &Judgement| matches!(judgement, Judgement::Broken(_));
    let failed = !matches!(outcome.ending, RunEnding::Ok(_));
    if !failed && !outcome.verdicts.iter().any(|verdict| broken(&verdict.judgement)) {
        return String::new();
    }
    let excerpts = Excerpts::new(source);
    let mut text = match &outcome.ending {
        RunEnding::Ok(_) => String::new(),
        RunEnding::Failed(failure) => failed_run(&excerpts, failure, colour),
        RunEnding::Deadlock(deadlock) => deadlocked_run(&excerpts, deadlock, colour),
        RunEnding::Stopped(stop) => stopped_run(&excerpts, stop, colour),
        RunEnding::HostFailed(failure) => host_failed_run(&excerpts, failure, colour),
    };
    for verdict in &outcome.verdicts {
        if let Judgement::Broken(breach) = &verdict.judgement {
            text += &broken_expectation(&excerpts, verdict.span, breach, colour);
        }
    }
    text
}

fn broken_expectation(excerpts: &Excerpts<'_>, span: Span, breach: &Breach, colour: Colour) -> String {
    let main = Mark { span, label: breach.reason.clone() };
    let mut related = Vec::new();
    if let Some(step) = &breach.step {
        let whose = format!("the step of {} that broke it, at {},", short(&step.task), clock(step.time));
        match step.end.filter(|end| *end != step.begin) {
            Some(end) => {
                related.push(Mark { span: step.begin, label: format!("{whose} began here") });
                related.push(Mark { span: end, label: "and ended here".to_string() });
            }
            None => related.push(Mark { span: step.begin, label: format!("{whose} began here") }),
        }
    }
    let notes: Vec<_> = breach.notes.iter().map(|text| visible(text)).collect();
    let heading = heading("this expectation is broken");
    draw(&excerpts.groups(heading, &main, &related, notes.iter().map(|text| note(text))), colour)
}

fn failed_run(excerpts: &Excerpts<'_>, failure: &Failure, colour: Colour) -> String {
    let label = format!("raised at {} by {}", clock(failure.time), short(&failure.task));
    let main = Mark { span: failure.span, label };
    let title = error(&failure.error);
    let ended = note("nothing caught it, and it ended the run");
    draw(&excerpts.groups(heading(&title), &main, &[], [ended]), colour)
}

fn host_failed_run(excerpts: &Excerpts<'_>, failure: &HostFailure, colour: Colour) -> String {
    let label = format!("called at {} by {}", clock(failure.time), short(&failure.task));
    let main = Mark { span: failure.span, label };
    let title = deed(failure);
    let advice = match failure.reason {
        HostReason::Panicked(_) => None,
        HostReason::Late(_) => Some(help(
            "it waits for something outside of the scenario; if another host function is to bring that, await it \
             inside `Call::let_time_pass`; `Scenario::host_timeout` raises the limit",
        )),
    };
    draw(&excerpts.groups(heading(&title), &main, &[], advice), colour)
}

fn heading(title: &str) -> Heading<'_> {
    Heading { level: Level::ERROR, title: Level::ERROR.primary_title(title) }
}

/// Tasks that wait at one place for one thing that the same tasks hold.
struct Alike<'a> {
    first: &'a BlockedTask,
    tasks: Vec<&'a BlockedTask>,
}

impl Alike<'_> {
    fn title(&self) -> String {
        let awaited = visible(&self.first.awaited);
        match self.tasks.as_slice() {
            [only] => format!("{} waits for {awaited}", short(&only.task)),
            tasks => format!("{} wait for {awaited}", counted(tasks.len() as u64, "task")),
        }
    }

    fn marks(&self) -> (Mark, Vec<Mark>) {
        let since = |wait: &BlockedTask| format!("since {}", clock(wait.since));
        let label = match self.tasks.as_slice() {
            [only] => since(only),
            tasks => {
                let named = tasks
                    .iter()
                    .take(SHOWN_TASKS)
                    .map(|wait| format!("{} {}", short(&wait.task), since(wait)));
                let mut label = named.collect::<Vec<_>>().join(", ");
                if tasks.len() > SHOWN_TASKS {
                    label += &format!(", and {} more", tasks.len() - SHOWN_TASKS);
                }
                label
            }
        };
        let holders = self.first.holders.iter().map(|holder| Mark {
            span: holder.span,
            label: format!("held by {} since {}", short(&holder.task), clock(holder.since)),
        });
        (Mark { span: self.first.span, label }, holders.collect())
    }
}

fn alike(waits: &[BlockedTask]) -> Vec<Alike<'_>> {
    let key = |wait: &BlockedTask| {
        let holders: Vec<(String, Span)> =
            wait.holders.iter().map(|holder| (holder.task.clone(), holder.span)).collect();
        (wait.span, wait.awaited.clone(), wait.note.clone(), holders)
    };
    let mut groups = indexmap::IndexMap::new();
    for wait in waits {
        groups.entry(key(wait)).or_insert_with(|| Alike { first: wait, tasks: Vec::new() }).tasks.push(wait);
    }
    groups.into_values().collect()
}

fn deadlocked_run(excerpts: &Excerpts<'_>, deadlock: &Deadlock, colour: Colour) -> String {
    let tasks = match deadlock.waits.len() {
        1 => "one task waits".to_string(),
        many => format!("{} wait", counted(many as u64, "task")),
    };
    let title =
        format!("deadlock at {}: nothing can go on, and {tasks} for what can't come", clock(deadlock.time));
    let circle = cycle(&deadlock.cycle).map(|cycle| format!("cycle: {cycle}"));
    let waits = alike(&deadlock.waits);
    let left = waits.len().saturating_sub(SHOWN_WAITS);
    let rest = (left > 0)
        .then(|| format!("{} not shown; `--format jsonl` lists all", counted(left as u64, "more wait")));
    let parts: Vec<_> = waits.iter().take(SHOWN_WAITS).map(|alike| (alike.title(), alike.marks())).collect();
    let above = [circle.as_deref(), rest.as_deref()].into_iter().flatten().map(note);
    let mut groups: Vec<Group<'_>> = vec![Level::ERROR.primary_title(&title).elements(above)];
    for (alike, (title, (main, holders))) in waits.iter().zip(&parts) {
        let heading = Heading { level: Level::NOTE, title: Level::NOTE.secondary_title(title) };
        groups.extend(excerpts.groups(heading, main, holders, alike.first.note.as_deref().map(note)));
    }
    draw(&groups, colour)
}

fn stopped_run(excerpts: &Excerpts<'_>, stop: &Stop, colour: Colour) -> String {
    let title = format!("stopped at {}: {}", clock(stop.time), reached(stop));
    let (label, advice) = match stop.limit {
        Limit::Turn(_) => (
            "this goes round without waiting",
            "let it wait, as with `sleep 1s`, or give it an end; `--max-steps` raises the limit",
        ),
        Limit::Instant(_) => (
            "this goes on without time moving on",
            "let it take time, as with `sleep 1s`, or give it an end; `--max-steps` raises the limit",
        ),
        Limit::Steps(_) => (
            "this still goes on",
            "a run without end can be cut with `--max-time`; `--max-steps` raises the limit",
        ),
        Limit::Time(nanoseconds) if nanoseconds >= i64::MAX as u64 => (
            "this still goes on",
            "the clock can't go further than 292 years: give it an end, or cut it with `--max-time`",
        ),
        Limit::Time(_) => ("this still goes on", "`--max-time` raises the limit"),
        Limit::Tasks(_) => ("this makes more and more tasks", "wait for tasks, or make fewer of them"),
    };
    let label = format!("{label}, in {}", short(&stop.task));
    let main = Mark { span: stop.span, label };
    draw(&excerpts.groups(heading(&title), &main, &[], [help(advice)]), colour)
}
