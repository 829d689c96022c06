//! Types as far as they can be told without running: enough to find what is certainly wrong, such as a
//! duration without a unit. What can't be told is never an error.

use super::functions;
use super::tree::{Binary, Expression, Kind, Unary};
use crate::diagnostic::Diagnostic;

/// What an expression's value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// It can't be told.
    Any,
    /// Null.
    Null,
    /// True or false.
    Bool,
    /// A whole number.
    Int,
    /// A number.
    Float,
    /// A duration.
    Duration,
    /// A rate.
    Rate,
    /// Text.
    Text,
    /// A list.
    List,
    /// A map.
    Map,
    /// A range of whole numbers or other numbers.
    Range,
    /// A range of durations.
    Times,
    /// A queue, limit or signal.
    Resource,
}

/// What a place needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// Anything.
    Any,
    /// A duration, or a range of durations.
    Duration,
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// True or false.
    Condition,
    /// A number from 0 to 1.
    Probability,
    /// A rate.
    Rate,
    /// A priority: a whole number or a duration.
    Priority,
}

impl Type {
    /// What it is called, with its article.
    pub fn phrase(self) -> &'static str {
        match self {
            Type::Any => "a value",
            Type::Null => "null",
            Type::Bool => "true or false",
            Type::Int => "an integer",
            Type::Float => "a number",
            Type::Duration => "a duration",
            Type::Rate => "a rate",
            Type::Text => "text",
            Type::List => "a list",
            Type::Map => "a map",
            Type::Range | Type::Times => "a range",
            Type::Resource => "a queue, limit or signal",
        }
    }

    fn is_number(self) -> bool {
        matches!(self, Type::Int | Type::Float)
    }
}

/// The type of an expression; `lookup` knows that of names.
pub fn infer(expression: &Expression, lookup: &dyn Fn(&str) -> Type) -> Type {
    match &expression.kind {
        Kind::Null => Type::Null,
        Kind::Bool(_) => Type::Bool,
        Kind::Int(_) => Type::Int,
        Kind::Float(_) | Kind::Percent(_) => Type::Float,
        Kind::Duration(_) => Type::Duration,
        Kind::Template(_) => Type::Text,
        Kind::List(_) | Kind::Comprehension { .. } => Type::List,
        Kind::Map(_) => Type::Map,
        Kind::Name(name) => lookup(name),
        Kind::Unary(Unary::Not, _) => Type::Bool,
        Kind::Unary(Unary::Negate, operand) => infer(operand, lookup),
        Kind::Binary(operator, left, right) => result(*operator, infer(left, lookup), infer(right, lookup)),
        Kind::Conditional { then, otherwise, .. } => {
            let (then, otherwise) = (infer(then, lookup), infer(otherwise, lookup));
            if then == otherwise { then } else { Type::Any }
        }
        Kind::Call { function, .. } => functions::find(&function.text)
            .and_then(functions::get)
            .map_or(Type::Any, |function| function.gives),
        Kind::Index(..) | Kind::Field(..) => Type::Any,
    }
}

fn result(operator: Binary, left: Type, right: Type) -> Type {
    match operator {
        Binary::Or
        | Binary::And
        | Binary::Equal
        | Binary::NotEqual
        | Binary::Less
        | Binary::LessOrEqual
        | Binary::Greater
        | Binary::GreaterOrEqual
        | Binary::In
        | Binary::NotIn => Type::Bool,
        Binary::Range if left == Type::Duration || right == Type::Duration => Type::Times,
        Binary::Range if left.is_number() && right.is_number() => Type::Range,
        Binary::Range => Type::Any,
        Binary::Divide => match (left, right) {
            (Type::Duration, Type::Duration) => Type::Float,
            (Type::Duration, right) if right.is_number() => Type::Duration,
            (left, Type::Duration) if left.is_number() => Type::Rate,
            (left, right) if left.is_number() && right.is_number() => Type::Float,
            _ => Type::Any,
        },
        Binary::Multiply if left.is_number() && right == Type::Duration => Type::Duration,
        Binary::Multiply if left == Type::Duration && right.is_number() => Type::Duration,
        _ if left == right => left,
        _ if left.is_number() && right.is_number() => Type::Float,
        _ => Type::Any,
    }
}

/// Reports what is certainly wrong with an expression, and with it at its place.
pub fn check(
    expression: &Expression,
    expected: Expected,
    lookup: &dyn Fn(&str) -> Type,
    errors: &mut Vec<Diagnostic>,
) {
    let before = errors.len();
    check_inside(expression, lookup, errors);
    if errors.len() == before {
        check_place(expression, expected, lookup, errors);
    }
}

fn check_place(
    expression: &Expression,
    expected: Expected,
    lookup: &dyn Fn(&str) -> Type,
    errors: &mut Vec<Diagnostic>,
) {
    let found = infer(expression, lookup);
    let span = expression.span;
    let wrong = |needed: &str, help: String| {
        Diagnostic::error("wrong-type", span, format!("{needed} is needed here, not {}", found.phrase()))
            .help(help)
    };
    match expected {
        _ if found == Type::Any => {}
        Expected::Any => {}
        Expected::Duration => match (found, &expression.kind) {
            (Type::Duration | Type::Times, Kind::Unary(Unary::Negate, _)) => {
                errors.push(
                    Diagnostic::error("negative-duration", span, "a duration to wait for can't be negative")
                        .help("leave out the `-`"),
                );
            }
            (Type::Duration | Type::Times, _) | (_, Kind::Int(0)) => {}
            (Type::Int | Type::Float, Kind::Int(_) | Kind::Float(_)) => {
                let shown = match &expression.kind {
                    Kind::Int(number) => number.to_string(),
                    Kind::Float(number) => number.to_string(),
                    _ => String::new(),
                };
                errors.push(
                    Diagnostic::error("missing-unit", span, "a duration needs a unit")
                        .label("a bare number")
                        .help(format!("did you mean `{shown}s` or `{shown}ms`?")),
                );
            }
            (Type::Range, _) => errors.push(
                Diagnostic::error("missing-unit", span, "a duration needs a unit")
                    .label("a range of bare numbers")
                    .help("both ends take a unit: `100ms..500ms`"),
            ),
            _ => {
                errors.push(wrong("a duration", "for example `100ms`, `1.5s` or `100ms..500ms`".to_string()))
            }
        },
        Expected::Integer if found == Type::Int => {}
        Expected::Integer => errors.push(wrong("a whole number", "for example `3`".to_string())),
        Expected::Number if found.is_number() => {}
        Expected::Number => errors.push(wrong("a number", "for example `2` or `1.5`".to_string())),
        Expected::Condition if found == Type::Bool => {}
        Expected::Condition => {
            errors
                .push(wrong("true or false", "compare it with something: `n > 0`, `x != null`".to_string()));
        }
        Expected::Probability => {
            let value = match &expression.kind {
                Kind::Int(number) => Some(*number as f64),
                Kind::Float(number) | Kind::Percent(number) => Some(*number),
                _ => None,
            };
            if value.is_some_and(|value| !(0.0..=1.0).contains(&value)) {
                let shown = value.unwrap_or_default();
                errors.push(
                    Diagnostic::error("bad-probability", span, "a probability lies between 0 and 1")
                        .help(format!("did you mean `{shown}%`? write `5%` or `0.05`")),
                );
            } else if !found.is_number() {
                errors.push(wrong("a probability", "for example `5%` or `0.05`".to_string()));
            }
        }
        Expected::Priority if matches!(found, Type::Int | Type::Duration) => {}
        Expected::Priority => {
            errors
                .push(wrong("a priority", "a whole number or a duration; the lowest goes first".to_string()));
        }
        Expected::Rate if found == Type::Rate => {}
        Expected::Rate => errors.push(wrong("a rate", "so many in so much time: `2/1s`".to_string())),
    }
}

fn check_inside(expression: &Expression, lookup: &dyn Fn(&str) -> Type, errors: &mut Vec<Diagnostic>) {
    for part in expression.parts() {
        check_inside(part, lookup, errors);
    }
    match &expression.kind {
        Kind::Binary(operator, left, right) => {
            let before = errors.len();
            check_sides(*operator, left, right, expression, lookup, errors);
            if errors.len() == before && matches!(operator, Binary::And | Binary::Or) {
                check_place(left, Expected::Condition, lookup, errors);
                check_place(right, Expected::Condition, lookup, errors);
            }
        }
        Kind::Unary(Unary::Not, operand) => check_place(operand, Expected::Condition, lookup, errors),
        Kind::Conditional { condition, .. } => check_place(condition, Expected::Condition, lookup, errors),
        Kind::Call { function, arguments, .. } => {
            let expected = match function.text.as_str() {
                "chance" => Expected::Probability,
                "round" | "floor" | "ceil" => Expected::Number,
                _ => return,
            };
            if let (Some(_), Some(first)) = (functions::find(&function.text), arguments.first()) {
                check_place(first, expected, lookup, errors);
            }
        }
        _ => {}
    }
}

fn check_sides(
    operator: Binary,
    left: &Expression,
    right: &Expression,
    whole: &Expression,
    lookup: &dyn Fn(&str) -> Type,
    errors: &mut Vec<Diagnostic>,
) {
    use Binary::{Add, Greater, GreaterOrEqual, Less, LessOrEqual, Range, Subtract};
    let (first, second) = (infer(left, lookup), infer(right, lookup));
    let is_zero = |side: &Expression| matches!(side.kind, Kind::Int(0));
    let numbers = (first, second);
    match (operator, numbers) {
        (
            Add | Subtract | Less | LessOrEqual | Greater | GreaterOrEqual | Range,
            (Type::Duration, number),
        ) if number.is_number() && !is_zero(right) => {
            errors.push(missing_unit(right));
        }
        (
            Add | Subtract | Less | LessOrEqual | Greater | GreaterOrEqual | Range,
            (number, Type::Duration),
        ) if number.is_number() && !is_zero(left) => {
            errors.push(missing_unit(left));
        }
        (Add, (Type::Text, other) | (other, Type::Text)) if other != Type::Text && other != Type::Any => {
            errors.push(
                Diagnostic::error(
                    "wrong-type",
                    whole.span,
                    format!("text can't be added to {}", other.phrase()),
                )
                .help("put the value into the text: \"total {n}\""),
            );
        }
        (Less | LessOrEqual | Greater | GreaterOrEqual, (first, second))
            if first != Type::Any && second != Type::Any && !is_zero(left) && !is_zero(right) =>
        {
            let alike = first == second || first.is_number() && second.is_number();
            let ordered =
                |it| matches!(it, Type::Int | Type::Float | Type::Duration | Type::Text | Type::List);
            if !alike || !ordered(first) {
                let message = format!("{} can't be compared with {}", first.phrase(), second.phrase());
                errors.push(
                    Diagnostic::error("wrong-type", whole.span, message).help(
                        "numbers go with numbers, durations with durations; a queue's size is `len(q)`",
                    ),
                );
            }
        }
        _ => {}
    }
}

fn missing_unit(side: &Expression) -> Diagnostic {
    let help = match &side.kind {
        Kind::Int(number) => format!("did you mean `{number}s` or `{number}ms`?"),
        Kind::Float(number) => format!("did you mean `{number}s` or `{number}ms`?"),
        _ => "multiply it with a unit: `n * 1s`".to_string(),
    };
    Diagnostic::error("missing-unit", side.span, "a duration needs a unit")
        .label("a bare number beside a duration")
        .help(help)
}
