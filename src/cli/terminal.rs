//! Standard output and standard error.
//!
//! A closed standard output ends a command quietly, as it does other tools; what can't be said on standard
//! error is left unsaid.

use std::io::{self, ErrorKind, Write};

use anstream::AutoStream;
use clap::ColorChoice;

use super::{Exit, Misuse};
use crate::diagnostic::{Diagnostic, Severity};
use crate::render::{Colour, report};
use crate::source::Source;

/// The widest that pages of text get.
const WIDEST: usize = 100;
/// The narrowest.
const NARROWEST: usize = 40;

/// Notes the user's wish about colours.
pub(super) fn choose(color: ColorChoice) {
    let choice = match color {
        ColorChoice::Auto => anstream::ColorChoice::Auto,
        ColorChoice::Always => anstream::ColorChoice::Always,
        ColorChoice::Never => anstream::ColorChoice::Never,
    };
    choice.write_global();
}

/// Whether standard output wants colours.
pub(super) fn output_colour() -> Colour {
    colour_of(AutoStream::choice(&io::stdout()))
}

/// Whether standard error wants colours.
pub(super) fn error_colour() -> Colour {
    colour_of(AutoStream::choice(&io::stderr()))
}

fn colour_of(choice: anstream::ColorChoice) -> Colour {
    match choice {
        anstream::ColorChoice::Never => Colour::Plain,
        _ => Colour::Styled,
    }
}

/// How wide a page may be: as the terminal, or as `COLUMNS` says where there is none; never so wide that lines are
/// hard to read.
pub(super) fn width() -> usize {
    let of_terminal = terminal_size::terminal_size_of(io::stdout()).map(|(width, _)| usize::from(width.0));
    let by_name = || std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    of_terminal.or_else(by_name).unwrap_or(WIDEST).clamp(NARROWEST, WIDEST)
}

/// Writes to standard output what was asked for.
///
/// # Errors
/// If it can't be written; not if nobody reads it.
pub(super) fn show(text: &str) -> Result<(), Misuse> {
    let mut output = anstream::stdout().lock();
    match output.write_all(text.as_bytes()).and_then(|()| output.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(unwritable("standard output", &error)),
        _ => Ok(()),
    }
}

/// What to say if an output fails.
pub(super) fn unwritable(output: &str, error: &io::Error) -> Misuse {
    Misuse::new(format!("can't write to {output}: {error}"))
}

/// Writes to standard error.
pub(super) fn say(text: &str) {
    // Nobody is left to be told if this fails.
    let _ = anstream::stderr().lock().write_all(text.as_bytes());
}

/// Says what is wrong with the command.
pub(super) fn complain(misuse: &Misuse) {
    say(&report::plain_error(&misuse.message, misuse.advice.as_deref(), error_colour()));
}

/// Which diagnostics are worth saying.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verbosity {
    /// All.
    Normal,
    /// Errors.
    Quiet,
}

impl Verbosity {
    /// What a flag `--quiet` stands for.
    pub(super) fn of(quiet: bool) -> Verbosity {
        if quiet { Verbosity::Quiet } else { Verbosity::Normal }
    }
}

/// Says what is wrong with a file.
pub(super) fn diagnose(source: &Source, diagnostics: &[Diagnostic], verbosity: Verbosity) {
    let wanted: Vec<Diagnostic> = diagnostics
        .iter()
        .filter(|diagnostic| verbosity == Verbosity::Normal || diagnostic.severity == Severity::Error)
        .cloned()
        .collect();
    if !wanted.is_empty() {
        say(&report::diagnostics(source, &wanted, error_colour()));
    }
}

/// Says why a file can't run.
pub(super) fn refuse(source: &Source, diagnostics: &[Diagnostic], verbosity: Verbosity) -> Exit {
    diagnose(source, diagnostics, verbosity);
    Exit::Refused
}
