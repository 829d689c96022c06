//! What of the events a snapshot keeps, and in which format.

use crate::place::{files, put, run, said, text};
use crate::workplace::Workplace;

const CHOOSY: &str = "scenario \"choosy\"\ntrace kinds: [log]\nmain {\n  sleep 1s\n  log \"hello\"\n}\n";

fn kept(place: &Workplace) -> Vec<String> {
    files(&place.path("snapshots")).into_keys().collect()
}

#[test]
fn what_the_file_leaves_out_changes_no_snapshot() {
    for format in ["text", "logs", "jsonl"] {
        let file = CHOOSY.replace("[log]", &format!("[log], format: {format}"));
        let place = Workplace::with("a.scenario", &file);
        said(&run(&place, &["test", "--accept"]), 0, &["1 accepted"]);
        put(&place, "a.scenario", &file.replace("sleep 1s", "sleep 400ms\n  sleep 600ms"));
        said(&run(&place, &["test"]), 0, &["1 passed"]);
        put(&place, "a.scenario", &file.replace("hello", "hullo"));
        said(&run(&place, &["test"]), 1, &["1 differs", "hullo"]);
    }
}

#[test]
fn expectations_see_what_the_file_leaves_out() {
    let file = format!("{CHOOSY}expect {{ count(\"hello\") == 1 }}\n").replace("[log]", "[sleep]");
    let place = Workplace::with("a.scenario", &file);
    said(&run(&place, &["test", "--accept"]), 0, &["1 accepted"]);
    assert!(!text(&place, "snapshots/a.scenario.snap").contains("hello"));
    // A run that begins to fail is noticed, though it shows the same events.
    put(&place, "a.scenario", &file.replace("== 1", "== 2"));
    said(&run(&place, &["test"]), 1, &["1 differs", "this expectation is broken"]);
}

#[test]
fn another_format_has_a_snapshot_of_its_own() {
    let place = Workplace::with("a.scenario", CHOOSY);
    run(&place, &["test", "--accept"]);
    let ran = run(&place, &["test", "--format", "logs"]);
    said(&ran, 1, &["new       a.scenario", "snapshots/a.scenario.logs.snap.new\n"]);
    said(&run(&place, &["test", "--format", "logs", "--accept"]), 0, &["1 accepted"]);
    assert_eq!(kept(&place), ["a.scenario.logs.snap", "a.scenario.snap"]);
    assert_eq!(
        text(&place, "snapshots/a.scenario.logs.snap"),
        "---\nsource: a.scenario\ndescription: choosy\ninput_file: a.scenario\n---\n      1.000s  hello\n\nok after 1.000s\n"
    );
    for arguments in [&["test", "--format", "logs"][..], &["test"], &["test", "--format", "text"]] {
        said(&run(&place, arguments), 0, &["1 scenario: 1 passed\n"]);
    }
    // What the file asks for is its snapshot, whatever the command line says.
    put(&place, "a.scenario", &CHOOSY.replace("[log]", "[log], format: logs"));
    said(&run(&place, &["test", "--accept"]), 0, &["1 accepted"]);
    said(&run(&place, &["test", "--format", "logs"]), 0, &["1 passed"]);
    assert_eq!(kept(&place), ["a.scenario.logs.snap", "a.scenario.snap"]);
    std::fs::remove_file(place.path("a.scenario")).unwrap();
    put(&place, "b.scenario", CHOOSY);
    let stale = ["stale     snapshots/a.scenario.logs.snap", "stale     snapshots/a.scenario.snap"];
    said(&run(&place, &["test", "--accept"]), 0, &stale);
}

#[test]
fn the_command_line_chooses_instead_of_the_file() {
    let place = Workplace::with("a.scenario", CHOOSY);
    let lines = |arguments: &[&str]| {
        let ran = run(&place, &[&["run", "a.scenario"], arguments].concat());
        assert_eq!(ran.code, Some(0), "{}", ran.errors);
        ran.output.lines().map(|line| line.trim().to_string()).collect::<Vec<_>>()
    };
    let hello = "1.000s  main              log      hello";
    assert_eq!(lines(&[]), [hello, "", "ok after 1.000s, 1 event shown"]);
    assert_eq!(lines(&["--format", "logs"]), ["1.000s  hello"]);
    assert_eq!(lines(&["--kinds", "end"]).last().unwrap(), "ok after 1.000s, 1 event shown");
    assert_eq!(lines(&["--except", "sleep,end"]), [hello, "", "ok after 1.000s, 1 event shown"]);
    assert_eq!(lines(&["--tasks", "mai?"])[0], hello);
    assert_eq!(lines(&["--tasks", "worker*"]), ["ok after 1.000s, 0 events shown"]);
    assert_eq!(lines(&["--all"]).last().unwrap(), "ok after 1.000s, 3 events");
    let all = lines(&["--all", "--format", "jsonl"]);
    let digest = |lines: &[String]| lines.last().unwrap().split_once("\"digest\"").unwrap().1.to_string();
    assert_eq!(digest(&all), digest(&lines(&["--format", "jsonl"])));
    run(&place, &["run", "a.scenario", "--kinds", "logg"])
        .ended(2, &["'logg'", "a similar value exists: 'log'"]);
    run(&place, &["test", "--format", "json"]).ended(2, &["possible values: text, logs, jsonl"]);
}
