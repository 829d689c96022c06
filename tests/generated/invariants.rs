//! What must hold for the events of every run, whatever the program.

use std::collections::{BTreeMap, BTreeSet};

use scenario::expression::value::{ResourceId, TaskId, Value};
use scenario::trace::{Event, Flow, Happening, Names, Sink};

/// Watches a run.
#[derive(Debug, Default)]
pub(crate) struct Invariants {
    /// What did not hold, first of all.
    pub(crate) broken: Option<String>,
    /// The kinds of events seen.
    pub(crate) kinds: BTreeSet<&'static str>,
    events: u64,
    time: u64,
    /// The parent of each task that is alive, and whether it is a branch.
    alive: BTreeMap<TaskId, Option<(TaskId, Bond)>>,
    ended: BTreeSet<TaskId>,
    queues: BTreeMap<ResourceId, Vec<Value>>,
    holders: BTreeMap<ResourceId, Vec<TaskId>>,
    tokens: BTreeMap<ResourceId, u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Bond {
    /// A branch of a block: it must end before its parent.
    Branch,
    /// Spawned: it may outlive its parent.
    Free,
}

impl Sink for Invariants {
    fn event(&mut self, event: &Event, names: &Names) -> Flow {
        if self.broken.is_none() {
            self.broken = self.look(event, names).err().map(|reason| format!("{reason} at {event:?}"));
        }
        self.kinds.insert(event.happening.kind());
        self.events += 1;
        self.time = event.time;
        Flow::Continue
    }
}

impl Invariants {
    /// What else must hold when a run has ended in order.
    pub(crate) fn at_the_end(&self) -> Result<(), String> {
        match self.alive.keys().next() {
            Some(task) => Err(format!("{task:?} never ended")),
            None => Ok(()),
        }
    }

    fn look(&mut self, event: &Event, names: &Names) -> Result<(), String> {
        demand(event.sequence.number() == self.events, "a gap in the numbers")?;
        demand(event.time >= self.time, "time went back")?;
        demand(event.cause.is_none_or(|cause| cause < event.sequence), "a cause that came later")?;
        if self.alive.is_empty() && self.ended.is_empty() {
            self.alive.insert(event.task, None);
        }
        let after_the_end = matches!(event.happening, Happening::Cancel(_) | Happening::Unobserved(..));
        demand(
            self.alive.contains_key(&event.task) || after_the_end || names.task(event.task) == "monitor",
            "an event of a task that is not alive",
        )?;
        match &event.happening {
            Happening::Spawn { child, label, .. } => {
                let bond = if matches!(&**label, "all" | "settle" | "race" | "any") {
                    Bond::Branch
                } else {
                    Bond::Free
                };
                let fresh = self.alive.insert(*child, Some((event.task, bond))).is_none();
                demand(fresh && !self.ended.contains(child), "a task was made twice")
            }
            Happening::End(_) => {
                demand(
                    self.alive.remove(&event.task).is_some() && self.ended.insert(event.task),
                    "ended twice",
                )?;
                let branch = Some((event.task, Bond::Branch));
                demand(!self.alive.values().any(|parent| *parent == branch), "a branch outlives its block")
            }
            Happening::Put(queue, item, size) => {
                let items = self.queues.entry(*queue).or_default();
                items.push(item.clone());
                demand(items.len() == *size as usize, "a wrong size")?;
                let capacity = number_in(&names.resource(*queue));
                demand(capacity == 0 || items.len() as u64 <= capacity, "more items than the queue holds")
            }
            Happening::Get(queue, item, size) => {
                let items = self.queues.entry(*queue).or_default();
                let place = items.iter().position(|present| present == item);
                demand(place.map(|place| items.remove(place)).is_some(), "an item that is not in the queue")?;
                demand(items.len() == *size as usize, "a wrong size")
            }
            Happening::Acquire(limit) => self.acquire(event, *limit, &names.resource(*limit)),
            Happening::Release(limit) => {
                let is_lock = !names.resource(*limit).starts_with(['p', 'r']);
                let holders = self.holders.entry(*limit).or_default();
                let own = holders.iter().position(|holder| *holder == event.task);
                demand(own.is_some() || !is_lock, "a lock that somebody else held was released")?;
                demand(!holders.is_empty(), "a permit that nobody held was released")?;
                holders.remove(own.unwrap_or(0));
                Ok(())
            }
            Happening::Respond { service, .. } => {
                let holds = self.holders.get(service).is_some_and(|holders| holders.contains(&event.task));
                demand(holds, "an answer without a connection")
            }
            _ => Ok(()),
        }
    }

    fn acquire(&mut self, event: &Event, limit: ResourceId, name: &str) -> Result<(), String> {
        let most = number_in(name);
        if name.starts_with("api") {
            let tokens = self.tokens.entry(limit).or_default();
            *tokens += 1;
            return demand(*tokens <= most + event.time / 5_000_000, "more tokens than there can be");
        }
        let holders = self.holders.entry(limit).or_default();
        holders.push(event.task);
        demand(holders.len() as u64 <= most, "more holders than permits")
    }
}

fn demand(holds: bool, otherwise: &str) -> Result<(), String> {
    if holds { Ok(()) } else { Err(otherwise.to_string()) }
}

/// `pool_2`: 2.
fn number_in(name: &str) -> u64 {
    name.rsplit('_').next().and_then(|number| number.parse().ok()).unwrap_or(0)
}
