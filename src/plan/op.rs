//! The operations: the small set that all statements lower to.
//!
//! An operation is a few numbers and is copied, never allocated. One that must wait is resumed by the
//! world, not run again.

pub use super::operand::{Arguments, Caught, Gathering, Into, Ownership, Taker, Wanted, Which};
use super::{BodyIndex, CodeIndex, ExtraIndex, HostIndex, Position};
use crate::expression::code::Slot;
use crate::expression::value::ResourceId;

/// One operation. Its tag is a number of its own, so that to look it up costs nothing.
#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(u8, align(32))]
pub enum Op {
    /// Evaluates and assigns.
    Assign {
        /// Where to.
        into: Into,
        /// What.
        value: CodeIndex,
    },
    /// Assigns inside a list or map: `m[k] = v`.
    AssignItem {
        /// The variable.
        into: Into,
        /// The indices, in [`Plan::paths`](super::Plan).
        path: ExtraIndex,
        /// What.
        value: Slot,
    },
    /// Appends to a list in a slot.
    Append {
        /// The list.
        list: Slot,
        /// What.
        value: Slot,
    },
    /// Goes elsewhere.
    Jump(Position),
    /// Goes elsewhere unless the condition holds.
    JumpUnless {
        /// The condition.
        condition: CodeIndex,
        /// Where to.
        target: Position,
    },
    /// Begins a walk over a list, range, map, text or queue.
    Walk {
        /// What is walked.
        iterable: CodeIndex,
        /// Where that goes; the slot behind it counts. Of a range of whole numbers the two keep the end and
        /// the next number.
        into: Slot,
    },
    /// Takes the next item of what is walked; goes elsewhere when there is none.
    Next {
        /// The walk's first slot.
        iterable: Slot,
        /// The first slot for the item's parts.
        into: Slot,
        /// How many parts it is taken apart into.
        parts: u16,
        /// Who takes it.
        taker: Taker,
        /// Where to go at the end.
        exit: Position,
    },
    /// Opens a stream: its body runs when an item is wanted.
    Open {
        /// The stream's body.
        body: BodyIndex,
        /// The arguments.
        arguments: Arguments,
    },
    /// Lets the innermost stream run until it hands out an item; goes elsewhere when it has ended.
    Pull {
        /// The first slot for the item's parts.
        into: Slot,
        /// How many parts it is taken apart into.
        parts: u16,
        /// Where to go at the end.
        exit: Position,
    },
    /// Hands an item out to whoever pulls.
    Yield(CodeIndex),
    /// Enters a context: what it returns goes to its place, and its exit is owed from here.
    Enter {
        /// The context's body.
        body: BodyIndex,
        /// The arguments.
        arguments: Arguments,
        /// Where the result goes.
        into: Into,
    },
    /// Leaves frames behind on the way to a `break` or `continue`: runs what they owe, then jumps.
    Leave {
        /// How many frames of the present call stay.
        keep: u16,
        /// Where to.
        target: Position,
    },
    /// Runs a task's body here.
    Call {
        /// The body.
        body: BodyIndex,
        /// The arguments.
        arguments: Arguments,
        /// Where the result goes.
        into: Into,
    },
    /// Ends the call, or the task.
    Return(CodeIndex),
    /// Makes a task.
    Spawn {
        /// Its body.
        body: BodyIndex,
        /// The arguments.
        arguments: Arguments,
        /// Its name, if the statement gives one.
        name: Option<CodeIndex>,
        /// Where the task goes.
        into: Into,
    },
    /// Makes a branch of the innermost block of branches.
    Branch {
        /// Its body.
        body: BodyIndex,
        /// The arguments.
        arguments: Arguments,
    },
    /// Begins a block of branches.
    Gather {
        /// How it ends.
        gathering: Gathering,
        /// How many run at once; absent: all.
        limit: Option<CodeIndex>,
    },
    /// Waits until one more branch may run; goes elsewhere if the block is decided meanwhile.
    Room(Position),
    /// Waits until the block's branches, or the tasks of the group, have ended.
    Gathered {
        /// Where the results go.
        into: Into,
    },
    /// Waits for the end of a task, or of each task of a list.
    Await {
        /// The task or tasks.
        tasks: CodeIndex,
        /// Whether giving up the wait cancels them.
        ownership: Ownership,
        /// Where the result goes.
        into: Into,
    },
    /// Cancels a task or each task of a list.
    Cancel(CodeIndex),
    /// Waits for a time; zero lets everybody else run first.
    Sleep(CodeIndex),
    /// Moves the clock on while nobody else runs.
    Block(CodeIndex),
    /// Works for a time on a thread of the pool; the others go on.
    Offload(CodeIndex),
    /// Logs.
    Log(ExtraIndex),
    /// From here errors go to the handler.
    Try {
        /// Where to go.
        handler: Position,
        /// Where the error goes.
        error: Slot,
    },
    /// Ends a `try`, a timeout, a hold, a stream or a context: takes the frame off and pays what it owes.
    End,
    /// Goes elsewhere unless the error is of the kinds; says that it was caught otherwise.
    Catch {
        /// The error.
        error: Slot,
        /// The kinds, in [`Plan::kinds`](super::Plan).
        kinds: ExtraIndex,
        /// Where to go otherwise.
        otherwise: Position,
        /// What becomes of the error.
        caught: Caught,
    },
    /// Raises the error in a slot again.
    Again(Slot),
    /// From here every way out goes through the handler.
    Finally(Position),
    /// Begins the cleanup on the normal way.
    Cleanup,
    /// Ends the cleanup; what was under way goes on.
    EndCleanup,
    /// Raises an error.
    Fail {
        /// Its kind: text, or an error to raise again.
        kind: CodeIndex,
        /// Its message.
        message: Option<CodeIndex>,
    },
    /// From here, for so long.
    Timeout(CodeIndex),
    /// Says that a failed attempt will be repeated.
    Retry {
        /// The attempt's number.
        attempt: Slot,
        /// The wait before the next.
        delay: Slot,
    },
    /// Puts an item into a queue.
    Put {
        /// The queue.
        queue: Which,
        /// The item.
        item: CodeIndex,
        /// How urgent it is.
        priority: Option<CodeIndex>,
    },
    /// Takes an item from a queue.
    Get {
        /// The queue.
        queue: Which,
        /// Where the item goes.
        into: Into,
    },
    /// Marks an item of a queue as done.
    Done(CodeIndex),
    /// Waits until a queue's items are done.
    Join(CodeIndex),
    /// Closes a queue.
    Close(CodeIndex),
    /// Takes a lock, permit or token.
    Acquire(Which),
    /// Gives a lock or permit back.
    Release(CodeIndex),
    /// Takes a lock or permit and owes it back from here; or is let in by a breaker, and owes it the news.
    Hold(Which),
    /// What a timeout was for has been entered: takes its frame off, below the innermost one.
    Entered,
    /// Waits for an event, condition, barrier or promise.
    WaitFor {
        /// For what.
        what: CodeIndex,
        /// For a condition: what must hold.
        until: Option<CodeIndex>,
        /// Where the result goes.
        into: Into,
    },
    /// Goes elsewhere if a value is a signal or another resource.
    JumpIfResource {
        /// The value.
        value: Slot,
        /// Where to.
        target: Position,
    },
    /// Waits for tasks to end, or for so long, and tells which have.
    WaitTasks {
        /// The task or tasks.
        tasks: CodeIndex,
        /// Which of them.
        wanted: Wanted,
        /// For how long at most.
        timeout: Option<CodeIndex>,
        /// Where the result goes.
        into: Into,
    },
    /// Sets an event.
    Set(CodeIndex),
    /// Clears an event, or mends a barrier.
    Clear(CodeIndex),
    /// Wakes tasks that wait for a condition.
    Notify {
        /// The condition.
        condition: CodeIndex,
        /// How many; absent: all.
        count: Option<CodeIndex>,
    },
    /// Breaks a barrier.
    Abort(CodeIndex),
    /// Settles a promise with a value.
    Resolve {
        /// The promise.
        promise: CodeIndex,
        /// The value.
        value: CodeIndex,
    },
    /// Settles a promise with an error.
    Reject {
        /// The promise.
        promise: CodeIndex,
        /// The error's kind: text, or an error.
        kind: CodeIndex,
        /// Its message.
        message: Option<CodeIndex>,
    },
    /// Adds a value to a series.
    Measure {
        /// The series.
        series: ResourceId,
        /// The value.
        value: CodeIndex,
    },
    /// Waits for a monitor's next time.
    Tick,
    /// Gives what a cache has for a key; otherwise from here the value is being computed.
    Lookup {
        /// The cache.
        cache: CodeIndex,
        /// The key.
        key: CodeIndex,
        /// Where the value goes.
        into: Into,
        /// Where to go if it is there.
        found: Position,
    },
    /// Keeps the value that was computed.
    Keep {
        /// The value.
        value: Slot,
        /// Where it goes, too.
        into: Into,
    },
    /// Takes a key's value, or all, out of a cache.
    Evict {
        /// The cache.
        cache: CodeIndex,
        /// The key; absent: all.
        key: Option<CodeIndex>,
    },
    /// Opens a file.
    OpenFile {
        /// Its path.
        path: CodeIndex,
        /// What for; absent: to read it.
        mode: Option<CodeIndex>,
        /// Where the opened file goes.
        into: Slot,
    },
    /// Reads the rest of a file.
    ReadFile {
        /// The opened file.
        file: CodeIndex,
        /// Where the text goes.
        into: Into,
    },
    /// Writes to a file.
    WriteFile {
        /// The opened file.
        file: CodeIndex,
        /// What is written.
        text: CodeIndex,
    },
    /// Closes a file, however often.
    CloseFile(Slot),
    /// Takes a file away.
    DeleteFile(CodeIndex),
    /// Asks a service: waits for a connection, and owes it back from here.
    Request {
        /// The service.
        service: Slot,
        /// The first of the slots that hold the path, the method and the body.
        sent: Slot,
    },
    /// Begins a call of a host function, with the values of the body's parameters; where nobody has registered
    /// it, goes on behind the next operation.
    CallHost(HostIndex),
    /// Waits for the host function, which may ask for something on the way.
    AwaitHost,
    /// Runs the service's body here.
    Serve {
        /// The service.
        service: Slot,
        /// The first of the slots that hold the path, the method and the body.
        sent: Slot,
        /// Where what the body returns goes.
        answer: Slot,
    },
    /// Makes an answer of what a service returned.
    Respond {
        /// The service.
        service: Slot,
        /// What it returned.
        answer: Slot,
        /// Where the answer goes.
        into: Into,
    },
    /// Does nothing but evaluate: a line that is an expression.
    Evaluate(CodeIndex),
}
