//! Calls of tasks, streams and contexts: their arguments, in the order of the parameters.

use crate::diagnostic::Diagnostic;
use crate::expression::functions;
use crate::expression::tree::{self, Expression};
use crate::expression::types::Expected;
use crate::plan::builder::{Builder, Callable, Presence, TaskSignature};
use crate::plan::op::Arguments;

/// The arguments of a call, matched with the parameters of what is called; what does not fit is reported.
/// None if the expression is no call.
pub(super) fn match_arguments(
    builder: &mut Builder<'_>,
    expression: &Expression,
    signature: &TaskSignature,
) -> Option<Arguments> {
    let tree::Kind::Call { function, arguments, named } = &expression.kind else { return None };
    builder.note_use(&function.text);
    let mut given: Vec<Option<&Expression>> = vec![None; signature.parameters.len()];
    for (index, argument) in arguments.iter().enumerate() {
        match given.get_mut(index) {
            Some(place) => *place = Some(argument),
            None => {
                let count = signature.parameters.len();
                builder.report(
                    Diagnostic::error(
                        "too-many-arguments",
                        argument.span,
                        format!(
                            "`{}` takes {count} argument{}",
                            function.text,
                            if count == 1 { "" } else { "s" }
                        ),
                    )
                    .label("one too many")
                    .related(signature.span, "declared here")
                    .help("leave it out, or add a parameter"),
                );
                break;
            }
        }
    }
    for (name, argument) in named {
        match signature.parameters.iter().position(|(parameter, _)| parameter.text == name.text) {
            Some(index) if given[index].is_none() => given[index] = Some(argument),
            Some(_) => builder.report(
                Diagnostic::error("duplicate-argument", name.span, format!("`{}` is given twice", name.text))
                    .help("leave one of them out"),
            ),
            None => {
                let names = signature.parameters.iter().map(|(parameter, _)| parameter.text.as_str());
                let help = crate::diagnostic::suggest(&name.text, names)
                    .map(|near| format!("did you mean `{near}`?"));
                builder.report(
                    Diagnostic::error(
                        "unknown-argument",
                        name.span,
                        format!("`{}` has no parameter `{}`", function.text, name.text),
                    )
                    .related(signature.span, "declared here")
                    .maybe_help(help),
                );
            }
        }
    }
    let missing: Vec<&str> = signature
        .parameters
        .iter()
        .zip(&given)
        .filter(|((_, presence), given)| *presence == Presence::Required && given.is_none())
        .map(|((parameter, _), _)| parameter.text.as_str())
        .collect();
    if !missing.is_empty() {
        builder.report(
            Diagnostic::error(
                "missing-argument",
                expression.span,
                format!("`{}` needs {}", function.text, quoted(&missing)),
            )
            .label("left out here")
            .related(signature.span, "declared here")
            .help(format!(
                "give it: `{}({})`",
                function.text,
                signature
                    .parameters
                    .iter()
                    .map(|(parameter, _)| parameter.text.as_str())
                    .collect::<Vec<_>>()
                    .join(", ")
            )),
        );
    }
    let codes =
        given.into_iter().map(|given| given.map(|given| builder.operand(given, Expected::Any))).collect();
    Some(builder.arguments(codes))
}

/// Reports a call of what is declared, but is not what is needed here. False if it is neither a task nor a
/// stream nor a context.
pub(super) fn report_other_use(builder: &mut Builder<'_>, expression: &Expression, needed: Callable) -> bool {
    let tree::Kind::Call { function, .. } = &expression.kind else { return false };
    let name = &function.text;
    let found = builder.find_callable(name).filter(|(callable, _)| *callable != needed);
    let Some((callable, declared)) = found else { return false };
    builder.note_use(name);
    let (what, needed) = (callable.phrase(), needed.phrase());
    builder.report(
        Diagnostic::error("wrong-call", function.span, format!("`{name}` is {what}, not {needed}"))
            .label(format!("{needed} is needed here"))
            .related(declared, "declared here")
            .help(builder.how_to_call(callable, name)),
    );
    true
}

/// Whether an expression is a call of something that no function is called.
pub(super) fn is_call(expression: &Expression) -> bool {
    matches!(&expression.kind, tree::Kind::Call { function, .. } if functions::find(&function.text).is_none())
}

fn quoted(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" and ")
}
