//! Statements that pass time.

use super::{Entry, Kind, PLAIN, Waits, required};
use crate::plan::op::Op;

/// `sleep`, `block`, `offload`.
pub const ENTRIES: &[Entry] = &[
    Entry {
        name: "sleep",
        example: example!("sleep"),
        usage: "sleep 100ms",
        help: "Waits for a time. A range is drawn from: `sleep 100ms..500ms`. `sleep 0` lets the others run first.",
        arguments: &[required("for", Kind::Duration, "how long")],
        waits: Waits::Maybe,
        lower: |builder, statement, _| {
            let Some(duration) = statement.expression(0) else { return };
            let duration = builder.duration(duration);
            builder.emit(Op::Sleep(duration), statement.span);
        },
        ..PLAIN
    },
    Entry {
        name: "block",
        example: example!("block"),
        usage: "block 100ms",
        help: "Holds the whole loop for a time, as CPU work or a blocking call does: nobody runs, timers fire late.",
        arguments: &[required("for", Kind::Duration, "how long")],
        lower: |builder, statement, _| {
            let Some(duration) = statement.expression(0) else { return };
            let duration = builder.duration(duration);
            builder.emit(Op::Block(duration), statement.span);
        },
        ..PLAIN
    },
    Entry {
        name: "offload",
        example: example!("offload"),
        usage: "offload 100ms",
        help: "Works for a time on a thread of a pool, while the others go on. With all threads busy it waits for one, \
               first come, first served. A thread can't be interrupted: if the wait is given up, it stays busy until \
               its time is over, and the run does not end before.",
        arguments: &[required("for", Kind::Duration, "how long")],
        waits: Waits::Maybe,
        lower: |builder, statement, _| {
            let Some(duration) = statement.expression(0) else { return };
            let duration = builder.duration(duration);
            builder.emit(Op::Offload(duration), statement.span);
        },
        ..PLAIN
    },
];
