//! Host functions, as far as the world knows them: calls that somebody outside carries on.
//!
//! A call takes two operations. `CallHost` begins it, and `AwaitHost` gives the turn to whoever runs host
//! functions, who takes it by [`World::take_host_turn`]. What a function asks for on the way, by
//! [`World::request_for_host`], the world does as if the task did it, at the first operation of the two, so that
//! the task comes to `AwaitHost` again when it has it. A call that is left in any other way than by its end, such
//! as a cancel, is among those of [`World::take_abandoned`] from the moment at which a `finally` would run.

use std::sync::Arc;

use super::control::Attempt;
use super::frame::{Frame, Signal};
use super::resource::queue::Priority;
use super::resource::{Grant, Resource};
use super::task::Phase;
use super::wait::Wait;
use super::{Progress, World};
use crate::expression::code::Slot;
use crate::expression::value::{ErrorValue, ResourceId, TaskId, Value};
use crate::plan::{HostIndex, Op, Place, Plan, Position};
use crate::trace::Happening;
use crate::trace::event::Log;
use crate::trace::outcome::{HostFailure, HostReason};

/// A call of a host function, numbered in the order of calling.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Ticket(pub u32);

/// Whether somebody has registered a host function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// It is called.
    Registered,
    /// What stands in for it runs.
    Absent,
}

/// A turn of a host function.
#[derive(Clone, Debug)]
pub struct HostTurn {
    /// The task that called it.
    pub task: TaskId,
    /// The call.
    pub ticket: Ticket,
    /// Its first turn: which function, and what it is called with.
    pub begun: Option<(HostIndex, Vec<Value>)>,
    /// What has come of its request.
    pub reply: Option<Reply>,
}

/// What a host function asks for.
#[derive(Clone, Debug)]
pub enum Request {
    /// A sleep, of so many nanoseconds.
    Sleep(u64),
    /// To put an item into a queue.
    Put(ResourceId, Value),
    /// An item of a queue.
    Get(ResourceId),
}

/// What comes of a request.
#[derive(Clone, Debug)]
pub enum Reply {
    /// It is done.
    Done,
    /// The item.
    Item(Value),
    /// It can't be done.
    Refused(Arc<ErrorValue>),
}

/// How a call ended.
#[derive(Clone, Debug)]
enum Settled {
    With(Value),
    By(Arc<ErrorValue>),
}

/// The calls under way.
#[derive(Clone, Debug, Default)]
pub(super) struct Hosts {
    /// By index of the plan's host functions.
    presences: Vec<Presence>,
    calls: u32,
    turn: Option<HostTurn>,
    begun: Option<(HostIndex, Vec<Value>)>,
    reply: Option<Reply>,
    settled: Option<Settled>,
    abandoned: Vec<Ticket>,
    failure: Option<HostFailure>,
}

impl Hosts {
    /// Whether a step has ended with a host function's turn: then it goes on before anybody else.
    pub(super) fn has_turn(&self) -> bool {
        self.turn.is_some()
    }

    pub(super) fn take_failure(&mut self) -> Option<HostFailure> {
        self.failure.take()
    }
}

impl World {
    /// Says which host functions there are, by index; without a word, there are none.
    pub fn register_hosts(&mut self, presences: Vec<Presence>) {
        self.hosts.presences = presences;
    }

    /// The host function whose turn it is, after a step of its task.
    pub fn take_host_turn(&mut self) -> Option<HostTurn> {
        self.hosts.turn.take()
    }

    /// The calls that were left since the last call of this.
    pub fn take_abandoned(&mut self) -> Vec<Ticket> {
        std::mem::take(&mut self.hosts.abandoned)
    }

    /// Whether a task waits for its host function and for nothing else.
    pub fn awaits_host(&self, id: TaskId) -> bool {
        let task = self.task(id);
        task.phase == Phase::Waiting && matches!(task.wait, Wait::Host)
    }

    /// Whether a limit has ended the run.
    pub fn is_stopped(&self) -> bool {
        self.ending.is_some()
    }

    /// The queue, lock, ... of a name.
    pub fn resource_named(&self, name: &str) -> Option<ResourceId> {
        let mut all = (0..self.resources.len() as u32).map(ResourceId);
        all.find(|resource| self.names.resource_name(*resource) == name)
    }

    /// The queue of a name.
    pub fn queue_named(&self, name: &str) -> Option<ResourceId> {
        let is_queue = |found: &ResourceId| matches!(self.resources[found.0 as usize], Resource::Queue(_));
        self.resource_named(name).filter(is_queue)
    }

    /// Logs a line for a task that waits for its host function.
    pub fn log_for_host(&mut self, id: TaskId, text: String) {
        let text = Value::text(text);
        self.emit(id, Happening::Log(Box::new(Log { text, level: None, logger: None, fields: Value::Null })));
    }

    /// Counts a request as an operation of the task; false if that is one too many, which ends the run.
    pub fn count_request(&mut self, id: TaskId) -> bool {
        match self.budget.count() {
            Ok(()) => true,
            Err(limit) => {
                self.stop(id, limit);
                false
            }
        }
    }

    /// Does what a host function asks for, in the name of the task that waits for it. None if that takes time:
    /// the reply then comes with one of its next turns.
    pub fn request_for_host(&mut self, plan: &Plan, id: TaskId, request: Request) -> Option<Reply> {
        let awaiting = self.task(id).position;
        let task = self.task_mut(id);
        task.phase = Phase::Running;
        task.wait = Wait::Nothing;
        task.position = Position(awaiting.0 - 1);
        let attempt = match request {
            Request::Sleep(duration) => Ok(self.sleep_for(plan, id, self.task(id).position, duration)),
            Request::Put(queue, item) => self.put_item(plan, id, queue, item, Priority::default()),
            Request::Get(queue) => self.get_for_host(plan, id, queue),
        };
        let reply = match attempt {
            Ok(Progress::Wait) => return None,
            Ok(_) => self.hosts.reply.take().unwrap_or(Reply::Done),
            Err(error) => Reply::Refused(error),
        };
        self.await_host_again(id, awaiting);
        Some(reply)
    }

    /// Takes a request back that has not been replied to. What was granted passes on to others.
    pub fn withdraw_for_host(&mut self, id: TaskId) {
        match self.task(id).phase {
            Phase::Waiting if !self.awaits_host(id) => {
                self.leave_line(id);
                let call = self.task(id).position;
                self.await_host_again(id, Position(call.0 + 1));
            }
            Phase::Ready => {
                self.decline(id);
                self.task_mut(id).wait = Wait::Turn;
            }
            _ => {}
        }
    }

    /// Notes how a call ended; the task's next step goes on from there.
    pub fn settle_host(&mut self, plan: &Plan, id: TaskId, result: Result<Value, (String, String)>) {
        self.hosts.settled = Some(match result {
            Ok(value) => Settled::With(value),
            Err((kind, message)) => Settled::By(self.raise(plan, id, &kind, message)),
        });
    }

    /// Ends the run: a host function has done what no scenario can go on from.
    pub fn fail_for_host(&mut self, plan: &Plan, id: TaskId, host: HostIndex, reason: HostReason) {
        let declared = &plan.hosts[host.0 as usize];
        let frames = &self.task(id).frames;
        let span = match frames.iter().rev().skip_while(|frame| !matches!(frame, Frame::Host(_))).nth(1) {
            Some(&Frame::Call { body, position, .. }) => plan.span(Place { body, position }),
            _ => declared.span,
        };
        let (host, task) = (declared.name.clone(), self.names.task(id));
        self.hosts.failure.get_or_insert(HostFailure { host, reason, task, time: self.now, span });
    }

    /// Begins a call, or goes on with what stands in for it.
    #[cold]
    pub(super) fn call_host(&mut self, plan: &Plan, id: TaskId, host: HostIndex) -> Progress {
        let position = self.task(id).position;
        if self.hosts.presences.get(host.0 as usize) != Some(&Presence::Registered) {
            return Progress::Jump(Position(position.0 + 2));
        }
        let body = plan.body(plan.hosts[host.0 as usize].body);
        let slots = 0..body.parameters.len() as u16;
        let given = slots.map(|index| self.get_slot(id, Slot { depth: 0, index })).collect();
        let ticket = Ticket(self.hosts.calls);
        self.hosts.calls += 1;
        self.hosts.begun = Some((host, given));
        self.task_mut(id).frames.push(Frame::Host(ticket));
        Progress::Next
    }

    #[cold]
    pub(super) fn await_host(&mut self, plan: &Plan, id: TaskId) -> Progress {
        let Some(Frame::Host(ticket)) = self.task(id).frames.last() else { return Progress::Next };
        let ticket = *ticket;
        let progress = self.wait(plan, id, Wait::Host, None);
        let (begun, reply) = (self.hosts.begun.take(), self.hosts.reply.take());
        // Interrupted meanwhile, it is not to go on.
        if self.awaits_host(id) {
            self.hosts.turn = Some(HostTurn { task: id, ticket, begun, reply });
        }
        progress
    }

    /// Goes on behind a call that has ended.
    #[cold]
    pub(super) fn resume_host(&mut self, plan: &Plan, id: TaskId) -> Attempt {
        self.task_mut(id).frames.pop();
        match self.hosts.settled.take() {
            Some(Settled::With(value)) => Ok(self.unwind(plan, id, Signal::Return(value))),
            Some(Settled::By(error)) => Err(error),
            None => unreachable!("only the end of the call makes it go on"),
        }
    }

    #[cold]
    pub(super) fn answer_host(&mut self, reply: Reply) {
        self.hosts.reply = Some(reply);
    }

    /// A request can't be done: the function learns of it, and the task comes to its turn.
    #[cold]
    pub(super) fn refuse_host(&mut self, error: Arc<ErrorValue>) -> Progress {
        self.answer_host(Reply::Refused(error));
        Progress::Next
    }

    #[cold]
    pub(super) fn abandon(&mut self, ticket: Ticket) {
        self.hosts.abandoned.push(ticket);
    }

    /// The name of the host function that a task has called.
    pub(super) fn host_of(&self, plan: &Plan, id: TaskId) -> String {
        let place = self.place(id);
        let ops = &plan.body(place.body).ops;
        let around = place.position.0.saturating_sub(1) as usize..=place.position.0 as usize;
        let called = ops[around].iter().find_map(|op| match op {
            Op::CallHost(host) => Some(plan.hosts[host.0 as usize].name.clone()),
            _ => None,
        });
        called.unwrap_or_default()
    }

    fn await_host_again(&mut self, id: TaskId, position: Position) {
        let task = self.task_mut(id);
        task.phase = Phase::Waiting;
        task.wait = Wait::Host;
        task.grant = Grant::Nothing;
        task.position = position;
    }
}
