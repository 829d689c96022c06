//! What expectations ask about a finished run: its log lines and when they came.

use super::event::{Event, Happening};
use crate::expression::value::Value;

/// The log lines of a run, in order.
#[derive(Clone, Debug, Default)]
pub struct Observations {
    logs: Vec<(u64, String)>,
}

impl Observations {
    /// Takes note of an event.
    pub fn observe(&mut self, event: &Event) {
        if let Happening::Log(log) = &event.happening
            && let Value::Text(text) = &log.text
        {
            self.logs.push((event.time, text.to_string()));
        }
    }

    /// `count("glob")`: how many log lines match.
    pub fn count(&self, glob: &str) -> usize {
        self.matching(glob).count()
    }

    /// `at("glob")`: when the first matching line was logged, in nanoseconds.
    pub fn at(&self, glob: &str) -> Option<u64> {
        self.matching(glob).map(|(_, time)| time).next()
    }

    /// `before("a", "b")`: whether every line that matches the first stands before every line that matches
    /// the second, and both are there.
    pub fn before(&self, first: &str, second: &str) -> bool {
        let last = self.matching(first).map(|(index, _)| index).last();
        let next = self.matching(second).map(|(index, _)| index).next();
        matches!((last, next), (Some(last), Some(next)) if last < next)
    }

    /// The lines that match a glob, with when they came, in nanoseconds.
    pub fn lines<'a>(&'a self, glob: &'a str) -> impl Iterator<Item = (u64, &'a str)> {
        self.matching(glob).map(|(index, time)| (time, self.logs[index].1.as_str()))
    }

    /// How many lines there are.
    pub fn len(&self) -> usize {
        self.logs.len()
    }

    /// Whether there is no line.
    pub fn is_empty(&self) -> bool {
        self.logs.is_empty()
    }

    /// The line most like a glob that matches none.
    pub fn nearest(&self, glob: &str) -> Option<&str> {
        crate::diagnostic::suggest(glob, self.logs.iter().map(|(_, text)| text.as_str()))
    }

    fn matching<'a>(&'a self, glob: &'a str) -> impl Iterator<Item = (usize, u64)> + 'a {
        let glob: Vec<char> = glob.chars().collect();
        self.logs
            .iter()
            .enumerate()
            .filter(move |(_, (_, text))| matches(&glob, text))
            .map(|(index, (time, _))| (index, *time))
    }
}

/// Whether the whole text matches a glob.
pub fn glob_matches(glob: &str, text: &str) -> bool {
    matches(&glob.chars().collect::<Vec<_>>(), text)
}

/// Whether the whole text matches: `*` is any run of characters, `?` any one. Linear in the text for each
/// star, by going back to the last one only.
fn matches(glob: &[char], text: &str) -> bool {
    let text: Vec<char> = text.chars().collect();
    let (mut at, mut from) = (0, 0);
    let mut star = None;
    while from < text.len() {
        match glob.get(at) {
            Some('*') => {
                star = Some((at, from));
                at += 1;
            }
            Some(&wanted) if wanted == '?' || wanted == text[from] => {
                at += 1;
                from += 1;
            }
            _ => match star {
                Some((star_at, star_from)) => {
                    star = Some((star_at, star_from + 1));
                    at = star_at + 1;
                    from = star_from + 1;
                }
                None => return false,
            },
        }
    }
    glob[at..].iter().all(|rest| *rest == '*')
}

#[cfg(test)]
mod tests {
    use super::glob_matches as check;

    #[test]
    fn a_glob_matches_the_whole_text() {
        assert!(check("C? used *", "C1 used P0_3"));
        assert!(check("*", ""));
        assert!(check("a*b*c", "a__b_b__c"));
        assert!(check("消费者? *", "消费者1 取走"));
        assert!(!check("used", "C1 used"));
        assert!(!check("a*b", "a_b_"));
    }
}
