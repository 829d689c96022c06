//! Rules 2 to 4: who runs next. Ready tasks run first in, first out; timers of an instant fire in the order
//! in which they were armed, all of them before any task runs; nobody yields without need.

use super::play::{logs_of, play};

#[test]
fn ready_tasks_run_first_in_first_out() {
    let logs = logs_of(
        r#"task worker(name) {
          log "{name} one"
          sleep 0
          log "{name} two"
        }
        main { all name in ["a", "b", "c"] { await worker(name) } }"#,
    );
    assert_eq!(logs, ["0s a one", "0s b one", "0s c one", "0s a two", "0s b two", "0s c two"]);
}

#[test]
fn timers_of_one_instant_fire_in_the_order_armed() {
    let logs = logs_of(
        r#"main {
          all {
            do { sleep 200ms; sleep 100ms; log "armed at 200ms" }
            do { sleep 100ms; sleep 200ms; log "armed at 100ms" }
            do { sleep 300ms; log "armed at 0s" }
          }
        }"#,
    );
    assert_eq!(logs, ["300ms armed at 0s", "300ms armed at 100ms", "300ms armed at 200ms"]);
}

#[test]
fn all_timers_of_an_instant_fire_before_any_task_runs() {
    let logs = logs_of(
        r#"main {
          all {
            do { sleep 1s; log "a wakes"; sleep 0; log "a goes on" }
            do { sleep 1s; log "b wakes" }
          }
        }"#,
    );
    assert_eq!(logs, ["1s a wakes", "1s b wakes", "1s a goes on"]);
}

#[test]
fn timers_that_fell_due_during_a_block_fire_in_the_order_armed_before_any_task_runs() {
    let logs = logs_of(
        r#"main {
          spawn { sleep 200ms; sleep 100ms; log "armed at 200ms"; sleep 0; log "again" }
          spawn { sleep 100ms; sleep 200ms; log "armed at 100ms"; sleep 0; log "again" }
          spawn { sleep 300ms; log "armed at 0s" }
          sleep 250ms
          block 600ms
          sleep 0
          log "main"
          sleep 1s
        }"#,
    );
    assert_eq!(
        logs,
        [
            "850ms main",
            "850ms armed at 0s",
            "850ms armed at 100ms",
            "850ms armed at 200ms",
            "850ms again",
            "850ms again",
        ]
    );
}

#[test]
fn timers_of_different_instants_of_a_block_fire_in_the_order_of_time() {
    let logs = logs_of(
        r#"main {
          spawn { sleep 300ms; log "due at 300ms" }
          spawn { sleep 100ms; log "due at 100ms" }
          spawn { sleep 200ms; log "due at 200ms" }
          sleep 50ms
          block 600ms
          sleep 1s
        }"#,
    );
    assert_eq!(logs, ["650ms due at 100ms", "650ms due at 200ms", "650ms due at 300ms"]);
}

#[test]
fn ten_thousand_tasks_waking_at_one_instant_wake_in_the_order_armed() {
    // Task i arms its second sleep after (7919 i mod 10000) us: a permutation, for 7919 is prime to 10000.
    let played = play(
        r#"main {
          spawn i in 0..10000 {
            sleep (i * 7919 % 10000) * 1us
            sleep 1s - now()
            log "{i}"
          }
          sleep 2s
        }"#,
    );
    let mut armed: Vec<u64> = (0..10_000).collect();
    armed.sort_by_key(|i| i * 7919 % 10_000);
    let expected: Vec<String> = armed.iter().map(|i| format!("1s {i}")).collect();
    assert_eq!(played.logs, expected);
}

#[test]
fn a_spawned_task_starts_after_its_parent_waits() {
    let logs = logs_of(
        r#"task child() { log "child" }
        main {
          spawn child()
          log "spawned"
          for i in 0..3 { log "working {i}" }
          sleep 1s
          log "waited"
        }"#,
    );
    assert_eq!(logs, ["0s spawned", "0s working 0", "0s working 1", "0s working 2", "0s child", "1s waited"]);
}

#[test]
fn tasks_start_in_the_order_of_creation() {
    let logs = logs_of(
        r#"task named(name) { log "{name}" }
        main {
          spawn named("first")
          tasks = spawn name in ["second", "third"] { await named(name) }
          spawn { log "fourth" }
          all { log "fifth"; await named("sixth") }
          await tasks
        }"#,
    );
    assert_eq!(logs, ["0s first", "0s second", "0s third", "0s fourth", "0s fifth", "0s sixth"]);
}

#[test]
fn a_task_that_is_made_by_another_starts_behind_all_that_are_ready() {
    let logs = logs_of(
        r#"main {
          all {
            do { spawn { log "grandchild" }; log "child a" }
            log "child b"
          }
        }"#,
    );
    assert_eq!(logs, ["0s child a", "0s child b", "0s grandchild"]);
}

#[test]
fn a_statement_that_need_not_wait_does_not_yield() {
    let logs = logs_of(
        r#"queue q, capacity: 1
        lock l
        semaphore fair, permits: 1
        semaphore barging, permits: 1, fair: false
        limiter api, rate: 1/1s
        task nothing() { return 1 }
        main {
          ended = spawn nothing()
          await ended
          spawn { log "the other" }
          put q, 1
          log "put with room"
          item = get q
          log "get with an item, {item}"
          done q
          join q
          log "join with nothing undone"
          with l { log "a free lock" }
          with fair { log "a free permit" }
          acquire barging
          release barging
          log "a free permit of one that barges"
          acquire api
          log "a token"
          again = await ended
          log "a task that has ended, {again}"
          shield ended
          all x in [] { sleep 1s }
          log "no branches"
          called = await nothing()
          log "a call that does not wait, {called}"
          sleep 0
          log "sleep 0 waits"
        }"#,
    );
    assert_eq!(
        logs,
        [
            "0s put with room",
            "0s get with an item, 1",
            "0s join with nothing undone",
            "0s a free lock",
            "0s a free permit",
            "0s a free permit of one that barges",
            "0s a token",
            "0s a task that has ended, 1",
            "0s no branches",
            "0s a call that does not wait, 1",
            "0s the other",
            "0s sleep 0 waits",
        ]
    );
}

#[test]
fn a_woken_task_runs_when_the_waker_waits_and_not_before() {
    let logs = logs_of(
        r#"lock l
        main {
          acquire l
          spawn { with l { log "woken" } }
          sleep 1s
          release l
          log "released"
          sleep 0
          log "later"
        }"#,
    );
    assert_eq!(logs, ["1s released", "1s woken", "1s later"]);
}
