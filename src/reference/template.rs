//! The hand-written prose, in `template.md`, with a place for each part that the tables give. Its sections
//! are the topics of `scenario help`.

use super::{capitalised, entries, functions, kinds};
use crate::statement::Role;

const TEMPLATE: &str = include_str!("template.md");

/// The template with everything in its place.
pub(super) fn document() -> String {
    let places = [
        ("kinds", kinds::all()),
        ("events", kinds::events()),
        ("statements", statements()),
        ("declarations", sections(Role::Declaration, "###")),
        ("expectations", sections(Role::Expectation, "###")),
        ("functions", functions::tables()),
    ];
    places.iter().fold(TEMPLATE.to_string(), |text, (name, content)| put(&text, name, content))
}

/// The sections that explain something, by their titles in lower case.
pub(super) fn topics() -> impl Iterator<Item = (String, String)> {
    let sections = TEMPLATE.split("\n## ").skip(1);
    let generated = ["statements", "declarations", "expectations", "functions", "abilities"];
    sections.filter_map(move |section| {
        let (title, text) = section.split_once('\n')?;
        let word = title.to_lowercase();
        let text = put(&put(text, "kinds", &kinds::all()), "events", &kinds::events());
        let page = format!("# {title}\n{text}");
        (!generated.contains(&word.as_str())).then_some((word, page))
    })
}

fn put(text: &str, name: &str, content: &str) -> String {
    text.replace(&format!("{{{{{name}}}}}"), content.trim_end())
}

fn statements() -> String {
    let themes = entries::themes(Role::Statement).into_iter().map(|(theme, entries)| {
        let sections = entries.into_iter().map(|entry| entries::section(entry, "####"));
        format!("### {}\n\n{}", capitalised(theme), sections.collect::<Vec<_>>().join("\n"))
    });
    themes.collect::<Vec<_>>().join("\n")
}

fn sections(role: Role, level: &str) -> String {
    let entries = entries::themes(role).into_iter().flat_map(|(_, entries)| entries);
    entries.map(|entry| entries::section(entry, level)).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_is_filled() {
        for name in ["kinds", "events", "statements", "declarations", "expectations", "functions"] {
            assert!(TEMPLATE.contains(&format!("{{{{{name}}}}}")), "{name}");
            assert!(!document().contains(&format!("{{{{{name}}}}}")), "{name}");
        }
    }

    #[test]
    fn the_topics_are_the_sections_that_explain() {
        let words: Vec<String> = topics().map(|(word, _)| word).collect();
        let expected = [
            "forms",
            "templates",
            "durations",
            "expressions",
            "random",
            "names",
            "meaning",
            "errors",
            "events",
        ];
        assert_eq!(words, expected);
    }
}
