//! Syntax errors in plain words, with help for the mistakes that people make.

use pest::error::{Error, ErrorVariant};

use super::expression::position;
use super::{Reader, Rule};
use crate::diagnostic::{Diagnostic, suggest};
use crate::source::Span;

const CLAUSE: &str = "`else`, `catch` or `finally`";
const ASSIGNMENT: &str = "`=`";

/// Words behind which people put a statement where only an expression can stand.
const STATEMENT_BEFORE: &[&str] = &["await", "spawn", "get", "all", "settle", "shield", "collect"];

/// The words that begin a clause.
pub(super) const CLAUSES: &[&str] = &["else", "catch", "finally", "exit"];

/// The words of the grammar itself.
const KEYWORDS: &[&str] = &["else", "catch", "finally", "exit", "and", "not", "for"];

/// Explains an error of the grammar.
pub(super) fn explain(error: &Error<Rule>, text: &str, reader: &Reader) -> Diagnostic {
    let at = exclamation_mark(text, position(error));
    let found = text[at..].chars().next();
    let length = found.filter(|found| *found != '\n').map_or(0, char::len_utf8);
    let span = reader.whole.unwrap_or(reader.shift(Span::new(at, at + length)));
    let message = match found {
        None => "the file ends here unexpectedly".to_string(),
        Some('\n') => "the line ends here unexpectedly".to_string(),
        Some(found) => format!("`{}` is unexpected here", word_at(&text[at..]).unwrap_or(found.to_string())),
    };
    let diagnostic = Diagnostic::error("syntax", span, message).label(expected(error));
    diagnostic.help(help(text, at))
}

fn expected(error: &Error<Rule>) -> String {
    let ErrorVariant::ParsingError { positives, .. } = &error.variant else { return String::new() };
    let mut words: Vec<&str> = positives.iter().filter_map(|rule| describe(*rule)).collect();
    words.sort_unstable();
    words.dedup();
    if words.len() > 1 {
        // After most words a clause or an assignment would fit too; that helps nobody.
        words.retain(|word| !matches!(*word, CLAUSE | ASSIGNMENT));
    }
    match words.as_slice() {
        [] => String::new(),
        [only] => format!("expected {only}"),
        [others @ .., last] => format!("expected {} or {last}", others.join(", ")),
    }
}

/// What a rule is in plain words; none for what is understood.
fn describe(rule: Rule) -> Option<&'static str> {
    Some(match rule {
        Rule::node | Rule::statement | Rule::word | Rule::assigned_statement | Rule::assigned_word => {
            "a statement"
        }
        Rule::expression | Rule::operation | Rule::operand | Rule::prefix | Rule::negate | Rule::not => {
            "a value"
        }
        Rule::duration | Rule::percent | Rule::float | Rule::integer | Rule::text | Rule::constant => {
            "a value"
        }
        Rule::list | Rule::map | Rule::group => "a value",
        Rule::name | Rule::identifier | Rule::target => "a name",
        Rule::block | Rule::open_brace => "`{`",
        Rule::close_brace => "`}`",
        Rule::close_bracket => "`]`",
        Rule::close_parenthesis => "`)`",
        Rule::assign => ASSIGNMENT,
        Rule::clause_word => CLAUSE,
        Rule::end_double | Rule::end_single => "the closing quote",
        Rule::entry | Rule::key => "a key",
        Rule::format => "a format",
        Rule::EOI => "the end of the line",
        _ => return None,
    })
}

/// What to do, by what stands there.
fn help(text: &str, at: usize) -> String {
    let line_start = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
    let line_end = text[at..].find('\n').map_or(text.len(), |length| at + length);
    let (before, after) = (&text[line_start..at], &text[at..line_end]);
    let first = |prefix: &str| after.starts_with(prefix);
    let word = word_at(after).filter(|word| !KEYWORDS.contains(&word.as_str()));
    if let Some(near) = word.and_then(|word| suggest(&word, KEYWORDS.iter().copied())) {
        return format!("did you mean `{near}`?");
    }
    let digit_before = before.ends_with(|last: char| last.is_ascii_digit());
    if first("&&") {
        "write `and`".to_string()
    } else if first("||") {
        "write `or`".to_string()
    } else if first("!") {
        "write `not x`, or `x != y`".to_string()
    } else if first("=") && !first("==") {
        "to compare, write `==`; only a name, `x[i]` or `x.field` can be assigned".to_string()
    } else if first("%") || before.trim_end().ends_with('%') {
        "modulo has blanks on both sides: `a % b`; `5%` is a percentage".to_string()
    } else if (digit_before || first_digit_word(after))
        && after.contains(|letter: char| letter.is_alphabetic())
    {
        "units of time are ns, us, ms, s, m and h; a name can't begin with a digit".to_string()
    } else if (STATEMENT_BEFORE.iter().any(|word| before.trim_end().ends_with(word)))
        && word_at(after).is_some()
    {
        "a statement can't stand inside another; write `x = await f()` and then `return x`".to_string()
    } else if first(",") && before.trim_end().ends_with('}') {
        "options stand before the block: `spawn name: \"x\" { .. }`".to_string()
    } else if first(":") {
        "inside brackets a named argument is written `name = value`".to_string()
    } else if first("-") || before.trim_end().ends_with('-') {
        "put blanks on both sides of `-`".to_string()
    } else if first("}") && before.ends_with('{') {
        "a hole holds a value: `{x}`; a `{` in text is written `{{`".to_string()
    } else if first("}") || first(")") || first("]") {
        "something is missing before it".to_string()
    } else if before.trim().is_empty() && is_labelled(after) {
        "no `:` stands behind a statement's word: `sleep 100ms`".to_string()
    } else if CLAUSES.contains(&before.trim()) || before.trim().is_empty() && begins_clause(after) {
        "a clause stands behind the `}` of its block, on the same line or the next".to_string()
    } else if before.trim().is_empty() {
        "a statement begins with a word, as in `log \"hello\"`, or assigns: `x = 1`".to_string()
    } else if word_at(after).is_some() {
        "statements are separated by a new line or `;`, arguments by commas; text stands in quotes"
            .to_string()
    } else {
        "look for a missing quote, bracket or comma before it".to_string()
    }
}

/// Whether a line is written as in YAML: `sleep: 100ms`.
fn is_labelled(line: &str) -> bool {
    word_at(line).is_some_and(|word| line[word.len()..].starts_with(": "))
}

fn begins_clause(line: &str) -> bool {
    word_at(line).is_some_and(|word| CLAUSES.contains(&word.as_str()))
}

/// The grammar gives up at a word before `!x`; the mark itself is the mistake.
fn exclamation_mark(text: &str, at: usize) -> usize {
    let line = text[at..].lines().next().unwrap_or("");
    let code = line.find(['"', '\'', '#']).map_or(line, |end| &line[..end]);
    let mark = code.match_indices('!').find(|(index, _)| !code[index + 1..].starts_with('='));
    mark.map_or(at, |(index, _)| at + index)
}

fn first_digit_word(after: &str) -> bool {
    let digits = after.trim_start_matches(|digit: char| digit.is_ascii_digit() || digit == '.');
    digits.len() < after.len() && digits.starts_with(|letter: char| letter.is_alphabetic())
}

fn word_at(text: &str) -> Option<String> {
    let word: String =
        text.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').take(40).collect();
    (!word.is_empty()).then_some(word)
}
