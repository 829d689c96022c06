//! The snapshots on disk: reads them, and writes what the user's settings say.
//!
//! Files appear whole or not at all, so several runs on one folder can't spoil each other's. A snapshot that
//! waits for review stands beside its place as `.snap.new`, as insta has it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::super::{Misuse, output};
use crate::plan::TraceFormat;
use crate::read::form_of;
use crate::snapshot::Snapshot;

/// What becomes of a text that is not the accepted one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Update {
    /// It is written nowhere.
    Nothing,
    /// It waits for review.
    Pending,
    /// It is accepted where there was no snapshot, else it waits for review.
    AcceptNew,
    /// It is accepted.
    Accept,
}

impl Update {
    /// What the environment asks for, in the words of insta: `INSTA_UPDATE`, and else `CI`.
    ///
    /// # Errors
    /// If `INSTA_UPDATE` is none of insta's words.
    pub(super) fn of_environment() -> Result<Update, Misuse> {
        let variable = |name: &str| std::env::var(name).ok();
        match variable("INSTA_UPDATE").as_deref() {
            None | Some("" | "auto") => {}
            Some("always" | "1" | "force") => return Ok(Update::Accept),
            Some("new") => return Ok(Update::Pending),
            Some("unseen") => return Ok(Update::AcceptNew),
            Some("no") => return Ok(Update::Nothing),
            Some(other) => {
                return Err(Misuse::new(format!("INSTA_UPDATE is `{other}`, which means nothing"))
                    .advice("it can be `auto`, `always`, `new`, `unseen`, `no` or `force`"));
            }
        }
        let is_ci = match variable("CI").as_deref() {
            None => variable("TF_BUILD").is_some(),
            Some("false" | "0" | "") => false,
            Some(_) => true,
        };
        Ok(if is_ci { Update::Nothing } else { Update::Pending })
    }
}

/// What is at a snapshot's place.
#[derive(Debug)]
pub(super) enum Kept {
    /// No file.
    Nothing,
    /// A snapshot.
    Snapshot(Snapshot),
    /// A file that is no snapshot, and why.
    Spoilt(String),
}

/// The name of the scenario that a snapshot in a folder `snapshots` belongs to; none if it belongs to none.
pub(super) fn scenario_of(snapshot: &str) -> Option<&str> {
    let name = snapshot.strip_suffix(".snap").or_else(|| snapshot.strip_suffix(".snap.new"))?;
    let of_format = name.rsplit_once('.').filter(|(_, word)| TraceFormat::WORDS.contains(word));
    let name = of_format.map_or(name, |(scenario, _)| scenario);
    form_of(Path::new(name)).map(|_| name)
}

/// Where a scenario's snapshot is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// The accepted one.
    pub(super) accepted: PathBuf,
    /// The one that waits for review.
    pub(super) pending: PathBuf,
}

impl Place {
    /// That of a scenario; one in another format than the file's own has a place of its own.
    pub(super) fn of(scenario: &Path, format: Option<TraceFormat>) -> Place {
        let folder = scenario.with_file_name("snapshots");
        let mut name = scenario.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if let Some(format) = format {
            name = format!("{name}.{}", format.word());
        }
        Place {
            accepted: folder.join(format!("{name}.snap")),
            pending: folder.join(format!("{name}.snap.new")),
        }
    }

    /// The accepted snapshot.
    ///
    /// # Errors
    /// If it can't be read.
    pub(super) fn accepted(&self) -> Result<Kept, Misuse> {
        read(&self.accepted)
    }

    /// The one that waits for review.
    ///
    /// # Errors
    /// If it can't be read.
    pub(super) fn pending(&self) -> Result<Kept, Misuse> {
        read(&self.pending)
    }

    /// Puts a snapshot among the accepted ones; none waits for review any more.
    ///
    /// # Errors
    /// If it can't be written.
    pub(super) fn accept(&self, snapshot: &Snapshot) -> Result<(), Misuse> {
        write(&self.accepted, snapshot)?;
        self.reject()
    }

    /// Lets a snapshot wait for review.
    ///
    /// # Errors
    /// If it can't be written.
    pub(super) fn suspend(&self, snapshot: &Snapshot) -> Result<(), Misuse> {
        write(&self.pending, snapshot)
    }

    /// Takes away the snapshot that waits for review, if there is one.
    ///
    /// # Errors
    /// If it can't be taken away.
    pub(super) fn reject(&self) -> Result<(), Misuse> {
        remove(&self.pending)
    }
}

fn read(file: &Path) -> Result<Kept, Misuse> {
    let bytes = match fs::read(file) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Kept::Nothing),
        Err(error) => return Err(Misuse::new(format!("can't read `{}`: {error}", file.display()))),
    };
    let Ok(text) = String::from_utf8(bytes) else {
        return Ok(Kept::Spoilt("it is not UTF-8 text".to_string()));
    };
    Ok(match Snapshot::read(&text) {
        Ok(snapshot) => Kept::Snapshot(snapshot),
        Err(malformed) => Kept::Spoilt(malformed.reason),
    })
}

fn write(file: &Path, snapshot: &Snapshot) -> Result<(), Misuse> {
    output::make_folder_of(file)?;
    output::replace_quickly(file, &snapshot.write())
}

/// Takes a file away; one that is gone already is no error.
///
/// # Errors
/// If it can't be taken away.
pub(super) fn remove(file: &Path) -> Result<(), Misuse> {
    match fs::remove_file(file) {
        // One that is not there can't be removed from a disk that is only to be read, either.
        Err(error) if fs::symlink_metadata(file).is_ok() => {
            Err(Misuse::new(format!("can't remove `{}`: {error}", file.display())))
        }
        _ => Ok(()),
    }
}
