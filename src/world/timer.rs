//! What is armed to happen at a later instant.
//!
//! Alarms of one instant fire in the order in which they were armed, timeouts before all others.
//!
//! A hierarchical timing wheel (Varghese and Lauck, "Hashed and hierarchical timing wheels", SOSP 1987) on
//! whole nanoseconds: each level looks at six more bits of a deadline, down to slots of a single
//! nanosecond. A deadline's level is that of the highest bits in which it differs from the wheel's own
//! time, so alarms of one deadline always meet in one slot, in the order armed, and no order needs to be
//! stored. Time goes from one deadline straight to the next, so that an alarm comes down level by level only
//! where others are near it.
//!
//! A slot is a plain list, read from end to end: with many alarms the cache lines touched are what they
//! cost. An alarm that is disarmed stays where it is, as a dead one, until its slot's turn comes or too many
//! are dead. Arming, disarming and firing take constant time, on the whole.

use std::collections::VecDeque;

use super::threads::ThreadIndex;
use crate::expression::value::{ResourceId, TaskId};

/// An armed alarm, to disarm it by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TimerKey {
    index: u32,
    generation: u32,
}

/// What is to happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Alarm {
    /// A sleep ends.
    Wake(TaskId),
    /// A block's time is up.
    Timeout {
        /// The task that runs the block.
        task: TaskId,
        /// The block's frame, counted from the bottom of the task's stack.
        frame: u32,
    },
    /// The time of a wait for tasks is over.
    Watch(TaskId),
    /// A thread's work is done.
    Thread(ThreadIndex),
    /// A limiter's next token is there.
    Token(ResourceId),
    /// It is a monitor's time.
    Tick(TaskId),
}

impl Alarm {
    /// Whether it goes before the others of its instant: timeouts of blocks do.
    fn is_urgent(self) -> bool {
        matches!(self, Alarm::Timeout { .. })
    }
}

/// Bits of a deadline that one level looks at.
const BITS: u32 = 6;
/// Slots of one level.
const SLOTS: usize = 1 << BITS;
/// Levels for all bits of a deadline.
const LEVELS: usize = 64_usize.div_ceil(BITS as usize);
/// How many dead alarms are never too many.
const FEW: usize = 4096;
/// A slot that was larger gives its memory back.
const SLOT_KEEPS: usize = 256;

#[derive(Clone, Copy, Debug)]
struct Entry {
    deadline: u64,
    alarm: Alarm,
    key: TimerKey,
}

/// All armed alarms.
#[derive(Clone, Debug)]
pub struct Timers {
    /// The instant whose alarms are due or have fired; never beyond the clock when the clock is read.
    elapsed: u64,
    /// No alarm in the slots is due before this: to ask what is due costs nothing as long as nothing is.
    quiet: u64,
    /// The alarms of that instant that have not fired: timeouts, and all others.
    due: [VecDeque<Entry>; 2],
    /// All others, by level and slot; their deadlines are later.
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
            elapsed: 0,
            quiet: u64::MAX,
            due: [VecDeque::new(), VecDeque::new()],
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
    pub fn arm(&mut self, deadline: u64, alarm: Alarm) -> TimerKey {
        let index = self.free.pop().unwrap_or_else(|| {
            self.generations.push(0);
            self.generations.len() as u32 - 1
        });
        let key = TimerKey { index, generation: self.generations[index as usize] };
        self.alive += 1;
        self.link(Entry { deadline, alarm, key });
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

    /// Moves the wheel to the next deadline, in nanoseconds, and tells it. The clock must follow.
    pub fn advance(&mut self) -> Option<u64> {
        self.descend(u64::MAX)
    }

    /// Takes the first alarm that is due.
    #[inline]
    pub fn pop_due(&mut self, now: u64) -> Option<Alarm> {
        let is_due = now >= self.quiet || !self.due[0].is_empty() || !self.due[1].is_empty();
        if is_due { self.pop(now) } else { None }
    }

    fn pop(&mut self, now: u64) -> Option<Alarm> {
        loop {
            let [timeouts, timers] = &mut self.due;
            match timeouts.pop_front().or_else(|| timers.pop_front()) {
                Some(entry) if is_alive(&self.generations, entry.key) => {
                    self.retire(entry.key);
                    return Some(entry.alarm);
                }
                Some(_) => self.dead -= 1,
                None => drop(self.descend(now)?),
            }
        }
    }

    /// How many are armed.
    pub fn len(&self) -> usize {
        self.alive
    }

    /// Makes the earliest alarms due, if their time has come; their deadline.
    fn descend(&mut self, now: u64) -> Option<u64> {
        loop {
            if self.levels == 0 {
                self.quiet = u64::MAX;
                return None;
            }
            let level = self.levels.trailing_zeros() as usize;
            let slot = self.occupied[level].trailing_zeros() as usize;
            let place = level * SLOTS + slot;
            if self.dead > 0 {
                self.bury(place);
            }
            let Some(earliest) = self.slots[place].iter().map(|entry| entry.deadline).min() else {
                self.vacate(level, slot);
                continue;
            };
            self.quiet = earliest;
            if earliest > now {
                return None;
            }
            self.elapsed = earliest;
            self.vacate(level, slot);
            let mut entries = std::mem::take(&mut self.slots[place]);
            entries.drain(..).for_each(|entry| self.link(entry));
            if entries.capacity() <= SLOT_KEEPS {
                // Nothing was linked here again: what is left lies nearer now.
                self.slots[place] = entries;
            }
            return Some(earliest);
        }
    }

    /// Puts an alarm where its deadline belongs.
    fn link(&mut self, entry: Entry) {
        let differing = entry.deadline ^ self.elapsed;
        if differing == 0 {
            self.due[usize::from(!entry.alarm.is_urgent())].push_back(entry);
            return;
        }
        let level = ((63 - differing.leading_zeros()) / BITS) as usize;
        let slot = (entry.deadline >> (level as u32 * BITS)) as usize % SLOTS;
        self.slots[level * SLOTS + slot].push(entry);
        self.occupied[level] |= 1 << slot;
        self.levels |= 1 << level;
        self.quiet = self.quiet.min(entry.deadline);
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

    /// Takes the dead out of a slot.
    fn bury(&mut self, place: usize) {
        let Timers { slots, generations, dead, .. } = self;
        let before = slots[place].len();
        slots[place].retain(|entry| is_alive(generations, entry.key));
        *dead -= before - slots[place].len();
    }

    /// Takes all dead out of the slots, lest an alarm that is always disarmed in time fill the memory.
    fn sweep(&mut self) {
        (0..self.slots.len()).for_each(|place| self.bury(place));
    }
}

fn is_alive(generations: &[u32], key: TimerKey) -> bool {
    generations[key.index as usize] == key.generation
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::random::draw;

    #[test]
    fn alarms_of_one_instant_fire_in_the_order_armed_timeouts_first() {
        let mut timers = Timers::default();
        let wake = |task| Alarm::Wake(TaskId(task));
        timers.arm(5, wake(1));
        timers.arm(5, wake(2));
        timers.arm(5, Alarm::Timeout { task: TaskId(3), frame: 0 });
        timers.arm(4, wake(4));
        let gone = timers.arm(5, wake(5));
        timers.disarm(gone);
        assert_eq!(timers.pop_due(3), None);
        let order: Vec<Alarm> = std::iter::from_fn(|| timers.pop_due(5)).collect();
        assert_eq!(order, [wake(4), Alarm::Timeout { task: TaskId(3), frame: 0 }, wake(1), wake(2)]);
        assert_eq!(timers.len(), 0);
    }

    /// The same, kept in a sorted map.
    #[derive(Default)]
    struct Model {
        alarms: BTreeMap<(u64, bool, u64), (Alarm, TimerKey)>,
        armed: u64,
    }

    #[test]
    fn the_wheel_does_what_a_sorted_map_does() {
        for case in 0..200 {
            let mut step = 0;
            let mut random = |below: u64| {
                step += 1;
                draw(case, 1, 2, step) % below
            };
            let (mut timers, mut model, mut now) = (Timers::default(), Model::default(), 0);
            for task in 0..400 {
                match random(10) {
                    0..5 => {
                        let span = [1, 3, 70, 5_000, 1 << 20, 1 << 40][random(6) as usize];
                        let deadline = now + random(span);
                        let (frame, task) = (0, TaskId(task));
                        let alarm =
                            if random(3) == 0 { Alarm::Timeout { task, frame } } else { Alarm::Wake(task) };
                        let key = timers.arm(deadline, alarm);
                        let place = (deadline, !alarm.is_urgent(), model.armed);
                        model.alarms.insert(place, (alarm, key));
                        model.armed += 1;
                    }
                    5..7 if !model.alarms.is_empty() => {
                        let at = random(model.alarms.len() as u64) as usize;
                        let place = *model.alarms.keys().nth(at).unwrap();
                        let (_, key) = model.alarms.remove(&place).unwrap();
                        timers.disarm(key);
                        timers.disarm(key);
                    }
                    7 => now += random(200),
                    _ => {
                        let next = model.alarms.keys().next().map(|(deadline, ..)| *deadline);
                        if next.is_none_or(|deadline| deadline > now) {
                            assert_eq!(timers.pop_due(now), None);
                            assert_eq!(timers.advance(), next);
                            now = next.unwrap_or(now);
                        }
                    }
                }
                while random(2) == 0 {
                    let due = model.alarms.first_entry().filter(|entry| entry.key().0 <= now);
                    assert_eq!(timers.pop_due(now), due.map(|entry| entry.remove().0));
                }
                assert_eq!(timers.len(), model.alarms.len());
            }
        }
    }

    #[test]
    fn alarms_that_are_always_disarmed_do_not_pile_up() {
        let mut timers = Timers::default();
        for task in 0..1_000_000 {
            let key = timers.arm(1 << 50, Alarm::Wake(TaskId(task)));
            timers.disarm(key);
        }
        assert!(timers.slots.iter().map(Vec::len).sum::<usize>() <= 2 * FEW);
        assert_eq!(timers.advance(), None);
        assert_eq!(timers.dead, 0);
    }
}
