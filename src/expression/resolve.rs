//! From expressions as written to code: names become places, calls become functions. All errors are
//! collected; what had one becomes null.

use super::code::{Code, Comprehension, Kind, Piece, SiteIndex, Slot};
use super::format::Format;
use super::functions::{self, Function, Need, Place};
use super::operators;
use super::tree::{self, Binary, Expression};
use super::value::Value;
use crate::diagnostic::{Diagnostic, suggest};
use crate::source::Span;
use crate::syntax::node::Name;

/// Knows the names around an expression.
pub trait Resolver {
    /// What a name means.
    ///
    /// # Errors
    /// If nothing of this name is in sight; the diagnostic says what to do.
    fn name(&mut self, name: &str, span: Span) -> Result<Kind, Diagnostic>;
    /// A comprehension's variable comes into sight.
    fn bind(&mut self, name: &Name) -> Slot;
    /// It goes out of sight again.
    fn unbind(&mut self, name: &Name);
    /// The next place of this body that may draw.
    fn site(&mut self) -> SiteIndex;
    /// What a name that is called stands for, if it is no function: what it is, and how it is used.
    fn callable(&self, name: &str) -> Option<(&'static str, String)>;
    /// The names that can be called and are no functions, for suggestions.
    fn callables(&self) -> Vec<&str>;
    /// Whether a finished run is judged here.
    fn place(&self) -> Place;
}

/// Resolves an expression.
pub fn resolve(expression: &Expression, resolver: &mut dyn Resolver, errors: &mut Vec<Diagnostic>) -> Code {
    let span = expression.span;
    let constant = |value| Kind::Constant(value);
    let kind = match &expression.kind {
        tree::Kind::Null => constant(Value::Null),
        tree::Kind::Bool(value) => constant(Value::Bool(*value)),
        tree::Kind::Int(value) => constant(Value::Int(*value)),
        tree::Kind::Float(value) | tree::Kind::Percent(value) => constant(Value::Float(*value)),
        tree::Kind::Duration(value) => constant(Value::Duration(*value)),
        tree::Kind::Template(pieces) => template(pieces, resolver, errors),
        tree::Kind::Name(name) => match resolver.name(name, span) {
            Ok(kind) => kind,
            Err(error) => {
                errors.push(error);
                constant(Value::Null)
            }
        },
        tree::Kind::List(items) => {
            let items = items.iter().map(|item| resolve(item, resolver, errors)).collect();
            fold(Kind::List(items))
        }
        tree::Kind::Map(entries) => {
            let entries: Vec<(Code, Code)> = entries
                .iter()
                .map(|(key, value)| (resolve(key, resolver, errors), resolve(value, resolver, errors)))
                .collect();
            check_keys(&entries, errors);
            fold(Kind::Map(entries))
        }
        tree::Kind::Comprehension { element, names, iterable, condition } => {
            let iterable = resolve(iterable, resolver, errors);
            let slots = names.iter().map(|name| resolver.bind(name)).collect();
            let condition = condition.as_ref().map(|condition| resolve(condition, resolver, errors));
            let element = resolve(element, resolver, errors);
            names.iter().rev().for_each(|name| resolver.unbind(name));
            Kind::Comprehension(Box::new(Comprehension { element, slots, iterable, condition }))
        }
        tree::Kind::Unary(operator, operand) => {
            let operand = resolve(operand, resolver, errors);
            match &operand.kind {
                Kind::Constant(value) => match operators::unary(*operator, value) {
                    Ok(value) => constant(value),
                    Err(problem) => report(problem, span, errors),
                },
                _ => Kind::Unary(*operator, Box::new(operand)),
            }
        }
        tree::Kind::Binary(operator, left, right) => {
            let left = resolve(left, resolver, errors);
            let right = resolve(right, resolver, errors);
            binary(*operator, left, right, span, errors)
        }
        tree::Kind::Conditional { condition, then, otherwise } => {
            let condition = resolve(condition, resolver, errors);
            let (then, otherwise) = (resolve(then, resolver, errors), resolve(otherwise, resolver, errors));
            Kind::Conditional(Box::new((condition, then, otherwise)))
        }
        tree::Kind::Index(container, index) => {
            Kind::Index(Box::new((resolve(container, resolver, errors), resolve(index, resolver, errors))))
        }
        tree::Kind::Field(inner, field) => {
            Kind::Field(Box::new(resolve(inner, resolver, errors)), field.text.as_str().into())
        }
        tree::Kind::Call { function, arguments, named } => {
            call(function, arguments, named, span, resolver, errors)
        }
    };
    Code { kind, span }
}

/// Resolves an expression from which a range is drawn when it is evaluated.
pub fn resolve_sampled(
    expression: &Expression,
    resolver: &mut dyn Resolver,
    errors: &mut Vec<Diagnostic>,
) -> Code {
    let code = resolve(expression, resolver, errors);
    match &code.kind {
        Kind::Constant(value) if !matches!(value, Value::Range(_)) => code,
        _ => Code::sample(code, resolver.site()),
    }
}

fn template(pieces: &[tree::Piece], resolver: &mut dyn Resolver, errors: &mut Vec<Diagnostic>) -> Kind {
    match pieces {
        [] => return Kind::Constant(Value::text("")),
        [tree::Piece::Text(text)] => return Kind::Constant(Value::text(text)),
        _ => {}
    }
    let pieces = pieces.iter().map(|piece| match piece {
        tree::Piece::Text(text) => Piece::Text(text.as_str().into()),
        tree::Piece::Hole { value, format } => {
            let code = resolve(value, resolver, errors);
            let format = match format.as_ref().map(|format| Format::parse(&format.text, format.span)) {
                None => Format::default(),
                Some(Ok(format)) => format,
                Some(Err(error)) => {
                    errors.push(error);
                    Format::default()
                }
            };
            Piece::Hole(code, format)
        }
    });
    Kind::Template(pieces.collect())
}

fn binary(operator: Binary, left: Code, right: Code, span: Span, errors: &mut Vec<Diagnostic>) -> Kind {
    if let (Kind::Constant(first), Kind::Constant(second)) = (&left.kind, &right.kind)
        && !matches!(first, Value::Resource(_))
        && !matches!(second, Value::Resource(_))
    {
        return match operators::binary(operator, first, second) {
            Ok(value) => Kind::Constant(value),
            Err(problem) => report(problem, span, errors),
        };
    }
    Kind::Binary(operator, Box::new((left, right)))
}

/// A list or map of constants is a constant.
fn fold(kind: Kind) -> Kind {
    let value = |code: &Code| match &code.kind {
        Kind::Constant(value) => Some(value.clone()),
        _ => None,
    };
    let folded = match &kind {
        Kind::List(items) => items.iter().map(value).collect::<Option<Vec<_>>>().map(Value::list),
        Kind::Map(entries) => entries
            .iter()
            .map(|(key, item)| Some((value(key)?, value(item)?)))
            .collect::<Option<_>>()
            .map(Value::map),
        _ => None,
    };
    folded.map_or(kind, Kind::Constant)
}

fn check_keys(entries: &[(Code, Code)], errors: &mut Vec<Diagnostic>) {
    let mut seen: indexmap::IndexMap<&Value, Span> = indexmap::IndexMap::new();
    for (key, _) in entries {
        let Kind::Constant(value) = &key.kind else { continue };
        if let Err((_, message)) = operators::key(value.clone()) {
            errors.push(Diagnostic::error("bad-key", key.span, message).help("keys are text or numbers"));
        }
        if let Some(first) = seen.insert(value, key.span) {
            errors.push(
                Diagnostic::error("duplicate-key", key.span, "this key is there twice")
                    .related(first, "first here")
                    .help("keep one of them"),
            );
        }
    }
}

fn report((kind, message): (&str, String), span: Span, errors: &mut Vec<Diagnostic>) -> Kind {
    // A better word on the types, if there is one, has been said at the same place by the type check.
    if !errors.iter().any(|error| span.start <= error.span.start && error.span.end <= span.end) {
        let help = match kind {
            "TypeError" => "check the types of both sides",
            "DivisionByZero" => "divide by something else, or leave the division out",
            _ => "use other values",
        };
        errors.push(
            Diagnostic::error("impossible", span, message).label("this can never be evaluated").help(help),
        );
    }
    Kind::Constant(Value::Null)
}

fn call(
    function: &Name,
    arguments: &[Expression],
    named: &[(Name, Expression)],
    span: Span,
    resolver: &mut dyn Resolver,
    errors: &mut Vec<Diagnostic>,
) -> Kind {
    let Some(index) = functions::find(&function.text) else {
        errors.push(unknown_function(function, resolver));
        // The arguments may hold mistakes of their own.
        for argument in arguments.iter().chain(named.iter().map(|(_, argument)| argument)) {
            resolve(argument, resolver, errors);
        }
        return Kind::Constant(Value::Null);
    };
    let Some(found) = functions::get(index) else { return Kind::Constant(Value::Null) };
    if functions::is_for_expectations(index) && resolver.place() != Place::Expectation {
        let message = format!("`{}` is only known when the run has ended", found.name);
        errors.push(
            Diagnostic::error("misplaced", function.span, message)
                .help("it belongs into `expect`, outside of `always` and `never`; time so far is `now()`"),
        );
    }
    let before = errors.len();
    let mut given: Vec<Option<Code>> = found.parameters.iter().map(|_| None).collect();
    let repeats = found.parameters.last().is_some_and(|last| last.need == Need::Repeated);
    let mut repeated = Vec::new();
    for (position, argument) in arguments.iter().enumerate() {
        let code = resolve(argument, resolver, errors);
        if repeats && position + 1 >= given.len() {
            repeated.push(code);
        } else if let Some(place) = given.get_mut(position) {
            *place = Some(code);
        } else {
            let count = found.parameters.len();
            let plural = if count == 1 { "" } else { "s" };
            let message = format!("`{}` takes {count} argument{plural}", found.name);
            let usage = format!("it is `{}`", usage(found));
            errors.push(
                Diagnostic::error("too-many-arguments", argument.span, message)
                    .label("one too many")
                    .help(usage),
            );
            break;
        }
    }
    for (name, argument) in named {
        let code = resolve(argument, resolver, errors);
        place_named(found, name, code, &mut given, errors);
    }
    if repeats && let Some(last) = given.last_mut() {
        *last = Some(Code { kind: Kind::List(repeated), span });
    }
    let missing =
        found.parameters.iter().zip(&given).find(|(it, given)| it.need == Need::Required && given.is_none());
    if let Some((parameter, _)) = missing
        && errors.len() == before
    {
        let message = format!("`{}` needs its argument `{}`", found.name, parameter.name);
        errors.push(
            Diagnostic::error("missing-argument", span, message).help(format!("it is `{}`", usage(found))),
        );
    }
    let null = || Code { kind: Kind::Constant(Value::Null), span };
    let arguments = given.into_iter().map(|code| code.unwrap_or_else(null)).collect();
    Kind::Call { function: index, arguments, site: resolver.site() }
}

fn place_named(
    found: &Function,
    name: &Name,
    code: Code,
    given: &mut [Option<Code>],
    errors: &mut Vec<Diagnostic>,
) {
    match found.parameters.iter().position(|parameter| parameter.name == name.text) {
        Some(position) if given[position].is_none() => given[position] = Some(code),
        Some(_) => errors.push(
            Diagnostic::error("duplicate-argument", name.span, format!("`{}` is given twice", name.text))
                .help("leave one of them out"),
        ),
        None => {
            let help = match suggest(&name.text, found.parameters.iter().map(|parameter| parameter.name)) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("it is `{}`", usage(found)),
            };
            let message = format!("`{}` has no argument `{}`", found.name, name.text);
            errors.push(Diagnostic::error("unknown-argument", name.span, message).help(help));
        }
    }
}

fn unknown_function(function: &Name, resolver: &dyn Resolver) -> Diagnostic {
    let error =
        Diagnostic::error("unknown-function", function.span, format!("unknown function `{}`", function.text));
    if let Some((what, help)) = resolver.callable(&function.text) {
        return error.label(format!("{what}, not a function")).help(help);
    }
    if function.text == "open" {
        return error
            .label("no function: a file is open for a block")
            .example("for example", "with open(\"notes.txt\", \"read\") as f { .. }");
    }
    let others = resolver.callables();
    let names = functions::all().map(|function| function.name).chain(others);
    let help = match suggest(&function.text, names) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "tasks are called by `await`, as a statement of its own".to_string(),
    };
    error.label("no function of this name").help(help)
}

/// A function as it is called: `round(x, digits?)`.
pub fn usage(function: &Function) -> String {
    let parameters = function.parameters.iter().map(|parameter| match parameter.need {
        Need::Required => parameter.name.to_string(),
        Need::Optional => format!("{}?", parameter.name),
        Need::Repeated => format!("{}..", parameter.name),
    });
    format!("{}({})", function.name, parameters.collect::<Vec<_>>().join(", "))
}
