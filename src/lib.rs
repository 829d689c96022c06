//! Describe a concurrent system in a file, run it in exact virtual time, keep the trace as a test.
//!
//! A scenario file tells of tasks, sleeps, queues, limits, failures, retries and timeouts; the same file always gives
//! the same trace. `scenario help` explains the language, and `scenario reference` prints all of it on one page.
//!
//! # Load, run, look
//!
//! ```
//! use scenario::{Outcome, Scenario};
//!
//! let run = Scenario::from_path("scenarios/limits/patience.scenario")?.seed(7).run()?;
//! assert!(run.holds(), "{}", run.report());
//! assert!(matches!(run.outcome(), Outcome::Ok(_)));
//! let waits = run.trace().iter().filter(|event| event.kind() == "wait").count();
//! assert_eq!(waits, 3);
//! println!("{}", run.text());
//! # Ok::<(), scenario::Error>(())
//! ```
//!
//! [`Scenario`] loads and checks a file or text, takes parameters, a seed and limits, and runs; a [`Run`] tells how it
//! ended, which expectations held, and has its [`Trace`], event by event or as text.
//!
//! # Real code inside virtual time
//!
//! A file may declare a host function, `host charge(order)`, and [`Scenario::host`] says what it is: a closure that
//! gets a [`Call`]. It sleeps on the scenario's clock, uses its queues and fails like a task.
//!
//! ```
//! use scenario::{Call, HostError, Scenario};
//! use std::time::Duration;
//!
//! let text = r#"
//!     host charge(order)
//!     main {
//!       timeout 5s { await charge(7) } catch Timeout { log "too slow" }
//!     }
//! "#;
//! let run = Scenario::from_text(text)?
//!     .host("charge", async |call: Call| {
//!         call.sleep(Duration::from_secs(3600)).await;
//!         Ok("paid")
//!     })
//!     .run()?;
//! assert_eq!(run.logs(), "      5.000s  too slow\n");
//! # Ok::<(), scenario::Error>(())
//! ```
//!
//! # Scenarios as tests
//!
//! With the feature `insta`, `test_folder!` makes every file of a folder a snapshot test with a name of its own, and
//! `assert_scenario!` is one for a single file. They share their snapshots with `scenario test`.
//!
//! # Features
//!
//! `cli`, on by default, is the program `scenario`; `default-features = false` leaves its dependencies away. `insta`
//! makes scenarios the tests of a project.

#![deny(missing_docs)]
// Some of what the phases offer is for the command line only, and not worth a condition each.
#![cfg_attr(not(feature = "cli"), allow(dead_code, unused_imports))]

// How it works. Data flows one way, and each module uses only those before it:
//
// 1. `source`: a file's text and places in it; `diagnostic`: what is wrong there; `random`: random numbers as a pure
//    function.
// 2. `syntax`: both front ends, YAML and the text form, give one generic tree of nodes; `expression`: the expressions
//    inside.
// 3. `ast`: statements recognised; `decode` makes it from nodes by the `statement` table.
// 4. `plan`: flat operations with every name resolved; `compile` makes it, each statement lowering itself. `format`
//    writes a file in canonical layout or in the other form. `read` and `load` lead from a path to a plan.
// 5. `trace`: events and outcomes; `world`: tasks, resources, timers as plain data, stepped one task at a time.
// 6. `host`: what code in Rust sees of a scenario that calls it. `driver`: runs a world, as a graph of tokio tasks, in
//    a plain loop, or with host functions. `render`: shows the trace.
// 7. `snapshot`: an accepted trace, as insta keeps it in a file, and how another differs from it; `suite`: the
//    scenarios of a folder, as tests.
// 8. `reference`: the language in words, made from the tables.
// 9. `library`: what other crates use; `cli`: the command line.
//
// Only what `library` gives is meant for others. What is public besides is so for the tests and benchmarks of this
// crate, hidden in its documentation, and may change at any time.

mod ast;
#[cfg(feature = "cli")]
mod cli;
mod compile;
mod decode;
#[doc(hidden)]
pub mod diagnostic;
mod driver;
#[doc(hidden)]
pub mod expression;
#[doc(hidden)]
pub mod format;
mod host;
mod library;
mod load;
#[doc(hidden)]
pub mod plan;
#[doc(hidden)]
pub mod random;
mod read;
#[doc(hidden)]
pub mod reference;
#[doc(hidden)]
pub mod render;
#[doc(hidden)]
pub mod snapshot;
#[doc(hidden)]
pub mod source;
#[doc(hidden)]
pub mod statement;
mod suite;
#[doc(hidden)]
pub mod syntax;
#[doc(hidden)]
pub mod trace;
mod world;

/// What the README shows in Rust, compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

pub use driver::Driver;
pub use host::{Call, HostError, Value};
pub use library::{
    BlockedTask, Deadlock, Diagnostic, Error, Event, Events, Expectation, Failure, HostFailure, Outcome, Run,
    Scenario, Severity, Stop, Trace,
};

#[cfg(feature = "cli")]
#[doc(hidden)]
pub use cli::execute;
#[doc(hidden)]
pub use driver::run;
#[cfg(feature = "insta")]
#[doc(hidden)]
pub use library::testing;
#[doc(hidden)]
pub use load::{Load, Loaded, load};
#[doc(hidden)]
pub use world::Limits;
