//! Measures the engine side by side with the same work written by hand on tokio's paused clock.
//!
//! Every number comes from whole programs, started in turn on one core and measured from outside, so that no two
//! of them share a process, an allocator's state or cargo features. `benches/README.md` says how to read it.

mod events;
mod generate;
mod measure;
mod parse;
mod programs;
mod record;
mod scale;
mod startup;
mod statistics;
mod table;
mod workload;

use std::error::Error;
use std::process::ExitCode;

use clap::{Parser, ValueEnum};

use programs::Programs;

/// Measure the engine side by side with the same work written by hand
#[derive(Parser)]
struct Arguments {
    /// What to measure
    #[arg(value_enum, default_value = "events")]
    modes: Vec<Mode>,

    /// How often each program is run; a result is the median
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,

    /// Only these workloads (`w1,w3`), or ranges of `scale` (`tasks,waiters`)
    #[arg(long, value_delimiter = ',', value_name = "NAMES")]
    only: Vec<String>,

    /// Small sizes, for a first look
    #[arg(long)]
    quick: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Mode {
    /// Events per second of the six workloads, and bytes a task
    Events,
    /// From the start of a process to the first line of the trace
    Startup,
    /// Time to parse and check a file of 10,000 lines
    Parse,
    /// How the cost of an event grows with the number of tasks, waiters, items and operations
    Scale,
    /// What keeping or writing the whole trace costs
    Record,
    /// All of it
    All,
}

/// How much work is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effort {
    /// Enough for numbers that mean something.
    Full,
    /// Enough to see that all is well.
    Quick,
}

/// What was asked for.
pub struct Settings {
    /// How often each program is run.
    pub rounds: u32,
    /// How large the workloads are.
    pub effort: Effort,
    only: Vec<String>,
}

impl Settings {
    /// Whether something of this name is measured.
    pub fn includes(&self, name: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|only| only == name)
    }
}

fn main() -> ExitCode {
    match measure(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn measure(arguments: Arguments) -> Result<(), Box<dyn Error>> {
    let known = || workload::NAMES.iter().chain(scale::NAMES);
    if let Some(unknown) = arguments.only.iter().find(|only| !known().any(|name| name == *only)) {
        let names: Vec<&str> = known().copied().collect();
        return Err(format!("nothing is called `{unknown}`; there are {}", names.join(", ")).into());
    }
    let wants = |mode| arguments.modes.contains(&mode) || arguments.modes.contains(&Mode::All);
    let effort = if arguments.quick { Effort::Quick } else { Effort::Full };
    let settings = Settings { rounds: arguments.rounds, effort, only: arguments.only.clone() };

    let programs = Programs::build(wants(Mode::Record))?;
    measure::pin()?;
    if wants(Mode::Events) {
        events::report(&programs, &settings)?;
    }
    if wants(Mode::Startup) {
        startup::report(&programs, &settings)?;
    }
    if wants(Mode::Parse) {
        parse::report(&programs, &settings)?;
    }
    if wants(Mode::Scale) {
        scale::report(&programs, &settings)?;
    }
    if wants(Mode::Record) {
        record::report(&programs, &settings)?;
    }
    Ok(())
}
