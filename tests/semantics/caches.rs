//! Caches: time to live, single flight with its failures and leaders that leave, eviction, capacity.

use super::play::{logs_of, play};

#[test]
fn a_leader_that_leaves_by_a_timeout_a_return_or_a_break_hands_over() {
    for way in [
        r#"try { timeout 1s { lookup c, 1 { sleep 5s } } } catch Timeout { log "gone" }"#,
        r#"for n in 0..1 { lookup c, 1 { sleep 1s; break } }; log "gone""#,
        r#"await leaver(); log "gone""#,
    ] {
        let logs = logs_of(&format!(
            r#"cache c, single_flight: true
            task leaver() {{ lookup c, 1 {{ sleep 1s; return 7 }} }}
            main {{
              all {{
                do {{ {way} }}
                do {{ value = lookup c, 1 {{ log "takes over"; sleep 1s; "second" }}; log "b {{value}}" }}
                do {{ value = lookup c, 1 {{ "third" }}; log "c {{value}}" }}
              }}
              log "{{len(c)}}"
            }}"#
        ));
        assert_eq!(logs, ["1s gone", "1s takes over", "2s b second", "2s c second", "2s 1"], "{way}");
    }
}

#[test]
fn a_waiter_that_gives_up_leaves_the_line_and_a_new_leader_that_is_cancelled_passes_on() {
    let logs = logs_of(
        r#"cache c, single_flight: true
        task look(name) { value = lookup c, 1 { log "{name} computes"; sleep 1s; "{name}" }; log "{name}: {value}" }
        main {
          a = spawn look("a")
          b = spawn look("b")
          x = spawn look("x")
          d = spawn look("d")
          sleep 10ms
          cancel b
          cancel a
          cancel x
          await d
        }"#,
    );
    assert_eq!(logs, ["0s a computes", "10ms d computes", "1.01s d: d"]);
}

#[test]
fn a_timeout_inside_the_computation_is_its_failure_and_nothing_is_kept() {
    let logs = logs_of(
        r#"cache c, single_flight: true
        task look(name) {
          try { lookup c, 1 { timeout 1s { sleep 5s } } } catch Timeout { log "{name} {len(c)}" }
        }
        main { all name in ["a", "b"] { await look(name) }; value = lookup c, 1 { "anew" }; log value }"#,
    );
    assert_eq!(logs, ["1s a 0", "1s b 0", "1s anew"]);
}

#[test]
fn keys_and_caches_do_not_wait_for_each_other() {
    let logs = logs_of(
        r#"cache c, single_flight: true
        cache d, single_flight: true
        main {
          all {
            do { lookup c, 1 { sleep 1s; log "c 1" } }
            do { lookup c, "1" { sleep 1s; log "c text" } }
            do { lookup d, 1 { sleep 1s; log "d 1" } }
          }
          try { lookup c, [1] { 2 } } catch TypeError as e { log e.message }
        }"#,
    );
    assert_eq!(logs, ["1s c 1", "1s c text", "1s d 1", "1s a list can't be a key"]);
}

#[test]
fn an_eviction_does_not_disturb_a_computation() {
    let logs = logs_of(
        r#"cache c, single_flight: true
        main {
          all {
            do { value = lookup c, 1 { sleep 1s; "old" }; log value }
            do { sleep 500ms; evict c; value = lookup c, 1 { "new" }; log value }
          }
          evict c
          log "{len(c)}"
        }"#,
    );
    assert_eq!(logs, ["1s old", "1s old", "1s 0"]);
}

#[test]
fn null_is_a_value_like_any_other() {
    let played = play(r#"cache c; main { for n in 0..3 { lookup c, n % 2 { sleep 1s } } }"#);
    assert_eq!(played.of_kind("hit").len(), 1);
    assert_eq!(played.outcome.duration, 2_000_000_000);
}

#[test]
fn a_computation_that_needs_itself_is_a_deadlock() {
    let played = play(
        r#"cache c, single_flight: true
        main { lookup c, "key" { lookup c, "key" { 1 } } }"#,
    );
    let [wait] = played.deadlock().waits.as_slice() else { panic!("one task waits") };
    assert_eq!(wait.awaited, "the value of \"key\" in cache c");
    assert_eq!(wait.holders[0].task, "main");
    assert_eq!(played.deadlock().cycle, ["main"]);
}
