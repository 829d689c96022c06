//! The statement table: the one place that declares each statement.
//!
//! An entry says what a statement is called, which arguments, block and clauses it takes, what it is for,
//! and how it lowers itself to operations. Decoding, "did you mean" and help all come from it. To add a
//! statement, add an entry beside its relatives in the file of its theme.

/// The scenario that shows an entry: `scenarios/statements/put.scenario` is that of `put`. It is a test like
/// every other.
macro_rules! example {
    ($name:literal) => {
        include_str!(concat!("../../scenarios/statements/", $name, ".scenario"))
    };
}

pub mod cache;
mod call;
pub mod context;
pub mod declaration;
pub mod events;
pub mod fault;
pub mod file;
pub mod flow;
pub mod gather;
pub mod kinds;
pub mod limit;
pub mod lower;
pub mod observe;
pub mod queue;
pub mod service;
pub mod signal;
pub mod stream;
pub mod task;
pub mod time;
mod wait;
pub mod words;

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::ast::{EntryIndex, Statement};
use crate::plan::builder::Builder;
use crate::plan::op::Into;

/// A statement or declaration.
pub struct Entry {
    /// The word it begins with.
    pub name: &'static str,
    /// Where it may stand.
    pub role: Role,
    /// How it is usually written, in the text form.
    pub usage: &'static str,
    /// What it does, in a sentence.
    pub help: &'static str,
    /// A scenario in the text form that shows it.
    pub example: &'static str,
    /// Its arguments, in the order in which they may be given without a name.
    pub arguments: &'static [Argument],
    /// Which block it takes.
    pub block: BlockShape,
    /// Which clauses may follow its block.
    pub clauses: Clauses,
    /// Whether `x = ...` may stand before it.
    pub result: Yields,
    /// What that is, in a phrase; its block's value if nothing else is said.
    pub gives: &'static str,
    /// Whether it can wait, and so takes `timeout:`.
    pub waits: Waits,
    /// Whether it declares a resource, and so takes `count:`.
    pub declares: Declares,
    /// Whether a monitor may do it.
    pub effect: Effect,
    /// Emits its operations; the result goes to the given place.
    pub lower: fn(&mut Builder<'_>, &Statement, Into),
}

impl Entry {
    /// Whether it declares something under a name: in YAML there is a section of such names.
    pub fn is_named(&self) -> bool {
        let first = self.arguments.first().map(|first| first.kind);
        matches!(first, Some(Kind::Name | Kind::Signature | Kind::Path))
    }
}

/// Where an entry may stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// In a block.
    Statement,
    /// At top level.
    Declaration,
    /// In `expect`.
    Expectation,
}

/// An argument of an entry.
pub struct Argument {
    /// Its name.
    pub name: &'static str,
    /// What it takes.
    pub kind: Kind,
    /// Whether it must be given.
    pub need: Need,
    /// What it is for, in a phrase.
    pub help: &'static str,
    /// Whether `as` may follow it.
    pub binds: Binds,
}

/// Whether an argument takes `as` and a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Binds {
    /// It does not.
    Nothing,
    /// It does.
    Name,
}

/// Whether an argument must be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// It must.
    Required,
    /// It may be left out.
    Optional,
}

/// What an argument takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Any value.
    Any,
    /// Text, a template: in YAML a plain scalar is text here.
    Text,
    /// A duration, or a range of durations to draw from.
    Duration,
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// `true` or `false`, or a comparison.
    Condition,
    /// `5%` or `0.05`.
    Probability,
    /// `2/1s`.
    Rate,
    /// One of some words.
    Word(&'static [&'static str]),
    /// Kinds of errors.
    Kinds,
    /// One kind of error, or a caught error.
    Kind,
    /// Kinds of events.
    Events,
    /// Patterns for names, as texts.
    Globs,
    /// A queue.
    Queue,
    /// A lock or semaphore.
    Permit,
    /// A lock, semaphore or limiter.
    Limit,
    /// What `with` enters: a lock, semaphore or breaker, or a call of a context.
    Hold,
    /// A call of a stream.
    Stream,
    /// An event, condition, barrier or promise.
    Signal,
    /// What `wait` waits for: a signal, a task or a list of tasks.
    Waited,
    /// A service.
    Service,
    /// A cache.
    Cache,
    /// A whole number, or the word `all`.
    CountOrAll,
    /// A whole number or a duration; the lowest goes first.
    Priority,
    /// A call of a task, or a value that is a task or a list of tasks.
    Task,
    /// A call of a task, or `name in list` for one branch each.
    TaskOrLoop,
    /// `name in list`.
    Loop,
    /// The name of a series of measured values.
    Series,
    /// The path of a file: text, a template.
    Path,
    /// An open file.
    File,
    /// A new name.
    Name,
    /// A new name with parameters: `f(a, b = 1)`.
    Signature,
}

/// Which block an entry takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockShape {
    /// None.
    Nothing,
    /// One or none.
    Optional,
    /// One.
    Required,
}

/// Which clauses may follow an entry's block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clauses {
    /// None.
    Nothing,
    /// `else if` and `else`.
    Alternatives,
    /// `catch`, `else` and `finally`.
    Handlers,
    /// `exit`, once.
    Exit,
}

/// Whether an entry has a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Yields {
    /// No.
    Nothing,
    /// Yes.
    Value,
}

/// Whether an entry can wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waits {
    /// It never does; or its block does, where `timeout` is a statement of its own.
    Never,
    /// It can; `timeout:` is a block round the whole of it.
    Maybe,
    /// It can, and lowers its `timeout:` itself, for it bounds only a part or ends in another way.
    Own,
}

/// Whether an entry changes something, or waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It does.
    Acts,
    /// It does not, as far as what stands in its block does not: a monitor may do it.
    Observes,
}

/// Whether an entry declares a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Declares {
    /// No.
    Nothing,
    /// It does; `count:` makes a list of them.
    Resource,
}

/// An entry that takes nothing, gives nothing and never waits: what others differ from.
const PLAIN: Entry = Entry {
    name: "",
    role: Role::Statement,
    usage: "",
    help: "",
    example: "",
    arguments: &[],
    block: BlockShape::Nothing,
    clauses: Clauses::Nothing,
    result: Yields::Nothing,
    gives: "its block's value, which is that of the last statement",
    waits: Waits::Never,
    declares: Declares::Nothing,
    effect: Effect::Acts,
    lower: |_, _, _| {},
};

/// An argument that must be given.
const fn required(name: &'static str, kind: Kind, help: &'static str) -> Argument {
    Argument { name, kind, need: Need::Required, help, binds: Binds::Nothing }
}

/// An argument that may be left out.
const fn optional(name: &'static str, kind: Kind, help: &'static str) -> Argument {
    Argument { name, kind, need: Need::Optional, help, binds: Binds::Nothing }
}

/// The same argument, with `as` and a name behind it, perhaps.
const fn binding(argument: Argument) -> Argument {
    Argument { binds: Binds::Name, ..argument }
}

/// The themes with their entries.
pub const THEMES: &[(&str, &[Entry])] = &[
    ("time", time::ENTRIES),
    ("flow", flow::ENTRIES),
    ("tasks", task::ENTRIES),
    ("groups", gather::ENTRIES),
    ("errors", fault::ENTRIES),
    ("queues", queue::ENTRIES),
    ("limits", limit::ENTRIES),
    ("signals", signal::ENTRIES),
    ("streams", stream::ENTRIES),
    ("contexts", context::ENTRIES),
    ("caches", cache::ENTRIES),
    ("services", service::ENTRIES),
    ("files", file::ENTRIES),
    ("observation", observe::ENTRIES),
    ("declarations", declaration::ENTRIES),
];

/// What finds entries at once: several are wanted for each line of a file.
struct Table {
    entries: Vec<&'static Entry>,
    by_name: HashMap<(&'static str, Role), EntryIndex>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| Table {
    entries: entries().map(|(_, entry)| entry).collect(),
    by_name: entries().map(|(index, entry)| ((entry.name, entry.role), index)).collect(),
});

/// All entries, in the order of their indices.
pub fn entries() -> impl Iterator<Item = (EntryIndex, &'static Entry)> {
    let all = THEMES.iter().flat_map(|(_, entries)| entries.iter());
    all.enumerate().map(|(index, entry)| (EntryIndex(index as u16), entry))
}

/// The entry of an index that [`find`] gave.
pub fn entry(index: EntryIndex) -> &'static Entry {
    TABLE.entries.get(index.0 as usize).copied().unwrap_or(&PLAIN)
}

/// The entry of a name, among those that may stand in the given place.
pub fn find(name: &str, role: Role) -> Option<(EntryIndex, &'static Entry)> {
    let index = *TABLE.by_name.get(&(name, role))?;
    Some((index, entry(index)))
}
