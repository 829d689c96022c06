//! Calls of host functions under way, and how one tells from anywhere that it can go on.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker};

use crate::expression::value::TaskId;
use crate::host::{Call, Desk, HostFunction, HostFuture, HostResult, Wish};
use crate::plan::HostIndex;
use crate::world::host::Ticket;

/// A call under way.
pub(super) struct Flight {
    /// The task that called.
    pub(super) task: TaskId,
    /// The function.
    pub(super) host: HostIndex,
    /// Where the function and the scenario meet.
    pub(super) desk: Rc<Desk>,
    /// What it has done while it was not its turn.
    pub(super) in_hand: Option<Deed>,
    /// Its place among those that wait outside, if it does.
    pub(super) place: Option<Place>,
    future: HostFuture,
    waker: Waker,
}

/// A place in the line of those that wait outside: the lowest has waited longest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place(pub(super) u64);

/// What a function has done when it was polled.
pub(super) enum Deed {
    /// It has ended.
    Finished(HostResult),
    /// It panicked, with a message.
    Panicked(String),
    /// It wants something of the scenario.
    Wishes(Wish),
    /// It waits for what it wanted of the scenario.
    WaitsInside,
    /// It waits for something outside.
    WaitsOutside,
    /// It waits for something that the scenario will bring about.
    LetsTimePass,
}

impl Flight {
    /// A call that has not been polled.
    pub(super) fn new(
        ticket: Ticket,
        task: TaskId,
        host: HostIndex,
        function: HostFunction,
        desk: Desk,
        doorbell: &Arc<Doorbell>,
    ) -> Flight {
        let desk = Rc::new(desk);
        let call = Call::new(desk.clone());
        Flight {
            task,
            host,
            desk,
            in_hand: None,
            place: None,
            // The function itself runs within the future, too: there a panic is caught.
            future: Box::pin(async move { function(call).await }),
            waker: Waker::from(Arc::new(Alert { ticket, doorbell: doorbell.clone() })),
        }
    }

    /// Lets the function run until it waits.
    pub(super) fn poll(&mut self, now: u64) -> Deed {
        self.desk.open(now);
        let mut context = Context::from_waker(&self.waker);
        match catch_unwind(AssertUnwindSafe(|| self.future.as_mut().poll(&mut context))) {
            Err(panic) => Deed::Panicked(message_of(&*panic)),
            Ok(Poll::Ready(result)) => Deed::Finished(result),
            Ok(Poll::Pending) => match self.desk.take_wish() {
                Some(wish) => Deed::Wishes(wish),
                None if self.desk.owes_answer() => Deed::WaitsInside,
                None if self.desk.lets_time_pass() => Deed::LetsTimePass,
                None => Deed::WaitsOutside,
            },
        }
    }

    /// Drops what is left of the call; that is the function's own code again.
    ///
    /// # Errors
    /// With the message of its panic.
    pub(super) fn give_up(self) -> Result<(), String> {
        catch_unwind(AssertUnwindSafe(|| drop(self))).map_err(|panic| message_of(&*panic))
    }
}

/// The message of a panic, in one line: that of an assertion has several.
fn message_of(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    let lines: Vec<&str> = text.unwrap_or("no message").lines().map(str::trim).collect();
    lines.join(", ")
}

/// Wakes a function, from whatever thread.
struct Alert {
    ticket: Ticket,
    doorbell: Arc<Doorbell>,
}

impl Wake for Alert {
    fn wake(self: Arc<Alert>) {
        self.doorbell.ring_for(self.ticket);
    }
}

/// Wakes the loop.
#[derive(Default)]
pub(super) struct Doorbell {
    state: Mutex<State>,
    /// Whether the runtime had nothing else to do since time last moved.
    is_idle: AtomicBool,
}

#[derive(Default)]
struct State {
    /// Who answers.
    waker: Option<Waker>,
    /// The calls that can go on.
    alerted: BTreeSet<Ticket>,
}

impl Doorbell {
    /// From here that task is woken.
    pub(super) fn answer_to(&self, waker: &Waker) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if !state.waker.as_ref().is_some_and(|kept| kept.will_wake(waker)) {
            state.waker = Some(waker.clone());
        }
    }

    /// The calls that somebody has woken since the last time, in the order of calling.
    pub(super) fn take_alerted(&self) -> BTreeSet<Ticket> {
        std::mem::take(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner).alerted)
    }

    /// Whether somebody has woken a call.
    pub(super) fn is_ringing(&self) -> bool {
        !self.state.lock().unwrap_or_else(PoisonError::into_inner).alerted.is_empty()
    }

    fn ring_for(&self, ticket: Ticket) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.alerted.insert(ticket);
        let waker = state.waker.clone();
        drop(state);
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// The runtime has nothing left to run.
    pub(super) fn note_idleness(&self) {
        if !self.is_idle.swap(true, Ordering::AcqRel) {
            let waker = self.state.lock().unwrap_or_else(PoisonError::into_inner).waker.clone();
            if let Some(waker) = waker {
                waker.wake();
            }
        }
    }

    /// Whether the runtime had nothing left to run since it was last forgotten.
    pub(super) fn is_idle(&self) -> bool {
        self.is_idle.load(Ordering::Acquire)
    }

    /// Something was done that may give the runtime something to run.
    pub(super) fn forget_idleness(&self) {
        self.is_idle.store(false, Ordering::Release);
    }
}
