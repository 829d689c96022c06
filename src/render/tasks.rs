//! What a format makes of tasks' names. Those that were asked for last are kept, for most events are of few
//! tasks, and a name is put together from those of all tasks above.

use crate::expression::value::TaskId;

/// So many are kept.
const KEPT: usize = 64;

/// What was made of some tasks' names.
#[derive(Debug, Default)]
pub(super) struct TaskTexts<T> {
    /// By the last bits of a task's number, with whose it is.
    kept: Vec<(Option<TaskId>, T)>,
}

impl<T: Default> TaskTexts<T> {
    /// The text of a task; it is made if it is not there.
    #[inline(always)]
    pub(super) fn get(&mut self, task: TaskId, make: impl FnOnce() -> T) -> &T {
        let place = task.0 as usize % KEPT;
        if !matches!(self.kept.get(place), Some((Some(kept), _)) if *kept == task) {
            self.keep(place, task, make());
        }
        &self.kept[place].1
    }

    #[inline(never)]
    fn keep(&mut self, place: usize, task: TaskId, text: T) {
        if self.kept.len() <= place {
            self.kept.resize_with(place + 1, Default::default);
        }
        self.kept[place] = (Some(task), text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tasks_that_share_a_place_keep_their_own_texts() {
        let mut texts = TaskTexts::default();
        let mut made = 0;
        let tasks = [3, 3 + KEPT as u32, 3, 3, 0];
        let got = tasks.map(|task| {
            texts
                .get(TaskId(task), || {
                    made += 1;
                    format!("task {task}")
                })
                .to_string()
        });
        assert_eq!(got, tasks.map(|task| format!("task {task}")));
        assert_eq!(made, 4);
    }
}
