//! Whoever gives up waiting has never been there: for each statement that waits, and each block, a scenario is
//! played without the waiter, with one who is cancelled, and with one whose time is up, in each place among two
//! others. What is logged, and when, is the same.
//!
//! The list of statements is the table's: a new one needs a recipe here.

use scenario::statement::{self, BlockShape, Entry, Role, Waits};
use scenario::trace::outcome::RunEnding;

use super::play::{logs_of, play};

/// A scenario in which a statement waits.
struct Recipe {
    /// What stands at top level.
    declarations: &'static str,
    /// What makes the statement wait.
    setup: &'static str,
    /// The statement; `WHO` is who waits, `TIMEOUT` the place for the option.
    statement: &'static str,
    /// What who has waited does next.
    then: &'static str,
    /// What serves the first who waits; who gives up in that instant lets the next one have it.
    grant: &'static str,
    /// What ends the waiting of those who are left.
    release: &'static str,
    /// What shows the state of the resource, in a template.
    state: &'static str,
}

const NOTHING: Recipe = Recipe {
    declarations: "",
    setup: "",
    statement: "",
    then: "",
    grant: "",
    release: "",
    state: "now {now()}",
};
const QUEUE: Recipe = Recipe {
    declarations: "queue q",
    grant: "put q, 1",
    release: "sleep 0; put q, 2; put q, 3",
    state: "{len(q)} inside, {waiting(q)} wait",
    ..NOTHING
};
const LOCK: Recipe = Recipe {
    declarations: "lock l",
    setup: "acquire l",
    grant: "release l",
    state: "{available(l)} free, {waiting(l)} wait",
    ..NOTHING
};
const STREAM: &str = "lock l\nstream rows() { with l { try { yield 1; sleep 9s } finally { sleep 10ms } } }";

/// The recipes for a statement.
fn recipes(entry: &Entry) -> Option<Vec<Recipe>> {
    let get = |statement| vec![Recipe { statement, ..QUEUE }];
    // A branch that has been served runs before its parent can hand the cancel on: it keeps what it has.
    let branch = |statement| {
        vec![Recipe { statement, grant: "", release: "put q, 1; sleep 0; put q, 2; put q, 3", ..QUEUE }]
    };
    Some(match entry.name {
        "sleep" => vec![Recipe { statement: "sleep 9sTIMEOUT", ..NOTHING }],
        "offload" => vec![Recipe {
            declarations: "threads 1",
            setup: "spawn { offload 3s }; sleep 0",
            statement: "offload 1sTIMEOUT",
            ..NOTHING
        }],
        "put" => vec![Recipe {
            declarations: "queue q, capacity: 1",
            setup: "put q, 0",
            statement: "put q, \"WHO\"TIMEOUT",
            grant: "",
            release: "while len(q) > 0 { item = get q; log \"{item}\"; sleep 0 }",
            ..QUEUE
        }],
        "get" => get("item = get qTIMEOUT; log \"WHO has {item}\""),
        "for" => {
            let stream = "for row in rows() { log \"WHO {row}\" }";
            vec![
                Recipe { statement: "for item in q { log \"WHO has {item}\"; break }", ..QUEUE },
                Recipe { declarations: STREAM, statement: stream, ..LOCK },
            ]
        }
        "join" => {
            vec![Recipe {
                setup: "put q, 1; get q",
                statement: "join qTIMEOUT",
                grant: "done q",
                release: "",
                ..QUEUE
            }]
        }
        "acquire" => vec![
            Recipe { statement: "acquire lTIMEOUT", then: "release l", ..LOCK },
            Recipe {
                declarations: "semaphore l, permits: 1",
                statement: "acquire lTIMEOUT",
                then: "release l",
                ..LOCK
            },
            Recipe {
                declarations: "semaphore l, permits: 1, fair: false",
                statement: "acquire lTIMEOUT",
                then: "release l",
                ..LOCK
            },
            Recipe {
                declarations: "limiter l, rate: 1/9s, burst: 1",
                statement: "acquire lTIMEOUT",
                grant: "",
                ..LOCK
            },
        ],
        "with" => vec![
            Recipe { statement: "with lTIMEOUT { log \"WHO inside\" }", ..LOCK },
            Recipe {
                declarations: "semaphore l, permits: 1, fair: false",
                statement: "with lTIMEOUT { log \"WHO inside\" }",
                ..LOCK
            },
            Recipe {
                declarations: "lock l\ncontext desk() { acquire l } exit { release l }",
                statement: "with desk()TIMEOUT { log \"WHO inside\" }",
                ..LOCK
            },
            Recipe {
                declarations: "semaphore l, permits: 3
queue q",
                statement: "with l { get q }",
                state: "{available(l)} free, {len(q)} inside, {waiting(q)} wait",
                ..QUEUE
            },
        ],
        "wait" => vec![
            Recipe {
                declarations: "event e",
                statement: "wait eTIMEOUT",
                grant: "set e",
                state: "{is_set(e)}, {waiting(e)} wait",
                ..NOTHING
            },
            Recipe {
                declarations: "condition c\nn = 0",
                statement: "wait c, until: n > 0TIMEOUT",
                grant: "n = 1; notify c",
                release: "sleep 1s; log \"next\"; notify c",
                state: "{waiting(c)} wait",
                ..NOTHING
            },
            Recipe {
                declarations: "barrier b, parties: 4",
                statement: "place = wait bTIMEOUT; log \"WHO is number {place}\"",
                release: "spawn { wait b }; wait b",
                state: "{waiting(b)} wait",
                ..NOTHING
            },
            Recipe {
                declarations: "promise p",
                statement: "value = wait pTIMEOUT; log \"WHO has {value}\"",
                grant: "resolve p, 7",
                state: "{waiting(p)} wait",
                ..NOTHING
            },
            Recipe {
                setup: "t = spawn { sleep 9s; return 7 }",
                statement: "wait [t], for: firstTIMEOUT",
                state: "{state(t)} {result(t)}",
                ..NOTHING
            },
        ],
        "await" => vec![Recipe {
            declarations: "lock l\ntask work() { with l { sleep 9s } }",
            statement: "await work()TIMEOUT",
            ..LOCK
        }],
        "shield" => vec![Recipe {
            setup: "t = spawn { sleep 9s; return 7 }",
            statement: "shield tTIMEOUT",
            state: "{state(t)} {result(t)}",
            ..NOTHING
        }],
        "collect" => vec![Recipe {
            declarations: STREAM,
            statement: "list = collect rows()TIMEOUT; log \"WHO has {list}\"",
            ..LOCK
        }],
        "request" => vec![Recipe {
            declarations: "service web(path), connections: 1 { sleep 2500ms if path == \"/long\" else 100ms }",
            setup: "spawn { request web, \"/long\" }; sleep 0",
            statement: "request web, \"/\"TIMEOUT",
            state: "{available(web)} free, {waiting(web)} wait",
            ..NOTHING
        }],
        "lookup" => vec![Recipe {
            declarations: "queue q\ncache c, single_flight: true",
            statement: "value = lookup c, \"key\" { get q }; log \"WHO has {value}\"",
            state: "{len(c)} kept, {len(q)} inside, {waiting(q)} wait",
            ..QUEUE
        }],
        "read" => vec![Recipe {
            declarations: "filesystem read: 9s\nfile \"f\", text: \"x\"",
            statement: "with open(\"f\") as f { text = read fTIMEOUT; log \"WHO has {text}\" }",
            ..NOTHING
        }],
        "write" => vec![Recipe {
            declarations: "filesystem write: 9s\nfile \"f\", text: \"\"",
            statement: "with open(\"f\", \"append\") as f { write f, \"WHO \"TIMEOUT }",
            release: "sleep 50s; with open(\"f\") as f { text = read f; log \"{text}\" }",
            ..NOTHING
        }],
        "delete" => vec![Recipe {
            declarations: "filesystem delete: 9s\nfile \"ann\", text: \"\"\nfile \"bob\", text: \"\"\nfile \"victim\", text: \"x\"",
            statement: "delete \"WHO\"TIMEOUT",
            release: "sleep 50s; with open(\"victim\") as f { text = read f; log \"{text}\" }",
            ..NOTHING
        }],
        "all" => branch("all { get q; sleep 0 }"),
        "settle" => branch("settle { get q; sleep 0 }"),
        "race" => branch("race { get q; sleep 99s }"),
        "group" => branch("group { spawn { get q } }"),
        "any" => branch("any { get q; fail IoError }"),
        "do" => get("do { get q }"),
        "try" => get("try { get q } finally { sleep 0 }"),
        "timeout" => get("timeout 1h { get q }"),
        "retry" => get("retry 2 { get q }"),
        "if" => get("if true { get q }"),
        "while" => get("while true { get q; break }"),
        _ => return None,
    })
}

/// How the waiter gives up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum How {
    Cancelled,
    TimedOut,
    TimedOutByOption,
}

/// When it does so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum When {
    /// While nothing else happens.
    Waiting,
    /// In the instant in which the first who waits is served, before anybody runs.
    Served,
}

/// Who gives up.
#[derive(Clone, Copy, Debug)]
struct Victim {
    place: usize,
    how: How,
    when: When,
}

impl Recipe {
    /// The scenario with somebody who gives up, or nobody; its state is looked at when that has happened.
    fn scenario(&self, victim: Option<Victim>, when: When) -> String {
        let is_cancelled = victim.is_some_and(|victim| victim.how == How::Cancelled);
        let at = |time, line: String| if when == time { line } else { String::new() };
        let cancel = |time| at(time, if is_cancelled { "cancel victim\n" } else { "" }.to_string());
        let state = format!("log \"{}\"\n", self.state);
        let mut body = format!("{}\n", self.setup);
        for place in 0..3 {
            if let Some(victim) = victim.filter(|victim| victim.place == place) {
                body += &format!("{}\nsleep 0\n", self.victim(victim));
            }
            if let Some(who) = ["ann", "bob"].get(place) {
                let statement = self.statement.replace("TIMEOUT", "").replace("WHO", who);
                body += &format!("spawn {{ {statement}; log \"{who}\"; {} }}\nsleep 0\n", self.then);
            }
        }
        body += &format!("sleep 1s\n{}sleep 1s\n{}", cancel(When::Waiting), at(When::Waiting, state.clone()));
        if !self.grant.is_empty() {
            // What is due meanwhile fires behind the `block`, before anybody runs.
            body += &format!("{}\n{}block 1s\n", self.grant, cancel(When::Served));
        }
        body += &format!("{}\nsleep 99s\n{state}", self.release);
        format!("{}\nmain {{\n{body}}}\n", self.declarations)
    }

    fn victim(&self, victim: Victim) -> String {
        let statement = |option: &str| self.statement.replace("TIMEOUT", option).replace("WHO", "victim");
        let after = if victim.when == When::Waiting { "1s" } else { "2500ms" };
        match victim.how {
            How::Cancelled => format!("victim = spawn {{ {}; log \"not given up\" }}", statement("")),
            How::TimedOut => {
                let statement = statement("");
                format!(
                    "spawn {{ timeout {after} {{ {statement}; log \"not given up\" }} catch Timeout {{}} }}"
                )
            }
            How::TimedOutByOption => {
                let statement = statement(&format!(", timeout: {after}"));
                format!("spawn {{ try {{ {statement} }} catch Timeout {{}} }}")
            }
        }
    }

    /// Everybody who may give up.
    fn victims(&self) -> Vec<Victim> {
        let mut victims = Vec::new();
        for place in 0..3 {
            for how in [How::Cancelled, How::TimedOut, How::TimedOutByOption] {
                for when in [When::Waiting, When::Served] {
                    let fits = (how != How::TimedOutByOption || self.statement.contains("TIMEOUT"))
                        && (when == When::Waiting || !self.grant.is_empty());
                    victims.extend(fits.then_some(Victim { place, how, when }));
                }
            }
        }
        victims
    }
}

#[test]
fn who_gives_up_waiting_has_never_been_there() {
    let mut count = 0;
    for (_, entry) in statement::entries().filter(|(_, entry)| entry.role == Role::Statement) {
        if entry.waits == Waits::Never && entry.block != BlockShape::Required {
            continue;
        }
        let recipes = recipes(entry).unwrap_or_else(|| panic!("no recipe for `{}`", entry.name));
        let has_option = recipes.iter().any(|recipe| recipe.statement.contains("TIMEOUT"));
        assert_eq!(has_option, entry.waits != Waits::Never, "{}: `timeout:` is to be tried, too", entry.name);
        for recipe in recipes {
            let [waiting, served] =
                [When::Waiting, When::Served].map(|when| logs_of(&recipe.scenario(None, when)));
            for victim in recipe.victims() {
                let expected = if victim.when == When::Waiting { &waiting } else { &served };
                let text = recipe.scenario(Some(victim), victim.when);
                let played = play(&text);
                assert!(
                    matches!(played.outcome.ending, RunEnding::Ok(_)),
                    "{:?}\n{text}",
                    played.outcome.ending
                );
                assert!(played.outcome.leaks.is_empty(), "{:?}\n{text}", played.outcome.leaks);
                assert_eq!(&played.logs, expected, "{}, {victim:?}:\n{text}", entry.name);
                count += 1;
            }
        }
    }
    println!("{count} scenarios");
    assert!(count > 350, "only {count} scenarios");
}

#[test]
fn a_put_whose_item_has_entered_has_happened() {
    for give_up in ["cancel putter", "block 1s"] {
        let logs = logs_of(&format!(
            r#"queue q, capacity: 1
            main {{
              put q, "first"
              putter = spawn {{ try {{ put q, "second", timeout: 1500ms }} catch Timeout {{ log "timed out" }} }}
              sleep 1s
              get q
              {give_up}
              sleep 1s
              item = get q, timeout: 0
              log "{{item}}"
            }}"#
        ));
        assert!(logs.last().is_some_and(|log| log.ends_with(" second")), "{give_up}: {logs:?}");
    }
}

#[test]
fn who_gives_up_an_await_gives_up_the_task() {
    for (give_up, at) in [("cancel waiter", "1.1s"), ("sleep 0", "1.1s")] {
        let option = if give_up == "sleep 0" { ", timeout: 1s" } else { "" };
        let logs = logs_of(&format!(
            r#"main {{
              t = spawn {{ try {{ sleep 9s }} finally {{ sleep 100ms }} }}
              waiter = spawn {{
                try {{ await t{option} }} finally {{ log "{{state(t)}}" }}
              }}
              sleep 1s
              {give_up}
              settle {{ shield waiter }}
            }}"#
        ));
        assert_eq!(logs, [format!("{at} cancelled")], "{give_up}");
    }
}
