//! Functions that ask the world: clocks, tasks, resources; and, in `expect`, the finished run.

use super::{Call, Function, Place, function, optional, required};
use crate::expression::code::{BreakerState, TaskState};
use crate::expression::evaluate::Problem;
use crate::expression::types::Type;
use crate::expression::value::{ResourceId, TaskId, Value};

pub(super) const FUNCTIONS: &[Function] = &[
    function("now", Type::Duration, &[], "Virtual time since the start, a duration.", |_, call| {
        Ok(Value::Duration(call.environment.now() as i64))
    }),
    function(
        "clock",
        Type::Text,
        &[optional("format")],
        "The wall clock as text: `clock(\"%H:%M:%S\")`; %Y %m %d, %3f milliseconds, %f microseconds.",
        |arguments, call| {
            let format = match &arguments[0] {
                Value::Null => "%H:%M:%S",
                Value::Text(text) => text,
                other => return Err(call.wrong("text", other)),
            };
            clock(format, call.environment.epoch().saturating_add(call.environment.now()))
        },
    ),
    function(
        "state",
        Type::Text,
        &[required("of")],
        "Of a task `\"running\"`, `\"done\"`, `\"failed\"` or `\"cancelled\"`; of a breaker `\"closed\"`, `\"open\"` or `\"half_open\"`.",
        |arguments, call| {
            let task = match &arguments[0] {
                Value::Task(task) => *task,
                Value::Resource(resource) => return breaker_state(*resource, call),
                other => return Err(call.wrong("a task or breaker", other)),
            };
            Ok(Value::text(match call.environment.task_state(task) {
                TaskState::Running => "running",
                TaskState::Done => "done",
                TaskState::Failed => "failed",
                TaskState::Cancelled => "cancelled",
            }))
        },
    ),
    function(
        "result",
        Type::Any,
        &[required("task")],
        "A task's result; null unless it is done.",
        |arguments, call| {
            let task = task(&arguments[0], call)?;
            Ok(call.environment.task_result(task))
        },
    ),
    function(
        "error",
        Type::Any,
        &[optional("task")],
        "A task's error; null unless it failed. In `expect`, without a task, the run's.",
        |arguments, call| {
            if arguments[0] == Value::Null {
                return observed(arguments, call);
            }
            let task = task(&arguments[0], call)?;
            Ok(call.environment.task_error(task))
        },
    ),
    function(
        "name",
        Type::Text,
        &[required("task")],
        "A task's name, as traces show it.",
        |arguments, call| {
            let task = task(&arguments[0], call)?;
            Ok(Value::text(call.environment.task_name(task)))
        },
    ),
    function(
        "available",
        Type::Int,
        &[required("limit")],
        "Free permits of a lock or semaphore, whole tokens of a limiter.",
        |arguments, call| {
            let resource = resource(&arguments[0], call)?;
            let name = call.environment.resource_name(resource);
            let message = || format!("`{name}` has no permits; try `len({name})`");
            call.environment.available(resource).map(Value::Int).ok_or_else(|| ("TypeError", message()))
        },
    ),
    function(
        "waiting",
        Type::Int,
        &[required("resource")],
        "How many tasks wait for a queue, limit or signal.",
        |arguments, call| {
            let resource = resource(&arguments[0], call)?;
            Ok(Value::Int(call.environment.waiting(resource)))
        },
    ),
    function("exists", Type::Bool, &[required("path")], "Whether there is a file.", |arguments, call| {
        let path = path(&arguments[0], call)?;
        Ok(Value::Bool(call.environment.contents(path).is_some()))
    }),
    function(
        "is_set",
        Type::Bool,
        &[required("signal")],
        "Whether an event is set, or a promise resolved or rejected.",
        |arguments, call| {
            let Value::Resource(resource) = arguments[0] else {
                return Err(call.wrong("an event or promise", &arguments[0]));
            };
            let name = call.environment.resource_name(resource);
            let message = || format!("`{name}` can't be set; an event or a promise can");
            call.environment.is_set(resource).map(Value::Bool).ok_or_else(|| ("TypeError", message()))
        },
    ),
];

pub(super) const OBSERVED: &[Function] = &[
    Function {
        place: Place::Expectation,
        ..function(
            "contents",
            Type::Any,
            &[required("path")],
            "What a file holds at the end of the run; null if there is none. A task reads it with `with open(..)`.",
            |arguments, call| {
                let path = path(&arguments[0], call)?;
                Ok(call.environment.contents(path).map_or(Value::Null, Value::text))
            },
        )
    },
    Function {
        place: Place::Expectation,
        ..function("duration", Type::Duration, &[], "Virtual time at the end of the run.", observed)
    },
    Function {
        place: Place::Expectation,
        ..function(
            "outcome",
            Type::Text,
            &[],
            "How the run ended: `\"ok\"`, `\"failed\"`, `\"deadlock\"` or `\"stopped\"`.",
            observed,
        )
    },
    Function {
        place: Place::Expectation,
        ..function(
            "at",
            Type::Any,
            &[required("glob")],
            "When the first matching line was logged; null if none was.",
            observed,
        )
    },
    Function {
        place: Place::Expectation,
        ..function(
            "before",
            Type::Bool,
            &[required("first"), required("second")],
            "Whether all lines that match the first came before all that match the second.",
            observed,
        )
    },
];

fn observed(arguments: &[Value], call: &mut Call<'_>) -> Result<Value, Problem> {
    let answer = call.environment.observed(call.name, arguments);
    answer.ok_or_else(|| ("TypeError", format!("`{}` is for `expect`, about a finished run", call.name)))
}

fn task(value: &Value, call: &Call<'_>) -> Result<TaskId, Problem> {
    match value {
        Value::Task(task) => Ok(*task),
        other => Err(call.wrong("a task", other)),
    }
}

fn path<'a>(value: &'a Value, call: &Call<'_>) -> Result<&'a str, Problem> {
    match value {
        Value::Text(path) => Ok(path),
        other => Err(call.wrong("the path of a file", other)),
    }
}

fn resource(value: &Value, call: &Call<'_>) -> Result<ResourceId, Problem> {
    match value {
        Value::Resource(resource) => Ok(*resource),
        other => Err(call.wrong("a queue, limit or signal", other)),
    }
}

fn breaker_state(resource: ResourceId, call: &Call<'_>) -> Result<Value, Problem> {
    match call.environment.breaker_state(resource) {
        Some(BreakerState::Closed) => Ok(Value::text("closed")),
        Some(BreakerState::Open) => Ok(Value::text("open")),
        Some(BreakerState::HalfOpen) => Ok(Value::text("half_open")),
        None => {
            let name = call.environment.resource_name(resource);
            Err(("TypeError", format!("`{name}` has no state; a task or a breaker has")))
        }
    }
}

/// Formats nanoseconds since 1970 in the manner of strftime.
fn clock(format: &str, nanoseconds: u64) -> Result<Value, Problem> {
    let (seconds, fraction) = (nanoseconds / 1_000_000_000, nanoseconds % 1_000_000_000);
    let (year, month, day) = civil_from_days((seconds / 86_400) as i64);
    let of_day = seconds % 86_400;
    let mut text = String::new();
    let mut rest = format;
    while let Some(at) = rest.find('%') {
        text.push_str(&rest[..at]);
        let directive = &rest[at + 1..];
        let (shown, length) = match directive.chars().next() {
            Some('H') => (format!("{:02}", of_day / 3_600), 1),
            Some('M') => (format!("{:02}", of_day / 60 % 60), 1),
            Some('S') => (format!("{:02}", of_day % 60), 1),
            Some('Y') => (format!("{year:04}"), 1),
            Some('m') => (format!("{month:02}"), 1),
            Some('d') => (format!("{day:02}"), 1),
            Some('f') => (format!("{:06}", fraction / 1_000), 1),
            Some('3') if directive.starts_with("3f") => (format!("{:03}", fraction / 1_000_000), 2),
            Some('%') => ("%".to_string(), 1),
            other => {
                let shown = other.map(String::from).unwrap_or_default();
                return Err(("ValueError", format!("`%{shown}` is no part of a clock's format")));
            }
        };
        text.push_str(&shown);
        rest = &directive[length..];
    }
    text.push_str(rest);
    Ok(Value::text(text))
}

/// The date of a day counted from 1970-01-01, counting years from March so that the leap day comes last
/// (the method of Howard Hinnant's `civil_from_days`).
fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_shows_date_and_time() {
        let time = 1_709_208_000_123_456_789;
        let shown = clock("%Y-%m-%d %H:%M:%S,%3f %f %%", time);
        assert_eq!(shown, Ok(Value::text("2024-02-29 12:00:00,123 123456 %")));
        assert_eq!(clock("%Q", 0).unwrap_err().0, "ValueError");
        assert_eq!(civil_from_days(0), (1970, 1, 1));
    }
}
