//! Before time 0: shared variables get their first values, resources are made.
//!
//! A declaration's own number is that of its only resource, or of its array's first member; the other
//! members of arrays are numbered behind all declarations, in order. So what is declared can be a constant
//! of the plan, whatever the counts are.

use super::World;
use super::resource::semaphore::{Role, UNBOUNDED};
use super::resource::{
    Barrier, Breaker, Cache, Condition, Event, Limiter, Promise, Queue, Resource, Semaphore,
};
use super::threads::Threads;
use crate::expression::evaluate::Fault;
use crate::expression::value::{Rate, ResourceId, Value};
use crate::plan::{CodeIndex, Fairness, LimiterSettings, MAX_ARRAY, Plan, ResourceKind, is_url};
use crate::trace::Names;

impl World {
    /// Evaluates what is declared, in order.
    pub(super) fn set_up(&mut self, plan: &Plan) -> Result<(), Box<Fault>> {
        for shared in &plan.shared {
            let value = self.evaluate_outside(plan, shared.initial)?;
            self.shared.push(value);
        }
        if let Some(threads) = plan.threads {
            self.threads = Threads::new(self.count(plan, threads, u32::MAX)?);
        }
        let counts = self.number_arrays(plan)?;
        let mut members = Vec::new();
        for (resource, &count) in plan.resources.iter().zip(&counts) {
            let made = self.make(plan, &resource.kind)?;
            members.extend((1..count).map(|_| made.clone()));
            self.resources.push(made);
        }
        self.resources.append(&mut members);
        for file in &plan.files.initial {
            let [path, text] = [file.path, file.text].map(|code| {
                let value = self.evaluate_outside(plan, code)?;
                match value {
                    Value::Text(text) => Ok(text.to_string()),
                    other => Err(self.refuse(plan, code, "text", &other)),
                }
            });
            self.files.put(&path?, text?);
        }
        Ok(())
    }

    /// How many resources each declaration makes. Numbers and names the members of arrays.
    fn number_arrays(&mut self, plan: &Plan) -> Result<Vec<u32>, Box<Fault>> {
        let mut names: Vec<String> = plan.resource_names.to_vec();
        let mut counts = Vec::with_capacity(names.len());
        for (index, resource) in plan.resources.iter().enumerate() {
            let Some(array) = &resource.array else {
                counts.push(1);
                continue;
            };
            let count = self.count(plan, array.count, MAX_ARRAY)?;
            let first = names.len() as u32;
            let later = (first..first + count - 1).map(ResourceId);
            let members = std::iter::once(ResourceId(index as u32)).chain(later).map(Value::Resource);
            self.shared[array.list.0 as usize] = Value::list(members.collect());
            names[index] = format!("{}[0]", resource.name);
            names.extend((1..count).map(|member| format!("{}[{member}]", resource.name)));
            counts.push(count);
        }
        self.names = Names::new(names.into());
        Ok(counts)
    }

    fn make(&mut self, plan: &Plan, kind: &ResourceKind) -> Result<Resource, Box<Fault>> {
        Ok(match kind {
            ResourceKind::Queue { capacity, order } => {
                let capacity = capacity.map(|code| self.count(plan, code, u32::MAX)).transpose()?;
                Resource::Queue(Queue::new(*order, capacity))
            }
            ResourceKind::Lock => Resource::Semaphore(Semaphore::new(Role::Lock, 1, Fairness::Fair)),
            ResourceKind::Semaphore { permits, order } => {
                let permits = self.count(plan, *permits, u32::MAX)?;
                Resource::Semaphore(Semaphore::new(Role::Semaphore, permits, *order))
            }
            ResourceKind::Limiter { rate, burst } => {
                let rate = self.rate(plan, *rate)?;
                let burst = match burst {
                    Some(burst) => u64::from(self.count(plan, *burst, u32::MAX)?),
                    None => rate.count.max(1),
                };
                Resource::Limiter(Limiter::new(LimiterSettings { rate, burst }))
            }
            ResourceKind::Breaker { failures, cooldown } => {
                let failures = self.count(plan, *failures, u32::MAX)?;
                Resource::Breaker(Breaker::new(failures, self.length_of_time(plan, *cooldown)?))
            }
            ResourceKind::Event => Resource::Event(Event::default()),
            ResourceKind::Condition => Resource::Condition(Condition::default()),
            ResourceKind::Barrier { parties } => {
                let parties = self.count(plan, *parties, u32::MAX)?;
                Resource::Barrier(Barrier::new(parties))
            }
            ResourceKind::Series => Resource::Series(Vec::new()),
            ResourceKind::Cache { ttl, flights, capacity } => {
                let ttl = ttl.map(|code| self.length_of_time(plan, code)).transpose()?;
                let capacity = capacity.map(|code| self.count(plan, code, u32::MAX)).transpose()?;
                Resource::Cache(Cache::new(ttl, capacity, *flights))
            }
            ResourceKind::Service { body, connections, url } => {
                if let Some(url) = url {
                    let value = self.evaluate_outside(plan, *url)?;
                    if !is_url(&value) {
                        return Err(self.refuse(
                            plan,
                            *url,
                            "an address such as `http://localhost:8080`",
                            &value,
                        ));
                    }
                }
                let connections = connections.map(|code| self.count(plan, code, u32::MAX)).transpose()?;
                let role = Role::Service(*body);
                Resource::Semaphore(Semaphore::new(role, connections.unwrap_or(UNBOUNDED), Fairness::Fair))
            }
            ResourceKind::Promise => Resource::Promise(Promise::default()),
        })
    }

    fn count(&mut self, plan: &Plan, code: CodeIndex, most: u32) -> Result<u32, Box<Fault>> {
        match self.evaluate_outside(plan, code)? {
            Value::Int(count) if (1..=i64::from(most)).contains(&count) => Ok(count as u32),
            other @ Value::Int(1..) => {
                Err(self.refuse(plan, code, &format!("a whole number from 1 to {most}"), &other))
            }
            other => Err(self.refuse(plan, code, "a whole number from 1 on", &other)),
        }
    }

    pub(super) fn length_of_time(&mut self, plan: &Plan, code: CodeIndex) -> Result<u64, Box<Fault>> {
        match self.evaluate_outside(plan, code)? {
            Value::Duration(duration) if duration >= 0 => Ok(duration as u64),
            Value::Int(0) => Ok(0),
            other => Err(self.refuse(plan, code, "a duration from 0 on", &other)),
        }
    }

    fn rate(&mut self, plan: &Plan, code: CodeIndex) -> Result<Rate, Box<Fault>> {
        match self.evaluate_outside(plan, code)? {
            Value::Rate(rate) if rate.count > 0 && rate.period > 0 => Ok(*rate),
            other => Err(self.refuse(plan, code, "a rate above zero", &other)),
        }
    }

    pub(super) fn refuse(&self, plan: &Plan, code: CodeIndex, needed: &str, found: &Value) -> Box<Fault> {
        Box::new(Fault {
            kind: "ValueError",
            message: format!("{needed} is needed here, not {}", found.display(&self.names)),
            span: plan.code(code).span,
        })
    }
}
