//! The tokio driver: one tokio task for each task of the scenario, on a single-threaded runtime.
//!
//! The baton: only the task whose turn it is may step, and after its step it wakes the next one and nobody
//! else. So tokio's own queue never has more than one entry, and the order is the world's. A tokio task is
//! spawned at its scenario task's first turn. With nobody ready the clock moves there, in the poll.

use std::cell::RefCell;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use tokio::runtime::{Builder, LocalOptions};

use super::Conductor;
use super::direct;
use crate::expression::value::TaskId;
use crate::trace::{Outcome, Sink};

/// Runs a world to its end.
pub(super) fn run<S: Sink + 'static>(conductor: Conductor<S>) -> (Outcome, S) {
    let stage =
        Rc::new(RefCell::new(Stage { conductor, wakers: Vec::new(), audience: None, turn: Turn::Over }));
    // Building a runtime asks the system for a poller, which can fail where files are short.
    match Builder::new_current_thread().build_local(LocalOptions::default()) {
        Ok(runtime) => {
            runtime.block_on(async {
                pass_baton(&stage);
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
    /// The waker of every scenario task that has had its first turn.
    wakers: Vec<Option<Waker>>,
    /// Who waits for the end of the run.
    audience: Option<Waker>,
    turn: Turn,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Turn {
    /// That task's.
    Of(TaskId),
    /// Nobody's: the run is over.
    Over,
}

/// Finds out whose turn is next, and lets that task, or the audience, know.
fn pass_baton<S: Sink + 'static>(stage: &Rc<RefCell<Stage<S>>>) {
    let mut open = stage.borrow_mut();
    let Some(next) = open.conductor.next() else {
        open.turn = Turn::Over;
        let audience = open.audience.take();
        drop(open);
        if let Some(audience) = audience {
            audience.wake();
        }
        return;
    };
    open.turn = Turn::Of(next);
    let index = next.0 as usize;
    if open.wakers.len() <= index {
        open.wakers.resize(index + 1, None);
    }
    let waker = open.wakers[index].clone();
    drop(open);
    match waker {
        Some(waker) => waker.wake(),
        None => drop(tokio::task::spawn_local(Player { stage: stage.clone(), task: next })),
    }
}

/// A task of the scenario as a tokio task.
struct Player<S> {
    stage: Rc<RefCell<Stage<S>>>,
    task: TaskId,
}

impl<S: Sink + 'static> Future for Player<S> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let mut open = self.stage.borrow_mut();
        let index = self.task.0 as usize;
        if !open.wakers[index].as_ref().is_some_and(|waker| waker.will_wake(context.waker())) {
            open.wakers[index] = Some(context.waker().clone());
        }
        if open.turn != Turn::Of(self.task) {
            return Poll::Pending;
        }
        open.conductor.step(self.task);
        let ended = open.conductor.world.has_ended(self.task);
        if ended {
            open.wakers[index] = None;
        }
        drop(open);
        pass_baton(&self.stage);
        if ended { Poll::Ready(()) } else { Poll::Pending }
    }
}

/// Ready when the run is over.
struct End<S> {
    stage: Rc<RefCell<Stage<S>>>,
}

impl<S> Future for End<S> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let mut open = self.stage.borrow_mut();
        if open.turn == Turn::Over {
            return Poll::Ready(());
        }
        open.audience = Some(context.waker().clone());
        Poll::Pending
    }
}
