//! Which scenarios there are to test, and which snapshots belong to none.
//!
//! A file named on the command line is taken as it is. Folders are searched to the bottom, except those that
//! are hidden, `target` and `snapshots`; there a file in YAML is taken only if it looks like a scenario, for
//! much else is written in YAML. The files come in the order of their paths, each once.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::super::Misuse;
use super::super::output::is_left_over;
use super::keep::scenario_of;
use crate::read::form_of;
use crate::source::Form;
use crate::trace::observations::glob_matches;

/// What becomes of a scenario, as the folder it lies in says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// It runs, and nothing is said about it.
    Runs,
    /// It runs, and there are warnings: it lies below `warnings/`.
    RunsWithWarnings,
    /// It is refused: it lies below `errors/`.
    IsRefused,
}

/// A scenario to test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct File {
    /// Where it is, as the user would say.
    pub(super) path: PathBuf,
    /// Where it is, seen from the project's folder, with `/` on every system.
    pub(super) below: String,
    /// What becomes of it.
    pub(super) fate: Fate,
}

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

impl File {
    /// The name of the file in what is said about it in a snapshot: the same wherever the program is started.
    pub(super) fn name_in_snapshot(&self) -> &str {
        let begin = match self.fate {
            Fate::Runs => return &self.below,
            Fate::RunsWithWarnings => "warnings/",
            Fate::IsRefused => "errors/",
        };
        let at = format!("/{}", self.below).find(&format!("/{begin}")).unwrap_or_default();
        &self.below[at..]
    }

    /// Whether a filter chooses it: a glob for the whole path, or a part of it.
    pub(super) fn is_chosen(&self, filter: &str) -> bool {
        let path = self.path.display().to_string().replace('\\', "/");
        if filter.contains(['*', '?']) { glob_matches(filter, &path) } else { path.contains(filter) }
    }
}

#[derive(Default)]
struct Search {
    /// By canonical path, so that no file comes twice.
    files: BTreeMap<PathBuf, File>,
    unreferenced: BTreeSet<PathBuf>,
    left_over: Vec<PathBuf>,
}

/// A folder under search: how the user calls it, and where it really is.
struct Folder<'a> {
    shown: &'a Path,
    real: &'a Path,
    project: &'a Path,
}

impl Search {
    fn argument(&mut self, path: &Path) -> Result<(), Misuse> {
        let real = path.canonicalize().map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => Misuse::new(format!("`{}` does not exist", path.display()))
                .advice("name a scenario, or a folder with scenarios in it"),
            _ => unreadable(path, &error),
        })?;
        let project = project(&real);
        if real.is_dir() {
            let shown = path.strip_prefix(".").unwrap_or(path);
            return self.folder(&Folder { shown, real: &real, project: &project });
        }
        if form_of(path).is_none() {
            return Err(Misuse::new(format!("`{}` is no scenario", path.display()))
                .advice("the name of a scenario ends in `.scenario`, `.yaml` or `.yml`"));
        }
        self.file(path.to_path_buf(), real, &project);
        Ok(())
    }

    fn folder(&mut self, folder: &Folder<'_>) -> Result<(), Misuse> {
        let entries = fs::read_dir(folder.real).and_then(Iterator::collect::<io::Result<Vec<_>>>);
        for entry in entries.map_err(|error| unreadable(folder.real, &error))? {
            let kind = entry.file_type().map_err(|error| unreadable(&entry.path(), &error))?;
            let name = entry.file_name();
            let (shown, real) = (folder.shown.join(&name), entry.path());
            if kind.is_dir() {
                let name = name.to_string_lossy();
                if name == "snapshots" {
                    self.snapshots(folder.real, &shown, &real)?;
                } else if !name.starts_with('.') && name != "target" {
                    self.folder(&Folder { shown: &shown, real: &real, project: folder.project })?;
                }
            } else if looks_like_a_scenario(&real, folder.project) {
                self.file(shown, real, folder.project);
            }
        }
        Ok(())
    }

    fn file(&mut self, path: PathBuf, real: PathBuf, project: &Path) {
        let below = below(&real, project);
        let fate = fate(&below);
        self.files.entry(real).or_insert(File { path, below, fate });
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

/// The folder that paths in snapshots are seen from: the nearest with a `.git`, a `Cargo.lock` or a folder
/// `scenarios`; where there is none, that of the file.
fn project(real: &Path) -> PathBuf {
    let is_project =
        |folder: &Path| [".git", "Cargo.lock", "scenarios"].iter().any(|mark| folder.join(mark).exists());
    let folder = if real.is_dir() { real } else { real.parent().unwrap_or(real) };
    folder.ancestors().find(|folder| is_project(folder)).unwrap_or(folder).to_path_buf()
}

fn below(real: &Path, project: &Path) -> String {
    let path = real.strip_prefix(project).unwrap_or(real);
    let parts: Vec<_> = path.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    parts.join("/")
}

fn fate(below: &str) -> Fate {
    let folders = below.rsplit_once('/').map_or("", |(folders, _)| folders);
    let of_folder = |folder| match folder {
        "errors" => Some(Fate::IsRefused),
        "warnings" => Some(Fate::RunsWithWarnings),
        _ => None,
    };
    folders.split('/').find_map(of_folder).unwrap_or(Fate::Runs)
}

fn looks_like_a_scenario(real: &Path, project: &Path) -> bool {
    match form_of(real) {
        None => false,
        Some(Form::Text) => true,
        Some(Form::Yaml) => {
            fate(&below(real, project)) == Fate::IsRefused
                // What can't be read is not passed over in silence.
                || fs::read(real).map_or(true, |bytes| has_a_main_section(&bytes))
        }
    }
}

/// Whether a line begins with a key that every scenario has, or most.
fn has_a_main_section(yaml: &[u8]) -> bool {
    yaml.split(|byte| *byte == b'\n').any(|line| {
        let key = line.split(|byte| *byte == b':').next().unwrap_or_default().trim_ascii_end();
        let key = key.strip_prefix(b"\xef\xbb\xbf").unwrap_or(key);
        line.contains(&b':')
            && matches!(key, b"main" | b"\"main\"" | b"'main'" | b"scenario" | b"{ main" | b"{main")
    })
}

fn unreadable(path: &Path, error: &io::Error) -> Misuse {
    Misuse::new(format!("can't read `{}`: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(below: &str) -> File {
        File { path: PathBuf::from(below), below: below.to_string(), fate: fate(below) }
    }

    #[test]
    fn folders_tell_what_becomes_of_a_file() {
        assert_eq!(file("scenarios/a.yaml").fate, Fate::Runs);
        assert_eq!(file("scenarios/errors/a.yaml").fate, Fate::IsRefused);
        assert_eq!(file("scenarios/warnings/deep/a.yaml").fate, Fate::RunsWithWarnings);
        assert_eq!(file("scenarios/my_errors/errors").fate, Fate::Runs);
    }

    #[test]
    fn in_a_snapshot_a_file_has_one_name() {
        assert_eq!(file("tests/my_errors/errors/deep/a.yaml").name_in_snapshot(), "errors/deep/a.yaml");
        assert_eq!(file("warnings/a.yaml").name_in_snapshot(), "warnings/a.yaml");
    }

    #[test]
    fn a_filter_is_a_part_or_a_glob() {
        assert!(file("scenarios/queues/a.yaml").is_chosen("queues/"));
        assert!(file("scenarios/queues/a.yaml").is_chosen("*/queues/*.yaml"));
        assert!(!file("scenarios/queues/a.yaml").is_chosen("queues/*"));
    }

    #[test]
    fn not_all_that_is_yaml_is_a_scenario() {
        assert!(has_a_main_section(b"# note\nmain:\n  - sleep: 1s\n"));
        assert!(has_a_main_section(b"\xef\xbb\xbfmain :\n"));
        assert!(!has_a_main_section(b"on: push\njobs:\n  main: x\n"));
        assert!(!has_a_main_section(b"mainly: x\n"));
    }
}
