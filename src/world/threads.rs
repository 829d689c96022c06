//! `offload`: work on a bounded pool of threads, while the loop goes on.
//!
//! Whoever finds all threads busy waits in one line for the next that is free. The pool does not need the
//! loop: while a `block` holds it, threads end their work and begin the next in line, each at its own
//! instant; the loop learns of it afterwards. A thread can't be interrupted: work that its task has given up
//! keeps its thread busy, and the run going, until its time is over, as in asyncio and tokio.

use super::World;
use super::control::Attempt;
use super::line::{Line, Link};
use super::timer::{Alarm, Timers};
use super::wait::Wait;
use crate::expression::value::TaskId;
use crate::plan::{CodeIndex, Plan};
use crate::trace::Happening;
use crate::trace::event::Awaited;

/// A thread of the pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ThreadIndex(u32);

/// The pool.
#[derive(Clone, Debug)]
pub struct Threads {
    size: u32,
    /// What each thread that was ever needed does.
    threads: Vec<Thread>,
    /// Those of them that are idle.
    idle: Vec<ThreadIndex>,
    line: Line,
}

/// What a thread does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Thread {
    /// When it will be, or was, done, in nanoseconds.
    end: u64,
    /// Who waits for that.
    task: Option<TaskId>,
}

impl Threads {
    /// A pool of so many threads, all idle.
    pub fn new(size: u32) -> Threads {
        Threads { size, threads: Vec::new(), idle: Vec::new(), line: Line::default() }
    }

    /// How many are busy.
    pub fn busy(&self) -> usize {
        self.threads.len() - self.idle.len()
    }

    /// How many tasks wait for a thread.
    pub fn waiting(&self) -> usize {
        self.line.len() as usize
    }

    /// A task no longer waits for a thread.
    pub fn leave_line(&mut self, links: &mut [Link], task: TaskId) {
        self.line.remove(links, task);
    }

    /// A thread's task no longer waits for its work, which goes on.
    pub fn give_up(&mut self, ThreadIndex(thread): ThreadIndex) {
        self.threads[thread as usize].task = None;
    }

    fn take_idle(&mut self) -> Option<ThreadIndex> {
        if self.idle.is_empty() && self.threads.len() < self.size as usize {
            self.threads.push(Thread { end: 0, task: None });
            return Some(ThreadIndex(self.threads.len() as u32 - 1));
        }
        self.idle.pop()
    }

    fn begin(&mut self, thread: ThreadIndex, task: TaskId, end: u64, timers: &mut Timers) {
        self.threads[thread.0 as usize] = Thread { end, task: Some(task) };
        timers.arm(end, Alarm::Thread(thread));
    }
}

impl World {
    pub(super) fn offload(&mut self, plan: &Plan, id: TaskId, duration: CodeIndex) -> Attempt {
        let duration = self.duration(plan, id, duration)?;
        let Some(thread) = self.threads.take_idle() else {
            let busy = self.threads.busy() as u32;
            let World { threads, links, .. } = self;
            threads.line.push(links, id);
            return Ok(self.wait(plan, id, Wait::Thread(duration), Some(Awaited::Thread(busy))));
        };
        self.emit(id, Happening::Offload(duration));
        let World { threads, timers, now, .. } = self;
        threads.begin(thread, id, now.saturating_add(duration), timers);
        Ok(self.wait(plan, id, Wait::Offload(thread), None))
    }

    /// A thread is done: its task goes on, and the first in line gets the thread from the same instant.
    pub(super) fn end_work(&mut self, thread: ThreadIndex) {
        let Thread { end, task } = self.threads.threads[thread.0 as usize];
        if let Some(task) = task {
            self.wake_sleeper(task);
        }
        let World { threads, links, tasks, timers, .. } = self;
        let Some(next) = threads.line.pop(links) else {
            threads.idle.push(thread);
            return;
        };
        let wait = &mut tasks[next.0 as usize].wait;
        let Wait::Thread(duration) = *wait else { return };
        *wait = Wait::Offload(thread);
        threads.begin(thread, next, end.saturating_add(duration), timers);
        self.emit(next, Happening::Offload(duration));
    }
}
