//! The names behind an event's numbers.
//!
//! A task's name is its path from `main`: `client.2/fetch.1` is the first `fetch` of the second `client`.
//! It depends on the task's own ancestors only, so adding an unrelated task renames nobody.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::expression::value::{self, ResourceId, TaskId};

/// The names of a run's resources and of the tasks made so far; tasks are numbered in order of creation.
#[derive(Clone, Debug)]
pub struct Names {
    resources: Arc<[String]>,
    tasks: Vec<TaskName>,
    labels: Labels,
}

#[derive(Clone, Copy, Debug)]
struct TaskName {
    /// A task that starts by itself is its own.
    parent: TaskId,
    label: LabelIndex,
    count: u32,
}

/// A label that tasks have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct LabelIndex(u32);

/// The labels of a run, each kept once.
#[derive(Clone, Debug, Default)]
struct Labels {
    texts: Vec<Arc<str>>,
    indices: BTreeMap<Arc<str>, LabelIndex>,
    /// The last one asked for: tasks of one label often come together.
    last: Option<LabelIndex>,
}

impl Labels {
    fn index(&mut self, label: &Arc<str>) -> LabelIndex {
        if let Some(last) = self.last
            && Arc::ptr_eq(&self.texts[last.0 as usize], label)
        {
            return last;
        }
        let index = *self.indices.entry(label.clone()).or_insert_with(|| {
            self.texts.push(label.clone());
            LabelIndex(self.texts.len() as u32 - 1)
        });
        self.last = Some(index);
        index
    }
}

impl Names {
    /// The names of a run's resources; no task yet.
    pub fn new(resources: Arc<[String]>) -> Names {
        Names { resources, tasks: Vec::new(), labels: Labels::default() }
    }

    /// Takes note of a task that starts by itself: `main`, or a task of a scenario without one.
    pub fn root(&mut self, label: Arc<str>) {
        let (parent, label) = (TaskId(self.tasks.len() as u32), self.labels.index(&label));
        self.tasks.push(TaskName { parent, label, count: 0 });
    }

    /// Takes note of a task that another one made: which of its children of that label it is, from 1.
    pub fn child(&mut self, parent: TaskId, label: &Arc<str>, count: u32) {
        let label = self.labels.index(label);
        self.tasks.push(TaskName { parent, label, count });
    }

    /// A task's name.
    pub fn task(&self, task: TaskId) -> String {
        let mut name = String::new();
        self.push_task(task, &mut name);
        name
    }

    /// Adds a task's name to a text.
    fn push_task(&self, task: TaskId, out: &mut String) {
        let Some(name) = self.tasks.get(task.0 as usize) else { return };
        // The first task is left out of its children's paths: everything would begin with `main/`.
        let is_inner =
            self.tasks.get(name.parent.0 as usize).is_some_and(|above| above.parent != name.parent);
        if is_inner {
            self.push_task(name.parent, out);
            out.push('/');
        }
        out.push_str(&self.labels.texts[name.label.0 as usize]);
        if name.count > 0 {
            out.push('.');
            out.push_str(itoa::Buffer::new().format(name.count));
        }
    }

    /// A resource's declared name.
    pub fn resource(&self, resource: ResourceId) -> String {
        self.resource_name(resource).to_string()
    }

    /// The same, to look at.
    pub fn resource_name(&self, resource: ResourceId) -> &str {
        self.resources.get(resource.0 as usize).map_or("", String::as_str)
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
