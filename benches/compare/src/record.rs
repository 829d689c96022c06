//! What keeping or writing the whole trace costs, against a run that only makes its digest.

use std::error::Error;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::Path;
use std::process::Command;

use crate::measure::{Failure, run};
use crate::programs::{Programs, scratch};
use crate::statistics::median_ratio;
use crate::table::{Table, number};
use crate::workload::WORKLOADS;
use crate::{Effort, Settings};

const DRIVERS: [&str; 2] = ["tokio", "direct"];

/// Measures and prints.
pub fn report(programs: &Programs, settings: &Settings) -> Result<(), Box<dyn Error>> {
    let record = programs.record.as_ref().ok_or("the program that records was not built")?;
    let file = scratch("trace")?;
    let mut table =
        Table::new(&["workload", "driver", "kept in memory", "JSONL to a file", "text to a file"]);
    let mut failures = Vec::new();
    for workload in WORKLOADS.iter().filter(|workload| settings.includes(workload.name)) {
        // The small size will do: a trace is a hundred bytes an event.
        let job = workload.job(Effort::Quick);
        for driver in DRIVERS {
            eprintln!("{}: {driver} driver", workload.name);
            let keeping = |keep: &str| {
                let mut command = Command::new(record);
                command.args([keep, driver]).arg(&job.file).args(&job.parameters);
                command
            };
            let writing = |format: &str| {
                let mut command = programs.scenario(driver, &job);
                command.args(["--format", format, "--output"]).arg(&file);
                command
            };
            let mut commands = [
                keeping("nothing"),
                keeping("everything"),
                programs.digest_only(driver, &job),
                writing("jsonl"),
                writing("text"),
            ];
            match measure(&mut commands, &file, settings.rounds) {
                Ok([nothing, everything, digest, jsonl, text]) => {
                    let times = |above: &[f64], below| number(median_ratio(above, below), 2);
                    table.row(vec![
                        format!("{} {}", workload.name, workload.theme),
                        driver.to_string(),
                        times(&everything, &nothing),
                        times(&jsonl, &digest),
                        times(&text, &digest),
                    ]);
                }
                Err(failure) => failures.push(failure),
            }
        }
    }
    remove(&file)?;
    table.print("CPU time with the whole trace, as a multiple of the time with its digest only");
    for failure in failures {
        println!("\nfailed: {failure}");
    }
    Ok(())
}

/// CPU seconds of each command in each round. What they write goes to a file that is not there yet: to empty one is
/// the file system's work.
fn measure<const N: usize>(
    commands: &mut [Command; N],
    file: &Path,
    rounds: u32,
) -> Result<[Vec<f64>; N], Failure> {
    let mut seconds = std::array::from_fn(|_| Vec::new());
    for _ in 0..rounds {
        for (command, seconds) in commands.iter_mut().zip(&mut seconds) {
            remove(file).map_err(|error| Failure::new(format!("{}: {error}", file.display())))?;
            seconds.push(run(command)?.seconds);
        }
    }
    Ok(seconds)
}

fn remove(file: &Path) -> io::Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
