//! Random values from a uniform 64-bit number, by the inverse of each distribution's function, with `libm`
//! only: the same on every platform.

use super::evaluate::Problem;
use super::operators::duration;
use super::value::Value;

/// A number in (0, 1), never an end: 53 bits, and half a step.
pub fn unit(random: u64) -> f64 {
    ((random >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
}

/// Whether something happens that has a probability.
pub fn happens(probability: f64, random: u64) -> bool {
    unit(random) < probability
}

/// A whole number from `low` up to, not including, `high`.
pub fn integer(low: i64, high: i64, random: u64) -> i64 {
    let size = high.wrapping_sub(low) as u64;
    low.wrapping_add(((u128::from(random) * u128::from(size)) >> 64) as i64)
}

/// Between two values: durations and integers exactly, numbers otherwise. The high end of integers is left
/// out, as in ranges; that of durations counts.
pub fn uniform(low: &Value, high: &Value, random: u64) -> Result<Value, Problem> {
    match (low, high) {
        (Value::Duration(low), Value::Duration(high)) if low <= high => {
            Ok(Value::Duration(integer(*low, high.saturating_add(1), random)))
        }
        (Value::Int(low), Value::Int(high)) if low < high => Ok(Value::Int(integer(*low, *high, random))),
        (Value::Int(_), Value::Int(_)) => Err(empty()),
        _ => match (low.number(), high.number()) {
            (Some(low), Some(high)) if low <= high => Ok(Value::Float(low + (high - low) * unit(random))),
            (Some(_), Some(_)) => Err(empty()),
            _ if low.compare(high).is_some() => Err(empty()),
            _ => {
                Err(("TypeError", format!("can't draw between {} and {}", low.type_name(), high.type_name())))
            }
        },
    }
}

fn empty() -> Problem {
    ("ValueError", "the range is empty: its end lies before its beginning".to_string())
}

/// A duration, or a number, that is exponentially distributed about a mean.
pub fn exponential(mean: &Value, random: u64) -> Result<Value, Problem> {
    scaled(mean, -libm::log(unit(random)))
}

/// A normally distributed value; a duration below zero counts as zero.
pub fn normal(mean: &Value, deviation: &Value, random: u64) -> Result<Value, Problem> {
    let score = normal_quantile(unit(random));
    match (mean, deviation) {
        (Value::Duration(mean), Value::Duration(deviation)) => {
            duration((*mean as f64 + *deviation as f64 * score).max(0.0))
        }
        _ => match (mean.number(), deviation.number()) {
            (Some(mean), Some(deviation)) => Ok(Value::Float(mean + deviation * score)),
            _ => Err(("TypeError", "mean and deviation must be two durations or two numbers".to_string())),
        },
    }
}

/// A lognormally distributed value with the given median.
pub fn lognormal(median: &Value, sigma: f64, random: u64) -> Result<Value, Problem> {
    scaled(median, libm::exp(sigma * normal_quantile(unit(random))))
}

/// A Pareto-distributed value: at least the minimum, with a tail that is heavier the smaller the shape is.
pub fn pareto(minimum: &Value, shape: f64, random: u64) -> Result<Value, Problem> {
    if shape <= 0.0 {
        return Err(("ValueError", "the shape must be above zero".to_string()));
    }
    scaled(minimum, libm::pow(unit(random), -1.0 / shape))
}

fn scaled(value: &Value, factor: f64) -> Result<Value, Problem> {
    match value {
        Value::Duration(time) => duration(*time as f64 * factor),
        other => match other.number() {
            Some(number) => Ok(Value::Float(number * factor)),
            None => {
                Err(("TypeError", format!("a duration or a number is needed, not {}", other.type_name())))
            }
        },
    }
}

/// The normal distribution's inverse (P. J. Acklam's rational approximation, relative error below 1.2e-9).
fn normal_quantile(p: f64) -> f64 {
    const A: [f64; 6] = [
        -3.969683028665376e1,
        2.209460984245205e2,
        -2.759285104469687e2,
        1.38357751867269e2,
        -3.066479806614716e1,
        2.506628277459239,
    ];
    const B: [f64; 5] = [
        -5.447609879822406e1,
        1.615858368580409e2,
        -1.556989798598866e2,
        6.680131188771972e1,
        -1.328068155288572e1,
    ];
    const C: [f64; 6] = [
        -7.784894002430293e-3,
        -3.223964580411365e-1,
        -2.400758277161838,
        -2.549732539343734,
        4.374664141464968,
        2.938163982698783,
    ];
    const D: [f64; 4] = [7.784695709041462e-3, 3.224671290700398e-1, 2.445134137142996, 3.754408661907416];
    const LOW: f64 = 0.02425;
    let horner = |factors: &[f64], x: f64| factors.iter().fold(0.0, |sum, factor| sum * x + factor);
    let tail = |p: f64| {
        let q = libm::sqrt(-2.0 * libm::log(p));
        horner(&C, q) / (horner(&D, q) * q + 1.0)
    };
    if p < LOW {
        tail(p)
    } else if p > 1.0 - LOW {
        -tail(1.0 - p)
    } else {
        let q = p - 0.5;
        let r = q * q;
        horner(&A, r) * q / (horner(&B, r) * r + 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Generator;

    fn mean(sample: impl Fn(u64) -> Result<Value, Problem>) -> f64 {
        let total: f64 = (0..20_000)
            .map(|k| match sample(Generator::new(1).draw(2, 3, k)).unwrap() {
                Value::Duration(time) => time as f64,
                other => other.number().unwrap(),
            })
            .sum();
        total / 20_000.0
    }

    #[test]
    fn distributions_have_the_mean_that_they_promise() {
        let near = |value: f64, expected: f64| (value / expected - 1.0).abs() < 0.03;
        let ms = |count: i64| Value::Duration(count * 1_000_000);
        assert!(near(mean(|random| uniform(&ms(100), &ms(500), random)), 300e6));
        assert!(near(mean(|random| exponential(&ms(100), random)), 100e6));
        assert!(near(mean(|random| normal(&ms(100), &ms(10), random)), 100e6));
        assert!(near(mean(|random| lognormal(&ms(100), 0.5, random)), 100e6 * libm::exp(0.125)));
        assert!(near(mean(|random| pareto(&ms(100), 3.0, random)), 150e6));
    }

    #[test]
    fn the_normal_quantile_hits_known_points() {
        assert!((normal_quantile(0.5)).abs() < 1e-9);
        assert!((normal_quantile(0.975) - 1.959963985).abs() < 1e-8);
        assert!((normal_quantile(0.001) + 3.090232306).abs() < 1e-7);
    }

    #[test]
    fn an_empty_range_is_a_problem() {
        assert_eq!(uniform(&Value::Int(3), &Value::Int(3), 0).unwrap_err().0, "ValueError");
        assert_eq!(uniform(&Value::Duration(3), &Value::Duration(3), 7), Ok(Value::Duration(3)));
        assert_eq!(integer(i64::MIN, i64::MAX, u64::MAX), i64::MAX - 1);
    }
}
