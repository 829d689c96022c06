//! What is armed to happen at a later instant.
//!
//! Alarms of one instant fire in the order in which they were armed, timeouts before all others.
//!
//! Two parts. What comes next, `near`, is a short list in the order of firing. All else lies in a hierarchical
//! timing wheel (Varghese and Lauck, "Hashed and hierarchical timing wheels", SOSP 1987) on whole
//! nanoseconds: each level looks at six more bits of a deadline, down to slots of a single nanosecond. A
//! deadline's level is that of the highest bits in which it differs from the wheel's own time, so alarms of
//! one deadline always meet in one slot, in the order armed. When `near` is empty, the wheel's first slot is
//! sorted into it, if it holds few; if it holds many, they go to slots of lower levels first. So an alarm is
//! moved about twice, whether many are armed or few (the list at the end is that of Tang, Goh and Thng,
//! "Ladder queue", TOMACS 2005).
//!
//! A slot is a plain list, read from end to end: with many alarms the cache lines touched are what they
//! cost. An alarm that is disarmed stays where it is, as a dead one, until its turn comes or too many are
//! dead. Arming, disarming and firing take constant time, on the whole.

mod alarm;
mod near;

pub use alarm::{Alarm, TimerKey};
use alarm::{Entry, Order};
use near::Near;

use crate::expression::value::TaskId;

/// Bits of a deadline that one level looks at.
const BITS: u32 = 6;
/// Slots of one level.
const SLOTS: usize = 1 << BITS;
/// Levels for all bits of a deadline.
const LEVELS: usize = 64_usize.div_ceil(BITS as usize);
/// A slot that holds no more than this is sorted.
const SORTED: usize = 48;
/// How many dead alarms are never too many.
const FEW: usize = 4096;
/// A slot that was larger gives its memory back.
const SLOT_KEEPS: usize = 512;

/// All armed alarms.
#[derive(Clone, Debug)]
pub struct Timers {
    /// No alarm is due before this: to ask what is due costs nothing as long as nothing is.
    quiet: u64,
    /// All alarms before the horizon.
    near: Near,
    /// Where the wheel begins.
    horizon: u64,
    /// The instant that the wheel's levels are counted from; not beyond the horizon.
    elapsed: u64,
    /// The alarms from the horizon on, by level and slot.
    slots: Box<[Vec<Entry>]>,
    /// Which slots of a level hold something.
    occupied: [u64; LEVELS],
    /// Which levels hold something.
    levels: u16,
    /// By index of a key: how often an alarm of that index has fired or been disarmed.
    generations: Vec<u32>,
    free: Vec<u32>,
    alive: usize,
    dead: usize,
}

impl Default for Timers {
    fn default() -> Timers {
        Timers {
            quiet: u64::MAX,
            near: Near::default(),
            horizon: 0,
            elapsed: 0,
            slots: vec![Vec::new(); LEVELS * SLOTS].into_boxed_slice(),
            occupied: [0; LEVELS],
            levels: 0,
            generations: Vec::new(),
            free: Vec::new(),
            alive: 0,
            dead: 0,
        }
    }
}

impl Timers {
    /// Arms an alarm for an instant, in nanoseconds, that is not before the last one fired.
    #[inline(always)]
    pub fn arm(&mut self, deadline: u64, alarm: Alarm) -> TimerKey {
        let index = match self.free.pop() {
            Some(index) => index,
            None => self.new_index(),
        };
        let key = TimerKey { index, generation: self.generations[index as usize] };
        self.alive += 1;
        let entry = Entry { order: Order::new(deadline, alarm), alarm, key };
        self.quiet = self.quiet.min(entry.order.deadline());
        if entry.order.deadline() < self.horizon {
            self.insert_near(entry);
        } else {
            self.link(entry);
        }
        key
    }

    /// Takes an alarm back; one that has fired is ignored.
    pub fn disarm(&mut self, key: TimerKey) {
        if !is_alive(&self.generations, key) {
            return;
        }
        self.retire(key);
        self.dead += 1;
        if self.dead > 2 * self.alive + FEW {
            self.sweep();
        }
    }

    /// The next deadline, in nanoseconds. The clock must follow.
    pub fn next_deadline(&mut self) -> Option<u64> {
        loop {
            match self.near.first() {
                Some(entry) if is_alive(&self.generations, entry.key) => return Some(entry.order.deadline()),
                Some(_) => {
                    self.near.pop();
                    self.dead -= 1;
                }
                None if self.levels == 0 => return None,
                None => self.draw_near(),
            }
        }
    }

    /// Whether an alarm may be due.
    #[inline(always)]
    pub fn is_due(&self, now: u64) -> bool {
        now >= self.quiet
    }

    /// Takes the first alarm that is due.
    #[inline(always)]
    pub fn pop_due(&mut self, now: u64) -> Option<Alarm> {
        if self.is_due(now) { self.pop(now) } else { None }
    }

    fn pop(&mut self, now: u64) -> Option<Alarm> {
        loop {
            self.quiet = match self.near.first() {
                Some(entry) => entry.order.deadline(),
                None => self.earliest(),
            };
            if self.quiet > now {
                return None;
            }
            match self.near.pop() {
                Some(entry) if is_alive(&self.generations, entry.key) => {
                    self.retire(entry.key);
                    self.quiet = self.near.first().map_or(self.horizon, |next| next.order.deadline());
                    return Some(entry.alarm);
                }
                Some(_) => self.dead -= 1,
                None => self.draw_near(),
            }
        }
    }

    /// Takes the next alarm if it only wakes a task, not after `last`, and no other is due at its instant; the
    /// instant and the task. The clock must follow, or the run be over.
    #[inline(always)]
    pub fn pop_lone_sleep(&mut self, last: u64) -> Option<(u64, TaskId)> {
        if self.near.as_slice().is_empty() && self.levels != 0 {
            self.draw_near();
        }
        let (entry, next) = match *self.near.as_slice() {
            [.., second, first] => (first, second.order.deadline()),
            [first] => (first, self.horizon),
            [] => return None,
        };
        let deadline = entry.order.deadline();
        let Alarm::Wake(sleeper) = entry.alarm else { return None };
        if next <= deadline || deadline > last || !is_alive(&self.generations, entry.key) {
            return None;
        }
        self.near.pop();
        self.retire(entry.key);
        self.quiet = next;
        Some((deadline, sleeper))
    }

    /// What will most likely fire next, and what behind it. Where a slot begins it is a guess.
    #[inline(always)]
    pub fn soon(&self) -> [Option<Alarm>; 2] {
        match self.near.as_slice() {
            [.., second, first] => [Some(first.alarm), Some(second.alarm)],
            few if self.levels == 0 => [few.first().map(|entry| entry.alarm), None],
            few => {
                let (level, slot) = self.first_slot();
                let mut guesses = self.slots[level * SLOTS + slot].iter();
                let first = few.first().or_else(|| guesses.next());
                [first, guesses.next()].map(|entry| entry.map(|entry| entry.alarm))
            }
        }
    }

    /// How many are armed.
    pub fn len(&self) -> usize {
        self.alive
    }

    #[cold]
    fn new_index(&mut self) -> u32 {
        self.generations.push(0);
        self.generations.len() as u32 - 1
    }

    /// Puts an alarm among those that come next; too many go back to the wheel for the most part.
    #[inline(never)]
    fn insert_near(&mut self, entry: Entry) {
        self.near.insert(entry);
        if self.near.is_crowded() {
            self.spill();
        }
    }

    /// Cuts at a deadline, not between two of one: equals must stay together, or they would change their order.
    #[cold]
    fn spill(&mut self) {
        let mut near = std::mem::take(&mut self.near);
        self.horizon = near.middle();
        near.drain_from(self.horizon).for_each(|entry| self.link(entry));
        self.near = near;
    }

    /// The level and the number of the wheel's first slot that holds something; some slot must.
    fn first_slot(&self) -> (usize, usize) {
        let level = self.levels.trailing_zeros() as usize;
        (level, self.occupied[level].trailing_zeros() as usize)
    }

    /// The wheel's first deadline, be it a dead one's.
    fn earliest(&self) -> u64 {
        if self.levels == 0 {
            return u64::MAX;
        }
        let (level, slot) = self.first_slot();
        first_deadline(&self.slots[level * SLOTS + slot])
    }

    /// Moves the horizon behind the wheel's first slot, and what that holds among those that come next; there
    /// must be none. The clock must have come, or come next, to a deadline that is not before those in the slot.
    fn draw_near(&mut self) {
        let (level, slot) = self.first_slot();
        let place = level * SLOTS + slot;
        self.vacate(level, slot);
        let mut entries = std::mem::take(&mut self.slots[place]);
        if self.dead > 0 {
            self.bury(&mut entries);
        }
        if let Some(first) = entries.first() {
            let shift = level as u32 * BITS;
            self.elapsed = first.order.deadline() >> shift << shift;
            self.horizon = self.elapsed.saturating_add(1 << shift);
            if level > 0 && entries.len() > SORTED {
                self.horizon = self.elapsed;
                self.spread(&entries, level - 1);
            } else {
                self.near.fill(&entries);
            }
        }
        if entries.capacity() <= SLOT_KEEPS {
            entries.clear();
            self.slots[place] = entries;
        }
    }

    /// Spreads what one slot held over those of the level below. Nothing lies below them, and the first of them
    /// is drawn before anything is armed: so it does not matter that some would belong lower still.
    fn spread(&mut self, entries: &[Entry], level: usize) {
        let shift = level as u32 * BITS;
        let slots = &mut self.slots[level * SLOTS..(level + 1) * SLOTS];
        let mut occupied = 0;
        for entry in entries {
            let slot = (entry.order.deadline() >> shift) as usize % SLOTS;
            slots[slot].push(*entry);
            occupied |= 1 << slot;
        }
        self.occupied[level] = occupied;
        self.levels |= 1 << level;
    }

    /// Puts an alarm into the slot where its deadline belongs.
    #[inline(always)]
    fn link(&mut self, entry: Entry) {
        let deadline = entry.order.deadline();
        let differing = deadline ^ self.elapsed;
        let level = ((63 - (differing | 1).leading_zeros()) / BITS) as usize;
        let slot = (deadline >> (level as u32 * BITS)) as usize % SLOTS;
        self.slots[level * SLOTS + slot].push(entry);
        self.occupied[level] |= 1 << slot;
        self.levels |= 1 << level;
    }

    fn vacate(&mut self, level: usize, slot: usize) {
        self.occupied[level] &= !(1 << slot);
        if self.occupied[level] == 0 {
            self.levels &= !(1 << level);
        }
    }

    fn retire(&mut self, key: TimerKey) {
        let generation = &mut self.generations[key.index as usize];
        *generation = generation.wrapping_add(1);
        self.free.push(key.index);
        self.alive -= 1;
    }

    /// Takes the dead out of a list.
    fn bury(&mut self, entries: &mut Vec<Entry>) {
        let before = entries.len();
        entries.retain(|entry| is_alive(&self.generations, entry.key));
        self.dead -= before - entries.len();
    }

    /// Takes all dead out, lest an alarm that is always disarmed in time fill the memory.
    fn sweep(&mut self) {
        let Timers { slots, near, generations, .. } = self;
        let mut stays = |entry: &Entry| is_alive(generations, entry.key);
        slots.iter_mut().for_each(|entries| entries.retain(&mut stays));
        near.retain(stays);
        for place in 0..LEVELS * SLOTS {
            if self.slots[place].is_empty() {
                self.vacate(place / SLOTS, place % SLOTS);
            }
        }
        self.dead = 0;
    }
}

fn first_deadline(entries: &[Entry]) -> u64 {
    entries.iter().map(|entry| entry.order.deadline()).min().unwrap_or(u64::MAX)
}

fn is_alive(generations: &[u32], key: TimerKey) -> bool {
    generations[key.index as usize] == key.generation
}

#[cfg(test)]
mod tests;
