//! Rule 7: cancel, timeout and the failure of a sibling interrupt a wait, once; cleanup runs, may wait, and
//! is waited for.

use super::play::{errors_of, logs_of, play};

#[test]
fn a_cancel_interrupts_a_wait_once_and_cleanup_may_wait() {
    let logs = logs_of(
        r#"main {
          task = spawn { try { sleep 10s } finally { log "cleanup"; sleep 1s; log "cleaned" } }
          sleep 2s
          cancel task
          try { await task } catch Cancelled { log "it was cancelled" }
        }"#,
    );
    assert_eq!(logs, ["2s cleanup", "3s cleaned", "3s it was cancelled"]);
}

#[test]
fn a_second_cancel_interrupts_cleanup() {
    let logs = logs_of(
        r#"main {
          task = spawn {
            try { sleep 10s } finally {
              try { sleep 10s } finally { log "cleanup of the cleanup" }
              log "not reached"
            }
          }
          sleep 1s
          cancel task
          sleep 1s
          cancel task
          try { await task } catch Cancelled { log "cancelled" }
        }"#,
    );
    assert_eq!(logs, ["2s cleanup of the cleanup", "2s cancelled"]);
}

#[test]
fn two_cancels_in_one_instant_interrupt_once() {
    let logs = logs_of(
        r#"main {
          task = spawn { try { sleep 10s } finally { sleep 1s; log "cleaned" } }
          sleep 1s
          cancel task
          cancel task
          try { await task } catch Cancelled { log "cancelled" }
        }"#,
    );
    assert_eq!(logs, ["2s cleaned", "2s cancelled"]);
}

#[test]
fn a_running_task_that_cancels_itself_learns_of_it_at_its_next_wait() {
    let logs = logs_of(
        r#"main {
          me = null
          me = spawn { sleep 1s; cancel me; log "still running"; sleep 1s; log "not reached" }
          try { await me } catch Cancelled { log "cancelled" }
        }"#,
    );
    assert_eq!(logs, ["1s still running", "1s cancelled"]);
}

#[test]
fn a_task_cancelled_before_its_first_step_never_starts() {
    let logs = logs_of(
        r#"main {
          task = spawn { try { log "started" } finally { log "cleanup" } }
          cancel task
          sleep 1s
          log "{state(task)}"
        }"#,
    );
    assert_eq!(logs, ["1s cancelled"]);
}

#[test]
fn only_catch_cancelled_catches_a_cancel() {
    let logs = logs_of(
        r#"main {
          any = spawn { try { sleep 10s } catch as e { log "not reached, {e.kind}" } }
          own = spawn { try { sleep 10s } catch Cancelled { log "caught"; sleep 1s; return "alive" } }
          sleep 1s
          cancel [any, own]
          value = await own
          log "{state(any)} {value}"
        }"#,
    );
    assert_eq!(logs, ["1s caught", "2s cancelled alive"]);
}

#[test]
fn cancelling_a_task_that_has_ended_does_nothing() {
    let logs = logs_of(
        r#"main {
          task = spawn { return 1 }
          value = await task
          cancel task
          again = await task
          log "{value} {again} {state(task)}"
        }"#,
    );
    assert_eq!(logs, ["0s 1 1 done"]);
}

#[test]
fn an_error_in_cleanup_replaces_and_the_trace_says_so() {
    let played = play(
        r#"main {
          try {
            try { fail IoError, "first" } finally { fail ValueError, "second" }
          } catch ValueError as e { log "{e.message}" }
        }"#,
    );
    assert_eq!(played.logs, ["0s second"]);
    assert_eq!(played.of_kind("replace"), ["0s main replace IoError first"]);
}

#[test]
fn an_error_in_cleanup_replaces_a_cancel() {
    let played = play(
        r#"main {
          task = spawn { try { sleep 10s } finally { fail ValueError, "in cleanup" } }
          sleep 1s
          cancel task
          try { await task } catch ValueError as e { log "{e.message}, {state(task)}" }
        }"#,
    );
    assert_eq!(played.logs, ["1s in cleanup, failed"]);
    assert_eq!(played.of_kind("replace").len(), 1);
    assert!(played.of_kind("replace")[0].starts_with("1s spawn.1 replace Cancelled"), "{:?}", played.events);
}

#[test]
fn an_error_in_cleanup_that_is_caught_there_replaces_nothing() {
    let played = play(
        r#"main {
          try {
            try { fail IoError, "first" } finally {
              try { fail ValueError } catch ValueError { log "handled" }
            }
          } catch IoError as e { log "{e.message}" }
        }"#,
    );
    assert_eq!(played.logs, ["0s handled", "0s first"]);
    assert_eq!(played.of_kind("replace"), [] as [&str; 0]);
}

#[test]
fn return_break_and_continue_may_not_leave_a_finally() {
    for statement in ["return 1", "break", "continue"] {
        let source =
            format!("main {{ for i in 0..3 {{ try {{ log \"{{i}}\" }} finally {{ {statement} }} }} }}");
        assert_eq!(errors_of(&source).len(), 1, "{statement}");
    }
    // A loop inside of the `finally` may be left.
    logs_of("main { try { sleep 1s } finally { for _ in 0..3 { break } } }");
}

#[test]
fn return_and_break_pass_through_cleanup_and_keep_the_value() {
    let logs = logs_of(
        r#"task work() {
          for i in 0..3 {
            try {
              if i == 1 { break }
              continue
            } finally { sleep 1s; log "cleanup {i}" }
          }
          try { return "value" } finally { sleep 1s; log "last cleanup" }
        }
        main {
          value = await work()
          log "{value}"
        }"#,
    );
    assert_eq!(logs, ["1s cleanup 0", "2s cleanup 1", "3s last cleanup", "3s value"]);
}

#[test]
fn break_disarms_the_timeouts_that_it_leaves() {
    let played = play(r#"main { for _ in 0..3 { timeout 10s { break } }; log "out" }"#);
    assert_eq!((played.logs, played.outcome.duration), (vec!["0s out".to_string()], 0));
}

#[test]
fn cleanup_runs_from_the_inside_out() {
    let logs = logs_of(
        r#"lock l
        task inner() { try { sleep 10s } finally { log "inner, {available(l)} free" } }
        main {
          task = spawn {
            try {
              with l { try { await inner() } finally { log "middle, {available(l)} free" } }
            } finally { log "outer, {available(l)} free" }
          }
          sleep 1s
          cancel task
          sleep 1s
        }"#,
    );
    assert_eq!(logs, ["1s inner, 0 free", "1s middle, 0 free", "1s outer, 1 free"]);
}

#[test]
fn the_failure_of_a_sibling_interrupts_and_cleanup_is_waited_for() {
    let logs = logs_of(
        r#"main {
          try {
            all {
              do { sleep 1s; fail IoError, "broken" }
              do { try { sleep 10s } finally { sleep 2s; log "cleaned" } }
            }
          } catch IoError as e { log "{e.message}" }
        }"#,
    );
    assert_eq!(logs, ["3s cleaned", "3s broken"]);
}

#[test]
fn an_inner_timeout_during_the_cleanup_of_an_outer_one_cuts_it_short_and_the_outer_one_counts() {
    let logs = logs_of(
        r#"main {
          timeout 2s {
            timeout 3s { try { sleep 10s } finally { sleep 10s; log "not reached" } } catch Timeout { log "inner" }
          } catch Timeout as e { log "outer {e.message}" }
        }"#,
    );
    assert_eq!(logs, ["3s outer timed out after 2s"]);
}

#[test]
fn an_inner_timeout_during_the_cleanup_of_a_cancel_cuts_it_short_and_the_task_is_cancelled() {
    let logs = logs_of(
        r#"main {
          t = spawn { timeout 3s { try { sleep 10s } finally { sleep 10s; log "not reached" } } }
          sleep 2s
          cancel t
          sleep 2s
          log state(t)
        }"#,
    );
    assert_eq!(logs, ["4s cancelled"]);
}

#[test]
fn a_timeout_behind_a_cancel_that_was_caught_is_one_like_any_other() {
    let logs = logs_of(
        r#"main {
          t = spawn {
            try { sleep 10s } catch Cancelled { log "caught" }
            timeout 1s { sleep 10s } catch Timeout { log "timed out" }
          }
          sleep 2s
          cancel t
          await t
        }"#,
    );
    assert_eq!(logs, ["2s caught", "3s timed out"]);
}

#[test]
fn a_timeout_round_a_cancel_that_was_caught_is_one_like_any_other() {
    let logs = logs_of(
        r#"main {
          t = spawn {
            timeout 3s {
              try { sleep 10s } catch Cancelled { log "caught" }
              sleep 10s
            } catch Timeout { log "timed out" }
          }
          sleep 2s
          cancel t
          await t
        }"#,
    );
    assert_eq!(logs, ["2s caught", "3s timed out"]);
}

#[test]
fn an_interruption_during_cleanup_by_an_outer_timeout_cuts_it_short() {
    let logs = logs_of(
        r#"main {
          timeout 2s {
            timeout 1s { try { sleep 10s } finally { sleep 10s; log "not reached" } } catch Timeout { log "inner" }
          } catch Timeout { log "outer" }
        }"#,
    );
    assert_eq!(logs, ["2s outer"]);
}
