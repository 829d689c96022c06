//! Functions of lists, maps and ranges.

use std::cmp::Ordering;

use indexmap::{IndexMap, IndexSet};

use super::{Call, Function, function, optional, required};
use crate::expression::evaluate::{MAX_ITEMS, Problem, append, bounded, item, too_large};
use crate::expression::operators::{index, key, truth};
use crate::expression::types::Type;
use crate::expression::value::Value;

pub(super) const FUNCTIONS: &[Function] = &[
    function(
        "len",
        Type::Int,
        &[required("x")],
        "How many items: of a list, map, range, text or queue.",
        |arguments, call| {
            Ok(Value::Int(match &arguments[0] {
                Value::List(items) => items.len() as i64,
                Value::Map(entries) => entries.len() as i64,
                Value::Text(text) => text.chars().count() as i64,
                Value::Range(bounds) => match (&bounds.0, &bounds.1) {
                    (Value::Int(first), Value::Int(end)) => end.saturating_sub(*first).max(0),
                    _ => return Err(call.wrong("a range of whole numbers", &arguments[0])),
                },
                Value::Resource(resource) => match call.environment.length(*resource) {
                    Some(length) => length,
                    None => {
                        let name = call.environment.resource_name(*resource);
                        return Err((
                            "TypeError",
                            format!("`{name}` has no length; try `available({name})`"),
                        ));
                    }
                },
                other => return Err(call.wrong("something that has items", other)),
            }))
        },
    ),
    function(
        "range",
        Type::Any,
        &[required("from"), optional("to"), optional("step")],
        "Whole numbers as a list: `range(5)`, `range(2, 10, 3)`.",
        |arguments, call| {
            let (from, to) = match (&arguments[0], &arguments[1]) {
                (Value::Int(end), Value::Null) => (0, *end),
                (Value::Int(from), Value::Int(to)) => (*from, *to),
                (other, _) => return Err(call.wrong("whole numbers", other)),
            };
            let step = match &arguments[2] {
                Value::Null => 1,
                Value::Int(0) => return Err(("ValueError", "a step of 0 never arrives".to_string())),
                Value::Int(step) => *step,
                other => return Err(call.wrong("a whole number as step", other)),
            };
            let mut list = Vec::new();
            let mut next = from;
            while if step > 0 { next < to } else { next > to } {
                if list.len() >= MAX_ITEMS {
                    return Err(too_large("a list"));
                }
                list.push(Value::Int(next));
                let Some(following) = next.checked_add(step) else { break };
                next = following;
            }
            Ok(Value::list(list))
        },
    ),
    function(
        "enumerate",
        Type::Any,
        &[required("list")],
        "A list of `[position, item]`, counted from 0.",
        |arguments, call| {
            let items = items(&arguments[0], call)?.into_iter().enumerate();
            bounded(Value::list(
                items.map(|(at, item)| Value::list(vec![Value::Int(at as i64), item])).collect(),
            ))
        },
    ),
    function(
        "zip",
        Type::Any,
        &[required("a"), required("b")],
        "A list of pairs, as long as the shorter of two lists.",
        |arguments, call| {
            let (left, right) = (items(&arguments[0], call)?, items(&arguments[1], call)?);
            let pairs = left.into_iter().zip(right).map(|(left, right)| Value::list(vec![left, right]));
            bounded(Value::list(pairs.collect()))
        },
    ),
    function(
        "sort",
        Type::Any,
        &[required("list"), optional("reverse")],
        "The list in ascending order, or with `reverse = true` descending.",
        |arguments, call| {
            let mut sorted = sorted(items(&arguments[0], call)?)?;
            if arguments[1] != Value::Null && truth(&arguments[1])? {
                sorted.reverse();
            }
            Ok(Value::list(sorted))
        },
    ),
    function("reverse", Type::Any, &[required("list")], "The list from its end.", |arguments, call| {
        let mut items = items(&arguments[0], call)?;
        items.reverse();
        Ok(Value::list(items))
    }),
    function(
        "keys",
        Type::Any,
        &[required("map")],
        "A map's keys, in order of insertion.",
        |arguments, call| Ok(Value::list(entries(&arguments[0], call)?.keys().cloned().collect())),
    ),
    function(
        "values",
        Type::Any,
        &[required("map")],
        "A map's values, in order of insertion.",
        |arguments, call| Ok(Value::list(entries(&arguments[0], call)?.values().cloned().collect())),
    ),
    function("items", Type::Any, &[required("map")], "A map's `[key, value]` pairs.", |arguments, call| {
        let pairs = entries(&arguments[0], call)?.iter();
        bounded(Value::list(
            pairs.map(|(key, value)| Value::list(vec![key.clone(), value.clone()])).collect(),
        ))
    }),
    function(
        "get",
        Type::Any,
        &[required("container"), required("key"), optional("default")],
        "The item of a key or position, or the default if there is none.",
        |arguments, _| Ok(index(&arguments[0], &arguments[1]).unwrap_or_else(|_| arguments[2].clone())),
    ),
    function(
        "append",
        Type::Any,
        &[required("list"), required("item")],
        "The list with one more item.",
        |arguments, call| match &arguments[0] {
            Value::List(list) => append(list, &arguments[1..2]),
            other => Err(call.wrong("a list", other)),
        },
    ),
    function(
        "remove",
        Type::Any,
        &[required("container"), required("key")],
        "The map without a key, or the list without items equal to it.",
        |arguments, call| match &arguments[0] {
            Value::Map(map) => {
                let mut map = map.as_ref().clone();
                map.shift_remove(&key(arguments[1].clone())?);
                Ok(Value::map(map))
            }
            Value::List(list) => {
                Ok(Value::list(list.iter().filter(|item| !item.equals(&arguments[1])).cloned().collect()))
            }
            other => Err(call.wrong("a map or a list", other)),
        },
    ),
    function(
        "count",
        Type::Int,
        &[required("list"), optional("item")],
        "How many items of a list equal one; how many values a series has; in `expect`, how many log lines match a glob.",
        |arguments, call| {
            if let Value::Text(_) = &arguments[0] {
                return match call.environment.observed("count", arguments) {
                    Some(count) => Ok(count),
                    None => Err(("TypeError", "`count` of log lines is for `expect`".to_string())),
                };
            }
            let items = items(&arguments[0], call)?;
            if let (Value::Resource(_), Value::Null) = (&arguments[0], &arguments[1]) {
                return Ok(Value::Int(items.len() as i64));
            }
            Ok(Value::Int(items.iter().filter(|item| item.equals(&arguments[1])).count() as i64))
        },
    ),
    function("unique", Type::Any, &[required("list")], "The list without repetitions.", |arguments, call| {
        let unique: IndexSet<Value> = items(&arguments[0], call)?.into_iter().collect();
        Ok(Value::list(unique.into_iter().collect()))
    }),
    function("every", Type::Bool, &[required("list")], "Whether all items are true.", |arguments, call| {
        let items = items(&arguments[0], call)?;
        items.iter().try_fold(true, |all, item| Ok(truth(item)? && all)).map(Value::Bool)
    }),
    function("some", Type::Bool, &[required("list")], "Whether any item is true.", |arguments, call| {
        let items = items(&arguments[0], call)?;
        items.iter().try_fold(false, |any, item| Ok(truth(item)? || any)).map(Value::Bool)
    }),
];

/// The items in ascending order. Equal ones keep theirs.
pub(super) fn sorted(mut items: Vec<Value>) -> Result<Vec<Value>, Problem> {
    let mut clash = None;
    items.sort_by(|left, right| {
        left.compare(right).unwrap_or_else(|| {
            clash = Some(format!("{} can't be compared with {}", left.type_name(), right.type_name()));
            Ordering::Equal
        })
    });
    clash.map_or(Ok(items), |message| Err(("TypeError", message)))
}

/// The items of whatever can be walked.
pub(super) fn items(value: &Value, call: &Call<'_>) -> Result<Vec<Value>, Problem> {
    match value {
        Value::List(items) => Ok(items.as_ref().clone()),
        Value::Text(text) => Ok(text.chars().map(Value::text).collect()),
        Value::Resource(resource) => match call.environment.samples(*resource) {
            Some(values) => Ok(values.to_vec()),
            None => Err(call.wrong("a list or a series", value)),
        },
        Value::Map(_) | Value::Range(_) => {
            let mut items = Vec::new();
            while let Some(next) = item(value, items.len()).map_err(|message| ("TypeError", message))? {
                if items.len() >= MAX_ITEMS {
                    return Err(too_large("a list"));
                }
                items.push(next);
            }
            Ok(items)
        }
        other => Err(call.wrong("a list", other)),
    }
}

fn entries<'a>(value: &'a Value, call: &Call<'_>) -> Result<&'a IndexMap<Value, Value>, Problem> {
    match value {
        Value::Map(entries) => Ok(entries),
        other => Err(call.wrong("a map", other)),
    }
}
