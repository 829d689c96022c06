//! Runs programs and measures them from outside.
//!
//! The CPU time is the kernel's account of the whole process, user and system, so what other processes do on the
//! core does not enter except through caches.

use std::error::Error;
use std::fmt;
use std::io::{self, BufRead, BufReader, Read};
use std::process::{ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};
use wait4::{ResourceUsage, Wait4};

/// What a program spent.
#[derive(Clone, Debug)]
pub struct Usage {
    /// CPU time, in seconds.
    pub seconds: f64,
    /// The most memory held, in bytes.
    pub peak: u64,
    /// What it printed.
    pub output: String,
}

/// A program that did not do its work.
#[derive(Clone, Debug)]
pub struct Failure(String);

impl Failure {
    /// A failure for a reason.
    pub fn new(reason: String) -> Failure {
        Failure(reason)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl Error for Failure {}

/// Keeps this program, and so all that it starts, on one core: the last of those it may use, for the first is
/// where most interrupts go.
pub fn pin() -> Result<(), Box<dyn Error>> {
    let allowed = sched_getaffinity(None)?;
    if let Some(last) = (0..CpuSet::MAX_CPU).rev().find(|&core| allowed.is_set(core)) {
        let mut only = CpuSet::new();
        only.set(last);
        sched_setaffinity(None, &only)?;
    }
    Ok(())
}

/// Runs a program to its end.
pub fn run(command: &mut Command) -> Result<Usage, Failure> {
    let mut output = String::new();
    let spent = attend(command, |stdout| stdout.read_to_string(&mut output).map(drop))?;
    Ok(Usage { seconds: (spent.utime + spent.stime).as_secs_f64(), peak: spent.maxrss, output })
}

/// Runs a program to its end and looks at each line that it prints; keeps none of them, for a parent's memory
/// counts in its children's peaks.
pub fn stream(command: &mut Command, mut look: impl FnMut(&[u8])) -> Result<(), Failure> {
    attend(command, |stdout| {
        let mut lines = BufReader::with_capacity(1 << 16, stdout);
        let mut line = Vec::new();
        while lines.read_until(b'\n', &mut line)? > 0 {
            look(&line);
            line.clear();
        }
        Ok(())
    })
    .map(drop)
}

fn attend(
    command: &mut Command,
    read: impl FnOnce(&mut ChildStdout) -> io::Result<()>,
) -> Result<ResourceUsage, Failure> {
    let name = format!("{command:?}").replace('"', "");
    let failure = |reason: &dyn fmt::Display| Failure(format!("{name}: {reason}"));
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|error| failure(&error))?;
    if let Some(mut stdout) = child.stdout.take() {
        read(&mut stdout).map_err(|error| failure(&error))?;
    }
    // No program here says much on standard error, so it can wait until standard output is closed.
    let mut complaint = String::new();
    if let Some(mut stderr) = child.stderr.take() {
        stderr.read_to_string(&mut complaint).map_err(|error| failure(&error))?;
    }
    let ended = child.wait4().map_err(|error| failure(&error))?;
    if !ended.status.success() {
        let reason: Vec<&str> = complaint.lines().filter(|line| !line.trim().is_empty()).take(3).collect();
        return Err(failure(&format!("{}; {}", ended.status, reason.join(" / "))));
    }
    Ok(ended.rusage)
}

/// How long a program took by the wall's clock.
#[derive(Clone, Copy, Debug)]
pub struct Latency {
    /// From its start to the first byte that it printed, or to its end if it printed nothing.
    pub first_byte: Duration,
    /// From its start to its end.
    pub end: Duration,
}

/// Runs a program and times it.
#[expect(clippy::disallowed_methods, reason = "how long a process takes is what is measured")]
pub fn time(command: &mut Command) -> Result<Latency, Box<dyn Error>> {
    let start = Instant::now();
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
    let mut rest = Vec::new();
    let mut first_byte = None;
    if let Some(mut stdout) = child.stdout.take() {
        let mut first = [0];
        if stdout.read(&mut first)? == 1 {
            first_byte = Some(start.elapsed());
        }
        stdout.read_to_end(&mut rest)?;
    }
    let status = child.wait()?;
    let end = start.elapsed();
    if !status.success() {
        return Err(format!("{command:?}: {status}").into());
    }
    Ok(Latency { first_byte: first_byte.unwrap_or(end), end })
}
