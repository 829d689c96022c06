//! What the command line sets instead of the file: the seed and the parameters; and how it writes lengths of
//! time and counts.

use clap::Args;
use clap::builder::PossibleValuesParser;

use crate::load::Load;
use crate::plan::TraceChoice;
use crate::statement::events::EVENTS;
use crate::syntax::text::duration;

/// Settings of a file.
#[derive(Args, Clone, Debug)]
pub(super) struct Settings {
    /// The seed of random values, instead of the file's
    #[arg(long, value_name = "N", value_parser = seed, allow_negative_numbers = true)]
    seed: Option<u64>,

    /// The value of a `param`, written as in the file; can be given several times
    #[arg(long = "param", value_name = "NAME=VALUE", value_parser = parameter)]
    parameters: Vec<(String, String)>,
}

impl Settings {
    /// The settings, for loading.
    pub(super) fn load(&self) -> Load {
        Load { seed: self.seed, parameters: self.parameters.clone() }
    }
}

/// Which events are shown, instead of those that the file's `trace` chooses.
#[derive(Args, Clone, Debug)]
pub(super) struct Choice {
    /// Show events of these kinds only, as `put,get`; `scenario help events` lists the kinds
    #[arg(long, value_name = "KIND", value_delimiter = ',', value_parser = events(), hide_possible_values = true)]
    kinds: Option<Vec<String>>,

    /// Show no events of these kinds
    #[arg(long, value_name = "KIND", value_delimiter = ',', value_parser = events(), hide_possible_values = true)]
    except: Option<Vec<String>>,

    /// Show events of tasks with these names only, as `main,worker*`
    #[arg(long, value_name = "GLOB", value_delimiter = ',')]
    tasks: Option<Vec<String>>,

    /// Show all events, also those that the file's `trace` leaves out
    #[arg(long)]
    all: bool,
}

fn events() -> PossibleValuesParser {
    EVENTS.iter().map(|(kind, _)| *kind).collect::<Vec<_>>().into()
}

impl Choice {
    /// The file's choice, with what the command line says in its place.
    pub(super) fn of(&self, file: &TraceChoice) -> TraceChoice {
        let mut choice = if self.all { TraceChoice::default() } else { file.clone() };
        if self.kinds.is_some() || self.except.is_some() {
            choice.kinds.clone_from(&self.kinds);
            choice.except = self.except.clone().unwrap_or_default();
        }
        if self.tasks.is_some() {
            choice.tasks.clone_from(&self.tasks);
        }
        choice
    }
}

fn parameter(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() => {
            Ok((name.trim().to_string(), value.trim().to_string()))
        }
        _ => Err("a parameter is written `name=value`".to_string()),
    }
}

fn seed(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| format!("a seed is a whole number from 0 to {}", u64::MAX))
}

/// A length of time in nanoseconds.
pub(super) fn length_of_time(text: &str) -> Result<u64, String> {
    if text.parse::<f64>().is_ok() {
        return Err(format!("a length of time needs a unit: `{text}s`, `{text}ms`"));
    }
    let nanoseconds = (!text.is_empty()).then(|| duration(text)).flatten();
    nanoseconds
        .and_then(|nanoseconds| u64::try_from(nanoseconds).ok())
        .ok_or_else(|| "a length of time is written `10s`, `1m30s`, `250ms`".to_string())
}

/// A count above zero; its digits may be grouped, as in `100_000_000`.
pub(super) fn count(text: &str) -> Result<u64, String> {
    match text.replace('_', "").parse() {
        Ok(0) | Err(_) => Err("a whole number above zero is needed".to_string()),
        Ok(count) => Ok(count),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_time_have_units() {
        assert_eq!(length_of_time("1m30s"), Ok(90_000_000_000));
        assert_eq!(length_of_time("10"), Err("a length of time needs a unit: `10s`, `10ms`".to_string()));
        for wrong in ["", "s", "-1s", "1.-s", "1.5.5s", "10 s", "99999999999h", "1.5ns", "é"] {
            assert!(length_of_time(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn parameters_have_a_name_and_a_value() {
        assert_eq!(parameter("a = b=c"), Ok(("a".to_string(), "b=c".to_string())));
        assert_eq!(parameter("a="), Ok(("a".to_string(), String::new())));
        assert!(parameter("a").is_err());
        assert!(parameter("=a").is_err());
    }
}
