//! Numbers that count on: most often one differs from the one before in its last two digits only.
//!
//! What stands before its last two digits is always the text before the number and the digits of `hundreds`, none if
//! that is 0.

use super::page::Line;

/// Room for a key of up to twelve bytes, and for the twenty digits of any number.
const FRONT: usize = 32;

/// Writes a number behind a fixed text. What stands before its last two digits is kept.
#[derive(Debug)]
pub(super) struct Counter {
    key: &'static str,
    hundreds: u64,
    front: [u8; FRONT],
    length: usize,
}

impl Counter {
    /// Behind a text of at most twelve bytes.
    pub fn new(key: &'static str) -> Counter {
        let mut front = [0; FRONT];
        front[..key.len()].copy_from_slice(key.as_bytes());
        Counter { key, hundreds: 0, front, length: key.len() }
    }

    /// Adds the text and a number.
    #[inline(always)]
    pub fn push(&mut self, line: &mut Line<'_>, number: u64) {
        let hundreds = number / 100;
        if hundreds != self.hundreds {
            self.carry(hundreds);
        }
        line.push_begin(&self.front, self.length);
        let rest = (number % 100) as u8;
        if number >= 10 {
            line.push_ascii(b'0' + rest / 10);
        }
        line.push_ascii(b'0' + rest % 10);
    }

    #[inline(never)]
    fn carry(&mut self, hundreds: u64) {
        self.hundreds = hundreds;
        let mut digits = itoa::Buffer::new();
        let digits = if hundreds > 0 { digits.format(hundreds) } else { "" };
        self.length = self.key.len() + digits.len();
        self.front[self.key.len()..self.length].copy_from_slice(digits.as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::super::page::{Fit, Page};
    use super::*;

    #[test]
    fn numbers_are_written_as_they_are_whichever_came_before() {
        let mut counter = Counter::new("n=");
        for number in [0, 9, 10, 99, 100, 109, 1_000, 1_001, 7, 12_345, u64::MAX, 0] {
            let mut page = Page::with_room(64);
            let mut line = page.line();
            counter.push(&mut line, number);
            let left = line.left();
            assert_eq!(page.end_line(left), Fit::Whole);
            assert_eq!(page.as_bytes(), format!("n={number}").as_bytes());
        }
    }
}
