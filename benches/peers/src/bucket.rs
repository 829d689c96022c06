//! A token bucket on tokio's clock.

use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::{Instant, sleep_until};

/// A token bucket. Who waits for a token holds the lock, so all others queue behind it, first come, first
/// served, and there is never more than one timer.
pub struct Bucket {
    /// How long one token takes to come.
    interval: Duration,
    /// How long the bucket takes from empty to full.
    capacity: Duration,
    /// When the bucket was, or will have been, empty: what lies between then and now is its level.
    empty: Mutex<Instant>,
}

impl Bucket {
    /// A full bucket that gets a token each `interval` and holds `burst`.
    pub fn new(interval: Duration, burst: u32) -> Bucket {
        let capacity = interval * burst;
        Bucket { interval, capacity, empty: Mutex::new(Instant::now() - capacity) }
    }

    /// Takes a token; waits for one if there is none.
    pub async fn take(&self) {
        let mut empty = self.empty.lock().await;
        let taken = (*empty).max(Instant::now() - self.capacity) + self.interval;
        if taken > Instant::now() {
            sleep_until(taken).await;
        }
        *empty = taken;
    }
}
