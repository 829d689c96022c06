//! Every scenario: formatting and converting keep its plan, its trace and its comments.

use std::fs;
use std::path::{Path, PathBuf};

use scenario::format::{Formatted, format};
use scenario::plan::display::listing;
use scenario::source::{Form, Source};
use scenario::syntax::{text, yaml};
use scenario::trace::{Event, Flow, Names, Sink};
use scenario::{Driver, Limits, Load, load, run};

use super::{converted, other};

/// Keeps nothing: the digest tells all.
struct Nowhere;

impl Sink for Nowhere {
    fn event(&mut self, _: &Event, _: &Names) -> Flow {
        Flow::Continue
    }
}

/// What must survive.
#[derive(Debug, PartialEq)]
struct Meaning {
    listing: String,
    digest: u64,
    comments: Vec<String>,
}

fn meaning(name: &str, text: &str, form: Form) -> Meaning {
    let loaded = load(Source::new(name, text, form), &Load::default());
    let Some(plan) = &loaded.plan else { panic!("{name}: {:?}\n{text}", loaded.diagnostics) };
    let (outcome, _) = run(plan, Driver::Direct, Limits::default(), Nowhere);
    let found = match form {
        Form::Text => text::comments(text),
        Form::Yaml => yaml::comments(text),
    };
    let comments = found.unwrap_or_default().into_iter();
    let mut comments: Vec<String> =
        comments.map(|span| loaded.source.slice(span).trim_end().to_string()).collect();
    comments.sort();
    Meaning { listing: listing(plan, None), digest: outcome.digest, comments }
}

/// All scenarios that are no examples of errors.
fn scenarios() -> Vec<PathBuf> {
    let mut files = Vec::new();
    collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios"), &mut files);
    files.sort();
    assert!(files.len() >= 18, "only {} scenarios found", files.len());
    files
}

fn collect(directory: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with("errors") {
            collect(&path, files);
        } else if form_of(&path).is_some() {
            files.push(path);
        }
    }
}

fn form_of(path: &Path) -> Option<Form> {
    match path.extension()?.to_str()? {
        "yaml" | "yml" => Some(Form::Yaml),
        "scenario" => Some(Form::Text),
        _ => None,
    }
}

fn for_each(check: impl Fn(&str, &str, Form)) {
    for path in scenarios() {
        let text = fs::read_to_string(&path).unwrap();
        check(&path.display().to_string(), &text, form_of(&path).unwrap());
    }
}

#[test]
fn formatting_keeps_what_a_file_means_and_changes_nothing_more_the_second_time() {
    for_each(|name, text, form| {
        let once = match format(&Source::new(name, text, form)) {
            Ok(Formatted::Text(once)) => once,
            Ok(Formatted::LeftAlone(_)) => return,
            Err(errors) => panic!("{name}: {errors:?}"),
        };
        assert_eq!(meaning(name, &once, form), meaning(name, text, form), "{name}:\n{once}");
        assert_eq!(super::formatted(&once, form), once, "{name}");
    });
}

/// What is laid out by hand: it shows quotes that are not needed.
const BY_HAND: &[&str] = &["streams/quoted_heads.yaml"];

#[test]
fn the_gallery_is_in_the_usual_layout() {
    for_each(|name, text, form| {
        let is_by_hand = BY_HAND.iter().any(|file| Path::new(name).ends_with(file));
        match format(&Source::new(name, text, form)) {
            Ok(Formatted::Text(once)) if !is_by_hand => assert_eq!(text, once, "scenario fmt {name}"),
            _ => {}
        }
    });
}

#[test]
fn converting_there_and_back_keeps_what_a_file_means() {
    for_each(|name, text, form| {
        let before = meaning(name, text, form);
        let there = converted(text, form);
        assert_eq!(meaning(name, &there, other(form)), before, "{name}:\n{there}");
        let back = converted(&there, other(form));
        assert_eq!(meaning(name, &back, form), before, "{name}:\n{there}\n{back}");
    });
}

#[test]
fn what_is_converted_is_formatted() {
    for_each(|name, text, form| {
        let there = converted(text, form);
        assert_eq!(super::formatted(&there, other(form)), there, "{name}");
    });
}

/// How a comment is put at a line.
#[derive(Clone, Copy)]
enum Comment {
    Above,
    AboveUnindented,
    Behind,
}

/// The text with a comment at each line where one may stand.
fn with_comments(name: &str, text: &str, form: Form, place: Comment) -> String {
    let before = meaning(name, text, form).listing;
    let lines: Vec<&str> = text.lines().collect();
    let commented = |index: usize| {
        let line = lines[index];
        let indent = line.len() - line.trim_start().len();
        match place {
            Comment::Above => format!("{}# probe {index}\n{line}", " ".repeat(indent)),
            Comment::AboveUnindented => format!("# probe {index}\n{line}"),
            Comment::Behind => format!("{line} # probe {index}"),
        }
    };
    let joined = |chosen: &[usize]| {
        let line = |(index, line): (usize, &&str)| {
            if chosen.contains(&index) { commented(index) } else { (*line).to_string() }
        };
        lines.iter().enumerate().map(line).collect::<Vec<_>>().join("\n") + "\n"
    };
    let are_comments = |chosen: &[usize]| {
        let text = joined(chosen);
        let loaded = load(Source::new(name, &*text, form), &Load::default());
        let found = match form {
            Form::Text => text::comments(&text),
            Form::Yaml => yaml::comments(&text),
        };
        let probes = found.unwrap_or_default().into_iter();
        let probes = probes.filter(|span| loaded.source.slice(*span).starts_with("# probe")).count();
        probes == chosen.len() && loaded.plan.is_some_and(|plan| listing(&plan, None) == before)
    };
    let all: Vec<usize> = (0..lines.len()).collect();
    if are_comments(&all) {
        return joined(&all);
    }
    let mut chosen = Vec::new();
    for index in all {
        chosen.push(index);
        if !are_comments(&chosen) {
            chosen.pop();
        }
    }
    joined(&chosen)
}

#[test]
fn comments_survive_wherever_they_stand() {
    for_each(|name, text, form| {
        for place in [Comment::Above, Comment::AboveUnindented, Comment::Behind] {
            let text = with_comments(name, text, form, place);
            let Ok(Formatted::Text(once)) = format(&Source::new(name, &*text, form)) else { continue };
            assert_eq!(meaning(name, &once, form), meaning(name, &text, form), "{name}:\n{text}\n{once}");
            assert_eq!(super::formatted(&once, form), once, "{name}:\n{once}");
            let there = converted(&text, form);
            assert_eq!(
                meaning(name, &there, other(form)),
                meaning(name, &text, form),
                "{name}:\n{text}\n{there}"
            );
            converted(&there, other(form));
        }
    });
}
