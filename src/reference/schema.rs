//! The JSON Schema of scenarios in YAML, for editors: which keys there are, what each takes, what it is for.
//!
//! It refuses nothing that the program accepts. It sees shapes, not names: whether a queue is declared is the
//! program's to say. Draft 7, for all editors know that one.

use serde_json::{Map, Value, json};

use crate::statement::events::EVENTS;
use crate::statement::{
    self, Argument, BlockShape, Clauses, Declares, Entry, Kind, Need, Role, Waits, Yields, flow::EXPRESSION,
};
use crate::syntax::yaml::VARIABLES;

/// What `into` takes.
const TARGET: &str = "^[\\p{L}_][\\p{L}\\p{N}_]*([.\\[].*)?$";

/// The schema as it is printed.
pub fn text() -> String {
    format!("{:#}\n", schema())
}

/// The schema.
pub fn schema() -> Value {
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "scenario",
        "description": "A concurrent system, run in exact virtual time by `scenario run`.",
        "type": "object",
        "properties": top_level(),
        "additionalProperties": false,
        "anyOf": [{ "required": ["main"] }, { "required": ["tasks"] }],
        "definitions": definitions(),
    })
}

fn top_level() -> Map<String, Value> {
    let mut properties = Map::new();
    for entry in with_role(Role::Declaration) {
        let (key, mut value) = declaration(entry);
        value["description"] = described(entry).into();
        properties.insert(key, value);
    }
    let help = "Variables that all tasks share: names with their first values.";
    let names = json!({ "pattern": "^[^\\s]+$" });
    properties.insert(
        VARIABLES.to_string(),
        json!({ "type": ["object", "null"], "propertyNames": names, "description": help }),
    );
    properties
}

/// The key of a declaration at top level, and what may stand there.
fn declaration(entry: &Entry) -> (String, Value) {
    let plural = format!("{}s", entry.name);
    let first = entry.arguments.first();
    match first.map(|first| first.kind) {
        Some(Kind::Name | Kind::Signature | Kind::Path) => (plural, section(entry)),
        Some(_) if entry.block != BlockShape::Nothing => {
            let options = options(entry, entry.arguments);
            (plural, json!({ "type": ["array", "null"], "items": options }))
        }
        Some(kind) => {
            // At top level a list is a block.
            let ways = json!({ "anyOf": [of_kind(kind), options(entry, entry.arguments)], "not": { "type": "array" } });
            (entry.name.to_string(), ways)
        }
        None => {
            let item = if entry.name == "expect" { "expectation" } else { "step" };
            let list = json!({ "type": ["array", "null"], "items": reference_to(item) });
            (entry.name.to_string(), list)
        }
    }
}

/// A section: names with options, or a list of names.
fn section(entry: &Entry) -> Value {
    let behind_name = &entry.arguments[1..];
    if let [Argument { kind: Kind::Any, .. }] = behind_name {
        return json!({ "type": ["object", "null"] });
    }
    let options = options(entry, behind_name);
    let mut values = vec![options.clone()];
    values.extend(behind_name.first().map(|second| of_argument(entry, second)));
    if entry.block != BlockShape::Nothing && entry.clauses == Clauses::Nothing {
        values.push(json!({ "type": "array", "items": reference_to("step") }));
    }
    let is_enough = entry.block != BlockShape::Required
        && behind_name.iter().all(|argument| argument.need == Need::Optional);
    values.extend(is_enough.then(|| json!({ "type": "null" })));
    let mut nameless = options;
    if let Some(first) = entry.arguments.first() {
        nameless["properties"][first.name] = json!({ "type": "string", "description": first.help });
        push_required(&mut nameless, first.name);
    }
    json!({
        "type": ["object", "array", "null"],
        "additionalProperties": { "anyOf": values },
        "items": { "anyOf": [{ "type": "string" }, nameless] },
    })
}

/// A map of a declaration's options.
fn options(entry: &Entry, arguments: &[Argument]) -> Value {
    let mut schema = keys(entry, arguments);
    for argument in arguments.iter().filter(|argument| argument.need == Need::Required) {
        push_required(&mut schema, argument.name);
    }
    if entry.block == BlockShape::Required {
        push_required(&mut schema, "do");
    }
    schema
}

/// A map with the arguments, the block and the clauses of an entry as keys.
fn keys(entry: &Entry, arguments: &[Argument]) -> Value {
    let mut properties = Map::new();
    for argument in arguments {
        let mut value = of_argument(entry, argument);
        value["description"] = argument.help.into();
        properties.insert(argument.name.to_string(), value);
    }
    let mut option = |name: &str, mut value: Value, help: &str| {
        value["description"] = help.into();
        properties.entry(name).or_insert(value);
    };
    if entry.waits != Waits::Never {
        option("timeout", of_kind(Kind::Duration), "how long it may wait; then it raises `Timeout`");
    }
    if entry.declares == Declares::Resource {
        option("count", count(), "makes a list of so many");
    }
    if entry.block != BlockShape::Nothing {
        option("do", reference_to("steps"), "the block");
    }
    if entry.result == Yields::Value && entry.role == Role::Statement {
        option(
            "into",
            json!({ "type": "string", "pattern": TARGET }),
            "what takes the result: a name, `name[index]` or `name.field`",
        );
    }
    let mut patterns = Map::new();
    for clause in entry.clauses.words() {
        let pattern = match *clause {
            "else if" => "^else +if .+$".to_string(),
            "catch" | "exit" => format!("^{clause}( .+)?$"),
            word => format!("^{word}$"),
        };
        patterns.insert(pattern, reference_to("steps"));
    }
    let mut schema = json!({ "type": "object", "properties": properties, "additionalProperties": false });
    if !patterns.is_empty() {
        schema["patternProperties"] = patterns.into();
    }
    schema
}

fn definitions() -> Map<String, Value> {
    let mut definitions = Map::new();
    let line =
        json!({ "type": ["string", "number", "boolean"], "description": "a statement in the text form" });
    for (name, role) in [("step", Role::Statement), ("expectation", Role::Expectation)] {
        let mut ways = vec![line.clone()];
        for entry in with_role(role).filter(|entry| entry.name != EXPRESSION) {
            let key =
                if role == Role::Statement { entry.name.to_string() } else { format!("{}!", entry.name) };
            ways.push(reference_to(&key));
            definitions.insert(key, step(entry));
        }
        definitions.insert(name.to_string(), json!({ "anyOf": ways }));
    }
    let list = json!({ "type": "array", "items": reference_to("step") });
    definitions
        .insert("steps".to_string(), json!({ "anyOf": [list, reference_to("step"), { "type": "null" }] }));
    definitions
}

/// A step of which the first key is the statement.
fn step(entry: &Entry) -> Value {
    let mut schema = keys(entry, entry.arguments);
    let takes_block = entry.block != BlockShape::Nothing;
    let first = entry.arguments.first();
    let mut values: Vec<Value> = first.map(|first| of_first(entry, first)).into_iter().collect();
    values.push(json!({ "type": "null" }));
    if takes_block {
        values.push(json!({ "type": "array", "items": reference_to("step") }));
    }
    schema["properties"][entry.name] = json!({ "anyOf": values, "description": described(entry) });
    push_required(&mut schema, entry.name);
    let is = |condition: Value| json!({ "properties": { entry.name: condition } });
    let mut rules = Vec::new();
    if entry.block == BlockShape::Required {
        rules.push(json!({ "if": is(json!({ "type": "array" })), "else": { "required": ["do"] } }));
    }
    let needed = |arguments: &[Argument]| {
        let needed = arguments.iter().filter(|argument| argument.need == Need::Required);
        needed.map(|argument| argument.name).collect::<Vec<_>>()
    };
    let (all, others) = (needed(entry.arguments), needed(entry.arguments.get(1..).unwrap_or_default()));
    if !all.is_empty() {
        let types = if takes_block { json!(["null", "array"]) } else { json!("null") };
        rules.push(json!({ "if": is(json!({ "type": types })), "then": { "required": all } }));
    }
    if !others.is_empty() {
        // A scalar may hold several arguments.
        let holds_one = json!({ "type": ["string", "number", "boolean", "object"], "pattern": "^[^,]*$" });
        rules.push(json!({ "if": is(holds_one), "then": { "required": others } }));
    }
    if !rules.is_empty() {
        schema["allOf"] = rules.into();
    }
    schema
}

/// What the first key of a step takes: a scalar may hold several arguments, or bind a name.
fn of_first(entry: &Entry, first: &Argument) -> Value {
    let only = of_argument(entry, first);
    let is_text = matches!(first.kind, Kind::Text | Kind::Path);
    if is_text || matches!(first.kind, Kind::Any) {
        return only;
    }
    json!({ "anyOf": [only, { "type": "string", "pattern": "," }, { "type": "string", "pattern": " as " }] })
}

fn of_argument(entry: &Entry, argument: &Argument) -> Value {
    match (entry.declares, argument.kind) {
        (Declares::Resource, Kind::Integer) => count(),
        (_, kind) => of_kind(kind),
    }
}

/// A count of what is declared.
fn count() -> Value {
    json!({ "type": ["integer", "string"], "minimum": 1 })
}

/// What an argument of a kind takes; text is an expression, wherever text is not wanted.
fn of_kind(kind: Kind) -> Value {
    match kind {
        Kind::Any => json!({}),
        Kind::Text | Kind::Path => json!({ "type": ["string", "number", "boolean"] }),
        Kind::Duration => json!({ "anyOf": [{ "type": "string" }, { "const": 0 }] }),
        Kind::Integer | Kind::CountOrAll | Kind::Priority => json!({ "type": ["integer", "string"] }),
        Kind::Number => json!({ "type": ["number", "string"] }),
        Kind::Condition => json!({ "type": ["boolean", "string"] }),
        Kind::Probability => json!({ "type": ["number", "string"], "minimum": 0, "maximum": 1 }),
        Kind::Word(words) => {
            let written = |word: &&str| match *word {
                "true" => json!(true),
                "false" => json!(false),
                word => json!(word),
            };
            json!({ "enum": words.iter().map(written).collect::<Vec<_>>() })
        }
        Kind::Kinds => {
            let kind = json!({ "type": "string", "pattern": "^\\p{Lu}" });
            json!({ "anyOf": [kind, { "type": "array", "items": kind }] })
        }
        Kind::Events => {
            let kind = json!({ "enum": EVENTS.iter().map(|(kind, _)| kind).collect::<Vec<_>>() });
            json!({ "anyOf": [kind, { "type": "array", "items": kind }] })
        }
        Kind::Globs => {
            let glob = json!({ "type": "string", "minLength": 1 });
            json!({ "anyOf": [glob, { "type": "array", "items": glob }] })
        }
        Kind::Task | Kind::Waited => json!({ "type": ["string", "array"] }),
        Kind::Loop => json!({ "type": "string", "pattern": "\\sin\\s" }),
        Kind::Kind
        | Kind::Rate
        | Kind::Queue
        | Kind::Permit
        | Kind::Limit
        | Kind::Hold
        | Kind::Signal
        | Kind::Stream
        | Kind::Service
        | Kind::Cache
        | Kind::Series
        | Kind::File
        | Kind::TaskOrLoop
        | Kind::Name
        | Kind::Signature => json!({ "type": "string" }),
    }
}

fn with_role(role: Role) -> impl Iterator<Item = &'static Entry> {
    statement::entries().map(|(_, entry)| entry).filter(move |entry| entry.role == role)
}

fn described(entry: &Entry) -> String {
    format!("{}\n\n{}", entry.help, entry.usage)
}

fn reference_to(definition: &str) -> Value {
    json!({ "$ref": format!("#/definitions/{definition}") })
}

fn push_required(schema: &mut Value, name: &str) {
    match schema["required"].as_array_mut() {
        Some(required) => required.push(name.into()),
        None => schema["required"] = json!([name]),
    }
}
