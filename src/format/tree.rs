//! A file arranged for printing: what both printers need, and nothing of the form it came from.
//!
//! Every argument knows the name that the statement table gives it and whether it is text; every comment
//! belongs to the line that it stands above or behind. The types here know no statement by name.

use std::collections::BTreeMap;

use crate::expression::tree::{Binary, Expression};
use crate::syntax::arguments::Reading;

/// Whether a blank line stands before something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gap {
    /// No.
    Close,
    /// Yes.
    Blank,
}

/// A comment on a line of its own; the text begins with `#`.
#[derive(Clone, Debug)]
pub(super) struct Remark {
    pub text: String,
    pub gap: Gap,
}

/// The comments of a line.
#[derive(Clone, Debug, Default)]
pub(super) struct Remarks {
    /// Those on lines of their own, above it.
    pub above: Vec<Remark>,
    /// The one that ends it.
    pub behind: Option<String>,
}

/// A whole file.
#[derive(Clone, Debug)]
pub(super) struct Sheet {
    pub items: Vec<Item>,
    /// The comments behind everything.
    pub end: Vec<Remark>,
    pub inner: Inner,
}

/// The comments inside lists and maps, by where in the source the parts begin.
#[derive(Clone, Debug, Default)]
pub(super) struct Inner {
    /// Those of an item of a list.
    pub items: BTreeMap<u32, Remarks>,
    /// Those of an entry of a map; it may begin where the item begins that is the map.
    pub entries: BTreeMap<u32, Remarks>,
    /// Those behind the last part of a list or map.
    pub ends: BTreeMap<u32, Vec<Remark>>,
}

/// A statement or declaration.
#[derive(Clone, Debug)]
pub(super) struct Item {
    pub gap: Gap,
    pub remarks: Remarks,
    /// Where a declaration stands in the YAML form; none for settings, `main`, `expect` and steps.
    pub section: Option<Section>,
    pub target: Option<Target>,
    /// The operator of `x += 1`; the verb is the whole sum.
    pub operator: Option<Binary>,
    pub verb: Verb,
    pub arguments: Vec<Argument>,
    pub shape: Shape,
    pub block: Option<Block>,
    pub clauses: Vec<Clause>,
}

/// What an item does.
#[derive(Clone, Debug)]
pub(super) enum Verb {
    Word(String),
    Expression(Expression),
}

/// Whether a list in place of the first argument would be taken for the block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    TakesBlock,
    TakesNone,
}

/// A section of the YAML form.
#[derive(Clone, Debug)]
pub(super) struct Section {
    /// The word, in the plural.
    pub word: String,
    pub shape: SectionShape,
    /// The comments above the section; only of its first item.
    pub above: Vec<Remark>,
    /// Whether a blank line stands before the section; only of its first item.
    pub gap: Gap,
}

/// How the declarations of a section are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SectionShape {
    /// `name: {option: value}`
    Named,
    /// `name: value`: the only other argument.
    Parameters,
    /// `name: value`: what is assigned.
    Variables,
    /// A list of maps: the declarations have no name.
    Listed,
}

/// What takes the result.
#[derive(Clone, Debug)]
pub(super) struct Target {
    pub value: Expression,
    pub remarks: Remarks,
}

/// An argument.
#[derive(Clone, Debug)]
pub(super) struct Argument {
    /// Its name in the statement table; empty for the arguments of clauses.
    pub name: String,
    pub written: Written,
    /// The names before the last one in `a, b in xs`.
    pub earlier: Vec<String>,
    pub value: Option<Expression>,
    pub reading: Reading,
    pub binding: Option<String>,
    pub remarks: Remarks,
}

/// How the text form writes an argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Written {
    ByPosition,
    ByName,
}

/// The statements of a block.
#[derive(Clone, Debug)]
pub(super) struct Block {
    pub items: Vec<Item>,
    /// The comment behind what opens it.
    pub behind: Option<String>,
    /// The comments behind the last statement.
    pub end: Vec<Remark>,
    pub layout: Layout,
}

/// How the source wrote a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layout {
    OneLine,
    Lines,
}

/// A clause behind a block.
#[derive(Clone, Debug)]
pub(super) struct Clause {
    pub word: String,
    pub arguments: Vec<Argument>,
    pub block: Block,
    /// The comments above it.
    pub above: Vec<Remark>,
}

impl Remarks {
    pub(super) fn is_empty(&self) -> bool {
        self.above.is_empty() && self.behind.is_none()
    }

    /// Takes all, the one behind last.
    pub(super) fn take(&mut self) -> Vec<Remark> {
        let behind = self.behind.take().map(|text| Remark { text, gap: Gap::Close });
        self.above.drain(..).chain(behind).collect()
    }
}

impl Item {
    /// Whether a blank line stands before the item or the comments above it.
    pub(super) fn leading_gap(&mut self) -> &mut Gap {
        match self.remarks.above.first_mut() {
            Some(remark) => &mut remark.gap,
            None => &mut self.gap,
        }
    }

    /// The same without comments, and the comments.
    pub(super) fn without_remarks(&self) -> (Item, Vec<Remark>) {
        let mut item = self.clone();
        let mut remarks = Vec::new();
        item.drain(&mut remarks);
        (item, remarks)
    }

    fn drain(&mut self, remarks: &mut Vec<Remark>) {
        remarks.extend(self.remarks.take());
        remarks.extend(self.target.iter_mut().flat_map(|target| target.remarks.take()));
        remarks.extend(self.arguments.iter_mut().flat_map(|argument| argument.remarks.take()));
        if let Some(block) = &mut self.block {
            block.drain(remarks);
        }
        for clause in &mut self.clauses {
            remarks.append(&mut clause.above);
            remarks.extend(clause.arguments.iter_mut().flat_map(|argument| argument.remarks.take()));
            clause.block.drain(remarks);
        }
    }
}

impl Block {
    fn drain(&mut self, remarks: &mut Vec<Remark>) {
        remarks.extend(self.behind.take().map(|text| Remark { text, gap: Gap::Close }));
        for item in &mut self.items {
            item.drain(remarks);
        }
        remarks.append(&mut self.end);
    }
}
