//! `scenario convert`.

use std::path::PathBuf;

use clap::{Args, ValueHint};

use super::input::{FormName, Input};
use super::terminal::{self, Verbosity};
use super::{Exit, Misuse, heading, output};
use crate::format::convert;
use crate::read::form_of;
use crate::source::Form;

const AFTER_HELP: &str = concat!(
    heading!("Examples"),
    "  scenario convert checkout.yaml                            as the text form, to standard output\n",
    "  scenario convert checkout.scenario --output checkout.yaml\n",
    "  scenario convert checkout.yaml --to yaml                  without anchors and aliases\n",
    "  scenario convert - --form yaml < checkout.yaml\n",
    "\n",
    heading!("Exit codes"),
    "  0  it is written\n",
    "  2  the file has errors, or the output exists already",
);

/// Write a scenario in the other form: YAML as text, text as YAML
///
/// Both forms say the same: what is written has the same plan and keeps the comments. Anchors and aliases of
/// YAML are written out.
#[derive(Args, Clone, Debug)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Convert {
    #[command(flatten)]
    input: Input,

    /// The form to write; if left out, that of `--output`, or else the other one
    #[arg(long, value_name = "FORM")]
    to: Option<FormName>,

    /// The file to write, instead of standard output
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    output: Option<PathBuf>,

    /// Write over a file that exists
    #[arg(long)]
    force: bool,
}

impl Convert {
    pub(super) fn perform(&self) -> Result<Exit, Misuse> {
        let source = self.input.read()?;
        let other = match source.form {
            Form::Yaml => Form::Text,
            Form::Text => Form::Yaml,
        };
        let by_name = self.output.as_deref().and_then(form_of);
        let to = self.to.map(Form::from).or(by_name).unwrap_or(other);
        let text = match convert(&source, to) {
            Ok(text) => text,
            Err(errors) => return Ok(terminal::refuse(&source, &errors, Verbosity::Normal)),
        };
        match &self.output {
            None => terminal::show(&text)?,
            Some(file) if self.force => output::replace(file, &text)?,
            Some(file) => output::create(file, &text, "add `--force` to write over it")?,
        }
        Ok(Exit::Held)
    }
}
