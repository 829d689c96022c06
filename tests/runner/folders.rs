//! Which scenarios are found, what their folders mean, and which snapshots are stale.

use crate::place::{GREETING, command, files, put, run, said, text};
use crate::workplace::Workplace;

#[test]
fn folders_say_what_becomes_of_a_file() {
    let place = Workplace::new();
    put(&place, "scenarios/errors/typo.scenario", "main { slep 1s }\n");
    put(&place, "scenarios/errors/fine.scenario", GREETING);
    put(&place, "scenarios/warnings/fine.scenario", GREETING);
    put(&place, "scenarios/typo.scenario", "main { slep 1s }\n");
    let ran = run(&place, &["test", "--accept"]);
    said(&ran, 1, &["4 scenarios: 1 accepted, 3 wrong"]);
    said(
        &ran,
        1,
        &["a file below `errors/` must be refused", "a file below `warnings/` must cause a warning"],
    );
    said(&ran, 1, &["the file has errors", "did you mean `sleep`?"]);
    let snapshot = text(&place, "scenarios/errors/snapshots/typo.scenario.snap");
    assert!(snapshot.contains(" --> errors/typo.scenario:1:8\n"), "{snapshot}");
    let below =
        command(&place, &["test", "typo.scenario"]).current_dir(place.path("scenarios/errors")).output();
    said(&below.unwrap().into(), 0, &["1 passed"]);
}

#[test]
fn only_scenarios_are_found() {
    let place = Workplace::new();
    for name in
        ["a.scenario", "deep/b.yaml", ".hidden/c.scenario", "target/d.scenario", "snapshots/e.scenario"]
    {
        put(&place, name, if name.ends_with("yaml") { "main:\n  - sleep: 1s\n" } else { GREETING });
    }
    put(&place, "compose.yaml", "services:\n  main: x\n");
    assert_eq!(run(&place, &["test", "--list"]).output, "a.scenario\ndeep/b.yaml\n");
    assert_eq!(
        run(&place, &["test", "--list", "deep", ".", "./a.scenario"]).output,
        "a.scenario\ndeep/b.yaml\n"
    );
    assert_eq!(run(&place, &["test", "--list", "--filter", "deep/"]).output, "deep/b.yaml\n");
    assert_eq!(run(&place, &["test", "--list", "--filter", "*.scenario"]).output, "a.scenario\n");
    run(&place, &["test", "--filter", "nope"])
        .ended(2, &["no path of 2 scenarios has `nope`", "help: `--list`"]);
    run(&place, &["test", "nope"]).ended(2, &["`nope` does not exist"]);
    run(&place, &["test", "compose.yaml", "a.txt"]).ended(2, &["`a.txt` does not exist"]);
    run(&Workplace::new(), &["test"]).ended(2, &["there is no scenario in `.`"]);
}

#[test]
fn stale_snapshots_are_named_refused_or_deleted() {
    let place = Workplace::with("a.scenario", GREETING);
    run(&place, &["test", "--accept"]);
    put(&place, "snapshots/gone.yaml.snap", "---\nsource: x\n---\nx\n");
    put(&place, "snapshots/rust__test.snap", "---\nsource: x\n---\nx\n");
    let stale = "stale     snapshots/gone.yaml.snap  (its scenario is gone)\n";
    said(&run(&place, &["test"]), 0, &[stale]);
    said(&run(&place, &["test", "--unreferenced", "reject"]), 1, &[stale, "1 passed"]);
    assert!(!run(&place, &["test", "--unreferenced", "ignore"]).output.contains("gone"));
    said(&run(&place, &["test", "--unreferenced", "delete"]), 0, &["deleted   snapshots/gone.yaml.snap"]);
    let left: Vec<String> = files(&place.path("snapshots")).into_keys().collect();
    assert_eq!(left, ["a.scenario.snap", "rust__test.snap"]);
}

#[test]
fn the_first_failure_can_end_it() {
    let place = Workplace::with("a.scenario", GREETING);
    run(&place, &["test", "--accept"]);
    let place = place.and("b.scenario", GREETING).and("c.scenario", GREETING);
    let ran = run(&place, &["test", "--fail-fast", "-j", "1"]);
    said(
        &ran,
        1,
        &["ok        a.scenario", "new       b.scenario", "3 scenarios: 1 passed, 1 new, 1 not run"],
    );
}
