//! The waits of a `retry`, which grow from attempt to attempt and soon beyond what fits.

use super::evaluate::Problem;
use super::operators::{binary, simple};
use super::tree::Binary;
use super::value::Value;

/// A wait, scaled. One that does not fit is as long as the ceiling; without one it is an error.
pub fn scaled(wait: &Value, scale: &Value, ceiling: Option<&Value>) -> Result<Value, Problem> {
    match (binary(Binary::Multiply, wait, scale), ceiling) {
        (Err(("Overflow", _)), Some(ceiling)) => Ok(ceiling.clone()),
        (Err(("Overflow", _)), None) => {
            Err(("Overflow", "the backoff has grown beyond the end of time; `max` bounds it".to_string()))
        }
        (result, _) => result,
    }
}

/// The same as below between whole numbers, as long as that fits: most are.
pub fn simply_grown(scale: &Value, factor: &Value) -> Option<Value> {
    match simple(Binary::Multiply, scale, factor)? {
        Value::Int(product) if product < i64::MAX / 4 => Some(Value::Int(product)),
        _ => None,
    }
}

/// A scale for the next attempt, as long as that fits: a backoff of a nanosecond is centuries long by then.
pub fn grown(scale: &Value, factor: &Value) -> Result<Value, Problem> {
    const MOST: f64 = i64::MAX as f64 / 2.0;
    match binary(Binary::Multiply, scale, factor) {
        Ok(product) if product.number().is_some_and(|product| product < MOST) => Ok(product),
        Ok(_) | Err(("Overflow", _)) => Ok(scale.clone()),
        problem => problem,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scale_stops_growing_before_it_overflows() {
        let mut scale = Value::Int(1);
        for _ in 0..100 {
            scale = grown(&scale, &Value::Int(2)).unwrap();
        }
        assert_eq!(scale, Value::Int(1 << 61));
        assert_eq!(grown(&Value::Float(4e18), &Value::Float(2.0)), Ok(Value::Float(4e18)));
        assert_eq!(grown(&Value::Int(3), &Value::Float(0.5)), Ok(Value::Float(1.5)));
    }

    #[test]
    fn a_wait_that_does_not_fit_is_the_ceiling_or_an_error() {
        let (second, huge) = (Value::Duration(1_000_000_000), Value::Int(1 << 61));
        assert_eq!(scaled(&second, &Value::Int(4), None), Ok(Value::Duration(4_000_000_000)));
        assert_eq!(scaled(&second, &huge, Some(&second)), Ok(second.clone()));
        assert_eq!(scaled(&second, &huge, None).unwrap_err().0, "Overflow");
        assert_eq!(scaled(&second, &Value::Null, None).unwrap_err().0, "TypeError");
    }
}
