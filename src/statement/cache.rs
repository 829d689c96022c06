//! Statements on caches.

use super::{BlockShape, Clauses, Entry, Kind, PLAIN, Yields, optional, required};
use crate::ast::Statement;
use crate::expression::types::Expected;
use crate::plan::builder::Builder;
use crate::plan::op::{Into, Op};
use crate::plan::{CodeIndex, ResourceKind};

/// `lookup`, `evict`.
pub const ENTRIES: &[Entry] = &[
    Entry {
        name: "lookup",
        example: example!("lookup"),
        usage: "price = lookup prices, item { .. }",
        help: "Gives the value that a cache has for a key; if it has none, runs the block and keeps its value. With \
               `single_flight` others who look up the key meanwhile wait for that value, or fail with its error.",
        arguments: &[
            required("cache", Kind::Cache, "which"),
            required("key", Kind::Any, "what the value is kept under: text, a number, ..."),
        ],
        block: BlockShape::Required,
        clauses: Clauses::Handlers,
        result: Yields::Value,
        gives: "the value",
        lower: |builder, statement, into| {
            let (Some(cache), Some(key), Some(block)) =
                (cache(builder, statement), statement.expression(1), &statement.block)
            else {
                return;
            };
            let span = statement.span;
            let key = builder.operand(key, Expected::Any);
            let found = builder.label();
            builder.emit(Op::Lookup { cache, key, into, found: builder.target(found) }, span);
            let value = builder.slot();
            builder.block(block, Into::Slot(value));
            builder.emit(Op::Keep { value, into }, span);
            builder.bind(found);
        },
        ..PLAIN
    },
    Entry {
        name: "evict",
        example: example!("evict"),
        usage: "evict prices, item",
        help: "Takes a key's value out of a cache, or all values. What is being computed meanwhile is kept when it is ready.",
        arguments: &[
            required("cache", Kind::Cache, "which"),
            optional("key", Kind::Any, "of which key; of all if left out"),
        ],
        lower: |builder, statement, _| {
            let Some(cache) = cache(builder, statement) else { return };
            let key = statement.expression(1).map(|key| builder.operand(key, Expected::Any));
            builder.emit(Op::Evict { cache, key }, statement.span);
        },
        ..PLAIN
    },
];

fn cache(builder: &mut Builder<'_>, statement: &Statement) -> Option<CodeIndex> {
    let cache = statement.expression(0)?;
    Some(builder.resource(cache, "a cache", |kind| matches!(kind, ResourceKind::Cache { .. })))
}
