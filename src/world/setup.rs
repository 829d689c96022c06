//! Before time 0: shared variables get their first values, resources are made.

use super::World;
use super::resource::semaphore::Role;
use super::resource::{Limiter, Queue, Resource, Semaphore};
use crate::expression::evaluate::Fault;
use crate::expression::value::{Rate, Value};
use crate::plan::{CodeIndex, Fairness, LimiterSettings, Plan, ResourceKind};

impl World {
    /// Evaluates what is declared, in order.
    pub(super) fn set_up(&mut self, plan: &Plan) -> Result<(), Box<Fault>> {
        for shared in &plan.shared {
            let value = self.evaluate_outside(plan, shared.initial)?;
            self.shared.push(value);
        }
        for resource in &plan.resources {
            let made = match &resource.kind {
                ResourceKind::Queue { capacity } => {
                    Resource::Queue(Queue::new(capacity.map(|code| self.count(plan, code)).transpose()?))
                }
                ResourceKind::Lock => Resource::Semaphore(Semaphore::new(Role::Lock, 1, Fairness::Fair)),
                ResourceKind::Semaphore { permits, order } => {
                    let permits = self.count(plan, *permits)?;
                    Resource::Semaphore(Semaphore::new(Role::Semaphore, permits, *order))
                }
                ResourceKind::Limiter { rate, burst } => {
                    let rate = self.rate(plan, *rate)?;
                    let burst = match burst {
                        Some(burst) => u64::from(self.count(plan, *burst)?),
                        None => rate.count.max(1),
                    };
                    Resource::Limiter(Limiter::new(LimiterSettings { rate, burst }))
                }
            };
            self.resources.push(made);
        }
        Ok(())
    }

    fn count(&mut self, plan: &Plan, code: CodeIndex) -> Result<u32, Box<Fault>> {
        let value = self.evaluate_outside(plan, code)?;
        match value {
            Value::Int(count) if (1..=i64::from(u32::MAX)).contains(&count) => Ok(count as u32),
            other => Err(Box::new(Fault {
                kind: "ValueError",
                message: format!(
                    "a whole number from 1 on is needed here, not {}",
                    other.display(&self.names)
                ),
                span: plan.code(code).span,
            })),
        }
    }

    fn rate(&mut self, plan: &Plan, code: CodeIndex) -> Result<Rate, Box<Fault>> {
        match self.evaluate_outside(plan, code)? {
            Value::Rate(rate) if rate.count > 0 && rate.period > 0 => Ok(*rate),
            other => Err(Box::new(Fault {
                kind: "ValueError",
                message: format!("a rate above zero is needed here, not {}", other.display(&self.names)),
                span: plan.code(code).span,
            })),
        }
    }
}
