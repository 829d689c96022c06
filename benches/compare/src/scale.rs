//! How the cost of an event grows: with the number of tasks, of waiters on one limit, of items in a queue and of
//! operations in a task.
//!
//! Each point is the difference of two runs of the same shape, one with a single round and one with many, so
//! that it is the cost of one more event when everything is in place.

use std::error::Error;
use std::path::PathBuf;

use crate::generate;
use crate::measure::{Failure, run};
use crate::programs::{Contender, Job, Program, Programs, scratch};
use crate::statistics::{median, median_ratio};
use crate::table::{Table, count, number};
use crate::workload::{job, reported_events};
use crate::{Effort, Settings};

/// The names of the ranges.
pub const NAMES: &[&str] = &["tasks", "spawned", "waiters", "items", "operations"];

const HEADINGS: [&str; 7] =
    ["", "hand-written, ns", "growth", "tokio driver, ns", "growth", "direct driver, ns", "growth"];

/// The program as cargo builds it will do: what is compared is how costs grow.
const COMPARED: [Contender; 3] = [Contender::HandWritten, Contender::Tokio, Contender::Direct];

/// A range of sizes.
struct Range {
    name: &'static str,
    title: &'static str,
    sizes: &'static [u64],
    /// The work at a size, with so many rounds.
    work: fn(u64, u64) -> Result<Job, Box<dyn Error>>,
    /// The two numbers of rounds, from the size and how many events they should differ by.
    rounds: fn(u64, u64) -> [u64; 2],
}

const RANGES: [Range; 5] = [
    Range {
        name: "tasks",
        title: "Cost of a sleep by the number of tasks that sleep",
        sizes: &[10, 1000, 100_000, 1_000_000],
        work: |size, rounds| Ok(job("w1_timers", "w1", &[("tasks", size), ("rounds", rounds)])),
        rounds: |size, events| [1, 1 + (events / size).max(5)],
    },
    Range {
        name: "spawned",
        title: "Cost of a task that is spawned, sleeps once, ends and is awaited, by the number alive",
        sizes: &[1000, 10_000, 100_000, 1_000_000],
        work: |size, rounds| Ok(job("w5_fan_out", "w5", &[("tasks", size * rounds)])),
        rounds: |_, _| [0, 1],
    },
    Range {
        name: "waiters",
        title: "Cost of an acquire, a sleep or a release by the number of waiters for one permit",
        sizes: &[1, 100, 10_000, 100_000],
        work: |size, rounds| {
            Ok(job("w4_contention", "w4", &[("tasks", size + 1), ("permits", 1), ("rounds", rounds)]))
        },
        rounds: |size, events| [1, 1 + (events / (3 * (size + 1))).max(2)],
    },
    Range {
        name: "items",
        title: "Cost of a put or a get by the number of items in the queue",
        sizes: &[1, 1000, 100_000, 1_000_000],
        work: |size, rounds| Ok(job("queue_items", "queue_items", &[("items", size), ("rounds", rounds)])),
        rounds: |_, events| [1, 1 + events / 2],
    },
    Range {
        name: "operations",
        title: "Cost of a put or a get by the number of operations in the task's body",
        sizes: &[10, 100, 1000, 10_000],
        work: operations,
        rounds: |size, events| [1, 1 + events / size],
    },
];

fn operations(size: u64, rounds: u64) -> Result<Job, Box<dyn Error>> {
    let file: PathBuf = scratch(&format!("operations_{size}.scenario"))?;
    std::fs::write(&file, generate::straight_line(size))?;
    let peer = ["operations".to_string(), size.to_string(), rounds.to_string()];
    Ok(Job { file, parameters: vec![format!("rounds={rounds}")], peer: peer.into() })
}

/// Measures and prints.
pub fn report(programs: &Programs, settings: &Settings) -> Result<(), Box<dyn Error>> {
    let events = match settings.effort {
        Effort::Full => 2_000_000,
        Effort::Quick => 300_000,
    };
    for range in RANGES.iter().filter(|range| settings.includes(range.name)) {
        let largest = match settings.effort {
            Effort::Full => range.sizes.len(),
            Effort::Quick => range.sizes.len() - 1,
        };
        report_range(programs, settings, range, &range.sizes[..largest], events)?;
    }
    Ok(())
}

fn report_range(
    programs: &Programs,
    settings: &Settings,
    range: &Range,
    sizes: &[u64],
    events: u64,
) -> Result<(), Box<dyn Error>> {
    // Nanoseconds an event, of each contender, at each size, in each round.
    let mut costs: [Vec<Vec<f64>>; 3] = std::array::from_fn(|_| vec![Vec::new(); sizes.len()]);
    let mut failures: Vec<Failure> = Vec::new();
    for round in 0..settings.rounds as usize {
        for (place, &size) in sizes.iter().enumerate() {
            eprintln!("{} {size}: round {} of {}", range.name, round + 1, settings.rounds);
            let [few, many] = (range.rounds)(size, events);
            let jobs = [(range.work)(size, few)?, (range.work)(size, many)?];
            // The hand-written program comes first, for it says how many events there are.
            let mut more_events = 0;
            for (index, contender) in COMPARED.into_iter().enumerate() {
                if costs[index][place].len() < round {
                    continue;
                }
                let measured = jobs.each_ref().map(|job| run(&mut programs.command(contender, job)));
                let [few, many] = match measured {
                    [Ok(few), Ok(many)] => [few, many],
                    [Err(failure), _] | [_, Err(failure)] => {
                        failures.push(failure);
                        continue;
                    }
                };
                if contender.program() == Program::ByHand {
                    more_events = reported_events(&many.output)? - reported_events(&few.output)?;
                }
                costs[index][place].push((many.seconds - few.seconds) * 1e9 / more_events as f64);
            }
        }
    }
    let mut headings = HEADINGS;
    headings[0] = range.name;
    let mut table = Table::new(&headings);
    for (place, &size) in sizes.iter().enumerate() {
        let mut row = vec![count(size)];
        for costs in &costs {
            row.push(number(median(&costs[place]), 0));
            row.push(number(median_ratio(&costs[place], &costs[0]), 2));
        }
        table.row(row);
    }
    table.print(range.title);
    for failure in failures {
        println!("\nfailed: {failure}");
    }
    Ok(())
}
