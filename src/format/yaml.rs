//! Prints the YAML form: sections, and steps whose first key is their statement.
//!
//! A statement that no step of keys can say is written as a string of the text form: that is the case where
//! text stands as a value of its own, or where an expression holds what means something to YAML.

use unicode_width::UnicodeWidthStr;

use super::expression::{Expressions, SourceLines, Surroundings};
use super::scalar;
use super::text;
use super::tree::{Argument, Block, Clause, Gap, Inner, Item, Remark, Shape, Sheet, Verb, Written as Style};
use super::yaml_value::{Line, Place, Written, push_entry};
use crate::diagnostic::Diagnostic;
use crate::expression::tree::{Expression, Kind};
use crate::source::Source;
use crate::syntax::arguments::Reading;

/// A file in YAML.
///
/// # Errors
/// If it says something that YAML can't.
pub(super) fn print(sheet: &Sheet, source: &Source) -> Result<String, Vec<Diagnostic>> {
    let expressions = Expressions { source, inner: &sheet.inner, source_lines: SourceLines::Kept };
    let mut printer = Printer { expressions, lines: Vec::new(), errors: Vec::new() };
    printer.top_level(&sheet.items);
    printer.remarks(&sheet.end, 0, 0);
    if printer.errors.is_empty() { Ok(printer.lines.join("\n") + "\n") } else { Err(printer.errors) }
}

/// The lines of a file so far.
pub(super) struct Printer<'a> {
    pub(super) expressions: Expressions<'a>,
    pub(super) lines: Vec<String>,
    errors: Vec<Diagnostic>,
}

/// How a step is written.
enum Way {
    Keys,
    String,
}

impl Printer<'_> {
    pub(super) fn remarks(&mut self, remarks: &[Remark], indent: usize, start: usize) {
        for remark in remarks {
            self.gap(remark.gap, start);
            self.lines.push(format!("{}{}", " ".repeat(indent), remark.text));
        }
    }

    /// A blank line, unless the block begins here.
    pub(super) fn gap(&mut self, gap: Gap, start: usize) {
        if gap == Gap::Blank && self.lines.len() > start {
            self.lines.push(String::new());
        }
    }

    /// A block behind its key.
    pub(super) fn steps(&mut self, prefix: String, block: &Block, behind: Option<String>, indent: usize) {
        let head = if block.items.is_empty() { "[]".to_string() } else { String::new() };
        if block.items.is_empty() {
            // Nothing but the key is there for the comments to stand at.
            let outside = prefix.len() - prefix.trim_start_matches(' ').len();
            self.remarks(&block.end, outside, self.lines.len());
        }
        push_entry(&mut self.lines, prefix, Written { head, below: Vec::new() }, behind);
        if !block.items.is_empty() {
            let start = self.lines.len();
            for item in &block.items {
                self.step(item, indent, start);
            }
            self.remarks(&block.end, indent, start);
        }
    }

    fn step(&mut self, item: &Item, indent: usize, start: usize) {
        match (&item.verb, self.way(item)) {
            (Verb::Word(word), Way::Keys) => self.keys(item, word, indent, start),
            _ => self.string(item, indent, start),
        }
    }

    /// Whether keys can say a statement, and whether a string says it better.
    fn way(&self, item: &Item) -> Way {
        let is_bare = item.arguments.is_empty() && item.block.is_none();
        let mut bends = is_bare;
        for (index, argument) in item.arguments.iter().enumerate() {
            let is_first = index == 0 && argument.written == Style::ByPosition;
            let has_more = argument.binding.is_some() || !argument.earlier.is_empty();
            let is_value = argument.reading == Reading::Text
                && argument.value.as_ref().is_none_or(|value| !matches!(value.kind, Kind::Template(_)));
            if is_value || !is_first && (has_more || argument.name.is_empty()) {
                return Way::String;
            }
            bends |= match &argument.value {
                Some(value) if is_first && (has_more || is_taken_for_block(item, value)) => {
                    !scalar::is_plain(&self.expressions.flat(value, Surroundings::Text))
                }
                Some(value) => !self.expressions.stands(value, argument.reading),
                None => false,
            };
        }
        let has_remarks = item.arguments.iter().any(|argument| !argument.remarks.is_empty());
        let is_simple = item.block.is_none() && item.clauses.is_empty();
        if bends && is_simple && !has_remarks { Way::String } else { Way::Keys }
    }

    /// `- verb: first argument` with everything else below.
    fn keys(&mut self, item: &Item, word: &str, indent: usize, start: usize) {
        let first = item.arguments.first().filter(|first| first.written == Style::ByPosition);
        let mut above = item.remarks.above.clone();
        above.extend(first.iter().flat_map(|first| first.remarks.above.iter().cloned()));
        let first_behind = first.and_then(|first| first.remarks.behind.clone());
        let mut block_behind = item.block.as_ref().and_then(|block| block.behind.clone());
        // The block's own line may be that of `do:`, if the first line has a comment already.
        let moved = if first_behind.is_none() { block_behind.take() } else { None };
        let mut behind = first_of([first_behind, moved, item.remarks.behind.clone()], &mut above);
        let is_listed = first.is_none() && item.block.is_some();
        if let Some(block) = item.block.as_ref().filter(|block| is_listed && block.items.is_empty()) {
            above.extend(block.end.iter().cloned());
        }
        let prefix = format!("{}- {word}:", " ".repeat(indent));
        let place = self.place(&prefix, indent + 4, behind.as_ref());
        let value = first.map(|first| self.first(item, first, place));
        if value.as_ref().is_some_and(Written::is_block) {
            above.extend(behind.take().map(|text| Remark { text, gap: Gap::Close }));
        }
        self.remarks(&above, indent, start);
        self.gap(item.gap, start);
        match (&item.block, value) {
            (_, Some(value)) => {
                push_entry(&mut self.lines, prefix, value, behind);
                self.options(item, 1, indent + 2, block_behind);
            }
            (Some(block), None) => {
                let without_end = Block { end: Vec::new(), ..block.clone() };
                let block = if block.items.is_empty() { &without_end } else { block };
                self.steps(prefix, block, behind, indent + 4);
                self.rest(item, 0, indent + 2);
            }
            (None, None) => {
                push_entry(&mut self.lines, prefix, Written::default(), behind);
                self.options(item, 0, indent + 2, block_behind);
            }
        }
    }

    /// The value of a step's first key.
    fn first(&self, item: &Item, first: &Argument, place: Place) -> Written {
        let Some(value) = &first.value else {
            let binding = first.binding.as_ref().map_or(String::new(), |binding| format!("as {binding}"));
            return Written { head: binding, below: Vec::new() };
        };
        let has_more = first.binding.is_some() || !first.earlier.is_empty();
        if !has_more && !is_taken_for_block(item, value) {
            return self.expressions.value(value, first.reading, place);
        }
        let names: String = first.earlier.iter().map(|name| format!("{name}, ")).collect();
        let binding = first.binding.as_ref().map_or(String::new(), |binding| format!(" as {binding}"));
        Written { head: format!("{names}{}{binding}", self.expressions.plain(value)), below: Vec::new() }
    }

    /// The arguments from a position on, the block, the clauses and what takes the result.
    pub(super) fn options(&mut self, item: &Item, from: usize, indent: usize, block_behind: Option<String>) {
        let pad = " ".repeat(indent);
        self.named(&item.arguments[from..], indent);
        if let Some(block) = &item.block {
            self.steps(format!("{pad}do:"), block, block_behind, indent + 2);
        }
        self.behind_block(item, indent);
    }

    /// The same where the block stands already.
    fn rest(&mut self, item: &Item, from: usize, indent: usize) {
        self.named(&item.arguments[from..], indent);
        self.behind_block(item, indent);
    }

    fn named(&mut self, arguments: &[Argument], indent: usize) {
        for argument in arguments {
            self.remarks(&argument.remarks.above, indent, self.lines.len());
            let prefix = format!("{}{}:", " ".repeat(indent), argument.name);
            self.argument(prefix, argument, indent + 2, argument.remarks.behind.clone());
        }
    }

    fn behind_block(&mut self, item: &Item, indent: usize) {
        for clause in &item.clauses {
            self.clause(clause, indent);
        }
        if let Some(target) = &item.target {
            self.remarks(&target.remarks.above, indent, self.lines.len());
            let flat = self.expressions.flat(&target.value, Surroundings::Text);
            let head = if scalar::is_plain(&flat) { flat } else { scalar::quoted(&flat) };
            let prefix = format!("{}into:", " ".repeat(indent));
            push_entry(
                &mut self.lines,
                prefix,
                Written { head, below: Vec::new() },
                target.remarks.behind.clone(),
            );
        }
    }

    fn clause(&mut self, clause: &Clause, indent: usize) {
        self.remarks(&clause.above, indent, self.lines.len());
        let head = text::clause_head(&clause.word, &clause.arguments, &self.expressions);
        let key = if scalar::is_plain(&head) { head } else { scalar::quoted(&head) };
        let prefix = format!("{}{key}:", " ".repeat(indent));
        self.steps(prefix, &clause.block, clause.block.behind.clone(), indent + 2);
    }

    pub(super) fn argument(
        &mut self,
        prefix: String,
        argument: &Argument,
        indent: usize,
        behind: Option<String>,
    ) {
        match &argument.value {
            Some(value) => {
                let is_value = argument.reading == Reading::Text && !matches!(value.kind, Kind::Template(_));
                if is_value {
                    self.errors.push(
                        Diagnostic::error("not-in-yaml", value.span, "in YAML this argument is always text")
                            .label("a value of its own can't be said there")
                            .help("write it as text with a hole: `\"{x}\"`"),
                    );
                }
                self.value(prefix, value, argument.reading, indent, behind);
            }
            None => push_entry(&mut self.lines, prefix, Written::default(), behind),
        }
    }

    pub(super) fn value(
        &mut self,
        prefix: String,
        value: &Expression,
        reading: Reading,
        indent: usize,
        behind: Option<String>,
    ) {
        let place = self.place(&prefix, indent, behind.as_ref());
        let written = self.expressions.value(value, reading, place);
        push_entry(&mut self.lines, prefix, written, behind);
    }

    fn place(&self, prefix: &str, indent: usize, behind: Option<&String>) -> Place {
        let line = if behind.is_some() { Line::Commented } else { Line::Free };
        Place { indent, column: prefix.width(), line }
    }

    /// A step that is a string of the text form.
    fn string(&mut self, item: &Item, indent: usize, start: usize) {
        let values = item.arguments.iter().filter_map(|argument| argument.value.as_ref());
        let value = match &item.verb {
            Verb::Expression(value) => Some(value),
            Verb::Word(_) => None,
        };
        let inside: Vec<Remark> =
            values.chain(value).flat_map(|value| self.expressions.remarks_inside(value)).collect();
        let (bare, mut remarks) = item.without_remarks();
        remarks.extend(inside);
        let mut behind = None;
        if let Some(own) = &item.remarks.behind {
            remarks.retain(|remark| remark.text != *own);
            behind = Some(own.clone());
        }
        self.remarks(&remarks, indent, start);
        self.gap(item.gap, start);
        let none = Inner::default();
        let source_lines = SourceLines::Ignored;
        let expressions = Expressions { source: self.expressions.source, inner: &none, source_lines };
        let (lines, flat) = text::statement(&bare, expressions);
        let pad = " ".repeat(indent);
        match flat {
            Some(flat) => {
                let head = if scalar::is_plain(&flat) { flat } else { scalar::quoted(&flat) };
                push_entry(&mut self.lines, format!("{pad}-"), Written { head, below: Vec::new() }, behind);
            }
            None => {
                let below = lines
                    .iter()
                    .map(|line| if line.is_empty() { String::new() } else { format!("{pad}  {line}") });
                let value = Written { head: "|".to_string(), below: below.collect() };
                push_entry(&mut self.lines, format!("{pad}-"), value, behind);
            }
        }
    }
}

/// The first of the comments that would end one line; the others stand above it.
pub(super) fn first_of<const COUNT: usize>(
    candidates: [Option<String>; COUNT],
    above: &mut Vec<Remark>,
) -> Option<String> {
    let mut candidates = candidates.into_iter().flatten();
    let first = candidates.next();
    above.extend(candidates.map(|text| Remark { text, gap: Gap::Close }));
    first
}

/// Whether YAML would take the first argument for the statement's block.
fn is_taken_for_block(item: &Item, value: &Expression) -> bool {
    item.shape == Shape::TakesBlock && matches!(value.kind, Kind::List(_))
}
