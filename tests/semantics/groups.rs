//! `group`: owns what is spawned inside it, ends when all of it has ended, raises all errors as one.

use scenario::trace::outcome::RunEnding;

use super::play::{errors_of, logs_of, play};

#[test]
fn a_group_waits_for_what_was_spawned_in_it_in_calls_and_in_branches() {
    let logs = logs_of(
        r#"task deep(n) { if n > 0 { await deep(n - 1) } else { spawn { sleep 3s; log "deep" } } }
        main {
          group {
            spawn { sleep 1s; log "direct" }
            await deep(3)
            all i in 0..2 { spawn { sleep 4s; log "branch" } }
            log "body"
          }
          log "end"
        }"#,
    );
    assert_eq!(logs, ["0s body", "1s direct", "3s deep", "4s branch", "4s branch", "4s end"]);
}

#[test]
fn what_a_task_of_a_group_spawns_is_not_of_the_group() {
    let logs = logs_of(
        r#"main {
          group { spawn { spawn { sleep 5s; log "grandchild" }; sleep 1s } }
          log "end"
          sleep 9s
        }"#,
    );
    assert_eq!(logs, ["1s end", "5s grandchild"]);
}

#[test]
fn behind_a_group_tasks_are_free_again_and_an_inner_group_gives_back_to_the_outer() {
    let logs = logs_of(
        r#"main {
          group {
            group { spawn { sleep 1s } }
            log "inner"
            spawn { sleep 2s }
          }
          log "outer"
          spawn { sleep 9s }
          log "free"
        }"#,
    );
    assert_eq!(logs, ["1s inner", "3s outer", "3s free"]);
}

#[test]
fn a_failure_cancels_the_siblings_and_the_body_and_is_always_a_group_error() {
    let logs = logs_of(
        r#"main {
          try {
            group {
              spawn { try { sleep 9s } finally { sleep 1s; log "sibling cleaned" } }
              spawn { sleep 1s; fail IoError, "broken" }
              try { sleep 9s } finally { log "body cleaned" }
              log "not reached"
            }
          } catch IoError { log "not this" }
          catch GroupError as e { log "{[x.kind for x in e.errors]}" }
        }"#,
    );
    assert_eq!(logs, ["1s body cleaned", "2s sibling cleaned", "2s [IoError]"]);
}

#[test]
fn a_failure_of_the_body_cancels_its_tasks() {
    let logs = logs_of(
        r#"main {
          group {
            spawn { try { sleep 9s } finally { sleep 1s; fail KeyError, "cleanup" } }
            sleep 1s
            fail IoError, "body"
          } catch GroupError as e { log "{[x.message for x in e.errors]}" }
        }"#,
    );
    assert_eq!(logs, ["2s [body, cleanup]"]);
}

#[test]
fn a_task_cancelled_by_hand_is_no_failure_of_its_group() {
    let logs = logs_of(
        r#"main {
          group { t = spawn { sleep 9s }; spawn { sleep 2s; log "goes on" }; sleep 1s; cancel t }
          log "end, {state(t)}"
        }"#,
    );
    assert_eq!(logs, ["2s goes on", "2s end, cancelled"]);
}

#[test]
fn awaiting_a_task_that_fails_ends_the_body_but_is_one_error() {
    let logs = logs_of(
        r#"main {
          group { t = spawn { sleep 1s; fail IoError, "once" }; await t }
          catch GroupError as e { log "{len(e.errors)} {e.message}" }
        }"#,
    );
    assert_eq!(logs, ["1s 1 1 failed: IoError: once"]);
}

#[test]
fn return_break_and_continue_wait_for_the_tasks_of_a_group() {
    let logs = logs_of(
        r#"task f() { group { spawn { sleep 1s; log "child of f" }; return "value" } }
        main {
          x = await f()
          log "{x}"
          for i in 0..5 {
            group { spawn { sleep 1s; log "child {i}" }; if i == 1 { break }; continue }
          }
          log "end"
        }"#,
    );
    assert_eq!(logs, ["1s child of f", "1s value", "2s child 0", "3s child 1", "3s end"]);
}

#[test]
fn a_failure_after_a_return_replaces_it() {
    let logs = logs_of(
        r#"task f() { group { spawn { sleep 2s }; spawn { sleep 1s; fail IoError, "broken" }; return 5 } }
        main { try { x = await f(); log "not reached {x}" } catch GroupError as e { log "{e.message}" } }"#,
    );
    assert_eq!(logs, ["1s 1 failed: IoError: broken"]);
}

#[test]
fn a_cancel_of_a_group_cancels_body_and_tasks_and_waits_for_them() {
    let text = |head: &str| {
        format!(
            r#"main {{
              t = spawn {{
                group {{ spawn {{ try {{ sleep 9s }} finally {{ sleep 2s; log "child" }} }}
                  {head} }}
              }}
              sleep 1s
              cancel t
              try {{ await t }} catch Cancelled {{ log "cancelled" }}
            }}"#
        )
    };
    assert_eq!(
        logs_of(&text(r#"try { sleep 9s } finally { sleep 1s; log "body" }"#)),
        ["2s body", "4s child", "4s cancelled"]
    );
    assert_eq!(logs_of(&text("return 5")), ["3s child", "3s cancelled"]);
    assert_eq!(logs_of(&text("0")), ["3s child", "3s cancelled"]);
}

#[test]
fn a_second_cancel_interrupts_the_cleanup_of_its_tasks_and_a_first_one_does_not() {
    let logs = logs_of(
        r#"main {
          t = spawn {
            group {
              spawn { try { sleep 9s } finally { sleep 5s; log "not reached" } }
              return 5
            }
          }
          sleep 1s
          cancel t
          sleep 1s
          cancel t
          try { await t } catch Cancelled { log "cancelled" }
          u = spawn {
            group {
              spawn { try { sleep 9s } finally { sleep 5s; log "cleaned" } }
              spawn { sleep 1s; fail IoError, "broken" }
            }
          }
          sleep 2s
          cancel u
          try { await u } catch GroupError as e { log "{e.message}" }
        }"#,
    );
    assert_eq!(logs, ["2s cancelled", "8s cleaned", "8s 1 failed: IoError: broken"]);
}

#[test]
fn errors_of_a_group_go_before_the_cancel_that_was_under_way_and_the_trace_says_so() {
    let played = play(
        r#"main {
          timeout 1s {
            group { spawn { try { sleep 9s } finally { fail IoError, "in cleanup" } }; sleep 9s }
          } catch GroupError as e { log "{e.message}" }
        }"#,
    );
    assert_eq!(played.logs, ["1s 1 failed: IoError: in cleanup"]);
    assert_eq!(
        played.of_kind("replace"),
        [
            "1s spawn.1 replace Cancelled spawn.1 was cancelled",
            "1s main replace Cancelled the time of a block around this is up"
        ]
    );
}

#[test]
fn a_timeout_round_a_group_stays_a_timeout_if_nothing_fails() {
    let logs = logs_of(
        r#"main { timeout 1s { group { spawn { sleep 9s }; sleep 9s } } catch Timeout { log "late" } }"#,
    );
    assert_eq!(logs, ["1s late"]);
}

#[test]
fn a_timeout_inside_the_body_does_not_turn_the_groups_end_into_its_own() {
    let logs = logs_of(
        r#"main {
          group {
            spawn { sleep 1s; fail IoError, "broken" }
            timeout 5s { try { sleep 9s } finally { log "body" } } catch Timeout { log "not this" }
            log "nor this"
          } catch GroupError as e { log "{e.message}" }
        }"#,
    );
    assert_eq!(logs, ["1s body", "1s 1 failed: IoError: broken"]);
}

#[test]
fn a_failure_while_the_body_cleans_up_after_a_timeout_of_its_own_lets_it_and_then_ends_the_body() {
    let logs = logs_of(
        r#"main {
          group {
            spawn { sleep 2s; fail IoError, "broken" }
            timeout 1s { try { sleep 9s } finally { sleep 3s; log "cleaned" } } catch Timeout { log "not this" }
            log "nor this"
          } catch GroupError as e { log "{e.message}" }
        }"#,
    );
    assert_eq!(logs, ["4s cleaned", "4s 1 failed: IoError: broken"]);
}

#[test]
fn a_body_that_catches_the_cancel_goes_on_and_the_group_fails_at_its_end() {
    let logs = logs_of(
        r#"main {
          group {
            spawn { sleep 1s; fail IoError, "broken" }
            try { sleep 9s } catch Cancelled { log "caught" }
            t = spawn { log "never starts" }
            sleep 1s
            log "body ends, {state(t)}"
          } catch GroupError as e { log "{e.message}" }
        }"#,
    );
    assert_eq!(logs, ["1s caught", "2s body ends, cancelled", "2s 1 failed: IoError: broken"]);
}

#[test]
fn groups_nest_and_their_errors_too() {
    let logs = logs_of(
        r#"main {
          group {
            spawn { group { spawn { fail IoError, "inner" } } }
            group { spawn { sleep 9s } }
          } catch GroupError as e { log "{e.errors[0].kind} of {e.errors[0].errors[0].message}" }
        }"#,
    );
    assert_eq!(logs, ["0s GroupError of inner"]);
}

#[test]
fn a_group_in_cleanup_and_as_a_branch() {
    let logs = logs_of(
        r#"main {
          t = spawn { try { sleep 9s } finally { group { spawn { sleep 1s; log "cleaned" } } } }
          sleep 1s
          cancel t
          x = race {
            do { group { spawn { sleep 2s }; "group" } }
            do { sleep 9s; "sleep" }
          }
          log "{x}"
        }"#,
    );
    assert_eq!(logs, ["2s cleaned", "3s group"]);
}

#[test]
fn a_group_that_ended_in_order_gives_the_value_of_its_block_and_one_that_failed_none() {
    let logs = logs_of(
        r#"main {
          x = "before"
          try { x = group { spawn { sleep 1s; fail IoError }; "value" } } catch GroupError { log "{x}" }
          x = group { spawn { sleep 1s }; "value" }
          log "{x}"
        }"#,
    );
    assert_eq!(logs, ["1s before", "2s value"]);
}

#[test]
fn the_errors_in_a_groups_error_have_been_looked_at() {
    let played = play(r#"main { group { spawn { fail IoError, "seen" } } }"#);
    assert!(
        matches!(&played.outcome.ending, RunEnding::Failed(failure) if &*failure.error.kind == "GroupError")
    );
    assert_eq!(played.of_kind("unobserved"), [""; 0]);
}

#[test]
fn a_task_whose_default_can_not_be_evaluated_is_spawned_into_no_group() {
    let logs = logs_of(
        r#"task f(a, b = 1 / a) { log "not reached {b}" }
        main {
          group { try { spawn f(0) } catch as e { log "{e.kind}" } }
          log "end"
        }"#,
    );
    assert_eq!(logs, ["0s DivisionByZero", "0s end"]);
}

#[test]
fn streams_and_contexts_inside_a_group_spawn_into_it() {
    let logs = logs_of(
        r#"stream numbers() { for i in 1..3 { spawn n in [i] { sleep n * 1s; log "of the stream {n}" }; yield i } }
        context entered() { spawn { sleep 3s; log "of the context" } } exit { log "exit" }
        main {
          group {
            for n in numbers() { log "item {n}" }
            with entered() { log "inside" }
          }
          log "end"
        }"#,
    );
    assert_eq!(
        logs,
        [
            "0s item 1",
            "0s item 2",
            "0s inside",
            "0s exit",
            "1s of the stream 1",
            "2s of the stream 2",
            "3s of the context",
            "3s end"
        ]
    );
}

#[test]
fn a_failure_ends_a_body_that_walks_a_stream_and_lets_an_exit_under_way_finish() {
    let logs = logs_of(
        r#"stream slow() { try { while true { sleep 2s; yield 1 } } finally { log "stream closed" } }
        context held() { log "enter" } exit { sleep 3s; log "exit" }
        main {
          group { spawn { sleep 1s; fail IoError, "a" }; for n in slow() { log "{n}" } }
          catch GroupError as e { log "{e.message}" }
          group {
            spawn { sleep 2s; fail IoError, "b" }
            timeout 1s { with held() { sleep 9s } } catch Timeout { log "not this" }
          } catch GroupError as e { log "{e.message}" }
        }"#,
    );
    assert_eq!(
        logs,
        ["1s stream closed", "1s 1 failed: IoError: a", "1s enter", "5s exit", "5s 1 failed: IoError: b"]
    );
}

#[test]
fn a_yield_may_not_stand_inside_a_group() {
    let errors = errors_of("stream s() { group { yield 1 } }\nmain { for x in s() { log \"{x}\" } }");
    assert_eq!(errors, ["`yield` may not stand inside a `group`"]);
}
