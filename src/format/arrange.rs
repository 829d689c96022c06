//! From nodes to a [`Sheet`]: what the forms leave open is settled by the statement table, and every comment
//! gets its place.

use super::comments::Comments;
use super::tree::{
    Argument, Block, Clause, Gap, Item, Layout, Remark, Remarks, Section, SectionShape, Shape, Sheet, Target,
    Verb, Written,
};
use crate::decode::shape;
use crate::diagnostic::Diagnostic;
use crate::expression::tree::{Expression, Kind as Tree, Piece};
use crate::source::{Form, Source, Span};
use crate::statement::{self, BlockShape, Entry, Kind, Role};
use crate::syntax::arguments::{self, Reading};
use crate::syntax::node::{self, Node};
use crate::syntax::text::parse_statement;
use crate::syntax::yaml::{PARAMETERS, VARIABLES};

/// The section whose block holds expectations.
const EXPECT: &str = "expect";

/// Arranges the nodes of a file that has no errors; gives the comments inside strings, too.
///
/// # Errors
/// If it has errors all the same.
pub(super) fn arrange(
    source: &Source,
    nodes: &node::Block,
    comments: Comments<'_>,
) -> Result<(Sheet, Vec<String>), Vec<Diagnostic>> {
    let mut arranger =
        Arranger { source, comments, section: None, in_strings: Vec::new(), errors: Vec::new() };
    let items = arranger.top_level(nodes);
    let end = arranger.comments.above(u32::MAX);
    if !arranger.errors.is_empty() {
        return Err(arranger.errors);
    }
    Ok((Sheet { items, end, inner: arranger.comments.inner }, arranger.in_strings))
}

struct Arranger<'a> {
    source: &'a Source,
    comments: Comments<'a>,
    /// Where the word of the current YAML section stands.
    section: Option<Span>,
    /// The comments inside steps that are strings.
    in_strings: Vec<String>,
    errors: Vec<Diagnostic>,
}

/// A part of a statement, where comments may stand.
enum Part {
    Word,
    Target,
    Argument(usize),
    Value,
    Block,
    Clause(usize),
}

impl Arranger<'_> {
    fn top_level(&mut self, nodes: &node::Block) -> Vec<Item> {
        let ends = nodes.nodes.windows(2).map(|pair| self.outer_begin(&pair[0], &pair[1]));
        let ends: Vec<u32> = ends.chain([self.source.text.len() as u32]).collect();
        nodes.nodes.iter().zip(ends).map(|(node, limit)| self.item(node, Role::Declaration, limit)).collect()
    }

    /// Where a top-level node begins, or its section, if another one stands before it.
    fn outer_begin(&self, before: &Node, node: &Node) -> u32 {
        let begin = begin_of(node);
        let section = self.section_word(node).filter(|word| self.section_word(before) != Some(*word));
        section.filter(|word| word.start < begin).map_or(begin, |word| word.start)
    }

    /// Where the word of the YAML section stands that a node is in.
    fn section_word(&self, node: &Node) -> Option<Span> {
        match &node.verb {
            node::Verb::Section(word) => Some(word.span),
            node::Verb::Expression(_) if self.source.form == Form::Yaml => {
                let before = self.source.slice(Span { start: 0, end: begin_of(node) });
                let start = before.rfind(&format!("{VARIABLES}:"))?;
                Some(Span::new(start, start + VARIABLES.len()))
            }
            _ => None,
        }
    }

    fn item(&mut self, node: &Node, role: Role, limit: u32) -> Item {
        let entry = entry_of(node, role);
        let listed = entry.and_then(|entry| shape::listed_block(entry, node)).map(|(node, errors)| {
            self.errors.extend(errors);
            node
        });
        let node = listed.as_ref().unwrap_or(node);
        let section = if role == Role::Declaration { self.section(node, entry) } else { None };
        let begin = begin_of(node);
        let mut above = self.comments.above(begin);
        above.extend(
            node.comments.iter().map(|comment| Remark { text: comment.text.clone(), gap: Gap::Close }),
        );
        self.in_strings.extend(node.comments.iter().map(|comment| comment.text.clone()));
        let (mut arguments, spans) = self.arguments(entry, &node.arguments);
        let mut item = Item {
            gap: self.comments.gap(begin),
            remarks: Remarks { above, behind: None },
            section,
            target: node.target.clone().map(|value| Target { value, remarks: Remarks::default() }),
            operator: node.operator,
            verb: match &node.verb {
                node::Verb::Expression(value) => Verb::Expression(value.clone()),
                node::Verb::Word(word) | node::Verb::Section(word) => {
                    Verb::Word(entry.map_or(word.text.clone(), |entry| entry.name.to_string()))
                }
            },
            arguments: Vec::new(),
            shape: match entry.map(|entry| entry.block) {
                None | Some(BlockShape::Nothing) => Shape::TakesNone,
                Some(BlockShape::Optional | BlockShape::Required) => Shape::TakesBlock,
            },
            block: None,
            clauses: Vec::new(),
        };
        let inside = match &item.verb {
            Verb::Word(word) if word == EXPECT => Role::Expectation,
            _ => Role::Statement,
        };
        let parts = self.parts(node, &spans);
        for (index, (_, end, part)) in parts.iter().enumerate() {
            let limit = parts.get(index + 1).map_or(limit, |(begin, ..)| *begin);
            match part {
                Part::Word => {}
                Part::Target => {
                    if let (Some(target), Form::Yaml) = (&mut item.target, self.source.form) {
                        target.remarks = self.comments.part(&target.value);
                    }
                }
                Part::Value => {
                    if let Verb::Expression(value) = &item.verb {
                        item.remarks.above.extend(self.comments.inside(value, limit));
                    }
                }
                Part::Argument(position) => {
                    let argument = &mut arguments[*position];
                    argument.remarks.above = self.comments.above(spans[*position].start);
                    if let Some(value) = &argument.value {
                        argument.remarks.above.extend(self.comments.inside(value, limit));
                    }
                    argument.remarks.above.extend(self.comments.above(*end));
                    if self.source.form == Form::Yaml || index + 1 < parts.len() {
                        argument.remarks.behind = self.comments.behind(*end);
                    }
                }
                Part::Block => {
                    item.block = node.block.as_ref().map(|block| self.block(block, inside, limit));
                }
                Part::Clause(position) => {
                    let clause = &node.clauses[*position];
                    item.clauses.push(self.clause(clause, limit));
                }
            }
            self.comments.pass(*end);
        }
        item.remarks.behind = self.comments.behind(node.span.end);
        item.arguments = self.settle(entry, arguments);
        item
    }

    /// The parts of a node with where they begin and end, in the order of the source.
    fn parts(&self, node: &Node, arguments: &[Span]) -> Vec<(u32, u32, Part)> {
        let mut parts = Vec::new();
        if let Some(target) = &node.target {
            parts.push((target.span.start, target.span.end, Part::Target));
        }
        match &node.verb {
            node::Verb::Word(word) => parts.push((word.span.start, word.span.end, Part::Word)),
            node::Verb::Section(_) => {}
            node::Verb::Expression(value) => parts.push((value.span.start, value.span.end, Part::Value)),
        }
        let spans = arguments.iter().enumerate();
        parts.extend(spans.map(|(index, span)| (span.start, span.end, Part::Argument(index))));
        parts.extend(node.block.iter().map(|block| (block.span.start, block.span.end, Part::Block)));
        let clauses = node.clauses.iter().enumerate();
        parts.extend(
            clauses.map(|(index, clause)| (clause.word.span.start, clause.span.end, Part::Clause(index))),
        );
        if self.source.form == Form::Yaml {
            // Keys may stand in any order.
            parts.sort_by_key(|(begin, ..)| *begin);
        }
        parts
    }

    fn block(&mut self, block: &node::Block, role: Role, limit: u32) -> Block {
        let written = self.source.slice(block.span);
        // A step in YAML that is a string has blocks of the text form inside. What begins behind a dash is a list.
        let before = self.source.slice(Span { start: 0, end: block.span.start }).trim_end_matches(' ');
        let is_braced = written.starts_with('{') && !before.ends_with('-');
        let first = block.nodes.first().map_or(block.span.end, begin_of);
        let behind = if is_braced {
            self.comments.behind(block.span.start + 1)
        } else {
            self.comments.ending_line(first)
        };
        let limit = if is_braced { block.span.end.saturating_sub(1) } else { limit };
        let ends = block.nodes.iter().skip(1).map(begin_of).chain([limit]);
        let items = block.nodes.iter().zip(ends).map(|(node, limit)| self.item(node, role, limit)).collect();
        let end = if is_braced {
            self.comments.above(limit)
        } else if block.nodes.is_empty() {
            self.comments.above(block.span.start)
        } else {
            self.comments.end_of_block(limit, self.comments.dash(block.span.start))
        };
        let is_one_line = (is_braced || written.starts_with('[')) && !written.contains('\n');
        Block { items, behind, end, layout: if is_one_line { Layout::OneLine } else { Layout::Lines } }
    }

    fn clause(&mut self, clause: &node::Clause, limit: u32) -> Clause {
        let above = self.comments.above(clause.word.span.start);
        let arguments = clause.arguments.iter().map(|argument| {
            let value = argument.value.as_ref().map(|value| self.read(value, Reading::Expression));
            Argument {
                name: String::new(),
                written: Written::ByPosition,
                earlier: Vec::new(),
                value: value.flatten(),
                reading: Reading::Expression,
                binding: argument.binding.as_ref().map(|binding| binding.text.clone()),
                remarks: Remarks::default(),
            }
        });
        let arguments = arguments.collect();
        let block = self.block(&clause.block, Role::Statement, limit);
        Clause { word: clause.word.text.clone(), arguments, block, above }
    }

    /// The section of a declaration, with the comments above its word.
    fn section(&mut self, node: &Node, entry: Option<&Entry>) -> Option<Section> {
        let is_named = entry.is_some_and(Entry::is_named);
        let is_file = entry
            .and_then(|entry| entry.arguments.first())
            .is_some_and(|first| first.kind == Kind::Path && node.block.is_none());
        let is_listed =
            entry.is_some_and(|entry| !entry.arguments.is_empty() && entry.block != BlockShape::Nothing);
        let (word, shape) = match &node.verb {
            node::Verb::Expression(_) => (VARIABLES.to_string(), SectionShape::Variables),
            node::Verb::Section(word) if word.text == PARAMETERS || is_file => {
                (word.text.clone(), SectionShape::Parameters)
            }
            node::Verb::Section(word) if is_named => (word.text.clone(), SectionShape::Named),
            node::Verb::Section(word) => (word.text.clone(), SectionShape::Listed),
            node::Verb::Word(_) if self.source.form == Form::Yaml => return None,
            node::Verb::Word(word) => match format!("{}s", word.text) {
                plural if plural == PARAMETERS || is_file => (plural, SectionShape::Parameters),
                plural if is_named => (plural, SectionShape::Named),
                plural if is_listed => (plural, SectionShape::Listed),
                _ => return None,
            },
        };
        let mut section = Section { word, shape, above: Vec::new(), gap: Gap::Close };
        if let Some(word) = self.section_word(node)
            && self.section.is_none_or(|current| current != word)
        {
            section.above = self.comments.above(word.start);
            section.gap = self.comments.gap(word.start);
            self.comments.pass(word.end);
            self.section = Some(word);
        }
        Some(section)
    }

    /// The arguments one by one, with the names that the table gives them, and where each stands.
    fn arguments(
        &mut self,
        entry: Option<&'static Entry>,
        given: &[node::Argument],
    ) -> (Vec<Argument>, Vec<Span>) {
        let Some(entry) = entry else { return (Vec::new(), Vec::new()) };
        let (flat, errors) = shape::spread(entry, given);
        self.errors.extend(errors);
        let (mut arguments, mut spans) = (Vec::new(), Vec::new());
        let mut earlier: Vec<node::Name> = Vec::new();
        let mut position = 0;
        for (index, argument) in flat.iter().enumerate() {
            let parameter = match &argument.name {
                Some(name) => entry.arguments.iter().find(|parameter| parameter.name == name.text),
                None => entry.arguments.get(position),
            };
            let kind = parameter.map_or(Kind::Any, |parameter| parameter.kind);
            if argument.name.is_none() {
                if let Some(name) = shape::loop_name(kind, argument, &flat[index + 1..]) {
                    earlier.push(name);
                    continue;
                }
                position += 1;
            }
            let name = parameter.map(|parameter| parameter.name.to_string());
            let name = name.or(argument.name.as_ref().map(|name| name.text.clone())).unwrap_or_default();
            let value = argument.value.as_ref().and_then(|value| self.read(value, shape::reading(kind)));
            let start = earlier.first().map_or(argument.span, |name| name.span.hull(argument.span)).start;
            // An alias stands for a value elsewhere; its name stands here.
            let start = argument.name.as_ref().map_or(start, |name| name.span.start);
            spans.push(Span { start, end: argument.span.end });
            arguments.push(Argument {
                name,
                written: if argument.name.is_some() { Written::ByName } else { Written::ByPosition },
                earlier: earlier.drain(..).map(|name| name.text).collect(),
                value: value.map(|value| plain_word(value, kind)),
                reading: shape::reading(kind),
                binding: argument.binding.as_ref().map(|binding| binding.text.clone()),
                remarks: Remarks::default(),
            });
        }
        (arguments, spans)
    }

    fn read(&mut self, value: &node::Value, reading: Reading) -> Option<Expression> {
        arguments::read(value, reading).map_err(|errors| self.errors.extend(errors)).ok()
    }

    /// The arguments of a YAML step as the text form usually writes them: by position where the statement's
    /// usage does.
    fn settle(&self, entry: Option<&Entry>, mut arguments: Vec<Argument>) -> Vec<Argument> {
        let Some(entry) = entry.filter(|_| self.source.form == Form::Yaml) else { return arguments };
        let usual = usual_positions(entry);
        let mut settled = 0;
        while settled < entry.arguments.len() {
            let name = entry.arguments[settled].name;
            let Some(found) = arguments[settled..].iter().position(|argument| argument.name == name) else {
                break;
            };
            let found = settled + found;
            if arguments[found].written == Written::ByName && settled >= usual {
                break;
            }
            arguments[found].written = Written::ByPosition;
            let argument = arguments.remove(found);
            arguments.insert(settled, argument);
            settled += 1;
        }
        for argument in arguments.iter_mut().skip(usual.max(1)) {
            argument.written = Written::ByName;
        }
        arguments
    }
}

impl Comments<'_> {
    fn part(&mut self, value: &Expression) -> Remarks {
        let mut above = self.above(value.span.start);
        above.extend(self.above(value.span.end));
        Remarks { above, behind: self.behind(value.span.end) }
    }
}

fn entry_of(node: &Node, role: Role) -> Option<&'static Entry> {
    let singular = match &node.verb {
        node::Verb::Expression(_) => return None,
        node::Verb::Word(word) => word.text.as_str(),
        node::Verb::Section(word) => word.text.strip_suffix('s').unwrap_or(""),
    };
    statement::find(singular, role).map(|(_, entry)| entry)
}

/// How many arguments a statement usually gets without their names.
fn usual_positions(entry: &Entry) -> usize {
    let head = entry.usage.split(" {").next().unwrap_or_default();
    match parse_statement(head, 0, None) {
        Ok(node) => node.arguments.iter().filter(|argument| argument.name.is_none()).count(),
        Err(_) => 1,
    }
}

/// Where a node's first word stands.
fn begin_of(node: &Node) -> u32 {
    let word = match &node.verb {
        node::Verb::Word(word) => word.span.start,
        node::Verb::Section(_) => node.arguments.first().map_or(node.span.start, |first| first.span.start),
        node::Verb::Expression(value) => value.span.start,
    };
    node.target.as_ref().map_or(word, |target| word.min(target.span.start))
}

/// One of some words stands without quotes, however it was written.
fn plain_word(value: Expression, kind: Kind) -> Expression {
    match (&value.kind, kind) {
        (Tree::Template(pieces), Kind::Word(words)) => match pieces.as_slice() {
            [Piece::Text(text)] if words.contains(&text.as_str()) => {
                Expression { kind: Tree::Name(text.clone()), span: value.span }
            }
            _ => value,
        },
        _ => value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usage_of_every_entry_can_be_read() {
        for (_, entry) in statement::entries() {
            let head = entry.usage.split(" {").next().unwrap_or_default();
            assert!(parse_statement(head, 0, None).is_ok(), "{}: {head}", entry.name);
        }
    }
}
