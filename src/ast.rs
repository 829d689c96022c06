//! A scenario with every statement recognised: an index into the statement table, its arguments in the
//! table's order, its blocks. The types here know no statement by name.

use crate::expression::tree::Expression;
use crate::plan::TracePlan;
use crate::source::Span;
use crate::syntax::node::Name;

/// A statement's place in the statement table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct EntryIndex(pub u16);

/// A whole file.
#[derive(Clone, Debug, Default)]
pub struct Scenario {
    /// `scenario "title"`
    pub title: String,
    /// `seed 7`
    pub seed: Option<u64>,
    /// `start "10:00:00"`: what the wall clock reads at time 0, in nanoseconds since 1970.
    pub epoch: Option<u64>,
    /// `trace kinds: [log], tasks: ["w*"], format: logs`
    pub trace: TracePlan,
    /// `threads 4`
    pub threads: Option<Expression>,
    /// `param`, then shared variables, each in the order of the file.
    pub shared: Vec<Shared>,
    /// Queues, locks, ...: kind by kind in the order of the table, each kind in the order of the file.
    pub resources: Vec<Resource>,
    /// `monitor 1s { .. }`
    pub monitors: Vec<Statement>,
    /// `file "path", text: ".."`
    pub files: Vec<Statement>,
    /// `filesystem open: 1ms, ..`
    pub filesystem: Option<Statement>,
    /// The tasks.
    pub tasks: Vec<Task>,
    /// The host functions.
    pub hosts: Vec<Host>,
    /// The streams.
    pub streams: Vec<Task>,
    /// The contexts.
    pub contexts: Vec<Context>,
    /// `main {}`
    pub main: Option<Block>,
    /// `expect {}`
    pub expectations: Vec<Statement>,
}

/// A parameter of the scenario, or a shared variable.
#[derive(Clone, Debug)]
pub struct Shared {
    /// Its name.
    pub name: Name,
    /// Its first value.
    pub initial: Expression,
    /// Whether the command line may set it.
    pub role: crate::plan::SharedRole,
}

/// A queue, lock, ... as declared: the entry says which.
#[derive(Clone, Debug)]
pub struct Resource {
    /// Its name.
    pub name: Name,
    /// The declaration; its first argument is the name.
    pub declaration: Statement,
    /// The parameters of a service.
    pub parameters: Vec<Parameter>,
}

/// A task, or a stream.
#[derive(Clone, Debug)]
pub struct Task {
    /// Its name.
    pub name: Name,
    /// Its parameters.
    pub parameters: Vec<Parameter>,
    /// What it does.
    pub body: Block,
}

/// A host function.
#[derive(Clone, Debug)]
pub struct Host {
    /// Its name.
    pub name: Name,
    /// Its parameters.
    pub parameters: Vec<Parameter>,
    /// What runs where nobody has registered it.
    pub stand_in: Option<Block>,
    /// The declaration's first line.
    pub span: Span,
}

/// A context.
#[derive(Clone, Debug)]
pub struct Context {
    /// Its name, its parameters, and what enters it.
    pub enter: Task,
    /// `exit as e {}`; none if it was left out, which has been reported.
    pub exit: Option<Clause>,
}

/// A parameter of a task.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// Its name.
    pub name: Name,
    /// Its value where the argument is left out.
    pub default: Option<Expression>,
}

/// Statements in order.
#[derive(Clone, Debug, Default)]
pub struct Block {
    /// The statements.
    pub statements: Vec<Statement>,
    /// The whole block.
    pub span: Span,
}

/// A statement.
#[derive(Clone, Debug)]
pub struct Statement {
    /// Which; none for a statement that could not be recognised, kept for the names that it assigns.
    pub entry: Option<EntryIndex>,
    /// Its first line: the verb with its arguments.
    pub span: Span,
    /// What its result is assigned to.
    pub target: Option<Expression>,
    /// The arguments, one place for each in the table.
    pub arguments: Vec<Option<Argument>>,
    /// `timeout:` of a statement that can wait.
    pub timeout: Option<Expression>,
    /// `count:` of the declaration of a resource.
    pub count: Option<Expression>,
    /// The block.
    pub block: Option<Block>,
    /// The clauses behind it.
    pub clauses: Vec<Clause>,
}

/// An argument.
#[derive(Clone, Debug)]
pub struct Argument {
    /// What it says.
    pub value: ArgumentValue,
    /// The name bound by `as`.
    pub binding: Option<Name>,
    /// Where it stands.
    pub span: Span,
}

/// What an argument says, by its type in the table.
#[derive(Clone, Debug)]
pub enum ArgumentValue {
    /// Anything that is evaluated.
    Expression(Expression),
    /// One of the type's words.
    Word(usize),
    /// Kinds of errors.
    Kinds(Vec<Name>),
    /// Kinds of events, or globs.
    Texts(Vec<String>),
    /// `a, b in xs`
    Loop {
        /// The names.
        names: Vec<Name>,
        /// What is walked.
        iterable: Expression,
    },
}

/// A clause behind a block.
#[derive(Clone, Debug)]
pub struct Clause {
    /// What it is.
    pub kind: ClauseKind,
    /// Its block.
    pub block: Block,
    /// Its first line.
    pub span: Span,
}

/// The clauses.
#[derive(Clone, Debug)]
pub enum ClauseKind {
    /// `else if condition`
    ElseIf(Expression),
    /// `else`
    Else,
    /// `catch K, L as e`; no kinds take any error.
    Catch {
        /// The kinds.
        kinds: Vec<Name>,
        /// The name that the error gets.
        binding: Option<Name>,
    },
    /// `finally`
    Finally,
    /// `exit as e`, of a context.
    Exit {
        /// The name that the error gets.
        binding: Option<Name>,
    },
}

impl Statement {
    /// The expression given for an argument, by its position in the table.
    pub fn expression(&self, position: usize) -> Option<&Expression> {
        match &self.arguments.get(position)?.as_ref()?.value {
            ArgumentValue::Expression(expression) => Some(expression),
            _ => None,
        }
    }

    /// The word given for an argument, by its position in the table: its index among the type's words.
    pub fn word(&self, position: usize) -> Option<usize> {
        match &self.arguments.get(position)?.as_ref()?.value {
            ArgumentValue::Word(index) => Some(*index),
            _ => None,
        }
    }

    /// The loop given for an argument, by its position in the table.
    pub fn walk(&self, position: usize) -> Option<(&[Name], &Expression)> {
        match &self.arguments.get(position)?.as_ref()?.value {
            ArgumentValue::Loop { names, iterable } => Some((names, iterable)),
            _ => None,
        }
    }

    /// The kinds given for an argument, by its position in the table.
    pub fn kinds(&self, position: usize) -> &[Name] {
        match self.arguments.get(position).and_then(Option::as_ref).map(|argument| &argument.value) {
            Some(ArgumentValue::Kinds(kinds)) => kinds,
            _ => &[],
        }
    }

    /// The texts given for an argument, by its position in the table.
    pub fn texts(&self, position: usize) -> Option<&[String]> {
        match &self.arguments.get(position)?.as_ref()?.value {
            ArgumentValue::Texts(texts) => Some(texts),
            _ => None,
        }
    }

    /// The name that an argument binds by `as`.
    pub fn binding(&self, position: usize) -> Option<&Name> {
        self.arguments.get(position)?.as_ref()?.binding.as_ref()
    }
}
