//! A running digest of a trace: equal for equal traces, on every platform.
//!
//! Not cryptographic. Each word is mixed in by rotation, exclusive or and multiplication, as in the hasher
//! of Firefox and rustc ("FxHash"), which is fast and does not depend on the process.

use std::hash::{Hash, Hasher};

use super::event::Event;

/// A digest under way.
#[derive(Clone, Copy, Debug, Default)]
pub struct Digest {
    state: u64,
}

impl Digest {
    /// Mixes an event in. Where in the file it came from does not count.
    pub fn add(&mut self, event: &Event) {
        event.time.hash(self);
        event.task.hash(self);
        event.cause.hash(self);
        event.happening.hash(self);
    }

    /// The digest of all events so far.
    pub fn value(&self) -> u64 {
        self.finish()
    }

    fn mix(&mut self, word: u64) {
        self.state = (self.state.rotate_left(5) ^ word).wrapping_mul(0x51_7c_c1_b7_27_22_0a_95);
    }
}

impl Hasher for Digest {
    fn finish(&self) -> u64 {
        // The low bits of a product depend on few bits; fold the high ones in.
        self.state ^ (self.state >> 32)
    }

    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.mix(u64::from_le_bytes(word));
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
