//! Runs a plan on both drivers: they must agree on every event and on the outcome, and a run that ends in
//! order must leave nothing behind.

use std::sync::Arc;

use scenario::plan::Plan;
use scenario::trace::{Outcome, Sink};
use scenario::{Driver, Limits, run};

/// What both drivers said.
pub(crate) struct Agreed<S> {
    /// How the run ended.
    pub(crate) outcome: Outcome,
    /// What saw the events: on the tokio driver, on the direct driver.
    pub(crate) sinks: [S; 2],
}

/// Runs a plan on both drivers, each before a sink of its own.
///
/// # Errors
/// If the drivers differ, or if something leaked.
pub(crate) fn on_both_drivers<S: Sink + 'static>(
    plan: &Arc<Plan>,
    limits: Limits,
    sink: impl Fn() -> S,
) -> Result<Agreed<S>, String> {
    let (outcome, tokio) = run(plan, Driver::Tokio, limits, sink());
    let (other, direct) = run(plan, Driver::Direct, limits, sink());
    for (what, tokio, direct) in [
        ("ending", format!("{:?}", outcome.ending), format!("{:?}", other.ending)),
        ("verdicts", format!("{:?}", outcome.verdicts), format!("{:?}", other.verdicts)),
        ("leaks", format!("{:?}", outcome.leaks), format!("{:?}", other.leaks)),
        ("duration", outcome.duration.to_string(), other.duration.to_string()),
        ("steps", outcome.steps.to_string(), other.steps.to_string()),
        ("events", outcome.events.to_string(), other.events.to_string()),
        ("digest", format!("{:x}", outcome.digest), format!("{:x}", other.digest)),
    ] {
        if tokio != direct {
            return Err(format!("the drivers differ in {what}:\n   tokio {tokio}\n  direct {direct}"));
        }
    }
    if !outcome.leaks.is_empty() {
        return Err(format!("left behind: {}", outcome.leaks.join(", ")));
    }
    Ok(Agreed { outcome, sinks: [tokio, direct] })
}
