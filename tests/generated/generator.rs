//! Makes programs at random, by number: the same number always gives the same program.
//!
//! Every program is good, and ends: loops are bounded; a task calls only tasks of higher numbers, a stream
//! walks only streams of higher numbers, a context enters only those of higher numbers and walks no stream. It may
//! well end in a failure or a deadlock. Names tell what resources are: `pool_2` has two permits, `queue_1`
//! holds one item, `queue_0` any number.

use scenario::random::Generator as Random;

use super::program::{Program, Statement};

/// The program of a number.
pub(crate) fn program(number: u64) -> Program {
    let mut generator = Generator { number, drawn: 0, names: 0, left: 0 };
    let queue = generator.pick(&["queue queue_1, capacity: 1", "queue queue_2, capacity: 2"]);
    let declarations = [
        format!("seed {number}\n{}", generator.pick(&["threads 1", "threads 2"])),
        queue.to_string(),
        "queue queue_0".into(),
        "lock lock_1".into(),
        "lock second_1".into(),
        generator.pick(&["semaphore pool_1, permits: 1", "semaphore pool_2, permits: 2"]).to_string(),
        generator
            .pick(&["semaphore rush_1, permits: 1, fair: false", "semaphore rush_2, permits: 2, fair: false"])
            .into(),
        generator
            .pick(&["limiter api_1, rate: 1/5ms, burst: 1", "limiter api_3, rate: 1/5ms, burst: 3"])
            .into(),
        generator
            .pick(&[
                "service web_1(path), connections: 1 { sleep 1ms..10ms; fail IoError, \"reset\", chance: 20%; return 404 }",
                "service web_2(path), connections: 2 { try { sleep 5ms } finally { sleep 1ms }; return {path: path} }",
            ])
            .into(),
        "filesystem open: 1ms, read: 2ms, write: 1ms..5ms, line: 1ms, close: 5ms".into(),
        "file \"data.txt\", text: \"1\\n2\\n3\\n\"".into(),
        "cache shared_1, ttl: 10ms, single_flight: true".into(),
        "cache own_2, capacity: 2".into(),
        "monitor 7ms { measure level, len(queue_0) }".into(),
        "total = 0".into(),
        "expect { always len(queue_0) < 50; count(\"*\") >= 0 }".into(),
    ];
    let word = |line: &String| line.split([' ', ',', '(']).nth(1).unwrap_or_default().to_string();
    let resources = Resources {
        queues: vec![word(&declarations[1]), word(&declarations[2])],
        permits: (3..7).map(|index| word(&declarations[index])).collect(),
        limiter: word(&declarations[7]),
        service: word(&declarations[8]),
    };
    let tasks = 1 + generator.below(3);
    let mut bodies = Vec::new();
    for task in 0..tasks {
        generator.left = 10;
        let mut scope = Scope { resources: &resources, tasks, next_task: task + 1, ..Scope::new(&resources) };
        scope.values.push("argument".into());
        let count = 2 + generator.below(4);
        bodies.push(body(format!("task t{task}(argument)"), generator.block(&mut scope, count)));
    }
    for stream in 0..STREAMS {
        generator.left = 8;
        let mut scope = Scope { next_stream: stream + 1, ..Scope::new(&resources) };
        (scope.own_body, scope.yields) = (OwnBody::Stream, true);
        scope.values.push("argument".into());
        let count = 2 + generator.below(4);
        bodies.push(body(format!("stream s{stream}(argument)"), generator.block(&mut scope, count)));
    }
    for context in 0..CONTEXTS {
        generator.left = 5;
        let mut scope = Scope { next_stream: STREAMS, next_context: context + 1, ..Scope::new(&resources) };
        scope.values.push("argument".into());
        let count = 1 + generator.below(3);
        let enter = generator.block(&mut scope, count);
        scope.values.push("e".into());
        scope.around = vec![Around::Cleanup];
        let count = 1 + generator.below(2);
        let exit = generator.block(&mut scope, count);
        let clauses = vec![("exit as e".into(), exit)];
        bodies.push(Statement::Block { head: format!("context c{context}(argument)"), body: enter, clauses });
    }
    generator.left = 25;
    let mut scope = Scope { tasks, ..Scope::new(&resources) };
    let count = 6 + generator.below(6);
    let main = generator.block(&mut scope, count);
    let main = main.into_iter().map(|statement| generator.mostly_caught(statement)).collect();
    bodies.push(body("main".into(), main));
    Program { declarations: declarations.into(), bodies }
}

fn body(head: String, body: Vec<Statement>) -> Statement {
    Statement::Block { head, body, clauses: Vec::new() }
}

/// How many streams there are.
pub(super) const STREAMS: u64 = 2;
/// How many contexts there are.
const CONTEXTS: u64 = 2;

/// The names of a program's resources.
pub(super) struct Resources {
    pub(super) queues: Vec<String>,
    pub(super) permits: Vec<String>,
    pub(super) limiter: String,
    pub(super) service: String,
}

/// What a statement that is being made may refer to, and where it stands.
#[derive(Clone)]
pub(super) struct Scope<'a> {
    pub(super) resources: &'a Resources,
    /// How many tasks there are.
    pub(super) tasks: u64,
    /// The first task that may be called.
    pub(super) next_task: u64,
    /// The first stream that may be walked.
    pub(super) next_stream: u64,
    /// The first context that may be entered.
    pub(super) next_context: u64,
    /// Whether a `yield` may stand here.
    pub(super) yields: bool,
    pub(super) own_body: OwnBody,
    /// Variables that hold tasks, perhaps.
    pub(super) handles: Vec<String>,
    /// Variables that hold something.
    pub(super) values: Vec<String>,
    depth: u32,
    /// What is around it in its own body.
    pub(super) around: Vec<Around>,
}

/// What `return` ends.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum OwnBody {
    /// A task, context or branch.
    Task,
    /// A stream.
    Stream,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Around {
    /// A loop that may be left from here.
    Loop,
    /// A `catch`, whose error may be raised again.
    Catch,
    /// A `finally`, which may not be left.
    Cleanup,
}

impl<'a> Scope<'a> {
    fn new(resources: &'a Resources) -> Scope<'a> {
        Scope {
            resources,
            tasks: 0,
            next_task: 0,
            next_stream: 0,
            next_context: 0,
            yields: false,
            own_body: OwnBody::Task,
            handles: Vec::new(),
            values: Vec::new(),
            depth: 0,
            around: Vec::new(),
        }
    }
}

pub(super) struct Generator {
    number: u64,
    drawn: u32,
    names: u32,
    /// How many statements the body may still have.
    left: u32,
}

pub(super) const DURATIONS: &[&str] =
    &["0", "0", "1ms", "2ms", "5ms", "5ms", "5ms", "10ms", "10ms", "20ms", "1ms..10ms", "exponential(4ms)"];
pub(super) const TIMEOUTS: &[&str] = &["0", "1ms", "2ms", "5ms", "5ms", "10ms", "10ms", "20ms", "50ms"];

impl Generator {
    pub(super) fn below(&mut self, bound: u64) -> u64 {
        self.drawn += 1;
        Random::new(self.number).draw(0, 0, self.drawn) % bound
    }

    pub(super) fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    pub(super) fn pick<'a, T: ?Sized>(&mut self, items: &[&'a T]) -> &'a T {
        items[self.below(items.len() as u64) as usize]
    }

    pub(super) fn one_of(&mut self, items: &[String]) -> String {
        items[self.below(items.len() as u64) as usize].clone()
    }

    pub(super) fn name(&mut self, prefix: &str) -> String {
        self.names += 1;
        format!("{prefix}{}", self.names)
    }

    fn block(&mut self, scope: &mut Scope<'_>, count: u64) -> Vec<Statement> {
        (0..count).map(|_| self.statement(scope)).collect()
    }

    /// A block one level down, that sees the variables around it and leaves its own to what follows.
    fn inner(&mut self, scope: &mut Scope<'_>, most: u64) -> Vec<Statement> {
        scope.depth += 1;
        let count = 1 + self.below(most);
        let block = self.block(scope, count);
        scope.depth -= 1;
        block
    }

    /// A block that runs as a task of its own: its variables are its own, no loop or handler is around it.
    fn branch(&mut self, scope: &Scope<'_>, most: u64) -> Vec<Statement> {
        let mut own = Scope { around: Vec::new(), yields: false, own_body: OwnBody::Task, ..scope.clone() };
        self.inner(&mut own, most)
    }

    fn statement(&mut self, scope: &mut Scope<'_>) -> Statement {
        let nested = scope.depth < 4 && self.left > 0;
        self.left = self.left.saturating_sub(1);
        if nested && self.chance(45) { self.block_statement(scope) } else { self.line_statement(scope) }
    }

    fn block_statement(&mut self, scope: &mut Scope<'_>) -> Statement {
        match self.below(16) {
            0 | 1 => {
                let after = self.pick(TIMEOUTS);
                let yields = std::mem::replace(&mut scope.yields, false);
                let body = self.inner(scope, 3);
                scope.yields = yields;
                self.handled(scope, format!("timeout {after}"), body)
            }
            2 | 3 => {
                let body = self.inner(scope, 3);
                self.handled(scope, "try".into(), body)
            }
            4 => {
                let limit = scope.resources.permits.clone();
                let head = format!("with {}", self.one_of(&limit));
                let body = self.inner(scope, 3);
                self.handled(scope, head, body)
            }
            5 | 6 => self.gather(scope),
            7 => self.spawn_block(scope),
            8 => {
                let backoff = self.pick(&[
                    "",
                    ", backoff: 2ms",
                    ", backoff: 1ms, factor: 2, jitter: full",
                    ", only: IoError",
                ]);
                let attempt = self.name("n");
                let head = format!("retry {} as {attempt}{backoff}", self.below(3));
                scope.values.push(attempt);
                let body = self.inner(scope, 3);
                self.handled(scope, head, body)
            }
            9 | 10 => self.looped(scope),
            11 if scope.next_context < CONTEXTS => {
                let context = scope.next_context + self.below(CONTEXTS - scope.next_context);
                let (argument, entered) = (self.value(scope), self.name("w"));
                let head = format!("with c{context}({argument}) as {entered}{}", self.timeout(20));
                scope.values.push(entered);
                let body = self.inner(scope, 3);
                self.handled(scope, head, body)
            }
            12 => self.group(scope),
            13 => self.with_file(scope),
            14 => self.lookup(scope),
            _ => {
                let head =
                    self.pick(&["if chance(50%)", "if total % 2 == 0", "if len(queue_0) > 1"]).to_string();
                let body = self.inner(scope, 2);
                let mut clauses = Vec::new();
                if self.chance(50) {
                    clauses.push(("else".to_string(), self.inner(scope, 2)));
                }
                Statement::Block { head, body, clauses }
            }
        }
    }

    /// Adds what handles errors, perhaps.
    fn handled(&mut self, scope: &mut Scope<'_>, head: String, body: Vec<Statement>) -> Statement {
        let mut clauses = Vec::new();
        // What is first named in a `catch` is not in sight in the `else`.
        let otherwise = if self.chance(15) { self.inner(scope, 2) } else { Vec::new() };
        for kinds in ["Timeout", "Cancelled", "IoError, ValueError, GroupError", ""] {
            if self.chance(25) {
                let error = self.name("e");
                scope.values.push(error.clone());
                scope.around.push(Around::Catch);
                let head = if kinds.is_empty() {
                    format!("catch as {error}")
                } else {
                    format!("catch {kinds} as {error}")
                };
                clauses.push((head, self.inner(scope, 2)));
                scope.around.pop();
            }
        }
        if !otherwise.is_empty() {
            clauses.push(("else".into(), otherwise));
        }
        if self.chance(30) {
            let around = scope.around.clone();
            scope.around.retain(|around| *around != Around::Loop);
            scope.around.push(Around::Cleanup);
            let yields = std::mem::replace(&mut scope.yields, false);
            let mut block = self.inner(scope, 2);
            scope.yields = yields;
            if self.chance(50) {
                block.insert(0, Statement::Line(format!("sleep {}", self.pick(DURATIONS))));
            }
            clauses.push(("finally".into(), block));
            scope.around = around;
        }
        Statement::Block { head, body, clauses }
    }

    /// A statement whose failure does not end the whole program, as a rule.
    fn mostly_caught(&mut self, statement: Statement) -> Statement {
        if self.chance(10) {
            return statement;
        }
        let error = self.name("e");
        let log = Statement::Line(format!("log \"{{{error}.kind}}: {{{error}.message}}\""));
        Statement::Block {
            head: "try".into(),
            body: vec![statement],
            clauses: vec![(format!("catch as {error}"), vec![log])],
        }
    }

    fn lookup(&mut self, scope: &mut Scope<'_>) -> Statement {
        let value = self.name("x");
        let cache = self.pick(&["shared_1", "shared_1", "own_2"]);
        let head = format!("{value} = lookup {cache}, {}", self.below(3));
        let body = self.inner(scope, 3);
        let statement = self.handled(scope, head, body);
        scope.values.push(value);
        statement
    }

    fn with_file(&mut self, scope: &mut Scope<'_>) -> Statement {
        let file = self.name("f");
        let mode = self.pick(&["read", "write", "append"]);
        let timeout = self.timeout(30);
        let head = format!("with open(\"data.txt\", \"{mode}\") as {file}{timeout}");
        let (call, text) = (self.timeout(30), self.name("x"));
        let line =
            self.pick(&["write {f}, \"{total}\\n\"", "{x} = read {f}", "for {x} in {f} { sleep 1ms }"]);
        let line = line.replace("{f}", &file).replace("{x}", &text);
        let line = if line.starts_with("for") { line } else { line + &call };
        let mut body = vec![Statement::Line(line)];
        body.extend(self.inner(scope, 3));
        self.handled(scope, head, body)
    }

    fn gather(&mut self, scope: &mut Scope<'_>) -> Statement {
        let word = self.pick(&["all", "settle", "race", "any"]);
        let result = self.name("r");
        let limit = self.pick(&["", "", ", limit: 1", ", limit: 2"]);
        let (head, body) = if self.chance(50) {
            let item = self.name("i");
            let mut inside = scope.clone();
            inside.values.push(item.clone());
            let head = format!("{result} = {word} {item} in 0..{}{limit}", self.below(4));
            (head, self.branch(&inside, 3))
        } else {
            let branches = 1 + self.below(3);
            let branch = |generator: &mut Generator| {
                let body = generator.branch(scope, 3);
                Statement::Block { head: "do".into(), body, clauses: Vec::new() }
            };
            let body: Vec<Statement> = (0..branches).map(|_| branch(self)).collect();
            let limit = limit.trim_start_matches(", ");
            (format!("{result} = {word} {limit}").trim_end().to_string(), body)
        };
        let statement = self.handled(scope, head, body);
        scope.values.push(result);
        statement
    }

    pub(super) fn stream_call(&mut self, scope: &Scope<'_>) -> String {
        let stream = scope.next_stream + self.below(STREAMS - scope.next_stream);
        format!("s{stream}({})", self.value(scope))
    }

    pub(super) fn value(&mut self, scope: &Scope<'_>) -> String {
        if scope.values.is_empty() { "total".to_string() } else { self.one_of(&scope.values) }
    }

    fn group(&mut self, scope: &mut Scope<'_>) -> Statement {
        let result = self.name("r");
        let yields = std::mem::replace(&mut scope.yields, false);
        let body = self.inner(scope, 5);
        scope.yields = yields;
        let statement = self.handled(scope, format!("{result} = group"), body);
        scope.values.push(result);
        statement
    }

    fn spawn_block(&mut self, scope: &mut Scope<'_>) -> Statement {
        let handle = self.name("h");
        let (head, body) = if self.chance(30) {
            let item = self.name("i");
            let mut inside = scope.clone();
            inside.values.push(item.clone());
            (format!("{handle} = spawn {item} in 0..{}", 1 + self.below(3)), self.branch(&inside, 3))
        } else {
            (format!("{handle} = spawn"), self.branch(scope, 4))
        };
        scope.handles.push(handle);
        Statement::Block { head, body, clauses: Vec::new() }
    }

    fn looped(&mut self, scope: &mut Scope<'_>) -> Statement {
        scope.around.push(Around::Loop);
        let statement = match self.below(5) {
            3.. if scope.next_stream < STREAMS => {
                let (stream, item) = (self.stream_call(scope), self.name("i"));
                scope.values.push(item.clone());
                let mut body = self.inner(scope, 3);
                if self.chance(25) {
                    body.push(Statement::Line("break".into()));
                }
                Statement::Block { head: format!("for {item} in {stream}"), body, clauses: Vec::new() }
            }
            0 => {
                let counter = self.name("c");
                let mut body = vec![Statement::Line(format!("{counter} += 1"))];
                body.extend(self.inner(scope, 3));
                // The counter is made first; the two are one statement, so that neither is left out alone.
                let head = format!("{counter} = 0; while {counter} < {}", 1 + self.below(3));
                Statement::Block { head, body, clauses: Vec::new() }
            }
            1 => {
                let item = self.name("i");
                scope.values.push(item.clone());
                let head = format!("for {item} in {}", self.one_of(&scope.resources.queues.clone()));
                let mut body = self.inner(scope, 2);
                if self.chance(70) {
                    body.push(Statement::Line("break".into()));
                }
                Statement::Block { head, body, clauses: Vec::new() }
            }
            _ => {
                let item = self.name("i");
                scope.values.push(item.clone());
                let head = format!("for {item} in 0..{}", 1 + self.below(3));
                let body = self.inner(scope, 3);
                Statement::Block { head, body, clauses: Vec::new() }
            }
        };
        scope.around.pop();
        statement
    }
}
