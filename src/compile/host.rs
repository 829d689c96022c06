//! Host functions: a body that calls the function if somebody has registered it, and else does what stands in
//! for it.

use super::{body, parameters};
use crate::ast::Host;
use crate::expression::value::Value;
use crate::plan::builder::Builder;
use crate::plan::op::Op;
use crate::plan::{HostIndex, HostPlan, StandIn};

/// The kind of the error that a call ends with where nobody has registered the function and nothing stands in.
const UNREGISTERED: &str = "Unregistered";

pub(super) fn build(builder: &mut Builder<'_>, host: &Host) {
    let Some(signature) = builder.tasks.get(&host.name.text).cloned() else { return };
    let index = HostIndex(builder.plan.hosts.len() as u32);
    builder.plan.hosts.push(HostPlan {
        name: host.name.text.clone(),
        body: signature.body,
        stand_in: if host.stand_in.is_some() { StandIn::Block } else { StandIn::Nothing },
        span: host.name.span,
    });
    builder.body(signature.body, &host.name.text, |builder| {
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
