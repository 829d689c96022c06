//! What tasks share and wait for: queues, locks and semaphores, limiters.
//!
//! A resource decides by itself who comes next; it wakes nobody: its methods return whom the world has to
//! wake. What is granted to a waiter stays accounted for until the waiter runs, or gives it back.

pub mod limiter;
pub mod queue;
pub mod semaphore;

use super::line::Line;
pub use limiter::Limiter;
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
}

impl Resource {
    /// How many tasks wait.
    pub fn waiting(&self) -> u32 {
        match self {
            Resource::Queue(queue) => {
                queue.getters.len() + queue.putters.len() + queue.joiners.len() + queue.promised
            }
            Resource::Semaphore(semaphore) => semaphore.waiters.len(),
            Resource::Limiter(limiter) => limiter.waiters.len(),
        }
    }

    /// The lines that tasks wait in.
    pub fn lines(&self) -> Vec<&Line> {
        match self {
            Resource::Queue(queue) => vec![&queue.getters, &queue.putters, &queue.joiners],
            Resource::Semaphore(semaphore) => vec![&semaphore.waiters],
            Resource::Limiter(limiter) => vec![&limiter.waiters],
        }
    }
}
