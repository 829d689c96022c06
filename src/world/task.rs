//! A task of a run: where it stands, what it owes, what it waits for.

use std::num::NonZeroU32;
use std::sync::Arc;

use thin_vec::ThinVec;

use super::caches::Lookup;
use super::coroutine::Coroutine;
use super::line::Line;
use super::resource::Grant;
use super::resource::breaker::Period;
use super::resource::condition::WaitNumber;
use super::resource::queue::Priority;
use super::threads::Work;
use super::timer::TimerKey;
use super::variables::EnvironmentId;
use crate::expression::code::{SiteIndex, Slot};
use crate::expression::value::{ErrorValue, Mode, OpenFile, ResourceId, TaskId, Value};
use crate::plan::op::{Gathering, Into, Wanted};
use crate::plan::{BodyIndex, Place, Position};
use crate::trace::Sequence;

/// A task.
///
/// What every step needs comes first and fills one cache line: with many tasks, the lines that a step touches
/// are what it costs.
#[derive(Clone, Debug)]
#[repr(C, align(64))]
pub struct Task {
    /// Where it runs.
    pub body: BodyIndex,
    /// The operation that it runs next, or waits in.
    pub position: Position,
    /// Its variables.
    pub environment: Option<EnvironmentId>,
    /// The event that made its next one possible.
    pub cause: Option<Sequence>,
    /// What it waits for, or waited for until it was made ready.
    pub wait: Wait,
    /// What it owes to the blocks it is in, the innermost last.
    pub frames: ThinVec<Frame>,
    /// How often the first of its sites has drawn: most tasks draw at one only.
    first_draw: Option<FirstDraw>,
    /// The frame of what is to interrupt it.
    interrupted_frame: u32,
    /// What is to interrupt it.
    interrupted_by: InterruptedBy,
    /// Whether it is ready, waits or has ended.
    pub phase: Phase,
    /// Whether it has been asked to end, and has not refused.
    pub asked: Asked,
    /// Whether somebody took its error.
    pub error: Attention,
    /// What was granted to it while it waited.
    pub grant: Grant,
    /// Since when it waits, in nanoseconds.
    pub since: u64,
    /// Who made it.
    pub origin: Origin,
    /// The block of branches, or the group, it belongs to.
    pub branch: Option<BranchOf>,
    /// How it ended.
    pub completion: Completion,
    /// Who waits for its end.
    pub waiters: Line,
    /// The group that owns what it spawns.
    pub group: Option<GroupOf>,
    /// How many children it has made, by name.
    pub children: ThinVec<(Arc<str>, u32)>,
    /// How often its other sites have drawn.
    other_draws: ThinVec<DrawCount>,
}

/// How often a site has drawn, in few bits, for every task has one. A site beyond them is among the others.
#[derive(Clone, Copy, Debug)]
struct FirstDraw {
    body: u16,
    site: u16,
    /// One more than there were, so that an absent one takes no room.
    next: NonZeroU32,
}

/// How often a site has drawn.
#[derive(Clone, Copy, Debug)]
struct DrawCount {
    body: BodyIndex,
    site: SiteIndex,
    count: u32,
}

/// What is to interrupt a task, without the frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum InterruptedBy {
    Nothing,
    Cancel,
    Block,
}

impl Task {
    /// A task that has not taken its first step; `since` is now, in nanoseconds.
    pub fn new(
        body: BodyIndex,
        origin: Origin,
        branch: Option<BranchOf>,
        since: u64,
        cause: Option<Sequence>,
    ) -> Task {
        Task {
            body,
            position: Position(0),
            environment: None,
            cause,
            wait: Wait::Nothing,
            frames: ThinVec::new(),
            first_draw: None,
            interrupted_frame: 0,
            interrupted_by: InterruptedBy::Nothing,
            phase: Phase::New,
            asked: Asked::No,
            error: Attention::Unobserved,
            grant: Grant::Nothing,
            since,
            completion: Completion::Unfinished,
            waiters: Line::default(),
            branch,
            group: None,
            origin,
            children: ThinVec::new(),
            other_draws: ThinVec::new(),
        }
    }

    /// What is to interrupt it.
    pub fn interrupt(&self) -> Option<Interrupt> {
        match self.interrupted_by {
            InterruptedBy::Nothing => None,
            InterruptedBy::Cancel => Some(Interrupt::Cancel),
            InterruptedBy::Block => Some(Interrupt::Block(self.interrupted_frame)),
        }
    }

    /// Changes what is to interrupt it; gives back what was.
    pub fn set_interrupt(&mut self, interrupt: Option<Interrupt>) -> Option<Interrupt> {
        let before = self.interrupt();
        (self.interrupted_by, self.interrupted_frame) = match interrupt {
            None => (InterruptedBy::Nothing, 0),
            Some(Interrupt::Cancel) => (InterruptedBy::Cancel, 0),
            Some(Interrupt::Block(frame)) => (InterruptedBy::Block, frame),
        };
        before
    }

    /// Counts a draw at a site of a body; how many there were before it.
    pub fn count_draw(&mut self, body: BodyIndex, site: SiteIndex) -> u32 {
        if let (Ok(body), Ok(site)) = (u16::try_from(body.0), u16::try_from(site.0)) {
            let first = self.first_draw.get_or_insert(FirstDraw { body, site, next: NonZeroU32::MIN });
            if first.body == body && first.site == site {
                let count = first.next.get() - 1;
                first.next = first.next.saturating_add(1);
                return count;
            }
        }
        let is_it = |entry: &DrawCount| entry.body == body && entry.site == site;
        let index = self.other_draws.iter().position(is_it).unwrap_or_else(|| {
            self.other_draws.push(DrawCount { body, site, count: 0 });
            self.other_draws.len() - 1
        });
        self.other_draws[index].count += 1;
        self.other_draws[index].count - 1
    }

    /// Gives back what only a task that has not ended needs.
    pub fn clear(&mut self) {
        self.frames = ThinVec::new();
        self.children = ThinVec::new();
        self.other_draws = ThinVec::new();
    }
}

/// Three cache lines.
const _: () = assert!(size_of::<Task>() == 192);

/// Whether a task is ready, waits or has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Phase {
    /// Has not taken its first step.
    New,
    /// In the ready queue, after a wait.
    Ready,
    /// Takes a step now.
    Running,
    /// Waits.
    Waiting,
    /// Has ended.
    Ended,
}

/// How a task ended.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Completion {
    /// Not yet.
    Unfinished,
    /// With a result.
    Done(Value),
    /// With an error.
    Failed(Arc<ErrorValue>),
    /// By a cancel.
    Cancelled,
}

/// Whether somebody took a task's error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Attention {
    /// Nobody yet.
    Unobserved,
    /// Somebody awaited the task, polled its error, or owns it.
    Observed,
}

/// Whether a task has been asked to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Asked {
    /// Not yet, or it caught the cancel and goes on.
    No,
    /// A cancel is under way: whoever owns the task need not ask again.
    ToEnd,
}

/// Who made a task.
#[derive(Clone, Debug)]
pub struct Origin {
    /// The task that made it.
    pub parent: Option<TaskId>,
    /// How many tasks are above it.
    pub depth: u32,
    /// A number made from its path: part of what its random values depend on.
    pub path: u64,
}

/// The block of branches, or the group, that a task belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct BranchOf {
    /// The task that runs the block.
    pub owner: TaskId,
    /// The block's frame, counted from the bottom of the owner's stack.
    pub frame: u32,
    /// Which branch.
    pub index: u32,
}

/// A group, as those see it who spawn tasks into it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct GroupOf {
    /// The task that runs the group's body.
    pub owner: TaskId,
    /// The group's frame, counted from the bottom of the owner's stack.
    pub frame: u32,
}

/// What a task owes to a block it is in.
#[derive(Clone, Debug)]
pub enum Frame {
    /// A called body: where to go on afterwards.
    Call {
        /// The caller's body.
        body: BodyIndex,
        /// The call.
        position: Position,
        /// The caller's variables.
        environment: EnvironmentId,
        /// Where the result goes.
        into: Into,
    },
    /// Errors go to the handler.
    Try {
        /// Where to go.
        handler: Position,
        /// Where the error goes.
        error: Slot,
    },
    /// Every way out goes through the handler.
    Finally(Position),
    /// Runs such a handler; what was under way, if anything, goes on afterwards.
    Cleanup(Option<Box<Signal>>),
    /// A block with a timeout.
    Timeout {
        /// Its alarm; gone once it has fired.
        timer: Option<TimerKey>,
        /// After so many nanoseconds.
        after: u64,
        /// Whether the interruption under way is this timeout's.
        expiry: Expiry,
    },
    /// A lock or permit to give back.
    Hold(ResourceId),
    /// A breaker to tell how the block ended, and in which of its periods it was let in.
    Guard(ResourceId, Period),
    /// A block of branches, or a group.
    Gather(Box<Gather>),
    /// A computation for a cache, which others may wait for.
    Lookup(Box<Lookup>),
    /// A stream that is walked, or a context that has been entered.
    Coroutine(Box<Coroutine>),
}

/// Whether the interruption under way is a timeout's, or a group's, own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Expiry {
    /// It is not: a cancel passes through.
    Pending,
    /// It is: at the block's edge the cancel becomes a `Timeout`, or a `GroupError`.
    Fired,
}

/// A block of branches, or a group, while it runs.
#[derive(Clone, Debug)]
pub struct Gather {
    /// How it ends.
    pub gathering: Gathering,
    /// How many may run at once.
    pub limit: u32,
    /// How many run.
    pub running: u32,
    /// Every branch made so far.
    pub branches: Vec<TaskId>,
    /// Their results, as far as they have ended; a group has none.
    pub results: Vec<Value>,
    /// What it comes to, as soon as that is known.
    pub decision: Decision,
    /// What is under way while the branches come to their end.
    pub pending: Option<Signal>,
    /// Whether the interruption of a group's body is the group's own.
    pub expiry: Expiry,
    /// The group round a group.
    pub around: Option<GroupOf>,
    /// Where it begins.
    pub place: Place,
}

/// What a block of branches comes to.
#[derive(Clone, Debug)]
pub enum Decision {
    /// It is not known yet; the results will tell.
    Open,
    /// A value.
    Value(Value),
    /// An error.
    Error(Arc<ErrorValue>),
    /// A group's errors, in the order of failing.
    Errors(Vec<Value>),
}

/// What is under way while frames are taken off.
#[derive(Clone, Debug)]
pub enum Signal {
    /// A `return`.
    Return(Value),
    /// A `break` or `continue`.
    Leave {
        /// How many frames stay.
        keep: u32,
        /// Where to go on.
        target: Position,
    },
    /// An error; a cancel is one of kind `Cancelled`.
    Fail(Arc<ErrorValue>),
}

/// What interrupts a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Interrupt {
    /// A cancel.
    Cancel,
    /// The block of that frame is to end: its time is up, or a task of the group has failed.
    Block(u32),
}

/// What a task waits for.
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
    /// Its work on a thread.
    Offload(Work),
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
    /// A notification of a condition.
    Condition(ResourceId, WaitNumber),
    /// Tasks to end, one after another.
    Tasks(Box<Awaiting>),
    /// A value of a cache that another task computes.
    Lookup(Box<Lookup>),
    /// The price of a call on a file, which is made then.
    File(TimerKey, Box<FileCall>),
    /// Some of several tasks to end, or a time.
    Watch(Box<Watch>),
    /// One more branch to be allowed.
    Room,
    /// All branches to end.
    Branches,
    /// The tasks that it awaited to end, after it was interrupted.
    Drain(Box<Draining>),
}

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
