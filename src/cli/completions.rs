//! `scenario completions`.

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use super::{Cli, Exit, Misuse, heading, terminal};

const AFTER_HELP: &str = concat!(
    heading!("Examples"),
    "  scenario completions bash > ~/.local/share/bash-completion/completions/scenario\n",
    "  scenario completions zsh > ~/.zfunc/_scenario\n",
    "  scenario completions fish > ~/.config/fish/completions/scenario.fish",
);

/// Print a script that completes the command line in a shell
#[derive(Args, Clone, Debug)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Completions {
    /// The shell
    shell: Shell,
}

impl Completions {
    pub(super) fn perform(&self) -> Result<Exit, Misuse> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), "scenario", &mut script);
        terminal::show(&String::from_utf8_lossy(&script))?;
        Ok(Exit::Held)
    }
}
