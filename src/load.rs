//! From a source to a plan: parse, decode, compile, with everything that is wrong collected on the way.

use std::sync::Arc;

use crate::ast::Scenario;
use crate::compile::compile;
use crate::decode::{decode, read_parameter};
use crate::diagnostic::{Diagnostic, Severity, suggest};
use crate::plan::{HostPlan, Op, Plan, SharedRole, StandIn};
use crate::source::{Source, Span};
use crate::syntax;

/// The code of what is wrong with a `--param`, which stands nowhere in the file.
pub const BAD_PARAMETER: &str = "bad-parameter";

/// What is set from outside.
#[derive(Clone, Debug, Default)]
pub struct Load {
    /// Instead of the file's seed.
    pub seed: Option<u64>,
    /// Values of parameters, by name, as texts.
    pub parameters: Vec<(String, String)>,
}

/// A file, read.
#[derive(Debug)]
pub struct Loaded {
    /// The file.
    pub source: Source,
    /// What is wrong, or probably wrong, with it; in the order of the file.
    pub diagnostics: Vec<Diagnostic>,
    /// What it compiles to; absent if there is an error.
    pub plan: Option<Arc<Plan>>,
}

/// Reads a scenario. Problems are data, not a failure: see [`Loaded::diagnostics`].
pub fn load(source: Source, options: &Load) -> Loaded {
    let (nodes, mut diagnostics) = syntax::parse(&source);
    let is_error = |diagnostic: &Diagnostic| diagnostic.severity == Severity::Error;
    let mut plan = None;
    if !diagnostics.iter().any(is_error) {
        let (mut scenario, errors) = decode(&nodes, source.form);
        diagnostics.extend(errors);
        let decoded = !diagnostics.iter().any(is_error);
        diagnostics.extend(set_parameters(&mut scenario, &options.parameters));
        scenario.seed = options.seed.or(scenario.seed);
        let (compiled, errors) = compile(&scenario, &source);
        // A name that only a broken statement would have declared is not worth a second error.
        diagnostics.extend(errors.into_iter().filter(|it| decoded || is_error(it)));
        if !diagnostics.iter().any(is_error) {
            plan = Some(Arc::new(compiled));
        }
    }
    diagnostics.sort_by_key(|diagnostic| (diagnostic.span.start, diagnostic.span.end));
    diagnostics.dedup_by(|second, first| second.span == first.span && second.message == first.message);
    Loaded { source, diagnostics, plan }
}

/// What is missing for a plan to run: host functions that it calls, nobody has registered and nothing stands in for.
pub fn unregistered(plan: &Plan, is_registered: impl Fn(&str) -> bool) -> Vec<Diagnostic> {
    let is_called = |host: &HostPlan| {
        plan.bodies.iter().flat_map(|body| &body.ops).any(|op| match op {
            Op::Call { body, .. } | Op::Spawn { body, .. } | Op::Branch { body, .. } => *body == host.body,
            _ => false,
        })
    };
    let missing = plan
        .hosts
        .iter()
        .filter(|host| host.stand_in == StandIn::Nothing && !is_registered(&host.name) && is_called(host));
    let diagnostics = missing.map(|host| {
        let message = format!("host function `{}` is not registered", host.name);
        Diagnostic::error("unregistered-host", host.span, message)
            .label("code in Rust, which is not here")
            .help(
                "give it a block that stands in for it, `{ sleep 50ms return \"ok\" }`, or run the scenario in a \
                 test that registers it: `Scenario::host`",
            )
    });
    diagnostics.collect()
}

fn set_parameters(scenario: &mut Scenario, parameters: &[(String, String)]) -> Vec<Diagnostic> {
    let mut errors = Vec::new();
    for (name, text) in parameters {
        let known: Vec<String> = scenario
            .shared
            .iter()
            .filter(|shared| shared.role == SharedRole::Parameter)
            .map(|shared| shared.name.text.clone())
            .collect();
        let declared = scenario
            .shared
            .iter_mut()
            .find(|shared| shared.role == SharedRole::Parameter && shared.name.text == *name);
        let Some(shared) = declared else {
            let help = match suggest(name, known.iter().map(String::as_str)) {
                Some(near) => format!("did you mean `{near}`?"),
                None if known.is_empty() => "the file declares no `param`".to_string(),
                None => format!("the file's parameters: {}", known.join(", ")),
            };
            let message = format!("--param {name}: the file has no parameter `{name}`");
            errors.push(Diagnostic::error(BAD_PARAMETER, Span::default(), message).help(help));
            continue;
        };
        match read_parameter(&shared.initial, text) {
            Ok(value) => shared.initial = value,
            Err(reasons) => {
                let reason = reasons.first().map(|reason| reason.message.clone()).unwrap_or_default();
                let message = format!("--param {name}: can't read `{text}`: {reason}");
                errors.push(
                    Diagnostic::error(BAD_PARAMETER, Span::default(), message)
                        .help("a value is written as in the file: `5`, `100ms`, `5%`, `\"text\"`"),
                );
            }
        }
    }
    errors
}
