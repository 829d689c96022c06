//! Statements on files.
//!
//! A file is open for the block of a `with open(..)`, and no longer: closing it is a cleanup like that of a
//! `finally`, so it takes its time also on the way of a failure or a cancel.

use super::{Entry, Kind, PLAIN, Waits, Yields, required};
use crate::ast::Statement;
use crate::diagnostic::{Diagnostic, suggest};
use crate::expression::tree::{self, Expression, Piece};
use crate::expression::types::Expected;
use crate::expression::value::Mode;
use crate::plan::CodeIndex;
use crate::plan::builder::{Builder, CleanupPlace};
use crate::plan::op::{Into, Op};

/// What `with` opens a file by.
pub const OPEN: &str = "open";

/// `read`, `write`, `delete`.
pub const ENTRIES: &[Entry] = &[
    Entry {
        name: "read",
        example: example!("read"),
        usage: "text = read f",
        help: "Reads a file that is open for reading, from where reading has come to, to its end. `for line in f` reads line by line.",
        arguments: &[required("file", Kind::File, "which, as `with open(..) as f` names it")],
        result: Yields::Value,
        gives: "the text",
        waits: Waits::Maybe,
        lower: |builder, statement, into| {
            let Some(file) = file(builder, statement) else { return };
            builder.emit(Op::ReadFile { file, into }, statement.span);
        },
        ..PLAIN
    },
    Entry {
        name: "write",
        example: example!("write"),
        usage: "write f, \"a line\\n\"",
        help: "Writes to a file that is open for writing or appending, behind what has been written. A line's end is written, too: `\\n`.",
        arguments: &[
            required("file", Kind::File, "which, as `with open(..) as f` names it"),
            required("text", Kind::Text, "what"),
        ],
        waits: Waits::Maybe,
        lower: |builder, statement, _| {
            let (Some(file), Some(text)) = (file(builder, statement), statement.expression(1)) else {
                return;
            };
            let text = builder.operand(text, Expected::Any);
            builder.emit(Op::WriteFile { file, text }, statement.span);
        },
        ..PLAIN
    },
    Entry {
        name: "delete",
        example: example!("delete"),
        usage: "delete \"notes.txt\"",
        help: "Takes a file away. Whoever has it open keeps it until they close it.",
        arguments: &[required("path", Kind::Path, "its path")],
        waits: Waits::Maybe,
        lower: |builder, statement, _| {
            let Some(path) = statement.expression(0) else { return };
            let path = builder.operand(path, Expected::Any);
            builder.emit(Op::DeleteFile(path), statement.span);
        },
        ..PLAIN
    },
];

/// An operand that must be an open file; what certainly is a path is reported.
fn file(builder: &mut Builder<'_>, statement: &Statement) -> Option<CodeIndex> {
    let file = statement.expression(0)?;
    if let tree::Kind::Template(_) = file.kind {
        let written = builder.source.slice(file.span).to_string();
        let verb = super::entry(statement.entry?).name;
        let mode = if verb == "write" { ", \"write\"" } else { "" };
        builder.report(
            Diagnostic::error("not-open", file.span, format!("`{verb}` needs an open file"))
                .label("a path")
                .help(format!("open it: `with open({written}{mode}) as f {{ {verb} f .. }}`")),
        );
        return None;
    }
    Some(builder.operand(file, Expected::Any))
}

pub(super) fn lower_open(builder: &mut Builder<'_>, statement: &Statement, opened: &Expression, into: Into) {
    let Some(block) = &statement.block else { return };
    let span = statement.span;
    let [path, mode] = operands(builder, opened);
    let Some(path) = path else { return };
    if let Some(timeout) = &statement.timeout {
        let after = builder.duration(timeout);
        builder.emit(Op::Timeout(after), span);
    }
    let file = builder.slot();
    builder.emit(Op::OpenFile { path, mode, into: file }, span);
    if statement.timeout.is_some() {
        builder.emit(Op::End, span);
    }
    let handler = builder.label();
    builder.emit(Op::Finally(builder.target(handler)), span);
    if let Some(name) = statement.binding(0) {
        let bound = builder.define(name);
        builder.excuse(&name.text);
        let value = builder.read(file, name.span);
        builder.emit(Op::Assign { into: bound, value }, name.span);
    }
    builder.block(block, into);
    builder.emit(Op::Cleanup, span);
    builder.bind(handler);
    builder.cleanup(CleanupPlace::Finally, |builder| builder.emit(Op::CloseFile(file), span));
    builder.emit(Op::EndCleanup, span);
}

/// The path and the mode.
fn operands(builder: &mut Builder<'_>, opened: &Expression) -> [Option<CodeIndex>; 2] {
    let tree::Kind::Call { function, arguments, named } = &opened.kind else { return [None, None] };
    const NAMES: [&str; 2] = ["path", "mode"];
    let mut given: [Option<&Expression>; 2] = [None, None];
    for (index, argument) in arguments.iter().enumerate() {
        match given.get_mut(index) {
            Some(place) => *place = Some(argument),
            None => builder.report(
                Diagnostic::error("too-many-arguments", argument.span, "`open` takes 2 arguments")
                    .label("one too many")
                    .help("its arguments are: path, mode"),
            ),
        }
    }
    for (name, argument) in named {
        match NAMES.iter().position(|known| *known == name.text) {
            Some(index) if given[index].is_none() => given[index] = Some(argument),
            Some(_) => builder.report(
                Diagnostic::error("duplicate-argument", name.span, format!("`{}` is given twice", name.text))
                    .help("leave one of them out"),
            ),
            None => builder.report(
                Diagnostic::error(
                    "unknown-argument",
                    name.span,
                    format!("`open` has no argument `{}`", name.text),
                )
                .help("its arguments are: path, mode"),
            ),
        }
    }
    if given[0].is_none() {
        builder.report(
            Diagnostic::error("missing-argument", opened.span, "`open` needs its argument `path`")
                .related(function.span, "of this call")
                .example("for example", "with open(\"notes.txt\", \"write\") as f { .. }"),
        );
    }
    if let Some(mode) = given[1] {
        check_mode(builder, mode);
    }
    given.map(|argument| argument.map(|argument| builder.operand(argument, Expected::Any)))
}

fn check_mode(builder: &mut Builder<'_>, mode: &Expression) {
    let tree::Kind::Template(pieces) = &mode.kind else { return };
    let [Piece::Text(word)] = pieces.as_slice() else { return };
    let words = Mode::ALL.map(Mode::word);
    if !words.contains(&word.as_str()) {
        let help = match suggest(word, words) {
            Some(near) => format!("did you mean `\"{near}\"`?"),
            None => format!("one of: {}", words.join(", ")),
        };
        builder.report(
            Diagnostic::error("unknown-word", mode.span, format!("a file can't be opened for `{word}`"))
                .help(help),
        );
    }
}
