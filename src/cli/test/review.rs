//! Shows one by one what is not as accepted, and does what the user answers.

use std::io::{self, BufRead};

use super::super::{Misuse, terminal};
use super::human::{details, reason};
use super::machine::Case;
use super::trial::{Deed, Verdict};
use crate::render::visible;

/// What to do with a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answer {
    Accept,
    Reject,
    Skip,
    Quit,
}

/// Asks about each scenario that has something to accept.
///
/// # Errors
/// If the answers can't be read, or an accepted snapshot not written.
pub(super) fn review(cases: &mut [Case]) -> Result<(), Misuse> {
    let mut open: Vec<&mut Case> = cases
        .iter_mut()
        .filter(|(_, tested)| {
            tested.is_failure() && !matches!(tested.verdict, Verdict::Wrong(_) | Verdict::Interrupted)
        })
        .collect();
    let all = open.len();
    let mut input = io::stdin().lock();
    for (index, case) in open.iter_mut().enumerate() {
        let (file, tested) = &mut **case;
        let Some(taken) = &tested.taken else { continue };
        let place = &tested.place;
        terminal::show(&format!(
            "{} of {all}  {}: {}\n\n{}\n\n",
            index + 1,
            visible(&file.path.display().to_string()),
            reason(tested),
            details(tested, terminal::output_colour()).trim_end()
        ))?;
        match ask(&mut input)? {
            Answer::Accept => {
                place.accept(&taken.snapshot)?;
                tested.deed = Deed::Accepted;
            }
            Answer::Reject => {
                place.reject()?;
                tested.deed = Deed::Nothing;
            }
            Answer::Skip => {}
            Answer::Quit => break,
        }
    }
    Ok(())
}

fn ask(input: &mut impl BufRead) -> Result<Answer, Misuse> {
    loop {
        terminal::show("accept, reject, skip or quit? [a/r/s/q] ")?;
        let mut line = String::new();
        let length = input
            .read_line(&mut line)
            .map_err(|error| Misuse::new(format!("can't read the answer: {error}")))?;
        if length == 0 {
            // Nobody answers any more.
            terminal::show("\n")?;
            return Ok(Answer::Quit);
        }
        match line.trim().to_lowercase().as_str() {
            "a" | "accept" => return Ok(Answer::Accept),
            "r" | "reject" => return Ok(Answer::Reject),
            "s" | "skip" | "" => return Ok(Answer::Skip),
            "q" | "quit" => return Ok(Answer::Quit),
            _ => {}
        }
    }
}
