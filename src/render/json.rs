//! JSON: the object of an event, and values of the language.
//!
//! Durations are whole nanoseconds, rates `{"count", "period"}` with the period in nanoseconds, ranges
//! `{"from", "to"}`, errors `{"kind", "message"}`, tasks and resources their names. Numbers that JSON can't say
//! (not a number, infinite) are null.

use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::expression::value::{ErrorValue, TaskId, Value};
use crate::trace::Names;

/// Adds a value.
pub(super) fn push_json(out: &mut String, value: &impl Serialize) {
    // Nothing that is shown here can fail to be shown: every key is text.
    out.push_str(&serde_json::to_string(value).unwrap_or_default());
}

/// An object that is written from its first field to its last. Plain values are written on the spot.
pub(super) struct Object<'a> {
    pub(super) out: &'a mut String,
    pub(super) names: &'a Names,
}

impl Object<'_> {
    /// The next field. Keys are words of the trace, none of which needs to be escaped.
    pub(super) fn key(&mut self, key: &str) {
        self.out.push_str(",\"");
        self.out.push_str(key);
        self.out.push_str("\":");
    }

    pub(super) fn number(&mut self, number: impl itoa::Integer) {
        self.out.push_str(itoa::Buffer::new().format(number));
    }

    pub(super) fn text(&mut self, text: &str) {
        self.quoted(|out| out.push_str(text));
    }

    pub(super) fn task(&mut self, task: TaskId) {
        let names = self.names;
        self.quoted(|out| names.push_task(task, out));
    }

    /// Text as it is pushed; what must be escaped in it is replaced afterwards, for that is rare.
    #[inline(always)]
    fn quoted(&mut self, push: impl FnOnce(&mut String)) {
        self.out.push('"');
        let begin = self.out.len();
        push(self.out);
        if self.out.as_bytes()[begin..].iter().any(|&byte| byte < b' ' || byte == b'"' || byte == b'\\') {
            let text = self.out.split_off(begin);
            self.out.pop();
            push_json(self.out, &text);
        } else {
            self.out.push('"');
        }
    }

    pub(super) fn value(&mut self, value: &Value) {
        match value {
            Value::Null => self.out.push_str("null"),
            Value::Int(number) | Value::Duration(number) => self.number(*number),
            Value::Text(text) => self.text(text),
            Value::Task(task) => self.task(*task),
            Value::Resource(resource) => self.text(self.names.resource_name(*resource)),
            other => push_json(self.out, &Json { value: other, names: self.names }),
        }
    }
}

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
