//! `scenario init`.

use std::fs;
use std::path::{Path, PathBuf};

use clap::{Args, ValueHint};

use super::{Exit, Misuse, heading, new, terminal, test};
use crate::render::visible;
use crate::source::Form;

const AFTER_HELP: &str = concat!(
    heading!("Examples"),
    "  scenario init                here\n",
    "  scenario init ../shop        in another folder\n",
    "\n",
    heading!("Exit codes"),
    "  0  it is set up; files that were there already are left as they are\n",
    "  2  a file can't be written",
);

/// What a CI server is to do.
const WORKFLOW: &str = include_str!("templates/workflow.yml");

/// Set up a folder for scenarios, with a first one, its accepted trace, and a workflow for GitHub
#[derive(Args, Clone, Debug)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Init {
    /// The project's folder
    #[arg(value_name = "DIR", default_value = ".", value_hint = ValueHint::DirPath)]
    folder: PathBuf,
}

impl Init {
    pub(super) fn perform(&self) -> Result<Exit, Misuse> {
        let folder = self.folder.strip_prefix(".").unwrap_or(&self.folder);
        let scenarios = folder.join("scenarios");
        let first = scenarios.join("first.scenario");
        let is_first_new = put(&first, &new::scenario("a first scenario", Form::Text)?)?;
        if is_first_new {
            let snapshot = test::accept(&first)?;
            said("wrote", &snapshot)?;
        }
        put(&folder.join(".github/workflows/scenarios.yml"), WORKFLOW)?;
        let (first, scenarios) = (first.display().to_string(), scenarios.display().to_string());
        let (first, scenarios) = (visible(&first), visible(&scenarios));
        terminal::show(&format!(
            "\nNow:\n  \
             1. scenario run {first}\n     shows what happens, and when.\n  \
             2. scenario test {scenarios}\n     passes. Change a duration in the file, and it shows what that changes.\n  \
             3. scenario test {scenarios} --accept\n     makes that what should happen. Commit the snapshots with the scenarios.\n  \
             4. scenario new {scenarios}/NAME\n     writes the next one; `scenario help` lists the words of the language.\n  \
             5. The workflow fetches `scenario` from the address in the variable SCENARIO_REPOSITORY:\n     \
             set it in the repository's settings.\n"
        ))?;
        Ok(Exit::Held)
    }
}

/// Writes a file unless it is there; whether it did.
fn put(file: &Path, text: &str) -> Result<bool, Misuse> {
    if fs::symlink_metadata(file).is_ok() {
        said("kept", file)?;
        return Ok(false);
    }
    new::write(file, text)?;
    said("wrote", file)?;
    Ok(true)
}

fn said(verb: &str, file: &Path) -> Result<(), Misuse> {
    terminal::show(&format!("{verb:<5}  {}\n", visible(&file.display().to_string())))
}
