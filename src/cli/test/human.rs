//! What people are told: a line for a scenario, with the reason if it failed, and a summary.

use anstyle::{AnsiColor, Style};

use super::find::File;
use super::trial::{Deed, Problem, Tested, Verdict};
use crate::render::{Colour, report, visible};
use crate::snapshot::difference;

const GOOD: Style = AnsiColor::Green.on_default().bold();
const BAD: Style = AnsiColor::Red.on_default().bold();
const NOTABLE: Style = AnsiColor::Yellow.on_default().bold();
const BOLD: Style = Style::new().bold();

/// What came of a scenario, in one word.
pub(super) fn word(tested: &Tested) -> &'static str {
    match (&tested.verdict, tested.deed) {
        (Verdict::Same, _) => "ok",
        (Verdict::New | Verdict::Different(_) | Verdict::Spoilt(_), Deed::Accepted) => "accepted",
        (Verdict::New, _) => "new",
        (Verdict::Different(_), _) => "differs",
        (Verdict::Spoilt(_), _) => "spoilt",
        (Verdict::Wrong(_), _) => "wrong",
        (Verdict::Interrupted, _) => "stopped",
    }
}

/// The line of a scenario.
pub(super) fn line(file: &File, tested: &Tested, colour: Colour) -> String {
    let word = word(tested);
    let style = match word {
        "ok" => GOOD,
        "accepted" | "new" => NOTABLE,
        _ => BAD,
    };
    let mut text = String::new();
    colour.push(&mut text, style, &format!("{word:<8}"));
    text.push_str(&format!("  {}", visible(&file.path.display().to_string())));
    if matches!(tested.verdict, Verdict::Same) && tested.is_failing_run() {
        text.push_str(&format!("  (fails, as accepted: {})", tested.failure()));
    }
    text.push('\n');
    text
}

/// Why a scenario failed, in one line.
pub(super) fn reason(tested: &Tested) -> String {
    match &tested.verdict {
        Verdict::Same => String::new(),
        Verdict::New => "there is no accepted snapshot yet".to_string(),
        Verdict::Different(_) => {
            let is_refused = tested.taken.as_ref().is_some_and(|taken| taken.ending.is_empty());
            let what = if is_refused { "what is said of the file" } else { "the trace" };
            format!("{what} differs from its snapshot")
        }
        Verdict::Spoilt(reason) => format!("the snapshot can't be read: {reason}"),
        Verdict::Interrupted => "interrupted".to_string(),
        Verdict::Wrong(problem) => match problem {
            Problem::Disk(misuse) => misuse.message.clone(),
            Problem::Refused(..) => "the file has errors".to_string(),
            Problem::Warned(..) => {
                "the file causes warnings; one that is to show them belongs into a folder `warnings/`"
                    .to_string()
            }
            Problem::NotWarned => {
                "a file below `warnings/` must cause a warning, and this one does not".to_string()
            }
            Problem::NotRefused => "a file below `errors/` must be refused, and this one is not".to_string(),
            Problem::Unsteady(number, ..) => {
                format!("run {number} differs from the first; this is a bug in `scenario`")
            }
        },
    }
}

/// What there is to see of a scenario that failed or is to be reviewed: its difference, why the run fails, what is
/// wrong with the file. Whole lines; empty if there is nothing.
pub(super) fn details(tested: &Tested, colour: Colour) -> String {
    let now = tested.taken.as_ref().map_or("", |taken| taken.snapshot.content.as_str());
    let mut text = match &tested.verdict {
        Verdict::Same | Verdict::Interrupted => String::new(),
        Verdict::New | Verdict::Spoilt(_) => difference("", now, colour),
        Verdict::Different(accepted) => difference(accepted, now, colour),
        Verdict::Wrong(Problem::Disk(misuse)) => {
            report::plain_error(&misuse.message, misuse.advice.as_deref(), colour)
        }
        Verdict::Wrong(Problem::Refused(source, diagnostics) | Problem::Warned(source, diagnostics)) => {
            report::diagnostics(source, diagnostics, colour)
        }
        Verdict::Wrong(Problem::Unsteady(_, first, other)) => difference(first, other, colour),
        Verdict::Wrong(Problem::NotWarned | Problem::NotRefused) => String::new(),
    };
    let failures = tested.failures(colour);
    if !failures.is_empty() && !matches!(tested.verdict, Verdict::Same) {
        text.push_str(&format!("\n{failures}"));
    }
    text
}

/// Everything about a scenario that failed.
pub(super) fn failed(file: &File, tested: &Tested, colour: Colour) -> String {
    let mut text = line(file, tested, colour);
    text.push_str(&format!("  {}", visible(&reason(tested))));
    let place = &tested.place;
    match (&tested.verdict, tested.deed) {
        (Verdict::Different(_) | Verdict::Spoilt(_), _) => {
            text.push_str(&format!(", {}", visible(&place.accepted.display().to_string())));
        }
        (_, Deed::Suspended) => {
            text.push_str(&format!(
                "; this one waits to be accepted: {}",
                visible(&place.pending.display().to_string())
            ));
        }
        _ => {}
    }
    text.push('\n');
    let details = details(tested, colour);
    if !details.is_empty() {
        text.push_str(&format!("\n{}\n\n", details.trim_end()));
    }
    text
}

/// How many came to what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) passed: usize,
    pub(super) failing_as_accepted: usize,
    pub(super) accepted: usize,
    pub(super) new: usize,
    pub(super) differ: usize,
    pub(super) wrong: usize,
    pub(super) not_run: usize,
    /// Of those that wait for review, so many are runs that fail.
    pub(super) failing: usize,
    /// So many wait for review.
    pub(super) suspended: usize,
}

impl Counts {
    /// Counts a scenario.
    pub(super) fn add(&mut self, tested: &Tested) {
        match word(tested) {
            "ok" => self.passed += 1,
            "accepted" => self.accepted += 1,
            "new" => self.new += 1,
            "differs" => self.differ += 1,
            "stopped" => self.not_run += 1,
            _ => self.wrong += 1,
        }
        let is_failing = tested.is_failing_run();
        match &tested.verdict {
            Verdict::Same => self.failing_as_accepted += usize::from(is_failing),
            _ => self.failing += usize::from(is_failing && tested.is_failure()),
        }
        self.suspended += usize::from(tested.deed == Deed::Suspended);
    }

    /// All of them.
    pub(super) fn all(&self) -> usize {
        self.passed + self.accepted + self.new + self.differ + self.wrong + self.not_run
    }

    /// How many failed.
    pub(super) fn failed(&self) -> usize {
        self.new + self.differ + self.wrong
    }

    /// The summary, in one line: `3 scenarios: 1 passed, 1 new, 1 differs`.
    pub(super) fn summary(&self, colour: Colour) -> String {
        let mut parts = Vec::new();
        let mut part = |count: usize, style: Style, text: String| {
            if count > 0 {
                let mut part = String::new();
                colour.push(&mut part, style, &format!("{count} {text}"));
                parts.push(part);
            }
        };
        let verb = if self.differ == 1 { "differs" } else { "differ" };
        let failing = match self.failing_as_accepted {
            0 => String::new(),
            1 => " (1 fails, as accepted)".to_string(),
            many => format!(" ({many} fail, as accepted)"),
        };
        part(self.passed, GOOD, format!("passed{failing}"));
        part(self.accepted, NOTABLE, "accepted".to_string());
        part(self.new, NOTABLE, "new".to_string());
        part(self.differ, BAD, verb.to_string());
        part(self.wrong, BAD, "wrong".to_string());
        part(self.not_run, NOTABLE, "not run".to_string());
        let all = self.all();
        let mut text = String::new();
        colour.push(&mut text, BOLD, &format!("{all} scenario{}", if all == 1 { "" } else { "s" }));
        format!("{text}: {}\n", parts.join(", "))
    }

    /// What to do next; empty if there is nothing to do.
    pub(super) fn advice(&self) -> String {
        let mut text = String::new();
        if self.failing > 0 {
            let runs = if self.failing == 1 {
                "1 run fails".to_string()
            } else {
                format!("{} runs fail", self.failing)
            };
            text.push_str(&format!(
                "  {runs}: mend the scenario, or accept the failure with `--accept-failing`\n"
            ));
        }
        if self.new + self.differ > self.failing {
            text.push_str(
                "  the same command with `--review` asks about each, with `--accept` accepts all\n",
            );
        }
        text
    }
}
