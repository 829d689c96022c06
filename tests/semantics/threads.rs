//! `offload`: a bounded pool, first come, first served, that no loop holds up and no cancel interrupts.

use super::play::{errors_of, logs_of, play};

#[test]
fn offloaded_work_overlaps_and_the_loop_goes_on() {
    let logs = logs_of(
        r#"main {
          spawn { for i in 0..3 { sleep 1s; log "beat" } }
          all i in 0..4 { offload 2s; log "{i}" }
          log "end"
          sleep 1s
        }"#,
    );
    assert_eq!(logs, ["1s beat", "2s 0", "2s 1", "2s 2", "2s 3", "2s beat", "2s end", "3s beat"]);
}

#[test]
fn there_are_four_threads_unless_the_scenario_says_so() {
    for (setting, expected) in
        [("", "2s"), ("threads 1", "8s"), ("threads 3", "3s"), ("param n, default: 8\nthreads n", "1s")]
    {
        let logs = logs_of(&format!("{setting}\nmain {{ all i in 0..8 {{ offload 1s }}; log \"end\" }}"));
        assert_eq!(logs, [format!("{expected} end")], "{setting}");
    }
}

#[test]
fn who_waits_for_a_thread_is_served_in_order() {
    let logs = logs_of(
        r#"threads 1
        main { all i in 0..4 { sleep (4 - i) * 1ms; offload 1s; log "{i}" } }"#,
    );
    assert_eq!(logs, ["1.001s 3", "2.001s 2", "3.001s 1", "4.001s 0"]);
}

#[test]
fn a_cancelled_waiter_leaves_the_line() {
    let logs = logs_of(
        r#"threads 1
        main {
          spawn { offload 2s }
          t = spawn { offload 9s; log "not reached" }
          u = spawn { offload 1s; log "its turn" }
          sleep 1s
          cancel t
          await u
        }"#,
    );
    assert_eq!(logs, ["3s its turn"]);
}

#[test]
fn a_cancelled_task_goes_on_at_once_and_its_thread_stays_busy() {
    let logs = logs_of(
        r#"threads 1
        main {
          timeout 1s { offload 5s } catch Timeout { log "given up" }
          offload 1s
          log "the thread was free at 5s"
        }"#,
    );
    assert_eq!(logs, ["1s given up", "6s the thread was free at 5s"]);
}

#[test]
fn the_run_ends_when_its_threads_are_done() {
    let played = play(r#"main { spawn { try { offload 5s } finally { log "released" } }; sleep 1s }"#);
    assert_eq!(played.logs, ["1s released"]);
    assert_eq!(played.outcome.duration, 5_000_000_000);
}

#[test]
fn threads_work_on_while_the_loop_is_held() {
    let logs = logs_of(
        r#"threads 1
        main {
          t = spawn i in 0..3 { offload 1s; log "{i}" }
          sleep 0
          block 2500ms
          await t
        }"#,
    );
    assert_eq!(logs, ["2.5s 0", "2.5s 1", "3s 2"]);
}

#[test]
fn a_thread_may_be_waited_for_in_cleanup_and_a_second_cancel_ends_that() {
    let logs = logs_of(
        r#"main {
          t = spawn { try { sleep 9s } finally { offload 3s; log "cleaned" } }
          sleep 1s
          cancel t
          try { await t } catch Cancelled { log "first" }
          u = spawn { try { sleep 9s } finally { offload 3s; log "not reached" } }
          sleep 1s
          cancel u
          sleep 1s
          cancel u
          try { await u } catch Cancelled { log "second" }
        }"#,
    );
    assert_eq!(logs, ["4s cleaned", "4s first", "6s second"]);
}

#[test]
fn work_of_no_length_takes_a_turn() {
    let logs = logs_of(r#"main { spawn { log "other" }; offload 0; log "done" }"#);
    assert_eq!(logs, ["0s other", "0s done"]);
}

#[test]
fn a_pool_needs_a_thread() {
    assert_eq!(errors_of("threads 0\nmain { offload 1s }"), ["0 is too few"]);
    assert_eq!(errors_of("threads 1\nthreads 2\nmain { offload 1s }"), ["a second `threads`"]);
}
