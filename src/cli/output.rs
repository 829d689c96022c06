//! Writes files so that no reader ever sees half of one.

use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::Misuse;

/// What the name of a file ends in that is on its way to the place of another one.
const UNFINISHED: &str = ".unfinished";
/// So many names are tried for it.
const ATTEMPTS: u32 = 1_000;
/// Writing a file takes moments: one that is unfinished for longer was left by a run that was killed.
const OLD: Duration = Duration::from_secs(600);

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
    let beside = write_beside(&target, text, durability).map_err(|error| unwritable(file, &error))?;
    let keep_permissions = match fs::metadata(&target) {
        Ok(metadata) => fs::set_permissions(&beside, metadata.permissions()),
        Err(_) => Ok(()),
    };
    keep_permissions.and_then(|()| fs::rename(&beside, &target)).map_err(|error| {
        // What is left of the attempt helps nobody.
        let _ = fs::remove_file(&beside);
        unwritable(file, &error)
    })
}

/// Writes a text to a file of its own beside its place. A name may be taken: by another run, or by one that was
/// killed, for numbers of processes come again.
fn write_beside(target: &Path, text: &str, durability: Durability) -> io::Result<PathBuf> {
    let mut attempt = 0;
    loop {
        let beside = beside(target, attempt);
        match write_new(&beside, text, durability) {
            Ok(()) => return Ok(beside),
            Err(error) if error.kind() == ErrorKind::AlreadyExists && attempt < ATTEMPTS => attempt += 1,
            Err(error) => return Err(error),
        }
    }
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
    let written = opened.write_all(text.as_bytes()).and_then(|()| match durability {
        Durability::Synced => opened.sync_all(),
        Durability::Lazy => Ok(()),
    });
    written.inspect_err(|_| {
        // Half a file helps nobody.
        let _ = fs::remove_file(file);
    })
}

fn beside(target: &Path, attempt: u32) -> PathBuf {
    let name = target.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    target.with_file_name(format!(".{name}.{}-{attempt}{UNFINISHED}", std::process::id()))
}

/// Whether a file was on its way to the place of another one when its run was killed. One that is young may be that
/// of a run that goes on.
pub(super) fn is_left_over(file: &Path) -> bool {
    let name = file.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    let age = || fs::symlink_metadata(file).and_then(|it| it.modified()).ok()?.elapsed().ok();
    name.starts_with('.') && name.ends_with(UNFINISHED) && age().is_some_and(|age| age > OLD)
}

fn unwritable(file: &Path, error: &io::Error) -> Misuse {
    Misuse::new(format!("can't write `{}`: {error}", file.display()))
}
