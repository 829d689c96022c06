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
use crate::plan::TraceFormat;

/// Between two looks: soon enough for somebody who has just saved a file, seldom enough to cost next to nothing.
pub(super) const PAUSE: Duration = Duration::from_millis(300);

/// The state of a file: when it was written, and its length; none if it is not there.
type Stamp = Option<(Option<SystemTime>, u64)>;

/// The states of a scenario and of its snapshots.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stamps {
    scenario: Stamp,
    snapshots: [Stamp; 2],
}

/// The files as they were when they were last tested.
#[derive(Debug)]
pub(super) struct Watch {
    format: Option<TraceFormat>,
    tested: BTreeMap<PathBuf, Stamps>,
}

impl Watch {
    /// Watches files whose snapshots are in a format that is perhaps not their own.
    pub(super) fn new(format: Option<TraceFormat>) -> Watch {
        Watch { format, tested: BTreeMap::new() }
    }

    /// The scenarios that are not as they were, or whose snapshot is not.
    pub(super) fn changed(&self, files: &[File]) -> Vec<(File, Stamps)> {
        files
            .iter()
            .map(|file| (file.clone(), self.stamps(file)))
            .filter(|(file, now)| self.tested.get(&file.path) != Some(now))
            .collect()
    }

    /// Notes what was tested. A scenario that changed in the meantime has changed; a snapshot that was written by
    /// the test itself has not.
    pub(super) fn note(&mut self, tested: Vec<(File, Stamps)>) {
        for (file, before) in tested {
            let stamps = Stamps { scenario: before.scenario, ..self.stamps(&file) };
            self.tested.insert(file.path, stamps);
        }
    }

    fn stamps(&self, file: &File) -> Stamps {
        let snapshot = |format| stamp(&Place::of(&file.path, format).accepted);
        Stamps { scenario: stamp(&file.path), snapshots: [snapshot(None), snapshot(self.format)] }
    }
}

fn stamp(path: &Path) -> Stamp {
    let metadata = fs::metadata(path).ok()?;
    Some((metadata.modified().ok(), metadata.len()))
}
