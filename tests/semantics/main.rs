//! The rules of the language's semantics, each pinned by small scenarios that run on both drivers. The
//! expected lines follow from the rules; they are not recordings.

#[path = "../running/agreement.rs"]
mod agreement;
mod branches;
mod contexts;
mod deadlocks;
mod draws;
mod errors;
mod giving_up;
mod groups;
mod interruption;
mod limits;
mod order;
mod ownership;
#[path = "../running/plans.rs"]
mod plans;
mod play;
mod queues;
mod streams;
mod threads;
mod time;
mod timeouts;
mod waiting;
