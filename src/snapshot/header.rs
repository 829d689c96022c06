//! The header of a snapshot, quoted as insta quotes it, so that a file does not change with the program that
//! writes it.

use serde_yaml::Value;

use super::Malformed;

/// What a snapshot says about itself; fields that nobody here writes are not kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Header {
    /// The file whose test made it, seen from the project's folder.
    pub source: Option<String>,
    /// What it shows.
    pub description: Option<String>,
    /// The expression of the test.
    pub expression: Option<String>,
    /// The file that the test reads, seen from the project's folder.
    pub input_file: Option<String>,
}

impl Header {
    /// Reads the lines between the fences.
    ///
    /// # Errors
    /// If they are no map in YAML, or the snapshot is no text.
    pub(super) fn read(yaml: &str) -> Result<Header, Malformed> {
        let broken = |reason: String| Malformed { reason: format!("its header is no YAML: {reason}") };
        let value: Value = serde_yaml::from_str(yaml).map_err(|error| broken(error.to_string()))?;
        if !value.is_mapping() {
            return Err(broken("a map is needed".to_string()));
        }
        let text = |key: &str| value.get(key).and_then(Value::as_str).map(str::to_string);
        if text("snapshot_kind").is_some_and(|kind| kind == "binary") {
            return Err(Malformed { reason: "it is a binary snapshot".to_string() });
        }
        Ok(Header {
            source: text("source"),
            description: text("description"),
            expression: text("expression"),
            input_file: text("input_file"),
        })
    }

    /// The lines between the fences.
    pub(super) fn write(&self) -> String {
        let fields = [
            ("source", &self.source),
            ("description", &self.description),
            ("expression", &self.expression),
            ("input_file", &self.input_file),
        ];
        let mut lines = String::new();
        for (name, text) in fields {
            if let Some(text) = text {
                lines.push_str(&format!("{name}: {}\n", scalar(text)));
            }
        }
        lines
    }
}

fn scalar(text: &str) -> String {
    if needs_quotes(text) { quoted(text) } else { text.to_string() }
}

/// Words that bare would be read as something else than text.
const NOT_TEXT: &[&str] = &[
    "yes", "Yes", "YES", "no", "No", "NO", "True", "TRUE", "true", "False", "FALSE", "false", "on", "On",
    "ON", "off", "Off", "OFF", "null", "Null", "NULL", "~",
];

fn needs_quotes(text: &str) -> bool {
    let special = |letter: char| {
        matches!(letter, ':' | '{' | '}' | '[' | ']' | ',' | '#' | '`' | '"' | '\'' | '\\')
            || matches!(letter, '\0'..='\u{6}' | '\t' | '\n' | '\r' | '\u{e}'..='\u{1a}' | '\u{1c}'..='\u{1f}')
    };
    text.is_empty()
        || text.starts_with([' ', '&', '*', '?', '|', '-', '<', '>', '=', '!', '%', '@', '.'])
        || text.ends_with(' ')
        || text.contains(special)
        || text.starts_with("0x")
        || NOT_TEXT.contains(&text)
        || text.parse::<i64>().is_ok()
        || text.parse::<f64>().is_ok()
}

fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\u{c}' => out.push_str("\\f"),
            '\r' => out.push_str("\\r"),
            '\0'..='\u{1f}' | '\u{7f}' => out.push_str(&format!("\\u{:04x}", u32::from(letter))),
            _ => out.push(letter),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_quoted_where_bare_they_would_be_something_else() {
        for bare in ["three requests", "a/b.scenario", "n", "消费者", "it's".trim_end_matches("'s"), "1.2.3"]
        {
            assert_eq!(scalar(bare), bare);
        }
        for text in
            ["", "yes", "1", "1e3", ".5", "0x1", "a: b", "it's", "a, b", "- a", "a ", "a#b", "\u{1b}["]
        {
            let written = scalar(text);
            let read: Value = serde_yaml::from_str(&written).unwrap();
            assert_eq!(read.as_str(), Some(text), "{written}");
        }
    }
}
