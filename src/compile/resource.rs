//! Declares queues, limits, signals, caches and services, alone and in arrays, and the files that are there before
//! the run.

use crate::ast::{Resource, Scenario};
use crate::diagnostic::Diagnostic;
use crate::expression::code::{Code, Kind as CodeKind};
use crate::expression::types::Expected;
use crate::expression::value::Value;
use crate::plan::builder::Builder;
use crate::plan::files::{InitialFile, Prices};
use crate::plan::{
    ArrayPlan, BodyIndex, CodeIndex, Fairness, Flights, MAX_ARRAY, QueueOrder, ResourceKind, Shared,
    SharedRole, is_url,
};
use crate::source::Span;
use crate::statement;
use crate::statement::declaration::{
    BARRIER_PARTIES, BREAKER_COOLDOWN, BREAKER_FAILURES, CACHE_CAPACITY, CACHE_SINGLE_FLIGHT, CACHE_TTL,
    LIMITER_BURST, LIMITER_RATE, QUEUE_CAPACITY, QUEUE_ORDER, QUEUE_ORDERS, SEMAPHORE_FAIR,
    SEMAPHORE_PERMITS, SERVICE_CONNECTIONS, SERVICE_URL,
};
use crate::statement::service::SENT;

pub(super) fn declare_resource(builder: &mut Builder<'_>, resource: &Resource) {
    let declaration = &resource.declaration;
    let Some(entry) = declaration.entry.map(statement::entry) else { return };
    let array = declare_array(builder, resource);
    // What is left out has been reported; the name is declared all the same, so that nothing follows from it.
    let missing = builder.constant(Value::Null, resource.name.span);
    let required = |given: Option<CodeIndex>| given.unwrap_or(missing);
    let mut operand = |position: usize, expected: Expected| {
        let expression = declaration.expression(position)?;
        let code = builder.outside(|builder| match expected {
            Expected::Duration => builder.duration(expression),
            _ => builder.operand(expression, expected),
        });
        let help = match entry.name {
            "queue" | "cache" => "leave `capacity` out for one without a bound",
            _ => "leave the declaration out if there is nothing to count",
        };
        check_count(builder, code, expected, help);
        Some(code)
    };
    let kind = match entry.name {
        "queue" => {
            let order = match declaration.word(QUEUE_ORDER).map(|index| QUEUE_ORDERS[index]) {
                Some("lifo") => QueueOrder::Lifo,
                Some("priority") => QueueOrder::Priority,
                _ => QueueOrder::Fifo,
            };
            ResourceKind::Queue { capacity: operand(QUEUE_CAPACITY, Expected::Integer), order }
        }
        "cache" => {
            let ttl = operand(CACHE_TTL, Expected::Duration);
            // The words are `false`, `true`.
            let flights = match declaration.word(CACHE_SINGLE_FLIGHT) {
                Some(1) => Flights::Single,
                _ => Flights::Each,
            };
            ResourceKind::Cache { ttl, flights, capacity: operand(CACHE_CAPACITY, Expected::Integer) }
        }
        "service" => {
            let connections = operand(SERVICE_CONNECTIONS, Expected::Integer);
            let url = operand(SERVICE_URL, Expected::Any);
            if let Some(url) = url {
                check_url(builder, url);
            }
            let body = declare_service(builder, resource);
            ResourceKind::Service { body, connections, url }
        }
        "lock" => ResourceKind::Lock,
        "event" => ResourceKind::Event,
        "condition" => ResourceKind::Condition,
        "promise" => ResourceKind::Promise,
        "barrier" => ResourceKind::Barrier { parties: required(operand(BARRIER_PARTIES, Expected::Integer)) },
        "breaker" => {
            let failures = required(operand(BREAKER_FAILURES, Expected::Integer));
            ResourceKind::Breaker {
                failures,
                cooldown: required(operand(BREAKER_COOLDOWN, Expected::Duration)),
            }
        }
        "semaphore" => {
            let permits = required(operand(SEMAPHORE_PERMITS, Expected::Integer));
            // The words are `false`, `true`.
            let order = match declaration.word(SEMAPHORE_FAIR) {
                Some(0) => Fairness::Barging,
                _ => Fairness::Fair,
            };
            ResourceKind::Semaphore { permits, order }
        }
        "limiter" => {
            let rate = required(operand(LIMITER_RATE, Expected::Rate));
            ResourceKind::Limiter { rate, burst: operand(LIMITER_BURST, Expected::Integer) }
        }
        _ => return,
    };
    let (name, span) = (resource.name.text.clone(), resource.name.span);
    builder.add_resource(crate::plan::Resource { name, kind, span, array });
}

/// Tasks evaluate what the calls on files cost, so it has sites that no body has.
const FIRST_SITE_OF_PRICES: u32 = 1 << 31;

pub(super) fn declare_files(builder: &mut Builder<'_>, scenario: &Scenario) {
    let mut seen: Vec<(Value, Span)> = Vec::new();
    for file in &scenario.files {
        let (Some(path), Some(text)) = (file.expression(0), file.expression(1)) else { continue };
        let span = path.span;
        let (path, text) = builder
            .outside(|builder| (builder.operand(path, Expected::Any), builder.operand(text, Expected::Any)));
        if let CodeKind::Constant(path) = &builder.plan.code(path).kind.clone() {
            match seen.iter().find(|(other, _)| other == path) {
                Some((_, first)) => {
                    let first = *first;
                    builder.report(
                        Diagnostic::error("duplicate-name", span, "this file is declared twice")
                            .related(first, "first here")
                            .help("keep one of them"),
                    );
                }
                None => seen.push((path.clone(), span)),
            }
        }
        builder.plan.files.initial.push(InitialFile { path, text, span });
    }
    let Some(filesystem) = &scenario.filesystem else { return };
    let [open, read, line, write, close, delete] = builder.outside_from(FIRST_SITE_OF_PRICES, |builder| {
        std::array::from_fn(|call| filesystem.expression(call).map(|price| builder.duration(price)))
    });
    builder.plan.files.prices = Prices { open, read, line, write, close, delete };
}

/// Reserves the body of a service, and checks what it takes.
fn declare_service(builder: &mut Builder<'_>, resource: &Resource) -> BodyIndex {
    if let Some(surplus) = resource.parameters.get(SENT.len()) {
        builder.report(
            Diagnostic::error(
                "too-many-parameters",
                surplus.name.span,
                "a service takes three parameters at most",
            )
            .label("nothing comes in here")
            .help(format!("they are the {} of the request, in this order", SENT.join(", "))),
        );
    }
    for parameter in &resource.parameters {
        if let Some(default) = &parameter.default {
            let message = format!("`{}` needs no default", parameter.name.text);
            builder.report(
                Diagnostic::error("bad-signature", default.span, message)
                    .label("a request always sends it")
                    .help(format!("write `{}` only; what is not given arrives as null", parameter.name.text)),
            );
        }
    }
    builder.reserve(&resource.name.text)
}

/// A constant address that is none is wrong before anything runs.
fn check_url(builder: &mut Builder<'_>, code: CodeIndex) {
    let Code { kind: CodeKind::Constant(value), span } = builder.plan.code(code) else { return };
    if !is_url(value) {
        let error = Diagnostic::error("bad-url", *span, "this is no address of a service")
            .help("`\"http://localhost:8080\"` or `\"https://example.org\"`");
        builder.report(error);
    }
}

/// With `count:` the name stands for a list, which is a shared value.
fn declare_array(builder: &mut Builder<'_>, resource: &Resource) -> Option<ArrayPlan> {
    let expression = resource.declaration.count.as_ref()?;
    let count = builder.outside(|builder| builder.operand(expression, Expected::Integer));
    check_count(builder, count, Expected::Integer, "leave `count` out for a single one");
    if let Code { kind: CodeKind::Constant(Value::Int(number)), span } = builder.plan.code(count)
        && *number > i64::from(MAX_ARRAY)
    {
        let error = Diagnostic::error("bad-count", *span, format!("{number} is too many"))
            .help(format!("an array has {MAX_ARRAY} members at most"));
        builder.report(error);
    }
    let (name, span) = (resource.name.text.clone(), resource.name.span);
    let initial = builder.constant(Value::Null, span);
    let list = builder.add_shared(Shared { name, initial, role: SharedRole::Array, span });
    Some(ArrayPlan { count, list })
}

/// A constant count below one is wrong before anything runs.
pub(super) fn check_count(builder: &mut Builder<'_>, code: CodeIndex, expected: Expected, help: &str) {
    if expected != Expected::Integer {
        return;
    }
    let Code { kind: CodeKind::Constant(Value::Int(count)), span } = builder.plan.code(code) else { return };
    if *count < 1 {
        let error = Diagnostic::error("bad-count", *span, format!("{count} is too few"))
            .label("a whole number from 1 on is needed")
            .help(help);
        builder.report(error);
    }
}
