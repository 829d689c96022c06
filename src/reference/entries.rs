//! Pages about statements, declarations and expectations.

use super::{capitalised, fenced, table};
use crate::format::{convert, sketch};
use crate::source::{Form, Source};
use crate::statement::flow::EXPRESSION;
use crate::statement::{self, Argument, BlockShape, Declares, Entry, Need, Role, Waits, Yields};

/// Where the examples are kept.
const EXAMPLES: &str = "scenarios/statements";

/// The places of entries, with their titles.
const ROLES: &[(Role, &str)] = &[
    (Role::Statement, "statements"),
    (Role::Declaration, "declarations"),
    (Role::Expectation, "expectations"),
];

/// All words with their usage and the first sentence of their help.
pub(super) fn overview() -> String {
    let mut text = String::new();
    for (role, title) in ROLES {
        text += &format!("# {}\n\n", capitalised(title));
        for (theme, entries) in themes(*role) {
            if *role == Role::Statement {
                text += &format!("## {}\n\n", capitalised(theme));
            }
            let rows = entries.iter().map(|entry| {
                [format!("`{}`", entry.name), format!("`{}`", entry.usage), first_sentence(entry.help)]
            });
            text += &table(["", "", ""], rows);
            text.push('\n');
        }
    }
    text.trim_end().to_string() + "\n"
}

/// The themes that have entries for a place, with these.
pub(super) fn themes(role: Role) -> Vec<(&'static str, Vec<&'static Entry>)> {
    let of_theme = |entries: &'static [Entry]| entries.iter().filter(|entry| entry.role == role).collect();
    let themes = statement::THEMES.iter().map(|(theme, entries)| (*theme, of_theme(entries)));
    themes.filter(|(_, entries): &(_, Vec<_>)| !entries.is_empty()).collect()
}

/// Everything about an entry, with its example in both forms.
pub(super) fn page(entry: &Entry) -> String {
    let example = fenced("scenario", entry.example);
    let twin = match convert(&Source::new(file_of(entry), entry.example, Form::Text), Form::Yaml) {
        Ok(yaml) => format!("\nThe same in YAML:\n\n{}", fenced("yaml", &yaml)),
        Err(_) => String::new(),
    };
    format!(
        "# {}\n\n{}\n# Example\n\n`scenario run {}`:\n\n{example}{twin}",
        entry.name,
        description(entry),
        file_of(entry)
    )
}

/// Everything about an entry for the reference, with its example in the text form.
pub(super) fn section(entry: &Entry, level: &str) -> String {
    let (name, file) = (entry.name, file_of(entry));
    let example = fenced("scenario", entry.example);
    format!("{level} `{name}`\n\n{}\nExample ([{file}](../{file})):\n\n{example}", description(entry))
}

/// What it does, how it is written, what it takes and gives.
fn description(entry: &Entry) -> String {
    let mut text = format!("{}\n\n{}", entry.help, fenced("text", entry.usage));
    if let Some(yaml) = sketch(entry.usage) {
        text += &format!("\n{}", fenced("text", &yaml));
    }
    let rows: Vec<[String; 4]> = rows(entry);
    if !rows.is_empty() {
        text += &format!("\n{}", table(["argument", "takes", "", "meaning"], rows));
    }
    let remarks = remarks(entry);
    if !remarks.is_empty() {
        text += &format!("\n{}\n", remarks.join(" "));
    }
    text
}

fn rows(entry: &Entry) -> Vec<[String; 4]> {
    let row = |argument: &Argument| {
        let need = if argument.need == Need::Required { "needed" } else { "optional" };
        let name = format!("`{}`", argument.name);
        [name, argument.kind.phrase(), need.to_string(), argument.help.to_string()]
    };
    let mut rows: Vec<[String; 4]> = entry.arguments.iter().map(row).collect();
    let option = |name: &str, takes: &str, meaning: &str| {
        [format!("`{name}`"), takes.to_string(), "optional".to_string(), meaning.to_string()]
    };
    match entry.waits {
        Waits::Never => {}
        Waits::Maybe => {
            rows.push(option("timeout", "a duration", "how long it may wait; then it raises `Timeout`"));
        }
        Waits::Own => rows.push(option("timeout", "a duration", "how long it may wait, as said above")),
    }
    if entry.declares == Declares::Resource {
        rows.push(option("count", "a whole number", "makes a list of so many: `name[0]`, `name[1]`, .."));
    }
    rows
}

fn remarks(entry: &Entry) -> Vec<String> {
    let mut remarks = Vec::new();
    let may_be_bare = entry.arguments.iter().all(|argument| argument.need == Need::Optional);
    let in_yaml = if may_be_bare { "`do:`, or the list itself, in YAML" } else { "`do:` in YAML" };
    match entry.block {
        BlockShape::Nothing => {}
        BlockShape::Optional => remarks.push(format!("It may have a block ({in_yaml}).")),
        BlockShape::Required => remarks.push(format!("It has a block ({in_yaml}).")),
    }
    let clauses: Vec<String> = entry.clauses.words().iter().map(|word| format!("`{word}`")).collect();
    if let Some((last, others)) = clauses.split_last() {
        remarks.push(format!("Behind the block may follow {} and {last}.", others.join(", ")));
    }
    if entry.result == Yields::Value {
        let into = if entry.name == EXPRESSION { "" } else { " (`into:` in YAML)" };
        remarks.push(format!("Its result, for `x = ..`{into}: {}.", entry.gives));
    }
    remarks
}

/// The file of an entry's example.
pub(super) fn file_of(entry: &Entry) -> String {
    let name = if entry.name == EXPRESSION { "expression" } else { entry.name };
    format!("{EXAMPLES}/{name}.scenario")
}

fn first_sentence(help: &str) -> String {
    match help.split_once(". ") {
        Some((first, _)) => format!("{first}."),
        None => help.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_has_an_example_that_uses_it_and_converts() {
        for (_, entry) in statement::entries() {
            let file = file_of(entry);
            assert!(
                !entry.example.is_empty(),
                "no example for `{0}`: write {file} and add `example: example!(\"{0}\")`",
                entry.name
            );
            let word = if entry.name == EXPRESSION { "= " } else { entry.name };
            let uses = |line: &str| {
                let line = line.trim_start();
                !line.starts_with('#') && line.contains(word)
            };
            assert!(entry.example.lines().any(uses), "{file} shows no `{}`", entry.name);
            assert!(entry.example.starts_with("# "), "{file} does not say what to notice");
            let source = Source::new(file.clone(), entry.example, Form::Text);
            assert!(convert(&source, Form::Yaml).is_ok(), "{file} does not convert");
        }
    }

    #[test]
    fn every_usage_can_be_said_in_yaml() {
        for (_, entry) in statement::entries() {
            assert!(sketch(entry.usage).is_some(), "{}: {}", entry.name, entry.usage);
        }
    }
}
