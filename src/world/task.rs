//! A task of a run: where it stands, what it owes, what it waits for.

use std::sync::Arc;

use thin_vec::ThinVec;

use super::draws::{DrawCount, NearDraw};
use super::frame::Frame;
use super::line::Line;
use super::membership::{BranchOf, GroupOf};
use super::resource::Grant;
use super::resource::semaphore::{Claim, Permit};
use super::variables::{EnvironmentId, Home};
use super::wait::Wait;
use crate::expression::value::{ErrorValue, ResourceId, Value};
use crate::plan::{BodyIndex, Place, Position};
use crate::trace::Sequence;

/// A task.
///
/// Two cache lines: with many tasks, the lines that a step touches are what it costs. What every step needs
/// fills the first. What few tasks have is kept apart.
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
    /// A number made from its path: part of what its random values depend on.
    pub path: u64,
    /// How often the first of its sites has drawn: most tasks draw at one only.
    pub(super) first_draw: Option<NearDraw>,
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
    /// What it owes to the blocks it is in, the innermost last.
    pub frames: ThinVec<Frame>,
    /// The block of branches, or the group, it belongs to.
    pub branch: Option<BranchOf>,
    depth: u16,
    ending: Ending,
    rare: Option<Box<Rare>>,
    /// The same as the first draw, of a second site.
    pub(super) second_draw: Option<NearDraw>,
    /// What the first site will draw next; without meaning until one has been made ahead.
    pub(super) next_draw: u64,
}

/// How a task ended, as far as there is room for it in each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ending {
    /// Not yet.
    Unfinished,
    /// With nothing as its result.
    DoneWithNothing,
    /// By a cancel.
    Cancelled,
    /// As is kept apart.
    Kept,
}

/// What few tasks have.
#[derive(Clone, Debug, Default)]
pub(super) struct Rare {
    completion: Completion,
    waiters: Line,
    group: Option<GroupOf>,
    children: Vec<(Arc<str>, u32)>,
    pub(super) other_draws: Vec<DrawCount>,
}

/// How a task goes on in its turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resumption {
    /// With the operation at its position.
    Here,
    /// With the one behind that.
    Behind,
    /// Likewise, with the item of a queue that it was promised.
    With(ResourceId),
    /// Likewise, with the permit or token that it was granted.
    Holding(ResourceId),
    /// In a way that takes more.
    AtLength,
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
        Origin { depth, path }: Origin,
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
            path,
            first_draw: None,
            interrupted_frame: 0,
            interrupted_by: InterruptedBy::Nothing,
            phase: Phase::New,
            asked: Asked::No,
            error: Attention::Unobserved,
            grant: Grant::Nothing,
            since,
            frames: ThinVec::new(),
            branch,
            depth: depth as u16,
            ending: Ending::Unfinished,
            rare: None,
            second_draw: None,
            next_draw: 0,
        }
    }

    /// Where it stands.
    #[inline(always)]
    pub fn place(&self) -> Place {
        Place { body: self.body, position: self.position }
    }

    /// Where its own variables lie.
    #[inline(always)]
    pub fn home(&self) -> Home {
        self.environment.map_or(Home::NOWHERE, EnvironmentId::home)
    }

    /// How many tasks are above it: none above those that start by themselves. How many that may be is bounded.
    pub fn depth(&self) -> u32 {
        u32::from(self.depth)
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

    /// Whether something is to interrupt it.
    #[inline(always)]
    pub fn is_interrupted(&self) -> bool {
        self.interrupted_by != InterruptedBy::Nothing
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

    /// Begins a turn after a wait: how it goes on. Waits for what owned nothing, which come by the million, end
    /// here; but one for an item only where that is taken.
    #[inline(always)]
    pub fn resume(&mut self) -> Resumption {
        if self.is_interrupted() {
            return Resumption::AtLength;
        }
        let resumption = match (&self.wait, self.grant) {
            (Wait::Nothing, _) => return Resumption::Here,
            (Wait::Get(queue), Grant::Given) => return Resumption::With(*queue),
            (Wait::Sleep(_), _) => Resumption::Behind,
            (Wait::Acquire(limit), Grant::Given) => Resumption::Holding(*limit),
            _ => return Resumption::AtLength,
        };
        self.end_plain_wait();
        self.grant = Grant::Nothing;
        resumption
    }

    /// Waits from now on; it did not before. What it waited for is forgotten, not dropped: it was nothing, and
    /// the compiler does not see that.
    #[inline(always)]
    pub fn begin_wait(&mut self, wait: Wait) {
        let before = std::mem::replace(&mut self.wait, wait);
        debug_assert!(matches!(before, Wait::Nothing), "a task that runs waits for nothing");
        std::mem::forget(before);
        self.phase = Phase::Waiting;
    }

    /// Waits no more for what owned nothing: that is forgotten likewise.
    #[inline(always)]
    pub fn end_plain_wait(&mut self) {
        std::mem::forget(std::mem::replace(&mut self.wait, Wait::Nothing));
    }

    /// Owes a permit back from here, if that is how it was claimed.
    #[inline(always)]
    pub fn claim(&mut self, claim: Claim, resource: ResourceId, permit: Permit) {
        if claim == Claim::Owed {
            self.frames.push(Frame::Hold(resource, permit));
        }
    }

    /// Counts a child of a name; how many of that name it has now.
    pub fn count_child(&mut self, label: &Arc<str>) -> u32 {
        let children = &mut self.rare().children;
        match children.iter_mut().find(|(made, _)| made == label) {
            Some((_, count)) => {
                *count += 1;
                *count
            }
            None => {
                children.push((label.clone(), 1));
                1
            }
        }
    }

    /// The group that owns what it spawns.
    pub fn group(&self) -> Option<GroupOf> {
        self.rare.as_ref()?.group
    }

    /// Changes the group that owns what it spawns; gives back the one before.
    pub fn set_group(&mut self, group: Option<GroupOf>) -> Option<GroupOf> {
        if group.is_none() && self.rare.is_none() {
            return None;
        }
        std::mem::replace(&mut self.rare().group, group)
    }

    /// Who waits for its end.
    pub fn waiters(&mut self) -> &mut Line {
        &mut self.rare().waiters
    }

    /// Takes the line of those who wait for its end.
    pub fn take_waiters(&mut self) -> Line {
        self.rare.as_mut().map(|rare| std::mem::take(&mut rare.waiters)).unwrap_or_default()
    }

    /// How it ended.
    pub fn completion(&self) -> &Completion {
        match (self.ending, &self.rare) {
            (Ending::Kept, Some(rare)) => &rare.completion,
            (Ending::DoneWithNothing, _) => &Completion::Done(Value::Null),
            (Ending::Cancelled, _) => &Completion::Cancelled,
            (Ending::Unfinished | Ending::Kept, _) => &Completion::Unfinished,
        }
    }

    /// Ends it, and gives back what only a task that has not ended needs.
    pub fn end(&mut self, completion: Completion) {
        self.phase = Phase::Ended;
        self.frames = ThinVec::new();
        if let Some(rare) = &mut self.rare {
            (rare.children, rare.other_draws) = (Vec::new(), Vec::new());
        }
        self.ending = match completion {
            Completion::Unfinished => Ending::Unfinished,
            Completion::Done(Value::Null) => Ending::DoneWithNothing,
            Completion::Cancelled => Ending::Cancelled,
            kept => {
                self.rare().completion = kept;
                Ending::Kept
            }
        };
    }

    pub(super) fn rare(&mut self) -> &mut Rare {
        self.rare.get_or_insert_default()
    }
}

const _: () = assert!(size_of::<Task>() == 128 && std::mem::offset_of!(Task, grant) == 64);

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
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum Completion {
    /// Not yet.
    #[default]
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

/// Where a task comes from.
#[derive(Clone, Copy, Debug)]
pub struct Origin {
    /// How many tasks are above it.
    pub depth: u32,
    /// A number made from its path.
    pub path: u64,
}

/// What interrupts a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Interrupt {
    /// A cancel.
    Cancel,
    /// The block of that frame is to end: its time is up, or a task of the group has failed.
    Block(u32),
}
