//! Reads an argument's value by the type that its statement gives it.
//!
//! The text form is read already: there an expression looks like nothing else. A plain YAML scalar is text
//! where text is wanted and an expression anywhere else; a quoted one is always text. Lists and maps are
//! literals, whose parts are read as expressions.

use super::node::{Argument, Scalar, Style, Value};
use super::text;
use crate::diagnostic::Diagnostic;
use crate::expression::tree::{Expression, Kind, Piece};
use crate::source::Span;

/// How a plain scalar is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// As text with holes.
    Text,
    /// The same, and so is each item of a list.
    Texts,
    /// As an expression.
    Expression,
    /// As an expression, in quotes too: `"f(a, b)"` as a key, where YAML would split it at the comma.
    Signature,
}

impl Reading {
    /// Whether a plain scalar is text.
    pub fn is_text(self) -> bool {
        matches!(self, Reading::Text | Reading::Texts)
    }

    /// How the items of a list are read.
    pub fn of_item(self) -> Reading {
        if self == Reading::Texts { Reading::Text } else { Reading::Expression }
    }
}

/// Reads a value.
///
/// # Errors
/// If it is no expression.
pub fn read(value: &Value, reading: Reading) -> Result<Expression, Vec<Diagnostic>> {
    match value {
        Value::Expression(expression) => Ok(expression.clone()),
        Value::Scalar(scalar) => read_scalar(scalar, reading),
        Value::List(items, span) => {
            let items = collect(items.iter().map(|item| read(item, reading.of_item())))?;
            Ok(Expression { kind: Kind::List(items), span: *span })
        }
        Value::Map(entries, span) => {
            let entries = entries.iter().map(|(key, value)| {
                let key = read_key(key)?;
                Ok((key, read(value, Reading::Expression)?))
            });
            Ok(Expression { kind: Kind::Map(collect(entries)?), span: *span })
        }
    }
}

/// Reads what stands behind a statement's word: in a plain YAML scalar that may be several arguments, as
/// in `for: a, b in pairs`.
///
/// # Errors
/// If they are no arguments.
pub fn read_list(argument: &Argument) -> Result<Vec<Argument>, Vec<Diagnostic>> {
    match &argument.value {
        Some(Value::Scalar(scalar)) if scalar.style != Style::Quoted && !scalar.text.is_empty() => {
            text::parse_arguments(&scalar.text, scalar.start(), scalar.whole())
        }
        _ => Ok(vec![argument.clone()]),
    }
}

fn read_scalar(scalar: &Scalar, reading: Reading) -> Result<Expression, Vec<Diagnostic>> {
    let (start, whole) = (scalar.start(), scalar.whole());
    match (scalar.style, reading) {
        (Style::Quoted, Reading::Signature) => text::parse_expression(&scalar.text, start, whole),
        (Style::Quoted, _) => text::parse_template(&scalar.text, start, whole),
        _ if reading.is_text() => text::parse_template(&scalar.text, start, whole),
        (Style::Plain | Style::Cut, _) if scalar.text.is_empty() => Err(vec![missing(scalar.span)]),
        (Style::Plain | Style::Cut, _) => text::parse_expression(&scalar.text, start, whole),
    }
}

/// A bare word as a key is that text, as in the text form.
fn read_key(key: &Scalar) -> Result<Expression, Vec<Diagnostic>> {
    let kind = match (key.style, key.text.parse()) {
        (Style::Quoted, _) => return read_scalar(key, Reading::Text),
        (_, Ok(number)) => Kind::Int(number),
        (_, Err(_)) => Kind::Template(vec![Piece::Text(key.text.clone())]),
    };
    Ok(Expression { kind, span: key.span })
}

fn missing(span: Span) -> Diagnostic {
    Diagnostic::error("missing-value", span, "a value is missing here")
        .label("nothing is written, which YAML reads as null")
        .help("write the value, or `null`; a value that begins with `{` stands in quotes: \"{x}\"")
}

/// Collects all values, or all errors.
fn collect<T>(results: impl Iterator<Item = Result<T, Vec<Diagnostic>>>) -> Result<Vec<T>, Vec<Diagnostic>> {
    let (mut values, mut errors) = (Vec::new(), Vec::new());
    for result in results {
        match result {
            Ok(value) => values.push(value),
            Err(more) => errors.extend(more),
        }
    }
    if errors.is_empty() { Ok(values) } else { Err(errors) }
}
