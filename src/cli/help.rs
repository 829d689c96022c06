//! `scenario help`.

use clap::{Args, CommandFactory};

use super::{Cli, Exit, Misuse, heading, terminal};
use crate::diagnostic::suggest;
use crate::reference;

const AFTER_HELP: &str = concat!(
    heading!("Examples"),
    "  scenario help                all words of the language\n",
    "  scenario help put            a statement, with an example\n",
    "  scenario help len            a function\n",
    "  scenario help durations      a topic\n",
    "  scenario help run            a command\n",
    "\n",
    heading!("Exit codes"),
    "  0  it is shown\n",
    "  2  there is no such word",
);

/// Explain the language: a statement, a function, a topic; without a word, list them all
#[derive(Args, Clone, Debug)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Help {
    /// The statement, declaration, function, kind of error, topic or command
    word: Option<String>,
}

impl Help {
    pub(super) fn perform(&self) -> Result<Exit, Misuse> {
        let Some(word) = &self.word else {
            return page(&reference::overview());
        };
        let mut pages = reference::pages(word);
        let mut cli = Cli::command();
        cli.build();
        if let Some(command) = cli.find_subcommand_mut(word).filter(|_| pages.is_empty()) {
            let help = command.render_long_help();
            terminal::show(&help.ansi().to_string())?;
            return Ok(Exit::Held);
        }
        if pages.is_empty() {
            pages = reference::pages(&word.to_lowercase());
        }
        if pages.is_empty() {
            return Err(unknown(word, &cli));
        }
        page(&pages.join("\n"))
    }
}

fn page(markdown: &str) -> Result<Exit, Misuse> {
    let shown = reference::terminal::show(markdown, terminal::width(), terminal::output_colour());
    terminal::show(&shown)?;
    Ok(Exit::Held)
}

fn unknown(word: &str, cli: &clap::Command) -> Misuse {
    let mut words = reference::words();
    words.extend(cli.get_subcommands().map(|command| command.get_name().to_string()));
    let advice = match suggest(word, words.iter().map(String::as_str)) {
        Some(near) => format!("did you mean `{near}`? `scenario help {near}`"),
        None => "`scenario help` lists all words".to_string(),
    };
    Misuse::new(format!("there is no word `{word}`")).advice(advice)
}
