//! `scenario fmt`.

use std::path::{Path, PathBuf};

use clap::{Args, ValueHint};

use super::input::{FormName, read};
use super::terminal::{self, Verbosity};
use super::{Exit, Misuse, heading, output};
use crate::format::{Formatted, format};
use crate::render::visible;

const AFTER_HELP: &str = concat!(
    heading!("Examples"),
    "  scenario fmt checkout.yaml\n",
    "  scenario fmt scenarios/*.yaml scenarios/*.scenario --check\n",
    "  scenario fmt - --form text < checkout.scenario            to standard output\n",
    "\n",
    heading!("Exit codes"),
    "  0  the files are formatted now\n",
    "  1  with `--check`: some would change\n",
    "  2  a file has errors; it is left as it is",
);

/// Write scenarios in the usual layout
///
/// Blanks, quotes, brackets and line breaks become what they usually are; comments stay, and so does what the
/// file means. Each file that changes is named. A YAML file with anchors is left as it is.
#[derive(Args, Clone, Debug)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Fmt {
    /// The scenarios: `.yaml`, `.yml` or `.scenario` files, or `-` for standard input
    #[arg(value_name = "FILE", required = true, value_hint = ValueHint::FilePath)]
    files: Vec<PathBuf>,

    /// The form of the files, whatever their names end in
    #[arg(long, value_name = "FORM")]
    form: Option<FormName>,

    /// Change nothing; name the files that would change
    #[arg(long)]
    check: bool,
}

impl Fmt {
    pub(super) fn perform(&self) -> Result<Exit, Misuse> {
        let mut worst = Exit::Held;
        for file in &self.files {
            let exit = self.format(file).unwrap_or_else(|misuse| {
                terminal::complain(&misuse);
                Exit::Refused
            });
            worst = worst.max(exit);
        }
        Ok(worst)
    }

    fn format(&self, file: &Path) -> Result<Exit, Misuse> {
        let source = read(file, self.form)?;
        let is_standard_input = file.as_os_str() == "-";
        let text = match format(&source) {
            Ok(Formatted::Text(text)) => text,
            Ok(Formatted::LeftAlone(reason)) => {
                terminal::diagnose(&source, &[reason], Verbosity::Normal);
                source.text.to_string()
            }
            Err(errors) => return Ok(terminal::refuse(&source, &errors, Verbosity::Normal)),
        };
        let changes = *text != *source.text;
        if self.check {
            if changes {
                terminal::show(&format!("{}\n", visible(&source.name)))?;
            }
            return Ok(if changes { Exit::Failed } else { Exit::Held });
        }
        if is_standard_input {
            terminal::show(&text)?;
        } else if changes {
            output::replace(file, &text)?;
            terminal::show(&format!("{}: formatted\n", visible(&source.name)))?;
        }
        Ok(Exit::Held)
    }
}
