//! The two front ends. Both give the same tree of [`node`]s, so the forms are equal by construction, and a
//! new statement touches neither.

pub mod arguments;
pub mod node;
pub mod text;
pub mod yaml;

use crate::diagnostic::Diagnostic;
use crate::source::{Form, Source, Span};
use node::Block;

/// How deep brackets and braces may nest.
pub const MAX_DEPTH: usize = 100;

/// Parses a file into its top-level nodes. With an error among the diagnostics the tree is incomplete.
pub fn parse(source: &Source) -> (Block, Vec<Diagnostic>) {
    if source.text.trim().is_empty() {
        let example = match source.form {
            Form::Text => "main { log \"hello\" }",
            Form::Yaml => "main: [log: hello]",
        };
        let error = Diagnostic::error("empty-file", Span::new(0, 0), "the file is empty")
            .help(format!("the smallest scenario is `{example}`"));
        return (Block { nodes: Vec::new(), span: Span::default() }, vec![error]);
    }
    match source.form {
        Form::Text => text::parse(source),
        Form::Yaml => yaml::parse(source),
    }
}
