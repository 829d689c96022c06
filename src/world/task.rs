//! A task of a run: where it stands, what it owes, what it waits for.

use std::num::NonZeroU32;
use std::sync::Arc;

use thin_vec::ThinVec;

use super::frame::Frame;
use super::line::Line;
use super::resource::Grant;
use super::variables::EnvironmentId;
use super::wait::Wait;
use crate::expression::code::SiteIndex;
use crate::expression::value::{ErrorValue, TaskId, Value};
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

    /// Where it stands.
    #[inline(always)]
    pub fn place(&self) -> Place {
        Place { body: self.body, position: self.position }
    }

    /// What is to interrupt it.
    #[inline]
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

    /// Is ready from now on, with what it was granted, because of an event.
    #[inline]
    pub fn wake(&mut self, grant: Grant, cause: Option<Sequence>) {
        self.phase = Phase::Ready;
        self.grant = grant;
        self.cause = cause;
    }

    /// Waits from now on; it did not before. What it waited for is forgotten, not dropped: it was nothing, and
    /// the compiler does not see that.
    #[inline]
    pub fn begin_wait(&mut self, wait: Wait) {
        let before = std::mem::replace(&mut self.wait, wait);
        debug_assert!(matches!(before, Wait::Nothing), "a task that runs waits for nothing");
        std::mem::forget(before);
        self.phase = Phase::Waiting;
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

/// Three cache lines, and what every step needs in the first.
const _: () = assert!(size_of::<Task>() == 192 && std::mem::offset_of!(Task, grant) == 64);

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

/// What interrupts a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Interrupt {
    /// A cancel.
    Cancel,
    /// The block of that frame is to end: its time is up, or a task of the group has failed.
    Block(u32),
}
