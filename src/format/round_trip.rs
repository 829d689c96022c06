//! Expressions made at random, printed and read again.

use super::expression::{Expressions, SourceLines, Surroundings};
use super::scalar;
use super::tree::Inner;
use crate::expression::tree::{Binary, Expression, Kind, Piece, Unary};
use crate::source::{Form, Source, Span};
use crate::syntax::node::Name;
use crate::syntax::text::parse_expression;

const BINARY: &[Binary] = &[
    Binary::Or,
    Binary::And,
    Binary::Equal,
    Binary::NotEqual,
    Binary::Less,
    Binary::LessOrEqual,
    Binary::Greater,
    Binary::GreaterOrEqual,
    Binary::In,
    Binary::NotIn,
    Binary::Range,
    Binary::Add,
    Binary::Subtract,
    Binary::Multiply,
    Binary::Divide,
    Binary::Modulo,
];
const TEXTS: &[&str] = &["a: b", " #c", "{", "}", "}}", "\\", "\"", "'", "\n", "名", "x", ":", " "];

/// Makes expressions at random, by number.
struct Generator(u64);

impl Generator {
    fn below(&mut self, count: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % count
    }

    fn boxed(&mut self, depth: usize) -> Box<Expression> {
        Box::new(self.expression(depth))
    }

    fn several(&mut self, depth: usize) -> Vec<Expression> {
        (0..self.below(3)).map(|_| self.expression(depth)).collect()
    }

    fn name(&mut self) -> Name {
        Name { text: ["a", "b_1", "量"][self.below(3)].to_string(), span: Span::default() }
    }

    fn template(&mut self, depth: usize) -> Kind {
        let mut pieces: Vec<Piece> = Vec::new();
        for _ in 0..self.below(4) {
            let is_text = depth == 0 || self.below(2) == 0;
            if is_text && !matches!(pieces.last(), Some(Piece::Text(_))) {
                let text = (0..1 + self.below(4)).map(|_| TEXTS[self.below(TEXTS.len())]).collect();
                pieces.push(Piece::Text(text));
            } else if depth > 0 {
                let format = Name { text: ".2f".to_string(), span: Span::default() };
                let format = (self.below(2) == 0).then_some(format);
                pieces.push(Piece::Hole { value: self.expression(depth - 1), format });
            }
        }
        Kind::Template(pieces)
    }

    fn expression(&mut self, depth: usize) -> Expression {
        let choice = self.below(if depth == 0 { 8 } else { 20 });
        let deeper = depth.saturating_sub(1);
        let kind = match choice {
            0 => Kind::Null,
            1 => Kind::Bool(self.below(2) == 0),
            2 => Kind::Int(self.below(100) as i64),
            3 => Kind::Float([0.5, 1e20, 1e-9, 3.0][self.below(4)]),
            4 => Kind::Percent([0.05, 0.333, 0.07, 1.0][self.below(4)]),
            5 => Kind::Duration([0, 1, 1_500_000_000, 90_000_000_000][self.below(4)]),
            6 => Kind::Name(self.name().text),
            7 => self.template(deeper),
            8 => Kind::List(self.several(deeper)),
            9 => {
                let keys = ["a", "in", "5", "a b", ""];
                let key = |text: &str| match text {
                    "" => Kind::Template(Vec::new()),
                    text => Kind::Template(vec![Piece::Text(text.to_string())]),
                };
                let entries = (0..self.below(3)).map(|_| {
                    let kind = if self.below(4) == 0 { Kind::Int(5) } else { key(keys[self.below(5)]) };
                    (Expression { kind, span: Span::default() }, self.expression(deeper))
                });
                Kind::Map(entries.collect())
            }
            10 => Kind::Comprehension {
                element: self.boxed(deeper),
                names: (0..1 + self.below(2)).map(|_| self.name()).collect(),
                iterable: self.boxed(deeper),
                condition: (self.below(2) == 0).then(|| self.boxed(deeper)),
            },
            11 => Kind::Unary([Unary::Not, Unary::Negate][self.below(2)], self.boxed(deeper)),
            12 => Kind::Conditional {
                condition: self.boxed(deeper),
                then: self.boxed(deeper),
                otherwise: self.boxed(deeper),
            },
            13 => Kind::Index(self.boxed(deeper), self.boxed(deeper)),
            14 => Kind::Field(self.boxed(deeper), self.name()),
            15 => Kind::Call {
                function: self.name(),
                arguments: self.several(deeper),
                named: (0..self.below(2)).map(|_| (self.name(), self.expression(deeper))).collect(),
            },
            _ => Kind::Binary(BINARY[self.below(BINARY.len())], self.boxed(deeper), self.boxed(deeper)),
        };
        Expression { kind, span: Span::default() }
    }
}

/// An expression without places, for comparison.
fn placeless(expression: &Expression) -> Expression {
    let boxed = |inner: &Expression| Box::new(placeless(inner));
    let name = |name: &Name| Name { text: name.text.clone(), span: Span::default() };
    let all = |items: &[Expression]| items.iter().map(placeless).collect();
    let kind = match &expression.kind {
        Kind::Template(pieces) => Kind::Template(
            pieces
                .iter()
                .map(|piece| match piece {
                    Piece::Text(text) => Piece::Text(text.clone()),
                    Piece::Hole { value, format } => {
                        Piece::Hole { value: placeless(value), format: format.as_ref().map(name) }
                    }
                })
                .collect(),
        ),
        Kind::List(items) => Kind::List(all(items)),
        Kind::Map(entries) => {
            Kind::Map(entries.iter().map(|(key, value)| (placeless(key), placeless(value))).collect())
        }
        Kind::Comprehension { element, names, iterable, condition } => Kind::Comprehension {
            element: boxed(element),
            names: names.iter().map(name).collect(),
            iterable: boxed(iterable),
            condition: condition.as_deref().map(boxed),
        },
        Kind::Unary(operator, operand) => Kind::Unary(*operator, boxed(operand)),
        Kind::Binary(operator, left, right) => Kind::Binary(*operator, boxed(left), boxed(right)),
        Kind::Conditional { condition, then, otherwise } => {
            Kind::Conditional { condition: boxed(condition), then: boxed(then), otherwise: boxed(otherwise) }
        }
        Kind::Index(indexed, index) => Kind::Index(boxed(indexed), boxed(index)),
        Kind::Field(inner, field) => Kind::Field(boxed(inner), name(field)),
        Kind::Call { function, arguments, named } => Kind::Call {
            function: name(function),
            arguments: all(arguments),
            named: named.iter().map(|(parameter, value)| (name(parameter), placeless(value))).collect(),
        },
        kind => kind.clone(),
    };
    Expression { kind, span: Span::default() }
}

#[test]
fn what_is_printed_reads_back_as_the_same_tree() {
    let source = Source::new("none", "", Form::Text);
    let inner = Inner::default();
    let expressions = Expressions { source: &source, inner: &inner, source_lines: SourceLines::Kept };
    for number in 0..20_000 {
        let expression = Generator(number).expression(4);
        let flat = expressions.flat(&expression, Surroundings::Text);
        let lines = expressions.fit(&expression, 0, 60, 0);
        let plain = expressions.plain(&expression);
        assert!(scalar::is_plain(&plain), "{number}: {plain}");
        for text in [flat, lines, plain] {
            match parse_expression(&text, 0, None) {
                Ok(read) => assert_eq!(placeless(&read), expression, "{number}: {text}"),
                Err(errors) => panic!("{number}: {text}: {errors:?}"),
            }
        }
    }
}
