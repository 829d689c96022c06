//! Compares the log lines of a run with the events that are expected of it.
//!
//! Expected are messages at virtual times, exact to the microsecond, and inside one instant only the order
//! that the expectation demands (`after`): what else happens to be in some order there is nobody's business.

use serde_json::Value;

/// What is expected of a program.
#[derive(Debug, Default)]
pub(crate) struct Expectation {
    events: Vec<Expected>,
}

#[derive(Debug)]
struct Expected {
    microseconds: u64,
    text: String,
    /// Events, by index, that must come before.
    after: Vec<usize>,
}

/// A difference between what is expected and what was logged. Times are in microseconds.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Difference {
    /// An expected message that is not there.
    Missing { time: u64, text: String },
    /// A message that nobody expects.
    Extra { time: u64, text: String },
    /// A message that comes later than expected.
    Late { expected: u64, found: u64, text: String },
    /// A message that comes earlier than expected.
    Early { expected: u64, found: u64, text: String },
    /// Two messages of one instant in the wrong order.
    Order { time: u64, first: String, second: String },
    /// Virtual time went back; in nanoseconds.
    Clock { before: u64, after: u64, text: String },
}

impl Expectation {
    /// Reads an expectation: a header, a line for each event, a summary that is not compared.
    ///
    /// # Errors
    /// If the text is no such list.
    pub(crate) fn parse(text: &str) -> Result<Expectation, String> {
        let mut events = Vec::new();
        let mut header = false;
        for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let wrong = |what: &str| format!("line {}: {what}", index + 1);
            let object: Value = serde_json::from_str(line).map_err(|error| wrong(&error.to_string()))?;
            header |= object.get("demo").is_some();
            let Some(text) = object.get("text") else { continue };
            if object["i"].as_u64() != Some(events.len() as u64) {
                return Err(wrong("events must be numbered 0, 1, 2, .."));
            }
            let after = object.get("after").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
            let after = after.iter().map(|it| it.as_u64().filter(|earlier| *earlier < events.len() as u64));
            let after: Option<Vec<usize>> = after.map(|it| it.map(|earlier| earlier as usize)).collect();
            events.push(Expected {
                microseconds: (object["t"].as_f64().ok_or_else(|| wrong("no time"))? * 1e6).round() as u64,
                text: text.as_str().ok_or_else(|| wrong("no text"))?.to_string(),
                after: after.ok_or_else(|| wrong("`after` must name earlier events"))?,
            });
        }
        if header {
            Ok(Expectation { events })
        } else {
            Err("no header: is this a list of expected events?".into())
        }
    }

    /// Everything in which logged lines (time in nanoseconds, text) differ from what is expected. The order
    /// inside instants is looked at only if the right messages come at the right times.
    pub(crate) fn differences(&self, logs: &[(u64, String)]) -> Vec<Difference> {
        let mut differences = self.differences_in_time(logs);
        if differences.is_empty() {
            differences.extend(self.differences_in_order(logs));
        }
        for pair in logs.windows(2) {
            let [(before, _), (after, text)] = pair else { continue };
            if after < before {
                differences.push(Difference::Clock { before: *before, after: *after, text: text.clone() });
            }
        }
        differences
    }

    fn differences_in_time(&self, logs: &[(u64, String)]) -> Vec<Difference> {
        let mut missing: Vec<(u64, &str)> =
            self.events.iter().map(|it| (it.microseconds, it.text.as_str())).collect();
        let mut extra = Vec::new();
        for (time, text) in logs {
            let line = (microseconds(*time), text.as_str());
            match missing.iter().position(|expected| *expected == line) {
                Some(index) => drop(missing.remove(index)),
                None => extra.push(line),
            }
        }
        missing.sort_unstable();
        extra.sort_unstable();
        let mut differences = Vec::new();
        for (expected, text) in missing {
            // The same message at another time is said in one line.
            let Some(index) = extra.iter().position(|(_, other)| *other == text) else {
                differences.push(Difference::Missing { time: expected, text: text.into() });
                continue;
            };
            let (found, text) = extra.remove(index);
            let text = text.to_string();
            differences.push(if found > expected {
                Difference::Late { expected, found, text }
            } else {
                Difference::Early { expected, found, text }
            });
        }
        differences
            .extend(extra.into_iter().map(|(time, text)| Difference::Extra { time, text: text.into() }));
        differences
    }

    fn differences_in_order(&self, logs: &[(u64, String)]) -> Vec<Difference> {
        // Equal messages of one instant can't be told apart: they are paired in order.
        let mut taken = vec![false; logs.len()];
        let mut places = Vec::new();
        for expected in &self.events {
            let is_it = |(index, (time, text)): &(usize, &(u64, String))| {
                !taken[*index] && microseconds(*time) == expected.microseconds && *text == expected.text
            };
            let place = logs.iter().enumerate().find(is_it).map(|(index, _)| index);
            if let Some(index) = place {
                taken[index] = true;
            }
            places.push(place);
        }
        let mut differences = Vec::new();
        for (second, expected) in self.events.iter().enumerate() {
            for &first in expected.after.iter().filter(|first| places[**first] > places[second]) {
                differences.push(Difference::Order {
                    time: expected.microseconds,
                    first: self.events[first].text.clone(),
                    second: expected.text.clone(),
                });
            }
        }
        differences
    }
}

fn microseconds(nanoseconds: u64) -> u64 {
    (nanoseconds + 500) / 1_000
}
