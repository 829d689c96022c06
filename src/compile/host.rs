//! Host functions: a body that calls the function if somebody has registered it, and else does what stands in
//! for it.

use super::{body, parameters};
use crate::ast::Host;
use crate::expression::value::Value;
use crate::plan::builder::Builder;
use crate::plan::op::Op;
use crate::plan::{BodyIndex, HostIndex, HostPlan, StandIn};

/// The kind of the error that a call ends with where nobody has registered the function and nothing stands in.
const UNREGISTERED: &str = "Unregistered";

/// Declares a host function whose body is reserved. Those of a file are numbered in its order.
pub(super) fn declare(builder: &mut Builder<'_>, host: &Host, body: BodyIndex) {
    builder.plan.hosts.push(HostPlan {
        name: host.name.text.clone(),
        body,
        stand_in: if host.stand_in.is_some() { StandIn::Block } else { StandIn::Nothing },
        span: host.name.span,
    });
}

pub(super) fn build(builder: &mut Builder<'_>, host: &Host, index: HostIndex) {
    let reserved = builder.plan.hosts[index.0 as usize].body;
    builder.body(reserved, &host.name.text, |builder| {
        parameters(builder, &host.parameters);
        builder.emit(Op::CallHost(index), host.span);
        builder.emit(Op::AwaitHost, host.span);
        match &host.stand_in {
            Some(block) => body(builder, block),
            None => {
                let message = format!("nobody has registered the host function {}", host.name.text);
                let kind = builder.constant(Value::text(UNREGISTERED), host.span);
                let message = builder.constant(Value::text(message), host.span);
                builder.emit(Op::Fail { kind, message: Some(message) }, host.span);
            }
        }
    });
}
