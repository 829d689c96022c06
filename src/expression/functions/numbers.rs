//! Functions of numbers and durations.

use super::{Call, Function, function, optional, repeated, required};
use crate::expression::evaluate::Problem;
use crate::expression::operators::{binary, duration, overflow};
use crate::expression::tree::Binary;
use crate::expression::types::Type;
use crate::expression::value::Value;

pub(super) const FUNCTIONS: &[Function] = &[
    function(
        "sum",
        Type::Any,
        &[required("list")],
        "The sum of a list; 0 of an empty one.",
        |arguments, call| {
            let mut items = items(arguments, call)?.into_iter();
            let Some(first) = items.next() else { return Ok(Value::Int(0)) };
            items.try_fold(first, |sum, item| binary(Binary::Add, &sum, &item))
        },
    ),
    function(
        "min",
        Type::Any,
        &[repeated("values")],
        "The least of its arguments, or of a list.",
        |arguments, call| extreme(arguments, call, std::cmp::Ordering::Less),
    ),
    function(
        "max",
        Type::Any,
        &[repeated("values")],
        "The greatest of its arguments, or of a list.",
        |arguments, call| extreme(arguments, call, std::cmp::Ordering::Greater),
    ),
    function("average", Type::Any, &[required("list")], "The average of a list.", |arguments, call| {
        let items = items(arguments, call)?;
        let count = Value::Int(items.len() as i64);
        let mut items = items.into_iter();
        let Some(first) = items.next() else {
            return Err(empty(call, &arguments[0]));
        };
        let sum = items.try_fold(first, |sum, item| binary(Binary::Add, &sum, &item))?;
        binary(Binary::Divide, &sum, &count)
    }),
    function(
        "median",
        Type::Any,
        &[required("list")],
        "The middle value of a list or series; of an even number the average of the two in the middle.",
        |arguments, call| {
            let sorted = sorted(arguments, call)?;
            let middle = sorted.len() / 2;
            if sorted.len() % 2 == 1 {
                return Ok(sorted[middle].clone());
            }
            let sum = binary(Binary::Add, &sorted[middle - 1], &sorted[middle])?;
            binary(Binary::Divide, &sum, &Value::Int(2))
        },
    ),
    function(
        "percentile",
        Type::Any,
        &[required("list"), required("percent")],
        "The least value of a list or series that so many percent of its values do not exceed (the nearest rank): `percentile(latency, 95)`.",
        |arguments, call| {
            let percent = number(&arguments[1], call)?;
            if percent > 0.0 && percent < 1.0 {
                let message =
                    format!("a percentile is a number up to 100: {} instead of {percent}", percent * 100.0);
                return Err(("ValueError", message));
            }
            if !(0.0..=100.0).contains(&percent) {
                return Err(("ValueError", format!("a percentile is a number from 0 to 100, not {percent}")));
            }
            let sorted = sorted(arguments, call)?;
            let rank = libm::ceil(percent * sorted.len() as f64 / 100.0) as usize;
            Ok(sorted[rank.max(1) - 1].clone())
        },
    ),
    function(
        "abs",
        Type::Any,
        &[required("x")],
        "A number or duration without its sign.",
        |arguments, call| match &arguments[0] {
            Value::Int(value) => value.checked_abs().map(Value::Int).ok_or_else(overflow),
            Value::Duration(value) => value.checked_abs().map(Value::Duration).ok_or_else(overflow),
            Value::Float(value) => Ok(Value::Float(value.abs())),
            other => Err(call.wrong("a number or a duration", other)),
        },
    ),
    function(
        "round",
        Type::Any,
        &[required("x"), optional("digits")],
        "The nearest number with so many decimals; an integer without.",
        |arguments, call| {
            let number = number(&arguments[0], call)?;
            match &arguments[1] {
                Value::Null => whole(libm::round(number)),
                Value::Int(digits) => {
                    let scale = libm::pow(10.0, (*digits).clamp(-30, 30) as f64);
                    Ok(Value::Float(libm::round(number * scale) / scale))
                }
                other => Err(call.wrong("a whole number of digits", other)),
            }
        },
    ),
    function(
        "floor",
        Type::Int,
        &[required("x")],
        "The greatest integer that is not above.",
        |arguments, call| whole(libm::floor(number(&arguments[0], call)?)),
    ),
    function(
        "ceil",
        Type::Int,
        &[required("x")],
        "The least integer that is not below.",
        |arguments, call| whole(libm::ceil(number(&arguments[0], call)?)),
    ),
    function(
        "div",
        Type::Int,
        &[required("a"), required("b")],
        "How many times `b` fits into `a`, an integer.",
        |arguments, _| match (&arguments[0], &arguments[1]) {
            (_, Value::Int(0) | Value::Duration(0)) => {
                Err(("DivisionByZero", "division by zero".to_string()))
            }
            (Value::Int(left), Value::Int(right)) | (Value::Duration(left), Value::Duration(right)) => {
                let quotient = left.checked_div(*right).ok_or_else(overflow)?;
                let inexact = left % right != 0 && (*left < 0) != (*right < 0);
                Ok(Value::Int(quotient - i64::from(inexact)))
            }
            (left, right) => match binary(Binary::Divide, left, right)? {
                Value::Float(quotient) => whole(libm::floor(quotient)),
                other => Ok(other),
            },
        },
    ),
    function(
        "int",
        Type::Int,
        &[required("x")],
        "A number or text as an integer, cut off.",
        |arguments, call| match &arguments[0] {
            Value::Int(value) => Ok(Value::Int(*value)),
            Value::Float(value) => whole(libm::trunc(*value)),
            Value::Text(text) => text.trim().parse().map(Value::Int).map_err(|_| no_number(text)),
            other => Err(call.wrong("a number or text", other)),
        },
    ),
    function(
        "float",
        Type::Float,
        &[required("x")],
        "A number or text as a number with a fraction.",
        |arguments, call| match &arguments[0] {
            Value::Text(text) => text.trim().parse().map(Value::Float).map_err(|_| no_number(text)),
            value => Ok(Value::Float(number(value, call)?)),
        },
    ),
    function(
        "seconds",
        Type::Any,
        &[required("x")],
        "A duration as a number of seconds, or a number of seconds as a duration.",
        |arguments, call| match &arguments[0] {
            Value::Duration(time) => Ok(Value::Float(*time as f64 / 1e9)),
            value => duration(number(value, call)? * 1e9),
        },
    ),
    function(
        "milliseconds",
        Type::Any,
        &[required("x")],
        "A duration as a number of milliseconds, or the other way round.",
        |arguments, call| match &arguments[0] {
            Value::Duration(time) => Ok(Value::Float(*time as f64 / 1e6)),
            value => duration(number(value, call)? * 1e6),
        },
    ),
];

fn number(value: &Value, call: &Call<'_>) -> Result<f64, Problem> {
    value.number().ok_or_else(|| call.wrong("a number", value))
}

fn whole(number: f64) -> Result<Value, Problem> {
    if number.abs() < i64::MAX as f64 { Ok(Value::Int(number as i64)) } else { Err(overflow()) }
}

fn no_number(text: &str) -> Problem {
    ("ValueError", format!("{text:?} is no number"))
}

fn items(arguments: &[Value], call: &Call<'_>) -> Result<Vec<Value>, Problem> {
    super::collections::items(&arguments[0], call)
}

/// The items in ascending order, at least one.
fn sorted(arguments: &[Value], call: &Call<'_>) -> Result<Vec<Value>, Problem> {
    let items = items(arguments, call)?;
    if items.is_empty() {
        return Err(empty(call, &arguments[0]));
    }
    super::collections::sorted(items)
}

fn empty(call: &Call<'_>, list: &Value) -> Problem {
    let what = match list {
        Value::Resource(resource) => {
            format!("series {}, which has no values", call.environment.resource_name(*resource))
        }
        _ => "an empty list".to_string(),
    };
    ("ValueError", format!("`{}` of {what}", call.name))
}

fn extreme(arguments: &[Value], call: &Call<'_>, wanted: std::cmp::Ordering) -> Result<Value, Problem> {
    let mut values = super::collections::items(&arguments[0], call)?;
    if let [only @ (Value::List(_) | Value::Range(_) | Value::Map(_) | Value::Resource(_))] =
        values.as_slice()
    {
        values = super::collections::items(only, call)?;
    }
    let mut values = values.into_iter();
    let Some(mut best) = values.next() else {
        return Err(("ValueError", format!("`{}` of nothing", call.name)));
    };
    for value in values {
        match value.compare(&best) {
            Some(order) if order == wanted => best = value,
            Some(_) => {}
            None => {
                let message = format!("{} can't be compared with {}", value.type_name(), best.type_name());
                return Err(("TypeError", message));
            }
        }
    }
    Ok(best)
}
