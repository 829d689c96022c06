//! Events per second of the six workloads, and the bytes that a task takes.

use std::error::Error;

use crate::Settings;
use crate::measure::{Failure, run};
use crate::programs::{CONTENDERS, Program, Programs};
use crate::statistics::{geometric_mean, median, median_ratio};
use crate::table::{Table, count, number};
use crate::workload::{FAN_OUT, RESILIENCE, WORKLOADS, Workload, count_events, reported_events};

/// What one contender reached with one workload.
#[derive(Default)]
struct Measured {
    /// CPU seconds an event, of each round.
    costs: Vec<f64>,
    /// Bytes of memory above those of a run without work, of each round.
    memory: Vec<f64>,
    failure: Option<Failure>,
}

/// Measures and prints.
pub fn report(programs: &Programs, settings: &Settings) -> Result<(), Box<dyn Error>> {
    let chosen = || WORKLOADS.iter().filter(|workload| settings.includes(workload.name));
    let mut table = Table::new(&[
        "workload",
        "events",
        "by hand, M/s",
        "tuned, M/s",
        "tokio driver, M/s",
        "times",
        "times tuned",
        "direct driver, M/s",
        "times",
        "times tuned",
    ]);
    let mut memory = Table::new(&["workload", "tasks", "by hand", "tuned", "tokio driver", "direct driver"]);
    // Of each driver, to the program in either build.
    let mut ratios: [[Vec<f64>; 2]; 2] = Default::default();
    let mut failures = Vec::new();
    for workload in chosen() {
        let (events, measured) = measure(programs, workload, settings)?;
        let [by_hand, tuned, drivers @ ..] = &measured;
        let mut row = vec![format!("{} {}", workload.name, workload.theme), count(events)];
        row.extend([rate(by_hand), rate(tuned)]);
        for (driver, kept) in drivers.iter().zip(&mut ratios) {
            row.push(rate(driver));
            for (program, kept) in [by_hand, tuned].into_iter().zip(kept) {
                let ratio = median_ratio(&program.costs, &driver.costs);
                row.push(number(ratio, 2));
                kept.extend(ratio.filter(|_| workload.name != FAN_OUT));
            }
        }
        table.row(row);
        if workload.name == FAN_OUT {
            let tasks = workload.tasks(settings.effort);
            let mut row = vec![format!("{} {}", workload.name, workload.theme), count(tasks)];
            row.extend(measured.iter().map(|one| number(median(&one.memory).map(|it| it / tasks as f64), 0)));
            memory.row(row);
        }
        failures.extend(measured.into_iter().filter_map(|one| one.failure));
    }
    let mut means: Vec<String> = ["geometric mean without w5", "", "", ""].map(String::from).into();
    for driver in &ratios {
        means.push(String::new());
        means.extend(driver.iter().map(|ratios| number(geometric_mean(ratios), 2)));
    }
    table.row(means);
    table.print("Events per second of CPU time, and how many times those of the program written by hand");
    if settings.includes(FAN_OUT) {
        memory.print("Peak memory a task, in bytes");
    }
    for failure in failures {
        println!("\nfailed: {failure}");
    }
    Ok(())
}

fn rate(measured: &Measured) -> String {
    match &measured.failure {
        Some(_) => "failed".to_string(),
        None => number(median(&measured.costs).map(|cost| 1e-6 / cost), 2),
    }
}

fn measure(
    programs: &Programs,
    workload: &Workload,
    settings: &Settings,
) -> Result<(u64, [Measured; CONTENDERS.len()]), Box<dyn Error>> {
    let job = workload.job(settings.effort);
    let nothing = workload.nothing();
    let mut measured: [Measured; CONTENDERS.len()] = Default::default();
    eprintln!("{}: counting the events of the engine's trace", workload.name);
    let traced = count_events(programs, &job).unwrap_or_else(|failure| {
        for (contender, one) in CONTENDERS.iter().zip(&mut measured) {
            if contender.program() == Program::Engine {
                one.failure = Some(failure.clone());
            }
        }
        0
    });
    let mut reported = 0;
    for round in 0..settings.rounds as usize {
        eprintln!("{}: round {} of {}", workload.name, round + 1, settings.rounds);
        // Another one begins each round, so that none always has the caches that the same one left.
        for turn in 0..CONTENDERS.len() {
            let index = (round + turn) % CONTENDERS.len();
            let one = &mut measured[index];
            if one.failure.is_some() {
                continue;
            }
            let command = |job| programs.command(CONTENDERS[index], job);
            let idle = run(&mut command(&nothing));
            let busy = run(&mut command(&job));
            match (idle, busy) {
                (Ok(idle), Ok(busy)) => {
                    let events = match CONTENDERS[index].program() {
                        Program::ByHand => {
                            reported = reported_events(&busy.output)?;
                            reported
                        }
                        Program::Engine => traced,
                    };
                    one.costs.push((busy.seconds - idle.seconds) / events as f64);
                    one.memory.push(busy.peak.saturating_sub(idle.peak) as f64);
                }
                (Err(failure), _) | (_, Err(failure)) => {
                    *one = Measured { failure: Some(failure), ..Measured::default() };
                }
            }
        }
    }
    // Where nothing is left to chance both must have done the same.
    if workload.name != RESILIENCE && traced != reported && measured.iter().all(|one| one.failure.is_none()) {
        let message = format!("{}: the trace has {traced} events, the peer {reported}", workload.name);
        return Err(message.into());
    }
    Ok((traced.max(reported), measured))
}
