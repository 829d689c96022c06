//! Describe a concurrent system in a file, run it in exact virtual time, keep the trace as a test.
//!
//! Data flows one way, and each module uses only those before it:
//!
//! 1. [`source`]: a file's text and places in it; [`diagnostic`]: what is wrong there;
//!    [`random`](mod@random): random numbers as a pure function.
//! 2. [`syntax`]: both front ends, YAML and the text form, give one generic tree of nodes;
//!    [`expression`]: the expressions inside.
//! 3. [`ast`]: statements recognised; [`decode`] makes it from nodes by the [`statement`] table.
//! 4. [`plan`]: flat operations with every name resolved; [`compile`] makes it, each statement lowering
//!    itself.
//!    [`format`](mod@format) writes a file in canonical layout or in the other form.
//! 5. [`trace`]: events and outcomes; [`world`]: tasks, resources, timers as plain data, stepped one task
//!    at a time.
//! 6. [`driver`]: runs a world, as a graph of tokio tasks or in a plain loop; [`render`]: shows the trace.
//! 7. [`snapshot`]: an accepted trace, as insta keeps it in a file, and how another differs from it.
//! 8. [`reference`](mod@reference): the language in words, made from the tables.
//! 9. [`cli`]: the command line.

pub mod ast;
pub mod cli;
pub mod compile;
pub mod decode;
pub mod diagnostic;
pub mod driver;
pub mod expression;
pub mod format;
pub mod host;
mod library;
pub mod load;
pub mod plan;
pub mod random;
mod read;
pub mod reference;
pub mod render;
pub mod snapshot;
pub mod source;
pub mod statement;
mod suite;
pub mod syntax;
pub mod trace;
pub mod world;

pub use driver::{Driver, run};
pub use host::{Call, HostError, Value};
pub use library::{
    BlockedTask, Deadlock, Diagnostic, Error, Event, Events, Expectation, Failure, HostFailure, Outcome, Run,
    Scenario, Severity, Stop, Trace,
};
pub use load::{Load, Loaded, load};
pub use world::Limits;

#[cfg(feature = "insta")]
#[doc(hidden)]
pub use library::testing;
