//! The program as its users meet it: what it prints where, and with which exit code it ends.

mod command_line {
    pub(crate) mod workplace;
}

use std::io::{Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use command_line::workplace::{Ran, Workplace};
use serde_json::Value;

const DEADLOCK: &str = "lock a\nlock b\ntask left() { with a { sleep 1s\n with b { sleep 1s } } }\n\
    task right() { with b { sleep 1s\n with a { sleep 1s } } }\nmain { all { await left(); await right() } }\n";

#[test]
fn every_help_text_has_examples_and_says_how_it_ends() {
    let place = Workplace::new();
    for (arguments, example) in [
        (vec!["--help"], "scenario run checkout.yaml"),
        (vec!["run", "--help"], "--param clients=200"),
        (vec!["check", "--help"], "--deny-warnings"),
        (vec!["plan", "--help"], "scenario plan checkout.yaml"),
        (vec!["completions", "--help"], "scenario completions zsh"),
    ] {
        let ran = place.run(&arguments);
        ran.ended(0, &[]);
        assert!(ran.output.contains("Examples:") && ran.output.contains(example), "{}", ran.output);
    }
    for arguments in [["--help"].as_slice(), &["run", "--help"], &["check", "--help"]] {
        assert!(place.run(arguments).output.contains("Exit codes:"), "{arguments:?}");
    }
    let version = place.run(&["--version"]);
    assert_eq!(version.output, format!("scenario {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn a_wrong_command_ends_with_2() {
    let place = Workplace::with("a.scenario", "main { sleep 1s }");
    place.run(&[]).ended(2, &["Usage: scenario"]);
    place.run(&["walk"]).ended(2, &["unrecognized subcommand 'walk'"]);
    place
        .run(&["run", "a.scenario", "--max-tiem", "1s"])
        .ended(2, &["a similar argument exists: '--max-time'"]);
    place.run(&["run", "a.scenario", "--max-time", "10"]).ended(2, &["needs a unit: `10s`"]);
    place.run(&["run", "a.scenario", "--max-steps", "0"]).ended(2, &["a whole number above zero"]);
    place.run(&["run", "a.scenario", "--param", "x"]).ended(2, &["`name=value`"]);
}

#[test]
fn a_run_in_order_prints_its_trace_and_ends_with_0() {
    let place =
        Workplace::with("a.yaml", "main:\n  - sleep: 100us\n  - log: hello\nexpect: [duration < 1s]\n");
    let ran = place.run(&["run", "a.yaml"]);
    ran.ended(0, &[]);
    let expected = "      0.000s  main              sleep    100us\n   0.000100s  main              log      hello\n   \
        0.000100s  main              end      done\n\nok after 0.000100s, 3 events\n1 of 1 expectation holds\n";
    assert_eq!((ran.output.as_str(), ran.errors.as_str()), (expected, ""));
    assert_eq!(place.run(&["run", "a.yaml", "--driver", "direct"]).output, expected);

    let logs = place.run(&["run", "a.yaml", "--format", "logs"]);
    assert_eq!(logs.output, "   0.000100s  hello\n");
    assert_eq!(logs.errors, "ok after 0.000100s, 3 events\n1 of 1 expectation holds\n");

    let quiet = place.run(&["run", "a.yaml", "--quiet"]);
    assert_eq!((quiet.output.as_str(), quiet.errors.as_str()), ("", ""));
    assert_eq!(place.run(&["run", "a.yaml", "--format", "none"]).output, "");

    let places = place.run(&["run", "a.yaml", "--spans", "--causes"]);
    assert!(places.output.contains("log      hello  <- #0  # 3:5\n"), "{}", places.output);
}

#[test]
fn a_failed_scenario_ends_with_1_and_says_where() {
    let place = Workplace::with("error.scenario", "main {\n  sleep 1s\n  fail IoError, \"broke\"\n}\n")
        .and("expect.scenario", "main { sleep 2s }\nexpect {\n  duration < 1s\n}\n")
        .and("deadlock.scenario", DEADLOCK);
    let error = ["error: IoError: broke", "error.scenario:3:3", "raised at 1.000s by main"];
    place.run(&["run", "error.scenario"]).ended(1, &error);
    place.run(&["run", "error.scenario", "--quiet"]).ended(1, &error);
    place.run(&["run", "expect.scenario"]).ended(1, &["expect.scenario:3:3", "duration is 2s"]);
    let deadlock = place.run(&["run", "deadlock.scenario"]);
    deadlock.ended(
        1,
        &[
            "error: deadlock at 1.000s",
            "cycle: ",
            "left.1 waits for lock b",
            "held by right.1 since 0.000s",
            "deadlock.scenario:4:2",
        ],
    );
    assert!(deadlock.output.contains("left.1 waits for lock b since 1.000s, held by right.1 since 0.000s\n"));
}

#[test]
fn a_deadlock_that_the_file_expects_is_no_failure() {
    let place = Workplace::with("a.scenario", format!("{DEADLOCK}expect {{ outcome == \"deadlock\" }}\n"));
    let ran = place.run(&["run", "a.scenario"]);
    ran.ended(0, &[]);
    assert_eq!(ran.errors, "");
    let place = Workplace::with("a.scenario", format!("{DEADLOCK}expect {{ outcome == \"failed\" }}\n"));
    place.run(&["run", "a.scenario"]).ended(1, &["outcome is \"deadlock\""]);
}

#[test]
fn a_wrong_file_is_refused_with_its_line_and_a_help() {
    let place = Workplace::with("a.scenario", "queue orders\nmain {\n  put ordres, 1\n  sleep 5\n}\n");
    let said = ["a.scenario:3:7", "put ordres, 1", "^^^^^^", "did you mean `orders`?", "a.scenario:4:9"];
    for command in ["run", "check", "plan"] {
        let ran = place.run(&[command, "a.scenario"]);
        ran.ended(2, &said);
        assert_eq!(ran.output, "");
    }
    place.run(&["check", "a.scenario"]).ended(2, &["2 errors"]);
}

#[test]
fn a_file_that_is_no_scenario_is_refused() {
    let place = Workplace::with("binary.yaml", b"\x7fELF\0\0")
        .and("latin.scenario", b"# caf\xe9\n")
        .and("empty.yaml", "")
        .and("notes.txt", "main { sleep 1s }")
        .and("checkout.yaml", "main: [log: hello]");
    std::fs::create_dir(place.path("folder.yaml")).expect("a directory");
    for (file, said) in [
        ("binary.yaml", "is a binary file"),
        ("latin.scenario", "is not UTF-8 text: byte 0xe9 in line 1"),
        ("empty.yaml", "the file is empty"),
        ("notes.txt", "does not tell the file's form"),
        ("folder.yaml", "is a directory"),
        ("chekout.yaml", "did you mean `checkout.yaml`?"),
        ("nowhere/at/all.yaml", "does not exist"),
        ("-", "standard input has no name that tells its form"),
    ] {
        for command in ["run", "check", "plan"] {
            place.run(&[command, file]).ended(2, &["error", said]);
        }
    }
    place.run(&["run", "notes.txt", "--form", "text"]).ended(0, &[]);
}

#[test]
fn standard_input_is_read_with_a_form() {
    let place = Workplace::new();
    for (form, text) in [("yaml", "main: [log: hello]"), ("text", "\u{feff}main { log \"hello\" }")] {
        let mut child = place
            .command(&["run", "-", "--form", form, "--format", "logs"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        child.stdin.take().expect("a pipe").write_all(text.as_bytes()).expect("it reads");
        let ran = Ran::from(child.wait_with_output().expect("it ends"));
        ran.ended(0, &[]);
        assert_eq!(ran.output, "      0.000s  hello\n");
    }
}

fn objects(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

#[test]
fn diagnostics_for_tools_are_json() {
    let place = Workplace::with("a.scenario", "queue orders\nmain {\n  put ordres, 1\n}\n")
        .and("b.yaml", "main: [sleep: 0]");
    let ran = place.run(&["check", "a.scenario", "b.yaml", "missing.yaml", "--format", "json"]);
    ran.ended(2, &[]);
    assert_eq!(ran.errors, "");
    let found = objects(&ran.output);
    let wrong = found.iter().find(|object| object["severity"] == "error").expect("an error");
    assert_eq!(wrong["file"], "a.scenario");
    let place_of = ["line", "column", "end_line", "end_column"].map(|name| wrong[name].as_u64());
    assert_eq!(place_of, [Some(3), Some(7), Some(3), Some(13)]);
    assert_eq!(wrong["help"], "did you mean `orders`?");
    assert!(wrong["code"].is_string() && wrong["message"].is_string() && wrong["related"].is_array());
    let last = found.last().expect("a last one");
    assert_eq!((&last["file"], &last["code"]), (&"missing.yaml".into(), &"unreadable".into()));
}

#[test]
fn check_counts_and_can_deny_warnings() {
    let place =
        Workplace::with("good.yaml", "main: [sleep: 1s]").and("odd.scenario", "queue q\nmain { sleep 1s }\n");
    let good = place.run(&["check", "good.yaml"]);
    assert_eq!((good.code, good.output.as_str(), good.errors.as_str()), (Some(0), "good.yaml: ok\n", ""));
    let odd = place.run(&["check", "good.yaml", "odd.scenario"]);
    odd.ended(0, &["warning[", "odd.scenario:1:7", "\n1 warning\n"]);
    assert_eq!(odd.output, "good.yaml: ok\nodd.scenario: ok\n");
    let quiet = place.run(&["check", "odd.scenario", "--quiet"]);
    assert_eq!((quiet.code, quiet.output.as_str(), quiet.errors.as_str()), (Some(0), "", ""));
    place.run(&["check", "odd.scenario", "--deny-warnings", "--quiet"]).ended(2, &["\n1 warning\n"]);
    place.run(&["run", "odd.scenario"]).ended(0, &["warning["]);
}

#[test]
fn parameters_and_seeds_are_set_from_outside() {
    let text = "param pause, default: 1s\nparam word, default: \"a\"\nseed 1\n\
        main { sleep pause\n sleep 1ms..900ms\n log \"{word}\" }\n";
    let place = Workplace::with("a.scenario", text);
    let trace = |arguments: &[&str]| {
        let ran = place.run(&[&["run", "a.scenario"], arguments].concat());
        ran.ended(0, &[]);
        ran.output
    };
    let usual = trace(&[]);
    assert_eq!(trace(&["--seed", "1"]), usual);
    assert_ne!(trace(&["--seed", "2"]), usual);
    let set = trace(&["--param", "pause=250ms", "--param", "word=b c"]);
    assert!(set.contains("sleep    250ms") && set.contains("log      b c"), "{set}");
    let unknown = place.run(&["run", "a.scenario", "--param", "puase=1s"]);
    unknown.ended(2, &["no parameter `puase`", "did you mean `pause`?"]);
    place.run(&["run", "a.scenario", "--param", "pause=1.2.3"]).ended(2, &["can't read `1.2.3`"]);
}

#[test]
fn a_run_without_end_is_stopped_at_its_loop() {
    let place = Workplace::with("spin.scenario", "main {\n  while true {}\n}\n")
        .and("sleep.scenario", "main {\n  while true { sleep 1s }\n}\n")
        .and("yield.scenario", "main {\n  while true { sleep 0 }\n}\n")
        .and("deep.scenario", "task f(n) { await f(n + 1) }\nmain { await f(0) }\n");
    let spin = place.run(&["run", "spin.scenario"]);
    spin.ended(1, &["without waiting", "spin.scenario:2:3", "while true", "`--max-steps` raises the limit"]);
    let few = ["--max-steps", "100_000", "--format", "none"];
    for file in ["sleep.scenario", "yield.scenario", "spin.scenario"] {
        let ran = place.run(&[&["run", file], few.as_slice()].concat());
        ran.ended(1, &["100,000 steps", &format!("{file}:2:3")]);
    }
    let timed = place.run(&["run", "sleep.scenario", "--max-time", "1h", "--format", "none"]);
    timed.ended(1, &["the run reached 1h", "sleep.scenario:2", "stopped at 3600.000s"]);
    place.run(&["run", "deep.scenario"]).ended(1, &["RecursionError", "deep.scenario:1:13"]);
}

#[test]
fn a_trace_for_programs_ends_with_the_outcome() {
    let place = Workplace::with(
        "a.scenario",
        "main {\n  sleep 1500us\n  log \"hi \\\"you\\\"\"\n}\nexpect { duration < 1ms }\n",
    );
    let ran = place.run(&["run", "a.scenario", "--format", "jsonl"]);
    ran.ended(1, &["duration is 1.5ms"]);
    let events = objects(&ran.output);
    assert_eq!(
        events[1],
        serde_json::json!({"seq": 1, "t": 1_500_000, "task": "main", "kind": "log", "text": "hi \"you\"", "cause": 0})
    );
    let last = events.last().expect("an outcome");
    assert_eq!(
        (&last["kind"], &last["outcome"], &last["t"]),
        (&"outcome".into(), &"ok".into(), &1_500_000.into())
    );
    assert_eq!(last["expectations"]["held"], 0);
    assert_eq!(last["expectations"]["broken"][0]["number"], 1);
    assert!(last["digest"].as_str().is_some_and(|digest| digest.len() == 16));
    assert!(!ran.output.contains("\"line\""));

    let spans = objects(&place.run(&["run", "a.scenario", "--format", "jsonl", "--spans"]).output);
    assert_eq!((&spans[1]["line"], &spans[1]["column"]), (&3.into(), &3.into()));
    assert_eq!(spans.last().map(|last| &last["expectations"]["broken"][0]["line"]), Some(&5.into()));
}

#[test]
fn a_trace_can_go_to_a_file() {
    let place = Workplace::with("a.scenario", "main { sleep 1s }");
    let usual = place.run(&["run", "a.scenario"]).output;
    let ran = place.run(&["run", "a.scenario", "--output", "trace.txt"]);
    assert_eq!(
        (ran.code, ran.output.as_str(), ran.errors.as_str()),
        (Some(0), "", "ok after 1.000s, 2 events\n")
    );
    assert_eq!(std::fs::read_to_string(place.path("trace.txt")).expect("a trace"), usual);
    place.run(&["run", "a.scenario", "-o", "./a.scenario"]).ended(2, &["would overwrite the scenario"]);
    place.run(&["run", "a.scenario", "-o", "no/such/place"]).ended(2, &["can't write to `no/such/place`"]);
    if Path::new("/dev/full").exists() {
        place.run(&["run", "a.scenario", "-o", "/dev/full"]).ended(2, &["can't write to `/dev/full`"]);
    }
}

#[test]
fn a_closed_pipe_ends_every_command_quietly() {
    let text = "main { while true { sleep 1s\n log \"still here\" } }";
    let place = Workplace::with("a.scenario", text);
    for arguments in [
        ["run", "a.scenario"].as_slice(),
        &["run", "a.scenario", "--format", "jsonl"],
        &["plan", "a.scenario"],
        &["check", "a.scenario"],
        &["completions", "bash"],
        &["--help"],
    ] {
        let mut child = place
            .command(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        drop(child.stdout.take());
        let ran = Ran::from(child.wait_with_output().expect("it ends"));
        assert_eq!((ran.code, ran.errors.as_str()), (Some(0), ""), "{arguments:?}");
    }
}

#[cfg(unix)]
#[test]
fn an_interrupted_run_ends_its_last_line_and_with_130() {
    let place = Workplace::with("a.scenario", "main { while true { sleep 1s\n log \"still here\" } }");
    let mut child = place
        .command(&["run", "a.scenario", "--format", "jsonl"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut output = child.stdout.take().expect("a pipe");
    let mut begin = vec![0; 100_000];
    output.read_exact(&mut begin).expect("a long trace");
    let signalled = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill");
    assert!(signalled.success());
    let mut text = String::from_utf8(begin).expect("UTF-8");
    output.read_to_string(&mut text).expect("the rest");
    let ran = Ran::from(child.wait_with_output().expect("it ends"));
    ran.ended(130, &["interrupted"]);
    assert!(text.ends_with('\n'));
    assert!(objects(&text).len() > 100);
}

#[test]
fn colours_are_for_terminals_and_for_those_who_ask() {
    let place = Workplace::with("a.scenario", "main { fail IoError, \"broke\" }");
    let escapes = |ran: &Ran| (ran.output.contains('\u{1b}'), ran.errors.contains('\u{1b}'));
    let arguments = ["run", "a.scenario"];
    assert_eq!(escapes(&place.run(&arguments)), (false, false));
    assert_eq!(escapes(&place.run(&["run", "a.scenario", "--color", "always"])), (true, true));
    let with = |variable: &str, arguments: &[&str]| {
        Ran::from(place.command(arguments).env(variable, "1").output().expect("the program starts"))
    };
    assert_eq!(escapes(&with("CLICOLOR_FORCE", &arguments)), (true, true));
    assert_eq!(escapes(&with("NO_COLOR", &arguments)), (false, false));
    assert_eq!(escapes(&with("CLICOLOR_FORCE", &["run", "a.scenario", "--color", "never"])), (false, false));
}

#[test]
fn what_a_file_holds_can_not_drive_the_terminal() {
    let place = Workplace::with("log.scenario", "main { log \"a\u{1b}]0;title\u{7}b\u{202e}c\" }")
        .and("wrong.scenario", "main { put \u{1b}[31mnothing }");
    for arguments in [
        ["run", "log.scenario"].as_slice(),
        &["run", "wrong.scenario"],
        &["run", "log.scenario", "--format", "logs"],
    ] {
        let ran = place.run(arguments);
        for text in [&ran.output, &ran.errors] {
            assert!(!text.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{text:?}");
        }
    }
}

#[test]
fn a_plan_is_listed_and_every_shell_has_completions() {
    let place = Workplace::with(
        "a.scenario",
        "queue q, capacity: 2\nmain {\n  put q, 1\n  x = get q\n  log \"{x}\"\n}\n",
    );
    let plan = place.run(&["plan", "a.scenario"]);
    plan.ended(0, &[]);
    assert!(
        plan.output.contains("queue q, capacity: 2\n") && plan.output.contains("main()"),
        "{}",
        plan.output
    );
    assert!(place.run(&["plan", "a.scenario", "--spans"]).output.contains("  # 3:3\n"));
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let ran = place.run(&["completions", shell]);
        ran.ended(0, &[]);
        assert!(ran.output.contains("max-steps"), "{shell}");
    }
}
