//! The formats of template holes: `{x:>8}`, `{ratio:.1%}`, `{elapsed:.2s}`.
//!
//! `[<|>|^][width][.decimals][unit]`, where a unit is `f` or `%` for numbers, and `ns us ms s m h` for
//! durations, which are then shown as a bare number of that unit. Rounding of durations is exact, half away
//! from zero.

use std::fmt;

use unicode_width::UnicodeWidthStr;

use super::display::{UNITS, decimal};
use super::value::{Names, Value};
use crate::diagnostic::Diagnostic;
use crate::source::Span;

/// How a hole shows its value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Format {
    align: Align,
    width: usize,
    decimals: Option<usize>,
    unit: Option<Unit>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Align {
    /// Numbers to the right, all else to the left.
    #[default]
    ByType,
    Left,
    Right,
    Center,
    /// To the right, filled with zeros.
    Zeros,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    Percent,
    Fixed,
    /// Index into [`UNITS`].
    Time(usize),
}

const MOST: usize = 1_000;

impl Format {
    /// Reads a format.
    ///
    /// # Errors
    /// If it is none; the diagnostic says what a format looks like.
    pub fn parse(text: &str, span: Span) -> Result<Format, Diagnostic> {
        let mut rest = text.trim();
        let mut format = Format::default();
        for (sign, align) in [("<", Align::Left), (">", Align::Right), ("^", Align::Center)] {
            if let Some(behind) = rest.strip_prefix(sign) {
                (format.align, rest) = (align, behind);
            }
        }
        if format.align == Align::ByType && rest.len() > 1 && rest.starts_with('0') {
            format.align = Align::Zeros;
        }
        let digits = rest.len() - rest.trim_start_matches(|digit: char| digit.is_ascii_digit()).len();
        format.width = if digits > 0 { rest[..digits].parse().unwrap_or(MOST + 1) } else { 0 };
        rest = &rest[digits..];
        if let Some(behind) = rest.strip_prefix('.') {
            let digits = behind.len() - behind.trim_start_matches(|digit: char| digit.is_ascii_digit()).len();
            format.decimals = behind[..digits].parse().ok();
            rest = &behind[digits..];
            if digits == 0 {
                rest = ".";
            }
        }
        format.unit = match rest {
            "" => None,
            "%" => Some(Unit::Percent),
            "f" => Some(Unit::Fixed),
            "d" if format.decimals.is_none() => None,
            unit => match UNITS.iter().position(|(name, _)| *name == unit) {
                Some(index) => Some(Unit::Time(index)),
                None => return Err(bad(text, span)),
            },
        };
        if format.width > MOST || format.decimals.is_some_and(|decimals| decimals > 30) {
            return Err(bad(text, span));
        }
        Ok(format)
    }

    /// Shows a value.
    ///
    /// # Errors
    /// If the value does not go with the format; says why.
    pub fn apply(&self, value: &Value, names: &dyn Names) -> Result<String, String> {
        let text = match (self.unit, value) {
            (None, Value::Int(_) | Value::Float(_)) if self.decimals.is_some() => self.fixed(value, 1.0),
            (None, _) if self.decimals.is_none() => value.display(names),
            (Some(Unit::Fixed), Value::Int(_) | Value::Float(_)) => self.fixed(value, 1.0),
            (Some(Unit::Percent), Value::Int(_) | Value::Float(_)) => self.fixed(value, 100.0) + "%",
            (Some(Unit::Time(unit)), Value::Duration(duration)) => self.time(*duration, UNITS[unit].1),
            (None, Value::Duration(_)) => {
                return Err("a duration with decimals needs a unit, as in `{x:.2s}`".to_string());
            }
            (Some(Unit::Time(_)), other) => {
                return Err(format!("a unit of time is for durations, not for {}", other.type_name()));
            }
            (_, other) => return Err(format!("decimals are for numbers, not for {}", other.type_name())),
        };
        Ok(self.pad(text, matches!(value, Value::Int(_) | Value::Float(_) | Value::Duration(_))))
    }

    fn fixed(&self, value: &Value, factor: f64) -> String {
        let number = value.number().unwrap_or(0.0) * factor;
        let decimals = self.decimals.unwrap_or(if self.unit == Some(Unit::Fixed) { 6 } else { 0 });
        format!("{number:.decimals$}")
    }

    fn time(&self, duration: i64, unit: u64) -> String {
        let sign = if duration < 0 { "-" } else { "" };
        let total = duration.unsigned_abs();
        let Some(decimals) = self.decimals else { return format!("{sign}{}", decimal(total, unit)) };
        let scale = 10_u128.pow(decimals.min(18) as u32);
        let scaled = (u128::from(total) * scale * 2 + u128::from(unit)) / (u128::from(unit) * 2);
        let (whole, rest) = (scaled / scale, scaled % scale);
        match decimals {
            0 => format!("{sign}{whole}"),
            _ => format!("{sign}{whole}.{rest:0width$}", width = decimals.min(18)),
        }
    }

    fn pad(&self, text: String, is_number: bool) -> String {
        let missing = self.width.saturating_sub(text.width());
        let align = match self.align {
            Align::ByType if is_number => Align::Right,
            align => align,
        };
        match align {
            _ if missing == 0 => text,
            Align::Right => " ".repeat(missing) + &text,
            Align::Zeros => match text.strip_prefix('-') {
                Some(digits) => format!("-{}{digits}", "0".repeat(missing)),
                None => "0".repeat(missing) + &text,
            },
            Align::Center => " ".repeat(missing / 2) + &text + &" ".repeat(missing - missing / 2),
            Align::Left | Align::ByType => text + &" ".repeat(missing),
        }
    }
}

fn bad(text: &str, span: Span) -> Diagnostic {
    Diagnostic::error("bad-format", span, format!("`{text}` is no format"))
        .help("`[<|>|^][width][.decimals][unit]`: `>8`, `.2`, `.1%`, and for durations `.2s`, `ms`")
}

impl fmt::Display for Format {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Format::default() {
            return Ok(());
        }
        out.write_str(":")?;
        out.write_str(match self.align {
            Align::ByType => "",
            Align::Left => "<",
            Align::Right => ">",
            Align::Center => "^",
            Align::Zeros => "0",
        })?;
        if self.width > 0 {
            write!(out, "{}", self.width)?;
        }
        if let Some(decimals) = self.decimals {
            write!(out, ".{decimals}")?;
        }
        match self.unit {
            None => Ok(()),
            Some(Unit::Percent) => out.write_str("%"),
            Some(Unit::Fixed) => out.write_str("f"),
            Some(Unit::Time(unit)) => out.write_str(UNITS[unit].0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expression::value::{ResourceId, TaskId};

    struct Nobody;

    impl Names for Nobody {
        fn task(&self, _: TaskId) -> String {
            String::new()
        }
        fn resource(&self, _: ResourceId) -> String {
            String::new()
        }
    }

    fn shown(format: &str, value: Value) -> String {
        Format::parse(format, Span::default()).unwrap().apply(&value, &Nobody).unwrap_or_else(|error| error)
    }

    #[test]
    fn formats_of_numbers_and_text() {
        assert_eq!(shown(".2f", Value::Float(1.0)), "1.00");
        assert_eq!(shown(".1%", Value::Float(0.125)), "12.5%");
        assert_eq!(shown("03", Value::Int(7)), "007");
        assert_eq!(shown("5", Value::Int(7)), "    7");
        assert_eq!(shown("5", Value::text("中")), "中   ");
        assert_eq!(shown("^5", Value::text("x")), "  x  ");
    }

    #[test]
    fn formats_of_durations_are_exact() {
        assert_eq!(shown("s", Value::Duration(3_000_000_000)), "3");
        assert_eq!(shown(".2s", Value::Duration(1_995_000_000)), "2.00");
        assert_eq!(shown(".2s", Value::Duration(1_004_999_999)), "1.00");
        assert_eq!(shown(".1ms", Value::Duration(-1_250_000)), "-1.3");
        assert_eq!(shown(".2", Value::Duration(1)), "a duration with decimals needs a unit, as in `{x:.2s}`");
    }

    #[test]
    fn a_bad_format_is_refused() {
        assert!(Format::parse("x9", Span::default()).is_err());
        assert!(Format::parse(".", Span::default()).is_err());
        assert!(Format::parse("99999999999999999999", Span::default()).is_err());
    }
}
