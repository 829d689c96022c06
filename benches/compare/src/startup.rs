//! From the start of a process to the first line of the trace, by the wall's clock, against a program that does
//! nothing.

use std::error::Error;
use std::process::Command;

use crate::measure::time;
use crate::programs::{Programs, benches};
use crate::statistics::median;
use crate::table::{Table, number};
use crate::{Effort, Settings};

/// Starts of each program in a round; they are short, and other processes disturb single ones.
const STARTS: usize = 20;

/// Measures and prints.
pub fn report(programs: &Programs, settings: &Settings) -> Result<(), Box<dyn Error>> {
    let starts = match settings.effort {
        Effort::Full => STARTS,
        Effort::Quick => STARTS / 4,
    };
    let file = benches().join("workloads").join("startup.scenario");
    let mut empty = Vec::new();
    let mut first_line = Vec::new();
    let mut end = Vec::new();
    for _ in 0..settings.rounds as usize * starts {
        let nothing = time(&mut Command::new(&programs.empty))?;
        let run = time(programs.engine().arg("run").arg(&file))?;
        empty.push(milliseconds(nothing.end));
        first_line.push(milliseconds(run.first_byte));
        end.push(milliseconds(run.end));
    }
    let more = |times: &[f64]| {
        let differences: Vec<f64> = times.iter().zip(&empty).map(|(time, empty)| time - empty).collect();
        number(median(&differences), 2)
    };
    let mut table = Table::new(&["from process start", "ms", "more than empty"]);
    table.row(vec!["empty program, to its end".into(), number(median(&empty), 2)]);
    table.row(vec![
        "`scenario run`, to the first line".into(),
        number(median(&first_line), 2),
        more(&first_line),
    ]);
    table.row(vec!["`scenario run`, to its end".into(), number(median(&end), 2), more(&end)]);
    table.print("Start of a file of ten lines");
    Ok(())
}

fn milliseconds(time: std::time::Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
