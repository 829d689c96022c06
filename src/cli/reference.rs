//! `scenario reference`.

use clap::Args;

use super::{Exit, Misuse, heading, terminal};
use crate::reference;

const AFTER_HELP: &str = concat!(heading!("Examples"), "  scenario reference > docs/reference.md",);

/// Print the reference of the language, in Markdown
#[derive(Args, Clone, Debug)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Reference {}

impl Reference {
    pub(super) fn perform(&self) -> Result<Exit, Misuse> {
        terminal::show(&reference::reference())?;
        Ok(Exit::Held)
    }
}
