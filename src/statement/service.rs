//! Requests to services.
//!
//! A request runs the service's body in the task that asks, as `await` runs a task's body. It holds one of the
//! service's connections until the answer is there, or until it is given up.

use super::{Entry, Kind, PLAIN, Waits, Yields, optional, required};
use crate::ast::Statement;
use crate::expression::types::Expected;
use crate::expression::value::Value;
use crate::plan::DEFAULT_METHOD;
use crate::plan::ResourceKind;
use crate::plan::builder::Builder;
use crate::plan::op::{Into, Op};

/// `request`.
pub const ENTRIES: &[Entry] = &[Entry {
    name: "request",
    example: example!("request"),
    usage: "answer = request web, \"/users\", timeout: 1s",
    help: "Asks a service and waits for its answer, a map with at least `status` and `length`. `timeout:` covers \
           the wait for a connection, too. A status such as 500 is an answer, not an error.",
    arguments: &[
        required("service", Kind::Service, "which"),
        required("path", Kind::Text, "what is asked for: `\"/users/{id}\"`"),
        optional("method", Kind::Text, "`\"POST\"`; `\"GET\"` if left out"),
        optional("body", Kind::Any, "what is sent along; null if left out"),
    ],
    result: Yields::Value,
    gives: "the answer, a map: `.status`, `.length`, `.body`, and what else the service gives",
    waits: Waits::Maybe,
    lower: lower_request,
    ..PLAIN
}];

/// What a service is sent, in the order of its parameters.
pub const SENT: [&str; 3] = ["path", "method", "body"];

fn lower_request(builder: &mut Builder<'_>, statement: &Statement, into: Into) {
    let (Some(service), Some(path)) = (statement.expression(0), statement.expression(1)) else { return };
    let span = statement.span;
    let is_service = |kind: &ResourceKind| matches!(kind, ResourceKind::Service { .. });
    let code = builder.resource(service, "a service", is_service);
    // Evaluated once: the same service gets the connection back.
    let service = builder.slot();
    builder.emit(Op::Assign { into: Into::Slot(service), value: code }, span);
    let path = builder.operand(path, Expected::Any);
    let method = match statement.expression(2) {
        Some(method) => builder.operand(method, Expected::Any),
        None => builder.constant(Value::text(DEFAULT_METHOD), span),
    };
    let body = match statement.expression(3) {
        Some(body) => builder.operand(body, Expected::Any),
        None => builder.constant(Value::Null, span),
    };
    let sent = builder.slots(SENT.len());
    for (index, value) in [path, method, body].into_iter().enumerate() {
        let slot = crate::expression::code::Slot { index: sent.index + index as u16, ..sent };
        builder.emit(Op::Assign { into: Into::Slot(slot), value }, span);
    }
    let answer = builder.slot();
    builder.emit(Op::Request { service, sent }, span);
    builder.emit(Op::Serve { service, sent, answer }, span);
    builder.emit(Op::Respond { service, answer, into }, span);
    builder.emit(Op::End, span);
}
