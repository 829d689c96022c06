//! JSON: the object of an event, and values of the language.
//!
//! Durations are whole nanoseconds, rates `{"count", "period"}` with the period in nanoseconds, ranges
//! `{"from", "to"}`, errors `{"kind", "message"}`, tasks and resources their names. Numbers that JSON can't say
//! (not a number, infinite) are null.

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::tasks::TaskTexts;
use crate::expression::value::{ErrorValue, ResourceId, TaskId, Value};
use crate::trace::Names;
use crate::trace::fields::{Field, FieldName, Fields};

/// Adds a value.
pub(super) fn push_json(out: &mut String, value: &(impl Serialize + ?Sized)) {
    // Nothing that is shown here can fail to be shown: every key is text.
    out.push_str(&serde_json::to_string(value).unwrap_or_default());
}

/// An object that is written from its first field to its last. Plain values are written on the spot.
pub(super) struct Object<'a> {
    pub(super) out: &'a mut String,
    pub(super) names: &'a Names,
    pub(super) quoted: &'a mut QuotedNames,
}

impl Fields<'_> for Object<'_> {
    /// Its first quotation mark is the last of what stands before: that is kept by task.
    #[inline(always)]
    fn kind(&mut self, kind: &'static str) {
        self.out.push_str(kind);
        self.out.push('"');
    }

    #[inline(always)]
    fn field(&mut self, name: FieldName, field: Field<'_>) {
        self.out.push_str(name.key);
        match field {
            Field::Value(value) => self.value(value),
            Field::Task(task) => self.task(task),
            Field::Resource(resource) => self.resource(resource),
            Field::Int(number) => self.integer(number),
            Field::Duration(number) | Field::Count(number) => self.number(number),
            Field::Word(word) => self.word(word),
            Field::Name(text) => push_text(self.out, text),
        }
    }
}

impl Object<'_> {
    /// A field that is a number.
    #[inline(always)]
    pub(super) fn count(&mut self, name: FieldName, number: u64) {
        self.out.push_str(name.key);
        self.number(number);
    }

    /// A word of the trace.
    #[inline(always)]
    fn word(&mut self, word: &'static str) {
        self.out.push('"');
        self.out.push_str(word);
        self.out.push('"');
    }

    #[inline(always)]
    pub(super) fn number(&mut self, number: u64) {
        match number {
            0..10 => self.out.push(char::from(b'0' + number as u8)),
            _ => self.long_number(number),
        }
    }

    #[inline(always)]
    fn integer(&mut self, number: i64) {
        match u64::try_from(number) {
            Ok(number) => self.number(number),
            Err(_) => self.long_number(number),
        }
    }

    #[inline(never)]
    fn long_number(&mut self, number: impl itoa::Integer) {
        self.out.push_str(itoa::Buffer::new().format(number));
    }

    #[inline(always)]
    fn task(&mut self, task: TaskId) {
        self.out.push_str(self.quoted.task(task, self.names));
    }

    #[inline(always)]
    fn resource(&mut self, resource: ResourceId) {
        self.out.push_str(self.quoted.resource(resource, self.names));
    }

    #[inline(always)]
    fn value(&mut self, value: &Value) {
        match value {
            Value::Int(number) | Value::Duration(number) => self.integer(*number),
            other => self.any_value(other),
        }
    }

    #[inline(never)]
    fn any_value(&mut self, value: &Value) {
        match value {
            Value::Null => self.out.push_str("null"),
            Value::Text(text) => push_text(self.out, text),
            other => push_json(self.out, &Json { value: other, names: self.names }),
        }
    }
}

/// Adds a text; most need no escape.
fn push_text(out: &mut String, text: &str) {
    if text.bytes().any(|byte| byte < b' ' || byte == b'"' || byte == b'\\') {
        push_json(out, text);
    } else {
        out.push('"');
        out.push_str(text);
        out.push('"');
    }
}

/// A text as JSON writes it.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::new();
    push_text(&mut out, text);
    out
}

/// The names of one run, quoted.
#[derive(Debug, Default)]
pub(super) struct QuotedNames {
    resources: Vec<String>,
    tasks: TaskTexts,
}

impl QuotedNames {
    #[inline(always)]
    fn task(&mut self, task: TaskId, names: &Names) -> &str {
        self.tasks.get(task, || quoted(&names.task(task)))
    }

    #[inline(always)]
    fn resource(&mut self, resource: ResourceId, names: &Names) -> &str {
        let index = resource.0 as usize;
        while self.resources.len() <= index {
            let next = ResourceId(self.resources.len() as u32);
            self.resources.push(quoted(names.resource_name(next)));
        }
        &self.resources[index]
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
