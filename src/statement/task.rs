//! Statements that make tasks and wait for them.

use super::call::{match_arguments, report_other_use};
use super::flow::Walk;
use super::{BlockShape, Clauses, Entry, Kind, PLAIN, Waits, Yields, entry, optional, required};
use crate::ast::{Block, Statement};
use crate::diagnostic::Diagnostic;
use crate::expression::code::Slot;
use crate::expression::tree::{self, Expression};
use crate::expression::types::Expected;
use crate::expression::value::Value;
use crate::plan::BodyIndex;
use crate::plan::builder::Builder;
use crate::plan::op::{Arguments, Gathering, Into, Op, Ownership};
use crate::source::Span;
use crate::syntax::node::Name;

/// `await`, `spawn`, `shield`, `cancel`, `all`, `settle`, `race`, `any`.
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
    Entry {
        name: "all",
        example: example!("all"),
        usage: "all x in list, limit: 3 { .. }",
        help: "Runs branches side by side and waits for all; the first failure cancels the others. A list of results.",
        arguments: BRANCHES,
        block: BlockShape::Required,
        clauses: Clauses::Handlers,
        result: Yields::Value,
        gives: "the list of the branches' results, in the order of the branches",
        lower: |builder, statement, into| lower_gather(builder, statement, into, Gathering::All),
        ..PLAIN
    },
    Entry {
        name: "settle",
        example: example!("settle"),
        usage: "results = settle x in list { .. }",
        help: "Runs branches side by side and waits for all, however they end. A list of `{value, error}`.",
        arguments: BRANCHES,
        block: BlockShape::Required,
        clauses: Clauses::Handlers,
        result: Yields::Value,
        gives: "a list of `{value, error}`, in the order of the branches; one of the two is null",
        lower: |builder, statement, into| lower_gather(builder, statement, into, Gathering::Settle),
        ..PLAIN
    },
    Entry {
        name: "race",
        example: example!("race"),
        usage: "answer = race { await near(); await far() }",
        help: "Runs branches side by side until the first one ends: its value is the result, its error is raised. The others are cancelled, and their end is waited for. Without a branch it raises `ValueError`.",
        arguments: BRANCHES,
        block: BlockShape::Required,
        clauses: Clauses::Handlers,
        result: Yields::Value,
        gives: "the result of the branch that ended first",
        lower: |builder, statement, into| lower_gather(builder, statement, into, Gathering::Race),
        ..PLAIN
    },
    Entry {
        name: "any",
        example: example!("any"),
        usage: "answer = any server in servers { await ask(server) }",
        help: "Runs branches side by side until the first one succeeds: its value is the result. The others are cancelled, and their end is waited for. If all fail it raises `GroupError`, whose `errors` are theirs in order; without a branch, `ValueError`.",
        arguments: BRANCHES,
        block: BlockShape::Required,
        clauses: Clauses::Handlers,
        result: Yields::Value,
        gives: "the result of the first branch that succeeded",
        lower: |builder, statement, into| lower_gather(builder, statement, into, Gathering::Any),
        ..PLAIN
    },
];

const BRANCHES: &[super::Argument] = &[
    optional(
        "items",
        Kind::Loop,
        "`name in list`: the whole block is a branch for each; else each statement is one",
    ),
    optional("limit", Kind::Integer, "how many branches run at once; all if left out"),
];

/// If an expression is a call of a task: its body and arguments, in the order of its parameters.
pub(super) fn call(builder: &mut Builder<'_>, expression: &Expression) -> Option<(BodyIndex, Arguments)> {
    let tree::Kind::Call { function, .. } = &expression.kind else { return None };
    let Some(signature) = builder.tasks.get(&function.text).cloned() else {
        if crate::expression::functions::find(&function.text).is_some() {
            return None;
        }
        if report_other_use(builder, expression, "a task") {
            return Some((BodyIndex(0), builder.arguments(Vec::new())));
        }
        let names: Vec<String> = builder.tasks.keys().cloned().collect();
        let near = crate::diagnostic::suggest(&function.text, names.iter().map(String::as_str));
        let help = match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("declare it: `task {}() {{ .. }}`", function.text),
        };
        builder.report(
            Diagnostic::error("unknown-task", function.span, format!("unknown task `{}`", function.text))
                .label("no task of this name")
                .help(help),
        );
        return Some((BodyIndex(0), builder.arguments(Vec::new())));
    };
    let arguments = match_arguments(builder, expression, &signature)?;
    Some((signature.body, arguments))
}

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
        let arguments = builder.arguments(parts);
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
        (None, Some(block)) => (branch_body(builder, statement, &[], block), builder.arguments(Vec::new())),
        (Some(task), None) => match call(builder, task) {
            Some(called) => called,
            None => {
                builder.report(
                    Diagnostic::error("not-a-call", task.span, "`spawn` needs a call of a task")
                        .help("`spawn f(x)`, `spawn { .. }` or `spawn item in list { .. }`"),
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
                    .help("`spawn f(x)`, `spawn { .. }` or `spawn item in list { .. }`"),
            );
            return;
        }
    };
    builder.emit(Op::Spawn { body, arguments, name, into }, span);
}

fn lower_gather(builder: &mut Builder<'_>, statement: &Statement, into: Into, gathering: Gathering) {
    let Some(block) = &statement.block else { return };
    let span = statement.span;
    let limit = statement.expression(1).map(|limit| builder.operand(limit, Expected::Integer));
    let Some((names, iterable)) = statement.walk(0) else {
        if block.statements.is_empty() && matches!(gathering, Gathering::Race | Gathering::Any) {
            let word = statement.entry.map_or("race", |index| entry(index).name);
            builder.report(
                Diagnostic::error("no-branches", span, format!("`{word}` has no branches, so none can win"))
                    .help(format!(
                        "each statement of its block is a branch: `{word} {{ await f(); await g() }}`"
                    )),
            );
        }
        builder.emit(Op::Gather { gathering, limit }, span);
        let exit = builder.label();
        for branch in &block.statements {
            if limit.is_some() {
                let exit = builder.target(exit);
                builder.emit(Op::Room(exit), branch.span);
            }
            let only = Block { statements: vec![branch.clone()], span: branch.span };
            let body = branch_body(builder, statement, &[], &only);
            let arguments = builder.arguments(Vec::new());
            builder.emit(Op::Branch { body, arguments }, branch.span);
        }
        builder.bind(exit);
        builder.emit(Op::Gathered { into }, span);
        return;
    };
    let body = branch_body(builder, statement, names, block);
    builder.emit(Op::Gather { gathering, limit }, span);
    let walk = Walk::begin(builder, names.len(), iterable, span);
    let (start, exit) = (builder.label(), builder.label());
    builder.bind(start);
    if limit.is_some() {
        let exit = builder.target(exit);
        builder.emit(Op::Room(exit), span);
    }
    walk.next(builder, exit, span);
    let parts = walk.parts(builder, names);
    let arguments = builder.arguments(parts);
    builder.emit(Op::Branch { body, arguments }, span);
    builder.jump(start, span);
    builder.bind(exit);
    builder.emit(Op::Gathered { into }, span);
}

/// The body of a branch: its block's value is its result. One that only calls a task is named after it.
fn branch_body(builder: &mut Builder<'_>, statement: &Statement, names: &[Name], block: &Block) -> BodyIndex {
    let label = called_task(builder, block).unwrap_or_else(|| {
        let name = statement.entry.map_or("branch", |index| entry(index).name);
        name.to_string()
    });
    builder.branch(&label, names, |builder| {
        let result: Slot = builder.slot();
        builder.block(block, Into::Slot(result));
        let value = builder.read(result, last_span(block));
        builder.emit(Op::Return(value), last_span(block));
    })
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
