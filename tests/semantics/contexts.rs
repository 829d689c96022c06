//! Contexts: the exit runs however the block ends, knows the error, may wait, and swallows nothing.

use super::play::{errors_of, logs_of, play};

/// A context that takes 100 ms to enter and 50 ms to leave, and says how.
const PLACE: &str = r#"
context place(name, enters = 100ms, leaves = 50ms) {
  sleep enters
  inside = "inside {name}"
  return inside
} exit as e {
  log "leaving {name}: {"no error" if e == null else e.kind}"
  sleep leaves
  log "left, was {inside}"
}
"#;

fn with_place(text: &str) -> String {
    format!("{PLACE}\n{text}")
}

/// The texts alone.
fn texts(logs: &[String]) -> Vec<&str> {
    logs.iter().filter_map(|line| line.split_once(' ')).map(|(_, text)| text).collect()
}

#[test]
fn what_entering_returns_is_bound_and_the_exit_sees_what_entering_knew() {
    let logs = logs_of(&with_place(
        r#"main {
          value = with place("a") as where { log "{where}"; sleep 1s; "value" }
          log "{value}"
        }"#,
    ));
    assert_eq!(
        logs,
        ["100ms inside a", "1.1s leaving a: no error", "1.15s left, was inside a", "1.15s value"]
    );
}

#[test]
fn the_exit_runs_on_every_way_out_and_knows_the_error() {
    let ways = [
        ("log \"x\"", "no error"),
        ("break", "no error"),
        ("continue", "no error"),
        ("return", "no error"),
        ("fail Bad, \"m\"", "Bad"),
        ("timeout 10ms { sleep 1s }", "Timeout"),
        ("sleep 10s", "Cancelled"),
    ];
    for (statement, error) in ways {
        let logs = logs_of(&with_place(&format!(
            r#"task work() {{ for n in 0..1 {{ with place("a") {{ {statement} }} }} }}
            main {{
              timeout 5s {{ await work() }} catch as e {{ log "ended by {{e.kind}}" }}
            }}"#
        )));
        let logs: Vec<&str> = texts(&logs).into_iter().filter(|text| *text != "x").collect();
        let leaving = format!("leaving a: {error}");
        assert_eq!(logs[..2], [leaving.as_str(), "left, was inside a"], "{statement}");
        let behind = match error {
            "no error" => Vec::new(),
            "Cancelled" => vec!["ended by Timeout"],
            _ => vec![if error == "Bad" { "ended by Bad" } else { "ended by Timeout" }],
        };
        assert_eq!(logs[2..], behind, "{statement}");
    }
}

#[test]
fn where_entering_fails_there_is_nothing_to_leave() {
    let logs = logs_of(
        r#"context broken() {
          try { sleep 1s; fail IoError, "refused" } finally { log "entering cleaned up" }
        } exit { log "not reached" }
        main { with broken() { log "nor this" } catch IoError as e { log "{e.message}" } }"#,
    );
    assert_eq!(logs, ["1s entering cleaned up", "1s refused"]);
}

#[test]
fn a_timeout_of_with_is_for_entering_only() {
    let logs = logs_of(&with_place(
        r#"main {
          with place("a"), timeout: 200ms { sleep 1s; log "long inside" } catch Timeout { log "no" }
          with place("b"), timeout: 50ms { log "no" } catch Timeout { log "gave up" }
        }"#,
    ));
    assert_eq!(
        logs,
        ["1.1s long inside", "1.1s leaving a: no error", "1.15s left, was inside a", "1.2s gave up"]
    );
}

#[test]
fn a_timeout_at_the_instant_of_entering_wins_and_nothing_is_left() {
    let logs = logs_of(&with_place(
        r#"main { with place("a"), timeout: 100ms { log "no" } catch Timeout { log "gave up" } }"#,
    ));
    assert_eq!(logs, ["100ms gave up"]);
}

#[test]
fn a_cancel_while_entering_skips_the_exit_and_one_inside_does_not() {
    let logs = logs_of(&with_place(
        r#"main {
          early = spawn { with place("early") { sleep 1s } }
          late = spawn { with place("late") { sleep 1s } }
          sleep 50ms
          cancel early
          sleep 100ms
          cancel late
          try { await late } catch Cancelled { log "{state(early)} {state(late)}" }
        }"#,
    ));
    assert_eq!(
        logs,
        ["150ms leaving late: Cancelled", "200ms left, was inside late", "200ms cancelled cancelled"]
    );
}

#[test]
fn a_second_cancel_interrupts_the_exit_and_takes_the_place_of_the_error() {
    let played = play(&with_place(
        r#"main {
          work = spawn { with place("a") { fail Bad, "m" } }
          sleep 120ms
          cancel work
          try { await work } catch Cancelled { log "{state(work)}" }
        }"#,
    ));
    assert_eq!(played.logs, ["100ms leaving a: Bad", "120ms cancelled"]);
    assert_eq!(played.of_kind("replace"), ["120ms spawn.1 replace Bad m"]);
}

#[test]
fn an_error_of_the_exit_replaces_what_was_under_way() {
    let played = play(
        r#"context stuck() {} exit as e { sleep 1s; fail ExitError, "stuck" }
        task work() { with stuck() { return 1 } }
        main {
          try { await work() } catch ExitError { log "instead of a return" }
          with stuck() { fail Bad, "m" } catch ExitError { log "instead of an error" }
          with stuck() {} catch ExitError { log "instead of nothing" }
        }"#,
    );
    assert_eq!(played.logs, ["1s instead of a return", "2s instead of an error", "3s instead of nothing"]);
    assert_eq!(played.of_kind("replace"), ["2s main replace Bad m"]);
}

#[test]
fn an_exit_that_handles_its_own_errors_swallows_nothing() {
    let logs = logs_of(
        r#"context careful() {} exit as e {
          try { fail Inner, "m" } catch Inner { log "handled {e.kind}" }
          for n in 0..9 { break }
        }
        main { with careful() { fail Bad, "m" } catch Bad { log "goes on" } }"#,
    );
    assert_eq!(logs, ["0s handled Bad", "0s goes on"]);
}

#[test]
fn contexts_are_left_in_reverse_order_and_see_the_newest_error() {
    let logs = logs_of(&with_place(
        r#"context clumsy() {} exit as e { fail Clumsy, "after {e.kind}" }
        main {
          with place("a") { with clumsy() { with place("c") { fail Bad, "m" } } }
            catch Clumsy as e { log "{e.message}" }
        }"#,
    ));
    assert_eq!(
        texts(&logs),
        ["leaving c: Bad", "left, was inside c", "leaving a: Clumsy", "left, was inside a", "after Bad"]
    );
}

#[test]
fn a_context_inside_itself_keeps_its_variables_apart() {
    let logs = logs_of(
        r#"context level(n) { mine = n * 10; return mine } exit { log "{n} {mine}" }
        task down(n) { with level(n) as m { if n < 3 { await down(n + 1) }; log "at {m}" } }
        main { await down(1) }"#,
    );
    assert_eq!(texts(&logs), ["at 30", "3 30", "at 20", "2 20", "at 10", "1 10"]);
}

#[test]
fn every_attempt_of_a_retry_enters_and_leaves() {
    let logs = logs_of(&with_place(
        r#"main { retry 2 as n { with place("{n}", 0, 0) { if n < 2 { fail Bad, "m" }; log "done" } } }"#,
    ));
    assert_eq!(
        texts(&logs),
        ["leaving 1: Bad", "left, was inside 1", "done", "leaving 2: no error", "left, was inside 2"]
    );
}

#[test]
fn closing_a_stream_leaves_its_contexts_without_an_error() {
    let logs = logs_of(&with_place(
        r#"stream rows() { with place("s") as p { yield p; yield "second" } }
        main {
          try { for row in rows() { log "{row}"; fail Bad, "m" } } catch Bad { log "caught" }
          timeout 300ms { for row in rows() { sleep 1s } } catch Timeout { log "timeout" }
        }"#,
    ));
    assert_eq!(
        logs,
        [
            "100ms inside s",
            "100ms leaving s: no error",
            "150ms left, was inside s",
            "150ms caught",
            "450ms leaving s: no error",
            "500ms left, was inside s",
            "500ms timeout",
        ]
    );
}

#[test]
fn a_context_may_walk_streams_and_be_entered_in_a_cleanup() {
    let logs = logs_of(
        r#"stream steps(word) { for n in 0..2 { sleep 10ms; yield "{word} {n}" } }
        context staged() { for s in steps("up") { log "{s}" } } exit { for s in steps("down") { log "{s}"; break } }
        task work() { try { return "result" } finally { with staged() { log "inside" } } }
        main { value = await work(); log "{value}" }"#,
    );
    assert_eq!(logs, ["10ms up 0", "20ms up 1", "20ms inside", "30ms down 0", "30ms result"]);
}

#[test]
fn a_failing_sibling_lets_the_exit_run_before_the_block_ends() {
    let logs = logs_of(&with_place(
        r#"main {
          all {
            with place("a") { sleep 10s }
            do { sleep 200ms; fail Bad, "m" }
          } catch Bad { log "caught" }
        }"#,
    ));
    assert_eq!(logs, ["200ms leaving a: Cancelled", "250ms left, was inside a", "250ms caught"]);
}

#[test]
fn what_with_can_not_enter_is_one_error() {
    assert_eq!(errors_of("main { with nothing() as x { log \"{x}\" } }"), ["unknown context `nothing`"]);
    let text = "queue q\nmain { with q { log \"x\" } }";
    assert_eq!(errors_of(text), ["`q` is not a lock, semaphore or breaker"]);
    let text = "lock l\nmain { with l as x { log \"{x}\" } }";
    assert_eq!(errors_of(text), ["`l` gives nothing that `x` could be"]);
}
