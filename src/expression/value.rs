//! The values of the language.
//!
//! A value is 16 bytes, cheap to clone, and immutable when shared: `m[k] = v` changes the variable's own
//! copy, never another variable's. Equality and hashing are structural, so worlds can be compared.

use std::cmp::Ordering;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use indexmap::IndexMap;

/// A task of a run, numbered in order of creation; `main` is 0. Numbers are never used twice in a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TaskId(pub u32);

/// A queue, lock, semaphore, limiter, ... of a run, numbered in order of declaration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ResourceId(pub u32);

/// A value.
///
/// Its tag is a whole word, so that a copy is two words. With a tag of a byte, compilers copy the seven bytes
/// behind it in pieces, and whoever reads them back as one waits for the pieces: that was a fifth of the
/// time of a put and a get.
#[derive(Clone, Debug, Default)]
#[repr(u64)]
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
    /// An opened file.
    File(Arc<OpenFile>),
}

/// An opened file of a run, numbered in order of opening.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FileNumber(pub u32);

/// What `with open(..) as f` binds.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct OpenFile {
    /// Which.
    pub number: FileNumber,
    /// Its path.
    pub path: Arc<str>,
    /// What it was opened for.
    pub mode: Mode,
}

/// What a file is opened for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mode {
    /// To read it from its beginning.
    Read,
    /// To write it anew.
    Write,
    /// To write behind what is there.
    Append,
}

impl Mode {
    /// All modes.
    pub const ALL: [Mode; 3] = [Mode::Read, Mode::Write, Mode::Append];

    /// How it is written.
    pub fn word(self) -> &'static str {
        match self {
            Mode::Read => "read",
            Mode::Write => "write",
            Mode::Append => "append",
        }
    }
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
#[derive(Clone, Debug, PartialEq, Eq)]
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

impl Hash for ErrorValue {
    /// Where the error was raised does not count: it differs between two forms of one scenario.
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.kind.hash(state);
        self.message.hash(state);
        self.errors.hash(state);
    }
}

/// Where an error was raised first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ErrorOrigin {
    /// In which task.
    pub task: TaskId,
    /// When, in nanoseconds.
    pub time: u64,
    /// At which statement or expression.
    pub span: crate::source::Span,
}

/// The names of tasks and resources, for showing values.
pub trait Names {
    /// A task's name.
    fn task(&self, task: TaskId) -> String;
    /// A resource's name.
    fn resource(&self, resource: ResourceId) -> String;
}

impl Value {
    /// A clone; what owns nothing is copied on the spot.
    #[inline(always)]
    pub fn copy(&self) -> Value {
        match self {
            Value::Null => Value::Null,
            Value::Int(number) => Value::Int(*number),
            Value::Duration(duration) => Value::Duration(*duration),
            other => other.clone(),
        }
    }

    /// A drop; for what owns nothing there is nothing to do, which the compiler does not see.
    #[inline(always)]
    pub fn discard(self) {
        match self {
            Value::Null | Value::Int(_) | Value::Duration(_) | Value::Bool(_) => std::mem::forget(self),
            other => drop(other),
        }
    }

    /// Text.
    pub fn text(text: impl Into<String>) -> Value {
        Value::Text(Arc::new(text.into()))
    }

    /// A list.
    pub fn list(items: Vec<Value>) -> Value {
        Value::List(Arc::new(items))
    }

    /// A map.
    pub fn map(entries: IndexMap<Value, Value>) -> Value {
        Value::Map(Arc::new(entries))
    }

    /// What kind of value it is, with its article.
    pub fn type_name(&self) -> &'static str {
        match self {
            Value::Null => "null",
            Value::Bool(_) => "true or false",
            Value::Int(_) => "an integer",
            Value::Float(_) => "a number",
            Value::Duration(_) => "a duration",
            Value::Rate(_) => "a rate",
            Value::Text(_) => "text",
            Value::List(_) => "a list",
            Value::Map(_) => "a map",
            Value::Range(_) => "a range",
            Value::Task(_) => "a task",
            Value::Resource(_) => "a queue, limit or signal",
            Value::Error(_) => "an error",
            Value::File(_) => "an open file",
        }
    }

    /// A number, whole or not.
    pub fn number(&self) -> Option<f64> {
        match self {
            Value::Int(number) => Some(*number as f64),
            Value::Float(number) => Some(*number),
            _ => None,
        }
    }

    /// Equality as the language means it: `1 == 1.0`.
    pub fn equals(&self, other: &Value) -> bool {
        match (self, other) {
            (Value::Int(_), Value::Float(_)) | (Value::Float(_), Value::Int(_)) => {
                self.compare(other) == Some(Ordering::Equal)
            }
            (Value::Float(left), Value::Float(right)) => left == right,
            (Value::List(left), Value::List(right)) => {
                left.len() == right.len()
                    && left.iter().zip(right.iter()).all(|(left, right)| left.equals(right))
            }
            _ => self == other,
        }
    }

    /// Which comes first, for values that can be ordered.
    pub fn compare(&self, other: &Value) -> Option<Ordering> {
        match (self, other) {
            (Value::Int(left), Value::Int(right)) => Some(left.cmp(right)),
            (Value::Duration(left), Value::Duration(right)) => Some(left.cmp(right)),
            (Value::Duration(left), Value::Int(0)) => Some(left.cmp(&0)),
            (Value::Int(0), Value::Duration(right)) => Some(0.cmp(right)),
            (Value::Text(left), Value::Text(right)) => Some(left.cmp(right)),
            (Value::List(left), Value::List(right)) => {
                for (left, right) in left.iter().zip(right.iter()) {
                    match left.compare(right)? {
                        Ordering::Equal => {}
                        unequal => return Some(unequal),
                    }
                }
                Some(left.len().cmp(&right.len()))
            }
            _ => self.number()?.partial_cmp(&other.number()?),
        }
    }
}

impl PartialEq for Value {
    /// Structural equality: two values are equal if nothing can tell them apart.
    fn eq(&self, other: &Value) -> bool {
        match (self, other) {
            (Value::Null, Value::Null) => true,
            (Value::Bool(left), Value::Bool(right)) => left == right,
            (Value::Int(left), Value::Int(right)) => left == right,
            (Value::Float(left), Value::Float(right)) => left.to_bits() == right.to_bits(),
            (Value::Duration(left), Value::Duration(right)) => left == right,
            (Value::Rate(left), Value::Rate(right)) => left == right,
            (Value::Text(left), Value::Text(right)) => left == right,
            (Value::List(left), Value::List(right)) => left == right,
            (Value::Map(left), Value::Map(right)) => left == right,
            (Value::Range(left), Value::Range(right)) => left == right,
            (Value::Task(left), Value::Task(right)) => left == right,
            (Value::Resource(left), Value::Resource(right)) => left == right,
            (Value::Error(left), Value::Error(right)) => left == right,
            (Value::File(left), Value::File(right)) => left == right,
            _ => false,
        }
    }
}

impl Eq for Value {}

impl Hash for Value {
    fn hash<H: Hasher>(&self, state: &mut H) {
        std::mem::discriminant(self).hash(state);
        match self {
            Value::Null => {}
            Value::Bool(value) => value.hash(state),
            Value::Int(value) | Value::Duration(value) => value.hash(state),
            Value::Float(value) => value.to_bits().hash(state),
            Value::Rate(rate) => rate.hash(state),
            Value::Text(text) => text.hash(state),
            Value::List(items) => items.hash(state),
            Value::Map(entries) => entries.iter().for_each(|entry| entry.hash(state)),
            Value::Range(bounds) => bounds.hash(state),
            Value::Task(task) => task.hash(state),
            Value::Resource(resource) => resource.hash(state),
            Value::Error(error) => error.hash(state),
            Value::File(file) => file.hash(state),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_sixteen_bytes() {
        assert_eq!(size_of::<Value>(), 16);
        assert_eq!(size_of::<Option<Value>>(), 16);
    }

    #[test]
    fn integers_and_floats_are_equal_by_number_in_the_language_only() {
        assert!(Value::Int(1).equals(&Value::Float(1.0)));
        assert_ne!(Value::Int(1), Value::Float(1.0));
        assert_eq!(Value::Duration(5).compare(&Value::Int(0)), Some(Ordering::Greater));
        assert_eq!(Value::Duration(5).compare(&Value::Int(5)), None);
    }
}
