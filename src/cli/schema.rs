//! `scenario schema`.

use clap::Args;

use super::{Exit, Misuse, heading, terminal};
use crate::reference::schema;

const AFTER_HELP: &str = concat!(
    heading!("Examples"),
    "  scenario schema > scenario.schema.json\n",
    "\n",
    "In an editor that knows the YAML language server, begin the file with\n",
    "  # yaml-language-server: $schema=scenario.schema.json",
);

/// Print the JSON Schema of scenarios in YAML, for editors
#[derive(Args, Clone, Debug)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Schema {}

impl Schema {
    pub(super) fn perform(&self) -> Result<Exit, Misuse> {
        terminal::show(&schema::text())?;
        Ok(Exit::Held)
    }
}
