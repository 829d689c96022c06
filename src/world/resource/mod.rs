//! What tasks share and wait for: queues, locks and semaphores, limiters, breakers, signals.
//!
//! A resource decides by itself who comes next; it wakes nobody: its methods return whom the world has to
//! wake. What is granted to a waiter stays accounted for until the waiter runs, or gives it back.

pub mod barrier;
pub mod breaker;
pub mod cache;
pub mod condition;
pub mod event;
pub mod files;
pub mod limiter;
pub mod promise;
pub mod queue;
pub mod semaphore;

use super::line::Line;
use crate::expression::value::Value;
pub use barrier::Barrier;
pub use breaker::Breaker;
pub use cache::Cache;
pub use condition::Condition;
pub use event::Event;
pub use files::Files;
pub use limiter::Limiter;
pub use promise::Promise;
pub use queue::Queue;
pub use semaphore::Semaphore;

/// A resource of a run.
#[derive(Clone, Debug)]
pub enum Resource {
    /// A queue.
    Queue(Queue),
    /// A lock or semaphore.
    Semaphore(Semaphore),
    /// A token bucket.
    Limiter(Limiter),
    /// A circuit breaker.
    Breaker(Breaker),
    /// An event.
    Event(Event),
    /// A condition.
    Condition(Condition),
    /// A barrier.
    Barrier(Barrier),
    /// A promise.
    Promise(Promise),
    /// A cache.
    Cache(Cache),
    /// A series of measured values.
    Series(Vec<Value>),
}

/// What a waiter was granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Grant {
    /// Nothing yet.
    Nothing,
    /// What it waited for.
    Given,
    /// Another try.
    Retry,
    /// The queue was closed.
    Closed,
    /// The barrier opened; the index of arrival.
    Arrived(u32),
    /// The barrier was broken.
    Broken,
}

impl Resource {
    /// How many tasks wait.
    pub fn waiting(&self) -> u32 {
        match self {
            Resource::Queue(queue) => {
                queue.getters.len() + queue.putters.len() + queue.joiners.len() + queue.promised
            }
            other => other.lines().iter().map(|line| line.len()).sum(),
        }
    }

    /// What it is called.
    pub fn word(&self) -> &'static str {
        match self {
            Resource::Queue(_) => "queue",
            Resource::Semaphore(semaphore) => match semaphore.role {
                semaphore::Role::Lock => "lock",
                semaphore::Role::Semaphore => "semaphore",
                semaphore::Role::Service(_) => "service",
            },
            Resource::Limiter(_) => "limiter",
            Resource::Breaker(_) => "breaker",
            Resource::Event(_) => "event",
            Resource::Condition(_) => "condition",
            Resource::Barrier(_) => "barrier",
            Resource::Promise(_) => "promise",
            Resource::Cache(_) => "cache",
            Resource::Series(_) => "series",
        }
    }

    /// The lines that tasks wait in.
    pub fn lines(&self) -> Vec<&Line> {
        match self {
            Resource::Queue(queue) => vec![&queue.getters, &queue.putters, &queue.joiners],
            Resource::Semaphore(semaphore) => vec![&semaphore.waiters],
            Resource::Limiter(limiter) => vec![&limiter.waiters],
            Resource::Breaker(_) | Resource::Series(_) => Vec::new(),
            Resource::Event(event) => vec![&event.waiters],
            Resource::Condition(condition) => vec![&condition.waiters],
            Resource::Barrier(barrier) => vec![&barrier.waiters],
            Resource::Promise(promise) => vec![&promise.waiters],
            Resource::Cache(cache) => cache.flying.values().map(|flight| &flight.waiters).collect(),
        }
    }
}
