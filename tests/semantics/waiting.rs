//! Rule 6 for `wait` on tasks: it only looks on, and its timeout is an ordinary timer.

use super::play::{errors_of, logs_of, play};

const TASKS: &str = r#"main {
  a = spawn { sleep 1s; "a" }
  b = spawn { sleep 2s; fail IoError, "b" }
  c = spawn { sleep 3s; "c" }
  ts = [c, b, a]
"#;

#[test]
fn all_the_first_or_the_first_failure_and_the_lists_keep_their_order() {
    let shown = r#"log "{[result(t) for t in r.done]} and {len(r.pending)}" }"#;
    for (wait, expected) in [
        ("wait ts", "3s [c, null, a] and 0"),
        ("wait ts, for: all", "3s [c, null, a] and 0"),
        ("wait ts, for: first", "1s [a] and 2"),
        ("wait ts, for: error", "2s [null, a] and 1"),
        ("wait [a, c], for: error", "3s [a, c] and 0"),
        ("wait c", "3s [c] and 0"),
        ("wait ts, timeout: 2500ms", "2.5s [null, a] and 1"),
        ("wait [c, c], for: first", "3s [c, c] and 0"),
    ] {
        assert_eq!(logs_of(&format!("{TASKS} r = {wait}; {shown}")), [expected], "{wait}");
    }
}

#[test]
fn what_has_ended_already_is_not_waited_for_and_does_not_yield() {
    let logs = logs_of(
        r#"main {
          t = spawn { 1 }
          await t
          spawn { log "other" }
          r = wait [t], for: first
          wait []
          wait t
          log "{len(r.done)}"
          sleep 0
        }"#,
    );
    assert_eq!(logs, ["0s 1", "0s other"]);
}

#[test]
fn the_first_of_no_tasks_is_an_error_and_no_hang() {
    let logs = logs_of(r#"main { try { wait [], for: first } catch ValueError { log "none" } }"#);
    assert_eq!(logs, ["0s none"]);
}

#[test]
fn the_timeout_is_an_ordinary_timer_and_the_older_one_fires_first() {
    let logs = logs_of(
        r#"main {
          t = spawn { sleep 1s; log "task" }
          r = wait t, timeout: 1s
          log "{len(r.done)} done"
          r = wait t, timeout: 1s
          log "{len(r.done)} done"
          u = spawn { sleep 2s; log "task" }
          sleep 1s
          r = wait u, timeout: 1s
          log "{len(r.done)} done"
        }"#,
    );
    assert_eq!(logs, ["1s 0 done", "1s task", "1s 1 done", "3s task", "3s 1 done"]);
}

#[test]
fn a_timeout_of_zero_lets_the_others_run_once() {
    let logs = logs_of(r#"main { t = spawn { log "runs" }; r = wait t, timeout: 0; log "{len(r.done)}" }"#);
    assert_eq!(logs, ["0s runs", "0s 1"]);
}

#[test]
fn it_cancels_nothing_and_looks_at_no_error() {
    let played = play(
        r#"main {
          t = spawn { sleep 1s; fail IoError, "nobody looks" }
          u = spawn { sleep 5s; log "went on" }
          timeout 500ms { wait [t, u] } catch Timeout { log "given up" }
          wait [t, u]
        }"#,
    );
    assert_eq!(played.logs, ["500ms given up", "5s went on"]);
    assert_eq!(played.of_kind("unobserved"), ["5s spawn.1 unobserved spawn.1 IoError nobody looks"]);
}

#[test]
fn a_cancel_ends_the_wait_once_with_its_timer_and_leaves_the_tasks() {
    let logs = logs_of(
        r#"main {
          t = spawn { sleep 3s; log "went on" }
          w = spawn { wait [t, t], timeout: 9s }
          sleep 1s
          cancel w
          try { await w } catch Cancelled { log "cancelled" }
          wait t
        }"#,
    );
    assert_eq!(logs, ["1s cancelled", "3s went on"]);
}

#[test]
fn those_who_await_and_those_who_wait_are_woken_in_the_order_in_which_they_came() {
    let logs = logs_of(
        r#"main {
          t = spawn { sleep 9s }
          spawn { wait t; log "first" }
          spawn { sleep 1s; shield t; log "second" }
          spawn { sleep 2s; wait [t], for: first; log "third" }
          spawn { sleep 2s; shield t; log "fourth" }
          sleep 9s
          sleep 1s
        }"#,
    );
    assert_eq!(logs, ["9s first", "9s second", "9s third", "9s fourth"]);
}

#[test]
fn a_value_is_a_task_or_a_signal_when_it_is_waited_for() {
    let logs = logs_of(
        r#"event gate
        promise parcel
        task waiter(what) { timeout 5s { r = wait what, timeout: 2s; log "{r}" } catch Timeout as e { log "{e.message}" } }
        main {
          spawn waiter(gate)
          spawn waiter(parcel)
          t = spawn { sleep 9s }
          spawn waiter([t])
          sleep 1s
          resolve parcel, "a teapot"
          sleep 2s
        }"#,
    );
    assert_eq!(logs, ["1s a teapot", "2s timed out after 2s", "2s {done: [], pending: [spawn.1]}"]);
}

#[test]
fn what_can_not_be_waited_for_is_an_error() {
    let message = |wait: &str| {
        let text = format!(
            r#"event gate
            lock mutex
            main {{ t = spawn {{ sleep 1s }}; n = null; g = gate; m = mutex; l = [t, 5]
              try {{ {wait} }} catch TypeError as e {{ log "{{e.message}}" }}
              if n != null {{ log "{{t}} {{g}} {{m}} {{l}}" }} }}"#
        );
        logs_of(&text).concat()
    };
    assert_eq!(message("wait n"), "0s `wait` needs a task, a list of tasks or a signal here, not null");
    assert_eq!(message("wait l"), "0s the list holds an integer, not only tasks");
    assert_eq!(message("wait t, until: t == n"), "0s `until` goes with a condition, not with a task");
    assert_eq!(
        message("wait g, for: all"),
        "0s `wait` needs a task, a list of tasks or a signal here, not event gate: leave out `for`"
    );
    assert_eq!(
        message("wait m"),
        "0s an event, condition, barrier, promise or task is needed here, not lock mutex"
    );
    assert_eq!(errors_of("main { wait 5s }"), ["`5s` is nothing to wait for"]);
    assert_eq!(errors_of("event e\nmain { wait e, for: first }"), ["`for` goes with tasks"]);
    assert_eq!(errors_of("main { t = spawn { 1 }; wait t, for: some }"), ["`for` can't be `some`"]);
}

#[test]
fn a_wait_for_tasks_that_never_end_is_a_deadlock_and_says_for_whom() {
    let played = play(
        r#"event never
        main {
          ts = spawn i in 0..2 { wait never }
          wait ts, for: first
        }"#,
    );
    let deadlock = played.deadlock();
    assert_eq!(deadlock.waits[0].awaited, "the first of 2 tasks to end");
}
