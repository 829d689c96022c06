//! JSON: the object of an event, and values of the language.
//!
//! Durations are whole nanoseconds, rates `{"count", "period"}` with the period in nanoseconds, ranges
//! `{"from", "to"}`, errors `{"kind", "message"}`, tasks and resources their names. Numbers that JSON can't say
//! (not a number, infinite) are null.

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::page::{Line, Snippet};
use super::tasks::TaskTexts;
use crate::expression::value::{ErrorValue, ResourceId, TaskId, Value};
use crate::trace::Names;
use crate::trace::fields::{Field, FieldName, Fields};

/// A value as JSON writes it.
pub(super) fn json(value: &(impl Serialize + ?Sized)) -> String {
    // Nothing that is shown here can fail to be shown: every key is text.
    serde_json::to_string(value).unwrap_or_default()
}

/// An object that is written from its first field to its last. Plain values are written on the spot.
pub(super) struct Object<'a> {
    pub(super) line: Line<'a>,
    pub(super) names: &'a Names,
    pub(super) quoted: &'a mut QuotedNames,
}

impl Fields<'_> for Object<'_> {
    /// Its first quotation mark is the last of what stands before: that is kept by task.
    #[inline(always)]
    fn kind(&mut self, kind: &'static str) {
        self.line.push(kind);
        self.line.push_ascii(b'"');
    }

    #[inline(always)]
    fn field(&mut self, name: FieldName, field: Field<'_>) {
        self.line.push(name.key);
        match field {
            Field::Value(value) => self.value(value),
            Field::Task(task) => self.task(task),
            Field::Resource(resource) => self.resource(resource),
            Field::Int(number) => self.integer(number),
            Field::Duration(number) | Field::Count(number) => self.number(number),
            Field::Word(word) => self.word(word),
            Field::Name(text) => self.line.append(|line| push_text(line, text)),
        }
    }
}

impl Object<'_> {
    /// A field that is a number.
    #[inline(always)]
    pub(super) fn count(&mut self, name: FieldName, number: u64) {
        self.line.push(name.key);
        self.number(number);
    }

    /// A word of the trace.
    #[inline(always)]
    fn word(&mut self, word: &'static str) {
        self.line.push_ascii(b'"');
        self.line.push(word);
        self.line.push_ascii(b'"');
    }

    #[inline(always)]
    pub(super) fn number(&mut self, number: u64) {
        match number {
            0..10 => self.line.push_ascii(b'0' + number as u8),
            _ => self.line.append(|line| push_number(line, number)),
        }
    }

    #[inline(always)]
    fn integer(&mut self, number: i64) {
        match u64::try_from(number) {
            Ok(number) => self.number(number),
            Err(_) => self.line.append(|line| push_number(line, number)),
        }
    }

    #[inline(always)]
    fn task(&mut self, task: TaskId) {
        self.line.push_snippet(self.quoted.task(task, self.names));
    }

    #[inline(always)]
    fn resource(&mut self, resource: ResourceId) {
        self.line.push_snippet(self.quoted.resource(resource, self.names));
    }

    #[inline(always)]
    fn value(&mut self, value: &Value) {
        match value {
            Value::Int(number) | Value::Duration(number) => self.integer(*number),
            other => self.line.append(|line| push_value(line, other, self.names)),
        }
    }
}

#[inline(never)]
fn push_number(mut line: Line<'_>, number: impl itoa::Integer) -> Line<'_> {
    line.push(itoa::Buffer::new().format(number));
    line
}

#[inline(never)]
fn push_value<'a>(mut line: Line<'a>, value: &Value, names: &Names) -> Line<'a> {
    match value {
        Value::Null => line.push("null"),
        Value::Text(text) => return push_text(line, text),
        other => line.push(&json(&Json { value: other, names })),
    }
    line
}

/// Adds a text; most need no escape.
#[inline(never)]
fn push_text<'a>(mut line: Line<'a>, text: &str) -> Line<'a> {
    if text.bytes().any(|byte| byte < b' ' || byte == b'"' || byte == b'\\') {
        line.push(&json(text));
        return line;
    }
    line.push_ascii(b'"');
    line.push(text);
    line.push_ascii(b'"');
    line
}

/// The names of one run, quoted.
#[derive(Debug, Default)]
pub(super) struct QuotedNames {
    resources: Vec<Snippet>,
    tasks: TaskTexts<Snippet>,
}

impl QuotedNames {
    #[inline(always)]
    fn task(&mut self, task: TaskId, names: &Names) -> &Snippet {
        self.tasks.get(task, || json(&names.task(task)).into())
    }

    #[inline(always)]
    fn resource(&mut self, resource: ResourceId, names: &Names) -> &Snippet {
        let index = resource.0 as usize;
        if self.resources.len() <= index {
            self.quote_resources(index, names);
        }
        &self.resources[index]
    }

    #[inline(never)]
    fn quote_resources(&mut self, last: usize, names: &Names) {
        let missing = self.resources.len()..=last;
        let quoted = |index| json(names.resource_name(ResourceId(index as u32))).into();
        self.resources.extend(missing.map(quoted));
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
