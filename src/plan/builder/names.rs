//! What names mean: variables of the body under construction and of those around it, shared variables,
//! resources, tasks.

use super::{Builder, Draft, MAX_COMPARED, OUTSIDE, Usage, Variable};
use crate::diagnostic::Diagnostic;
use crate::expression::code::{Code, SiteIndex, Slot};
use crate::expression::value::Value;
use crate::expression::{functions, resolve};
use crate::plan::op::Into;
use crate::plan::{CodeIndex, Shared, SharedRole};
use crate::source::Span;
use crate::syntax::node::Name;

impl Builder<'_> {
    /// Where a name's value goes: a variable of this body or of one around it, a shared one, or a new
    /// variable of this body.
    pub fn define(&mut self, name: &Name) -> Into {
        if let Some((slot, _)) = self.find_visible(&name.text) {
            return Into::Slot(slot);
        }
        if let Some(index) = self.shared_index(&name.text) {
            let declared = self.plan.shared[index.0 as usize].span;
            match self.plan.shared[index.0 as usize].role {
                SharedRole::Variable => {}
                SharedRole::Parameter => self.report(
                    Diagnostic::error(
                        "assign-parameter",
                        name.span,
                        format!("`{}` is a parameter", name.text),
                    )
                    .label("can't be assigned")
                    .related(declared, "declared here")
                    .help(format!(
                        "for a value that changes, write `{} = ..` at top level instead",
                        name.text
                    )),
                ),
                SharedRole::Array => self.report_assigned_resource(name, declared),
            }
            return Into::Shared(index);
        }
        if let Some(resource) = self.declared(&name.text) {
            let declared = resource.span;
            self.report_assigned_resource(name, declared);
        }
        Into::Slot(self.declare(name))
    }

    /// A new variable of this body, whatever the name means around it.
    pub fn declare(&mut self, name: &Name) -> Slot {
        let slot = self.slot();
        self.give_name(name, slot);
        slot
    }

    /// Gives a hidden slot of this body a name.
    pub fn adopt(&mut self, name: &Name, slot: Slot) {
        if self.find_visible(&name.text).is_none() {
            self.give_name(name, slot);
        }
    }

    fn give_name(&mut self, name: &Name, slot: Slot) {
        let draft = self.draft_mut();
        draft.slots[slot.index as usize] = Some(name.text.clone());
        let usage = if name.text.starts_with('_') { Usage::Read } else { Usage::Unread };
        draft.names.insert(name.text.clone(), Variable { index: slot.index, span: name.span, usage });
    }

    /// A shared variable as an operand.
    pub fn read_shared(&mut self, index: crate::expression::code::SharedIndex, span: Span) -> CodeIndex {
        self.code(Code { kind: crate::expression::code::Kind::Shared(index), span })
    }

    /// Marks a variable as one that needs no reader.
    pub fn excuse(&mut self, name: &str) {
        if let Some(variable) = self.draft_mut().names.get_mut(name) {
            variable.usage = Usage::Read;
        }
    }

    /// Whether a name means a variable, a shared variable or a resource here.
    pub fn is_in_sight(&self, name: &str) -> bool {
        self.find_visible(name).is_some()
            || self.shared_index(name).is_some()
            || self.resource_index(name).is_some()
    }

    /// The names of resources, shared variables and variables in sight, for a suggestion.
    fn names_in_sight(&self) -> Vec<&str> {
        let (shared, resources) = (&self.plan.shared, &self.plan.resources);
        let variables: usize = self.visible().map(|draft| draft.names.len()).sum();
        if !self.may_compare(variables + shared.len() + resources.len()) {
            return Vec::new();
        }
        let mut names: Vec<&str> = Vec::new();
        for draft in self.visible() {
            names.extend(draft.names.keys().map(String::as_str).filter(|name| !name.starts_with(' ')));
        }
        let is_value = |shared: &&Shared| shared.role != SharedRole::Array;
        names.extend(shared.iter().filter(is_value).map(|shared| shared.name.as_str()));
        names.extend(resources.iter().map(|resource| resource.name.as_str()));
        names
    }

    /// Whether a misspelt name may be compared with so many others; counts them.
    pub(super) fn may_compare(&self, count: usize) -> bool {
        let compared = self.compared.get().saturating_add(count);
        self.compared.set(compared);
        compared <= MAX_COMPARED
    }

    /// The drafts whose variables are in sight, the innermost first.
    pub(super) fn visible(&self) -> impl Iterator<Item = &Draft> {
        let mut done = false;
        self.drafts.iter().rev().take_while(move |draft| {
            let take = !done;
            done = draft.parent.is_none();
            take
        })
    }

    pub(super) fn find_visible(&self, name: &str) -> Option<(Slot, usize)> {
        self.visible().enumerate().find_map(|(depth, draft)| {
            let variable = draft.names.get(name)?;
            Some((Slot { depth: depth as u16, index: variable.index }, self.drafts.len() - 1 - depth))
        })
    }
}

impl resolve::Resolver for Builder<'_> {
    fn name(&mut self, name: &str, span: Span) -> Result<crate::expression::code::Kind, Diagnostic> {
        use crate::expression::code::Kind;
        if let Some((slot, draft)) = self.find_visible(name) {
            if let Some(variable) = self.drafts[draft].names.get_mut(name) {
                variable.usage = Usage::Read;
            }
            return Ok(Kind::Slot(slot));
        }
        self.note_use(name);
        if let Some(index) = self.shared_index(name) {
            return Ok(Kind::Shared(index));
        }
        if let Some(resource) = self.resource_index(name) {
            return Ok(Kind::Constant(Value::Resource(resource)));
        }
        if self.place == functions::Place::Expectation
            && let Some(function) = functions::find_bare(name)
        {
            let count = functions::get(function).map_or(0, |function| function.parameters.len());
            let arguments = vec![Code::constant(Value::Null, span); count];
            return Ok(Kind::Call { function, arguments, site: self.site() });
        }
        let error = Diagnostic::error("unknown-name", span, format!("unknown name `{name}`"));
        if let Some((callable, _)) = self.find_callable(name) {
            return Err(error
                .label(format!("{}, not a value", callable.phrase()))
                .help(self.how_to_call(callable, name)));
        }
        if name.starts_with(|first: char| first.is_uppercase()) {
            return Err(error
                .label("looks like a kind of error")
                .help(format!("as text it is written \"{name}\"")));
        }
        if functions::find_bare(name).is_some_and(functions::is_for_expectations) {
            return Err(Diagnostic::error(
                "misplaced",
                span,
                format!("`{name}` is only known when the run has ended"),
            )
            .help("it belongs into `expect`, outside of `always` and `never`; time so far is `now()`"));
        }
        if matches!(name, "yes" | "no" | "on" | "off") {
            return Err(error
                .label("no boolean")
                .help("booleans are `true` and `false`; text is written in quotes"));
        }
        let mut names = self.names_in_sight();
        if self.place == functions::Place::Expectation {
            let bare = functions::all().map(|function| function.name);
            names.extend(bare.filter(|name| functions::find_bare(name).is_some()));
        }
        let help = crate::diagnostic::suggest(name, names.into_iter().chain(["true", "false", "null"]))
            .map(|near| format!("did you mean `{near}`?"))
            .unwrap_or_else(|| match self.drafts.last().map(|draft| draft.index) {
                Some(OUTSIDE) if self.place != functions::Place::Expectation => {
                    "only what is declared above is in sight here".to_string()
                }
                Some(OUTSIDE) => "only what is declared at top level is in sight here".to_string(),
                _ => format!("assign it first: `{name} = ..`; text is written in quotes: \"{name}\""),
            });
        Err(error.label("not assigned before this, and not declared").help(help))
    }

    fn bind(&mut self, name: &Name) -> Slot {
        let shadowed = self.draft_mut().names.shift_remove(&name.text);
        self.draft_mut().shadowed.push(shadowed);
        self.declare(name)
    }

    fn unbind(&mut self, name: &Name) {
        let draft = self.draft_mut();
        draft.names.shift_remove(&name.text);
        if let Some(Some(shadowed)) = draft.shadowed.pop() {
            draft.names.insert(name.text.clone(), shadowed);
        }
    }

    fn site(&mut self) -> SiteIndex {
        let draft = self.draft_mut();
        draft.sites += 1;
        SiteIndex(draft.sites - 1)
    }

    fn place(&self) -> functions::Place {
        self.place
    }

    fn callables(&self) -> Vec<&str> {
        if !self.may_compare(self.tasks.len() + self.streams.len() + self.contexts.len()) {
            return Vec::new();
        }
        let names = self.tasks.keys().chain(self.streams.keys()).chain(self.contexts.keys());
        names.map(String::as_str).collect()
    }

    fn callable(&self, name: &str) -> Option<(&'static str, String)> {
        let (callable, _) = self.find_callable(name)?;
        Some((callable.phrase(), self.how_to_call(callable, name)))
    }
}
