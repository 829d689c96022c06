//! Text from a scenario, made safe to show: what would move the cursor, change the terminal's state or turn
//! the direction of writing is shown as an escape, so one event stays one line.

use std::borrow::Cow;
use std::fmt::Write;

/// Text that shows all that it holds, as one line.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 8);
    push(&mut shown, text);
    Cow::Owned(shown)
}

/// Adds text that shows all that it holds.
pub(super) fn push(out: &mut String, text: &str) {
    // Most text is plain, and that is quickly seen.
    if text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
        return out.push_str(text);
    }
    let mut rest = text;
    while let Some(at) = rest.find(is_hidden) {
        out.push_str(&rest[..at]);
        let mut behind = rest[at..].chars();
        if let Some(hidden) = behind.next() {
            // Writing to a string can't fail.
            let _ = write!(out, "{}", hidden.escape_default());
        }
        rest = behind.as_str();
    }
    out.push_str(rest);
}

/// So many characters of a name are shown in a sentence.
const LONG: usize = 80;

/// A task's name for a sentence: that of a task deep down keeps its beginning and its end.
pub(super) fn short(name: &str) -> Cow<'_, str> {
    let length = name.chars().count();
    if length <= LONG {
        return visible(name);
    }
    let first: String = name.chars().take(LONG / 2).collect();
    let last: String = name.chars().skip(length - LONG / 2).collect();
    Cow::Owned(visible(&format!("{first}...{last}")).into_owned())
}

/// Control characters, line separators, and the marks that turn the direction of writing.
pub(super) fn is_hidden(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::{short, visible};

    #[test]
    fn what_is_hidden_is_escaped_and_the_rest_is_kept() {
        assert_eq!(visible("a\nb\t\u{1b}[31m\u{202e}c"), "a\\nb\\t\\u{1b}[31m\\u{202e}c");
        assert_eq!(visible("消费者 é"), "消费者 é");
        assert_eq!(visible("\r"), "\\r");
    }

    #[test]
    fn a_long_name_keeps_both_ends() {
        assert_eq!(short("main"), "main");
        let long = format!("first/{}last", "f.1/".repeat(1_000));
        let shown = short(&long);
        assert!(shown.starts_with("first/f.1/") && shown.ends_with("f.1/last"), "{shown}");
        assert_eq!(shown.chars().count(), 83);
    }
}
