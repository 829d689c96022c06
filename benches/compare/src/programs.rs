//! The programs that are compared: builds them, finds them, and says how each is told to do a piece of work.

use std::error::Error;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

/// Who does the work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Contender {
    /// The program written by hand on tokio, in cargo's release build.
    HandWritten,
    /// The same with all that cargo can do to make it faster.
    Tuned,
    /// The engine, each task a tokio task.
    Tokio,
    /// The engine in a plain loop.
    Direct,
}

/// All of them, in the order of the tables.
pub const CONTENDERS: [Contender; 4] =
    [Contender::HandWritten, Contender::Tuned, Contender::Tokio, Contender::Direct];

impl Contender {
    /// Which of the two kinds of programs it is.
    pub fn program(self) -> Program {
        match self {
            Contender::HandWritten | Contender::Tuned => Program::ByHand,
            Contender::Tokio | Contender::Direct => Program::Engine,
        }
    }
}

/// What is compared with what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Program {
    /// The work written by hand.
    ByHand,
    /// The scenario, run by the engine.
    Engine,
}

/// A piece of work that each contender can do.
#[derive(Clone, Debug)]
pub struct Job {
    /// The scenario.
    pub file: PathBuf,
    /// Its parameters, `name=value`.
    pub parameters: Vec<String>,
    /// What the hand-written program is told.
    pub peer: Vec<String>,
}

/// Where the programs are.
pub struct Programs {
    engine: PathBuf,
    peers: PathBuf,
    tuned_peers: PathBuf,
    /// A program that does nothing.
    pub empty: PathBuf,
    /// The program that keeps traces in memory, if it was built.
    pub record: Option<PathBuf>,
}

impl Programs {
    /// Builds all programs; the one that records only if it is needed.
    pub fn build(records: bool) -> Result<Programs, Box<dyn Error>> {
        let [engine] = build(&benches().join(".."), "release", ["scenario"])?;
        let [peers, empty] = build(&benches().join("peers"), "release", ["peers", "empty"])?;
        let [tuned_peers] = build(&benches().join("peers"), "tuned", ["peers"])?;
        let record = match records {
            true => Some(build(&benches().join("record"), "release", ["record"])?),
            false => None,
        };
        Ok(Programs { engine, peers, tuned_peers, empty, record: record.map(|[record]| record) })
    }

    /// The engine's command line with nothing on it.
    pub fn engine(&self) -> Command {
        Command::new(&self.engine)
    }

    /// The command with which a contender does a job, and prints nothing that grows with it.
    pub fn command(&self, contender: Contender, job: &Job) -> Command {
        match contender {
            Contender::HandWritten => by_hand(&self.peers, job),
            Contender::Tuned => by_hand(&self.tuned_peers, job),
            Contender::Tokio => self.digest_only("tokio", job),
            Contender::Direct => self.digest_only("direct", job),
        }
    }

    /// The command with which the engine does a job and makes only the digest of its trace.
    pub fn digest_only(&self, driver: &str, job: &Job) -> Command {
        let mut command = self.scenario(driver, job);
        command.args(["--format", "none"]);
        command
    }

    /// The command with which the engine does a job.
    pub fn scenario(&self, driver: &str, job: &Job) -> Command {
        let mut command = self.engine();
        command.arg("run").arg(&job.file).args(["--driver", driver]);
        for parameter in &job.parameters {
            command.args(["--param", parameter]);
        }
        command
    }
}

fn by_hand(program: &Path, job: &Job) -> Command {
    let mut command = Command::new(program);
    command.args(&job.peer);
    command
}

/// The folder of the benchmarks.
pub fn benches() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// A place for a file that a measurement needs.
pub fn scratch(name: &str) -> Result<PathBuf, std::io::Error> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target").join("scratch");
    std::fs::create_dir_all(&folder)?;
    Ok(folder.join(name))
}

/// Builds a package in a profile and returns where cargo put the binaries of these names.
fn build<const N: usize>(
    package: &Path,
    profile: &str,
    names: [&str; N],
) -> Result<[PathBuf; N], Box<dyn Error>> {
    let manifest = package.join("Cargo.toml");
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let output = Command::new(cargo)
        .args(["build", "--profile", profile, "--message-format=json-render-diagnostics", "--bins"])
        .arg("--manifest-path")
        .arg(&manifest)
        .stderr(Stdio::inherit())
        .output()?;
    if !output.status.success() {
        return Err(format!("could not build {}", manifest.display()).into());
    }
    let text = String::from_utf8(output.stdout)?;
    let messages: Vec<Value> = text.lines().map(serde_json::from_str).collect::<Result<_, _>>()?;
    let mut binaries = names.map(|_| PathBuf::new());
    for (binary, name) in binaries.iter_mut().zip(names) {
        *binary = messages
            .iter()
            .filter(|message| message["target"]["name"] == name)
            .find_map(|message| message["executable"].as_str().map(PathBuf::from))
            .ok_or_else(|| format!("{} has no binary `{name}`", manifest.display()))?;
    }
    Ok(binaries)
}
