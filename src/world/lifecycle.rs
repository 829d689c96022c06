//! Tasks from their making to their end.
//!
//! A task that ends is taken off the world's books: how it ended is told, those who wait for it are woken, and
//! the block that it belongs to learns of it.

use super::World;
use super::line::Link;
use super::membership::BranchOf;
use super::resource::Grant;
use super::task::{Asked, Attention, Completion, Interrupt, Origin, Phase, Task};
use crate::expression::value::TaskId;
use crate::plan::{BodyIndex, Plan};
use crate::random;
use crate::trace::Happening;
use crate::trace::event::Ending;

/// A run that has made so many tasks is expected to make many more.
const MANY: usize = 1 << 16;

/// Room for so many is asked for then at once: it costs nothing until it is used, while room that grows by and
/// by is copied each time, and the system does not get back in time what is left behind.
const ROOM_FOR_MANY: usize = 1 << 20;

impl World {
    pub(super) fn root(&mut self, plan: &Plan, body: BodyIndex) {
        let label = plan.body(body).label.clone();
        self.names.root(label.clone());
        let path = random::path_hash(0, &label, 0);
        let environment = self.environments.create(plan.body(body).slots.len(), None);
        let id = self.insert(body, Origin { depth: 0, path }, None);
        self.ready.push(&mut self.links, id);
        self.task_mut(id).environment = Some(environment);
        self.roots += 1;
    }

    /// A new task; it is not ready yet.
    pub(super) fn insert(&mut self, body: BodyIndex, origin: Origin, branch: Option<BranchOf>) -> TaskId {
        let id = TaskId(self.tasks.len() as u32);
        if self.tasks.len() == MANY {
            self.tasks.reserve_exact(ROOM_FOR_MANY - MANY);
        }
        self.tasks.push(Task::new(body, origin, branch, self.now, self.journal.last_sequence()));
        self.links.push(Link::default());
        self.alive += 1;
        id
    }

    /// Takes a task off the world's books: says how it ended, wakes those who wait for it, tells the block
    /// it belongs to. With the last root the run closes: whoever is still alive is cancelled.
    pub(super) fn end_task(&mut self, plan: &Plan, id: TaskId, completion: Completion) {
        let ending = match &completion {
            Completion::Done(value) => Ending::Done(value.clone()),
            Completion::Failed(error) => Ending::Failed(error.clone()),
            Completion::Cancelled | Completion::Unfinished => Ending::Cancelled,
        };
        self.emit(id, Happening::End(ending));
        let task = self.task_mut(id);
        task.end(completion);
        let branch = task.branch;
        if let Some(environment) = task.environment.take() {
            self.environments.release(environment);
        }
        if self.is_monitor(id) {
            return;
        }
        self.alive -= 1;
        for waiter in self.take_waiters(id) {
            self.wake(waiter, Grant::Given);
        }
        if let Some(branch) = branch {
            self.end_branch(plan, branch, id);
        }
        if self.task(id).depth() == 0 {
            self.end_root(plan, id);
        }
    }

    pub(super) fn end_root(&mut self, plan: &Plan, id: TaskId) {
        self.roots -= 1;
        let error = match self.task(id).completion() {
            Completion::Failed(error) => Some(error.clone()),
            Completion::Cancelled => Some(self.cancelled(id)),
            Completion::Done(_) | Completion::Unfinished => None,
        };
        if let Some(error) = error {
            self.task_mut(id).error = Attention::Observed;
            self.failure.get_or_insert((id, error));
        }
        if self.roots == 0 {
            for index in 0..self.tasks.len() as u32 {
                let other = TaskId(index);
                if self.is_monitor(other) {
                    continue;
                }
                if self.task(other).phase != Phase::Ended && self.task(other).asked == Asked::No {
                    self.emit(id, Happening::Cancel(other));
                    self.interrupt(plan, other, Interrupt::Cancel);
                }
            }
        }
    }

    /// Makes a waiting task ready.
    pub(super) fn wake(&mut self, id: TaskId, grant: Grant) {
        let cause = self.journal.last_sequence();
        self.task_mut(id).wake(grant, cause);
        self.ready.push(&mut self.links, id);
    }

    /// A sleep's end is caused by the sleep itself, not by what happened last.
    pub(super) fn wake_sleeper(&mut self, id: TaskId) {
        let task = self.task_mut(id);
        task.phase = Phase::Ready;
        self.ready.push(&mut self.links, id);
    }
}
