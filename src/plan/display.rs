//! The plan as text: resources, shared values, and the operations of each body. Two files that mean the
//! same have the same listing; places in the file are shown only on demand.

use std::fmt::Write;

use super::op::{Into, Op, Which};
use super::{Body, CodeIndex, Plan, QueueOrder, ResourceKind, SharedRole, TraceChoice, TracePlan, When};
use crate::expression::display::Listed;
use crate::source::{Source, Span};

/// Lists a plan. With a source, every operation shows its line and column there.
pub fn listing(plan: &Plan, places: Option<&Source>) -> String {
    let mut text = String::new();
    // Writing to a string can't fail.
    let _ = write_plan(&mut text, plan, places);
    text
}

fn write_plan(out: &mut String, plan: &Plan, places: Option<&Source>) -> std::fmt::Result {
    if !plan.title.is_empty() {
        writeln!(out, "scenario {:?}", plan.title)?;
    }
    writeln!(out, "seed {}", plan.seed)?;
    write_trace(out, &plan.trace)?;
    if let Some(threads) = plan.threads {
        writeln!(out, "threads {}", code(plan, threads))?;
    }
    for shared in &plan.shared {
        let word = match shared.role {
            SharedRole::Variable => "variable",
            SharedRole::Parameter => "param",
            SharedRole::Array => continue,
        };
        write!(out, "{word} {} = {}", shared.name, code(plan, shared.initial))?;
        end_line(out, places, shared.span)?;
    }
    for resource in &plan.resources {
        write!(out, "{} {}", resource.kind.word(), resource.name)?;
        match &resource.kind {
            ResourceKind::Queue { capacity, order } => {
                if let Some(capacity) = capacity {
                    write!(out, ", capacity: {}", code(plan, *capacity))?;
                }
                if *order != QueueOrder::Fifo {
                    write!(out, ", {order:?}")?;
                }
            }
            ResourceKind::Lock
            | ResourceKind::Event
            | ResourceKind::Condition
            | ResourceKind::Promise
            | ResourceKind::Series => {}
            ResourceKind::Semaphore { permits, order } => {
                write!(out, ", permits: {}, {order:?}", code(plan, *permits))?;
            }
            ResourceKind::Limiter { rate, burst } => {
                write!(out, ", rate: {}", code(plan, *rate))?;
                if let Some(burst) = burst {
                    write!(out, ", burst: {}", code(plan, *burst))?;
                }
            }
            ResourceKind::Breaker { failures, cooldown } => {
                write!(out, ", failures: {}, cooldown: {}", code(plan, *failures), code(plan, *cooldown))?;
            }
            ResourceKind::Cache { ttl, flights, capacity } => {
                write!(out, ", {flights:?}")?;
                for (word, value) in [("ttl", ttl), ("capacity", capacity)] {
                    if let Some(value) = value {
                        write!(out, ", {word}: {}", code(plan, *value))?;
                    }
                }
            }
            ResourceKind::Service { body, connections, url } => {
                write!(out, ", body {}", body.0)?;
                for (word, value) in [("connections", connections), ("url", url)] {
                    if let Some(value) = value {
                        write!(out, ", {word}: {}", code(plan, *value))?;
                    }
                }
            }
            ResourceKind::Barrier { parties } => write!(out, ", parties: {}", code(plan, *parties))?,
        }
        if let Some(array) = &resource.array {
            write!(out, ", count: {}", code(plan, array.count))?;
        }
        end_line(out, places, resource.span)?;
    }
    for monitor in &plan.monitors {
        writeln!(out, "monitor every {}, body {}", code(plan, monitor.every), monitor.body.0)?;
    }
    for (call, price) in plan.files.prices.listed() {
        if let Some(price) = price {
            writeln!(out, "filesystem {call}: {}", code(plan, price))?;
        }
    }
    for file in &plan.files.initial {
        write!(out, "file {}, text: {}", code(plan, file.path), code(plan, file.text))?;
        end_line(out, places, file.span)?;
    }
    for (index, body) in plan.bodies.iter().enumerate() {
        write_body(out, plan, index, body, places)?;
    }
    if !plan.expectations.is_empty() {
        writeln!(out, "\nexpect")?;
    }
    for expectation in &plan.expectations {
        let when = match expectation.when {
            When::End => "",
            When::Always => "always ",
            When::Never => "never ",
        };
        write!(out, "  {when}{}", code(plan, expectation.condition))?;
        end_line(out, places, expectation.span)?;
    }
    Ok(())
}

fn write_trace(out: &mut String, trace: &TracePlan) -> std::fmt::Result {
    let TraceChoice { kinds, except, tasks } = &trace.choice;
    if *trace == TracePlan::default() {
        return Ok(());
    }
    write!(out, "trace format: {}", trace.format.word())?;
    if let Some(kinds) = kinds {
        write!(out, ", kinds: [{}]", kinds.join(", "))?;
    }
    if !except.is_empty() {
        write!(out, ", except: [{}]", except.join(", "))?;
    }
    if let Some(tasks) = tasks {
        write!(out, ", tasks: {tasks:?}")?;
    }
    writeln!(out)
}

fn write_body(
    out: &mut String,
    plan: &Plan,
    index: usize,
    body: &Body,
    places: Option<&Source>,
) -> std::fmt::Result {
    let parameters: Vec<String> = body
        .parameters
        .iter()
        .map(|parameter| match parameter.default {
            Some(default) => format!("{} = {}", parameter.name, code(plan, default)),
            None => parameter.name.clone(),
        })
        .collect();
    write!(out, "\nbody {index}: {}({})", body.label, parameters.join(", "))?;
    if let Some(parent) = body.parent {
        write!(out, ", a branch of body {}", parent.0)?;
    }
    if let Some(exit) = body.exit {
        write!(out, ", exits from {}, error in ${}", exit.position.0, exit.error.index)?;
    }
    writeln!(out)?;
    for (position, op) in body.ops.iter().enumerate() {
        write!(out, "  {position:>3}  {}", operation(plan, op))?;
        end_line(out, places, body.spans.get(position).copied().unwrap_or_default())?;
    }
    Ok(())
}

fn end_line(out: &mut String, places: Option<&Source>, span: Span) -> std::fmt::Result {
    if let Some(source) = places {
        let place = source.place(span.start);
        write!(out, "  # {}:{}", place.line, place.column)?;
    }
    writeln!(out)
}

fn code(plan: &Plan, index: CodeIndex) -> String {
    Listed { code: plan.code(index), plan_names: &plan.resource_names }.to_string()
}

fn operation(plan: &Plan, op: &Op) -> String {
    let show = |index: &CodeIndex| code(plan, *index);
    let which = |which: &Which| match which {
        Which::Named(resource) => plan.resource_names[resource.0 as usize].clone(),
        Which::Computed(index) => code(plan, *index),
    };
    let slot = |slot: &crate::expression::code::Slot| match slot.depth {
        0 => format!("${}", slot.index),
        depth => format!("${}^{depth}", slot.index),
    };
    let into = |into: &Into| match into {
        Into::Nowhere => String::new(),
        Into::Slot(target) => format!("{} = ", slot(target)),
        Into::Shared(index) => format!("{} = ", plan.shared[index.0 as usize].name),
    };
    let body = |index: &super::BodyIndex| format!("{} (body {})", plan.body(*index).label, index.0);
    let arguments = |arguments: &super::op::Arguments| {
        let given = &plan.arguments[arguments.list.0 as usize];
        let given =
            given.iter().map(|argument| argument.map_or("default".to_string(), |index| code(plan, index)));
        given.collect::<Vec<_>>().join(", ")
    };
    match op {
        Op::Assign { into: target, value } => format!("{}{}", into(target), show(value)),
        Op::AssignItem { into: target, path, value } => {
            let path: Vec<String> =
                plan.paths[path.0 as usize].iter().map(|index| format!("[{}]", code(plan, *index))).collect();
            format!("{}{} = {}", into(target).trim_end_matches(" = "), path.concat(), slot(value))
        }
        Op::Append { list, value } => format!("append {}, {}", slot(list), slot(value)),
        Op::Evaluate(value) => format!("evaluate {}", show(value)),
        Op::Jump(target) => format!("jump {}", target.0),
        Op::JumpUnless { condition, target } => format!("unless {} jump {}", show(condition), target.0),
        Op::Walk { iterable, into } => format!("walk {} in {}", show(iterable), slot(into)),
        Op::Next { iterable, into, parts, exit, .. } => {
            format!("next {} of {}, {parts} parts, at the end jump {}", slot(into), slot(iterable), exit.0)
        }
        Op::Open { body: opened, arguments: given } => {
            format!("open {} ({})", body(opened), arguments(given))
        }
        Op::Pull { into, parts, exit } => {
            format!("pull {}, {parts} parts, at the end jump {}", slot(into), exit.0)
        }
        Op::Yield(item) => format!("yield {}", show(item)),
        Op::Enter { body: entered, arguments: given, into: target } => {
            format!("{}enter {} ({})", into(target), body(entered), arguments(given))
        }
        Op::Leave { keep, target } => format!("leave all but {keep} frames, jump {}", target.0),
        Op::Call { body: called, arguments: given, into: target } => {
            format!("{}call {} ({})", into(target), body(called), arguments(given))
        }
        Op::Return(value) => format!("return {}", show(value)),
        Op::Spawn { body: spawned, arguments: given, name, into: target } => {
            let name = name.map(|name| format!(" named {}", code(plan, name))).unwrap_or_default();
            format!("{}spawn {}{name} ({})", into(target), body(spawned), arguments(given))
        }
        Op::Branch { body: branch, arguments: given } => {
            format!("branch {} ({})", body(branch), arguments(given))
        }
        Op::Gather { gathering, limit } => {
            let limit = limit.map(|limit| format!(", limit {}", code(plan, limit))).unwrap_or_default();
            format!("gather {gathering:?}{limit}")
        }
        Op::Room(exit) => format!("wait for room, once decided jump {}", exit.0),
        Op::Gathered { into: target } => format!("{}gathered", into(target)),
        Op::Await { tasks, ownership, into: target } => {
            format!("{}await {} {ownership:?}", into(target), show(tasks))
        }
        Op::Cancel(tasks) => format!("cancel {}", show(tasks)),
        Op::Sleep(duration) => format!("sleep {}", show(duration)),
        Op::Block(duration) => format!("block {}", show(duration)),
        Op::Offload(duration) => format!("offload {}", show(duration)),
        Op::Log(index) => {
            let log = &plan.logs[index.0 as usize];
            let mut text = format!("log {}", code(plan, log.text));
            for (word, value) in [("logger", log.logger), ("fields", log.fields)] {
                if let Some(value) = value {
                    text += &format!(", {word}: {}", code(plan, value));
                }
            }
            text + &log.level.map(|level| format!(", level: {level}")).unwrap_or_default()
        }
        Op::Try { handler, error } => format!("try, handler {}, error in {}", handler.0, slot(error)),
        Op::End => "end".to_string(),
        // Whether the error is forgotten then changes nothing that a reader could see.
        Op::Catch { error, kinds, otherwise, caught: _ } => {
            let kinds = plan.kinds[kinds.0 as usize].join(", ");
            format!("catch {} of [{kinds}], otherwise jump {}", slot(error), otherwise.0)
        }
        Op::Again(error) => format!("raise {} again", slot(error)),
        Op::Finally(handler) => format!("finally {}", handler.0),
        Op::Cleanup => "cleanup".to_string(),
        Op::EndCleanup => "end cleanup".to_string(),
        Op::Fail { kind, message } => {
            let message = message.map(|message| format!(", {}", code(plan, message))).unwrap_or_default();
            format!("fail {}{message}", show(kind))
        }
        Op::Timeout(after) => format!("timeout {}", show(after)),
        Op::Retry { attempt, delay } => format!("retry after attempt {}, in {}", slot(attempt), slot(delay)),
        Op::Put { queue, item, priority } => {
            let priority =
                priority.map(|priority| format!(", priority: {}", code(plan, priority))).unwrap_or_default();
            format!("put {}, {}{priority}", which(queue), show(item))
        }
        Op::Get { queue, into: target } => format!("{}get {}", into(target), which(queue)),
        Op::Done(queue) => format!("done {}", show(queue)),
        Op::Join(queue) => format!("join {}", show(queue)),
        Op::Close(queue) => format!("close {}", show(queue)),
        Op::Acquire(limit) => format!("acquire {}", which(limit)),
        Op::Release(limit) => format!("release {}", show(limit)),
        Op::Hold(limit) => format!("hold {}", which(limit)),
        Op::Entered => "entered".to_string(),
        Op::WaitFor { what, until, into: target } => {
            let until = until.map(|until| format!(" until {}", code(plan, until))).unwrap_or_default();
            format!("{}wait for {}{until}", into(target), show(what))
        }
        Op::JumpIfResource { value, target } => format!("if {} is a resource jump {}", slot(value), target.0),
        Op::WaitTasks { tasks, wanted, timeout, into: target } => {
            let timeout = timeout.map(|after| format!(", {} at most", code(plan, after))).unwrap_or_default();
            format!("{}wait for {} of {}{timeout}", into(target), wanted.word(), show(tasks))
        }
        Op::Set(event) => format!("set {}", show(event)),
        Op::Clear(signal) => format!("clear {}", show(signal)),
        Op::Notify { condition, count } => {
            let count = count.map_or("all".to_string(), |count| code(plan, count));
            format!("notify {count} of {}", show(condition))
        }
        Op::Abort(barrier) => format!("abort {}", show(barrier)),
        Op::Resolve { promise, value } => format!("resolve {}, {}", show(promise), show(value)),
        Op::Measure { series, value } => {
            format!("measure {}, {}", plan.resources[series.0 as usize].name, show(value))
        }
        Op::CallHost(host) => format!("call_host {}", plan.hosts[host.0 as usize].name),
        Op::AwaitHost => "await_host".to_string(),
        Op::Tick => "tick".to_string(),
        Op::Lookup { cache, key, into: target, found } => {
            format!("{}lookup {}, {}, if there jump {}", into(target), show(cache), show(key), found.0)
        }
        Op::Keep { value, into: target } => format!("{}keep {}", into(target), slot(value)),
        Op::Evict { cache, key } => {
            let key = key.map(|key| format!(", {}", code(plan, key))).unwrap_or_default();
            format!("evict {}{key}", show(cache))
        }
        Op::OpenFile { path, mode, into: target } => {
            let mode = mode.map(|mode| format!(", {}", code(plan, mode))).unwrap_or_default();
            format!("{} = open file {}{mode}", slot(target), show(path))
        }
        Op::ReadFile { file, into: target } => format!("{}read {}", into(target), show(file)),
        Op::WriteFile { file, text } => format!("write {}, {}", show(file), show(text)),
        Op::CloseFile(file) => format!("close file {}", slot(file)),
        Op::DeleteFile(path) => format!("delete {}", show(path)),
        Op::Request { service, sent } => format!("request {}, {}", slot(service), slot(sent)),
        Op::Serve { service, sent, answer } => {
            format!("{} = serve {}, {}", slot(answer), slot(service), slot(sent))
        }
        Op::Respond { service, answer, into: target } => {
            format!("{}respond {}, {}", into(target), slot(service), slot(answer))
        }
        Op::Reject { promise, kind, message } => {
            let message = message.map(|message| format!(", {}", code(plan, message))).unwrap_or_default();
            format!("reject {}, {}{message}", show(promise), show(kind))
        }
    }
}
