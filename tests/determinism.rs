//! A file and a seed give one trace: each scenario is read and run again and again, half of the runs side by
//! side in threads, on both drivers, and all must have one digest.
//!
//! `SCENARIO_REPEAT` sets how often each file runs (8 if unset).

#[path = "running/files.rs"]
mod files;
#[path = "running/plans.rs"]
mod plans;

use std::collections::BTreeMap;
use std::env;
use std::thread;

use files::File;
use plans::plan;
use scenario::trace::{Event, Flow, Names, Sink};
use scenario::{Driver, Limits, Load, run};

struct Nobody;

impl Sink for Nobody {
    fn event(&mut self, _: &Event, _: &Names) -> Flow {
        Flow::Continue
    }
}

/// What a run is known by: its digest, how many events it had, when and how it ended.
type Fingerprint = (u64, u64, u64, String);

fn fingerprint(file: &File, seed: Option<u64>, driver: Driver) -> Fingerprint {
    let plan = plan(file.source(), &Load { seed, ..Load::default() });
    let (outcome, Nobody) = run(&plan, driver, Limits::default(), Nobody);
    (outcome.digest, outcome.events, outcome.duration, format!("{:?}", outcome.ending))
}

fn repeat() -> usize {
    match env::var("SCENARIO_REPEAT") {
        Ok(times) => {
            times.parse().unwrap_or_else(|_| panic!("SCENARIO_REPEAT must be a number, not {times:?}"))
        }
        Err(_) => 8,
    }
}

#[test]
fn every_run_of_a_file_and_seed_gives_one_trace() {
    let repeat = repeat().max(4);
    let files: Vec<File> = files::all().into_iter().filter(|file| !file.is_in("errors")).collect();
    for file in &files {
        for seed in [None, Some(1), Some(u64::MAX)] {
            let nth = |index: usize| if index.is_multiple_of(2) { Driver::Tokio } else { Driver::Direct };
            let mut found: Vec<Fingerprint> =
                (0..repeat / 2).map(|index| fingerprint(file, seed, nth(index))).collect();
            thread::scope(|scope| {
                let threads: Vec<_> = (0..4)
                    .map(|first| {
                        let mine = (repeat / 2 + first..repeat).step_by(4);
                        scope.spawn(move || {
                            mine.map(|index| fingerprint(file, seed, nth(index))).collect::<Vec<_>>()
                        })
                    })
                    .collect();
                for thread in threads {
                    found.extend(thread.join().expect("a run does not panic"));
                }
            });
            assert_eq!(found.len(), repeat);
            let mut counts: BTreeMap<&Fingerprint, usize> = BTreeMap::new();
            for fingerprint in &found {
                *counts.entry(fingerprint).or_default() += 1;
            }
            assert_eq!(counts.len(), 1, "{}, seed {seed:?}: {counts:#?}", file.name);
        }
    }
}

#[test]
fn a_file_that_draws_gives_another_trace_with_another_seed() {
    let source = "main { for _ in 0..5 { sleep 1ms..1s } }";
    let duration = |seed| {
        let source = scenario::source::Source::new("draws.scenario", source, scenario::source::Form::Text);
        let plan = plan(source, &Load { seed: Some(seed), ..Load::default() });
        run(&plan, Driver::Direct, Limits::default(), Nobody).0.duration
    };
    assert_ne!(duration(1), duration(2));
}
