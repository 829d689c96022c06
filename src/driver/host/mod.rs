//! The driver of worlds with host functions: the plain loop, on a tokio runtime that the functions can use.
//!
//! A function runs at the turn of its task, and until it waits, as the task itself would. What it waits for is
//! either the scenario's own (a sleep, a queue), and then the world tells when its next turn is; or it lies
//! outside. Then time stands still until it has come. However early the result of one is there, it is taken after
//! those of all who began to wait outside before it; so a trace depends on what comes, not on when.
//!
//! A function is polled whenever somebody wakes it. What it does to the world then waits for its turn.

mod flight;

use std::collections::{BTreeMap, BTreeSet};
use std::future::{Future, poll_fn};
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::runtime::{Builder, Handle, LocalOptions};
use tokio::time::{Sleep, sleep};

use self::flight::{Deed, Doorbell, Flight, Place};
use super::Conductor;
use crate::expression::value::{TaskId, Value};
use crate::host::{self, Desk, HostError, HostFunction, HostResult, Wish};
use crate::host::{error_from_language, from_language, to_language};
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
        line: BTreeMap::new(),
        places: 0,
        in_hand: BTreeSet::new(),
        standstill: None,
        rounds: 0,
        course: Course::Goes,
    };
    runtime.block_on(async {
        poll_fn(|context| house.poll(context)).await;
        // What the functions own may need the runtime to be dropped.
        while let Some(ticket) = house.flights.keys().next().copied() {
            house.drop_flight(ticket);
        }
    });
    // A thread that a function has left behind is not waited for.
    runtime.shutdown_background();
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
    line: BTreeMap<Place, Ticket>,
    /// How many places there were in that line.
    places: u64,
    /// Those that have done something while it was not their turn.
    in_hand: BTreeSet<Ticket>,
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
                self.leave_line(ticket);
                self.carry_on(ticket);
                self.carry_on_after_step();
                continue;
            }
            if !self.line.is_empty() {
                return self.stand_still(context);
            }
            self.rounds += 1;
            if self.rounds < MOST_ROUNDS && self.doorbell.is_ringing() {
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
        let first = self.line.first_key_value().and_then(|(_, ticket)| self.flights.get(ticket));
        if let Some(late) = first {
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
        let desk = Desk::new(declared.name.clone(), name, parameters.zip(arguments).collect());
        let flight = Flight::new(ticket, task, host, function, desk, &self.doorbell);
        self.flights.insert(ticket, flight);
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
            self.in_hand.remove(&ticket);
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
                Deed::WaitsOutside => return self.join_line(ticket),
                Deed::WaitsInside | Deed::LetsTimePass => return,
            }
        }
    }

    fn log(&mut self, ticket: Ticket) {
        let Some(flight) = self.flights.get(&ticket) else { return };
        for line in flight.desk.take_lines() {
            self.conductor.world.log_for_host(flight.task, line);
        }
        self.conductor.deliver();
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
        if !world.count_request(task) {
            return false;
        }
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
                self.conductor.deliver();
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
            Reply::Done => Ok(host::Value::Null),
            Reply::Item(item) => Ok(from_language(&item, self.conductor.world.names())),
            Reply::Refused(error) => Err(error_from_language(&error)),
        }
    }

    /// Polls every function that somebody has woken.
    fn poll_alerted(&mut self) {
        for ticket in self.doorbell.take_alerted() {
            if self.flights.get(&ticket).is_none_or(|flight| flight.in_hand.is_some()) {
                continue;
            }
            match self.poll_flight(ticket) {
                Deed::WaitsOutside => self.join_line(ticket),
                Deed::LetsTimePass | Deed::WaitsInside => self.leave_line(ticket),
                deed @ (Deed::Finished(_) | Deed::Panicked(_) | Deed::Wishes(_)) => {
                    if let Some(flight) = self.flights.get_mut(&ticket) {
                        flight.in_hand = Some(deed);
                        self.in_hand.insert(ticket);
                    }
                }
            }
        }
    }

    /// The first call that has done something and may now: those outside wait for each other.
    fn next_in_hand(&self) -> Option<Ticket> {
        let first = self.line.first_key_value().map(|(place, _)| *place);
        let may = |ticket: &&Ticket| {
            self.flights.get(ticket).is_some_and(|flight| {
                self.conductor.world.awaits_host(flight.task)
                    && (flight.place.is_none() || flight.place == first)
            })
        };
        self.in_hand.iter().find(may).copied()
    }

    fn poll_flight(&mut self, ticket: Ticket) -> Deed {
        let Some(flight) = self.flights.get_mut(&ticket) else { return Deed::WaitsInside };
        let deed = flight.poll(self.conductor.world.now());
        let is_at_its_end = matches!(deed, Deed::Finished(_) | Deed::Panicked(_));
        if flight.desk.take_withdrawal() || is_at_its_end {
            self.conductor.world.withdraw_for_host(flight.task);
        }
        deed
    }

    /// A function waits outside; one that did already keeps its place.
    fn join_line(&mut self, ticket: Ticket) {
        if let Some(flight) = self.flights.get_mut(&ticket)
            && flight.place.is_none()
        {
            let place = Place(self.places);
            self.places += 1;
            flight.place = Some(place);
            self.line.insert(place, ticket);
        }
    }

    fn leave_line(&mut self, ticket: Ticket) {
        if let Some(place) = self.flights.get_mut(&ticket).and_then(|flight| flight.place.take()) {
            self.line.remove(&place);
        }
    }

    fn drop_flight(&mut self, ticket: Ticket) {
        self.leave_line(ticket);
        self.in_hand.remove(&ticket);
        let Some(flight) = self.flights.remove(&ticket) else { return };
        let (task, host) = (flight.task, flight.host);
        if let Err(message) = flight.give_up() {
            self.fail(task, host, HostReason::Panicked(message));
        }
    }
}
