//! What stands at top level. Declarations lower to nothing by themselves: the compiler reads them before
//! any body, so that bodies may refer to what is declared below them.

use super::{BlockShape, Clauses, Declares, Entry, Kind, PLAIN, Role, optional, required};
use crate::plan::TraceFormat;

/// Position of `kinds` among the arguments of `trace`.
pub const TRACE_KINDS: usize = 0;
/// Position of `except` among the arguments of `trace`.
pub const TRACE_EXCEPT: usize = 1;
/// Position of `tasks` among the arguments of `trace`.
pub const TRACE_TASKS: usize = 2;
/// Position of `format` among the arguments of `trace`.
pub const TRACE_FORMAT: usize = 3;
/// Position of `capacity` among a queue's arguments.
pub const QUEUE_CAPACITY: usize = 1;
/// Position of `order` among a queue's arguments.
pub const QUEUE_ORDER: usize = 2;
/// The orders of a queue, as they are written.
pub const QUEUE_ORDERS: &[&str] = &["fifo", "lifo", "priority"];
/// Position of `permits` among a semaphore's arguments.
pub const SEMAPHORE_PERMITS: usize = 1;
/// Position of `fair` among a semaphore's arguments.
pub const SEMAPHORE_FAIR: usize = 2;
/// Position of `rate` among a limiter's arguments.
pub const LIMITER_RATE: usize = 1;
/// Position of `burst` among a limiter's arguments.
pub const LIMITER_BURST: usize = 2;
/// Position of `failures` among a breaker's arguments.
pub const BREAKER_FAILURES: usize = 1;
/// Position of `cooldown` among a breaker's arguments.
pub const BREAKER_COOLDOWN: usize = 2;
/// Position of `parties` among a barrier's arguments.
pub const BARRIER_PARTIES: usize = 1;

/// Position of `ttl` among a cache's arguments.
pub const CACHE_TTL: usize = 1;
/// Position of `single_flight` among a cache's arguments.
pub const CACHE_SINGLE_FLIGHT: usize = 2;
/// Position of `capacity` among a cache's arguments.
pub const CACHE_CAPACITY: usize = 3;
/// Position of `connections` among a service's arguments.
pub const SERVICE_CONNECTIONS: usize = 1;
/// Position of `url` among a service's arguments.
pub const SERVICE_URL: usize = 2;

/// Settings, resources, tasks, `main`, `expect`.
pub const ENTRIES: &[Entry] = &[
    Entry {
        name: "scenario",
        example: example!("scenario"),
        usage: "scenario \"what it shows\"",
        help: "Says in a line what the file is about.",
        arguments: &[required("title", Kind::Text, "the line")],
        ..DECLARATION
    },
    Entry {
        name: "seed",
        example: example!("seed"),
        usage: "seed 7",
        help: "Chooses the random values; another seed gives another run.",
        arguments: &[required("number", Kind::Integer, "a whole number; 0 if left out")],
        ..DECLARATION
    },
    Entry {
        name: "start",
        example: example!("start"),
        usage: "start \"10:00:00\"",
        help: "Says what the wall clock reads at time 0.",
        arguments: &[required("clock", Kind::Text, "\"10:00:00\" or \"2024-01-01 10:00:00\"")],
        ..DECLARATION
    },
    Entry {
        name: "threads",
        example: example!("threads"),
        usage: "threads 8",
        help: "Says how many threads there are for work that is `offload`ed.",
        arguments: &[required("count", Kind::Integer, "how many; 4 if left out")],
        ..DECLARATION
    },
    Entry {
        name: "trace",
        example: example!("trace"),
        usage: "trace kinds: [log, put], tasks: [\"worker*\"], format: logs",
        help: "Says which events `scenario run` shows and a snapshot keeps. The run is the same: its digest covers all events, and expectations see them all.",
        arguments: &[
            optional("kinds", Kind::Events, "these kinds of events only: `scenario help events` lists them"),
            optional("except", Kind::Events, "not these kinds"),
            optional(
                "tasks",
                Kind::Globs,
                "events of tasks with such names only; `*` stands for any text, so `\"worker*\"` takes in what the workers start",
            ),
            optional(
                "format",
                Kind::Word(TraceFormat::WORDS),
                "`text` is one event a line, `logs` only what the scenario logs, `jsonl` one JSON object a line; `text` if left out",
            ),
        ],
        ..DECLARATION
    },
    Entry {
        name: "param",
        example: example!("param"),
        usage: "param clients, default: 100",
        help: "Declares a value that can be set from outside: `--param clients=50`.",
        arguments: &[
            required("name", Kind::Name, "its name"),
            required("default", Kind::Any, "its value if it is not set"),
        ],
        ..DECLARATION
    },
    Entry {
        name: "queue",
        example: example!("queue"),
        usage: "queue orders, capacity: 5",
        help: "Declares a queue of items between tasks.",
        arguments: &[
            required("name", Kind::Name, "its name"),
            optional("capacity", Kind::Integer, "how many items it holds; without it there is no bound"),
            optional(
                "order",
                Kind::Word(QUEUE_ORDERS),
                "which item leaves first: the oldest, the newest, or the one of the lowest `priority`, of equal ones the oldest; `fifo` if left out",
            ),
        ],
        ..RESOURCE
    },
    Entry {
        name: "lock",
        example: example!("lock"),
        usage: "lock ledger",
        help: "Declares a lock: one holder at a time, first come, first served.",
        arguments: &[required("name", Kind::Name, "its name")],
        ..RESOURCE
    },
    Entry {
        name: "semaphore",
        example: example!("semaphore"),
        usage: "semaphore pool, permits: 3",
        help: "Declares a semaphore: so many holders at a time.",
        arguments: &[
            required("name", Kind::Name, "its name"),
            required("permits", Kind::Integer, "how many"),
            optional(
                "fair",
                Kind::Word(&["false", "true"]),
                "whether a permit goes to the one who waits longest; true if left out",
            ),
        ],
        ..RESOURCE
    },
    Entry {
        name: "limiter",
        example: example!("limiter"),
        usage: "limiter api, rate: 2/1s",
        help: "Declares a token bucket: `acquire` takes a token, and waits in line if there is none.",
        arguments: &[
            required("name", Kind::Name, "its name"),
            required("rate", Kind::Rate, "tokens in a time: `2/1s`"),
            optional("burst", Kind::Integer, "how many tokens it holds; the rate's count if left out"),
        ],
        ..RESOURCE
    },
    Entry {
        name: "breaker",
        example: example!("breaker"),
        usage: "breaker payments, failures: 5, cooldown: 30s",
        help: "Declares a circuit breaker: after failures in a row `with` raises `Open` at once; after the cooldown one block is let in on trial, and its end closes or opens it.",
        arguments: &[
            required("name", Kind::Name, "its name"),
            required(
                "failures",
                Kind::Integer,
                "how many in a row open it: blocks that end by an error other than `Cancelled`",
            ),
            required("cooldown", Kind::Duration, "how long it stays open"),
        ],
        ..RESOURCE
    },
    Entry {
        name: "event",
        example: example!("event"),
        usage: "event gate",
        help: "Declares an event: tasks `wait` for it until it is `set`.",
        arguments: &[required("name", Kind::Name, "its name")],
        ..RESOURCE
    },
    Entry {
        name: "condition",
        example: example!("condition"),
        usage: "condition changed",
        help: "Declares a condition: tasks `wait` for it until somebody has changed something and says so by `notify`.",
        arguments: &[required("name", Kind::Name, "its name")],
        ..RESOURCE
    },
    Entry {
        name: "barrier",
        example: example!("barrier"),
        usage: "barrier start, parties: 3",
        help: "Declares a barrier: tasks `wait` at it until so many have arrived; then all go on, and it serves the next round. One who is cancelled there has never arrived.",
        arguments: &[
            required("name", Kind::Name, "its name"),
            required("parties", Kind::Integer, "how many must arrive"),
        ],
        ..RESOURCE
    },
    Entry {
        name: "promise",
        example: example!("promise"),
        usage: "promise answer",
        help: "Declares a promise: tasks `wait` for its value, which comes once, by `resolve` or `reject`.",
        arguments: &[required("name", Kind::Name, "its name")],
        ..RESOURCE
    },
    Entry {
        name: "cache",
        example: example!("cache"),
        usage: "cache prices, ttl: 5s, single_flight: true",
        help: "Declares a cache: `lookup` gives what it has for a key, or computes and keeps it.",
        arguments: &[
            required("name", Kind::Name, "its name"),
            optional(
                "ttl",
                Kind::Duration,
                "how long a value is there, from the end of its computation; at exactly that age it is gone; for ever if left out",
            ),
            optional(
                "single_flight",
                Kind::Word(&["false", "true"]),
                "whether those who look up what is being computed wait for it; without it all compute; false if left out",
            ),
            optional(
                "capacity",
                Kind::Integer,
                "how many values it holds; the one used longest ago goes first; without it there is no bound",
            ),
        ],
        ..RESOURCE
    },
    Entry {
        name: "service",
        example: example!("service"),
        usage: "service web(path), connections: 3 { .. }",
        help: "Declares a service: what `request` asks. Its parameters are the request's path, method and body, as many as it needs. It answers by `return` with a map, a status (`404`) or text, or fails the request by `fail`.",
        arguments: &[
            required("name", Kind::Signature, "its name and parameters: `web(path)`"),
            optional(
                "connections",
                Kind::Integer,
                "how many requests it serves at once; the others wait in line, the longest waiting goes first",
            ),
            optional("url", Kind::Text, "where the real service is: `\"https://example.org\"`"),
        ],
        block: BlockShape::Required,
        ..RESOURCE
    },
    Entry {
        name: "monitor",
        example: example!("monitor"),
        usage: "monitor 1s { log \"{len(orders)} waiting\" }",
        help: "Observes the run at whole multiples of a time: it may log, measure and read, but neither wait nor change anything. It keeps no run alive and hides no deadlock.",
        arguments: &[required("every", Kind::Duration, "how often")],
        block: BlockShape::Required,
        ..DECLARATION
    },
    Entry {
        name: "filesystem",
        example: example!("filesystem"),
        usage: "filesystem open: 1ms, write: 1ms, read: 2ms, line: 0.5ms, close: 1ms",
        help: "Says what the calls on files cost in virtual time. The price is paid first; what is left out costs nothing.",
        arguments: &[
            optional("open", Kind::Duration, "opening a file"),
            optional("read", Kind::Duration, "reading a whole file"),
            optional("line", Kind::Duration, "reading a line, or finding that there is none left"),
            optional("write", Kind::Duration, "a write"),
            optional("close", Kind::Duration, "closing a file"),
            optional("delete", Kind::Duration, "deleting a file"),
        ],
        ..DECLARATION
    },
    Entry {
        name: "file",
        example: example!("file"),
        usage: "file \"notes.txt\", text: \"one\\ntwo\\n\"",
        help: "Puts a file there before the run begins.",
        arguments: &[required("path", Kind::Path, "its path"), required("text", Kind::Text, "what it holds")],
        ..DECLARATION
    },
    Entry {
        name: "task",
        example: example!("task"),
        usage: "task fetch(id) { .. }",
        help: "Declares a task: what `await` calls and `spawn` starts.",
        arguments: &[required("name", Kind::Signature, "its name and parameters: `fetch(id, tries = 3)`")],
        block: BlockShape::Required,
        ..DECLARATION
    },
    Entry {
        name: "host",
        example: example!("host"),
        usage: "host charge(order, amount) { .. }",
        help: "Declares a host function: code in Rust, which a test registers under this name. It is called and spawned like a task, sleeps on the scenario's clock and uses its queues. The block stands in for it where nobody has registered it, as in `scenario run`; without a block the scenario runs only where somebody has.",
        arguments: &[required("name", Kind::Signature, "its name and parameters: `charge(order, amount)`")],
        block: BlockShape::Optional,
        ..DECLARATION
    },
    Entry {
        name: "stream",
        example: example!("stream"),
        usage: "stream ticks(n) { .. }",
        help: "Declares a stream: it hands out items by `yield`, one whenever `for x in ticks(3)` wants the next; in between it stands still. A loop that is left closes it: its `finally` blocks run, and are waited for.",
        arguments: &[required("name", Kind::Signature, "its name and parameters: `ticks(n, every = 1s)`")],
        block: BlockShape::Required,
        ..DECLARATION
    },
    Entry {
        name: "context",
        example: example!("context"),
        usage: "context connection(name) { .. } exit as e { .. }",
        help: "Declares a context: what `with connection(\"db\") as c` enters; `c` is what its block returns. `exit` runs however the `with` block ends: `e` is its error, or null. The error then goes on; one of the exit itself takes its place. If entering fails, there is nothing to exit.",
        arguments: &[required(
            "name",
            Kind::Signature,
            "its name and parameters: `connection(name, port = 80)`",
        )],
        block: BlockShape::Required,
        clauses: Clauses::Exit,
        ..DECLARATION
    },
    Entry {
        name: "main",
        example: example!("main"),
        usage: "main { .. }",
        help: "The task that runs first. When it returns, whatever is still alive is cancelled.",
        block: BlockShape::Required,
        ..DECLARATION
    },
    Entry {
        name: "expect",
        example: example!("expect"),
        usage: "expect { duration < 5s }",
        help: "What must hold: conditions over `outcome`, `duration`, `count(\"glob\")`, ..., `always c`, `never c`.",
        block: BlockShape::Required,
        ..DECLARATION
    },
];

const DECLARATION: Entry = Entry { role: Role::Declaration, ..PLAIN };
const RESOURCE: Entry = Entry { declares: Declares::Resource, ..DECLARATION };
