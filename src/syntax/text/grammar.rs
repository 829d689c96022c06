//! The parser that pest makes of `grammar/scenario.pest`: one `Rule` for each rule there.

#![allow(missing_docs, reason = "the rules are documented in the grammar itself")]

/// The parser.
#[derive(pest_derive::Parser)]
#[grammar = "../grammar/scenario.pest"]
pub(super) struct Grammar;
