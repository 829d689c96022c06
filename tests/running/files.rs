//! The scenario files of the project, found by themselves.

use std::fs;
use std::path::{Path, PathBuf};

use scenario::source::{Form, Source};

/// A scenario file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct File {
    /// Its path below the folder of all scenarios, with `/` on every system: `queue/bounded.yaml`.
    pub(crate) name: String,
}

impl File {
    /// Where it is.
    pub(crate) fn path(&self) -> PathBuf {
        folder().join(&self.name)
    }

    /// Whether it lies below that folder of scenarios.
    pub(crate) fn is_in(&self, folder: &str) -> bool {
        self.name.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
    }

    /// Its text, read anew.
    pub(crate) fn source(&self) -> Source {
        let text = fs::read_to_string(self.path()).unwrap_or_else(|error| panic!("{}: {error}", self.name));
        let form =
            form(&self.path()).unwrap_or_else(|| panic!("{}: neither form has this extension", self.name));
        Source::new(self.name.clone(), text, form)
    }
}

/// Every scenario file, sorted by name. Folders called `snapshots` hold none.
pub(crate) fn all() -> Vec<File> {
    let mut files = Vec::new();
    collect(&folder(), "", &mut files);
    files.sort();
    assert!(!files.is_empty(), "no scenario found below {}", folder().display());
    files
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios")
}

fn form(path: &Path) -> Option<Form> {
    match path.extension()?.to_str()? {
        "yaml" | "yml" => Some(Form::Yaml),
        "scenario" => Some(Form::Text),
        _ => None,
    }
}

fn collect(folder: &Path, prefix: &str, files: &mut Vec<File>) {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    for entry in entries {
        let path = entry.unwrap_or_else(|error| panic!("{}: {error}", folder.display())).path();
        let name = path.file_name().and_then(|name| name.to_str());
        let name = name.unwrap_or_else(|| panic!("{}: the name of a scenario must be UTF-8", path.display()));
        if path.is_dir() {
            if name != "snapshots" {
                collect(&path, &format!("{prefix}{name}/"), files);
            }
        } else if form(&path).is_some() {
            files.push(File { name: format!("{prefix}{name}") });
        }
    }
}
