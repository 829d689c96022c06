//! A running digest of a trace: equal for equal traces, on every platform.
//!
//! Not cryptographic. An event comes down to five words, which are mixed by folded multiplication (the two
//! halves of a product of 128 bits, by exclusive or), as in the hashers "wyhash" and "foldhash". Only one of
//! an event's three multiplications has to wait for the event before it, so a digest costs next to nothing.

use std::hash::{Hash, Hasher};

use super::event::{Awaited, Ending, Happening, Sequence};
use crate::expression::value::{ResourceId, TaskId, Value};

/// A digest under way.
#[derive(Clone, Copy, Debug, Default)]
pub struct Digest {
    state: u64,
}

/// Odd numbers without a pattern: the first digits of pi behind the point, in hexadecimal.
const KEYS: [u64; 5] = [
    0x243f_6a88_85a3_08d3,
    0x1319_8a2e_0370_7345,
    0xa409_3822_299f_31d1,
    0x082e_fa98_ec4e_6c89,
    0x4528_21e6_38d0_1377,
];

impl Digest {
    /// Mixes an event in. Where in the file it came from does not count.
    #[inline(always)]
    pub fn add(&mut self, time: u64, task: TaskId, cause: Option<Sequence>, words: Words) {
        let Words { kind, subject, content } = words;
        let cause = cause.map_or(0, |cause| cause.number() + 1);
        let who = u64::from(task.0) | u64::from(kind) << 32;
        let what = fold(subject ^ KEYS[1], content ^ KEYS[2]);
        let when = fold(time ^ KEYS[3], cause ^ KEYS[4]);
        self.state = fold(self.state ^ what.rotate_left(23) ^ when, who ^ KEYS[0]);
    }

    /// The digest of all events so far.
    pub fn value(&self) -> u64 {
        self.state
    }
}

#[inline(always)]
fn fold(left: u64, right: u64) -> u64 {
    let product = u128::from(left) * u128::from(right);
    product as u64 ^ (product >> 64) as u64
}

/// What a happening comes down to.
#[derive(Clone, Copy, Debug)]
pub struct Words {
    kind: u32,
    subject: u64,
    content: u64,
}

impl Words {
    /// Those of what comes rarely: it is hashed. What comes by the million has words of its own.
    #[inline(always)]
    pub fn of(happening: &Happening) -> Words {
        match happening {
            Happening::Timeout(after) => Words { kind: 9, subject: 0, content: *after },
            Happening::End(Ending::Done(result)) => Words::with_value(10, 0, result),
            other => Words::hashed(other),
        }
    }

    #[inline(always)]
    fn about(kind: u32, subject: ResourceId) -> Words {
        Words { kind, subject: u64::from(subject.0), content: 0 }
    }

    fn hashed(happening: &Happening) -> Words {
        Words { kind: 11, subject: 0, content: hash(happening) }
    }

    /// Those of a sleep.
    #[inline(always)]
    pub fn sleep(duration: u64) -> Words {
        Words { kind: 1, subject: 0, content: duration }
    }

    /// Those of a wait.
    #[inline(always)]
    pub fn wait(awaited: Awaited) -> Words {
        match awaited {
            Awaited::Acquire(limit) => Words::about(2, limit),
            Awaited::Get(queue) => Words::about(3, queue),
            Awaited::Put(queue) => Words::about(4, queue),
            other => Words::hashed(&Happening::Wait(other)),
        }
    }

    /// Those of an acquire.
    #[inline(always)]
    pub fn acquire(limit: ResourceId) -> Words {
        Words::about(5, limit)
    }

    /// Those of a release.
    #[inline(always)]
    pub fn release(limit: ResourceId) -> Words {
        Words::about(6, limit)
    }

    /// Those of a put, whose item need not be copied for it.
    #[inline(always)]
    pub fn put(queue: ResourceId, item: &Value, size: u32) -> Words {
        Words::with_value(7, u64::from(queue.0) << 32 | u64::from(size), item)
    }

    /// Those of a get.
    #[inline(always)]
    pub fn get(queue: ResourceId, item: &Value, size: u32) -> Words {
        Words::with_value(8, u64::from(queue.0) << 32 | u64::from(size), item)
    }

    /// Those of a spawn; the new task's path tells its name and count.
    #[inline(always)]
    pub fn spawn(child: TaskId, path: u64) -> Words {
        Words { kind: 12, subject: u64::from(child.0), content: path }
    }

    #[inline(always)]
    fn with_value(kind: u32, subject: u64, value: &Value) -> Words {
        let (tag, content) = match value {
            Value::Null => (1, 0),
            Value::Int(number) => (2, *number as u64),
            Value::Duration(duration) => (3, *duration as u64),
            other => (4, hash(other)),
        };
        Words { kind: kind | tag << 8, subject, content }
    }
}

/// Kept out of the way: what it is for is rare, or large anyway.
#[inline(never)]
fn hash(part: &impl Hash) -> u64 {
    let mut hasher = Chain { state: 0 };
    part.hash(&mut hasher);
    hasher.finish()
}

/// Mixes words in one by one.
struct Chain {
    state: u64,
}

impl Chain {
    fn mix(&mut self, word: u64) {
        self.state = fold(self.state.rotate_left(5) ^ word ^ KEYS[1], KEYS[2]);
    }
}

impl Hasher for Chain {
    fn finish(&self) -> u64 {
        self.state
    }

    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks();
        words.iter().for_each(|word| self.mix(u64::from_le_bytes(*word)));
        if !rest.is_empty() {
            // Byte by byte: a copy of unknown length is a call, and most texts are short.
            self.mix(rest.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte)));
        }
    }

    fn write_u8(&mut self, value: u8) {
        self.mix(u64::from(value));
    }

    fn write_u32(&mut self, value: u32) {
        self.mix(u64::from(value));
    }

    fn write_u64(&mut self, value: u64) {
        self.mix(value);
    }

    fn write_usize(&mut self, value: usize) {
        self.mix(value as u64);
    }

    fn write_isize(&mut self, value: isize) {
        self.mix(value as u64);
    }
}
