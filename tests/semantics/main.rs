//! The rules of the language's semantics, each pinned by small scenarios that run on both drivers. The
//! expected lines follow from the rules; they are not recordings.

#[path = "../running/agreement.rs"]
mod agreement;
mod branches;
mod caches;
mod contexts;
mod deadlocks;
mod draws;
mod errors;
mod files;
mod giving_up;
mod groups;
mod interruption;
mod limits;
mod observation;
mod order;
mod ownership;
#[path = "../running/plans.rs"]
mod plans;
mod play;
mod queues;
mod services;
mod streams;
mod threads;
mod time;
mod timeouts;
mod waiting;
