//! Several runs at once, runs that are killed, runs that go on.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::process::Stdio;
use std::sync::mpsc;
use std::time::{Duration, SystemTime};

use crate::place::{GREETING, command, files, put, run, said};
use crate::workplace::Workplace;

#[test]
fn many_runs_at_once_lose_nothing() {
    let place = Workplace::new();
    for index in 0..60 {
        put(&place, &format!("s/{index}.scenario"), &GREETING.replace("1s", &format!("{index}ms")));
    }
    let at_once = |arguments: &[&str], code: i32| {
        let start = |_| command(&place, arguments).stdout(Stdio::null()).spawn().expect("the program starts");
        let mut children: Vec<_> = (0..4).map(start).collect();
        for child in &mut children {
            assert_eq!(child.wait().expect("it ends").code(), Some(code));
        }
        files(&place.path("s/snapshots"))
    };
    let pending = at_once(&["test", "-j", "4", "-q"], 1);
    let accepted = at_once(&["test", "--accept", "-j", "4", "-q"], 0);
    assert_eq!((pending.len(), accepted.len()), (60, 60), "{:?} {:?}", pending.keys(), accepted.keys());
    for (name, bytes) in &accepted {
        assert!(pending[&format!("{name}.new")] == *bytes, "{name}");
    }
    said(&run(&place, &["test"]), 0, &["60 scenarios: 60 passed\n"]);
    let ran = run(&place, &["test", "-v", "--repeat", "3"]);
    said(&ran, 0, &["60 passed"]);
    assert_eq!(ran.output.matches("ok  ").count(), 60);
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

#[test]
fn a_killed_run_leaves_no_half_of_a_snapshot() {
    // A long snapshot: writing it takes a while, and the run is killed as soon as a file appears.
    let line = "x".repeat(500);
    let place = Workplace::with(
        "a.scenario",
        format!("main {{\n  for i in 0..40000 {{ log \"{{i}} {line}\" }}\n}}\n"),
    );
    let folder = place.path("snapshots");
    let is_whole = |bytes: &[u8]| bytes.ends_with(b"\nok after 0.000s, 40,001 events\n");
    let mut unfinished = 0;
    for _ in 0..5 {
        let mut child = command(&place, &["test", "--accept", "-q"]).spawn().expect("it starts");
        let has_begun = || fs::read_dir(&folder).is_ok_and(|mut files| files.next().is_some());
        while !has_begun() && child.try_wait().expect("its state").is_none() {
            std::thread::yield_now();
        }
        child.kill().expect("it can be killed");
        child.wait().expect("it ends");
        for (name, bytes) in files(&folder) {
            assert!(name.starts_with('.') || is_whole(&bytes), "{name} is not whole");
            unfinished += usize::from(!is_whole(&bytes));
        }
        fs::remove_dir_all(&folder).expect("it can be removed");
    }
    println!("{unfinished} of 5 were unfinished");
    said(&run(&place, &["test", "--accept", "-q"]), 0, &[]);
    assert!(
        files(&folder).into_values().all(|bytes| is_whole(&bytes)),
        "that of a run that was not killed is"
    );
    said(&run(&place, &["test"]), 0, &["1 passed"]);
}

#[test]
fn what_killed_runs_left_is_taken_away() {
    let place = Workplace::with("a.scenario", GREETING);
    let names = ["snapshots/.a.scenario.snap.12-0.unfinished", "snapshots/.b.snap.new.7-0.unfinished"];
    for name in names {
        put(&place, name, "---\nsour");
    }
    said(&run(&place, &["test", "--accept"]), 0, &["1 accepted"]);
    let kept = || files(&place.path("snapshots")).into_keys().collect::<Vec<_>>();
    assert_eq!(kept().len(), 3, "they may be those of a run that goes on: {:?}", kept());
    for name in names {
        let file = File::options().write(true).open(place.path(name)).expect("a file");
        file.set_modified(SystemTime::UNIX_EPOCH).expect("its time can be set");
    }
    let on_server = command(&place, &["test"]).env("CI", "1").output().expect("the program starts");
    said(&on_server.into(), 0, &["1 passed"]);
    assert_eq!(kept().len(), 3, "on a server nothing is written: {:?}", kept());
    said(&run(&place, &["test"]), 0, &["ok        a.scenario\n1 scenario: 1 passed\n"]);
    assert_eq!(kept(), ["a.scenario.snap"]);
}
