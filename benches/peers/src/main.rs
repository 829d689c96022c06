//! The workloads, written by hand on tokio's paused clock, as somebody who knows tokio would write them without
//! this project.
//!
//! `peers WORKLOAD SIZE...` runs one, and prints a line of JSON: how many events it had, and what the process
//! spent.

mod bucket;
mod operations;
mod random;
mod workloads;

use std::error::Error;
use std::process::ExitCode;

use rustix::time::{ClockId, clock_gettime};
use tokio::runtime::Builder;
use workloads::Counted;

const USAGE: &str = "usage: peers WORKLOAD SIZE...
  w1 TASKS ROUNDS
  w2 ITEMS
  w3 MESSAGES
  w4 TASKS PERMITS ROUNDS
  w5 TASKS
  w6 CLIENTS REQUESTS
  queue_items ITEMS ROUNDS
  operations OPERATIONS ROUNDS   (OPERATIONS: 10, or a multiple of 100)";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match measure(&arguments) {
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

fn measure(arguments: &[String]) -> Result<String, Box<dyn Error>> {
    let (workload, sizes) = arguments.split_first().ok_or(USAGE)?;
    let sizes = sizes.iter().map(|size| size.parse()).collect::<Result<Vec<u64>, _>>()?;
    let runtime = Builder::new_current_thread().enable_time().start_paused(true).build()?;
    let events = runtime.block_on(run(workload, &sizes))?;
    drop(runtime);
    let spent = clock_gettime(ClockId::ProcessCPUTime);
    let nanoseconds = spent.tv_sec * 1_000_000_000 + spent.tv_nsec;
    let peak = peak_bytes()?;
    Ok(format!(
        "{{\"workload\":\"{workload}\",\"events\":{events},\"cpu_nanoseconds\":{nanoseconds},\"peak_bytes\":{peak}}}"
    ))
}

async fn run(workload: &str, sizes: &[u64]) -> Counted {
    match (workload, sizes) {
        ("w1", &[tasks, rounds]) => workloads::timers(tasks, rounds).await,
        ("w2", &[items]) => workloads::pipeline(items).await,
        ("w3", &[messages]) => workloads::ping_pong(messages).await,
        ("w4", &[tasks, permits, rounds]) => workloads::contention(tasks, permits.try_into()?, rounds).await,
        ("w5", &[tasks]) => workloads::fan_out(tasks).await,
        ("w6", &[clients, requests]) => workloads::resilience(clients, requests).await,
        ("queue_items", &[items, rounds]) => workloads::queue_items(items, rounds).await,
        ("operations", &[operations, rounds]) => operations::straight_line(operations, rounds).await,
        _ => Err(USAGE.into()),
    }
}

/// The most memory that the process ever held, as Linux counts it.
fn peak_bytes() -> Result<u64, Box<dyn Error>> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line =
        status.lines().find_map(|line| line.strip_prefix("VmHWM:")).ok_or("no VmHWM in /proc/self/status")?;
    let kibibytes: u64 = line.trim().trim_end_matches(" kB").parse()?;
    Ok(kibibytes * 1024)
}
