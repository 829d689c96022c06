//! `scenario fmt` and `scenario convert` as commands.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

const UNTIDY: &str = "main{log   'a'} # c\n";
const TIDY: &str = "main { log \"a\" } # c\n";

fn scenario(directory: &Path, arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_scenario"))
        .args(arguments)
        .current_dir(directory)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that reads no input may have ended.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

fn said(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn fmt_names_and_writes_what_changes() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path();
    fs::write(path.join("a.scenario"), UNTIDY).unwrap();
    fs::write(path.join("b.scenario"), TIDY).unwrap();
    let check = scenario(path, &["fmt", "--check", "a.scenario", "b.scenario"], "");
    assert_eq!((check.status.code(), said(&check.stdout)), (Some(1), "a.scenario\n".to_string()));
    assert_eq!(fs::read_to_string(path.join("a.scenario")).unwrap(), UNTIDY);
    let written = scenario(path, &["fmt", "a.scenario", "b.scenario"], "");
    assert_eq!(
        (written.status.code(), said(&written.stdout)),
        (Some(0), "a.scenario: formatted\n".to_string())
    );
    assert_eq!(fs::read_to_string(path.join("a.scenario")).unwrap(), TIDY);
    let again = scenario(path, &["fmt", "--check", "a.scenario", "b.scenario"], "");
    assert_eq!((again.status.code(), said(&again.stdout)), (Some(0), String::new()));
    assert_eq!(fs::read_dir(path).unwrap().count(), 2, "something is left behind");
}

#[test]
fn fmt_leaves_files_with_errors_alone_and_goes_on() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path();
    fs::write(path.join("a.scenario"), "main { lgo 'a' }").unwrap();
    fs::write(path.join("b.scenario"), UNTIDY).unwrap();
    let output = scenario(path, &["fmt", "a.scenario", "missing.scenario", "b.scenario"], "");
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output.stderr).contains("did you mean `log`?"), "{}", said(&output.stderr));
    assert_eq!(fs::read_to_string(path.join("a.scenario")).unwrap(), "main { lgo 'a' }");
    assert_eq!(fs::read_to_string(path.join("b.scenario")).unwrap(), TIDY);
}

#[test]
fn fmt_leaves_anchors_alone() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path();
    let text = "main:\n- &a {log:   x}\n- *a\n";
    fs::write(path.join("a.yaml"), text).unwrap();
    let output = scenario(path, &["fmt", "a.yaml"], "");
    assert_eq!(output.status.code(), Some(0));
    assert!(said(&output.stderr).contains("anchors"), "{}", said(&output.stderr));
    assert_eq!(fs::read_to_string(path.join("a.yaml")).unwrap(), text);
    let output = scenario(path, &["convert", "a.yaml", "--to", "yaml"], "");
    assert_eq!(said(&output.stdout), "main:\n  - log: x\n  - log: x\n");
}

#[test]
fn standard_input_needs_a_form() {
    let directory = tempfile::tempdir().unwrap();
    let output = scenario(directory.path(), &["fmt", "-", "--form", "text"], UNTIDY);
    assert_eq!((output.status.code(), said(&output.stdout)), (Some(0), TIDY.to_string()));
    let output = scenario(directory.path(), &["convert", "-", "--form", "text"], UNTIDY);
    assert_eq!(
        (output.status.code(), said(&output.stdout)),
        (Some(0), "main: # c\n  - log: a\n".to_string())
    );
    assert_eq!(scenario(directory.path(), &["fmt", "-"], UNTIDY).status.code(), Some(2));
}

#[test]
fn convert_writes_over_nothing_unless_told() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path();
    fs::write(path.join("a.scenario"), UNTIDY).unwrap();
    let convert = ["convert", "a.scenario", "--output", "a.yaml"];
    assert_eq!(scenario(path, &convert, "").status.code(), Some(0));
    assert_eq!(fs::read_to_string(path.join("a.yaml")).unwrap(), "main: # c\n  - log: a\n");
    fs::write(path.join("a.yaml"), "mine").unwrap();
    let refused = scenario(path, &convert, "");
    assert_eq!(refused.status.code(), Some(2));
    assert!(said(&refused.stderr).contains("--force"), "{}", said(&refused.stderr));
    assert_eq!(fs::read_to_string(path.join("a.yaml")).unwrap(), "mine");
    let forced = scenario(path, &[&convert[..], &["--force"]].concat(), "");
    assert_eq!(forced.status.code(), Some(0));
    assert_eq!(fs::read_to_string(path.join("a.yaml")).unwrap(), "main: # c\n  - log: a\n");
    // The name of the output tells its form.
    let same = scenario(path, &["convert", "a.scenario", "--output", "b.scenario"], "");
    assert_eq!(same.status.code(), Some(0));
    assert_eq!(fs::read_to_string(path.join("b.scenario")).unwrap(), TIDY);
}
