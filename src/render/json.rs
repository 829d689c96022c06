//! Values of the language as JSON.
//!
//! Durations are whole nanoseconds, rates `{"count", "period"}` with the period in nanoseconds, ranges
//! `{"from", "to"}`, errors `{"kind", "message"}`, tasks and resources their names. Numbers that JSON can't say
//! (not a number, infinite) are null.

use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::expression::value::{ErrorValue, Value};
use crate::trace::Names;

/// A value with the names that it needs.
pub(super) struct Json<'a> {
    pub(super) value: &'a Value,
    pub(super) names: &'a Names,
}

impl<'a> Json<'a> {
    fn of(&self, value: &'a Value) -> Json<'a> {
        Json { value, names: self.names }
    }
}

impl Serialize for Json<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.value {
            Value::Null => serializer.serialize_unit(),
            Value::Bool(value) => serializer.serialize_bool(*value),
            Value::Int(value) | Value::Duration(value) => serializer.serialize_i64(*value),
            Value::Float(value) => serializer.serialize_f64(*value),
            Value::Rate(rate) => {
                let mut map = serializer.serialize_map(Some(2))?;
                map.serialize_entry("count", &rate.count)?;
                map.serialize_entry("period", &rate.period)?;
                map.end()
            }
            Value::Text(text) => serializer.serialize_str(text),
            Value::List(items) => serializer.collect_seq(items.iter().map(|item| self.of(item))),
            Value::Map(entries) => serializer
                .collect_map(entries.iter().map(|(key, value)| (key.display(self.names), self.of(value)))),
            Value::Range(bounds) => {
                let mut map = serializer.serialize_map(Some(2))?;
                map.serialize_entry("from", &self.of(&bounds.0))?;
                map.serialize_entry("to", &self.of(&bounds.1))?;
                map.end()
            }
            Value::Task(task) => serializer.serialize_str(&self.names.task(*task)),
            Value::Resource(resource) => serializer.serialize_str(&self.names.resource(*resource)),
            Value::File(file) => serializer.serialize_str(&file.path),
            Value::Error(error) => JsonError { error, names: self.names }.serialize(serializer),
        }
    }
}

struct JsonError<'a> {
    error: &'a ErrorValue,
    names: &'a Names,
}

impl Serialize for JsonError<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("kind", &*self.error.kind)?;
        map.serialize_entry("message", &*self.error.message)?;
        if !self.error.errors.is_empty() {
            let errors: Vec<Json<'_>> =
                self.error.errors.iter().map(|value| Json { value, names: self.names }).collect();
            map.serialize_entry("errors", &errors)?;
        }
        map.end()
    }
}
