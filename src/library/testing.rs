//! Scenarios as snapshot tests of a Rust project, for the macros [`test_folder!`](crate::test_folder) and
//! [`assert_scenario!`](crate::assert_scenario).
//!
//! The macros leave all that touches snapshots to insta, called from the user's own file, so that it finds the user's
//! project and heeds its settings. What is compared is what `scenario test` compares, at the same place.

use std::path::Path;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};

use libtest_mimic::{Arguments, Failed, Trial};

use super::diagnostic::Diagnostic;
use super::outcome::Outcome;
use super::run::Run;
use super::scenario::Scenario;
use crate::read::{Unreadable, read};
use crate::suite::{self, Fate, File, Sight, project};

pub use insta;

/// Makes every scenario of a folder, and of the folders in it, a snapshot test with a name of its own, its path.
///
/// It is all that a test file holds, whose usual harness is off:
///
/// ```toml
/// # Cargo.toml
/// [dev-dependencies]
/// scenario = { path = "../scenario", default-features = false, features = ["insta"] }
///
/// [[test]]
/// name = "scenarios"
/// harness = false
/// ```
///
/// ```
/// // tests/scenarios.rs
/// use scenario::{Call, Scenario};
///
/// fn with_hosts(scenario: Scenario) -> Scenario {
///     scenario.host("charge", async |call: Call| call.argument::<i64>("amount"))
/// }
///
/// scenario::test_folder!("scenarios/limits", with_hosts);
/// ```
///
/// Without host functions or other settings, `scenario::test_folder!("scenarios")` will do.
///
/// Now `cargo test` runs them, `cargo test retry` those with `retry` in their path, and `cargo insta test --review` asks
/// about each that changed. The snapshots are those of `scenario test`: `snapshots/x.yaml.snap` beside `x.yaml`, and
/// what one of the two programs leaves for review, the other accepts.
///
/// A test fails if the trace is not the accepted one, if an expectation is broken, or if a host function panics or does
/// not come back. As with `scenario test`, scenarios below a folder `errors` must be refused, and their snapshot is what
/// is said of them; those below `warnings` must cause warnings, and all others none.
#[macro_export]
macro_rules! test_folder {
    ($folder:expr $(,)?) => {
        $crate::test_folder!($folder, |scenario: $crate::Scenario| scenario);
    };
    ($folder:expr, $prepare:expr $(,)?) => {
        fn main() -> ::std::process::ExitCode {
            $crate::testing::run_folder(env!("CARGO_MANIFEST_DIR"), $folder, $prepare, |name, text| {
                $crate::testing::insta::assert_snapshot!(name, text);
            })
        }
    };
}

/// Compares the trace of one scenario with its snapshot, in a test like any other.
///
/// The file is seen from the folder of `Cargo.toml`. Everything else is as with
/// [`test_folder!`](crate::test_folder), whose feature `insta` this needs, too.
///
/// ```
/// use scenario::{Scenario, assert_scenario};
///
/// // fn patience() {
/// assert_scenario!("scenarios/limits/patience.scenario");
/// assert_scenario!("scenarios/limits/patience.scenario", |scenario: Scenario| scenario.seed(7));
/// // }
/// ```
///
/// # Panics
/// If the scenario can't be read, its trace is not the accepted one, an expectation is broken, or a host function
/// panics or does not come back.
#[macro_export]
macro_rules! assert_scenario {
    ($file:expr $(,)?) => {
        $crate::assert_scenario!($file, |scenario: $crate::Scenario| scenario)
    };
    ($file:expr, $prepare:expr $(,)?) => {
        $crate::testing::assert_file(env!("CARGO_MANIFEST_DIR"), $file, $prepare, |name, text| {
            $crate::testing::insta::assert_snapshot!(name, text);
        })
    };
}

/// What calls insta, from the user's own file: with the name of the snapshot and its text.
type Assert = fn(&str, &str);

/// Only one test at a time may print its difference.
static PRINTING: Mutex<()> = Mutex::new(());

/// Tests every scenario of a folder, as the arguments of the command line say.
pub fn run_folder<P>(project_folder: &str, folder: &str, prepare: P, assert: Assert) -> ExitCode
where
    P: Fn(Scenario) -> Scenario + Send + Sync + 'static,
{
    let arguments = Arguments::from_args();
    let folder = Path::new(project_folder).join(folder);
    let found = match find(&folder) {
        Ok(found) if !found.is_empty() => found,
        found => {
            let message = found.err().map_or("there is no scenario in it".to_string(), |it| it.message);
            eprintln!("error: no tests in {}: {message}", folder.display());
            return ExitCode::FAILURE;
        }
    };
    let prepare = Arc::new(prepare);
    let trials = found.into_iter().map(|(name, file)| {
        let prepare = prepare.clone();
        Trial::test(name, move || test(&file, &*prepare, assert).map_err(Failed::from))
    });
    libtest_mimic::run(&arguments, trials.collect()).exit_code()
}

/// Tests one scenario.
///
/// # Panics
/// If the test fails.
#[track_caller]
pub fn assert_file(project_folder: &str, file: &str, prepare: impl Fn(Scenario) -> Scenario, assert: Assert) {
    let path = Path::new(project_folder).join(file);
    let file = File::new(path.clone(), &path, &project(&path));
    if let Err(message) = test(&file, &prepare, assert) {
        panic!("{message}");
    }
}

/// The scenarios of a folder, each with the name of its test.
fn find(folder: &Path) -> Result<Vec<(String, File)>, Unreadable> {
    let project = project(folder);
    let mut found = Vec::new();
    suite::search(Path::new(""), folder, &project, &mut |sight| {
        if let Sight::Scenario(shown, real) = sight {
            let parts: Vec<_> = shown.iter().map(|part| part.to_string_lossy()).collect();
            found.push((parts.join("/"), File::new(real.clone(), &real, &project)));
        }
        Ok::<_, Unreadable>(())
    })?;
    found.sort_by(|(one, _), (other, _)| one.cmp(other));
    Ok(found)
}

fn test(file: &File, prepare: &impl Fn(Scenario) -> Scenario, assert: Assert) -> Result<(), String> {
    let taken = take(file, prepare)?;
    compare(&file.path, &taken, assert);
    match &taken.run {
        Some(run) if !may_be_accepted(run) => Err(run.report().trim_end().to_string()),
        _ => Ok(()),
    }
}

/// What a scenario comes to.
struct Taken {
    title: String,
    text: String,
    /// None if the file was refused, as it should be.
    run: Option<Run>,
}

fn take(file: &File, prepare: &impl Fn(Scenario) -> Scenario) -> Result<Taken, String> {
    let mut source = read(&file.path, None).map_err(|unreadable| unreadable.message)?;
    source.name = file.name_in_snapshot().to_string();
    let loaded = Scenario::load(source);
    let scenario = match (loaded, file.fate) {
        (Err(error), Fate::IsRefused) => {
            let text = Diagnostic::draw_all(error.diagnostics());
            return Ok(Taken { title: String::new(), text, run: None });
        }
        (Err(error), _) => return Err(error.to_string()),
        (Ok(_), Fate::IsRefused) => {
            return Err("it lies below `errors`, so it must be refused, and it is accepted".to_string());
        }
        (Ok(scenario), _) => scenario,
    };
    let warnings = Diagnostic::draw_all(scenario.warnings());
    match file.fate {
        Fate::RunsWithWarnings if warnings.is_empty() => {
            return Err("it lies below `warnings`, so it must cause some, and it causes none".to_string());
        }
        Fate::Runs if !warnings.is_empty() => return Err(warnings),
        _ => {}
    }
    let scenario = prepare(scenario);
    let run = scenario.run().map_err(|error| error.to_string())?;
    let text = format!("{warnings}{}", run.snapshot());
    Ok(Taken { title: scenario.title().to_string(), text, run: Some(run) })
}

/// Whether a run may be what the user wants: one that fails may be the point of a scenario, a broken expectation or
/// host function never is.
fn may_be_accepted(run: &Run) -> bool {
    run.expectations().iter().all(|expectation| expectation.holds)
        && !matches!(run.outcome(), Outcome::HostFailed(_))
}

fn compare(scenario: &Path, taken: &Taken, assert: Assert) {
    let mut settings = insta::Settings::new();
    settings.set_snapshot_path(scenario.with_file_name("snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_input_file(scenario);
    if !taken.title.is_empty() {
        settings.set_description(taken.title.as_str());
    }
    let name = scenario.file_name().unwrap_or_default().to_string_lossy();
    let _alone = PRINTING.lock().unwrap_or_else(PoisonError::into_inner);
    settings.bind(|| assert(&name, &taken.text));
}
