//! Files: the price of a call is paid before its effect, a call without a price does not yield, and whatever
//! ends the block of a `with open(..)` closes the file.

use super::play::{logs_of, play};

#[test]
fn the_price_is_paid_first_and_an_interrupted_call_has_not_been_made() {
    let logs = logs_of(
        r#"filesystem write: 10ms, delete: 10ms
        file "kept.txt", text: "kept"
        main {
          with open("a.txt", "write") as f {
            write f, "one"
            try { write f, "two", timeout: 5ms } catch Timeout { log "gave up" }
            write f, "three"
          }
          try { delete "kept.txt", timeout: 5ms } catch Timeout { log "{exists("kept.txt")}" }
          with open("a.txt") as f { text = read f; log text }
        }"#,
    );
    assert_eq!(logs, ["15ms gave up", "30ms true", "30ms onethree"]);
}

#[test]
fn a_call_that_costs_nothing_does_not_yield() {
    let logs = logs_of(
        r#"main {
          spawn { log "another task" }
          with open("a.txt", "write") as f { write f, "x" }
          with open("a.txt") as f { text = read f; log text }
          delete "a.txt"
          sleep 0
        }"#,
    );
    assert_eq!(logs, ["0s x", "0s another task"]);
}

#[test]
fn an_arithmetic_of_prices_is_exact_and_draws_are_per_task() {
    let text = r#"seed 3
        filesystem line: 1ms..9ms
        file "a.txt", text: "1\n2\n3\n"
        task reader() { with open("a.txt") as f { for line in f { log "{line} at {now()}" } } }
        main { all { await reader(); await reader() } }"#;
    let logs = logs_of(text);
    let alone = logs_of(&text.replace("await reader(); await reader()", "await reader()"));
    assert_eq!((logs.len(), alone.len()), (6, 3));
    assert!(alone.iter().all(|line| logs.contains(line)), "{logs:?} {alone:?}");
}

#[test]
fn a_second_cancel_does_not_leave_a_file_open() {
    let played = play(
        r#"filesystem close: 1s
        task writer() { with open("a.txt", "write") as f { write f, "x"; sleep 1h } }
        main {
          t = spawn writer()
          sleep 10ms
          cancel t
          sleep 10ms
          cancel t
          try { await t } catch Cancelled { log "ended" }
        }"#,
    );
    assert_eq!(played.logs, ["20ms ended"]);
    assert_eq!(played.of_kind("close"), ["20ms writer.1 close a.txt"]);
}

#[test]
fn a_cancel_in_the_instant_of_the_close_does_not_leave_a_file_open() {
    let played = play(
        r#"filesystem close: 5ms
        main {
          try {
            all n in 0..2 { with open("a.txt", "append") as f { read f } }
          } catch UnsupportedOperation { log "both failed" }
        }"#,
    );
    assert_eq!(played.logs, ["5ms both failed"]);
    assert_eq!(played.of_kind("close").len(), 2);
}

#[test]
fn every_way_out_of_the_block_closes_the_file() {
    let logs = logs_of(
        r#"filesystem close: 1ms
        task returns() { with open("a.txt", "append") as f { write f, "r"; return f } }
        main {
          closed = await returns()
          try { write closed, "x" } catch Closed as e { log e.message }
          for n in 0..3 {
            with open("a.txt", "append") as f {
              if n == 1 { continue }
              if n == 2 { break }
              write f, "{n}"
            }
          }
          try { timeout 5ms { with open("a.txt", "append") { sleep 1s } } } catch Timeout { log "timeout" }
          with open("a.txt") as f { text = read f }
          log text
        }"#,
    );
    assert_eq!(logs, ["1ms a.txt has been closed", "10ms timeout", "11ms r0"]);
}

#[test]
fn a_timeout_of_opening_is_not_for_the_block() {
    let logs = logs_of(
        r#"filesystem open: 1ms
        main {
          with open("a.txt", "write") as f, timeout: 2ms { sleep 1s; write f, "x"; log "written" }
          try { with open("a.txt"), timeout: 1ms { log "not reached" } } catch Timeout { log "too late" }
        }"#,
    );
    // At the same instant the timeout goes first (rule 6).
    assert_eq!(logs, ["1.001s written", "1.002s too late"]);
}

#[test]
fn what_can_be_walked_is_read_from_where_reading_has_come_to() {
    let logs = logs_of(
        r#"file "a.txt", text: "1\n2\n3"
        main {
          with open("a.txt") as f {
            for line in f { log "line {line}"; break }
            rest = read f
            log "rest {lines(rest)}"
            for line in f { log "not reached" }
          }
          try { with open("a.txt", "append") as f { for line in f { log line } } } catch as e { log e.kind }
          try { for line in "a.txt" { log line; fail Stop } } catch Stop { log "a path is text" }
          try { with open("a.txt", lower("WRITE ")) as f { read f } } catch as e { log e.message }
        }"#,
    );
    assert_eq!(
        logs,
        [
            "0s line 1",
            "0s rest [2, 3]",
            "0s UnsupportedOperation",
            "0s a",
            "0s a path is text",
            "0s a file can't be opened for \"write \"; it is one of: read, write, append",
        ]
    );
}
