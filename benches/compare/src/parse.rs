//! Time to parse and check a long file, in each form.

use std::error::Error;
use std::path::Path;

use granit_parser::Parser;
use rustix::time::{ClockId, clock_gettime};

use crate::Settings;
use crate::generate;
use crate::measure::run;
use crate::programs::{Programs, scratch};
use crate::statistics::median;
use crate::table::{Table, count, number};

const LINES: usize = 10_000;

/// Measures and prints.
pub fn report(programs: &Programs, settings: &Settings) -> Result<(), Box<dyn Error>> {
    let yaml = generate::yaml(LINES);
    let forms =
        [("scenario", generate::text(LINES), generate::text(20)), ("yaml", yaml.clone(), generate::yaml(20))];
    let mut table = Table::new(&["file", "lines", "bytes", "ms", "ns a byte"]);
    for (extension, long, short) in forms {
        let [long_file, short_file] =
            [scratch(&format!("long.{extension}"))?, scratch(&format!("short.{extension}"))?];
        std::fs::write(&long_file, &long)?;
        std::fs::write(&short_file, &short)?;
        let mut times = Vec::new();
        for _ in 0..settings.rounds {
            // The short file takes what starting and ending the process costs out.
            times.push((check(programs, &long_file)? - check(programs, &short_file)?) * 1e3);
        }
        table.row(row(&format!("`{extension}`: parse and check"), &long, &times));
    }
    let times: Vec<f64> = (0..settings.rounds).map(|_| library(&yaml)).collect::<Result<_, _>>()?;
    table.row(row("`yaml`: the YAML library alone", &yaml, &times));
    table.print("CPU time of `scenario check` for a long file");
    Ok(())
}

fn check(programs: &Programs, file: &Path) -> Result<f64, Box<dyn Error>> {
    Ok(run(programs.engine().args(["check", "--quiet", "--deny-warnings"]).arg(file))?.seconds)
}

/// Milliseconds that the YAML library takes to give all events of a file, and nothing is done with them.
fn library(yaml: &str) -> Result<f64, Box<dyn Error>> {
    let now = || {
        let time = clock_gettime(ClockId::ProcessCPUTime);
        time.tv_sec as f64 * 1e3 + time.tv_nsec as f64 * 1e-6
    };
    let start = now();
    let mut parser = Parser::new_from_str(yaml);
    while let Some(event) = parser.next_event() {
        event?;
    }
    Ok(now() - start)
}

fn row(name: &str, file: &str, times: &[f64]) -> Vec<String> {
    let time = median(times);
    vec![
        name.to_string(),
        count(file.lines().count() as u64),
        count(file.len() as u64),
        number(time, 1),
        number(time.map(|time| time * 1e6 / file.len() as f64), 0),
    ]
}
