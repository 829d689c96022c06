//! Rule 9: nothing ready, no timer, tasks left: a deadlock, reported with who waits for what, who holds it,
//! since when and where, and with the circle if there is one. And the runs that end by a limit.

use super::play::{play, play_within};
use scenario::Limits;
use scenario::trace::outcome::{BlockedTask, Limit, RunEnding, Stop};

#[test]
fn two_locks_in_opposite_order_are_a_circle_of_holders_and_waiters() {
    let played = play(
        r#"lock a
lock b
task left() {
  with a {
    sleep 1s
    with b { log "not reached" }
  }
}
task right() {
  with b {
    sleep 2s
    with a { log "not reached" }
  }
}
main { all { await left(); await right() } }"#,
    );
    assert_eq!(played.logs, [] as [&str; 0]);
    let deadlock = played.deadlock();
    let waits: Vec<(&str, &str, u64)> =
        deadlock.waits.iter().map(|it| (it.task.as_str(), it.awaited.as_str(), it.since)).collect();
    let second = 1_000_000_000;
    assert_eq!(
        waits,
        [("main", "its branches to end", 0), ("left.1", "lock b", second), ("right.1", "lock a", 2 * second)]
    );
    let [_, left, right] = deadlock.waits.as_slice() else { panic!("three tasks wait") };
    assert_eq!(played.at(left.span), (6, "with b"));
    assert_eq!(played.at(right.span), (12, "with a"));
    for (waiter, holder, place) in [(left, "right.1", (10, "with b")), (right, "left.1", (4, "with a"))] {
        let [held] = waiter.holders.as_slice() else { panic!("one task holds it: {waiter:?}") };
        assert_eq!((held.task.as_str(), held.since, played.at(held.span)), (holder, 0, place));
    }
    let mut circle = deadlock.cycle.clone();
    circle.sort();
    assert_eq!(circle, ["left.1", "right.1"]);
    assert_eq!(played.outcome.duration, 2 * second);
}

#[test]
fn in_a_circle_each_waits_for_the_next() {
    let played = play(
        r#"lock fork_0
        lock fork_1
        lock fork_2
        lock fork_3
        task philosopher(left, right) { with left { sleep 1s; with right { log "not reached" } } }
        main {
          all {
            await philosopher(fork_0, fork_1)
            await philosopher(fork_1, fork_2)
            await philosopher(fork_2, fork_3)
            await philosopher(fork_3, fork_0)
          }
        }"#,
    );
    let deadlock = played.deadlock();
    assert_eq!(deadlock.cycle.len(), 4);
    for (index, task) in deadlock.cycle.iter().enumerate() {
        let next = &deadlock.cycle[(index + 1) % 4];
        let wait = deadlock.waits.iter().find(|wait| wait.task == *task).expect("who is in the circle waits");
        assert_eq!(wait.holders.iter().map(|held| &held.task).collect::<Vec<_>>(), [next]);
    }
}

#[test]
fn a_task_that_takes_its_own_lock_again_is_a_circle_of_one() {
    let played = play("lock l\nmain { with l { with l { log \"not reached\" } } }");
    assert_eq!(played.deadlock().cycle, ["main"]);
}

#[test]
fn a_join_nobody_finishes_is_a_deadlock() {
    let played = play("queue q\nmain {\n  put q, 1\n  get q\n  join q\n}");
    let wait = only(&played.deadlock().waits);
    assert_eq!((wait.task.as_str(), wait.awaited.as_str()), ("main", "all items of queue q to be done"));
    assert_eq!(played.at(wait.span), (5, "join q"));
    assert_eq!(wait.note.as_deref(), Some("1 put and not marked as `done`, 0 of them still in the queue"));
    assert_eq!(played.deadlock().cycle, [] as [&str; 0]);
}

#[test]
fn a_full_queue_nobody_reads_is_a_deadlock() {
    let played = play("queue q, capacity: 2\nmain {\n  for i in 0..5 {\n    sleep 1s\n    put q, i\n  }\n}");
    let wait = only(&played.deadlock().waits);
    assert_eq!((wait.awaited.as_str(), wait.since), ("room in queue q", 3_000_000_000));
    assert_eq!(played.at(wait.span), (5, "put q, i"));
    let note = wait.note.as_deref().unwrap_or_default();
    assert!(note.contains("2 of 2"), "{note}");
}

#[test]
fn an_empty_queue_nobody_fills_is_a_deadlock() {
    let played = play("queue q\nmain {\n  item = get q\n  log \"{item}\"\n}");
    assert_eq!(only(&played.deadlock().waits).awaited, "an item of queue q");
}

#[test]
fn a_semaphore_names_every_holder() {
    let played = play(
        r#"semaphore s, permits: 2
        queue never
        task holder() { acquire s; sleep 1s; get never }
        main { spawn holder(); spawn holder(); sleep 2s; acquire s }"#,
    );
    let main = &played.deadlock().waits[0];
    assert_eq!(main.awaited, "a permit of semaphore s");
    let holders: Vec<&str> = main.holders.iter().map(|held| held.task.as_str()).collect();
    assert_eq!(holders, ["holder.1", "holder.2"]);
}

#[test]
fn tasks_that_await_each_other_are_a_circle() {
    let played = play(
        r#"other = null
        task first() { sleep 1s; await other }
        main {
          mine = spawn first()
          other = spawn { sleep 2s; await mine }
          sleep 5s
          await mine
        }"#,
    );
    let mut cycle = played.deadlock().cycle.clone();
    cycle.sort();
    assert_eq!(cycle, ["first.1", "spawn.1"]);
}

#[test]
fn a_waiting_task_is_no_deadlock_while_a_timer_is_armed() {
    let played = play(
        r#"queue q
        main {
          spawn { sleep 5s; put q, "at last" }
          item = get q
          log "{item}"
        }"#,
    );
    assert_eq!(played.logs, ["5s at last"]);
}

#[test]
fn a_wait_with_a_timeout_is_no_deadlock() {
    let played = play("queue q\nmain { try { get q, timeout: 1h } catch Timeout { log \"gave up\" } }");
    assert_eq!(played.logs, ["1h gave up"]);
}

#[test]
fn cleanup_that_waits_for_ever_after_main_has_returned_is_a_deadlock() {
    let played = play(
        r#"queue q
        main {
          spawn { try { sleep 10s } finally { get q } }
          sleep 1s
        }"#,
    );
    assert_eq!(only(&played.deadlock().waits).awaited, "an item of queue q");
}

#[test]
fn a_loop_without_a_wait_is_stopped_and_named() {
    let limits = Limits { max_turn: 10_000, ..Limits::default() };
    let played = play_within(limits, "main {\n  n = 0\n  while true {\n    n += 1\n  }\n}");
    let stop = stop(&played.outcome.ending);
    assert_eq!((stop.limit, stop.task.as_str()), (Limit::Turn(10_000), "main"));
    assert_eq!(played.at(stop.span).0, 3);
}

#[test]
fn tasks_that_pass_each_other_the_turn_for_ever_are_stopped() {
    let limits = Limits { max_instant: 10_000, ..Limits::default() };
    let played = play_within(limits, "main {\n  while true {\n    sleep 0\n  }\n}");
    assert_eq!(stop(&played.outcome.ending).limit, Limit::Instant(10_000));
}

#[test]
fn a_run_that_never_ends_is_stopped_by_steps_or_by_virtual_time() {
    let source = "main {\n  while true {\n    sleep 1s\n  }\n}";
    let played = play_within(Limits { max_steps: 10_000, ..Limits::default() }, source);
    assert_eq!(stop(&played.outcome.ending).limit, Limit::Steps(10_000));
    let hour = 3_600_000_000_000;
    let played = play_within(Limits { max_time: Some(hour), ..Limits::default() }, source);
    assert_eq!(stop(&played.outcome.ending).limit, Limit::Time(hour));
    assert_eq!(played.outcome.duration, hour);
}

#[test]
fn a_recursion_without_an_end_is_an_error() {
    let played = play(
        "task down(n) { await down(n + 1) }\nmain { try { await down(0) } catch as e { log \"{e.kind}\" } }",
    );
    assert_eq!(played.logs, ["0s RecursionError"]);
}

#[test]
fn a_task_that_makes_itself_anew_without_an_end_is_stopped() {
    let limits = Limits { max_tasks: 1_000, ..Limits::default() };
    let played = play_within(limits, "task again() { spawn again() }\nmain { spawn again(); sleep 1s }");
    assert_eq!(stop(&played.outcome.ending).limit, Limit::Tasks(1_000));
}

fn only(waits: &[BlockedTask]) -> &BlockedTask {
    match waits {
        [wait] => wait,
        other => panic!("one task waits, not {other:?}"),
    }
}

fn stop(ending: &RunEnding) -> &Stop {
    match ending {
        RunEnding::Stopped(stop) => stop,
        other => panic!("not stopped: {other:?}"),
    }
}
