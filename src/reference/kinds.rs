//! Pages about the kinds of errors that the engine raises, and of events that traces show.

use super::table;
use crate::statement::events::EVENTS;
use crate::statement::kinds::KINDS;

/// All kinds of errors as a table.
pub(super) fn all() -> String {
    table(["kind", "raised by"], KINDS.iter().map(|(kind, when)| [format!("`{kind}`"), (*when).to_string()]))
}

/// All kinds of events as a table.
pub(super) fn events() -> String {
    table(["kind", "when"], EVENTS.iter().map(|(kind, when)| [format!("`{kind}`"), (*when).to_string()]))
}

/// The page about a kind of error.
pub(super) fn page(word: &str) -> Option<String> {
    let (kind, when) = KINDS.iter().find(|(kind, _)| *kind == word)?;
    Some(format!(
        "# {kind}\n\nA kind of error, raised by: {when}.\n\n`catch {kind} as e {{ .. }}` handles it; `scenario help errors` lists \
         all kinds.\n"
    ))
}
