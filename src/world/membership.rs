//! What a task belongs to: a block of branches, or a group, which another task runs.
//!
//! Both are found by their frame, which stays in its place as long as they run.

use std::num::NonZeroU16;

use crate::expression::value::TaskId;

/// A frame's place, counted from the bottom of its task's stack; how deep that may get is bounded. One more, so
/// that an absent one takes no room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FrameIndex(NonZeroU16);

impl FrameIndex {
    /// The one at a place.
    pub fn new(index: usize) -> FrameIndex {
        FrameIndex(NonZeroU16::MIN.saturating_add(index as u16))
    }

    /// Its place.
    pub fn index(self) -> usize {
        self.0.get() as usize - 1
    }
}

/// The block of branches, or the group, that a task belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct BranchOf {
    /// The task that runs the block.
    pub owner: TaskId,
    /// The block's frame.
    pub frame: FrameIndex,
    /// Which branch.
    pub index: u32,
}

/// A group, as those see it who spawn tasks into it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct GroupOf {
    /// The task that runs the group's body.
    pub owner: TaskId,
    /// The group's frame.
    pub frame: FrameIndex,
}
