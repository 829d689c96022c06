//! Functions of text.

use super::{Call, Function, function, required};
use crate::expression::evaluate::{MAX_TEXT, Problem, display, too_large};
use crate::expression::types::Type;
use crate::expression::value::Value;

pub(super) const FUNCTIONS: &[Function] = &[
    function(
        "text",
        Type::Text,
        &[required("x")],
        "Any value as text, as a template shows it.",
        |arguments, call| Ok(Value::text(display(&arguments[0], call.environment))),
    ),
    function(
        "concat",
        Type::Any,
        &[required("list"), required("separator")],
        "The items of a list as one text, with a separator in between.",
        |arguments, call| {
            let items = super::collections::items(&arguments[0], call)?;
            let parts: Vec<String> = items.iter().map(|item| display(item, call.environment)).collect();
            let joined = parts.join(text(&arguments[1], call)?);
            if joined.len() > MAX_TEXT { Err(too_large("text")) } else { Ok(Value::text(joined)) }
        },
    ),
    function(
        "split",
        Type::Any,
        &[required("text"), required("separator")],
        "The parts of a text between separators.",
        |arguments, call| {
            let (whole, separator) = (text(&arguments[0], call)?, text(&arguments[1], call)?);
            if separator.is_empty() {
                return Err((
                    "ValueError",
                    "an empty separator separates nothing; `for` walks letters".into(),
                ));
            }
            Ok(Value::list(whole.split(separator).map(Value::text).collect()))
        },
    ),
    function(
        "lines",
        Type::List,
        &[required("text")],
        "The lines of a text, without their ends; what stands behind the last end is a line if there is something.",
        |arguments, call| Ok(Value::list(text(&arguments[0], call)?.lines().map(Value::text).collect())),
    ),
    function("upper", Type::Text, &[required("text")], "In upper case.", |arguments, call| {
        Ok(Value::text(text(&arguments[0], call)?.to_uppercase()))
    }),
    function("lower", Type::Text, &[required("text")], "In lower case.", |arguments, call| {
        Ok(Value::text(text(&arguments[0], call)?.to_lowercase()))
    }),
    function("trim", Type::Text, &[required("text")], "Without blanks at both ends.", |arguments, call| {
        Ok(Value::text(text(&arguments[0], call)?.trim()))
    }),
    function(
        "starts_with",
        Type::Bool,
        &[required("text"), required("part")],
        "Whether a text begins with another.",
        |arguments, call| Ok(Value::Bool(text(&arguments[0], call)?.starts_with(text(&arguments[1], call)?))),
    ),
    function(
        "ends_with",
        Type::Bool,
        &[required("text"), required("part")],
        "Whether a text ends with another.",
        |arguments, call| Ok(Value::Bool(text(&arguments[0], call)?.ends_with(text(&arguments[1], call)?))),
    ),
    function(
        "replace",
        Type::Any,
        &[required("text"), required("part"), required("by")],
        "The text with every `part` replaced.",
        |arguments, call| {
            let (whole, part, by) =
                (text(&arguments[0], call)?, text(&arguments[1], call)?, text(&arguments[2], call)?);
            let most = whole.len().saturating_add(whole.matches(part).count().saturating_mul(by.len()));
            if most > MAX_TEXT { Err(too_large("text")) } else { Ok(Value::text(whole.replace(part, by))) }
        },
    ),
    function(
        "repeat",
        Type::Any,
        &[required("text"), required("times")],
        "The text so many times.",
        |arguments, call| {
            let whole = text(&arguments[0], call)?;
            match &arguments[1] {
                Value::Int(times) if *times >= 0 => match whole.len().checked_mul(*times as usize) {
                    Some(length) if length <= MAX_TEXT => Ok(Value::text(whole.repeat(*times as usize))),
                    _ => Err(too_large("text")),
                },
                Value::Int(times) => {
                    Err(("ValueError", format!("`repeat` needs a whole number from 0 on, not {times}")))
                }
                other => Err(call.wrong("a whole number", other)),
            }
        },
    ),
];

fn text<'a>(value: &'a Value, call: &Call<'_>) -> Result<&'a str, Problem> {
    match value {
        Value::Text(text) => Ok(text),
        other => Err(call.wrong("text", other)),
    }
}
