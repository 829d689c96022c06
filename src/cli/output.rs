//! Writes files so that no reader ever sees half of one.

use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use super::Misuse;

/// Puts a text in the place of a file, keeping its permissions; a link stays a link.
///
/// # Errors
/// If it can't be written; the file is what it was.
pub(super) fn replace(file: &Path, text: &str) -> Result<(), Misuse> {
    put(file, text, Durability::Synced)
}

/// The same for a file that can be made again: if the machine stops at once, it may be lost.
///
/// # Errors
/// If it can't be written; the file is what it was.
pub(super) fn replace_quickly(file: &Path, text: &str) -> Result<(), Misuse> {
    put(file, text, Durability::Lazy)
}

/// Whether a file must be on the disk before work goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Durability {
    Synced,
    Lazy,
}

fn put(file: &Path, text: &str, durability: Durability) -> Result<(), Misuse> {
    let target = fs::canonicalize(file).unwrap_or_else(|_| file.to_path_buf());
    let beside = beside(&target);
    let written = write_new(&beside, text, durability).and_then(|()| {
        if let Ok(metadata) = fs::metadata(&target) {
            fs::set_permissions(&beside, metadata.permissions())?;
        }
        fs::rename(&beside, &target)
    });
    written.map_err(|error| {
        // What is left of the attempt helps nobody.
        let _ = fs::remove_file(&beside);
        unwritable(file, &error)
    })
}

/// Makes the folder of a file, with those it lies in.
///
/// # Errors
/// If it can't be made.
pub(super) fn make_folder_of(file: &Path) -> Result<(), Misuse> {
    match file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        None => Ok(()),
        Some(folder) => fs::create_dir_all(folder)
            .map_err(|error| Misuse::new(format!("can't make the folder `{}`: {error}", folder.display()))),
    }
}

/// Writes a file that is not there yet; the advice is for when it is.
///
/// # Errors
/// If it is there, or can't be written.
pub(super) fn create(file: &Path, text: &str, advice: &str) -> Result<(), Misuse> {
    write_new(file, text, Durability::Synced).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => {
            Misuse::new(format!("`{}` exists already", file.display())).advice(advice)
        }
        _ => unwritable(file, &error),
    })
}

fn write_new(file: &Path, text: &str, durability: Durability) -> io::Result<()> {
    let mut opened = OpenOptions::new().write(true).create_new(true).open(file)?;
    opened.write_all(text.as_bytes())?;
    match durability {
        Durability::Synced => opened.sync_all(),
        Durability::Lazy => Ok(()),
    }
}

fn beside(target: &Path) -> PathBuf {
    let name = target.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    target.with_file_name(format!(".{name}.{}.new", std::process::id()))
}

fn unwritable(file: &Path, error: &io::Error) -> Misuse {
    Misuse::new(format!("can't write `{}`: {error}", file.display()))
}
