//! Rule 10: a draw depends on the seed, the task's path, the place in its body and how often it has been
//! drawn there, and on nothing else.

use super::play::{logs_of, play};

const CLIENTS: &str = r#"
task client(name) {
  for _ in 0..3 {
    sleep 100ms..500ms
    log "{name} {random():.6} {uniform(1, 100)}"
  }
}
"#;

/// What the clients log, apart from what anybody else does.
fn of_clients(source: &str) -> Vec<String> {
    logs_of(&format!("{CLIENTS}{source}")).into_iter().filter(|line| line.contains("client")).collect()
}

#[test]
fn the_same_seed_gives_the_same_draws_and_another_seed_gives_others() {
    let source = r#"main { all name in ["client a", "client b"] { await client(name) } }"#;
    let first = of_clients(&format!("seed 1\n{source}"));
    assert_eq!(first.len(), 6);
    assert_eq!(first, of_clients(&format!("seed 1\n{source}")));
    assert_ne!(first, of_clients(&format!("seed 2\n{source}")));
}

#[test]
fn adding_an_unrelated_task_changes_nobody_elses_draws() {
    let alone = of_clients(
        r#"main {
          first = spawn client("client a")
          second = spawn client("client b")
          await [first, second]
        }"#,
    );
    let crowded = of_clients(
        r#"task noise() { for _ in 0..20 { sleep 10ms..100ms; log "noise {random()}" } }
        task more() { log "noise {choice([1, 2, 3])}"; await noise() }
        main {
          spawn noise()
          first = spawn client("client a")
          extra = spawn { sleep 5ms..50ms; await more() }
          second = spawn client("client b")
          log "noise {random()} {random()}"
          await [first, second]
          await extra
        }"#,
    );
    assert_eq!(alone.len(), 6);
    assert_eq!(alone, crowded);
}

#[test]
fn adding_a_task_of_the_same_name_behind_the_others_changes_nobody_elses_draws() {
    let two = of_clients(
        r#"main { tasks = spawn name in ["client a", "client b"] { await client(name) }; await tasks }"#,
    );
    let three = of_clients(
        r#"main { tasks = spawn name in ["client a", "client b", "client c"] { await client(name) }; await tasks }"#,
    );
    let without = |line: &&String| !line.contains("client c");
    assert_eq!(two, three.iter().filter(without).cloned().collect::<Vec<_>>());
    assert_eq!(three.len(), 9);
}

#[test]
fn adding_a_named_block_changes_no_draw_of_another_named_block() {
    let source = |before: &str| {
        format!(
            r#"main {{
              {before}
              client = spawn name: "client" {{ for _ in 0..3 {{ sleep 1ms..1s; log "client {{random()}}" }} }}
              await client
            }}"#
        )
    };
    let draws = |before: &str| -> Vec<String> {
        let logs = logs_of(&source(before));
        logs.into_iter().filter(|line| line.contains("client")).collect()
    };
    let crowded =
        draws(r#"spawn name: "noise" { for _ in 0..9 { sleep 1ms..9ms; log "noise {random()}" } }"#);
    assert_eq!(draws(""), crowded);
    assert_eq!(crowded.len(), 3);
}

#[test]
fn tasks_of_one_body_draw_from_streams_of_their_own() {
    let logs =
        logs_of(r#"main { values = all _ in 0..3 { random() }; for value in values { log "{value}" } }"#);
    assert_eq!(logs.len(), 3);
    assert!(logs[0] != logs[1] && logs[1] != logs[2] && logs[0] != logs[2], "{logs:?}");
}

#[test]
fn draws_at_two_places_of_one_body_differ() {
    let logs = logs_of(r#"main { log "{random()}"; log "{random()}" }"#);
    assert_ne!(logs[0], logs[1]);
}

#[test]
fn a_draw_does_not_depend_on_how_others_are_scheduled() {
    let source = |delay: &str| {
        format!(
            r#"main {{
              all {{
                do {{ sleep {delay}; for _ in 0..3 {{ sleep 1ms; log "a {{random()}}" }} }}
                do {{ for _ in 0..3 {{ sleep 1ms; log "b {{random()}}" }} }}
              }}
            }}"#
        )
    };
    let draws = |delay: &str, name: &str| -> Vec<String> {
        let logs = logs_of(&source(delay));
        let texts = logs.iter().filter_map(|line| line.split_once(' ')).map(|(_, text)| text.to_string());
        texts.filter(|text| text.starts_with(name)).collect()
    };
    for name in ["a", "b"] {
        assert_eq!(draws("0", name), draws("1s", name));
        assert_eq!(draws("0", name).len(), 3);
    }
}

#[test]
fn a_renamed_variable_or_an_added_log_changes_no_draw() {
    let plain = logs_of(r#"main { x = random(); sleep 1ms..1s; log "{x} {now()}" }"#);
    let other = logs_of(r#"main { log "before"; other = random(); sleep 1ms..1s; log "{other} {now()}" }"#);
    assert_eq!(plain[0], other[1]);
}

#[test]
fn listed_draws_are_used_in_turn_and_a_spent_list_is_an_error() {
    let played = play(
        r#"main {
          try {
            for _ in 0..3 { sleep draws([1s, 3s]); log "slept" }
          } catch as e { log "{e.kind}" }
        }"#,
    );
    assert_eq!(played.logs, ["1s slept", "4s slept", "4s DrawsExhausted"]);
}

#[test]
fn a_range_is_drawn_anew_each_time_and_within_its_bounds() {
    let logs = logs_of(
        r#"main {
          before = 0s
          for _ in 0..50 {
            sleep 100ms..500ms
            pause = now() - before
            before = now()
            log "{100ms <= pause and pause <= 500ms} {pause}"
          }
        }"#,
    );
    let pauses: std::collections::BTreeSet<&str> =
        logs.iter().filter_map(|line| line.rsplit(' ').next()).collect();
    assert!(logs.iter().all(|line| line.contains(" true ")), "{logs:?}");
    assert!(pauses.len() > 45, "{pauses:?}");
}

#[test]
fn the_draws_of_a_seed_are_the_same_on_every_platform() {
    // Recorded once: a change here changes every recorded trace of everybody.
    let logs = logs_of(
        r#"seed 7
        main {
          log "{random()}"
          log "{uniform(1, 1000)} {choice(["a", "b", "c"])} {chance(50%)}"
          sleep exponential(1s)
          log "{now()}"
        }"#,
    );
    assert_eq!(logs, ["0s 0.7501522221031127", "0s 172 c true", "364.689817ms 364.689817ms"]);
}
