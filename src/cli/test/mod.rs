//! `scenario test`.

mod find;
mod human;
mod keep;
mod machine;
mod pool;
mod review;
mod trial;
mod watch;

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum, ValueHint};

use self::find::{File, Found, find};
use self::human::Counts;
use self::keep::Update;
use self::machine::Case;
use self::trial::{Failing, Settings, Tested, Verdict};
use self::watch::Watch;
use super::interrupt::Interrupt;
use super::settings::count;
use super::{Exit, Misuse, heading, output, terminal};
use crate::plan::TraceFormat;
use crate::render::visible;
use crate::trace::Flow;

const AFTER_HELP: &str = concat!(
    heading!("Examples"),
    "  scenario test                                  all scenarios here and below\n",
    "  scenario test scenarios --accept               what they do now is what they should do\n",
    "  scenario test scenarios --review               look at each that changed, and decide\n",
    "  scenario test --filter queues/                 those with `queues/` in their path\n",
    "  scenario test --filter '*/queues/*.yaml'       those whose whole path matches\n",
    "  scenario test --watch                          again, whenever a file changes\n",
    "  scenario test --report-junit results.xml       for a CI server\n",
    "  CI=1 scenario test --unreferenced reject       writes nothing, and tolerates no stale snapshot\n",
    "\n",
    heading!("Folders"),
    "  snapshots/  the accepted traces of the scenarios beside it, in the files of insta\n",
    "  errors/     files below it must be refused; the snapshot is what is said of them\n",
    "  warnings/   files below it must cause warnings; they head the snapshot\n",
    "\n",
    heading!("Environment"),
    "  INSTA_UPDATE  as for insta: `auto`, `new`, `always`, `unseen`, `no`\n",
    "  CI            if set, and INSTA_UPDATE is not, nothing is written\n",
    "\n",
    heading!("Exit codes"),
    "    0  every scenario is as accepted, or was accepted now\n",
    "    1  one is new, differs, or is wrong; or with `--unreferenced reject`, a snapshot is stale\n",
    "    2  the command is wrong, or there is nothing to test\n",
    "  130  interrupted",
);

/// With so many scenarios or fewer, those that pass are named too.
const FEW: usize = 12;
/// With more scenarios than so many, a terminal shows how many are done.
const MANY: usize = 100;

/// Compare scenarios with their accepted traces
///
/// Each scenario runs, and its trace is compared with the snapshot in `snapshots/` beside it. What is new or differs
/// fails the test, is shown, and waits as `.snap.new` to be accepted, here or by `cargo insta review`: the files are
/// those of insta.
///
/// A run that fails is not accepted by `--accept`: what it shows is most often not what is wanted. Once accepted with
/// `--accept-failing`, as in a scenario that shows a failure, it passes as long as it fails in the same way.
#[derive(Args, Clone, Debug)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Test {
    /// Scenarios, or folders to search for them
    #[arg(value_name = "PATH", default_value = ".", value_hint = ValueHint::AnyPath)]
    paths: Vec<PathBuf>,

    /// Accept what is new or differs, except runs that fail
    #[arg(long, conflicts_with = "review")]
    accept: bool,

    /// Accept runs that fail, too
    #[arg(long, conflicts_with = "review")]
    accept_failing: bool,

    /// Ask about each scenario that is new or differs
    #[arg(long)]
    review: bool,

    /// Keep and compare the traces in this format, instead of the one that the file's `trace` says
    ///
    /// Where it is another one, the snapshot has it in its name, as in `x.yaml.logs.snap`, and stands beside the
    /// file's own, which is the only one that tests of a Rust project look at.
    #[arg(long, value_name = "FORMAT")]
    format: Option<SnapshotFormat>,

    /// Test only scenarios whose path has this in it, or, with `*` or `?`, matches it
    #[arg(long, value_name = "TEXT")]
    filter: Option<String>,

    /// How many scenarios run at once [default: as many as there are processors]
    #[arg(short, long, value_name = "N", value_parser = count)]
    jobs: Option<u64>,

    /// Run each scenario so many times; a difference between them is a failure
    #[arg(long, value_name = "N", default_value = "1", value_parser = count)]
    repeat: u64,

    /// Stop at the first failure
    #[arg(long, conflicts_with = "review")]
    fail_fast: bool,

    /// Only list the scenarios
    #[arg(long)]
    list: bool,

    /// What becomes of snapshots whose scenario is gone
    #[arg(long, value_name = "WHAT", default_value = "warn")]
    unreferenced: Unreferenced,

    /// Go on, and test again what changes; Ctrl-C ends it
    #[arg(long, conflicts_with_all = ["review", "list"])]
    watch: bool,

    /// Write a report in the XML of JUnit; its times are virtual
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    report_junit: Option<PathBuf>,

    /// Write a report in JSON; its times are virtual, in nanoseconds
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    report_json: Option<PathBuf>,

    /// Name scenarios that pass, however many there are
    #[arg(short, long)]
    verbose: bool,

    /// Say nothing but what failed
    #[arg(short, long, conflicts_with = "verbose")]
    quiet: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum SnapshotFormat {
    /// One event a line
    Text,
    /// Only what the scenario itself logs, and how it ended
    Logs,
    /// One JSON object a line
    Jsonl,
}

impl From<SnapshotFormat> for TraceFormat {
    fn from(format: SnapshotFormat) -> TraceFormat {
        match format {
            SnapshotFormat::Text => TraceFormat::Text,
            SnapshotFormat::Logs => TraceFormat::Logs,
            SnapshotFormat::Jsonl => TraceFormat::Jsonl,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Unreferenced {
    /// They are named
    Warn,
    /// They are named, and fail the test
    Reject,
    /// They are deleted
    Delete,
    /// Nothing
    Ignore,
}

impl Test {
    pub(super) fn perform(&self) -> Result<Exit, Misuse> {
        let update = self.update()?;
        let found = self.find()?;
        if self.list {
            let lines =
                found.files.iter().map(|file| format!("{}\n", visible(&file.path.display().to_string())));
            terminal::show(&lines.collect::<String>())?;
            return Ok(Exit::Held);
        }
        let failing = if self.accept_failing { Failing::Accepted } else { Failing::Suspended };
        let settings = Settings {
            update,
            failing,
            format: self.format.map(SnapshotFormat::into),
            repeat: self.repeat,
            interrupt: Interrupt::listen(),
        };
        if update != Update::Nothing {
            found.left_over.iter().try_for_each(|file| keep::remove(file))?;
        }
        if self.watch {
            self.watch(found, &settings)
        } else {
            self.once(&found.files, &found.unreferenced, &settings)
        }
    }

    /// Tests what there is, and then what changes.
    fn watch(&self, mut found: Found, settings: &Settings) -> Result<Exit, Misuse> {
        let mut watch = Watch::new(settings.format);
        loop {
            let changed = watch.changed(&found.files);
            if !changed.is_empty() {
                let files: Vec<File> = changed.iter().map(|(file, _)| file.clone()).collect();
                self.once(&files, &found.unreferenced, settings)?;
                watch.note(changed);
                terminal::say("waiting for changes; Ctrl-C ends it\n");
            }
            std::thread::sleep(watch::PAUSE);
            if settings.interrupt.is_requested() {
                return Ok(Exit::Interrupted);
            }
            // While files are moved about there may be none for a moment.
            found = self.find().unwrap_or_default();
        }
    }

    /// Tests some scenarios.
    fn once(&self, files: &[File], unreferenced: &[PathBuf], settings: &Settings) -> Result<Exit, Misuse> {
        let mut cases = self.run(files, settings)?;
        let is_interrupted = settings.interrupt.is_requested();
        if self.review && !is_interrupted {
            review::review(&mut cases)?;
        }
        let mut counts = Counts { not_run: files.len() - cases.len(), ..Counts::default() };
        cases.iter().for_each(|(_, tested)| counts.add(tested));
        if let Some(file) = &self.report_junit {
            write(file, &machine::junit(&cases, &counts))?;
        }
        if let Some(file) = &self.report_json {
            write(file, &machine::json(&cases, &counts, unreferenced))?;
        }
        let is_stale = self.dispose(unreferenced)?;
        if !self.quiet || counts.failed() > 0 {
            terminal::show(&format!("{}{}", counts.summary(terminal::output_colour()), counts.advice()))?;
        }
        Ok(match (is_interrupted, counts.failed() > 0 || is_stale) {
            (true, _) => Exit::Interrupted,
            (false, true) => Exit::Failed,
            (false, false) => Exit::Held,
        })
    }

    /// The user's own word counts more than the environment's.
    fn update(&self) -> Result<Update, Misuse> {
        if self.review {
            return Ok(Update::Pending);
        }
        if self.accept || self.accept_failing { Ok(Update::Accept) } else { Update::of_environment() }
    }

    fn find(&self) -> Result<Found, Misuse> {
        let mut found = find(&self.paths)?;
        let paths: Vec<String> = self.paths.iter().map(|path| format!("`{}`", path.display())).collect();
        if found.files.is_empty() {
            return Err(Misuse::new(format!("there is no scenario in {}", paths.join(", ")))
                .advice("name a folder with `.scenario` or `.yaml` files in it"));
        }
        if let Some(filter) = &self.filter {
            let all = found.files.len();
            found.files.retain(|file| file.is_chosen(filter));
            if found.files.is_empty() {
                return Err(Misuse::new(format!("no path of {all} scenarios has `{filter}` in it")).advice(
                    "`--list` lists them; with `*` or `?` a filter must match the whole path, as in `*queues*`",
                ));
            }
        }
        Ok(found)
    }

    fn run(&self, files: &[File], settings: &Settings) -> Result<Vec<Case>, Misuse> {
        let threads = self.jobs.map_or_else(pool::processors, |jobs| jobs as usize);
        let mut progress = Progress::new(files.len());
        let mut cases = Vec::with_capacity(files.len());
        let mut broken = None;
        let names_passed = self.verbose || (files.len() <= FEW && !self.quiet);
        let shown = std::cell::RefCell::new(&mut progress);
        pool::work(
            files,
            threads,
            |file| trial::test(file, settings),
            |done| shown.borrow_mut().show(done),
            |file, tested| {
                let text = self.said(file, &tested, names_passed);
                if !text.is_empty() {
                    shown.borrow_mut().clear();
                    broken = terminal::show(&text).err();
                }
                let is_last = self.fail_fast && tested.is_failure() || settings.interrupt.is_requested();
                cases.push((file.clone(), tested));
                if is_last || broken.is_some() { Flow::Stop } else { Flow::Continue }
            },
        );
        progress.clear();
        match broken {
            Some(misuse) => Err(misuse),
            None => Ok(cases),
        }
    }

    fn said(&self, file: &File, tested: &Tested, names_passed: bool) -> String {
        let colour = terminal::output_colour();
        if matches!(tested.verdict, Verdict::Interrupted) {
            String::new()
        } else if !tested.is_failure() {
            if names_passed { human::line(file, tested, colour) } else { String::new() }
        } else if self.review && !matches!(tested.verdict, Verdict::Wrong(_)) {
            String::new()
        } else {
            human::failed(file, tested, colour)
        }
    }

    /// Says or does what is wanted about stale snapshots; whether they fail the test.
    fn dispose(&self, unreferenced: &[PathBuf]) -> Result<bool, Misuse> {
        for snapshot in unreferenced {
            let path = snapshot.display().to_string();
            let path = visible(&path);
            match self.unreferenced {
                Unreferenced::Ignore => {}
                Unreferenced::Warn | Unreferenced::Reject => {
                    terminal::show(&format!("stale     {path}  (its scenario is gone)\n"))?;
                }
                Unreferenced::Delete => {
                    keep::remove(snapshot)?;
                    terminal::show(&format!("deleted   {path}  (its scenario is gone)\n"))?;
                }
            }
        }
        Ok(self.unreferenced == Unreferenced::Reject && !unreferenced.is_empty())
    }
}

/// Writes a report.
fn write(file: &Path, report: &str) -> Result<(), Misuse> {
    output::make_folder_of(file)?;
    output::replace(file, report)
}

/// Accepts what a scenario does, as its first snapshot; where that is.
///
/// # Errors
/// If the scenario is none, its run fails, or the snapshot can't be written.
pub(super) fn accept(scenario: &Path) -> Result<PathBuf, Misuse> {
    let found = find(&[scenario.to_path_buf()])?;
    let settings = Settings {
        update: Update::Accept,
        failing: Failing::Suspended,
        format: None,
        repeat: 1,
        interrupt: Interrupt::default(),
    };
    for file in &found.files {
        let tested = trial::test(file, &settings);
        if tested.is_failure() {
            return Err(Misuse::new(format!("`{}`: {}", scenario.display(), human::reason(&tested))));
        }
    }
    Ok(keep::Place::of(scenario, None).accepted)
}

/// A line on a terminal that says how far a long test has come.
struct Progress {
    all: usize,
    is_wanted: bool,
    /// How wide the line is that is there now.
    width: usize,
}

impl Progress {
    fn new(all: usize) -> Progress {
        Progress { all, is_wanted: all > MANY && io::stderr().is_terminal(), width: 0 }
    }

    fn show(&mut self, done: usize) {
        // A terminal is slow, and nobody reads every number.
        if self.is_wanted && done.is_multiple_of(self.all / MANY + 1) {
            let line = format!("{done} of {} scenarios", self.all);
            terminal::say(&format!("\r{line}"));
            self.width = line.len();
        }
    }

    fn clear(&mut self) {
        if self.width > 0 {
            terminal::say(&format!("\r{}\r", " ".repeat(self.width)));
            self.width = 0;
        }
    }
}
