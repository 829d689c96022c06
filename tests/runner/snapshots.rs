//! Snapshots: what is in them, and when they are written.

use std::fs;
use std::path::Path;

use crate::place::{BROKEN, GREETING, answer, files, put, run, run_with, said, text};
use crate::workplace::Workplace;

#[test]
fn what_waits_is_what_insta_would_accept() {
    let place = Workplace::new();
    put(&place, "scenarios/a.scenario", GREETING);
    said(&run(&place, &["test"]), 1, &["new       scenarios/a.scenario\n", "snapshots/a.scenario.snap.new"]);
    let pending = place.path("scenarios/snapshots/a.scenario.snap.new");
    let expected = "---\nsource: scenarios/a.scenario\ndescription: \"a: greeting\"\ninput_file: \
                    scenarios/a.scenario\n---\n      0.000s  main              sleep    1s\n      1.000s  main              \
                    log      hello\n      1.000s  main              end      done\n\nok after 1.000s, 3 events\n1 of 1 \
                    expectation holds\n";
    assert_eq!(fs::read_to_string(&pending).unwrap(), expected);

    insta::Snapshot::from_file(&pending).unwrap().save(&place.path("insta.snap")).unwrap();
    run(&place, &["test", "--accept"]);
    assert_eq!(text(&place, "scenarios/snapshots/a.scenario.snap"), text(&place, "insta.snap"));
    assert_eq!(text(&place, "insta.snap"), expected);
}

#[test]
fn the_snapshots_of_this_project_are_kept_byte_for_byte() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let place = Workplace::new();
    let mut count = 0;
    for (name, bytes) in files(&folder).into_iter().filter(|(name, _)| name.ends_with(".snap")) {
        let file = String::from_utf8(bytes).unwrap();
        let snapshot = scenario::snapshot::Snapshot::read(&file).unwrap();
        assert_eq!(snapshot.write(), file, "{name}");
        count += 1;
    }
    assert!(count > 100, "only {count} snapshots");
    let ran = run_with(&place, ("CI", "1"), &["test", &folder.display().to_string()]);
    said(&ran, 0, &[&format!("{count} scenarios: {count} passed")]);
}

#[test]
fn a_snapshot_stays_that_of_the_program_that_made_it() {
    let place = Workplace::new();
    put(&place, "scenarios/a.scenario", GREETING);
    let old = "---\nsource: tests/traces.rs\nassertion_line: 7\n---\nold\n";
    put(&place, "scenarios/snapshots/a.scenario.snap", old);
    run(&place, &["test", "--accept"]);
    assert!(
        text(&place, "scenarios/snapshots/a.scenario.snap").starts_with("---\nsource: tests/traces.rs\ndesc")
    );
}

#[test]
fn what_insta_lets_wait_is_accepted_as_insta_would() {
    let place = Workplace::new();
    put(&place, "scenarios/a.scenario", GREETING);
    run(&place, &["test"]);
    let pending = "scenarios/snapshots/a.scenario.snap.new";
    let ours = text(&place, pending);
    let source = "source: tests/traces.rs\nassertion_line: 7\n";
    let theirs =
        ours.replace("source: scenarios/a.scenario\n", source).replace("input", "expression: text\ninput");
    put(&place, pending, &theirs);
    insta::Snapshot::from_file(&place.path(pending)).unwrap().save(&place.path("insta.snap")).unwrap();
    said(&run(&place, &["test"]), 1, &["1 new"]);
    said(&answer(&place, &["test", "--review"], "a\n"), 0, &["1 accepted"]);
    assert_eq!(text(&place, "scenarios/snapshots/a.scenario.snap"), text(&place, "insta.snap"));
    assert!(!place.path(pending).exists());
}

#[test]
fn line_ends_do_not_count() {
    let place = Workplace::new();
    put(&place, "scenarios/a.scenario", GREETING);
    run(&place, &["test", "--accept"]);
    let windows = text(&place, "scenarios/snapshots/a.scenario.snap").replace('\n', "\r\n");
    put(&place, "scenarios/snapshots/a.scenario.snap", &format!("{windows}\r\n"));
    said(&run(&place, &["test"]), 0, &["1 passed"]);
}

#[test]
fn on_a_server_nothing_is_written() {
    let place = Workplace::new();
    put(&place, "scenarios/a.scenario", GREETING);
    let before = files(&place.path(""));
    said(&run_with(&place, ("CI", "1"), &["test"]), 1, &["1 new"]);
    said(&run_with(&place, ("INSTA_UPDATE", "no"), &["test"]), 1, &["1 new"]);
    assert_eq!(files(&place.path("")), before);
    said(&run_with(&place, ("CI", "false"), &["test"]), 1, &["1 new"]);
    assert!(place.path("scenarios/snapshots/a.scenario.snap.new").exists());
    said(&run_with(&place, ("INSTA_UPDATE", "always"), &["test"]), 0, &["1 accepted"]);
    assert!(!place.path("scenarios/snapshots/a.scenario.snap.new").exists());
    run_with(&place, ("INSTA_UPDATE", "maybe"), &["test"]).ended(2, &["INSTA_UPDATE is `maybe`", "`always`"]);
}

#[test]
fn a_run_that_fails_is_not_accepted_by_the_way() {
    let place = Workplace::with("broken.scenario", BROKEN).and("ok.scenario", GREETING);
    let ran = run(&place, &["test", "--accept"]);
    said(&ran, 1, &["new       broken.scenario", "this expectation is broken", "--accept-failing"]);
    said(&ran, 1, &["accepted  ok.scenario", "2 scenarios: 1 accepted, 1 new"]);
    assert!(!place.path("snapshots/broken.scenario.snap").exists());
    said(&run(&place, &["test", "--accept-failing"]), 0, &["1 passed, 1 accepted"]);
    let passed = "ok        broken.scenario  (fails, as accepted: 1 of 1 expectations broken)\n";
    said(&run(&place, &["test"]), 0, &[passed, "2 passed (1 fails, as accepted)"]);
}

#[test]
fn a_review_does_what_is_answered() {
    let place = Workplace::new();
    for name in ["a", "b", "c", "d"] {
        put(&place, &format!("{name}.scenario"), GREETING);
    }
    let ran = answer(&place, &["test", "--review"], "what?\naccept\nr\n\nquit\n");
    said(&ran, 1, &["1 of 4  a.scenario: there is no accepted snapshot", "4 of 4", "1 accepted, 3 new"]);
    let left: Vec<String> = files(&place.path("snapshots")).into_keys().collect();
    assert_eq!(left, ["a.scenario.snap", "c.scenario.snap.new", "d.scenario.snap.new"]);
    said(&answer(&place, &["test", "--review"], "a\na\n"), 1, &["1 passed, 2 accepted, 1 new"]);
    said(&answer(&place, &["test", "--review"], "a\n"), 0, &["3 passed, 1 accepted"]);
}
