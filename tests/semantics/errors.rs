//! Errors and retries, as rules 7 and 8 and the language's rule 10 have them: errors go to the nearest
//! handler of their kind; retries count repetitions.

use super::play::{logs_of, play};

#[test]
fn an_error_goes_to_the_nearest_handler_of_its_kind() {
    let logs = logs_of(
        r#"main {
          try {
            try { fail IoError, "x" } catch ValueError { log "not here" }
          } catch ValueError { log "nor here" } catch IoError, KeyError as e { log "{e.kind}: {e.message}" }
        }"#,
    );
    assert_eq!(logs, ["0s IoError: x"]);
}

#[test]
fn else_runs_only_without_an_error_and_finally_in_any_case() {
    let logs = logs_of(
        r#"main {
          for broken in [false, true] {
            try {
              if broken { fail IoError }
              log "body"
            } catch IoError { log "catch" } else { log "else" } finally { log "finally" }
          }
        }"#,
    );
    assert_eq!(logs, ["0s body", "0s else", "0s finally", "0s catch", "0s finally"]);
}

#[test]
fn an_error_in_else_is_not_caught_by_the_same_try() {
    let logs = logs_of(
        r#"main {
          try {
            try { log "body" } catch IoError { log "not here" } else { fail IoError, "from else" }
          } catch IoError as e { log "{e.message}" }
        }"#,
    );
    assert_eq!(logs, ["0s body", "0s from else"]);
}

#[test]
fn a_bare_fail_raises_the_caught_error_again() {
    let logs = logs_of(
        r#"main {
          try {
            try { fail IoError, "first" } catch IoError { fail }
          } catch IoError as e { log "{e.message}" }
        }"#,
    );
    assert_eq!(logs, ["0s first"]);
}

#[test]
fn an_awaited_error_arrives_where_it_is_awaited_each_time() {
    let logs = logs_of(
        r#"main {
          task = spawn { sleep 1s; fail IoError, "broken" }
          for _ in 0..2 { try { await task } catch IoError as e { log "{e.message}" } }
        }"#,
    );
    assert_eq!(logs, ["1s broken", "1s broken"]);
}

#[test]
fn retry_counts_repetitions_and_not_the_first_attempt() {
    let logs = logs_of(
        r#"main {
          try {
            retry 2 as n, backoff: 100ms { log "attempt {n}"; fail IoError, "attempt {n} failed" }
          } catch IoError as e { log "{e.message}" }
        }"#,
    );
    assert_eq!(logs, ["0s attempt 1", "100ms attempt 2", "200ms attempt 3", "200ms attempt 3 failed"]);
}

#[test]
fn backoff_is_evaluated_after_each_failure_scaled_and_capped() {
    let attempts = |options: &str| {
        logs_of(&format!(
            r#"main {{
              try {{ retry 4 as n, {options} {{ log "{{n}}"; fail IoError }} }} catch IoError {{ }}
            }}"#
        ))
    };
    assert_eq!(attempts("backoff: n * 100ms"), ["0s 1", "100ms 2", "300ms 3", "600ms 4", "1s 5"]);
    assert_eq!(attempts("backoff: 100ms, factor: 2"), ["0s 1", "100ms 2", "300ms 3", "700ms 4", "1.5s 5"]);
    assert_eq!(
        attempts("backoff: 100ms, factor: 2, max: 250ms"),
        ["0s 1", "100ms 2", "300ms 3", "550ms 4", "800ms 5"]
    );
}

#[test]
fn jitter_draws_the_wait_within_its_bounds() {
    for (jitter, least) in [("full", 0), ("equal", 500)] {
        for seed in 0..20 {
            let played = play(&format!(
                "seed {seed}\nmain {{ try {{ retry 1, backoff: 1s, jitter: {jitter} {{ fail IoError }} }} catch IoError {{ }} }}"
            ));
            let milliseconds = played.outcome.duration / 1_000_000;
            assert!((least..=1_000).contains(&milliseconds), "{jitter}, seed {seed}: {milliseconds} ms");
        }
    }
}

#[test]
fn retry_repeats_only_the_kinds_it_is_given() {
    let logs = logs_of(
        r#"main {
          try {
            retry 5 as n, only: IoError { log "{n}"; if n == 2 { fail ValueError, "other" }; fail IoError }
          } catch ValueError as e { log "{e.message}" }
        }"#,
    );
    assert_eq!(logs, ["0s 1", "0s 2", "0s other"]);
}

#[test]
fn retry_does_not_repeat_what_was_cancelled() {
    let logs = logs_of(
        r#"main {
          task = spawn { retry 5 as n { log "{n}"; sleep 10s } }
          sleep 1s
          cancel task
          sleep 1s
          log "{state(task)}"
        }"#,
    );
    assert_eq!(logs, ["0s 1", "2s cancelled"]);
}

#[test]
fn a_deadline_round_a_retry_bounds_all_attempts() {
    let logs = logs_of(
        r#"main {
          timeout 2.5s {
            retry 10 as n, only: Timeout { timeout 1s { log "attempt {n}"; sleep 5s } }
          } catch Timeout { log "deadline" }
        }"#,
    );
    assert_eq!(logs, ["0s attempt 1", "1s attempt 2", "2s attempt 3", "2.5s deadline"]);
}

#[test]
fn a_fail_with_a_chance_fails_about_that_often() {
    let played = play(
        r#"failures = 0
        main {
          for _ in 0..1000 { try { fail IoError, chance: 25% } catch IoError { failures += 1 } }
          for _ in 0..100 { fail IoError, chance: 0% }
          for i in 0..100 { try { fail IoError, chance: 100%; log "not reached" } catch IoError { } }
          log "{200 < failures and failures < 300}"
        }"#,
    );
    assert_eq!(played.logs, ["0s true"]);
}
