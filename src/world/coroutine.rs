//! Streams and contexts: bodies that take turns with the body that uses them.
//!
//! Both run inside the task that uses them, not as tasks of their own. A frame on that task's stack stands
//! for such a body: while it runs, its own frames lie above that frame; while its user runs, they are put
//! aside inside it. The two sides swap at `yield` and at the next pull, at entering and at the exit. So a
//! cancel or a timeout of the user finds the wait inside the body with no message in between, an error comes
//! out at the user's `for` or `with` by ordinary unwinding, one lock has one holder, a deadlock names the
//! line in the body, `cause` needs no hand-over, and drivers see nothing of it. (A hidden child task would
//! need all of that forwarded, and an order of its own within an instant.)
//!
//! Leaving is one mechanism, too: when unwinding meets a body that stands still, what is under way waits in
//! the frame while the body runs for the last time: a stream as if its `yield` were a `return`, a context
//! from its exit on. An error of that last run takes its place.
//!
//! Frames that are put aside hold no place on the stack: no timeout and no block of branches, for a `yield`
//! can't stand inside one, and no way out under way, for it can't stand in a cleanup. So nothing refers to
//! them by their index while they are away.

use std::sync::Arc;

use thin_vec::ThinVec;

use super::control::Attempt;
use super::frame::{Frame, Signal};
use super::task::Task;
use super::variables::EnvironmentId;
use super::{MAX_NESTING, Progress, World};
use crate::expression::value::{ErrorValue, TaskId, Value};
use crate::plan::op::{Arguments, Op};
use crate::plan::{BodyIndex, CodeIndex, Plan, Position};
use crate::trace::Happening;
use crate::trace::event::Yielded;

/// The kind of error that a `yield` raises when the loop has been left.
const CLOSED: &str = "Closed";

/// A stream or context.
#[derive(Clone, Debug)]
pub struct Coroutine {
    /// Which of the two.
    pub role: Role,
    /// Whose turn it is.
    pub turn: Turn,
    /// Where the other side goes on: the body while its user runs, the user while the body runs.
    other: Side,
    /// The body's own frames while its user runs.
    frames: ThinVec<Frame>,
    /// How many streams are around it.
    depth: u32,
}

/// What a coroutine serves as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// It hands out items.
    Stream,
    /// It is entered and left.
    Context,
}

/// Whose turn it is.
#[derive(Clone, Debug)]
pub enum Turn {
    /// The user's; the body has not begun.
    Unbegun,
    /// The user's; the body stands at a `yield`, or before its exit.
    User,
    /// The body's: to hand out an item, or to enter.
    Body,
    /// The body's, for the last time; what is under way goes on afterwards.
    Last(Box<Signal>),
    /// The user's; the body has ended.
    Ended,
}

/// One of the two sides while the other runs.
#[derive(Clone, Debug)]
struct Side {
    body: BodyIndex,
    position: Position,
    environment: EnvironmentId,
}

impl Coroutine {
    /// Whether its body runs: the frames above it are the body's.
    pub fn is_running(&self) -> bool {
        matches!(self.turn, Turn::Body | Turn::Last(_))
    }

    /// Whether its body runs for the last time because of a cancel.
    pub fn is_left_by_cancel(&self) -> bool {
        matches!(&self.turn, Turn::Last(signal) if signal.is_cancel())
    }

    /// Lets the other side have the task.
    fn swap(&mut self, task: &mut Task) {
        std::mem::swap(&mut task.body, &mut self.other.body);
        std::mem::swap(&mut task.position, &mut self.other.position);
        if let Some(environment) = &mut task.environment {
            std::mem::swap(environment, &mut self.other.environment);
        }
    }
}

impl World {
    /// Opens a stream. Its arguments are evaluated now, its body runs when an item is wanted.
    pub(super) fn open(&mut self, plan: &Plan, id: TaskId, body: BodyIndex, arguments: Arguments) -> Attempt {
        self.begin_coroutine(plan, id, Role::Stream, body, arguments)?;
        let task = self.task_mut(id);
        if let Some(Frame::Coroutine(mut coroutine)) = task.frames.pop() {
            coroutine.swap(task);
            coroutine.turn = Turn::Unbegun;
            task.frames.push(Frame::Coroutine(coroutine));
        }
        Ok(Progress::Next)
    }

    /// Enters a context: its body runs until it returns.
    pub(super) fn enter_context(
        &mut self,
        plan: &Plan,
        id: TaskId,
        body: BodyIndex,
        arguments: Arguments,
    ) -> Attempt {
        self.begin_coroutine(plan, id, Role::Context, body, arguments)?;
        Ok(Progress::Jump(Position(0)))
    }

    /// Pushes the frame and has the parameters filled, in the body's own variables.
    fn begin_coroutine(
        &mut self,
        plan: &Plan,
        id: TaskId,
        role: Role,
        body: BodyIndex,
        arguments: Arguments,
    ) -> Result<(), Arc<ErrorValue>> {
        let frames = &self.task(id).frames;
        let depth = frames.iter().rev().find_map(|frame| match frame {
            Frame::Coroutine(around) => Some(around.depth + u32::from(around.role == Role::Stream)),
            _ => None,
        });
        let depth = depth.unwrap_or(0);
        if role == Role::Stream && depth >= MAX_NESTING {
            let message = format!("streams are nested {MAX_NESTING} deep: does this recursion end?");
            return Err(self.raise(plan, id, "RecursionError", message));
        }
        self.check_depth(plan, id)?;
        let environment = self.enter(plan, id, body, arguments)?;
        let other = Side { body, position: Position(0), environment };
        let mut coroutine = Coroutine { role, turn: Turn::Body, other, frames: ThinVec::new(), depth };
        let task = self.task_mut(id);
        coroutine.swap(task);
        task.frames.push(Frame::Coroutine(Box::new(coroutine)));
        self.defaults(plan, id, arguments)
    }

    /// Lets the innermost stream go on until its next item.
    pub(super) fn pull(&mut self, id: TaskId, exit: Position) -> Progress {
        let task = self.task_mut(id);
        let Some(Frame::Coroutine(mut stream)) = task.frames.pop() else { return Progress::Next };
        let progress = match stream.turn {
            Turn::Unbegun => Progress::Here,
            Turn::User => Progress::Next,
            Turn::Body | Turn::Last(_) | Turn::Ended => {
                task.frames.push(Frame::Coroutine(stream));
                return Progress::Jump(exit);
            }
        };
        stream.turn = Turn::Body;
        stream.swap(task);
        let frames = std::mem::take(&mut stream.frames);
        task.frames.push(Frame::Coroutine(stream));
        task.frames.extend(frames);
        progress
    }

    /// Hands an item out: the stream stands still, and its loop goes on.
    pub(super) fn yield_item(&mut self, plan: &Plan, id: TaskId, item: CodeIndex) -> Attempt {
        let item = self.evaluate(plan, id, item)?;
        let name = plan.body(self.task(id).body).label.clone();
        let is_running = |frame: &Frame| matches!(frame, Frame::Coroutine(it) if it.is_running());
        let Some(index) = self.task(id).frames.iter().rposition(is_running) else {
            return Ok(Progress::Next);
        };
        if let Frame::Coroutine(stream) = &self.task(id).frames[index]
            && matches!(stream.turn, Turn::Last(_))
        {
            let message = format!("the loop over {name} has been left: nobody takes the item");
            return Err(self.raise(plan, id, CLOSED, message));
        }
        self.emit(id, Happening::Yield(Box::new(Yielded { item: item.clone(), stream: name })));
        let task = self.task_mut(id);
        let frames = task.frames.split_off(index + 1);
        if let Some(Frame::Coroutine(mut stream)) = task.frames.pop() {
            stream.frames = frames;
            stream.turn = Turn::User;
            stream.swap(task);
            task.frames.push(Frame::Coroutine(stream));
        }
        let place = self.place(id);
        if let Op::Pull { into, parts, .. } = plan.body(place.body).ops[place.position.0 as usize] {
            self.take_apart(plan, id, item, into, parts)?;
        }
        Ok(Progress::Next)
    }

    /// Unwinding has come to a coroutine's frame and taken it off: what is to be unwound next, or where the
    /// task goes on.
    pub(super) fn unwind_coroutine(
        &mut self,
        plan: &Plan,
        id: TaskId,
        mut coroutine: Box<Coroutine>,
        signal: Signal,
    ) -> Result<Signal, Progress> {
        match std::mem::replace(&mut coroutine.turn, Turn::Ended) {
            Turn::Ended => Ok(signal),
            Turn::Unbegun => {
                self.environments.release(coroutine.other.environment);
                Ok(signal)
            }
            Turn::User => self.leave_coroutine(plan, id, coroutine, signal),
            Turn::Body => match signal {
                Signal::Return(value) => Err(self.end_turn(plan, id, coroutine, value)),
                other => {
                    self.end_coroutine(id, &mut coroutine);
                    Ok(other)
                }
            },
            Turn::Last(pending) => {
                let next = match signal {
                    Signal::Fail(error) => {
                        if let Signal::Fail(old) = *pending {
                            self.emit(id, Happening::Replace(old));
                        }
                        Signal::Fail(error)
                    }
                    Signal::Return(_) | Signal::Leave { .. } => *pending,
                };
                self.end_coroutine(id, &mut coroutine);
                Ok(next)
            }
        }
    }

    /// The block round which a coroutine stands still is left: it runs for the last time.
    fn leave_coroutine(
        &mut self,
        plan: &Plan,
        id: TaskId,
        mut coroutine: Box<Coroutine>,
        signal: Signal,
    ) -> Result<Signal, Progress> {
        let body = plan.body(coroutine.other.body);
        if coroutine.role == Role::Stream {
            self.emit(id, Happening::CloseStream(body.label.clone()));
        }
        let error = match &signal {
            Signal::Fail(error) => Value::Error(error.clone()),
            Signal::Return(_) | Signal::Leave { .. } => Value::Null,
        };
        let frames = std::mem::take(&mut coroutine.frames);
        coroutine.turn = Turn::Last(Box::new(signal));
        let task = self.task_mut(id);
        coroutine.swap(task);
        let role = coroutine.role;
        task.frames.push(Frame::Coroutine(coroutine));
        task.frames.extend(frames);
        match (role, body.exit) {
            (Role::Context, Some(exit)) => {
                self.set_slot(id, exit.error, error);
                Err(Progress::Jump(exit.position))
            }
            _ => Ok(Signal::Return(Value::Null)),
        }
    }

    /// The body has returned: a stream has no more items, a context has been entered.
    fn end_turn(&mut self, plan: &Plan, id: TaskId, mut coroutine: Box<Coroutine>, value: Value) -> Progress {
        match coroutine.role {
            Role::Stream => self.end_coroutine(id, &mut coroutine),
            Role::Context => {
                coroutine.turn = Turn::User;
                coroutine.swap(self.task_mut(id));
            }
        }
        self.task_mut(id).frames.push(Frame::Coroutine(coroutine));
        let place = self.place(id);
        match plan.body(place.body).ops[place.position.0 as usize] {
            Op::Pull { exit, .. } => Progress::Jump(exit),
            Op::Enter { into, .. } => {
                self.assign(id, into, value);
                Progress::Next
            }
            _ => Progress::Next,
        }
    }

    /// The body has come to its end: its user goes on, its variables are given back.
    fn end_coroutine(&mut self, id: TaskId, coroutine: &mut Coroutine) {
        coroutine.swap(self.task_mut(id));
        self.environments.release(coroutine.other.environment);
    }
}
