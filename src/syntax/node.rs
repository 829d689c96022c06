//! The one shape that both front ends produce.
//!
//! `[target =] verb arguments {block} (clause)*`, with a span on every part. The front ends know no
//! statement: what a verb means, and which arguments it takes, is decided from the statement table.

use crate::expression::tree::{Binary, Expression};
use crate::source::Span;

/// A word and its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Name {
    /// The word.
    pub text: String,
    /// Where it stands.
    pub span: Span,
}

/// One statement or declaration.
#[derive(Clone, Debug)]
pub struct Node {
    /// What the result is assigned to: a name, `x[i]` or `x.field`.
    pub target: Option<Expression>,
    /// The operator of `x += 1`, whose verb is already `x + 1`: how it was written.
    pub operator: Option<Binary>,
    /// What to do.
    pub verb: Verb,
    /// The arguments, in the order of the file.
    pub arguments: Vec<Argument>,
    /// The main block.
    pub block: Option<Block>,
    /// What follows the block: `else`, `catch`, `finally`, ...
    pub clauses: Vec<Clause>,
    /// The comments inside a YAML step that is written as a string of the text form.
    pub comments: Vec<Name>,
    /// The whole statement.
    pub span: Span,
}

/// What a node does.
#[derive(Clone, Debug)]
pub enum Verb {
    /// A statement of the table, or a declaration.
    Word(Name),
    /// A declaration in a YAML section: the word is its plural, as written.
    Section(Name),
    /// No word: the line is an expression. With a target it is an assignment.
    /// (`x += 1` arrives as `x = x + 1`.)
    Expression(Expression),
}

/// One argument: `value`, `name: value`, `value as binding` or `as binding`.
#[derive(Clone, Debug)]
pub struct Argument {
    /// The name, for `name: value`.
    pub name: Option<Name>,
    /// The value; absent only in `as binding`.
    pub value: Option<Value>,
    /// The name bound by `as`.
    pub binding: Option<Name>,
    /// The whole argument.
    pub span: Span,
}

/// An argument's value as the front end could read it without knowing the argument's type.
#[derive(Clone, Debug)]
pub enum Value {
    /// From the text form, where an expression looks like nothing else.
    Expression(Expression),
    /// A YAML scalar; a plain one is read by the argument's type (see [`super::arguments`]).
    Scalar(Scalar),
    /// A YAML list.
    List(Vec<Value>, Span),
    /// A YAML map.
    Map(Vec<(Scalar, Value)>, Span),
}

/// A YAML scalar.
#[derive(Clone, Debug)]
pub struct Scalar {
    /// The content, with quotes and escapes resolved.
    pub text: String,
    /// How it was written.
    pub style: Style,
    /// Where it stands, quotes included.
    pub span: Span,
    /// Where the content begins, if it stands in the file byte for byte.
    pub offset: Option<u32>,
}

/// How a YAML scalar was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Without quotes.
    Plain,
    /// Without quotes, and a comment stands behind it, on its line.
    Cut,
    /// In quotes, or as a block scalar: always text.
    Quoted,
}

/// Statements between braces, or a YAML list of steps.
#[derive(Clone, Debug)]
pub struct Block {
    /// The statements, in order.
    pub nodes: Vec<Node>,
    /// The whole block.
    pub span: Span,
}

/// `else {}`, `else if c {}`, `catch K as e {}`, `finally {}`, `exit as e {}`.
#[derive(Clone, Debug)]
pub struct Clause {
    /// The word; `else if` is one word.
    pub word: Name,
    /// The arguments, as in a node.
    pub arguments: Vec<Argument>,
    /// The clause's block.
    pub block: Block,
    /// The whole clause.
    pub span: Span,
}

impl Scalar {
    /// Where spans inside the content count from.
    pub fn start(&self) -> u32 {
        self.offset.unwrap_or(self.span.start)
    }

    /// What every part's span has to be if the content does not stand in the file byte for byte.
    pub fn whole(&self) -> Option<Span> {
        self.offset.is_none().then_some(self.span)
    }
}

impl Value {
    /// Where the value stands.
    pub fn span(&self) -> Span {
        match self {
            Value::Expression(expression) => expression.span,
            Value::Scalar(scalar) => scalar.span,
            Value::List(_, span) | Value::Map(_, span) => *span,
        }
    }
}
