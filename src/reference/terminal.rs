//! Shows pages of Markdown in a terminal: headings stand out, paragraphs and the last columns of tables are
//! wrapped, code is left as it is. Plain output keeps the backticks that tell code from words.

use anstyle::Style;
use unicode_width::UnicodeWidthStr;

use crate::render::Colour;
use crate::render::paint::{CODE, DIM, HEADING};

/// How far what stands below a heading is indented.
const INDENT: usize = 2;
/// The widest that a column gets before its longer cells stand on lines of their own.
const WIDEST: usize = 34;

/// A page for a terminal of a width.
pub fn show(markdown: &str, width: usize, colour: Colour) -> String {
    let mut page = Page { width, colour, out: String::new() };
    let mut lines = markdown.lines().peekable();
    while let Some(line) = lines.next() {
        if let Some(title) = line.strip_prefix('#') {
            page.heading(title);
        } else if line.starts_with("```") {
            for code in lines.by_ref().take_while(|line| !line.starts_with("```")) {
                page.code(code);
            }
        } else if line.starts_with('|') {
            let mut rows = vec![cells(line)];
            while let Some(row) = lines.next_if(|line| line.starts_with('|')) {
                rows.push(cells(row));
            }
            page.table(&rows);
        } else if line.is_empty() {
            page.out.push('\n');
        } else {
            let mut text = line.to_string();
            while let Some(more) = lines.next_if(|next| continues(next)) {
                text = format!("{text} {}", more.trim_start());
            }
            page.paragraph(&text);
        }
    }
    page.out
}

/// Whether a line goes on with the paragraph or item above it.
fn continues(line: &str) -> bool {
    let is_code = line.starts_with('`') && !line.starts_with("```");
    !line.is_empty() && (is_code || !line.starts_with(['#', '|', '`'])) && marker(line).is_none()
}

/// The marker that begins an item of a list: `- `, `10. `.
fn marker(line: &str) -> Option<&str> {
    let digits = line.trim_start_matches(|letter: char| letter.is_ascii_digit());
    let rest = if digits.len() < line.len() { digits.strip_prefix(". ") } else { line.strip_prefix("- ") };
    rest.map(|rest| &line[..line.len() - rest.len()])
}

/// The cells of a row, with escaped bars as they are.
fn cells(row: &str) -> Vec<String> {
    let row = row.trim_matches('|').replace("\\|", "\u{1}");
    row.split('|').map(|cell| cell.trim().replace('\u{1}', "|")).collect()
}

struct Page {
    width: usize,
    colour: Colour,
    out: String,
}

impl Page {
    fn heading(&mut self, title: &str) {
        let is_small = title.starts_with('#');
        let title = title.trim_start_matches(['#', ' ']);
        let style = if is_small { Style::new().underline() } else { HEADING };
        self.out += &" ".repeat(if is_small { INDENT } else { 0 });
        self.colour.push(&mut self.out, style, title);
        self.out.push('\n');
    }

    fn code(&mut self, line: &str) {
        if !line.is_empty() {
            self.out += &" ".repeat(2 * INDENT);
            let style = if line.trim_start().starts_with('#') { DIM } else { CODE };
            self.colour.push(&mut self.out, style, line);
        }
        self.out.push('\n');
    }

    fn paragraph(&mut self, text: &str) {
        let marker = marker(text).unwrap_or_default();
        self.out += &" ".repeat(INDENT);
        self.out += marker;
        let indent = INDENT + marker.width();
        self.wrapped(&text[marker.len()..], indent);
        self.out.push('\n');
    }

    /// Text from a column on, which its further lines keep.
    fn wrapped(&mut self, text: &str, column: usize) {
        let mut at = column;
        for (index, word) in words(text).into_iter().enumerate() {
            let length = self.width_of(&word);
            if index > 0 && at + 1 + length > self.width {
                self.out.push('\n');
                self.out += &" ".repeat(column);
                at = column;
            } else if index > 0 {
                self.out.push(' ');
                at += 1;
            }
            self.spans(&word);
            at += length;
        }
    }

    /// A row per line, all columns but the last as wide as their widest cell.
    fn table(&mut self, rows: &[Vec<String>]) {
        let is_rule = |row: &&Vec<String>| !row.iter().all(|cell| cell.starts_with("--"));
        let is_empty = |row: &&Vec<String>| !row.iter().all(String::is_empty);
        let head = rows.first().filter(is_empty);
        let body: Vec<&Vec<String>> = rows.iter().skip(1).filter(is_rule).collect();
        let columns = rows.first().map_or(0, Vec::len);
        let widest = |column: usize| {
            let cells = head.into_iter().chain(body.iter().copied()).filter_map(|row| row.get(column));
            cells
                .map(|cell| self.width_of(without_ticks(cell)))
                .filter(|width| *width <= WIDEST)
                .max()
                .unwrap_or(0)
        };
        let widths: Vec<usize> = (0..columns).map(widest).collect();
        if let Some(head) = head {
            let mut line = String::new();
            for (cell, width) in head.iter().zip(&widths) {
                line += &format!("{cell}{}", " ".repeat((width + 2).saturating_sub(cell.width())));
            }
            self.out += &" ".repeat(INDENT);
            self.colour.push(&mut self.out, DIM, line.trim_end());
            self.out.push('\n');
        }
        for row in body {
            self.row(row, &widths);
        }
    }

    fn row(&mut self, row: &[String], widths: &[usize]) {
        let mut column = INDENT;
        self.out += &" ".repeat(INDENT);
        let Some((last, others)) = row.split_last() else { return };
        for (cell, width) in others.iter().zip(widths) {
            let length = self.cell(cell);
            column += width + 2;
            if length > *width {
                self.out.push('\n');
                self.out += &" ".repeat(column);
            } else {
                self.out += &" ".repeat(width + 2 - length);
            }
        }
        // A narrow terminal leaves the last column no room beside the others.
        if column + 20 > self.width && !last.is_empty() {
            column = 2 * INDENT;
            self.out.truncate(self.out.trim_end_matches(' ').len());
            self.out += &format!("\n{}", " ".repeat(column));
        }
        self.wrapped(last, column);
        self.out.truncate(self.out.trim_end_matches(' ').len());
        self.out.push('\n');
    }

    /// A cell of a column before the last; gives its width. One that is code as a whole needs no ticks.
    fn cell(&mut self, cell: &str) -> usize {
        let bare = without_ticks(cell);
        if bare.len() < cell.len() {
            self.colour.push(&mut self.out, CODE, bare);
        } else {
            self.spans(cell);
        }
        self.width_of(bare)
    }

    /// Words with their code and stress.
    fn spans(&mut self, text: &str) {
        for (index, part) in text.split('`').enumerate() {
            match (index % 2, self.colour) {
                (0, _) => self.stressed(part),
                (_, Colour::Plain) => self.out += &format!("`{part}`"),
                (_, Colour::Styled) => self.colour.push(&mut self.out, CODE, part),
            }
        }
    }

    fn stressed(&mut self, text: &str) {
        for (index, part) in text.split("**").enumerate() {
            match index % 2 {
                0 => self.out += part,
                _ => self.colour.push(&mut self.out, Style::new().bold(), part),
            }
        }
    }

    fn width_of(&self, text: &str) -> usize {
        let ticks = if self.colour == Colour::Styled { text.matches('`').count() } else { 0 };
        text.replace("**", "").width() - ticks
    }
}

/// Words, where code and stress with blanks inside is one; links are their text.
fn words(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let (mut in_code, mut in_stress) = (false, false);
    let text = without_links(text);
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            ' ' if !in_code && !in_stress => words.push(String::new()),
            _ => {
                in_code ^= letter == '`';
                if letter == '*' && !in_code && letters.next_if_eq(&'*').is_some() {
                    in_stress = !in_stress;
                    words.last_mut().into_iter().for_each(|word| word.push('*'));
                }
                words.last_mut().into_iter().for_each(|word| word.push(letter));
            }
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// What a cell holds between its ticks, if it is code as a whole.
fn without_ticks(cell: &str) -> &str {
    let inner = cell.strip_prefix('`').and_then(|cell| cell.strip_suffix('`'));
    inner.filter(|inner| !inner.contains('`')).unwrap_or(cell)
}

/// `[text](address)` is its text.
fn without_links(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("](") {
        let (Some(open), Some(close)) = (rest[..at].rfind('['), rest[at..].find(')')) else { break };
        out += &rest[..open];
        out += &rest[open + 1..at];
        rest = &rest[at + close + 1..];
    }
    out + rest
}
