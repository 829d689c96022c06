//! Room for what recurses.

/// Parsing, evaluating and dropping nested values recurse; nesting is bounded, but not by the two megabytes that
/// a test's thread has. Memory that is not touched costs nothing.
const STACK: usize = 64 << 20;

/// Runs something with room on the stack.
pub(super) fn with_room<T>(act: impl FnOnce() -> T) -> T {
    stacker::maybe_grow(STACK / 2, STACK, act)
}
