//! `scenario test`, `new` and `init`, as their users meet them: what they say, what they write, how they end.

mod command_line {
    pub(crate) mod workplace;
}

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use command_line::workplace::{Ran, Workplace};
use serde_json::Value;

const GREETING: &str =
    "scenario \"a: greeting\"\nmain {\n  sleep 1s\n  log \"hello\"\n}\nexpect { count(\"*\") == 1 }\n";
const BROKEN: &str = "main { sleep 2s }\nexpect { duration < 1s }\n";

/// The program, in an environment that says nothing about snapshots.
fn command(place: &Workplace, arguments: &[&str]) -> Command {
    let mut command = place.command(arguments);
    for variable in ["CI", "TF_BUILD", "INSTA_UPDATE"] {
        command.env_remove(variable);
    }
    command
}

fn run(place: &Workplace, arguments: &[&str]) -> Ran {
    command(place, arguments).output().expect("the program starts").into()
}

fn run_with(place: &Workplace, variable: (&str, &str), arguments: &[&str]) -> Ran {
    command(place, arguments).env(variable.0, variable.1).output().expect("the program starts").into()
}

/// What the program comes to with some answers on standard input.
fn answer(place: &Workplace, arguments: &[&str], answers: &str) -> Ran {
    let mut child = command(place, arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    child.stdin.take().expect("a pipe").write_all(answers.as_bytes()).expect("the program reads");
    child.wait_with_output().expect("the program ends").into()
}

fn put(place: &Workplace, name: &str, text: &str) {
    let path = place.path(name);
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder in a temporary directory");
    fs::write(path, text).expect("a file in a temporary directory");
}

fn text(place: &Workplace, name: &str) -> String {
    fs::read_to_string(place.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// All files below a folder, with their bytes.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut all = BTreeMap::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        if path.is_dir() {
            all.extend(files(&path).into_iter().map(|(below, bytes)| (format!("{name}/{below}"), bytes)));
        } else {
            all.insert(name, fs::read(&path).expect("a file"));
        }
    }
    all
}

#[track_caller]
fn said(ran: &Ran, code: i32, parts: &[&str]) {
    assert_eq!(ran.code, Some(code), "output: {}\nerrors: {}", ran.output, ran.errors);
    for part in parts {
        assert!(ran.output.contains(part), "`{part}` is not in: {}", ran.output);
    }
}

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
    said(&failed, 1, &["1 scenario: 1 differs\n", "`scenario test --accept`"]);
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

#[test]
fn reports_are_well_formed() {
    let place = Workplace::with("a.scenario", GREETING)
        .and("b.scenario", BROKEN)
        .and("c.yaml", "main: [log: '<&\">']\n");
    put(&place, "deep/snapshots/d.scenario.snap", "---\n<<<<<<< ours\n---\nx\n");
    put(&place, "deep/d.scenario", GREETING);
    run(&place, &["test", "--accept", "--filter", "a.scenario"]);
    let ran = run(&place, &["test", "--report-junit", "report.xml", "--report-json", "report.json"]);
    said(&ran, 1, &["spoilt    deep/d.scenario", "the snapshot can't be read: its header is no YAML"]);

    let xml = text(&place, "report.xml");
    assert_well_formed(&xml);
    for part in [
        "<testsuites name=\"scenario test\" tests=\"4\" failures=\"3\" errors=\"0\"",
        "<testsuite name=\".\" tests=\"3\" failures=\"2\" errors=\"0\" skipped=\"0\" time=\"3.000000000\">",
        "<testcase name=\"a.scenario\" classname=\".\" time=\"1.000000000\"/>",
        "<failure message=\"there is no accepted snapshot\" type=\"new\">",
        "log      &lt;&amp;&quot;&gt;",
    ] {
        assert!(xml.contains(part), "`{part}` is not in {xml}");
    }
    let report: Value = serde_json::from_str(&text(&place, "report.json")).unwrap();
    assert_eq!(report["summary"]["scenarios"], 4);
    let results: Vec<&str> =
        report["scenarios"].as_array().unwrap().iter().map(|it| it["result"].as_str().unwrap()).collect();
    assert_eq!(results, ["ok", "new", "new", "spoilt"]);
    assert_eq!(
        (&report["scenarios"][1]["fails"], &report["scenarios"][1]["duration"]),
        (&true.into(), &2_000_000_000_u64.into())
    );
    let again = run(&place, &["test", "--report-junit", "out/again.xml", "--jobs", "1"]);
    assert_eq!((again.output, text(&place, "out/again.xml")), (ran.output, xml));
}

/// Elements are closed in the order they were opened, and there is no other mark-up among the text.
fn assert_well_formed(xml: &str) {
    let mut open = Vec::new();
    let body = xml.strip_prefix("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n").expect("a declaration");
    for piece in body.split('<').skip(1) {
        let (tag, text) = piece.split_once('>').expect("a tag ends");
        assert!(!text.contains('>') && tag.matches('"').count() % 2 == 0, "{piece}");
        let name = tag.trim_matches('/').split_whitespace().next().expect("a name");
        if tag.starts_with('/') {
            assert_eq!(open.pop(), Some(name));
        } else if !tag.ends_with('/') {
            open.push(name);
        }
    }
    assert_eq!(open, Vec::<&str>::new());
}

#[test]
fn many_runs_at_once_lose_nothing() {
    let place = Workplace::new();
    for index in 0..60 {
        put(&place, &format!("s/{index}.scenario"), &GREETING.replace("1s", &format!("{index}ms")));
    }
    let mut children: Vec<_> = (0..4)
        .map(|_| {
            command(&place, &["test", "--accept", "-j", "4", "-q"]).stdout(Stdio::null()).spawn().unwrap()
        })
        .collect();
    for child in &mut children {
        assert_eq!(child.wait().unwrap().code(), Some(0));
    }
    let kept = files(&place.path("s/snapshots"));
    assert_eq!(kept.len(), 60, "{:?}", kept.keys());
    said(&run(&place, &["test"]), 0, &["60 scenarios: 60 passed\n"]);
    let ran = run(&place, &["test", "-v", "--repeat", "3"]);
    said(&ran, 0, &["60 passed"]);
    assert_eq!(ran.output.matches("ok  ").count(), 60);
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

#[test]
fn what_changes_is_tested_again() {
    let place = Workplace::with("a.scenario", GREETING).and("b.scenario", GREETING);
    run(&place, &["test", "--accept"]);
    let mut child = command(&place, &["test", "--watch"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts");
    let lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || lines.map_while(Result::ok).try_for_each(|line| sender.send(line)));
    let summary = || loop {
        let line = receiver.recv_timeout(Duration::from_secs(60)).expect("a summary");
        if line.contains("scenario: ") || line.contains("scenarios: ") {
            return line;
        }
    };
    assert_eq!(summary(), "2 scenarios: 2 passed");
    put(&place, "b.scenario", &GREETING.replace("1s", "20s"));
    assert_eq!(summary(), "1 scenario: 1 differs");
    put(&place, "b.scenario", GREETING);
    assert_eq!(summary(), "1 scenario: 1 passed");
    child.kill().expect("it still runs");
    child.wait().expect("it ends");
}
