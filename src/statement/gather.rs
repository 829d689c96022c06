//! Statements with blocks that own tasks and end with them.

use super::flow::Walk;
use super::task::branch_body;
use super::{BlockShape, Clauses, Entry, Kind, PLAIN, Yields, entry, optional};
use crate::ast::{Block, Statement};
use crate::diagnostic::Diagnostic;
use crate::expression::types::Expected;
use crate::plan::builder::Builder;
use crate::plan::op::{Gathering, Into, Op, Taker};

/// `all`, `settle`, `race`, `any`, `group`.
pub const ENTRIES: &[Entry] = &[
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
    Entry {
        name: "group",
        example: example!("group"),
        usage: "group { spawn f(1); spawn f(2) }",
        help: "Runs the block, and ends when it and every task spawned inside it have ended. The first failure cancels the rest; then `GroupError` is raised, whose `errors` are all, in the order of failing, be it one. `return` and `break` out of it wait for its tasks.",
        block: BlockShape::Required,
        clauses: Clauses::Handlers,
        result: Yields::Value,
        lower: lower_group,
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

fn lower_gather(builder: &mut Builder<'_>, statement: &Statement, into: Into, gathering: Gathering) {
    let Some(block) = &statement.block else { return };
    let span = statement.span;
    let limit = statement.expression(1).map(|limit| builder.operand(limit, Expected::Integer));
    let Some((names, iterable)) = statement.walk(0) else {
        if block.statements.is_empty() && matches!(gathering, Gathering::Race | Gathering::Any) {
            let word = statement.entry.map_or("race", |index| entry(index).name);
            builder.report(
                Diagnostic::error("no-branches", span, format!("`{word}` has no branches, so none can win"))
                    .example(
                        "each statement of its block is a branch, as in",
                        format!("{word} {{ await f(); await g() }}"),
                    ),
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
            let (body, arguments) = builder.begin_branch(body, Vec::new());
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
    walk.next_for(Taker::Branches, builder, exit, span);
    let parts = walk.parts(builder, names);
    let (body, arguments) = builder.begin_branch(body, parts);
    builder.emit(Op::Branch { body, arguments }, span);
    builder.jump(start, span);
    builder.bind(exit);
    builder.emit(Op::Gathered { into }, span);
}

/// The block's value is kept until its tasks have ended: a group that fails has none.
fn lower_group(builder: &mut Builder<'_>, statement: &Statement, into: Into) {
    let Some(block) = &statement.block else { return };
    let span = statement.span;
    builder.emit(Op::Gather { gathering: Gathering::Group, limit: None }, span);
    if into == Into::Nowhere {
        builder.block(block, Into::Nowhere);
        builder.emit(Op::Gathered { into: Into::Nowhere }, span);
        return;
    }
    let value = builder.slot();
    builder.block(block, Into::Slot(value));
    builder.emit(Op::Gathered { into: Into::Nowhere }, span);
    let value = builder.read(value, span);
    builder.emit(Op::Assign { into, value }, span);
}
