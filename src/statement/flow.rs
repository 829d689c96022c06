//! Statements that decide what runs next: values, conditions, loops.

use super::stream::{self, Opened};
use super::{BlockShape, Clauses, Effect, Entry, Kind, PLAIN, Yields, optional, required};
use crate::ast::{ClauseKind, Statement};
use crate::diagnostic::Diagnostic;
use crate::expression::code::Slot;
use crate::expression::tree;
use crate::expression::types::Expected;
use crate::expression::value::Value;
use crate::plan::builder::{Builder, Exit, Label};
use crate::plan::op::{Into, Op, Taker};
use crate::source::Span;
use crate::syntax::node::Name;

/// The name of the entry for lines that are an expression, and for assignments of one.
pub const EXPRESSION: &str = "=";

/// `=`, `do`, `if`, `while`, `for`, `break`, `continue`, `return`.
pub const ENTRIES: &[Entry] = &[
    Entry {
        name: EXPRESSION,
        example: example!("expression"),
        effect: Effect::Observes,
        usage: "x = a + 1",
        help: "Evaluates an expression; `x = a + 1` assigns it.",
        arguments: &[required("value", Kind::Any, "what")],
        result: Yields::Value,
        gives: "the expression's value",
        lower: |builder, statement, into| {
            let Some(value) = statement.expression(0) else { return };
            let value = builder.operand(value, Expected::Any);
            let op = if into == Into::Nowhere { Op::Evaluate(value) } else { Op::Assign { into, value } };
            builder.emit(op, statement.span);
        },
        ..PLAIN
    },
    Entry {
        name: "do",
        example: example!("do"),
        effect: Effect::Observes,
        usage: "do { .. }",
        help: "Runs several statements as one: as one branch of `all`, for example.",
        block: BlockShape::Required,
        clauses: Clauses::Handlers,
        result: Yields::Value,
        lower: |builder, statement, into| {
            if let Some(block) = &statement.block {
                builder.block(block, into);
            }
        },
        ..PLAIN
    },
    Entry {
        name: "if",
        example: example!("if"),
        effect: Effect::Observes,
        usage: "if n > 3 { .. }",
        help: "Runs the block if the condition holds, otherwise the first `else if` that does, otherwise `else`.",
        arguments: &[required("condition", Kind::Condition, "what must hold")],
        block: BlockShape::Required,
        clauses: Clauses::Alternatives,
        result: Yields::Value,
        lower: lower_if,
        ..PLAIN
    },
    Entry {
        name: "while",
        example: example!("while"),
        effect: Effect::Observes,
        usage: "while n < 3 { .. }",
        help: "Repeats the block as long as the condition holds.",
        arguments: &[required("condition", Kind::Condition, "what must hold")],
        block: BlockShape::Required,
        clauses: Clauses::Handlers,
        lower: |builder, statement, _| {
            let (Some(condition), Some(block)) = (statement.expression(0), &statement.block) else { return };
            let (start, exit) = (builder.label(), builder.label());
            builder.bind(start);
            let condition = builder.operand(condition, Expected::Condition);
            let target = builder.target(exit);
            builder.emit(Op::JumpUnless { condition, target }, statement.span);
            builder.open_loop(start, exit);
            builder.block(block, Into::Nowhere);
            builder.close_loop();
            builder.jump(start, statement.span);
            builder.bind(exit);
        },
        ..PLAIN
    },
    Entry {
        name: "for",
        example: example!("for"),
        effect: Effect::Observes,
        usage: "for item in list { .. }",
        help: "Runs the block for each item of a list, range, map (its keys) or text; of a queue until it is closed; of a stream until it ends. A stream is closed on every way out of the loop.",
        arguments: &[required("items", Kind::Loop, "`name in list`, `a, b in pairs` or `name in stream(3)`")],
        block: BlockShape::Required,
        clauses: Clauses::Handlers,
        lower: lower_for,
        ..PLAIN
    },
    Entry {
        name: "break",
        example: example!("break"),
        effect: Effect::Observes,
        usage: "break",
        help: "Leaves the innermost loop.",
        lower: |builder, statement, _| builder.exit_loop(Exit::Break, statement.span),
        ..PLAIN
    },
    Entry {
        name: "continue",
        example: example!("continue"),
        effect: Effect::Observes,
        usage: "continue",
        help: "Goes on with the innermost loop's next round.",
        lower: |builder, statement, _| builder.exit_loop(Exit::Continue, statement.span),
        ..PLAIN
    },
    Entry {
        name: "return",
        example: example!("return"),
        usage: "return value",
        help: "Ends the nearest call, else the task or branch; the value is its result. A stream ends without one.",
        arguments: &[optional("value", Kind::Any, "the result; null if left out")],
        lower: |builder, statement, _| {
            builder.check_return(statement.span);
            if let Some(value) = statement.expression(0).filter(|_| builder.is_stream()) {
                builder.report(
                    Diagnostic::error("return-in-stream", value.span, "`return` in a stream takes no value")
                        .label("nobody gets it")
                        .help("`yield` hands out an item; a bare `return` ends the stream"),
                );
            }
            let value = match statement.expression(0) {
                Some(value) => builder.operand(value, Expected::Any),
                None => builder.constant(Value::Null, statement.span),
            };
            builder.emit(Op::Return(value), statement.span);
        },
        ..PLAIN
    },
];

fn lower_if(builder: &mut Builder<'_>, statement: &Statement, into: Into) {
    let (Some(condition), Some(block)) = (statement.expression(0), &statement.block) else { return };
    let end = builder.label();
    let mut arms = vec![(condition, block, statement.span)];
    let mut otherwise = None;
    for clause in &statement.clauses {
        match &clause.kind {
            ClauseKind::ElseIf(condition) if otherwise.is_none() => {
                arms.push((condition, &clause.block, clause.span))
            }
            ClauseKind::Else if otherwise.is_none() => otherwise = Some(clause),
            ClauseKind::ElseIf(_) | ClauseKind::Else => builder.report(
                Diagnostic::error("bad-clause", clause.span, "nothing may follow `else`")
                    .help("put `else` last, once"),
            ),
            // Reported when it was decoded.
            ClauseKind::Catch { .. } | ClauseKind::Finally | ClauseKind::Exit { .. } => {}
        }
    }
    for (condition, block, span) in arms {
        let next = builder.label();
        let condition = builder.operand(condition, Expected::Condition);
        let target = builder.target(next);
        builder.emit(Op::JumpUnless { condition, target }, span);
        builder.block(block, into);
        builder.jump(end, span);
        builder.bind(next);
    }
    match otherwise {
        Some(clause) => builder.block(&clause.block, into),
        None => builder.assign_null(into, statement.span),
    }
    builder.bind(end);
}

fn lower_for(builder: &mut Builder<'_>, statement: &Statement, _: Into) {
    let (Some((names, iterable)), Some(block)) = (statement.walk(0), &statement.block) else { return };
    let span = statement.span;
    let walked = match stream::open(builder, iterable, span) {
        Opened::Stream => Walked::Stream,
        Opened::Refused => {
            // The names are known all the same, so that nothing follows from what has been reported.
            for name in names {
                builder.define(name);
                builder.excuse(&name.text);
            }
            return builder.block(block, Into::Nowhere);
        }
        Opened::NoStream => Walked::begin(builder, iterable, span),
    };
    let (start, exit) = (builder.label(), builder.label());
    builder.bind(start);
    let targets: Vec<Into> = names.iter().map(|name| builder.define(name)).collect();
    names.iter().for_each(|name| builder.excuse(&name.text));
    // A single item goes straight to a variable of this body.
    let item = match targets[..] {
        [Into::Slot(variable @ Slot { depth: 0, .. })] => variable,
        _ => builder.slots(names.len()),
    };
    let walk = Walk { walked, item, parts: names.len() as u16 };
    walk.next(builder, exit, span);
    for (index, (into, name)) in targets.into_iter().zip(names).enumerate() {
        let part = Slot { index: walk.item.index + index as u16, ..walk.item };
        if into != Into::Slot(part) {
            let value = builder.read(part, name.span);
            builder.emit(Op::Assign { into, value }, name.span);
        }
    }
    builder.open_loop(start, exit);
    builder.block(block, Into::Nowhere);
    builder.close_loop();
    builder.jump(start, span);
    builder.bind(exit);
    walk.end(builder, span);
}

/// The hidden slots of a walk over something: what is walked, how far, and the present item.
pub(super) struct Walk {
    walked: Walked,
    /// The item, or its first part.
    pub(super) item: Slot,
    parts: u16,
}

/// What is walked.
enum Walked {
    /// What the slot holds; the slot behind it counts.
    Value(Slot),
    /// The innermost stream.
    Stream,
}

impl Walked {
    fn begin(builder: &mut Builder<'_>, iterable: &tree::Expression, span: Span) -> Walked {
        let value = builder.operand(iterable, Expected::Any);
        let slot = builder.slots(2);
        builder.emit(Op::Walk { iterable: value, into: slot }, span);
        Walked::Value(slot)
    }
}

impl Walk {
    /// Evaluates what is walked; its items go to hidden slots.
    pub(super) fn begin(
        builder: &mut Builder<'_>,
        parts: usize,
        iterable: &tree::Expression,
        span: Span,
    ) -> Walk {
        let walked = Walked::begin(builder, iterable, span);
        Walk { walked, item: builder.slots(parts), parts: parts as u16 }
    }

    /// Walks the stream that has just been opened; its items go to hidden slots.
    pub(super) fn over_stream(builder: &mut Builder<'_>, parts: usize) -> Walk {
        Walk { walked: Walked::Stream, item: builder.slots(parts), parts: parts as u16 }
    }

    /// Takes the next item, in a loop.
    pub(super) fn next(&self, builder: &mut Builder<'_>, exit: Label, span: Span) {
        self.next_for(Taker::Loop, builder, exit, span);
    }

    /// Takes the next item.
    pub(super) fn next_for(&self, taker: Taker, builder: &mut Builder<'_>, exit: Label, span: Span) {
        let exit = builder.target(exit);
        let (into, parts) = (self.item, self.parts);
        let op = match self.walked {
            Walked::Value(iterable) => Op::Next { iterable, into, parts, taker, exit },
            Walked::Stream => Op::Pull { into, parts, exit },
        };
        builder.emit(op, span);
    }

    /// Ends the walk: closes the stream.
    pub(super) fn end(&self, builder: &mut Builder<'_>, span: Span) {
        if let Walked::Stream = self.walked {
            builder.emit(Op::End, span);
        }
    }

    /// The parts of the item as operands, for a branch's parameters.
    pub(super) fn parts(
        &self,
        builder: &mut Builder<'_>,
        names: &[Name],
    ) -> Vec<Option<crate::plan::CodeIndex>> {
        let part = |index: usize| Slot { index: self.item.index + index as u16, ..self.item };
        names.iter().enumerate().map(|(index, name)| Some(builder.read(part(index), name.span))).collect()
    }
}
