//! Statements without a block: what waits, what wakes others, what fails.

use super::generator::{Around, DURATIONS, Generator, OwnBody, STREAMS, Scope, TIMEOUTS};
use super::program::Statement;

const KINDS: &[&str] = &["IoError", "ValueError", "KeyError"];

impl Generator {
    pub(super) fn line_statement(&mut self, scope: &mut Scope<'_>) -> Statement {
        if scope.yields && self.chance(35) {
            return Statement::Line(format!("yield {}", self.value(scope)));
        }
        let line = match self.below(30) {
            0..4 => format!("sleep {}", self.pick(DURATIONS)),
            4..6 => self.log(scope),
            6..9 => {
                let queue = self.one_of(&scope.resources.queues.clone());
                format!("total += 1; put {queue}, total{}", self.timeout(60))
            }
            9..11 => {
                let (queue, item) = (self.one_of(&scope.resources.queues.clone()), self.name("x"));
                let line = format!("{item} = get {queue}{}", self.timeout(70));
                scope.values.push(item);
                line
            }
            11 => {
                let queue = self.one_of(&scope.resources.queues.clone());
                match self.below(8) {
                    0 => format!("close {queue}"),
                    1..3 => format!("join {queue}{}", self.timeout(80)),
                    _ => format!("if len({queue}) > 0 {{ get {queue}; done {queue} }}"),
                }
            }
            12 => {
                let limit = self.one_of(&scope.resources.permits.clone());
                let pause = self.pick(DURATIONS);
                format!(
                    "acquire {limit}{}; try {{ sleep {pause} }} finally {{ release {limit} }}",
                    self.timeout(50)
                )
            }
            13 => format!("acquire {}{}", scope.resources.limiter, self.timeout(40)),
            14..17 => self.call(scope),
            17..20 => self.with_handle(scope),
            20 => {
                format!("fail {}, \"broken\", chance: {}%", self.pick(KINDS), self.pick(&["30", "50", "100"]))
            }
            21 => self.leave(scope),
            23 if scope.next_stream < STREAMS => {
                let (stream, items) = (self.stream_call(scope), self.name("x"));
                let line = format!("{items} = collect {stream}{}", self.timeout(40));
                scope.values.push(items);
                line
            }
            22 => format!("block {}", self.pick(&["1ms", "5ms", "20ms"])),
            24 | 25 => format!("offload {}{}", self.pick(DURATIONS), self.timeout(50)),
            26 => format!("evict {}", self.pick(&["shared_1", "shared_1, 1", "own_2"])),
            27 | 28 => {
                let answer = self.name("x");
                let line = format!(
                    "{answer} = request {}, \"/{{total}}\"{}",
                    scope.resources.service,
                    self.timeout(50)
                );
                scope.values.push(answer);
                line
            }
            _ => "log \"{available(pool)} {waiting(queue_0)} {now()}\""
                .replace("pool", &self.one_of(&scope.resources.permits.clone())),
        };
        Statement::Line(line)
    }

    fn log(&mut self, scope: &Scope<'_>) -> String {
        let id = self.name("");
        match scope.values.as_slice() {
            [] => format!("log \"line {id} {{total}}\""),
            values => format!("log \"line {id} {{{}}}\"", self.one_of(values)),
        }
    }

    pub(super) fn timeout(&mut self, percent: u64) -> String {
        if self.chance(percent) { format!(", timeout: {}", self.pick(TIMEOUTS)) } else { String::new() }
    }

    fn call(&mut self, scope: &mut Scope<'_>) -> String {
        if scope.next_task >= scope.tasks {
            return self.log(scope);
        }
        let task = scope.next_task + self.below(scope.tasks - scope.next_task);
        let argument = if scope.values.is_empty() { "total".to_string() } else { self.one_of(&scope.values) };
        match self.below(4) {
            0 => format!("shield t{task}({argument}){}", self.timeout(50)),
            1 => {
                let result = self.name("x");
                let line = format!("{result} = await t{task}({argument}){}", self.timeout(30));
                scope.values.push(result);
                line
            }
            _ => {
                let handle = self.name("h");
                let line = format!("{handle} = spawn t{task}({argument})");
                scope.handles.push(handle);
                line
            }
        }
    }

    fn with_handle(&mut self, scope: &mut Scope<'_>) -> String {
        if scope.handles.is_empty() {
            return self.call(scope);
        }
        let handle = self.one_of(&scope.handles);
        match self.below(13) {
            0..4 => format!("await {handle}{}", self.timeout(40)),
            4 | 5 => format!("shield {handle}{}", self.timeout(60)),
            6 | 7 => format!("cancel {handle}"),
            8..11 => self.wait_for_tasks(scope, &handle),
            11 => format!("cancel {handle}; sleep {}; cancel {handle}", self.pick(DURATIONS)),
            _ => format!("if {handle} != null {{ log \"{{{handle}}}\" }}"),
        }
    }

    /// A wait for one or two handles, each of which may be a task, a list of tasks or nothing.
    fn wait_for_tasks(&mut self, scope: &mut Scope<'_>, handle: &str) -> String {
        let wanted = self.pick(&["", ", for: all", ", for: first", ", for: error"]);
        let tasks = match self.below(3) {
            0 => format!("[{handle}, {}]", self.one_of(&scope.handles)),
            _ => handle.to_string(),
        };
        let result = self.name("r");
        let line = format!("{result} = wait {tasks}{wanted}{}", self.timeout(60));
        scope.values.push(result);
        line
    }

    fn leave(&mut self, scope: &Scope<'_>) -> String {
        match self.below(3) {
            0 if scope.around.contains(&Around::Loop) => {
                self.pick(&["if chance(50%) { break }", "break", "continue"]).to_string()
            }
            1 if scope.around.contains(&Around::Catch) => "fail".to_string(),
            _ if scope.around.contains(&Around::Cleanup) => self.log(scope),
            _ if scope.own_body == OwnBody::Stream => "if chance(30%) { return }".to_string(),
            _ => "if chance(30%) { return now() }".to_string(),
        }
    }
}
