//! Prints what stands at top level of the YAML form: settings, and sections with their declarations.

use unicode_width::UnicodeWidthStr;

use super::expression::Surroundings;
use super::lines::WIDTH;
use super::tree::{Argument, Item, SectionShape, Verb, Written as Style};
use super::yaml::{Printer, first_of};
use super::yaml_value::{Written, push_entry};
use crate::syntax::arguments::Reading;

impl Printer<'_> {
    pub(super) fn top_level(&mut self, items: &[Item]) {
        let mut current: Option<&str> = None;
        for item in items {
            let Some(section) = &item.section else {
                current = None;
                self.setting(item);
                continue;
            };
            if current != Some(&section.word) {
                current = Some(&section.word);
                self.remarks(&section.above, 0, 0);
                self.gap(section.gap, 0);
                self.lines.push(format!("{}:", section.word));
            }
            // A blank line may stand between entries, not above the first one.
            let is_first = self.lines.last().is_some_and(|last| *last == format!("{}:", section.word));
            let start = if is_first { self.lines.len() } else { 0 };
            self.entry(item, section.shape, start);
        }
    }

    /// `seed: 7`, `main: [..]`, `monitor: {every: 1s, do: [..]}`
    fn setting(&mut self, item: &Item) {
        let Verb::Word(word) = &item.verb else { return };
        let prefix = format!("{word}:");
        let block_behind = item.block.as_ref().and_then(|block| block.behind.clone());
        let own = item.remarks.behind.clone();
        let mut above = item.remarks.above.clone();
        match (item.arguments.as_slice(), &item.block) {
            ([only], None) if only.written == Style::ByPosition && item.target.is_none() => {
                above.extend(only.remarks.above.iter().cloned());
                let behind = first_of([only.remarks.behind.clone(), own], &mut above);
                self.remarks(&above, 0, 0);
                self.gap(item.gap, 0);
                self.argument(prefix, only, 2, behind);
            }
            ([], Some(block)) if item.clauses.is_empty() => {
                let behind = first_of([block_behind, own], &mut above);
                self.remarks(&above, 0, 0);
                self.gap(item.gap, 0);
                self.steps(prefix, block, behind, 2);
            }
            _ => {
                self.remarks(&above, 0, 0);
                self.gap(item.gap, 0);
                push_entry(&mut self.lines, prefix, Written::default(), own);
                self.options(item, 0, 2, block_behind);
            }
        }
    }

    /// A declaration in a section.
    fn entry(&mut self, item: &Item, shape: SectionShape, start: usize) {
        let indent = 2;
        let mut above = item.remarks.above.clone();
        let (key, name_behind) = match (shape, item.arguments.first(), &item.target) {
            (SectionShape::Variables, _, Some(target)) => {
                (self.expressions.flat(&target.value, Surroundings::Text), target.remarks.behind.clone())
            }
            (SectionShape::Named | SectionShape::Parameters, Some(name), _) => {
                above.extend(name.remarks.above.iter().cloned());
                let key = name.value.as_ref().map_or(String::new(), |value| {
                    let text =
                        self.expressions.flow(value, name.reading).filter(|_| name.reading == Reading::Text);
                    text.unwrap_or_else(|| self.expressions.plain(value))
                });
                (key, name.remarks.behind.clone())
            }
            _ => return self.listed(item, start),
        };
        let prefix = format!("{}{key}:", " ".repeat(indent));
        let own = item.remarks.behind.clone();
        let value = match (shape, &item.verb, item.arguments.get(1)) {
            (SectionShape::Variables, Verb::Expression(value), _) => Some((value, Reading::Expression, None)),
            (SectionShape::Parameters, _, Some(default)) => {
                above.extend(default.remarks.above.iter().cloned());
                default.value.as_ref().map(|value| (value, default.reading, default.remarks.behind.clone()))
            }
            _ => None,
        };
        if let Some((value, reading, value_behind)) = value {
            let behind = first_of([name_behind, value_behind, own], &mut above);
            self.remarks(&above, indent, start);
            self.gap(item.gap, start);
            return self.value(prefix, value, reading, indent + 2, behind);
        }
        let options = &item.arguments[1..];
        let block = item.block.as_ref().filter(|_| options.is_empty() && item.clauses.is_empty());
        if let Some(block) = block {
            let behind = first_of([name_behind, block.behind.clone(), own], &mut above);
            self.remarks(&above, indent, start);
            self.gap(item.gap, start);
            return self.steps(prefix, block, behind, indent + 2);
        }
        let behind = first_of([name_behind, own], &mut above);
        self.remarks(&above, indent, start);
        self.gap(item.gap, start);
        let flow = if item.block.is_none() { self.flow_options(options) } else { None };
        match flow.filter(|flow| prefix.width() + 1 + flow.width() <= WIDTH) {
            Some(flow) => {
                push_entry(&mut self.lines, prefix, Written { head: flow, below: Vec::new() }, behind)
            }
            None => {
                push_entry(&mut self.lines, prefix, Written::default(), behind);
                let block_behind = item.block.as_ref().and_then(|block| block.behind.clone());
                self.options(item, 1, indent + 2, block_behind);
            }
        }
    }

    /// `{ capacity: 5 }`; none if a comment or a value needs lines of its own.
    fn flow_options(&self, arguments: &[Argument]) -> Option<String> {
        if arguments.is_empty() {
            return Some(String::new());
        }
        let options = arguments.iter().map(|argument| {
            let value = argument.value.as_ref().filter(|value| !self.expressions.is_broken(value))?;
            let is_simple = argument.remarks.is_empty() && argument.binding.is_none();
            let value = is_simple.then(|| self.expressions.flow(value, argument.reading)).flatten()?;
            Some(format!("{}: {value}", argument.name))
        });
        Some(format!("{{ {} }}", options.collect::<Option<Vec<_>>>()?.join(", ")))
    }

    /// A declaration without a name, in a list.
    fn listed(&mut self, item: &Item, start: usize) {
        let indent = 2;
        let mut above = item.remarks.above.clone();
        let block_behind = item.block.as_ref().and_then(|block| block.behind.clone());
        let behind = first_of([block_behind, item.remarks.behind.clone()], &mut above);
        self.remarks(&above, indent, start);
        self.gap(item.gap, start);
        let first = self.lines.len();
        self.options(item, 0, indent + 2, behind);
        // The dash stands before the first key; comments above that stand above the dash.
        let key = self.lines.iter().skip(first).position(|line| !line.trim_start().starts_with('#'));
        if let Some(line) = key.and_then(|key| self.lines.get_mut(first + key)) {
            line.replace_range(indent..indent + 1, "-");
        }
    }
}
