//! `scenario test`, `new` and `init`, as their users meet them: what they say, what they write, how they end.

mod folders;
mod formats;
mod place;
mod reports;
mod round;
mod several;
mod snapshots;
#[path = "../command_line/workplace.rs"]
mod workplace;
