//! Writes scenarios: in their own form with canonical layout, or in the other form.
//!
//! A source is read into nodes, which `arrange` settles by the statement table into one tree for both
//! printers, with every comment at its place; `text` and `yaml` print it. This stands above decoding,
//! not in `syntax`, because only the table tells which scalars of YAML are text, which list is a block, and
//! what an argument without a name is called.
//!
//! Nothing is given out unchecked: the result is read again, and must compile to the same plan and have the
//! same comments.

mod arrange;
mod comments;
mod expression;
mod lines;
#[cfg(test)]
mod round_trip;
mod scalar;
mod spacing;
mod text;
mod tree;
mod yaml;
mod yaml_section;
mod yaml_value;

use crate::diagnostic::{Diagnostic, Severity};
use crate::load::{Load, load};
use crate::plan::display::listing;
use crate::source::{Form, Source, Span};
use crate::statement::{self, Role};
use crate::syntax;
use comments::{Comments, Copies};

/// What formatting comes to.
#[derive(Clone, Debug)]
pub enum Formatted {
    /// The text in canonical layout; it may be what it was.
    Text(String),
    /// The file is best left alone, for this reason.
    LeftAlone(Diagnostic),
}

/// Writes a scenario in canonical layout.
///
/// # Errors
/// If the scenario has errors; these are they.
pub fn format(source: &Source) -> Result<Formatted, Vec<Diagnostic>> {
    if source.form == Form::Yaml && syntax::yaml::has_anchors(&source.text).unwrap_or(false) {
        check(source)?;
        let why = Diagnostic::warning(
            "anchors",
            Span::default(),
            "the file uses YAML anchors, so it is left as it is",
        )
        .help("formatting would write out every copy; `scenario convert` does");
        return Ok(Formatted::LeftAlone(why));
    }
    write(source, source.form).map(Formatted::Text)
}

/// Writes a scenario in a form.
///
/// # Errors
/// If the scenario has errors; these are they. Or if it says what the other form can't.
pub fn convert(source: &Source, to: Form) -> Result<String, Vec<Diagnostic>> {
    write(source, to)
}

/// A usage as the statement table gives it, in YAML: `..` stands for what is left out. It is not checked, for
/// its names are declared nowhere. Nothing if it can't be read.
pub fn sketch(usage: &str) -> Option<String> {
    let role = role_of(usage);
    let step = "log \"..\"";
    let body = usage.replace("{ .. }", &format!("{{\n{step}\n}}"));
    let text = match role {
        Role::Declaration => body,
        Role::Statement => format!("main {{\n{body}\n}}"),
        Role::Expectation => format!("expect {{\n{body}\n}}"),
    };
    let source = Source::new("usage", text, Form::Text);
    let (nodes, errors) = syntax::parse(&source);
    if !errors.is_empty() {
        return None;
    }
    let none = Comments::new(&source, Vec::new(), Copies::None);
    let (sheet, _) = arrange::arrange(&source, &nodes, none).ok()?;
    let yaml = yaml::print(&sheet, &source).ok()?;
    let lines = yaml.lines().skip(usize::from(role != Role::Declaration));
    let indent = if role == Role::Declaration { "" } else { "  " };
    let lines = lines.map(|line| line.strip_prefix(indent).unwrap_or(line));
    Some(lines.map(|line| line.replace("- log: ..", "- ..")).collect::<Vec<_>>().join("\n"))
}

/// Where a usage stands: where the statement table has its word, which may stand behind `name =`.
fn role_of(usage: &str) -> Role {
    let mut words = usage.split_whitespace();
    let first = words.next().unwrap_or_default();
    let word = if words.next() == Some("=") { words.next().unwrap_or_default() } else { first };
    let entry = statement::entries().find(|(_, entry)| entry.name == word);
    entry.map_or(Role::Statement, |(_, entry)| entry.role)
}

/// The listing of a scenario's plan.
fn check(source: &Source) -> Result<String, Vec<Diagnostic>> {
    let loaded = load(source.clone(), &Load::default());
    match &loaded.plan {
        Some(plan) => Ok(listing(plan, None)),
        None => Err(loaded.diagnostics.into_iter().filter(|it| it.severity == Severity::Error).collect()),
    }
}

fn write(source: &Source, to: Form) -> Result<String, Vec<Diagnostic>> {
    let plan = check(source)?;
    let (nodes, _) = syntax::parse(source);
    let found = comments::find(source)?;
    let mut texts: Vec<String> = found.iter().map(|comment| comments::text_of(source, *comment)).collect();
    let has_anchors = source.form == Form::Yaml && syntax::yaml::has_anchors(&source.text).unwrap_or(false);
    let copies = if has_anchors { Copies::Possible } else { Copies::None };
    let (mut sheet, in_strings) = arrange::arrange(source, &nodes, Comments::new(source, found, copies))?;
    texts.extend(in_strings);
    match (source.form, to) {
        (Form::Yaml, Form::Text) => spacing::for_text(&mut sheet),
        (Form::Text, Form::Yaml) => spacing::for_yaml(&mut sheet),
        _ => {}
    }
    let written = match to {
        Form::Text => text::print(&sheet, source),
        Form::Yaml => yaml::print(&sheet, source)?,
    };
    verify(source, &plan, texts, &Source::new(source.name.clone(), written.clone(), to))?;
    Ok(written)
}

/// Refuses a text that does not mean the same as its source, or lacks a comment.
fn verify(
    source: &Source,
    plan: &str,
    mut texts: Vec<String>,
    written: &Source,
) -> Result<(), Vec<Diagnostic>> {
    let refusal = |what: &str| {
        Diagnostic::error(
            "not-written",
            Span::new(0, 0),
            format!("{} {what}, so nothing is written", source.name),
        )
    };
    let again = check(written).map_err(|errors| {
        let reason = errors.first().map_or(String::new(), |error| {
            let line = written.slice(error.span.at_start().hull(error.span));
            format!("line {}: {}: `{line}`", written.place(error.span.start).line, error.message)
        });
        vec![refusal("could not be read again").help(reason)]
    })?;
    if plan != again {
        let lines = plan.lines().chain([""]).zip(again.lines().chain([""]));
        let (before, after) = lines.into_iter().find(|(before, after)| before != after).unwrap_or_default();
        let change = format!("`{}` would be `{}`", before.trim(), after.trim());
        return Err(vec![refusal("would change its meaning").help(change)]);
    }
    let found = comments::find(written)?;
    let mut kept: Vec<String> = found.iter().map(|comment| comments::text_of(written, *comment)).collect();
    kept.sort_unstable();
    texts.sort_unstable();
    if kept != texts {
        let lost = texts.iter().find(|text| !kept.contains(text)).cloned().unwrap_or_default();
        return Err(vec![refusal("would lose or double a comment").help(format!("`{lost}`"))]);
    }
    Ok(())
}
