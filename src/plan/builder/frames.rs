//! The frames that operations have pushed, as far as they are known where a statement is lowered, and the ways
//! out through them: loops that are left, cleanups that may not be.

use super::{Builder, Label};
use crate::diagnostic::Diagnostic;
use crate::plan::op::Op;
use crate::source::Span;

/// What is known of a frame that an operation has pushed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pushed {
    /// It may be put aside with a stream that has handed out an item.
    Plain,
    /// A timeout: it runs on, so it may not.
    Timeout,
    /// A block that owns tasks: they run on, so it may not.
    Group,
}

/// A block that no `return`, `break` or `continue` may leave.
#[derive(Clone, Copy)]
pub(super) struct Cleanup {
    /// How many frames are around it.
    pub(super) frames: u16,
    pub(super) place: CleanupPlace,
}

/// Which block that is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CleanupPlace {
    /// A `finally`.
    Finally,
    /// The `exit` of a context.
    Exit,
}

/// A loop that the statements being lowered stand in.
pub(super) struct Loop {
    start: Label,
    exit: Label,
    frames: u16,
}

/// Which way out of a loop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// `break`
    Break,
    /// `continue`
    Continue,
}

impl Builder<'_> {
    /// Counts the frame that an operation pushes or takes off.
    pub(super) fn count_frames(&mut self, op: Op) {
        let draft = self.draft_mut();
        match op {
            Op::Try { .. }
            | Op::Finally(_)
            | Op::Hold(_)
            | Op::Request { .. }
            | Op::Lookup { .. }
            | Op::Open { .. }
            | Op::Enter { .. } => draft.frames.push(Pushed::Plain),
            Op::Timeout(_) => draft.frames.push(Pushed::Timeout),
            Op::Gather { .. } => draft.frames.push(Pushed::Group),
            Op::End | Op::Keep { .. } | Op::EndCleanup | Op::Gathered { .. } => drop(draft.frames.pop()),
            // The timeout lies below what has been entered.
            Op::Entered => {
                if let Some(timeout) = draft.frames.len().checked_sub(2) {
                    draft.frames.remove(timeout);
                }
            }
            _ => {}
        }
    }

    /// Opens a loop: `continue` goes to `start`, `break` to `exit`.
    pub fn open_loop(&mut self, start: Label, exit: Label) {
        let draft = self.draft_mut();
        let frames = draft.frames.len() as u16;
        draft.loops.push(Loop { start, exit, frames });
    }

    /// Closes the innermost loop.
    pub fn close_loop(&mut self) {
        self.draft_mut().loops.pop();
    }

    /// Lowers a `break` or `continue`.
    pub fn exit_loop(&mut self, exit: Exit, span: Span) {
        let word = if exit == Exit::Break { "break" } else { "continue" };
        let draft = self.draft_mut();
        let is_branch = draft.parent.is_some();
        let Some(innermost) = draft.loops.last() else {
            let help = if is_branch {
                "a branch is a task of its own: it can't leave a loop around it"
            } else {
                "it belongs inside `for` or `while`"
            };
            self.report(
                Diagnostic::error("outside-loop", span, format!("`{word}` outside of a loop")).help(help),
            );
            return;
        };
        let (label, frames, now) = (
            if exit == Exit::Break { innermost.exit } else { innermost.start },
            innermost.frames,
            draft.frames.len() as u16,
        );
        if let Some(cleanup) = draft.cleanups.last().filter(|cleanup| frames < cleanup.frames) {
            let place = cleanup.place;
            self.report_leaving_cleanup(word, place, span);
        }
        let target = self.target(label);
        let op = if frames == now { Op::Jump(target) } else { Op::Leave { keep: frames, target } };
        self.emit(op, span);
    }

    /// Runs `build` as the block of a `finally` or `exit`: no `return`, `break` or `continue` may leave it.
    pub fn cleanup(&mut self, place: CleanupPlace, build: impl FnOnce(&mut Self)) {
        let draft = self.draft_mut();
        let frames = draft.frames.len() as u16;
        draft.cleanups.push(Cleanup { frames, place });
        build(self);
        self.draft_mut().cleanups.pop();
    }

    /// Reports a `return` that would leave a `finally` or `exit`.
    pub fn check_return(&mut self, span: Span) {
        if let Some(cleanup) = self.draft_mut().cleanups.last() {
            let place = cleanup.place;
            self.report_leaving_cleanup("return", place, span);
        }
    }

    fn report_leaving_cleanup(&mut self, word: &str, place: CleanupPlace, span: Span) {
        let (code, place, help) = match place {
            CleanupPlace::Finally => (
                "leaves-finally",
                "a `finally`",
                "note the decision in a variable and act on it behind the `finally`",
            ),
            CleanupPlace::Exit => (
                "leaves-exit",
                "an `exit`",
                "what was under way always goes on behind an `exit`; catch an error round the `with`",
            ),
        };
        self.report(
            Diagnostic::error(code, span, format!("`{word}` may not leave {place}"))
                .label("what was under way would be lost")
                .help(help),
        );
    }
}
