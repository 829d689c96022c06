//! A generated program as a tree, so that it can be printed, and made smaller without breaking its syntax.

use std::fmt;

/// A program.
#[derive(Clone, Debug)]
pub(crate) struct Program {
    /// What stands at top level, a line each.
    pub(crate) declarations: Vec<String>,
    /// `task t0(a)`, .., `main`, each with its statements; a context with its `exit` as a clause.
    pub(crate) bodies: Vec<Statement>,
}

/// A statement.
#[derive(Clone, Debug)]
pub(crate) enum Statement {
    /// One without a block.
    Line(String),
    /// One with a block.
    Block {
        /// What stands before the block.
        head: String,
        /// The block.
        body: Vec<Statement>,
        /// `catch ..`, `else`, `finally`, each with its block.
        clauses: Vec<(String, Vec<Statement>)>,
    },
}

impl Program {
    /// Every program that is this one with something left out: a statement, a block round its statements, a
    /// clause. The largest cuts come first.
    pub(crate) fn smaller(&self) -> Vec<Program> {
        let mut smaller = Vec::new();
        for (index, body) in self.bodies.iter().enumerate() {
            for body in smaller_inside(body) {
                let mut program = self.clone();
                program.bodies[index] = body;
                smaller.push(program);
            }
        }
        smaller
    }
}

fn smaller_blocks(block: &[Statement]) -> Vec<Vec<Statement>> {
    let with = |index: usize, replacement: &[Statement]| {
        let (before, after) = (&block[..index], &block[index + 1..]);
        [before, replacement, after].concat()
    };
    let mut smaller: Vec<Vec<Statement>> = (0..block.len()).map(|index| with(index, &[])).collect();
    for (index, statement) in block.iter().enumerate() {
        let Statement::Block { head, body, clauses } = statement else { continue };
        smaller.push(with(index, body));
        for clause in 0..clauses.len() {
            let mut clauses = clauses.clone();
            clauses.remove(clause);
            smaller
                .push(with(index, &[Statement::Block { head: head.clone(), body: body.clone(), clauses }]));
        }
        smaller.extend(smaller_inside(statement).into_iter().map(|inside| with(index, &[inside])));
    }
    smaller
}

/// Every statement that is this one with something left out of its blocks.
fn smaller_inside(statement: &Statement) -> Vec<Statement> {
    let Statement::Block { head, body, clauses } = statement else { return Vec::new() };
    let block = |body, clauses| Statement::Block { head: head.clone(), body, clauses };
    let mut smaller: Vec<Statement> =
        smaller_blocks(body).into_iter().map(|body| block(body, clauses.clone())).collect();
    for (clause, (_, inside)) in clauses.iter().enumerate() {
        for inside in smaller_blocks(inside) {
            let mut clauses = clauses.clone();
            clauses[clause].1 = inside;
            smaller.push(block(body.clone(), clauses));
        }
    }
    smaller
}

impl fmt::Display for Program {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for declaration in &self.declarations {
            writeln!(formatter, "{declaration}")?;
        }
        write_block(formatter, &self.bodies, 0)
    }
}

fn write_block(formatter: &mut fmt::Formatter<'_>, block: &[Statement], depth: usize) -> fmt::Result {
    let indent = "  ".repeat(depth);
    for statement in block {
        match statement {
            Statement::Line(line) => writeln!(formatter, "{indent}{line}")?,
            Statement::Block { head, body, clauses } => {
                writeln!(formatter, "{indent}{head} {{")?;
                write_block(formatter, body, depth + 1)?;
                for (head, block) in clauses {
                    writeln!(formatter, "{indent}}} {head} {{")?;
                    write_block(formatter, block, depth + 1)?;
                }
                writeln!(formatter, "{indent}}}")?;
            }
        }
    }
    Ok(())
}
