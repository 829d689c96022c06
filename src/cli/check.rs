//! `scenario check`.

use std::path::PathBuf;

use clap::{Args, ValueEnum, ValueHint};
use serde_json::json;

use super::input::{FormName, read};
use super::terminal::{self, Verbosity};
use super::{Exit, Misuse, heading};
use crate::diagnostic::Severity;
use crate::load::{Load, load};
use crate::render::{report, visible};

const AFTER_HELP: &str = concat!(
    heading!("Examples"),
    "  scenario check checkout.yaml\n",
    "  scenario check scenarios/*.yaml --deny-warnings\n",
    "  scenario check checkout.yaml --format json\n",
    "\n",
    heading!("Exit codes"),
    "  0  no error\n",
    "  2  an error, or with `--deny-warnings` a warning",
);

/// Say what is wrong with scenarios, without running them
///
/// All errors of each file are shown, with their lines and what to do about them. `--format json` prints one
/// object a line to standard output: `file`, `line`, `column`, `end_line`, `end_column`, `severity`, `code`,
/// `message`, `label`, `help`, `related`.
#[derive(Args, Clone, Debug)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Check {
    /// The scenarios: `.yaml`, `.yml` or `.scenario` files, or `-` for standard input
    #[arg(value_name = "FILE", required = true, value_hint = ValueHint::FilePath)]
    files: Vec<PathBuf>,

    /// The form of the files, whatever their names end in
    #[arg(long, value_name = "FORM")]
    form: Option<FormName>,

    /// How to show what is wrong
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: CheckFormat,

    /// Take warnings for errors
    #[arg(long)]
    deny_warnings: bool,

    /// Say nothing but errors
    #[arg(short, long)]
    quiet: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum CheckFormat {
    /// For people
    Text,
    /// For tools: one object a line
    Json,
}

#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    errors: u64,
    warnings: u64,
}

impl Check {
    pub(super) fn perform(&self) -> Result<Exit, Misuse> {
        let mut total = Counts::default();
        for file in &self.files {
            let found = self.check(file)?;
            total.errors += found.errors;
            total.warnings += found.warnings;
        }
        let wrong = self.is_wrong(total);
        if self.format == CheckFormat::Text
            && (total.errors > 0 || total.warnings > 0)
            && (wrong || !self.quiet)
        {
            terminal::say(&format!("{}\n", total.in_words()));
        }
        Ok(if wrong { Exit::Refused } else { Exit::Held })
    }

    fn check(&self, file: &std::path::Path) -> Result<Counts, Misuse> {
        let source = match read(file, self.form) {
            Ok(source) => source,
            Err(misuse) => {
                match self.format {
                    CheckFormat::Text => terminal::complain(&misuse),
                    CheckFormat::Json => terminal::show(&unreadable(file, &misuse))?,
                }
                return Ok(Counts { errors: 1, warnings: 0 });
            }
        };
        let mut loaded = load(source, &Load::default());
        if self.quiet && !self.deny_warnings {
            loaded.diagnostics.retain(|diagnostic| diagnostic.severity == Severity::Error);
        }
        let count = |severity| loaded.diagnostics.iter().filter(|it| it.severity == severity).count() as u64;
        let counts = Counts { errors: count(Severity::Error), warnings: count(Severity::Warning) };
        match self.format {
            CheckFormat::Json => {
                terminal::show(&report::diagnostics_json(&loaded.source, &loaded.diagnostics))?
            }
            CheckFormat::Text => {
                terminal::diagnose(&loaded.source, &loaded.diagnostics, Verbosity::Normal);
                if !self.is_wrong(counts) && !self.quiet {
                    terminal::show(&format!("{}: ok\n", visible(&loaded.source.name)))?;
                }
            }
        }
        Ok(counts)
    }

    fn is_wrong(&self, counts: Counts) -> bool {
        counts.errors > 0 || (self.deny_warnings && counts.warnings > 0)
    }
}

impl Counts {
    fn in_words(self) -> String {
        let plural = |count: u64, noun: &str| format!("{count} {noun}{}", if count == 1 { "" } else { "s" });
        match (self.errors, self.warnings) {
            (errors, 0) => plural(errors, "error"),
            (0, warnings) => plural(warnings, "warning"),
            (errors, warnings) => format!("{}, {}", plural(errors, "error"), plural(warnings, "warning")),
        }
    }
}

fn unreadable(file: &std::path::Path, misuse: &Misuse) -> String {
    let object = json!({
        "file": file.display().to_string(),
        "severity": "error",
        "code": "unreadable",
        "message": misuse.message,
        "label": "",
        "help": misuse.advice,
        "related": [],
    });
    format!("{object}\n")
}
