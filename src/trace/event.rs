//! What a run leaves behind: events, in the order in which they happened.
//!
//! An event holds numbers and values only; [`fields`](super::fields) says what each kind is called and which fields
//! it has, so renderers treat all kinds alike and a new kind touches none of them.

use std::num::NonZeroU64;
use std::sync::Arc;

use super::fields::{FieldName, name};
use crate::expression::code::BreakerState;
use crate::expression::value::{ErrorValue, Mode, ResourceId, TaskId, Value};
use crate::plan::Place;
use crate::plan::op::Wanted;

/// The number of an event, from 0, without gaps. One more is stored, so that an absent one takes no room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Sequence(NonZeroU64);

impl Sequence {
    /// That of the last of so many events.
    #[inline(always)]
    pub fn last_of(events: u64) -> Option<Sequence> {
        NonZeroU64::new(events).map(Sequence)
    }

    /// How many events came before.
    pub fn number(self) -> u64 {
        self.0.get() - 1
    }
}

/// One thing that happened.
#[derive(Clone, Debug)]
pub struct Event {
    /// Its number.
    pub sequence: Sequence,
    /// When, in nanoseconds of virtual time.
    pub time: u64,
    /// Whose step it was, or whose wait it ended.
    pub task: TaskId,
    /// The event that made this one possible.
    pub cause: Option<Sequence>,
    /// The operation that it came from.
    pub place: Place,
    /// What happened.
    pub happening: Happening,
}

const _: () = assert!(size_of::<Event>() <= 72, "a trace may have millions, and be kept");

/// What can happen.
#[derive(Clone, Debug, Hash)]
pub enum Happening {
    /// The scenario logged something.
    Log(Box<Log>),
    /// A task was made; it runs when its parent next waits.
    Spawn {
        /// The new task.
        child: TaskId,
        /// Its name.
        label: Arc<str>,
        /// Which of its parent's children of that name, from 1.
        count: u32,
    },
    /// A sleep began.
    Sleep(u64),
    /// The clock was moved on while nobody else could run.
    Block(u64),
    /// Work on a thread began, for so long.
    Offload(u64),
    /// A wait began; what for, and for which resource or task.
    Wait(Awaited),
    /// An item entered a queue; the queue's size behind it.
    Put(ResourceId, Value, u32),
    /// An item left a queue; the queue's size behind it.
    Get(ResourceId, Value, u32),
    /// An item was marked as done; how many are left undone.
    Done(ResourceId, u64),
    /// A join ended: everything put has been marked as done.
    Join(ResourceId),
    /// A queue was closed.
    Close(ResourceId),
    /// A lock or permit was taken, or a limiter's token.
    Acquire(ResourceId),
    /// A lock or permit was given back.
    Release(ResourceId),
    /// An event was set; how many waited for it.
    Set(ResourceId, u32),
    /// An event was cleared, or a barrier mended; how many waited at that.
    Clear(SignalKind, ResourceId, u32),
    /// A condition was notified; how many were woken.
    Notify(ResourceId, u32),
    /// All parties have arrived at a barrier; which round it was, from 1.
    Trip(ResourceId, u64),
    /// A barrier was broken; how many waited at it.
    Abort(ResourceId, u32),
    /// A promise was settled with a value.
    Resolve(ResourceId, Value),
    /// A promise was settled with an error.
    Reject(ResourceId, Arc<ErrorValue>),
    /// A stream handed an item out.
    Yield(Box<Yielded>),
    /// A loop was left before its stream had ended: the stream's cleanup runs now.
    CloseStream(Arc<str>),
    /// A value was added to a series.
    Measure(ResourceId, Value),
    /// A cache had the value of a key.
    Hit(ResourceId, Value),
    /// A cache had no value of a key, and the task computes it.
    Miss(ResourceId, Value, Missed),
    /// A value was put into a cache, under a key.
    Keep(ResourceId, Box<Entry>),
    /// A key's value, or all, was taken out of a cache; how many were there.
    Evict(ResourceId, Option<Value>, u32),
    /// A call on a file was made; the file's path.
    File(FileAction, Arc<str>),
    /// A service was asked.
    Request(Box<Request>),
    /// A service answered.
    Respond {
        /// The service.
        service: ResourceId,
        /// The answer's status.
        status: i64,
        /// The length of its body.
        length: i64,
    },
    /// A circuit breaker changed.
    Breaker(ResourceId, BreakerState),
    /// A task was asked to cancel another.
    Cancel(TaskId),
    /// A timeout fired, after so many nanoseconds.
    Timeout(u64),
    /// An error was raised.
    Fail(Arc<ErrorValue>),
    /// An error was caught.
    Catch(Arc<ErrorValue>),
    /// A failed attempt will be repeated: the attempt's number, the wait before the next.
    Retry(u32, u64),
    /// An error raised in cleanup took the place of what was under way.
    Replace(Arc<ErrorValue>),
    /// A task ended.
    End(Ending),
    /// A task failed and nobody looked at its error.
    Unobserved(TaskId, Arc<ErrorValue>),
}

/// What a wait is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Awaited {
    /// An item of a queue.
    Get(ResourceId),
    /// Room in a queue.
    Put(ResourceId),
    /// A queue's items to be done.
    Join(ResourceId),
    /// A lock, permit or token.
    Acquire(ResourceId),
    /// An event, condition, barrier or promise.
    Signal(SignalKind, ResourceId),
    /// A value of a cache that another task computes.
    Lookup(ResourceId),
    /// A task's end.
    Task(TaskId),
    /// The end of some of several tasks: which, and how many still run.
    Tasks(Wanted, u32),
    /// The end of a block's own tasks: how many still run.
    Branches(u32),
    /// The end of the tasks of a group: how many still run.
    Group(u32),
    /// A thread for offloaded work: how many are busy.
    Thread(u32),
    /// A place among a block's running tasks.
    Limit(u32),
}

/// What tasks signal each other with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SignalKind {
    /// An event.
    Event,
    /// A condition.
    Condition,
    /// A barrier.
    Barrier,
    /// A promise.
    Promise,
}

impl SignalKind {
    /// What it is called, also as a field.
    pub fn name(self) -> FieldName {
        match self {
            SignalKind::Event => name!("event"),
            SignalKind::Condition => name!("condition"),
            SignalKind::Barrier => name!("barrier"),
            SignalKind::Promise => name!("promise"),
        }
    }

    /// What it is called.
    pub fn word(self) -> &'static str {
        self.name().word
    }
}

/// An item that a stream handed out.
#[derive(Clone, Debug, Hash)]
pub struct Yielded {
    /// The item.
    pub item: Value,
    /// The stream's name.
    pub stream: Arc<str>,
}

/// What was put into a cache.
#[derive(Clone, Debug, Hash)]
pub struct Entry {
    /// The key.
    pub key: Value,
    /// The value.
    pub value: Value,
}

/// A line that the scenario logs.
#[derive(Clone, Debug, Hash)]
pub struct Log {
    /// The text.
    pub text: Value,
    /// `debug`, `info`, `warning`, `error`; absent unless given.
    pub level: Option<&'static str>,
    /// The logger's name; absent unless given.
    pub logger: Option<Value>,
    /// Structured fields; null unless given.
    pub fields: Value,
}

/// Why a cache has no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Missed {
    /// It never had one, or it was taken out.
    Absent,
    /// It had become too old.
    Expired,
    /// Another task was computing it, and gave up.
    GivenUp,
}

/// What was done with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FileAction {
    /// It was opened.
    Open(Mode),
    /// The rest of it was read: so many bytes.
    Read(u64),
    /// A line of so many bytes was read; or none was left.
    Line(Option<u64>),
    /// So many bytes were written.
    Write(u64),
    /// It was closed.
    Close,
    /// It was deleted.
    Delete,
}

/// What a service is asked.
#[derive(Clone, Debug, Hash)]
pub struct Request {
    /// The service.
    pub service: ResourceId,
    /// The path.
    pub path: Value,
    /// The method.
    pub method: Value,
    /// What is sent along; null if nothing is.
    pub body: Value,
}

/// How a task ended.
#[derive(Clone, Debug, Hash)]
pub enum Ending {
    /// With a result.
    Done(Value),
    /// With an error.
    Failed(Arc<ErrorValue>),
    /// By a cancel.
    Cancelled,
}

impl Awaited {
    /// The statement that waits, as the trace shows it.
    pub fn word(self) -> &'static str {
        match self {
            Awaited::Get(_) => "get",
            Awaited::Put(_) => "put",
            Awaited::Join(_) => "join",
            Awaited::Acquire(_) => "acquire",
            Awaited::Signal(kind, _) => kind.word(),
            Awaited::Lookup(_) => "lookup",
            Awaited::Task(_) => "task",
            Awaited::Tasks(..) => "tasks",
            Awaited::Branches(_) => "branches",
            Awaited::Group(_) => "group",
            Awaited::Thread(_) => "thread",
            Awaited::Limit(_) => "limit",
        }
    }
}
