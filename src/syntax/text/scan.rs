//! A pass over the characters before the grammar: brackets must match and may not nest too deep; comments,
//! newlines inside `(` and `[`, tabs, carriage returns and byte order marks become blanks, for the grammar looks for
//! blanks at every turn. Offsets stay what they are.

use std::borrow::Cow;

use super::super::MAX_DEPTH;
use crate::diagnostic::Diagnostic;
use crate::source::Span;

/// What some editors begin a file with.
const BYTE_ORDER_MARK: &[u8] = "\u{FEFF}".as_bytes();
const BYTE_ORDER: u8 = BYTE_ORDER_MARK[0];

/// What the scan is inside of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Inside {
    /// A bracket of that kind, opened at that offset.
    Bracket(u8, usize),
    /// Text with that quote.
    Text(u8, usize),
    /// A hole of a text.
    Hole(usize),
}

/// What is known of a text before it is parsed.
pub(super) struct Scanned {
    /// The text with blanks for all that the grammar need not see.
    pub prepared: String,
    /// Where comments are, without the line's end.
    pub comments: Vec<Span>,
    /// Line ends outside all brackets, behind a `}`.
    pub closings: Vec<usize>,
}

/// Checks the brackets; gives the text with blanks for all that the grammar need not see.
pub(super) fn prepare(text: &str) -> Result<String, Diagnostic> {
    scan(text).map(|scanned| scanned.prepared)
}

/// Checks the brackets, and looks for all that is not the grammar's.
pub(super) fn scan(text: &str) -> Result<Scanned, Diagnostic> {
    let bytes = text.as_bytes();
    let mut prepared = bytes.to_vec();
    let (mut comments, mut closings) = (Vec::new(), Vec::new());
    let mut is_closed = false;
    let mut stack: Vec<Inside> = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let byte = bytes[at];
        if let Some(&Inside::Text(quote, opened)) = stack.last() {
            match byte {
                b'\\' => at += 1,
                b'{' if bytes.get(at + 1) == Some(&b'{') => at += 1,
                b'{' => stack.push(Inside::Hole(at)),
                b'\n' => return Err(unclosed_text(opened)),
                _ if byte == quote => drop(stack.pop()),
                _ => {}
            }
            at += 1;
            continue;
        }
        match byte {
            b' ' | b'\t' | b'\r' | b'#' => {}
            b'\n' if is_closed && stack.is_empty() => closings.push(at),
            _ => is_closed = byte == b'}',
        }
        match byte {
            b'"' | b'\'' => stack.push(Inside::Text(byte, at)),
            b'(' | b'[' | b'{' => stack.push(Inside::Bracket(byte, at)),
            b')' | b']' | b'}' => close(&mut stack, byte, at)?,
            b'#' => {
                let end = bytes[at..]
                    .iter()
                    .position(|byte| *byte == b'\n')
                    .map_or(bytes.len(), |length| at + length);
                comments.push(Span::new(at, end));
                // The grammar looks beyond the end of a line several times.
                prepared[at..end].fill(b' ');
                at = end;
                continue;
            }
            b'\n' if joins_lines(&stack) => prepared[at] = b' ',
            b'\r' | b'\t' => prepared[at] = b' ',
            BYTE_ORDER if bytes[at..].starts_with(BYTE_ORDER_MARK) => {
                prepared[at..at + BYTE_ORDER_MARK.len()].fill(b' ');
            }
            b'\n' => {
                if let Some(Inside::Text(_, opened)) =
                    stack.iter().find(|inside| matches!(inside, Inside::Text(..)))
                {
                    return Err(unclosed_text(*opened));
                }
            }
            _ => {}
        }
        if stack.len() > MAX_DEPTH {
            return Err(too_deep(at));
        }
        at += 1;
    }
    match stack.last() {
        None => {}
        Some(&Inside::Text(_, opened)) => return Err(unclosed_text(opened)),
        Some(&Inside::Hole(opened)) => return Err(unclosed(b'{', opened)),
        Some(&Inside::Bracket(bracket, opened)) => return Err(unclosed(bracket, opened)),
    }
    // Whole characters were replaced, and by ASCII.
    match String::from_utf8(prepared) {
        Ok(prepared) => Ok(Scanned { prepared, comments, closings }),
        Err(_) => Err(Diagnostic::error("syntax", Span::default(), "the text is not UTF-8")),
    }
}

/// Checks that the brackets in the holes of a text without quotes do not nest too deep, and blanks tabs there.
/// Whether brackets match tells the grammar.
pub(super) fn prepare_holes(text: &str) -> Result<Cow<'_, str>, Diagnostic> {
    let (mut depth, mut quote) = (0, None);
    let mut tabs = Vec::new();
    let mut bytes = text.bytes().enumerate().peekable();
    while let Some((at, byte)) = bytes.next() {
        match byte {
            // Outside of a hole that is a letter.
            b'{' if depth == 0 && bytes.next_if(|(_, next)| *next == b'{').is_some() => {}
            b'{' => depth += 1,
            b'"' | b'\'' if depth > 0 && quote.is_none_or(|open| open == byte) => {
                quote = quote.xor(Some(byte));
            }
            b'\t' if depth > 0 && quote.is_none() => tabs.push(at),
            b'(' | b'[' if depth > 0 => depth += 1,
            b')' | b']' | b'}' if depth > 0 => depth -= 1,
            _ => {}
        }
        if depth > MAX_DEPTH {
            return Err(too_deep(at));
        }
    }
    if tabs.is_empty() {
        return Ok(Cow::Borrowed(text));
    }
    let mut prepared = text.to_string();
    tabs.into_iter().for_each(|at| prepared.replace_range(at..at + 1, " "));
    Ok(Cow::Owned(prepared))
}

/// Blanks a line that has a syntax error, but for its braces: an opening one keeps a word before it.
pub(super) fn blank_line(text: &mut String, start: usize) {
    let end = text[start..].find('\n').map_or(text.len(), |length| start + length);
    let mut in_text = None;
    let mut blanked: Vec<u8> = text.as_bytes()[start..end]
        .iter()
        .map(|&byte| {
            match (in_text, byte) {
                (None, b'"' | b'\'') => in_text = Some(byte),
                (Some(quote), _) if quote == byte => in_text = None,
                (None, b'{' | b'}') => return byte,
                _ => {}
            }
            b' '
        })
        .collect();
    if let Some(open) = blanked.iter().rposition(|byte| *byte == b'{')
        && let Some(blank) = blanked[..open].iter().rposition(|byte| *byte == b' ')
    {
        blanked[blank] = b'_';
    }
    if let Ok(blanked) = String::from_utf8(blanked) {
        text.replace_range(start..end, &blanked);
    }
}

fn too_deep(at: usize) -> Diagnostic {
    let message = format!("brackets are nested more than {MAX_DEPTH} deep");
    Diagnostic::error("too-deep", Span::new(at, at + 1), message)
        .help("give parts names, or move blocks into tasks of their own")
}

fn joins_lines(stack: &[Inside]) -> bool {
    matches!(stack.last(), Some(Inside::Bracket(b'(' | b'[', _)))
}

fn close(stack: &mut Vec<Inside>, byte: u8, at: usize) -> Result<(), Diagnostic> {
    let fits = match (stack.last(), byte) {
        (Some(Inside::Hole(_)), b'}') => true,
        (Some(Inside::Bracket(open, _)), _) => {
            matches!((open, byte), (b'(', b')') | (b'[', b']') | (b'{', b'}'))
        }
        _ => false,
    };
    if fits {
        stack.pop();
        return Ok(());
    }
    let found = char::from(byte);
    let span = Span::new(at, at + 1);
    Err(match stack.last() {
        Some(&Inside::Bracket(open, opened)) => {
            let open = char::from(open);
            Diagnostic::error("unmatched-bracket", span, format!("`{found}` does not close `{open}`"))
                .related(Span::new(opened, opened + 1), "opened here")
                .help("close it first, or remove one of them")
        }
        _ => Diagnostic::error("unmatched-bracket", span, format!("`{found}` closes nothing"))
            .help("remove it, or open it before"),
    })
}

fn unclosed(bracket: u8, opened: usize) -> Diagnostic {
    let bracket = char::from(bracket);
    Diagnostic::error(
        "unmatched-bracket",
        Span::new(opened, opened + 1),
        format!("`{bracket}` is never closed"),
    )
    .label("opened here")
    .help("add the closing one where the block or list ends")
}

fn unclosed_text(opened: usize) -> Diagnostic {
    Diagnostic::error("unclosed-text", Span::new(opened, opened + 1), "the text is not closed on its line")
        .label("opened here")
        .help("add the closing quote; a line break in text is written `\\n`, a `{` is written `{{`")
}
