//! Events kept in memory, in order.
//!
//! They stay in the lists that they come in: to copy them into one that grows would cost as much again as to
//! make them. Only short lists are put together.

use super::Event;

/// Fewer are put to those before.
const SHORT: usize = 128;

/// Events kept in memory.
#[derive(Clone, Debug, Default)]
pub struct Kept {
    lists: Vec<Vec<Event>>,
    length: usize,
}

impl Kept {
    /// Adds some, and leaves an empty list behind.
    pub fn add(&mut self, events: &mut Vec<Event>) {
        self.length += events.len();
        match self.lists.last_mut() {
            Some(last) if events.len() < SHORT && last.len() < SHORT => last.append(events),
            _ => self.lists.push(std::mem::take(events)),
        }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.length
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// All of them, in order.
    pub fn iter(&self) -> Iter<'_> {
        Iter { list: [].iter(), lists: self.lists.iter(), left: self.length }
    }
}

/// Goes through kept events.
#[derive(Clone, Debug)]
pub struct Iter<'a> {
    list: std::slice::Iter<'a, Event>,
    lists: std::slice::Iter<'a, Vec<Event>>,
    left: usize,
}

impl<'a> Iterator for Iter<'a> {
    type Item = &'a Event;

    fn next(&mut self) -> Option<&'a Event> {
        loop {
            if let Some(event) = self.list.next() {
                self.left -= 1;
                return Some(event);
            }
            self.list = self.lists.next()?.iter();
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl ExactSizeIterator for Iter<'_> {}
