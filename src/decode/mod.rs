//! From the generic [`Node`](crate::syntax::node::Node) tree to the [`ast`](crate::ast), by the statement table.
//!
//! All errors are collected. A statement that can't be recognised stays in the tree without an entry, so
//! that the names it assigns are known further down and one mistake is reported once.

mod arguments;
mod clauses;
mod clock;
mod file;
mod section;
pub(crate) mod shape;
mod statement;
mod trace;
mod words;

pub use file::decode;
pub(crate) use file::read_parameter;
