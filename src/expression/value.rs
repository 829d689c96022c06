//! The values of the language.
//!
//! A value is 16 bytes, cheap to clone, and immutable when shared: `m[k] = v` changes the variable's own
//! copy, never another variable's. Equality and hashing are structural, so worlds can be compared.

use std::sync::Arc;

use indexmap::IndexMap;

/// A task of a run, numbered in order of creation; `main` is 0. Numbers are never used twice in a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TaskId(pub u32);

/// A queue, lock, semaphore, limiter, ... of a run, numbered in order of declaration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ResourceId(pub u32);

/// A value.
#[derive(Clone, Debug, Default)]
pub enum Value {
    /// Nothing.
    #[default]
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number with a fraction.
    Float(f64),
    /// A length of time in nanoseconds; differences may be negative.
    Duration(i64),
    /// So many in so much time.
    Rate(Arc<Rate>),
    /// Text.
    Text(Arc<String>),
    /// A list.
    List(Arc<Vec<Value>>),
    /// A map, in order of insertion.
    Map(Arc<IndexMap<Value, Value>>),
    /// From a first value up to, not including, a last (integers), or between two (durations, floats).
    Range(Arc<(Value, Value)>),
    /// A task.
    Task(TaskId),
    /// A queue, lock, ...
    Resource(ResourceId),
    /// A caught error.
    Error(Arc<ErrorValue>),
}

/// So many in so much time: `2/1s`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Rate {
    /// How many.
    pub count: u64,
    /// In how many nanoseconds.
    pub period: u64,
}

/// An error of the scenario, as `catch K as e` binds it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ErrorValue {
    /// The kind: `Timeout`, `Cancelled`, `IoError`, ...
    pub kind: Arc<str>,
    /// What happened, for people.
    pub message: Arc<str>,
    /// The errors inside a group's error.
    pub errors: Vec<Value>,
    /// Where it was raised first.
    pub origin: Option<ErrorOrigin>,
}

/// Where an error was raised first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ErrorOrigin {
    /// In which task.
    pub task: TaskId,
    /// When, in nanoseconds.
    pub time: u64,
    /// At which statement or expression.
    pub span: crate::source::Span,
}
