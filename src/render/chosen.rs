//! Shows only some of a run's events: those that the file's `trace`, or the command line, asks for.
//!
//! What is said about the end of the run then depends on these events only, so that a snapshot does not change
//! with what it leaves out.

use super::{Format, Page, Shown};
use crate::expression::value::TaskId;
use crate::plan::TraceChoice;
use crate::trace::observations::glob_matches;
use crate::trace::{Event, Interest, Names, Outcome};

/// A format that gets only the events of a choice.
#[derive(Debug)]
pub struct Chosen<F> {
    format: F,
    choice: TraceChoice,
    /// Whether a task's events are wanted, as far as it has been asked.
    tasks: Vec<Option<Wish>>,
    shown: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wish {
    Wanted,
    Unwanted,
}

impl<F: Format> Chosen<F> {
    /// A format that gets only the events of a choice.
    pub fn new(format: F, choice: TraceChoice) -> Chosen<F> {
        Chosen { format, choice, tasks: Vec::new(), shown: 0 }
    }

    fn includes(&mut self, event: &Event, names: &Names) -> bool {
        let kind = event.happening.kind();
        let is_listed = |kinds: &[String]| kinds.iter().any(|listed| listed == kind);
        self.choice.kinds.as_deref().is_none_or(is_listed)
            && !is_listed(&self.choice.except)
            && self.includes_task(event.task, names)
    }

    fn includes_task(&mut self, task: TaskId, names: &Names) -> bool {
        let Some(globs) = &self.choice.tasks else { return true };
        let index = task.0 as usize;
        if self.tasks.len() <= index {
            self.tasks.resize(index + 1, None);
        }
        let wish = self.tasks[index].get_or_insert_with(|| {
            let name = names.task(task);
            let is_wanted = globs.iter().any(|glob| glob_matches(glob, &name));
            if is_wanted { Wish::Wanted } else { Wish::Unwanted }
        });
        *wish == Wish::Wanted
    }
}

impl<F: Format> Format for Chosen<F> {
    fn interest(&self) -> Interest {
        let of_choice = match self.choice.kinds.as_deref() {
            Some([]) => Interest::Nothing,
            Some(kinds) if kinds.iter().all(|kind| kind == "log") => Interest::Logs,
            _ => Interest::Everything,
        };
        self.format.interest().min(of_choice)
    }

    fn event(&mut self, event: &Event, names: &Names, out: &mut Page) {
        if self.choice.is_all() || self.includes(event, names) {
            self.shown += 1;
            self.format.event(event, names, out);
        }
    }

    fn outcome(&mut self, outcome: &Outcome, shown: Shown, out: &mut Page) {
        let shown = if self.choice.is_all() { shown } else { Shown::Some(self.shown) };
        self.format.outcome(outcome, shown, out);
    }
}
