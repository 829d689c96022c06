//! What statements lower themselves with: emits operations, resolves names, keeps count of frames.
//!
//! Each body under construction is a draft; a branch's draft lies on top of the draft whose variables it
//! sees. The number of frames that the operations have pushed is known at every point, so a `break` knows
//! what it leaves behind.

mod branch;
mod coroutine;
mod frames;
mod names;
mod operands;
mod resource;

use std::cell::Cell;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use indexmap::IndexMap;

use super::op::{Into, Op};
use super::{Body, BodyIndex, Plan, Position};
use crate::ast::{Block, Statement};
use crate::diagnostic::Diagnostic;
use crate::expression::code::{Code, SharedIndex, Slot};
use crate::expression::tree::Expression;
use crate::expression::value::{ResourceId, Value};
use crate::expression::{functions, types};
use crate::random::path_hash;
use crate::source::{Source, Span};
use crate::syntax::node::Name;
pub use coroutine::Callable;
use frames::{Cleanup, Loop, Pushed};
pub use frames::{CleanupPlace, Exit};

/// A place to jump to, known before its position is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Label(usize);

/// The most slots of a body: their indices are 16 bits.
const MAX_SLOTS: usize = u16::MAX as usize;

/// So many names are compared with misspelt ones: a file of thousands of names, all misspelt, gets no suggestions
/// in its later part.
const MAX_COMPARED: usize = 1_000_000;

/// The index of a draft that becomes no body: expressions at top level.
const OUTSIDE: BodyIndex = BodyIndex(u32::MAX);

/// Compiles one file.
pub struct Builder<'a> {
    /// What has been built.
    pub plan: Plan,
    /// What is wrong with the file.
    pub diagnostics: Vec<Diagnostic>,
    /// The file.
    pub source: &'a Source,
    /// The tasks, by name.
    pub tasks: IndexMap<String, TaskSignature>,
    /// The streams, by name.
    pub streams: IndexMap<String, TaskSignature>,
    /// The contexts, by name.
    pub contexts: IndexMap<String, TaskSignature>,
    /// What has been used, for warnings.
    used: HashSet<String>,
    /// The shared values of the plan, by name.
    shared: HashMap<String, SharedIndex>,
    /// The resources of the plan, by name.
    resources: HashMap<String, ResourceId>,
    /// Whether a finished run is judged by what is being built.
    pub place: functions::Place,
    lower: fn(&mut Builder<'_>, &Statement, Into),
    drafts: Vec<Draft>,
    compared: Cell<usize>,
}

/// What a call must know of a task, stream or context.
#[derive(Clone, Debug)]
pub struct TaskSignature {
    /// Its body.
    pub body: BodyIndex,
    /// Its parameters: name, and whether it may be left out.
    pub parameters: Vec<(Name, Presence)>,
    /// Where it is declared.
    pub span: Span,
}

/// Whether an argument may be left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// It may not.
    Required,
    /// It may.
    Optional,
}

/// A body under construction.
struct Draft {
    index: BodyIndex,
    label: Arc<str>,
    parent: Option<BodyIndex>,
    slots: Vec<Option<String>>,
    names: IndexMap<String, Variable>,
    ops: Vec<Op>,
    spans: Vec<Span>,
    labels: Vec<Option<u32>>,
    parameters: Vec<super::Parameter>,
    sites: u32,
    identity: u64,
    nature: Nature,
    exit: Option<super::ContextExit>,
    frames: Vec<Pushed>,
    loops: Vec<Loop>,
    cleanups: Vec<Cleanup>,
    caught: Vec<Slot>,
    shadowed: Vec<Option<Variable>>,
}

/// What a body belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Nature {
    /// A task, `main`, a context or a branch.
    Task,
    /// A stream.
    Stream,
}

/// A named variable of a draft.
struct Variable {
    index: u16,
    span: Span,
    usage: Usage,
}

/// Whether a variable's value is ever wanted.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Usage {
    /// Assigned, not read so far.
    Unread,
    /// Read, or not worth a warning.
    Read,
}

impl<'a> Builder<'a> {
    /// An empty plan for a file; `lower` lowers one statement by the statement table.
    pub fn new(source: &'a Source, lower: fn(&mut Builder<'_>, &Statement, Into)) -> Builder<'a> {
        Builder {
            plan: Plan::default(),
            diagnostics: Vec::new(),
            source,
            tasks: IndexMap::new(),
            streams: IndexMap::new(),
            contexts: IndexMap::new(),
            used: HashSet::new(),
            shared: HashMap::new(),
            resources: HashMap::new(),
            place: functions::Place::Anywhere,
            lower,
            drafts: Vec::new(),
            compared: Cell::new(0),
        }
    }

    /// Notes what is wrong.
    pub fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// Adds a shared value to the plan.
    pub fn add_shared(&mut self, shared: super::Shared) -> SharedIndex {
        let index = SharedIndex(self.plan.shared.len() as u16);
        self.shared.entry(shared.name.clone()).or_insert(index);
        self.plan.shared.push(shared);
        index
    }

    /// The shared value of a name.
    pub fn shared_index(&self, name: &str) -> Option<SharedIndex> {
        self.shared.get(name).copied()
    }

    /// Adds a resource to the plan.
    pub fn add_resource(&mut self, resource: super::Resource) {
        let index = ResourceId(self.plan.resources.len() as u32);
        self.resources.entry(resource.name.clone()).or_insert(index);
        self.plan.resources.push(resource);
    }

    /// The resource, or array of resources, of a name.
    pub fn resource_index(&self, name: &str) -> Option<ResourceId> {
        self.resources.get(name).copied()
    }

    /// Notes that something declared is used.
    pub fn note_use(&mut self, name: &str) {
        if !self.used.contains(name) {
            self.used.insert(name.to_string());
        }
    }

    /// Whether something declared is used, as far as has been built.
    pub fn is_used(&self, name: &str) -> bool {
        self.used.contains(name)
    }

    /// Reserves a body, so that calls can refer to it before it is built.
    pub fn reserve(&mut self, label: &str) -> BodyIndex {
        let index = BodyIndex(self.plan.bodies.len() as u32);
        self.plan.bodies.push(Body {
            label: label.into(),
            parameters: Vec::new(),
            slots: Vec::new(),
            parent: None,
            ops: Vec::new(),
            spans: Vec::new(),
            exit: None,
            identity: 0,
        });
        index
    }

    /// Builds a reserved body of a task or `main`.
    pub fn body(&mut self, index: BodyIndex, label: &str, build: impl FnOnce(&mut Self)) {
        self.open(index, label, None, path_hash(0, label, 0));
        build(self);
        self.close();
    }

    /// Runs `build` where expressions see shared variables only.
    pub fn outside<T>(&mut self, build: impl FnOnce(&mut Self) -> T) -> T {
        self.outside_from(0, build)
    }

    /// The same for expressions that tasks evaluate: their sites count from a number that no body reaches.
    pub fn outside_from<T>(&mut self, first_site: u32, build: impl FnOnce(&mut Self) -> T) -> T {
        self.open(OUTSIDE, "", None, 0);
        self.draft_mut().sites = first_site;
        let result = build(self);
        self.drafts.pop();
        result
    }

    /// Adds a parameter to the present body.
    pub fn parameter(&mut self, name: &Name, default: Option<&Expression>) {
        let default = default.map(|default| self.operand(default, types::Expected::Any));
        let slot = self.slot();
        let draft = self.draft_mut();
        draft.slots[slot.index as usize] = Some(name.text.clone());
        let variable = Variable { index: slot.index, span: name.span, usage: Usage::Read };
        draft.names.insert(name.text.clone(), variable);
        draft.parameters.push(super::Parameter { name: name.text.clone(), default });
    }

    /// Lowers a block; `into` gets its value, which is its last statement's.
    pub fn block(&mut self, block: &Block, into: Into) {
        let Some((last, others)) = block.statements.split_last() else {
            self.assign_null(into, block.span);
            return;
        };
        for statement in others {
            self.statement(statement, Into::Nowhere);
        }
        self.statement(last, into);
    }

    /// Lowers one statement; `into` gets its value.
    pub fn statement(&mut self, statement: &Statement, into: Into) {
        (self.lower)(self, statement, into);
    }

    /// Assigns null, if anybody wants it.
    pub fn assign_null(&mut self, into: Into, span: Span) {
        if into != Into::Nowhere {
            let value = self.constant(Value::Null, span);
            self.emit(Op::Assign { into, value }, span);
        }
    }

    /// Emits an operation.
    pub fn emit(&mut self, op: Op, span: Span) {
        self.count_frames(op);
        let draft = self.draft_mut();
        draft.ops.push(op);
        draft.spans.push(span);
    }

    /// A label without a position yet. Until it is bound, it stands in operations as its own number.
    pub fn label(&mut self) -> Label {
        let labels = &mut self.draft_mut().labels;
        labels.push(None);
        Label(labels.len() - 1)
    }

    /// Gives a label the position of the next operation.
    pub fn bind(&mut self, label: Label) {
        let draft = self.draft_mut();
        draft.labels[label.0] = Some(draft.ops.len() as u32);
    }

    /// A label as an operation's target.
    pub fn target(&self, label: Label) -> Position {
        Position(label.0 as u32)
    }

    /// Emits a jump.
    pub fn jump(&mut self, label: Label, span: Span) {
        self.emit(Op::Jump(self.target(label)), span);
    }

    /// A hidden slot of the present body.
    pub fn slot(&mut self) -> Slot {
        let slots = &mut self.draft_mut().slots;
        if slots.len() < MAX_SLOTS {
            slots.push(None);
        } else if let Some(span) = self.draft_mut().spans.last().copied()
            && !self.diagnostics.iter().any(|diagnostic| diagnostic.code == "too-many-variables")
        {
            let message =
                format!("one task can't hold more than {MAX_SLOTS} variables and intermediate values");
            self.report(
                Diagnostic::error("too-many-variables", span, message)
                    .help("move parts of it into tasks of their own"),
            );
        }
        Slot { depth: 0, index: self.draft_mut().slots.len() as u16 - 1 }
    }

    /// So many hidden slots side by side; the first.
    pub fn slots(&mut self, count: usize) -> Slot {
        let first = self.slot();
        for _ in 1..count {
            self.slot();
        }
        first
    }

    /// Emits an assignment of built code to a hidden slot.
    pub fn set(&mut self, slot: Slot, code: Code) {
        let span = code.span;
        let value = self.code(code);
        self.emit(Op::Assign { into: Into::Slot(slot), value }, span);
    }

    /// Runs `build` as the block of a `catch`: a bare `fail` raises what it caught again.
    pub fn handler(&mut self, error: Slot, build: impl FnOnce(&mut Self)) {
        self.draft_mut().caught.push(error);
        build(self);
        self.draft_mut().caught.pop();
    }

    /// The error that a bare `fail` raises again.
    pub fn caught(&mut self) -> Option<Slot> {
        self.draft_mut().caught.last().copied()
    }

    fn open(&mut self, index: BodyIndex, label: &str, parent: Option<BodyIndex>, identity: u64) {
        self.drafts.push(Draft {
            index,
            label: label.into(),
            parent,
            slots: Vec::new(),
            names: IndexMap::new(),
            ops: Vec::new(),
            spans: Vec::new(),
            labels: Vec::new(),
            parameters: Vec::new(),
            sites: 0,
            identity,
            nature: Nature::Task,
            exit: None,
            frames: Vec::new(),
            loops: Vec::new(),
            cleanups: Vec::new(),
            caught: Vec::new(),
            shadowed: Vec::new(),
        });
    }

    fn close(&mut self) {
        let Some(mut draft) = self.drafts.pop() else { return };
        for (name, variable) in &draft.names {
            if variable.usage == Usage::Unread && !name.starts_with(' ') {
                self.diagnostics.push(
                    Diagnostic::warning("unused-variable", variable.span, format!("`{name}` is never used"))
                        .help(format!("leave the assignment out, or call it `_{name}`")),
                );
            }
        }
        let labels = &draft.labels;
        let position = |target: &mut Position| {
            *target = Position(labels[target.0 as usize].unwrap_or(0));
        };
        for op in &mut draft.ops {
            match op {
                Op::Jump(target) | Op::Finally(target) | Op::Room(target) => position(target),
                Op::JumpUnless { target, .. }
                | Op::JumpIfResource { target, .. }
                | Op::Leave { target, .. } => position(target),
                Op::Next { exit, .. } | Op::Pull { exit, .. } => position(exit),
                Op::Lookup { found, .. } => position(found),
                Op::Try { handler, .. } => position(handler),
                Op::Catch { otherwise, .. } => position(otherwise),
                _ => {}
            }
        }
        self.plan.bodies[draft.index.0 as usize] = Body {
            label: draft.label,
            parameters: draft.parameters,
            slots: draft.slots,
            parent: draft.parent,
            ops: draft.ops,
            spans: draft.spans,
            exit: draft.exit,
            identity: draft.identity,
        };
    }

    fn draft_mut(&mut self) -> &mut Draft {
        // Every public method that gets here runs inside `body`, `branch` or `outside`.
        self.drafts.last_mut().unwrap_or_else(|| unreachable!("a body is being built"))
    }
}
