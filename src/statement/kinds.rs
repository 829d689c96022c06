//! The kinds of errors that the engine raises by itself; all others are the scenario's own.

/// Each kind with when it is raised.
pub const KINDS: &[(&str, &str)] = &[
    ("Broken", "`wait` at a barrier that was broken by `abort`, and not mended by `clear` since"),
    (
        "Cancelled",
        "at the wait of a task that is cancelled: by `cancel`, by a failed sibling, at the end of its group; only `catch Cancelled` catches it",
    ),
    (
        "Closed",
        "`put` into a closed queue; `get` from one that is closed and empty; a file that is no longer open",
    ),
    ("DivisionByZero", "a division by zero"),
    ("DrawsExhausted", "`draws` has used all of its values"),
    ("FileNotFound", "`open` or `delete` of a file that is not there"),
    ("GroupError", "a block of branches of which several failed, or none succeeded; `.errors` lists theirs"),
    ("IndexError", "a position that a list or text does not have"),
    ("KeyError", "a key that a map does not have, a field that a value does not have"),
    ("Open", "`with` a breaker that lets nobody in"),
    ("Overflow", "a whole number or a time that is too large"),
    ("RecursionError", "tasks that call each other too deep"),
    ("Timeout", "a `timeout` block or a `timeout:` option whose time is up, at its own edge"),
    ("TooLarge", "a list, text or nesting that is too large"),
    ("TypeError", "a value of the wrong type"),
    ("UnassignedVariable", "a variable that is read before it is assigned"),
    ("UnsupportedOperation", "reading a file that is open for writing, or the other way round"),
    ("ValueError", "a value of the right type that makes no sense there"),
];

#[cfg(test)]
mod tests {
    use super::KINDS;
    use std::collections::BTreeSet;
    use std::path::{Path, PathBuf};

    /// Kinds are written as literals that begin with a capital letter; in these folders nothing else is.
    #[test]
    fn the_kinds_are_those_that_the_engine_raises() {
        let mut found = BTreeSet::new();
        for folder in ["src/world", "src/expression"] {
            for file in files(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)) {
                let text = std::fs::read_to_string(&file).unwrap();
                let code = text.split("#[cfg(test)]").next().unwrap_or_default();
                found.extend(
                    code.lines().filter(|line| !line.trim_start().starts_with("//")).flat_map(literals),
                );
            }
        }
        let listed: BTreeSet<String> = KINDS.iter().map(|(kind, _)| kind.to_string()).collect();
        assert_eq!(found, listed, "left: raised in the source, right: listed here");
    }

    fn files(folder: &Path) -> Vec<PathBuf> {
        let entries =
            folder.read_dir().expect("the folder is there").map(|it| it.expect("it can be read").path());
        entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
    }

    fn literals(line: &str) -> Vec<String> {
        let is_kind = |text: &&str| {
            text.len() > 2
                && text.starts_with(|first: char| first.is_ascii_uppercase())
                && text.chars().all(char::is_alphabetic)
                && text.chars().any(char::is_lowercase)
        };
        line.split('"').skip(1).step_by(2).filter(is_kind).map(str::to_string).collect()
    }
}
