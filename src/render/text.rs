//! The default format, made for reading and for diffs: one event a line.
//!
//! Time, task and kind stand in columns of fixed width; a longer name moves the rest of its own lines and no
//! other. Points in time are seconds, lengths of time carry the unit that suits them.

use unicode_width::UnicodeWidthStr;

use super::lines::Places;
use super::outcome::Detail;
use super::paint::{BAD, Colour, DIM, GOOD, of_kind};
use super::tasks::TaskTexts;
use super::{Format, Page, Shown, outcome, visible};
use crate::expression::display::duration;
use crate::expression::value::Value;
use crate::trace::event::Ending;
use crate::trace::fields::{Field, FieldName, Fields};
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

/// The text format, for the trace of one run.
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
    /// Tasks' names, as wide as their column.
    tasks: TaskTexts<String>,
    /// The last line.
    line: String,
}

impl Text {
    /// The format.
    pub fn new(causes: Causes, places: Option<Places>, detail: Detail, colour: Colour) -> Text {
        Text { causes, places, detail, colour, ..Text::default() }
    }

    /// An event as a line, without its end.
    pub fn line(&mut self, event: &Event, names: &Names) -> &str {
        let out = &mut self.line;
        out.clear();
        if self.causes == Causes::Shown {
            let number = format!("#{}", event.sequence.number());
            self.colour.push(out, DIM, &format!("{number:<SEQUENCE$}"));
        }
        self.colour.styled(out, DIM, |out| push_clock_in_column(out, event.time));
        out.push_str(GAP);
        out.push_str(self.tasks.get(event.task, || column_of(&names.task(event.task))));
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
        event.happening.hand_over(&mut Sentence { out, names, before: Before::Nothing });
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
        out.trim_end_matches(' ')
    }
}

impl Format for Text {
    fn event(&mut self, event: &Event, names: &Names, out: &mut Page) {
        out.push(self.line(event, names));
        out.push("\n");
    }

    fn outcome(&mut self, outcome: &Outcome, shown: Shown, out: &mut Page) {
        if !matches!((shown, outcome.events), (Shown::All, 0) | (Shown::Some(0), _)) {
            out.push("\n");
        }
        let held = outcome::holds(outcome) && matches!(outcome.ending, RunEnding::Ok(_));
        let style = if held { GOOD } else { BAD };
        let text = outcome::text(outcome, shown.into(), self.detail);
        let (word, rest) = text.split_at(text.find(' ').unwrap_or(text.len()));
        let mut painted = String::new();
        self.colour.push(&mut painted, style, word);
        out.push(&painted);
        out.push(rest);
    }
}

/// Fills a column up.
fn pad(out: &mut String, column: usize, width: usize) {
    const BLANKS: &str = "                ";
    const { assert!(TIME <= BLANKS.len() && TASK <= BLANKS.len() && KIND <= BLANKS.len()) };
    out.push_str(&BLANKS[..column.saturating_sub(width)]);
}

/// A task's name, as wide as its column.
fn column_of(name: &str) -> String {
    let mut column = visible::visible(name).into_owned();
    let width = column.width();
    pad(&mut column, TASK, width);
    column
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

/// The fields of an event. The most important stand bare. A named field that is null says nothing; a message
/// belongs to its error's kind, and a bare word to the bare field that follows it.
struct Sentence<'a> {
    out: &'a mut String,
    names: &'a Names,
    before: Before,
}

impl Fields<'_> for Sentence<'_> {
    fn field(&mut self, name: FieldName, field: Field<'_>) {
        let name = name.word;
        let bare = BARE.contains(&name);
        match field {
            Field::Value(Value::Null) if !bare => return,
            Field::Name(message) if name == "message" => {
                if !message.is_empty() {
                    self.out.push_str(": ");
                    visible::push(self.out, message);
                }
                return;
            }
            _ => {}
        }
        self.out.push_str(match self.before {
            Before::Nothing => "",
            Before::Word if bare => " ",
            Before::Word | Before::Field => ", ",
        });
        if !bare {
            self.out.push_str(name);
            self.out.push(' ');
        }
        self.push(name, field);
        self.before = if bare && matches!(field, Field::Word(_)) { Before::Word } else { Before::Field };
    }
}

impl Sentence<'_> {
    fn push(&mut self, name: &str, field: Field<'_>) {
        let Sentence { out, names, .. } = self;
        match field {
            Field::Value(Value::Text(text)) if name == "text" => visible::push(out, text),
            Field::Int(number) => push_number(out, number),
            Field::Value(Value::Int(number)) => push_number(out, *number),
            Field::Value(value) => visible::push(out, &value.quoted(*names)),
            Field::Task(task) => visible::push(out, &names.task(task)),
            Field::Resource(resource) => visible::push(out, names.resource_name(resource)),
            Field::Duration(length) => out.push_str(&length_of_time(length)),
            Field::Count(count) => push_number(out, count),
            Field::Word(word) => out.push_str(word),
            Field::Name(name) => visible::push(out, name),
        }
    }
}

/// A length of time in nanoseconds, in the unit that suits it.
pub(super) fn length_of_time(nanoseconds: u64) -> String {
    duration(i64::try_from(nanoseconds).unwrap_or(i64::MAX))
}

/// A point in time, given in nanoseconds: seconds with three, six or nine decimals, as many as it needs.
pub(super) fn clock(nanoseconds: u64) -> String {
    let mut text = String::new();
    push_clock(&mut text, nanoseconds);
    text
}

/// A point in time, at the right end of its column.
pub(super) fn push_clock_in_column(out: &mut String, nanoseconds: u64) {
    let (seconds, rest) = (nanoseconds / SECOND, nanoseconds % SECOND);
    let digits = seconds.checked_ilog10().unwrap_or(0) as usize + 1;
    pad(out, TIME, digits + ".s".len() + decimals(rest));
    push_clock(out, nanoseconds);
}

fn push_clock(out: &mut String, nanoseconds: u64) {
    let (seconds, rest) = (nanoseconds / SECOND, nanoseconds % SECOND);
    push_number(out, seconds);
    out.push('.');
    let decimals = decimals(rest);
    // A one in front keeps the zeros that the decimals begin with.
    let behind_one = (SECOND + rest) / 10_u64.pow(NANOSECONDS - decimals as u32);
    out.push_str(&itoa::Buffer::new().format(behind_one)[1..]);
    out.push('s');
}

const SECOND: u64 = 1_000_000_000;
/// Decimals of a second that is told to the nanosecond.
const NANOSECONDS: u32 = 9;

/// How many decimals a part of a second needs.
fn decimals(nanoseconds: u64) -> usize {
    match nanoseconds {
        _ if nanoseconds.is_multiple_of(1_000_000) => 3,
        _ if nanoseconds.is_multiple_of(1_000) => 6,
        _ => NANOSECONDS as usize,
    }
}

fn push_number(out: &mut String, number: impl itoa::Integer) {
    out.push_str(itoa::Buffer::new().format(number));
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
        let mut page = Page::default();
        text.event(&event, &names, &mut page);
        page.into_string()
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
    fn points_in_time_end_where_their_column_does_if_they_fit() {
        let lines = [0, 12_000_000_000, 999_000_001_000, 86_400_000_000_001].map(|time| {
            let mut out = String::new();
            push_clock_in_column(&mut out, time);
            out
        });
        assert_eq!(lines, ["      0.000s", "     12.000s", " 999.000001s", "86400.000000001s"]);
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
