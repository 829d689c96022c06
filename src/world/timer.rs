//! What is armed to happen at a later instant.
//!
//! Alarms of one instant fire in the order in which they were armed, timeouts before all others.
//!
//! A hierarchical timing wheel (Varghese and Lauck, "Hashed and hierarchical timing wheels", SOSP 1987) on
//! whole nanoseconds: each level looks at six more bits of a deadline, down to slots of a single
//! nanosecond. A deadline's level is that of the highest bits in which it differs from the wheel's own
//! time, so alarms of one deadline always meet in one slot, in the order armed, and no order needs to be
//! stored. Time goes from one deadline straight to the next, so that an alarm comes down level by level only
//! where others are near it. Arming, disarming and firing take constant time.

use super::threads::ThreadIndex;
use crate::expression::value::{ResourceId, TaskId};

/// Which of the alarms of one instant go first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Urgency {
    /// Timeouts of blocks.
    Timeout,
    /// Everything else.
    Timer,
}

/// An armed alarm, to disarm it by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TimerKey {
    node: NodeIndex,
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
}

/// A place among the nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct NodeIndex(u32);

impl NodeIndex {
    /// The end of a list.
    const NONE: NodeIndex = NodeIndex(u32::MAX);
}

/// Bits of a deadline that one level looks at.
const BITS: u32 = 6;
/// Slots of one level.
const SLOTS: usize = 1 << BITS;
/// Levels for all bits of a deadline.
const LEVELS: usize = 64_usize.div_ceil(BITS as usize);
/// Lists of all slots; the slots of level 0 have a second one each, for timeouts.
const LISTS: usize = LEVELS * SLOTS + SLOTS;

#[derive(Clone, Copy, Debug)]
struct Node {
    deadline: u64,
    alarm: Alarm,
    urgency: Urgency,
    before: NodeIndex,
    behind: NodeIndex,
    generation: u32,
}

#[derive(Clone, Copy, Debug)]
struct List {
    first: NodeIndex,
    last: NodeIndex,
}

const EMPTY: List = List { first: NodeIndex::NONE, last: NodeIndex::NONE };

/// All armed alarms.
#[derive(Clone, Debug)]
pub struct Timers {
    /// Every alarm with a deadline before this has fired; never beyond the clock when the clock is read.
    elapsed: u64,
    /// No alarm is due before this: to ask what is due costs nothing as long as nothing is.
    quiet: u64,
    nodes: Vec<Node>,
    free: Vec<NodeIndex>,
    lists: Box<[List]>,
    /// Which slots of a level hold something.
    occupied: [u64; LEVELS],
    /// Which levels hold something.
    levels: u16,
    count: usize,
}

impl Default for Timers {
    fn default() -> Timers {
        Timers {
            elapsed: 0,
            quiet: u64::MAX,
            nodes: Vec::new(),
            free: Vec::new(),
            lists: vec![EMPTY; LISTS].into_boxed_slice(),
            occupied: [0; LEVELS],
            levels: 0,
            count: 0,
        }
    }
}

impl Timers {
    /// Arms an alarm for an instant, in nanoseconds, that is not before the last one fired.
    pub fn arm(&mut self, deadline: u64, urgency: Urgency, alarm: Alarm) -> TimerKey {
        let none = NodeIndex::NONE;
        let mut node = Node { deadline, alarm, urgency, before: none, behind: none, generation: 0 };
        let index = match self.free.pop() {
            Some(index) => {
                node.generation = self.nodes[index.0 as usize].generation;
                self.nodes[index.0 as usize] = node;
                index
            }
            None => {
                self.nodes.push(node);
                NodeIndex(self.nodes.len() as u32 - 1)
            }
        };
        self.link(index);
        self.quiet = self.quiet.min(deadline);
        self.count += 1;
        TimerKey { node: index, generation: node.generation }
    }

    /// Takes an alarm back; one that has fired is ignored.
    pub fn disarm(&mut self, key: TimerKey) {
        if self.nodes[key.node.0 as usize].generation == key.generation {
            self.unlink(key.node);
            self.retire(key.node);
        }
    }

    /// Moves the wheel to the next deadline, in nanoseconds, and tells it. The clock must follow.
    pub fn advance(&mut self) -> Option<u64> {
        self.descend(u64::MAX)
    }

    /// Takes the first alarm that is due.
    #[inline]
    pub fn pop_due(&mut self, now: u64) -> Option<Alarm> {
        if now < self.quiet { None } else { self.pop(now) }
    }

    fn pop(&mut self, now: u64) -> Option<Alarm> {
        let deadline = self.descend(now)?;
        let slot = deadline as usize % SLOTS;
        let timeouts = self.lists[LEVELS * SLOTS + slot].first;
        let first = if timeouts == NodeIndex::NONE { self.lists[slot].first } else { timeouts };
        let alarm = self.nodes[first.0 as usize].alarm;
        self.unlink(first);
        self.retire(first);
        Some(alarm)
    }

    /// How many are armed.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Brings the earliest alarms down to level 0, if they are due; their deadline.
    fn descend(&mut self, now: u64) -> Option<u64> {
        if self.levels == 0 {
            self.quiet = u64::MAX;
            return None;
        }
        let level = self.levels.trailing_zeros();
        let slot = self.occupied[level as usize].trailing_zeros();
        let list = level as usize * SLOTS + slot as usize;
        let earliest = if level == 0 {
            self.elapsed & !(SLOTS as u64 - 1) | u64::from(slot)
        } else {
            self.earliest(list)
        };
        self.quiet = earliest;
        if earliest > now {
            return None;
        }
        self.elapsed = earliest;
        if level > 0 {
            self.spill(list, level as usize, slot);
        }
        Some(earliest)
    }

    /// The earliest deadline of a list that is not empty.
    fn earliest(&self, list: usize) -> u64 {
        let mut earliest = u64::MAX;
        let mut next = self.lists[list].first;
        while next != NodeIndex::NONE {
            let node = &self.nodes[next.0 as usize];
            earliest = earliest.min(node.deadline);
            next = node.behind;
        }
        earliest
    }

    /// Links the alarms of a slot anew, nearer to their deadline, in their order.
    fn spill(&mut self, list: usize, level: usize, slot: u32) {
        let mut next = std::mem::replace(&mut self.lists[list], EMPTY).first;
        self.vacate(level, slot);
        while next != NodeIndex::NONE {
            let index = next;
            next = self.nodes[index.0 as usize].behind;
            self.link(index);
        }
    }

    fn vacate(&mut self, level: usize, slot: u32) {
        self.occupied[level] &= !(1 << slot);
        if self.occupied[level] == 0 {
            self.levels &= !(1 << level);
        }
    }

    /// The level and slot of a deadline, and its list there.
    fn place(&self, deadline: u64, urgency: Urgency) -> (usize, u32, usize) {
        let level = (63 - ((deadline ^ self.elapsed) | 1).leading_zeros()) / BITS;
        let slot = (deadline >> (level * BITS)) as u32 % SLOTS as u32;
        let row = if level == 0 && urgency == Urgency::Timeout { LEVELS } else { level as usize };
        (level as usize, slot, row * SLOTS + slot as usize)
    }

    fn link(&mut self, index: NodeIndex) {
        let Node { deadline, urgency, .. } = self.nodes[index.0 as usize];
        let (level, slot, list) = self.place(deadline, urgency);
        let last = std::mem::replace(&mut self.lists[list].last, index);
        match last {
            NodeIndex::NONE => self.lists[list].first = index,
            last => self.nodes[last.0 as usize].behind = index,
        }
        let node = &mut self.nodes[index.0 as usize];
        (node.before, node.behind) = (last, NodeIndex::NONE);
        self.occupied[level] |= 1 << slot;
        self.levels |= 1 << level;
    }

    fn unlink(&mut self, index: NodeIndex) {
        let Node { deadline, urgency, before, behind, .. } = self.nodes[index.0 as usize];
        let (level, slot, list) = self.place(deadline, urgency);
        match before {
            NodeIndex::NONE => self.lists[list].first = behind,
            before => self.nodes[before.0 as usize].behind = behind,
        }
        match behind {
            NodeIndex::NONE => self.lists[list].last = before,
            behind => self.nodes[behind.0 as usize].before = before,
        }
        let other = if level == 0 { LEVELS * SLOTS + slot as usize } else { list };
        let is_empty = |list: usize| self.lists[list].first == NodeIndex::NONE;
        if is_empty(level * SLOTS + slot as usize) && is_empty(other) {
            self.vacate(level, slot);
        }
    }

    fn retire(&mut self, index: NodeIndex) {
        let node = &mut self.nodes[index.0 as usize];
        node.generation = node.generation.wrapping_add(1);
        self.free.push(index);
        self.count -= 1;
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::world::random::draw;

    #[test]
    fn alarms_of_one_instant_fire_in_the_order_armed_timeouts_first() {
        let mut timers = Timers::default();
        let wake = |task| Alarm::Wake(TaskId(task));
        timers.arm(5, Urgency::Timer, wake(1));
        timers.arm(5, Urgency::Timer, wake(2));
        timers.arm(5, Urgency::Timeout, Alarm::Timeout { task: TaskId(3), frame: 0 });
        timers.arm(4, Urgency::Timer, wake(4));
        let gone = timers.arm(5, Urgency::Timer, wake(5));
        timers.disarm(gone);
        assert_eq!(timers.pop_due(3), None);
        let order: Vec<Alarm> = std::iter::from_fn(|| timers.pop_due(5)).collect();
        assert_eq!(order, [wake(4), Alarm::Timeout { task: TaskId(3), frame: 0 }, wake(1), wake(2)]);
        assert_eq!(timers.len(), 0);
    }

    /// The same, kept in a sorted map.
    #[derive(Default)]
    struct Model {
        alarms: BTreeMap<(u64, Urgency, u64), (Alarm, TimerKey)>,
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
                        let urgency = if random(3) == 0 { Urgency::Timeout } else { Urgency::Timer };
                        let alarm = Alarm::Wake(TaskId(task));
                        let key = timers.arm(deadline, urgency, alarm);
                        model.alarms.insert((deadline, urgency, model.armed), (alarm, key));
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
}
