//! Host functions: code in Rust inside virtual time.

mod asking;
mod ending;
mod outside;
mod random;
mod stand_ins;

use scenario::{Call, Run, Scenario};

/// Loads a scenario that must be in order.
fn load(text: &str) -> Scenario {
    let scenario = Scenario::from_text(text).unwrap_or_else(|error| panic!("{error}"));
    assert!(scenario.warnings().is_empty(), "{:?}", scenario.warnings());
    scenario
}

#[test]
fn scenarios_and_runs_go_from_thread_to_thread() {
    fn travels<T: Send + Sync>(_: &T) {}
    let scenario = load("host charge()\nmain { await charge() }").host("charge", async |_: Call| Ok(()));
    travels(&scenario);
    let run = std::thread::scope(|scope| scope.spawn(|| scenario.run()).join()).unwrap().unwrap();
    travels(&run);
    travels(run.trace());
    travels(&Scenario::from_text("main {").unwrap_err());
}

/// What was logged, with the times, one line each.
fn lines(run: &Run) -> Vec<String> {
    let logs = run.trace().iter().filter(|event| event.kind() == "log");
    logs.map(|event| format!("{:?} {}", event.time(), event.field("text").unwrap_or_default())).collect()
}
