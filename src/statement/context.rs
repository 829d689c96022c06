//! `with`: enters something, and leaves it on every way out of the block.

use super::call::{is_call, match_arguments, report_other_use};
use super::file::{self, OPEN};
use super::limit::is_permit;
use super::{BlockShape, Clauses, Entry, Kind, PLAIN, Waits, Yields, binding, required};
use crate::ast::Statement;
use crate::diagnostic::{Diagnostic, suggest};
use crate::expression::tree::{Expression, Kind as Tree};
use crate::plan::builder::{Builder, Callable, TaskSignature};
use crate::plan::op::{Into, Op};
use crate::plan::{CodeIndex, ResourceKind};
use crate::syntax::node::Name;

/// `with`.
pub const ENTRIES: &[Entry] = &[Entry {
    name: "with",
    example: example!("with"),
    usage: "with ledger, timeout: 1s { .. }",
    help: "Runs the block holding a lock or permit, and gives it back on every way out; or through a breaker, \
           which raises `Open` while it lets nobody in; or inside a context, `with f(x) as r { .. }`, whose \
           `exit` runs on every way out; or with a file open, `with open(\"notes.txt\", \"write\") as f`. `timeout:` is for getting in, not for the block.",
    arguments: &[binding(required(
        "limit",
        Kind::Hold,
        "a lock, semaphore or breaker, or `f(x)`; `as r` gets what entering gives",
    ))],
    block: BlockShape::Required,
    clauses: Clauses::Handlers,
    result: Yields::Value,
    waits: Waits::Own,
    lower: lower_with,
    ..PLAIN
}];

/// What `with` enters.
enum Callee {
    /// A lock, semaphore or breaker: nothing to bind.
    Resource,
    /// A context.
    Context(TaskSignature),
    /// A file.
    File,
}

fn lower_with(builder: &mut Builder<'_>, statement: &Statement, into: Into) {
    let (Some(expression), Some(block)) = (statement.expression(0), &statement.block) else { return };
    let span = statement.span;
    let name = statement.binding(0);
    let Some(callee) = resolve(builder, expression) else {
        // What is wrong has been said; the name is known all the same, so that nothing follows from it.
        if let Some(name) = name {
            builder.define(name);
            builder.excuse(&name.text);
        }
        return builder.block(block, into);
    };
    if let Callee::File = callee {
        return file::lower_open(builder, statement, expression, into);
    }
    // The operand of a resource is evaluated inside the timeout, like a call's arguments.
    if let Some(timeout) = &statement.timeout {
        let after = builder.duration(timeout);
        builder.emit(Op::Timeout(after), span);
    }
    match callee {
        Callee::Resource => {
            let limit = resource(builder, expression);
            builder.emit(Op::Hold(builder.which(limit)), span);
            if let Some(name) = name {
                report_nothing_to_bind(builder, expression, name);
            }
        }
        Callee::Context(signature) => {
            let Some(arguments) = match_arguments(builder, expression, &signature) else { return };
            let into = match name {
                Some(name) => {
                    let into = builder.define(name);
                    builder.excuse(&name.text);
                    into
                }
                None => Into::Nowhere,
            };
            builder.emit(Op::Enter { body: signature.body, arguments, into }, span);
        }
        Callee::File => {}
    }
    if statement.timeout.is_some() {
        builder.emit(Op::Entered, span);
    }
    builder.block(block, into);
    builder.emit(Op::End, span);
}

/// What is entered, by the name that is called; none if it is unknown or can't be entered, which is reported.
fn resolve(builder: &mut Builder<'_>, expression: &Expression) -> Option<Callee> {
    let Tree::Call { function, .. } = &expression.kind else { return Some(Callee::Resource) };
    if let Some(signature) = builder.contexts.get(&function.text) {
        return Some(Callee::Context(signature.clone()));
    }
    if function.text == OPEN {
        return Some(Callee::File);
    }
    if !is_call(expression) {
        return Some(Callee::Resource);
    }
    if !report_other_use(builder, expression, Callable::Context) {
        let names = builder.contexts.keys().map(String::as_str);
        let near = suggest(&function.text, names).map(str::to_string);
        let message = format!("unknown context `{}`", function.text);
        builder.report(
            Diagnostic::error("unknown-context", function.span, message)
                .label("no context of this name")
                .nearest(near.as_deref())
                .or_example("declare it", format!("context {}() {{ .. }} exit as e {{ .. }}", function.text)),
        );
    }
    None
}

fn resource(builder: &mut Builder<'_>, expression: &Expression) -> CodeIndex {
    builder.resource(expression, "a lock, semaphore or breaker", |kind| {
        is_permit(kind) || matches!(kind, ResourceKind::Breaker { .. })
    })
}

fn report_nothing_to_bind(builder: &mut Builder<'_>, expression: &Expression, name: &Name) {
    // It is known all the same, so that nothing follows from it.
    builder.define(name);
    builder.excuse(&name.text);
    if matches!(&expression.kind, Tree::Name(context) if builder.contexts.contains_key(context)) {
        // Its brackets are missing, which has been reported.
        return;
    }
    let what = builder.source.slice(expression.span).to_string();
    let message = format!("`{what}` gives nothing that `{}` could be", name.text);
    builder.report(
        Diagnostic::error("no-binding", name.span, message)
            .label("only a context or a file that is opened gives a value")
            .help("leave out the `as`"),
    );
}
