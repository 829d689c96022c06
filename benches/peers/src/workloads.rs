//! The workloads. Each returns how many events there were: sleeps and timeouts that ended, puts, gets, permits
//! taken and given back, tokens taken.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Mutex, Semaphore, mpsc};
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use crate::bucket::Bucket;
use crate::random::Random;

/// How a workload ends: with the number of its events.
pub type Counted = Result<u64, Box<dyn Error>>;

/// W1: tasks that sleep again and again.
pub async fn timers(tasks: u64, rounds: u64) -> Counted {
    let sleepers = spawn_each(tasks, move |seed| async move {
        let mut random = Random::new(seed);
        for _ in 0..rounds {
            sleep(random.milliseconds(1, 1000)).await;
        }
    });
    join(sleepers).await?;
    Ok(tasks * rounds)
}

/// W2: two producers and three consumers at a queue of five.
pub async fn pipeline(items: u64) -> Counted {
    let (sender, receiver) = mpsc::channel(5);
    let receiver = Arc::new(Mutex::new(receiver));
    let consumers = spawn_each(3, |seed| {
        let receiver = receiver.clone();
        async move {
            let mut random = Random::new(seed);
            loop {
                let item: Option<u64> = receiver.lock().await.recv().await;
                if item.is_none() {
                    break;
                }
                sleep(random.milliseconds(1, 15)).await;
            }
        }
    });
    let producers = spawn_each(2, |seed| {
        let sender = sender.clone();
        async move {
            let mut random = Random::new(10 + seed);
            for item in 0..items {
                sleep(random.milliseconds(1, 10)).await;
                sender.send(item).await?;
            }
            Ok::<_, mpsc::error::SendError<u64>>(())
        }
    });
    drop(sender);
    for producer in producers {
        producer.await??;
    }
    join(consumers).await?;
    Ok(2 * items * 4)
}

/// W3: two tasks that wake each other.
pub async fn ping_pong(messages: u64) -> Counted {
    let (ping, mut pinged) = mpsc::channel(1);
    let (pong, mut ponged) = mpsc::channel(1);
    let server = tokio::spawn(async move {
        for message in 0..messages {
            ping.send(message).await?;
            ponged.recv().await;
        }
        Ok::<_, mpsc::error::SendError<u64>>(())
    });
    let returner = tokio::spawn(async move {
        while let Some(message) = pinged.recv().await {
            pong.send(message).await?;
        }
        Ok::<_, mpsc::error::SendError<u64>>(())
    });
    server.await??;
    returner.await??;
    Ok(4 * messages)
}

/// W4: tasks that hold one of few permits while they sleep.
pub async fn contention(tasks: u64, permits: usize, rounds: u64) -> Counted {
    let pool = Arc::new(Semaphore::new(permits));
    let clients = spawn_each(tasks, |seed| {
        let pool = pool.clone();
        async move {
            let mut random = Random::new(seed);
            for _ in 0..rounds {
                let permit = pool.acquire().await?;
                sleep(random.milliseconds(1, 10)).await;
                drop(permit);
            }
            Ok::<_, tokio::sync::AcquireError>(())
        }
    });
    for client in clients {
        client.await??;
    }
    Ok(3 * tasks * rounds)
}

/// W5: tasks that are all alive at once.
pub async fn fan_out(tasks: u64) -> Counted {
    let sleepers = spawn_each(tasks, |seed| async move {
        sleep(Random::new(seed).milliseconds(1, 1000)).await;
    });
    join(sleepers).await?;
    Ok(tasks)
}

/// W6: requests to a slow and unreliable service, with a rate limit, a timeout and retries.
pub async fn resilience(clients: u64, requests: u64) -> Counted {
    let api = Arc::new(Bucket::new(Duration::from_millis(1), 100));
    let clients = spawn_each(clients, |seed| {
        let api = api.clone();
        async move {
            let mut random = Random::new(seed);
            let mut tally = Tally::default();
            for _ in 0..requests {
                match request(&api, &mut random, &mut tally.events).await {
                    Ok(()) => tally.answered += 1,
                    Err(_) => tally.given_up += 1,
                }
            }
            tally
        }
    });
    let mut total = Tally::default();
    for client in clients {
        let tally = client.await?;
        total.answered += tally.answered;
        total.given_up += tally.given_up;
        total.events += tally.events;
    }
    eprintln!("{} answered, {} given up", total.answered, total.given_up);
    Ok(total.events)
}

#[derive(Default)]
struct Tally {
    answered: u64,
    given_up: u64,
    events: u64,
}

/// Why an attempt failed.
enum Failure {
    TimedOut,
    Broken,
}

async fn request(api: &Bucket, random: &mut Random, events: &mut u64) -> Result<(), Failure> {
    let mut backoff = Duration::from_millis(10);
    let mut retries = 3;
    loop {
        api.take().await;
        let answer = timeout(Duration::from_millis(50), service(random)).await;
        // The token, and the service's sleep or the timeout round it: one of the two ended.
        *events += 2;
        let failure = match answer {
            Ok(Ok(())) => return Ok(()),
            Ok(Err(failure)) => failure,
            Err(_) => Failure::TimedOut,
        };
        if retries == 0 {
            return Err(failure);
        }
        retries -= 1;
        sleep(backoff).await;
        *events += 1;
        backoff *= 2;
    }
}

async fn service(random: &mut Random) -> Result<(), Failure> {
    sleep(random.milliseconds(1, 100)).await;
    if random.chance(10) { Err(Failure::Broken) } else { Ok(()) }
}

/// A queue that always holds many items.
pub async fn queue_items(items: u64, rounds: u64) -> Counted {
    let (sender, mut receiver) = mpsc::unbounded_channel();
    for item in 0..items {
        sender.send(item)?;
    }
    for _ in 0..rounds {
        if let Some(item) = receiver.recv().await {
            sender.send(item)?;
        }
    }
    Ok(items + 2 * rounds)
}

fn spawn_each<F>(count: u64, mut body: impl FnMut(u64) -> F) -> Vec<JoinHandle<F::Output>>
where
    F: Future<Output: Send + 'static> + Send + 'static,
{
    (0..count).map(|number| tokio::spawn(body(number))).collect()
}

async fn join(tasks: Vec<JoinHandle<()>>) -> Result<(), tokio::task::JoinError> {
    for task in tasks {
        task.await?;
    }
    Ok(())
}
