//! The rules of the language's semantics, each pinned by small scenarios that run on both drivers. The
//! expected lines follow from the rules; they are not recordings.

#[path = "../running/agreement.rs"]
mod agreement;
mod caches;
mod deadlocks;
mod draws;
mod errors;
mod files;
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
mod time;
mod timeouts;
