//! Circuit breakers: `with` round a call that may fail.

use super::control::Attempt;
use super::frame::{Frame, Signal};
use super::resource::Resource;
use super::resource::breaker::{Admission, CallEnd, Period};
use super::unwind::CANCELLED;
use super::{Progress, World};
use crate::expression::code::BreakerState;
use crate::expression::display;
use crate::expression::value::{ResourceId, TaskId};
use crate::plan::Plan;
use crate::trace::Happening;

/// The kind of error that a breaker raises which lets nobody in.
const OPEN: &str = "Open";

impl World {
    pub(super) fn enter_breaker(&mut self, plan: &Plan, id: TaskId, resource: ResourceId) -> Attempt {
        let Resource::Breaker(breaker) = &mut self.resources[resource.0 as usize] else {
            return Ok(Progress::Next);
        };
        let name = self.names.resource(resource);
        let period = match breaker.admit(self.now, id) {
            Admission::Granted(period) => period,
            Admission::OnTrial(period) => {
                self.emit(id, Happening::Breaker(resource, BreakerState::HalfOpen));
                period
            }
            Admission::Cooling(rest) => {
                let message =
                    format!("breaker {name} is open for another {}", display::duration(rest as i64));
                return Err(self.raise(plan, id, OPEN, message));
            }
            Admission::TrialUnderWay(other) => {
                let message = format!("breaker {name} is half open, {} is on trial", self.names.task(other));
                return Err(self.raise(plan, id, OPEN, message));
            }
        };
        self.task_mut(id).frames.push(Frame::Guard(resource, period));
        Ok(Progress::Next)
    }

    /// The block was left: tells the breaker how.
    pub(super) fn leave_breaker(&mut self, id: TaskId, resource: ResourceId, period: Period, end: CallEnd) {
        let Resource::Breaker(breaker) = &mut self.resources[resource.0 as usize] else { return };
        if let Some(state) = breaker.leave(self.now, period, end) {
            self.emit(id, Happening::Breaker(resource, state));
        }
    }
}

impl From<&Signal> for CallEnd {
    fn from(signal: &Signal) -> CallEnd {
        match signal {
            Signal::Fail(error) if &*error.kind == CANCELLED => CallEnd::Cancelled,
            Signal::Fail(_) => CallEnd::Failure,
            Signal::Return(_) | Signal::Leave { .. } => CallEnd::Success,
        }
    }
}
