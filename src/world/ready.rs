//! The ready queue: first in, first out.
//!
//! A task that is ready is in no waiting line and in the queue once, so the links of the lines serve it too. A
//! queue of one, which is the most frequent by far, touches nothing but its two ends.

use super::line::Link;
use crate::expression::value::TaskId;

/// The tasks that are ready, the longest first.
#[derive(Clone, Debug)]
pub struct Ready {
    first: TaskId,
    last: TaskId,
    /// How many there are; if none, the two above have no meaning.
    length: u32,
}

impl Default for Ready {
    fn default() -> Ready {
        Ready { first: TaskId(0), last: TaskId(0), length: 0 }
    }
}

impl Ready {
    /// Joins the end. The task must neither be ready yet nor wait in a line.
    #[inline(always)]
    pub fn push(&mut self, links: &mut [Link], task: TaskId) {
        match self.length {
            0 => self.first = task,
            _ => links[self.last.0 as usize].lead_to(task),
        }
        self.last = task;
        self.length += 1;
    }

    /// Takes the one who is ready longest.
    #[inline(always)]
    pub fn pop(&mut self, links: &[Link]) -> Option<TaskId> {
        self.length = self.length.checked_sub(1)?;
        let first = self.first;
        if self.length > 0
            && let Some(next) = links[first.0 as usize].next()
        {
            self.first = next;
        }
        Some(first)
    }

    /// Who is ready longest.
    #[inline(always)]
    pub fn first(&self) -> Option<TaskId> {
        (self.length > 0).then_some(self.first)
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
        let links = &mut [Link::default(); 5];
        assert_eq!(ready.pop(links), None);
        [4, 1, 3].into_iter().for_each(|task| ready.push(links, TaskId(task)));
        assert_eq!(ready.pop(links), Some(TaskId(4)));
        [4, 0].into_iter().for_each(|task| ready.push(links, TaskId(task)));
        assert_eq!(ready.len(), 4);
        let order: Vec<u32> = std::iter::from_fn(|| ready.pop(links)).map(|task| task.0).collect();
        assert_eq!(order, [1, 3, 4, 0]);
        ready.push(links, TaskId(4));
        assert_eq!([Some(TaskId(4)), None], [ready.pop(links), ready.pop(links)]);
    }
}
