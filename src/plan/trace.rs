//! What of a run's events is shown and kept, as the file declares it. It changes nothing about the run.

/// What of the events is shown and kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TracePlan {
    /// Which of them.
    pub choice: TraceChoice,
    /// How.
    pub format: TraceFormat,
}

/// Which events are shown and kept; all, unless something is said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TraceChoice {
    /// Of these kinds only.
    pub kinds: Option<Vec<String>>,
    /// Not of these kinds.
    pub except: Vec<String>,
    /// Of tasks whose name one of these globs matches only.
    pub tasks: Option<Vec<String>>,
}

impl TraceChoice {
    /// Whether nothing is left out.
    pub fn is_all(&self) -> bool {
        self.kinds.is_none() && self.except.is_empty() && self.tasks.is_none()
    }
}

/// How events are shown and kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TraceFormat {
    /// One event a line, for reading and for diffs.
    #[default]
    Text,
    /// Only what the scenario itself logs.
    Logs,
    /// One JSON object a line.
    Jsonl,
}

impl TraceFormat {
    /// All, each at the position of its word.
    pub const ALL: &[TraceFormat] = &[TraceFormat::Text, TraceFormat::Logs, TraceFormat::Jsonl];
    /// Their words.
    pub const WORDS: &[&str] = &["text", "logs", "jsonl"];

    /// Its word.
    pub fn word(self) -> &'static str {
        TraceFormat::WORDS[self as usize]
    }
}
