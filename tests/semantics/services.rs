//! Requests: connections go to whoever waits longest, every way out of a request gives its connection back, and
//! what a service returns becomes an answer.

use super::play::{errors_of, logs_of, play};

#[test]
fn what_is_returned_becomes_an_answer() {
    let logs = logs_of(
        r#"service web(path) {
          if path == "/map" { return {status: 201, note: "made", body: "äö"} }
          if path == "/length" { return {length: 402} }
          if path == "/status" { return 404 }
          if path == "/text" { return "hello" }
        }
        main {
          for path in ["/map", "/length", "/status", "/text", "/nothing"] {
            answer = request web, path
            log "{path} {answer}"
          }
        }"#,
    );
    assert_eq!(
        logs,
        [
            "0s /map {status: 201, note: made, body: äö, length: 4}",
            "0s /length {length: 402, status: 200}",
            "0s /status {status: 404, length: 0}",
            "0s /text {body: hello, status: 200, length: 5}",
            "0s /nothing {status: 200, length: 0}",
        ]
    );
}

#[test]
fn what_is_no_answer_fails_the_request_and_keeps_no_connection() {
    let logs = logs_of(
        r#"service web(path), connections: 1 {
          if path == "/list" { return [1] }
          if path == "/status" { return {status: "fine"} }
          fail IoError, "reset"
        }
        main {
          for path in ["/list", "/status", "/error"] {
            try { request web, path } catch as e { log "{e.kind}: {e.message}, {available(web)} free" }
          }
        }"#,
    );
    assert_eq!(
        logs,
        [
            "0s TypeError: a service answers with a map, a status or text, not a list, 1 free",
            "0s TypeError: the `status` and the `length` of an answer are whole numbers, 1 free",
            "0s IoError: reset, 1 free",
        ]
    );
}

#[test]
fn the_body_sees_what_was_sent_and_shared_variables_only() {
    let logs = logs_of(
        r#"visits = 0
        service web(path, method, body) { visits += 1; return {text: "{method} {path} {body}, visit {visits}"} }
        main {
          answer = request web, "/a"
          log answer.text
          answer = request web, "/b", method: "PUT", body: [1, 2]
          log answer.text
        }"#,
    );
    assert_eq!(logs, ["0s GET /a null, visit 1", "0s PUT /b [1, 2], visit 2"]);
}

#[test]
fn a_connection_goes_to_whoever_waits_longest_and_a_cancelled_waiter_leaves_the_line() {
    let logs = logs_of(
        r#"service web(path), connections: 1 { log "serves {path}"; sleep 1s }
        task caller(path) { request web, path }
        main {
          callers = spawn path in ["a", "b", "c", "d"] { await caller(path) }
          sleep 500ms
          cancel callers[1]
          sleep 1s
          cancel callers[2]
          log "{waiting(web)} waits, {available(web)} free"
          await callers[3]
        }"#,
    );
    // c holds the connection from 1 s on; its cancel hands it to d at once.
    assert_eq!(logs, ["0s serves a", "1s serves c", "1.5s 1 waits, 0 free", "1.5s serves d"]);
}

#[test]
fn a_connection_granted_in_the_instant_of_a_cancel_passes_on() {
    let logs = logs_of(
        r#"service web(path), connections: 1 { log "serves {path}"; sleep 1s }
        task caller(path) { request web, path }
        main {
          spawn { await caller("a") }
          second = spawn { await caller("b") }
          third = spawn { await caller("c") }
          sleep 1s
          cancel second
          await third
          log "{available(web)} free"
        }"#,
    );
    assert_eq!(logs, ["0s serves a", "1s serves c", "2s 1 free"]);
}

#[test]
fn the_timeout_covers_the_line_and_the_service_may_clean_up() {
    let logs = logs_of(
        r#"service web(path), connections: 1 {
          try { sleep 1s } finally { sleep 100ms; log "{path} cleaned up" }
        }
        task caller(path) {
          try { request web, path, timeout: 300ms } catch Timeout as e { log "{path} {e.message}" }
        }
        main { all path in ["a", "b"] { await caller(path) }; log "{available(web)} free" }"#,
    );
    assert_eq!(
        logs,
        [
            "300ms b timed out after 300ms",
            "400ms a cleaned up",
            "400ms a timed out after 300ms",
            "400ms 1 free",
        ]
    );
}

#[test]
fn which_service_is_asked_may_be_decided_while_running() {
    let logs = logs_of(
        r#"service replica(path), count: 2, connections: 1 { sleep 100ms; return 200 }
        service other(path) { return 503 }
        task ask(service) {
          answer = request service, "/"
          log "{service} {answer.status}"
        }
        main {
          all service in append(replica, other) { await ask(service) }
          try { await ask(7) } catch TypeError as e { log e.message }
        }"#,
    );
    assert_eq!(
        logs,
        [
            "0s other 503",
            "100ms replica[0] 200",
            "100ms replica[1] 200",
            "100ms a service is needed here, not an integer",
        ]
    );
}

#[test]
fn a_service_that_asks_itself_over_its_only_connection_is_a_deadlock() {
    let played = play(
        r#"service web(path), connections: 1 {
          if path == "/outer" { request web, "/inner" }
        }
        main { request web, "/outer" }"#,
    );
    let [wait] = played.deadlock().waits.as_slice() else { panic!("one task waits") };
    assert_eq!((wait.task.as_str(), wait.awaited.as_str()), ("main", "a connection of service web"));
    assert_eq!(wait.holders.len(), 1);
    assert_eq!(played.deadlock().cycle, ["main"]);
}

#[test]
fn a_service_without_a_bound_says_nothing_of_connections() {
    let played = play(
        r#"service web(path) { sleep 1ms }
        main { all n in 0..50 { request web, "/{n}" } }"#,
    );
    assert_eq!(played.outcome.duration, 1_000_000);
    assert!(played.of_kind("acquire").is_empty() && played.of_kind("release").is_empty());
    assert_eq!(played.of_kind("respond").len(), 50);
}

#[test]
fn an_address_that_is_none_is_refused() {
    assert_eq!(
        errors_of(r#"service web(path), url: "ftp://x" { return 200 }; main { request web, "/" }"#),
        ["this is no address of a service"]
    );
    let played = play(
        r#"param site, default: "nowhere"
        service web(path), url: "{site}" { return 200 }
        main { request web, "/" }"#,
    );
    let ending = format!("{:?}", played.outcome.ending);
    assert!(ending.contains("an address such as `http://localhost:8080` is needed here"), "{ending}");
}
