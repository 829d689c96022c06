//! Functions that draw. Each use in a file is a site of its own.

use super::{Call, Function, function, optional, required};
use crate::expression::distribution::{
    exponential, happens, integer, lognormal, normal, pareto, uniform, unit,
};
use crate::expression::evaluate::Problem;
use crate::expression::types::Type;
use crate::expression::value::Value;

pub(super) const FUNCTIONS: &[Function] = &[
    function("random", Type::Float, &[], "A number between 0 and 1.", |_, call| {
        Ok(Value::Float(unit(call.random())))
    }),
    function(
        "uniform",
        Type::Any,
        &[required("low"), required("high")],
        "A value between two.",
        |arguments, call| {
            let random = call.random();
            uniform(&arguments[0], &arguments[1], random)
        },
    ),
    function(
        "exponential",
        Type::Any,
        &[required("mean")],
        "An exponentially distributed value, such as the time to the next arrival.",
        |arguments, call| {
            let random = call.random();
            exponential(&arguments[0], random)
        },
    ),
    function(
        "normal",
        Type::Any,
        &[required("mean"), required("deviation")],
        "A normally distributed value; no duration is below zero.",
        |arguments, call| {
            let random = call.random();
            normal(&arguments[0], &arguments[1], random)
        },
    ),
    function(
        "lognormal",
        Type::Any,
        &[required("median"), required("sigma")],
        "A lognormally distributed value, as latencies often are.",
        |arguments, call| {
            let sigma = number(&arguments[1], call)?;
            let random = call.random();
            lognormal(&arguments[0], sigma, random)
        },
    ),
    function(
        "pareto",
        Type::Any,
        &[required("minimum"), required("shape")],
        "A Pareto-distributed value, with a heavy tail.",
        |arguments, call| {
            let shape = number(&arguments[1], call)?;
            let random = call.random();
            pareto(&arguments[0], shape, random)
        },
    ),
    function(
        "chance",
        Type::Bool,
        &[required("probability")],
        "True with a probability.",
        |arguments, call| {
            let probability = number(&arguments[0], call)?;
            if !(0.0..=1.0).contains(&probability) {
                return Err((
                    "ValueError",
                    format!("a probability lies between 0 and 1; this is {probability}"),
                ));
            }
            let random = call.random();
            Ok(Value::Bool(happens(probability, random)))
        },
    ),
    function(
        "choice",
        Type::Any,
        &[required("list"), optional("weights")],
        "One item of a list, perhaps by weights.",
        |arguments, call| {
            let items = super::collections::items(&arguments[0], call)?;
            if items.is_empty() {
                return Err(("ValueError", "an empty list has nothing to choose".to_string()));
            }
            let random = call.random();
            let Value::List(weights) = &arguments[1] else {
                return Ok(items[integer(0, items.len() as i64, random) as usize].clone());
            };
            let weights = weights.iter().map(|weight| number(weight, call)).collect::<Result<Vec<_>, _>>()?;
            let total: f64 = weights.iter().sum();
            if weights.len() != items.len() || weights.iter().any(|weight| *weight < 0.0) || total <= 0.0 {
                return Err((
                    "ValueError",
                    "there must be one weight for each item, none below zero".to_string(),
                ));
            }
            let mut left = unit(random) * total;
            let chosen = weights.iter().position(|weight| {
                left -= weight;
                left < 0.0
            });
            Ok(items[chosen.unwrap_or(items.len() - 1)].clone())
        },
    ),
    function("shuffle", Type::Any, &[required("list")], "The list in a random order.", |arguments, call| {
        let mut items = super::collections::items(&arguments[0], call)?;
        for last in (1..items.len()).rev() {
            let random = call.random();
            items.swap(last, integer(0, last as i64 + 1, random) as usize);
        }
        Ok(Value::list(items))
    }),
    function(
        "draws",
        Type::Any,
        &[required("list")],
        "The listed values in turn: the first at this task's first use here, then the next.",
        |arguments, call| {
            let Value::List(items) = &arguments[0] else { return Err(call.wrong("a list", &arguments[0])) };
            let draw = call.environment.count_draw(call.site);
            match items.get(draw as usize) {
                Some(item) => Ok(item.clone()),
                None => Err((
                    "DrawsExhausted",
                    format!("only {} values are listed, and this is use {}", items.len(), draw + 1),
                )),
            }
        },
    ),
];

fn number(value: &Value, call: &Call<'_>) -> Result<f64, Problem> {
    value.number().ok_or_else(|| call.wrong("a number", value))
}
