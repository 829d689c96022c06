//! The library: scenarios as values of Rust.
//!
//! Nothing here decides anything about a run. It loads by [`load`](crate::load), runs by a
//! [`driver`](crate::driver), shows by [`render`](crate::render), and gives what comes of that names and types
//! which do not change with the engine.

mod diagnostic;
mod event;
mod outcome;
mod run;
mod scenario;
mod stack;
#[cfg(feature = "insta")]
pub mod testing;

pub use diagnostic::{Diagnostic, Error, Severity};
pub use event::{Event, Events, Trace};
pub use outcome::{BlockedTask, Deadlock, Expectation, Failure, HostFailure, Outcome, Stop};
pub use run::Run;
pub use scenario::Scenario;
