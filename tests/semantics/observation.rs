//! Series and monitors: what is measured can be asked; a monitor changes nothing, keeps no run alive and hides no
//! deadlock.

use super::play::{logs_of, play};
use scenario::trace::outcome::{Judgement, RunEnding};

#[test]
fn percentiles_are_values_that_were_measured() {
    let logs = logs_of(
        r#"main {
          for n in [40, 10, 30, 20] { measure size, n }
          log "{[percentile(size, p) for p in [0, 25, 26, 50, 75, 76, 100]]}"
          log "{median(size)} {median([3, 1, 2])} {average(size)} {sum(size)} {count(size)} {len(size)} {min(size)} {max(size)}"
          for p in [0.95, 101] { try { log "{percentile(size, p)}" } catch ValueError as e { log e.message } }
          try { log "{percentile([], 50)}" } catch ValueError as e { log e.message }
          try { measure size, 5ms } catch TypeError as e { log e.message }
          try { measure size, "x" } catch TypeError as e { log e.message }
        }"#,
    );
    assert_eq!(
        logs,
        [
            "0s [10, 10, 20, 20, 30, 40, 40]",
            "0s 25.0 2 25.0 100 4 4 10 40",
            "0s a percentile is a number up to 100: 95 instead of 0.95",
            "0s a percentile is a number from 0 to 100, not 101",
            "0s `percentile` of an empty list",
            "0s series size began with an integer: it can't take a duration",
            "0s a number or a duration is measured, not text",
        ]
    );
}

#[test]
fn a_monitor_keeps_no_run_alive_and_hides_no_deadlock() {
    let text = r#"lock l
        monitor 100ms { log "looks" }
        main { acquire l; sleep 250ms; BODY }"#;
    let played = play(&text.replace("BODY", "release l"));
    assert_eq!(played.logs, ["100ms looks", "200ms looks"]);
    assert_eq!(played.outcome.duration, 250_000_000);
    let played = play(&text.replace("BODY", "acquire l"));
    assert_eq!(played.logs, ["100ms looks", "200ms looks"]);
    assert_eq!(played.deadlock().waits.len(), 1);
    assert_eq!(played.deadlock().time, 250_000_000);
}

#[test]
fn a_monitor_changes_nothing_of_what_it_watches() {
    let text = r#"seed 5
        queue q, capacity: 1
        task producer() { for n in 0..5 { sleep 1ms..9ms; put q, n; log "put {n}" } }
        main { spawn producer(); for n in 0..5 { item = get q; sleep 1ms..9ms; log "got {item}" } }"#;
    let alone = play(text);
    let watched = play(&format!(
        "monitor 1ms {{ measure size, len(q); if chance(50%) {{ size_now = len(q) }} }}\n{text}"
    ));
    assert_eq!(alone.logs, watched.logs);
    assert_eq!(alone.outcome.duration, watched.outcome.duration);
    assert!(!watched.of_kind("measure").is_empty());
}

#[test]
fn monitors_look_at_whole_multiples_also_after_a_block() {
    let logs = logs_of(
        r#"monitor 100ms { log "a" }
        monitor 150ms { log "b" }
        main { sleep 50ms; block 200ms; sleep 60ms }"#,
    );
    assert_eq!(logs, ["250ms a", "250ms b", "300ms a", "300ms b"]);
}

#[test]
fn a_monitor_that_fails_is_reported_and_looks_no_more() {
    let played = play(
        r#"n = 0
        monitor 10ms { log "{1 / n}" }
        main { sleep 1s }"#,
    );
    assert!(matches!(played.outcome.ending, RunEnding::Ok(_)));
    assert_eq!(played.of_kind("unobserved").len(), 1);
    let played = play(
        r#"queue q
        it = null
        monitor 10ms { for x in it { log "{x}" } }
        main { it = q; put q, 1; sleep 15ms }"#,
    );
    assert_eq!(played.of_kind("unobserved").len(), 1);
    assert!(played.of_kind("get").is_empty());
}

#[test]
fn a_broken_invariant_knows_the_step_that_broke_it() {
    let played = play(
        r#"x = 0
main {
  sleep 1s
  x = 1
  sleep 2s
}
expect { always x == 0 }"#,
    );
    let Judgement::Broken(breach) = &played.outcome.verdicts[0].judgement else { panic!("it broke") };
    let step = breach.step.as_ref().expect("an invariant breaks after a step");
    assert_eq!((step.task.as_str(), step.time), ("main", 1_000_000_000));
    assert_eq!(played.at(step.begin), (3, "sleep 1s"));
    assert_eq!(step.end.map(|end| played.at(end)), Some((5, "sleep 2s")));
}
