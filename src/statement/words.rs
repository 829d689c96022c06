//! The table in words: what an argument takes, what may follow a block. Help, reference and schema use them.

use super::{Clauses, Kind};

impl Kind {
    /// What an argument of this kind takes, as a phrase.
    pub fn phrase(self) -> String {
        let fixed = match self {
            Kind::Any => "any value",
            Kind::Text => "text",
            Kind::Duration => "a duration, or a range to draw from",
            Kind::Integer => "a whole number",
            Kind::Number => "a number",
            Kind::Condition => "a condition",
            Kind::Probability => "a probability: `5%` or `0.05`",
            Kind::Rate => "a rate: `2/1s`",
            Kind::Word(words) => {
                return words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ");
            }
            Kind::Kinds => "a kind of error, or a list of them",
            Kind::Kind => "a kind of error, or an error",
            Kind::Events => "a kind of event, or a list of them",
            Kind::Globs => "a glob, or a list of them",
            Kind::Queue => "a queue",
            Kind::Permit => "a lock or semaphore",
            Kind::Limit => "a lock, semaphore or limiter",
            Kind::Hold => "a lock, semaphore or breaker, or a call of a context or of `open`",
            Kind::Stream => "a call of a stream",
            Kind::Waited => "an event, condition, barrier or promise; a task or a list of tasks",
            Kind::Signal => "an event, condition, barrier or promise",
            Kind::Service => "a service",
            Kind::Cache => "a cache",
            Kind::Series => "the name of a series",
            Kind::Path => "the path of a file: text",
            Kind::File => "an open file",
            Kind::CountOrAll => "a whole number, or `all`",
            Kind::Priority => "a whole number or a duration",
            Kind::Task => "a call, a task or a list of tasks",
            Kind::TaskOrLoop => "a call, or `name in list`",
            Kind::Loop => "`name in list`",
            Kind::Name => "a new name",
            Kind::Signature => "a new name with parameters",
        };
        fixed.to_string()
    }
}

impl Clauses {
    /// The words that may begin a clause.
    pub fn words(self) -> &'static [&'static str] {
        match self {
            Clauses::Nothing => &[],
            Clauses::Alternatives => &["else if", "else"],
            Clauses::Handlers => &["catch", "else", "finally"],
            Clauses::Exit => &["exit"],
        }
    }
}
