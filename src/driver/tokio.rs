//! The tokio driver: one tokio task for each task of the scenario, on a single-threaded runtime.
//!
//! The baton: only the task whose turn it is may step, and after its step it wakes the next one and nobody
//! else; if it is next itself, it goes on at once. So tokio's own queue never has more than one entry, and
//! the order is the world's. A tokio task is spawned at its scenario task's first turn. With nobody ready the
//! clock moves there, in the poll.
//!
//! With many tasks each tokio task lies far away in memory, and a locked instruction, of which tokio needs some
//! for each turn, waits until it has come. So what comes next is asked for ahead, all of it at the same moment.

use std::any::Any;
use std::cell::RefCell;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use prefetch_index::prefetch_index;
use tokio::runtime::{Builder, LocalOptions};

use super::Conductor;
use super::direct;
use crate::expression::value::TaskId;
use crate::trace::{Outcome, Sink};
use crate::world::fetch::{CACHE_LINE, fetch};

/// After so many turns tokio looks for what came from outside.
const SELDOM: u32 = 1 << 16;

/// Runs a world to its end.
pub(super) fn run<S: Sink + 'static>(conductor: Conductor<S>) -> (Outcome, S) {
    let stage = Stage { conductor, seats: Vec::new(), audience: None, turn: Turn::Over, panic: None };
    let stage = Rc::new(RefCell::new(stage));
    // Building a runtime asks the system for a poller, which can fail where files are short.
    // Nothing comes from outside, so tokio need not look there between tasks.
    let mut builder = Builder::new_current_thread();
    builder.event_interval(SELDOM).global_queue_interval(SELDOM);
    match builder.build_local(LocalOptions::default()) {
        Ok(runtime) => {
            runtime.block_on(async {
                stage.borrow_mut().pass_baton(&stage, None);
                End { stage: stage.clone() }.await;
            });
            drop(runtime);
        }
        Err(_) => return direct::run(unwrap(stage)),
    }
    unwrap(stage).finish()
}

fn unwrap<S>(stage: Rc<RefCell<Stage<S>>>) -> Conductor<S> {
    match Rc::try_unwrap(stage) {
        Ok(stage) => stage.into_inner().conductor,
        Err(_) => unreachable!("the runtime is gone, and with it every task that shared the stage"),
    }
}

struct Stage<S> {
    conductor: Conductor<S>,
    /// Of every scenario task: its tokio task, from its first turn to its end.
    seats: Vec<Seat>,
    /// Who waits for the end of the run.
    audience: Option<Waker>,
    turn: Turn,
    /// What a step panicked with.
    panic: Option<Box<dyn Any + Send>>,
}

/// A tokio task, as whoever has the baton sees it.
enum Seat {
    /// There is none, or it has not run yet, or it has ended.
    Empty,
    /// It runs when it is woken.
    Taken(Waker),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Turn {
    /// That task's.
    Of(TaskId),
    /// Nobody's: the run is over.
    Over,
}

impl<S: Sink + 'static> Stage<S> {
    /// Gives the baton to the task whose turn is next, or tells the audience that the run is over. The task
    /// that holds it keeps it if it is next itself.
    #[inline(always)]
    fn pass_baton(&mut self, shared: &Rc<RefCell<Stage<S>>>, holder: Option<TaskId>) -> Baton {
        let Some(next) = self.conductor.next() else {
            self.close();
            return Baton::Passed;
        };
        if holder == Some(next) {
            return Baton::Kept;
        }
        self.turn = Turn::Of(next);
        match self.seats.get(next.0 as usize) {
            Some(Seat::Taken(waker)) => waker.wake_by_ref(),
            _ => self.seat(shared, next),
        }
        self.fetch_ahead();
        Baton::Passed
    }

    /// Nobody steps any more, and the audience learns of it.
    fn close(&mut self) {
        self.turn = Turn::Over;
        if let Some(audience) = self.audience.take() {
            audience.wake();
        }
    }

    /// Steps as long as the task keeps the baton.
    #[inline(always)]
    fn play(&mut self, shared: &Rc<RefCell<Stage<S>>>, task: TaskId) -> Poll<()> {
        loop {
            self.conductor.step_on(task, 1);
            let (poll, holder) = if self.conductor.world.has_ended(task) {
                self.seats[task.0 as usize] = Seat::Empty;
                (Poll::Ready(()), None)
            } else {
                (Poll::Pending, Some(task))
            };
            if self.pass_baton(shared, holder) == Baton::Passed {
                return poll;
            }
        }
    }

    /// Makes the tokio task of a scenario task that has its first turn.
    #[inline(never)]
    fn seat(&mut self, shared: &Rc<RefCell<Stage<S>>>, task: TaskId) {
        let index = task.0 as usize;
        if self.seats.len() <= index {
            self.seats.resize_with(index + 1, || Seat::Empty);
        }
        drop(tokio::task::spawn_local(Player { stage: shared.clone(), task, entrance: Entrance::Due }));
    }

    /// Asks for the tokio task that will most likely get the baton after this one, and for where the one behind it
    /// is to be found: with many tasks they lie far away in memory, and are on their way while this one takes its
    /// step.
    #[inline(always)]
    fn fetch_ahead(&self) {
        let [first, second] = self.conductor.world.fetch_ahead();
        if let Some(second) = second {
            prefetch_index(&self.seats, second.0 as usize);
        }
        if let Some(first) = first
            && let Some(Seat::Taken(waker)) = self.seats.get(first.0 as usize)
        {
            // A waker of tokio points at its task, which has two cache lines: how it stands with tokio, and what it
            // is. If that changes, a hint is lost.
            let task = waker.data().addr();
            fetch(task);
            fetch(task.wrapping_add(CACHE_LINE));
        }
    }
}

/// Who may step.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Baton {
    /// The same task again.
    Kept,
    /// Another task, or nobody.
    Passed,
}

/// A task of the scenario as a tokio task.
struct Player<S> {
    stage: Rc<RefCell<Stage<S>>>,
    task: TaskId,
    entrance: Entrance,
}

/// Whether a tokio task has said how to wake it: once is enough, for it has one waker all its life. It knows that
/// itself, as its seat lies elsewhere in memory.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Entrance {
    /// It has not run yet.
    Due,
    /// It has.
    Made,
}

impl<S: Sink + 'static> Future for Player<S> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let Player { stage, task, entrance } = &mut *self;
        // Waking and spawning only put a task into tokio's queue: nobody else asks for the stage meanwhile.
        let open = &mut *stage.borrow_mut();
        if *entrance == Entrance::Due {
            *entrance = Entrance::Made;
            open.seats[task.0 as usize] = Seat::Taken(context.waker().clone());
        }
        if open.turn != Turn::Of(*task) {
            return Poll::Pending;
        }
        // Tokio would catch a panic and drop the task: nobody would pass the baton on, and the run never end.
        match catch_unwind(AssertUnwindSafe(|| open.play(stage, *task))) {
            Ok(poll) => poll,
            Err(panic) => {
                open.panic = Some(panic);
                open.close();
                Poll::Ready(())
            }
        }
    }
}

/// Ready when the run is over; goes on with a panic.
struct End<S> {
    stage: Rc<RefCell<Stage<S>>>,
}

impl<S> Future for End<S> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let mut open = self.stage.borrow_mut();
        if let Some(panic) = open.panic.take() {
            resume_unwind(panic);
        }
        if open.turn == Turn::Over {
            return Poll::Ready(());
        }
        open.audience = Some(context.waker().clone());
        Poll::Pending
    }
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use crate::driver::{Driver, run};
    use crate::load::{Load, load};
    use crate::source::{Form, Source};
    use crate::trace::{Event, Flow, Names, Sink};
    use crate::world::Limits;

    struct Broken;

    impl Sink for Broken {
        fn event(&mut self, _: &Event, _: &Names) -> Flow {
            panic!("nobody takes this");
        }
    }

    #[test]
    fn a_panic_in_a_step_goes_on_to_the_caller() {
        let text = "main { for _ in 0..1000 { sleep 1ms } }";
        let loaded = load(Source::new("loop".to_string(), text.to_string(), Form::Text), &Load::default());
        let plan = loaded.plan.unwrap();
        for driver in [Driver::Tokio, Driver::Direct] {
            let running = || run(&plan, driver, Limits::default(), Broken);
            let panic = catch_unwind(AssertUnwindSafe(running)).err().unwrap();
            assert_eq!(panic.downcast_ref(), Some(&"nobody takes this"), "{driver:?}");
        }
    }
}
