//! The six workloads: where they are, and how large.

use crate::Effort;
use crate::measure::{Failure, stream};
use crate::programs::{Job, Programs, benches};

/// A workload.
pub struct Workload {
    /// Its short name, which the hand-written program knows it by.
    pub name: &'static str,
    /// What it is about; with the short name, the name of its file.
    pub theme: &'static str,
    sizes: &'static [Size],
}

struct Size {
    /// The name of the scenario's parameter; the hand-written program takes them in this order.
    parameter: &'static str,
    full: u64,
    quick: u64,
    none: u64,
}

/// The workloads' names.
pub const NAMES: &[&str] = &["w1", "w2", "w3", "w4", "w5", "w6"];

/// The name of the workload that is about memory, and stands apart from the mean of the others.
pub const FAN_OUT: &str = "w5";

/// The name of the workload in which chance decides how many events there are.
pub const RESILIENCE: &str = "w6";

/// The workloads.
pub const WORKLOADS: &[Workload] = &[
    Workload {
        name: "w1",
        theme: "timers",
        sizes: &[
            Size { parameter: "tasks", full: 10_000, quick: 10_000, none: 0 },
            Size { parameter: "rounds", full: 200, quick: 30, none: 0 },
        ],
    },
    Workload {
        name: "w2",
        theme: "pipeline",
        sizes: &[Size { parameter: "items", full: 200_000, quick: 30_000, none: 0 }],
    },
    Workload {
        name: "w3",
        theme: "ping_pong",
        sizes: &[Size { parameter: "messages", full: 1_000_000, quick: 200_000, none: 0 }],
    },
    Workload {
        name: "w4",
        theme: "contention",
        sizes: &[
            Size { parameter: "tasks", full: 1000, quick: 1000, none: 0 },
            Size { parameter: "permits", full: 10, quick: 10, none: 10 },
            Size { parameter: "rounds", full: 500, quick: 100, none: 0 },
        ],
    },
    Workload {
        name: FAN_OUT,
        theme: "fan_out",
        sizes: &[Size { parameter: "tasks", full: 1_000_000, quick: 200_000, none: 0 }],
    },
    Workload {
        name: RESILIENCE,
        theme: "resilience",
        sizes: &[
            Size { parameter: "clients", full: 10_000, quick: 10_000, none: 0 },
            Size { parameter: "requests", full: 20, quick: 2, none: 0 },
        ],
    },
];

impl Workload {
    /// The work, at its size.
    pub fn job(&self, effort: Effort) -> Job {
        self.sized(|size| match effort {
            Effort::Full => size.full,
            Effort::Quick => size.quick,
        })
    }

    /// The work with no tasks or no rounds: what starting, reading the file and ending cost.
    pub fn nothing(&self) -> Job {
        self.sized(|size| size.none)
    }

    /// How many tasks the work has, if that is its size.
    pub fn tasks(&self, effort: Effort) -> u64 {
        match effort {
            Effort::Full => self.sizes[0].full,
            Effort::Quick => self.sizes[0].quick,
        }
    }

    fn sized(&self, choose: impl Fn(&Size) -> u64) -> Job {
        let values: Vec<(&str, u64)> = self.sizes.iter().map(|size| (size.parameter, choose(size))).collect();
        job(&format!("{}_{}", self.name, self.theme), self.name, &values)
    }
}

/// A piece of work, from a file of the benchmarks and its sizes.
pub fn job(file: &str, peer: &str, sizes: &[(&str, u64)]) -> Job {
    let name = [peer.to_string()];
    Job {
        file: benches().join("workloads").join(file).with_extension("scenario"),
        parameters: sizes.iter().map(|(name, size)| format!("{name}={size}")).collect(),
        peer: name.into_iter().chain(sizes.iter().map(|(_, size)| size.to_string())).collect(),
    }
}

/// The kinds of lines in a trace that are an event each. A sleep's line is written when it begins; each ends
/// later, or the timeout round it does.
const EVENT_KINDS: [&[u8]; 5] = [b"sleep", b"put", b"get", b"acquire", b"release"];

/// How many events the engine's own trace of a job has. Both drivers write the same trace.
pub fn count_events(programs: &Programs, job: &Job) -> Result<u64, Failure> {
    let mut command = programs.scenario("direct", job);
    command.args(["--format", "jsonl"]);
    let mut events = 0;
    stream(&mut command, |line| {
        if kind(line).is_some_and(|kind| EVENT_KINDS.contains(&kind)) {
            events += 1;
        }
    })?;
    Ok(events)
}

fn kind(line: &[u8]) -> Option<&[u8]> {
    const KEY: &[u8] = b"\"kind\":\"";
    let start = line.windows(KEY.len()).position(|window| window == KEY)? + KEY.len();
    let length = line[start..].iter().position(|&byte| byte == b'"')?;
    Some(&line[start..start + length])
}

/// How many events a hand-written program says there were.
pub fn reported_events(output: &str) -> Result<u64, Failure> {
    let report: Option<serde_json::Value> = serde_json::from_str(output.trim()).ok();
    report
        .and_then(|report| report["events"].as_u64())
        .ok_or_else(|| Failure::new(format!("no number of events in `{}`", output.trim())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kind_of_a_line_is_found() {
        assert_eq!(kind(br#"{"seq":1,"task":"main","kind":"sleep","for":5}"#), Some(&b"sleep"[..]));
        assert_eq!(kind(b"{}"), None);
    }

    #[test]
    fn names_are_those_of_the_workloads() {
        assert!(WORKLOADS.iter().map(|workload| workload.name).eq(NAMES.iter().copied()));
    }

    #[test]
    fn every_workload_has_its_file() {
        for workload in WORKLOADS {
            assert!(workload.nothing().file.is_file(), "{}", workload.name);
        }
    }
}
