//! Expressions: as written ([`tree`]), ready to evaluate ([`code`]), and their values.

pub mod backoff;
pub mod code;
pub mod display;
pub mod distribution;
pub mod evaluate;
pub mod format;
pub mod functions;
pub mod operators;
pub mod resolve;
pub mod tree;
pub mod types;
pub mod value;
