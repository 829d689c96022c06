//! Reads expressions: the order of operators, numbers, templates.

use std::sync::LazyLock;

use pest::error::{Error, InputLocation};
use pest::iterators::Pair;
use pest::pratt_parser::{Assoc, Op, PrattParser};

use super::super::node::Name;
use super::{Reader, Reading, Rule};
use crate::diagnostic::Diagnostic;
use crate::expression::display::UNITS;
use crate::expression::tree::{Binary, Expression, Kind, Piece, Unary};
use crate::source::Span;

/// How many operators, brackets behind a name, or alternatives one expression may chain: each makes the tree
/// one deeper.
const MAX_CHAIN: usize = 200;

/// Says that an expression chains too much.
pub struct TooComplex;

/// The operators, the loosest first.
static ORDER: LazyLock<PrattParser<Rule>> = LazyLock::new(|| {
    let infix = |rule| Op::infix(rule, Assoc::Left);
    PrattParser::new()
        .op(infix(Rule::or))
        .op(infix(Rule::and))
        .op(Op::prefix(Rule::not))
        .op(infix(Rule::equal)
            | infix(Rule::not_equal)
            | infix(Rule::less)
            | infix(Rule::less_equal)
            | infix(Rule::greater)
            | infix(Rule::greater_equal)
            | infix(Rule::r#in)
            | infix(Rule::not_in))
        .op(infix(Rule::range))
        .op(infix(Rule::add) | infix(Rule::subtract))
        .op(infix(Rule::multiply) | infix(Rule::divide) | infix(Rule::modulo))
        .op(Op::prefix(Rule::negate))
});

/// Where a syntax error is.
pub(super) fn position(error: &Error<Rule>) -> usize {
    match error.location {
        InputLocation::Pos(at) => at,
        InputLocation::Span((start, _)) => start,
    }
}

impl Reader {
    pub(super) fn expression(&self, pair: Pair<'_, Rule>) -> Reading<Expression> {
        let mut parts = pair.clone().into_inner();
        if parts.len() == 1
            && let Some(operation) = parts.next()
        {
            return self.operation(operation);
        }
        let parts = parts.filter(|part| part.as_rule() == Rule::operation);
        let operations = parts.map(|part| self.operation(part)).collect::<Reading<Vec<_>>>()?;
        let span = self.span(&pair);
        if operations.len() > MAX_CHAIN {
            return Err(too_complex(span));
        }
        // then (if) condition (else) then (if) condition (else) otherwise
        let mut operations = operations.into_iter().rev();
        let Some(mut value) = operations.next() else { return Err(too_complex(span)) };
        while let (Some(condition), Some(then)) = (operations.next(), operations.next()) {
            let span = then.span.hull(value.span);
            let (condition, then, otherwise) = (Box::new(condition), Box::new(then), Box::new(value));
            value = Expression { kind: Kind::Conditional { condition, then, otherwise }, span };
        }
        Ok(value)
    }

    fn operation(&self, pair: Pair<'_, Rule>) -> Reading<Expression> {
        let mut parts = pair.clone().into_inner();
        if parts.len() == 1
            && let Some(operand) = parts.next()
        {
            return self.operand(operand);
        }
        if parts.len() > 2 * MAX_CHAIN {
            return Err(too_complex(self.span(&pair)));
        }
        ORDER
            .map_primary(|primary| self.operand(primary))
            .map_prefix(|operator, operand| {
                let operand = operand?;
                let span = self.span(&operator).hull(operand.span);
                let operator = if operator.as_rule() == Rule::not { Unary::Not } else { Unary::Negate };
                Ok(Expression { kind: Kind::Unary(operator, Box::new(operand)), span })
            })
            .map_infix(|left, operator, right| {
                let (left, right) = (left?, right?);
                let span = left.span.hull(right.span);
                let operator = binary(operator.as_rule());
                Ok(Expression { kind: Kind::Binary(operator, Box::new(left), Box::new(right)), span })
            })
            .parse(parts)
    }

    /// A primary with the calls, indices and fields attached to it.
    pub(super) fn operand(&self, pair: Pair<'_, Rule>) -> Reading<Expression> {
        let span = self.span(&pair);
        let mut parts = pair.into_inner();
        let Some(primary) = parts.next() else { return Err(too_complex(span)) };
        let mut value = self.primary(primary)?;
        for (count, part) in parts.enumerate() {
            if count > MAX_CHAIN {
                return Err(too_complex(span));
            }
            let whole = value.span.hull(self.span(&part));
            let kind = match part.as_rule() {
                Rule::index => {
                    let index = part.into_inner().find(|it| it.as_rule() == Rule::expression);
                    let Some(index) = index else { continue };
                    Kind::Index(Box::new(value), Box::new(self.expression(index)?))
                }
                Rule::field => {
                    let Some(name) = part.into_inner().next() else { continue };
                    Kind::Field(Box::new(value), self.name(&name))
                }
                _ => self.call(value, part)?,
            };
            value = Expression { kind, span: whole };
        }
        Ok(value)
    }

    fn call(&self, called: Expression, pair: Pair<'_, Rule>) -> Reading<Kind> {
        let Kind::Name(function) = called.kind else {
            return Err(vec![
                Diagnostic::error("not-callable", called.span, "only a name can be called")
                    .help("functions and tasks are called by their names: `len(x)`"),
            ]);
        };
        let function = Name { text: function, span: called.span };
        let (mut arguments, mut named) = (Vec::new(), Vec::new());
        for argument in pair.into_inner().filter(|it| it.as_rule() == Rule::call_argument) {
            let mut name = None;
            for part in argument.into_inner() {
                match part.as_rule() {
                    Rule::parameter_name => name = Some(self.name(&part)),
                    Rule::expression => {
                        let value = self.expression(part)?;
                        match name.take() {
                            Some(name) => named.push((name, value)),
                            None if named.is_empty() => arguments.push(value),
                            None => {
                                return Err(vec![
                                    Diagnostic::error(
                                        "syntax",
                                        value.span,
                                        "an argument without a name follows one with",
                                    )
                                    .help("put those without names first"),
                                ]);
                            }
                        }
                    }
                    _ => {}
                }
            }
        }
        Ok(Kind::Call { function, arguments, named })
    }

    fn primary(&self, pair: Pair<'_, Rule>) -> Reading<Expression> {
        let span = self.span(&pair);
        let text = pair.as_str().trim();
        let wrong = |message: String| {
            vec![
                Diagnostic::error("bad-number", span, message)
                    .help("use a smaller number; a duration takes a larger unit"),
            ]
        };
        let kind = match pair.as_rule() {
            Rule::duration => match duration(text) {
                Some(nanoseconds) => Kind::Duration(nanoseconds),
                None => {
                    return Err(wrong(format!(
                        "`{text}` is too long or too exact; durations are whole nanoseconds"
                    )));
                }
            },
            Rule::percent => Kind::Percent(float(text.trim_end_matches('%')) / 100.0),
            Rule::float => Kind::Float(float(text)),
            Rule::integer if text.len() > 1 && text.starts_with('0') => {
                return Err(vec![
                    Diagnostic::error("bad-number", span, format!("`{text}` begins with 0"))
                        .label("some languages read this as octal")
                        .help(format!("write `{}`, or text in quotes", text.trim_start_matches(['0', '_']))),
                ]);
            }
            Rule::integer => match text.replace('_', "").parse() {
                Ok(number) => Kind::Int(number),
                Err(_) => return Err(wrong(format!("`{text}` does not fit into 64 bits"))),
            },
            Rule::constant => match text {
                "true" => Kind::Bool(true),
                "false" => Kind::Bool(false),
                _ => Kind::Null,
            },
            Rule::name => Kind::Name(text.to_string()),
            Rule::text => self.template(pair)?,
            Rule::list => self.list(pair)?,
            Rule::map => self.map(pair)?,
            _ => {
                let inner = pair.into_inner().find(|it| it.as_rule() == Rule::expression);
                return inner.map_or(Err(too_complex(span)), |inner| self.expression(inner));
            }
        };
        Ok(Expression { kind, span })
    }

    fn list(&self, pair: Pair<'_, Rule>) -> Reading<Kind> {
        let mut items = Vec::new();
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::expression => items.push(self.expression(part)?),
                Rule::comprehension => {
                    let Some(element) = items.pop() else { continue };
                    return self.comprehension(element, part);
                }
                _ => {}
            }
        }
        Ok(Kind::List(items))
    }

    fn comprehension(&self, element: Expression, pair: Pair<'_, Rule>) -> Reading<Kind> {
        let span = self.span(&pair);
        let (mut names, mut operations) = (Vec::new(), Vec::new());
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::name => names.push(self.name(&part)),
                Rule::operation => operations.push(self.operation(part)?),
                _ => {}
            }
        }
        let mut operations = operations.into_iter();
        let Some(iterable) = operations.next() else { return Err(too_complex(span)) };
        let condition = operations.next().map(Box::new);
        Ok(Kind::Comprehension { element: Box::new(element), names, iterable: Box::new(iterable), condition })
    }

    fn map(&self, pair: Pair<'_, Rule>) -> Reading<Kind> {
        let mut entries = Vec::new();
        for entry in pair.into_inner().filter(|it| it.as_rule() == Rule::entry) {
            let mut parts = entry.into_inner();
            let (Some(key), Some(value)) = (parts.next(), parts.next()) else { continue };
            let span = self.span(&key);
            let kind = match key.as_rule() {
                Rule::text => self.template(key)?,
                _ => match key.as_str().parse() {
                    Ok(number) => Kind::Int(number),
                    Err(_) => Kind::Template(vec![Piece::Text(key.as_str().to_string())]),
                },
            };
            entries.push((Expression { kind, span }, self.expression(value)?));
        }
        Ok(Kind::Map(entries))
    }

    fn template(&self, pair: Pair<'_, Rule>) -> Reading<Kind> {
        let mut pieces = Vec::new();
        for part in pair.into_inner() {
            self.piece(part, &mut pieces)?;
        }
        Ok(Kind::Template(pieces))
    }

    /// Reads a part of a template: text, or a hole.
    pub(super) fn piece(&self, pair: Pair<'_, Rule>, pieces: &mut Vec<Piece>) -> Reading<()> {
        match pair.as_rule() {
            Rule::plain => pieces.push(Piece::Text(pair.as_str().replace("{{", "{").replace("}}", "}"))),
            Rule::double | Rule::single => {
                let text = unescape(pair.as_str()).map_err(|found| {
                    vec![
                        Diagnostic::error(
                            "bad-escape",
                            self.span(&pair),
                            format!("`\\{found}` is no escape"),
                        )
                        .help("known are \\n, \\t, \\s for a blank, \\\\, \\\", \\', \\{ and \\}"),
                    ]
                })?;
                pieces.push(Piece::Text(text));
            }
            Rule::hole => {
                let mut value = None;
                let mut format = None;
                for part in pair.into_inner() {
                    match part.as_rule() {
                        Rule::expression => value = Some(self.expression(part)?),
                        Rule::format => format = part.into_inner().next().map(|text| self.name(&text)),
                        _ => {}
                    }
                }
                pieces.extend(value.map(|value| Piece::Hole { value, format }));
            }
            _ => {}
        }
        Ok(())
    }
}

fn binary(rule: Rule) -> Binary {
    match rule {
        Rule::or => Binary::Or,
        Rule::and => Binary::And,
        Rule::equal => Binary::Equal,
        Rule::not_equal => Binary::NotEqual,
        Rule::less => Binary::Less,
        Rule::less_equal => Binary::LessOrEqual,
        Rule::greater => Binary::Greater,
        Rule::greater_equal => Binary::GreaterOrEqual,
        Rule::r#in => Binary::In,
        Rule::not_in => Binary::NotIn,
        Rule::range => Binary::Range,
        Rule::add => Binary::Add,
        Rule::subtract => Binary::Subtract,
        Rule::multiply => Binary::Multiply,
        Rule::divide => Binary::Divide,
        _ => Binary::Modulo,
    }
}

fn float(text: &str) -> f64 {
    text.replace('_', "").parse().unwrap_or(f64::INFINITY)
}

/// Whole nanoseconds of `1.5s` or `1m30s`; none if they do not fit or are not whole.
pub(crate) fn duration(text: &str) -> Option<i64> {
    let mut total: i64 = 0;
    let mut rest = text;
    while !rest.is_empty() {
        let digits = rest.find(|letter: char| letter.is_ascii_alphabetic())?;
        let (number, behind) = rest.split_at(digits);
        let letters = behind.find(|letter: char| !letter.is_ascii_alphabetic()).unwrap_or(behind.len());
        let (unit, behind) = behind.split_at(letters);
        let size = UNITS.iter().find(|(name, _)| *name == unit).map(|(_, size)| *size)?;
        let number = number.replace('_', "");
        let (whole, fraction) = number.split_once('.').unwrap_or((&number, ""));
        let whole: i64 = whole.parse().ok()?;
        total = total.checked_add(whole.checked_mul(size as i64)?)?;
        let mut part: i128 = 0;
        for digit in fraction.bytes() {
            let digit = digit.is_ascii_digit().then(|| i128::from(digit - b'0'))?;
            part = part.checked_mul(10)?.checked_add(digit)?;
        }
        let power = 10_i128.checked_pow(u32::try_from(fraction.len()).ok()?)?;
        let nanoseconds = part.checked_mul(i128::from(size))?;
        if nanoseconds % power != 0 {
            return None;
        }
        total = total.checked_add(i64::try_from(nanoseconds / power).ok()?)?;
        rest = behind;
    }
    Some(total)
}

fn unescape(text: &str) -> Result<String, char> {
    let mut plain = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => match letters.next() {
                Some('n') => plain.push('\n'),
                Some('t') => plain.push('\t'),
                Some('r') => plain.push('\r'),
                // A blank that YAML does not see: `: ` and ` #` may not stand in a plain scalar.
                Some('s') => plain.push(' '),
                Some(same @ ('\\' | '"' | '\'' | '{' | '}')) => plain.push(same),
                other => return Err(other.unwrap_or(' ')),
            },
            '{' | '}' if letters.peek() == Some(&letter) => {
                letters.next();
                plain.push(letter);
            }
            letter => plain.push(letter),
        }
    }
    Ok(plain)
}

fn too_complex(span: Span) -> Vec<Diagnostic> {
    vec![
        Diagnostic::error("too-complex", span, format!("the expression chains more than {MAX_CHAIN} parts"))
            .help("give parts names, or use `sum([..])` or `every([..])`"),
    ]
}

#[cfg(test)]
mod tests {
    use super::duration;

    #[test]
    fn durations_are_exact_nanoseconds() {
        assert_eq!(duration("1.5s"), Some(1_500_000_000));
        assert_eq!(duration("1m30s"), Some(90_000_000_000));
        assert_eq!(duration("0.000000001s"), Some(1));
        assert_eq!(duration("0.1ns"), None);
        assert_eq!(duration("1_000us"), Some(1_000_000));
        assert_eq!(duration("999999999999h"), None);
    }
}
