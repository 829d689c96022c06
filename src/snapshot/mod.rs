//! Accepted traces, in the files that insta keeps: a header in YAML between two lines of `---`, and the text.
//!
//! What insta writes is read here, and what is written here is, byte for byte, what insta would have written;
//! so the tests of a Rust project and `cargo insta review` share the files with `scenario test`. Nothing here
//! touches a disk.

mod difference;
mod header;

pub use difference::difference;
pub use header::Header;

/// An accepted text with what is known about it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Snapshot {
    /// Where it comes from.
    pub header: Header,
    /// The text: lines end in `\n`, and nothing blank is at its end.
    pub content: String,
}

/// Why a file is no snapshot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Malformed {
    /// The reason, for people.
    pub reason: String,
}

/// The line round the header.
const FENCE: &str = "---";

impl Snapshot {
    /// A snapshot of a text.
    pub fn new(header: Header, text: &str) -> Snapshot {
        Snapshot { header, content: normal(text) }
    }

    /// Reads what is in a snapshot's file.
    ///
    /// # Errors
    /// If the header is not the YAML it should be, or says that the snapshot is no text.
    pub fn read(file: &str) -> Result<Snapshot, Malformed> {
        let mut lines = file.split_inclusive('\n');
        let first = lines.next().unwrap_or_default();
        let is_fence = |line: &str| line.trim_end() == FENCE;
        if !is_fence(first) {
            return Ok(Snapshot::before_fences(file));
        }
        let begin = first.len();
        let mut end = begin;
        for line in lines {
            if is_fence(line) {
                let header = Header::read(&file[begin..end])?;
                return Ok(Snapshot::new(header, &file[end + line.len()..]));
            }
            end += line.len();
        }
        Err(Malformed { reason: "its header has no end, a line `---`".to_string() })
    }

    /// The oldest snapshots have a header without fences; a blank line ends it.
    fn before_fences(file: &str) -> Snapshot {
        let header: usize =
            file.split_inclusive('\n').take_while(|line| !line.trim_end().is_empty()).map(str::len).sum();
        let behind = &file[header..];
        let text = behind.split_once('\n').map_or("", |(_, text)| text);
        Snapshot::new(Header::default(), text)
    }

    /// What is in the snapshot's file.
    pub fn write(&self) -> String {
        format!("{FENCE}\n{}{FENCE}\n{}\n", self.header.write(), self.content)
    }

    /// Whether a text is the accepted one. The header does not count, nor do blank lines round the text.
    pub fn accepts(&self, text: &str) -> bool {
        let now = normal(text);
        self.content == now || oldest(&self.content) == oldest(&now)
    }
}

/// A text as it is compared and kept.
fn normal(text: &str) -> String {
    text.trim_end().replace("\r\n", "\n")
}

/// A text as the first releases of insta compared it.
fn oldest(text: &str) -> &str {
    let text = text.trim_start_matches(['\r', '\n']);
    text.strip_prefix("---\n").unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read_again() {
        let header = Header {
            source: Some("a b.yaml".to_string()),
            description: Some("one: \"two\"\t\u{1}".to_string()),
            ..Header::default()
        };
        let snapshot = Snapshot::new(header, "\n  first\r\nlast\n\n \n");
        assert_eq!(snapshot.content, "\n  first\nlast");
        let written = snapshot.write();
        assert_eq!(
            written,
            "---\nsource: a b.yaml\ndescription: \"one: \\\"two\\\"\\t\\u0001\"\n---\n\n  first\nlast\n"
        );
        assert_eq!(Snapshot::read(&written), Ok(snapshot.clone()));
        assert_eq!(Snapshot::read(&written.replace('\n', "\r\n")), Ok(snapshot));
    }

    #[test]
    fn line_ends_and_blanks_at_the_end_do_not_count() {
        let snapshot = Snapshot::read("---\nsource: x\n---\na\r\nb\r\n").unwrap();
        assert!(snapshot.accepts("a\nb"));
        assert!(snapshot.accepts("a\nb\n\n  "));
        assert!(snapshot.accepts("\na\nb"));
        assert!(!snapshot.accepts(" a\nb"));
        assert!(!snapshot.accepts("a\n\nb"));
    }

    #[test]
    fn a_fence_in_the_text_is_text() {
        let snapshot = Snapshot::read("---\nsource: x\n---\na\n---\nb\n").unwrap();
        assert_eq!(snapshot.content, "a\n---\nb");
    }

    #[test]
    fn the_oldest_form_is_read() {
        let snapshot = Snapshot::read("Created: 2019\nSource: x\n\na\nb\n").unwrap();
        assert_eq!(snapshot.content, "a\nb");
    }

    #[test]
    fn a_broken_file_is_no_snapshot() {
        for file in
            ["---\nsource: x\n", "---\n<<<<<<< HEAD\nsource: a\n=======\n---\nx\n", "---\n- 1\n---\nx"]
        {
            assert!(Snapshot::read(file).is_err(), "{file}");
        }
        let binary = Snapshot::read("---\nsource: x\nextension: png\nsnapshot_kind: binary\n---\n");
        assert_eq!(binary.unwrap_err().reason, "it is a binary snapshot");
    }
}
