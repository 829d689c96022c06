//! The plain loop.

use super::{Conductor, STEPS};
use crate::trace::{Outcome, Sink};

/// Runs a world to its end.
pub(super) fn run<S: Sink>(mut conductor: Conductor<S>) -> (Outcome, S) {
    while let Some(task) = conductor.next() {
        conductor.step_on(task, STEPS);
    }
    conductor.finish()
}
