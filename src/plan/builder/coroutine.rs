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
use crate::source::Span;

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
        let draft = self.draft_mut();
        let error = if !root_is_stream {
            Diagnostic::error("outside-stream", span, "`yield` outside of a stream")
                .label("nobody walks this body")
                .help(
                    "declare a stream, `stream f(n) { .. yield v .. }`, and walk it: `for x in f(3) { .. }`",
                )
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

    /// What a stream or context of a name is, and how it is used.
    pub(super) fn coroutine_help(&self, name: &str) -> Option<(&'static str, String)> {
        if self.streams.contains_key(name) {
            let help = format!(
                "`for x in {name}(..) {{ .. }}` walks it; `xs = collect {name}(..)` makes a list of its items"
            );
            return Some(("a stream", help));
        }
        let help = format!("`with {name}(..) as x {{ .. }}` enters it");
        self.contexts.contains_key(name).then_some(("a context", help))
    }
}
