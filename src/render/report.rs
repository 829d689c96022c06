//! What is wrong with a file, for people and for tools.

use annotate_snippets::Level;
use serde_json::{Value, json};

use super::excerpt::{Excerpts, Heading, Mark, draw, help};
use super::jsonl::line_of;
use super::lines::Lines;
use super::outcome::counted;
use super::paint::Colour;
use crate::diagnostic::{Diagnostic, Severity};
use crate::format::sketch;
use crate::load::BAD_PARAMETER;
use crate::source::{Form, Source, Span};

/// So many diagnostics are drawn; nobody reads more of them, and a large file may have a million.
const DRAWN: usize = 1_000;

/// Errors and warnings with the lines that they are about, a caret, and a help.
pub fn diagnostics(source: &Source, diagnostics: &[Diagnostic], colour: Colour) -> String {
    let excerpts = Excerpts::new(source);
    let drawn =
        diagnostics.iter().take(DRAWN).map(|diagnostic| diagnosed(source, &excerpts, diagnostic, colour));
    let mut text: String = drawn.collect();
    if diagnostics.len() > DRAWN {
        let more = counted((diagnostics.len() - DRAWN) as u64, "more problem");
        text += &format!("{more} not shown; `scenario check --format json` lists all\n\n");
    }
    text
}

fn diagnosed(source: &Source, excerpts: &Excerpts<'_>, diagnostic: &Diagnostic, colour: Colour) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level.clone().primary_title(&diagnostic.message).id(diagnostic.code);
    let heading = Heading { level, title };
    let main = Mark { span: diagnostic.span, label: diagnostic.label.clone() };
    let mark = |(span, label): &(Span, String)| Mark { span: *span, label: label.clone() };
    let related: Vec<Mark> = diagnostic.related.iter().map(mark).collect();
    let advice = advice(source, diagnostic);
    let advice = advice.as_deref().map(help);
    let groups = match has_place(diagnostic) {
        true => excerpts.groups(heading, &main, &related, advice),
        false => excerpts.origin(heading, advice),
    };
    draw(&groups, colour)
}

/// What to do, with the example, if there is one, in the form of the file.
pub(crate) fn advice(source: &Source, diagnostic: &Diagnostic) -> Option<String> {
    let help = diagnostic.help.as_deref()?;
    let Some(example) = &diagnostic.example else { return Some(help.to_string()) };
    let yaml = if source.form == Form::Yaml { sketch(example) } else { None };
    Some(match yaml {
        Some(yaml) => format!("{help}:\n{yaml}"),
        None => format!("{help}: `{example}`"),
    })
}

/// What is wrong with a value on the command line is nowhere in the file.
fn has_place(diagnostic: &Diagnostic) -> bool {
    diagnostic.code != BAD_PARAMETER
}

/// Errors and warnings as JSON, one object a line: `{"file", "line", "column", "end_line", "end_column",
/// "severity", "code", "message", "label", "help", "related"}`. Lines and columns count from 1, columns count
/// characters, and the end is the place behind the last character; a diagnostic about the command line has no
/// places.
pub fn diagnostics_json(source: &Source, diagnostics: &[Diagnostic]) -> String {
    let lines = Lines::new(source);
    let mut out = String::new();
    for diagnostic in diagnostics {
        let mut object = json!({ "file": source.name });
        if has_place(diagnostic) {
            add_places(&mut object, &lines, diagnostic.span);
        }
        object["severity"] = match diagnostic.severity {
            Severity::Error => "error".into(),
            Severity::Warning => "warning".into(),
        };
        object["code"] = diagnostic.code.into();
        object["message"] = diagnostic.message.as_str().into();
        object["label"] = diagnostic.label.as_str().into();
        object["help"] = advice(source, diagnostic).into();
        let related = diagnostic.related.iter().map(|(span, label)| {
            let mut place = json!({});
            add_places(&mut place, &lines, *span);
            place["message"] = label.as_str().into();
            place
        });
        object["related"] = Value::Array(related.collect());
        out.push_str(&line_of(&object));
    }
    out
}

fn add_places(object: &mut Value, lines: &Lines, span: Span) {
    let range = lines.range(span);
    for (name, offset) in [("", range.start), ("end_", range.end)] {
        let place = lines.place(offset as u32);
        object[format!("{name}line")] = place.line.into();
        object[format!("{name}column")] = place.column.into();
    }
}

/// An error that is about no place in a scenario: a missing file, an output that can't be written.
pub fn plain_error(message: &str, advice: Option<&str>, colour: Colour) -> String {
    let group = Level::ERROR.primary_title(message).elements(advice.map(help));
    draw(&[group], colour)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_looks_like_those_of_rustc() {
        let source =
            Source::new("x.scenario", "queue orders\r\nmain {\r\n\tput ordres, 1\r\n}\r\n", Form::Text);
        let error = Diagnostic::error("unknown-name", Span::new(27, 33), "`ordres` is not declared")
            .label("no such queue")
            .related(Span::new(6, 12), "this one is near")
            .help("did you mean `orders`?");
        let expected = "\
error[unknown-name]: `ordres` is not declared
 --> x.scenario:3:6
  |
1 | queue orders
  |       ------ this one is near
2 | main {
3 |     put ordres, 1
  |         ^^^^^^ no such queue
  |
  = help: did you mean `orders`?

";
        assert_eq!(diagnostics(&source, &[error], Colour::Plain), expected);
    }

    #[test]
    fn no_span_breaks_the_drawing() {
        for text in
            ["", "\n", "\r\n", "é\n消费\t\u{1b}x\r\n\nend", "\u{feff}main {\n  log \"x\"\n}", "a\rb\n"]
        {
            let source = Source::new("x", text, Form::Text);
            for start in 0..text.len() as u32 + 3 {
                for end in 0..text.len() as u32 + 3 {
                    let error = Diagnostic::error("syntax", Span { start, end }, "bad")
                        .label("here")
                        .related(Span { start: end, end: start }, "there")
                        .related(Span::default(), "");
                    let drawn = diagnostics(&source, std::slice::from_ref(&error), Colour::Plain);
                    assert!(drawn.starts_with("error[syntax]: bad\n"), "{drawn}");
                    assert!(!drawn.contains('\u{1b}'), "{drawn:?}");
                    let object: Value = serde_json::from_str(&diagnostics_json(&source, &[error])).unwrap();
                    assert_eq!(object["line"], source.place(start).line);
                }
            }
        }
    }

    #[test]
    fn a_span_of_several_lines_marks_its_first() {
        let source = Source::new("x", "while true {\n  sleep 1s\n}\n", Form::Text);
        let error = Diagnostic::error("syntax", Span::new(0, 25), "bad");
        let drawn = diagnostics(&source, &[error], Colour::Plain);
        assert_eq!(drawn, "error[syntax]: bad\n --> x:1:1\n  |\n1 | while true {\n  | ^^^^^^^^^^^^\n\n");
    }

    #[test]
    fn places_far_apart_are_shown_apart() {
        let text = format!("first\n{}last\n", "middle\n".repeat(50_000));
        let source = Source::new("x", text.as_str(), Form::Text);
        let error = Diagnostic::error("syntax", Span::new(text.len() - 5, text.len() - 1), "bad")
            .related(Span::new(0, 5), "here it began");
        let drawn = diagnostics(&source, &[error], Colour::Plain);
        assert!(drawn.contains("50002 | last") && drawn.contains("1 | first"), "{drawn}");
        assert!(drawn.lines().count() < 15, "{drawn}");
    }

    #[test]
    fn of_a_very_long_line_a_piece_is_shown() {
        let text = format!("main {{ log \"{}\" foo }} # {}", "é".repeat(3_000), "x".repeat(3_000));
        let source = Source::new("x", text.as_str(), Form::Text);
        let at = text.find("foo").unwrap();
        let error = Diagnostic::error("syntax", Span::new(at, at + 3), "bad")
            .label("here")
            .related(Span::new(0, 4), "begun")
            .help("leave it out");
        let expected = format!(
            "\
error[syntax]: bad
 --> x:1:3015
  |
  |
1 | ...{}\" foo }} # {}...
  |    {}^^^ here
  = help: leave it out
note: begun
 --> x:1:1

",
            "é".repeat(48),
            "x".repeat(45),
            " ".repeat(50)
        );
        assert_eq!(diagnostics(&source, &[error], Colour::Plain), expected);
    }

    #[test]
    fn no_more_is_drawn_than_anybody_reads() {
        let source = Source::new("x", "main", Form::Text);
        let error = Diagnostic::error("syntax", Span::new(0, 4), "bad");
        let drawn = diagnostics(&source, &vec![error; DRAWN + 2], Colour::Plain);
        assert_eq!(drawn.matches("error[syntax]").count(), DRAWN);
        assert!(drawn.ends_with("2 more problems not shown; `scenario check --format json` lists all\n\n"));
    }
}
