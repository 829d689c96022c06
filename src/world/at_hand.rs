//! Operands that are at hand: constants, variables, and what is quickly made of them.
//!
//! Nothing is decided here: what is not at hand goes the long way, through the evaluator, and that gives the same.

use super::World;
use super::variables::Home;
use crate::expression::code::{Code, Kind};
use crate::expression::tree::Binary;
use crate::expression::value::{TaskId, Value};
use crate::expression::{backoff, distribution, operators};
use crate::plan::Plan;
use crate::plan::op::Into;

impl World {
    /// A constant, or a variable: of the task's own, whose home is known, most often.
    #[inline(always)]
    pub(super) fn given<'a>(&'a self, id: TaskId, home: Home, code: &'a Code) -> Option<&'a Value> {
        match &code.kind {
            Kind::Constant(value) => Some(value),
            Kind::Slot(slot) if slot.depth == 0 => self.environments.read(home, *slot),
            Kind::Slot(slot) => self.slot(id, *slot),
            Kind::Shared(index) => self.shared.get(index.0 as usize),
            _ => None,
        }
    }

    /// What is given, or what one operator makes of two such.
    #[inline(always)]
    pub(super) fn at_hand(&self, id: TaskId, home: Home, code: &Code) -> Option<Value> {
        match &code.kind {
            Kind::Binary(operator, sides) => {
                let (left, right) = (self.given(id, home, &sides.0)?, self.given(id, home, &sides.1)?);
                operators::simple(*operator, left, right)
            }
            Kind::Scaled(sides, _) => {
                let (wait, scale) = (self.given(id, home, &sides.0)?, self.given(id, home, &sides.1)?);
                operators::simple(Binary::Multiply, wait, scale)
            }
            Kind::Grown(sides) => {
                let (scale, factor) = (self.given(id, home, &sides.0)?, self.given(id, home, &sides.1)?);
                backoff::simply_grown(scale, factor)
            }
            _ => self.given(id, home, code).map(Value::copy),
        }
    }

    /// A condition that is at hand, or a chance.
    #[inline(always)]
    pub(super) fn condition_at_hand(
        &mut self,
        plan: &Plan,
        id: TaskId,
        home: Home,
        code: &Code,
    ) -> Option<bool> {
        if let Kind::Chance(probability, site) = code.kind {
            let random = self.draw(plan, id, site);
            return Some(distribution::happens(probability, random));
        }
        match self.at_hand(id, home, code)? {
            Value::Bool(condition) => Some(condition),
            _ => None,
        }
    }

    /// A duration that is given, or drawn from a range that is.
    #[inline(always)]
    pub(super) fn duration_at_hand(
        &mut self,
        plan: &Plan,
        id: TaskId,
        home: Home,
        code: &Code,
    ) -> Option<u64> {
        if let Kind::Uniform(low, high, site) = code.kind
            && low >= 0
        {
            let random = self.draw(plan, id, site);
            return Some(distribution::integer(low, high + 1, random) as u64);
        }
        match self.given(id, home, code)? {
            Value::Duration(duration) => u64::try_from(*duration).ok(),
            _ => None,
        }
    }

    /// Assigns: most often to a variable of the task's own, whose home is known.
    #[inline(always)]
    pub(super) fn assign_on_the_spot(&mut self, id: TaskId, home: Home, into: Into, value: Value) {
        match into {
            Into::Slot(slot) if slot.depth == 0 => self.environments.write(home, slot, value),
            Into::Nowhere => value.discard(),
            _ => self.assign_elsewhere(id, into, value),
        }
    }

    #[inline(never)]
    fn assign_elsewhere(&mut self, id: TaskId, into: Into, value: Value) {
        self.assign(id, into, value);
    }
}
