//! Statements on locks, semaphores and limiters; `with` is in [`context`](super::context).

use super::{Entry, Kind, PLAIN, Waits, required};
use crate::diagnostic::Diagnostic;
use crate::plan::ResourceKind;
use crate::plan::op::Op;

/// `acquire`, `release`.
pub const ENTRIES: &[Entry] = &[
    Entry {
        name: "acquire",
        example: example!("acquire"),
        usage: "acquire pool",
        help: "Takes a lock, a permit of a semaphore or a token of a limiter; waits in line if there is none.",
        arguments: &[required("limit", Kind::Limit, "of which")],
        waits: Waits::Maybe,
        lower: |builder, statement, _| {
            let Some(limit) = statement.expression(0) else { return };
            if let Some(ResourceKind::Breaker { .. }) = builder.kind_of(limit) {
                let name = builder.source.slice(limit.span).to_string();
                builder.report(
                    Diagnostic::error("acquire-breaker", limit.span, format!("`{name}` is a breaker"))
                        .label("a breaker must learn how the call ends")
                        .help(format!("put the call into `with {name} {{ .. }}`")),
                );
                return;
            }
            let limit = builder.resource(limit, "a lock, semaphore or limiter", |kind| {
                is_permit(kind) || matches!(kind, ResourceKind::Limiter { .. })
            });
            builder.emit(Op::Acquire(builder.which(limit)), statement.span);
        },
        ..PLAIN
    },
    Entry {
        name: "release",
        example: example!("release"),
        usage: "release pool",
        help: "Gives a lock or a permit back: the last one that the task took, or, of a semaphore of which it has none, \
               the oldest one of another task. `with` does both ends, whatever happens in between; it gives back \
               nothing at its end if its permit was released by hand, unless it was taken again.",
        arguments: &[required("limit", Kind::Permit, "of which")],
        lower: |builder, statement, _| {
            let Some(limit) = statement.expression(0) else { return };
            let limit = builder.resource(limit, "a lock or semaphore", is_permit);
            builder.emit(Op::Release(limit), statement.span);
        },
        ..PLAIN
    },
];

pub(super) fn is_permit(kind: &ResourceKind) -> bool {
    matches!(kind, ResourceKind::Lock | ResourceKind::Semaphore { .. })
}
