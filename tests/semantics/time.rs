//! Rule 1: time is a whole number of nanoseconds, and moves only when everybody waits.

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use super::play::{logs_of, play};
use scenario::trace::outcome::RunEnding;

#[test]
fn durations_that_add_up_to_the_same_number_are_one_instant() {
    let logs = logs_of(
        r#"main {
          all {
            do { sleep 0.1s; sleep 0.2s; log "one after the other, {now() == 0.3s}" }
            do { sleep 0.1s + 0.2s; log "added, {now() == 0.3s}" }
            do { sleep 0.3s; log "at once, {now() == 0.3s}" }
            do { sleep 1s * 0.3; log "multiplied, {now() == 0.3s}" }
          }
        }"#,
    );
    assert_eq!(
        logs,
        [
            "300ms added, true",
            "300ms at once, true",
            "300ms multiplied, true",
            "300ms one after the other, true"
        ]
    );
}

#[test]
fn ten_sleeps_of_100us_take_exactly_1ms() {
    assert_eq!(play("main { for _ in 0..10 { sleep 100us } }").outcome.duration, 1_000_000);
}

#[test]
fn a_nanosecond_counts() {
    let logs = logs_of(r#"main { all { do { sleep 2ns; log "b" }; do { sleep 1ns; log "a" } } }"#);
    assert_eq!(logs, ["1ns a", "2ns b"]);
}

#[test]
fn a_sleep_of_365_days_ends_at_once() {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || sender.send(logs_of(r#"main { sleep 8760h; log "a year" }"#)));
    let logs = receiver.recv_timeout(Duration::from_secs(10));
    assert_eq!(logs.expect("the sleep ends within seconds"), ["8760h a year"]);
}

#[test]
fn time_never_turns_negative() {
    // A duration holds some 292 years; what becomes of a longer run must be said, not computed wrongly.
    let played = play("main { for _ in 0..4 { sleep 1000000h; log \"{now()}\" } }");
    let expected = ["1000000h 1000000h", "2000000h 2000000h"];
    assert_eq!(played.logs, expected, "{:?}", played.outcome.ending);
    assert!(!matches!(played.outcome.ending, RunEnding::Ok(_)), "{:?}", played.outcome.ending);
}

#[test]
fn sleeping_tasks_take_the_longest_time_and_not_the_sum() {
    let source = "main { all { sleep 1s; sleep 3s; sleep 2s } }";
    assert_eq!(play(source).outcome.duration, 3_000_000_000);
}

#[test]
fn a_block_takes_time_from_everybody() {
    let logs = logs_of(
        r#"main {
          spawn { sleep 100ms; log "due at 100ms" }
          sleep 50ms
          block 600ms
          log "blocked"
          sleep 1s
        }"#,
    );
    assert_eq!(logs, ["650ms blocked", "650ms due at 100ms"]);
}

#[test]
fn the_run_ends_when_main_returns_and_no_later() {
    let played = play(r#"main { spawn { sleep 10s; log "never" }; sleep 1s }"#);
    assert_eq!(played.outcome.duration, 1_000_000_000);
    assert_eq!(played.logs, [] as [&str; 0]);
}

#[test]
fn elapsed_time_and_wall_clock_move_together() {
    let logs = logs_of(
        r#"start "10:00:00"
        main { sleep 61.5s; log "{now()} {clock("%H:%M:%S,%3f")}" }"#,
    );
    assert_eq!(logs, ["1m1.5s 1m1.5s 10:01:01,500"]);
}
