//! The variables of running bodies.
//!
//! Each call has an environment; a branch's environment points at the one around it, whose variables it
//! sees and changes. An environment lives as long as somebody runs in it or in a branch of it. All values
//! lie side by side in one array: a task's variables share a cache line or two, and a million tasks cost no
//! allocation each.

use std::num::NonZeroU32;

use prefetch_index::prefetch_index;

use crate::expression::code::Slot;
use crate::expression::value::Value;

/// An environment of a run. It knows where its values begin, for a body's own variables are read all the time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct EnvironmentId {
    base: u32,
    /// One more than its record's index, so that an absent environment takes no room.
    record: NonZeroU32,
}

/// Where an environment's own variables begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Home(usize);

impl Home {
    /// Where there are none: no run has so many variables.
    pub const NOWHERE: Home = Home(u32::MAX as usize);

    /// Where one of them lies. The slot's depth is 0.
    #[inline(always)]
    fn place(self, slot: Slot) -> usize {
        debug_assert_eq!(slot.depth, 0, "it lies in another environment");
        self.0 + slot.index as usize
    }
}

impl EnvironmentId {
    /// Where its own variables lie.
    #[inline(always)]
    pub fn home(self) -> Home {
        Home(self.base as usize)
    }
}

/// What a walk over whole numbers comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// One more.
    Next,
    /// There is none left.
    End,
}

#[derive(Clone, Copy, Debug)]
struct Record {
    size: u16,
    references: u32,
    parent: Option<EnvironmentId>,
}

/// All environments of a run.
#[derive(Clone, Debug, Default)]
pub struct Environments {
    records: Vec<Record>,
    values: Vec<Option<Value>>,
    /// Those that are no longer alive, by size.
    free: Vec<Vec<EnvironmentId>>,
    /// One without a variable and without another around it: all bodies that need no more share it.
    empty: Option<EnvironmentId>,
    alive: usize,
}

impl Environments {
    /// An environment of so many unassigned slots, held once.
    pub fn create(&mut self, slots: usize, parent: Option<EnvironmentId>) -> EnvironmentId {
        match parent {
            Some(parent) => self.record_mut(parent).references += 1,
            None if slots == 0 => return self.share_empty(),
            None => {}
        }
        self.create_own(slots, parent)
    }

    fn share_empty(&mut self) -> EnvironmentId {
        if let Some(id) = self.empty {
            let record = self.record_mut(id);
            if record.references > 0 && record.parent.is_none() {
                record.references += 1;
                return id;
            }
        }
        let id = self.create_own(0, None);
        self.empty = Some(id);
        id
    }

    fn create_own(&mut self, slots: usize, parent: Option<EnvironmentId>) -> EnvironmentId {
        self.alive += 1;
        if let Some(id) = self.free.get_mut(slots).and_then(Vec::pop) {
            let record = self.record_mut(id);
            record.parent = parent;
            record.references = 1;
            return id;
        }
        let base = self.values.len();
        self.values.resize(base + slots, None);
        let record = NonZeroU32::MIN.saturating_add(self.records.len() as u32);
        self.records.push(Record { size: slots as u16, references: 1, parent });
        EnvironmentId { base: base as u32, record }
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
            next = record.parent.take();
            let (base, size) = (id.base as usize, record.size as usize);
            for value in &mut self.values[base..base + size] {
                if let Some(value) = value.take() {
                    value.discard();
                }
            }
            if self.free.len() <= size {
                self.free.resize(size + 1, Vec::new());
            }
            self.free[size].push(id);
            self.alive -= 1;
        }
    }

    /// A variable's value, unless it is unassigned.
    #[inline(always)]
    pub fn get(&self, id: EnvironmentId, slot: Slot) -> Option<&Value> {
        self.values[self.place(id, slot)].as_ref()
    }

    /// Assigns a variable.
    #[inline]
    pub fn set(&mut self, id: EnvironmentId, slot: Slot, value: Value) {
        let place = self.place(id, slot);
        assign(&mut self.values[place], value);
    }

    /// One of the variables that lie at home, unless it is unassigned.
    #[inline(always)]
    pub fn read(&self, home: Home, slot: Slot) -> Option<&Value> {
        self.values.get(home.place(slot))?.as_ref()
    }

    /// Asks for the cache lines of an environment.
    #[inline(always)]
    pub fn fetch(&self, id: EnvironmentId) {
        prefetch_index(&self.values, id.base as usize);
        prefetch_index(&self.records, id.record.get() as usize - 1);
    }

    /// Assigns one of the variables that lie at home.
    #[inline(always)]
    pub fn write(&mut self, home: Home, slot: Slot, value: Value) {
        if let Some(place) = self.values.get_mut(home.place(slot)) {
            assign(place, value);
        }
    }

    /// Counts a walk over whole numbers on: the number that is next goes to a variable. None if something
    /// else is walked.
    #[inline(always)]
    pub fn next_number(&mut self, home: Home, walk: Slot, into: Slot) -> Option<Counted> {
        let (walk, into) = (home.place(walk), home.place(into));
        let [Some(Value::Int(end)), Some(Value::Int(next))] = self.values.get_mut(walk..walk + 2)? else {
            return None;
        };
        let number = *next;
        if number >= *end {
            return Some(Counted::End);
        }
        *next += 1;
        assign(&mut self.values[into], Value::Int(number));
        Some(Counted::Next)
    }

    /// Takes a variable's value out, to change it in place and set it again.
    pub fn take(&mut self, id: EnvironmentId, slot: Slot) -> Option<Value> {
        let place = self.place(id, slot);
        self.values[place].take()
    }

    /// How many are alive.
    pub fn len(&self) -> usize {
        self.alive
    }

    #[inline(always)]
    fn place(&self, id: EnvironmentId, slot: Slot) -> usize {
        let home = if slot.depth == 0 { id } else { self.around(id, slot.depth) };
        home.base as usize + slot.index as usize
    }

    /// The environment so many outwards. The compiler resolves no slot deeper than its body is nested.
    fn around(&self, mut id: EnvironmentId, depth: u16) -> EnvironmentId {
        for _ in 0..depth {
            id = self.records[id.record.get() as usize - 1].parent.unwrap_or(id);
        }
        id
    }

    fn record_mut(&mut self, id: EnvironmentId) -> &mut Record {
        &mut self.records[id.record.get() as usize - 1]
    }
}

/// Puts a value in another's place.
#[inline(always)]
fn assign(place: &mut Option<Value>, value: Value) {
    if let Some(before) = place.replace(value) {
        before.discard();
    }
}
