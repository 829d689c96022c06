//! From a scenario to its plan, for those that must be good: any other fails the test and says what is
//! wrong with it.

use std::sync::Arc;

use scenario::diagnostic::Severity;
use scenario::plan::Plan;
use scenario::source::Source;
use scenario::{Load, load};

/// The plan of a good scenario.
pub(crate) fn plan(source: Source, options: &Load) -> Arc<Plan> {
    let loaded = load(source, options);
    let mut errors = String::new();
    for diagnostic in loaded.diagnostics.iter().filter(|it| it.severity == Severity::Error) {
        let place = loaded.source.place(diagnostic.span.start);
        errors +=
            &format!("\n{}:{}:{}: {}", loaded.source.name, place.line, place.column, diagnostic.message);
    }
    assert!(errors.is_empty(), "a good scenario is refused:{errors}\n\n{}", loaded.source.text);
    loaded.plan.unwrap_or_else(|| panic!("{}: neither an error nor a plan", loaded.source.name))
}
