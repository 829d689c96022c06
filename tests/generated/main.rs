//! Programs made at random: each must load, run to equal traces on both drivers, keep what every run must
//! keep, and leave nothing behind.
//!
//! `SCENARIO_GENERATED=20000` sets how many run (2000 if unset), `SCENARIO_GENERATED_FROM` the number of the
//! first (0 if unset). A program that fails is printed after it has been made as small as it goes.

#[path = "../running/agreement.rs"]
mod agreement;
mod generator;
mod invariants;
mod lines;
mod program;

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use agreement::on_both_drivers;
use invariants::Invariants;
use program::{Program, Statement};
use scenario::diagnostic::Severity;
use scenario::source::{Form, Source};
use scenario::trace::outcome::RunEnding;
use scenario::{Limits, Load, load};

const THREADS: u64 = 2;

/// Enough for any program that ends in good time; a few make so many calls that they are stopped.
const LIMITS: Limits =
    Limits { max_steps: 200_000, max_time: None, max_turn: 100_000, max_instant: 100_000, max_tasks: 10_000 };

/// What the programs led to.
#[derive(Default)]
struct Tally {
    endings: BTreeMap<&'static str, u64>,
    kinds: BTreeSet<&'static str>,
}

/// Runs a program.
///
/// # Errors
/// If it is refused, or something does not hold for its run.
fn check(text: &str, tally: &mut Tally) -> Result<(), String> {
    let loaded = load(Source::new("generated.scenario", text, Form::Text), &Load::default());
    if let Some(error) = loaded.diagnostics.iter().find(|it| it.severity == Severity::Error) {
        return Err(format!(
            "refused: {}, line {}",
            error.message,
            loaded.source.place(error.span.start).line
        ));
    }
    let Some(plan) = loaded.plan else { return Err("neither an error nor a plan".into()) };
    let agreed = on_both_drivers(&plan, LIMITS, Invariants::default)?;
    let ending = match agreed.outcome.ending {
        RunEnding::Ok(_) => "ok",
        RunEnding::Failed(_) => "failed",
        RunEnding::Deadlock(_) => "deadlock",
        RunEnding::Stopped(_) => "stopped",
        RunEnding::HostFailed(_) => return Err("a host function failed, and there is none".into()),
    };
    for invariants in &agreed.sinks {
        if let Some(broken) = &invariants.broken {
            return Err(broken.clone());
        }
        if matches!(ending, "ok" | "failed") {
            invariants.at_the_end()?;
        }
        tally.kinds.extend(&invariants.kinds);
    }
    *tally.endings.entry(ending).or_default() += 1;
    Ok(())
}

/// The same, with a panic taken as what does not hold.
fn survives(program: &Program, tally: &mut Tally) -> Result<(), String> {
    let text = program.to_string();
    catch_unwind(AssertUnwindSafe(|| check(&text, tally))).unwrap_or_else(|panic| {
        let message = panic.downcast_ref::<String>().cloned();
        let message = message.or_else(|| panic.downcast_ref::<&str>().map(|message| message.to_string()));
        Err(format!("panic: {}", message.unwrap_or_default()))
    })
}

/// Leaves out whatever can be left out while the program still fails in the same manner.
fn shrink(mut program: Program, mut reason: String) -> (Program, String) {
    // Numbers differ from one size of the program to the next.
    let manner =
        |reason: &str| reason.lines().next().unwrap_or_default().replace(|it: char| it.is_ascii_digit(), "");
    let mut tries = 0;
    'smaller: while tries < 5_000 {
        for candidate in program.smaller() {
            tries += 1;
            if let Err(found) = survives(&candidate, &mut Tally::default())
                && manner(&found) == manner(&reason)
            {
                (program, reason) = (candidate, found);
                continue 'smaller;
            }
        }
        break;
    }
    (program, reason)
}

fn setting(name: &str, otherwise: u64) -> u64 {
    match env::var(name) {
        Ok(number) => number.parse().unwrap_or_else(|_| panic!("{name} must be a number, not {number:?}")),
        Err(_) => otherwise,
    }
}

#[test]
fn generated_programs_run_alike_on_both_drivers_and_leave_nothing_behind() {
    let first = setting("SCENARIO_GENERATED_FROM", 0);
    let last = first + setting("SCENARIO_GENERATED", 2_000);
    let next = AtomicU64::new(first);
    let work = || {
        let mut tally = Tally::default();
        let mut failed = Vec::new();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= last || !failed.is_empty() {
                return (tally, failed);
            }
            let program = generator::program(number);
            if let Err(reason) = survives(&program, &mut tally) {
                let (small, reason) = shrink(program, reason);
                failed.push(format!("program {number}: {reason}\n\n{small}"));
            }
        }
    };
    let results = thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(work)).collect();
        threads.into_iter().map(|thread| thread.join().expect("the work panics nowhere")).collect::<Vec<_>>()
    });
    let mut tally = Tally::default();
    for (part, failed) in results {
        assert!(failed.is_empty(), "{}", failed.join("\n"));
        tally.kinds.extend(part.kinds);
        for (ending, count) in part.endings {
            *tally.endings.entry(ending).or_default() += count;
        }
    }
    let count = last - first;
    println!("{count} programs: {:?}", tally.endings);
    if count >= 500 {
        let of = |ending| tally.endings.get(ending).copied().unwrap_or_default();
        assert!(of("ok") * 4 > count && of("failed") > 10 && of("deadlock") > 10, "{:?}", tally.endings);
        assert!(of("stopped") * 20 < count, "{:?}", tally.endings);
        let all = [
            "acquire",
            "block",
            "cancel",
            "catch",
            "close",
            "done",
            "end",
            "evict",
            "fail",
            "get",
            "hit",
            "join",
            "keep",
            "log",
            "measure",
            "miss",
            "offload",
            "open",
            "put",
            "read",
            "release",
            "replace",
            "request",
            "respond",
            "retry",
            "sleep",
            "spawn",
            "timeout",
            "unobserved",
            "wait",
            "write",
            "yield",
        ];
        assert_eq!(tally.kinds.into_iter().collect::<Vec<_>>(), all);
    }
}

#[test]
fn a_number_always_gives_the_same_program() {
    assert_eq!(generator::program(7).to_string(), generator::program(7).to_string());
    assert_ne!(generator::program(7).to_string(), generator::program(8).to_string());
}

#[test]
fn a_program_that_fails_is_made_small() {
    let line = |line: &str| Statement::Line(line.into());
    let block = |head: &str, body| Statement::Block {
        head: head.into(),
        body,
        clauses: vec![("finally".into(), vec![line("log \"cleanup\"")])],
    };
    let body =
        vec![line("sleep 1s"), block("try", vec![line("log \"a\""), line("sleep 5"), line("log \"b\"")])];
    let program = Program {
        declarations: Vec::new(),
        bodies: vec![Statement::Block { head: "main".into(), body, clauses: Vec::new() }],
    };
    let reason = survives(&program, &mut Tally::default()).expect_err("a duration without a unit");
    let (small, reason) = shrink(program, reason);
    assert_eq!(small.to_string(), "main {\n  sleep 5\n}\n");
    assert!(reason.starts_with("refused"), "{reason}");
}
