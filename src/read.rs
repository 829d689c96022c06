//! Reads scenarios from files.
//!
//! Only text is taken; what is not is refused with what to do about it.

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};

use crate::diagnostic::suggest;
use crate::source::{Form, Source};

/// A file larger than so many bytes is taken for a mistake.
const MOST: u64 = 64 << 20;

/// Why a file can't be read.
#[derive(Debug)]
pub(crate) struct Unreadable {
    /// What is wrong.
    pub(crate) message: String,
    /// What to do.
    pub(crate) advice: Option<String>,
}

impl Unreadable {
    fn new(message: impl Into<String>) -> Unreadable {
        Unreadable { message: message.into(), advice: None }
    }

    fn advice(mut self, advice: impl Into<String>) -> Unreadable {
        self.advice = Some(advice.into());
        self
    }
}

/// Reads a file whose name tells its form, unless that is given.
///
/// # Errors
/// If it can't be read, is not text, or nothing tells its form.
pub(crate) fn read(file: &Path, form: Option<Form>) -> Result<Source, Unreadable> {
    let name = file.display().to_string();
    let opened = File::open(file).and_then(|opened| Ok((opened.metadata()?, opened)));
    let (metadata, opened) = opened.map_err(|error| match error.kind() {
        ErrorKind::NotFound => missing(file),
        _ => unreadable(&format!("`{name}`"), &error),
    })?;
    if metadata.is_dir() {
        return Err(Unreadable::new(format!("`{name}` is a directory"))
            .advice(format!("name a file in it, or all: `{}`", file.join("*.yaml").display())));
    }
    let form = form.or_else(|| form_of(file)).ok_or_else(|| {
        Unreadable::new(format!("the name `{name}` does not tell the file's form"))
            .advice("a scenario ends in `.yaml`, `.yml` or `.scenario`")
    })?;
    let bytes = bounded(opened).map_err(|error| unreadable(&format!("`{name}`"), &error))?;
    source(&name, bytes, form)
}

/// The form that a file's name tells.
pub(crate) fn form_of(file: &Path) -> Option<Form> {
    let extension = file.extension()?.to_str()?.to_ascii_lowercase();
    match extension.as_str() {
        "yaml" | "yml" => Some(Form::Yaml),
        "scenario" => Some(Form::Text),
        _ => None,
    }
}

/// Reads no more than one byte too many: the size that a file system tells may be wrong, or absent.
pub(crate) fn bounded(from: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(MOST + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// What was read, as a source.
///
/// # Errors
/// If it is no text.
pub(crate) fn source(name: &str, bytes: Vec<u8>, form: Form) -> Result<Source, Unreadable> {
    let shown = if name == "<stdin>" { "standard input".to_string() } else { format!("`{name}`") };
    if bytes.len() as u64 > MOST {
        return Err(Unreadable::new(format!("{shown} is larger than {} MiB", MOST >> 20))
            .advice("a scenario is written by people; generate the large part of it with loops"));
    }
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(Unreadable::new(format!("{shown} is UTF-16 text")).advice("save it as UTF-8"));
    }
    if bytes.contains(&0) {
        return Err(Unreadable::new(format!("{shown} is a binary file")).advice("a scenario is text"));
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let bytes = error.as_bytes();
        let line = bytes[..valid].iter().filter(|byte| **byte == b'\n').count() + 1;
        let byte = bytes.get(valid).copied().unwrap_or_default();
        Unreadable::new(format!("{shown} is not UTF-8 text: byte {byte:#04x} in line {line}"))
            .advice("save it as UTF-8")
    })?;
    // A byte order mark is no part of the text.
    let text = match text.strip_prefix('\u{feff}') {
        Some(behind) => behind.to_string(),
        None => text,
    };
    Ok(Source::new(name, text, form))
}

fn missing(file: &Path) -> Unreadable {
    let misuse = Unreadable::new(format!("`{}` does not exist", file.display()));
    match neighbour(file) {
        Some(near) => misuse.advice(format!("did you mean `{}`?", near.display())),
        None => misuse,
    }
}

/// The scenario file in the same directory whose name is most like that of a missing one.
fn neighbour(file: &Path) -> Option<PathBuf> {
    let wanted = file.file_name()?.to_str()?;
    let directory = file.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut names: Vec<String> = std::fs::read_dir(directory)
        .ok()?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| form_of(Path::new(name)).is_some())
        .collect();
    names.sort_unstable();
    let near = suggest(wanted, names.iter().map(String::as_str))?;
    Some(file.with_file_name(near))
}

pub(crate) fn unreadable(shown: &str, error: &io::Error) -> Unreadable {
    Unreadable::new(format!("can't read {shown}: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_text_is_taken() {
        let message = |bytes: &[u8]| source("x", bytes.to_vec(), Form::Text).unwrap_err().message;
        assert_eq!(message(b"a\nb\xffc"), "`x` is not UTF-8 text: byte 0xff in line 2");
        assert_eq!(message(b"\x7fELF\0"), "`x` is a binary file");
        assert_eq!(message(b"\xff\xfea\0"), "`x` is UTF-16 text");
        assert_eq!(&*source("x", "\u{feff}main".into(), Form::Text).unwrap().text, "main");
    }

    #[test]
    fn the_form_is_told_by_the_extension() {
        assert_eq!(form_of(Path::new("a/b.YML")), Some(Form::Yaml));
        assert_eq!(form_of(Path::new("b.scenario")), Some(Form::Text));
        assert_eq!(form_of(Path::new(".yaml")), None);
        assert_eq!(form_of(Path::new("yaml")), None);
    }
}
