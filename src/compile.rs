//! From the [`ast`](crate::ast) to the [`Plan`]: declares everything first, then lets each statement of
//! each body lower itself. Names are resolved on the way, and everything that is wrong is collected.

mod observation;

use crate::ast::{ArgumentValue, Clause, ClauseKind, Resource, Scenario, Statement, Task};
use crate::diagnostic::{Diagnostic, Severity};
use crate::expression::code::{Code, Kind as CodeKind, Slot};
use crate::expression::functions::Place;
use crate::expression::tree::{Binary, Expression, Kind as Tree};
use crate::expression::types::Expected;
use crate::expression::value::Value;
use crate::plan::builder::{Builder, Presence, TaskSignature};
use crate::plan::files::{InitialFile, Prices};
use crate::plan::op::{Into, Op};
use crate::plan::{
    ArrayPlan, BodyIndex, CodeIndex, DEFAULT_THREADS, Expectation, Fairness, Flights, MAX_ARRAY, Plan,
    QueueOrder, ResourceKind, Shared, SharedRole, When, is_url,
};
use crate::source::{Source, Span};
use crate::statement::declaration::{
    BARRIER_PARTIES, BREAKER_COOLDOWN, BREAKER_FAILURES, CACHE_CAPACITY, CACHE_SINGLE_FLIGHT, CACHE_TTL,
    LIMITER_BURST, LIMITER_RATE, QUEUE_CAPACITY, QUEUE_ORDER, QUEUE_ORDERS, SEMAPHORE_FAIR,
    SEMAPHORE_PERMITS, SERVICE_CONNECTIONS, SERVICE_URL,
};
use crate::statement::lower::lower;
use crate::statement::service::SENT;
use crate::statement::{self, flow::EXPRESSION};

/// What the wall clock reads at time 0 unless `start` says otherwise: 2024-01-01 00:00:00.
const DEFAULT_EPOCH: u64 = 1_704_067_200_000_000_000;

/// Compiles a scenario. With an error among the diagnostics the plan is incomplete and must not run.
pub fn compile(scenario: &Scenario, source: &Source) -> (Plan, Vec<Diagnostic>) {
    let mut builder = Builder::new(source, lower);
    builder.plan.title.clone_from(&scenario.title);
    builder.plan.seed = scenario.seed.unwrap_or(0);
    builder.plan.epoch = scenario.epoch.unwrap_or(DEFAULT_EPOCH);
    declare_tasks(&mut builder, scenario);
    declare_shared(&mut builder, scenario);
    builder.plan.threads = scenario.threads.as_ref().map(|threads| {
        let code = builder.outside(|builder| builder.operand(threads, Expected::Integer));
        let help = format!("leave `threads` out for {DEFAULT_THREADS} of them");
        check_count(&mut builder, code, Expected::Integer, &help);
        code
    });
    for resource in &scenario.resources {
        declare_resource(&mut builder, resource);
    }
    observation::declare_series(&mut builder, scenario);
    declare_files(&mut builder, scenario);
    builder.plan.resource_names =
        builder.plan.resources.iter().map(|resource| resource.name.clone()).collect();
    build_bodies(&mut builder, scenario);
    observation::build_monitors(&mut builder, scenario);
    for expectation in &scenario.expectations {
        expect(&mut builder, expectation);
    }
    warn_unused(&mut builder, scenario);
    (builder.plan, builder.diagnostics)
}

fn declare_tasks(builder: &mut Builder<'_>, scenario: &Scenario) {
    for task in &scenario.tasks {
        let signature = signature(builder, task);
        builder.tasks.insert(task.name.text.clone(), signature);
    }
    for stream in &scenario.streams {
        let signature = signature(builder, stream);
        builder.streams.insert(stream.name.text.clone(), signature);
    }
    for context in &scenario.contexts {
        let signature = signature(builder, &context.enter);
        builder.contexts.insert(context.enter.name.text.clone(), signature);
    }
}

/// What a call must know, with a body reserved.
fn signature(builder: &mut Builder<'_>, task: &Task) -> TaskSignature {
    let body = builder.reserve(&task.name.text);
    let parameters = task.parameters.iter().map(|parameter| {
        let presence = if parameter.default.is_some() { Presence::Optional } else { Presence::Required };
        (parameter.name.clone(), presence)
    });
    TaskSignature { body, parameters: parameters.collect(), span: task.name.span }
}

fn declare_shared(builder: &mut Builder<'_>, scenario: &Scenario) {
    for shared in &scenario.shared {
        if builder.plan.shared.len() >= usize::from(u16::MAX) {
            let message = format!("a scenario can't hold more than {} shared variables", u16::MAX);
            builder.report(
                Diagnostic::error("too-many-variables", shared.name.span, message)
                    .help("put values into lists or maps"),
            );
            return;
        }
        // Earlier ones are in sight, later ones are not: they get their values in order.
        let initial = builder.outside(|builder| builder.operand(&shared.initial, Expected::Any));
        let (name, span) = (shared.name.text.clone(), shared.name.span);
        builder.add_shared(Shared { name, initial, role: shared.role, span });
    }
}

fn declare_resource(builder: &mut Builder<'_>, resource: &Resource) {
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

fn declare_files(builder: &mut Builder<'_>, scenario: &Scenario) {
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
fn check_count(builder: &mut Builder<'_>, code: CodeIndex, expected: Expected, help: &str) {
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

fn build_bodies(builder: &mut Builder<'_>, scenario: &Scenario) {
    for task in &scenario.tasks {
        let Some(signature) = builder.tasks.get(&task.name.text).cloned() else { continue };
        builder.body(signature.body, &task.name.text, |builder| {
            parameters(builder, task);
            body(builder, &task.body);
        });
    }
    for service in &scenario.resources {
        let declared = builder.declared(&service.name.text).map(|declared| &declared.kind);
        let Some(&ResourceKind::Service { body: index, .. }) = declared else { continue };
        builder.body(index, &service.name.text, |builder| {
            for parameter in &service.parameters {
                builder.parameter(&parameter.name, parameter.default.as_ref());
            }
            if let Some(block) = &service.declaration.block {
                body(builder, block);
            }
        });
    }
    for stream in &scenario.streams {
        let Some(signature) = builder.streams.get(&stream.name.text).cloned() else { continue };
        builder.stream(signature.body, &stream.name.text, |builder| {
            parameters(builder, stream);
            builder.block(&stream.body, Into::Nowhere);
            end_body(builder, stream.body.span);
        });
    }
    for context in &scenario.contexts {
        let enter = &context.enter;
        let Some(signature) = builder.contexts.get(&enter.name.text).cloned() else { continue };
        builder.context(
            signature.body,
            &enter.name.text,
            |builder| {
                parameters(builder, enter);
                body(builder, &enter.body);
            },
            |builder, error| {
                if let Some(exit) = &context.exit {
                    exit_body(builder, exit, error);
                }
                end_body(builder, enter.body.span);
            },
        );
    }
    match &scenario.main {
        Some(main) => {
            let index = builder.reserve("main");
            builder.body(index, "main", |builder| body(builder, main));
            builder.plan.roots.push(index);
        }
        None => start_every_task(builder, scenario),
    }
}

fn parameters(builder: &mut Builder<'_>, task: &Task) {
    for parameter in &task.parameters {
        builder.parameter(&parameter.name, parameter.default.as_ref());
    }
}

/// The exit of a context: its error gets its name, and the block runs.
fn exit_body(builder: &mut Builder<'_>, exit: &Clause, error: Slot) {
    if let ClauseKind::Exit { binding: Some(name) } = &exit.kind {
        let into = builder.define(name);
        builder.excuse(&name.text);
        let value = builder.read(error, name.span);
        builder.emit(Op::Assign { into, value }, name.span);
    }
    builder.block(&exit.block, Into::Nowhere);
}

/// Ends a body that has no result.
fn end_body(builder: &mut Builder<'_>, span: Span) {
    let value = builder.constant(Value::Null, span);
    builder.emit(Op::Return(value), span);
}

fn body(builder: &mut Builder<'_>, block: &crate::ast::Block) {
    let result = builder.slot();
    builder.block(block, Into::Slot(result));
    let value = builder.read(result, block.span);
    builder.emit(Op::Return(value), block.span);
}

/// Without `main`, every task starts at time 0.
fn start_every_task(builder: &mut Builder<'_>, scenario: &Scenario) {
    for task in &scenario.tasks {
        let Some(signature) = builder.tasks.get(&task.name.text).cloned() else { continue };
        builder.plan.roots.push(signature.body);
        let called = builder.is_used(&task.name.text);
        if called || !task.parameters.is_empty() {
            let why = if called { "is called" } else { "has parameters" };
            let message =
                format!("without `main` every task starts by itself, but `{}` {why}", task.name.text);
            builder.report(
                Diagnostic::error("no-main", task.name.span, message)
                    .help("add a `main { .. }` that starts what should run"),
            );
        }
    }
}

fn expect(builder: &mut Builder<'_>, statement: &Statement) {
    let Some(entry) = statement.entry.map(statement::entry) else { return };
    let Some(ArgumentValue::Expression(condition)) =
        statement.arguments.first().and_then(Option::as_ref).map(|argument| &argument.value)
    else {
        return;
    };
    let when = match entry.name {
        EXPRESSION => When::End,
        "always" => When::Always,
        _ => When::Never,
    };
    builder.place = if when == When::End { Place::Expectation } else { Place::Anywhere };
    let (code, operands) = builder.outside(|builder| {
        let code = builder.operand(condition, Expected::Condition);
        let mut parts = Vec::new();
        changing_parts(condition, &mut parts);
        let before = builder.diagnostics.len();
        let operands = parts
            .iter()
            .map(|part| (builder.source.slice(part.span).to_string(), builder.operand(part, Expected::Any)))
            .collect();
        // What is wrong with a part has been said of the whole.
        builder.diagnostics.truncate(before);
        (code, operands)
    });
    builder.place = Place::Anywhere;
    builder.plan.expectations.push(Expectation { when, condition: code, operands, span: condition.span });
}

/// The parts of a condition whose values explain why it does not hold.
fn changing_parts<'a>(condition: &'a Expression, parts: &mut Vec<&'a Expression>) {
    match &condition.kind {
        Tree::Binary(Binary::And | Binary::Or, left, right) => {
            changing_parts(left, parts);
            changing_parts(right, parts);
        }
        Tree::Binary(_, left, right) => {
            for side in [left, right] {
                if !is_literal(side) {
                    parts.push(side);
                }
            }
        }
        Tree::Unary(_, inner) => changing_parts(inner, parts),
        _ if is_literal(condition) => {}
        _ => parts.push(condition),
    }
}

fn is_literal(expression: &Expression) -> bool {
    match &expression.kind {
        Tree::Null
        | Tree::Bool(_)
        | Tree::Int(_)
        | Tree::Float(_)
        | Tree::Percent(_)
        | Tree::Duration(_)
        | Tree::Template(_) => true,
        Tree::List(items) => items.iter().all(is_literal),
        Tree::Unary(_, inner) => is_literal(inner),
        _ => false,
    }
}

/// What is declared and never used is probably a slip.
fn warn_unused(builder: &mut Builder<'_>, scenario: &Scenario) {
    if builder.diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error) {
        return;
    }
    let mut warn = |what: &str, name: &crate::syntax::node::Name, help: &str| {
        if !builder.is_used(&name.text) && !name.text.starts_with('_') {
            let message = format!("{what} `{}` is never used", name.text);
            builder.report(Diagnostic::warning("unused-declaration", name.span, message).help(help));
        }
    };
    if scenario.main.is_some() {
        for task in &scenario.tasks {
            warn(
                "task",
                &task.name,
                "`await` calls it, `spawn` starts it; a name with `_` in front is left alone",
            );
        }
    }
    for stream in &scenario.streams {
        let help = "`for` walks it, `collect` makes a list; a name with `_` in front is left alone";
        warn("stream", &stream.name, help);
    }
    for context in &scenario.contexts {
        warn("context", &context.enter.name, "`with` enters it; a name with `_` in front is left alone");
    }
    for resource in &scenario.resources {
        let word = resource.declaration.entry.map_or("resource", |index| statement::entry(index).name);
        warn(word, &resource.name, "leave the declaration out, or put `_` in front of the name");
    }
    for shared in &scenario.shared {
        warn("variable", &shared.name, "leave it out, or put `_` in front of the name");
    }
}
