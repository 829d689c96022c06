//! A look at a run that no snapshot gives: over many seeds, in numbers.

#[path = "hosts/mod.rs"]
mod hosts;

use scenario::{Scenario, Value};

#[test]
fn no_seed_overdraws_the_account() -> Result<(), scenario::Error> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/checkout.scenario");
    for seed in 0..20 {
        let run = hosts::of_the_shop(Scenario::from_path(path)?.seed(seed)).run()?;
        let paid = |event: &scenario::Event<'_>| {
            matches!(event.field("text"), Some(Value::Text(text)) if text.contains("is paid"))
        };
        assert_eq!(run.trace().iter().filter(paid).count(), 2, "{}", run.text());
    }
    Ok(())
}
