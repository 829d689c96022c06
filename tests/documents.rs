//! What the documents show is true: every scenario in them runs as it stands, and every shown command prints
//! what is shown.

use std::path::{Path, PathBuf};
use std::process::Command;

use scenario::source::{Form, Source};
use scenario::{Driver, Limits, Load, load};

/// A fenced block of a document.
struct Block {
    language: String,
    content: String,
    line: usize,
}

/// Wants no events.
struct Nothing;

impl scenario::trace::Sink for Nothing {
    fn event(&mut self, _: &scenario::trace::Event, _: &scenario::trace::Names) -> scenario::trace::Flow {
        scenario::trace::Flow::Continue
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn documents() -> Vec<PathBuf> {
    let mut documents = vec![root().join("README.md")];
    let folder = root().join("docs").read_dir().into_iter().flatten();
    documents.extend(
        folder
            .map(|entry| entry.expect("the entries of a folder can be read").path())
            .filter(|path| path.extension().is_some_and(|it| it == "md")),
    );
    documents.sort();
    documents
}

fn blocks(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut lines = text.lines().enumerate();
    while let Some((index, line)) = lines.next() {
        let Some(language) = line.trim_start().strip_prefix("```") else { continue };
        let body = lines.by_ref().map(|(_, line)| line).take_while(|line| line.trim_start() != "```");
        let content = body.fold(String::new(), |all, line| all + line + "\n");
        blocks.push(Block { language: language.to_string(), content, line: index + 1 });
    }
    blocks
}

#[test]
fn every_scenario_in_a_document_runs_without_an_error_or_a_warning() {
    let mut count = 0;
    for document in documents() {
        let text = std::fs::read_to_string(&document).unwrap();
        for block in blocks(&text) {
            let form = match block.language.as_str() {
                "scenario" => Form::Text,
                "yaml" => Form::Yaml,
                _ => continue,
            };
            count += 1;
            let place = format!("{}:{}", document.display(), block.line);
            let loaded = load(Source::new(&place, block.content.as_str(), form), &Load::default());
            assert!(loaded.diagnostics.is_empty(), "{place}: {:#?}", loaded.diagnostics);
            let plan = loaded.plan.unwrap();
            let (outcome, _) = scenario::run(&plan, Driver::Direct, Limits::default(), Nothing);
            let broken = outcome
                .verdicts
                .iter()
                .filter(|it| it.judgement != scenario::trace::outcome::Judgement::Held);
            assert_eq!(broken.count(), 0, "{place}: {:#?}", outcome.verdicts);
        }
    }
    // The reference shows one for each word of the language.
    assert!(count >= 60, "the documents show {count} scenarios");
}

#[test]
fn every_command_in_a_document_prints_what_is_shown() {
    let mut count = 0;
    for document in documents() {
        let text = std::fs::read_to_string(&document).unwrap();
        for block in blocks(&text).iter().filter(|block| block.language == "console") {
            let (command, shown) = block.content.split_once('\n').unwrap();
            let arguments = command.strip_prefix("$ scenario ").unwrap().split_whitespace();
            count += 1;
            let output = Command::new(env!("CARGO_BIN_EXE_scenario"))
                .args(arguments)
                .current_dir(root())
                .output()
                .unwrap();
            let printed = [output.stdout, output.stderr].map(|part| String::from_utf8(part).unwrap());
            let [trace, report] = printed.map(|part| part.trim_end().to_string());
            let separator = if trace.is_empty() || report.is_empty() { "" } else { "\n\n" };
            let printed = format!("{trace}{separator}{}", report.trim_start_matches('\n'));
            assert_eq!(printed, shown.trim_end(), "{}:{}", document.display(), block.line);
        }
    }
    assert!(count >= 1, "the documents show {count} commands");
}
