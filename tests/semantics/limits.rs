//! Rule 5, locks, semaphores and limiters: first come, first served, unless a semaphore barges; grants pass
//! on; no token is lost.

use super::play::{logs_of, play};

#[test]
fn a_lock_is_handed_over_first_come_first_served() {
    let logs = logs_of(
        r#"lock l
        task worker(name, delay) {
          sleep delay
          with l { log "{name} has it"; sleep 1s }
        }
        main {
          all {
            await worker("c", 3ms)
            await worker("a", 1ms)
            await worker("b", 2ms)
          }
        }"#,
    );
    assert_eq!(logs, ["1ms a has it", "1.001s b has it", "2.001s c has it"]);
}

#[test]
fn a_fair_permit_belongs_to_the_woken_waiter_at_once() {
    let logs = logs_of(
        r#"semaphore s, permits: 1
        main {
          spawn { sleep 1ms; acquire s; log "the waiter has it"; sleep 1s; release s }
          acquire s
          sleep 1s
          release s
          log "released, {available(s)} free"
          acquire s
          log "again"
        }"#,
    );
    assert_eq!(logs, ["1s released, 0 free", "1s the waiter has it", "2s again"]);
}

#[test]
fn a_barging_permit_belongs_to_whoever_takes_it_first() {
    let logs = logs_of(
        r#"semaphore s, permits: 1, fair: false
        main {
          spawn { sleep 1ms; acquire s; log "the waiter has it" }
          acquire s
          sleep 1s
          release s
          log "released, {available(s)} free"
          acquire s
          log "again"
          sleep 1s
          release s
          sleep 1s
        }"#,
    );
    assert_eq!(logs, ["1s released, 1 free", "1s again", "2s the waiter has it"]);
}

#[test]
fn a_woken_waiter_that_finds_no_permit_goes_to_the_end_of_the_line() {
    let logs = logs_of(
        r#"semaphore s, permits: 1, fair: false
        task waiter(name) { acquire s; log "{name} has it"; release s }
        main {
          acquire s
          spawn waiter("b")
          spawn waiter("c")
          sleep 1s
          release s
          acquire s
          sleep 1s
          release s
          sleep 1s
        }"#,
    );
    assert_eq!(logs, ["2s c has it", "2s b has it"]);
}

#[test]
fn a_grant_to_a_cancelled_waiter_passes_on_in_order() {
    let logs = logs_of(
        r#"lock l
        semaphore s, permits: 1
        semaphore barging, permits: 1, fair: false
        task waiter(limit, name) { acquire limit; log "{name} has it"; release limit }
        main {
          for limit in [l, s, barging] {
            acquire limit
            tasks = spawn name in ["first", "second", "third"] { await waiter(limit, name) }
            sleep 1s
            release limit
            cancel tasks[0]
            sleep 1s
            log "{available(limit)} free"
          }
        }"#,
    );
    let round = |second: u32| {
        let line = |seconds: u32, text: &str| format!("{seconds}s {text}");
        [line(second, "second has it"), line(second, "third has it"), line(second + 1, "1 free")]
    };
    assert_eq!(logs, [round(1), round(3), round(5)].concat());
}

#[test]
fn a_waiter_that_is_cancelled_in_line_leaves_the_order_of_the_others() {
    let logs = logs_of(
        r#"lock l
        task waiter(name) { with l { log "{name} has it" } }
        main {
          acquire l
          tasks = spawn name in ["a", "b", "c"] { await waiter(name) }
          sleep 1s
          cancel tasks[1]
          sleep 1s
          release l
          sleep 1s
        }"#,
    );
    assert_eq!(logs, ["2s a has it", "2s c has it"]);
}

#[test]
fn a_limiter_gives_a_burst_and_then_its_rate() {
    let logs = logs_of(
        r#"limiter api, rate: 2/1s, burst: 3
        main { for i in 0..6 { acquire api; log "{i}" } }"#,
    );
    assert_eq!(logs, ["0s 0", "0s 1", "0s 2", "500ms 3", "1s 4", "1.5s 5"]);
}

#[test]
fn a_limiter_counts_time_exactly() {
    // A third of a second is no whole number of nanoseconds; what is over counts towards the next token.
    let played = play(
        r#"limiter api, rate: 3/1s, burst: 1
        main { for _ in 0..31 { acquire api } }"#,
    );
    assert_eq!(played.outcome.duration, 10_000_000_000);
}

#[test]
fn nobody_overtakes_those_who_wait_for_a_token() {
    let logs = logs_of(
        r#"limiter api, rate: 1/1s, burst: 1
        task client(name, delay) { sleep delay; acquire api; log "{name}" }
        main {
          all {
            await client("first", 0)
            await client("second", 100ms)
            await client("third", 1s)
          }
        }"#,
    );
    assert_eq!(logs, ["0s first", "1s second", "2s third"]);
    // Held up by the `block`, the waiter has not got its token yet when main asks for one.
    let logs = logs_of(
        r#"limiter api, rate: 1/1s, burst: 1
        main {
          acquire api
          spawn { acquire api; log "the waiter" }
          sleep 500ms
          block 1s
          acquire api
          log "main"
        }"#,
    );
    assert_eq!(logs, ["1.5s the waiter", "2.5s main"]);
}

#[test]
fn a_cancelled_limiter_waiter_loses_no_token() {
    let logs = logs_of(
        r#"limiter api, rate: 1/1s, burst: 1
        task client(name) { acquire api; log "{name}" }
        main {
          acquire api
          first = spawn client("first")
          spawn client("second")
          sleep 500ms
          cancel first
          sleep 5s
        }"#,
    );
    assert_eq!(logs, ["1s second"]);
}

#[test]
fn a_token_granted_to_a_waiter_cancelled_in_that_instant_passes_on() {
    // The canceller's timer is older than the limiter's, so it runs between the grant and the waiter.
    let logs = logs_of(
        r#"limiter api, rate: 1/1s, burst: 1
        task client(name) { acquire api; log "{name}" }
        main {
          first = null
          spawn { sleep 1s; cancel first }
          sleep 0
          acquire api
          first = spawn client("first")
          spawn client("second")
          sleep 5s
        }"#,
    );
    assert_eq!(logs, ["1s second"]);
}

#[test]
fn a_with_block_gives_back_on_every_way_out() {
    let logs = logs_of(
        r#"lock l
        task returning() { with l { return "returned" } }
        main {
          for _ in 0..3 { with l { break } }
          log "{available(l)} after break"
          for _ in 0..3 { with l { continue } }
          log "{available(l)} after continue"
          value = await returning()
          log "{available(l)} after {value}"
          try { with l { fail IoError } } catch IoError { log "{available(l)} after failure" }
          timeout 1s { with l { sleep 5s } } catch Timeout { log "{available(l)} after timeout" }
          held = spawn { with l { sleep 5s } }
          sleep 1s
          cancel held
          sleep 0
          log "{available(l)} after cancel"
        }"#,
    );
    assert_eq!(
        logs,
        [
            "0s 1 after break",
            "0s 1 after continue",
            "0s 1 after returned",
            "0s 1 after failure",
            "1s 1 after timeout",
            "2s 1 after cancel",
        ]
    );
}

#[test]
fn only_its_holder_releases_a_lock() {
    let logs = logs_of(
        r#"lock l
        main {
          spawn { with l { sleep 5s } }
          sleep 1s
          try { release l } catch as e { log "{e.kind}: {e.message}" }
        }"#,
    );
    assert_eq!(logs, ["1s ValueError: main does not hold lock l"]);
}
