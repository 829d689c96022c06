//! Rule 6: timeouts fire before the other timers of their instant, the outermost first, and nothing is lost.

use super::play::{logs_of, play};

#[test]
fn a_timeout_fires_before_other_timers_of_its_instant() {
    // The sleep was armed first, and both are due at 1 s.
    let logs = logs_of(
        r#"main {
          sleeper = spawn { sleep 1s }
          sleep 500ms
          timeout 500ms { await sleeper } catch Timeout { log "timed out, {state(sleeper)}" }
        }"#,
    );
    assert_eq!(logs, ["1s timed out, cancelled"]);
}

#[test]
fn a_block_that_would_end_in_the_instant_of_its_timeout_is_timed_out() {
    let logs = logs_of(r#"main { timeout 1s { sleep 1s; log "no" } catch Timeout { log "timed out" } }"#);
    assert_eq!(logs, ["1s timed out"]);
}

#[test]
fn a_block_that_ends_in_time_leaves_no_timer() {
    let played = play(r#"main { timeout 10s { sleep 1s }; log "in time" }"#);
    assert_eq!(played.logs, ["1s in time"]);
    assert_eq!(played.outcome.duration, 1_000_000_000);
}

#[test]
fn the_outermost_of_timeouts_due_at_one_instant_wins() {
    let logs = logs_of(
        r#"main {
          timeout 1s {
            timeout 1s {
              timeout 1s { sleep 5s } catch Timeout { log "innermost" }
            } catch Timeout { log "inner" }
          } catch Timeout { log "outer" }
        }"#,
    );
    assert_eq!(logs, ["1s outer"]);
}

#[test]
fn the_outermost_of_timeouts_that_fell_due_during_a_block_wins() {
    let logs = logs_of(
        r#"main {
          spawn { sleep 100ms; block 2s }
          timeout 1s {
            timeout 500ms { sleep 5s } catch Timeout { log "inner" }
          } catch Timeout { log "outer" }
        }"#,
    );
    assert_eq!(logs, ["2.1s outer"]);
}

#[test]
fn an_inner_timeout_that_fires_first_is_the_inner_blocks() {
    let logs = logs_of(
        r#"main {
          timeout 1s {
            timeout 500ms { sleep 5s } catch Timeout { log "inner" }
            sleep 5s
          } catch Timeout { log "outer" }
        }"#,
    );
    assert_eq!(logs, ["500ms inner", "1s outer"]);
}

#[test]
fn timeout_zero_interrupts_the_first_wait() {
    let logs = logs_of(
        r#"queue q
        main {
          timeout 0 {
            put q, 1
            item = get q
            log "no need to wait, {item}"
            sleep 1s
            log "not reached"
          } catch Timeout { log "timed out" }
          timeout 0 { sleep 0 } catch Timeout { log "sleep 0 waits too" }
          timeout 0 { log "nothing waits" } catch Timeout { log "not reached" }
        }"#,
    );
    assert_eq!(logs, ["0s no need to wait, 1", "0s timed out", "0s sleep 0 waits too", "0s nothing waits"]);
}

#[test]
fn timeout_zero_takes_what_is_there_and_nothing_else() {
    let logs = logs_of(
        r#"queue q
        lock l
        main {
          item = "none"
          put q, "a"
          item = get q, timeout: 0
          log "{item}"
          try { item = get q, timeout: 0 } catch Timeout { log "empty" }
          acquire l, timeout: 0
          log "free"
          try { acquire l, timeout: 0 } catch Timeout { log "held" }
        }"#,
    );
    assert_eq!(logs, ["0s a", "0s empty", "0s free", "0s held"]);
}

#[test]
fn a_block_that_holds_the_loop_is_not_interrupted() {
    let logs = logs_of(
        r#"main {
          timeout 1s { block 2s; log "blocked" } catch Timeout { log "not reached" }
          timeout 1s { block 2s; sleep 0; log "not reached" } catch Timeout { log "at the first wait" }
        }"#,
    );
    assert_eq!(logs, ["2s blocked", "4s at the first wait"]);
}

#[test]
fn nothing_is_lost_when_a_getter_times_out_in_the_instant_of_the_put() {
    let logs = logs_of(
        r#"queue q
        main {
          spawn { sleep 1s; put q, "a" }
          try { item = get q, timeout: 1s; log "{item}" } catch Timeout { log "timed out" }
          sleep 0
          log "size {len(q)}"
        }"#,
    );
    assert_eq!(logs, ["1s timed out", "1s size 1"]);
}

#[test]
fn nothing_is_lost_when_a_granted_getter_times_out_before_it_runs() {
    // The put grants the item, then the loop is held beyond the getter's time.
    let logs = logs_of(
        r#"queue q
        main {
          spawn { try { get q, timeout: 1s } catch Timeout { log "timed out" } }
          spawn { item = get q; log "second got {item}" }
          sleep 500ms
          put q, "a"
          block 1s
          sleep 1s
        }"#,
    );
    assert_eq!(logs, ["1.5s timed out", "1.5s second got a"]);
}

#[test]
fn a_cancel_becomes_a_timeout_only_at_its_own_edge() {
    let logs = logs_of(
        r#"main {
          timeout 1s {
            try { sleep 5s } catch Timeout { log "not here" } catch Cancelled as e { log "{e.kind} inside"; fail }
          } catch Timeout as e { log "{e.kind}: {e.message}" }
        }"#,
    );
    assert_eq!(logs, ["1s Cancelled inside", "1s Timeout: timed out after 1s"]);
}

#[test]
fn a_block_that_swallows_the_cancel_ends_normally() {
    let logs = logs_of(
        r#"main {
          value = timeout 1s {
            try { sleep 5s } catch Cancelled { log "swallowed" }
            sleep 2s
            "the end"
          } catch Timeout { log "not reached" }
          log "{value}"
        }"#,
    );
    assert_eq!(logs, ["1s swallowed", "3s the end"]);
}

#[test]
fn a_cancel_from_outside_passes_through_a_timeout_as_a_cancel() {
    let logs = logs_of(
        r#"main {
          task = spawn {
            timeout 10s { sleep 20s } catch Timeout { log "not reached" } catch Cancelled { log "cancelled" }
          }
          sleep 1s
          cancel task
          sleep 0
        }"#,
    );
    assert_eq!(logs, ["1s cancelled"]);
}

#[test]
fn a_cancel_in_the_instant_of_a_timeout_counts_more() {
    let logs = logs_of(
        r#"main {
          task = spawn {
            try {
              timeout 1s { sleep 5s } catch Timeout { log "timeout" }
            } catch Cancelled { log "cancelled" }
          }
          spawn { sleep 500ms; block 1s; cancel task }
          sleep 5s
        }"#,
    );
    assert_eq!(logs, ["1.5s cancelled"]);
    // The same with the timeout first: it fires behind the `block`, before the canceller's turn.
    let logs = logs_of(
        r#"main {
          task = spawn {
            try {
              timeout 1s { sleep 5s } catch Timeout { log "timeout" }
            } catch Cancelled { log "cancelled" }
          }
          spawn { sleep 500ms; block 1s }
          spawn { sleep 500ms; cancel task }
          sleep 5s
        }"#,
    );
    assert_eq!(logs, ["1.5s cancelled"]);
}

#[test]
fn a_timeout_is_an_option_of_statements_that_wait() {
    let logs = logs_of(
        r#"queue q, capacity: 1
        task slow() { sleep 5s; return "slow" }
        main {
          put q, 1
          try { put q, 2, timeout: 100ms } catch Timeout { log "put" }
          try { join q, timeout: 100ms } catch Timeout { log "join" }
          try { await slow(), timeout: 100ms } catch Timeout { log "await" }
          running = spawn slow()
          try { shield running, timeout: 100ms } catch Timeout { log "shield" }
          log "{state(running)}"
        }"#,
    );
    assert_eq!(logs, ["100ms put", "200ms join", "300ms await", "400ms shield", "400ms running"]);
}
