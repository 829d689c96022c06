//! Operands: expressions of a statement, resolved and checked for their types, and what is built of them.

use super::Builder;
use crate::expression::code::{Code, FunctionIndex, Kind, Slot};
use crate::expression::tree::Expression;
use crate::expression::value::Value;
use crate::expression::{functions, resolve, types};
use crate::plan::op::Arguments;
use crate::plan::{CodeIndex, ExtraIndex};
use crate::source::Span;
use crate::syntax::node::Name;

impl Builder<'_> {
    /// A constant as an operand.
    pub fn constant(&mut self, value: Value, span: Span) -> CodeIndex {
        self.code(Code { kind: Kind::Constant(value), span })
    }

    /// A slot as an operand.
    pub fn read(&mut self, slot: Slot, span: Span) -> CodeIndex {
        self.code(Code { kind: Kind::Slot(slot), span })
    }

    /// An expression as an operand; what is certainly wrong with its type is reported.
    pub fn operand(&mut self, expression: &Expression, expected: types::Expected) -> CodeIndex {
        let code = self.resolve(expression, expected);
        self.code(code)
    }

    /// An expression, to build a larger one with.
    pub fn resolve(&mut self, expression: &Expression, expected: types::Expected) -> Code {
        self.check_type(expression, expected);
        let mut errors = Vec::new();
        let code = resolve::resolve(expression, self, &mut errors);
        self.diagnostics.extend(errors);
        code
    }

    /// A draw from what may be a range.
    pub fn sample(&mut self, range: Code) -> Code {
        Code::sample(range, resolve::Resolver::site(self))
    }

    /// True with the given probability.
    pub fn chance(&mut self, probability: Code) -> CodeIndex {
        let span = probability.span;
        let site = resolve::Resolver::site(self);
        if let Kind::Constant(Value::Float(known)) = probability.kind
            && (0.0..=1.0).contains(&known)
        {
            return self.code(Code { kind: Kind::Chance(known, site), span });
        }
        let function = functions::find("chance").unwrap_or(FunctionIndex(0));
        let arguments = vec![probability];
        self.code(Code { kind: Kind::Call { function, arguments, site }, span })
    }

    /// A duration as an operand: a range is drawn from when it is evaluated.
    pub fn duration(&mut self, expression: &Expression) -> CodeIndex {
        self.check_type(expression, types::Expected::Duration);
        let mut errors = Vec::new();
        let code = resolve::resolve_sampled(expression, self, &mut errors);
        self.diagnostics.extend(errors);
        self.code(code)
    }

    /// A list of argument expressions of a call.
    pub fn arguments(&mut self, list: Vec<Option<CodeIndex>>) -> Arguments {
        self.plan.arguments.push(list);
        Arguments { list: ExtraIndex(self.plan.arguments.len() as u32 - 1) }
    }

    /// Kinds of errors for a handler.
    pub fn kinds(&mut self, kinds: &[Name]) -> ExtraIndex {
        self.plan.kinds.push(kinds.iter().map(|kind| kind.text.as_str().into()).collect());
        ExtraIndex(self.plan.kinds.len() as u32 - 1)
    }

    /// Built code as an operand.
    pub fn code(&mut self, code: Code) -> CodeIndex {
        self.plan.codes.push(code);
        CodeIndex(self.plan.codes.len() as u32 - 1)
    }

    fn check_type(&mut self, expression: &Expression, expected: types::Expected) {
        let mut errors = Vec::new();
        types::check(expression, expected, &|name| self.type_of(name), &mut errors);
        self.diagnostics.extend(errors);
    }

    fn type_of(&self, name: &str) -> types::Type {
        if self.place == functions::Place::Expectation && self.shared_index(name).is_none() {
            let function = functions::find_bare(name).and_then(functions::get);
            if let Some(function) = function {
                return function.gives;
            }
        }
        if self.find_visible(name).is_some() {
            return types::Type::Any;
        }
        match self.declared(name) {
            Some(resource) if resource.array.is_some() => types::Type::List,
            Some(_) => types::Type::Resource,
            None => types::Type::Any,
        }
    }
}
