//! Rule 5, queues: first come, first served; a grant is a right to take; a put that entered has happened.

use super::play::{logs_of, play};

#[test]
fn getters_are_served_first_come_first_served() {
    let logs = logs_of(
        r#"queue q
        task getter(name, delay) {
          sleep delay
          item = get q
          log "{name} got {item}"
        }
        main {
          spawn getter("late", 2ms)
          spawn getter("early", 1ms)
          spawn getter("last", 3ms)
          sleep 10ms
          for i in 0..3 { put q, i }
          sleep 1s
        }"#,
    );
    assert_eq!(logs, ["10ms early got 0", "10ms late got 1", "10ms last got 2"]);
}

#[test]
fn putters_are_served_first_come_first_served() {
    let logs = logs_of(
        r#"queue q, capacity: 1
        task putter(name, delay) {
          sleep delay
          put q, name
          log "{name} is in"
        }
        main {
          put q, "main"
          spawn putter("late", 2ms)
          spawn putter("early", 1ms)
          spawn putter("last", 3ms)
          sleep 10ms
          for _ in 0..4 {
            item = get q
            log "got {item}"
            sleep 1ms
          }
        }"#,
    );
    assert_eq!(
        logs,
        [
            "10ms got main",
            "10ms early is in",
            "11ms got early",
            "11ms late is in",
            "12ms got late",
            "12ms last is in",
            "13ms got last",
        ]
    );
}

#[test]
fn an_item_stays_in_the_queue_until_the_granted_getter_runs() {
    let logs = logs_of(
        r#"queue q
        main {
          spawn { item = get q; log "got {item}, size {len(q)}" }
          sleep 1s
          put q, "a"
          log "size {len(q)}"
          sleep 0
          log "size {len(q)}"
        }"#,
    );
    assert_eq!(logs, ["1s size 1", "1s got a, size 0", "1s size 0"]);
}

#[test]
fn a_granted_item_counts_in_the_size_of_a_bounded_queue() {
    let logs = logs_of(
        r#"queue q, capacity: 1
        main {
          spawn { item = get q; log "got {item}" }
          sleep 1s
          put q, "a"
          log "a is in"
          put q, "b"
          log "b is in"
        }"#,
    );
    assert_eq!(logs, ["1s a is in", "1s got a", "1s b is in"]);
}

#[test]
fn nobody_takes_an_item_that_is_granted_to_another() {
    let logs = logs_of(
        r#"queue q
        main {
          spawn { item = get q; log "the getter got {item}" }
          sleep 1s
          put q, "a"
          put q, "b"
          item = get q
          log "main got {item}"
          sleep 0
        }"#,
    );
    assert_eq!(logs, ["1s main got b", "1s the getter got a"]);
}

#[test]
fn a_grant_to_a_cancelled_getter_passes_on_in_order() {
    let logs = logs_of(
        r#"queue q
        task getter(name) {
          item = get q
          log "{name} got {item}"
        }
        main {
          tasks = spawn name in ["first", "second", "third"] { await getter(name) }
          sleep 1s
          put q, "a"
          put q, "b"
          cancel tasks[0]
          sleep 1s
          log "size {len(q)}"
          put q, "c"
          sleep 1s
          log "size {len(q)}"
        }"#,
    );
    assert_eq!(logs, ["1s second got a", "1s third got b", "2s size 0", "3s size 1"]);
}

#[test]
fn a_grant_that_nobody_takes_leaves_the_item_in_its_place() {
    let logs = logs_of(
        r#"queue q
        main {
          getter = spawn { item = get q; log "got {item}" }
          sleep 1s
          put q, "a"
          put q, "b"
          cancel getter
          sleep 1s
          first = get q
          second = get q
          log "{first} {second}"
        }"#,
    );
    assert_eq!(logs, ["2s a b"]);
}

#[test]
fn a_waiting_puts_item_enters_when_room_appears() {
    let logs = logs_of(
        r#"queue q, capacity: 1
        main {
          put q, "a"
          spawn { put q, "b"; log "the putter goes on" }
          sleep 1s
          item = get q
          log "took {item}, size {len(q)}"
          item = get q
          log "took {item}, size {len(q)}"
          sleep 0
        }"#,
    );
    assert_eq!(logs, ["1s took a, size 1", "1s took b, size 0", "1s the putter goes on"]);
}

#[test]
fn a_put_that_entered_has_happened_even_if_cancelled() {
    let logs = logs_of(
        r#"queue q, capacity: 1
        main {
          put q, "a"
          putter = spawn { put q, "b"; log "not reached" }
          sleep 1s
          item = get q
          cancel putter
          sleep 1s
          log "{state(putter)}, size {len(q)}"
          item = get q
          log "{item}"
        }"#,
    );
    assert_eq!(logs, ["2s cancelled, size 1", "2s b"]);
}

#[test]
fn a_put_that_is_cancelled_while_it_waits_has_not_happened() {
    let logs = logs_of(
        r#"queue q, capacity: 1
        main {
          put q, "a"
          putter = spawn { put q, "b" }
          spawn { put q, "c" }
          sleep 1s
          cancel putter
          first = get q
          second = get q
          log "{first} {second} {len(q)}"
        }"#,
    );
    assert_eq!(logs, ["1s a c 0"]);
}

#[test]
fn a_join_ends_when_everything_put_is_done() {
    let logs = logs_of(
        r#"queue q
        main {
          put q, 1
          put q, 2
          spawn { for item in q { sleep 1s; log "done {item}"; done q } }
          join q
          log "joined"
        }"#,
    );
    assert_eq!(logs, ["1s done 1", "2s done 2", "2s joined"]);
}

#[test]
fn a_closed_queue_ends_its_readers_and_refuses_putters() {
    let logs = logs_of(
        r#"queue q, capacity: 2
        main {
          spawn { for item in q { log "read {item}"; sleep 1s }; log "no more" }
          put q, 1
          put q, 2
          sleep 100ms
          close q
          try { put q, 3 } catch Closed { log "closed" }
          sleep 10s
        }"#,
    );
    assert_eq!(logs, ["0s read 1", "100ms closed", "1s read 2", "2s no more"]);
}

#[test]
fn closing_wakes_waiting_getters_and_putters_with_an_error() {
    let played = play(
        r#"queue empty
        queue full, capacity: 1
        main {
          put full, 1
          getter = spawn { get empty }
          putter = spawn { put full, 2 }
          sleep 1s
          close empty
          close full
          results = settle { await getter; await putter }
          for result in results { log "{result.error.kind}" }
          item = get full
          log "{item}, size {len(full)}"
        }"#,
    );
    assert_eq!(played.logs, ["1s Closed", "1s Closed", "1s 1, size 0"]);
}
