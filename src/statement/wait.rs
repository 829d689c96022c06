//! How `wait` lowers itself: one word for signals and for tasks.
//!
//! What is a signal by its name is one for certain. Anything else is a value that may be either when it is
//! evaluated, so both ways are laid out; `until:` or `for:` leaves one. They differ in what `timeout:` does:
//! a signal's wait is given up with a `Timeout`, a wait for tasks ends in order and tells who is pending.

use crate::ast::Statement;
use crate::diagnostic::Diagnostic;
use crate::expression::tree::{Expression, Kind as Tree};
use crate::expression::types::Expected;
use crate::plan::builder::Builder;
use crate::plan::op::{Into, Op, Wanted};
use crate::plan::{CodeIndex, ResourceKind};

use super::signal::{is_condition, is_signal, kind_with_article};

/// The words of `for:`.
pub(super) const WANTED: &[&str] = &["all", "first", "error"];

/// Position of `until` among the arguments.
const UNTIL: usize = 1;
/// Position of `for` among the arguments.
const FOR: usize = 2;

/// Lowers `wait`.
pub(super) fn lower(builder: &mut Builder<'_>, statement: &Statement, into: Into) {
    let Some(what) = statement.expression(0) else { return };
    let span = statement.span;
    let (until, wanted) = (statement.expression(UNTIL), statement.word(FOR));
    if builder.names_resource(what) {
        check_signal(builder, statement, what);
        let what = builder.resource(what, "an event, condition, barrier, promise or task", is_signal);
        let after = statement.timeout.as_ref().map(|timeout| builder.duration(timeout));
        return wait_for_signal(builder, statement, what, after, into);
    }
    if what.is_scalar() {
        report_literal(builder, what);
        return;
    }
    let value = builder.slot();
    let code = builder.operand(what, Expected::Any);
    builder.emit(Op::Assign { into: Into::Slot(value), value: code }, span);
    let after = statement.timeout.as_ref().map(|timeout| {
        let (slot, duration) = (builder.slot(), builder.duration(timeout));
        builder.emit(Op::Assign { into: Into::Slot(slot), value: duration }, timeout.span);
        builder.read(slot, timeout.span)
    });
    let read = builder.read(value, what.span);
    if let (Some(until), Some(_)) = (until, wanted) {
        builder.report(
            Diagnostic::error(
                "needless-until",
                until.span,
                "`until` goes with a condition, `for` with tasks",
            )
            .help("leave one of them out"),
        );
    }
    if until.is_some() {
        return wait_for_signal(builder, statement, read, after, into);
    }
    let (signal, end) = (builder.label(), builder.label());
    if wanted.is_none() {
        builder.emit(Op::JumpIfResource { value, target: builder.target(signal) }, span);
    }
    let wanted = match wanted.map(|index| WANTED[index]) {
        Some("first") => Wanted::First,
        Some("error") => Wanted::Error,
        _ => Wanted::All,
    };
    builder.emit(Op::WaitTasks { tasks: read, wanted, timeout: after, into }, span);
    if statement.word(FOR).is_none() {
        builder.jump(end, span);
        builder.bind(signal);
        wait_for_signal(builder, statement, read, after, into);
    }
    builder.bind(end);
}

/// The wait for a signal, with its timeout round it.
fn wait_for_signal(
    builder: &mut Builder<'_>,
    statement: &Statement,
    what: CodeIndex,
    after: Option<CodeIndex>,
    into: Into,
) {
    if let Some(after) = after {
        builder.emit(Op::Timeout(after), statement.span);
    }
    let until = statement.expression(UNTIL).map(|until| builder.operand(until, Expected::Condition));
    builder.emit(Op::WaitFor { what, until, into }, statement.span);
    if after.is_some() {
        builder.emit(Op::End, statement.span);
    }
}

fn check_signal(builder: &mut Builder<'_>, statement: &Statement, what: &Expression) {
    let Some(kind) = builder.kind_of(what).filter(|kind| is_signal(kind)).cloned() else { return };
    let this_waits = |kind: &ResourceKind| format!("this waits for {}", kind_with_article(kind));
    if let Some(until) = statement.expression(UNTIL)
        && !is_condition(&kind)
    {
        builder.report(
            Diagnostic::error("needless-until", until.span, "`until` goes with a condition")
                .label(this_waits(&kind))
                .help("declare a `condition`, and `notify` it when something has changed"),
        );
    }
    if let Some(Some(wanted)) = statement.arguments.get(FOR) {
        builder.report(
            Diagnostic::error("needless-for", wanted.span, "`for` goes with tasks")
                .label(this_waits(&kind))
                .help("leave it out"),
        );
    }
}

fn report_literal(builder: &mut Builder<'_>, what: &Expression) {
    let written = builder.source.slice(what.span).to_string();
    let error = Diagnostic::error("bad-wait", what.span, format!("`{written}` is nothing to wait for"))
        .label("a task, a list of tasks or a signal is needed here");
    builder.report(
        error.help(match what.kind {
            Tree::Duration(_) => format!("to let time pass, write `sleep {written}`"),
            Tree::Int(_) => format!("to let time pass, write `sleep {written}s`"),
            _ => "`t = spawn f()` makes a task to wait for; `event gate` at top level declares a signal"
                .to_string(),
        }),
    );
}
