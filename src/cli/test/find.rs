//! Which scenarios there are to test, and which snapshots belong to none.
//!
//! A file named on the command line is taken as it is, a folder is searched. The files come in the order of their
//! paths, each once.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::super::Misuse;
use super::super::output::is_left_over;
use super::keep::scenario_of;
use crate::read::form_of;
use crate::suite::{self, Sight, project, unreadable};
pub(super) use crate::suite::{Fate, File};

/// Everything that was found.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// The scenarios.
    pub(super) files: Vec<File>,
    /// The snapshots, accepted ones and pending ones, whose scenario is gone.
    pub(super) unreferenced: Vec<PathBuf>,
    /// What runs that were killed have left among the snapshots.
    pub(super) left_over: Vec<PathBuf>,
}

/// Finds what there is to test below some paths.
///
/// # Errors
/// If a path is not there, or can't be read.
pub(super) fn find(paths: &[PathBuf]) -> Result<Found, Misuse> {
    let mut search = Search::default();
    for path in paths {
        search.argument(path)?;
    }
    let mut files: Vec<File> = search.files.into_values().collect();
    files.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(Found { files, unreferenced: search.unreferenced.into_iter().collect(), left_over: search.left_over })
}

#[derive(Default)]
struct Search {
    /// By canonical path, so that no file comes twice.
    files: BTreeMap<PathBuf, File>,
    unreferenced: BTreeSet<PathBuf>,
    left_over: Vec<PathBuf>,
}

impl Search {
    fn argument(&mut self, path: &Path) -> Result<(), Misuse> {
        let real = path.canonicalize().map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => Misuse::new(format!("`{}` does not exist", path.display()))
                .advice("name a scenario, or a folder with scenarios in it"),
            _ => unreadable(path, &error).into(),
        })?;
        let project = project(&real);
        if real.is_dir() {
            let shown = path.strip_prefix(".").unwrap_or(path);
            return self.folder(shown, &real, &project);
        }
        if form_of(path).is_none() {
            return Err(Misuse::new(format!("`{}` is no scenario", path.display()))
                .advice("the name of a scenario ends in `.scenario`, `.yaml` or `.yml`"));
        }
        self.file(path.to_path_buf(), real, &project);
        Ok(())
    }

    fn folder(&mut self, shown: &Path, real: &Path, project: &Path) -> Result<(), Misuse> {
        suite::search(shown, real, project, &mut |sight| {
            match sight {
                Sight::Scenario(shown, real) => self.file(shown, real, project),
                Sight::Snapshots(of, shown, real) => self.snapshots(of, &shown, &real)?,
            }
            Ok(())
        })
    }

    fn file(&mut self, path: PathBuf, real: PathBuf, project: &Path) {
        let file = File::new(path, &real, project);
        self.files.entry(real).or_insert(file);
    }

    /// Snapshots of scenarios that are gone. Other tests keep theirs in such folders too.
    fn snapshots(&mut self, of: &Path, shown: &Path, real: &Path) -> Result<(), Misuse> {
        for entry in fs::read_dir(real).map_err(|error| unreadable(real, &error))? {
            let name = entry.map_err(|error| unreadable(real, &error))?.file_name();
            let Some(text) = name.to_str() else { continue };
            if scenario_of(text).is_some_and(|scenario| !of.join(scenario).exists()) {
                self.unreferenced.insert(shown.join(&name));
            } else if is_left_over(&real.join(&name)) {
                self.left_over.push(shown.join(&name));
            }
        }
        Ok(())
    }
}
