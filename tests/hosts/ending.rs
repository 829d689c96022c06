//! How calls end: by a cancel, a timeout, a race, a panic.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use scenario::{Call, HostError, Outcome, Scenario};

use super::{lines, load};

/// Counts what is dropped.
struct Counted(Arc<AtomicU32>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

fn with_sleeper(text: &str, dropped: &Arc<AtomicU32>) -> Scenario {
    let dropped = dropped.clone();
    load(text).host("work", async move |call: Call| {
        let guard = Counted(dropped.clone());
        let seconds: i64 = call.argument("seconds")?;
        call.sleep(Duration::from_secs(seconds as u64)).await;
        drop(guard);
        Ok(seconds)
    })
}

#[test]
fn whatever_ends_a_task_drops_its_function() {
    let text = r#"
        host work(seconds)
        main {
          first = race { await work(3)
                         await work(1)
                         await work(2) }
          log "raced {first}"
          timeout 1s { await work(9) } catch Timeout { log "timed out" }
          t = spawn work(9)
          sleep 1s
          cancel t
          try { await t } catch Cancelled { log "cancelled" }
          both = all n in [1, 2] { await work(n) }
          log "{both}"
        }
    "#;
    let dropped = Arc::new(AtomicU32::new(0));
    let run = with_sleeper(text, &dropped).run().unwrap();
    assert_eq!(lines(&run), ["1s raced 1", "2s timed out", "3s cancelled", "5s [1, 2]"]);
    assert_eq!(dropped.load(Ordering::Relaxed), 7);
}

#[test]
fn a_task_cancelled_before_its_first_step_calls_nothing() {
    let dropped = Arc::new(AtomicU32::new(0));
    let text = "host work(seconds)\nmain { t = spawn work(1)\n cancel t\n sleep 5s }";
    let run = with_sleeper(text, &dropped).run().unwrap();
    assert!(run.holds());
    assert_eq!(dropped.load(Ordering::Relaxed), 0);
}

#[test]
fn the_function_is_dropped_when_its_cleanup_is_due() {
    // The cancelled task takes its step after the others that are ready: so does the drop.
    let text = "host hold()\nmain {\n  t = spawn hold()\n  sleep 1s\n  cancel t\n  log \"asked\"\n  try { await t } catch Cancelled { log \"gone\" }\n}";
    let said = Arc::new(std::sync::Mutex::new(Vec::new()));
    struct Says(Arc<std::sync::Mutex<Vec<&'static str>>>);
    impl Drop for Says {
        fn drop(&mut self) {
            self.0.lock().unwrap().push("dropped");
        }
    }
    let kept = said.clone();
    let run = load(text)
        .host("hold", async move |call: Call| {
            let _says = Says(kept.clone());
            call.sleep(Duration::from_secs(60)).await;
            Ok(())
        })
        .run()
        .unwrap();
    assert_eq!(lines(&run), ["1s asked", "1s gone"]);
    assert_eq!(*said.lock().unwrap(), ["dropped"]);
}

#[test]
fn a_panic_fails_its_scenario_and_no_other() {
    let text = "host check(n)\nmain {\n  try { sleep 1s\n    await check(1) } catch { log \"never\" }\n}\nexpect { outcome == \"failed\" }";
    let scenario = load(text).host("check", async |call: Call| -> Result<(), HostError> {
        let n: i64 = call.argument("n")?;
        assert_eq!(n, 2, "n is wrong");
        Ok(())
    });
    let run = scenario.run().unwrap();
    // A panic is the test's own failure: the scenario can neither catch nor expect it.
    assert!(!run.holds());
    let Outcome::HostFailed(failure) = run.outcome() else { panic!("{}", run.text()) };
    assert_eq!((failure.task.as_str(), failure.line, failure.at), ("main", 4, Duration::from_secs(1)));
    assert!(failure.reason.starts_with(
        "host function check panicked: assertion `left == right` failed: n is wrong, left: 1, right: 2"
    ));
    assert!(run.report().contains("4 |     await check(1)"), "{}", run.report());
    assert!(run.jsonl().contains("\"kind\":\"HostPanicked\""), "{}", run.jsonl());
    assert_eq!(lines(&run), [""; 0]);
    // The next one is none the worse.
    assert!(load("main { sleep 1s }").run().unwrap().holds());
    assert!(!scenario.run().unwrap().holds());
}

#[test]
fn a_panic_while_it_is_dropped_is_one_too() {
    struct Bomb;
    impl Drop for Bomb {
        fn drop(&mut self) {
            if !std::thread::panicking() {
                panic!("dropped");
            }
        }
    }
    let run = load("host hold()\nmain { timeout 1s { await hold() } catch Timeout { log \"x\" } }")
        .host("hold", async |call: Call| {
            let _bomb = Bomb;
            call.sleep(Duration::from_secs(60)).await;
            Ok(())
        })
        .run()
        .unwrap();
    let Outcome::HostFailed(failure) = run.outcome() else { panic!("{}", run.text()) };
    assert_eq!(failure.reason, "host function hold panicked: dropped");
}

#[test]
fn what_is_left_when_main_returns_is_cancelled() {
    let dropped = Arc::new(AtomicU32::new(0));
    let run = with_sleeper("host work(seconds)\nmain { spawn work(9)\n sleep 1s }", &dropped).run().unwrap();
    assert!(run.holds());
    assert_eq!((dropped.load(Ordering::Relaxed), run.duration()), (1, Duration::from_secs(1)));
}

#[test]
fn it_runs_inside_a_runtime_of_the_caller() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let dropped = Arc::new(AtomicU32::new(0));
    let scenario = with_sleeper("host work(seconds)\nmain { await work(9) }", &dropped);
    let run = runtime.block_on(async { scenario.run().unwrap() });
    assert_eq!(run.duration(), Duration::from_secs(9));
    assert!(runtime.block_on(async { load("main { sleep 1s }").run().unwrap() }).holds());
}
