//! What has happened: numbered, digested, and kept if somebody wants it.
//!
//! Its two ways in, `tell` and `tell_wanted`, are inlined: what is known of an event where it is made is known
//! where it is digested, and an event that nobody wants is never made.

use super::task::Task;
use crate::expression::value::{ResourceId, TaskId, Value};
use crate::trace::digest::{Digest, Words};
use crate::trace::event::Awaited;
use crate::trace::{Event, Happening, Interest, Sequence};

/// Room for so many events is made at once, in 20 KiB.
const ROOM: usize = (20 << 10) / size_of::<Event>();

/// The events of a run so far.
#[derive(Clone, Debug)]
pub struct Journal {
    events: u64,
    digest: Digest,
    interest: Interest,
    /// What the driver has not yet taken.
    outbox: Vec<Event>,
}

/// An event's number, which it always has, and its cause.
#[derive(Clone, Copy)]
struct Noted {
    sequence: Option<Sequence>,
    cause: Option<Sequence>,
}

impl Journal {
    /// Nothing has happened. What nobody is interested in will be counted and digested only.
    pub fn new(interest: Interest) -> Journal {
        Journal { events: 0, digest: Digest::default(), interest, outbox: Vec::new() }
    }

    /// Tells that something happened in a step of a task.
    #[inline(always)]
    pub fn tell(&mut self, now: u64, id: TaskId, task: &mut Task, happening: Happening) {
        let noted = self.note(now, id, task, Words::of(&happening));
        if self.interest.includes(&happening) {
            self.keep(now, id, task, noted, happening);
        }
    }

    /// The same for what comes by the million: the event is made only if somebody wants all. Its number.
    #[inline(always)]
    pub fn tell_wanted(
        &mut self,
        now: u64,
        id: TaskId,
        task: &mut Task,
        words: Words,
        happening: impl FnOnce() -> Happening,
    ) -> Option<Sequence> {
        let noted = self.note(now, id, task, words);
        if self.interest == Interest::Everything {
            self.keep(now, id, task, noted, happening());
        }
        noted.sequence
    }

    /// Tells that a task waits.
    #[inline(always)]
    pub fn tell_wait(&mut self, now: u64, id: TaskId, task: &mut Task, awaited: Awaited) {
        self.tell_wanted(now, id, task, Words::wait(awaited), || Happening::Wait(awaited));
    }

    /// Tells that a task acquired something.
    #[inline(always)]
    pub fn tell_acquire(&mut self, now: u64, id: TaskId, task: &mut Task, limit: ResourceId) {
        self.tell_wanted(now, id, task, Words::acquire(limit), || Happening::Acquire(limit));
    }

    /// Tells that a task got an item of a queue, which now has so many.
    #[inline(always)]
    pub fn tell_get(
        &mut self,
        now: u64,
        id: TaskId,
        task: &mut Task,
        queue: ResourceId,
        item: &Value,
        size: u32,
    ) {
        self.tell_wanted(now, id, task, Words::get(queue, item, size), || {
            Happening::Get(queue, item.clone(), size)
        });
    }

    /// An event's cause is what made the task's next one possible; it becomes that itself.
    #[inline(always)]
    fn note(&mut self, now: u64, id: TaskId, task: &mut Task, words: Words) -> Noted {
        self.events += 1;
        let sequence = self.last_sequence();
        let cause = std::mem::replace(&mut task.cause, sequence);
        self.digest.add(now, id, cause, words);
        Noted { sequence, cause }
    }

    #[inline(never)]
    fn keep(&mut self, time: u64, id: TaskId, task: &Task, noted: Noted, happening: Happening) {
        let Noted { sequence: Some(sequence), cause } = noted else { return };
        self.outbox.push(Event { sequence, time, task: id, cause, place: task.place(), happening });
    }

    /// The number of the last event.
    #[inline(always)]
    pub fn last_sequence(&self) -> Option<Sequence> {
        Sequence::last_of(self.events)
    }

    /// How many events there were.
    pub fn events(&self) -> u64 {
        self.events
    }

    /// A digest of all events.
    pub fn digest(&self) -> u64 {
        self.digest.value()
    }

    /// How much there is that nobody has taken yet.
    #[inline(always)]
    pub fn untaken(&self) -> usize {
        self.outbox.len()
    }

    /// Takes what nobody has taken yet, in order; `buffer` is emptied first.
    pub fn take(&mut self, buffer: &mut Vec<Event>) {
        buffer.clear();
        // Who took the last list gets another one. What is handed on at once fits in, and lists have a size that
        // the allocator has, too: somebody may keep them all.
        buffer.reserve_exact(ROOM);
        std::mem::swap(buffer, &mut self.outbox);
    }
}
