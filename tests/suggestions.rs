//! A slip of the finger is answered with what was meant: every use of a name in the gallery is misspelt by one
//! letter, and where that is an error, some help names the original.
//!
//! Names are changed where they are used; a changed declaration or binding would rightly make its uses wrong.

#[path = "running/files.rs"]
mod files;

use std::collections::{BTreeMap, BTreeSet};

use scenario::diagnostic::{Diagnostic, Severity};
use scenario::expression::functions;
use scenario::source::{Form, Source};
use scenario::statement::{self, Role};
use scenario::{Load, load};

/// Of a hundred errors, how many must name what was meant.
const NEEDED: usize = 95;

/// A small generator of numbers, so that the same letters change in each run.
struct Numbers(u64);

impl Numbers {
    /// A number below a bound (splitmix64).
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed ^ (mixed >> 31)) % bound as u64) as usize
    }

    /// A word with one letter deleted, doubled, swapped with the next, or replaced.
    fn misspelt(&mut self, word: &str) -> String {
        let mut letters: Vec<char> = word.chars().collect();
        let at = self.below(letters.len());
        match self.below(4) {
            0 => drop(letters.remove(at)),
            1 => letters.insert(at, letters[at]),
            2 => {
                let at = at.min(letters.len() - 2);
                letters.swap(at, at + 1);
            }
            _ => letters[at] = (b'a' + self.below(26) as u8) as char,
        }
        letters.into_iter().collect()
    }
}

/// A word of a file, and where it begins.
struct Word {
    start: usize,
    text: String,
}

/// The words of a file, without those in comments and, in the text form, in texts (their holes count).
fn words(source: &Source) -> Vec<Word> {
    let text = &source.text;
    let mut words = Vec::new();
    // What is open: a quote, or a brace of a hole or block.
    let mut open: Vec<char> = Vec::new();
    let mut letters = text.char_indices().peekable();
    while let Some((start, letter)) = letters.next() {
        let in_text = source.form == Form::Text && matches!(open.last(), Some('"' | '\''));
        match letter {
            '\\' if in_text => drop(letters.next()),
            '#' if !in_text && text[..start].chars().next_back().is_none_or(char::is_whitespace) => {
                while letters.next_if(|(_, letter)| *letter != '\n').is_some() {}
            }
            '"' | '\'' if open.last() == Some(&letter) => drop(open.pop()),
            '"' | '\'' if source.form == Form::Text => open.push(letter),
            '{' => open.push('{'),
            '}' if open.last() == Some(&'{') => drop(open.pop()),
            _ if letter.is_alphabetic() || letter == '_' => {
                let mut end = start + letter.len_utf8();
                while let Some((at, letter)) =
                    letters.next_if(|(_, letter)| letter.is_alphanumeric() || *letter == '_')
                {
                    end = at + letter.len_utf8();
                }
                let is_unit = text[..start].chars().next_back().is_some_and(|before| before.is_ascii_digit());
                let is_long = text[start..end].chars().count() >= 3;
                if !in_text && !is_unit && is_long {
                    words.push(Word { start, text: text[start..end].to_string() });
                }
            }
            _ => {}
        }
    }
    words
}

/// Whether a word is declared or bound where it stands.
fn is_declared(source: &Source, word: &Word, declarations: &BTreeSet<String>) -> bool {
    let text = &source.text;
    let line_start = text[..word.start].rfind('\n').map_or(0, |newline| newline + 1);
    let before = &text[line_start..word.start];
    let line = text[line_start..].lines().next().unwrap_or_default();
    let behind = &line[before.len() + word.text.len()..];
    let first = line.trim_start().trim_start_matches("- ").split([' ', ':', '(']).next().unwrap_or_default();
    let is_assigned = behind.trim_start().starts_with('=') && !behind.trim_start().starts_with("==");
    let assigns_item = || {
        let target = behind.trim_start_matches(|letter: char| letter != '=');
        behind.starts_with(['[', '.']) && target.starts_with('=') && !target.starts_with("==")
    };
    let is_operator = ["+=", "-=", "*=", "/="].iter().any(|it| behind.trim_start().starts_with(it));
    let in_call = before.trim_end().ends_with(['(', ',']);
    let is_binding = before.ends_with("as ") || before.trim_end().ends_with("into:");
    let is_loop = {
        let names = behind.trim_start_matches([',', ' ', '_']).trim_start_matches(char::is_alphanumeric);
        behind.starts_with(" in ") || behind.starts_with(',') && names.starts_with(" in ")
    };
    let is_head = match source.form {
        Form::Text => declarations.contains(first) && line.starts_with(first) && !before.is_empty(),
        Form::Yaml => before.trim_end_matches(['"', '\'']) == "  ",
    };
    let in_signature = is_head && in_call
        || source.form == Form::Yaml
            && line.starts_with("  ")
            && !line.starts_with("   ")
            && line.trim_end().ends_with("):");
    let is_name = is_head && !behind.starts_with(':');
    let in_section = source.form == Form::Yaml && is_head;
    (is_assigned && !in_call)
        || is_operator
        || assigns_item()
        || is_binding
        || is_loop
        || in_signature
        || is_name
        || in_section
}

/// Whether an error says what was meant.
fn names(diagnostic: &Diagnostic, original: &str) -> bool {
    let said = [Some(&diagnostic.label), diagnostic.help.as_ref()];
    let meant = format!("did you mean `{original}");
    said.into_iter().flatten().any(|text| text.contains(&meant))
}

#[test]
fn a_misspelt_name_is_answered_with_what_was_meant() {
    let entries = || statement::entries().map(|(_, entry)| entry);
    let declarations: BTreeSet<String> =
        entries().filter(|it| it.role == Role::Declaration).map(|it| it.name.to_string()).collect();
    let mut vocabulary: BTreeSet<String> = entries().map(|it| it.name.to_string()).collect();
    vocabulary.extend(entries().flat_map(|it| it.arguments.iter().map(|it| it.name.to_string())));
    vocabulary.extend(functions::all().map(|function| function.name.to_string()));
    let mut numbers = Numbers(20_240_229);
    let (mut errors, mut answered) = (0, 0);
    let mut misses: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for file in files::all().iter().filter(|file| !file.is_in("errors")) {
        let source = file.source();
        let words = words(&source);
        let mut known = vocabulary.clone();
        known.extend(words.iter().map(|word| word.text.clone()));
        for word in words.iter().filter(|word| !is_declared(&source, word, &declarations)) {
            let misspelt = numbers.misspelt(&word.text);
            if known.contains(&misspelt) || misspelt.starts_with(|first: char| first.is_ascii_digit()) {
                continue;
            }
            let mut text = source.text.to_string();
            text.replace_range(word.start..word.start + word.text.len(), &misspelt);
            let loaded = load(Source::new(source.name.to_string(), text, source.form), &Load::default());
            let found: Vec<&Diagnostic> =
                loaded.diagnostics.iter().filter(|it| it.severity == Severity::Error).collect();
            if found.is_empty() {
                continue;
            }
            errors += 1;
            if found.iter().any(|error| names(error, &word.text)) {
                answered += 1;
                continue;
            }
            let line = source.place(word.start as u32).line;
            let said = format!("{}: {}", found[0].message, found[0].help.clone().unwrap_or_default());
            let miss = format!("{}:{line}: `{}` as `{misspelt}`: {said}", file.name, word.text);
            misses.entry(word.text.clone()).or_default().push(miss);
        }
    }
    println!("{answered} of {errors} errors name what was meant");
    let shown: Vec<&String> = misses.values().flat_map(|of_word| of_word.iter().take(3)).take(200).collect();
    if std::env::var_os("SHOW_MISSES").is_some() {
        println!("{shown:#?}");
    }
    assert!(errors > 3_000, "only {errors} errors: is the gallery still read?");
    assert!(
        answered * 100 >= errors * NEEDED,
        "{answered} of {errors} errors name what was meant: {shown:#?}"
    );
}
