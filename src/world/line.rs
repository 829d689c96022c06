//! Waiting lines: first come, first served.
//!
//! A task waits in at most one line at a time, so the links live in one array beside the tasks, and a task
//! leaves from the middle of a line in constant time.

use crate::expression::value::TaskId;

/// A task or nobody, in the room of a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Somebody(u32);

impl Somebody {
    const NOBODY: Somebody = Somebody(u32::MAX);

    fn task(self) -> Option<TaskId> {
        (self != Somebody::NOBODY).then_some(TaskId(self.0))
    }
}

impl Default for Somebody {
    fn default() -> Somebody {
        Somebody::NOBODY
    }
}

impl From<TaskId> for Somebody {
    fn from(task: TaskId) -> Somebody {
        Somebody(task.0)
    }
}

/// One task's neighbours in its line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Link {
    before: Somebody,
    behind: Somebody,
}

impl Link {
    /// Has a task behind it.
    #[inline(always)]
    pub fn lead_to(&mut self, task: TaskId) {
        self.behind = task.into();
    }

    /// The task behind it.
    #[inline(always)]
    pub fn next(self) -> Option<TaskId> {
        self.behind.task()
    }
}

/// A waiting line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Line {
    first: Somebody,
    last: Somebody,
    length: u32,
}

impl Line {
    /// How many wait.
    pub fn len(&self) -> u32 {
        self.length
    }

    /// Whether nobody waits.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// Who waits longest.
    pub fn first(&self) -> Option<TaskId> {
        self.first.task()
    }

    /// Joins the end.
    #[inline(always)]
    pub fn push(&mut self, links: &mut [Link], task: TaskId) {
        links[task.0 as usize] = Link { before: self.last, behind: Somebody::NOBODY };
        match self.last.task() {
            Some(last) => links[last.0 as usize].behind = task.into(),
            None => self.first = task.into(),
        }
        self.last = task.into();
        self.length += 1;
    }

    /// Leaves from anywhere. The task must be in this line.
    #[inline]
    pub fn remove(&mut self, links: &mut [Link], task: TaskId) {
        let link = std::mem::take(&mut links[task.0 as usize]);
        match link.before.task() {
            Some(before) => links[before.0 as usize].behind = link.behind,
            None => self.first = link.behind,
        }
        match link.behind.task() {
            Some(behind) => links[behind.0 as usize].before = link.before,
            None => self.last = link.before,
        }
        self.length -= 1;
    }

    /// Takes the one who waits longest.
    #[inline(always)]
    pub fn pop(&mut self, links: &mut [Link]) -> Option<TaskId> {
        let first = self.first.task()?;
        let link = std::mem::take(&mut links[first.0 as usize]);
        self.first = link.behind;
        match link.behind.task() {
            Some(behind) => links[behind.0 as usize].before = Somebody::NOBODY,
            None => self.last = Somebody::NOBODY,
        }
        self.length -= 1;
        Some(first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leaving_from_the_middle_keeps_the_order_of_the_others() {
        let mut links = vec![Link::default(); 5];
        let mut line = Line::default();
        for task in [3, 1, 4, 0] {
            line.push(&mut links, TaskId(task));
        }
        line.remove(&mut links, TaskId(4));
        line.remove(&mut links, TaskId(3));
        line.push(&mut links, TaskId(3));
        assert_eq!(line.len(), 3);
        let order: Vec<u32> = std::iter::from_fn(|| line.pop(&mut links)).map(|task| task.0).collect();
        assert_eq!(order, [1, 0, 3]);
        assert!(line.is_empty());
    }
}
