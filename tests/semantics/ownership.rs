//! Rule 8: who owns whom. A block of branches outlives its branches; a cancelled `await` takes its task
//! along; `shield` does not; when `main` returns, whoever is still alive is cancelled.

use super::play::{logs_of, play};
use scenario::trace::outcome::RunEnding;

#[test]
fn no_branch_outlives_its_block() {
    for block in ["all", "settle"] {
        let logs = logs_of(&format!(
            r#"main {{
              timeout 1s {{
                {block} {{
                  do {{ try {{ sleep 10s }} finally {{ sleep 500ms; log "cleaned" }} }}
                  sleep 10s
                }}
              }} catch Timeout {{ log "timed out" }}
              sleep 20s
              log "the end"
            }}"#
        ));
        assert_eq!(logs, ["1.5s cleaned", "1.5s timed out", "21.5s the end"], "{block}");
    }
}

#[test]
fn a_block_waits_for_its_longest_branch_and_keeps_the_order_of_results() {
    let logs = logs_of(
        r#"task after(duration, value) { sleep duration; return value }
        main {
          results = all { await after(2s, "a"); await after(1s, "b"); "c" }
          log "{results}"
          results = all i in 0..3 { await after((3 - i) * 1s, i) }
          log "{results}"
        }"#,
    );
    assert_eq!(logs, ["2s [a, b, c]", "5s [0, 1, 2]"]);
}

#[test]
fn the_first_failure_of_all_is_the_blocks() {
    let logs = logs_of(
        r#"main {
          try {
            all {
              do { sleep 2s; fail IoError, "later" }
              do { sleep 1s; fail ValueError, "first" }
            }
          } catch as e { log "{e.kind} {e.message}" }
        }"#,
    );
    assert_eq!(logs, ["1s ValueError first"]);
}

#[test]
fn settle_collects_values_and_errors_and_fails_for_nobody() {
    let logs = logs_of(
        r#"main {
          results = settle {
            do { sleep 1s; fail IoError, "broken" }
            do { sleep 2s; "fine" }
          }
          for result in results { log "{result.value} {result.error}" }
        }"#,
    );
    assert_eq!(logs, ["2s null IoError: broken", "2s fine null"]);
}

#[test]
fn a_limit_bounds_how_many_branches_run_at_once() {
    let logs = logs_of(
        r#"main {
          all i in 0..5, limit: 2 { log "{i} starts"; sleep (1 + i % 2) * 1s }
          log "done"
        }"#,
    );
    assert_eq!(logs, ["0s 0 starts", "0s 1 starts", "1s 2 starts", "2s 3 starts", "2s 4 starts", "4s done"]);
}

#[test]
fn after_a_failure_no_more_branches_are_made() {
    let logs = logs_of(
        r#"main {
          try {
            all i in 0..10, limit: 2 { log "{i}"; sleep 1s; if i == 1 { fail IoError } }
          } catch IoError { log "failed" }
        }"#,
    );
    // Branch 0 ends first and makes room, but the block learns of it when branch 1 has failed too.
    assert_eq!(logs, ["0s 0", "0s 1", "1s failed"]);
}

#[test]
fn a_cancelled_await_cancels_the_task_and_waits() {
    let logs = logs_of(
        r#"main {
          task = spawn { try { sleep 10s } finally { sleep 1s; log "cleaned" } }
          timeout 1s { await task } catch Timeout { log "{state(task)}" }
        }"#,
    );
    assert_eq!(logs, ["2s cleaned", "2s cancelled"]);
}

#[test]
fn a_cancelled_await_of_a_list_cancels_every_task_of_it() {
    let logs = logs_of(
        r#"main {
          tasks = spawn i in 1..4 { try { sleep 10s } finally { sleep i * 1s; log "{i} cleaned" } }
          timeout 1s { await tasks } catch Timeout { log "{[state(task) for task in tasks]}" }
        }"#,
    );
    assert_eq!(
        logs,
        ["2s 1 cleaned", "3s 2 cleaned", "4s 3 cleaned", "4s [cancelled, cancelled, cancelled]"]
    );
}

#[test]
fn a_cancel_travels_down_a_chain_of_awaits() {
    let logs = logs_of(
        r#"task leaf() { try { sleep 10s } finally { log "leaf" } }
        task middle() { try { inner = spawn leaf(); await inner } finally { log "middle" } }
        main {
          outer = spawn middle()
          sleep 1s
          cancel outer
          try { await outer } catch Cancelled { log "main" }
        }"#,
    );
    assert_eq!(logs, ["1s leaf", "1s middle", "1s main"]);
}

#[test]
fn a_called_task_is_interrupted_with_its_caller() {
    let logs = logs_of(
        r#"task called() { try { sleep 10s } finally { sleep 1s; log "cleaned" } }
        main { timeout 1s { await called() } catch Timeout { log "timed out" } }"#,
    );
    assert_eq!(logs, ["2s cleaned", "2s timed out"]);
}

#[test]
fn shield_gives_up_only_the_waiting() {
    let logs = logs_of(
        r#"main {
          task = spawn { sleep 3s; log "it went on"; "result" }
          timeout 1s { shield task } catch Timeout { log "given up, {state(task)}" }
          value = await task
          log "{value}"
        }"#,
    );
    assert_eq!(logs, ["1s given up, running", "3s it went on", "3s result"]);
}

#[test]
fn a_shielded_call_goes_on_too() {
    let logs = logs_of(
        r#"task work() { sleep 3s; log "it went on" }
        main {
          timeout 1s { shield work() } catch Timeout { log "given up" }
          sleep 5s
        }"#,
    );
    assert_eq!(logs, ["1s given up", "3s it went on"]);
}

#[test]
fn shield_passes_on_value_error_and_cancel_like_await() {
    let logs = logs_of(
        r#"main {
          value = shield spawn_value()
          log "{value}"
          failing = spawn { sleep 1s; fail IoError, "broken" }
          try { shield failing } catch IoError as e { log "{e.message}" }
          cancelled = spawn { sleep 10s }
          spawn { sleep 1s; cancel cancelled }
          try { shield cancelled } catch Cancelled { log "cancelled" }
        }
        task spawn_value() { sleep 1s; return 5 }"#,
    );
    assert_eq!(logs, ["1s 5", "2s broken", "3s cancelled"]);
}

#[test]
fn tasks_alive_when_main_returns_are_cancelled_with_cleanup() {
    let played = play(
        r#"task child() { try { sleep 10s } finally { sleep 1s; log "cleaned" } }
        main {
          spawn child()
          spawn child()
          sleep 1s
          log "main returns"
        }"#,
    );
    assert!(matches!(played.outcome.ending, RunEnding::Ok(_)));
    assert_eq!(played.logs, ["1s main returns", "2s cleaned", "2s cleaned"]);
    assert_eq!(played.of_kind("cancel"), ["1s main cancel child.1", "1s main cancel child.2"]);
    assert_eq!(
        played.of_kind("end"),
        ["1s main end done null", "2s child.1 end cancelled", "2s child.2 end cancelled"]
    );
}

#[test]
fn an_owner_does_not_interrupt_cleanup_that_is_under_way() {
    let task = r#"task = spawn { try { sleep 10s } finally { sleep 5s; log "cleaned" } }"#;
    let logs = logs_of(&format!("main {{ {task}; sleep 1s; cancel task; sleep 1s; log \"main returns\" }}"));
    assert_eq!(logs, ["2s main returns", "6s cleaned"]);
    let logs = logs_of(&format!(
        "main {{ {task}; sleep 1s; cancel task; timeout 1s {{ await task }} catch Timeout {{ log \"given up\" }} }}"
    ));
    assert_eq!(logs, ["6s cleaned", "6s given up"]);
}

#[test]
fn a_task_that_caught_a_cancel_is_cancelled_again_when_main_returns() {
    let logs = logs_of(
        r#"main {
          task = spawn {
            try { sleep 10s } catch Cancelled { log "caught" }
            try { sleep 10s } finally { log "cleaned" }
          }
          sleep 1s
          cancel task
          sleep 1s
        }"#,
    );
    assert_eq!(logs, ["1s caught", "2s cleaned"]);
}

#[test]
fn tasks_alive_when_main_fails_are_cancelled_too() {
    let played = play(
        r#"main {
          spawn { try { sleep 10s } finally { log "cleaned" } }
          sleep 1s
          fail IoError, "broken"
        }"#,
    );
    assert!(
        matches!(&played.outcome.ending, RunEnding::Failed(failure) if &*failure.error.kind == "IoError")
    );
    assert_eq!(played.logs, ["1s cleaned"]);
}

#[test]
fn a_failure_nobody_looked_at_is_reported_at_the_end_and_fails_nothing() {
    let played = play(
        r#"main {
          spawn { fail IoError, "nobody looks" }
          looked = spawn { fail ValueError, "somebody polls" }
          awaited = spawn { fail KeyError, "somebody awaits" }
          sleep 1s
          log "{error(looked).message}"
          try { await awaited } catch KeyError { log "caught" }
        }"#,
    );
    assert!(matches!(played.outcome.ending, RunEnding::Ok(_)));
    assert_eq!(played.logs, ["1s somebody polls", "1s caught"]);
    assert_eq!(played.of_kind("unobserved"), ["1s spawn.1 unobserved spawn.1 IoError nobody looks"]);
}

#[test]
fn blocks_see_and_change_the_variables_around_them() {
    let logs = logs_of(
        r#"main {
          total = 0
          all i in 1..4 { sleep i * 1s; total += i; own = i }
          task = spawn { total += 10 }
          await task
          log "{total}"
        }"#,
    );
    assert_eq!(logs, ["3s 16"]);
}
