//! Which scenarios changed since they were tested.
//!
//! The files are looked at again and again. That works on every system and every kind of disk, needs nothing to be
//! told by either, and for a thousand files costs a few milliseconds.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::find::File;
use super::keep::Place;

/// Between two looks: soon enough for somebody who has just saved a file, seldom enough to cost next to nothing.
pub(super) const PAUSE: Duration = Duration::from_millis(300);

/// The state of a file: when it was written, and its length; none if it is not there.
type Stamp = Option<(Option<SystemTime>, u64)>;

/// The files as they were when they were last tested.
#[derive(Debug, Default)]
pub(super) struct Watch {
    tested: BTreeMap<PathBuf, [Stamp; 2]>,
}

impl Watch {
    /// The scenarios that are not as they were, or whose snapshot is not.
    pub(super) fn changed(&self, files: &[File]) -> Vec<(File, [Stamp; 2])> {
        files
            .iter()
            .map(|file| (file.clone(), stamps(file)))
            .filter(|(file, now)| self.tested.get(&file.path) != Some(now))
            .collect()
    }

    /// Notes what was tested. A scenario that changed in the meantime has changed; a snapshot that was written by
    /// the test itself has not.
    pub(super) fn note(&mut self, tested: Vec<(File, [Stamp; 2])>) {
        for (file, [scenario, _]) in tested {
            let [_, snapshot] = stamps(&file);
            self.tested.insert(file.path, [scenario, snapshot]);
        }
    }
}

fn stamps(file: &File) -> [Stamp; 2] {
    [stamp(&file.path), stamp(&Place::of(&file.path).accepted)]
}

fn stamp(path: &Path) -> Stamp {
    let metadata = fs::metadata(path).ok()?;
    Some((metadata.modified().ok(), metadata.len()))
}
