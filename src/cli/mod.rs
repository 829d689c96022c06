//! The command line: from arguments to an exit code.
//!
//! What was asked for goes to standard output, what there is to say about it to standard error. Nothing else
//! in the crate writes to either, reads files or knows about exit codes.

mod check;
mod completions;
mod convert;
mod fmt;
mod help;
mod init;
mod input;
mod interrupt;
mod new;
mod output;
mod plan;
mod reference;
mod run;
mod schema;
mod settings;
mod terminal;
mod test;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{ColorChoice, Parser, Subcommand};

/// Parsing, evaluating and dropping nested values recurse; nesting is bounded, but not by the few megabytes
/// that a main thread has. Memory that is not touched costs nothing. It is still the main thread that runs: glibc
/// lets the memory of any other grow by single pages, with a system call for each.
const STACK: usize = 256 << 20;

/// A heading in a help text, as clap writes its own.
macro_rules! heading {
    ($text:literal) => {
        concat!("\x1b[1m\x1b[4m", $text, ":\x1b[0m\n")
    };
}
pub(crate) use heading;

const AFTER_HELP: &str = concat!(
    heading!("Examples"),
    "  scenario run checkout.yaml               what happens, and when\n",
    "  scenario run checkout.yaml --seed 8      the same with other random values\n",
    "  scenario test scenarios                  whether they do what they did\n",
    "  scenario check scenarios/*.yaml          what is wrong, without running\n",
    "  scenario plan checkout.yaml              what the file compiles to\n",
    "  scenario convert checkout.yaml           the same in the text form\n",
    "  scenario fmt scenarios/*.yaml            in the usual layout\n",
    "  scenario help                            the words of the language\n",
    "  scenario help put                        a statement, with an example\n",
    "\n",
    heading!("Exit codes"),
    "    0  all held\n",
    "    1  the scenario failed: an expectation, an error that nothing caught, a deadlock, a limit; a trace that differs\n",
    "    2  the command or the file is wrong\n",
    "  130  interrupted",
);

/// Describe a concurrent system in a file, run it in exact virtual time, and keep the trace as a test.
///
/// A scenario file, in YAML or in a small text form, describes tasks, sleeps, queues, limits, failures, retries
/// and timeouts. The same file always gives the same trace.
#[derive(Clone, Debug, Parser)]
#[command(name = "scenario", version, after_help = AFTER_HELP, propagate_version = true, disable_help_subcommand = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,

    /// When to use colours; `auto` asks the terminal, `NO_COLOR` and `CLICOLOR`
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", display_order = 100)]
    color: ColorChoice,
}

#[derive(Clone, Debug, Subcommand)]
enum Command {
    Run(run::Run),
    Test(test::Test),
    New(new::New),
    Init(init::Init),
    Check(check::Check),
    Plan(plan::Plan),
    Convert(convert::Convert),
    Fmt(fmt::Fmt),
    Completions(completions::Completions),
    Help(help::Help),
    Reference(reference::Reference),
    Schema(schema::Schema),
}

/// What a command comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Exit {
    /// All held.
    Held = 0,
    /// The scenario failed.
    Failed = 1,
    /// The command or the file is wrong.
    Refused = 2,
    /// The user had enough.
    Interrupted = 130,
}

/// What is wrong with a command, apart from what is wrong with its file's text.
#[derive(Debug)]
struct Misuse {
    message: String,
    advice: Option<String>,
}

impl Misuse {
    fn new(message: impl Into<String>) -> Misuse {
        Misuse { message: message.into(), advice: None }
    }

    fn advice(mut self, advice: impl Into<String>) -> Misuse {
        self.advice = Some(advice.into());
        self
    }
}

/// Does what the arguments say; the first is the program's own name.
pub fn execute(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(message) => {
            // Nobody is left to be told that a message could not be written.
            let _ = message.print();
            return ExitCode::from(if message.use_stderr() { Exit::Refused as u8 } else { Exit::Held as u8 });
        }
    };
    terminal::choose(cli.color);
    let exit = match has_room(STACK) {
        true => stacker::grow(STACK, || perform(cli.command)),
        // Where so much address space is not to be had, the stack there is will do for most files.
        false => perform(cli.command),
    };
    ExitCode::from(exit as u8)
}

fn has_room(bytes: usize) -> bool {
    Vec::<u8>::new().try_reserve_exact(bytes).is_ok()
}

fn perform(command: Command) -> Exit {
    let result = match command {
        Command::Run(run) => run.perform(),
        Command::Test(test) => test.perform(),
        Command::New(new) => new.perform(),
        Command::Init(init) => init.perform(),
        Command::Check(check) => check.perform(),
        Command::Plan(plan) => plan.perform(),
        Command::Convert(convert) => convert.perform(),
        Command::Fmt(fmt) => fmt.perform(),
        Command::Completions(completions) => completions.perform(),
        Command::Help(help) => help.perform(),
        Command::Reference(reference) => reference.perform(),
        Command::Schema(schema) => schema.perform(),
    };
    result.unwrap_or_else(|misuse| {
        terminal::complain(&misuse);
        Exit::Refused
    })
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_well_formed() {
        super::Cli::command().debug_assert();
    }
}
