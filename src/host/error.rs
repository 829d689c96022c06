//! The errors of host functions.

use std::fmt;

/// Why a host function fails: an error of the scenario, which `catch` and `retry` see by its kind.
///
/// Any error of Rust becomes one of kind `HostError` by `?`. An error that a scenario is to tell from others is
/// made by [`HostError::new`].
///
/// ```
/// use scenario::{Call, HostError, Scenario};
///
/// async fn charge(call: Call) -> Result<String, HostError> {
///     let amount: i64 = call.argument("amount")?;
///     if amount > 100 {
///         return Err(HostError::new("Declined", "the limit is 100"));
///     }
///     let digits: u32 = "17".parse()?;
///     Ok(format!("receipt {digits}"))
/// }
///
/// let run = Scenario::from_text(
///     r#"
///     host charge(amount)
///     main {
///       try { await charge(500) } catch Declined as e { log "{e.message}" }
///       receipt = await charge(50)
///       log receipt
///     }
///     "#,
/// )?
/// .host("charge", charge)
/// .run()?;
/// assert_eq!(run.logs(), "      0.000s  the limit is 100\n      0.000s  receipt 17\n");
/// # Ok::<(), scenario::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostError {
    kind: String,
    message: String,
}

impl HostError {
    /// The kind of an error of Rust that has no other.
    const OF_RUST: &str = "HostError";

    /// An error of a kind, such as `Declined`, with a message for people.
    ///
    /// ```
    /// let error = scenario::HostError::new("Declined", "the limit is 100");
    /// assert_eq!(error.to_string(), "Declined: the limit is 100");
    /// ```
    pub fn new(kind: impl Into<String>, message: impl Into<String>) -> HostError {
        HostError { kind: kind.into(), message: message.into() }
    }

    /// The kind.
    ///
    /// ```
    /// assert_eq!(scenario::HostError::new("Declined", "").kind(), "Declined");
    /// ```
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// The message.
    ///
    /// ```
    /// assert_eq!(scenario::HostError::new("Declined", "too much").message(), "too much");
    /// ```
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for HostError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.message.as_str() {
            "" => formatter.write_str(&self.kind),
            message => write!(formatter, "{}: {message}", self.kind),
        }
    }
}

// The type is no error of Rust itself: this would then hold for it, too, and mean two things.
impl<E: std::error::Error> From<E> for HostError {
    fn from(error: E) -> HostError {
        HostError::new(HostError::OF_RUST, error.to_string())
    }
}
