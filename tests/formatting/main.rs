//! `fmt` and `convert`: layout, comments, meaning.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod cases;
mod command_line;
mod gallery;
mod generated;
#[path = "../generated/generator.rs"]
mod generator;
#[path = "../generated/lines.rs"]
mod lines;
#[path = "../generated/program.rs"]
#[allow(dead_code, reason = "programs are made smaller only where they are run")]
mod program;

use scenario::format::{Formatted, convert, format};
use scenario::source::{Form, Source};

/// A scenario in canonical layout.
fn formatted(text: &str, form: Form) -> String {
    match format(&Source::new("test", text, form)) {
        Ok(Formatted::Text(text)) => text,
        Ok(Formatted::LeftAlone(reason)) => panic!("left alone: {}", reason.message),
        Err(errors) => panic!("{errors:?}\n{text}"),
    }
}

/// A scenario in the other form.
fn converted(text: &str, form: Form) -> String {
    match convert(&Source::new("test", text, form), other(form)) {
        Ok(text) => text,
        Err(errors) => panic!("{errors:?}\n{text}"),
    }
}

fn other(form: Form) -> Form {
    match form {
        Form::Yaml => Form::Text,
        Form::Text => Form::Yaml,
    }
}
