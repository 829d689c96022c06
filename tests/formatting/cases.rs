//! Tricky layouts, a file each in `cases/`: how they are formatted and converted is in `snapshots/`.

use std::fs;
use std::path::Path;

use scenario::format::{Formatted, convert, format};
use scenario::source::{Form, Source};

use super::other;

#[test]
fn each_case_is_written_as_its_snapshots_say() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/formatting/cases");
    let mut names: Vec<String> = fs::read_dir(directory.clone())
        .unwrap()
        .map(|it| it.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert!(names.len() > 8);
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for name in names {
            let form = if name.ends_with(".yaml") { Form::Yaml } else { Form::Text };
            let text = fs::read_to_string(directory.join(&name)).unwrap();
            let source = Source::new(&*name, text, form);
            match format(&source).unwrap() {
                Formatted::Text(formatted) => {
                    assert_eq!(
                        super::formatted(&formatted, form),
                        formatted,
                        "{name}: not the same the second time"
                    );
                    insta::assert_snapshot!(format!("{name}-formatted"), formatted);
                }
                Formatted::LeftAlone(reason) => {
                    insta::assert_snapshot!(
                        format!("{name}-formatted"),
                        format!("left alone: {}", reason.message)
                    );
                }
            }
            let converted = convert(&source, other(form)).unwrap();
            assert_eq!(
                super::formatted(&converted, other(form)),
                converted,
                "{name}: converted, but not formatted"
            );
            super::converted(&converted, other(form));
            insta::assert_snapshot!(format!("{name}-converted"), converted);
        }
    });
}

/// What is refused says why.
fn refusal(text: &str, form: Form) -> String {
    convert(&Source::new("test", text, form), other(form)).unwrap_err().remove(0).message
}

#[test]
fn files_with_errors_are_refused_with_their_errors() {
    let source = Source::new("test", "main { lgo 'a' }", Form::Text);
    assert_eq!(format(&source).unwrap_err()[0].message, "unknown statement `lgo`");
    assert_eq!(refusal("main: [lgo: a]", Form::Yaml), "unknown statement `lgo`");
}

#[test]
fn the_default_of_a_parameter_uses_no_variable() {
    let message = "the default of a `param` can't use the variable `x`";
    assert_eq!(refusal("x = 1\nparam p, default: x + 1\nmain { log \"{p} {x}\" }", Form::Text), message);
    assert_eq!(refusal("variables: {x: 1}\nparams: {p: x + 1}\nmain: [log: '{p} {x}']", Form::Yaml), message);
}

#[test]
fn line_ends_and_byte_order_are_those_of_the_tool() {
    let text = "# a\r\nmain {\r\n  log \"a\" # b\r\n\r\n  log \"b\"\r\n}";
    assert_eq!(super::formatted(text, Form::Text), "# a\nmain {\n  log \"a\" # b\n\n  log \"b\"\n}\n");
    let text = "# a\r\nmain:\r\n- log: a # b\r\n\r\n- log: b";
    assert_eq!(super::formatted(text, Form::Yaml), "# a\nmain:\n  - log: \"a\" # b\n\n  - log: b\n");
}

#[test]
fn declarations_of_different_kinds_may_stand_in_any_order() {
    let text = "queue a\nlock b\nqueue c\nparam p, default: 1\nx = p\nparam q, default: p\nmain { put a, x + q; put c, 1; with b {} }";
    let yaml = super::converted(text, Form::Text);
    assert!(
        yaml.contains(
            "queues:\n  a:\n  c:\n\nlocks:\n  b:\n\nparams:\n  p: 1\n  q: p\n\nvariables:\n  x: p\n"
        ),
        "{yaml}"
    );
}
