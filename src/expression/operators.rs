//! What the operators do. Integers and durations are checked: what does not fit is an `Overflow`.

use std::sync::Arc;

use super::evaluate::{MAX_TEXT, Problem, append, too_large};
use super::tree::{Binary, Unary};
use super::value::{Rate, Value};

/// A condition's truth: only `true` and `false` have one.
pub fn truth(value: &Value) -> Result<bool, Problem> {
    match value {
        Value::Bool(truth) => Ok(*truth),
        other => Err(("TypeError", format!("a condition must be true or false, not {}", other.type_name()))),
    }
}

/// An operator before its operand.
pub fn unary(operator: Unary, operand: &Value) -> Result<Value, Problem> {
    match (operator, operand) {
        (Unary::Not, value) => truth(value).map(|truth| Value::Bool(!truth)),
        (Unary::Negate, Value::Int(value)) => value.checked_neg().map(Value::Int).ok_or_else(overflow),
        (Unary::Negate, Value::Duration(value)) => {
            value.checked_neg().map(Value::Duration).ok_or_else(overflow)
        }
        (Unary::Negate, Value::Float(value)) => Ok(Value::Float(-value)),
        (Unary::Negate, other) => Err(("TypeError", format!("{} can't be negated", other.type_name()))),
    }
}

/// An operator between whole numbers, or a duration and one, where that is simple: most that is reckoned is.
/// None if it is not, or does not fit: [`binary`] tells, and asks this first.
#[inline]
pub fn simple(operator: Binary, left: &Value, right: &Value) -> Option<Value> {
    match (left, right) {
        (Value::Int(left), Value::Int(right)) => match operator {
            Binary::Add => left.checked_add(*right).map(Value::Int),
            Binary::Subtract => left.checked_sub(*right).map(Value::Int),
            Binary::Multiply => left.checked_mul(*right).map(Value::Int),
            Binary::Less => Some(Value::Bool(left < right)),
            Binary::LessOrEqual => Some(Value::Bool(left <= right)),
            Binary::Greater => Some(Value::Bool(left > right)),
            Binary::GreaterOrEqual => Some(Value::Bool(left >= right)),
            Binary::Equal => Some(Value::Bool(left == right)),
            Binary::NotEqual => Some(Value::Bool(left != right)),
            _ => None,
        },
        (Value::Duration(time), Value::Int(factor)) if operator == Binary::Multiply => {
            time.checked_mul(*factor).map(Value::Duration)
        }
        _ => None,
    }
}

/// An operator between two operands; `and` and `or` are the evaluator's, for they may leave out the second.
pub fn binary(operator: Binary, left: &Value, right: &Value) -> Result<Value, Problem> {
    if let Some(value) = simple(operator, left, right) {
        return Ok(value);
    }
    match operator {
        Binary::Add => add(left, right),
        Binary::Subtract => subtract(left, right),
        Binary::Multiply => multiply(left, right),
        Binary::Divide => divide(left, right),
        Binary::Modulo => modulo(left, right),
        Binary::Equal => Ok(Value::Bool(left.equals(right))),
        Binary::NotEqual => Ok(Value::Bool(!left.equals(right))),
        Binary::In => contains(right, left).map(Value::Bool),
        Binary::NotIn => contains(right, left).map(|found| Value::Bool(!found)),
        Binary::Range => range(left, right),
        Binary::And => Ok(Value::Bool(truth(left)? && truth(right)?)),
        Binary::Or => Ok(Value::Bool(truth(left)? || truth(right)?)),
        Binary::Less | Binary::LessOrEqual | Binary::Greater | Binary::GreaterOrEqual => {
            let Some(order) = left.compare(right) else { return Err(mismatch("compared with", left, right)) };
            Ok(Value::Bool(match operator {
                Binary::Less => order.is_lt(),
                Binary::LessOrEqual => order.is_le(),
                Binary::Greater => order.is_gt(),
                _ => order.is_ge(),
            }))
        }
    }
}

fn add(left: &Value, right: &Value) -> Result<Value, Problem> {
    match (left, right) {
        // `simple` did what fits.
        (Value::Int(_), Value::Int(_)) => Err(overflow()),
        (Value::Duration(left), Value::Duration(right)) => {
            left.checked_add(*right).map(Value::Duration).ok_or_else(overflow)
        }
        (Value::Text(left), Value::Text(right)) if left.len() + right.len() > MAX_TEXT => {
            Err(too_large("text"))
        }
        (Value::Text(left), Value::Text(right)) => Ok(Value::text(format!("{left}{right}"))),
        (Value::List(left), Value::List(right)) => append(left, right),
        _ => arithmetic(left, right, "added to", |left, right| left + right),
    }
}

fn subtract(left: &Value, right: &Value) -> Result<Value, Problem> {
    match (left, right) {
        // `simple` did what fits.
        (Value::Int(_), Value::Int(_)) => Err(overflow()),
        (Value::Duration(left), Value::Duration(right)) => {
            left.checked_sub(*right).map(Value::Duration).ok_or_else(overflow)
        }
        _ => arithmetic(left, right, "subtracted from", |left, right| left - right),
    }
}

fn multiply(left: &Value, right: &Value) -> Result<Value, Problem> {
    match (left, right) {
        // `simple` did what fits.
        (Value::Int(_) | Value::Duration(_), Value::Int(_)) => Err(overflow()),
        (Value::Int(factor), Value::Duration(time)) => {
            time.checked_mul(*factor).map(Value::Duration).ok_or_else(overflow)
        }
        (Value::Duration(time), Value::Float(factor)) | (Value::Float(factor), Value::Duration(time)) => {
            duration(*time as f64 * factor)
        }
        _ => arithmetic(left, right, "multiplied with", |left, right| left * right),
    }
}

fn divide(left: &Value, right: &Value) -> Result<Value, Problem> {
    if let Some(divisor) = right.number()
        && divisor == 0.0
    {
        return Err(("DivisionByZero", "division by zero".to_string()));
    }
    match (left, right) {
        (_, Value::Duration(0)) => Err(("DivisionByZero", "division by zero".to_string())),
        (Value::Duration(left), Value::Duration(right)) => Ok(Value::Float(*left as f64 / *right as f64)),
        (Value::Duration(time), Value::Int(divisor)) => {
            time.checked_div(*divisor).map(Value::Duration).ok_or_else(overflow)
        }
        (Value::Duration(time), Value::Float(divisor)) => duration(*time as f64 / divisor),
        (Value::Int(count), Value::Duration(period)) => rate(*count as f64, *period),
        (Value::Float(count), Value::Duration(period)) => rate(*count, *period),
        _ => arithmetic(left, right, "divided by", |left, right| left / right),
    }
}

fn modulo(left: &Value, right: &Value) -> Result<Value, Problem> {
    let zero = || ("DivisionByZero", "modulo by zero".to_string());
    let floored = |left: i64, right: i64| {
        let rest = left.checked_rem(right).unwrap_or(0);
        if rest != 0 && (rest < 0) != (right < 0) { rest + right } else { rest }
    };
    match (left, right) {
        (_, Value::Int(0) | Value::Duration(0)) => Err(zero()),
        (Value::Int(left), Value::Int(right)) => Ok(Value::Int(floored(*left, *right))),
        (Value::Duration(left), Value::Duration(right)) => Ok(Value::Duration(floored(*left, *right))),
        _ => arithmetic(left, right, "taken modulo", |left, right| left - right * (left / right).floor()),
    }
}

fn arithmetic(
    left: &Value,
    right: &Value,
    verb: &str,
    operate: fn(f64, f64) -> f64,
) -> Result<Value, Problem> {
    match (left.number(), right.number()) {
        (Some(left), Some(right)) => Ok(Value::Float(operate(left, right))),
        _ => Err(mismatch(verb, left, right)),
    }
}

fn range(left: &Value, right: &Value) -> Result<Value, Problem> {
    match (left, right) {
        (Value::Int(_) | Value::Float(_), Value::Int(_) | Value::Float(_))
        | (Value::Duration(_), Value::Duration(_))
        | (Value::Int(0), Value::Duration(_)) => {
            let left = if matches!((left, right), (Value::Int(0), Value::Duration(_))) {
                Value::Duration(0)
            } else {
                left.clone()
            };
            Ok(Value::Range(Arc::new((left, right.clone()))))
        }
        _ => Err(("TypeError", format!("no range from {} to {}", left.type_name(), right.type_name()))),
    }
}

fn contains(container: &Value, item: &Value) -> Result<bool, Problem> {
    match (container, item) {
        (Value::List(items), _) => Ok(items.iter().any(|candidate| candidate.equals(item))),
        (Value::Map(entries), _) => Ok(entries.contains_key(item)),
        (Value::Text(text), Value::Text(part)) => Ok(text.contains(part.as_str())),
        (Value::Range(bounds), _) => match (bounds.0.compare(item), item.compare(&bounds.1)) {
            (Some(low), Some(high)) => Ok(low.is_le() && high.is_lt()),
            _ => Err(mismatch("looked for in", item, container)),
        },
        _ => Err(mismatch("looked for in", item, container)),
    }
}

/// `a[i]`; with a range as index a slice, clamped as in Python.
pub fn index(container: &Value, index: &Value) -> Result<Value, Problem> {
    match (container, index) {
        (Value::Map(entries), key) => entries.get(key).cloned().ok_or_else(|| no_key(key)),
        (Value::List(items), Value::Int(position)) => {
            let position = place(*position, items.len())?;
            Ok(items[position].clone())
        }
        (Value::Text(text), Value::Int(position)) => {
            let position = place(*position, text.chars().count())?;
            Ok(text.chars().nth(position).map(Value::text).unwrap_or_default())
        }
        (Value::List(items), Value::Range(bounds)) => {
            let (from, to) = slice(bounds, items.len())?;
            Ok(Value::list(items[from..to].to_vec()))
        }
        (Value::Text(text), Value::Range(bounds)) => {
            let (from, to) = slice(bounds, text.chars().count())?;
            Ok(Value::text(text.chars().skip(from).take(to - from).collect::<String>()))
        }
        (Value::List(_) | Value::Text(_), other) => {
            Err(("TypeError", format!("an index is a whole number or a range, not {}", other.type_name())))
        }
        (other, _) => Err(("TypeError", format!("{} has no items", other.type_name()))),
    }
}

/// `a.field`: of errors, and of maps by key.
pub fn field(value: &Value, field: &str) -> Result<Value, Problem> {
    match value {
        Value::Error(error) => match field {
            "kind" => Ok(Value::text(&*error.kind)),
            "message" => Ok(Value::text(&*error.message)),
            "errors" => Ok(Value::list(error.errors.clone())),
            _ => Err(("KeyError", format!("an error has `kind`, `message` and `errors`, no `{field}`"))),
        },
        Value::Map(_) => index(value, &Value::text(field)),
        other => Err(("TypeError", format!("{} has no field `{field}`", other.type_name()))),
    }
}

/// Assigns along a path of indices. What is shared with other variables is copied first.
pub fn assign(container: &mut Value, path: &[Value], value: Value) -> Result<(), Problem> {
    let Some((first, rest)) = path.split_first() else {
        *container = value;
        return Ok(());
    };
    match container {
        Value::Map(entries) => {
            let first = key(first.clone())?;
            let entries = Arc::make_mut(entries);
            if rest.is_empty() {
                entries.insert(first, value);
                return Ok(());
            }
            match entries.get_mut(&first) {
                Some(inner) => assign(inner, rest, value),
                None => Err(no_key(&first)),
            }
        }
        Value::List(items) => {
            let Value::Int(position) = first else {
                return Err(("TypeError", format!("an index is a whole number, not {}", first.type_name())));
            };
            let position = place(*position, items.len())?;
            assign(&mut Arc::make_mut(items)[position], rest, value)
        }
        other => Err(("TypeError", format!("{} has no items to assign", other.type_name()))),
    }
}

/// A map's key: whatever has an identity.
pub fn key(value: Value) -> Result<Value, Problem> {
    match value {
        Value::List(_) | Value::Map(_) | Value::Range(_) | Value::Error(_) => {
            Err(("TypeError", format!("{} can't be a key", value.type_name())))
        }
        value => Ok(value),
    }
}

fn place(position: i64, length: usize) -> Result<usize, Problem> {
    let found = if position < 0 { position.checked_add(length as i64) } else { Some(position) };
    match found.and_then(|position| usize::try_from(position).ok()).filter(|position| *position < length) {
        Some(position) => Ok(position),
        None => Err(("IndexError", format!("no item {position}: there are {length}"))),
    }
}

fn slice(bounds: &(Value, Value), length: usize) -> Result<(usize, usize), Problem> {
    let (Value::Int(from), Value::Int(to)) = bounds else {
        return Err(("TypeError", "a slice is a range of whole numbers".to_string()));
    };
    let clamp = |position: i64| {
        let position = if position < 0 { position.saturating_add(length as i64) } else { position };
        position.clamp(0, length as i64) as usize
    };
    let (from, to) = (clamp(*from), clamp(*to));
    Ok((from, to.max(from)))
}

/// A whole number of nanoseconds, the nearest.
pub fn duration(nanoseconds: f64) -> Result<Value, Problem> {
    let rounded = nanoseconds.round();
    if rounded.abs() < i64::MAX as f64 { Ok(Value::Duration(rounded as i64)) } else { Err(overflow()) }
}

/// So many in so much time. A count with a fraction is made whole by a longer time.
fn rate(count: f64, period: i64) -> Result<Value, Problem> {
    if count < 0.0 || period <= 0 {
        return Err(("ValueError", "a rate can't be negative".to_string()));
    }
    let mut scale = 1;
    while (count * scale as f64).fract() != 0.0 && scale < 1_000_000 {
        scale *= 10;
    }
    let (count, period) = ((count * scale as f64).round(), (period as u64).checked_mul(scale));
    match period {
        Some(period) if count < u64::MAX as f64 => {
            Ok(Value::Rate(Arc::new(Rate { count: count as u64, period })))
        }
        _ => Err(overflow()),
    }
}

fn no_key(key: &Value) -> Problem {
    let shown = match key {
        Value::Text(text) => format!("{text:?}"),
        Value::Int(number) => number.to_string(),
        other => other.type_name().to_string(),
    };
    ("KeyError", format!("no key {shown}"))
}

fn mismatch(verb: &str, left: &Value, right: &Value) -> Problem {
    ("TypeError", format!("{} can't be {verb} {}", left.type_name(), right.type_name()))
}

/// What is said of a number that does not fit.
pub fn overflow() -> Problem {
    ("Overflow", "the result does not fit".to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: i64 = 1_000_000;

    #[test]
    fn durations_add_up_exactly() {
        let sum = binary(Binary::Add, &Value::Duration(100 * MS), &Value::Duration(200 * MS));
        assert_eq!(sum, Ok(Value::Duration(300 * MS)));
        assert_eq!(binary(Binary::Multiply, &Value::Float(0.5), &Value::Duration(3)), Ok(Value::Duration(2)));
    }

    #[test]
    fn overflow_and_division_by_zero_are_problems_not_panics() {
        let overflows = binary(Binary::Add, &Value::Int(i64::MAX), &Value::Int(1));
        assert_eq!(overflows.unwrap_err().0, "Overflow");
        assert_eq!(binary(Binary::Divide, &Value::Int(1), &Value::Int(0)).unwrap_err().0, "DivisionByZero");
        assert_eq!(binary(Binary::Modulo, &Value::Int(i64::MIN), &Value::Int(-1)), Ok(Value::Int(0)));
        assert_eq!(unary(Unary::Negate, &Value::Int(i64::MIN)).unwrap_err().0, "Overflow");
    }

    #[test]
    fn modulo_has_the_sign_of_the_divisor() {
        assert_eq!(binary(Binary::Modulo, &Value::Int(-1), &Value::Int(5)), Ok(Value::Int(4)));
    }

    #[test]
    fn a_rate_with_a_fraction_is_exact() {
        let made = binary(Binary::Divide, &Value::Float(2.5), &Value::Duration(1_000 * MS));
        assert_eq!(made, Ok(Value::Rate(Arc::new(Rate { count: 25, period: 10_000 * MS as u64 }))));
    }

    #[test]
    fn slices_are_clamped_and_count_from_the_end() {
        let list = Value::list((0..5).map(Value::Int).collect());
        let range = |from, to| Value::Range(Arc::new((Value::Int(from), Value::Int(to))));
        assert_eq!(index(&list, &range(1, 99)), Ok(Value::list((1..5).map(Value::Int).collect())));
        assert_eq!(index(&list, &Value::Int(-1)), Ok(Value::Int(4)));
        assert_eq!(index(&list, &Value::Int(5)).unwrap_err().0, "IndexError");
    }
}
