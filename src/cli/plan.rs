//! `scenario plan`.

use clap::Args;

use super::input::Input;
use super::settings::Settings;
use super::terminal::{self, Verbosity};
use super::{Exit, Misuse, heading};
use crate::load::load;
use crate::plan::display::listing;

const AFTER_HELP: &str = concat!(
    heading!("Examples"),
    "  scenario plan checkout.yaml\n",
    "  scenario plan checkout.yaml --spans\n",
    "  diff <(scenario plan a.yaml) <(scenario plan a.scenario)",
);

/// Show what a scenario compiles to: resources, and the operations of each task
///
/// `$0` is a task's first variable, `$0^1` that of the task around it, `@0` the first shared one. Two files that
/// mean the same have the same listing.
#[derive(Args, Clone, Debug)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Plan {
    #[command(flatten)]
    input: Input,

    #[command(flatten)]
    settings: Settings,

    /// End every line with the place in the file: `# line:column`
    #[arg(long)]
    spans: bool,
}

impl Plan {
    pub(super) fn perform(&self) -> Result<Exit, Misuse> {
        let loaded = load(self.input.read()?, &self.settings.load());
        let Some(plan) = &loaded.plan else {
            return Ok(terminal::refuse(&loaded.source, &loaded.diagnostics, Verbosity::Normal));
        };
        terminal::diagnose(&loaded.source, &loaded.diagnostics, Verbosity::Normal);
        terminal::show(&listing(plan, self.spans.then_some(&loaded.source)))?;
        Ok(Exit::Held)
    }
}
