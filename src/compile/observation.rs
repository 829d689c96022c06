//! What only observes: the series that `measure` fills, which are declared by their use, and monitors, which
//! may change nothing.

use crate::ast::{Block, Scenario, Statement};
use crate::diagnostic::Diagnostic;
use crate::expression::tree::{Expression, Kind as Tree};
use crate::plan::builder::Builder;
use crate::plan::op::{Into, Op};
use crate::plan::{MonitorPlan, Resource, ResourceKind, SharedRole};
use crate::statement::{self, Effect, Kind};

/// Declares every series that a statement names.
pub(super) fn declare_series(builder: &mut Builder<'_>, scenario: &Scenario) {
    let tasks = scenario.tasks.iter().map(|task| &task.body);
    let services = scenario.resources.iter().filter_map(|resource| resource.declaration.block.as_ref());
    let hosts = scenario.hosts.iter().filter_map(|host| host.stand_in.as_ref());
    let monitors = scenario.monitors.iter().filter_map(|monitor| monitor.block.as_ref());
    let streams = scenario.streams.iter().map(|stream| &stream.body);
    let contexts = scenario.contexts.iter().flat_map(|context| {
        [&context.enter.body].into_iter().chain(context.exit.as_ref().map(|exit| &exit.block))
    });
    let declared = tasks.chain(hosts).chain(streams).chain(contexts).chain(services).chain(monitors);
    for block in declared.chain(&scenario.main) {
        each_statement(block, &mut |statement| series_of(builder, statement));
    }
}

fn series_of(builder: &mut Builder<'_>, statement: &Statement) {
    let Some(entry) = statement.entry.map(statement::entry) else { return };
    let Some(position) = entry.arguments.iter().position(|argument| argument.kind == Kind::Series) else {
        return;
    };
    let Some(Expression { kind: Tree::Name(name), span }) = statement.expression(position) else { return };
    let earlier = builder.declared(name);
    let declared = match earlier {
        Some(resource) if resource.kind == ResourceKind::Series => return,
        Some(resource) => Some((resource.kind.word(), resource.span)),
        None => {
            let shared = builder.shared_index(name);
            shared
                .map(|index| ("shared variable", builder.plan.shared[index.0 as usize].span))
                .or_else(|| builder.tasks.get(name).map(|task| ("task", task.span)))
        }
    };
    if let Some((what, declared)) = declared {
        builder.report(
            Diagnostic::error("bad-series", *span, format!("`{name}` is a {what}"))
                .label("a series of measured values needs a name of its own")
                .related(declared, "declared here")
                .help("choose another name"),
        );
        return;
    }
    let resource = Resource { name: name.clone(), kind: ResourceKind::Series, span: *span, array: None };
    builder.add_resource(resource);
}

/// Builds the bodies of monitors: each waits for its next time, and observes.
pub(super) fn build_monitors(builder: &mut Builder<'_>, scenario: &Scenario) {
    for monitor in &scenario.monitors {
        let (Some(every), Some(block)) = (monitor.expression(0), &monitor.block) else { continue };
        each_statement(block, &mut |statement| check_observes(builder, scenario, statement));
        let code = builder.outside(|builder| builder.duration(every));
        let index = builder.reserve("monitor");
        builder.body(index, "monitor", |builder| {
            let start = builder.label();
            builder.bind(start);
            builder.emit(Op::Tick, monitor.span);
            builder.block(block, Into::Nowhere);
            builder.jump(start, monitor.span);
        });
        builder.plan.monitors.push(MonitorPlan { body: index, every: code });
    }
}

fn check_observes(builder: &mut Builder<'_>, scenario: &Scenario, statement: &Statement) {
    let Some(entry) = statement.entry.map(statement::entry) else { return };
    if entry.effect != Effect::Observes {
        builder.report(
            Diagnostic::error("monitor-acts", statement.span, format!("a monitor can't `{}`", entry.name))
                .label("a monitor only observes: it neither waits nor changes anything")
                .help("it may log, measure and read; what acts belongs into a task: `spawn { while true { sleep 1s .. } }`"),
        );
        return;
    }
    let assigned = statement.target.as_ref().and_then(root_name);
    let is_shared = |name: &str| {
        scenario.shared.iter().any(|shared| shared.name.text == name && shared.role == SharedRole::Variable)
    };
    if let (Some(name), Some(target)) = (assigned.filter(|name| is_shared(name)), &statement.target) {
        builder.report(
            Diagnostic::error("monitor-acts", target.span, format!("a monitor can't change `{name}`"))
                .label("a variable that tasks share")
                .help("keep what the monitor needs in a variable of its own, under another name"),
        );
    }
    if let Some((_, iterable)) = statement.walk(0)
        && let Some(ResourceKind::Queue { .. }) = builder.kind_of(iterable)
    {
        builder.report(
            Diagnostic::error("monitor-acts", iterable.span, "a monitor can't take items from a queue")
                .help("`len(queue)` tells how many there are"),
        );
    }
}

fn root_name(target: &Expression) -> Option<&str> {
    match &target.kind {
        Tree::Name(name) => Some(name),
        Tree::Index(inner, _) | Tree::Field(inner, _) => root_name(inner),
        _ => None,
    }
}

fn each_statement(block: &Block, visit: &mut dyn FnMut(&Statement)) {
    for statement in &block.statements {
        visit(statement);
        let clauses = statement.clauses.iter().map(|clause| &clause.block);
        for inner in statement.block.iter().chain(clauses) {
            each_statement(inner, visit);
        }
    }
}
