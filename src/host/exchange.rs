//! Values of the language as those of Rust, and back.

use std::sync::Arc;

use super::{HostError, Value};
use crate::expression::value::{ErrorValue, Names, ResourceId, Value as Inner};

/// A value of the language, with names for its numbers.
pub(crate) fn from_language(value: &Inner, names: &dyn Names) -> Value {
    match value {
        Inner::Null => Value::Null,
        Inner::Bool(value) => Value::Bool(*value),
        Inner::Int(number) => Value::Int(*number),
        Inner::Float(number) => Value::Float(*number),
        Inner::Duration(length) => Value::Duration(*length),
        Inner::Text(text) => Value::Text(text.to_string()),
        Inner::List(items) => Value::List(items.iter().map(|item| from_language(item, names)).collect()),
        Inner::Map(entries) => Value::Map(
            entries
                .iter()
                .map(|(key, value)| (from_language(key, names), from_language(value, names)))
                .collect(),
        ),
        Inner::Task(task) => Value::Task(names.task(*task)),
        Inner::Resource(resource) => Value::Resource(names.resource(*resource)),
        Inner::Error(error) => Value::Error(error_from_language(error)),
        Inner::Rate(_) | Inner::Range(_) | Inner::File(_) => Value::Other(value.display(names)),
    }
}

/// An error of the language.
pub(crate) fn error_from_language(error: &ErrorValue) -> HostError {
    HostError::new(&*error.kind, &*error.message)
}

/// A value for the language. What is only a name there, such as that of a task, is text; a resource is found by
/// its name.
pub(crate) fn to_language(value: Value, find: &dyn Fn(&str) -> Option<ResourceId>) -> Inner {
    match value {
        Value::Null => Inner::Null,
        Value::Bool(value) => Inner::Bool(value),
        Value::Int(number) => Inner::Int(number),
        Value::Float(number) => Inner::Float(number),
        Value::Duration(length) => Inner::Duration(length),
        Value::Text(text) | Value::Task(text) | Value::Other(text) => Inner::text(text),
        Value::List(items) => Inner::list(items.into_iter().map(|item| to_language(item, find)).collect()),
        Value::Map(entries) => Inner::map(
            entries
                .into_iter()
                .map(|(key, value)| (to_language(key, find), to_language(value, find)))
                .collect(),
        ),
        Value::Resource(name) => find(&name).map_or_else(|| Inner::text(name), Inner::Resource),
        Value::Error(error) => Inner::Error(Arc::new(ErrorValue {
            kind: error.kind().into(),
            message: error.message().into(),
            errors: Vec::new(),
            origin: None,
        })),
    }
}
