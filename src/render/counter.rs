//! Numbers that count on: most often one differs from the one before in its last two digits only.
//!
//! `front` is always the text before the number and the digits of `hundreds`, none if that is 0.

/// Writes a number behind a fixed text. What stands before its last two digits is kept.
#[derive(Debug)]
pub(super) struct Counter {
    key: &'static str,
    hundreds: u64,
    front: String,
}

impl Counter {
    /// Behind a text.
    pub fn new(key: &'static str) -> Counter {
        Counter { key, hundreds: 0, front: key.to_string() }
    }

    /// Adds the text and a number.
    #[inline(always)]
    pub fn push(&mut self, out: &mut String, number: u64) {
        let (hundreds, tens, ones) = (number / 100, number / 10 % 10, number % 10);
        if hundreds != self.hundreds {
            self.carry(hundreds);
        }
        out.push_str(&self.front);
        if number >= 10 {
            out.push(digit(tens));
        }
        out.push(digit(ones));
    }

    #[inline(never)]
    fn carry(&mut self, hundreds: u64) {
        self.hundreds = hundreds;
        self.front.truncate(self.key.len());
        if hundreds > 0 {
            self.front.push_str(itoa::Buffer::new().format(hundreds));
        }
    }
}

#[inline(always)]
fn digit(number: u64) -> char {
    char::from(b'0' + number as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_they_are_whichever_came_before() {
        let mut counter = Counter::new("n=");
        for number in [0, 9, 10, 99, 100, 109, 1_000, 1_001, 7, 12_345, u64::MAX, 0] {
            let mut out = String::new();
            counter.push(&mut out, number);
            assert_eq!(out, format!("n={number}"));
        }
    }
}
