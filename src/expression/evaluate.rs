//! Evaluates code against an [`Environment`]. Whatever can go wrong is a [`Fault`], which becomes an error
//! of the scenario; nothing here panics, wraps or grows without bound.

use std::sync::Arc;

use indexmap::IndexMap;

use super::backoff;
use super::code::{Code, Comprehension, Environment, Kind, Piece};
use super::functions;
use super::operators;
use super::tree::Binary;
use super::value::{Names, ResourceId, TaskId, Value};
use crate::source::Span;

/// The longest text, in bytes.
pub const MAX_TEXT: usize = 16 << 20;
/// The longest list.
pub const MAX_ITEMS: usize = 10_000_000;
/// How deep lists and maps may nest: dropping and showing them recurse.
const MAX_DEPTH: usize = 200;

/// Something that can't be evaluated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The kind of error that it raises.
    pub kind: &'static str,
    /// What is wrong.
    pub message: String,
    /// Where.
    pub span: Span,
}

/// What can go wrong before the place is known.
pub type Problem = (&'static str, String);

/// The names an environment knows, for showing values.
struct EnvironmentNames<'a, E: ?Sized>(&'a E);

impl<E: Environment + ?Sized> Names for EnvironmentNames<'_, E> {
    fn task(&self, task: TaskId) -> String {
        self.0.task_name(task)
    }

    fn resource(&self, resource: ResourceId) -> String {
        self.0.resource_name(resource)
    }
}

/// A value as templates show it.
pub fn display<E: Environment + ?Sized>(value: &Value, environment: &E) -> String {
    value.display(&EnvironmentNames(environment))
}

/// Evaluates code.
///
/// # Errors
/// If the values do not go together, a name is not assigned yet, a result is too large, ...
pub fn evaluate<E: Environment>(code: &Code, environment: &mut E) -> Result<Value, Box<Fault>> {
    let at = |(kind, message): Problem| Box::new(Fault { kind, message, span: code.span });
    match &code.kind {
        Kind::Constant(value) => Ok(value.clone()),
        Kind::Slot(slot) => environment
            .slot(*slot)
            .ok_or_else(|| at(("UnassignedVariable", "this variable has no value yet".to_string()))),
        Kind::Shared(index) => Ok(environment.shared(*index)),
        Kind::Template(pieces) => {
            template(pieces, environment).and_then(|text| match text.len() > MAX_TEXT {
                true => Err(at(too_large("text"))),
                false => Ok(Value::text(text)),
            })
        }
        Kind::List(items) => {
            let items =
                items.iter().map(|item| evaluate(item, environment)).collect::<Result<Vec<_>, _>>()?;
            bounded(Value::list(items)).map_err(at)
        }
        Kind::Map(entries) => {
            let mut map = IndexMap::with_capacity(entries.len());
            for (key, value) in entries {
                let key = evaluate(key, environment)?;
                map.insert(operators::key(key).map_err(at)?, evaluate(value, environment)?);
            }
            bounded(Value::map(map)).map_err(at)
        }
        Kind::Comprehension(inner) => comprehension(inner, environment, code.span),
        Kind::Unary(operator, operand) => {
            let operand = evaluate(operand, environment)?;
            operators::unary(*operator, &operand).map_err(at)
        }
        Kind::Binary(operator @ (Binary::And | Binary::Or), sides) => {
            let decides = *operator == Binary::Or;
            let left = operators::truth(&evaluate(&sides.0, environment)?).map_err(at)?;
            if left == decides {
                return Ok(Value::Bool(left));
            }
            operators::truth(&evaluate(&sides.1, environment)?).map(Value::Bool).map_err(at)
        }
        Kind::Binary(operator, sides) => {
            let left = evaluate(&sides.0, environment)?;
            let right = evaluate(&sides.1, environment)?;
            operators::binary(*operator, &left, &right).map_err(at)
        }
        Kind::Conditional(parts) => {
            let condition = operators::truth(&evaluate(&parts.0, environment)?).map_err(at)?;
            evaluate(if condition { &parts.1 } else { &parts.2 }, environment)
        }
        Kind::Scaled(sides, ceiling) => {
            let (wait, scale) = (evaluate(&sides.0, environment)?, evaluate(&sides.1, environment)?);
            let ceiling = ceiling.as_deref().map(|ceiling| evaluate(ceiling, environment)).transpose()?;
            backoff::scaled(&wait, &scale, ceiling.as_ref()).map_err(at)
        }
        Kind::Grown(sides) => {
            let (scale, factor) = (evaluate(&sides.0, environment)?, evaluate(&sides.1, environment)?);
            backoff::grown(&scale, &factor).map_err(at)
        }
        Kind::Index(parts) => {
            let container = evaluate(&parts.0, environment)?;
            let index = evaluate(&parts.1, environment)?;
            operators::index(&container, &index).map_err(at)
        }
        Kind::Field(inner, field) => {
            let value = evaluate(inner, environment)?;
            operators::field(&value, field).map_err(at)
        }
        Kind::Call { function, arguments, site } => {
            let arguments = arguments
                .iter()
                .map(|argument| evaluate(argument, environment))
                .collect::<Result<Vec<_>, _>>()?;
            let mut call = functions::Call { environment, site: *site, name: functions::name(*function) };
            functions::call(*function, &arguments, &mut call).map_err(at)
        }
        Kind::Uniform(low, high, site) => {
            let random = environment.draw(*site);
            Ok(Value::Duration(super::distribution::integer(*low, high + 1, random)))
        }
        Kind::Chance(probability, site) => {
            let random = environment.draw(*site);
            Ok(Value::Bool(super::distribution::happens(*probability, random)))
        }
        Kind::Sample(range, site) => {
            let value = evaluate(range, environment)?;
            match &value {
                Value::Range(bounds) => {
                    let random = environment.draw(*site);
                    super::distribution::uniform(&bounds.0, &bounds.1, random).map_err(at)
                }
                _ => Ok(value),
            }
        }
    }
}

fn template<E: Environment>(pieces: &[Piece], environment: &mut E) -> Result<String, Box<Fault>> {
    let mut text = String::new();
    for piece in pieces {
        match piece {
            Piece::Text(piece) => text.push_str(piece),
            Piece::Hole(code, format) => {
                let value = evaluate(code, environment)?;
                let shown = format.apply(&value, &EnvironmentNames(environment));
                let shown = shown
                    .map_err(|message| Box::new(Fault { kind: "TypeError", message, span: code.span }))?;
                text.push_str(&shown);
            }
        }
    }
    Ok(text)
}

fn comprehension<E: Environment>(
    inner: &Comprehension,
    environment: &mut E,
    span: Span,
) -> Result<Value, Box<Fault>> {
    let at = |(kind, message): Problem| Box::new(Fault { kind, message, span });
    let iterable = evaluate(&inner.iterable, environment)?;
    let mut items = Vec::new();
    for position in 0.. {
        let item = item(&iterable, position).map_err(|message| at(("TypeError", message)))?;
        let Some(item) = item else { break };
        match (&item, inner.slots.as_slice()) {
            (_, [slot]) => environment.assign(*slot, item),
            (Value::List(parts), slots) if parts.len() == slots.len() => {
                for (slot, part) in slots.iter().zip(parts.iter()) {
                    environment.assign(*slot, part.clone());
                }
            }
            (_, slots) => {
                let message = format!("can't take {} apart into {} names", item.type_name(), slots.len());
                return Err(at(("ValueError", message)));
            }
        }
        if let Some(condition) = &inner.condition {
            let holds = operators::truth(&evaluate(condition, environment)?);
            if !holds.map_err(at)? {
                continue;
            }
        }
        if items.len() >= MAX_ITEMS {
            return Err(at(too_large("a list")));
        }
        items.push(evaluate(&inner.element, environment)?);
    }
    bounded(Value::list(items)).map_err(at)
}

/// The item at a position of what `for` can walk; none behind the last.
///
/// # Errors
/// If the value can't be walked.
pub fn item(iterable: &Value, position: usize) -> Result<Option<Value>, String> {
    Ok(match iterable {
        Value::List(items) => items.get(position).cloned(),
        Value::Map(entries) => entries.get_index(position).map(|(key, _)| key.clone()),
        Value::Text(text) => text.chars().nth(position).map(Value::text),
        Value::Range(bounds) => match (&bounds.0, &bounds.1) {
            (Value::Int(first), Value::Int(end)) => {
                first.checked_add(position as i64).filter(|item| item < end).map(Value::Int)
            }
            _ => return Err("only a range of whole numbers can be walked".to_string()),
        },
        other => {
            return Err(format!(
                "{} can't be walked; a list, range, map, text, queue, stream or open file can",
                other.type_name()
            ));
        }
    })
}

/// Assigns inside a list or map, along a path of indices.
///
/// # Errors
/// If the container has no such place. The span is empty.
pub fn assign_path(container: &mut Value, path: &[Value], value: Value) -> Result<(), Fault> {
    let span = Span::default();
    let fault = |(kind, message): Problem| Fault { kind, message, span };
    let depth = MAX_DEPTH.checked_sub(path.len()).filter(|depth| *depth > 0);
    check_nesting(&value, depth.ok_or_else(|| fault(too_deep()))?, &mut 0).map_err(fault)?;
    operators::assign(container, path, value).map_err(fault)
}

/// Refuses a list or map that is nested too deep or has too many parts. One that is shared counts as often as
/// it is shown: a map that holds the one before it twice doubles, though it takes no room, and whoever shows,
/// compares or digests it would never end.
pub fn bounded(value: Value) -> Result<Value, Problem> {
    check_nesting(&value, MAX_DEPTH, &mut 0)?;
    Ok(value)
}

fn too_deep() -> Problem {
    ("TooLarge", format!("lists and maps may nest {MAX_DEPTH} deep at most"))
}

fn check_nesting(value: &Value, depth: usize, containers: &mut usize) -> Result<(), Problem> {
    if !matches!(value, Value::List(_) | Value::Map(_) | Value::Range(_) | Value::Error(_)) {
        return Ok(());
    }
    let Some(deeper) = depth.checked_sub(1) else { return Err(too_deep()) };
    *containers += 1;
    if *containers > MAX_ITEMS {
        return Err(too_large("a list or map"));
    }
    match value {
        Value::List(items) => items
            .iter()
            .filter(|item| is_nested(item))
            .try_for_each(|it| check_nesting(it, deeper, containers)),
        Value::Map(entries) => entries
            .values()
            .filter(|item| is_nested(item))
            .try_for_each(|item| check_nesting(item, deeper, containers)),
        _ => Ok(()),
    }
}

fn is_nested(value: &Value) -> bool {
    matches!(value, Value::List(_) | Value::Map(_))
}

/// What is said of a value that grew too large.
pub fn too_large(what: &str) -> Problem {
    ("TooLarge", format!("{what} grew beyond the limit of {MAX_ITEMS} items or {} MiB", MAX_TEXT >> 20))
}

/// Adds to a list.
///
/// # Errors
/// If it grew too large.
pub fn append(list: &Arc<Vec<Value>>, more: &[Value]) -> Result<Value, Problem> {
    if list.len() + more.len() > MAX_ITEMS {
        return Err(too_large("a list"));
    }
    let mut list = list.as_ref().clone();
    list.extend_from_slice(more);
    bounded(Value::list(list))
}
