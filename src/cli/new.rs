//! `scenario new`.

use std::path::{Path, PathBuf};

use clap::{Args, ValueHint};

use super::input::FormName;
use super::{Exit, Misuse, heading, output, terminal};
use crate::format::convert;
use crate::read::form_of;
use crate::render::visible;
use crate::source::{Form, Source};

const AFTER_HELP: &str = concat!(
    heading!("Examples"),
    "  scenario new checkout                    writes checkout.scenario\n",
    "  scenario new checkout --form yaml        writes checkout.yaml\n",
    "  scenario new scenarios/queues/full.yaml  with the folders it takes\n",
    "\n",
    heading!("Exit codes"),
    "  0  it is written\n",
    "  2  there is such a file already; it is left as it is",
);

/// The first scenario of a new user, in the text form; its title is still to be set.
const TEMPLATE: &str = include_str!("templates/first.scenario");

/// Write a small scenario that runs, to begin with
#[derive(Args, Clone, Debug)]
#[command(after_help = AFTER_HELP)]
pub(super) struct New {
    /// The name of the scenario; if it has an extension, that tells the form
    #[arg(value_name = "NAME", value_hint = ValueHint::FilePath)]
    name: PathBuf,

    /// The form to write it in [default: text]
    #[arg(long, value_name = "FORM")]
    form: Option<FormName>,
}

impl New {
    pub(super) fn perform(&self) -> Result<Exit, Misuse> {
        let file = self.file()?;
        let form = form_of(&file).unwrap_or(Form::Text);
        write(&file, &scenario(&title(&file), form)?)?;
        let shown = file.display().to_string();
        let shown = visible(&shown);
        terminal::show(&format!("wrote {shown}\n\n  scenario run {shown}     what happens, and when\n"))?;
        Ok(Exit::Held)
    }

    /// The name with the extension of its form.
    fn file(&self) -> Result<PathBuf, Misuse> {
        if self.name.file_name().is_none() {
            return Err(Misuse::new(format!("`{}` is no name for a file", self.name.display())));
        }
        let asked = self.form.map(Form::from);
        match (form_of(&self.name), asked) {
            (Some(form), Some(asked)) if form != asked => {
                Err(Misuse::new(format!("`{}` is no name for that form", self.name.display()))
                    .advice("leave out the extension, or `--form`"))
            }
            (Some(_), _) => Ok(self.name.clone()),
            (None, asked) => {
                let extension = if asked == Some(Form::Yaml) { "yaml" } else { "scenario" };
                Ok(PathBuf::from(format!("{}.{extension}", self.name.display())))
            }
        }
    }
}

/// A small scenario that runs.
///
/// # Errors
/// Never, as long as the template is a scenario.
pub(super) fn scenario(title: &str, form: Form) -> Result<String, Misuse> {
    let text = TEMPLATE.replace("TITLE", title);
    match form {
        Form::Text => Ok(text),
        Form::Yaml => convert(&Source::new("template", text, Form::Text), Form::Yaml)
            .map_err(|errors| Misuse::new(errors.first().map(|it| it.message.clone()).unwrap_or_default())),
    }
}

/// What a file's name says in words; only what can stand in a text as it is.
fn title(file: &Path) -> String {
    let stem = file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let word = |letter: char| if letter.is_alphanumeric() || letter == '-' { letter } else { ' ' };
    let title = stem.chars().map(word).collect::<String>();
    let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
    if title.is_empty() { "a first scenario".to_string() } else { title }
}

/// Writes a file that is not there yet, with the folders it takes.
///
/// # Errors
/// If it is there, or can't be written.
pub(super) fn write(file: &Path, text: &str) -> Result<(), Misuse> {
    output::make_folder_of(file)?;
    output::create(file, text, "choose another name, or take the old file away")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::{Formatted, format};

    #[test]
    fn what_is_written_is_in_the_usual_layout() {
        for form in [Form::Text, Form::Yaml] {
            let text = scenario("a title", form).unwrap();
            let Ok(Formatted::Text(formatted)) = format(&Source::new("x", text.as_str(), form)) else {
                panic!("it has errors: {text}");
            };
            assert_eq!(text, formatted);
            assert!(text.contains("# What this shows"), "{text}");
        }
    }

    #[test]
    fn a_title_is_made_of_words() {
        assert_eq!(title(Path::new("a/two_phase-commit.yaml")), "two phase-commit");
        assert_eq!(title(Path::new("\"{x}\".scenario")), "x");
        assert_eq!(title(Path::new("__.scenario")), "a first scenario");
    }
}
