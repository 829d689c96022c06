//! Reads one YAML document into [`Value`]s.
//!
//! Built on the events of `granit-parser`, the parser inside `serde-saphyr`: unlike deserialisation they
//! tell the style of every scalar and its exact bytes, which decide whether it is text or an expression.
//! Nesting and what aliases expand to are bounded, so no input is larger in memory than a multiple of
//! its size. Duplicate keys, tags and second documents are refused, for YAML would drop or change what
//! they hold without a word.

use std::collections::HashMap;

use granit_parser::{Event, Parser, ScalarStyle, Tag};

use super::super::MAX_DEPTH;
use super::super::node::{Scalar, Style, Value};
use super::explain::explain;
use crate::diagnostic::Diagnostic;
use crate::source::Span;

/// How many values aliases may copy in all.
const MAX_COPIES: usize = 100_000;

/// Reads the only document of a text.
///
/// # Errors
/// If the text is not YAML, or holds what the form has no use for.
pub(super) fn read(text: &str) -> Result<Value, Vec<Diagnostic>> {
    let options = granit_parser::options! { emit_comments: false, flow_nesting_limit: 4 * MAX_DEPTH };
    let mut parser = Parser::new_from_str_with_options(text, options);
    let mut reader =
        Reader { text, open: Vec::new(), anchors: HashMap::new(), copies: 0, root: None, errors: Vec::new() };
    loop {
        match parser.next_event() {
            None => break,
            Some(Ok((event, span))) => {
                if let Err(error) = reader.event(event, &span) {
                    reader.errors.push(error);
                    return Err(reader.errors);
                }
            }
            Some(Err(error)) => {
                reader.errors.push(explain(&error, text));
                return Err(reader.errors);
            }
        }
    }
    match reader.root {
        _ if !reader.errors.is_empty() => Err(reader.errors),
        Some(root) => Ok(root),
        None => Err(vec![
            Diagnostic::error("empty-file", Span::default(), "the file holds only comments")
                .help("the smallest scenario is `main: [log: hello]`"),
        ]),
    }
}

/// Where the comments of a text are.
///
/// # Errors
/// If the text is not YAML.
pub(super) fn comments(text: &str) -> Result<Vec<Span>, Vec<Diagnostic>> {
    let options = granit_parser::options! {
        emit_comments: true,
        max_buffered_comment_events: usize::MAX,
        flow_nesting_limit: 4 * MAX_DEPTH,
    };
    let mut comments = Vec::new();
    for event in Parser::new_from_str_with_options(text, options) {
        let (event, span) = event.map_err(|error| vec![explain(&error, text)])?;
        if let Event::Comment(..) = event {
            let range = span.byte_range().unwrap_or(0..0);
            comments.push(Span::new(range.start, range.end));
        }
    }
    Ok(comments)
}

/// Whether a text has anchors.
///
/// # Errors
/// If the text is not YAML.
pub(super) fn has_anchors(text: &str) -> Result<bool, Vec<Diagnostic>> {
    let options = granit_parser::options! { emit_comments: false, flow_nesting_limit: 4 * MAX_DEPTH };
    for event in Parser::new_from_str_with_options(text, options) {
        let (event, _) = event.map_err(|error| vec![explain(&error, text)])?;
        if let Event::Scalar(_, _, 1.., _)
        | Event::SequenceStart(_, 1.., _)
        | Event::MappingStart(_, 1.., _) = event
        {
            return Ok(true);
        }
    }
    Ok(false)
}

struct Reader<'a> {
    text: &'a str,
    open: Vec<Open>,
    anchors: HashMap<usize, Value>,
    copies: usize,
    root: Option<Value>,
    /// Mistakes that reading can go on after.
    errors: Vec<Diagnostic>,
}

/// A list or map that is not complete.
struct Open {
    content: Content,
    anchor: usize,
    span: Span,
}

enum Content {
    List(Vec<Value>),
    Map { entries: Vec<(Scalar, Value)>, key: Option<Scalar> },
}

impl Reader<'_> {
    fn event(&mut self, event: Event<'_>, span: &granit_parser::Span) -> Result<(), Diagnostic> {
        let span = self.span(span);
        match event {
            Event::DocumentStart(..) if self.root.is_some() => {
                return Err(Diagnostic::error("second-document", span, "a file holds one scenario")
                    .label("a second document begins here")
                    .help("put it into a file of its own"));
            }
            Event::Scalar(content, style, anchor, tag) => {
                self.refuse_tag(tag.as_deref(), span)?;
                let span = if matches!(style, ScalarStyle::Literal | ScalarStyle::Folded) {
                    self.without_blank_lines(span)
                } else {
                    span
                };
                let scalar = self.scalar(content.into_owned(), style, span);
                self.add(Value::Scalar(scalar), anchor);
            }
            Event::SequenceStart(_, anchor, tag) => {
                self.refuse_tag(tag.as_deref(), span)?;
                self.open(Content::List(Vec::new()), anchor, span)?;
            }
            Event::MappingStart(_, anchor, tag) => {
                self.refuse_tag(tag.as_deref(), span)?;
                self.open(Content::Map { entries: Vec::new(), key: None }, anchor, span)?;
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(span),
            Event::Alias(id) => self.alias(id, span)?,
            _ => {}
        }
        Ok(())
    }

    fn span(&self, span: &granit_parser::Span) -> Span {
        let range = span.byte_range().unwrap_or(0..0);
        Span::new(range.start.min(self.text.len()), range.end.min(self.text.len()))
    }

    /// A block scalar, for the parser, ends where the next thing begins.
    fn without_blank_lines(&self, span: Span) -> Span {
        let written = self.text.get(span.start as usize..span.end as usize).unwrap_or("");
        Span::new(span.start as usize, span.start as usize + written.trim_end().len())
    }

    fn scalar(&self, text: String, style: ScalarStyle, span: Span) -> Scalar {
        let source = self.text.get(span.start as usize..span.end as usize).unwrap_or("");
        // The parser gives `~` for nothing at all, too.
        let text = match (style, source) {
            (ScalarStyle::Plain, "") => String::new(),
            (ScalarStyle::Plain, "~") => "null".to_string(),
            _ => text,
        };
        let (style, indent) = match style {
            ScalarStyle::Plain if self.is_cut(span) => (Style::Cut, 0),
            ScalarStyle::Plain => (Style::Plain, 0),
            _ => (Style::Quoted, 1),
        };
        let offset = (source.get(indent..indent + text.len()) == Some(text.as_str())
            && source.len() == text.len() + 2 * indent)
            .then_some(span.start + indent as u32);
        Scalar { text, style, span, offset }
    }

    /// Whether a comment stands behind a scalar, on its line.
    fn is_cut(&self, span: Span) -> bool {
        let behind = self.text.get(span.end as usize..).unwrap_or("");
        let line = behind.lines().next().unwrap_or("");
        span.start < span.end && line.trim_start().starts_with('#')
    }

    fn refuse_tag(&self, tag: Option<&Tag>, span: Span) -> Result<(), Diagnostic> {
        let Some(tag) = tag else { return Ok(()) };
        let written = tag.original();
        let end = span.start as usize;
        let start = self.text.get(..end).and_then(|before| before.rfind(&written)).unwrap_or(end);
        Err(Diagnostic::error(
            "yaml-tag",
            Span::new(start, start + written.len()),
            format!("`{written}` is a YAML tag"),
        )
        .label("YAML would drop it without a word")
        .help("for the opposite of a condition write `not x`; text that begins with `!` stands in quotes"))
    }

    fn open(&mut self, content: Content, anchor: usize, span: Span) -> Result<(), Diagnostic> {
        if self.open.len() >= MAX_DEPTH {
            let message = format!("lists and maps are nested more than {MAX_DEPTH} deep");
            return Err(Diagnostic::error("too-deep", span.at_start(), message)
                .help("give parts names, or move steps into tasks of their own"));
        }
        self.open.push(Open { content, anchor, span });
        Ok(())
    }

    fn close(&mut self, end: Span) {
        let Some(open) = self.open.pop() else { return };
        let span = open.span.hull(end);
        let value = match open.content {
            Content::List(items) => {
                let end = items.last().map_or(span.end, |item| item.span().end);
                Value::List(items, Span { end: self.bracket_end(span, end), ..span })
            }
            Content::Map { entries, .. } => {
                let end = entries.last().map_or(span.end, |(_, value)| value.span().end);
                Value::Map(entries, Span { end: self.bracket_end(span, end), ..span })
            }
        };
        self.add(value, open.anchor);
    }

    /// A container in brackets ends behind the closing one; any other one with its last part, for the
    /// parser notices its end only at what follows.
    fn bracket_end(&self, span: Span, end_of_parts: u32) -> u32 {
        let first = self.text.as_bytes().get(span.start as usize);
        if matches!(first, Some(b'[' | b'{')) { span.end } else { end_of_parts }
    }

    fn add(&mut self, value: Value, anchor: usize) {
        if anchor != 0 {
            self.anchors.insert(anchor, value.clone());
        }
        match self.open.last_mut().map(|open| &mut open.content) {
            None => self.root = Some(value),
            Some(Content::List(items)) => items.push(value),
            Some(Content::Map { entries, key }) => match key.take() {
                Some(key) if key.text == "<<" && key.style == Style::Plain => self.merge(key, value),
                Some(key) => {
                    if let Some((first, _)) = entries.iter().find(|(earlier, _)| earlier.text == key.text) {
                        self.errors.push(
                            Diagnostic::error(
                                "duplicate-key",
                                key.span,
                                format!("`{}` stands here twice", key.text),
                            )
                            .related(first.span, "first here")
                            .help("YAML keeps only one of them: rename or merge them"),
                        );
                    }
                    entries.push((key, value));
                }
                None => match value {
                    Value::Scalar(scalar) => *key = Some(scalar),
                    other => {
                        let span = other.span();
                        *key = Some(Scalar { text: String::new(), style: Style::Plain, span, offset: None });
                        self.errors.push(
                            Diagnostic::error("bad-key", span, "a list or map can't be a key")
                                .help("if a value begins with `{` or `[`, quote the whole value"),
                        );
                    }
                },
            },
        }
    }

    /// `<<: *defaults`: the entries of another map, or of several, unless they stand here.
    fn merge(&mut self, key: Scalar, value: Value) {
        let sources = match value {
            Value::List(items, _) => items,
            other => vec![other],
        };
        for source in sources {
            let Value::Map(merged, _) = source else {
                self.errors.push(
                    Diagnostic::error("bad-merge", key.span, "only maps can be merged with `<<`")
                        .help("write `<<: *name`, where `&name` marks a map"),
                );
                continue;
            };
            let Some(Content::Map { entries, .. }) = self.open.last_mut().map(|open| &mut open.content)
            else {
                return;
            };
            for (key, value) in merged {
                if !entries.iter().any(|(present, _)| present.text == key.text) {
                    entries.push((key, value));
                }
            }
        }
    }

    fn alias(&mut self, id: usize, span: Span) -> Result<(), Diagnostic> {
        let Some(value) = self.anchors.get(&id) else {
            return Err(Diagnostic::error("bad-alias", span, "an alias can't stand inside what it names")
                .help("write out what is meant"));
        };
        self.copies += size(value);
        if self.copies > MAX_COPIES {
            let message = format!("aliases copy more than {MAX_COPIES} values");
            return Err(
                Diagnostic::error("too-many-aliases", span, message).help("write tasks instead of copies")
            );
        }
        let value = value.clone();
        if self.open.len() + depth(&value) > MAX_DEPTH {
            let message = format!("lists and maps are nested more than {MAX_DEPTH} deep");
            return Err(Diagnostic::error("too-deep", span, message).help("write tasks instead of copies"));
        }
        self.add(value, 0);
        Ok(())
    }
}

fn size(value: &Value) -> usize {
    match value {
        Value::List(items, _) => 1 + items.iter().map(size).sum::<usize>(),
        Value::Map(entries, _) => 1 + entries.iter().map(|(_, value)| 1 + size(value)).sum::<usize>(),
        _ => 1,
    }
}

fn depth(value: &Value) -> usize {
    match value {
        Value::List(items, _) => 1 + items.iter().map(depth).max().unwrap_or(0),
        Value::Map(entries, _) => 1 + entries.iter().map(|(_, value)| depth(value)).max().unwrap_or(0),
        _ => 0,
    }
}
