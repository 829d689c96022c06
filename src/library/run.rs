//! What comes of running a scenario.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::event::Trace;
use super::outcome::{Expectation, Outcome};
use crate::plan::{Plan, TraceChoice};
use crate::render::{Chosen, Colour, Format, JsonLines, Logs, Page, Shown, Text, failure, of_snapshot};
use crate::source::Source;
use crate::trace;

/// A run that has ended: how it ended, what was expected of it, and its trace.
///
/// ```
/// use scenario::{Outcome, Scenario, Value};
///
/// let run = Scenario::from_text(
///     r#"
///     queue orders, capacity: 1
///     main {
///       spawn { sleep 5s
///               get orders }
///       all n in 1..3 { put orders, n }
///       log "both are in"
///       return len(orders)
///     }
///     expect { duration == 5s }
///     "#,
/// )?
/// .run()?;
/// assert!(run.holds(), "{}", run.report());
/// assert_eq!(run.outcome(), &Outcome::Ok(Value::Int(1)));
/// assert_eq!(run.duration().as_secs(), 5);
/// assert_eq!(run.expectations().len(), 1);
/// assert_eq!(run.logs(), "      5.000s  both are in\n");
/// assert!(run.text().ends_with("1 of 1 expectation holds\n"));
/// assert_eq!(run.snapshot(), run.text());
/// assert_eq!(run.jsonl().lines().count(), run.trace().len() + 1);
/// assert_eq!(run.report(), "");
/// # Ok::<(), scenario::Error>(())
/// ```
#[derive(Clone)]
pub struct Run {
    plan: Arc<Plan>,
    source: Arc<Source>,
    inner: trace::Outcome,
    outcome: Outcome,
    expectations: Vec<Expectation>,
    trace: Trace,
}

impl Run {
    pub(super) fn new(plan: Arc<Plan>, source: Arc<Source>, inner: trace::Outcome, trace: Trace) -> Run {
        let outcome = Outcome::new(&inner, trace.names(), &source);
        let expectations = inner.verdicts.iter().map(|verdict| Expectation::new(verdict, &source)).collect();
        Run { plan, source, inner, outcome, expectations, trace }
    }

    /// How it ended.
    pub fn outcome(&self) -> &Outcome {
        &self.outcome
    }

    /// Whether it went as it should: every expectation held, and it ended in order, unless the file itself asks how
    /// it ends, as in `outcome == "deadlock"`. A host function that panicked or did not come back is never in order.
    pub fn holds(&self) -> bool {
        self.inner.holds(&self.plan)
    }

    /// What was expected, in the order of the file.
    pub fn expectations(&self) -> &[Expectation] {
        &self.expectations
    }

    /// How long it took, in virtual time.
    pub fn duration(&self) -> Duration {
        Duration::from_nanos(self.inner.duration)
    }

    /// A number that is equal for equal traces, on every platform.
    pub fn digest(&self) -> u64 {
        self.inner.digest
    }

    /// What happened, in order.
    pub fn trace(&self) -> &Trace {
        &self.trace
    }

    /// The trace and how it ended, for reading and for diffs: what `scenario run --format text` prints. Events that the
    /// file's `trace` leaves out are not shown here, nor in the other formats; they are in [`Run::trace`].
    pub fn text(&self) -> String {
        self.in_format(&mut Chosen::new(Text::default(), self.choice()))
    }

    /// What the scenario logged: what `scenario run --format logs` prints.
    pub fn logs(&self) -> String {
        self.in_format(&mut Chosen::new(Logs::default(), self.choice()))
    }

    /// The trace and how it ended, as JSON lines: what `scenario run --format jsonl` prints.
    pub fn jsonl(&self) -> String {
        self.in_format(&mut Chosen::new(JsonLines::default(), self.choice()))
    }

    /// What a snapshot of this run holds: what the file's `trace` says, in the format that it says.
    pub fn snapshot(&self) -> String {
        self.in_format(&mut of_snapshot(&self.plan, None))
    }

    /// Why it failed, with the lines of the file; empty if nothing did.
    pub fn report(&self) -> String {
        failure::failures(&self.source, &self.inner, Colour::Plain)
    }

    /// Which events the file's `trace` wants to be shown.
    fn choice(&self) -> TraceChoice {
        self.plan.trace.choice.clone()
    }

    fn in_format(&self, format: &mut impl Format) -> String {
        let mut out = Page::default();
        self.trace.write(format, &mut out);
        format.outcome(&self.inner, Shown::All, &mut out);
        out.into_string()
    }
}

impl fmt::Debug for Run {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Run")
            .field("outcome", &self.outcome)
            .field("expectations", &self.expectations)
            .field("trace", &self.trace)
            .finish()
    }
}
