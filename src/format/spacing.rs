//! Blank lines where the form changes: sections of YAML become declarations side by side, and the other way
//! round.

use super::tree::{Gap, Item, Sheet};

/// Sets declarations of the text form apart by section, and those with a block from all others.
pub(super) fn for_text(sheet: &mut Sheet) {
    let mut previous: Option<(bool, Option<String>)> = None;
    for item in &mut sheet.items {
        let word = item.section.as_ref().map(|section| section.word.clone());
        let current = (item.block.is_some(), word);
        let header_gap = item.section.as_ref().map_or(Gap::Close, |section| section.gap);
        if let Some(section) = &mut item.section {
            let above = std::mem::take(&mut section.above);
            if !above.is_empty() {
                *item.leading_gap() = header_gap;
                item.remarks.above.splice(0..0, above);
            }
        }
        if let Some(previous) = previous {
            let is_apart = current.0 || previous.0 || current.1 != previous.1 || header_gap == Gap::Blank;
            if is_apart {
                *item.leading_gap() = Gap::Blank;
            }
        }
        previous = Some(current);
    }
}

/// Gathers declarations into sections, in the order of their first ones, without blank lines inside; and
/// sets sections and blocks apart.
pub(super) fn for_yaml(sheet: &mut Sheet) {
    lift_header(sheet);
    let mut gathered: Vec<Vec<Item>> = Vec::new();
    for item in sheet.items.drain(..) {
        let word = item.section.as_ref().map(|section| &section.word);
        let same = |group: &&mut Vec<Item>| {
            let first = group.first().and_then(|first| first.section.as_ref());
            word.is_some() && first.map(|section| &section.word) == word
        };
        match gathered.iter_mut().find(same) {
            Some(group) => group.push(item),
            None => gathered.push(vec![item]),
        }
    }
    let mut is_behind_section = false;
    for (index, mut group) in gathered.into_iter().enumerate() {
        let is_setting = group.iter().all(|item| item.section.is_none() && item.block.is_none());
        let is_alike = is_setting && !is_behind_section;
        is_behind_section = !is_setting;
        for item in &mut group {
            let is_section = item.section.is_some();
            let gap = item.leading_gap();
            let is_apart = if is_alike { *gap } else { Gap::Blank };
            if is_section {
                *gap = Gap::Close;
            } else if index > 0 {
                *gap = is_apart;
            }
            // What was lifted above the first section is set apart already.
            if let Some(section) = item.section.as_mut().filter(|_| index > 0) {
                section.gap = is_apart;
            }
        }
        sheet.items.append(&mut group);
    }
}

/// What a file begins with is about the file, not about its first declaration alone: it stands above the
/// section, up to the last blank line.
fn lift_header(sheet: &mut Sheet) {
    let Some(item) = sheet.items.first_mut() else { return };
    let Some(section) = &mut item.section else { return };
    let remarks = &mut item.remarks.above;
    let last_gap = remarks.iter().skip(1).rposition(|remark| remark.gap == Gap::Blank).map(|index| index + 1);
    let (lifted, gap) = match last_gap {
        Some(index) if item.gap == Gap::Close => (index, Gap::Blank),
        _ => (remarks.len(), item.gap),
    };
    section.above = remarks.drain(..lifted).collect();
    section.gap = gap;
    item.gap = Gap::Close;
}
