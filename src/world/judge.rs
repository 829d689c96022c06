//! Judges a finished run by what its file expects, and says why an expectation does not hold.

use super::World;
use super::view::View;
use crate::expression::code::{Code, Kind};
use crate::expression::display::duration;
use crate::expression::evaluate::evaluate;
use crate::expression::functions;
use crate::expression::value::Value;
use crate::plan::{Expectation, Plan, When};
use crate::trace::observations::Observations;
use crate::trace::outcome::{Breach, Judgement, RunEnding, Verdict};

impl World {
    /// Every expectation's verdict, in the order of the file.
    pub fn judge(&mut self, plan: &Plan, observations: &Observations, ending: &RunEnding) -> Vec<Verdict> {
        let mut verdicts = Vec::with_capacity(plan.expectations.len());
        for (index, expectation) in plan.expectations.iter().enumerate() {
            let judgement = match expectation.when {
                When::Always | When::Never => match self.broken.iter().find(|(broken, _)| *broken == index) {
                    Some((_, breach)) => Judgement::Broken(breach.clone()),
                    None => Judgement::Held,
                },
                When::End => {
                    let mut view = View::finished(self, plan, observations, ending);
                    judge_at_end(plan, expectation, observations, &mut view)
                }
            };
            verdicts.push(Verdict { span: expectation.span, judgement });
        }
        verdicts
    }
}

fn judge_at_end(
    plan: &Plan,
    expectation: &Expectation,
    observations: &Observations,
    view: &mut View<'_>,
) -> Judgement {
    let condition = plan.code(expectation.condition);
    let reason = match evaluate(condition, view) {
        Ok(Value::Bool(true)) => return Judgement::Held,
        Ok(Value::Bool(false)) => {
            let mut parts = Vec::new();
            for (text, code) in &expectation.operands {
                if let Ok(value) = evaluate(plan.code(*code), view) {
                    parts.push(format!("{text} is {}", value.quoted(view.names())));
                }
            }
            parts.join(", ")
        }
        Ok(other) => format!("an expectation must be true or false, not {}", other.type_name()),
        Err(fault) => fault.message,
    };
    let mut notes = Vec::new();
    condition.each_call(&mut |name, arguments| note(name, arguments, observations, view, &mut notes));
    Judgement::Broken(Breach { reason, notes, step: None })
}

/// What stands behind the value of a call: the log lines that it is about, or the series.
fn note(
    name: &str,
    arguments: &[Code],
    observations: &Observations,
    view: &mut View<'_>,
    notes: &mut Vec<String>,
) {
    let values: Vec<Value> = arguments.iter().filter_map(|argument| evaluate(argument, view).ok()).collect();
    let found = match (name, values.as_slice()) {
        ("count" | "at", [Value::Text(glob), ..]) => vec![observations.explain(glob)],
        ("before", [Value::Text(first), Value::Text(second)]) => observations.explain_order(first, second),
        (_, [Value::Resource(resource), ..]) => match view.samples_of(*resource) {
            Some([]) => vec![format!("{} has no values", view.names().resource(*resource))],
            Some(values) => {
                let ends = |wanted| values.iter().reduce(|best, it| pick(best, it, wanted));
                let show = |value: Option<&Value>| value.map_or(String::new(), |it| it.display(view.names()));
                let (least, most) =
                    (show(ends(std::cmp::Ordering::Less)), show(ends(std::cmp::Ordering::Greater)));
                let (name, count) = (view.names().resource(*resource), values.len());
                let plural = if count == 1 { "" } else { "s" };
                vec![format!("{name} has {count} value{plural}, from {least} to {most}")]
            }
            None => Vec::new(),
        },
        _ => Vec::new(),
    };
    for line in found {
        if !notes.contains(&line) {
            notes.push(line);
        }
    }
}

fn pick<'a>(best: &'a Value, other: &'a Value, wanted: std::cmp::Ordering) -> &'a Value {
    if other.compare(best) == Some(wanted) { other } else { best }
}

impl Observations {
    /// Which lines match a glob, and when they came.
    fn explain(&self, glob: &str) -> String {
        const SHOWN: usize = 3;
        let found: Vec<(u64, &str)> = self.lines(glob).collect();
        if found.is_empty() {
            let near =
                self.nearest(glob).map(|near| format!("; the nearest is `{near}`")).unwrap_or_default();
            return format!("no line of {} matches `{glob}`{near}", self.len());
        }
        let lines: Vec<String> = found
            .iter()
            .take(SHOWN)
            .map(|(time, text)| format!("`{text}` at {}", duration(*time as i64)))
            .collect();
        let more = match found.len().saturating_sub(SHOWN) {
            0 => String::new(),
            more => format!(", and {more} more"),
        };
        format!("`{glob}` matches {}{more}", lines.join(", "))
    }

    /// Which line came last before, and which first behind.
    fn explain_order(&self, first: &str, second: &str) -> Vec<String> {
        let (last, next) = (self.lines(first).last(), self.lines(second).next());
        match (last, next) {
            (Some((last_time, last)), Some((next_time, next))) => vec![format!(
                "the last `{first}` is `{last}` at {}, the first `{second}` is `{next}` at {}",
                duration(last_time as i64),
                duration(next_time as i64)
            )],
            _ => [(last, first), (next, second)]
                .into_iter()
                .filter(|(found, _)| found.is_none())
                .map(|(_, glob)| self.explain(glob))
                .collect(),
        }
    }
}

impl Code {
    /// Visits every call of a function in it, with its arguments.
    fn each_call(&self, visit: &mut dyn FnMut(&str, &[Code])) {
        if let Kind::Call { function, arguments, .. } = &self.kind {
            visit(functions::name(*function), arguments);
        }
        for part in self.parts() {
            part.each_call(visit);
        }
    }
}
