//! Prints the text form: one statement a line, indented by two, blocks on one line only where the source had
//! them so.

use unicode_width::UnicodeWidthStr;

use super::expression::{Expressions, SourceLines, Surroundings};
use super::lines::WIDTH;
use super::tree::{Argument, Block, Gap, Item, Layout, Remark, Sheet, Verb, Written};
use crate::expression::tree::{Expression, Kind};
use crate::source::Source;

/// What is wider may be broken in the middle, so that it begins on its statement's line.
const LONG: usize = 40;

/// A file in the text form.
pub(super) fn print(sheet: &Sheet, source: &Source) -> String {
    let mut printer =
        Printer::new(Expressions { source, inner: &sheet.inner, source_lines: SourceLines::Kept });
    printer.items(&sheet.items, &sheet.end, 0);
    printer.lines.join("\n") + "\n"
}

/// The lines of a statement without comments, and the text of it if it fits into one.
pub(super) fn statement(item: &Item, expressions: Expressions<'_>) -> (Vec<String>, Option<String>) {
    let mut printer = Printer::new(expressions);
    let flat = printer.flat_item(item);
    printer.item(item, 0);
    (printer.lines, flat)
}

/// A clause's word and arguments.
pub(super) fn clause_head(word: &str, arguments: &[Argument], expressions: &Expressions<'_>) -> String {
    let arguments = arguments
        .iter()
        .enumerate()
        .map(|(index, argument)| flat_argument(expressions, argument, index == 0));
    let arguments: Vec<String> = arguments.collect();
    if arguments.is_empty() { word.to_string() } else { format!("{word} {}", arguments.join(", ")) }
}

struct Printer<'a> {
    expressions: Expressions<'a>,
    lines: Vec<String>,
}

impl<'a> Printer<'a> {
    fn new(expressions: Expressions<'a>) -> Printer<'a> {
        Printer { expressions, lines: Vec::new() }
    }

    /// Statements with the comments between and behind them; nothing has been printed of their block yet.
    fn items(&mut self, items: &[Item], end: &[Remark], indent: usize) {
        let start = self.lines.len();
        for item in items {
            self.remarks(&remarks_above(item), indent, start);
            self.gap(item.gap, start);
            self.item(item, indent);
        }
        self.remarks(end, indent, start);
    }

    fn remarks(&mut self, remarks: &[Remark], indent: usize, start: usize) {
        for remark in remarks {
            self.gap(remark.gap, start);
            self.lines.push(format!("{}{}", " ".repeat(indent), remark.text));
        }
    }

    /// A blank line, unless the block begins here.
    fn gap(&mut self, gap: Gap, start: usize) {
        if gap == Gap::Blank && self.lines.len() > start {
            self.lines.push(String::new());
        }
    }

    fn item(&mut self, item: &Item, indent: usize) {
        let pad = " ".repeat(indent);
        if let Some(flat) = self.flat_item(item).filter(|flat| indent + flat.width() <= WIDTH) {
            let behind = item.remarks.behind.iter().map(|behind| format!(" {behind}"));
            self.lines.push([pad, flat].into_iter().chain(behind).collect());
            return;
        }
        let mut line = format!("{pad}{}", self.head(item, indent));
        let mut blocks = Vec::new();
        blocks.extend(item.block.iter().map(|block| (String::new(), block)));
        blocks.extend(item.clauses.iter().map(|clause| {
            let head = clause_head(&clause.word, &clause.arguments, &self.expressions);
            (format!(" {head}"), &clause.block)
        }));
        for (index, (head, block)) in blocks.iter().enumerate() {
            line.push_str(head);
            // A comment above a clause can only stand in the block before it.
            let end = item.clauses.get(index).map_or(&[][..], |next| &next.above);
            let behind = block.behind.clone().or(if index == 0 { remark_behind_head(item) } else { None });
            if behind.is_none() && end.is_empty() && block.items.is_empty() && block.end.is_empty() {
                line.push_str(" {}");
                continue;
            }
            line.push_str(" {");
            line.extend(behind.map(|behind| format!(" {behind}")));
            self.lines.extend(std::mem::take(&mut line).split('\n').map(str::to_string));
            let end: Vec<Remark> = block.end.iter().chain(end).cloned().collect();
            self.items(&block.items, &end, indent + 2);
            line = format!("{pad}}}");
        }
        let behind = item.remarks.behind.clone().or(if item.block.is_none() {
            remark_behind_head(item)
        } else {
            None
        });
        line.extend(behind.map(|behind| format!(" {behind}")));
        self.lines.extend(line.split('\n').map(str::to_string));
    }

    /// A block on one line, if the source had it so or it is empty.
    fn flat_block(&self, block: &Block) -> Option<String> {
        if block.behind.is_some() || !block.end.is_empty() {
            return None;
        }
        if block.items.is_empty() {
            return Some(" {}".to_string());
        }
        if block.layout == Layout::Lines {
            return None;
        }
        let items = block.items.iter().map(|item| self.flat_item(item)).collect::<Option<Vec<_>>>()?;
        Some(format!(" {{ {} }}", items.join("; ")))
    }

    /// A statement on one line; none if something in it needs more.
    fn flat_item(&self, item: &Item) -> Option<String> {
        let value = match &item.verb {
            Verb::Expression(value) => Some(value),
            Verb::Word(_) => None,
        };
        let values = item.arguments.iter().filter_map(|argument| argument.value.as_ref()).chain(value);
        let is_broken = values.into_iter().any(|value| self.expressions.is_broken(value));
        let has_remarks = item.arguments.iter().any(|argument| !argument.remarks.is_empty())
            || item.target.as_ref().is_some_and(|target| !target.remarks.is_empty())
            || item.clauses.iter().any(|clause| !clause.above.is_empty());
        if is_broken || has_remarks {
            return None;
        }
        let mut line = self.flat_head(item);
        if let Some(block) = &item.block {
            line.push_str(&self.flat_block(block)?);
        }
        for clause in &item.clauses {
            line.push(' ');
            line.push_str(&clause_head(&clause.word, &clause.arguments, &self.expressions));
            line.push_str(&self.flat_block(&clause.block)?);
        }
        Some(line)
    }

    /// A statement up to its block, on one line.
    fn flat_head(&self, item: &Item) -> String {
        let start = self.start(item);
        match &item.verb {
            Verb::Expression(value) => {
                let value = self.assigned(item, value);
                start + &self.alone(item, self.expressions.flat(value, Surroundings::Text), value)
            }
            Verb::Word(word) if item.arguments.is_empty() => start + word,
            Verb::Word(word) => {
                let arguments = item.arguments.iter().enumerate();
                let arguments: Vec<String> = arguments
                    .map(|(index, argument)| flat_argument(&self.expressions, argument, index == 0))
                    .collect();
                format!("{start}{word} {}", arguments.join(", "))
            }
        }
    }

    /// A statement up to its block, on as many lines as it needs.
    fn head(&self, item: &Item, indent: usize) -> String {
        let start = self.start(item);
        let tail = if item.block.is_some() { 2 } else { 0 };
        match &item.verb {
            Verb::Expression(value) => {
                let value = self.assigned(item, value);
                let column = indent + start.width();
                start + &self.alone(item, self.expressions.fit(value, indent, column, tail), value)
            }
            Verb::Word(word) if item.arguments.is_empty() => start + word,
            Verb::Word(word) => self.arguments(format!("{start}{word} "), &item.arguments, indent, tail),
        }
    }

    fn arguments(&self, start: String, arguments: &[Argument], indent: usize, tail: usize) -> String {
        let flat = |(index, argument)| flat_argument(&self.expressions, argument, index == 0);
        let flats: Vec<String> = arguments.iter().enumerate().map(flat).collect();
        let is_broken = |argument: &Argument| {
            argument.value.as_ref().is_some_and(|value| self.expressions.is_broken(value))
        };
        let whole = flats.join(", ");
        if !arguments.iter().any(is_broken) && indent + start.width() + whole.width() + tail <= WIDTH {
            return start + &whole;
        }
        let Some((last, others)) = arguments.split_last() else { return start };
        let is_long = others.is_empty() || is_broken(last) || flats[others.len()].width() > LONG;
        if is_long && !others.iter().any(is_broken) {
            // What is long itself may begin on the statement's own line.
            let mut line = start.clone();
            for flat in &flats[..others.len()] {
                line.push_str(flat);
                line.push_str(", ");
            }
            line.push_str(&self.argument(last, others.is_empty(), indent, indent + line.width(), tail));
            if line.split('\n').next().is_some_and(|first| indent + first.width() <= WIDTH)
                || others.is_empty()
            {
                return line;
            }
        }
        let mut out = String::new();
        let mut line = start;
        let mut inner = indent;
        for (index, (argument, flat)) in arguments.iter().zip(&flats).enumerate() {
            let is_last = index + 1 == arguments.len();
            let tail = if is_last { tail } else { 1 };
            let blank = usize::from(index > 0);
            if index > 0 && inner + line.width() + blank + flat.width() + tail > WIDTH {
                out.push_str(&line);
                out.push('\n');
                line = " ".repeat(4 + indent);
                inner = 0;
            } else if index > 0 {
                line.push(' ');
            }
            let column = inner + line.width();
            line.push_str(&self.argument(argument, index == 0, indent + 4 * blank, column, tail));
            line.push_str(if is_last { "" } else { "," });
            if let Some(newline) = line.rfind('\n') {
                out.push_str(&line[..=newline]);
                line = line[newline + 1..].to_string();
                inner = 0;
            }
        }
        out + &line
    }

    /// An argument on as many lines as it needs.
    fn argument(
        &self,
        argument: &Argument,
        is_first: bool,
        indent: usize,
        column: usize,
        tail: usize,
    ) -> String {
        let label = label(argument);
        let binding = argument.binding.as_ref().map_or(String::new(), |binding| format!(" as {binding}"));
        match &argument.value {
            Some(value) => {
                let column = column + label.width();
                let value = self.expressions.fit(value, indent, column, tail + binding.width());
                format!("{label}{}{binding}", no_empty_block(value, is_first && label.is_empty()))
            }
            None => format!("{label}{}", binding.trim_start()),
        }
    }

    /// What stands before the word: `x = `.
    fn start(&self, item: &Item) -> String {
        let operator = item.operator.map_or("", |operator| operator.symbol());
        let target =
            item.target.as_ref().map(|target| self.expressions.flat(&target.value, Surroundings::Text));
        target.map_or(String::new(), |target| format!("{target} {operator}= "))
    }

    /// What is written behind `x +=`: the verb is the whole sum.
    fn assigned<'b>(&self, item: &'b Item, value: &'b Expression) -> &'b Expression {
        match (&value.kind, item.operator) {
            (Kind::Binary(operator, _, right), Some(written)) if *operator == written => right,
            _ => value,
        }
    }

    /// A name alone on its line would be a statement.
    fn alone(&self, item: &Item, printed: String, value: &Expression) -> String {
        let is_name = matches!(value.kind, Kind::Name(_)) && item.target.is_none();
        if is_name { format!("({printed})") } else { printed }
    }
}

fn label(argument: &Argument) -> String {
    let name = match argument.written {
        Written::ByName => format!("{}: ", argument.name),
        Written::ByPosition => String::new(),
    };
    let earlier: String = argument.earlier.iter().map(|name| format!("{name}, ")).collect();
    name + &earlier
}

fn flat_argument(expressions: &Expressions<'_>, argument: &Argument, is_first: bool) -> String {
    let label = label(argument);
    let value = argument.value.as_ref().map(|value| expressions.flat(value, Surroundings::Text));
    let value = value.map(|value| no_empty_block(value, is_first && label.is_empty()));
    let binding = argument.binding.as_ref().map(|binding| format!("as {binding}"));
    let words: Vec<String> = value.into_iter().chain(binding).collect();
    label + &words.join(" ")
}

/// An empty map directly behind a word would be a block.
fn no_empty_block(value: String, is_first: bool) -> String {
    if is_first && value.starts_with("{}") { format!("({value})") } else { value }
}

/// The comments above a statement, with those at its arguments that can't stand there on one line.
fn remarks_above(item: &Item) -> Vec<Remark> {
    let mut remarks = item.remarks.above.clone();
    let kept = remark_behind_head(item);
    let behind_is_free = match &item.block {
        Some(block) => block.behind.is_none(),
        None => item.remarks.behind.is_none(),
    };
    for part in part_remarks(item) {
        remarks.extend(part.above.iter().cloned());
        let is_kept = behind_is_free && kept.is_some();
        let behind = part.behind.clone().filter(|_| !is_kept);
        remarks.extend(behind.map(|text| Remark { text, gap: Gap::Close }));
    }
    remarks
}

/// The only comment that ends a line of the statement's arguments.
fn remark_behind_head(item: &Item) -> Option<String> {
    let mut behind = part_remarks(item).filter_map(|part| part.behind.clone());
    let first = behind.next();
    first.filter(|_| behind.next().is_none())
}

fn part_remarks(item: &Item) -> impl Iterator<Item = &super::tree::Remarks> {
    let target = item.target.iter().map(|target| &target.remarks);
    item.arguments.iter().map(|argument| &argument.remarks).chain(target)
}
