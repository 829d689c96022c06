//! Where a host function and whoever runs it meet.
//!
//! One thing lies there at a time: a wish, then its answer. A wish that nobody waits for any more is withdrawn.

use std::cell::{Cell, RefCell};

use super::{HostError, Value};

/// What a host function wants of the scenario.
#[derive(Debug)]
pub(crate) enum Wish {
    /// To sleep, for so many nanoseconds.
    Sleep(u64),
    /// To put an item into the queue of a name.
    Put(String, Value),
    /// An item of the queue of a name.
    Get(String),
}

/// What comes of a wish.
pub(crate) type Answer = Result<Value, HostError>;

/// What lies on a desk.
#[derive(Debug, Default)]
enum Paper {
    #[default]
    Nothing,
    /// A wish that nobody has taken.
    Wished(Wish),
    /// A wish that was taken.
    Taken,
    Answered(Answer),
}

/// A desk.
#[derive(Debug)]
pub(crate) struct Desk {
    pub(super) host: String,
    pub(super) task: String,
    /// The parameters with their values.
    pub(super) arguments: Vec<(String, Value)>,
    pub(super) now: Cell<u64>,
    paper: RefCell<Paper>,
    /// Lines to log, in order.
    lines: RefCell<Vec<String>>,
    is_withdrawn: Cell<bool>,
    lets_time_pass: Cell<bool>,
}

impl Desk {
    /// The desk of a call: the function's name, the task's, the parameters with their values.
    pub(crate) fn new(host: String, task: String, arguments: Vec<(String, Value)>) -> Desk {
        Desk {
            host,
            task,
            arguments,
            now: Cell::new(0),
            paper: RefCell::default(),
            lines: RefCell::default(),
            is_withdrawn: Cell::new(false),
            lets_time_pass: Cell::new(false),
        }
    }

    /// Before the function runs: what time it is, in nanoseconds.
    pub(crate) fn open(&self, now: u64) {
        self.now.set(now);
        self.lets_time_pass.set(false);
    }

    /// Takes the wish that lies there.
    pub(crate) fn take_wish(&self) -> Option<Wish> {
        let mut paper = self.paper.borrow_mut();
        if !matches!(*paper, Paper::Wished(_)) {
            return None;
        }
        match std::mem::replace(&mut *paper, Paper::Taken) {
            Paper::Wished(wish) => Some(wish),
            _ => None,
        }
    }

    /// Whether an answer is owed to a wish.
    pub(crate) fn owes_answer(&self) -> bool {
        matches!(*self.paper.borrow(), Paper::Taken)
    }

    /// Answers the wish that was taken.
    pub(crate) fn answer(&self, answer: Answer) {
        let mut paper = self.paper.borrow_mut();
        if matches!(*paper, Paper::Taken) {
            *paper = Paper::Answered(answer);
        }
    }

    /// The lines to log.
    pub(crate) fn take_lines(&self) -> Vec<String> {
        self.lines.take()
    }

    /// Whether a wish that was taken has been withdrawn since the last time.
    pub(crate) fn take_withdrawal(&self) -> bool {
        self.is_withdrawn.replace(false)
    }

    /// Whether the function, where it waits now, lets time pass.
    pub(crate) fn lets_time_pass(&self) -> bool {
        self.lets_time_pass.get()
    }

    /// The function waits for something that the scenario itself will bring about.
    pub(super) fn let_time_pass(&self) {
        self.lets_time_pass.set(true);
    }

    pub(super) fn log(&self, line: String) {
        self.lines.borrow_mut().push(line);
    }

    /// Lays a wish down; false if another is still there.
    pub(super) fn wish(&self, wish: Wish) -> bool {
        let mut paper = self.paper.borrow_mut();
        let is_free = matches!(*paper, Paper::Nothing);
        if is_free {
            *paper = Paper::Wished(wish);
        }
        is_free
    }

    /// Takes the answer to the wish, if it has come.
    pub(super) fn take_answer(&self) -> Option<Answer> {
        let mut paper = self.paper.borrow_mut();
        if !matches!(*paper, Paper::Answered(_)) {
            return None;
        }
        match std::mem::take(&mut *paper) {
            Paper::Answered(answer) => Some(answer),
            _ => None,
        }
    }

    /// Nobody waits for the answer any more.
    pub(super) fn withdraw(&self) {
        if let Paper::Taken = self.paper.take() {
            self.is_withdrawn.set(true);
        }
    }
}
