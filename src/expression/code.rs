//! Expressions ready to evaluate: every name is a place, every function an index.
//!
//! Made once from the [`tree`](super::tree) by [`resolve`](super::resolve), evaluated many times by
//! [`evaluate`](super::evaluate) against an [`Environment`].

use super::tree::{Binary, Unary};
use super::value::{ResourceId, TaskId, Value};
use crate::source::Span;

/// A place among the variables: how many environments outwards, and which slot there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Slot {
    /// 0 is the body's own environment, 1 the one around it, ...
    pub depth: u16,
    /// Which one there.
    pub index: u16,
}

/// Which of the scenario's shared (top-level) variables and parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SharedIndex(pub u16);

/// A place in a task's body that draws random values: its index within the body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SiteIndex(pub u32);

/// A built-in function: its index in the function table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FunctionIndex(pub u16);

/// An expression ready to evaluate.
#[derive(Clone, Debug)]
pub struct Code {
    /// What to do.
    pub kind: Kind,
    /// Where it was written, for errors while running.
    pub span: Span,
}

impl Code {
    /// A value.
    pub fn constant(value: Value, span: Span) -> Code {
        Code { kind: Kind::Constant(value), span }
    }

    /// Whether it is a value known beforehand.
    pub fn is_constant(&self) -> bool {
        matches!(self.kind, Kind::Constant(_))
    }

    /// A variable.
    pub fn slot(slot: Slot, span: Span) -> Code {
        Code { kind: Kind::Slot(slot), span }
    }

    /// Two operands.
    pub fn binary(operator: Binary, left: Code, right: Code) -> Code {
        let span = left.span;
        Code { kind: Kind::Binary(operator, Box::new((left, right))), span }
    }

    /// Whether it, or a part of it, calls a function.
    pub fn calls(&self, function: FunctionIndex) -> bool {
        let is_it = matches!(&self.kind, Kind::Call { function: called, .. } if *called == function);
        is_it || self.parts().iter().any(|part| part.calls(function))
    }

    /// What it is made of, directly.
    pub fn parts(&self) -> Vec<&Code> {
        match &self.kind {
            Kind::Constant(_) | Kind::Slot(_) | Kind::Shared(_) | Kind::Uniform(..) | Kind::Chance(..) => {
                Vec::new()
            }
            Kind::Template(pieces) => pieces
                .iter()
                .filter_map(|piece| match piece {
                    Piece::Text(_) => None,
                    Piece::Hole(code, _) => Some(code),
                })
                .collect(),
            Kind::List(items) => items.iter().collect(),
            Kind::Map(entries) => entries.iter().flat_map(|(key, value)| [key, value]).collect(),
            Kind::Comprehension(inner) => {
                [&inner.element, &inner.iterable].into_iter().chain(&inner.condition).collect()
            }
            Kind::Unary(_, inner) | Kind::Field(inner, _) | Kind::Sample(inner, _) => vec![inner],
            Kind::Binary(_, sides) | Kind::Index(sides) => vec![&sides.0, &sides.1],
            Kind::Conditional(parts) => vec![&parts.0, &parts.1, &parts.2],
            Kind::Scaled(sides, ceiling) => {
                [&sides.0, &sides.1].into_iter().chain(ceiling.as_deref()).collect()
            }
            Kind::Grown(sides) => vec![&sides.0, &sides.1],
            Kind::Call { arguments, .. } => arguments.iter().collect(),
        }
    }

    /// A draw from what may be a range.
    pub fn sample(range: Code, site: SiteIndex) -> Code {
        let span = range.span;
        let kind = match &range.kind {
            Kind::Constant(Value::Range(bounds)) => match (&bounds.0, &bounds.1) {
                (Value::Duration(low), Value::Duration(high)) if low <= high && *high < i64::MAX => {
                    Kind::Uniform(*low, *high, site)
                }
                _ => Kind::Sample(Box::new(range), site),
            },
            _ => Kind::Sample(Box::new(range), site),
        };
        Code { kind, span }
    }

    /// A backoff times its scale; whoever reads the error is shown where both come from.
    pub fn scaled(wait: Code, scale: Code, ceiling: Option<Code>, span: Span) -> Code {
        Code { kind: Kind::Scaled(Box::new((wait, scale)), ceiling.map(Box::new)), span }
    }

    /// A backoff's scale times its factor.
    pub fn grown(scale: Code, factor: Code) -> Code {
        let span = factor.span;
        Code { kind: Kind::Grown(Box::new((scale, factor))), span }
    }

    /// One of two values.
    pub fn conditional(condition: Code, then: Code, otherwise: Code) -> Code {
        let span = condition.span;
        Code { kind: Kind::Conditional(Box::new((condition, then, otherwise))), span }
    }
}

/// The kinds of code. Its tag is a number of its own, as that of an operation is.
#[derive(Clone, Debug)]
#[repr(u8)]
pub enum Kind {
    /// A value known beforehand.
    Constant(Value),
    /// A variable.
    Slot(Slot),
    /// A shared variable or parameter.
    Shared(SharedIndex),
    /// Text with holes.
    Template(Vec<Piece>),
    /// A list.
    List(Vec<Code>),
    /// A map.
    Map(Vec<(Code, Code)>),
    /// `[element for slots in iterable if condition]`
    Comprehension(Box<Comprehension>),
    /// One operand.
    Unary(Unary, Box<Code>),
    /// Two operands; `and` and `or` evaluate the second only if it decides.
    Binary(Binary, Box<(Code, Code)>),
    /// condition, then, otherwise
    Conditional(Box<(Code, Code, Code)>),
    /// A backoff times its scale, with a ceiling perhaps for what does not fit: see [`backoff`](super::backoff).
    Scaled(Box<(Code, Code)>, Option<Box<Code>>),
    /// A backoff's scale times its factor, as long as that fits.
    Grown(Box<(Code, Code)>),
    /// `a[i]`, and with a range as index a slice.
    Index(Box<(Code, Code)>),
    /// `a.field`
    Field(Box<Code>, Box<str>),
    /// A built-in function; absent arguments have been filled with their defaults.
    Call {
        /// Which.
        function: FunctionIndex,
        /// All of its arguments, in its order.
        arguments: Vec<Code>,
        /// Where its random values come from.
        site: SiteIndex,
    },
    /// Draws from what may be a range; anything else passes through.
    Sample(Box<Code>, SiteIndex),
    /// Draws from a range of durations that is known beforehand, in nanoseconds, both ends included.
    Uniform(i64, i64, SiteIndex),
    /// True with a probability that is known beforehand.
    Chance(f64, SiteIndex),
}

/// A part of a template.
#[derive(Clone, Debug)]
pub enum Piece {
    /// Text as it is.
    Text(Box<str>),
    /// A value in a format.
    Hole(Code, super::format::Format),
}

/// `[element for slots in iterable if condition]`
#[derive(Clone, Debug)]
pub struct Comprehension {
    /// What is collected.
    pub element: Code,
    /// Where an item goes: one slot, or several that take it apart.
    pub slots: Vec<Slot>,
    /// What is walked.
    pub iterable: Code,
    /// Which items count.
    pub condition: Option<Code>,
}

/// How a task stands, as `state(t)` shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TaskState {
    /// Neither ended nor failed yet.
    Running,
    /// Ended with a result.
    Done,
    /// Ended with an error.
    Failed,
    /// Ended by a cancel.
    Cancelled,
}

/// How a circuit breaker stands, as `state(b)` shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BreakerState {
    /// Everybody may in.
    Closed,
    /// Nobody may in.
    Open,
    /// One may in, on trial.
    HalfOpen,
}

/// What an expression may ask of the world around it. The world implements it for a running task; the
/// judge of expectations implements it for a finished run.
pub trait Environment {
    /// The value of a variable; `None` while it is not yet assigned.
    fn slot(&self, slot: Slot) -> Option<Value>;
    /// Assigns a variable (of a comprehension).
    fn assign(&mut self, slot: Slot, value: Value);
    /// The value of a shared variable or parameter.
    fn shared(&self, index: SharedIndex) -> Value;
    /// Virtual time since the start, in nanoseconds.
    fn now(&self) -> u64;
    /// What the wall clock reads at time 0, in nanoseconds since 1970-01-01 00:00:00.
    fn epoch(&self) -> u64;
    /// How often this site has drawn before, in this task; counts the draw.
    fn count_draw(&mut self, site: SiteIndex) -> u64;
    /// The random number (uniform over all 64-bit numbers) of the next draw at this site; counts the draw.
    fn draw(&mut self, site: SiteIndex) -> u64;
    /// `len(q)`: the items in a queue. `None` for a resource that has no length.
    fn length(&self, resource: ResourceId) -> Option<i64>;
    /// `available(s)`: free permits or whole tokens. `None` for a resource that has none.
    fn available(&self, resource: ResourceId) -> Option<i64>;
    /// The values of a series. `None` for any other resource.
    fn samples(&self, resource: ResourceId) -> Option<&[Value]>;
    /// `exists(path)`, `contents(path)`: what a file holds, if there is one.
    fn contents(&self, path: &str) -> Option<&str>;
    /// `waiting(r)`: how many tasks wait in line for it.
    fn waiting(&self, resource: ResourceId) -> i64;
    /// `is_set(e)`: whether an event is set or a promise settled. `None` for any other resource.
    fn is_set(&self, resource: ResourceId) -> Option<bool>;
    /// `state(b)`: how a breaker stands. `None` for any other resource.
    fn breaker_state(&self, resource: ResourceId) -> Option<BreakerState>;
    /// A resource's declared name.
    fn resource_name(&self, resource: ResourceId) -> String;
    /// A task's name as traces show it.
    fn task_name(&self, task: TaskId) -> String;
    /// `state(t)`
    fn task_state(&self, task: TaskId) -> TaskState;
    /// `result(t)`: null unless done.
    fn task_result(&self, task: TaskId) -> Value;
    /// `error(t)`: null unless failed. Whoever asks has looked at the error.
    fn task_error(&mut self, task: TaskId) -> Value;
    /// What only a finished run knows (`duration`, `count("glob")`, ...), by name.
    fn observed(&mut self, question: &str, arguments: &[Value]) -> Option<Value>;
}
