//! The round of a scenario as a test: set up, test, change, accept.

use std::fs;
use std::path::Path;

use crate::place::{files, put, run, said, text};
use crate::workplace::Workplace;

#[test]
fn the_whole_round() {
    let place = Workplace::new();
    let wrote = "wrote  scenarios/first.scenario\nwrote  scenarios/snapshots/first.scenario.snap\nwrote  \
                 .github/workflows/scenarios.yml\n\nNow:\n";
    said(&run(&place, &["init"]), 0, &[wrote, "1. scenario run scenarios/first.scenario"]);
    let passed = "ok        scenarios/first.scenario\n1 scenario: 1 passed\n";
    assert_eq!(run(&place, &["test"]).output, passed);

    let changed = text(&place, "scenarios/first.scenario").replace("200ms", "300ms");
    put(&place, "scenarios/first.scenario", &changed);
    let failed = run(&place, &["test"]);
    let first = "differs   scenarios/first.scenario\n  the trace differs from its snapshot, \
                 scenarios/snapshots/first.scenario.snap\n\n";
    said(&failed, 1, &[first, "|-", "          6 |+      0.000s  client.1          sleep    300ms\n"]);
    said(&failed, 1, &["1 scenario: 1 differs\n", "with `--accept` accepts all"]);
    assert!(!failed.output.contains('\u{1b}'), "{}", failed.output);
    is_as_in_the_readme(&failed.output);
    assert!(place.path("scenarios/snapshots/first.scenario.snap.new").exists());

    said(&run(&place, &["test", "--accept"]), 0, &["accepted  scenarios/first.scenario"]);
    assert!(!place.path("scenarios/snapshots/first.scenario.snap.new").exists());
    assert_eq!(run(&place, &["test"]).output, passed);

    let before = files(&place.path(""));
    said(&run(&place, &["init", "."]), 0, &["kept   scenarios/first.scenario\nkept   .github/"]);
    assert_eq!(files(&place.path("")), before);
}

/// The README shows this, with a part left out.
fn is_as_in_the_readme(output: &str) {
    let readme =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).expect("a README");
    let shown = readme.split("```text\n").find(|block| block.starts_with("differs ")).expect("a difference");
    let shown = shown.split("```").next().expect("a block");
    let (begin, end) = shown.split_once("[...]\n").expect("a part left out");
    assert!(output.starts_with(begin) && output.ends_with(end), "{output}");
}

#[test]
fn a_new_scenario_runs_and_nothing_is_overwritten() {
    let place = Workplace::new();
    said(
        &run(&place, &["new", "checkout"]),
        0,
        &["wrote checkout.scenario", "scenario run checkout.scenario"],
    );
    run(&place, &["new", "queues/full", "--form", "yaml"]).ended(0, &[]);
    assert!(text(&place, "queues/full.yaml").contains("scenario: full\n"));
    for file in ["checkout.scenario", "queues/full.yaml"] {
        run(&place, &["run", file]).ended(0, &[]);
        run(&place, &["check", "--deny-warnings", file]).ended(0, &[]);
    }
    let before = files(&place.path(""));
    run(&place, &["new", "checkout.scenario"])
        .ended(2, &["`checkout.scenario` exists already", "another name"]);
    run(&place, &["new", "a.yaml", "--form", "text"]).ended(2, &["leave out the extension"]);
    run(&place, &["new", "queues/.."]).ended(2, &["is no name for a file"]);
    assert_eq!(files(&place.path("")), before);
    for help in ["test", "new", "init"] {
        let ran = place.run(&[help, "--help"]);
        said(&ran, 0, &["Examples:", "Exit codes:"]);
    }
}
