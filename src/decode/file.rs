//! Decodes what stands at top level.

use std::collections::HashMap;

use super::clock::parse_clock;
use super::statement::Decoder;
use super::words::literal;
use crate::ast::{ClauseKind, Context, Host, Parameter, Resource, Scenario, Shared, Statement, Task};
use crate::diagnostic::Diagnostic;
use crate::expression::tree::{Expression, Kind as Tree, Piece};
use crate::plan::SharedRole;
use crate::source::{Form, Span};
use crate::statement::{self, Kind, Role};
use crate::syntax::arguments::{self, Reading};
use crate::syntax::node::{Block, Name, Node, Verb};

/// What has been declared, and where.
type Seen = HashMap<String, Span>;

/// Decodes a file's top-level nodes; the form is that in which suggestions are written.
pub fn decode(nodes: &Block, form: Form) -> (Scenario, Vec<Diagnostic>) {
    let mut decoder = Decoder { form, diagnostics: Vec::new() };
    let mut scenario = Scenario::default();
    let mut seen = Seen::new();
    for node in &nodes.nodes {
        decoder.top_level(node, &mut scenario, &mut seen);
    }
    // Declarations of one kind keep their order; that of the kinds means nothing, for YAML gathers each kind
    // into a section. Parameters come first: what is set from outside depends on nothing that changes.
    scenario.shared.sort_by_key(|shared| shared.role == SharedRole::Variable);
    scenario.resources.sort_by_key(|resource| resource.declaration.entry.map(|entry| entry.0));
    decoder.parameters_see_no_variables(&mut scenario.shared);
    if scenario.main.is_none() && scenario.tasks.is_empty() && decoder.diagnostics.is_empty() {
        decoder.diagnostics.push(
            Diagnostic::error("nothing-to-run", nodes.span.at_start(), "the file declares nothing that runs")
                .example("add a `main`, for example", "main { log \"hello\" }"),
        );
    }
    (scenario, decoder.diagnostics)
}

impl Decoder {
    fn top_level(&mut self, node: &Node, scenario: &mut Scenario, seen: &mut Seen) {
        let word = match &node.verb {
            Verb::Expression(value) => return self.shared_variable(node, value, scenario, seen),
            Verb::Word(word) | Verb::Section(word) => word,
        };
        if word.text == "expect" {
            return self.expectations(node, word, scenario, seen);
        }
        if self.is_singular(node, word) || self.is_flat_section(node, word) || self.is_list(node, word) {
            return;
        }
        let decoded = self.statement(node, Role::Declaration);
        let Some(index) = decoded.entry else { return };
        let entry = statement::entry(index);
        match entry.name {
            "scenario" => {
                self.once(word, seen);
                if let Some(title) = self.literal_text(&decoded, "a title") {
                    scenario.title = title;
                }
            }
            "seed" => {
                self.once(word, seen);
                match decoded.expression(0).map(|seed| (&seed.kind, seed.span)) {
                    Some((Tree::Int(seed), _)) => scenario.seed = Some(*seed as u64),
                    Some((_, span)) => self.diagnostics.push(
                        Diagnostic::error("bad-seed", span, "a seed is a whole number")
                            .example("for example", "seed 7"),
                    ),
                    None => {}
                }
            }
            "start" => {
                self.once(word, seen);
                if let Some(text) = self.literal_text(&decoded, "a time") {
                    scenario.epoch = parse_clock(&text);
                    if scenario.epoch.is_none() {
                        self.diagnostics.push(
                            Diagnostic::error(
                                "bad-start",
                                decoded.span,
                                format!("`{text}` is no time of day"),
                            )
                            .help("`start \"10:00:00\"` or `start \"2024-01-01 10:00:00\"`"),
                        );
                    }
                }
            }
            "threads" => {
                self.once(word, seen);
                scenario.threads = decoded.expression(0).cloned();
            }
            "trace" => {
                self.once(word, seen);
                scenario.trace = self.trace(&decoded);
            }
            "main" => {
                self.once(word, seen);
                // One without a block has been reported.
                scenario.main = Some(decoded.block.unwrap_or_default());
            }
            "task" => scenario.tasks.extend(self.task(decoded, seen)),
            "host" => scenario.hosts.extend(self.host(decoded, seen)),
            "stream" => scenario.streams.extend(self.task(decoded, seen)),
            "context" => scenario.contexts.extend(self.context(decoded, seen)),
            "param" => {
                if let (Some(name), Some(initial)) = (self.name(&decoded, seen), decoded.expression(1)) {
                    let initial = initial.clone();
                    scenario.shared.push(Shared { name, initial, role: SharedRole::Parameter });
                }
            }
            "monitor" => scenario.monitors.push(decoded),
            "file" => scenario.files.push(decoded),
            "filesystem" => {
                self.once(word, seen);
                scenario.filesystem = Some(decoded);
            }
            "service" => {
                if let Some((name, parameters)) = self.signature(&decoded, seen) {
                    scenario.resources.push(Resource { name, declaration: decoded, parameters });
                }
            }
            _ => {
                if let Some(name) = self.name(&decoded, seen) {
                    scenario.resources.push(Resource { name, declaration: decoded, parameters: Vec::new() });
                }
            }
        }
    }

    fn shared_variable(&mut self, node: &Node, value: &Expression, scenario: &mut Scenario, seen: &mut Seen) {
        match node.target.as_ref().map(|target| (&target.kind, target.span)) {
            Some((Tree::Name(name), span)) => {
                let name = Name { text: name.clone(), span };
                self.declare(&name, seen);
                scenario.shared.push(Shared { name, initial: value.clone(), role: SharedRole::Variable });
            }
            Some((_, span)) => self.diagnostics.push(
                Diagnostic::error("bad-target", span, "a shared variable is a name")
                    .help("`totals = {}` at top level, `totals[key] = 1` inside a task"),
            ),
            None => self.diagnostics.push(
                Diagnostic::error("misplaced", node.span, "an expression can't stand at top level")
                    .help("put it into `main { .. }`, or give it a name: `x = ..`"),
            ),
        }
    }

    /// The defaults of parameters get their values before any variable does.
    fn parameters_see_no_variables(&mut self, shared: &mut [Shared]) {
        let count = shared.iter().take_while(|shared| shared.role == SharedRole::Parameter).count();
        let (parameters, variables) = shared.split_at_mut(count);
        for parameter in parameters {
            let Some((name, span)) = mentioned(&parameter.initial, variables) else { continue };
            let message = format!("the default of a `param` can't use the variable `{name}`");
            self.diagnostics.push(
                Diagnostic::error("variable-in-param", span, message)
                    .label("a variable gets its value after all parameters")
                    .help(format!("make `{name}` a `param`, too, or compute what you need in a variable")),
            );
            // Said once; it is unknown there.
            parameter.initial.kind = Tree::Null;
        }
    }

    fn expectations(&mut self, node: &Node, word: &Name, scenario: &mut Scenario, seen: &mut Seen) {
        self.once(word, seen);
        let Some(block) = &node.block else {
            self.diagnostics.push(
                Diagnostic::error("missing-block", word.span, "`expect` needs a block")
                    .example("for example", "expect { duration < 5s }"),
            );
            return;
        };
        for node in &block.nodes {
            if let Some(target) = &node.target {
                self.diagnostics.push(
                    Diagnostic::error(
                        "assigns-in-expect",
                        target.span,
                        "`expect` holds conditions, it assigns nothing",
                    )
                    .help("to compare, write `==`"),
                );
                continue;
            }
            let statement = self.statement(node, Role::Expectation);
            scenario.expectations.push(statement);
        }
    }

    fn task(&mut self, mut decoded: Statement, seen: &mut Seen) -> Option<Task> {
        let (name, parameters) = self.signature(&decoded, seen)?;
        let body = decoded.block.take().unwrap_or_default();
        Some(Task { name, parameters, body })
    }

    fn host(&mut self, decoded: Statement, seen: &mut Seen) -> Option<Host> {
        let (name, parameters) = self.signature(&decoded, seen)?;
        Some(Host { name, parameters, stand_in: decoded.block, span: decoded.span })
    }

    fn context(&mut self, mut decoded: Statement, seen: &mut Seen) -> Option<Context> {
        let clauses = std::mem::take(&mut decoded.clauses);
        let exit = clauses.into_iter().find(|clause| matches!(clause.kind, ClauseKind::Exit { .. }));
        let has_block = decoded.block.is_some();
        let enter = self.task(decoded, seen)?;
        if exit.is_none() && has_block {
            let message = format!("context `{}` has no `exit`", enter.name.text);
            self.diagnostics.push(
                Diagnostic::error("missing-exit", enter.name.span, message)
                    .label("what enters it needs what leaves it")
                    .help(match self.form {
                        Form::Text => {
                            "`context f() { .. } exit as e { .. }`; without one, `task` is what you need"
                        }
                        Form::Yaml => {
                            "`f(): {do: [..], exit as e: [..]}`; without one, `tasks` is the section you need"
                        }
                    }),
            );
        }
        Some(Context { enter, exit })
    }

    /// The name and the parameters of what is declared as `f(a, b = 1)`.
    fn signature(&mut self, decoded: &Statement, seen: &mut Seen) -> Option<(Name, Vec<Parameter>)> {
        let entry = statement::entry(decoded.entry?);
        let signature = decoded.expression(0).cloned()?;
        let (name, arguments, named) = match signature.kind {
            Tree::Name(text) => (Name { text, span: signature.span }, Vec::new(), Vec::new()),
            Tree::Call { function, arguments, named } => (function, arguments, named),
            _ => {
                self.diagnostics.push(
                    Diagnostic::error(
                        "bad-signature",
                        signature.span,
                        format!("a {} needs a name and its parameters", entry.name),
                    )
                    .help(format!("`{}`", entry.usage)),
                );
                return None;
            }
        };
        self.declare(&name, seen);
        let mut parameters = Vec::new();
        for argument in arguments {
            match argument.kind {
                Tree::Name(text) => {
                    parameters.push(Parameter { name: Name { text, span: argument.span }, default: None });
                }
                _ => self.diagnostics.push(
                    Diagnostic::error("bad-signature", argument.span, "a parameter is a name")
                        .help("with a default: `name = value`"),
                ),
            }
        }
        parameters
            .extend(named.into_iter().map(|(name, default)| Parameter { name, default: Some(default) }));
        for (index, parameter) in parameters.iter().enumerate() {
            if parameters[..index].iter().any(|earlier| earlier.name.text == parameter.name.text) {
                let message = format!("a second parameter `{}`", parameter.name.text);
                self.diagnostics.push(
                    Diagnostic::error("duplicate-name", parameter.name.span, message)
                        .help("choose another name"),
                );
            }
        }
        Some((name, parameters))
    }

    /// A declaration's name.
    fn name(&mut self, decoded: &Statement, seen: &mut Seen) -> Option<Name> {
        let entry = statement::entry(decoded.entry?);
        debug_assert!(entry.arguments.first().is_some_and(|first| first.kind == Kind::Name));
        let expression = decoded.expression(0)?;
        let Tree::Name(text) = &expression.kind else {
            self.diagnostics.push(
                Diagnostic::error("bad-name", expression.span, format!("`{}` needs a name", entry.name))
                    .help("letters, digits and `_`, without quotes"),
            );
            return None;
        };
        let name = Name { text: text.clone(), span: expression.span };
        self.declare(&name, seen);
        Some(name)
    }

    fn declare(&mut self, name: &Name, seen: &mut Seen) {
        match seen.get(&name.text) {
            Some(span) => self.diagnostics.push(
                Diagnostic::error("duplicate-name", name.span, format!("`{}` is declared twice", name.text))
                    .related(*span, "first here")
                    .help("names of tasks, variables, queues and limits share one space: rename one"),
            ),
            None => drop(seen.insert(name.text.clone(), name.span)),
        }
    }

    /// Settings and blocks that may stand once; their words can't clash with names, for no name has a blank.
    fn once(&mut self, word: &Name, seen: &mut Seen) {
        let key = format!("{} ", word.text);
        match seen.get(&key) {
            Some(span) => self.diagnostics.push(
                Diagnostic::error("duplicate-section", word.span, format!("a second `{}`", word.text))
                    .related(*span, "first here")
                    .help("keep one"),
            ),
            None => drop(seen.insert(key, word.span)),
        }
    }

    fn literal_text(&mut self, decoded: &Statement, what: &str) -> Option<String> {
        let expression = decoded.expression(0)?;
        if let Some(text) = literal(expression) {
            return Some(text.to_string());
        }
        self.diagnostics.push(
            Diagnostic::error("not-literal", expression.span, format!("{what} is plain text, without holes"))
                .help("write it in quotes; a `{` in text is written `{{`"),
        );
        None
    }
}

/// The first of some variables that an expression mentions, and where.
fn mentioned(expression: &Expression, variables: &[Shared]) -> Option<(String, Span)> {
    match &expression.kind {
        Tree::Name(name) if variables.iter().any(|variable| variable.name.text == *name) => {
            Some((name.clone(), expression.span))
        }
        _ => {
            let found = expression.parts().into_iter().find_map(|part| mentioned(part, variables));
            // The names of a comprehension are its own.
            found.filter(|(found, _)| match &expression.kind {
                Tree::Comprehension { names, .. } => names.iter().all(|name| name.text != *found),
                _ => true,
            })
        }
    }
}

/// Reads the text of a `--param` value: an expression, or for a parameter that is text, text.
pub(crate) fn read_parameter(default: &Expression, text: &str) -> Result<Expression, Vec<Diagnostic>> {
    if matches!(default.kind, Tree::Template(_)) {
        let pieces = vec![Piece::Text(text.to_string())];
        return Ok(Expression { kind: Tree::Template(pieces), span: default.span });
    }
    let scalar = crate::syntax::node::Scalar {
        text: text.to_string(),
        style: crate::syntax::node::Style::Plain,
        span: Span::default(),
        offset: None,
    };
    let mut expression = arguments::read(&crate::syntax::node::Value::Scalar(scalar), Reading::Expression)?;
    // The value has no place in the file; errors about it point at the parameter.
    expression.span = default.span;
    Ok(expression)
}
