//! A place where the program is run, and what became of it.

use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// A directory with scenario files in it, where the program is run.
pub(crate) struct Workplace {
    directory: TempDir,
}

/// What a command came to.
pub(crate) struct Ran {
    /// The exit code; none if a signal ended it.
    pub(crate) code: Option<i32>,
    /// What it wrote to standard output.
    pub(crate) output: String,
    /// What it wrote to standard error.
    pub(crate) errors: String,
}

impl Workplace {
    /// An empty one.
    pub(crate) fn new() -> Workplace {
        Workplace { directory: TempDir::new().expect("a temporary directory") }
    }

    /// One with a file.
    pub(crate) fn with(name: &str, content: impl AsRef<[u8]>) -> Workplace {
        Workplace::new().and(name, content)
    }

    /// With another file.
    pub(crate) fn and(self, name: &str, content: impl AsRef<[u8]>) -> Workplace {
        std::fs::write(self.path(name), content).expect("a file in a temporary directory");
        self
    }

    /// The path of a file in it.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// The program with arguments, run there, in an environment that says nothing about colours.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_scenario"));
        command.args(arguments).current_dir(self.directory.path()).stdin(Stdio::null());
        for variable in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE"] {
            command.env_remove(variable);
        }
        command
    }

    /// What the program with arguments comes to.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        self.command(arguments).output().expect("the program starts").into()
    }
}

impl From<Output> for Ran {
    fn from(output: Output) -> Ran {
        Ran {
            code: output.status.code(),
            output: String::from_utf8(output.stdout).expect("UTF-8"),
            errors: String::from_utf8(output.stderr).expect("UTF-8"),
        }
    }
}

impl Ran {
    /// Ended with a code, and said all of these on standard error.
    #[track_caller]
    pub(crate) fn ended(&self, code: i32, said: &[&str]) {
        assert_eq!(self.code, Some(code), "output: {}\nerrors: {}", self.output, self.errors);
        for part in said {
            assert!(self.errors.contains(part), "`{part}` is not in: {}", self.errors);
        }
        assert!(!self.errors.contains("panicked"), "{}", self.errors);
    }
}
