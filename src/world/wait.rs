//! What a task waits for.

use std::sync::Arc;

use super::caches::Lookup;
use super::frame::Signal;
use super::resource::condition::WaitNumber;
use super::resource::queue::Priority;
use super::threads::ThreadIndex;
use super::timer::TimerKey;
use crate::expression::value::{Mode, OpenFile, ResourceId, TaskId, Value};
use crate::plan::op::Wanted;

/// What a task waits for: two words, for every task has one.
#[derive(Clone, Debug)]
pub enum Wait {
    /// Nothing.
    Nothing,
    /// A time.
    Sleep(TimerKey),
    /// Its next turn.
    Turn,
    /// A monitor's next time.
    Tick(TimerKey),
    /// A thread, for so many nanoseconds of work.
    Thread(u64),
    /// Its work on a thread.
    Offload(ThreadIndex),
    /// An item.
    Get(ResourceId),
    /// Room for an item.
    Put(ResourceId, Box<Offer>),
    /// Items to be done.
    Join(ResourceId),
    /// A lock, permit or token.
    Acquire(ResourceId),
    /// An event to be set, a barrier to open, a promise to be settled.
    Signal(ResourceId),
    /// A notification of a condition, in the wait of that number. Once it has been given: for waits with a lower one.
    Condition(ResourceId, WaitNumber),
    /// Tasks to end, one after another.
    Tasks(Box<Awaiting>),
    /// A value of a cache that another task computes.
    Lookup(Box<Lookup>),
    /// The price of a call on a file, which is made then.
    File(Box<PaidCall>),
    /// Its host function.
    Host,
    /// Some of several tasks to end, or a time.
    Watch(Box<Watch>),
    /// One more branch to be allowed.
    Room,
    /// All branches to end.
    Branches,
    /// The tasks that it awaited to end, after it was interrupted.
    Drain(Box<Draining>),
}

const _: () = assert!(size_of::<Wait>() == 16);

/// The tasks whose end is waited for before a signal goes on.
#[derive(Clone, Debug)]
pub struct Draining {
    /// The tasks.
    pub awaiting: Awaiting,
    /// What goes on then.
    pub signal: Signal,
}

/// An item that waits for room.
#[derive(Clone, Debug)]
pub struct Offer {
    /// The item.
    pub item: Value,
    /// How urgent it is.
    pub priority: Priority,
}

/// A call on a file while its price is paid.
#[derive(Clone, Debug)]
pub struct PaidCall {
    /// What ends the wait.
    pub timer: TimerKey,
    /// The call.
    pub call: FileCall,
}

/// A call on a file.
#[derive(Clone, Debug)]
pub enum FileCall {
    /// Open it.
    Open(Arc<str>, Mode),
    /// Read the rest.
    Read(Arc<OpenFile>),
    /// Read a line.
    Line(Arc<OpenFile>),
    /// Write to its end.
    Write(Arc<OpenFile>, Arc<str>),
    /// Close it.
    Close(Arc<OpenFile>),
    /// Take it away.
    Delete(Arc<str>),
}

/// The tasks that an `await` waits for.
#[derive(Clone, Debug)]
pub struct Awaiting {
    /// The tasks.
    pub targets: Vec<TaskId>,
    /// How many of them have ended.
    pub ended: usize,
    /// What the result looks like.
    pub shape: Shape,
}

impl Awaiting {
    /// The task that it waits for at present, as long as one is left.
    pub fn present(&self) -> TaskId {
        self.targets[self.ended]
    }
}

/// The tasks that a `wait` waits for.
#[derive(Clone, Debug)]
pub struct Watch {
    /// The tasks, as given.
    pub targets: Vec<TaskId>,
    /// Which of them.
    pub wanted: Wanted,
    /// How many have not ended.
    pub running: u32,
    /// What ends the wait all the same.
    pub timer: Option<TimerKey>,
}

/// What the result of an `await` looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Shape {
    /// The one task's result.
    One,
    /// A list of results.
    List,
}
