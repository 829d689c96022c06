//! Runs a scenario with a sink that keeps every event, or none: the difference is what a full trace in memory
//! costs, with no text made of it.
//!
//! `record KEEP DRIVER FILE [NAME=VALUE...]`, where KEEP is `nothing` or `everything`, and DRIVER `tokio` or
//! `direct`.

use std::error::Error;
use std::mem::ManuallyDrop;
use std::process::ExitCode;

use scenario::source::{Form, Source};
use scenario::trace::kept::Kept;
use scenario::trace::outcome::RunEnding;
use scenario::trace::{Event, Flow, Interest, Names, Sink};
use scenario::{Driver, Limits, Load, load};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const USAGE: &str = "usage: record nothing|everything tokio|direct FILE [NAME=VALUE...]";

/// Keeps no event.
struct Nothing;

impl Sink for Nothing {
    fn interest(&self) -> Interest {
        Interest::Nothing
    }
}

/// Keeps every event.
#[derive(Default)]
struct Everything {
    events: Kept,
}

impl Sink for Everything {
    fn events(&mut self, events: &mut Vec<Event>, _: &Names) -> Flow {
        self.events.add(events);
        Flow::Continue
    }
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(line) => {
            println!("{line}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
    }
}

fn run(arguments: &[String]) -> Result<String, Box<dyn Error>> {
    let [keep, driver, file, parameters @ ..] = arguments else { return Err(USAGE.into()) };
    let driver = match driver.as_str() {
        "tokio" => Driver::Tokio,
        "direct" => Driver::Direct,
        _ => return Err(USAGE.into()),
    };
    let parameters = parameters
        .iter()
        .map(|parameter| parameter.split_once('=').map(|(name, value)| (name.to_string(), value.to_string())))
        .collect::<Option<Vec<_>>>()
        .ok_or(USAGE)?;
    let source = Source::new(file.clone(), std::fs::read_to_string(file)?, Form::Text);
    let loaded = load(source, &Load { seed: None, parameters });
    let Some(plan) = loaded.plan else { return Err(format!("{file} is not in order").into()) };
    let (outcome, kept) = match keep.as_str() {
        "nothing" => (scenario::run(&plan, driver, Limits::default(), Nothing).0, 0),
        "everything" => {
            let (outcome, sink) = scenario::run(&plan, driver, Limits::default(), Everything::default());
            // What is kept is not given back: the trace is there, and the process is about to end.
            (outcome, ManuallyDrop::new(sink).events.len())
        }
        _ => return Err(USAGE.into()),
    };
    match outcome.ending {
        RunEnding::Ok(_) => Ok(format!("{} events, {kept} kept", outcome.events)),
        _ => Err(format!("{file} did not end in order").into()),
    }
}
