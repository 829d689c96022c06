//! Statements on events, conditions, barriers and promises.

use super::{Entry, Kind, PLAIN, Waits, Yields, optional, required, wait};
use crate::ast::Statement;
use crate::diagnostic::{Diagnostic, suggest};
use crate::expression::tree;
use crate::expression::types::Expected;
use crate::expression::value::Value;
use crate::plan::builder::Builder;
use crate::plan::op::{Into, Op};
use crate::plan::{CodeIndex, ResourceKind};

/// `wait`, `set`, `clear`, `notify`, `abort`, `resolve`, `reject`.
pub const ENTRIES: &[Entry] = &[
    Entry {
        name: "wait",
        example: example!("wait"),
        usage: "wait changed, until: n > 1",
        help: "Waits until an event is set, a condition is notified, all have arrived at a barrier (gives the index of \
               arrival, from 0), or a promise is settled (gives its value, or raises its error). For tasks, waits \
               until they have ended and gives `.done` and `.pending`, two lists in the order given: it raises \
               none of their errors, cancels nothing, and when `timeout:` is over it just ends.",
        arguments: &[
            required(
                "what",
                Kind::Waited,
                "an event, condition, barrier or promise; a task or a list of tasks",
            ),
            optional(
                "until",
                Kind::Condition,
                "for a condition: what must hold; looked at first, and again at each notification",
            ),
            optional(
                "for",
                Kind::Word(wait::WANTED),
                "for tasks: until all of them, the first one, or the first that fails (else all) has ended; `all` if left out",
            ),
        ],
        result: Yields::Value,
        gives: "null for an event or condition, the index of arrival at a barrier, a promise's value, for tasks \
                `.done` and `.pending`",
        waits: Waits::Own,
        lower: wait::lower,
        ..PLAIN
    },
    Entry {
        name: "set",
        example: example!("set"),
        usage: "set gate",
        help: "Sets an event: all who wait for it go on, and nobody waits for it until it is cleared.",
        arguments: &[required("event", Kind::Signal, "which event")],
        lower: |builder, statement, _| {
            let Some(event) = signal(builder, statement, "an event", is_event) else { return };
            builder.emit(Op::Set(event), statement.span);
        },
        ..PLAIN
    },
    Entry {
        name: "clear",
        example: example!("clear"),
        usage: "clear gate",
        help: "Clears an event, so that `wait` waits again; or mends a broken barrier (who waits at one raises `Broken`).",
        arguments: &[required("signal", Kind::Signal, "which event or barrier")],
        lower: |builder, statement, _| {
            let fits = |kind: &ResourceKind| is_event(kind) || is_barrier(kind);
            let Some(cleared) = signal(builder, statement, "an event or barrier", fits) else { return };
            builder.emit(Op::Clear(cleared), statement.span);
        },
        ..PLAIN
    },
    Entry {
        name: "notify",
        example: example!("notify"),
        usage: "notify changed, all",
        help: "Wakes those who wait for a condition, the longest first: one, so many, or `all`. Nobody waits: nothing happens.",
        arguments: &[
            required("condition", Kind::Signal, "which condition"),
            optional("count", Kind::CountOrAll, "how many, or `all`; 1 if left out"),
        ],
        lower: lower_notify,
        ..PLAIN
    },
    Entry {
        name: "abort",
        example: example!("abort"),
        usage: "abort start",
        help: "Breaks a barrier: who waits at it raises `Broken`, and so does every later `wait`, until `clear` mends it.",
        arguments: &[required("barrier", Kind::Signal, "which barrier")],
        lower: |builder, statement, _| {
            let Some(barrier) = signal(builder, statement, "a barrier", is_barrier) else { return };
            builder.emit(Op::Abort(barrier), statement.span);
        },
        ..PLAIN
    },
    Entry {
        name: "resolve",
        example: example!("resolve"),
        usage: "resolve answer, 42",
        help: "Gives a promise its value: all who wait for it go on with it. A second time is a `ValueError`.",
        arguments: &[
            required("promise", Kind::Signal, "which promise"),
            optional("value", Kind::Any, "the value; null if left out"),
        ],
        lower: |builder, statement, _| {
            let Some(promise) = signal(builder, statement, "a promise", is_promise) else { return };
            let value = match statement.expression(1) {
                Some(value) => builder.operand(value, Expected::Any),
                None => builder.constant(Value::Null, statement.span),
            };
            builder.emit(Op::Resolve { promise, value }, statement.span);
        },
        ..PLAIN
    },
    Entry {
        name: "reject",
        example: example!("reject"),
        usage: "reject answer, IoError, \"connection lost\"",
        help: "Gives a promise an error instead of a value: all who wait for it raise it. A second time is a `ValueError`.",
        arguments: &[
            required("promise", Kind::Signal, "which promise"),
            required("kind", Kind::Kind, "the error's kind"),
            optional("message", Kind::Text, "what happened"),
        ],
        lower: |builder, statement, _| {
            let Some(promise) = signal(builder, statement, "a promise", is_promise) else { return };
            let Some(kind) = statement.expression(1) else { return };
            let kind = builder.operand(kind, Expected::Any);
            let message = statement.expression(2).map(|message| builder.operand(message, Expected::Any));
            builder.emit(Op::Reject { promise, kind, message }, statement.span);
        },
        ..PLAIN
    },
];

fn lower_notify(builder: &mut Builder<'_>, statement: &Statement, _: Into) {
    let Some(condition) = signal(builder, statement, "a condition", is_condition) else { return };
    let count = match statement.expression(1) {
        Some(count) => {
            if let tree::Kind::Name(word) = &count.kind
                && !builder.is_in_sight(word)
                && suggest(word, ["all"]).is_some()
            {
                builder.report(
                    Diagnostic::error("unknown-word", count.span, format!("`count` can't be `{word}`"))
                        .help("did you mean `all`?"),
                );
                return;
            }
            Some(builder.operand(count, Expected::Integer))
        }
        None if statement.word(1).is_some() => None,
        None => Some(builder.constant(Value::Int(1), statement.span)),
    };
    builder.emit(Op::Notify { condition, count }, statement.span);
}

fn signal(
    builder: &mut Builder<'_>,
    statement: &Statement,
    what: &str,
    fits: fn(&ResourceKind) -> bool,
) -> Option<CodeIndex> {
    let signal = statement.expression(0)?;
    Some(builder.resource(signal, what, fits))
}

/// Whether `wait` may wait for it.
pub(super) fn is_signal(kind: &ResourceKind) -> bool {
    is_event(kind) || is_barrier(kind) || is_promise(kind) || is_condition(kind)
}

/// What it is called, with its article.
pub(super) fn kind_with_article(kind: &ResourceKind) -> String {
    let article = if is_event(kind) { "an" } else { "a" };
    format!("{article} {}", kind.word())
}

fn is_event(kind: &ResourceKind) -> bool {
    matches!(kind, ResourceKind::Event)
}

/// Whether it is a condition.
pub(super) fn is_condition(kind: &ResourceKind) -> bool {
    matches!(kind, ResourceKind::Condition)
}

fn is_barrier(kind: &ResourceKind) -> bool {
    matches!(kind, ResourceKind::Barrier { .. })
}

fn is_promise(kind: &ResourceKind) -> bool {
    matches!(kind, ResourceKind::Promise)
}
