//! The seed programs: each file below `scenarios/seeds` must log what is expected of its program, in the
//! order that is demanded, on both drivers. What is expected stands in `tests/seeds/NN_name.jsonl`.

#[path = "../running/agreement.rs"]
mod agreement;
mod check;
#[path = "../running/files.rs"]
mod files;
#[path = "../running/logs.rs"]
mod logs;
#[path = "../running/plans.rs"]
mod plans;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use agreement::on_both_drivers;
use check::{Difference, Expectation};
use files::File;
use logs::Logs;
use plans::plan;
use scenario::trace::outcome::{Judgement, RunEnding};
use scenario::{Limits, Load};

/// The seed programs with their files, by stem: `10_producer_consumer_demo`.
fn programs() -> BTreeMap<String, Vec<File>> {
    let mut programs: BTreeMap<String, Vec<File>> = BTreeMap::new();
    for file in files::all().into_iter().filter(|file| file.is_in("seeds")) {
        let stem = file.path().file_stem().and_then(|stem| stem.to_str()).unwrap_or_default().to_string();
        programs.entry(stem).or_default().push(file);
    }
    programs
}

fn expectation(stem: &str) -> Expectation {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/seeds").join(format!("{stem}.jsonl"));
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    Expectation::parse(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn every_seed_program_logs_what_is_expected_on_both_drivers() {
    let mut wrong = String::new();
    let programs = programs();
    assert!(!programs.is_empty(), "no seed program found");
    for (stem, files) in &programs {
        let expectation = expectation(stem);
        for file in files {
            let plan = plan(file.source(), &Load::default());
            let agreed = on_both_drivers(&plan, Limits::default(), Logs::default)
                .unwrap_or_else(|difference| panic!("{}: {difference}", file.name));
            assert!(matches!(agreed.outcome.ending, RunEnding::Ok(_)), "{}: {:?}", file.name, agreed.outcome);
            for verdict in agreed.outcome.verdicts {
                assert_eq!(verdict.judgement, Judgement::Held, "{}: {:?}", file.name, verdict.span);
            }
            for (driver, logs) in ["tokio", "direct"].iter().zip(agreed.sinks) {
                for difference in expectation.differences(&logs.0) {
                    wrong += &format!("\n{}, {driver} driver: {difference:?}", file.name);
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn every_seed_program_has_both_forms() {
    for (stem, files) in programs() {
        let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
        assert_eq!(names, [format!("seeds/{stem}.scenario"), format!("seeds/{stem}.yaml")]);
    }
}

#[test]
fn every_list_of_expected_events_can_be_read() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/seeds");
    let entries = fs::read_dir(&folder).expect("the folder of expected events");
    let names = entries.map(|entry| entry.expect("an entry of the folder").file_name());
    let names: Vec<String> = names.map(|name| name.into_string().expect("a name in UTF-8")).collect();
    let stems: Vec<&str> = names.iter().filter_map(|name| name.strip_suffix(".jsonl")).collect();
    assert_eq!(stems.len(), 24);
    for stem in stems {
        let differences = expectation(stem).differences(&[]);
        assert!(!differences.is_empty(), "{stem}: nothing is expected, so nothing can be missed");
        assert!(differences.iter().all(|it| matches!(it, Difference::Missing { .. })));
    }
}

/// Expects `a` at 0, then at 1 s `b` and behind it `c`, and `d` in any place.
const SMALL: &str = r#"
{"demo": "small", "section": "0", "duration": 1}
{"i": 0, "t": 0.0, "text": "a"}
{"i": 1, "t": 1.0, "text": "b", "after": []}
{"i": 2, "t": 1.0, "text": "c", "after": [1]}
{"i": 3, "t": 1.0, "text": "d", "free_with": [1, 2]}
{"summary": {"result": null}}
"#;

const SECOND: u64 = 1_000_000_000;

fn compare(logs: &[(u64, &str)]) -> Vec<Difference> {
    let logs: Vec<(u64, String)> = logs.iter().map(|(time, text)| (*time, text.to_string())).collect();
    Expectation::parse(SMALL).expect("a list of expected events").differences(&logs)
}

#[test]
fn the_checker_takes_any_order_that_is_not_demanded() {
    assert_eq!(compare(&[(0, "a"), (SECOND, "b"), (SECOND, "c"), (SECOND, "d")]), []);
    assert_eq!(compare(&[(0, "a"), (SECOND, "d"), (SECOND, "b"), (SECOND, "c")]), []);
    assert_eq!(compare(&[(499, "a"), (SECOND - 500, "d"), (SECOND, "b"), (SECOND + 499, "c")]), []);
}

#[test]
fn the_checker_sees_a_missing_and_an_extra_message() {
    let found = compare(&[(0, "a"), (SECOND, "b"), (SECOND, "d"), (2 * SECOND, "e")]);
    let missing = Difference::Missing { time: 1_000_000, text: "c".into() };
    assert_eq!(found, [missing, Difference::Extra { time: 2_000_000, text: "e".into() }]);
}

#[test]
fn the_checker_counts_equal_messages() {
    let found = compare(&[(0, "a"), (0, "a"), (SECOND, "b"), (SECOND, "c"), (SECOND, "d")]);
    assert_eq!(found, [Difference::Extra { time: 0, text: "a".into() }]);
}

#[test]
fn the_checker_sees_a_late_and_an_early_message() {
    let found = compare(&[(501, "a"), (SECOND, "b"), (SECOND, "c"), (SECOND, "d")]);
    assert_eq!(found, [Difference::Late { expected: 0, found: 1, text: "a".into() }]);
    let found = compare(&[(0, "a"), (SECOND / 2, "b"), (SECOND, "c"), (SECOND, "d")]);
    assert_eq!(found, [Difference::Early { expected: 1_000_000, found: 500_000, text: "b".into() }]);
}

#[test]
fn the_checker_sees_a_wrong_order_inside_an_instant() {
    let found = compare(&[(0, "a"), (SECOND, "c"), (SECOND, "b"), (SECOND, "d")]);
    assert_eq!(found, [Difference::Order { time: 1_000_000, first: "b".into(), second: "c".into() }]);
}

#[test]
fn the_checker_sees_a_clock_that_goes_back() {
    let found = compare(&[(SECOND, "b"), (SECOND, "c"), (SECOND, "d"), (0, "a")]);
    assert_eq!(found, [Difference::Clock { before: SECOND, after: 0, text: "a".into() }]);
}

#[test]
fn the_checker_refuses_what_is_no_list_of_expected_events() {
    assert!(Expectation::parse("").is_err());
    assert!(Expectation::parse(r#"{"i": 0, "t": 0.0, "text": "a"}"#).is_err());
    let header = r#"{"demo": "x"}"#;
    assert!(Expectation::parse(&format!("{header}\nnot JSON")).is_err());
    assert!(Expectation::parse(&format!("{header}\n{}", r#"{"i": 1, "t": 0, "text": "a"}"#)).is_err());
    assert!(
        Expectation::parse(&format!("{header}\n{}", r#"{"i": 0, "t": 0, "text": "a", "after": [0]}"#))
            .is_err()
    );
    assert!(Expectation::parse(&format!("{header}\n{}", r#"{"i": 0, "text": "a"}"#)).is_err());
}
