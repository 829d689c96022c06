//! Compiles what must hold: conditions, and the parts of them whose values a broken one shows.

use crate::ast::{ArgumentValue, Statement};
use crate::expression::functions::Place;
use crate::expression::tree::{Binary, Expression, Kind as Tree};
use crate::expression::types::Expected;
use crate::plan::builder::Builder;
use crate::plan::{Expectation, When};
use crate::statement::{self, flow::EXPRESSION};

pub(super) fn expect(builder: &mut Builder<'_>, statement: &Statement) {
    let Some(entry) = statement.entry.map(statement::entry) else { return };
    let Some(ArgumentValue::Expression(condition)) =
        statement.arguments.first().and_then(Option::as_ref).map(|argument| &argument.value)
    else {
        return;
    };
    let when = match entry.name {
        EXPRESSION => When::End,
        "always" => When::Always,
        _ => When::Never,
    };
    builder.place = if when == When::End { Place::Expectation } else { Place::Anywhere };
    let (code, operands) = builder.outside(|builder| {
        let code = builder.operand(condition, Expected::Condition);
        let mut parts = Vec::new();
        changing_parts(condition, &mut parts);
        let before = builder.diagnostics.len();
        let operands = parts
            .iter()
            .map(|part| (builder.source.slice(part.span).to_string(), builder.operand(part, Expected::Any)))
            .collect();
        // What is wrong with a part has been said of the whole.
        builder.diagnostics.truncate(before);
        (code, operands)
    });
    builder.place = Place::Anywhere;
    builder.plan.expectations.push(Expectation { when, condition: code, operands, span: condition.span });
}

/// The parts of a condition whose values explain why it does not hold.
fn changing_parts<'a>(condition: &'a Expression, parts: &mut Vec<&'a Expression>) {
    match &condition.kind {
        Tree::Binary(Binary::And | Binary::Or, left, right) => {
            changing_parts(left, parts);
            changing_parts(right, parts);
        }
        Tree::Binary(_, left, right) => {
            for side in [left, right] {
                if !is_literal(side) {
                    parts.push(side);
                }
            }
        }
        Tree::Unary(_, inner) => changing_parts(inner, parts),
        _ if is_literal(condition) => {}
        _ => parts.push(condition),
    }
}

fn is_literal(expression: &Expression) -> bool {
    match &expression.kind {
        Tree::List(items) => items.iter().all(is_literal),
        Tree::Unary(_, inner) => is_literal(inner),
        _ => expression.is_scalar(),
    }
}
