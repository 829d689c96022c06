//! The fields of events, for renderers. This is the one place that says which fields each kind has.

use std::sync::Arc;

use smallvec::{SmallVec, smallvec};

use super::event::{Awaited, Ending, FileAction, Happening, Missed, SignalKind};
use crate::expression::value::{ErrorValue, ResourceId, TaskId, Value};
use crate::plan::DEFAULT_METHOD;

/// A field of an event, for renderers.
#[derive(Clone, Debug)]
pub enum Field {
    /// Any value.
    Value(Value),
    /// A length of time in nanoseconds.
    Duration(u64),
    /// A count.
    Count(u64),
    /// A word.
    Word(&'static str),
    /// A name.
    Name(Arc<str>),
}

/// The fields of an event, each with its name: few, and made for each event that is shown.
pub type Fields = SmallVec<[(&'static str, Field); 4]>;

impl Happening {
    /// The fields, the most important first, each with its name.
    pub fn fields(&self) -> Fields {
        let resource = |id: &ResourceId| Field::Value(Value::Resource(*id));
        let task = |id: &TaskId| Field::Value(Value::Task(*id));
        let count = |count: &u32| Field::Count(u64::from(*count));
        let error = |error: &Arc<ErrorValue>| -> Fields {
            smallvec![
                ("error", Field::Name(error.kind.clone())),
                ("message", Field::Name(error.message.clone()))
            ]
        };
        match self {
            Happening::Log(log) => {
                let mut fields: Fields = smallvec![("text", Field::Value(log.text.clone()))];
                fields.extend(log.level.map(|level| ("level", Field::Word(level))));
                fields.extend(log.logger.clone().map(|logger| ("logger", Field::Value(logger))));
                if !matches!(log.fields, Value::Null) {
                    fields.push(("fields", Field::Value(log.fields.clone())));
                }
                fields
            }
            Happening::Spawn { child, .. } => smallvec![("child", task(child))],
            Happening::Sleep(duration) | Happening::Block(duration) | Happening::Offload(duration) => {
                smallvec![("for", Field::Duration(*duration))]
            }
            Happening::Wait(awaited) => awaited.fields(),
            Happening::Put(queue, item, size) | Happening::Get(queue, item, size) => smallvec![
                ("queue", resource(queue)),
                ("item", Field::Value(item.clone())),
                ("size", Field::Count(u64::from(*size))),
            ],
            Happening::Done(queue, left) => {
                smallvec![("queue", resource(queue)), ("left", Field::Count(*left))]
            }
            Happening::Join(queue) | Happening::Close(queue) => smallvec![("queue", resource(queue))],
            Happening::Acquire(limit) | Happening::Release(limit) => smallvec![("limit", resource(limit))],
            Happening::Set(event, woken) => smallvec![("event", resource(event)), ("woken", count(woken))],
            Happening::Clear(SignalKind::Barrier, barrier, woken) => {
                smallvec![("barrier", resource(barrier)), ("woken", count(woken))]
            }
            Happening::Clear(kind, signal, _) => smallvec![(kind.word(), resource(signal))],
            Happening::Notify(condition, woken) => {
                smallvec![("condition", resource(condition)), ("woken", count(woken))]
            }
            Happening::Trip(barrier, round) => {
                smallvec![("barrier", resource(barrier)), ("round", Field::Count(*round))]
            }
            Happening::Abort(barrier, woken) => {
                smallvec![("barrier", resource(barrier)), ("woken", count(woken))]
            }
            Happening::Resolve(promise, value) => {
                smallvec![("promise", resource(promise)), ("value", Field::Value(value.clone()))]
            }
            Happening::Reject(promise, reason) => {
                let mut fields: Fields = smallvec![("promise", resource(promise))];
                fields.extend(error(reason));
                fields
            }
            Happening::Yield(yielded) => smallvec![
                ("item", Field::Value(yielded.item.clone())),
                ("stream", Field::Name(yielded.stream.clone())),
            ],
            Happening::CloseStream(stream) => smallvec![("stream", Field::Name(stream.clone()))],
            Happening::Measure(series, value) => {
                smallvec![("series", resource(series)), ("value", Field::Value(value.clone()))]
            }
            Happening::Hit(cache, key) => {
                smallvec![("cache", resource(cache)), ("key", Field::Value(key.clone()))]
            }
            Happening::Miss(cache, key, missed) => {
                let mut fields: Fields =
                    smallvec![("cache", resource(cache)), ("key", Field::Value(key.clone()))];
                fields.extend(match missed {
                    Missed::Absent => None,
                    Missed::Expired => Some(("why", Field::Word("expired"))),
                    Missed::GivenUp => Some(("why", Field::Word("given up"))),
                });
                fields
            }
            Happening::Keep(cache, key, value) => smallvec![
                ("cache", resource(cache)),
                ("key", Field::Value(key.clone())),
                ("value", Field::Value(value.clone())),
            ],
            Happening::Evict(cache, key, evicted) => {
                let mut fields: Fields = smallvec![("cache", resource(cache))];
                fields.extend(key.clone().map(|key| ("key", Field::Value(key))));
                fields.push(("evicted", count(evicted)));
                fields
            }
            Happening::File(action, path) => {
                let mut fields: Fields = smallvec![("file", Field::Name(path.clone()))];
                fields.extend(match action {
                    FileAction::Open(mode) => Some(("mode", Field::Word(mode.word()))),
                    FileAction::Read(length) | FileAction::Write(length) => {
                        Some(("length", Field::Count(*length)))
                    }
                    FileAction::Line(Some(length)) => Some(("line", Field::Count(*length))),
                    FileAction::Line(None) => Some(("line", Field::Word("none"))),
                    FileAction::Close | FileAction::Delete => None,
                });
                fields
            }
            Happening::Request(request) => {
                let mut fields: Fields = smallvec![
                    ("service", resource(&request.service)),
                    ("path", Field::Value(request.path.clone())),
                ];
                if request.method != Value::text(DEFAULT_METHOD) {
                    fields.push(("method", Field::Value(request.method.clone())));
                }
                if request.body != Value::Null {
                    fields.push(("body", Field::Value(request.body.clone())));
                }
                fields
            }
            Happening::Respond { service, status, length } => smallvec![
                ("service", resource(service)),
                ("status", Field::Value(Value::Int(*status))),
                ("length", Field::Value(Value::Int(*length))),
            ],
            Happening::Breaker(breaker, _) => smallvec![("breaker", resource(breaker))],
            Happening::Cancel(target) => smallvec![("target", task(target))],
            Happening::Timeout(after) => smallvec![("after", Field::Duration(*after))],
            Happening::Fail(raised) | Happening::Catch(raised) | Happening::Replace(raised) => error(raised),
            Happening::Retry(attempt, delay) => {
                smallvec![("attempt", Field::Count(u64::from(*attempt))), ("delay", Field::Duration(*delay))]
            }
            Happening::End(Ending::Done(result)) => {
                smallvec![("outcome", Field::Word("done")), ("result", Field::Value(result.clone()))]
            }
            Happening::End(Ending::Failed(failure)) => {
                let mut fields: Fields = smallvec![("outcome", Field::Word("failed"))];
                fields.extend(error(failure));
                fields
            }
            Happening::End(Ending::Cancelled) => smallvec![("outcome", Field::Word("cancelled"))],
            Happening::Unobserved(failed, failure) => {
                let mut fields: Fields = smallvec![("failed", task(failed))];
                fields.extend(error(failure));
                fields
            }
        }
    }
}

impl Awaited {
    fn fields(self) -> Fields {
        let word = ("for", Field::Word(self.word()));
        match self {
            Awaited::Get(queue) | Awaited::Put(queue) | Awaited::Join(queue) => {
                smallvec![word, ("queue", Field::Value(Value::Resource(queue)))]
            }
            Awaited::Acquire(limit) => smallvec![word, ("limit", Field::Value(Value::Resource(limit)))],
            Awaited::Signal(_, signal) => smallvec![word, ("signal", Field::Value(Value::Resource(signal)))],
            Awaited::Lookup(cache) => smallvec![word, ("cache", Field::Value(Value::Resource(cache)))],
            Awaited::Task(target) => smallvec![word, ("target", Field::Value(Value::Task(target)))],
            Awaited::Tasks(wanted, running) => smallvec![
                word,
                ("wanted", Field::Word(wanted.word())),
                ("running", Field::Count(u64::from(running))),
            ],
            Awaited::Thread(busy) => smallvec![word, ("busy", Field::Count(u64::from(busy)))],
            Awaited::Branches(running) | Awaited::Group(running) | Awaited::Limit(running) => {
                smallvec![word, ("running", Field::Count(u64::from(running)))]
            }
        }
    }
}
