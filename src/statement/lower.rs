//! Lowers one statement: what all statements have in common (targets, `timeout:`, clauses) is done here
//! once, the rest by the statement's own entry.

use super::{Clauses, Entry, Waits, Yields};
use crate::ast::{Block, Clause, ClauseKind, Statement};
use crate::diagnostic::Diagnostic;
use crate::expression::code::Slot;
use crate::expression::tree::{Expression, Kind};
use crate::expression::types::Expected;
use crate::expression::value::Value;
use crate::plan::ExtraIndex;
use crate::plan::builder::{Builder, CleanupPlace};
use crate::plan::op::{Caught, Into, Op};
use crate::source::Span;
use crate::syntax::node::Name;

/// Lowers a statement; `into` gets its value as the value of a block.
pub fn lower(builder: &mut Builder<'_>, statement: &Statement, into: Into) {
    let Some(index) = statement.entry else {
        // Not recognised, and reported: its target is defined all the same, so that nothing follows from it.
        if let Some(Expression { kind: Kind::Name(name), span }) = &statement.target {
            builder.define(&Name { text: name.clone(), span: *span });
            builder.excuse(name);
        }
        return;
    };
    let entry = super::entry(index);
    match &statement.target {
        None => lower_with_clauses(builder, entry, statement, into),
        Some(Expression { kind: Kind::Name(name), span }) => {
            // A new name is not in sight on the right of its own `=`, so its value is made in a hidden slot.
            let known = builder.is_in_sight(name);
            let name = Name { text: name.clone(), span: *span };
            let target = if known { builder.define(&name) } else { Into::Slot(builder.slot()) };
            lower_with_clauses(builder, entry, statement, target);
            if let (false, Into::Slot(slot)) = (known, target) {
                builder.adopt(&name, slot);
            }
            copy(builder, target, into, statement.span);
        }
        Some(target) => {
            let slot = builder.slot();
            lower_with_clauses(builder, entry, statement, Into::Slot(slot));
            assign_item(builder, target, slot, statement.span);
            copy(builder, Into::Slot(slot), into, statement.span);
        }
    }
}

/// Lowers a block that is a body of its own: its value is what the body returns. One that can't have a value
/// needs no variable for it.
pub fn lower_body(builder: &mut Builder<'_>, block: &Block, span: Span) {
    let value = if gives_nothing(block) {
        builder.block(block, Into::Nowhere);
        builder.constant(Value::Null, span)
    } else {
        let result = builder.slot();
        builder.block(block, Into::Slot(result));
        builder.read(result, span)
    };
    builder.emit(Op::Return(value), span);
}

/// Whether a block's last statement never has a value.
fn gives_nothing(block: &Block) -> bool {
    let Some(last) = block.statements.last() else { return true };
    let is_without = |index| super::entry(index).result == Yields::Nothing;
    last.target.is_none() && last.clauses.is_empty() && last.entry.is_some_and(is_without)
}

/// `m[k].n = v`: finds the variable and the way into it.
fn assign_item(builder: &mut Builder<'_>, target: &Expression, value: Slot, span: Span) {
    let mut path = Vec::new();
    let mut container = target;
    loop {
        match &container.kind {
            Kind::Index(inner, index) => {
                path.push(builder.operand(index, Expected::Any));
                container = inner;
            }
            Kind::Field(inner, field) => {
                path.push(builder.constant(Value::text(&field.text), field.span));
                container = inner;
            }
            Kind::Name(name) => {
                let name = Name { text: name.clone(), span: container.span };
                // Reading it first reports a name that was never assigned.
                builder.operand(container, Expected::Any);
                let into = builder.define(&name);
                path.reverse();
                builder.plan.paths.push(path);
                let path = ExtraIndex(builder.plan.paths.len() as u32 - 1);
                builder.emit(Op::AssignItem { into, path, value }, span);
                return;
            }
            _ => {
                builder.report(
                    Diagnostic::error("bad-target", container.span, "this can't be assigned to")
                        .help("a target is a name, `name[index]` or `name.field`"),
                );
                return;
            }
        }
    }
}

fn copy(builder: &mut Builder<'_>, from: Into, into: Into, span: Span) {
    if into == Into::Nowhere {
        return;
    }
    let value = match from {
        Into::Slot(slot) => builder.read(slot, span),
        Into::Shared(index) => builder.read_shared(index, span),
        Into::Nowhere => return,
    };
    builder.emit(Op::Assign { into, value }, span);
}

fn lower_with_clauses(builder: &mut Builder<'_>, entry: &Entry, statement: &Statement, into: Into) {
    if entry.clauses != Clauses::Handlers {
        lower_with_timeout(builder, entry, statement, into);
        return;
    }
    let finally = statement.clauses.iter().find(|clause| matches!(clause.kind, ClauseKind::Finally));
    let Some(finally) = finally else {
        lower_with_handlers(builder, entry, statement, into);
        return;
    };
    let handler = builder.label();
    builder.emit(Op::Finally(builder.target(handler)), finally.span);
    lower_with_handlers(builder, entry, statement, into);
    builder.emit(Op::Cleanup, finally.span);
    builder.bind(handler);
    builder.cleanup(CleanupPlace::Finally, |builder| builder.block(&finally.block, Into::Nowhere));
    builder.emit(Op::EndCleanup, finally.span);
}

fn lower_with_handlers(builder: &mut Builder<'_>, entry: &Entry, statement: &Statement, into: Into) {
    let catches: Vec<&Clause> =
        statement.clauses.iter().filter(|clause| matches!(clause.kind, ClauseKind::Catch { .. })).collect();
    let otherwise = statement.clauses.iter().find(|clause| matches!(clause.kind, ClauseKind::Else));
    if catches.is_empty() {
        lower_with_timeout(builder, entry, statement, into);
        if let Some(otherwise) = otherwise {
            builder.block(&otherwise.block, into);
        }
        return;
    }
    let (handler, end) = (builder.label(), builder.label());
    let error = builder.slot();
    builder.emit(Op::Try { handler: builder.target(handler), error }, statement.span);
    lower_with_timeout(builder, entry, statement, into);
    builder.emit(Op::End, statement.span);
    if let Some(otherwise) = otherwise {
        builder.block(&otherwise.block, into);
    }
    builder.jump(end, statement.span);
    builder.bind(handler);
    for clause in catches {
        let ClauseKind::Catch { kinds, binding } = &clause.kind else { continue };
        let next = builder.label();
        let kinds = builder.kinds(kinds);
        let otherwise = builder.target(next);
        builder.emit(Op::Catch { error, kinds, otherwise, caught: Caught::Kept }, clause.span);
        handle(builder, error, binding.as_ref(), &clause.block, into);
        builder.jump(end, clause.span);
        builder.bind(next);
    }
    builder.emit(Op::Again(error), statement.span);
    builder.bind(end);
}

fn handle(builder: &mut Builder<'_>, error: Slot, binding: Option<&Name>, block: &Block, into: Into) {
    if let Some(name) = binding {
        let target = builder.define(name);
        builder.excuse(&name.text);
        let value = builder.read(error, name.span);
        builder.emit(Op::Assign { into: target, value }, name.span);
    }
    builder.handler(error, |builder| builder.block(block, into));
}

fn lower_with_timeout(builder: &mut Builder<'_>, entry: &Entry, statement: &Statement, into: Into) {
    let timeout = statement.timeout.as_ref().filter(|_| entry.waits == Waits::Maybe);
    if let Some(timeout) = timeout {
        let after = builder.duration(timeout);
        builder.emit(Op::Timeout(after), statement.span);
    }
    (entry.lower)(builder, statement, into);
    if timeout.is_some() {
        builder.emit(Op::End, statement.span);
    }
    if entry.result == Yields::Nothing {
        builder.assign_null(into, statement.span);
    }
}
