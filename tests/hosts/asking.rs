//! What a host function asks of the scenario.

use std::future::Future;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use scenario::{Call, HostError, Outcome, Value};

use super::{lines, load};

const HOUR: Duration = Duration::from_secs(3600);

#[test]
fn an_hour_of_sleep_takes_no_time() {
    let scenario = load("host nap()\nmain {\n  sleep 5s\n  await nap()\n  log \"rested\"\n}");
    let run = scenario
        .host("nap", async |call: Call| {
            call.sleep(HOUR).await;
            call.log(format!("{:?}", call.now()));
            Ok(())
        })
        .run()
        .unwrap();
    assert_eq!(lines(&run), ["3605s 3605s", "3605s rested"]);
}

#[test]
fn it_waits_in_line_like_a_task() {
    let text = r#"
        queue q, capacity: 1
        host take(name)
        host give(name)
        main {
          spawn {
            for n in [1, 2, 3] {
              sleep 2s
              put q, n
            }
          }
          all {
            await take("a")
            do {
              sleep 1s
              item = get q
              log "main got {item}"
            }
            await take("b")
          }
          givers = spawn n in 0..3 { await give(n) }
          sleep 1s
          x = get q
          y = get q
          z = get q
          await givers
          log "{[x, y, z]}"
        }
    "#;
    let run = load(text)
        .host("take", async |call: Call| {
            let item = call.get("q").await?;
            call.log(format!("{} got {item}", call.argument::<String>("name")?));
            Ok(())
        })
        .host("give", async |call: Call| call.put("q", call.argument::<i64>("name")?).await)
        .run()
        .unwrap();
    // First come, first served: the task that began to wait after a second comes third.
    assert_eq!(lines(&run), ["2s a got 1", "4s b got 2", "6s main got 3", "7s [0, 1, 2]"]);
}

#[test]
fn a_closed_queue_is_an_error_that_it_may_handle() {
    let text = "queue q\nhost take()\nhost blind()\nmain {\n  spawn { sleep 1s\n close q }\n  r = await take()\n  log r\n  \
                try { await take() } catch Closed { log \"never\" }\n  try { await blind() } catch UnknownQueue as e { log \"{e.message}\" }\n}";
    let run = load(text)
        .host("take", async |call: Call| match call.get("q").await {
            Ok(item) => Ok(item),
            Err(error) => Ok(Value::from(error.kind())),
        })
        .host("blind", async |call: Call| call.get("p").await)
        .run()
        .unwrap();
    assert_eq!(lines(&run), ["1s Closed", "1s the scenario has no queue of the name p"]);
}

#[test]
fn an_error_has_its_kind_for_catch_and_retry() {
    let text = "host flaky()\nmain {\n  got = retry 5, backoff: 1s, only: Busy { await flaky() }\n  log \"{got}\"\n  await flaky()\n}";
    let tries = std::sync::atomic::AtomicU32::new(0);
    let run = load(text)
        .host("flaky", async move |_: Call| match tries.fetch_add(1, std::sync::atomic::Ordering::Relaxed) {
            0 | 1 => Err(HostError::new("Busy", "the line is busy")),
            2 => Ok(2),
            _ => Err("x".parse::<u8>().unwrap_err().into()),
        })
        .run()
        .unwrap();
    assert_eq!(lines(&run), ["2s 2"]);
    let Outcome::Failed(failure) = run.outcome() else { panic!("{}", run.text()) };
    assert_eq!(
        (failure.kind.as_str(), failure.message.as_str()),
        ("HostError", "invalid digit found in string")
    );
}

#[test]
fn values_go_in_and_out_as_they_are() {
    let text = r#"
        queue q
        task other() { sleep 1s }
        host echo(value)
        main {
          t = spawn other()
          for value in [null, true, 7, 1.5, 90s, "text", [1, [2]], {a: {b: 1}, 3: 4}, q] {
            back = await echo(value)
            if back != value { log "{value} came back as {back}" }
          }
          await t
          name = await echo(t)
          log "{name}"
        }
    "#;
    let run = load(text).host("echo", async |call: Call| call.argument::<Value>("value")).run().unwrap();
    assert_eq!(lines(&run), ["1s other.1"]);
}

#[test]
fn arguments_that_are_left_out_have_their_defaults() {
    let text = "host add(a, b = a + 1)\nmain {\n  n = await add(2)\n  m = await add(b = 1, a = 5)\n  log \"{n} {m}\"\n}";
    let add = async |call: Call| -> Result<i64, HostError> {
        assert!(call.argument::<i64>("c").is_err_and(|error| error.kind() == "NameError"));
        Ok(call.argument::<i64>("a")? + call.argument::<i64>("b")?)
    };
    assert_eq!(lines(&load(text).host("add", add).run().unwrap()), ["0ns 5 6"]);
}

#[test]
fn a_request_that_is_dropped_leaves_the_line_and_loses_nothing() {
    let text = "queue q\nhost picky()\nmain {\n  t = spawn picky()\n  sleep 1s\n  put q, 1\n  x = get q\n  log \"{x}\"\n  r = await t\n  log r\n}";
    let run = load(text)
        .host("picky", async |call: Call| {
            {
                // Asked for, and given up at the next turn, which the clock brings.
                let mut get = pin!(call.get("q"));
                let mut turns = 0;
                std::future::poll_fn(|context| {
                    turns += 1;
                    assert!(get.as_mut().poll(context).is_pending());
                    context.waker().wake_by_ref();
                    if turns < 3 { Poll::Pending } else { Poll::Ready(()) }
                })
                .await;
            }
            call.sleep(Duration::from_secs(5)).await;
            Ok("done")
        })
        .run()
        .unwrap();
    assert_eq!(lines(&run), ["1s 1", "5s done"]);
}

#[test]
fn one_thing_at_a_time() {
    let text = "host both()\nmain { await both() }";
    let run = load(text)
        .host("both", async |call: Call| {
            let (mut one, mut other) = (pin!(call.sleep(HOUR)), pin!(call.sleep(HOUR)));
            std::future::poll_fn(|context| {
                let _ = (one.as_mut().poll(context), other.as_mut().poll(context));
                Poll::<()>::Pending
            })
            .await;
            Ok(())
        })
        .run()
        .unwrap();
    let Outcome::HostFailed(failure) = run.outcome() else { panic!("{}", run.text()) };
    assert!(failure.reason.contains("asks for a second thing"), "{failure:?}");
}

#[test]
fn a_function_that_never_waits_for_time_runs_into_the_limits() {
    let text = "queue q\nhost flood()\nmain { await flood()\n log \"{len(q)}\" }";
    let flood = async |call: Call| -> Result<(), HostError> {
        loop {
            call.put("q", 1).await?;
        }
    };
    let run = load(text).max_steps(1_000).host("flood", flood).run().unwrap();
    let Outcome::Stopped(stop) = run.outcome() else { panic!("{}", run.text()) };
    assert_eq!(stop.task, "main");
}
