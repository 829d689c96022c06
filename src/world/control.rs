//! The operations, one arm each: jumps, frames and time here, the rest in the files of their themes: variables
//! in [`walks`](super::walks), calls and tasks in [`calls`](super::calls), errors in
//! [`faults`](super::faults), queues in [`exchange`](super::exchange), locks and limits in
//! [`limits`](super::limits), signals in [`signals`](super::signals), branches in
//! [`gather`](super::gather), groups in [`group`](super::group), streams and contexts in
//! [`coroutine`](super::coroutine), waiting for tasks in [`awaiting`](super::awaiting) and
//! [`watch`](super::watch).

use std::sync::Arc;

use super::frame::{Expiry, Frame, Signal};
use super::resource::breaker::CallEnd;
use super::task::Phase;
use super::timer::Alarm;
use super::wait::{FileCall, Wait};
use super::{END_OF_TIME, Progress, World};
use crate::expression::value::{ErrorValue, TaskId, Value};
use crate::plan::op::{Gathering, Into, Op, Taker};
use crate::plan::{CodeIndex, Plan, Position};
use crate::trace::Happening;
use crate::trace::digest::Words;
use crate::trace::event::Awaited;
use crate::trace::outcome::Limit;

/// What an operation leads to, or the error that it raises.
pub(super) type Attempt = Result<Progress, Arc<ErrorValue>>;

impl World {
    /// Runs one operation of a task. Those that are done on the spot while a [`turn`](super::turn)
    /// lasts stand here too, so that this list is whole.
    #[inline(never)]
    pub(super) fn execute(&mut self, plan: &Plan, id: TaskId, op: &Op) -> Attempt {
        match *op {
            Op::Assign { into, value } => return self.assign_value(plan, id, into, value),
            Op::JumpUnless { condition, target } => return self.jump_unless(plan, id, condition, target),
            Op::AssignItem { into, path, value } => self.assign_item(plan, id, into, path, value)?,
            Op::Jump(target) => return Ok(Progress::Jump(target)),
            Op::Put { queue, item, priority } => return self.put(plan, id, queue, item, priority),
            Op::Get { queue, into } => return self.get(plan, id, queue, into),
            Op::Sleep(duration) => return self.sleep(plan, id, duration),
            Op::Append { list, value } => {
                let item = self.get_slot(id, value);
                let mut items = self.take_slot(id, list);
                if let Value::List(items) = &mut items {
                    Arc::make_mut(items).push(item);
                }
                self.set_slot(id, list, items);
            }
            Op::Evaluate(code) => drop(self.evaluate(plan, id, code)?),
            Op::Walk { iterable, into } => self.walk(plan, id, iterable, into)?,
            Op::Next { taker: Taker::Branches, exit, .. } if self.walks_in_vain(id) => {
                return Ok(Progress::Jump(exit));
            }
            Op::Next { iterable, into, parts, exit, .. } => {
                return self.next(plan, id, iterable, into, parts, exit);
            }
            Op::Leave { keep, target } => {
                let frames = &self.task(id).frames;
                let base = frames.iter().rposition(|frame| match frame {
                    Frame::Call { .. } => true,
                    Frame::Coroutine(coroutine) => coroutine.is_running(),
                    _ => false,
                });
                let keep = base.map_or(0, |base| base as u32 + 1) + u32::from(keep);
                return Ok(self.unwind(plan, id, Signal::Leave { keep, target }));
            }
            Op::Open { body, arguments } => return self.open(plan, id, body, arguments),
            Op::Pull { exit, .. } => return Ok(self.pull(id, exit)),
            Op::Yield(item) => return self.yield_item(plan, id, item),
            Op::Enter { body, arguments, .. } => return self.enter_context(plan, id, body, arguments),
            Op::Call { body, arguments, into } => return self.call(plan, id, body, arguments, into),
            Op::Return(code) => {
                let value = self.evaluate(plan, id, code)?;
                return Ok(self.give_result(plan, id, value));
            }
            Op::Spawn { body, arguments, name, into } => {
                let name = name.map(|name| self.text(plan, id, name)).transpose()?;
                let child = self.spawn(plan, id, body, arguments, name, self.group_of(id))?;
                self.assign(id, into, Value::Task(child));
            }
            Op::Branch { body, arguments } => return self.branch(plan, id, body, arguments),
            Op::Gather { gathering: Gathering::Group, .. } => self.open_group(id),
            Op::Gather { gathering, limit } => self.gather(plan, id, gathering, limit)?,
            Op::Room(exit) => return Ok(self.room(plan, id, exit)),
            Op::Gathered { into } => return self.gathered(plan, id, into),
            Op::Await { tasks, .. } => return self.begin_await(plan, id, tasks),
            Op::Cancel(tasks) => self.cancel(plan, id, tasks)?,
            Op::Offload(duration) => return self.offload(plan, id, duration),
            Op::Block(duration) => {
                let duration = self.duration(plan, id, duration)?;
                self.emit(id, Happening::Block(duration));
                let end = self.now.saturating_add(duration);
                if end > END_OF_TIME {
                    self.stop(id, Limit::Time(END_OF_TIME));
                }
                self.move_clock(end.min(END_OF_TIME));
            }
            Op::Log(index) => self.log(plan, id, index)?,
            Op::Try { handler, error } => self.task_mut(id).frames.push(Frame::Try { handler, error }),
            Op::End => return Ok(self.end_frame(plan, id)),
            Op::Catch { error, kinds, otherwise, caught } => {
                if !self.catch(plan, id, error, kinds, caught) {
                    return Ok(Progress::Jump(otherwise));
                }
            }
            Op::Again(slot) => {
                if let Value::Error(error) = self.get_slot(id, slot) {
                    return Ok(self.unwind(plan, id, Signal::Fail(error)));
                }
            }
            Op::Finally(handler) => self.task_mut(id).frames.push(Frame::Finally(handler)),
            Op::Cleanup => {
                let frames = &mut self.task_mut(id).frames;
                frames.pop();
                frames.push(Frame::Cleanup(None));
            }
            Op::EndCleanup => {
                if let Some(Frame::Cleanup(Some(pending))) = self.task_mut(id).frames.pop() {
                    return Ok(self.unwind(plan, id, *pending));
                }
            }
            Op::Fail { kind, message } => return Err(self.failure(plan, id, kind, message)?),
            Op::Timeout(duration) => return self.begin_timeout(plan, id, duration),
            Op::Retry { attempt, delay } => {
                // A delay that is none is refused by the sleep that follows.
                let delay = match self.get_slot(id, delay) {
                    Value::Duration(delay) => u64::try_from(delay).ok(),
                    Value::Int(0) => Some(0),
                    _ => None,
                };
                if let (Value::Int(attempt), Some(delay)) = (self.get_slot(id, attempt), delay) {
                    self.emit(id, Happening::Retry(attempt as u32, delay));
                }
            }
            Op::Done(queue) => self.done(plan, id, queue)?,
            Op::Join(queue) => return self.join(plan, id, queue),
            Op::Close(queue) => self.close(plan, id, queue)?,
            Op::Acquire(limit) => return self.acquire(plan, id, limit),
            Op::Hold(limit) => return self.hold(plan, id, limit),
            Op::Entered => self.entered(id),
            Op::Release(limit) => self.release(plan, id, limit)?,
            Op::WaitFor { what, until, .. } => return self.wait_for(plan, id, what, until),
            Op::JumpIfResource { value, target } => {
                if matches!(self.get_slot(id, value), Value::Resource(_)) {
                    return Ok(Progress::Jump(target));
                }
            }
            Op::WaitTasks { tasks, wanted, timeout, .. } => {
                return self.watch(plan, id, tasks, wanted, timeout);
            }
            Op::Set(event) => self.set_event(plan, id, event)?,
            Op::Clear(signal) => self.clear(plan, id, signal)?,
            Op::Notify { condition, count } => self.notify(plan, id, condition, count)?,
            Op::Abort(barrier) => self.abort(plan, id, barrier)?,
            Op::Resolve { promise, value } => self.resolve(plan, id, promise, value)?,
            Op::Measure { series, value } => self.measure(plan, id, series, value)?,
            Op::Tick => return Ok(self.tick(plan, id)),
            Op::Lookup { cache, key, .. } => return self.lookup(plan, id, cache, key),
            Op::Keep { value, into } => {
                let value = self.get_slot(id, value);
                self.keep_value(id, value, into);
            }
            Op::Evict { cache, key } => self.evict(plan, id, cache, key)?,
            Op::OpenFile { path, mode, .. } => return self.open_file(plan, id, path, mode),
            Op::ReadFile { file, .. } => {
                let file = self.file_of(plan, id, file)?;
                return self.begin_call(plan, id, FileCall::Read(file));
            }
            Op::WriteFile { file, text } => {
                let file = self.file_of(plan, id, file)?;
                let text = self.text(plan, id, text)?;
                return self.begin_call(plan, id, FileCall::Write(file, text));
            }
            Op::CloseFile(slot) => {
                if let Value::File(file) = self.get_slot(id, slot) {
                    return self.begin_call(plan, id, FileCall::Close(file));
                }
            }
            Op::DeleteFile(path) => {
                let path = self.path_of(plan, id, path)?;
                return self.begin_call(plan, id, FileCall::Delete(path));
            }
            Op::CallHost(host) => return Ok(self.call_host(plan, id, host)),
            Op::AwaitHost => return Ok(self.await_host(plan, id)),
            Op::Request { service, sent } => return self.request(plan, id, service, sent),
            Op::Serve { service, sent, answer } => return self.serve(plan, id, service, sent, answer),
            Op::Respond { service, answer, into } => self.respond(plan, id, service, answer, into)?,
            Op::Reject { promise, kind, message } => self.reject(plan, id, promise, kind, message)?,
        }
        Ok(Progress::Next)
    }

    /// Lets the task wait. What it had been interrupted with while it ran, it learns now.
    #[inline(never)]
    pub(super) fn wait(&mut self, plan: &Plan, id: TaskId, wait: Wait, awaited: Option<Awaited>) -> Progress {
        self.wait_on_the_spot(plan, id, wait, awaited)
    }

    /// The same for what comes by the million.
    #[inline(always)]
    pub(super) fn wait_on_the_spot(
        &mut self,
        plan: &Plan,
        id: TaskId,
        wait: Wait,
        awaited: Option<Awaited>,
    ) -> Progress {
        let World { journal, tasks, now, .. } = self;
        let task = &mut tasks[id.0 as usize];
        if let Some(awaited) = awaited {
            journal.tell_wait(*now, id, task, awaited);
        }
        task.since = *now;
        task.begin_wait(wait);
        if task.is_interrupted() {
            self.interrupt_wait(plan, id);
        }
        Progress::Wait
    }

    pub(super) fn assign_value(&mut self, plan: &Plan, id: TaskId, into: Into, value: CodeIndex) -> Attempt {
        let value = self.evaluate(plan, id, value)?;
        self.assign(id, into, value);
        Ok(Progress::Next)
    }

    pub(super) fn jump_unless(
        &mut self,
        plan: &Plan,
        id: TaskId,
        condition: CodeIndex,
        target: Position,
    ) -> Attempt {
        match self.condition(plan, id, condition)? {
            true => Ok(Progress::Next),
            false => Ok(Progress::Jump(target)),
        }
    }

    pub(super) fn begin_timeout(&mut self, plan: &Plan, id: TaskId, duration: CodeIndex) -> Attempt {
        let after = self.duration(plan, id, duration)?;
        self.begin_timeout_after(id, after);
        Ok(Progress::Next)
    }

    #[inline(never)]
    pub(super) fn begin_timeout_after(&mut self, id: TaskId, after: u64) {
        let frames = &mut self.tasks[id.0 as usize].frames;
        let alarm = Alarm::Timeout { task: id, frame: frames.len() as u16 };
        let timer = Some(self.timers.arm(self.now.saturating_add(after), alarm));
        frames.push(Frame::Timeout { timer, after, expiry: Expiry::Pending });
    }

    pub(super) fn sleep(&mut self, plan: &Plan, id: TaskId, duration: CodeIndex) -> Attempt {
        let duration = self.duration(plan, id, duration)?;
        Ok(self.sleep_for(plan, id, self.task(id).position, duration))
    }

    /// Sleeps in the operation at a position.
    #[inline(always)]
    pub(super) fn sleep_for(
        &mut self,
        plan: &Plan,
        id: TaskId,
        position: Position,
        duration: u64,
    ) -> Progress {
        let World { journal, tasks, timers, now, .. } = self;
        let task = &mut tasks[id.0 as usize];
        task.position = position;
        journal.tell_wanted(*now, id, task, Words::sleep(duration), || Happening::Sleep(duration));
        if duration == 0 {
            return self.let_others_run(plan, id);
        }
        // A sleeper is in no deadlock, so nobody asks since when it waits.
        task.begin_wait(Wait::Sleep(timers.arm(now.saturating_add(duration), Alarm::Wake(id))));
        if task.is_interrupted() {
            self.interrupt_wait(plan, id);
        }
        Progress::Wait
    }

    #[inline(never)]
    fn let_others_run(&mut self, plan: &Plan, id: TaskId) -> Progress {
        let progress = self.wait(plan, id, Wait::Turn, None);
        if self.task(id).phase == Phase::Waiting {
            self.wake_sleeper(id);
        }
        progress
    }

    /// Takes the innermost frame off on the normal way, and pays what it owes.
    #[inline(never)]
    pub(super) fn end_frame(&mut self, plan: &Plan, id: TaskId) -> Progress {
        match self.task_mut(id).frames.pop() {
            Some(Frame::Timeout { timer: Some(timer), .. }) => self.timers.disarm(timer),
            Some(Frame::Hold(resource, permit)) => self.give_back(id, resource, permit),
            Some(Frame::Guard(breaker, period)) => self.leave_breaker(id, breaker, period, CallEnd::Success),
            Some(frame @ Frame::Coroutine(_)) => {
                let task = self.task_mut(id);
                let keep = task.frames.len() as u32;
                let target = task.position.next();
                task.frames.push(frame);
                return self.unwind(plan, id, Signal::Leave { keep, target });
            }
            _ => {}
        }
        Progress::Next
    }

    /// Takes the timeout off that lies below the innermost frame. No other frame's place changes that
    /// anything refers to: only timeouts and blocks of branches are referred to by their place.
    fn entered(&mut self, id: TaskId) {
        let frames = &mut self.task_mut(id).frames;
        let Some(below) = frames.len().checked_sub(2) else { return };
        if let Frame::Timeout { timer, .. } = frames.remove(below)
            && let Some(timer) = timer
        {
            self.timers.disarm(timer);
        }
    }
}
