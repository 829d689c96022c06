//! YAML scalars: which text may stand without quotes, and how it is quoted.

/// Characters that mean something to YAML at the start of a scalar.
const INDICATORS: &[char] =
    &[',', '[', ']', '{', '}', '#', '&', '*', '!', '|', '>', '\'', '"', '%', '@', '`'];

/// Whether YAML reads a text without quotes as this text, in a block.
pub(super) fn is_plain(text: &str) -> bool {
    let mut letters = text.chars();
    let Some(first) = letters.next() else { return false };
    let starts_well = match first {
        '-' | '?' | ':' => letters.next().is_some_and(|second| !second.is_whitespace()),
        first => !INDICATORS.contains(&first),
    };
    starts_well
        && text.trim() == text
        && !text.contains(is_special)
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.ends_with(':')
}

/// Whether what is plain in a block is plain between brackets, too.
pub(super) fn is_flow_safe(text: &str) -> bool {
    !text.contains([',', '[', ']', '{', '}'])
}

/// Whether a text may stand without quotes and is taken for text by every reader of YAML: `12` and `true`
/// are not.
pub(super) fn is_plain_text(text: &str) -> bool {
    let written = serde_yaml::to_string(text).unwrap_or_default();
    // Older readers take `10:00:00` for a number to the base of 60.
    let is_clock = text.starts_with(|first: char| first.is_ascii_digit())
        && text
            .chars()
            .all(|letter| letter.is_ascii_digit() || matches!(letter, ':' | '.' | '-' | '_' | ' ' | 'T'));
    let is_switch = matches!(text.to_lowercase().as_str(), "y" | "n" | "yes" | "no" | "on" | "off");
    is_plain(text) && !is_clock && !is_switch && written.strip_suffix('\n') == Some(text)
}

/// A text in quotes.
pub(super) fn quoted(text: &str) -> String {
    if text.contains(is_special) {
        double_quoted(text)
    } else if !text.contains(['"', '\\']) {
        format!("\"{text}\"")
    } else {
        format!("'{}'", text.replace('\'', "''"))
    }
}

/// The lines of a text as a block scalar, with its sign; none if it does not look better so.
pub(super) fn literal(text: &str) -> Option<(&'static str, Vec<&str>)> {
    let (sign, body) = match text.strip_suffix('\n') {
        Some(body) => ("|", body),
        None => ("|-", text),
    };
    let lines: Vec<&str> = body.split('\n').collect();
    let is_clear = |line: &&str| !line.ends_with([' ', '\t']) && !line.contains(is_special);
    let first = lines.first()?;
    let last = lines.last()?;
    let fits = lines.len() > 1
        && lines.iter().all(is_clear)
        && !first.is_empty()
        && !last.is_empty()
        && !first.starts_with(' ');
    fits.then_some((sign, lines))
}

/// Control characters, and what some readers take for the end of a line or of the text.
fn is_special(letter: char) -> bool {
    letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

fn double_quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            letter if is_special(letter) => quoted.push_str(&format!("\\u{:04x}", u32::from(letter))),
            letter => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_means_something_to_yaml_is_not_plain() {
        for text in ["a", "-- a", "-1", "a:b", "a#b", "(x)", "f(x, y)", "x - 1", "你好 {x}"] {
            assert!(is_plain(text), "{text}");
        }
        for text in [
            "", " a", "a ", "- a", "-", "a: b", "a #b", "a:", "[a]", "{a}", "\"a\"", "'a'", "a\nb", "!a",
            "#a", "%a",
        ] {
            assert!(!is_plain(text), "{text}");
        }
    }

    #[test]
    fn what_yaml_reads_as_another_type_is_no_plain_text() {
        for text in ["true", "null", "12", "1.5", "~", "0x1f", "10:00:00", "2024-01-01", "No", "=="] {
            assert_eq!(is_plain_text(text), text == "==", "{text}");
        }
        assert!(is_plain_text("tasks created, running..."));
        assert!(is_plain_text("used {item} of 五"));
    }

    #[test]
    fn quotes_are_the_lightest_that_hold() {
        assert_eq!(quoted("a: b"), "\"a: b\"");
        assert_eq!(quoted("say \"a\""), "'say \"a\"'");
        assert_eq!(quoted("it's \"a\""), "'it''s \"a\"'");
        assert_eq!(quoted("a\n\"b\"\u{1}"), "\"a\\n\\\"b\\\"\\u0001\"");
    }

    #[test]
    fn several_lines_stand_in_a_block_if_they_survive_it() {
        assert_eq!(literal("a\nb\n"), Some(("|", vec!["a", "b"])));
        assert_eq!(literal("a\n\nb"), Some(("|-", vec!["a", "", "b"])));
        for text in ["a", "a\n", " a\nb", "a \nb", "a\nb\n\n", "\na"] {
            assert_eq!(literal(text), None, "{text:?}");
        }
    }
}
