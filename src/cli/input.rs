//! The scenario that a command is about, and the form it has.

use std::io;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum, ValueHint};

use super::Misuse;
use crate::read::{self, Unreadable, form_of};
use crate::source::{Form, Source};

/// A file of a command.
#[derive(Args, Clone, Debug)]
pub(super) struct Input {
    /// The scenario: a `.yaml`, `.yml` or `.scenario` file, or `-` for standard input
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    file: PathBuf,

    /// The form of the file, whatever its name ends in
    #[arg(long, value_name = "FORM")]
    form: Option<FormName>,
}

/// The two forms, as the command line calls them.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum FormName {
    /// YAML
    Yaml,
    /// The text form
    Text,
}

impl From<FormName> for Form {
    fn from(name: FormName) -> Form {
        match name {
            FormName::Yaml => Form::Yaml,
            FormName::Text => Form::Text,
        }
    }
}

impl Input {
    /// Reads the file.
    ///
    /// # Errors
    /// If it can't be read, is not text, or nothing tells its form.
    pub(super) fn read(&self) -> Result<Source, Misuse> {
        read(&self.file, self.form)
    }

    /// The file's path.
    pub(super) fn path(&self) -> &Path {
        &self.file
    }
}

/// Reads a file, or standard input if it is `-`.
///
/// # Errors
/// If it can't be read, is not text, or nothing tells its form.
pub(super) fn read(file: &Path, form: Option<FormName>) -> Result<Source, Misuse> {
    if file.as_os_str() == "-" {
        let form = form.ok_or_else(|| {
            Misuse::new("standard input has no name that tells its form")
                .advice("add `--form yaml` or `--form text`")
        })?;
        let bytes =
            read::bounded(io::stdin().lock()).map_err(|error| read::unreadable("standard input", &error))?;
        return Ok(read::source("<stdin>", bytes, form.into())?);
    }
    if form.is_none() && form_of(file).is_none() && file.is_file() {
        let message = format!("the name `{}` does not tell the file's form", file.display());
        return Err(Misuse::new(message).advice(
            "a scenario ends in `.yaml`, `.yml` or `.scenario`; else add `--form yaml` or `--form text`",
        ));
    }
    Ok(read::read(file, form.map(Form::from))?)
}

impl From<Unreadable> for Misuse {
    fn from(unreadable: Unreadable) -> Misuse {
        Misuse { message: unreadable.message, advice: unreadable.advice }
    }
}
