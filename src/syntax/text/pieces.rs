//! A long file is parsed piece by piece: the parser keeps several words for each character that it has read until
//! it comes to its end, and would run out of the caches.
//!
//! A piece ends where one declaration ends and another begins, so all pieces give the nodes that the whole file
//! gives. One that has an error gives none: then the file is read as a whole, for the sake of the message.

use std::ops::Range;

use pest::Parser;

use super::errors::CLAUSES;
use super::grammar::{Grammar, Rule};
use super::{Block, Reader, Span};

/// A piece is at least so many bytes long.
const LONG: usize = 4096;

/// The nodes of a prepared text, if it is in order. `closings` are the line ends behind a closed block.
pub(super) fn parse(text: &str, closings: &[usize]) -> Option<Block> {
    let mut whole: Option<Block> = None;
    for piece in pieces(text, closings) {
        let reader = Reader { offset: piece.start, whole: None };
        let mut pairs = Grammar::parse(Rule::file, &text[piece]).ok()?;
        let body = reader.body(pairs.next()?.into_inner().next()?).ok()?;
        match &mut whole {
            Some(whole) => {
                whole.nodes.extend(body.nodes);
                whole.span = Span { end: body.span.end, ..whole.span };
            }
            None => whole = Some(body),
        }
    }
    whole
}

fn pieces(text: &str, closings: &[usize]) -> impl Iterator<Item = Range<usize>> {
    let mut start = 0;
    let cuts = closings.iter().copied().filter(|at| begins_declaration(&text[*at..]));
    cuts.chain([text.len()]).filter_map(move |end| {
        let is_long = end - start >= LONG || end == text.len();
        is_long.then(|| std::mem::replace(&mut start, end)..end)
    })
}

/// Whether what follows can only be a new node.
fn begins_declaration(text: &str) -> bool {
    let text = text.trim_start();
    let word =
        text.find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_').unwrap_or(text.len());
    text.starts_with(|letter: char| letter.is_ascii_alphabetic()) && !CLAUSES.contains(&&text[..word])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::text::scan;

    #[test]
    fn a_file_in_pieces_gives_what_it_gives_as_a_whole() {
        let task = "task f(a) {\n  try { sleep 1s }\n  catch Timeout as e { log \"{e.message}\" }\n}\n\n";
        let tried = "try { sleep 1s }\n\n# not yet\ncatch { log \"no\" }\n";
        let text = scan::scan(&format!("{}{tried}{}", task.repeat(200), task.repeat(100))).unwrap();
        let cut = pieces(&text.prepared, &text.closings).count();
        assert!((3..10).contains(&cut), "{cut} pieces");
        let (parts, whole) = (parse(&text.prepared, &text.closings), parse(&text.prepared, &[]));
        assert_eq!(whole.as_ref().unwrap().nodes.len(), 301);
        assert_eq!(format!("{parts:?}"), format!("{whole:?}"));
    }
}
