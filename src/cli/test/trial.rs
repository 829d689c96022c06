//! One scenario under test: runs it, compares what comes of it with its snapshot, and leaves what is new where
//! the user's settings say.
//!
//! A run that fails, by an expectation or by an end that the file does not ask about, is never accepted by
//! the way: that takes a word of its own. Once it is accepted, as in a scenario that shows a failure, it passes
//! as long as it fails in the same way.

use super::super::input::read;
use super::super::interrupt::{Interrupt, Interruptible};
use super::super::run::judge;
use super::super::{Exit, Misuse};
use super::find::{Fate, File};
use super::keep::{Kept, Place, Update};
use crate::diagnostic::Diagnostic;
use crate::driver::{Driver, run};
use crate::load::{Load, Loaded, load, unregistered};
use crate::plan::TraceFormat;
use crate::render::outcome::Count;
use crate::render::{Colour, Printer, failure, of_snapshot, outcome, report};
use crate::snapshot::{Header, Snapshot};
use crate::source::Source;
use crate::trace::Outcome;
use crate::trace::outcome::Judgement;
use crate::world::Limits;

/// How scenarios are tested.
#[derive(Clone, Debug)]
pub(super) struct Settings {
    /// What becomes of a text that is not the accepted one.
    pub(super) update: Update,
    /// Whether that holds for runs that fail, too.
    pub(super) failing: Failing,
    /// The format of the snapshots, instead of the files' own.
    pub(super) format: Option<TraceFormat>,
    /// So many times each scenario runs.
    pub(super) repeat: u64,
    /// Whether the user has had enough.
    pub(super) interrupt: Interrupt,
}

/// What may become of a run that fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Failing {
    /// At most it waits for review.
    Suspended,
    /// It is accepted like any other.
    Accepted,
}

/// What came of a scenario.
#[derive(Debug)]
pub(super) struct Tested {
    /// How it compares.
    pub(super) verdict: Verdict,
    /// What came of the run, if it came to one.
    pub(super) taken: Option<Taken>,
    /// What was written.
    pub(super) deed: Deed,
    /// Where its snapshot is.
    pub(super) place: Place,
}

/// How a scenario compares with its snapshot.
#[derive(Debug)]
pub(super) enum Verdict {
    /// It is as accepted.
    Same,
    /// Nothing was accepted yet.
    New,
    /// It differs from the accepted text.
    Different(String),
    /// Its snapshot can't be read, and why.
    Spoilt(String),
    /// It can't be compared.
    Wrong(Problem),
    /// The user had enough.
    Interrupted,
}

/// What was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Deed {
    /// Nothing.
    Nothing,
    /// A snapshot that waits for review.
    Suspended,
    /// An accepted snapshot.
    Accepted,
}

/// Why a scenario can't be compared.
#[derive(Debug)]
pub(super) enum Problem {
    /// A file can't be read or written.
    Disk(Misuse),
    /// It is refused, and should run.
    Refused(Source, Vec<Diagnostic>),
    /// There are warnings, and should be none.
    Warned(Source, Vec<Diagnostic>),
    /// There are no warnings, and should be some.
    NotWarned,
    /// It is accepted, and should be refused.
    NotRefused,
    /// A run was not like the first: its number, the first text and its own.
    Unsteady(u64, String, String),
}

/// What a scenario comes to.
#[derive(Debug)]
pub(super) struct Taken {
    /// What is compared and kept.
    pub(super) snapshot: Snapshot,
    /// Its format, if that is not the file's own.
    pub(super) format: Option<TraceFormat>,
    /// How the run ended, in one line; empty if the file was refused, as it should be.
    pub(super) ending: String,
    /// The virtual time that the run took, in nanoseconds.
    pub(super) duration: u64,
    /// How many events there were.
    pub(super) events: u64,
    /// What to show of a run that failed.
    pub(super) failed: Option<Box<(Source, Outcome)>>,
}

impl Tested {
    fn without_run(file: &File, verdict: Verdict) -> Tested {
        Tested { verdict, taken: None, deed: Deed::Nothing, place: Place::of(&file.path, None) }
    }

    /// Whether the test failed.
    pub(super) fn is_failure(&self) -> bool {
        !matches!(self.verdict, Verdict::Same) && self.deed != Deed::Accepted
    }

    /// Whether the run itself fails.
    pub(super) fn is_failing_run(&self) -> bool {
        self.taken.as_ref().is_some_and(|taken| taken.failed.is_some())
    }

    /// How the run failed, in one line; empty if it did not.
    pub(super) fn failure(&self) -> String {
        let Some(Taken { ending, failed: Some(failed), .. }) = &self.taken else { return String::new() };
        let verdicts = &failed.1.verdicts;
        match verdicts.iter().filter(|verdict| matches!(verdict.judgement, Judgement::Broken(_))).count() {
            0 => ending.clone(),
            broken => format!("{broken} of {} expectations broken", verdicts.len()),
        }
    }

    /// Why the run failed, with its lines; empty if it did not.
    pub(super) fn failures(&self, colour: Colour) -> String {
        let failed = self.taken.as_ref().and_then(|taken| taken.failed.as_deref());
        failed.map(|(source, outcome)| failure::failures(source, outcome, colour)).unwrap_or_default()
    }
}

/// Tests a scenario.
pub(super) fn test(file: &File, settings: &Settings) -> Tested {
    compare(file, settings)
        .unwrap_or_else(|misuse| Tested::without_run(file, Verdict::Wrong(Problem::Disk(misuse))))
}

fn compare(file: &File, settings: &Settings) -> Result<Tested, Misuse> {
    let mut taken = match take_repeatedly(file, settings)? {
        Ok(taken) => taken,
        Err(problem) => return Ok(Tested::without_run(file, Verdict::Wrong(problem))),
    };
    if settings.interrupt.is_requested() {
        return Ok(Tested::without_run(file, Verdict::Interrupted));
    }
    let place = Place::of(&file.path, taken.format);
    let mut made_by = Header::default();
    let verdict = match place.accepted()? {
        Kept::Nothing => Verdict::New,
        Kept::Spoilt(reason) => Verdict::Spoilt(reason),
        Kept::Snapshot(accepted) if accepted.accepts(&taken.snapshot.content) => Verdict::Same,
        Kept::Snapshot(accepted) => {
            made_by = accepted.header;
            Verdict::Different(accepted.content)
        }
    };
    let deed = match verdict {
        Verdict::Same => {
            if settings.update != Update::Nothing {
                place.reject()?;
            }
            taken.snapshot.content = String::new();
            Deed::Nothing
        }
        _ => {
            if let Kept::Snapshot(pending) = place.pending()? {
                made_by = pending.header;
            }
            // Whichever program made a snapshot, it stays that one's.
            let header = &mut taken.snapshot.header;
            header.source = made_by.source.or(header.source.take());
            header.expression = made_by.expression;
            write(&place, &taken, matches!(verdict, Verdict::New), settings)?
        }
    };
    Ok(Tested { verdict, taken: Some(taken), deed, place })
}

fn write(place: &Place, taken: &Taken, is_new: bool, settings: &Settings) -> Result<Deed, Misuse> {
    let may_accept = taken.failed.is_none() || settings.failing == Failing::Accepted;
    let accepts = match settings.update {
        Update::Nothing => return Ok(Deed::Nothing),
        Update::Pending => false,
        Update::AcceptNew => is_new && may_accept,
        Update::Accept => may_accept,
    };
    if accepts {
        place.accept(&taken.snapshot)?;
        return Ok(Deed::Accepted);
    }
    place.suspend(&taken.snapshot)?;
    Ok(Deed::Suspended)
}

/// All runs of a file; they must be alike.
fn take_repeatedly(file: &File, settings: &Settings) -> Result<Result<Taken, Problem>, Misuse> {
    let first = take(file, settings)?;
    let Ok(taken) = &first else { return Ok(first) };
    for number in 2..=settings.repeat {
        let again = take(file, settings)?;
        if settings.interrupt.is_requested() {
            break;
        }
        let Ok(again) = again else { return Ok(again) };
        let (one, other) = (&taken.snapshot.content, again.snapshot.content);
        if *one != other {
            return Ok(Err(Problem::Unsteady(number, one.clone(), other)));
        }
    }
    Ok(first)
}

/// Reads a file and, unless it must be refused, runs it.
fn take(file: &File, settings: &Settings) -> Result<Result<Taken, Problem>, Misuse> {
    let mut source = read(&file.path, None)?;
    if file.fate != Fate::Runs {
        source.name = file.name_in_snapshot().to_string();
    }
    let loaded = load(source, &Load::default());
    let Loaded { source, diagnostics, plan } = loaded;
    let header = |title: &str| Header {
        source: Some(file.below.clone()),
        description: (!title.is_empty()).then(|| title.to_string()),
        expression: None,
        input_file: Some(file.below.clone()),
    };
    let said = |source, diagnostics: &[Diagnostic]| report::diagnostics(source, diagnostics, Colour::Plain);
    let plan = match (plan, file.fate) {
        (None, Fate::IsRefused) => {
            let snapshot = Snapshot::new(header(""), &said(&source, &diagnostics));
            return Ok(Ok(Taken {
                snapshot,
                format: None,
                ending: String::new(),
                duration: 0,
                events: 0,
                failed: None,
            }));
        }
        (None, _) => return Ok(Err(Problem::Refused(source, diagnostics))),
        (Some(_), Fate::IsRefused) => return Ok(Err(Problem::NotRefused)),
        (Some(_), Fate::RunsWithWarnings) if diagnostics.is_empty() => return Ok(Err(Problem::NotWarned)),
        (Some(_), Fate::Runs) if !diagnostics.is_empty() => {
            return Ok(Err(Problem::Warned(source, diagnostics)));
        }
        (Some(plan), _) => plan,
    };
    let missing = unregistered(&plan, |_| false);
    if !missing.is_empty() {
        return Ok(Err(Problem::Refused(source, missing)));
    }
    let printer = Printer::new(of_snapshot(&plan, settings.format), said(&source, &diagnostics).into_bytes());
    let sink = Interruptible { printer, interrupt: settings.interrupt.clone() };
    let (outcome, sink) = run(&plan, Driver::Direct, Limits::default(), sink);
    let text = sink.printer.finish(&outcome).map_err(|error| Misuse::new(error.to_string()))?;
    let is_failed = judge(&plan, &outcome) == Exit::Failed;
    Ok(Ok(Taken {
        snapshot: Snapshot::new(header(&plan.title), &String::from_utf8_lossy(&text)),
        format: settings.format.filter(|format| *format != plan.trace.format),
        ending: outcome::summary(&outcome, Count::All),
        duration: outcome.duration,
        events: outcome.events,
        failed: is_failed.then(|| Box::new((source, outcome))),
    }))
}
