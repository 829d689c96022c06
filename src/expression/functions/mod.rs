//! The function table: the one place that declares each built-in function, with its parameters, a sentence
//! of help and what it does.

mod collections;
mod numbers;
mod random;
mod texts;
mod world;

use std::collections::HashMap;
use std::sync::LazyLock;

use super::code::{Environment, FunctionIndex, SiteIndex};
use super::evaluate::Problem;
use super::types::Type;
use super::value::Value;

/// A built-in function.
pub struct Function {
    /// Its name.
    pub name: &'static str,
    /// Its parameters, in order.
    pub parameters: &'static [Parameter],
    /// The type of what it gives, as far as it is always the same.
    pub gives: Type,
    /// What it gives, in a sentence.
    pub help: &'static str,
    /// Where it may be called.
    pub place: Place,
    run: fn(&[Value], &mut Call<'_>) -> Result<Value, Problem>,
}

/// A parameter of a function.
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// Whether it may be left out, or given any number of times.
    pub need: Need,
}

/// Whether an argument may be left out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Need {
    /// It may not.
    Required,
    /// It may; it is null then.
    Optional,
    /// It is the last one and may be given again and again; the function gets a list.
    Repeated,
}

/// Where a function may be called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Anywhere.
    Anywhere,
    /// In `expect` only: it is about a finished run.
    Expectation,
}

/// What a function may use besides its arguments.
pub struct Call<'a> {
    /// The world around.
    pub environment: &'a mut dyn Environment,
    /// Where its random values come from.
    pub site: SiteIndex,
    /// The function's own name.
    pub name: &'static str,
}

impl Call<'_> {
    /// The next random number of this site.
    fn random(&mut self) -> u64 {
        self.environment.draw(self.site)
    }

    /// What is said of an argument of the wrong type.
    fn wrong(&self, needed: &str, given: &Value) -> Problem {
        ("TypeError", format!("`{}` needs {needed}, not {}", self.name, given.type_name()))
    }
}

const fn required(name: &'static str) -> Parameter {
    Parameter { name, need: Need::Required }
}

const fn optional(name: &'static str) -> Parameter {
    Parameter { name, need: Need::Optional }
}

const fn repeated(name: &'static str) -> Parameter {
    Parameter { name, need: Need::Repeated }
}

const fn function(
    name: &'static str,
    gives: Type,
    parameters: &'static [Parameter],
    help: &'static str,
    run: fn(&[Value], &mut Call<'_>) -> Result<Value, Problem>,
) -> Function {
    Function { name, parameters, gives, help, place: Place::Anywhere, run }
}

/// The themes with their functions.
pub const THEMES: &[(&str, &[Function])] = &[
    ("numbers", numbers::FUNCTIONS),
    ("collections", collections::FUNCTIONS),
    ("text", texts::FUNCTIONS),
    ("random values", random::FUNCTIONS),
    ("time, tasks and resources", world::FUNCTIONS),
    ("expectations", world::OBSERVED),
];

/// All functions, in the order of their indices.
pub fn all() -> impl Iterator<Item = &'static Function> {
    THEMES.iter().flat_map(|(_, functions)| functions.iter())
}

/// The function of an index that [`find`] gave.
pub fn get(index: FunctionIndex) -> Option<&'static Function> {
    let mut index = index.0 as usize;
    for (_, functions) in THEMES {
        match functions.get(index) {
            Some(function) => return Some(function),
            None => index -= functions.len(),
        }
    }
    None
}

/// The index of a function's name.
pub fn find(name: &str) -> Option<FunctionIndex> {
    static BY_NAME: LazyLock<HashMap<&str, FunctionIndex>> = LazyLock::new(|| {
        all().enumerate().map(|(index, function)| (function.name, FunctionIndex(index as u16))).collect()
    });
    BY_NAME.get(name).copied()
}

/// The function that a bare name stands for where a finished run is judged: `duration`, `outcome`, `error`.
pub fn find_bare(name: &str) -> Option<FunctionIndex> {
    let index = find(name)?;
    let function = get(index)?;
    let needs_nothing = function.parameters.iter().all(|parameter| parameter.need == Need::Optional);
    let is_about_runs = function.place == Place::Expectation || function.name == "error";
    (needs_nothing && is_about_runs).then_some(index)
}

/// Whether a function is about a finished run only.
pub fn is_for_expectations(index: FunctionIndex) -> bool {
    get(index).is_some_and(|function| function.place == Place::Expectation)
}

/// A function's name.
pub fn name(index: FunctionIndex) -> &'static str {
    get(index).map_or("", |function| function.name)
}

/// Calls a function with all of its arguments.
pub fn call(index: FunctionIndex, arguments: &[Value], call: &mut Call<'_>) -> Result<Value, Problem> {
    match get(index) {
        Some(function) => (function.run)(arguments, call),
        None => Ok(Value::Null),
    }
}
