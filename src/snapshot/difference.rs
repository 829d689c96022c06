//! In which lines two texts differ, with the lines round them.
//!
//! Long texts cost no more than short ones: compared is a window that begins where they first differ, and of
//! what is found so many lines are shown as somebody reads.

use anstyle::{AnsiColor, Style};
use similar::{ChangeTag, TextDiff};

use crate::render::Colour;

/// Lines shown round a difference.
const CONTEXT: usize = 3;
/// So many lines behind the first difference are compared.
const WINDOW: usize = 2_000;
/// So many lines are shown.
const SHOWN: usize = 120;

const DIM: Style = Style::new().dimmed();
const GONE: Style = AnsiColor::Red.on_default();
const CAME: Style = AnsiColor::Green.on_default();

/// The difference between an accepted text and the one there is now: lines of the first that are gone are
/// marked `-`, lines that came `+`, and every line has its number in either text. Empty if they are equal.
pub fn difference(accepted: &str, now: &str, colour: Colour) -> String {
    let old: Vec<&str> = accepted.lines().collect();
    let new: Vec<&str> = now.lines().collect();
    let same = old.iter().zip(&new).take_while(|(old, new)| old == new).count();
    let begin = same.saturating_sub(CONTEXT);
    let window = |lines: &[&'_ str]| begin.min(lines.len())..(same + WINDOW).min(lines.len());
    let (old_range, new_range) = (window(&old), window(&new));
    let is_cut = old_range.end < old.len() || new_range.end < new.len();

    let compared = TextDiff::from_slices(&old[old_range], &new[new_range]);
    let mut drawing = Drawing { out: String::new(), colour, shown: 0, hidden: 0 };
    for (index, group) in compared.grouped_ops(CONTEXT).iter().enumerate() {
        if index > 0 {
            drawing.gap();
        }
        for change in group.iter().flat_map(|operation| compared.iter_changes(operation)) {
            let number = |index: Option<usize>| index.map(|index| index + begin + 1);
            let (old, new) = (number(change.old_index()), number(change.new_index()));
            drawing.line(change.tag(), old, new, change.value());
        }
    }
    drawing.finish(is_cut)
}

struct Drawing {
    out: String,
    colour: Colour,
    shown: usize,
    hidden: usize,
}

impl Drawing {
    fn line(&mut self, tag: ChangeTag, old: Option<usize>, new: Option<usize>, text: &str) {
        if self.shown == SHOWN {
            self.hidden += 1;
            return;
        }
        self.shown += 1;
        let number = |number: Option<usize>| number.map(|it| it.to_string()).unwrap_or_default();
        self.colour.push(&mut self.out, DIM, &format!("{:>5} {:>5} |", number(old), number(new)));
        let (mark, style) = match tag {
            ChangeTag::Equal => (" ", DIM),
            ChangeTag::Delete => ("-", GONE),
            ChangeTag::Insert => ("+", CAME),
        };
        let line = format!("{mark}{text}");
        let line = line.trim_end();
        if !line.is_empty() {
            self.colour.push(&mut self.out, style, line);
        }
        self.out.push('\n');
    }

    fn gap(&mut self) {
        if self.shown < SHOWN {
            self.colour.push(&mut self.out, DIM, "  ...   ... |");
            self.out.push('\n');
        }
    }

    fn finish(mut self, is_cut: bool) -> String {
        let rest = match (self.hidden, is_cut) {
            (0, false) => return self.out,
            (_, true) => "            | and so on\n".to_string(),
            (1, false) => "            | and 1 more line\n".to_string(),
            (hidden, false) => format!("            | and {hidden} more lines\n"),
        };
        self.colour.push(&mut self.out, DIM, &rest);
        self.out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changed_lines_stand_among_those_round_them() {
        let old = "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13\n14\n";
        let new = "1\n2\n3\n4\nfive\n6\n7\n8\n9\n10\n11\n12\n13\n14\n15\n";
        let expected = "    2     2 | 2\n    3     3 | 3\n    4     4 | 4\n    5       |-5\n          5 |+five\n    6     6 | 6\n    \
             7     7 | 7\n    8     8 | 8\n  ...   ... |\n   12    12 | 12\n   13    13 | 13\n   14    14 | 14\n         15 |+15\n";
        assert_eq!(difference(old, new, Colour::Plain), expected);
        assert!(difference(old, new, Colour::Styled).contains("\u{1b}[31m-5"));
    }

    #[test]
    fn equal_texts_have_none() {
        assert_eq!(difference("a\nb", "a\nb\n", Colour::Plain), "");
        assert_eq!(difference("", "", Colour::Plain), "");
    }

    #[test]
    fn one_text_may_end_where_the_other_goes_on() {
        assert_eq!(difference("", "a", Colour::Plain), "          1 |+a\n");
        assert_eq!(difference("a\nb", "a", Colour::Plain), "    1     1 | a\n    2       |-b\n");
    }

    #[test]
    fn no_more_is_shown_than_anybody_reads() {
        let lines =
            |mark: &str, count: usize| (0..count).map(|it| format!("{mark}{it}\n")).collect::<String>();
        let shown = difference(&lines("a", 100), &lines("b", 100), Colour::Plain);
        assert!(shown.ends_with("            | and 80 more lines\n"), "{shown}");
        let shown = difference(&lines("a", 1_000_000), &lines("b", 1_000_000), Colour::Plain);
        assert!(shown.ends_with("            | and so on\n"), "{shown}");
        assert_eq!(shown.lines().count(), SHOWN + 1);
    }
}
