//! The driver of worlds with host functions: the plain loop, on a tokio runtime that the functions can use.
//!
//! A function runs at the turn of its task, and until it waits, as the task itself would. What it waits for is
//! either the scenario's own (a sleep, a queue), and then the world tells when its next turn is; or it lies
//! outside. Then time stands still until it has come. However early the result of one is there, it is taken after
//! those of all who began to wait outside before it; so a trace depends on what comes, not on when.
//!
//! A function is polled whenever somebody wakes it. What it does to the world then waits for its turn.

use std::collections::{BTreeMap, VecDeque};
use std::future::{Future, poll_fn};
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use tokio::runtime::{Builder, Handle, LocalOptions};
use tokio::time::{Sleep, sleep};

use super::Conductor;
use crate::expression::value::{TaskId, Value};
use crate::host::{
    Call, Desk, HostError, HostFunction, HostFuture, HostResult, Wish, error_from_language, from_language,
    to_language,
};
use crate::plan::HostIndex;
use crate::trace::outcome::HostReason;
use crate::trace::{Flow, Outcome, Sink};
use crate::world::host::{HostTurn, Reply, Request, Ticket};

/// So often functions wake each other before time moves on all the same.
const MOST_ROUNDS: u32 = 10_000;

/// Runs a world to its end.
pub(super) fn run<S: Sink>(
    conductor: Conductor<S>,
    functions: Vec<Option<HostFunction>>,
    patience: Duration,
) -> io::Result<(Outcome, S)> {
    let doorbell = Arc::new(Doorbell::default());
    let park = doorbell.clone();
    let runtime = Builder::new_current_thread()
        .enable_all()
        .on_thread_park(move || park.note_idleness())
        .build_local(LocalOptions::default())?;
    let mut house = House {
        conductor,
        functions,
        patience,
        doorbell,
        flights: BTreeMap::new(),
        line: VecDeque::new(),
        standstill: None,
        rounds: 0,
        course: Course::Goes,
    };
    runtime.block_on(async {
        poll_fn(|context| house.poll(context)).await;
        // What the functions own may need the runtime to be dropped.
        house.flights.clear();
    });
    drop(runtime);
    Ok(house.conductor.finish())
}

struct House<S> {
    conductor: Conductor<S>,
    functions: Vec<Option<HostFunction>>,
    patience: Duration,
    doorbell: Arc<Doorbell>,
    /// The calls under way, in the order of calling.
    flights: BTreeMap<Ticket, Flight>,
    /// Those of them that wait for something outside, the longest first.
    line: VecDeque<Ticket>,
    /// Runs out when time has stood still for too long.
    standstill: Option<Pin<Box<Sleep>>>,
    /// How often functions have been polled since anything came of it.
    rounds: u32,
    course: Course,
}

/// Whether the run goes on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Course {
    Goes,
    Over,
}

/// A call under way.
struct Flight {
    task: TaskId,
    host: HostIndex,
    desk: Rc<Desk>,
    future: HostFuture,
    alert: Arc<Alert>,
    /// What it has done while it was not its turn.
    in_hand: Option<Deed>,
}

/// What a function has done when it was polled.
enum Deed {
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

impl Deed {
    fn is_news(&self) -> bool {
        matches!(self, Deed::Finished(_) | Deed::Panicked(_) | Deed::Wishes(_))
    }
}

impl<S: Sink> House<S> {
    /// Runs until the scenario is over, or only what is outside can go on.
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<()> {
        self.doorbell.answer_to(context.waker());
        loop {
            if self.is_over() {
                return Poll::Ready(());
            }
            let Conductor { world, plan, .. } = &mut self.conductor;
            if let Some(task) = world.take(plan) {
                self.note_progress();
                self.conductor.step(task);
                self.carry_on_after_step();
                continue;
            }
            self.poll_alerted();
            if let Some(ticket) = self.next_in_hand() {
                self.note_progress();
                self.line.retain(|waiting| *waiting != ticket);
                self.carry_on(ticket);
                self.carry_on_after_step();
                continue;
            }
            if !self.line.is_empty() {
                return self.stand_still(context);
            }
            self.rounds += 1;
            if self.rounds < MOST_ROUNDS && self.flights.values().any(|flight| flight.alert.is_ringing()) {
                continue;
            }
            // What a function has spawned on the runtime goes before time does.
            if Handle::current().metrics().num_alive_tasks() > 0 && !self.doorbell.is_idle() {
                return Poll::Pending;
            }
            self.doorbell.forget_idleness();
            self.rounds = 0;
            if !self.conductor.world.advance() {
                self.course = Course::Over;
            }
        }
    }

    fn is_over(&self) -> bool {
        let Conductor { flow, world, .. } = &self.conductor;
        self.course == Course::Over || *flow == Flow::Stop || world.is_stopped()
    }

    fn note_progress(&mut self) {
        self.standstill = None;
        self.rounds = 0;
        self.doorbell.forget_idleness();
    }

    /// Waits for something outside, as long as there is patience for it.
    fn stand_still(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let patience = self.patience;
        let end = self.standstill.get_or_insert_with(|| Box::pin(sleep(patience)));
        if end.as_mut().poll(context).is_pending() {
            return Poll::Pending;
        }
        if let Some(late) = self.line.front().and_then(|ticket| self.flights.get(ticket)) {
            let patience = u64::try_from(patience.as_nanos()).unwrap_or(u64::MAX);
            self.fail(late.task, late.host, HostReason::Late(patience));
        }
        Poll::Ready(())
    }

    fn fail(&mut self, task: TaskId, host: HostIndex, reason: HostReason) {
        let Conductor { world, plan, .. } = &mut self.conductor;
        world.fail_for_host(plan, task, host, reason);
        self.course = Course::Over;
    }

    /// Gives up the calls that were left, and lets the function go on whose turn a step has ended with.
    fn carry_on_after_step(&mut self) {
        loop {
            for ticket in self.conductor.world.take_abandoned() {
                self.drop_flight(ticket);
            }
            let Some(turn) = self.conductor.world.take_host_turn().filter(|_| self.course == Course::Goes)
            else {
                return;
            };
            let ticket = turn.ticket;
            self.begin_turn(turn);
            self.carry_on(ticket);
        }
    }

    fn begin_turn(&mut self, turn: HostTurn) {
        if let Some((host, arguments)) = turn.begun {
            self.begin_call(turn.task, turn.ticket, host, &arguments);
        }
        let answer = self.translate(turn.reply.unwrap_or(Reply::Done));
        // One that has withdrawn its wish meanwhile may have another in hand, which this does not answer.
        if let Some(flight) = self.flights.get(&turn.ticket).filter(|flight| flight.in_hand.is_none()) {
            flight.desk.answer(answer);
        }
    }

    fn begin_call(&mut self, task: TaskId, ticket: Ticket, host: HostIndex, arguments: &[Value]) {
        let Conductor { world, plan, .. } = &self.conductor;
        let declared = &plan.hosts[host.0 as usize];
        let Some(function) = self.functions[host.0 as usize].clone() else { return };
        let parameters = plan.body(declared.body).parameters.iter().map(|parameter| parameter.name.clone());
        let arguments = arguments.iter().map(|value| from_language(value, world.names()));
        let name = world.names().task(task);
        let desk = Rc::new(Desk::new(declared.name.clone(), name, parameters.zip(arguments).collect()));
        let call = Call::new(desk.clone());
        let alert = Arc::new(Alert { is_ringing: AtomicBool::new(false), doorbell: self.doorbell.clone() });
        // The function itself runs within the future, too: there a panic is caught.
        let future = Box::pin(async move { function(call).await });
        self.flights.insert(ticket, Flight { task, host, desk, future, alert, in_hand: None });
    }

    /// It is a function's turn: it runs until it waits.
    fn carry_on(&mut self, ticket: Ticket) {
        while self.course == Course::Goes {
            let Some(flight) = self.flights.get_mut(&ticket) else { return };
            let (task, host) = (flight.task, flight.host);
            let deed = match flight.in_hand.take() {
                Some(deed) => deed,
                None => self.poll_flight(ticket),
            };
            self.log(ticket);
            match deed {
                Deed::Wishes(wish) => {
                    if !self.grant(ticket, task, wish) {
                        return;
                    }
                }
                Deed::Finished(result) => {
                    self.drop_flight(ticket);
                    self.settle(task, result);
                    return;
                }
                Deed::Panicked(message) => return self.fail(task, host, HostReason::Panicked(message)),
                Deed::WaitsOutside => {
                    if !self.line.contains(&ticket) {
                        self.line.push_back(ticket);
                    }
                    return;
                }
                Deed::WaitsInside | Deed::LetsTimePass => return,
            }
        }
    }

    fn log(&mut self, ticket: Ticket) {
        let Some(flight) = self.flights.get(&ticket) else { return };
        for line in flight.desk.take_lines() {
            self.conductor.world.log_for_host(flight.task, line);
        }
        self.conductor.deliver_all();
    }

    fn settle(&mut self, task: TaskId, result: HostResult) {
        let Conductor { world, plan, .. } = &mut self.conductor;
        let result = match result {
            Ok(value) => Ok(to_language(value, &|name| world.resource_named(name))),
            Err(error) => Err((error.kind().to_string(), error.message().to_string())),
        };
        world.settle_host(plan, task, result);
        self.conductor.step(task);
    }

    /// Does what a function wishes; false if the answer takes time.
    fn grant(&mut self, ticket: Ticket, task: TaskId, wish: Wish) -> bool {
        let Conductor { world, plan, .. } = &mut self.conductor;
        let request = match wish {
            Wish::Sleep(duration) => Ok(Request::Sleep(duration)),
            Wish::Get(name) => world.queue_named(&name).map(Request::Get).ok_or(name),
            Wish::Put(name, item) => {
                let item = to_language(item, &|name| world.resource_named(name));
                world.queue_named(&name).map(|queue| Request::Put(queue, item)).ok_or(name)
            }
        };
        let answer = match request {
            Err(name) => {
                Err(HostError::new("UnknownQueue", format!("the scenario has no queue of the name {name}")))
            }
            Ok(request) => {
                let reply = world.request_for_host(plan, task, request);
                self.conductor.deliver_all();
                match reply {
                    Some(reply) => self.translate(reply),
                    None => return false,
                }
            }
        };
        if let Some(flight) = self.flights.get(&ticket) {
            flight.desk.answer(answer);
        }
        true
    }

    fn translate(&self, reply: Reply) -> HostResult {
        match reply {
            Reply::Done => Ok(crate::host::Value::Null),
            Reply::Item(item) => Ok(from_language(&item, self.conductor.world.names())),
            Reply::Refused(error) => Err(error_from_language(&error)),
        }
    }

    /// Polls every function that somebody has woken.
    fn poll_alerted(&mut self) {
        let ringing = |flight: &Flight| flight.in_hand.is_none() && flight.alert.is_ringing();
        let alerted: Vec<Ticket> =
            self.flights.iter().filter(|(_, flight)| ringing(flight)).map(|(ticket, _)| *ticket).collect();
        for ticket in alerted {
            let deed = self.poll_flight(ticket);
            let is_waiting = self.line.contains(&ticket);
            match deed {
                Deed::WaitsOutside if !is_waiting => self.line.push_back(ticket),
                Deed::LetsTimePass | Deed::WaitsInside => self.line.retain(|waiting| *waiting != ticket),
                _ => {}
            }
            if deed.is_news()
                && let Some(flight) = self.flights.get_mut(&ticket)
            {
                flight.in_hand = Some(deed);
            }
        }
    }

    /// The first call that has done something and may now: those outside wait for each other.
    fn next_in_hand(&self) -> Option<Ticket> {
        let first = self.line.front();
        let may = |ticket: &Ticket, flight: &Flight| {
            flight.in_hand.is_some()
                && self.conductor.world.awaits_host(flight.task)
                && (first == Some(ticket) || !self.line.contains(ticket))
        };
        self.flights.iter().find(|(ticket, flight)| may(ticket, flight)).map(|(ticket, _)| *ticket)
    }

    fn poll_flight(&mut self, ticket: Ticket) -> Deed {
        let Some(flight) = self.flights.get_mut(&ticket) else { return Deed::WaitsInside };
        flight.alert.silence();
        flight.desk.open(self.conductor.world.now());
        let waker = Waker::from(flight.alert.clone());
        let mut context = Context::from_waker(&waker);
        let polled = catch_unwind(AssertUnwindSafe(|| flight.future.as_mut().poll(&mut context)));
        if flight.desk.take_withdrawal() {
            self.conductor.world.withdraw_for_host(flight.task);
        }
        match polled {
            Err(panic) => Deed::Panicked(message_of(&*panic)),
            Ok(Poll::Ready(result)) => Deed::Finished(result),
            Ok(Poll::Pending) => match flight.desk.take_wish() {
                Some(wish) => Deed::Wishes(wish),
                None if flight.desk.owes_answer() => Deed::WaitsInside,
                None if flight.desk.lets_time_pass() => Deed::LetsTimePass,
                None => Deed::WaitsOutside,
            },
        }
    }

    /// Drops what is left of a call; that is the function's own code again.
    fn drop_flight(&mut self, ticket: Ticket) {
        self.line.retain(|waiting| *waiting != ticket);
        let Some(flight) = self.flights.remove(&ticket) else { return };
        let (task, host) = (flight.task, flight.host);
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| drop(flight))) {
            self.fail(task, host, HostReason::Panicked(message_of(&*panic)));
        }
    }
}

fn message_of(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_string());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "no message".to_string())
}

/// Rings when a function can go on, from whatever thread.
struct Alert {
    is_ringing: AtomicBool,
    doorbell: Arc<Doorbell>,
}

impl Alert {
    fn is_ringing(&self) -> bool {
        self.is_ringing.load(Ordering::Acquire)
    }

    fn silence(&self) {
        self.is_ringing.store(false, Ordering::Release);
    }
}

impl Wake for Alert {
    fn wake(self: Arc<Alert>) {
        self.is_ringing.store(true, Ordering::Release);
        self.doorbell.ring();
    }
}

/// Wakes the loop.
#[derive(Default)]
struct Doorbell {
    waker: Mutex<Option<Waker>>,
    /// Whether the runtime had nothing else to do since time last moved.
    is_idle: AtomicBool,
}

impl Doorbell {
    fn answer_to(&self, waker: &Waker) {
        let mut kept = self.waker.lock().unwrap_or_else(PoisonError::into_inner);
        if !kept.as_ref().is_some_and(|kept| kept.will_wake(waker)) {
            *kept = Some(waker.clone());
        }
    }

    fn ring(&self) {
        if let Some(waker) = &*self.waker.lock().unwrap_or_else(PoisonError::into_inner) {
            waker.wake_by_ref();
        }
    }

    /// The runtime has nothing left to run.
    fn note_idleness(&self) {
        if !self.is_idle.swap(true, Ordering::AcqRel) {
            self.ring();
        }
    }

    fn is_idle(&self) -> bool {
        self.is_idle.load(Ordering::Acquire)
    }

    fn forget_idleness(&self) {
        self.is_idle.store(false, Ordering::Release);
    }
}

impl<S: Sink> Conductor<S> {
    fn deliver_all(&mut self) {
        if self.world.has_events() {
            self.deliver();
        }
    }
}
