//! Bodies of streams and contexts, and where a `yield` may stand.
//!
//! What a stream has pushed since its loop pulled is put aside at a `yield`. A timeout and the tasks of a group
//! run on, and would interrupt the consumer in place of the stream (as Python's PEP 789 tells at length), so a
//! `yield` stands outside of them; and a cleanup has nobody to hand out to when it runs because the loop was
//! left.

use super::{BodyIndex, Builder, CleanupPlace, Nature, Pushed};
use crate::diagnostic::Diagnostic;
use crate::expression::code::Slot;
use crate::plan::{ContextExit, Position};
use crate::random::path_hash;
use crate::source::{Form, Span};

impl Builder<'_> {
    /// Builds a reserved body of a stream.
    pub fn stream(&mut self, index: BodyIndex, label: &str, build: impl FnOnce(&mut Self)) {
        self.open(index, label, None, path_hash(0, label, 0));
        self.draft_mut().nature = Nature::Stream;
        build(self);
        self.close();
    }

    /// Builds a reserved body of a context: what enters it, and its exit, which gets the slot of the error.
    pub fn context(
        &mut self,
        index: BodyIndex,
        label: &str,
        enter: impl FnOnce(&mut Self),
        exit: impl FnOnce(&mut Self, Slot),
    ) {
        self.open(index, label, None, path_hash(0, label, 0));
        enter(self);
        let error = self.slot();
        let draft = self.draft_mut();
        draft.exit = Some(ContextExit { position: Position(draft.ops.len() as u32), error });
        self.cleanup(CleanupPlace::Exit, |builder| exit(builder, error));
        self.close();
    }

    /// Whether what is being built is the body of a stream itself, not of a branch in it.
    pub fn is_stream(&mut self) -> bool {
        self.draft_mut().nature == Nature::Stream
    }

    /// Reports a `yield` that can't stand where it does.
    pub fn check_yield(&mut self, span: Span) {
        let is_in_branch = self.draft_mut().parent.is_some();
        let root_is_stream = self.visible().last().is_some_and(|draft| draft.nature == Nature::Stream);
        let help = match self.source.form {
            Form::Text => {
                "declare a stream, `stream f(n) { .. yield v .. }`, and walk it: `for x in f(3) { .. }`"
            }
            Form::Yaml => "declare a stream, `f(n):` below `streams:`, and walk it: `for: x in f(3)`",
        };
        let draft = self.draft_mut();
        let error = if !root_is_stream {
            Diagnostic::error("outside-stream", span, "`yield` outside of a stream")
                .label("nobody walks this body")
                .help(help)
        } else if is_in_branch {
            Diagnostic::error("outside-stream", span, "`yield` inside a branch")
                .label("a branch is a task of its own: it can't hand out for the stream around it")
                .help("let branches `put` their items into a queue, and the stream `get` and `yield` them")
        } else if !draft.cleanups.is_empty() {
            Diagnostic::error("yield-in-finally", span, "`yield` may not stand in a `finally`")
                .label("when the loop has been left, nobody takes the item")
                .help("hand it out before the `finally`")
        } else if draft.frames.contains(&Pushed::Timeout) {
            Diagnostic::error("yield-in-timeout", span, "`yield` may not stand inside a `timeout`")
                .label("the time that the consumer takes would count as well")
                .help("end the `timeout` first: make the value inside it, and `yield` it behind it")
        } else if draft.frames.contains(&Pushed::Group) {
            Diagnostic::error("yield-in-group", span, "`yield` may not stand inside a `group`")
                .label("a task of the group that fails would interrupt the consumer")
                .help("keep what the group makes in a variable, and `yield` it behind the group")
        } else {
            return;
        };
        self.report(error);
    }

    /// What may be called by a name, if it is anything, with its place.
    pub fn find_callable(&self, name: &str) -> Option<(Callable, Span)> {
        let kinds = [
            (&self.tasks, Callable::Task),
            (&self.streams, Callable::Stream),
            (&self.contexts, Callable::Context),
        ];
        kinds.into_iter().find_map(|(declared, kind)| Some((kind, declared.get(name)?.span)))
    }

    /// How it is called, in the form of the file.
    pub fn how_to_call(&self, callable: Callable, name: &str) -> String {
        match (callable, self.source.form) {
            (Callable::Task, Form::Text) => {
                format!(
                    "`x = await {name}(..)` calls it, as a statement of its own; `spawn {name}(..)` starts it"
                )
            }
            (Callable::Task, Form::Yaml) => format!(
                "`await: {name}(..)` calls it, as a step of its own with `into:` for its result; `spawn: {name}(..)` starts it"
            ),
            (Callable::Stream, Form::Text) => format!(
                "`for x in {name}(..) {{ .. }}` walks it, `xs = collect {name}(..)` makes a list of its items"
            ),
            (Callable::Stream, Form::Yaml) => {
                format!("`for: x in {name}(..)` walks it, `collect: {name}(..)` makes a list of its items")
            }
            (Callable::Context, Form::Text) => format!("`with {name}(..) as x {{ .. }}` enters it"),
            (Callable::Context, Form::Yaml) => format!("`with: {name}(..) as x` enters it"),
        }
    }
}

/// What is declared with parameters, and called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Callable {
    /// A task.
    Task,
    /// A stream.
    Stream,
    /// A context.
    Context,
}

impl Callable {
    /// What it is called, with its article.
    pub fn phrase(self) -> &'static str {
        match self {
            Callable::Task => "a task",
            Callable::Stream => "a stream",
            Callable::Context => "a context",
        }
    }
}
