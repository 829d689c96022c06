//! Calls on files: the price is paid first, then the call is made. One that costs nothing does not yield.
//!
//! A call that is interrupted while its price is paid has not been made, except for closing: a file does not
//! stay open because somebody lost patience.

use std::sync::Arc;

use super::control::Attempt;
use super::resource::files::Refusal;
use super::timer::Alarm;
use super::wait::{FileCall, PaidCall, Wait};
use super::{Progress, World};
use crate::expression::value::{ErrorValue, Mode, OpenFile, TaskId, Value};
use crate::plan::op::{Into, Op};
use crate::plan::{CodeIndex, Plan};
use crate::trace::Happening;
use crate::trace::event::FileAction;

impl World {
    pub(super) fn open_file(
        &mut self,
        plan: &Plan,
        id: TaskId,
        path: CodeIndex,
        mode: Option<CodeIndex>,
    ) -> Attempt {
        let path = self.path_of(plan, id, path)?;
        let mode = match mode {
            None => Mode::Read,
            Some(mode) => {
                let word = self.text(plan, id, mode)?;
                let known = Mode::ALL.into_iter().find(|mode| mode.word() == &*word);
                known.ok_or_else(|| {
                    let words = Mode::ALL.map(Mode::word).join(", ");
                    let message = format!("a file can't be opened for \"{word}\"; it is one of: {words}");
                    self.raise(plan, id, "ValueError", message)
                })?
            }
        };
        self.begin_call(plan, id, FileCall::Open(path, mode))
    }

    /// Waits for the price of a call, and makes it.
    pub(super) fn begin_call(&mut self, plan: &Plan, id: TaskId, call: FileCall) -> Attempt {
        let prices = &plan.files.prices;
        let price = match call {
            FileCall::Open(..) => prices.open,
            FileCall::Read(_) => prices.read,
            FileCall::Line(_) => prices.line,
            FileCall::Write(..) => prices.write,
            FileCall::Close(_) => prices.close,
            FileCall::Delete(_) => prices.delete,
        };
        let price = match price {
            Some(price) => self.price(plan, id, price)?,
            None => 0,
        };
        if price == 0 {
            return self.make_call(plan, id, call);
        }
        let timer = self.timers.arm(self.now.saturating_add(price), Alarm::Wake(id));
        Ok(self.wait(plan, id, Wait::File(Box::new(PaidCall { timer, call })), None))
    }

    /// Makes a call whose price has been paid.
    pub(super) fn make_call(&mut self, plan: &Plan, id: TaskId, call: FileCall) -> Attempt {
        let place = self.place(id);
        let op = plan.body(place.body).ops[place.position.0 as usize];
        let refused = |world: &World, (kind, message): Refusal| world.raise(plan, id, kind, message);
        match call {
            FileCall::Open(path, mode) => {
                let file = self.files.open(&path, mode).map_err(|it| refused(self, it))?;
                self.emit(id, Happening::File(FileAction::Open(mode), path));
                if let Op::OpenFile { into, .. } = op {
                    self.assign(id, Into::Slot(into), Value::File(Arc::new(file)));
                }
            }
            FileCall::Read(file) => {
                let text = self.files.read(&file).map_err(|it| refused(self, it))?;
                self.emit(id, Happening::File(FileAction::Read(text.len() as u64), file.path.clone()));
                if let Op::ReadFile { into, .. } = op {
                    self.assign(id, into, Value::text(text));
                }
            }
            FileCall::Line(file) => {
                let line = self.files.line(&file).map_err(|it| refused(self, it))?;
                let length = line.as_ref().map(|line| line.len() as u64);
                self.emit(id, Happening::File(FileAction::Line(length), file.path.clone()));
                match (line, op) {
                    (Some(line), Op::Next { into, parts, .. }) => {
                        self.take_apart(plan, id, Value::text(line), into, parts)?;
                    }
                    (None, Op::Next { exit, .. }) => return Ok(Progress::Jump(exit)),
                    _ => {}
                }
            }
            FileCall::Write(file, text) => {
                self.files.write(&file, &text).map_err(|it| refused(self, it))?;
                self.emit(id, Happening::File(FileAction::Write(text.len() as u64), file.path.clone()));
            }
            FileCall::Close(file) => self.close_file(id, &file),
            FileCall::Delete(path) => {
                self.files.delete(&path).map_err(|it| refused(self, it))?;
                self.emit(id, Happening::File(FileAction::Delete, path));
            }
        }
        Ok(Progress::Next)
    }

    pub(super) fn close_file(&mut self, id: TaskId, file: &OpenFile) {
        if self.files.close(file) {
            self.emit(id, Happening::File(FileAction::Close, file.path.clone()));
        }
    }

    /// An operand that must be an open file.
    pub(super) fn file_of(
        &mut self,
        plan: &Plan,
        id: TaskId,
        code: CodeIndex,
    ) -> Result<Arc<OpenFile>, Arc<ErrorValue>> {
        match self.evaluate(plan, id, code)? {
            Value::File(file) => Ok(file),
            other => {
                let message = format!("an open file is needed here, not {}", other.type_name());
                Err(self.raise(plan, id, "TypeError", message))
            }
        }
    }

    /// An operand that must be a path.
    pub(super) fn path_of(
        &mut self,
        plan: &Plan,
        id: TaskId,
        code: CodeIndex,
    ) -> Result<Arc<str>, Arc<ErrorValue>> {
        match self.evaluate(plan, id, code)? {
            Value::Text(path) => Ok(path.as_str().into()),
            other => {
                let message = format!("the path of a file is text, not {}", other.type_name());
                Err(self.raise(plan, id, "TypeError", message))
            }
        }
    }

    /// A price sees no variables of the task, but draws as one of its sites does.
    fn price(&mut self, plan: &Plan, id: TaskId, price: CodeIndex) -> Result<u64, Arc<ErrorValue>> {
        match self.evaluate_for(plan, id, price)? {
            Value::Duration(price) if price >= 0 => Ok(price as u64),
            Value::Int(0) => Ok(0),
            other => {
                let message = format!(
                    "a call on a file costs a duration from 0 on, not {}",
                    other.display(&self.names)
                );
                Err(self.raise(plan, id, "ValueError", message))
            }
        }
    }
}
