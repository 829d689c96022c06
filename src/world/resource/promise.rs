//! A promise: a value that comes once. It is settled at most once, with a value or an error, and stays so.

use std::sync::Arc;

use crate::expression::value::{ErrorValue, Value};
use crate::world::line::Line;

/// A promise.
#[derive(Clone, Debug, Default)]
pub struct Promise {
    /// What has become of it.
    pub outcome: Promised,
    /// Who waits for it.
    pub waiters: Line,
}

/// What has become of a promise.
#[derive(Clone, Debug, Default)]
pub enum Promised {
    /// Nothing yet.
    #[default]
    Open,
    /// It was resolved.
    Kept(Value),
    /// It was rejected.
    Rejected(Arc<ErrorValue>),
}
