//! A file system in memory: paths, contents, and who has which file open.
//!
//! Contents are real; time is not spent here. It goes as on Unix: a file that is deleted while somebody has it
//! open lives on for them, and two who write one file from its beginning write over each other.

use std::sync::Arc;

use indexmap::IndexMap;

use crate::expression::value::{FileNumber, Mode, OpenFile};

/// The files of a run.
#[derive(Clone, Debug, Default)]
pub struct Files {
    paths: IndexMap<Arc<str>, Content>,
    contents: Vec<String>,
    opened: Vec<Handle>,
}

/// Which of the contents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Content(u32);

/// A file that somebody opened.
#[derive(Clone, Copy, Debug)]
struct Handle {
    content: Content,
    /// How far it has been read or written, in bytes.
    position: usize,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Open,
    Closed,
}

/// Why a file can't be used so: the kind of the error and its message.
pub type Refusal = (&'static str, String);

/// How much a run may keep in files, in bytes.
const MAX_CONTENT: usize = 64 << 20;

impl Files {
    /// Makes a file, or replaces what it holds.
    pub fn put(&mut self, path: &str, text: String) {
        let content = Content(self.contents.len() as u32);
        self.contents.push(text);
        self.paths.insert(path.into(), content);
    }

    /// What a file holds, if there is one.
    pub fn contents(&self, path: &str) -> Option<&str> {
        self.paths.get(path).map(|content| self.contents[content.0 as usize].as_str())
    }

    /// Opens a file: to read one that is there, to write one anew, or to write behind what is there.
    ///
    /// # Errors
    /// If there is no such file to read.
    pub fn open(&mut self, path: &str, mode: Mode) -> Result<OpenFile, Refusal> {
        let content = match (self.paths.get(path), mode) {
            (Some(content), _) => *content,
            (None, Mode::Read) => return Err(not_found(path)),
            (None, Mode::Write | Mode::Append) => {
                self.put(path, String::new());
                Content(self.contents.len() as u32 - 1)
            }
        };
        if mode == Mode::Write {
            self.contents[content.0 as usize].clear();
        }
        self.opened.push(Handle { content, position: 0, state: State::Open });
        let number = FileNumber(self.opened.len() as u32 - 1);
        Ok(OpenFile { number, path: path.into(), mode })
    }

    /// Everything from where reading has come to.
    ///
    /// # Errors
    /// If the file is not open for reading.
    pub fn read(&mut self, file: &OpenFile) -> Result<String, Refusal> {
        let (handle, text) = self.reading(file)?;
        let rest = text[handle.position..].to_string();
        handle.position = text.len();
        Ok(rest)
    }

    /// The next line, without its end; none behind the last.
    ///
    /// # Errors
    /// If the file is not open for reading.
    pub fn line(&mut self, file: &OpenFile) -> Result<Option<String>, Refusal> {
        let (handle, text) = self.reading(file)?;
        let rest = &text[handle.position..];
        if rest.is_empty() {
            return Ok(None);
        }
        let (line, length) = match rest.split_once('\n') {
            Some((line, _)) => (line, line.len() + 1),
            None => (rest, rest.len()),
        };
        let line = line.strip_suffix('\r').unwrap_or(line).to_string();
        handle.position += length;
        Ok(Some(line))
    }

    /// Writes from where writing has come to, over what is there; to the end of a file open for appending.
    ///
    /// # Errors
    /// If the file is not open for writing, or all files together grow too large.
    pub fn write(&mut self, file: &OpenFile, text: &str) -> Result<(), Refusal> {
        let Handle { content, position, .. } = *self.handle(file)?;
        if file.mode == Mode::Read {
            return Err(unsupported(file, "write"));
        }
        let size: usize = self.contents.iter().map(String::len).sum();
        if size + text.len() > MAX_CONTENT {
            return Err(("TooLarge", format!("all files together grew beyond {} MiB", MAX_CONTENT >> 20)));
        }
        let whole = &mut self.contents[content.0 as usize];
        if file.mode == Mode::Append {
            whole.push_str(text);
            return Ok(());
        }
        // Somebody may have written the file anew, shorter than it was.
        let from = whole.floor_char_boundary(position);
        let to = whole.ceil_char_boundary(from.saturating_add(text.len()).min(whole.len()));
        whole.replace_range(from..to, text);
        self.handle(file)?.position = from + text.len();
        Ok(())
    }

    /// Closes a file; says whether it was open.
    pub fn close(&mut self, file: &OpenFile) -> bool {
        let Some(handle) = self.opened.get_mut(file.number.0 as usize) else { return false };
        std::mem::replace(&mut handle.state, State::Closed) == State::Open
    }

    /// Takes a file away.
    ///
    /// # Errors
    /// If there is none.
    pub fn delete(&mut self, path: &str) -> Result<(), Refusal> {
        self.paths.shift_remove(path).map(drop).ok_or_else(|| not_found(path))
    }

    /// How many are open.
    pub fn count_open(&self) -> usize {
        self.opened.iter().filter(|handle| handle.state == State::Open).count()
    }

    fn handle(&mut self, file: &OpenFile) -> Result<&mut Handle, Refusal> {
        match self.opened.get_mut(file.number.0 as usize) {
            Some(handle) if handle.state == State::Open => Ok(handle),
            _ => Err(("Closed", format!("{} has been closed", file.path))),
        }
    }

    fn reading(&mut self, file: &OpenFile) -> Result<(&mut Handle, &str), Refusal> {
        self.handle(file)?;
        if file.mode != Mode::Read {
            return Err(unsupported(file, "read"));
        }
        let handle = &mut self.opened[file.number.0 as usize];
        let text = self.contents[handle.content.0 as usize].as_str();
        // Somebody may have written the file anew, shorter than it was.
        handle.position = text.floor_char_boundary(handle.position);
        Ok((handle, text))
    }
}

fn not_found(path: &str) -> Refusal {
    ("FileNotFound", format!("there is no file {path}"))
}

fn unsupported(file: &OpenFile, verb: &str) -> Refusal {
    let message =
        format!("{} is open for mode \"{}\": it can't be used to {verb}", file.path, file.mode.word());
    ("UnsupportedOperation", message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_with_the_text() {
        let mut files = Files::default();
        files.put("a", "one\r\n\nthree".to_string());
        let file = files.open("a", Mode::Read).unwrap();
        let lines: Vec<String> = std::iter::from_fn(|| files.line(&file).unwrap()).collect();
        assert_eq!(lines, ["one", "", "three"]);
        assert_eq!(files.read(&file).unwrap(), "");
    }

    #[test]
    fn who_has_a_deleted_file_open_keeps_it() {
        let mut files = Files::default();
        files.put("a", "text".to_string());
        let file = files.open("a", Mode::Read).unwrap();
        files.delete("a").unwrap();
        assert_eq!(files.contents("a"), None);
        assert_eq!(files.open("a", Mode::Read).unwrap_err().0, "FileNotFound");
        assert_eq!(files.read(&file).unwrap(), "text");
        assert!(files.close(&file) && !files.close(&file));
        assert_eq!(files.read(&file).unwrap_err().0, "Closed");
    }

    #[test]
    fn a_reader_behind_the_end_of_a_file_written_anew_reads_nothing() {
        let mut files = Files::default();
        files.put("a", "äöü".to_string());
        let reader = files.open("a", Mode::Read).unwrap();
        files.read(&reader).unwrap();
        let writer = files.open("a", Mode::Write).unwrap();
        files.write(&writer, "ßx").unwrap();
        assert_eq!(files.read(&reader).unwrap(), "");
        assert_eq!(files.read(&writer).unwrap_err().0, "UnsupportedOperation");
    }

    #[test]
    fn two_who_write_from_the_beginning_write_over_each_other() {
        let mut files = Files::default();
        let [first, second] = [Mode::Write; 2].map(|mode| files.open("a", mode).unwrap());
        let appender = files.open("a", Mode::Append).unwrap();
        files.write(&first, "äbcdef").unwrap();
        files.write(&second, "12").unwrap();
        files.write(&second, "3").unwrap();
        assert_eq!(files.contents("a"), Some("123cdef"));
        files.write(&appender, "!").unwrap();
        files.write(&first, "?").unwrap();
        assert_eq!(files.contents("a"), Some("123cdef?"));
    }
}
