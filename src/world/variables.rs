//! The variables of running bodies.
//!
//! Each call has an environment; a branch's environment points at the one around it, whose variables it
//! sees and changes. An environment lives as long as somebody runs in it or in a branch of it.

use crate::expression::code::Slot;
use crate::expression::value::Value;

/// An environment of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct EnvironmentId(u32);

#[derive(Clone, Debug, Default)]
struct Record {
    values: Vec<Option<Value>>,
    parent: Option<EnvironmentId>,
    references: u32,
}

/// All environments of a run.
#[derive(Clone, Debug, Default)]
pub struct Environments {
    records: Vec<Record>,
    free: Vec<EnvironmentId>,
}

impl Environments {
    /// An environment of so many unassigned slots, held once.
    pub fn create(&mut self, slots: usize, parent: Option<EnvironmentId>) -> EnvironmentId {
        if let Some(parent) = parent {
            self.record_mut(parent).references += 1;
        }
        let id = self.free.pop().unwrap_or_else(|| {
            self.records.push(Record::default());
            EnvironmentId(self.records.len() as u32 - 1)
        });
        let record = self.record_mut(id);
        record.values.resize(slots, None);
        record.parent = parent;
        record.references = 1;
        id
    }

    /// Gives one hold back; the last one frees the environment and its hold on the one around it.
    pub fn release(&mut self, id: EnvironmentId) {
        let mut next = Some(id);
        while let Some(id) = next {
            let record = self.record_mut(id);
            record.references -= 1;
            if record.references > 0 {
                return;
            }
            record.values.clear();
            next = record.parent.take();
            self.free.push(id);
        }
    }

    /// A variable's value, unless it is unassigned.
    pub fn get(&self, id: EnvironmentId, slot: Slot) -> Option<&Value> {
        self.records[self.outwards(id, slot.depth).0 as usize].values[slot.index as usize].as_ref()
    }

    /// Assigns a variable.
    pub fn set(&mut self, id: EnvironmentId, slot: Slot, value: Value) {
        let id = self.outwards(id, slot.depth);
        self.record_mut(id).values[slot.index as usize] = Some(value);
    }

    /// Takes a variable's value out, to change it in place and set it again.
    pub fn take(&mut self, id: EnvironmentId, slot: Slot) -> Option<Value> {
        let id = self.outwards(id, slot.depth);
        self.record_mut(id).values[slot.index as usize].take()
    }

    /// How many are alive.
    pub fn len(&self) -> usize {
        self.records.len() - self.free.len()
    }

    fn outwards(&self, mut id: EnvironmentId, depth: u16) -> EnvironmentId {
        for _ in 0..depth {
            // The compiler resolves no slot deeper than its body is nested.
            id = self.records[id.0 as usize].parent.unwrap_or(id);
        }
        id
    }

    fn record_mut(&mut self, id: EnvironmentId) -> &mut Record {
        &mut self.records[id.0 as usize]
    }
}
