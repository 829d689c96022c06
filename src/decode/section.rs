//! What stands at top level of a file in YAML in the shape of something else: a section for one thing, a single value
//! for a section, a list for a setting.

use super::statement::Decoder;
use crate::diagnostic::Diagnostic;
use crate::source::Form;
use crate::statement::{self, BlockShape, Role};
use crate::syntax::node::{Name, Node, Verb};

impl Decoder {
    /// Reports a YAML section that is not in the plural.
    pub(super) fn is_singular(&mut self, node: &Node, word: &Name) -> bool {
        let Some((_, entry)) = statement::find(&word.text, Role::Declaration) else { return false };
        let written = self.written(entry);
        let is_singular = matches!(node.verb, Verb::Word(_)) && written != word.text;
        if is_singular {
            let error =
                Diagnostic::error("singular-section", word.span, format!("`{}` is no section", word.text))
                    .label(format!("did you mean `{written}`?"));
            self.diagnostics.push(if entry.is_named() {
                error.help(format!("below `{written}:`, indented, one `name: ..` for each"))
            } else {
                error.example("for example", entry.usage)
            });
        }
        is_singular
    }

    /// Reports a YAML section that holds a single value instead of declarations.
    pub(super) fn is_flat_section(&mut self, node: &Node, word: &Name) -> bool {
        let is_setting = statement::find(&word.text, Role::Declaration).is_some();
        if self.form == Form::Text || !matches!(node.verb, Verb::Word(_)) || is_setting {
            return false;
        }
        let singular = word.text.strip_suffix('s').unwrap_or("");
        let is_flat = statement::find(singular, Role::Declaration)
            .is_some_and(|(_, entry)| self.written(entry) == word.text);
        if is_flat {
            let span = node.arguments.first().map_or(word.span, |value| value.span);
            self.diagnostics.push(
                Diagnostic::error("bad-section", span, format!("`{}` is a section", word.text))
                    .help(format!("below `{}:`, indented, one `name: ..` for each", word.text)),
            );
        }
        is_flat
    }

    /// Reports a YAML list below a setting: at top level a list is a block.
    pub(super) fn is_list(&mut self, node: &Node, word: &Name) -> bool {
        let Some(block) = node.block.as_ref().filter(|_| self.form == Form::Yaml) else { return false };
        let found = statement::find(&word.text, Role::Declaration);
        let Some((_, entry)) = found.filter(|(_, entry)| entry.block == BlockShape::Nothing) else {
            return false;
        };
        self.diagnostics.push(
            Diagnostic::error("unexpected-block", block.span, format!("`{}` takes no list", entry.name))
                .example("for example", entry.usage),
        );
        true
    }
}
