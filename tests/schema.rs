//! The JSON Schema accepts what the program accepts, and refuses what can be seen to be wrong without knowing
//! what names mean.

#[path = "running/files.rs"]
mod files;

use std::path::Path;

use scenario::reference::schema;
use scenario::source::Form;
use scenario::statement::{self, Role, flow::EXPRESSION};
use serde_json::Value;

/// The files of `errors/` that look right to a schema: what is wrong with them is a name, a type, the order of
/// keys, or inside an expression.
const UNSEEN: &[&str] = &[
    "chinese_names",
    "leading_zero",
    "missing_value",
    "text_in_braces",
    "text_statement_in_yaml",
    "threads_unknown",
    "unknown_name",
    "unknown_unit",
    "variable_in_param",
    "yaml_boolean",
];
/// How many of the files that are YAML at all the schema refuses.
const SEEN: usize = 34;

fn validator() -> jsonschema::Validator {
    jsonschema::validator_for(&schema::schema()).expect("the schema is one")
}

/// A file as an editor sees it; nothing if it is no YAML, or no value of JSON.
fn value(text: &str) -> Option<Value> {
    let mut value: serde_yaml::Value = serde_yaml::from_str(text).ok()?;
    value.apply_merge().ok()?;
    serde_json::to_value(value).ok()
}

#[test]
fn the_kept_schema_is_fresh() {
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/scenario.schema.json");
    let kept = std::fs::read_to_string(kept).unwrap_or_default().replace("\r\n", "\n");
    assert!(
        kept == schema::text(),
        "docs/scenario.schema.json is stale; refresh it: cargo run -- schema > docs/scenario.schema.json"
    );
}

#[test]
fn it_accepts_every_scenario_in_yaml() {
    let validator = validator();
    let mut count = 0;
    for file in files::all().iter().filter(|file| !file.is_in("errors") && file.source().form == Form::Yaml) {
        let value = value(&file.source().text).unwrap_or_else(|| panic!("{} is no YAML", file.name));
        let errors: Vec<String> = validator
            .iter_errors(&value)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{}: {errors:#?}", file.name);
        count += 1;
    }
    println!("{count} files accepted");
    assert!(count >= 20, "only {count} files");
}

#[test]
fn it_accepts_every_example_that_is_converted() {
    let validator = validator();
    for (_, entry) in statement::entries() {
        let source = scenario::source::Source::new(entry.name, entry.example, Form::Text);
        let yaml = scenario::format::convert(&source, Form::Yaml).expect("examples convert");
        let value = value(&yaml).unwrap_or_else(|| panic!("{} is no YAML", entry.name));
        let errors: Vec<String> = validator
            .iter_errors(&value)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{}: {errors:#?}\n{yaml}", entry.name);
    }
}

#[test]
fn it_refuses_what_a_schema_can_see() {
    let validator = validator();
    let (mut seen, mut unseen, mut unread) = (Vec::new(), Vec::new(), 0);
    for file in files::all().iter().filter(|file| file.is_in("errors") && file.source().form == Form::Yaml) {
        let name = file.name.trim_start_matches("errors/").trim_end_matches(".yaml").to_string();
        match value(&file.source().text) {
            None => unread += 1,
            Some(value) if validator.is_valid(&value) => unseen.push(name),
            Some(_) => seen.push(name),
        }
    }
    println!("{} refused, {} look right, {unread} are no YAML", seen.len(), unseen.len());
    unseen.sort();
    assert_eq!(unseen, UNSEEN, "left: accepted by the schema, right: expected so");
    assert_eq!(seen.len(), SEEN, "{seen:?}");
}

#[test]
fn every_key_says_what_it_is_for() {
    let schema = schema::schema();
    let mut count = 0;
    for (_, entry) in statement::entries().filter(|(_, entry)| entry.name != EXPRESSION) {
        let definition = match entry.role {
            Role::Statement => &schema["definitions"][entry.name],
            Role::Expectation => &schema["definitions"][format!("{}!", entry.name)],
            Role::Declaration => continue,
        };
        let properties = definition["properties"].as_object().unwrap_or_else(|| panic!("{}", entry.name));
        for (key, property) in properties {
            assert!(
                property["description"].as_str().is_some_and(|text| !text.is_empty()),
                "{}: {key}",
                entry.name
            );
            count += 1;
        }
    }
    for (key, property) in schema["properties"].as_object().expect("there are keys") {
        assert!(property["description"].is_string(), "{key}");
        count += 1;
    }
    assert!(count > 100, "{count}");
}

#[test]
fn it_refuses_what_is_not_in_the_table() {
    let validator = validator();
    let step = |step: &str| value(&format!("main:\n  - {step}\n")).expect("it is YAML");
    for good in [
        "sleep: 1s",
        "sleep: 0",
        "sleep 1s",
        "{put: q, item: 1}",
        "put: q, 1",
        "{put: q, item: x, timeout: 1s, priority: 2}",
        "{get: q, into: x}",
        "{all: [{sleep: 1s}, sleep 2s], catch E as e: [], finally: []}",
        "{all: x in xs, limit: 2, do: [{log: hi}]}",
        "{if: x > 1, do: [], else if x > 0: [], else: []}",
        "{retry: 3 as n, only: [IoError, Timeout], do: []}",
        "{for: 'a, b in pairs', do: []}",
        "{sleep: , for: 1s}",
        "break:",
        "break",
        "x = 1",
    ] {
        let value = step(good);
        let errors: Vec<String> = validator.iter_errors(&value).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{good}: {errors:?}");
    }
    for bad in [
        "sleep: 5",
        "sleep: [1s]",
        "sleep:",
        "{sleep: 1s, into: x}",
        "{get: q, into: x + 1}",
        "{sleep: 1s, do: []}",
        "slep: 1s",
        "{put: q}",
        "{put: q, itm: 1}",
        "{put: q, item: 1, into: x}",
        "{get: q, catch E: []}",
        "{timeout: 1s}",
        "{if: x, do: [], finally: []}",
        "{log: hi, level: shout}",
        "{retry: 3, do: [], jitter: some}",
        "{fail: E, chance: 5}",
        "{for: items, do: []}",
        "[a, b]",
    ] {
        assert!(!validator.is_valid(&step(bad)), "{bad} is accepted");
    }
    for bad in [
        "seed: [7]\nmain: []",
        "queues: [[a]]\nmain: []",
        "queue: {q: }\nmain: []",
        "queues: {q: {capacty: 5}}\nmain: []",
        "semaphores: {s: }\nmain: []",
        "queues: {}",
        "main: []\nexpect: {duration: 5s}",
        "main: []\nexpect: [{allways: x > 1}]",
    ] {
        assert!(!validator.is_valid(&value(bad).expect("it is YAML")), "{bad} is accepted");
    }
}
