//! Rule 8 for `race` and `any`: one end decides, the others are cancelled and waited for.

use super::play::{logs_of, play};

#[test]
fn the_first_end_of_a_race_decides_by_value_or_error() {
    let logs = logs_of(
        r#"main {
          x = race { do { sleep 2s; "slow" }; do { sleep 1s; "fast" } }
          log "{x}"
          try { race { do { sleep 2s; "slow" }; do { sleep 1s; fail IoError, "broken" } } }
          catch IoError as e { log "{e.message}" }
        }"#,
    );
    assert_eq!(logs, ["1s fast", "2s broken"]);
}

#[test]
fn a_race_waits_for_the_cleanup_of_the_losers_and_ignores_their_errors() {
    let logs = logs_of(
        r#"main {
          x = race {
            do { sleep 1s; "won" }
            try { sleep 5s } finally { sleep 2s; log "cleaned"; fail IoError, "too late" }
          }
          log "{x}"
        }"#,
    );
    assert_eq!(logs, ["3s cleaned", "3s won"]);
}

#[test]
fn of_several_ends_in_one_instant_the_first_in_order_decides() {
    for word in ["race", "any"] {
        let played = play(&format!(
            r#"main {{ x = {word} i in 0..3 {{ sleep 1s; log "{{i}} ends"; return i }}; log "{{x}}" }}"#
        ));
        assert_eq!(played.logs, ["1s 0 ends", "1s 0"], "{word}");
        let ends = played.of_kind("end");
        assert_eq!(ends[1..3], [format!("1s {word}.2 end cancelled"), format!("1s {word}.3 end cancelled")]);
    }
}

#[test]
fn a_branch_that_need_not_wait_wins_before_the_others_start() {
    let logs = logs_of(r#"main { x = race { do { log "first"; 1 }; do { log "second"; 2 } }; log "{x}" }"#);
    assert_eq!(logs, ["0s first", "0s 1"]);
}

#[test]
fn any_takes_the_first_success_and_raises_all_errors_in_branch_order() {
    let logs = logs_of(
        r#"main {
          x = any { do { sleep 1s; fail IoError, "a" }; do { sleep 2s; "b" }; do { sleep 3s; "c" } }
          log "{x}"
          try { any { do { sleep 2s; fail IoError, "late" }; do { sleep 1s; fail KeyError, "early" } } }
          catch GroupError as group { log "{[e.message for e in group.errors]}: {group.message}" }
        }"#,
    );
    assert_eq!(logs, ["2s b", "4s [late, early]: 2 failed: IoError: late; KeyError: early"]);
}

#[test]
fn the_message_of_many_errors_names_three() {
    let logs = logs_of(
        r#"main {
          try { any i in 0..5 { fail IoError, "{i}" } } catch GroupError as e { log "{len(e.errors)}, {e.message}" }
        }"#,
    );
    assert_eq!(logs, ["0s 5, 5 failed: IoError: 0; IoError: 1; IoError: 2; and 2 more"]);
}

#[test]
fn without_a_branch_there_is_an_error_and_no_hang() {
    for word in ["race", "any"] {
        let logs = logs_of(&format!(
            r#"main {{ try {{ {word} x in [] {{ return x }} }} catch ValueError as e {{ log "{{e.message}}" }} }}"#
        ));
        assert_eq!(logs, ["0s there is no branch that could win"]);
    }
}

#[test]
fn a_limit_makes_any_try_one_after_another() {
    let logs = logs_of(
        r#"main {
          x = any i in 0..5, limit: 1 { log "try {i}"; sleep 1s; if i < 2 { fail IoError }; return i }
          log "{x}"
        }"#,
    );
    assert_eq!(logs, ["0s try 0", "1s try 1", "2s try 2", "3s 2"]);
}

#[test]
fn a_cancelled_branch_ends_a_race_with_its_cancel_and_counts_as_failed_in_any() {
    let logs = logs_of(
        r#"main {
          me = spawn { race { do { t = spawn { sleep 5s }; cancel t; await t }; sleep 9s } }
          try { await me } catch Cancelled { log "cancelled" }
          x = any { do { t = spawn { sleep 5s }; cancel t; await t }; do { sleep 1s; "other" } }
          log "{x}"
        }"#,
    );
    assert_eq!(logs, ["0s cancelled", "1s other"]);
}

#[test]
fn a_timeout_or_cancel_of_a_race_cancels_all_branches_and_waits_for_them() {
    let text = r#"task slow() { try { sleep 9s } finally { sleep 1s; log "cleaned" } }"#;
    let logs = logs_of(&format!(
        r#"{text}
 main {{ timeout 1s {{ race {{ await slow(); await slow() }} }} catch Timeout {{ log "late" }} }}"#
    ));
    assert_eq!(logs, ["2s cleaned", "2s cleaned", "2s late"]);
    let logs = logs_of(&format!(
        r#"{text}
 main {{
          t = spawn {{ any {{ await slow(); await slow() }} }}
          sleep 1s
          cancel t
          try {{ await t }} catch Cancelled {{ log "cancelled" }}
        }}"#
    ));
    assert_eq!(logs, ["2s cleaned", "2s cleaned", "2s cancelled"]);
}

#[test]
fn a_timeout_while_losers_clean_up_goes_before_the_value_and_does_not_interrupt_them() {
    let logs = logs_of(
        r#"main {
          timeout 2s {
            x = race { do { sleep 1s; "won" }; try { sleep 9s } finally { sleep 3s; log "cleaned" } }
            log "not reached {x}"
          } catch Timeout { log "late" }
        }"#,
    );
    assert_eq!(logs, ["4s cleaned", "4s late"]);
}

#[test]
fn a_second_cancel_interrupts_the_cleanup_of_branches() {
    let logs = logs_of(
        r#"main {
          t = spawn { race { try { sleep 9s } finally { sleep 9s; log "not reached" }; sleep 9s } }
          sleep 1s
          cancel t
          sleep 1s
          cancel t
          try { await t } catch Cancelled { log "cancelled" }
        }"#,
    );
    assert_eq!(logs, ["2s cancelled"]);
}

#[test]
fn a_race_in_a_finally_and_in_a_loop() {
    let logs = logs_of(
        r#"main {
          for i in 0..3 {
            try { if i == 1 { continue } }
            finally { x = race { do { sleep 1s; return i }; sleep 5s }; log "{x}" }
          }
          task = spawn { try { sleep 9s } finally { x = any { do { sleep 1s; "cleaned" }; sleep 5s }; log "{x}" } }
          sleep 1s
          cancel task
        }"#,
    );
    assert_eq!(logs, ["1s 0", "2s 1", "3s 2", "5s cleaned"]);
}

#[test]
fn a_race_over_a_queue_is_decided_while_it_waits_for_more_and_takes_no_further_item() {
    let logs = logs_of(
        r#"queue work
        main {
          spawn { put work, 3s; put work, 1s; sleep 1s; put work, 7s }
          x = race length in work { sleep length; return length }
          log "{x}, {len(work)} left, {waiting(work)} waiting"
        }"#,
    );
    assert_eq!(logs, ["1s 1s, 1 left, 0 waiting"]);
}

#[test]
fn a_failure_ends_all_over_a_queue_while_it_waits_for_more() {
    let logs = logs_of(
        r#"queue work
        main {
          put work, 1s
          try { all length in work { sleep length; fail IoError, "broken" } } catch IoError as e { log "{e.message}" }
        }"#,
    );
    assert_eq!(logs, ["1s broken"]);
}
