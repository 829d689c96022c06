//! The events of a run, to look through.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::host::{Value, from_language};
use crate::plan::Plan;
use crate::render::{Format, Page, Text};
use crate::source::Source;
use crate::trace::fields::Field;
use crate::trace::kept::{self, Kept};
use crate::trace::{self, Flow, Names, Sink};

/// What happened in a run, in order.
///
/// ```
/// let run = scenario::Scenario::from_text("main { all n in 1..3 { sleep n * 1s } }")?.run()?;
/// let sleeps: Vec<_> = run.trace().iter().filter(|event| event.kind() == "sleep").collect();
/// assert_eq!(sleeps.len(), 2);
/// assert_eq!(sleeps[1].field("for"), Some(std::time::Duration::from_secs(2).into()));
/// for event in run.trace() {
///     println!("{event}");
/// }
/// # Ok::<(), scenario::Error>(())
/// ```
#[derive(Clone)]
pub struct Trace {
    events: Kept,
    names: Names,
    plan: Arc<Plan>,
    source: Arc<Source>,
}

impl Trace {
    pub(super) fn new(recorder: Recorder, plan: Arc<Plan>, source: Arc<Source>) -> Trace {
        Trace { events: recorder.events, names: recorder.names, plan, source }
    }

    pub(super) fn names(&self) -> &Names {
        &self.names
    }

    /// Adds all events in a format.
    pub(super) fn write(&self, format: &mut impl Format, out: &mut Page) {
        let interest = format.interest();
        for event in self.events.iter().filter(|event| interest.includes(&event.happening)) {
            format.event(event, &self.names, out);
        }
    }

    /// How many events there are.
    ///
    /// ```
    /// let run = scenario::Scenario::from_text("main { sleep 1s }")?.run()?;
    /// assert_eq!(run.trace().len(), 2);
    /// # Ok::<(), scenario::Error>(())
    /// ```
    pub fn len(&self) -> usize {
        self.events.len()
    }

    /// Whether there is no event at all, which only a run has that could not begin.
    ///
    /// ```
    /// let run = scenario::Scenario::from_text("main { sleep 1s }")?.run()?;
    /// assert!(!run.trace().is_empty());
    /// # Ok::<(), scenario::Error>(())
    /// ```
    pub fn is_empty(&self) -> bool {
        self.events.is_empty()
    }

    /// The events, in order.
    ///
    /// See [`Trace`] for an example.
    pub fn iter(&self) -> Events<'_> {
        Events { trace: self, events: self.events.iter() }
    }
}

impl<'a> IntoIterator for &'a Trace {
    type Item = Event<'a>;
    type IntoIter = Events<'a>;

    fn into_iter(self) -> Events<'a> {
        self.iter()
    }
}

impl fmt::Debug for Trace {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_list().entries(self.iter()).finish()
    }
}

/// Keeps what happens.
#[derive(Debug)]
pub(super) struct Recorder {
    events: Kept,
    names: Names,
}

impl Default for Recorder {
    fn default() -> Recorder {
        Recorder { events: Kept::default(), names: Names::new(Arc::new([])) }
    }
}

impl Sink for Recorder {
    fn events(&mut self, events: &mut Vec<trace::Event>, _: &Names) -> Flow {
        self.events.add(events);
        Flow::Continue
    }

    fn end(&mut self, names: &Names) {
        self.names = names.clone();
    }
}

/// The events of a trace, in order; see [`Trace::iter`].
///
/// ```
/// let run = scenario::Scenario::from_text("main { sleep 1s }")?.run()?;
/// assert_eq!(run.trace().iter().last().unwrap().kind(), "end");
/// # Ok::<(), scenario::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Events<'a> {
    trace: &'a Trace,
    events: kept::Iter<'a>,
}

impl<'a> Iterator for Events<'a> {
    type Item = Event<'a>;

    fn next(&mut self) -> Option<Event<'a>> {
        let inner = self.events.next()?;
        Some(Event { trace: self.trace, inner })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.events.size_hint()
    }
}

impl ExactSizeIterator for Events<'_> {}

/// One thing that happened. Shown by `{}`, it is its line of the trace.
///
/// ```
/// let run = scenario::Scenario::from_text("queue q\nmain { sleep 1s\n put q, \"tea\" }")?.run()?;
/// let event = run.trace().iter().find(|event| event.kind() == "put").unwrap();
/// assert_eq!((event.number(), event.time().as_secs(), event.task().as_str()), (1, 1, "main"));
/// assert_eq!((event.cause(), event.line()), (Some(0), 3));
/// assert_eq!(event.field("item"), Some("tea".into()));
/// assert_eq!(event.fields().len(), 3);
/// assert_eq!(event.to_string(), "      1.000s  main              put      q, \"tea\", size 1");
/// # Ok::<(), scenario::Error>(())
/// ```
#[derive(Clone, Copy)]
pub struct Event<'a> {
    trace: &'a Trace,
    inner: &'a trace::Event,
}

impl Event<'_> {
    /// Its number, from 0, without gaps.
    pub fn number(&self) -> u64 {
        self.inner.sequence.number()
    }

    /// The number of the event that made this one possible; none for the first.
    pub fn cause(&self) -> Option<u64> {
        self.inner.cause.map(|cause| cause.number())
    }

    /// When, in virtual time.
    pub fn time(&self) -> Duration {
        Duration::from_nanos(self.inner.time)
    }

    /// The task whose step it was, or whose wait it ended: a path from `main`, such as `client.2/fetch.1`.
    pub fn task(&self) -> String {
        self.trace.names.task(self.inner.task)
    }

    /// What happened, in a word: `spawn`, `sleep`, `put`, `log`, `fail`, ...
    pub fn kind(&self) -> &'static str {
        self.inner.happening.kind()
    }

    /// What belongs to it, the most important first; which fields a kind has, a trace shows.
    pub fn fields(&self) -> Vec<(&'static str, Value)> {
        let fields = self.inner.happening.fields().into_iter();
        fields.map(|(name, field)| (name, self.value(field))).collect()
    }

    /// A field, by its name.
    pub fn field(&self, name: &str) -> Option<Value> {
        let fields = self.inner.happening.fields();
        fields.into_iter().find(|(own, _)| *own == name).map(|(_, field)| self.value(field))
    }

    /// The line in the file that it came from, from 1.
    pub fn line(&self) -> usize {
        self.trace.source.place(self.trace.plan.span(self.inner.place).start).line
    }

    fn value(&self, field: Field<'_>) -> Value {
        let whole = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        let names = &self.trace.names;
        match field {
            Field::Value(value) => from_language(value, names),
            Field::Task(task) => Value::from(names.task(task)),
            Field::Resource(resource) => Value::from(names.resource_name(resource)),
            Field::Int(number) => Value::Int(number),
            Field::Duration(length) => Value::Duration(whole(length)),
            Field::Count(count) => Value::Int(whole(count)),
            Field::Word(word) => Value::from(word),
            Field::Name(name) => Value::from(name),
        }
    }
}

impl fmt::Display for Event<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(Text::default().line(self.inner, &self.trace.names))
    }
}

impl fmt::Debug for Event<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:?}", self.to_string())
    }
}
