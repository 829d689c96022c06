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

/// A field's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldName {
    /// As it is.
    pub word: &'static str,
    /// As it stands in an object of JSON behind another field: a line of it has so many names that putting each
    /// together would take as long as all values.
    pub key: &'static str,
}

/// A field's name from a literal, in which nothing needs to be escaped.
macro_rules! name {
    ($word:literal) => {
        FieldName { word: $word, key: concat!(",\"", $word, "\":") }
    };
}
pub(crate) use name;

/// Somebody who gets the fields of an event, one after another: a list of them would cost as much as a line of text.
pub trait Fields<'a> {
    /// The next field, and its name.
    fn field(&mut self, name: FieldName, field: Field<'a>);
}

impl<'a> Fields<'a> for Vec<(&'static str, Field<'a>)> {
    fn field(&mut self, name: FieldName, field: Field<'a>) {
        self.push((name.word, field));
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
                to.field(name!("text"), Field::Value(&log.text));
                if let Some(level) = log.level {
                    to.field(name!("level"), Field::Word(level));
                }
                if let Some(logger) = &log.logger {
                    to.field(name!("logger"), Field::Value(logger));
                }
                if log.fields != Value::Null {
                    to.field(name!("fields"), Field::Value(&log.fields));
                }
            }
            Happening::Spawn { child, .. } => to.field(name!("child"), Field::Task(*child)),
            Happening::Sleep(duration) | Happening::Block(duration) | Happening::Offload(duration) => {
                to.field(name!("for"), Field::Duration(*duration));
            }
            Happening::Wait(awaited) => awaited.hand_over(to),
            Happening::Put(queue, item, size) | Happening::Get(queue, item, size) => {
                to.field(name!("queue"), Field::Resource(*queue));
                to.field(name!("item"), Field::Value(item));
                to.field(name!("size"), Field::Count(u64::from(*size)));
            }
            Happening::Done(queue, left) => {
                to.field(name!("queue"), Field::Resource(*queue));
                to.field(name!("left"), Field::Count(*left));
            }
            Happening::Join(queue) | Happening::Close(queue) => {
                to.field(name!("queue"), Field::Resource(*queue))
            }
            Happening::Acquire(limit) | Happening::Release(limit) => {
                to.field(name!("limit"), Field::Resource(*limit))
            }
            Happening::Set(event, woken) => {
                to.field(name!("event"), Field::Resource(*event));
                to.field(name!("woken"), Field::Count(u64::from(*woken)));
            }
            Happening::Clear(kind, signal, woken) => {
                to.field(kind.name(), Field::Resource(*signal));
                if *kind == SignalKind::Barrier {
                    to.field(name!("woken"), Field::Count(u64::from(*woken)));
                }
            }
            Happening::Notify(condition, woken) => {
                to.field(name!("condition"), Field::Resource(*condition));
                to.field(name!("woken"), Field::Count(u64::from(*woken)));
            }
            Happening::Trip(barrier, round) => {
                to.field(name!("barrier"), Field::Resource(*barrier));
                to.field(name!("round"), Field::Count(*round));
            }
            Happening::Abort(barrier, woken) => {
                to.field(name!("barrier"), Field::Resource(*barrier));
                to.field(name!("woken"), Field::Count(u64::from(*woken)));
            }
            Happening::Resolve(promise, value) => {
                to.field(name!("promise"), Field::Resource(*promise));
                to.field(name!("value"), Field::Value(value));
            }
            Happening::Reject(promise, reason) => {
                to.field(name!("promise"), Field::Resource(*promise));
                reason.hand_over(to);
            }
            Happening::Yield(yielded) => {
                to.field(name!("item"), Field::Value(&yielded.item));
                to.field(name!("stream"), Field::Name(&yielded.stream));
            }
            Happening::CloseStream(stream) => to.field(name!("stream"), Field::Name(stream)),
            Happening::Measure(series, value) => {
                to.field(name!("series"), Field::Resource(*series));
                to.field(name!("value"), Field::Value(value));
            }
            Happening::Hit(cache, key) => {
                to.field(name!("cache"), Field::Resource(*cache));
                to.field(name!("key"), Field::Value(key));
            }
            Happening::Miss(cache, key, missed) => {
                to.field(name!("cache"), Field::Resource(*cache));
                to.field(name!("key"), Field::Value(key));
                match missed {
                    Missed::Absent => {}
                    Missed::Expired => to.field(name!("why"), Field::Word("expired")),
                    Missed::GivenUp => to.field(name!("why"), Field::Word("given up")),
                }
            }
            Happening::Keep(cache, entry) => {
                to.field(name!("cache"), Field::Resource(*cache));
                to.field(name!("key"), Field::Value(&entry.key));
                to.field(name!("value"), Field::Value(&entry.value));
            }
            Happening::Evict(cache, key, evicted) => {
                to.field(name!("cache"), Field::Resource(*cache));
                if let Some(key) = key {
                    to.field(name!("key"), Field::Value(key));
                }
                to.field(name!("evicted"), Field::Count(u64::from(*evicted)));
            }
            Happening::File(action, path) => {
                to.field(name!("file"), Field::Name(path));
                match action {
                    FileAction::Open(mode) => to.field(name!("mode"), Field::Word(mode.word())),
                    FileAction::Read(length) | FileAction::Write(length) => {
                        to.field(name!("length"), Field::Count(*length));
                    }
                    FileAction::Line(Some(length)) => to.field(name!("line"), Field::Count(*length)),
                    FileAction::Line(None) => to.field(name!("line"), Field::Word("none")),
                    FileAction::Close | FileAction::Delete => {}
                }
            }
            Happening::Request(request) => {
                to.field(name!("service"), Field::Resource(request.service));
                to.field(name!("path"), Field::Value(&request.path));
                if !matches!(&request.method, Value::Text(method) if **method == *DEFAULT_METHOD) {
                    to.field(name!("method"), Field::Value(&request.method));
                }
                if request.body != Value::Null {
                    to.field(name!("body"), Field::Value(&request.body));
                }
            }
            Happening::Respond { service, status, length } => {
                to.field(name!("service"), Field::Resource(*service));
                to.field(name!("status"), Field::Int(*status));
                to.field(name!("length"), Field::Int(*length));
            }
            Happening::Breaker(breaker, _) => to.field(name!("breaker"), Field::Resource(*breaker)),
            Happening::Cancel(target) => to.field(name!("target"), Field::Task(*target)),
            Happening::Timeout(after) => to.field(name!("after"), Field::Duration(*after)),
            Happening::Fail(raised) | Happening::Catch(raised) | Happening::Replace(raised) => {
                raised.hand_over(to);
            }
            Happening::Retry(attempt, delay) => {
                to.field(name!("attempt"), Field::Count(u64::from(*attempt)));
                to.field(name!("delay"), Field::Duration(*delay));
            }
            Happening::End(Ending::Done(result)) => {
                to.field(name!("outcome"), Field::Word("done"));
                to.field(name!("result"), Field::Value(result));
            }
            Happening::End(Ending::Failed(failure)) => {
                to.field(name!("outcome"), Field::Word("failed"));
                failure.hand_over(to);
            }
            Happening::End(Ending::Cancelled) => to.field(name!("outcome"), Field::Word("cancelled")),
            Happening::Unobserved(failed, failure) => {
                to.field(name!("failed"), Field::Task(*failed));
                failure.hand_over(to);
            }
        }
    }
}

impl ErrorValue {
    fn hand_over<'a>(&'a self, to: &mut impl Fields<'a>) {
        to.field(name!("error"), Field::Name(&self.kind));
        to.field(name!("message"), Field::Name(&self.message));
    }
}

impl Awaited {
    #[inline(always)]
    fn hand_over<'a>(self, to: &mut impl Fields<'a>) {
        to.field(name!("for"), Field::Word(self.word()));
        match self {
            Awaited::Get(queue) | Awaited::Put(queue) | Awaited::Join(queue) => {
                to.field(name!("queue"), Field::Resource(queue));
            }
            Awaited::Acquire(limit) => to.field(name!("limit"), Field::Resource(limit)),
            Awaited::Signal(_, signal) => to.field(name!("signal"), Field::Resource(signal)),
            Awaited::Lookup(cache) => to.field(name!("cache"), Field::Resource(cache)),
            Awaited::Task(target) => to.field(name!("target"), Field::Task(target)),
            Awaited::Tasks(wanted, running) => {
                to.field(name!("wanted"), Field::Word(wanted.word()));
                to.field(name!("running"), Field::Count(u64::from(running)));
            }
            Awaited::Thread(busy) => to.field(name!("busy"), Field::Count(u64::from(busy))),
            Awaited::Branches(running) | Awaited::Group(running) | Awaited::Limit(running) => {
                to.field(name!("running"), Field::Count(u64::from(running)));
            }
        }
    }
}
