//! Values as text: as templates show them (text bare), and as traces show them (text in quotes).

use std::fmt::{self, Write};

use super::code::{Code, Kind, Piece};
use super::functions;
use super::tree::Unary;
use super::value::{Names, Value};

/// The units of durations, the longest first, in nanoseconds.
pub const UNITS: &[(&str, u64)] = &[
    ("h", 3_600_000_000_000),
    ("m", 60_000_000_000),
    ("s", 1_000_000_000),
    ("ms", 1_000_000),
    ("us", 1_000),
    ("ns", 1),
];

/// How text is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Quotes {
    Without,
    With,
}

impl Value {
    /// As templates show it: `abc`, `[a, b]`.
    pub fn display(&self, names: &dyn Names) -> String {
        let mut text = String::new();
        show(&mut text, self, names, Quotes::Without);
        text
    }

    /// As traces show it: `"abc"`, `["a", "b"]`.
    pub fn quoted(&self, names: &dyn Names) -> String {
        let mut text = String::new();
        show(&mut text, self, names, Quotes::With);
        text
    }
}

fn show(out: &mut String, value: &Value, names: &dyn Names, quotes: Quotes) {
    // Writing to a string can't fail.
    let _ = match value {
        Value::Null => out.write_str("null"),
        Value::Bool(value) => write!(out, "{value}"),
        Value::Int(value) => write!(out, "{value}"),
        Value::Float(value) => write!(out, "{value:?}"),
        Value::Duration(value) => out.write_str(&duration(*value)),
        Value::Rate(rate) => write!(out, "{}/{}", rate.count, duration(rate.period as i64)),
        Value::Text(text) if quotes == Quotes::Without => out.write_str(text),
        Value::Text(text) => write!(out, "{text:?}"),
        Value::List(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push_str(", ");
                }
                show(out, item, names, quotes);
            }
            out.write_char(']')
        }
        Value::Map(entries) => {
            out.push('{');
            for (index, (key, value)) in entries.iter().enumerate() {
                if index > 0 {
                    out.push_str(", ");
                }
                show(out, key, names, Quotes::Without);
                out.push_str(": ");
                show(out, value, names, quotes);
            }
            out.write_char('}')
        }
        Value::Range(bounds) => {
            show(out, &bounds.0, names, quotes);
            out.push_str("..");
            show(out, &bounds.1, names, quotes);
            Ok(())
        }
        Value::Task(task) => out.write_str(&names.task(*task)),
        Value::Resource(resource) => out.write_str(&names.resource(*resource)),
        Value::File(file) => out.write_str(&file.path),
        Value::Error(error) if error.message.is_empty() => out.write_str(&error.kind),
        Value::Error(error) => write!(out, "{}: {}", error.kind, error.message),
    };
}

/// A duration as people write it: `1.5s`, `276ms`, `1m30s`, `0s`.
pub fn duration(nanoseconds: i64) -> String {
    let sign = if nanoseconds < 0 { "-" } else { "" };
    let total = nanoseconds.unsigned_abs();
    let minute = UNITS[1].1;
    if total < minute {
        let (unit, size) = UNITS[2..].iter().find(|(_, size)| total >= *size).copied().unwrap_or(UNITS[2]);
        return format!("{sign}{}{unit}", decimal(total, size));
    }
    let (hours, rest) = (total / UNITS[0].1, total % UNITS[0].1);
    let (minutes, seconds) = (rest / minute, rest % minute);
    let mut text = sign.to_string();
    for (count, unit) in [(hours, "h"), (minutes, "m")] {
        if count > 0 {
            text += &format!("{count}{unit}");
        }
    }
    if seconds > 0 {
        text += &format!("{}s", decimal(seconds, UNITS[2].1));
    }
    text
}

/// An exact decimal of a number of units of the given size, as short as can be.
pub fn decimal(total: u64, size: u64) -> String {
    let (whole, mut rest) = (total / size, total % size);
    let mut text = whole.to_string();
    if rest > 0 {
        text.push('.');
        // Sizes are not all powers of ten; hours and minutes may not end.
        for _ in 0..12 {
            rest *= 10;
            text.push(char::from(b'0' + (rest / size) as u8));
            rest %= size;
            if rest == 0 {
                break;
            }
        }
    }
    text
}

/// Code as the listing of a plan shows it.
pub struct Listed<'a> {
    /// The code.
    pub code: &'a Code,
    /// The names of resources, by index.
    pub plan_names: &'a [String],
}

impl Names for Listed<'_> {
    fn task(&self, task: super::value::TaskId) -> String {
        format!("task {}", task.0)
    }

    fn resource(&self, resource: super::value::ResourceId) -> String {
        self.plan_names.get(resource.0 as usize).cloned().unwrap_or_default()
    }
}

impl fmt::Display for Listed<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let of = |code| Listed { code, plan_names: self.plan_names };
        fn list(codes: &[Code], plan_names: &[String]) -> String {
            codes.iter().map(|code| Listed { code, plan_names }.to_string()).collect::<Vec<_>>().join(", ")
        }
        match &self.code.kind {
            Kind::Constant(value) => out.write_str(&value.quoted(self)),
            Kind::Slot(slot) if slot.depth == 0 => write!(out, "${}", slot.index),
            Kind::Slot(slot) => write!(out, "${}^{}", slot.index, slot.depth),
            Kind::Shared(index) => write!(out, "@{}", index.0),
            Kind::Template(pieces) => {
                out.write_char('"')?;
                for piece in pieces {
                    match piece {
                        Piece::Text(text) => write!(out, "{}", text.escape_debug())?,
                        Piece::Hole(code, format) => write!(out, "{{{}{format}}}", of(code))?,
                    }
                }
                out.write_char('"')
            }
            Kind::List(items) => write!(out, "[{}]", list(items, self.plan_names)),
            Kind::Map(entries) => {
                let entries: Vec<String> =
                    entries.iter().map(|(key, value)| format!("{}: {}", of(key), of(value))).collect();
                write!(out, "{{{}}}", entries.join(", "))
            }
            Kind::Comprehension(inner) => {
                let slots: Vec<String> = inner.slots.iter().map(|slot| format!("${}", slot.index)).collect();
                write!(out, "[{} for {} in {}", of(&inner.element), slots.join(", "), of(&inner.iterable))?;
                if let Some(condition) = &inner.condition {
                    write!(out, " if {}", of(condition))?;
                }
                out.write_char(']')
            }
            Kind::Unary(Unary::Not, inner) => write!(out, "(not {})", of(inner)),
            Kind::Unary(Unary::Negate, inner) => write!(out, "(-{})", of(inner)),
            Kind::Binary(operator, sides) => {
                write!(out, "({} {} {})", of(&sides.0), operator.symbol(), of(&sides.1))
            }
            Kind::Conditional(parts) => {
                write!(out, "({} if {} else {})", of(&parts.1), of(&parts.0), of(&parts.2))
            }
            Kind::Scaled(sides, None) => write!(out, "({} scaled by {})", of(&sides.0), of(&sides.1)),
            Kind::Scaled(sides, Some(ceiling)) => {
                write!(out, "({} scaled by {}, at most {})", of(&sides.0), of(&sides.1), of(ceiling))
            }
            Kind::Grown(sides) => write!(out, "({} grown by {})", of(&sides.0), of(&sides.1)),
            Kind::Index(parts) => write!(out, "{}[{}]", of(&parts.0), of(&parts.1)),
            Kind::Field(inner, field) => write!(out, "{}.{field}", of(inner)),
            Kind::Call { function, arguments, .. } => {
                write!(out, "{}({})", functions::name(*function), list(arguments, self.plan_names))
            }
            Kind::Sample(inner, _) => write!(out, "draw {}", of(inner)),
            Kind::Chance(probability, _) => {
                write!(out, "chance({})", Value::Float(*probability).quoted(self))
            }
            Kind::Uniform(low, high, _) => write!(out, "draw {}..{}", duration(*low), duration(*high)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::duration;

    #[test]
    fn durations_are_shown_as_people_write_them() {
        let second = 1_000_000_000;
        let shown = [
            0,
            1,
            1_500,
            276_000_000,
            second * 3 / 2,
            90 * second,
            3_600 * second,
            3_661 * second,
            -5_000_000,
        ];
        let expected = ["0s", "1ns", "1.5us", "276ms", "1.5s", "1m30s", "1h", "1h1m1s", "-5ms"];
        assert_eq!(shown.map(duration), expected.map(String::from));
    }
}
