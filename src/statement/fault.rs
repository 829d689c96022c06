//! Statements on errors, timeouts and retries.

use super::{BlockShape, Clauses, Effect, Entry, Kind, PLAIN, Yields, binding, optional, required};
use crate::ast::Statement;
use crate::diagnostic::Diagnostic;
use crate::expression::code::{Code, Kind as CodeKind, Slot};
use crate::expression::tree::{Binary, Expression};
use crate::expression::types::Expected;
use crate::expression::value::Value;
use crate::plan::builder::Builder;
use crate::plan::op::{Caught, Into, Op};
use crate::source::Span;

/// `try`, `fail`, `timeout`, `retry`.
pub const ENTRIES: &[Entry] = &[
    Entry {
        name: "try",
        example: example!("try"),
        effect: Effect::Observes,
        usage: "try { .. } catch IoError as e { .. }",
        help: "Runs the block; `catch` handles errors by kind, `else` runs if there was none, `finally` in any case.",
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
        name: "fail",
        example: example!("fail"),
        usage: "fail IoError, \"connection lost\", chance: 5%",
        help: "Raises an error of a kind (upper case), perhaps; or a caught error, or, bare in a `catch`, that one again.",
        arguments: &[
            optional("kind", Kind::Kind, "the kind, or an error"),
            optional("message", Kind::Text, "what happened"),
            optional("chance", Kind::Probability, "how probably; always if left out"),
        ],
        lower: lower_fail,
        ..PLAIN
    },
    Entry {
        name: "timeout",
        example: example!("timeout"),
        usage: "timeout 1s { .. }",
        help: "Runs the block for so long at most; then cancels what it waits for and raises `Timeout`.",
        arguments: &[required("after", Kind::Duration, "how long")],
        block: BlockShape::Required,
        clauses: Clauses::Handlers,
        result: Yields::Value,
        lower: |builder, statement, into| {
            let (Some(after), Some(block)) = (statement.expression(0), &statement.block) else { return };
            let after = builder.duration(after);
            builder.emit(Op::Timeout(after), statement.span);
            builder.block(block, into);
            builder.emit(Op::End, statement.span);
        },
        ..PLAIN
    },
    Entry {
        name: "retry",
        example: example!("retry"),
        usage: "retry 3, backoff: 100ms { .. }",
        help: "Runs the block, and if it fails repeats it up to so many times: `retry 3` makes four attempts at most.",
        arguments: &[
            binding(required(
                "times",
                Kind::Integer,
                "how often it is repeated; `as n` counts the attempts from 1",
            )),
            optional(
                "backoff",
                Kind::Duration,
                "the wait before a repetition, evaluated each time; no wait if left out",
            ),
            optional("factor", Kind::Number, "multiplies the backoff after each repetition; 1 if left out"),
            optional("max", Kind::Duration, "the longest wait; no bound if left out"),
            optional(
                "jitter",
                Kind::Word(JITTERS),
                "draws the wait: full from 0, equal from half of it, up to it; none if left out",
            ),
            optional("only", Kind::Kinds, "the kinds of errors that are repeated; all if left out"),
        ],
        block: BlockShape::Required,
        clauses: Clauses::Handlers,
        result: Yields::Value,
        lower: lower_retry,
        ..PLAIN
    },
];

const JITTERS: &[&str] = &["none", "full", "equal"];

fn lower_fail(builder: &mut Builder<'_>, statement: &Statement, _: Into) {
    let span = statement.span;
    let end = builder.label();
    if let Some(chance) = statement.expression(2) {
        let chance = builder.resolve(chance, Expected::Probability);
        let condition = builder.chance(chance);
        let target = builder.target(end);
        builder.emit(Op::JumpUnless { condition, target }, span);
    }
    match statement.expression(0) {
        Some(kind) => {
            let kind = builder.operand(kind, Expected::Any);
            let message = statement.expression(1).map(|message| builder.operand(message, Expected::Any));
            builder.emit(Op::Fail { kind, message }, span);
        }
        None => match builder.caught() {
            Some(error) => builder.emit(Op::Again(error), span),
            None => builder.report(
                Diagnostic::error(
                    "nothing-to-raise",
                    span,
                    "`fail` without a kind is only possible in a `catch`",
                )
                .label("there is no error to raise again")
                .example("give a kind and a message", "fail IoError, \"connection lost\""),
            ),
        },
    }
    builder.bind(end);
}

/// Lowered to a try in a loop. Its hidden slots: the attempt's number, the limit, the backoff's scale, the
/// wait, the longest wait, the error.
fn lower_retry(builder: &mut Builder<'_>, statement: &Statement, into: Into) {
    let (Some(times), Some(block)) = (statement.expression(0), &statement.block) else { return };
    let span = statement.span;
    let [attempt, delay, error] = std::array::from_fn(|_| builder.slot());
    let one = || Code::constant(Value::Int(1), span);
    let limit = lower_limit(builder, times, span);
    builder.set(attempt, one());
    let growth = statement.expression(2).map(|factor| Growth { factor, scale: builder.slot() });
    if let Some(Growth { scale, .. }) = growth {
        builder.set(scale, one());
    }
    let (start, handler, give_up, end) = (builder.label(), builder.label(), builder.label(), builder.label());
    builder.bind(start);
    if let Some(name) = statement.binding(0) {
        let bound = builder.define(name);
        builder.excuse(&name.text);
        let value = builder.read(attempt, span);
        builder.emit(Op::Assign { into: bound, value }, span);
    }
    builder.emit(Op::Try { handler: builder.target(handler), error }, span);
    builder.block(block, into);
    builder.emit(Op::End, span);
    builder.jump(end, span);
    builder.bind(handler);
    let again = Code::binary(Binary::LessOrEqual, Code::slot(attempt, span), limit);
    let condition = builder.code(again);
    let target = builder.target(give_up);
    builder.emit(Op::JumpUnless { condition, target }, span);
    let kinds = builder.kinds(statement.kinds(5));
    let otherwise = builder.target(give_up);
    builder.emit(Op::Catch { error, kinds, otherwise, caught: Caught::Forgotten }, span);
    lower_delay(builder, statement, delay, growth);
    builder.emit(Op::Retry { attempt, delay }, span);
    let wait = builder.read(delay, span);
    builder.emit(Op::Sleep(wait), span);
    builder.set(attempt, Code::binary(Binary::Add, Code::slot(attempt, span), one()));
    builder.jump(start, span);
    builder.bind(give_up);
    builder.emit(Op::Again(error), span);
    builder.bind(end);
}

/// A backoff that grows from attempt to attempt.
#[derive(Clone, Copy)]
struct Growth<'a> {
    factor: &'a Expression,
    /// What the backoff is multiplied with.
    scale: Slot,
}

/// How often an attempt is repeated, worked out once. A constant below zero is wrong before anything runs, a
/// computed one when it is known.
fn lower_limit(builder: &mut Builder<'_>, times: &Expression, span: Span) -> Code {
    let given = builder.operand(times, Expected::Integer);
    if let CodeKind::Constant(Value::Int(count)) = builder.plan.code(given).kind {
        if count < 0 {
            builder.report(
                Diagnostic::error("bad-count", times.span, format!("{count} is too few"))
                    .label("a whole number from 0 on is needed")
                    .help("`retry 0` makes one attempt, `retry 1` two"),
            );
        }
        return Code::constant(Value::Int(count), times.span);
    }
    let limit = builder.slot();
    builder.emit(Op::Assign { into: Into::Slot(limit), value: given }, span);
    let span = times.span;
    let negative = Code::binary(Binary::Less, Code::slot(limit, span), Code::constant(Value::Int(0), span));
    let condition = builder.code(negative);
    let fine = builder.label();
    builder.emit(Op::JumpUnless { condition, target: builder.target(fine) }, span);
    let kind = builder.code(Code::constant(Value::text("ValueError"), span));
    let message = builder.code(Code::constant(Value::text("a `retry` can't be negative"), span));
    builder.emit(Op::Fail { kind, message: Some(message) }, span);
    builder.bind(fine);
    Code::slot(limit, span)
}

/// The wait before a repetition: the backoff, scaled, capped, and then drawn if there is jitter.
fn lower_delay(builder: &mut Builder<'_>, statement: &Statement, delay: Slot, growth: Option<Growth<'_>>) {
    let span = statement.span;
    let wait = || Code::slot(delay, span);
    let base = match statement.expression(1).map(|backoff| builder.duration(backoff)) {
        None => Code::constant(Value::Duration(0), span),
        Some(value) => match &builder.plan.code(value).kind {
            CodeKind::Constant(known) => Code::constant(known.clone(), span),
            _ => {
                builder.emit(Op::Assign { into: Into::Slot(delay), value }, span);
                wait()
            }
        },
    };
    let longest = statement.expression(3).map(|max| {
        let (value, longest) = (builder.duration(max), builder.slot());
        builder.emit(Op::Assign { into: Into::Slot(longest), value }, span);
        longest
    });
    let ceiling = || longest.map(|longest| Code::slot(longest, span));
    match growth {
        Some(Growth { factor, scale }) => {
            let place = statement.expression(1).map_or(factor.span, |backoff| backoff.span.hull(factor.span));
            builder.set(delay, Code::scaled(base, Code::slot(scale, span), ceiling(), place));
            let factor = builder.resolve(factor, Expected::Number);
            builder.set(scale, Code::grown(Code::slot(scale, span), factor));
        }
        None if base.is_constant() => builder.set(delay, base),
        None => {}
    }
    if let Some(longest) = ceiling() {
        let below = Code::binary(Binary::Less, wait(), longest.clone());
        builder.set(delay, Code::conditional(below, wait(), longest));
    }
    let least = match statement.word(4).map(|index| JITTERS[index]) {
        Some("full") => Code::constant(Value::Duration(0), span),
        Some("equal") => Code::binary(Binary::Divide, wait(), Code::constant(Value::Int(2), span)),
        _ => return,
    };
    let drawn = builder.sample(Code::binary(Binary::Range, least, wait()));
    builder.set(delay, drawn);
}
