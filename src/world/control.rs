//! The operations, one arm each: variables, jumps, calls, tasks, errors and time here; queues in
//! [`exchange`](super::exchange), locks and limits in [`limits`](super::limits), breakers in
//! [`breakers`](super::breakers), signals in [`signals`](super::signals), branches in
//! [`gather`](super::gather), groups in [`group`](super::group), streams and contexts in
//! [`coroutine`](super::coroutine), work on threads in [`threads`](super::threads), waiting for tasks in
//! [`awaiting`](super::awaiting) and [`watch`](super::watch).

use std::sync::Arc;

use super::resource::Resource;
use super::resource::breaker::CallEnd;
use super::task::{Asked, BranchOf, Expiry, FileCall, Frame, Interrupt, Origin, Signal, Wait};
use super::timer::Alarm;
use super::unwind::CANCELLED;
use super::variables::EnvironmentId;
use super::{END_OF_TIME, MAX_CALLS, MAX_NESTING, Progress, World, random};
use crate::expression::code::Slot;
use crate::expression::evaluate;
use crate::expression::value::{ErrorOrigin, ErrorValue, ResourceId, TaskId, Value};
use crate::plan::op::{Arguments, Gathering, Into, Op};
use crate::plan::{BodyIndex, CodeIndex, ExtraIndex, Plan, Position};
use crate::trace::Happening;
use crate::trace::digest::Words;
use crate::trace::event::{Awaited, Log};
use crate::trace::outcome::Limit;

/// What an operation leads to, or the error that it raises.
pub(super) type Attempt = Result<Progress, Arc<ErrorValue>>;

impl World {
    /// Runs one operation of a task.
    pub(super) fn execute(&mut self, plan: &Plan, id: TaskId, op: &Op) -> Progress {
        self.attempt(plan, id, op).unwrap_or_else(Progress::Raise)
    }

    fn attempt(&mut self, plan: &Plan, id: TaskId, op: &Op) -> Attempt {
        match *op {
            Op::Assign { into, value } => {
                let value = self.evaluate(plan, id, value)?;
                self.assign(id, into, value);
            }
            Op::AssignItem { into, path, value } => self.assign_item(plan, id, into, path, value)?,
            Op::Append { list, value } => {
                let item = self.get_slot(id, value);
                let mut items = self.take_slot(id, list);
                if let Value::List(items) = &mut items {
                    Arc::make_mut(items).push(item);
                }
                self.set_slot(id, list, items);
            }
            Op::Evaluate(code) => drop(self.evaluate(plan, id, code)?),
            Op::Jump(target) => return Ok(Progress::Jump(target)),
            Op::JumpUnless { condition, target } => {
                if !self.condition(plan, id, condition)? {
                    return Ok(Progress::Jump(target));
                }
            }
            Op::Walk { iterable, into } => self.walk(plan, id, iterable, into)?,
            Op::Next { iterable, into, parts, exit } => {
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
                return Ok(self.unwind(plan, id, Signal::Return(value)));
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
            Op::Gathered { into } => return Ok(self.gathered(plan, id, into)),
            Op::Await { tasks, .. } => return self.begin_await(plan, id, tasks),
            Op::Cancel(tasks) => self.cancel(plan, id, tasks)?,
            Op::Sleep(duration) => return self.sleep(plan, id, duration),
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
            Op::Catch { error, kinds, otherwise } => {
                if !self.catch(plan, id, error, kinds) {
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
            Op::Timeout(duration) => {
                let after = self.duration(plan, id, duration)?;
                let frame = self.task(id).frames.len() as u32;
                let alarm = Alarm::Timeout { task: id, frame };
                let timer = self.timers.arm(self.now.saturating_add(after), alarm);
                let frame = Frame::Timeout { timer: Some(timer), after, expiry: Expiry::Pending };
                self.task_mut(id).frames.push(frame);
            }
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
            Op::Put { queue, item, priority } => return self.put(plan, id, queue, item, priority),
            Op::Get { queue, .. } => return self.get(plan, id, queue),
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
            Op::Request { service, sent } => return self.request(plan, id, service, sent),
            Op::Serve { service, sent, answer } => return self.serve(plan, id, service, sent, answer),
            Op::Respond { service, answer, into } => self.respond(plan, id, service, answer, into)?,
            Op::Reject { promise, kind, message } => self.reject(plan, id, promise, kind, message)?,
        }
        Ok(Progress::Next)
    }

    /// Lets the task wait. What it had been interrupted with while it ran, it learns now.
    pub(super) fn wait(&mut self, plan: &Plan, id: TaskId, wait: Wait, awaited: Option<Awaited>) -> Progress {
        if let Some(awaited) = awaited {
            self.emit(id, Happening::Wait(awaited));
        }
        let since = self.now;
        let task = self.task_mut(id);
        task.since = since;
        task.wait = wait;
        task.phase = super::task::Phase::Waiting;
        if task.interrupt().is_some() {
            self.interrupt_wait(plan, id);
        }
        Progress::Wait
    }

    /// A duration argument, in nanoseconds.
    pub(super) fn duration(
        &mut self,
        plan: &Plan,
        id: TaskId,
        code: CodeIndex,
    ) -> Result<u64, Arc<ErrorValue>> {
        match self.evaluate(plan, id, code)? {
            Value::Duration(duration) if duration >= 0 => Ok(duration as u64),
            Value::Int(0) => Ok(0),
            Value::Duration(_) => {
                Err(self.raise(plan, id, "ValueError", "a duration to wait for can't be negative"))
            }
            other => {
                let message = format!("a duration is needed here, not {}", other.type_name());
                Err(self.raise(plan, id, "TypeError", message))
            }
        }
    }

    pub(super) fn condition(
        &mut self,
        plan: &Plan,
        id: TaskId,
        code: CodeIndex,
    ) -> Result<bool, Arc<ErrorValue>> {
        match self.evaluate(plan, id, code)? {
            Value::Bool(condition) => Ok(condition),
            other => {
                let message = format!("a condition must be true or false, not {}", other.type_name());
                Err(self.raise(plan, id, "TypeError", message))
            }
        }
    }

    pub(super) fn text(
        &mut self,
        plan: &Plan,
        id: TaskId,
        code: CodeIndex,
    ) -> Result<Arc<str>, Arc<ErrorValue>> {
        let value = self.evaluate(plan, id, code)?;
        Ok(value.display(&self.names).into())
    }

    fn take_slot(&mut self, id: TaskId, slot: Slot) -> Value {
        let environment = self.task(id).environment;
        environment.and_then(|it| self.environments.take(it, slot)).unwrap_or_default()
    }

    fn assign_item(
        &mut self,
        plan: &Plan,
        id: TaskId,
        into: Into,
        path: ExtraIndex,
        value: Slot,
    ) -> Result<(), Arc<ErrorValue>> {
        let path = &plan.paths[path.0 as usize];
        let indices =
            path.iter().map(|&code| self.evaluate(plan, id, code)).collect::<Result<Vec<_>, _>>()?;
        let value = self.get_slot(id, value);
        // Taken out, the container is nobody else's and is changed in place.
        let mut container = match into {
            Into::Slot(slot) => self.take_slot(id, slot),
            Into::Shared(index) => std::mem::take(&mut self.shared[index.0 as usize]),
            Into::Nowhere => Value::Null,
        };
        let result = evaluate::assign_path(&mut container, &indices, value);
        self.assign(id, into, container);
        result.map_err(|mut fault| {
            fault.span = plan.span(self.place(id));
            self.fault(id, &fault)
        })
    }

    /// Begins a walk: what can't be walked is refused here.
    fn walk(
        &mut self,
        plan: &Plan,
        id: TaskId,
        iterable: CodeIndex,
        into: Slot,
    ) -> Result<(), Arc<ErrorValue>> {
        let mut walked = self.evaluate(plan, id, iterable)?;
        let mut first = 0;
        let is_used_up = matches!(walked, Value::Resource(_) | Value::File(_));
        if is_used_up && self.is_monitor(id) {
            let message =
                format!("a monitor only observes: it can't take anything from {}", walked.type_name());
            return Err(self.raise(plan, id, "TypeError", message));
        }
        if let Value::Range(bounds) = &walked
            && let (Value::Int(start), Value::Int(end)) = (&bounds.0, &bounds.1)
        {
            (first, walked) = (*start, Value::Int(*end));
        } else if !is_used_up && let Err(message) = evaluate::item(&walked, 0) {
            return Err(self.raise(plan, id, "TypeError", message));
        }
        self.set_slot(id, into, walked);
        self.set_slot(id, Slot { index: into.index + 1, ..into }, Value::Int(first));
        Ok(())
    }

    fn next(
        &mut self,
        plan: &Plan,
        id: TaskId,
        iterable: Slot,
        into: Slot,
        parts: u16,
        exit: Position,
    ) -> Attempt {
        if self.walks_in_vain(id) {
            return Ok(Progress::Jump(exit));
        }
        if let Some(Value::File(file)) = self.slot(id, iterable) {
            let file = file.clone();
            return self.begin_call(plan, id, FileCall::Line(file));
        }
        let counter = Slot { index: iterable.index + 1, ..iterable };
        let position = match self.slot(id, counter) {
            Some(Value::Int(position)) => *position,
            _ => 0,
        };
        let item = match self.slot(id, iterable) {
            Some(Value::Int(end)) => (position < *end).then_some(Value::Int(position)),
            Some(Value::Resource(queue)) => return self.next_of_queue(plan, id, *queue, exit),
            Some(walked) => match evaluate::item(walked, position as usize) {
                Ok(item) => item,
                Err(message) => return Err(self.raise(plan, id, "TypeError", message)),
            },
            None => None,
        };
        let Some(item) = item else { return Ok(Progress::Jump(exit)) };
        self.set_slot(id, counter, Value::Int(position + 1));
        self.take_apart(plan, id, item, into, parts)?;
        Ok(Progress::Next)
    }

    /// Assigns an item to one slot, or its parts to several.
    pub(super) fn take_apart(
        &mut self,
        plan: &Plan,
        id: TaskId,
        item: Value,
        into: Slot,
        parts: u16,
    ) -> Result<(), Arc<ErrorValue>> {
        if parts == 1 {
            self.set_slot(id, into, item);
            return Ok(());
        }
        match &item {
            Value::List(items) if items.len() == parts as usize => {
                for (index, part) in items.iter().enumerate() {
                    self.set_slot(id, Slot { index: into.index + index as u16, ..into }, part.clone());
                }
                Ok(())
            }
            _ => {
                let message = format!("can't take {} apart into {parts} names", item.type_name());
                Err(self.raise(plan, id, "ValueError", message))
            }
        }
    }

    fn call(
        &mut self,
        plan: &Plan,
        id: TaskId,
        body: BodyIndex,
        arguments: Arguments,
        into: Into,
    ) -> Attempt {
        self.check_depth(plan, id)?;
        let environment = self.enter(plan, id, body, arguments)?;
        self.run_here(id, body, environment, into);
        self.defaults(plan, id, arguments)?;
        Ok(Progress::Jump(Position(0)))
    }

    /// Goes on in another body, and comes back from it.
    pub(super) fn run_here(&mut self, id: TaskId, body: BodyIndex, environment: EnvironmentId, into: Into) {
        let task = self.task_mut(id);
        let Some(caller) = task.environment.replace(environment) else { return };
        let frame = Frame::Call { body: task.body, position: task.position, environment: caller, into };
        task.frames.push(frame);
        task.body = body;
    }

    pub(super) fn check_depth(&self, plan: &Plan, id: TaskId) -> Result<(), Arc<ErrorValue>> {
        if self.task(id).frames.len() < MAX_CALLS {
            return Ok(());
        }
        let message = format!("calls are nested {MAX_CALLS} deep: does this recursion end?");
        Err(self.raise(plan, id, "RecursionError", message))
    }

    /// The environment of a body about to run, with the arguments evaluated where the statement stands.
    pub(super) fn enter(
        &mut self,
        plan: &Plan,
        id: TaskId,
        body: BodyIndex,
        arguments: Arguments,
    ) -> Result<EnvironmentId, Arc<ErrorValue>> {
        let entered = plan.body(body);
        let given = &plan.arguments[arguments.list.0 as usize];
        let mut values = Vec::with_capacity(given.len());
        for code in given {
            values.push(code.map(|code| self.evaluate(plan, id, code)).transpose()?);
        }
        let around = entered.parent.and(self.task(id).environment);
        let environment = self.environments.create(entered.slots.len(), around);
        for (index, value) in values.into_iter().enumerate() {
            if let Some(value) = value {
                self.environments.set(environment, Slot { depth: 0, index: index as u16 }, value);
            }
        }
        Ok(environment)
    }

    /// Fills the parameters that were left out; a default may use the parameters before it.
    pub(super) fn defaults(
        &mut self,
        plan: &Plan,
        id: TaskId,
        arguments: Arguments,
    ) -> Result<(), Arc<ErrorValue>> {
        let given = &plan.arguments[arguments.list.0 as usize];
        let body = plan.body(self.task(id).body);
        for (index, parameter) in body.parameters.iter().enumerate() {
            if let (None, Some(default)) = (given.get(index).copied().flatten(), parameter.default) {
                let value = self.evaluate(plan, id, default)?;
                self.set_slot(id, Slot { depth: 0, index: index as u16 }, value);
            }
        }
        Ok(())
    }

    /// Makes a task, ready behind all that are ready now.
    pub(super) fn spawn(
        &mut self,
        plan: &Plan,
        id: TaskId,
        body: BodyIndex,
        arguments: Arguments,
        name: Option<Arc<str>>,
        branch: Option<BranchOf>,
    ) -> Result<TaskId, Arc<ErrorValue>> {
        if self.tasks.len() as u64 >= self.limits.max_tasks {
            self.stop(id, Limit::Tasks(self.limits.max_tasks));
        }
        let depth = self.task(id).origin.depth + 1;
        if depth > MAX_NESTING {
            let message =
                format!("tasks that make tasks are nested {MAX_NESTING} deep: does this recursion end?");
            return Err(self.raise(plan, id, "RecursionError", message));
        }
        let environment = self.enter(plan, id, body, arguments)?;
        let label = name.unwrap_or_else(|| plan.body(body).label.clone());
        let parent = self.task_mut(id);
        let count = match parent.children.iter_mut().find(|(made, _)| *made == label) {
            Some((_, count)) => {
                *count += 1;
                *count
            }
            None => {
                parent.children.push((label.clone(), 1));
                1
            }
        };
        let path = random::path_hash(parent.origin.path, &label, count);
        let origin = Origin { parent: Some(id), depth, path };
        let child = self.insert(body, origin, branch);
        self.task_mut(child).environment = Some(environment);
        self.names.child(id, &label, count);
        self.emit_wanted(id, Words::spawn(child, path), || Happening::Spawn { child, label, count });
        self.task_mut(child).cause = self.last_sequence();
        if let Some(branch) = branch {
            self.adopt(plan, branch, child);
        }
        if let Err(error) = self.defaults(plan, child, arguments) {
            self.ask_to_end(plan, child);
            return Err(error);
        }
        Ok(child)
    }

    fn cancel(&mut self, plan: &Plan, id: TaskId, tasks: CodeIndex) -> Result<(), Arc<ErrorValue>> {
        let value = self.evaluate(plan, id, tasks)?;
        let (targets, _) = self.tasks_of(plan, id, &value)?;
        for target in targets {
            if !self.has_ended(target) {
                self.emit(id, Happening::Cancel(target));
                self.interrupt(plan, target, Interrupt::Cancel);
            }
        }
        Ok(())
    }

    fn sleep(&mut self, plan: &Plan, id: TaskId, duration: CodeIndex) -> Attempt {
        let duration = self.duration(plan, id, duration)?;
        self.emit(id, Happening::Sleep(duration));
        if duration == 0 {
            let progress = self.wait(plan, id, Wait::Turn, None);
            if self.task(id).phase == super::task::Phase::Waiting {
                self.wake_sleeper(id);
            }
            return Ok(progress);
        }
        let key = self.timers.arm(self.now.saturating_add(duration), Alarm::Wake(id));
        Ok(self.wait(plan, id, Wait::Sleep(key), None))
    }

    fn log(&mut self, plan: &Plan, id: TaskId, index: ExtraIndex) -> Result<(), Arc<ErrorValue>> {
        let log = &plan.logs[index.0 as usize];
        let text = self.text(plan, id, log.text)?;
        let text = Value::text(&*text);
        let logger = log.logger.map(|logger| self.evaluate(plan, id, logger)).transpose()?;
        let fields = log.fields.map(|fields| self.evaluate(plan, id, fields)).transpose()?;
        let fields = fields.unwrap_or_default();
        self.emit(id, Happening::Log(Box::new(Log { text, level: log.level, logger, fields })));
        Ok(())
    }

    fn measure(
        &mut self,
        plan: &Plan,
        id: TaskId,
        series: ResourceId,
        value: CodeIndex,
    ) -> Result<(), Arc<ErrorValue>> {
        let value = self.evaluate(plan, id, value)?;
        if !matches!(value, Value::Int(_) | Value::Float(_) | Value::Duration(_)) {
            let message = format!("a number or a duration is measured, not {}", value.type_name());
            return Err(self.raise(plan, id, "TypeError", message));
        }
        if let Resource::Series(values) = &mut self.resources[series.0 as usize] {
            if let Some(first) = values.first().filter(|first| first.compare(&value).is_none()) {
                let (first, name) = (first.type_name(), self.names.resource(series));
                let message =
                    format!("series {name} began with {first}: it can't take {}", value.type_name());
                return Err(self.raise(plan, id, "TypeError", message));
            }
            values.push(value.clone());
        }
        self.emit(id, Happening::Measure(series, value));
        Ok(())
    }

    /// Takes the innermost frame off on the normal way, and pays what it owes.
    fn end_frame(&mut self, plan: &Plan, id: TaskId) -> Progress {
        match self.task_mut(id).frames.pop() {
            Some(Frame::Timeout { timer: Some(timer), .. }) => self.timers.disarm(timer),
            Some(Frame::Hold(resource)) => self.give_back(id, resource),
            Some(Frame::Guard(breaker, period)) => self.leave_breaker(id, breaker, period, CallEnd::Success),
            Some(frame @ Frame::Coroutine(_)) => {
                let task = self.task_mut(id);
                let keep = task.frames.len() as u32;
                let target = Position(task.position.0 + 1);
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

    fn catch(&mut self, plan: &Plan, id: TaskId, error: Slot, kinds: ExtraIndex) -> bool {
        let Value::Error(error) = self.get_slot(id, error) else { return false };
        let kinds = &plan.kinds[kinds.0 as usize];
        let cancelled = &*error.kind == CANCELLED;
        let caught = if kinds.is_empty() { !cancelled } else { kinds.contains(&error.kind) };
        if caught {
            if cancelled {
                self.task_mut(id).asked = Asked::No;
            }
            self.emit(id, Happening::Catch(error));
        }
        caught
    }

    pub(super) fn failure(
        &mut self,
        plan: &Plan,
        id: TaskId,
        kind: CodeIndex,
        message: Option<CodeIndex>,
    ) -> Result<Arc<ErrorValue>, Arc<ErrorValue>> {
        let kind = match self.evaluate(plan, id, kind)? {
            Value::Error(error) => return Ok(error),
            kind => kind,
        };
        let message = match message {
            Some(message) => self.text(plan, id, message)?,
            None => "".into(),
        };
        let origin = ErrorOrigin { task: id, time: self.now, span: plan.span(self.place(id)) };
        let kind = kind.display(&self.names).into();
        Ok(Arc::new(ErrorValue { kind, message, errors: Vec::new(), origin: Some(origin) }))
    }
}
