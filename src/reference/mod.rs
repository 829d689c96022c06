//! The language in words: pages in Markdown, made from the statement table, the function table and one
//! template that holds all hand-written prose.
//!
//! The same pages are shown in a terminal (`scenario help put`) and gathered into `docs/reference.md`
//! (`scenario reference`), so neither can say what the tables do not.

mod entries;
mod functions;
mod kinds;
pub mod schema;
mod template;
pub mod terminal;

use crate::expression::functions as table;
use crate::statement;

/// The whole reference: `docs/reference.md`.
pub fn reference() -> String {
    template::document()
}

/// All words of the language, by theme, each with one line.
pub fn overview() -> String {
    let topics: Vec<String> = template::topics().map(|(word, _)| format!("`{word}`")).collect();
    format!(
        "{}\n{}\n# Topics\n\n{}\n\n`scenario help WORD` says more about a word, a function or a topic, with an example; `scenario \
         help COMMAND` about a command.\n",
        entries::overview(),
        functions::overview(),
        topics.join(", "),
    )
}

/// The pages about a word: a statement and a function may have the same name, and some words are explained
/// by the page of another.
pub fn pages(word: &str) -> Vec<String> {
    let pages = own_pages(word);
    if pages.is_empty() { explained_by(word).map_or(Vec::new(), own_pages) } else { pages }
}

/// Where a word is explained that has no page: a clause with what it follows, a section of the YAML form with
/// what it declares.
fn explained_by(word: &str) -> Option<&str> {
    Some(match word {
        "catch" | "finally" => "try",
        "else" => "if",
        "exit" => "context",
        "in" => "for",
        "into" | "section" | "sections" | "yaml" => "forms",
        "variable" | "variables" => "names",
        "series" => "measure",
        "true" | "false" | "null" | "list" | "map" | "rate" => "expressions",
        _ => word.strip_suffix('s')?,
    })
}

fn own_pages(word: &str) -> Vec<String> {
    let entries = statement::entries().map(|(_, entry)| entry).filter(|entry| entry.name == word);
    let mut pages: Vec<String> = entries.map(entries::page).collect();
    pages.extend(table::all().filter(|function| function.name == word).map(functions::page));
    pages.extend(template::topics().filter(|(topic, _)| topic == word).map(|(_, text)| text));
    pages.extend(kinds::page(word));
    pages
}

/// All words that have a page.
pub fn words() -> Vec<String> {
    let entries = statement::entries().map(|(_, entry)| entry.name.to_string());
    let functions = table::all().map(|function| function.name.to_string());
    let kinds = statement::kinds::KINDS.iter().map(|(kind, _)| kind.to_string());
    entries.chain(functions).chain(template::topics().map(|(topic, _)| topic)).chain(kinds).collect()
}

/// A table of Markdown; the head may be empty.
fn table<const COLUMNS: usize>(
    head: [&str; COLUMNS],
    rows: impl IntoIterator<Item = [String; COLUMNS]>,
) -> String {
    let line = |cells: [String; COLUMNS]| format!("| {} |\n", cells.map(escaped).join(" | "));
    let mut text = line(head.map(str::to_string));
    text += &format!("|{}\n", "---|".repeat(COLUMNS));
    rows.into_iter().for_each(|row| text += &line(row));
    text
}

fn escaped(cell: String) -> String {
    cell.replace('|', "\\|")
}

/// A block of code.
fn fenced(language: &str, code: &str) -> String {
    format!("```{language}\n{}\n```\n", code.trim_end())
}

/// With a capital in front.
fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clauses_and_sections_are_explained_where_they_belong() {
        for (word, page) in
            [("catch", "# try\n"), ("exit", "# context\n"), ("queues", "# queue\n"), ("range", "# range\n")]
        {
            assert!(pages(word).first().is_some_and(|first| first.starts_with(page)), "{word}");
        }
        for word in ["else", "in", "into", "variables", "series", "null"] {
            assert!(!pages(word).is_empty(), "{word}");
        }
        assert!(pages("nonsenses").is_empty());
    }
}
