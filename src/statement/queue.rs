//! Statements on queues.

use super::{Entry, Kind, PLAIN, Waits, Yields, optional, required};
use crate::ast::Statement;
use crate::diagnostic::Diagnostic;
use crate::expression::types::Expected;
use crate::plan::builder::Builder;
use crate::plan::op::{Into, Op};
use crate::plan::{CodeIndex, QueueOrder, ResourceKind};

/// `put`, `get`, `done`, `join`, `close`.
pub const ENTRIES: &[Entry] = &[
    Entry {
        name: "put",
        example: example!("put"),
        usage: "put orders, item",
        help: "Puts an item into a queue; waits for room if the queue is full.",
        arguments: &[
            required("queue", Kind::Queue, "where to"),
            required("item", Kind::Any, "what"),
            optional(
                "priority",
                Kind::Priority,
                "with `order: priority`, the lowest leaves first; 0 if left out",
            ),
        ],
        waits: Waits::Maybe,
        lower: lower_put,
        ..PLAIN
    },
    Entry {
        name: "get",
        example: example!("get"),
        usage: "item = get orders",
        help: "Takes the item from a queue that is first in its order; waits for one if the queue is empty.",
        arguments: &[required("queue", Kind::Queue, "where from")],
        result: Yields::Value,
        gives: "the item",
        waits: Waits::Maybe,
        lower: |builder, statement, into| {
            let Some(queue) = queue(builder, statement) else { return };
            builder.emit(Op::Get { queue: builder.which(queue), into }, statement.span);
        },
        ..PLAIN
    },
    Entry {
        name: "done",
        example: example!("done"),
        usage: "done orders",
        help: "Marks an item taken from a queue as dealt with; `join` waits for all of them.",
        arguments: &[required("queue", Kind::Queue, "whose item")],
        lower: |builder, statement, _| {
            let Some(queue) = queue(builder, statement) else { return };
            builder.emit(Op::Done(queue), statement.span);
        },
        ..PLAIN
    },
    Entry {
        name: "join",
        example: example!("join"),
        usage: "join orders",
        help: "Waits until every item put into a queue has been marked as `done`.",
        arguments: &[required("queue", Kind::Queue, "which")],
        waits: Waits::Maybe,
        lower: |builder, statement, _| {
            let Some(queue) = queue(builder, statement) else { return };
            builder.emit(Op::Join(queue), statement.span);
        },
        ..PLAIN
    },
    Entry {
        name: "close",
        example: example!("close"),
        usage: "close orders",
        help: "Closes a queue: `for` over it ends when it is empty; `put`, and `get` when it is empty, raise `Closed`.",
        arguments: &[required("queue", Kind::Queue, "which")],
        lower: |builder, statement, _| {
            let Some(queue) = queue(builder, statement) else { return };
            builder.emit(Op::Close(queue), statement.span);
        },
        ..PLAIN
    },
];

fn lower_put(builder: &mut Builder<'_>, statement: &Statement, _: Into) {
    let (Some(queue), Some(item)) = (queue(builder, statement), statement.expression(1)) else { return };
    let item = builder.operand(item, Expected::Any);
    if let (Some(priority), Some(ResourceKind::Queue { order, .. })) =
        (statement.expression(2), statement.expression(0).and_then(|queue| builder.kind_of(queue)))
        && *order != QueueOrder::Priority
    {
        builder.report(
            Diagnostic::error("no-priorities", priority.span, "this queue takes no priorities")
                .label("its items leave in the order of time")
                .help("declare it with `order: priority`"),
        );
    }
    let priority = statement.expression(2).map(|priority| builder.operand(priority, Expected::Priority));
    builder.emit(Op::Put { queue: builder.which(queue), item, priority }, statement.span);
}

fn queue(builder: &mut Builder<'_>, statement: &Statement) -> Option<CodeIndex> {
    let queue = statement.expression(0)?;
    Some(builder.resource(queue, "a queue", |kind| matches!(kind, ResourceKind::Queue { .. })))
}
