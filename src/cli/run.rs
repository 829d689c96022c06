//! `scenario run`.

use std::fs::File;
use std::io::{self, ErrorKind, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, ValueEnum, ValueHint};

use super::input::Input;
use super::interrupt::{Interrupt, Interruptible};
use super::settings::{Choice, Settings, count, length_of_time};
use super::terminal::{self, Verbosity};
use super::{Exit, Misuse, heading};
use crate::driver::Driver;
use crate::load::{load, unregistered};
use crate::plan::{Plan, TraceFormat};
use crate::render::lines::Places;
use crate::render::outcome::{Count, Detail};
use crate::render::text::Causes;
use crate::render::{
    Chosen, Colour, Format, JsonLines, Logs, Nothing, Numbers, Printer, Text, failure, outcome,
};
use crate::source::Source;
use crate::trace::Outcome;
use crate::world::Limits;

const AFTER_HELP: &str = concat!(
    heading!("Examples"),
    "  scenario run checkout.yaml\n",
    "  scenario run checkout.yaml --seed 8 --param clients=200\n",
    "  scenario run checkout.yaml --format logs\n",
    "  scenario run checkout.yaml --kinds put,get --tasks 'worker*'\n",
    "  scenario run checkout.yaml --all               also what the file's `trace` leaves out\n",
    "  scenario run checkout.yaml --format jsonl | jq 'select(.kind == \"fail\")'\n",
    "  scenario run checkout.yaml --spans --causes    where each event comes from, and why it came\n",
    "  scenario run endless.yaml --max-time 1h\n",
    "\n",
    heading!("Exit codes"),
    "    0  all held\n",
    "    1  the scenario failed: an expectation, an error that nothing caught, a deadlock, a limit\n",
    "    2  the command or the file is wrong\n",
    "  130  interrupted",
);

/// Run a scenario in virtual time and show its trace
///
/// The trace goes to standard output, one event a line, and is the same each time. Warnings about the file, and
/// why a run failed, go to standard error.
///
/// A failure or a deadlock that the file's own `expect` asks about, as in `outcome == "deadlock"`, is no failure
/// of the command.
#[derive(Args, Clone, Debug)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Run {
    #[command(flatten)]
    input: Input,

    /// How to show the trace [default: as the file's `trace` says, and else text]
    #[arg(long, value_name = "FORMAT")]
    format: Option<RunFormat>,

    #[command(flatten)]
    choice: Choice,

    #[command(flatten)]
    settings: Settings,

    /// Write the trace to a file
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    output: Option<PathBuf>,

    /// Show the place in the file that each event comes from
    #[arg(long)]
    spans: bool,

    /// Number the events, and show which one made each possible
    #[arg(long)]
    causes: bool,

    /// End the run after so much virtual time: `10s`, `1h`
    #[arg(long, value_name = "TIME", value_parser = length_of_time)]
    max_time: Option<u64>,

    /// End the run after so many operations [default: 100_000_000, and 20_000_000 of one task without waiting]
    #[arg(long, value_name = "N", value_parser = count)]
    max_steps: Option<u64>,

    /// What runs the tasks; the trace is the same
    #[arg(long, value_name = "DRIVER", default_value = "tokio")]
    driver: DriverName,

    /// Say nothing but errors
    #[arg(short, long)]
    quiet: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum RunFormat {
    /// One event a line, for reading and for diffs
    Text,
    /// One JSON object a line, for programs; times are whole nanoseconds
    Jsonl,
    /// Only what the scenario itself logs
    Logs,
    /// Nothing
    None,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum DriverName {
    /// Each task a tokio task
    Tokio,
    /// A plain loop, somewhat faster
    Direct,
}

impl Run {
    pub(super) fn perform(&self) -> Result<Exit, Misuse> {
        let verbosity = Verbosity::of(self.quiet);
        let loaded = load(self.input.read()?, &self.settings.load());
        let Some(plan) = &loaded.plan else {
            return Ok(terminal::refuse(&loaded.source, &loaded.diagnostics, verbosity));
        };
        terminal::diagnose(&loaded.source, &loaded.diagnostics, verbosity);
        let missing = unregistered(plan, |_| false);
        if !missing.is_empty() {
            return Ok(terminal::refuse(&loaded.source, &missing, verbosity));
        }

        let interrupt = Interrupt::listen();
        let format = Chosen::new(self.format(plan, &loaded.source), self.choice.of(&plan.trace.choice));
        let writer = self.writer()?;
        // A terminal gets each line at once, all else in large pieces.
        let printer = match self.is_on_screen() {
            true => Printer::new(format, writer),
            false => Printer::in_large_pieces(format, writer),
        };
        let sink = Interruptible { printer, interrupt: interrupt.clone() };
        let (outcome, sink) = crate::driver::run(plan, self.driver.into(), self.limits(), sink);

        if interrupt.is_requested() {
            self.written(sink.printer.close())?;
            terminal::say("interrupted\n");
            return Ok(Exit::Interrupted);
        }
        if sink.printer.is_broken() {
            // Nobody reads the trace: the run was stopped, and how it would have ended is not known.
            self.written(sink.printer.close())?;
            return Ok(Exit::Held);
        }
        self.written(sink.printer.finish(&outcome))?;
        let exit = judge(plan, &outcome);
        self.report(plan, &loaded.source, &outcome, exit);
        Ok(exit)
    }

    fn limits(&self) -> Limits {
        let mut limits = Limits { max_time: self.max_time, ..Limits::default() };
        if let Some(steps) = self.max_steps {
            limits.bound_operations(steps);
        }
        limits
    }

    /// Nobody sees the trace: it goes neither to the screen nor to a file.
    fn is_silent(&self) -> bool {
        self.format == Some(RunFormat::None) || (self.quiet && self.output.is_none())
    }

    fn format_for(&self, plan: &Plan) -> RunFormat {
        self.format.unwrap_or(match plan.trace.format {
            TraceFormat::Text => RunFormat::Text,
            TraceFormat::Logs => RunFormat::Logs,
            TraceFormat::Jsonl => RunFormat::Jsonl,
        })
    }

    fn format(&self, plan: &Arc<Plan>, source: &Source) -> Box<dyn Format> {
        if self.is_silent() {
            return Box::new(Nothing);
        }
        let places = self.spans.then(|| Places::new(plan, source));
        let colour = if self.output.is_some() { Colour::Plain } else { terminal::output_colour() };
        match self.format_for(plan) {
            RunFormat::None => Box::new(Nothing),
            RunFormat::Jsonl => Box::new(JsonLines::new(places, Numbers::Told)),
            RunFormat::Logs => Box::new(Logs { colour, ..Logs::default() }),
            RunFormat::Text => {
                let causes = if self.causes { Causes::Shown } else { Causes::Hidden };
                // On a terminal the report follows, with the same things at greater length.
                let detail = if self.is_on_screen() { Detail::Summary } else { Detail::Full };
                Box::new(Text::new(causes, places, detail, colour))
            }
        }
    }

    fn is_on_screen(&self) -> bool {
        self.output.is_none() && io::stdout().is_terminal()
    }

    fn writer(&self) -> Result<Box<dyn Write>, Misuse> {
        if self.is_silent() {
            return Ok(Box::new(io::sink()));
        }
        let Some(path) = &self.output else {
            return Ok(if io::stdout().is_terminal() {
                Box::new(anstream::stdout())
            } else {
                Box::new(io::stdout())
            });
        };
        if is_same_file(path, self.input.path()) {
            return Err(
                Misuse::new("the trace would overwrite the scenario").advice("give `--output` another file")
            );
        }
        let file = File::create(path)
            .map_err(|error| terminal::unwritable(&format!("`{}`", path.display()), &error))?;
        Ok(Box::new(file))
    }

    /// A reader who goes away is no error.
    fn written<W>(&self, result: io::Result<W>) -> Result<(), Misuse> {
        match result {
            Ok(_) => Ok(()),
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
            Err(error) => {
                let output = match &self.output {
                    Some(path) => format!("`{}`", path.display()),
                    None => "standard output".to_string(),
                };
                Err(terminal::unwritable(&output, &error))
            }
        }
    }

    /// Says why the run failed, and, where the trace does not, how it ended.
    fn report(&self, plan: &Plan, source: &Source, outcome: &Outcome, exit: Exit) {
        let format = self.format_for(plan);
        if exit == Exit::Failed {
            if format == RunFormat::Text && self.is_on_screen() && !self.quiet {
                terminal::say("\n");
            }
            terminal::say(&failure::failures(source, outcome, terminal::error_colour()));
        }
        let is_told = matches!(format, RunFormat::Text | RunFormat::Jsonl) && self.output.is_none();
        if !self.quiet && !is_told {
            terminal::say(&outcome::text(outcome, Count::All, Detail::Summary));
        }
    }
}

/// What a run comes to: every expectation must hold, and a run must end in order unless the file says how else.
pub(super) fn judge(plan: &Plan, outcome: &Outcome) -> Exit {
    if outcome.holds(plan) { Exit::Held } else { Exit::Failed }
}

fn is_same_file(one: &Path, other: &Path) -> bool {
    match (one.canonicalize(), other.canonicalize()) {
        (Ok(one), Ok(other)) => one == other,
        _ => false,
    }
}

impl From<DriverName> for Driver {
    fn from(name: DriverName) -> Driver {
        match name {
            DriverName::Tokio => Driver::Tokio,
            DriverName::Direct => Driver::Direct,
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_help_tells_the_limits_that_hold() {
        let mut command = super::super::Cli::command();
        let run = command.find_subcommand_mut("run").unwrap();
        let help = run.render_help().to_string().replace(['_', '\n'], "").replace("  ", "");
        let limits = Limits::default();
        for limit in [limits.max_steps, limits.max_turn] {
            assert!(help.contains(&limit.to_string()), "{limit} is not in: {help}");
        }
    }
}
