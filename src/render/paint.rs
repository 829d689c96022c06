//! Colours of a trace. Whoever renders says whether they are wanted; without them not one escape is written.

use anstyle::{AnsiColor, Style};

/// Whether the output wants colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Colour {
    /// Bare text.
    #[default]
    Plain,
    /// With the escapes of a terminal.
    Styled,
}

/// The style of what should stand back.
pub(crate) const DIM: Style = Style::new().dimmed();
/// The style of a heading.
pub(crate) const HEADING: Style = Style::new().bold().underline();
/// The style of code in a text.
pub(crate) const CODE: Style = AnsiColor::Cyan.on_default();
/// The style of what went well.
pub(super) const GOOD: Style = AnsiColor::Green.on_default().bold();
/// The style of what went wrong.
pub(super) const BAD: Style = AnsiColor::Red.on_default().bold();

/// The style of a kind of event: what the scenario says stands out, waits stand back, trouble is red or, where
/// it is part of the plan, yellow.
pub(super) fn of_kind(kind: &str) -> Style {
    match kind {
        "log" => AnsiColor::Green.on_default(),
        "sleep" | "wait" | "block" => DIM,
        "fail" | "replace" | "unobserved" => AnsiColor::Red.on_default(),
        "timeout" | "cancel" | "catch" | "retry" => AnsiColor::Yellow.on_default(),
        "spawn" | "end" => AnsiColor::Magenta.on_default(),
        _ => AnsiColor::Cyan.on_default(),
    }
}

impl Colour {
    /// Adds text in a style.
    pub(crate) fn push(self, out: &mut String, style: Style, text: &str) {
        self.styled(out, style, |out| out.push_str(text));
    }

    /// The same for text that is made on the spot.
    pub(super) fn styled(self, out: &mut String, style: Style, push: impl FnOnce(&mut String)) {
        match self {
            Colour::Plain => push(out),
            Colour::Styled => {
                out.push_str(&style.render().to_string());
                push(out);
                out.push_str(&style.render_reset().to_string());
            }
        }
    }
}
