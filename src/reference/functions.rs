//! Pages about functions.

use super::{capitalised, fenced, table};
use crate::expression::functions::{Function, Need, Place, THEMES};
use crate::expression::resolve::usage;
use crate::expression::types::Type;

/// All functions with a sentence each.
pub(super) fn overview() -> String {
    let mut text = String::from("# Functions\n\n");
    for (theme, functions) in THEMES {
        text += &format!("## {}\n\n", capitalised(theme));
        let rows = functions.iter().map(|function| [call(function), function.help.to_string()]);
        text += &table(["", ""], rows);
        text.push('\n');
    }
    text.trim_end().to_string() + "\n"
}

/// Everything about a function.
pub(super) fn page(function: &Function) -> String {
    let mut text = format!(
        "# {}\n\n{}\n\n{}",
        function.name,
        function.help,
        fenced("text", &format!("{}  gives {}", usage(function), gives(function)))
    );
    let optional = |parameter: &&crate::expression::functions::Parameter| parameter.need != Need::Required;
    let rows: Vec<[String; 2]> = function
        .parameters
        .iter()
        .filter(optional)
        .map(|parameter| {
            let meaning = match parameter.need {
                Need::Repeated => "may be given any number of times",
                _ => "may be left out",
            };
            [format!("`{}`", parameter.name), meaning.to_string()]
        })
        .collect();
    if !rows.is_empty() {
        text += &format!("\n{}", table(["", ""], rows));
    }
    text + match function.place {
        Place::Anywhere => {
            "\nA function stands in any expression; its arguments may be given by name: `f(x, name = 2)`.\n"
        }
        Place::Expectation => {
            "\nIt asks about a finished run, so it stands in `expect` only, outside of `always` and `never`.\n"
        }
    }
}

/// The tables of the reference.
pub(super) fn tables() -> String {
    let mut text = String::new();
    for (theme, functions) in THEMES {
        text += &format!("### Functions: {theme}\n\n");
        let rows =
            functions.iter().map(|function| [call(function), gives(function), function.help.to_string()]);
        text += &table(["function", "gives", ""], rows);
        text.push('\n');
    }
    text.trim_end().to_string() + "\n"
}

fn call(function: &Function) -> String {
    format!("`{}`", usage(function))
}

fn gives(function: &Function) -> String {
    match function.gives {
        Type::Any => "a value that depends on its arguments".to_string(),
        other => other.phrase().to_string(),
    }
}
