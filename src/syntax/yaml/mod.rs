//! The YAML form, in two stages: `document` reads the file into values, keeping the place and the style of
//! every scalar; `steps` makes nodes of them.
//!
//! The first key of a step is its statement and that key's value the first argument; `into:` takes the
//! result, `do:` is the block, a key that begins with a clause's word is a clause, and any other key is an
//! argument by name. A section in the plural (`queues:`) declares one thing for each of its keys.

mod document;
mod explain;
mod steps;

pub use steps::{PARAMETERS, VARIABLES};

use super::node::{Block, Value};
use crate::diagnostic::Diagnostic;
use crate::source::{Source, Span};

/// Parses a file.
pub fn parse(source: &Source) -> (Block, Vec<Diagnostic>) {
    let whole = Span::new(0, source.text.len());
    match document::read(&source.text) {
        Ok(value) => steps::file(&value, whole),
        Err(errors) => (Block { nodes: Vec::new(), span: whole }, errors),
    }
}

/// Where the comments of a text are, without the line's end.
///
/// # Errors
/// If the text is not YAML.
pub fn comments(text: &str) -> Result<Vec<Span>, Vec<Diagnostic>> {
    document::comments(text)
}

/// Whether a text has anchors, which stand for copies of what they mark.
///
/// # Errors
/// If the text is not YAML.
pub fn has_anchors(text: &str) -> Result<bool, Vec<Diagnostic>> {
    document::has_anchors(text)
}

/// Reads a list of steps that stands where a statement's first argument does: for a statement that takes a
/// block it is the block.
pub fn block(value: &Value) -> (Block, Vec<Diagnostic>) {
    steps::block(value)
}
