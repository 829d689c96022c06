//! Host functions that wait for something outside of the scenario: a thread, a socket, each other.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use scenario::{Call, HostError, Outcome};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, Semaphore, oneshot};

use super::{lines, load};

/// Waits for a thread that takes so many milliseconds.
async fn on_a_thread(milliseconds: u64) -> Result<u64, HostError> {
    let (sender, receiver) = oneshot::channel();
    std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(milliseconds));
        // Nobody may be left to take it.
        let _ = sender.send(milliseconds);
    });
    Ok(receiver.await?)
}

#[test]
fn a_thread_is_waited_for_while_time_stands_still() {
    let text = "host hash(n)\nmain {\n  spawn { while true { sleep 1ms } }\n  sleep 1s\n  r = await hash(30)\n  log \"{r}\"\n}";
    let run = load(text)
        .host("hash", async |call: Call| {
            let n: i64 = call.argument("n")?;
            Ok(on_a_thread(n as u64).await? as i64)
        })
        .run()
        .unwrap();
    assert_eq!(lines(&run), ["1s 30"]);
}

#[test]
fn results_are_taken_in_the_order_of_asking_whichever_thread_is_faster() {
    let text = "host hash(n)\nmain {\n  all n in [40, 5, 20] {\n    sleep 1s\n    r = await hash(n)\n    log \"{r}\"\n  }\n}";
    let traces: Vec<String> = (0..3)
        .map(|_| {
            let run = load(text)
                .host("hash", async |call: Call| {
                    let n: i64 = call.argument("n")?;
                    let result = tokio::task::spawn_blocking(move || {
                        std::thread::sleep(Duration::from_millis(n as u64));
                        n
                    });
                    Ok(result.await?)
                })
                .run()
                .unwrap();
            assert_eq!(lines(&run), ["1s 40", "1s 5", "1s 20"]);
            run.text()
        })
        .collect();
    assert_eq!(traces[0], traces[1]);
    assert_eq!(traces[0], traces[2]);
}

#[test]
fn sockets_work_between_two_host_functions() {
    let text = "host serve()\nhost ask(n)\nmain {\n  all {\n    await serve()\n    do { answer = await ask(7)\n      log \"{answer}\" }\n  }\n}";
    let port = Arc::new((Notify::new(), std::sync::OnceLock::<std::net::SocketAddr>::new()));
    let (served, asked) = (port.clone(), port);
    let run = load(text)
        .host("serve", async move |_: Call| {
            let listener = TcpListener::bind("127.0.0.1:0").await?;
            served.1.set(listener.local_addr()?).map_err(|_| HostError::new("Twice", ""))?;
            served.0.notify_one();
            let (mut stream, _) = listener.accept().await?;
            let question = stream.read_u8().await?;
            stream.write_u8(question * 2).await?;
            Ok(())
        })
        .host("ask", async move |call: Call| {
            asked.0.notified().await;
            let address = asked.1.get().ok_or(HostError::new("NoAddress", ""))?;
            let mut stream = TcpStream::connect(address).await?;
            stream.write_u8(call.argument::<i64>("n")? as u8).await?;
            Ok(i64::from(stream.read_u8().await?))
        })
        .run()
        .unwrap();
    assert_eq!(lines(&run), ["0ns 14"], "{}", run.text());
}

#[test]
fn what_never_comes_is_named_with_its_line() {
    let text = "host quick()\nhost stuck(n)\nmain {\n  await quick()\n  sleep 2s\n  all {\n    await stuck(1)\n    sleep 1h\n  }\n}";
    let scenario = load(text)
        .host("quick", async |_: Call| Ok(()))
        .host("stuck", async |_: Call| -> Result<(), HostError> { std::future::pending().await })
        .host_timeout(Duration::from_millis(50));
    let run = scenario.run().unwrap();
    assert!(!run.holds());
    let Outcome::HostFailed(failure) = run.outcome() else { panic!("{}", run.text()) };
    assert_eq!(failure.host, "stuck");
    assert_eq!(failure.reason, "host function stuck has not come back within 50ms of real time");
    assert_eq!(failure.at, Duration::from_secs(2));
    let report = run.report();
    assert!(report.contains("7 |     await stuck(1)"), "{report}");
    assert!(report.contains("Scenario::host_timeout"), "{report}");
    assert!(run.text().contains("failed at 2.000s, "), "{}", run.text());
}

#[test]
fn a_thread_that_never_ends_is_left_behind() {
    use std::sync::atomic::{AtomicBool, Ordering};
    let ended = Arc::new(AtomicBool::new(false));
    let told = ended.clone();
    let run = load("host stuck()\nmain { await stuck() }")
        .host("stuck", async move |_: Call| {
            let told = told.clone();
            let thread = tokio::task::spawn_blocking(move || {
                std::thread::sleep(Duration::from_secs(3));
                told.store(true, Ordering::Release);
            });
            Ok(thread.await?)
        })
        .host_timeout(Duration::from_millis(20))
        .run()
        .unwrap();
    assert!(matches!(run.outcome(), Outcome::HostFailed(_)), "{}", run.text());
    assert!(!ended.load(Ordering::Acquire));
}

#[test]
fn many_calls_cost_no_more_each_than_few() {
    let text = "host work(n)\nmain { all n in 0..4_000 { await work(n) } }";
    let run = load(text)
        .host("work", async |call: Call| {
            let n: u64 = call.argument("n")?;
            call.sleep(Duration::from_millis(n % 977)).await;
            let doubled = tokio::task::spawn_local(async move { n * 2 });
            Ok(doubled.await? as i64)
        })
        .run()
        .unwrap();
    assert_eq!(run.duration(), Duration::from_millis(976), "{:?}", run.outcome());
}

#[test]
fn a_function_that_keeps_itself_busy_is_late_too() {
    let run = load("host spin()\nmain { await spin() }")
        .host("spin", async |_: Call| -> Result<(), HostError> {
            loop {
                tokio::task::yield_now().await;
            }
        })
        .host_timeout(Duration::from_millis(30))
        .run()
        .unwrap();
    assert!(matches!(run.outcome(), Outcome::HostFailed(_)), "{}", run.text());
}

#[test]
fn locks_among_functions_let_time_pass() {
    let text = "host work(n)\nmain { all n in 0..3 { await work(n) } }";
    let slots = Arc::new(Semaphore::new(1));
    let run = load(text)
        .host("work", async move |call: Call| {
            let _slot = call.let_time_pass(slots.acquire()).await?;
            call.log(format!("{} begins", call.argument::<i64>("n")?));
            call.sleep(Duration::from_secs(1)).await;
            Ok(())
        })
        .run()
        .unwrap();
    assert_eq!(lines(&run), ["0ns 0 begins", "1s 1 begins", "2s 2 begins"]);
}

#[test]
fn a_lock_that_nobody_gives_back_is_a_deadlock() {
    let text = "host work(n)\nmain {\n  all n in 0..2 {\n    await work(n)\n  }\n}";
    let slots = Arc::new(Semaphore::new(1));
    let run = load(text)
        .host("work", async move |call: Call| {
            call.let_time_pass(slots.acquire()).await?.forget();
            call.sleep(Duration::from_secs(1)).await;
            Ok(())
        })
        .run()
        .unwrap();
    let Outcome::Deadlock(deadlock) = run.outcome() else { panic!("{}", run.text()) };
    assert_eq!(deadlock.at, Duration::from_secs(1));
    assert_eq!(deadlock.waits.last().unwrap().awaited, "host function work");
}

#[test]
fn what_a_function_spawns_runs_before_time_goes_on() {
    let text =
        "host work()\nmain {\n  all {\n    do { await work()\n      log \"worked\" }\n    sleep 1h\n  }\n}";
    let run = load(text)
        .host("work", async |call: Call| {
            let spawned = tokio::task::spawn_local(async {
                for _ in 0..200 {
                    tokio::task::yield_now().await;
                }
                7
            });
            Ok(call.let_time_pass(spawned).await?)
        })
        .run()
        .unwrap();
    assert_eq!(lines(&run), ["0ns worked"]);
}

#[test]
fn a_socket_may_come_before_an_item() {
    // One of two waits is the scenario's own, so time goes on; what comes from outside is taken all the same.
    let text = "queue q\nhost either()\nmain {\n  r = await either()\n  log \"{r}, {len(q)}\"\n}";
    let run = load(text)
        .host("either", async |call: Call| {
            let ready = std::future::ready("outside");
            let mut get = std::pin::pin!(call.get("q"));
            let mut ready = std::pin::pin!(ready);
            let mut turn = 0;
            std::future::poll_fn(|context| {
                turn += 1;
                let _ = get.as_mut().poll(context);
                context.waker().wake_by_ref();
                if turn < 2 { std::task::Poll::Pending } else { ready.as_mut().poll(context) }
            })
            .await;
            Ok("outside")
        })
        .run()
        .unwrap();
    assert_eq!(lines(&run), ["0ns outside, 0"]);
}
