//! Runs the program in a place of its own, and looks at what it said and wrote.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::workplace::{Ran, Workplace};

pub(crate) const GREETING: &str =
    "scenario \"a: greeting\"\nmain {\n  sleep 1s\n  log \"hello\"\n}\nexpect { count(\"*\") == 1 }\n";
pub(crate) const BROKEN: &str = "main { sleep 2s }\nexpect { duration < 1s }\n";

/// The program, in an environment that says nothing about snapshots.
pub(crate) fn command(place: &Workplace, arguments: &[&str]) -> Command {
    let mut command = place.command(arguments);
    for variable in ["CI", "TF_BUILD", "INSTA_UPDATE"] {
        command.env_remove(variable);
    }
    command
}

pub(crate) fn run(place: &Workplace, arguments: &[&str]) -> Ran {
    command(place, arguments).output().expect("the program starts").into()
}

pub(crate) fn run_with(place: &Workplace, variable: (&str, &str), arguments: &[&str]) -> Ran {
    command(place, arguments).env(variable.0, variable.1).output().expect("the program starts").into()
}

/// What the program comes to with some answers on standard input.
pub(crate) fn answer(place: &Workplace, arguments: &[&str], answers: &str) -> Ran {
    let mut child = command(place, arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    child.stdin.take().expect("a pipe").write_all(answers.as_bytes()).expect("the program reads");
    child.wait_with_output().expect("the program ends").into()
}

pub(crate) fn put(place: &Workplace, name: &str, text: &str) {
    let path = place.path(name);
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder in a temporary directory");
    fs::write(path, text).expect("a file in a temporary directory");
}

pub(crate) fn text(place: &Workplace, name: &str) -> String {
    fs::read_to_string(place.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// All files below a folder, with their bytes.
pub(crate) fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
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
pub(crate) fn said(ran: &Ran, code: i32, parts: &[&str]) {
    assert_eq!(ran.code, Some(code), "output: {}\nerrors: {}", ran.output, ran.errors);
    for part in parts {
        assert!(ran.output.contains(part), "`{part}` is not in: {}", ran.output);
    }
}
