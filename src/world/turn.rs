//! A task's turn: operation after operation, up to one that waits, fails or ends the task.
//!
//! What comes by the million is done here on the spot, as long as its operands are at hand: constants, and
//! variables of the task's own. None of it has rules of its own: what an operation does to queues, limits
//! and time stands in the file of its theme, once for both ways, and whatever is not at hand goes the long
//! way.

use super::exchange::Got;
use super::fetch::fetch_caller;
use super::frame::Frame;
use super::resource::Resource;
use super::resource::queue::Priority;
use super::resource::semaphore::Claim;
use super::task::{Phase, Resumption};
use super::variables::{Counted, Home};
use super::{Progress, World};
use crate::expression::code::{Code, Slot};
use crate::expression::value::{ResourceId, TaskId, Value};
use crate::plan::op::{Into, Op, Taker, Which};
use crate::plan::{Place, Plan, Position};

/// So many events are handed on at once, however few steps they took.
pub const MANY_EVENTS: usize = 256;

/// After so many operations, some milliseconds, whoever waits for events gets those that there are.
pub const MANY_OPERATIONS: u64 = 100_000;

/// What becomes of an operation that is tried on the spot.
#[derive(Clone, Copy, PartialEq, Eq)]
enum AtOnce {
    /// It is done.
    Done,
    /// The task waits in it.
    Waits,
    /// It takes more than is at hand. Nothing has happened.
    No,
}

impl World {
    /// Runs a task until it waits or ends. Then goes on with those who are ready next, and moves the clock, as
    /// long as not much has happened that somebody wants to know of, and no long time went by; for so many turns
    /// at most.
    #[inline(never)]
    pub(super) fn run(&mut self, plan: &Plan, mut id: TaskId, mut turns: u32) {
        let late = self.budget.steps() + MANY_OPERATIONS;
        loop {
            self.run_turn(plan, id);
            turns -= 1;
            if turns == 0 || self.journal.untaken() >= MANY_EVENTS || self.budget.steps() >= late {
                return;
            }
            let Some(next) = self.next_task(plan) else { return };
            self.fetch_ahead();
            id = next;
        }
    }

    #[inline(always)]
    fn run_turn(&mut self, plan: &Plan, id: TaskId) {
        self.budget.begin_turn();
        let World { tasks, environments, .. } = self;
        let task = &mut tasks[id.0 as usize];
        fetch_caller(task, environments);
        let phase = std::mem::replace(&mut task.phase, Phase::Running);
        let (mut home, Place { body, mut position }) = (task.home(), task.place());
        let mut ops = plan.body(body).ops.as_slice();
        let resumption = task.resume();
        match self.resume_at_once(id, home, position, ops, resumption) {
            Some(resumed) => position = resumed,
            None => {
                let progress = self.resume_at_length(plan, id, phase);
                match self.go_on(plan, id, progress) {
                    Some(there) => (ops, home, position) = there,
                    None => return,
                }
            }
        }
        while let Some(stopped) = self.run_at_once(plan, id, home, ops, position) {
            let progress = self.do_at_length(plan, id, stopped, &ops[stopped.0 as usize]);
            match self.go_on(plan, id, progress) {
                Some(there) => (ops, home, position) = there,
                None => return,
            }
        }
    }

    /// Does operations of a body on the spot, up to one that takes more than is at hand; that one's position. None:
    /// the task waits, or the run is over.
    #[inline(always)]
    fn run_at_once(
        &mut self,
        plan: &Plan,
        id: TaskId,
        home: Home,
        ops: &[Op],
        mut position: Position,
    ) -> Option<Position> {
        loop {
            if let Err(limit) = self.budget.count() {
                self.stop_at_limit(id, position, limit);
                return None;
            }
            let outcome = match ops[position.0 as usize] {
                Op::Jump(target) => {
                    position = target;
                    continue;
                }
                Op::JumpUnless { condition, target } => {
                    match self.condition_at_hand(plan, id, home, plan.code(condition)) {
                        Some(true) => AtOnce::Done,
                        Some(false) => {
                            position = target;
                            continue;
                        }
                        None => AtOnce::No,
                    }
                }
                Op::Next { iterable, into, parts: 1, taker: Taker::Loop, exit } => {
                    match self.environments.next_number(home, iterable, into) {
                        Some(Counted::Next) => AtOnce::Done,
                        Some(Counted::End) => {
                            position = exit;
                            continue;
                        }
                        None => self.next_item_at_once(plan, id, home, position, iterable, into),
                    }
                }
                Op::Assign { into, value } => match self.at_hand(id, home, plan.code(value)) {
                    Some(value) => {
                        self.assign_on_the_spot(id, home, into, value);
                        AtOnce::Done
                    }
                    None => AtOnce::No,
                },
                Op::Put { queue: Which::Named(queue), item, priority: None } => {
                    self.put_at_once(id, home, position, queue, plan.code(item))
                }
                Op::Get { queue: Which::Named(queue), into } => {
                    self.take_item_at_once(plan, id, home, position, queue, into)
                }
                Op::Sleep(duration) => self.sleep_at_once(plan, id, home, position, plan.code(duration)),
                Op::Acquire(Which::Named(limit)) => self.take_at_once(plan, id, position, limit, Claim::Kept),
                Op::Hold(Which::Named(limit)) => self.take_at_once(plan, id, position, limit, Claim::Owed),
                Op::Try { handler, error } => {
                    self.task_mut(id).frames.push(Frame::Try { handler, error });
                    AtOnce::Done
                }
                Op::Timeout(duration) => match self.duration_at_hand(plan, id, home, plan.code(duration)) {
                    Some(after) => {
                        self.begin_timeout_after(id, after);
                        AtOnce::Done
                    }
                    None => AtOnce::No,
                },
                Op::End if !matches!(self.task(id).frames.last(), Some(Frame::Coroutine(_))) => {
                    self.task_mut(id).position = position;
                    self.end_frame(plan, id);
                    AtOnce::Done
                }
                _ => AtOnce::No,
            };
            match outcome {
                AtOnce::Done => position = position.next(),
                AtOnce::Waits => return None,
                AtOnce::No => return Some(position),
            }
        }
    }

    /// Where a task goes on that may have called, or come back from, another body: its operations, where its
    /// variables lie, and its position. None if it waits or has ended.
    #[inline(always)]
    fn go_on<'p>(
        &self,
        plan: &'p Plan,
        id: TaskId,
        progress: Progress,
    ) -> Option<(&'p [Op], Home, Position)> {
        let task = self.task(id);
        let position = match progress {
            Progress::Next => task.position.next(),
            Progress::Jump(target) => target,
            Progress::Here => task.position,
            Progress::Wait | Progress::Ended => return None,
        };
        Some((&plan.body(task.body).ops, task.home(), position))
    }

    /// Goes on after a wait that ended as it should and is of those that come by the million. None: it is not,
    /// or it takes more than is at hand, and nothing has happened.
    #[inline(always)]
    fn resume_at_once(
        &mut self,
        id: TaskId,
        home: Home,
        position: Position,
        ops: &[Op],
        resumption: Resumption,
    ) -> Option<Position> {
        match resumption {
            Resumption::Here => return Some(position),
            Resumption::Behind => {}
            Resumption::With(queue) => {
                let into = match ops[position.0 as usize] {
                    Op::Get { into, .. } => into,
                    Op::Next { into, parts: 1, .. } => Into::Slot(into),
                    _ => return None,
                };
                if let Some(item) = self.get_promised(id, queue) {
                    self.assign_on_the_spot(id, home, into, item);
                }
            }
            Resumption::Holding(limit) => {
                self.take_granted(id, limit, Claim::of(&ops[position.0 as usize]));
            }
            Resumption::AtLength => return None,
        }
        Some(position.next())
    }

    /// Goes on after any wait, however it ended.
    #[inline(never)]
    fn resume_at_length(&mut self, plan: &Plan, id: TaskId, phase: Phase) -> Progress {
        match self.task(id).interrupt() {
            Some(interrupt) => self.begin_interrupted(plan, id, phase, interrupt),
            None => self.resume(plan, id).unwrap_or_else(|error| self.fail(plan, id, error)),
        }
    }

    /// Does any operation.
    #[inline(never)]
    fn do_at_length(&mut self, plan: &Plan, id: TaskId, position: Position, op: &Op) -> Progress {
        self.task_mut(id).position = position;
        self.execute(plan, id, op).unwrap_or_else(|error| self.fail(plan, id, error))
    }

    #[inline(always)]
    fn next_item_at_once(
        &mut self,
        plan: &Plan,
        id: TaskId,
        home: Home,
        position: Position,
        iterable: Slot,
        into: Slot,
    ) -> AtOnce {
        match self.environments.read(home, iterable) {
            Some(&Value::Resource(queue)) => {
                self.take_item_at_once(plan, id, home, position, queue, Into::Slot(into))
            }
            _ => AtOnce::No,
        }
    }

    #[inline(always)]
    fn put_at_once(
        &mut self,
        id: TaskId,
        home: Home,
        position: Position,
        queue: ResourceId,
        item: &Code,
    ) -> AtOnce {
        let Some(item) = self.given(id, home, item) else { return AtOnce::No };
        match self.store(id, position, queue, item.copy(), Priority::default()) {
            Ok(()) => AtOnce::Done,
            Err(item) => {
                item.discard();
                AtOnce::No
            }
        }
    }

    #[inline(always)]
    fn take_item_at_once(
        &mut self,
        plan: &Plan,
        id: TaskId,
        home: Home,
        position: Position,
        queue: ResourceId,
        into: Into,
    ) -> AtOnce {
        match self.get_or_wait(plan, id, position, queue) {
            Got::Item(item) => {
                self.assign_on_the_spot(id, home, into, item);
                AtOnce::Done
            }
            Got::Later => AtOnce::Waits,
            Got::Nothing => AtOnce::No,
        }
    }

    #[inline(always)]
    fn sleep_at_once(
        &mut self,
        plan: &Plan,
        id: TaskId,
        home: Home,
        position: Position,
        duration: &Code,
    ) -> AtOnce {
        let Some(duration) = self.duration_at_hand(plan, id, home, duration) else { return AtOnce::No };
        self.sleep_for(plan, id, position, duration);
        AtOnce::Waits
    }

    #[inline(never)]
    fn take_at_once(
        &mut self,
        plan: &Plan,
        id: TaskId,
        position: Position,
        limit: ResourceId,
        claim: Claim,
    ) -> AtOnce {
        match (&self.resources[limit.0 as usize], claim) {
            (Resource::Semaphore(_), _) | (Resource::Limiter(_), Claim::Kept) => {}
            _ => return AtOnce::No,
        }
        self.task_mut(id).position = position;
        match self.take_or_wait(plan, id, limit, claim) {
            Progress::Next => AtOnce::Done,
            _ => AtOnce::Waits,
        }
    }
}
