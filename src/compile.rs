//! From the [`ast`](crate::ast) to the [`Plan`]: declares everything first, then lets each statement of
//! each body lower itself. Names are resolved on the way, and everything that is wrong is collected.

mod expectation;
mod host;
mod observation;
mod resource;

use crate::ast::{Clause, ClauseKind, Parameter, Scenario};
use crate::diagnostic::{Diagnostic, Severity};
use crate::expression::code::Slot;
use crate::expression::types::Expected;
use crate::expression::value::Value;
use crate::plan::builder::{Builder, Presence, TaskSignature};
use crate::plan::op::{Into, Op};
use crate::plan::{DEFAULT_THREADS, HostIndex, Plan, ResourceKind, Shared};
use crate::source::{Source, Span};
use crate::statement;
use crate::statement::lower::{lower, lower_body};
use crate::syntax::node::Name;
use expectation::expect;
use resource::{check_count, declare_files, declare_resource};

/// What the wall clock reads at time 0 unless `start` says otherwise: 2024-01-01 00:00:00.
const DEFAULT_EPOCH: u64 = 1_704_067_200_000_000_000;

/// Compiles a scenario. With an error among the diagnostics the plan is incomplete and must not run.
pub fn compile(scenario: &Scenario, source: &Source) -> (Plan, Vec<Diagnostic>) {
    let mut builder = Builder::new(source, lower);
    builder.plan.title.clone_from(&scenario.title);
    builder.plan.seed = scenario.seed.unwrap_or(0);
    builder.plan.epoch = scenario.epoch.unwrap_or(DEFAULT_EPOCH);
    builder.plan.trace.clone_from(&scenario.trace);
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
        let signature = signature(builder, &task.name, &task.parameters);
        builder.tasks.insert(task.name.text.clone(), signature);
    }
    for declared in &scenario.hosts {
        let signature = signature(builder, &declared.name, &declared.parameters);
        host::declare(builder, declared, signature.body);
        builder.tasks.insert(declared.name.text.clone(), signature);
    }
    for stream in &scenario.streams {
        let signature = signature(builder, &stream.name, &stream.parameters);
        builder.streams.insert(stream.name.text.clone(), signature);
    }
    for context in &scenario.contexts {
        let signature = signature(builder, &context.enter.name, &context.enter.parameters);
        builder.contexts.insert(context.enter.name.text.clone(), signature);
    }
}

/// What a call must know, with a body reserved.
fn signature(builder: &mut Builder<'_>, name: &Name, parameters: &[Parameter]) -> TaskSignature {
    let body = builder.reserve(&name.text);
    let parameters = parameters.iter().map(|parameter| {
        let presence = if parameter.default.is_some() { Presence::Optional } else { Presence::Required };
        (parameter.name.clone(), presence)
    });
    TaskSignature { body, parameters: parameters.collect(), span: name.span }
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

fn build_bodies(builder: &mut Builder<'_>, scenario: &Scenario) {
    for task in &scenario.tasks {
        let Some(signature) = builder.tasks.get(&task.name.text).cloned() else { continue };
        builder.body(signature.body, &task.name.text, |builder| {
            parameters(builder, &task.parameters);
            body(builder, &task.body);
        });
    }
    for (index, declared) in scenario.hosts.iter().enumerate() {
        host::build(builder, declared, HostIndex(index as u32));
    }
    for service in &scenario.resources {
        let declared = builder.declared(&service.name.text).map(|declared| &declared.kind);
        let Some(&ResourceKind::Service { body: index, .. }) = declared else { continue };
        builder.body(index, &service.name.text, |builder| {
            parameters(builder, &service.parameters);
            if let Some(block) = &service.declaration.block {
                body(builder, block);
            }
        });
    }
    for stream in &scenario.streams {
        let Some(signature) = builder.streams.get(&stream.name.text).cloned() else { continue };
        builder.stream(signature.body, &stream.name.text, |builder| {
            parameters(builder, &stream.parameters);
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
                parameters(builder, &enter.parameters);
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

fn parameters(builder: &mut Builder<'_>, parameters: &[Parameter]) {
    for parameter in parameters {
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
    lower_body(builder, block, block.span);
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
                    .help("add a `main` that starts what should run"),
            );
        }
    }
}

/// What is declared and never used is probably a slip.
fn warn_unused(builder: &mut Builder<'_>, scenario: &Scenario) {
    if builder.diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error) {
        return;
    }
    let mut warn = |what: &str, name: &Name, help: &str| {
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
    for host in &scenario.hosts {
        let help = "`await` calls it, `spawn` starts it; a name with `_` in front is left alone";
        warn("host function", &host.name, help);
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
