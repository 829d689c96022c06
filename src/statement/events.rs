//! The kinds of events, as traces show them and `trace` chooses among them.

/// Each kind with when it happens.
pub const EVENTS: &[(&str, &str)] = &[
    ("log", "the scenario logs something"),
    ("spawn", "a task is made"),
    ("end", "a task ends: `done`, `failed` or `cancelled`"),
    ("sleep", "a sleep begins"),
    ("block", "a task holds the loop"),
    ("offload", "work on a thread begins"),
    ("wait", "a task begins to wait, and for what"),
    ("cancel", "a task is asked to cancel another"),
    ("timeout", "the time of a `timeout` is up"),
    ("fail", "an error is raised"),
    ("catch", "an error is caught"),
    ("retry", "an attempt has failed and will be repeated"),
    ("replace", "an error in cleanup takes the place of what was under way"),
    ("unobserved", "a task has failed and nobody looked at its error"),
    ("put", "an item enters a queue"),
    ("get", "an item leaves a queue"),
    ("done", "an item is marked as done"),
    ("join", "everything put into a queue is done"),
    ("close", "a queue, a file or a breaker is closed; a stream is left early"),
    ("acquire", "a lock, a permit or a token is taken"),
    ("release", "a lock or a permit is given back"),
    ("open", "a file is opened; a breaker opens"),
    ("half_open", "a breaker lets one block in on trial"),
    ("set", "an event is set"),
    ("clear", "an event is cleared, a barrier mended"),
    ("notify", "a condition is notified"),
    ("trip", "all parties have arrived at a barrier"),
    ("abort", "a barrier is broken"),
    ("resolve", "a promise gets its value"),
    ("reject", "a promise gets an error"),
    ("yield", "a stream hands an item out"),
    ("hit", "a cache has the value of a key"),
    ("miss", "a cache does not have it, and the task computes it"),
    ("keep", "a value is put into a cache"),
    ("evict", "a value is taken out of a cache"),
    ("request", "a service is asked"),
    ("respond", "a service answers"),
    ("read", "a file is read, or a line of it"),
    ("write", "a file is written to"),
    ("delete", "a file is deleted"),
    ("measure", "a value is added to a series"),
];

#[cfg(test)]
mod tests {
    use super::EVENTS;
    use std::collections::BTreeSet;

    /// The names stand as literals in one file: behind what tells them, behind what tells them with the fields, and in
    /// the arms of a match. One that a line break keeps from being found is missing on the left.
    #[test]
    fn the_kinds_are_those_that_traces_show() {
        let source = include_str!("../trace/fields.rs");
        let behind = |opening: &str| {
            let literals = source.split(opening).skip(1).filter_map(|rest| rest.split('"').next());
            literals.collect::<Vec<&str>>()
        };
        let shown: BTreeSet<&str> =
            ["to.kind(\"", "(to, \"", "=> \""].iter().flat_map(|opening| behind(opening)).collect();
        let listed: BTreeSet<&str> = EVENTS.iter().map(|(kind, _)| *kind).collect();
        assert_eq!(shown, listed, "left: in traces, right: listed here");
        assert_eq!(listed.len(), EVENTS.len(), "one is listed twice");
    }
}
