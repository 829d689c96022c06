//! Operands that must be resources: what is certainly another kind of thing is reported before the run.

use super::super::{Resource, ResourceKind};
use super::Builder;
use crate::diagnostic::{Diagnostic, suggest};
use crate::expression::code::Kind as CodeKind;
use crate::expression::tree::{Expression, Kind};
use crate::expression::types::Expected;
use crate::expression::value::Value;
use crate::plan::CodeIndex;
use crate::plan::op::Which;
use crate::source::Span;
use crate::syntax::node::Name;

/// So many names are listed where none is near.
const MAX_LISTED: usize = 20;

impl Builder<'_> {
    /// The declared resource, or array of resources, of a name.
    pub fn declared(&self, name: &str) -> Option<&Resource> {
        self.resource_index(name).map(|index| &self.plan.resources[index.0 as usize])
    }

    /// The kind of resource that an expression certainly is: a declared name, or a member of an array.
    pub fn kind_of(&self, expression: &Expression) -> Option<&ResourceKind> {
        let (name, is_member) = match &expression.kind {
            Kind::Name(name) => (name, false),
            Kind::Index(container, _) => match &container.kind {
                Kind::Name(name) => (name, true),
                _ => return None,
            },
            _ => return None,
        };
        if self.find_visible(name).is_some() {
            return None;
        }
        let resource = self.declared(name)?;
        (resource.array.is_some() == is_member).then_some(&resource.kind)
    }

    /// Whether an expression is the name of a declared resource or array, or a member of one.
    pub fn names_resource(&self, expression: &Expression) -> bool {
        match &expression.kind {
            Kind::Name(name) => self.find_visible(name).is_none() && self.declared(name).is_some(),
            Kind::Index(container, _) => {
                matches!(container.kind, Kind::Name(_)) && self.names_resource(container)
            }
            _ => false,
        }
    }

    /// Which resource such an operand stands for.
    pub fn which(&self, operand: CodeIndex) -> Which {
        match self.plan.code(operand).kind {
            CodeKind::Constant(Value::Resource(resource)) => Which::Named(resource),
            _ => Which::Computed(operand),
        }
    }

    /// An operand that must be a resource of a kind; what is certainly something else is reported.
    pub fn resource(
        &mut self,
        expression: &Expression,
        what: &str,
        fits: fn(&ResourceKind) -> bool,
    ) -> CodeIndex {
        let code = self.operand(expression, Expected::Any);
        let error = match &expression.kind {
            Kind::Name(name) => self.check_name(name, expression.span, what, fits),
            Kind::Index(container, _) => match &container.kind {
                Kind::Name(name) => self.check_member(name, container.span, what, fits),
                _ => None,
            },
            _ => None,
        };
        self.diagnostics.extend(error);
        code
    }

    fn check_name(
        &self,
        name: &str,
        span: Span,
        what: &str,
        fits: fn(&ResourceKind) -> bool,
    ) -> Option<Diagnostic> {
        if self.find_visible(name).is_some() {
            return None;
        }
        let Some(resource) = self.declared(name) else {
            let index = self.shared_index(name)?;
            let shared = &self.plan.shared[index.0 as usize];
            // One that begins as null may be given a resource later.
            let may_become_one =
                matches!(self.plan.code(shared.initial).kind, CodeKind::Constant(Value::Null));
            let found = "a shared variable";
            return (!may_become_one)
                .then(|| self.wrong_resource(name, span, what, fits, found, shared.span));
        };
        let word = resource.kind.word();
        match (&resource.array, fits(&resource.kind)) {
            (None, true) => None,
            (None, false) => {
                Some(self.wrong_resource(name, span, what, fits, &with_article(word), resource.span))
            }
            (Some(_), true) => Some(
                Diagnostic::error(
                    "whole-array",
                    span,
                    format!("`{name}` is an array: one of its members is needed"),
                )
                .label(format!("an array of {word}s"))
                .related(resource.span, "declared here")
                .help(format!("write `{name}[0]`, or walk it: `for one in {name} {{ .. }}`")),
            ),
            (Some(_), false) => Some(self.wrong_resource(
                name,
                span,
                what,
                fits,
                &format!("an array of {word}s"),
                resource.span,
            )),
        }
    }

    fn check_member(
        &self,
        name: &str,
        span: Span,
        what: &str,
        fits: fn(&ResourceKind) -> bool,
    ) -> Option<Diagnostic> {
        if self.find_visible(name).is_some() {
            return None;
        }
        let resource = self.declared(name)?;
        let word = resource.kind.word();
        if resource.array.is_none() {
            return Some(
                Diagnostic::error("no-array", span, format!("`{name}` is no array"))
                    .label(format!("a single {word}"))
                    .related(resource.span, "declared here")
                    .help(format!("leave out the index, or declare several: `{word} {name}, count: 5`")),
            );
        }
        let found = format!("an array of {word}s");
        (!fits(&resource.kind)).then(|| self.wrong_resource(name, span, what, fits, &found, resource.span))
    }

    fn wrong_resource(
        &self,
        name: &str,
        span: Span,
        what: &str,
        fits: fn(&ResourceKind) -> bool,
        found: &str,
        declared: Span,
    ) -> Diagnostic {
        let fitting: Vec<&str> =
            self.plan.resources.iter().filter(|it| fits(&it.kind)).map(|it| it.name.as_str()).collect();
        let near = self.may_compare(fitting.len()).then(|| suggest(name, fitting.iter().copied())).flatten();
        let help = match near {
            _ if found == "a service" => format!("a service is asked: `request {name}, \"/path\"`"),
            Some(near) => format!("did you mean `{near}`?"),
            None if fitting.is_empty() => format!("this file declares no such thing; {what} is needed"),
            None if fitting.len() > MAX_LISTED => {
                let (first, more) = (fitting[..MAX_LISTED].join(", "), fitting.len() - MAX_LISTED);
                format!("this file has: {first} and {more} more")
            }
            None => format!("this file has: {}", fitting.join(", ")),
        };
        Diagnostic::error("wrong-resource", span, format!("`{name}` is not {what}"))
            .label(found)
            .related(declared, "declared here")
            .help(help)
    }

    pub(super) fn report_assigned_resource(&mut self, name: &Name, declared: Span) {
        self.report(
            Diagnostic::error("assign-resource", name.span, format!("`{}` can't be assigned", name.text))
                .label("the name of a declared resource")
                .related(declared, "declared here")
                .help("choose another name for the variable"),
        );
    }
}

fn with_article(word: &str) -> String {
    let article = if word.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    format!("{article} {word}")
}
