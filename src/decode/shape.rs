//! What the YAML form leaves open until the statement is known: whether a list is the block, how many
//! arguments a scalar holds, whether a plain scalar is text.

use crate::diagnostic::Diagnostic;
use crate::expression::tree::{Binary, Expression, Kind as Tree};
use crate::statement::{BlockShape, Entry, Kind};
use crate::syntax::arguments::{self, Reading};
use crate::syntax::node::{Argument, Name, Node, Value};
use crate::syntax::yaml;

/// The node with its block in place, where that stands as a YAML list in place of the first argument; and
/// what is wrong in the block.
pub(crate) fn listed_block(entry: &Entry, node: &Node) -> Option<(Node, Vec<Diagnostic>)> {
    if entry.block == BlockShape::Nothing || node.block.is_some() {
        return None;
    }
    let first = node.arguments.first().filter(|first| first.name.is_none())?;
    let Some(list @ Value::List(..)) = &first.value else { return None };
    let (block, errors) = yaml::block(list);
    let arguments = node.arguments[1..].to_vec();
    Some((Node { block: Some(block), arguments, ..node.clone() }, errors))
}

/// The arguments one by one: in YAML the first one's scalar may hold several, as in `for: a, b in xs`.
pub(crate) fn spread(entry: &Entry, given: &[Argument]) -> (Vec<Argument>, Vec<Diagnostic>) {
    let first_is_text = entry.arguments.first().is_some_and(|first| reading(first.kind) == Reading::Text);
    let (mut arguments, mut errors) = (Vec::new(), Vec::new());
    for argument in given {
        if argument.name.is_some() || first_is_text {
            arguments.push(argument.clone());
            continue;
        }
        match arguments::read_list(argument) {
            Ok(list) => arguments.extend(list),
            Err(more) => errors.extend(more),
        }
    }
    (arguments, errors)
}

/// How a plain scalar is read where an argument of this kind is wanted.
pub(crate) fn reading(kind: Kind) -> Reading {
    match kind {
        Kind::Text | Kind::Path => Reading::Text,
        Kind::Globs => Reading::Texts,
        Kind::Signature => Reading::Signature,
        _ => Reading::Expression,
    }
}

/// The name that an argument adds to those in front of `in`, as the `a` of `a, b in pairs`; `rest` follows it.
pub(crate) fn loop_name(kind: Kind, argument: &Argument, rest: &[Argument]) -> Option<Name> {
    let is_walk = |later: &Argument| {
        later.name.is_none()
            && matches!(
                &later.value,
                Some(Value::Expression(Expression { kind: Tree::Binary(Binary::In, ..), .. }))
            )
    };
    match kind {
        Kind::Loop => name_of(argument),
        Kind::TaskOrLoop if rest.iter().any(is_walk) => name_of(argument),
        _ => None,
    }
}

/// The name that an argument is, if it is nothing but a name.
pub(crate) fn name_of(argument: &Argument) -> Option<Name> {
    match argument.value.as_ref()? {
        Value::Expression(Expression { kind: Tree::Name(name), span }) => {
            Some(Name { text: name.clone(), span: *span })
        }
        _ => None,
    }
}
