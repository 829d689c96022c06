//! The kinds and fields of events, for renderers. This is the one place that says what each kind is called, and which
//! fields it has.

use super::event::{Awaited, Ending, FileAction, Happening, Missed, SignalKind};
use crate::expression::code::BreakerState;
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

/// Somebody who gets the kind of an event and its fields, one after another: a list of them would cost as much as a
/// line of text.
pub trait Fields<'a> {
    /// The kind's name, before all fields.
    fn kind(&mut self, _kind: &'static str) {}

    /// The next field, and its name.
    fn field(&mut self, name: FieldName, field: Field<'a>);
}

impl<'a> Fields<'a> for Vec<(&'static str, Field<'a>)> {
    fn field(&mut self, name: FieldName, field: Field<'a>) {
        self.push((name.word, field));
    }
}

/// Keeps the kind only.
struct Kind(&'static str);

impl Fields<'_> for Kind {
    fn kind(&mut self, kind: &'static str) {
        self.0 = kind;
    }

    fn field(&mut self, _: FieldName, _: Field<'_>) {}
}

impl Happening {
    /// The kind's name, as traces show it.
    pub fn kind(&self) -> &'static str {
        let mut kind = Kind("");
        self.hand_over(&mut kind);
        debug_assert!(!kind.0.is_empty(), "each kind is told before its fields: {self:?}");
        kind.0
    }

    /// The fields, the most important first, each with its name.
    pub fn fields(&self) -> Vec<(&'static str, Field<'_>)> {
        let mut fields = Vec::new();
        self.hand_over(&mut fields);
        fields
    }

    /// Hands the kind over, and the fields, the most important first. This and what it calls is inlined, so that who
    /// gets them can keep what it knows in registers.
    #[inline(always)]
    pub fn hand_over<'a>(&'a self, to: &mut impl Fields<'a>) {
        match self {
            Happening::Log(log) => {
                to.kind("log");
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
            Happening::Spawn { child, .. } => {
                to.kind("spawn");
                to.field(name!("child"), Field::Task(*child));
            }
            Happening::Sleep(duration) => hand_over_time(to, "sleep", *duration),
            Happening::Block(duration) => hand_over_time(to, "block", *duration),
            Happening::Offload(duration) => hand_over_time(to, "offload", *duration),
            Happening::Wait(awaited) => {
                to.kind("wait");
                awaited.hand_over(to);
            }
            Happening::Put(queue, item, size) => hand_over_item(to, "put", *queue, item, *size),
            Happening::Get(queue, item, size) => hand_over_item(to, "get", *queue, item, *size),
            Happening::Done(queue, left) => {
                to.kind("done");
                to.field(name!("queue"), Field::Resource(*queue));
                to.field(name!("left"), Field::Count(*left));
            }
            Happening::Join(queue) => hand_over_resource(to, "join", name!("queue"), *queue),
            Happening::Close(queue) => hand_over_resource(to, "close", name!("queue"), *queue),
            Happening::Acquire(limit) => hand_over_resource(to, "acquire", name!("limit"), *limit),
            Happening::Release(limit) => hand_over_resource(to, "release", name!("limit"), *limit),
            Happening::Set(event, woken) => {
                to.kind("set");
                to.field(name!("event"), Field::Resource(*event));
                to.field(name!("woken"), Field::Count(u64::from(*woken)));
            }
            Happening::Clear(kind, signal, woken) => {
                to.kind("clear");
                to.field(kind.name(), Field::Resource(*signal));
                if *kind == SignalKind::Barrier {
                    to.field(name!("woken"), Field::Count(u64::from(*woken)));
                }
            }
            Happening::Notify(condition, woken) => {
                to.kind("notify");
                to.field(name!("condition"), Field::Resource(*condition));
                to.field(name!("woken"), Field::Count(u64::from(*woken)));
            }
            Happening::Trip(barrier, round) => {
                to.kind("trip");
                to.field(name!("barrier"), Field::Resource(*barrier));
                to.field(name!("round"), Field::Count(*round));
            }
            Happening::Abort(barrier, woken) => {
                to.kind("abort");
                to.field(name!("barrier"), Field::Resource(*barrier));
                to.field(name!("woken"), Field::Count(u64::from(*woken)));
            }
            Happening::Resolve(promise, value) => {
                to.kind("resolve");
                to.field(name!("promise"), Field::Resource(*promise));
                to.field(name!("value"), Field::Value(value));
            }
            Happening::Reject(promise, reason) => {
                to.kind("reject");
                to.field(name!("promise"), Field::Resource(*promise));
                reason.hand_over(to);
            }
            Happening::Yield(yielded) => {
                to.kind("yield");
                to.field(name!("item"), Field::Value(&yielded.item));
                to.field(name!("stream"), Field::Name(&yielded.stream));
            }
            Happening::CloseStream(stream) => {
                to.kind("close");
                to.field(name!("stream"), Field::Name(stream));
            }
            Happening::Measure(series, value) => {
                to.kind("measure");
                to.field(name!("series"), Field::Resource(*series));
                to.field(name!("value"), Field::Value(value));
            }
            Happening::Hit(cache, key) => {
                to.kind("hit");
                to.field(name!("cache"), Field::Resource(*cache));
                to.field(name!("key"), Field::Value(key));
            }
            Happening::Miss(cache, key, missed) => {
                to.kind("miss");
                to.field(name!("cache"), Field::Resource(*cache));
                to.field(name!("key"), Field::Value(key));
                match missed {
                    Missed::Absent => {}
                    Missed::Expired => to.field(name!("why"), Field::Word("expired")),
                    Missed::GivenUp => to.field(name!("why"), Field::Word("given up")),
                }
            }
            Happening::Keep(cache, entry) => {
                to.kind("keep");
                to.field(name!("cache"), Field::Resource(*cache));
                to.field(name!("key"), Field::Value(&entry.key));
                to.field(name!("value"), Field::Value(&entry.value));
            }
            Happening::Evict(cache, key, evicted) => {
                to.kind("evict");
                to.field(name!("cache"), Field::Resource(*cache));
                if let Some(key) = key {
                    to.field(name!("key"), Field::Value(key));
                }
                to.field(name!("evicted"), Field::Count(u64::from(*evicted)));
            }
            Happening::File(action, path) => {
                to.kind(action.kind());
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
                to.kind("request");
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
                to.kind("respond");
                to.field(name!("service"), Field::Resource(*service));
                to.field(name!("status"), Field::Int(*status));
                to.field(name!("length"), Field::Int(*length));
            }
            Happening::Breaker(breaker, state) => {
                let kind = match state {
                    BreakerState::Closed => "close",
                    BreakerState::Open => "open",
                    BreakerState::HalfOpen => "half_open",
                };
                hand_over_resource(to, kind, name!("breaker"), *breaker);
            }
            Happening::Cancel(target) => {
                to.kind("cancel");
                to.field(name!("target"), Field::Task(*target));
            }
            Happening::Timeout(after) => {
                to.kind("timeout");
                to.field(name!("after"), Field::Duration(*after));
            }
            Happening::Fail(raised) => {
                to.kind("fail");
                raised.hand_over(to);
            }
            Happening::Catch(raised) => {
                to.kind("catch");
                raised.hand_over(to);
            }
            Happening::Replace(raised) => {
                to.kind("replace");
                raised.hand_over(to);
            }
            Happening::Retry(attempt, delay) => {
                to.kind("retry");
                to.field(name!("attempt"), Field::Count(u64::from(*attempt)));
                to.field(name!("delay"), Field::Duration(*delay));
            }
            Happening::End(Ending::Done(result)) => {
                to.kind("end");
                to.field(name!("outcome"), Field::Word("done"));
                to.field(name!("result"), Field::Value(result));
            }
            Happening::End(Ending::Failed(failure)) => {
                to.kind("end");
                to.field(name!("outcome"), Field::Word("failed"));
                failure.hand_over(to);
            }
            Happening::End(Ending::Cancelled) => {
                to.kind("end");
                to.field(name!("outcome"), Field::Word("cancelled"));
            }
            Happening::Unobserved(failed, failure) => {
                to.kind("unobserved");
                to.field(name!("failed"), Field::Task(*failed));
                failure.hand_over(to);
            }
        }
    }
}

#[inline(always)]
fn hand_over_time<'a>(to: &mut impl Fields<'a>, kind: &'static str, duration: u64) {
    to.kind(kind);
    to.field(name!("for"), Field::Duration(duration));
}

#[inline(always)]
fn hand_over_item<'a>(
    to: &mut impl Fields<'a>,
    kind: &'static str,
    queue: ResourceId,
    item: &'a Value,
    size: u32,
) {
    to.kind(kind);
    to.field(name!("queue"), Field::Resource(queue));
    to.field(name!("item"), Field::Value(item));
    to.field(name!("size"), Field::Count(u64::from(size)));
}

#[inline(always)]
fn hand_over_resource<'a>(
    to: &mut impl Fields<'a>,
    kind: &'static str,
    name: FieldName,
    resource: ResourceId,
) {
    to.kind(kind);
    to.field(name, Field::Resource(resource));
}

impl FileAction {
    fn kind(self) -> &'static str {
        match self {
            FileAction::Open(_) => "open",
            FileAction::Read(_) | FileAction::Line(_) => "read",
            FileAction::Write(_) => "write",
            FileAction::Close => "close",
            FileAction::Delete => "delete",
        }
    }
}

impl ErrorValue {
    #[inline(always)]
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
