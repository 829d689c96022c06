//! JSON lines, for programs: one object a line, an event each, and last the outcome.
//!
//! An event is `{"seq", "t", "task", "kind", its fields, "cause"}`; `t` and all lengths of time are whole
//! nanoseconds. The last line is `{"kind": "outcome", "outcome": "ok" | "failed" | "deadlock" | "stopped", "t",
//! "events", "steps", "digest", ...}` with the error, the waits or the limit, and the expectations; where only some
//! events are wanted, `"shown"` says how many there were. With places, `line` and `column` say where in the file;
//! without, nothing depends on how the file is laid out.

use serde::ser::Serialize;
use serde_json::{Map, Value, json};

use super::counter::Counter;
use super::json::{Object, QuotedNames, json};
use super::lines::Places;
use super::page::{Fit, Line, Page, Snippet};
use super::tasks::TaskTexts;
use super::{Format, Shown, outcome};
use crate::expression::value::TaskId;
use crate::source::Span;
use crate::trace::fields::{FieldName, name};
use crate::trace::outcome::{BlockedTask, Deadlock, HostReason, Judgement, Limit, RunEnding, Stop};
use crate::trace::{Event, Names, Outcome};

/// The JSON lines format, for the trace of one run.
#[derive(Debug)]
pub struct JsonLines {
    places: Option<Places>,
    numbers: Numbers,
    quoted: QuotedNames,
    sequence: Counter,
    cause: Counter,
    /// What stands between the time of an event and the name of its kind.
    tasks: TaskTexts<Snippet>,
}

/// Whether numbers are told that change with every event of a run, shown or not: `seq`, `cause`, `events`, `steps`,
/// `digest`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Numbers {
    /// They are.
    #[default]
    Told,
    /// They are not.
    Untold,
}

impl Default for JsonLines {
    fn default() -> JsonLines {
        JsonLines::new(None, Numbers::Told)
    }
}

impl Format for JsonLines {
    fn event(&mut self, event: &Event, names: &Names, out: &mut Page) {
        let left = self.push(event, names, out.line());
        if out.end_line(left) == Fit::CutOff {
            // Not as a loop: the compiler would work out before it whatever is the same in each round, for all kinds.
            self.event_again(event, names, out);
        }
    }

    fn outcome(&mut self, outcome: &Outcome, shown: Shown, out: &mut Page) {
        out.push(&line_of(&self.describe(outcome, shown)));
    }
}

/// What stands between the time of a task's event and the name of its kind.
fn before_kind(task: TaskId, names: &Names) -> Snippet {
    format!(",\"task\":{},\"kind\":\"", json(&names.task(task))).into()
}

/// A value as one line.
pub(super) fn line_of(value: &impl Serialize) -> String {
    json(value) + "\n"
}

impl JsonLines {
    /// The format; with places, every event has `line` and `column`.
    pub fn new(places: Option<Places>, numbers: Numbers) -> JsonLines {
        JsonLines {
            places,
            numbers,
            quoted: QuotedNames::default(),
            sequence: Counter::new("{\"seq\":"),
            cause: Counter::new(",\"cause\":"),
            tasks: TaskTexts::default(),
        }
    }

    #[cold]
    #[inline(never)]
    fn event_again(&mut self, event: &Event, names: &Names, out: &mut Page) {
        self.event(event, names, out);
    }

    /// Pushes an event's line piece by piece: there may be millions, and their keys are known. Returns how much room
    /// is left.
    #[inline(always)]
    fn push(&mut self, event: &Event, names: &Names, line: Line<'_>) -> usize {
        let mut object = Object { line, names, quoted: &mut self.quoted };
        if self.numbers == Numbers::Told {
            self.sequence.push(&mut object.line, event.sequence.number());
            object.line.push(",\"t\":");
        } else {
            object.line.push("{\"t\":");
        }
        object.number(event.time);
        object.line.push_snippet(self.tasks.get(event.task, || before_kind(event.task, names)));
        event.happening.hand_over(&mut object);
        if let (Some(cause), Numbers::Told) = (event.cause, self.numbers) {
            self.cause.push(&mut object.line, cause.number());
        }
        if let Some(places) = &self.places {
            let place = places.operation(event.place);
            object.count(name!("line"), place.line as u64);
            object.count(name!("column"), place.column as u64);
        }
        object.line.push("}\n");
        object.line.left()
    }

    fn describe(&self, outcome: &Outcome, shown: Shown) -> Value {
        let mut object = Map::new();
        object.insert("kind".into(), "outcome".into());
        object.insert("outcome".into(), outcome::word(&outcome.ending).into());
        object.insert("t".into(), outcome.duration.into());
        if let Shown::Some(shown) = shown {
            object.insert("shown".into(), shown.into());
        }
        if self.numbers == Numbers::Told {
            object.insert("events".into(), outcome.events.into());
            object.insert("steps".into(), outcome.steps.into());
            object.insert("digest".into(), format!("{:016x}", outcome.digest).into());
        }
        match &outcome.ending {
            RunEnding::Ok(_) => {}
            RunEnding::Failed(failure) => {
                let error = json!({
                    "kind": *failure.error.kind,
                    "message": *failure.error.message,
                    "task": failure.task,
                    "t": failure.time,
                });
                object.insert("error".into(), self.placed(error, failure.span));
            }
            RunEnding::Deadlock(deadlock) => self.describe_deadlock(deadlock, &mut object),
            RunEnding::HostFailed(failure) => {
                let error = json!({
                    "kind": host_failure_kind(&failure.reason),
                    "message": outcome::deed(failure),
                    "host": failure.host,
                    "task": failure.task,
                    "t": failure.time,
                });
                object.insert("error".into(), self.placed(error, failure.span));
            }
            RunEnding::Stopped(stop) => {
                object.insert("limit".into(), self.placed(describe_stop(stop), stop.span));
            }
        }
        if !outcome.verdicts.is_empty() {
            object.insert("expectations".into(), self.describe_verdicts(outcome));
        }
        Value::Object(object)
    }

    fn describe_deadlock(&self, deadlock: &Deadlock, object: &mut Map<String, Value>) {
        let waits = deadlock.waits.iter().map(|wait| self.describe_wait(wait)).collect();
        object.insert("waits".into(), Value::Array(waits));
        object.insert("cycle".into(), deadlock.cycle.clone().into());
    }

    fn describe_wait(&self, wait: &BlockedTask) -> Value {
        let holders = wait
            .holders
            .iter()
            .map(|holder| self.placed(json!({ "task": holder.task, "since": holder.since }), holder.span))
            .collect();
        let mut object = json!({ "task": wait.task, "for": wait.awaited, "since": wait.since });
        object["holders"] = Value::Array(holders);
        if let Some(note) = &wait.note {
            object["note"] = note.as_str().into();
        }
        self.placed(object, wait.span)
    }

    fn describe_verdicts(&self, outcome: &Outcome) -> Value {
        let mut broken = Vec::new();
        for (index, verdict) in outcome.verdicts.iter().enumerate() {
            if let Judgement::Broken(breach) = &verdict.judgement {
                let mut object = json!({ "number": index + 1, "reason": breach.reason });
                if !breach.notes.is_empty() {
                    object["notes"] = breach.notes.clone().into();
                }
                if let Some(step) = &breach.step {
                    let place = json!({ "task": step.task, "t": step.time });
                    object["step"] = self.placed(place, step.begin);
                }
                broken.push(self.placed(object, verdict.span));
            }
        }
        let held = outcome.verdicts.len() - broken.len();
        json!({ "held": held, "of": outcome.verdicts.len(), "broken": broken })
    }

    /// An object with its place in the file, where places are wanted.
    fn placed(&self, mut object: Value, span: Span) -> Value {
        if let Some(places) = &self.places {
            let place = places.span(span);
            object["line"] = place.line.into();
            object["column"] = place.column.into();
        }
        object
    }
}

fn host_failure_kind(reason: &HostReason) -> &'static str {
    match reason {
        HostReason::Panicked(_) => "HostPanicked",
        HostReason::Late(_) => "HostLate",
    }
}

fn describe_stop(stop: &Stop) -> Value {
    let (name, value) = match stop.limit {
        Limit::Steps(steps) => ("steps", steps),
        Limit::Turn(steps) => ("turn", steps),
        Limit::Instant(steps) => ("instant", steps),
        Limit::Time(nanoseconds) => ("time", nanoseconds),
        Limit::Tasks(tasks) => ("tasks", tasks),
    };
    json!({ "name": name, "value": value, "task": stop.task })
}
