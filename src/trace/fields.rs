//! The fields of events, for renderers. This is the one place that says which fields each kind has.

use super::event::{Awaited, Ending, FileAction, Happening, Missed, SignalKind};
use crate::expression::value::{ErrorValue, ResourceId, TaskId, Value};
use crate::plan::DEFAULT_METHOD;

/// A field of an event, for renderers.
#[derive(Clone, Copy, Debug)]
pub enum Field<'a> {
    /// Any value.
    Value(&'a Value),
    /// A task.
    Task(TaskId),
    /// A resource.
    Resource(ResourceId),
    /// A whole number.
    Int(i64),
    /// A length of time in nanoseconds.
    Duration(u64),
    /// A count.
    Count(u64),
    /// A word.
    Word(&'static str),
    /// A name.
    Name(&'a str),
}

/// Somebody who gets the fields of an event, one after another: a list of them would cost as much as a line of text.
pub trait Fields<'a> {
    /// The next field, and its name.
    fn field(&mut self, name: &'static str, field: Field<'a>);
}

impl<'a> Fields<'a> for Vec<(&'static str, Field<'a>)> {
    fn field(&mut self, name: &'static str, field: Field<'a>) {
        self.push((name, field));
    }
}

impl Happening {
    /// The fields, the most important first, each with its name.
    pub fn fields(&self) -> Vec<(&'static str, Field<'_>)> {
        let mut fields = Vec::new();
        self.hand_over(&mut fields);
        fields
    }

    /// Hands the fields over, the most important first.
    #[inline(always)]
    pub fn hand_over<'a>(&'a self, to: &mut impl Fields<'a>) {
        match self {
            Happening::Log(log) => {
                to.field("text", Field::Value(&log.text));
                if let Some(level) = log.level {
                    to.field("level", Field::Word(level));
                }
                if let Some(logger) = &log.logger {
                    to.field("logger", Field::Value(logger));
                }
                if log.fields != Value::Null {
                    to.field("fields", Field::Value(&log.fields));
                }
            }
            Happening::Spawn { child, .. } => to.field("child", Field::Task(*child)),
            Happening::Sleep(duration) | Happening::Block(duration) | Happening::Offload(duration) => {
                to.field("for", Field::Duration(*duration));
            }
            Happening::Wait(awaited) => awaited.hand_over(to),
            Happening::Put(queue, item, size) | Happening::Get(queue, item, size) => {
                to.field("queue", Field::Resource(*queue));
                to.field("item", Field::Value(item));
                to.field("size", Field::Count(u64::from(*size)));
            }
            Happening::Done(queue, left) => {
                to.field("queue", Field::Resource(*queue));
                to.field("left", Field::Count(*left));
            }
            Happening::Join(queue) | Happening::Close(queue) => to.field("queue", Field::Resource(*queue)),
            Happening::Acquire(limit) | Happening::Release(limit) => {
                to.field("limit", Field::Resource(*limit))
            }
            Happening::Set(event, woken) => {
                to.field("event", Field::Resource(*event));
                to.field("woken", Field::Count(u64::from(*woken)));
            }
            Happening::Clear(kind, signal, woken) => {
                to.field(kind.word(), Field::Resource(*signal));
                if *kind == SignalKind::Barrier {
                    to.field("woken", Field::Count(u64::from(*woken)));
                }
            }
            Happening::Notify(condition, woken) => {
                to.field("condition", Field::Resource(*condition));
                to.field("woken", Field::Count(u64::from(*woken)));
            }
            Happening::Trip(barrier, round) => {
                to.field("barrier", Field::Resource(*barrier));
                to.field("round", Field::Count(*round));
            }
            Happening::Abort(barrier, woken) => {
                to.field("barrier", Field::Resource(*barrier));
                to.field("woken", Field::Count(u64::from(*woken)));
            }
            Happening::Resolve(promise, value) => {
                to.field("promise", Field::Resource(*promise));
                to.field("value", Field::Value(value));
            }
            Happening::Reject(promise, reason) => {
                to.field("promise", Field::Resource(*promise));
                reason.hand_over(to);
            }
            Happening::Yield(yielded) => {
                to.field("item", Field::Value(&yielded.item));
                to.field("stream", Field::Name(&yielded.stream));
            }
            Happening::CloseStream(stream) => to.field("stream", Field::Name(stream)),
            Happening::Measure(series, value) => {
                to.field("series", Field::Resource(*series));
                to.field("value", Field::Value(value));
            }
            Happening::Hit(cache, key) => {
                to.field("cache", Field::Resource(*cache));
                to.field("key", Field::Value(key));
            }
            Happening::Miss(cache, key, missed) => {
                to.field("cache", Field::Resource(*cache));
                to.field("key", Field::Value(key));
                match missed {
                    Missed::Absent => {}
                    Missed::Expired => to.field("why", Field::Word("expired")),
                    Missed::GivenUp => to.field("why", Field::Word("given up")),
                }
            }
            Happening::Keep(cache, entry) => {
                to.field("cache", Field::Resource(*cache));
                to.field("key", Field::Value(&entry.key));
                to.field("value", Field::Value(&entry.value));
            }
            Happening::Evict(cache, key, evicted) => {
                to.field("cache", Field::Resource(*cache));
                if let Some(key) = key {
                    to.field("key", Field::Value(key));
                }
                to.field("evicted", Field::Count(u64::from(*evicted)));
            }
            Happening::File(action, path) => {
                to.field("file", Field::Name(path));
                match action {
                    FileAction::Open(mode) => to.field("mode", Field::Word(mode.word())),
                    FileAction::Read(length) | FileAction::Write(length) => {
                        to.field("length", Field::Count(*length));
                    }
                    FileAction::Line(Some(length)) => to.field("line", Field::Count(*length)),
                    FileAction::Line(None) => to.field("line", Field::Word("none")),
                    FileAction::Close | FileAction::Delete => {}
                }
            }
            Happening::Request(request) => {
                to.field("service", Field::Resource(request.service));
                to.field("path", Field::Value(&request.path));
                if !matches!(&request.method, Value::Text(method) if **method == *DEFAULT_METHOD) {
                    to.field("method", Field::Value(&request.method));
                }
                if request.body != Value::Null {
                    to.field("body", Field::Value(&request.body));
                }
            }
            Happening::Respond { service, status, length } => {
                to.field("service", Field::Resource(*service));
                to.field("status", Field::Int(*status));
                to.field("length", Field::Int(*length));
            }
            Happening::Breaker(breaker, _) => to.field("breaker", Field::Resource(*breaker)),
            Happening::Cancel(target) => to.field("target", Field::Task(*target)),
            Happening::Timeout(after) => to.field("after", Field::Duration(*after)),
            Happening::Fail(raised) | Happening::Catch(raised) | Happening::Replace(raised) => {
                raised.hand_over(to);
            }
            Happening::Retry(attempt, delay) => {
                to.field("attempt", Field::Count(u64::from(*attempt)));
                to.field("delay", Field::Duration(*delay));
            }
            Happening::End(Ending::Done(result)) => {
                to.field("outcome", Field::Word("done"));
                to.field("result", Field::Value(result));
            }
            Happening::End(Ending::Failed(failure)) => {
                to.field("outcome", Field::Word("failed"));
                failure.hand_over(to);
            }
            Happening::End(Ending::Cancelled) => to.field("outcome", Field::Word("cancelled")),
            Happening::Unobserved(failed, failure) => {
                to.field("failed", Field::Task(*failed));
                failure.hand_over(to);
            }
        }
    }
}

impl ErrorValue {
    fn hand_over<'a>(&'a self, to: &mut impl Fields<'a>) {
        to.field("error", Field::Name(&self.kind));
        to.field("message", Field::Name(&self.message));
    }
}

impl Awaited {
    #[inline(always)]
    fn hand_over<'a>(self, to: &mut impl Fields<'a>) {
        to.field("for", Field::Word(self.word()));
        match self {
            Awaited::Get(queue) | Awaited::Put(queue) | Awaited::Join(queue) => {
                to.field("queue", Field::Resource(queue));
            }
            Awaited::Acquire(limit) => to.field("limit", Field::Resource(limit)),
            Awaited::Signal(_, signal) => to.field("signal", Field::Resource(signal)),
            Awaited::Lookup(cache) => to.field("cache", Field::Resource(cache)),
            Awaited::Task(target) => to.field("target", Field::Task(target)),
            Awaited::Tasks(wanted, running) => {
                to.field("wanted", Field::Word(wanted.word()));
                to.field("running", Field::Count(u64::from(running)));
            }
            Awaited::Thread(busy) => to.field("busy", Field::Count(u64::from(busy))),
            Awaited::Branches(running) | Awaited::Group(running) | Awaited::Limit(running) => {
                to.field("running", Field::Count(u64::from(running)));
            }
        }
    }
}
