//! Bodies of branches: blocks that run as tasks of their own and see the variables around them.

use super::Builder;
use crate::expression::code::{Kind, Slot};
use crate::plan::op::{Arguments, Into, Op};
use crate::plan::{BodyIndex, CodeIndex};
use crate::random::path_hash;
use crate::syntax::node::Name;

impl Builder<'_> {
    /// Builds the body of a branch of the present body, with parameters of its own.
    pub fn branch(&mut self, label: &str, parameters: &[Name], build: impl FnOnce(&mut Self)) -> BodyIndex {
        let index = self.reserve(label);
        let parent = self.draft_mut().index;
        // A task runs one branch's body, so its path already tells branches of one name apart: counting them
        // would let one branch change the draws of those below it.
        let identity = path_hash(0, label, 1);
        self.open(index, label, Some(parent), identity);
        for parameter in parameters {
            self.parameter(parameter, None);
        }
        build(self);
        self.close();
        index
    }

    /// The body and the arguments that a branch begins with, if its parameters are to have these values.
    ///
    /// A branch that only calls a task, with what it was given itself or with constants, begins as that task:
    /// nobody can tell the difference, and it needs neither variables nor a call of its own.
    pub fn begin_branch(
        &mut self,
        branch: BodyIndex,
        given: Vec<Option<CodeIndex>>,
    ) -> (BodyIndex, Arguments) {
        match self.called_with(branch, &given) {
            Some((task, passed)) if branch.0 as usize + 1 == self.plan.bodies.len() => {
                self.plan.bodies.pop();
                (task, self.arguments(passed))
            }
            _ => (branch, self.arguments(given)),
        }
    }

    /// The task that a branch calls, and the arguments as they look from outside, if it does nothing else.
    fn called_with(
        &self,
        branch: BodyIndex,
        given: &[Option<CodeIndex>],
    ) -> Option<(BodyIndex, Vec<Option<CodeIndex>>)> {
        let [Op::Call { body: task, arguments, into: Into::Slot(result) }, Op::Return(value)] =
            self.plan.body(branch).ops[..]
        else {
            return None;
        };
        if !matches!(self.plan.code(value).kind, Kind::Slot(slot) if slot == result) {
            return None;
        }
        // Where a host function was called matters to people when it does not come back.
        if self.plan.hosts.iter().any(|host| host.body == task) {
            return None;
        }
        let passed = self.plan.arguments[arguments.list.0 as usize].iter().map(|argument| {
            let code = (*argument)?;
            match self.plan.code(code).kind {
                Kind::Constant(_) => Some(Some(code)),
                Kind::Slot(Slot { depth: 0, index }) => given.get(index as usize).copied(),
                _ => None,
            }
        });
        Some((task, passed.collect::<Option<Vec<_>>>()?))
    }
}
