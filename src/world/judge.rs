//! Judges a finished run by what its file expects.

use super::World;
use super::view::View;
use crate::expression::evaluate::evaluate;
use crate::expression::value::Value;
use crate::plan::{Plan, When};
use crate::trace::observations::Observations;
use crate::trace::outcome::{Judgement, RunEnding, Verdict};

impl World {
    /// Every expectation's verdict, in the order of the file.
    pub fn judge(&mut self, plan: &Plan, observations: &Observations, ending: &RunEnding) -> Vec<Verdict> {
        let mut verdicts = Vec::with_capacity(plan.expectations.len());
        for (index, expectation) in plan.expectations.iter().enumerate() {
            let judgement = match expectation.when {
                When::Always | When::Never => match self.broken.iter().find(|(broken, _)| *broken == index) {
                    Some((_, reason)) => Judgement::Broken(reason.clone()),
                    None => Judgement::Held,
                },
                When::End => {
                    let mut view = View::finished(self, plan, observations, ending);
                    match evaluate(plan.code(expectation.condition), &mut view) {
                        Ok(Value::Bool(true)) => Judgement::Held,
                        Ok(Value::Bool(false)) => {
                            let mut parts = Vec::new();
                            for (text, code) in &expectation.operands {
                                if let Ok(value) = evaluate(plan.code(*code), &mut view) {
                                    parts.push(format!("{text} is {}", value.quoted(view.names())));
                                }
                            }
                            Judgement::Broken(parts.join(", "))
                        }
                        Ok(other) => {
                            let kind = other.type_name();
                            Judgement::Broken(format!("an expectation must be true or false, not {kind}"))
                        }
                        Err(fault) => Judgement::Broken(fault.message),
                    }
                }
            };
            verdicts.push(Verdict { span: expectation.span, judgement });
        }
        verdicts
    }
}
