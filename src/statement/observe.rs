//! Statements that only tell.

use super::{Effect, Entry, Kind, PLAIN, Role, optional, required};
use crate::ast::Statement;
use crate::diagnostic::Diagnostic;
use crate::expression::tree::Kind as Tree;
use crate::expression::types::Expected;
use crate::expression::value::ResourceId;
use crate::plan::builder::Builder;
use crate::plan::op::{Into, Op};
use crate::plan::{ExtraIndex, LEVELS, LogPlan, ResourceKind};

/// `log`, `measure`; in `expect`: `always`, `never`.
pub const ENTRIES: &[Entry] = &[
    Entry {
        name: "log",
        example: example!("log"),
        effect: Effect::Observes,
        usage: "log \"hello\"",
        help: "Writes a line to the trace.",
        arguments: &[
            required("text", Kind::Text, "the line; `{..}` shows a value, `{d:.2s}` in a format"),
            optional("level", Kind::Word(LEVELS), "how much it matters; not said if left out"),
            optional("logger", Kind::Text, "who says so; not said if left out"),
            optional("fields", Kind::Any, "a map of structured fields; none if left out"),
        ],
        lower: lower_log,
        ..PLAIN
    },
    Entry {
        name: "measure",
        example: example!("measure"),
        effect: Effect::Observes,
        usage: "measure latency, now() - start",
        help: "Adds a value to a series, which needs no declaration: `percentile(latency, 95)`, `average(latency)`, \
               `len(latency)`. To count something, change a shared variable: `hits += 1`.",
        arguments: &[
            required("series", Kind::Series, "the name of the series"),
            required("value", Kind::Any, "a number or a duration"),
        ],
        lower: lower_measure,
        ..PLAIN
    },
    Entry {
        name: "always",
        example: example!("always"),
        usage: "always len(orders) <= 5",
        role: Role::Expectation,
        help: "Must hold whenever a task has run until it waits.",
        arguments: &[required("condition", Kind::Condition, "what must hold")],
        ..PLAIN
    },
    Entry {
        name: "never",
        example: example!("never"),
        usage: "never len(orders) > 5",
        role: Role::Expectation,
        help: "Must hold at no time when a task has run until it waits.",
        arguments: &[required("condition", Kind::Condition, "what must not hold")],
        ..PLAIN
    },
];

fn lower_measure(builder: &mut Builder<'_>, statement: &Statement, _: Into) {
    let (Some(series), Some(value)) = (statement.expression(0), statement.expression(1)) else { return };
    let Tree::Name(name) = &series.kind else {
        builder.report(
            Diagnostic::error("bad-series", series.span, "a series of measured values is a name")
                .help("for example: `measure latency, now() - start`"),
        );
        return;
    };
    let value = builder.operand(value, Expected::Any);
    let is_series = |it: &ResourceId| builder.plan.resources[it.0 as usize].kind == ResourceKind::Series;
    if let Some(series) = builder.resource_index(name).filter(is_series) {
        builder.emit(Op::Measure { series, value }, statement.span);
    }
}

fn lower_log(builder: &mut Builder<'_>, statement: &Statement, _: Into) {
    let Some(text) = statement.expression(0) else { return };
    let text = builder.operand(text, Expected::Any);
    let level = statement.word(1).map(|index| LEVELS[index]);
    let logger = statement.expression(2).map(|logger| builder.operand(logger, Expected::Any));
    let fields = statement.expression(3).map(|fields| builder.operand(fields, Expected::Any));
    builder.plan.logs.push(LogPlan { text, level, logger, fields });
    let index = ExtraIndex(builder.plan.logs.len() as u32 - 1);
    builder.emit(Op::Log(index), statement.span);
}
