//! Statements that make tasks and wait for them one by one.

use super::call::{match_arguments, report_other_use};
use super::flow::Walk;
use super::lower::lower_body;
use super::{BlockShape, Entry, Kind, PLAIN, Waits, Yields, entry, optional, required};
use crate::ast::{Block, Statement};
use crate::diagnostic::Diagnostic;
use crate::expression::tree::{self, Expression};
use crate::expression::types::Expected;
use crate::expression::value::Value;
use crate::plan::BodyIndex;
use crate::plan::builder::{Builder, Callable};
use crate::plan::op::{Arguments, Into, Op, Ownership};
use crate::source::Span;
use crate::syntax::node::Name;

/// `await`, `spawn`, `shield`, `cancel`.
pub const ENTRIES: &[Entry] = &[
    Entry {
        name: "await",
        example: example!("await"),
        usage: "result = await fetch(1)",
        help: "Calls a task here and waits for its result, or waits for a running task, or for each task of a list.",
        arguments: &[required("task", Kind::Task, "`f(x)`, a task or a list of tasks")],
        result: Yields::Value,
        gives: "the task's result; of a list of tasks, the list of their results",
        waits: Waits::Maybe,
        lower: |builder, statement, into| {
            let Some(task) = statement.expression(0) else { return };
            match call(builder, task) {
                Some((body, arguments)) => builder.emit(Op::Call { body, arguments, into }, statement.span),
                None => {
                    let tasks = builder.operand(task, Expected::Any);
                    builder.emit(Op::Await { tasks, ownership: Ownership::Owned, into }, statement.span);
                }
            }
        },
        ..PLAIN
    },
    Entry {
        name: "spawn",
        example: example!("spawn"),
        usage: "task = spawn fetch(1)",
        help: "Starts a task that runs on its own; it takes its first step when this one next waits.",
        arguments: &[
            optional("task", Kind::TaskOrLoop, "`f(x)`, or `name in list` for one task each"),
            optional("name", Kind::Text, "what it is called in traces; after what it calls if left out"),
        ],
        block: BlockShape::Optional,
        result: Yields::Value,
        gives: "the task; of a loop, the list of its tasks",
        lower: lower_spawn,
        ..PLAIN
    },
    Entry {
        name: "shield",
        example: example!("shield"),
        usage: "shield task",
        help: "Waits like `await`, but if the wait is given up the task goes on.",
        arguments: &[required("task", Kind::Task, "`f(x)`, a task or a list of tasks")],
        result: Yields::Value,
        gives: "the task's result; of a list of tasks, the list of their results",
        waits: Waits::Maybe,
        lower: |builder, statement, into| {
            let Some(task) = statement.expression(0) else { return };
            let tasks = match call(builder, task) {
                Some((body, arguments)) => {
                    let slot = builder.slot();
                    let spawn = Op::Spawn { body, arguments, name: None, into: Into::Slot(slot) };
                    builder.emit(spawn, statement.span);
                    builder.read(slot, statement.span)
                }
                None => builder.operand(task, Expected::Any),
            };
            builder.emit(Op::Await { tasks, ownership: Ownership::Shielded, into }, statement.span);
        },
        ..PLAIN
    },
    Entry {
        name: "cancel",
        example: example!("cancel"),
        usage: "cancel task",
        help: "Cancels a task, or each task of a list: an error of kind `Cancelled` is raised where it waits.",
        arguments: &[required("task", Kind::Any, "a task or a list of tasks")],
        lower: |builder, statement, _| {
            let Some(task) = statement.expression(0) else { return };
            let tasks = builder.operand(task, Expected::Any);
            builder.emit(Op::Cancel(tasks), statement.span);
        },
        ..PLAIN
    },
];

/// If an expression is a call of a task: its body and arguments, in the order of its parameters.
pub(super) fn call(builder: &mut Builder<'_>, expression: &Expression) -> Option<(BodyIndex, Arguments)> {
    let tree::Kind::Call { function, .. } = &expression.kind else { return None };
    let Some(signature) = builder.tasks.get(&function.text).cloned() else {
        if crate::expression::functions::find(&function.text).is_some() {
            return None;
        }
        if report_other_use(builder, expression, Callable::Task) {
            return Some((BodyIndex(0), builder.arguments(Vec::new())));
        }
        let names: Vec<String> = builder.tasks.keys().cloned().collect();
        let near = crate::diagnostic::suggest(&function.text, names.iter().map(String::as_str));
        let is_service = builder.declared(&function.text).is_some_and(|it| it.kind.word() == "service");
        let error =
            Diagnostic::error("unknown-task", function.span, format!("unknown task `{}`", function.text))
                .label("no task of this name");
        builder.report(if is_service {
            error.example("a service is asked", format!("request {}, \"/path\"", function.text))
        } else {
            error.nearest(near).or_example("declare it", format!("task {}() {{ .. }}", function.text))
        });
        return Some((BodyIndex(0), builder.arguments(Vec::new())));
    };
    let arguments = match_arguments(builder, expression, &signature)?;
    Some((signature.body, arguments))
}

/// What `spawn` takes.
const CALL_OR_BLOCK: &str = "a call, a block, or `item in list` with a block; for example";

fn lower_spawn(builder: &mut Builder<'_>, statement: &Statement, into: Into) {
    let span = statement.span;
    let name = statement.expression(1).map(|name| builder.operand(name, Expected::Any));
    if let Some((names, iterable)) = statement.walk(0) {
        let Some(block) = &statement.block else { return };
        let list = builder.slot();
        let empty = builder.constant(Value::list(Vec::new()), span);
        builder.emit(Op::Assign { into: Into::Slot(list), value: empty }, span);
        let walk = Walk::begin(builder, names.len(), iterable, span);
        let body = branch_body(builder, statement, names, block);
        let (start, exit) = (builder.label(), builder.label());
        builder.bind(start);
        walk.next(builder, exit, span);
        let parts = walk.parts(builder, names);
        let (body, arguments) = builder.begin_branch(body, parts);
        let task = builder.slot();
        builder.emit(Op::Spawn { body, arguments, name, into: Into::Slot(task) }, span);
        builder.emit(Op::Append { list, value: task }, span);
        builder.jump(start, span);
        builder.bind(exit);
        if into != Into::Nowhere {
            let value = builder.read(list, span);
            builder.emit(Op::Assign { into, value }, span);
        }
        return;
    }
    let (body, arguments) = match (statement.expression(0), &statement.block) {
        (None, Some(block)) => {
            let body = branch_body(builder, statement, &[], block);
            builder.begin_branch(body, Vec::new())
        }
        (Some(task), None) => match call(builder, task) {
            Some(called) => called,
            None => {
                builder.report(
                    Diagnostic::error("not-a-call", task.span, "`spawn` needs a call of a task")
                        .example(CALL_OR_BLOCK, "spawn f(x)"),
                );
                return;
            }
        },
        (Some(task), Some(_)) => {
            builder.report(
                Diagnostic::error("spawn-both", task.span, "`spawn` takes a call or a block, not both")
                    .help("call the task inside the block: `spawn { await f(x) }`"),
            );
            return;
        }
        (None, None) => {
            builder.report(
                Diagnostic::error("spawn-nothing", span, "`spawn` needs a call of a task or a block")
                    .example(CALL_OR_BLOCK, "spawn f(x)"),
            );
            return;
        }
    };
    builder.emit(Op::Spawn { body, arguments, name, into }, span);
}

/// The body of a branch: its block's value is its result. One that only calls a task is named after it.
pub(super) fn branch_body(
    builder: &mut Builder<'_>,
    statement: &Statement,
    names: &[Name],
    block: &Block,
) -> BodyIndex {
    let label = called_task(builder, block).unwrap_or_else(|| {
        let name = statement.entry.map_or("branch", |index| entry(index).name);
        name.to_string()
    });
    builder.branch(&label, names, |builder| lower_body(builder, block, last_span(block)))
}

fn called_task(builder: &Builder<'_>, block: &Block) -> Option<String> {
    let [only] = block.statements.as_slice() else { return None };
    let tree::Kind::Call { function, .. } = &only.expression(0)?.kind else { return None };
    let is_wait = entry(only.entry?).waits == Waits::Maybe;
    (is_wait && builder.tasks.contains_key(&function.text)).then(|| function.text.clone())
}

fn last_span(block: &Block) -> Span {
    block.statements.last().map_or(block.span, |statement| statement.span)
}
