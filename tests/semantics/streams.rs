//! Streams: lazy, driven by the loop that walks them, and closed on every way out of it.

use super::play::{errors_of, logs_of, play};

/// A stream of numbers that takes 100 ms for each and says what becomes of it.
const NUMBERS: &str = r#"
stream numbers(count) {
  log "begun"
  try {
    for n in 1..(count + 1) {
      sleep 100ms
      yield n
    }
    log "exhausted"
  } catch as e {
    log "not reached: {e.kind}"
  } catch Cancelled {
    log "cancelled in the stream"
    fail
  } finally {
    log "closing"
    sleep 50ms
    log "closed"
  }
}
"#;

fn with_numbers(text: &str) -> String {
    format!("{NUMBERS}\n{text}")
}

#[test]
fn a_stream_runs_only_when_an_item_is_wanted_so_delays_add_up() {
    let logs = logs_of(&with_numbers(
        r#"main {
          for n in numbers(2) { log "got {n}"; sleep 1s; log "used {n}" }
          log "behind the loop"
        }"#,
    ));
    assert_eq!(
        logs,
        [
            "0s begun",
            "100ms got 1",
            "1.1s used 1",
            "1.2s got 2",
            "2.2s used 2",
            "2.2s exhausted",
            "2.2s closing",
            "2.25s closed",
            "2.25s behind the loop",
        ]
    );
}

#[test]
fn every_way_out_of_the_loop_closes_the_stream_and_waits_for_its_cleanup() {
    let leaving = [
        ("break", "behind the loop"),
        ("return", "returned"),
        ("fail Bad, \"m\"", "caught Bad"),
        ("timeout 10ms { sleep 1s }", "caught Timeout"),
    ];
    for (statement, end) in leaving {
        let logs = logs_of(&with_numbers(&format!(
            r#"task walk() {{
              for n in numbers(9) {{ {statement} }}
              log "behind the loop"
              return "early"
            }}
            main {{
              try {{
                value = await walk()
                if value == null {{ log "returned" }}
              }} catch as e {{ log "caught {{e.kind}}" }}
            }}"#
        )));
        let tail: Vec<&str> = logs.iter().filter_map(|line| line.split_once(' ')).map(|(_, it)| it).collect();
        assert_eq!(tail, ["begun", "closing", "closed", end], "{statement}");
    }
}

#[test]
fn continue_does_not_close_the_stream() {
    let logs =
        logs_of(&with_numbers(r#"main { for n in numbers(3) { if n < 3 { continue }; log "got {n}" } }"#));
    assert_eq!(logs, ["0s begun", "300ms got 3", "300ms exhausted", "300ms closing", "350ms closed"]);
}

#[test]
fn a_cancel_interrupts_the_wait_inside_the_stream() {
    let logs = logs_of(&with_numbers(
        r#"main {
          walk = spawn { try { for n in numbers(9) { log "got {n}" } } finally { log "left" } }
          sleep 150ms
          cancel walk
          try { await walk } catch Cancelled { log "ended" }
        }"#,
    ));
    assert_eq!(
        logs,
        [
            "0s begun",
            "100ms got 1",
            "150ms cancelled in the stream",
            "150ms closing",
            "200ms closed",
            "200ms left",
            "200ms ended",
        ]
    );
}

#[test]
fn a_cancel_of_the_consumer_closes_a_stream_that_stands_still_without_an_error_inside() {
    let logs = logs_of(&with_numbers(
        r#"main {
          walk = spawn { for n in numbers(9) { sleep 10s } }
          sleep 150ms
          cancel walk
          try { await walk } catch Cancelled { log "ended" }
        }"#,
    ));
    assert_eq!(logs, ["0s begun", "150ms closing", "200ms closed", "200ms ended"]);
}

#[test]
fn a_second_cancel_interrupts_the_cleanup_of_a_stream() {
    let played = play(&with_numbers(
        r#"main {
          walk = spawn { try { for n in numbers(9) { fail Bad, "m" } } catch Bad { log "not reached" } }
          sleep 120ms
          cancel walk
          try { await walk } catch Cancelled { log "ended" }
        }"#,
    ));
    assert_eq!(played.logs, ["0s begun", "100ms closing", "120ms ended"]);
    assert_eq!(played.of_kind("replace"), ["120ms spawn.1 replace Bad m"]);
}

#[test]
fn a_timeout_round_the_loop_becomes_a_timeout_at_its_own_edge_behind_the_cleanup() {
    let logs = logs_of(&with_numbers(
        r#"main {
          timeout 250ms { for n in numbers(9) { log "got {n}" } } catch Timeout { log "timeout" }
        }"#,
    ));
    assert_eq!(
        logs,
        [
            "0s begun",
            "100ms got 1",
            "200ms got 2",
            "250ms cancelled in the stream",
            "250ms closing",
            "300ms closed",
            "300ms timeout",
        ]
    );
}

#[test]
fn a_timeout_in_the_body_of_the_loop_is_none_of_the_streams() {
    let logs = logs_of(&with_numbers(
        r#"main {
          for n in numbers(2) { timeout 10ms { sleep 1s } catch Timeout { log "late {n}" } }
        }"#,
    ));
    assert_eq!(
        logs,
        ["0s begun", "110ms late 1", "220ms late 2", "220ms exhausted", "220ms closing", "270ms closed"]
    );
}

#[test]
fn a_timeout_inside_the_stream_that_ends_before_its_yield_is_its_own() {
    let logs = logs_of(
        r#"stream tries() {
          for patience in [10ms, 30ms] {
            item = "none"
            timeout patience { sleep 20ms; item = "some" } catch Timeout {}
            yield item
          }
        }
        main { for item in tries() { log "{item}"; sleep 1s } }"#,
    );
    assert_eq!(logs, ["10ms none", "1.03s some"]);
}

#[test]
fn an_error_of_the_stream_is_raised_at_the_loop_and_its_cleanup_has_run() {
    let logs = logs_of(
        r#"stream broken() {
          try { yield 1; fail IoError, "cut" } finally { log "cleanup"; sleep 1s }
        }
        main {
          for x in broken() { log "got {x}" } catch IoError as e { log "{e.message}" }
          try { xs = collect broken(); log "{xs}" } catch IoError as e { log "{e.message} again" }
        }"#,
    );
    assert_eq!(logs, ["0s got 1", "0s cleanup", "1s cut", "1s cleanup", "2s cut again"]);
}

#[test]
fn an_error_of_the_cleanup_replaces_what_was_under_way() {
    let played = play(
        r#"stream rows() { try { yield 1 } finally { sleep 1s; fail CloseError, "stuck" } }
        main {
          try { for row in rows() { fail Bad, "row {row}" } } catch CloseError as e { log "{e.message}" }
          try { for row in rows() { break } } catch CloseError { log "instead of a break" }
        }"#,
    );
    assert_eq!(played.logs, ["1s stuck", "2s instead of a break"]);
    assert_eq!(played.of_kind("replace"), ["1s main replace Bad row 1"]);
}

#[test]
fn a_stream_that_swallows_a_cancel_goes_on() {
    let logs = logs_of(
        r#"stream stubborn() {
          try { sleep 10s } catch Cancelled { log "swallowed" }
          yield "still here"
        }
        main {
          walk = spawn { for x in stubborn() { log "{x}" } ; log "walked" }
          sleep 1s
          cancel walk
          await walk
        }"#,
    );
    assert_eq!(logs, ["1s swallowed", "1s still here", "1s walked"]);
}

#[test]
fn a_yield_of_a_closed_stream_raises_closed() {
    let logs = logs_of(
        r#"stream clings() {
          try { try { yield 1 } finally { fail Oops, "m" } } catch Oops { log "goes on" }
          try { yield 2 } catch Closed as e { log "{e.message}" }
          yield 3
        }
        main {
          try { for x in clings() { log "{x}"; break } } catch Closed { log "left" }
        }"#,
    );
    assert_eq!(
        logs,
        ["0s 1", "0s goes on", "0s the loop over clings has been left: nobody takes the item", "0s left"]
    );
}

#[test]
fn closing_is_no_error_in_the_stream_and_ends_its_loops_and_inner_streams() {
    let logs = logs_of(
        r#"stream inner() { try { yield 1; yield 2 } catch Cancelled { log "no" } finally { log "inner" } }
        stream outer() {
          try {
            while true {
              for x in inner() { yield x }
              log "not reached"
            }
          } else { log "nor this" } finally { sleep 1s; log "outer" }
        }
        main { for x in outer() { break }; log "done" }"#,
    );
    assert_eq!(logs, ["0s inner", "1s outer", "1s done"]);
}

#[test]
fn a_lock_held_across_a_yield_is_the_consumers_and_is_given_back_on_close() {
    let logs = logs_of(
        r#"lock l
        stream guarded() { with l { yield 1; yield 2 } }
        main {
          walk = spawn { for x in guarded() { sleep 1s; break }; log "left"; sleep 1s }
          sleep 1ms
          with l { log "got it" }
          await walk
        }"#,
    );
    assert_eq!(logs, ["1s left", "1s got it"]);
}

#[test]
fn arguments_are_evaluated_once_and_defaults_use_parameters() {
    let logs = logs_of(
        r#"calls = 0
        stream span(from, to = from + 2) { for n in from..to { yield n } }
        main {
          base = 5
          for n in span(base) { base = 100; log "{n}" }
          xs = collect span(1, to = 4)
          log "{xs} {calls}"
          none = collect span(3, 3)
          log "{none}"
        }"#,
    );
    assert_eq!(logs, ["0s 5", "0s 6", "0s [1, 2, 3] 0", "0s []"]);
}

#[test]
fn an_error_in_an_argument_or_a_default_is_raised_at_the_loop() {
    let logs = logs_of(
        r#"stream odd(n, half = 1 / n) { yield half }
        main {
          zero = 0
          for x in odd(zero) { log "no {x}" } catch DivisionByZero { log "default" }
          for x in odd(1 / zero) { log "no {x}" } catch DivisionByZero { log "argument" }
        }"#,
    );
    assert_eq!(logs, ["0s default", "0s argument"]);
}

#[test]
fn an_item_that_can_not_be_taken_apart_closes_the_stream() {
    let logs = logs_of(
        r#"stream pairs() { try { yield [1, 2]; yield 3 } finally { log "closed" } }
        main { for a, b in pairs() { log "{a} {b}" } catch ValueError as e { log "{e.message}" } }"#,
    );
    assert_eq!(logs, ["0s 1 2", "0s closed", "0s can't take an integer apart into 2 names"]);
}

#[test]
fn a_return_ends_a_stream_and_runs_its_cleanup() {
    let logs = logs_of(
        r#"stream few() { for n in 0..9 { try { if n == 2 { return }; yield n } finally { sleep 1s } } }
        main { xs = collect few(); log "{xs}" }"#,
    );
    assert_eq!(logs, ["3s [0, 1]"]);
}

#[test]
fn a_return_in_a_loop_over_a_stream_inside_a_call_ends_the_call_only() {
    let logs = logs_of(
        r#"stream ones() { while true { yield 1 } }
        task first() { for x in ones() { return x } }
        stream firsts() { for n in 0..2 { x = await first(); yield x + n } }
        main { xs = collect firsts(); log "{xs}" }"#,
    );
    assert_eq!(logs, ["0s [1, 2]"]);
}

#[test]
fn a_stream_may_be_walked_inside_a_cleanup() {
    let logs = logs_of(&with_numbers(
        r#"task work() { try { return "result" } finally { for n in numbers(2) { if n == 2 { break } } } }
        main { value = await work(); log "{value}" }"#,
    ));
    assert_eq!(logs, ["0s begun", "200ms closing", "250ms closed", "250ms result"]);
}

#[test]
fn a_stream_may_run_branches_and_tasks_between_its_yields() {
    let logs = logs_of(
        r#"stream rounds() {
          for n in 1..3 {
            parts = all { do { sleep 100ms; x = n }; do { sleep 200ms; y = n * 10 } }
            yield parts
          }
        }
        main {
          for a, b in rounds() { log "{a} {b}" }
          timeout 250ms { for a, b in rounds() { log "{a} {b}" } } catch Timeout { log "cut" }
        }"#,
    );
    assert_eq!(logs, ["200ms 1 10", "400ms 2 20", "600ms 1 10", "650ms cut"]);
}

#[test]
fn two_tasks_that_walk_one_stream_have_one_each() {
    let logs = logs_of(
        r#"stream ticks(every) { for n in 1..3 { sleep every; yield n } }
        main { all every in [2ms, 3ms] { for n in ticks(every) { log "{every} {n}" } } }"#,
    );
    assert_eq!(logs, ["2ms 2ms 1", "3ms 3ms 1", "4ms 2ms 2", "6ms 3ms 2"]);
}

#[test]
fn a_recursion_without_end_is_an_error_and_everything_is_closed() {
    let logs = logs_of(
        r#"closed = 0
        stream endless(n) { try { for x in endless(n + 1) { yield x } } finally { closed += 1 } }
        stream depths(n) { yield n; for x in depths(n + 1) { yield x } }
        main {
          for x in endless(0) { log "{x}" } catch RecursionError as e { log "{e.message}, {closed} closed" }
          last = 0
          for x in depths(0) { last = x } catch RecursionError { log "as deep as {last}" }
        }"#,
    );
    assert_eq!(
        logs,
        ["0s streams are nested 1000 deep: does this recursion end?, 1000 closed", "0s as deep as 999"]
    );
}

#[test]
fn a_deadlock_inside_a_stream_is_told_of_its_walker_and_points_into_the_stream() {
    let played = play(
        "queue q\nstream items() {\n  x = get q\n  yield x\n}\nmain { for x in items() { log \"{x}\" } }",
    );
    let [waiting] = played.deadlock().waits.as_slice() else { panic!("{:?}", played.deadlock()) };
    assert_eq!((waiting.task.as_str(), waiting.awaited.as_str()), ("main", "an item of queue q"));
    assert_eq!(played.at(waiting.span), (3, "x = get q"));
}

#[test]
fn the_trace_says_what_is_handed_out_and_that_a_stream_is_closed_early() {
    let played = play(
        r#"stream ones() { yield 1; yield 1 }
        main { for x in ones() { break }; xs = collect ones(); log "{xs}" }"#,
    );
    assert_eq!(
        played.events,
        [
            "0s main yield 1 ones",
            "0s main close ones",
            "0s main yield 1 ones",
            "0s main yield 1 ones",
            "0s main end done null",
        ]
    );
}

#[test]
fn a_loop_that_is_refused_causes_no_further_errors() {
    let errors = errors_of("task f() { return 1 }\nmain { for x in f() { log \"{x}\" } }");
    assert_eq!(errors, ["`f` is a task, not a stream"]);
}
