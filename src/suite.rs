//! The scenarios of a folder, as tests: which files are some, and what becomes of each.
//!
//! Folders are searched to the bottom, except those that are hidden, `target` and `snapshots`; there a file in YAML
//! is taken only if it looks like a scenario, for much else is written in YAML.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::read::{self, Unreadable, form_of};
use crate::source::Form;
use crate::trace::observations::glob_matches;

/// What becomes of a scenario, as the folder it lies in says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It runs, and nothing is said about it.
    Runs,
    /// It runs, and there are warnings: it lies below `warnings/`.
    RunsWithWarnings,
    /// It is refused: it lies below `errors/`.
    IsRefused,
}

/// A scenario to test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct File {
    /// Where it is, as the user would say.
    pub(crate) path: PathBuf,
    /// Where it is, seen from the project's folder, with `/` on every system.
    pub(crate) below: String,
    /// What becomes of it.
    pub(crate) fate: Fate,
}

impl File {
    /// The name of the file in what is said about it in a snapshot: the same wherever the program is started.
    pub(crate) fn name_in_snapshot(&self) -> &str {
        let begin = match self.fate {
            Fate::Runs => return &self.below,
            Fate::RunsWithWarnings => "warnings/",
            Fate::IsRefused => "errors/",
        };
        let at = format!("/{}", self.below).find(&format!("/{begin}")).unwrap_or_default();
        &self.below[at..]
    }

    /// Whether a filter chooses it: a glob for the whole path, or a part of it.
    pub(crate) fn is_chosen(&self, filter: &str) -> bool {
        let path = self.path.display().to_string().replace('\\', "/");
        if filter.contains(['*', '?']) { glob_matches(filter, &path) } else { path.contains(filter) }
    }
}

impl File {
    /// A file, as the user calls it and where it really is.
    pub(crate) fn new(path: PathBuf, real: &Path, project: &Path) -> File {
        let below = below(real, project);
        let fate = fate(&below);
        File { path, below, fate }
    }
}

/// What a search comes across.
#[derive(Debug)]
pub(crate) enum Sight<'a> {
    /// A scenario: as the user calls it, and where it really is.
    Scenario(PathBuf, PathBuf),
    /// A folder of snapshots: that of the scenarios, and itself in both ways.
    Snapshots(&'a Path, PathBuf, PathBuf),
}

/// Searches a folder, given as the user calls it and where it really is.
///
/// # Errors
/// If a folder can't be read, and the first one of `visit`.
pub(crate) fn search<E: From<Unreadable>>(
    shown: &Path,
    real: &Path,
    project: &Path,
    visit: &mut dyn FnMut(Sight<'_>) -> Result<(), E>,
) -> Result<(), E> {
    let entries = fs::read_dir(real).and_then(Iterator::collect::<io::Result<Vec<_>>>);
    for entry in entries.map_err(|error| unreadable(real, &error))? {
        let kind = entry.file_type().map_err(|error| unreadable(&entry.path(), &error))?;
        let name = entry.file_name();
        let (inner_shown, inner_real) = (shown.join(&name), entry.path());
        if kind.is_dir() {
            let name = name.to_string_lossy();
            if name == "snapshots" {
                visit(Sight::Snapshots(real, inner_shown, inner_real))?;
            } else if !name.starts_with('.') && name != "target" {
                search(&inner_shown, &inner_real, project, visit)?;
            }
        } else if looks_like_a_scenario(&inner_real, project) {
            visit(Sight::Scenario(inner_shown, inner_real))?;
        }
    }
    Ok(())
}

/// The folder that paths in snapshots are seen from: the nearest with a `.git`, a `Cargo.lock` or a folder
/// `scenarios`; where there is none, that of the file.
pub(crate) fn project(real: &Path) -> PathBuf {
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

/// Why a file or folder of a search can't be read.
pub(crate) fn unreadable(path: &Path, error: &io::Error) -> Unreadable {
    read::unreadable(&format!("`{}`", path.display()), error)
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
