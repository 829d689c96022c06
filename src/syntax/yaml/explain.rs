//! Errors of the YAML parser, with help for what people stumble over: characters that mean something to
//! YAML inside a value that has no quotes.

use granit_parser::ScanError;

use crate::diagnostic::Diagnostic;
use crate::source::Span;

/// Explains an error of the parser.
pub(super) fn explain(error: &ScanError, text: &str) -> Diagnostic {
    let mut at = error.marker().byte_offset().unwrap_or(text.len()).min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    let length = text[at..].chars().next().filter(|letter| *letter != '\n').map_or(0, char::len_utf8);
    let message = error.to_string();
    let message =
        message.split(" at byte ").next().unwrap_or_default().split(" at char ").next().unwrap_or_default();
    Diagnostic::error("yaml", Span::new(at, at + length), format!("this is not YAML: {message}"))
        .help(help(text, at))
}

/// What to do, by what the line holds, or the one before it, where YAML notices a mistake only later.
fn help(text: &str, at: usize) -> String {
    let end = text[at..].find('\n').map_or(text.len(), |length| at + length);
    let lines = text[..end].lines().rev().filter(|line| !line.trim().is_empty()).take(2);
    lines.filter_map(help_for_line).next().unwrap_or_else(|| {
        "look at the indentation and the quotes of this line and of the one above".to_string()
    })
}

fn help_for_line(line: &str) -> Option<String> {
    let content = line.trim_start().trim_start_matches("- ").trim_start();
    if line.chars().take_while(|letter| letter.is_whitespace()).any(|letter| letter == '\t') {
        return Some("YAML is indented with blanks, never with tabs".to_string());
    }
    let value = content.split_once(": ").map_or(content, |(_, value)| value.trim());
    let first = value.chars().next()?;
    if matches!(first, '{' | '[' | '*' | '&' | '@' | '%' | '>' | '|' | '`' | '!') {
        return Some(format!(
            "a value that begins with `{first}` means something to YAML: quote the whole value"
        ));
    }
    if let Some(quote) = Some(first).filter(|first| matches!(first, '"' | '\'')) {
        let Some((_, behind)) = value[1..].split_once(quote) else {
            return Some(format!("add the closing {quote} on the same line"));
        };
        if !behind.trim().is_empty() && !behind.trim_start().starts_with('#') {
            let outer = if quote == '"' { '\'' } else { '"' };
            return Some(format!(
                "text in quotes must be the whole value: quote the whole once more, with {outer}"
            ));
        }
    }
    value
        .contains(": ")
        .then(|| "a `: ` inside a value means something to YAML: quote the whole value".to_string())
}
