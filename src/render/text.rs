//! The default format, made for reading and for diffs: one event a line.
//!
//! Time, task and kind stand in columns of fixed width; a longer name moves the rest of its own lines and no
//! other. Points in time are seconds, lengths of time carry the unit that suits them.

use unicode_width::UnicodeWidthStr;

use super::lines::Places;
use super::outcome::Detail;
use super::paint::{BAD, Colour, DIM, GOOD, of_kind};
use super::{Format, Shown, outcome, visible};
use crate::expression::display::duration;
use crate::expression::value::Value;
use crate::trace::event::Ending;
use crate::trace::fields::Field;
use crate::trace::outcome::RunEnding;
use crate::trace::{Event, Happening, Names, Outcome};

/// The width of a point in time: one digit of seconds and nine decimals fit.
pub(super) const TIME: usize = 12;
const TASK: usize = 16;
const KIND: usize = 7;
const SEQUENCE: usize = 6;
const GAP: &str = "  ";

/// Whether lines show their number and that of the event that made them possible.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Causes {
    /// They do not.
    #[default]
    Hidden,
    /// They do.
    Shown,
}

/// The text format.
#[derive(Debug, Default)]
pub struct Text {
    /// Whether the numbers of events and of their causes are shown.
    pub causes: Causes,
    /// With them, every line ends with the place of its statement.
    pub places: Option<Places>,
    /// How much is said behind the last event.
    pub detail: Detail,
    /// Whether the output wants colours.
    pub colour: Colour,
}

impl Format for Text {
    fn event(&mut self, event: &Event, names: &Names, out: &mut String) {
        let begin = out.len();
        if self.causes == Causes::Shown {
            let number = format!("#{}", event.sequence.number());
            self.colour.push(out, DIM, &format!("{number:<SEQUENCE$}"));
        }
        self.colour.push(out, DIM, &format!("{:>TIME$}", clock(event.time)));
        out.push_str(GAP);
        let name = names.task(event.task);
        let name = visible::visible(&name);
        out.push_str(&name);
        pad(out, TASK, name.width());
        out.push_str(GAP);
        let kind = event.happening.kind();
        let style = match &event.happening {
            Happening::End(Ending::Failed(_)) => BAD,
            _ => of_kind(kind),
        };
        self.colour.push(out, style, kind);
        let fields_begin = out.len();
        pad(out, KIND, kind.len());
        out.push_str(GAP);
        let without_fields = out.len();
        push_fields(out, &event.happening.fields(), names);
        if out.len() == without_fields {
            out.truncate(fields_begin);
        }
        if let (Causes::Shown, Some(cause)) = (self.causes, event.cause) {
            self.colour.push(out, DIM, &format!("  <- #{}", cause.number()));
        }
        if let Some(places) = &self.places {
            let place = places.operation(event.place);
            self.colour.push(out, DIM, &format!("  # {}:{}", place.line, place.column));
        }
        // A log line may end in blanks, or be empty.
        out.truncate(begin + out[begin..].trim_end_matches(' ').len());
        out.push('\n');
    }

    fn outcome(&mut self, outcome: &Outcome, shown: Shown, out: &mut String) {
        if !matches!((shown, outcome.events), (Shown::All, 0) | (Shown::Some(0), _)) {
            out.push('\n');
        }
        let held = outcome::holds(outcome) && matches!(outcome.ending, RunEnding::Ok(_));
        let style = if held { GOOD } else { BAD };
        let text = outcome::text(outcome, shown.into(), self.detail);
        let (word, rest) = text.split_at(text.find(' ').unwrap_or(text.len()));
        self.colour.push(out, style, word);
        out.push_str(rest);
    }
}

fn pad(out: &mut String, column: usize, width: usize) {
    out.extend(std::iter::repeat_n(' ', column.saturating_sub(width)));
}

/// The fields that stand bare; all others stand behind their names.
const BARE: &[&str] = &[
    "text", "child", "for", "queue", "item", "limit", "signal", "service", "cache", "series", "file",
    "target", "failed", "outcome", "error",
];

/// What stands before a field.
#[derive(Clone, Copy)]
enum Before {
    Nothing,
    /// A bare word, as `get` in `get orders`.
    Word,
    Field,
}

/// The most important fields stand bare. A named field that is null says nothing; a message belongs to its
/// error's kind, and a bare word to the bare field that follows it.
fn push_fields(out: &mut String, fields: &[(&'static str, Field)], names: &Names) {
    let mut before = Before::Nothing;
    for (name, field) in fields {
        let bare = BARE.contains(name);
        match field {
            Field::Value(Value::Null) if !bare => continue,
            Field::Name(message) if *name == "message" => {
                if !message.is_empty() {
                    out.push_str(": ");
                    visible::push(out, message);
                }
                continue;
            }
            _ => {}
        }
        out.push_str(match before {
            Before::Nothing => "",
            Before::Word if bare => " ",
            Before::Word | Before::Field => ", ",
        });
        if !bare {
            out.push_str(name);
            out.push(' ');
        }
        push_field(out, name, field, names);
        before = if bare && matches!(field, Field::Word(_)) { Before::Word } else { Before::Field };
    }
}

fn push_field(out: &mut String, name: &str, field: &Field, names: &Names) {
    match field {
        Field::Value(Value::Text(text)) if name == "text" => visible::push(out, text),
        Field::Value(value) => visible::push(out, &value.quoted(names)),
        Field::Duration(length) => out.push_str(&length_of_time(*length)),
        Field::Count(count) => out.push_str(&count.to_string()),
        Field::Word(word) => out.push_str(word),
        Field::Name(name) => visible::push(out, name),
    }
}

/// A length of time in nanoseconds, in the unit that suits it.
pub(super) fn length_of_time(nanoseconds: u64) -> String {
    duration(i64::try_from(nanoseconds).unwrap_or(i64::MAX))
}

/// A point in time, given in nanoseconds: seconds with three, six or nine decimals, as many as it needs.
pub(super) fn clock(nanoseconds: u64) -> String {
    let (seconds, rest) = (nanoseconds / 1_000_000_000, nanoseconds % 1_000_000_000);
    match rest {
        _ if rest % 1_000_000 == 0 => format!("{seconds}.{:03}s", rest / 1_000_000),
        _ if rest % 1_000 == 0 => format!("{seconds}.{:06}s", rest / 1_000),
        _ => format!("{seconds}.{rest:09}s"),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::expression::value::{ErrorValue, ResourceId, TaskId};
    use crate::plan::{BodyIndex, Place, Position};
    use crate::trace::Sequence;
    use crate::trace::event::{Awaited, Log};

    fn line(text: &mut Text, task: &str, happening: Happening) -> String {
        let mut names = Names::new(Arc::new(["orders".to_string()]));
        names.root(task.into());
        let event = Event {
            sequence: Sequence::last_of(13).unwrap(),
            time: 276_000_000,
            task: TaskId(0),
            cause: Sequence::last_of(8),
            place: Place { body: BodyIndex(0), position: Position(0) },
            happening,
        };
        let mut out = String::new();
        text.event(&event, &names, &mut out);
        out
    }

    fn shown(happening: Happening) -> String {
        line(&mut Text::default(), "main", happening)
    }

    fn logged(text: &str) -> Happening {
        let text = Value::text(text);
        Happening::Log(Box::new(Log { text, level: None, logger: None, fields: Value::Null }))
    }

    #[test]
    fn points_in_time_have_as_many_decimals_as_they_need() {
        let shown = [0, 276_000_000, 100_000, 1, 86_400_000_000_001].map(clock);
        assert_eq!(shown, ["0.000s", "0.276s", "0.000100s", "0.000000001s", "86400.000000001s"]);
    }

    #[test]
    fn fields_read_as_a_sentence() {
        let error =
            ErrorValue { kind: "IoError".into(), message: "broke".into(), errors: Vec::new(), origin: None };
        let error = Arc::new(error);
        let lines = [
            Happening::Put(ResourceId(0), Value::text("P0_0"), 1),
            Happening::Wait(Awaited::Get(ResourceId(0))),
            Happening::Wait(Awaited::Branches(3)),
            Happening::End(Ending::Done(Value::Null)),
            Happening::End(Ending::Failed(error.clone())),
            Happening::Unobserved(TaskId(0), error),
            Happening::Retry(1, 500_000_000),
        ]
        .map(shown);
        assert_eq!(
            lines,
            [
                "      0.276s  main              put      orders, \"P0_0\", size 1\n",
                "      0.276s  main              wait     get orders\n",
                "      0.276s  main              wait     branches, running 3\n",
                "      0.276s  main              end      done\n",
                "      0.276s  main              end      failed IoError: broke\n",
                "      0.276s  main              unobserved  main, IoError: broke\n",
                "      0.276s  main              retry    attempt 1, delay 500ms\n",
            ]
        );
    }

    #[test]
    fn columns_count_east_asian_characters_twice_and_move_with_no_other_name() {
        assert_eq!(
            line(&mut Text::default(), "消费者.1", logged("取走")),
            "      0.276s  消费者.1          log      取走\n"
        );
        let long = line(&mut Text::default(), "a_task_of_a_long_name", logged("x"));
        assert_eq!(long, "      0.276s  a_task_of_a_long_name  log      x\n");
    }

    #[test]
    fn an_event_is_one_line_whatever_it_holds() {
        assert_eq!(
            shown(logged("a\n\u{1b}[31mb  ")),
            "      0.276s  main              log      a\\n\\u{1b}[31mb\n"
        );
        assert_eq!(shown(logged("")), "      0.276s  main              log\n");
    }

    #[test]
    fn causes_frame_the_line() {
        let mut text = Text { causes: Causes::Shown, ..Text::default() };
        assert_eq!(
            line(&mut text, "main", logged("x")),
            "#12         0.276s  main              log      x  <- #7\n"
        );
    }

    #[test]
    fn colours_change_no_column() {
        let mut text = Text { colour: Colour::Styled, ..Text::default() };
        let styled = line(&mut text, "main", logged("x"));
        assert!(styled.contains("\u{1b}["));
        assert_eq!(anstream::adapter::strip_str(&styled).to_string(), shown(logged("x")));
    }
}
