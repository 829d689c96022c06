//! Values as Rust sees them: owned, and with names in place of a run's numbers.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::HostError;
use super::exchange::to_language;
use crate::trace::Names;

/// A value of a scenario: an argument or result of a host function, a field of an event, what `main` returned.
///
/// It is made from what Rust has by `into`, and taken apart by `try_into`, [`Value::get`] or `match`.
///
/// ```
/// use scenario::Value;
/// use std::time::Duration;
///
/// let answer = Value::map([("status", Value::from(200)), ("after", Duration::from_millis(5).into())]);
/// assert_eq!(answer.get("status"), Some(&Value::Int(200)));
/// assert_eq!(answer.to_string(), "{status: 200, after: 5ms}");
/// let status: i64 = answer.get("status").cloned().unwrap_or_default().try_into()?;
/// assert_eq!(status, 200);
/// assert!(String::try_from(Value::Int(200)).is_err());
/// assert!(u8::try_from(Value::Int(256)).is_err());
/// # Ok::<(), scenario::HostError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
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
    /// A length of time in nanoseconds; a difference may be negative.
    Duration(i64),
    /// Text.
    Text(String),
    /// A list.
    List(Vec<Value>),
    /// A map: keys with their values, in the order of insertion.
    Map(Vec<(Value, Value)>),
    /// A task, by its name in traces.
    Task(String),
    /// A queue, lock or other resource, by its declared name.
    Resource(String),
    /// A caught error.
    Error(HostError),
    /// What Rust has no use for, such as a range, as the scenario shows it.
    Other(String),
}

impl Value {
    /// A map with text as keys.
    ///
    /// ```
    /// let map = scenario::Value::map([("id", 7)]);
    /// assert_eq!(map.to_string(), "{id: 7}");
    /// ```
    pub fn map<K: Into<String>, V: Into<Value>>(entries: impl IntoIterator<Item = (K, V)>) -> Value {
        Value::Map(entries.into_iter().map(|(key, value)| (Value::Text(key.into()), value.into())).collect())
    }

    /// The value of a key, if this is a map that has it.
    ///
    /// ```
    /// use scenario::Value;
    /// let map = Value::map([("id", 7)]);
    /// assert_eq!(map.get("id"), Some(&Value::Int(7)));
    /// assert_eq!(Value::Null.get("id"), None);
    /// ```
    pub fn get(&self, key: &str) -> Option<&Value> {
        let Value::Map(entries) = self else { return None };
        entries
            .iter()
            .find(|(own, _)| matches!(own, Value::Text(text) if text == key))
            .map(|(_, value)| value)
    }

    /// What kind of value it is, with its article.
    fn type_name(&self) -> &'static str {
        match self {
            Value::Null => "null",
            Value::Bool(_) => "true or false",
            Value::Int(_) => "an integer",
            Value::Float(_) => "a number",
            Value::Duration(_) => "a duration",
            Value::Text(_) => "text",
            Value::List(_) => "a list",
            Value::Map(_) => "a map",
            Value::Task(_) => "a task",
            Value::Resource(_) => "a queue, limit or signal",
            Value::Error(_) => "an error",
            Value::Other(_) => "another value",
        }
    }
}

/// As a template of the language shows it.
impl fmt::Display for Value {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = Names::new(Arc::new([]));
        formatter.write_str(&to_language(self.clone(), &|_| None).display(&names))
    }
}

macro_rules! made_from {
    ($($from:ty => $make:expr),* $(,)?) => {
        $(impl From<$from> for Value {
            fn from(value: $from) -> Value {
                #[allow(clippy::redundant_closure_call)]
                $make(value)
            }
        })*
    };
}

made_from! {
    () => |()| Value::Null,
    bool => Value::Bool,
    i64 => Value::Int,
    i32 => |number| Value::Int(i64::from(number)),
    u32 => |number| Value::Int(i64::from(number)),
    f64 => Value::Float,
    String => Value::Text,
    &str => |text: &str| Value::Text(text.to_string()),
    Duration => |length: Duration| Value::Duration(i64::try_from(length.as_nanos()).unwrap_or(i64::MAX)),
    HostError => Value::Error,
}

impl<V: Into<Value>> From<Vec<V>> for Value {
    fn from(items: Vec<V>) -> Value {
        Value::List(items.into_iter().map(Into::into).collect())
    }
}

impl<V: Into<Value>> From<Option<V>> for Value {
    fn from(value: Option<V>) -> Value {
        value.map_or(Value::Null, Into::into)
    }
}

macro_rules! taken_apart {
    ($($into:ty, $needed:literal: $($pattern:pat => $value:expr),+;)*) => {
        $(impl TryFrom<Value> for $into {
            type Error = HostError;

            fn try_from(value: Value) -> Result<$into, HostError> {
                match value {
                    $($pattern => Ok($value),)+
                    other => Err(mismatch($needed, &other)),
                }
            }
        })*
    };
}

taken_apart! {
    bool, "true or false": Value::Bool(value) => value;
    i64, "an integer": Value::Int(number) => number;
    f64, "a number": Value::Float(number) => number, Value::Int(number) => number as f64;
    String, "text": Value::Text(text) => text, Value::Task(name) | Value::Resource(name) => name;
    Vec<Value>, "a list": Value::List(items) => items;
    Duration, "a duration from 0 on":
        Value::Duration(length @ 0..) => Duration::from_nanos(length as u64), Value::Int(0) => Duration::ZERO;
}

macro_rules! whole_numbers {
    ($($into:ty),*) => {
        $(impl TryFrom<Value> for $into {
            type Error = HostError;

            fn try_from(value: Value) -> Result<$into, HostError> {
                let number = i64::try_from(value)?;
                <$into>::try_from(number).map_err(|_| {
                    let (least, most) = (<$into>::MIN, <$into>::MAX);
                    HostError::new("ValueError", format!("{number} is not between {least} and {most}"))
                })
            }
        })*
    };
}

whole_numbers!(u8, u16, u32, u64, usize, i32);

fn mismatch(needed: &str, found: &Value) -> HostError {
    HostError::new("TypeError", format!("{needed} is needed, not {}", found.type_name()))
}
