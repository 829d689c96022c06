//! The ready queue: first in, first out.
//!
//! A task is in it at most once, so who comes behind whom lies in one array beside the tasks, and a queue of
//! one, which is the most frequent by far, touches nothing but its two ends.

use crate::expression::value::TaskId;

/// The tasks that are ready, the longest first.
#[derive(Clone, Debug)]
pub struct Ready {
    first: TaskId,
    last: TaskId,
    /// How many there are; if none, the two above have no meaning.
    length: u32,
    /// By task: who is behind it. What stands there for one who is last, or not ready, has no meaning.
    behind: Vec<TaskId>,
}

impl Default for Ready {
    fn default() -> Ready {
        Ready { first: TaskId(0), last: TaskId(0), length: 0, behind: Vec::new() }
    }
}

impl Ready {
    /// Makes room for one more task: the one whose number comes next.
    pub fn grow(&mut self) {
        self.behind.push(TaskId(0));
    }

    /// Joins the end. The task must not be in the queue.
    #[inline(always)]
    pub fn push(&mut self, task: TaskId) {
        match self.length {
            0 => self.first = task,
            _ => self.behind[self.last.0 as usize] = task,
        }
        self.last = task;
        self.length += 1;
    }

    /// Takes the one who is ready longest.
    #[inline(always)]
    pub fn pop(&mut self) -> Option<TaskId> {
        self.length = self.length.checked_sub(1)?;
        let first = self.first;
        if self.length > 0 {
            self.first = self.behind[first.0 as usize];
        }
        Some(first)
    }

    /// How many are ready.
    pub fn len(&self) -> usize {
        self.length as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_ready_longest_goes_first_however_the_queue_grows_and_shrinks() {
        let mut ready = Ready::default();
        (0..6).for_each(|_| ready.grow());
        let pop = |ready: &mut Ready| ready.pop().map(|task| task.0);
        assert_eq!(pop(&mut ready), None);
        [4, 1, 3].into_iter().for_each(|task| ready.push(TaskId(task)));
        assert_eq!(pop(&mut ready), Some(4));
        [4, 0].into_iter().for_each(|task| ready.push(TaskId(task)));
        assert_eq!(ready.len(), 4);
        assert_eq!([1, 3, 4, 0].map(Some), std::array::from_fn(|_| pop(&mut ready)));
        ready.push(TaskId(4));
        assert_eq!([Some(4), None], std::array::from_fn(|_| pop(&mut ready)));
    }
}
