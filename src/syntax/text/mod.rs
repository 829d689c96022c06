//! The text form: reads `grammar/scenario.pest`.
//!
//! A first pass over the characters (`scan`) refuses what nests too deep, finds brackets that do not
//! match, and blanks comments, newlines inside `(` and `[` and the like; so the grammar itself stays simple. After a syntax error
//! the line is blanked and the file read again, so that all errors are found.

mod errors;
mod expression;
mod grammar;
mod pieces;
mod scan;

use pest::iterators::Pair;
use pest::{Parser, Token};

use super::node::{Argument, Block, Clause, Name, Node, Value, Verb};
use crate::diagnostic::Diagnostic;
use crate::expression::tree::{Binary, Expression, Kind};
use crate::source::{Source, Span};
use errors::explain;
pub use expression::TooComplex;
pub(crate) use expression::duration;
use grammar::{Grammar, Rule};

/// The most syntax errors that are reported.
const MAX_ERRORS: usize = 20;

/// Reads pairs of one parsed text, which stands at an offset in the file.
struct Reader {
    offset: usize,
    /// Where every span points if offsets mean nothing, as in a YAML scalar with escapes.
    whole: Option<Span>,
}

/// What a reading can fail with.
type Reading<T> = Result<T, Vec<Diagnostic>>;

/// Parses a file.
pub fn parse(source: &Source) -> (Block, Vec<Diagnostic>) {
    let empty = Block { nodes: Vec::new(), span: Span::new(0, source.text.len()) };
    let scanned = match scan::scan(&source.text) {
        Ok(scanned) => scanned,
        Err(error) => return (empty, vec![error]),
    };
    if let Some(block) = pieces::parse(&scanned.prepared, &scanned.closings) {
        return (block, Vec::new());
    }
    let mut text = scanned.prepared;
    let mut errors: Vec<Diagnostic> = Vec::new();
    let mut lines = Vec::new();
    loop {
        let reader = Reader { offset: 0, whole: None };
        let error = match Grammar::parse(Rule::file, &text) {
            Ok(mut pairs) => {
                let body = pairs.next().and_then(|file| file.into_inner().next());
                let block = body.map_or(Ok(empty.clone()), |body| reader.body(body));
                return match block {
                    Ok(block) if errors.is_empty() => (block, errors),
                    Ok(_) => (empty, errors),
                    Err(more) => {
                        errors.extend(more);
                        (empty, errors)
                    }
                };
            }
            Err(error) => error,
        };
        let at = expression::position(&error);
        let line = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
        // A line that fails again, or the end of the file, can't be mended by blanking.
        if lines.contains(&line)
            || errors.len() >= MAX_ERRORS
            || at >= text.trim_end().len() && !errors.is_empty()
        {
            return (empty, errors);
        }
        errors.push(explain(&error, &text, &reader));
        lines.push(line);
        scan::blank_line(&mut text, line);
    }
}

/// Where the comments of a text are, without the line's end.
///
/// # Errors
/// If its brackets or quotes do not match.
pub fn comments(text: &str) -> Reading<Vec<Span>> {
    scan::scan(text).map(|scanned| scanned.comments).map_err(|error| vec![error])
}

/// Parses an expression that stands at an offset of the file.
///
/// # Errors
/// If it is none.
pub fn parse_expression(text: &str, offset: u32, whole: Option<Span>) -> Reading<Expression> {
    let reader = Reader { offset: offset as usize, whole };
    let prepared = reader.prepare(text)?;
    let pairs =
        Grammar::parse(Rule::whole, &prepared).map_err(|error| vec![explain(&error, &prepared, &reader)])?;
    reader.first(pairs, |pair| reader.expression(pair))
}

/// Parses text with holes, without quotes around it: the content of a YAML scalar.
///
/// # Errors
/// If a hole holds no expression.
pub fn parse_template(text: &str, offset: u32, whole: Option<Span>) -> Reading<Expression> {
    let reader = Reader { offset: offset as usize, whole };
    let prepared = scan::prepare_holes(text).map_err(|error| reader.place(error))?;
    let parsed = Grammar::parse(Rule::plain_text, &prepared);
    let pairs = parsed.map_err(|error| vec![explain(&error, &prepared, &reader)])?;
    let span = whole.unwrap_or(Span::new(reader.offset, reader.offset + text.len()));
    let mut pieces = Vec::new();
    for pair in pairs.flatten_once() {
        reader.piece(pair, &mut pieces)?;
    }
    Ok(Expression { kind: Kind::Template(pieces), span })
}

/// Parses a statement that stands at an offset of the file.
///
/// # Errors
/// If it is none.
pub fn parse_statement(text: &str, offset: u32, whole: Option<Span>) -> Reading<Node> {
    let reader = Reader { offset: offset as usize, whole };
    let prepared = reader.prepare(text)?;
    let pairs =
        Grammar::parse(Rule::line, &prepared).map_err(|error| vec![explain(&error, &prepared, &reader)])?;
    reader.first(pairs, |pair| reader.node(pair))
}

/// Parses a list of arguments that stands at an offset of the file.
///
/// # Errors
/// If it is none.
pub fn parse_arguments(text: &str, offset: u32, whole: Option<Span>) -> Reading<Vec<Argument>> {
    let reader = Reader { offset: offset as usize, whole };
    let prepared = reader.prepare(text)?;
    let parsed = Grammar::parse(Rule::list_of_args, &prepared);
    let pairs = parsed.map_err(|error| vec![explain(&error, &prepared, &reader)])?;
    reader.first(pairs, |pair| reader.arguments(pair))
}

/// Parses a clause's word and arguments: `catch IoError as e`.
///
/// # Errors
/// If it is none.
pub fn parse_clause_head(text: &str, offset: u32, whole: Option<Span>) -> Reading<(Name, Vec<Argument>)> {
    let reader = Reader { offset: offset as usize, whole };
    let prepared = reader.prepare(text)?;
    let parsed = Grammar::parse(Rule::clause_line, &prepared);
    let mut pairs = parsed.map_err(|error| vec![explain(&error, &prepared, &reader)])?.flatten_once();
    let word = pairs
        .next()
        .map(|word| reader.clause_word(&word))
        .unwrap_or(Name { text: String::new(), span: Span::default() });
    let arguments = match pairs.next() {
        Some(pair) if pair.as_rule() == Rule::arguments => reader.arguments(pair)?,
        _ => Vec::new(),
    };
    Ok((word, arguments))
}

/// The pairs directly inside the entry rule, without the end of input.
trait FlattenOnce<'i> {
    fn flatten_once(self) -> impl Iterator<Item = Pair<'i, Rule>>;
}

impl<'i> FlattenOnce<'i> for pest::iterators::Pairs<'i, Rule> {
    fn flatten_once(self) -> impl Iterator<Item = Pair<'i, Rule>> {
        self.flat_map(|entry| entry.into_inner()).filter(|pair| pair.as_rule() != Rule::EOI)
    }
}

/// Where a pair ends. A rule may end in blanks and comments that it looked beyond for more; its last part
/// tells.
fn end(pair: &Pair<'_, Rule>) -> usize {
    let mut end = pair.as_span().end();
    // Backwards come the ends of the pair, of its last part, of that one's last part, ...
    for token in pair.clone().tokens().rev() {
        match token {
            Token::End { pos, .. } => end = pos.pos(),
            Token::Start { pos, .. } => {
                return pos.pos() + pair.get_input()[pos.pos()..end].trim_end().len();
            }
        }
    }
    end
}

impl Reader {
    fn prepare(&self, text: &str) -> Reading<String> {
        scan::prepare(text).map_err(|error| self.place(error))
    }

    /// The error of a scan, at its place in the file.
    fn place(&self, mut error: Diagnostic) -> Vec<Diagnostic> {
        error.span = self.whole.unwrap_or(self.shift(error.span));
        error.related.clear();
        vec![error]
    }

    fn shift(&self, span: Span) -> Span {
        Span::new(span.start as usize + self.offset, span.end as usize + self.offset)
    }

    fn span(&self, pair: &Pair<'_, Rule>) -> Span {
        self.whole.unwrap_or(self.shift(Span::new(pair.as_span().start(), end(pair))))
    }

    fn first<T>(
        &self,
        pairs: pest::iterators::Pairs<'_, Rule>,
        read: impl FnOnce(Pair<'_, Rule>) -> Reading<T>,
    ) -> Reading<T> {
        match pairs.flatten_once().next() {
            Some(pair) => read(pair),
            None => Err(vec![Diagnostic::error(
                "syntax",
                self.whole.unwrap_or_default(),
                "nothing is written here",
            )]),
        }
    }

    fn name(&self, pair: &Pair<'_, Rule>) -> Name {
        Name { text: pair.as_str().trim().to_string(), span: self.span(pair) }
    }

    fn clause_word(&self, pair: &Pair<'_, Rule>) -> Name {
        // `else   if` is `else if`.
        let text = pair.as_str().split_whitespace().collect::<Vec<_>>().join(" ");
        Name { text, span: self.span(pair) }
    }

    fn body(&self, pair: Pair<'_, Rule>) -> Reading<Block> {
        let span = self.span(&pair);
        let mut nodes = Vec::new();
        let mut errors = Vec::new();
        for node in pair.into_inner() {
            match self.node(node) {
                Ok(node) => nodes.push(node),
                Err(more) => errors.extend(more),
            }
        }
        if errors.is_empty() { Ok(Block { nodes, span }) } else { Err(errors) }
    }

    fn block(&self, pair: Pair<'_, Rule>) -> Reading<Block> {
        let span = self.span(&pair);
        match pair.into_inner().find(|inner| inner.as_rule() == Rule::body) {
            Some(body) => Ok(Block { span, ..self.body(body)? }),
            None => Ok(Block { nodes: Vec::new(), span }),
        }
    }

    fn node(&self, pair: Pair<'_, Rule>) -> Reading<Node> {
        let span = self.span(&pair);
        let Some(inner) = pair.into_inner().next() else {
            return Err(vec![Diagnostic::error("syntax", span, "a statement is expected here")]);
        };
        match inner.as_rule() {
            Rule::statement => self.statement(inner, None),
            Rule::assignment => self.assignment(inner),
            _ => {
                let verb = Verb::Expression(self.expression(inner)?);
                Ok(Node {
                    target: None,
                    operator: None,
                    verb,
                    arguments: Vec::new(),
                    block: None,
                    clauses: Vec::new(),
                    comments: Vec::new(),
                    span,
                })
            }
        }
    }

    fn assignment(&self, pair: Pair<'_, Rule>) -> Reading<Node> {
        let span = self.span(&pair);
        let mut parts = pair.into_inner();
        let (Some(target), Some(assign), Some(value)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(vec![Diagnostic::error("syntax", span, "an assignment is expected here")]);
        };
        let operator = match assign.as_str().trim() {
            "+=" => Some(Binary::Add),
            "-=" => Some(Binary::Subtract),
            "*=" => Some(Binary::Multiply),
            "/=" => Some(Binary::Divide),
            _ => None,
        };
        let target = self.operand(target)?;
        if value.as_rule() == Rule::assigned_statement {
            if operator.is_some() {
                return Err(vec![
                    Diagnostic::error(
                        "syntax",
                        self.span(&assign),
                        "a statement's result can only be assigned with `=`",
                    )
                    .help("assign it to a name first, then add that"),
                ]);
            }
            return Ok(Node { span, ..self.statement(value, Some(target))? });
        }
        let value = self.expression(value)?;
        let value = match operator {
            Some(operator) => Expression {
                span: value.span,
                kind: Kind::Binary(operator, Box::new(target.clone()), Box::new(value)),
            },
            None => value,
        };
        let (verb, arguments, clauses) = (Verb::Expression(value), Vec::new(), Vec::new());
        Ok(Node {
            target: Some(target),
            operator,
            verb,
            arguments,
            block: None,
            clauses,
            comments: Vec::new(),
            span,
        })
    }

    fn statement(&self, pair: Pair<'_, Rule>, target: Option<Expression>) -> Reading<Node> {
        let span = self.span(&pair);
        let mut word = Name { text: String::new(), span };
        let (mut arguments, mut block, mut clauses) = (Vec::new(), None, Vec::new());
        let mut errors = Vec::new();
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::word | Rule::assigned_word => word = self.name(&part),
                Rule::arguments => match self.arguments(part) {
                    Ok(read) => arguments = read,
                    Err(more) => errors.extend(more),
                },
                Rule::block => match self.block(part) {
                    Ok(read) => block = Some(read),
                    Err(more) => errors.extend(more),
                },
                Rule::clause => match self.clause(part) {
                    Ok(read) => clauses.push(read),
                    Err(more) => errors.extend(more),
                },
                _ => {}
            }
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        Ok(Node {
            target,
            operator: None,
            verb: Verb::Word(word),
            arguments,
            block,
            clauses,
            comments: Vec::new(),
            span,
        })
    }

    fn clause(&self, pair: Pair<'_, Rule>) -> Reading<Clause> {
        let span = self.span(&pair);
        let mut word = Name { text: String::new(), span };
        let (mut arguments, mut block) = (Vec::new(), Block { nodes: Vec::new(), span });
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::clause_word => word = self.clause_word(&part),
                Rule::arguments => arguments = self.arguments(part)?,
                Rule::block => block = self.block(part)?,
                _ => {}
            }
        }
        Ok(Clause { word, arguments, block, span })
    }

    fn arguments(&self, pair: Pair<'_, Rule>) -> Reading<Vec<Argument>> {
        pair.into_inner().map(|argument| self.argument(argument)).collect()
    }

    fn argument(&self, pair: Pair<'_, Rule>) -> Reading<Argument> {
        let span = self.span(&pair);
        let mut argument = Argument { name: None, value: None, binding: None, span };
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::argument_name => argument.name = part.into_inner().next().map(|name| self.name(&name)),
                Rule::expression => argument.value = Some(Value::Expression(self.expression(part)?)),
                Rule::binding => {
                    argument.binding =
                        part.into_inner().find(|it| it.as_rule() == Rule::name).map(|it| self.name(&it));
                }
                _ => {}
            }
        }
        Ok(argument)
    }
}
