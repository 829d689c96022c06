//! The fields of events, for renderers. This is the one place that says which fields each kind has.

use std::sync::Arc;

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

impl Happening {
    /// The fields, the most important first, each with its name.
    pub fn fields(&self) -> Vec<(&'static str, Field)> {
        let resource = |id: &ResourceId| Field::Value(Value::Resource(*id));
        let task = |id: &TaskId| Field::Value(Value::Task(*id));
        let count = |count: &u32| Field::Count(u64::from(*count));
        let error = |error: &Arc<ErrorValue>| {
            vec![("error", Field::Name(error.kind.clone())), ("message", Field::Name(error.message.clone()))]
        };
        match self {
            Happening::Log(log) => {
                let mut fields = vec![("text", Field::Value(log.text.clone()))];
                fields.extend(log.level.map(|level| ("level", Field::Word(level))));
                fields.extend(log.logger.clone().map(|logger| ("logger", Field::Value(logger))));
                if !matches!(log.fields, Value::Null) {
                    fields.push(("fields", Field::Value(log.fields.clone())));
                }
                fields
            }
            Happening::Spawn { child, .. } => vec![("child", task(child))],
            Happening::Sleep(duration) | Happening::Block(duration) | Happening::Offload(duration) => {
                vec![("for", Field::Duration(*duration))]
            }
            Happening::Wait(awaited) => awaited.fields(),
            Happening::Put(queue, item, size) | Happening::Get(queue, item, size) => vec![
                ("queue", resource(queue)),
                ("item", Field::Value(item.clone())),
                ("size", Field::Count(u64::from(*size))),
            ],
            Happening::Done(queue, left) => vec![("queue", resource(queue)), ("left", Field::Count(*left))],
            Happening::Join(queue) | Happening::Close(queue) => vec![("queue", resource(queue))],
            Happening::Acquire(limit) | Happening::Release(limit) => vec![("limit", resource(limit))],
            Happening::Set(event, woken) => vec![("event", resource(event)), ("woken", count(woken))],
            Happening::Clear(SignalKind::Barrier, barrier, woken) => {
                vec![("barrier", resource(barrier)), ("woken", count(woken))]
            }
            Happening::Clear(kind, signal, _) => vec![(kind.word(), resource(signal))],
            Happening::Notify(condition, woken) => {
                vec![("condition", resource(condition)), ("woken", count(woken))]
            }
            Happening::Trip(barrier, round) => {
                vec![("barrier", resource(barrier)), ("round", Field::Count(*round))]
            }
            Happening::Abort(barrier, woken) => vec![("barrier", resource(barrier)), ("woken", count(woken))],
            Happening::Resolve(promise, value) => {
                vec![("promise", resource(promise)), ("value", Field::Value(value.clone()))]
            }
            Happening::Reject(promise, reason) => {
                let mut fields = vec![("promise", resource(promise))];
                fields.extend(error(reason));
                fields
            }
            Happening::Yield(yielded) => vec![
                ("item", Field::Value(yielded.item.clone())),
                ("stream", Field::Name(yielded.stream.clone())),
            ],
            Happening::CloseStream(stream) => vec![("stream", Field::Name(stream.clone()))],
            Happening::Measure(series, value) => {
                vec![("series", resource(series)), ("value", Field::Value(value.clone()))]
            }
            Happening::Hit(cache, key) => {
                vec![("cache", resource(cache)), ("key", Field::Value(key.clone()))]
            }
            Happening::Miss(cache, key, missed) => {
                let mut fields = vec![("cache", resource(cache)), ("key", Field::Value(key.clone()))];
                fields.extend(match missed {
                    Missed::Absent => None,
                    Missed::Expired => Some(("why", Field::Word("expired"))),
                    Missed::GivenUp => Some(("why", Field::Word("given up"))),
                });
                fields
            }
            Happening::Keep(cache, key, value) => vec![
                ("cache", resource(cache)),
                ("key", Field::Value(key.clone())),
                ("value", Field::Value(value.clone())),
            ],
            Happening::Evict(cache, key, evicted) => {
                let mut fields = vec![("cache", resource(cache))];
                fields.extend(key.clone().map(|key| ("key", Field::Value(key))));
                fields.push(("evicted", count(evicted)));
                fields
            }
            Happening::File(action, path) => {
                let mut fields = vec![("file", Field::Name(path.clone()))];
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
                let mut fields = vec![
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
            Happening::Respond { service, status, length } => vec![
                ("service", resource(service)),
                ("status", Field::Value(Value::Int(*status))),
                ("length", Field::Value(Value::Int(*length))),
            ],
            Happening::Breaker(breaker, _) => vec![("breaker", resource(breaker))],
            Happening::Cancel(target) => vec![("target", task(target))],
            Happening::Timeout(after) => vec![("after", Field::Duration(*after))],
            Happening::Fail(raised) | Happening::Catch(raised) | Happening::Replace(raised) => error(raised),
            Happening::Retry(attempt, delay) => {
                vec![("attempt", Field::Count(u64::from(*attempt))), ("delay", Field::Duration(*delay))]
            }
            Happening::End(Ending::Done(result)) => {
                vec![("outcome", Field::Word("done")), ("result", Field::Value(result.clone()))]
            }
            Happening::End(Ending::Failed(failure)) => {
                let mut fields = vec![("outcome", Field::Word("failed"))];
                fields.extend(error(failure));
                fields
            }
            Happening::End(Ending::Cancelled) => vec![("outcome", Field::Word("cancelled"))],
            Happening::Unobserved(failed, failure) => {
                let mut fields = vec![("failed", task(failed))];
                fields.extend(error(failure));
                fields
            }
        }
    }
}

impl Awaited {
    fn fields(self) -> Vec<(&'static str, Field)> {
        let word = ("for", Field::Word(self.word()));
        match self {
            Awaited::Get(queue) | Awaited::Put(queue) | Awaited::Join(queue) => {
                vec![word, ("queue", Field::Value(Value::Resource(queue)))]
            }
            Awaited::Acquire(limit) => vec![word, ("limit", Field::Value(Value::Resource(limit)))],
            Awaited::Signal(_, signal) => vec![word, ("signal", Field::Value(Value::Resource(signal)))],
            Awaited::Lookup(cache) => vec![word, ("cache", Field::Value(Value::Resource(cache)))],
            Awaited::Task(target) => vec![word, ("target", Field::Value(Value::Task(target)))],
            Awaited::Tasks(wanted, running) => vec![
                word,
                ("wanted", Field::Word(wanted.word())),
                ("running", Field::Count(u64::from(running))),
            ],
            Awaited::Thread(busy) => vec![word, ("busy", Field::Count(u64::from(busy)))],
            Awaited::Branches(running) | Awaited::Group(running) | Awaited::Limit(running) => {
                vec![word, ("running", Field::Count(u64::from(running)))]
            }
        }
    }
}
