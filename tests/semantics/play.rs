//! Plays a small scenario on both drivers and keeps what a test asks about, as short texts: `1.5s a got it`.

use scenario::diagnostic::Severity;
use scenario::expression::display::duration;
use scenario::source::{Form, Place, Source, Span};
use scenario::trace::fields::Field;
use scenario::trace::outcome::{Deadlock, RunEnding};
use scenario::trace::{Event, Flow, Names, Outcome, Sink};
use scenario::{Limits, Load, load};

use crate::agreement::on_both_drivers;
use crate::plans::plan;

/// A run that both drivers agree on.
pub(crate) struct Played {
    /// How it ended.
    pub(crate) outcome: Outcome,
    /// What the scenario logged: time and text.
    pub(crate) logs: Vec<String>,
    /// All other events: time, task, kind and the value of each field.
    pub(crate) events: Vec<String>,
    source: Source,
}

/// Plays a scenario in the text form.
pub(crate) fn play(text: &str) -> Played {
    play_within(Limits::default(), text)
}

/// Plays a scenario in the text form within limits.
pub(crate) fn play_within(limits: Limits, text: &str) -> Played {
    let source = Source::new("test.scenario", text, Form::Text);
    let plan = plan(source.clone(), &Load::default());
    let agreed = on_both_drivers(&plan, limits, Recorder::default)
        .unwrap_or_else(|difference| panic!("{difference}\n\n{text}"));
    let [recorder, _] = agreed.sinks;
    Played { outcome: agreed.outcome, logs: recorder.logs, events: recorder.events, source }
}

/// What a scenario that ends in order logs.
pub(crate) fn logs_of(text: &str) -> Vec<String> {
    let played = play(text);
    assert!(matches!(played.outcome.ending, RunEnding::Ok(_)), "{:?}", played.outcome.ending);
    played.logs
}

/// The errors of a file that must be refused.
pub(crate) fn errors_of(text: &str) -> Vec<String> {
    let loaded = load(Source::new("test.scenario", text, Form::Text), &Load::default());
    let errors = loaded.diagnostics.into_iter().filter(|it| it.severity == Severity::Error);
    errors.map(|it| it.message).collect()
}

impl Played {
    /// The events of a kind.
    pub(crate) fn of_kind(&self, kind: &str) -> Vec<&str> {
        let is_it = |event: &&String| event.split(' ').nth(2) == Some(kind);
        self.events.iter().filter(is_it).map(String::as_str).collect()
    }

    /// Why the run could not go on.
    pub(crate) fn deadlock(&self) -> &Deadlock {
        match &self.outcome.ending {
            RunEnding::Deadlock(deadlock) => deadlock,
            other => panic!("not a deadlock: {other:?}"),
        }
    }

    /// The text at a place in the scenario, and its line.
    pub(crate) fn at(&self, span: Span) -> (usize, &str) {
        let Place { line, .. } = self.source.place(span.start);
        (line, self.source.slice(span))
    }
}

#[derive(Default)]
struct Recorder {
    logs: Vec<String>,
    events: Vec<String>,
}

impl Sink for Recorder {
    fn event(&mut self, event: &Event, names: &Names) -> Flow {
        let mut line = duration(event.time as i64);
        let kind = event.happening.kind();
        let fields = event.happening.fields();
        if kind == "log" {
            line += &format!(" {}", show(fields[0].1, names));
            self.logs.push(line);
            return Flow::Continue;
        }
        line += &format!(" {} {kind}", names.task(event.task));
        for (_, field) in fields {
            line += &format!(" {}", show(field, names));
        }
        self.events.push(line);
        Flow::Continue
    }
}

fn show(field: Field<'_>, names: &Names) -> String {
    match field {
        Field::Value(value) => value.display(names),
        Field::Task(task) => names.task(task),
        Field::Resource(resource) => names.resource(resource),
        Field::Int(number) => number.to_string(),
        Field::Duration(nanoseconds) => duration(nanoseconds as i64),
        Field::Count(count) => count.to_string(),
        Field::Word(word) => word.to_string(),
        Field::Name(name) => name.to_string(),
    }
}
