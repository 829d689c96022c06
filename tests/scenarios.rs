//! Every file below `scenarios/` is a test, found by itself and named by its path there.
//!
//! A scenario runs on both drivers: the traces are equal byte for byte, nothing leaks, and trace and outcome
//! are those of its snapshot, `snapshots/x.yaml.snap` beside `x.yaml`. It causes no warning, except below
//! `warnings/`, where the warnings head the snapshot. Files below `errors/` must be refused; their snapshot
//! is what is said of them. Where a scenario is there in both forms, `parity/..` compares the two.

#[path = "running/agreement.rs"]
mod agreement;
#[path = "running/files.rs"]
mod files;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};

use agreement::on_both_drivers;
use files::File;
use libtest_mimic::{Arguments, Failed, Trial};
use scenario::plan::{Plan, display};
use scenario::render::{Colour, Printer, of_snapshot, report};
use scenario::{Limits, Load, Loaded, load};

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let mut trials = Vec::new();
    let mut forms: BTreeMap<String, Vec<File>> = BTreeMap::new();
    for file in files::all() {
        if !file.is_in("errors") {
            let stem = file.name.rsplit_once('.').map_or(&*file.name, |(stem, _)| stem);
            forms.entry(stem.to_string()).or_default().push(file.clone());
        }
        trials.push(Trial::test(file.name.clone(), move || test(&file)));
    }
    for (stem, files) in forms.into_iter().filter(|(_, files)| files.len() > 1) {
        trials.push(Trial::test(format!("parity/{stem}"), move || compare_forms(&files)));
    }
    trials.push(Trial::test("every snapshot has its scenario", no_snapshot_is_left_over));
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn test(file: &File) -> Result<(), Failed> {
    let loaded = load(file.source(), &Load::default());
    let diagnostics = report::diagnostics(&loaded.source, &loaded.diagnostics, Colour::Plain);
    if file.is_in("errors") {
        if loaded.plan.is_some() {
            return Err(format!("this file must be refused, and is accepted\n{diagnostics}").into());
        }
        assert_snapshot(file, "", &diagnostics);
        return Ok(());
    }
    let plan = accepted(&loaded)?;
    if file.is_in("warnings") == loaded.diagnostics.is_empty() {
        return Err(
            format!("warnings belong to the files below `warnings/`, and only there\n{diagnostics}").into()
        );
    }
    let trace = trace(&plan)?;
    assert_snapshot(file, &plan.title, &format!("{diagnostics}{trace}"));
    Ok(())
}

fn compare_forms(files: &[File]) -> Result<(), Failed> {
    let mut seen: Option<(&str, String, String)> = None;
    for file in files {
        let plan = accepted(&load(file.source(), &Load::default()))?;
        let (listing, trace) = (display::listing(&plan, None), trace(&plan)?);
        if let Some((name, first_listing, first_trace)) = &seen {
            for (what, first, second) in [("plan", first_listing, &listing), ("trace", first_trace, &trace)] {
                if first != second {
                    return Err(format!(
                        "the {what} differs: {}",
                        difference(name, first, &file.name, second)
                    )
                    .into());
                }
            }
        }
        seen = Some((&file.name, listing, trace));
    }
    Ok(())
}

fn accepted(loaded: &Loaded) -> Result<Arc<Plan>, Failed> {
    loaded
        .plan
        .clone()
        .ok_or_else(|| report::diagnostics(&loaded.source, &loaded.diagnostics, Colour::Plain).into())
}

/// The trace of a plan on both drivers, and how the run ended.
fn trace(plan: &Arc<Plan>) -> Result<String, Failed> {
    let printer = || Printer::new(of_snapshot(plan, None), Vec::new());
    let agreed = on_both_drivers(plan, Limits::default(), printer)?;
    let [tokio, direct] = agreed.sinks.map(|printer| {
        let bytes = printer.finish(&agreed.outcome).map_err(|error| Failed::from(error.to_string()))?;
        String::from_utf8(bytes).map_err(|error| Failed::from(error.to_string()))
    });
    let (tokio, direct) = (tokio?, direct?);
    if tokio == direct { Ok(tokio) } else { Err(difference("tokio", &tokio, "direct", &direct).into()) }
}

/// The first line in which two texts differ.
fn difference(first_name: &str, first: &str, second_name: &str, second: &str) -> String {
    let (mut left, mut right) = (first.lines(), second.lines());
    let mut number = 0;
    loop {
        number += 1;
        let (left, right) = (left.next(), right.next());
        if left != right || left.is_none() {
            let show = |line: Option<&str>| line.unwrap_or("(nothing)").to_string();
            return format!(
                "line {number}\n  {first_name}: {}\n  {second_name}: {}",
                show(left),
                show(right)
            );
        }
    }
}

fn no_snapshot_is_left_over() -> Result<(), Failed> {
    let folders: BTreeSet<PathBuf> =
        files::all().iter().map(|file| file.path().with_file_name("snapshots")).collect();
    for folder in folders.iter().filter(|folder| folder.exists()) {
        for entry in fs::read_dir(folder)? {
            let snapshot = entry?.path();
            let of_a_scenario = match (snapshot.extension(), snapshot.file_stem()) {
                (Some(extension), Some(scenario)) if extension == "snap" => {
                    folder.with_file_name(scenario).exists()
                }
                _ => true,
            };
            if !of_a_scenario {
                return Err(format!("{} belongs to no scenario", snapshot.display()).into());
            }
        }
    }
    Ok(())
}

/// Only one test at a time may print its difference.
static PRINTING: Mutex<()> = Mutex::new(());

fn assert_snapshot(file: &File, title: &str, text: &str) {
    let path = file.path();
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let mut settings = insta::Settings::new();
    settings.set_snapshot_path(path.with_file_name("snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_input_file(&path);
    if !title.is_empty() {
        settings.set_description(title);
    }
    let _alone = PRINTING.lock().unwrap_or_else(PoisonError::into_inner);
    settings.bind(|| insta::assert_snapshot!(name, text));
}
