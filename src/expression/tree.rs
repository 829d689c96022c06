//! Expressions as they are written: names unresolved, a span on every part.

use crate::source::Span;
use crate::syntax::node::Name;

/// An expression and its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Expression {
    /// What it is.
    pub kind: Kind,
    /// Where it stands.
    pub span: Span,
}

/// The kinds of expressions.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// `42`
    Int(i64),
    /// `0.5`
    Float(f64),
    /// `5%`: 0.05
    Percent(f64),
    /// `100ms`, in nanoseconds
    Duration(i64),
    /// `"text with {holes}"`
    Template(Vec<Piece>),
    /// `x`
    Name(String),
    /// `[a, b]`
    List(Vec<Expression>),
    /// `{key: value, "other key": value}`; a bare word as key is that text
    Map(Vec<(Expression, Expression)>),
    /// `[element for name in iterable if condition]`
    Comprehension {
        /// What is collected.
        element: Box<Expression>,
        /// One name, or several that take an item apart.
        names: Vec<Name>,
        /// What is walked.
        iterable: Box<Expression>,
        /// Which items count.
        condition: Option<Box<Expression>>,
    },
    /// `not a`, `-a`
    Unary(Unary, Box<Expression>),
    /// `a + b`
    Binary(Binary, Box<Expression>, Box<Expression>),
    /// `then if condition else otherwise`
    Conditional {
        /// Decides.
        condition: Box<Expression>,
        /// The value if it holds.
        then: Box<Expression>,
        /// The value if not.
        otherwise: Box<Expression>,
    },
    /// `a[i]`, `a[1..3]`
    Index(Box<Expression>, Box<Expression>),
    /// `a.field`
    Field(Box<Expression>, Name),
    /// `f(a, name = b)`
    Call {
        /// The function or task.
        function: Name,
        /// By position.
        arguments: Vec<Expression>,
        /// By name.
        named: Vec<(Name, Expression)>,
    },
}

/// A part of a template.
#[derive(Clone, Debug, PartialEq)]
pub enum Piece {
    /// Text as it is, escapes resolved.
    Text(String),
    /// `{value}` or `{value:format}`
    Hole {
        /// What is shown.
        value: Expression,
        /// How, with its place.
        format: Option<Name>,
    },
}

/// Operators before their operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unary {
    /// `not a`
    Not,
    /// `-a`
    Negate,
}

/// Operators between two operands, loosest first:
/// `or`; `and`; comparisons and `in`; `..`; `+ -`; `* / %`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Binary {
    Or,
    And,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    In,
    NotIn,
    Range,
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
}

impl Binary {
    /// The operator as it is written.
    pub fn symbol(self) -> &'static str {
        match self {
            Binary::Or => "or",
            Binary::And => "and",
            Binary::Equal => "==",
            Binary::NotEqual => "!=",
            Binary::Less => "<",
            Binary::LessOrEqual => "<=",
            Binary::Greater => ">",
            Binary::GreaterOrEqual => ">=",
            Binary::In => "in",
            Binary::NotIn => "not in",
            Binary::Range => "..",
            Binary::Add => "+",
            Binary::Subtract => "-",
            Binary::Multiply => "*",
            Binary::Divide => "/",
            Binary::Modulo => "%",
        }
    }
}

impl Expression {
    /// Whether it is a value written out, and no list or map.
    pub fn is_scalar(&self) -> bool {
        matches!(
            self.kind,
            Kind::Null
                | Kind::Bool(_)
                | Kind::Int(_)
                | Kind::Float(_)
                | Kind::Percent(_)
                | Kind::Duration(_)
                | Kind::Template(_)
        )
    }

    /// The expressions directly inside.
    pub fn parts(&self) -> Vec<&Expression> {
        match &self.kind {
            Kind::Null
            | Kind::Bool(_)
            | Kind::Int(_)
            | Kind::Float(_)
            | Kind::Percent(_)
            | Kind::Duration(_)
            | Kind::Name(_) => Vec::new(),
            Kind::Template(pieces) => {
                fn hole(piece: &Piece) -> Option<&Expression> {
                    match piece {
                        Piece::Hole { value, .. } => Some(value),
                        Piece::Text(_) => None,
                    }
                }
                pieces.iter().filter_map(hole).collect()
            }
            Kind::List(items) => items.iter().collect(),
            Kind::Map(entries) => entries.iter().flat_map(|(key, value)| [key, value]).collect(),
            Kind::Comprehension { element, iterable, condition, .. } => {
                let condition = condition.as_deref();
                [Some(&**element), Some(&**iterable), condition].into_iter().flatten().collect()
            }
            Kind::Unary(_, operand) | Kind::Field(operand, _) => vec![operand],
            Kind::Binary(_, left, right) | Kind::Index(left, right) => vec![left, right],
            Kind::Conditional { condition, then, otherwise } => vec![condition, then, otherwise],
            Kind::Call { arguments, named, .. } => {
                arguments.iter().chain(named.iter().map(|(_, argument)| argument)).collect()
            }
        }
    }
}
