//! Statements on streams: `yield` hands out, `collect` takes everything; `for` is in [`flow`](super::flow).

use super::call::{is_call, match_arguments, report_other_use};
use super::flow::Walk;
use super::{Entry, Kind, PLAIN, Waits, Yields, required};
use crate::ast::Statement;
use crate::diagnostic::{Diagnostic, suggest};
use crate::expression::tree::{Expression, Kind as Tree};
use crate::expression::types::Expected;
use crate::expression::value::Value;
use crate::plan::builder::{Builder, Callable};
use crate::plan::op::{Into, Op};
use crate::source::Span;

/// `yield`, `collect`.
pub const ENTRIES: &[Entry] = &[
    Entry {
        name: "yield",
        example: example!("yield"),
        usage: "yield item",
        help: "Hands an item of a stream out to the loop that walks it, and stands still until the next one is wanted.",
        arguments: &[required("value", Kind::Any, "the item")],
        lower: |builder, statement, _| {
            builder.check_yield(statement.span);
            let Some(value) = statement.expression(0) else { return };
            let value = builder.operand(value, Expected::Any);
            builder.emit(Op::Yield(value), statement.span);
        },
        ..PLAIN
    },
    Entry {
        name: "collect",
        example: example!("collect"),
        usage: "items = collect ticks(3)",
        help: "Walks a stream to its end and makes a list of its items.",
        arguments: &[required("stream", Kind::Stream, "a call of a stream")],
        result: Yields::Value,
        gives: "the list of the stream's items",
        waits: Waits::Maybe,
        lower: lower_collect,
        ..PLAIN
    },
];

/// What a walk is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Opened {
    /// A stream, which has been opened.
    Stream,
    /// A value.
    NoStream,
    /// A call of something else; that has been reported.
    Refused,
}

/// Opens a stream if an expression is a call of one.
pub(super) fn open(builder: &mut Builder<'_>, expression: &Expression, span: Span) -> Opened {
    let Tree::Call { function, .. } = &expression.kind else { return Opened::NoStream };
    let Some(signature) = builder.streams.get(&function.text).cloned() else {
        return match report_other_use(builder, expression, Callable::Stream) {
            true => Opened::Refused,
            false => Opened::NoStream,
        };
    };
    let Some(arguments) = match_arguments(builder, expression, &signature) else { return Opened::Refused };
    builder.emit(Op::Open { body: signature.body, arguments }, span);
    Opened::Stream
}

fn lower_collect(builder: &mut Builder<'_>, statement: &Statement, into: Into) {
    let Some(stream) = statement.expression(0) else { return };
    let span = statement.span;
    match open(builder, stream, span) {
        Opened::Stream => {}
        Opened::Refused => return,
        Opened::NoStream => return report_no_stream(builder, stream),
    }
    let list = builder.slot();
    let empty = builder.constant(Value::list(Vec::new()), span);
    builder.emit(Op::Assign { into: Into::Slot(list), value: empty }, span);
    let walk = Walk::over_stream(builder, 1);
    let (start, exit) = (builder.label(), builder.label());
    builder.bind(start);
    walk.next(builder, exit, span);
    builder.emit(Op::Append { list, value: walk.item }, span);
    builder.jump(start, span);
    builder.bind(exit);
    walk.end(builder, span);
    if into != Into::Nowhere {
        let value = builder.read(list, span);
        builder.emit(Op::Assign { into, value }, span);
    }
}

fn report_no_stream(builder: &mut Builder<'_>, expression: &Expression) {
    let error = match &expression.kind {
        Tree::Call { function, .. } if is_call(expression) => {
            let names = builder.streams.keys().map(String::as_str);
            let message = format!("unknown stream `{}`", function.text);
            Diagnostic::error("unknown-stream", function.span, message)
                .label("no stream of this name")
                .nearest(suggest(&function.text, names))
                .or_example("declare it", format!("stream {}() {{ .. }}", function.text))
        }
        _ => Diagnostic::error("not-a-call", expression.span, "`collect` needs a call of a stream")
            .example("a list is one already, `for` walks a queue; for example", "items = collect ticks(3)"),
    };
    builder.report(error);
}
