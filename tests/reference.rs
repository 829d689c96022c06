//! The reference is what the program says, and what it claims to be shown by a scenario is shown there.

#[path = "running/files.rs"]
mod files;
#[path = "running/plans.rs"]
mod plans;

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use plans::plan;
use scenario::reference::{overview, pages, reference, terminal, words};
use scenario::render::Colour;
use scenario::statement;
use scenario::statement::events::EVENTS;
use scenario::trace::{Event, Flow, Names, Sink};
use scenario::{Driver, Limits, Load};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn the_reference_is_fresh() {
    let kept = std::fs::read_to_string(root().join("docs/reference.md")).unwrap_or_default();
    assert!(
        kept.replace("\r\n", "\n") == reference(),
        "docs/reference.md is stale; refresh it: cargo run -- reference > docs/reference.md"
    );
}

/// A row of the table of abilities: what, said by, shown by.
fn abilities() -> Vec<[String; 3]> {
    let text = reference();
    let table =
        text.split_once("\n## Abilities\n").map(|(_, table)| table.to_string()).expect("the table is there");
    let rows = table.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| what |"));
    let cells = |row: &str| -> [String; 3] {
        let cells: Vec<String> =
            row.trim_matches('|').split(" | ").map(|cell| cell.trim().to_string()).collect();
        cells.try_into().unwrap_or_else(|cells| panic!("a row of three cells: {cells:?}"))
    };
    rows.map(cells).collect()
}

#[test]
fn what_the_language_can_say_is_shown_by_a_scenario() {
    let rows = abilities();
    for [what, said_by, shown_by] in &rows {
        assert!(!what.is_empty(), "an ability without a name, shown by {shown_by}");
        let path = shown_by.split_once("](../").and_then(|(_, path)| path.strip_suffix(')'));
        let path = path.unwrap_or_else(|| panic!("{what}: `{shown_by}` is no link to a scenario"));
        let file = std::fs::read_to_string(root().join(path))
            .unwrap_or_else(|error| panic!("{what}: {path}: {error}"));
        let code: Vec<&str> = file.lines().filter(|line| !line.trim_start().starts_with('#')).collect();
        let spans: Vec<&str> = said_by.split('`').skip(1).step_by(2).collect();
        assert!(!spans.is_empty(), "{what}: nothing says it");
        for span in spans {
            assert!(code.iter().any(|line| line.contains(span)), "{what}: {path} has no `{span}`");
        }
    }
    println!("{} abilities", rows.len());
    assert!(rows.len() >= 100, "only {} abilities", rows.len());
}

/// The kinds of events of some runs.
#[derive(Default)]
struct Kinds(BTreeSet<&'static str>);

impl Sink for Kinds {
    fn event(&mut self, event: &Event, _: &Names) -> Flow {
        self.0.insert(event.happening.kind());
        Flow::Continue
    }
}

#[test]
fn the_kinds_of_events_that_are_listed_are_those_that_the_scenarios_show() {
    let mut kinds = Kinds::default();
    for file in files::all().iter().filter(|file| !file.is_in("errors")) {
        let plan = plan(file.source(), &Load::default());
        (_, kinds) = scenario::run(&plan, Driver::Direct, Limits::default(), kinds);
    }
    let listed: BTreeSet<&str> = EVENTS.iter().map(|(kind, _)| *kind).collect();
    assert_eq!(kinds.0, listed, "left: shown, right: listed");
    assert_eq!(listed.len(), EVENTS.len(), "one is listed twice");
}

#[test]
fn every_word_has_a_page_and_stands_in_the_overview() {
    let overview = overview();
    for word in words() {
        let pages = pages(&word);
        assert!(!pages.is_empty(), "`{word}` has no page");
        for page in pages {
            assert!(page.starts_with("# ") && page.lines().count() > 3, "{word}: {page}");
        }
    }
    for (_, entry) in statement::entries() {
        assert!(overview.contains(&format!("`{}`", entry.name)), "{} is missing", entry.name);
    }
}

#[test]
fn a_page_keeps_to_its_width_and_colours_change_no_letter() {
    for word in words() {
        for page in pages(&word) {
            let plain = terminal::show(&page, 100, Colour::Plain);
            let is_code = |line: &&str| line.starts_with("    ");
            for line in plain.lines().filter(|line| !is_code(line)) {
                assert!(line.chars().count() <= 100, "{word}: {line}");
            }
            assert!(!plain.contains('\u{1b}'), "{word}: escapes in plain text");
            let styled = terminal::show(&page, 1_000, Colour::Styled);
            let bare = anstream::adapter::strip_str(&styled).to_string().replace('`', "");
            let plain = terminal::show(&page, 1_000, Colour::Plain).replace('`', "");
            let words = |text: &str| text.split_whitespace().map(str::to_string).collect::<Vec<_>>();
            assert_eq!(words(&bare), words(&plain), "{word}");
        }
    }
}

fn run(arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_scenario"))
        .args(arguments)
        .env_remove("COLUMNS")
        .output()
        .expect("the program runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("it prints text");
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn help_explains_statements_functions_topics_and_commands() {
    for (word, expected) in [
        ("put", "timeout   a duration"),
        ("put", "- put: orders\n      item: item"),
        ("len", "gives an integer"),
        ("durations", "`0.1s + 0.2s == 0.3s`"),
        ("Timeout", "handles it"),
        ("timeout", "`scenario run scenarios/statements/timeout.scenario`"),
        ("run", "Usage: scenario run"),
        ("help", "Usage: scenario help"),
    ] {
        let (code, output, errors) = run(&["help", word]);
        assert_eq!((code, errors.as_str()), (Some(0), ""), "{word}");
        assert!(output.contains(expected), "{word}: {output}");
    }
    let (code, output, _) = run(&["help"]);
    assert_eq!(code, Some(0));
    for expected in
        ["Statements\n", "Declarations\n", "Expectations\n", "Functions\n", "Topics\n", "put orders, item"]
    {
        assert!(output.contains(expected), "{expected}");
    }
}

#[test]
fn an_unknown_word_is_answered_with_the_nearest_one() {
    let (code, output, errors) = run(&["help", "putt"]);
    assert_eq!((code, output.as_str()), (Some(2), ""));
    assert!(errors.contains("did you mean `put`?"), "{errors}");
    let (code, _, errors) = run(&["help", "xyzzyx"]);
    assert_eq!(code, Some(2));
    assert!(errors.contains("lists all words"), "{errors}");
}
