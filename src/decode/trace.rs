//! Decodes what `trace` says.

use super::statement::Decoder;
use crate::ast::Statement;
use crate::diagnostic::Diagnostic;
use crate::plan::{TraceChoice, TraceFormat, TracePlan};
use crate::statement::declaration::{TRACE_EXCEPT, TRACE_FORMAT, TRACE_KINDS, TRACE_TASKS};

impl Decoder {
    /// Which events are shown, and how.
    pub(super) fn trace(&mut self, decoded: &Statement) -> TracePlan {
        let texts = |position| decoded.texts(position).map(<[String]>::to_vec);
        let choice = TraceChoice {
            kinds: texts(TRACE_KINDS),
            except: texts(TRACE_EXCEPT).unwrap_or_default(),
            tasks: texts(TRACE_TASKS),
        };
        let format = decoded.word(TRACE_FORMAT).map_or(TraceFormat::Text, |index| TraceFormat::ALL[index]);
        if format == TraceFormat::Logs {
            self.logs_are_among(&choice, decoded);
        }
        TracePlan { choice, format }
    }

    /// The format `logs` needs something to show. What is misspelt has been reported.
    fn logs_are_among(&mut self, choice: &TraceChoice, decoded: &Statement) {
        let is_log = |kind: &String| kind == "log";
        let (position, reason) = match &choice.kinds {
            _ if choice.except.iter().any(is_log) => (TRACE_EXCEPT, "this leaves them out"),
            Some(kinds) if !kinds.is_empty() && !kinds.iter().any(is_log) => {
                (TRACE_KINDS, "they are not here")
            }
            _ => return,
        };
        let place = |position: usize| decoded.arguments[position].as_ref().map(|argument| argument.span);
        self.diagnostics.push(
            Diagnostic::error(
                "shows-nothing",
                place(position).unwrap_or(decoded.span),
                "the format `logs` shows events of kind `log` only",
            )
            .label(reason)
            .related(place(TRACE_FORMAT).unwrap_or(decoded.span), "the format")
            .help("leave one of the two out; `text` and `jsonl` show all kinds"),
        );
    }
}
