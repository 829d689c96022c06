//! Host functions: code in Rust that a scenario calls like a task.
//!
//! A function gets a [`Call`], by which it sees its arguments and asks for things of the scenario: a sleep on its
//! clock, an item of a queue. It touches no world itself. What it wants lies on its desk, and whoever runs
//! it takes it from there at the task's turn, so the order of all things stays the world's.

mod call;
mod desk;
mod error;
mod exchange;
mod value;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

pub use call::Call;
pub(crate) use desk::{Desk, Wish};
pub use error::HostError;
pub(crate) use exchange::{error_from_language, from_language, to_language};
pub use value::Value;

/// What a host function comes to.
pub(crate) type HostResult = Result<Value, HostError>;

/// A call under way.
pub(crate) type HostFuture = Pin<Box<dyn Future<Output = HostResult>>>;

/// A registered function.
pub(crate) type HostFunction = Arc<dyn Fn(Call) -> HostFuture + Send + Sync>;
