//! Monitors: tasks that only observe.
//!
//! A monitor runs at whole multiples of its time. Its timer keeps no run alive and hides no deadlock: when no
//! other timer is left, time does not move on. It is no task of the scenario's own: nobody waits for it, and it
//! does not count among those that are alive.

use super::task::{Origin, Phase};
use super::timer::{Alarm, TimerKey};
use super::wait::Wait;
use super::{Progress, World};
use crate::expression::evaluate::Fault;
use crate::expression::value::TaskId;
use crate::plan::Plan;
use crate::random;

/// A monitor of a run.
#[derive(Clone, Copy, Debug)]
pub(super) struct Monitor {
    task: TaskId,
    /// In nanoseconds.
    every: u64,
}

impl World {
    /// Makes the monitors, behind all other tasks that start by themselves.
    pub(super) fn add_monitors(&mut self, plan: &Plan) -> Result<(), Box<Fault>> {
        for (index, monitor) in plan.monitors.iter().enumerate() {
            let every = self.length_of_time(plan, monitor.every)?;
            if every == 0 {
                let zero = crate::expression::value::Value::Duration(0);
                return Err(self.refuse(plan, monitor.every, "a time above zero", &zero));
            }
            let label = match plan.monitors.len() {
                1 => "monitor".to_string(),
                _ => format!("monitor.{}", index + 1),
            };
            self.names.root(label.as_str().into());
            let path = random::path_hash(0, &label, 0);
            let environment = self.environments.create(plan.body(monitor.body).slots.len(), None);
            let task = self.insert(monitor.body, Origin { depth: 0, path }, None);
            // It does not count as alive, as other tasks do.
            self.alive -= 1;
            self.monitors.push(Monitor { task, every });
            let key = self.arm_tick(task, every);
            let task = self.task_mut(task);
            task.environment = Some(environment);
            task.phase = Phase::Waiting;
            task.wait = Wait::Tick(key);
        }
        Ok(())
    }

    pub(super) fn is_monitor(&self, id: TaskId) -> bool {
        self.monitors.iter().any(|monitor| monitor.task == id)
    }

    /// Waits for the monitor's next time.
    pub(super) fn tick(&mut self, plan: &Plan, id: TaskId) -> Progress {
        let Some(monitor) = self.monitors.iter().find(|monitor| monitor.task == id).copied() else {
            return Progress::Next;
        };
        let key = self.arm_tick(id, monitor.every);
        self.wait(plan, id, Wait::Tick(key), None)
    }

    fn arm_tick(&mut self, task: TaskId, every: u64) -> TimerKey {
        let next = (self.now / every).saturating_add(1).saturating_mul(every);
        self.ticks += 1;
        self.timers.arm(next, Alarm::Tick(task))
    }

    /// Whether nothing but monitors would happen later.
    pub(super) fn only_monitors_are_left(&self) -> bool {
        self.timers.len() == self.ticks
    }

    /// The run is over: monitors just stop.
    pub(super) fn stop_monitors(&mut self) {
        for Monitor { task: id, .. } in std::mem::take(&mut self.monitors) {
            let task = self.task_mut(id);
            if task.phase == Phase::Ended {
                continue;
            }
            task.phase = Phase::Ended;
            let wait = std::mem::replace(&mut task.wait, Wait::Nothing);
            if let Some(environment) = task.environment.take() {
                self.environments.release(environment);
            }
            if let Wait::Tick(key) = wait {
                self.timers.disarm(key);
                self.ticks -= 1;
            }
        }
    }
}
