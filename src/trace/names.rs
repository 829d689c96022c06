//! The names behind an event's numbers.
//!
//! A task's name is its path from `main`: `client.2/fetch.1` is the first `fetch` of the second `client`.
//! It depends on the task's own ancestors only, so adding an unrelated task renames nobody.

use std::sync::Arc;

use crate::expression::value::{self, ResourceId, TaskId};

/// The names of a run's resources and of the tasks made so far; tasks are numbered in order of creation.
#[derive(Clone, Debug)]
pub struct Names {
    resources: Arc<[String]>,
    tasks: Vec<TaskName>,
}

#[derive(Clone, Debug)]
struct TaskName {
    parent: Option<TaskId>,
    label: Arc<str>,
    count: u32,
}

impl Names {
    /// The names of a run's resources; no task yet.
    pub fn new(resources: Arc<[String]>) -> Names {
        Names { resources, tasks: Vec::new() }
    }

    /// Takes note of a task that starts by itself: `main`, or a task of a scenario without one.
    pub fn root(&mut self, label: Arc<str>) {
        self.tasks.push(TaskName { parent: None, label, count: 0 });
    }

    /// Takes note of a task that another one made: which of its children of that label it is, from 1.
    pub fn child(&mut self, parent: TaskId, label: Arc<str>, count: u32) {
        self.tasks.push(TaskName { parent: Some(parent), label, count });
    }

    /// A task's name.
    pub fn task(&self, task: TaskId) -> String {
        let mut parts = Vec::new();
        let mut next = Some(task);
        while let Some(name) = next.and_then(|task| self.tasks.get(task.0 as usize)) {
            // The first task is left out of its children's paths: everything would begin with `main/`.
            if name.parent.is_some() || parts.is_empty() {
                parts.push(match name.count {
                    0 => name.label.to_string(),
                    count => format!("{}.{count}", name.label),
                });
            }
            next = name.parent;
        }
        parts.reverse();
        parts.join("/")
    }

    /// A resource's declared name.
    pub fn resource(&self, resource: ResourceId) -> String {
        self.resources.get(resource.0 as usize).cloned().unwrap_or_default()
    }
}

impl value::Names for Names {
    fn task(&self, task: TaskId) -> String {
        Names::task(self, task)
    }

    fn resource(&self, resource: ResourceId) -> String {
        Names::resource(self, resource)
    }
}
