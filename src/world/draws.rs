//! How often a task has drawn at each of its sites: the number of a draw is part of what its value depends on.
//!
//! Most tasks draw at one site or two, so a task has room for these; others are kept apart. Who draws again and again
//! at its first site has the next value at hand: it is made together with the one before, for whatever depends on a
//! value has to wait until it is made, and what depends on the next one comes later.

use std::num::NonZeroU32;

use super::task::Task;
use crate::expression::code::SiteIndex;
use crate::plan::{BodyIndex, Plan};
use crate::random::Generator;

/// A draw that has this number, or a higher one, is made ahead. Many a site draws once only.
const AHEAD_FROM: u32 = 2;

/// How often a site has drawn, in few bits, for every task has two. A site beyond them is among the others.
#[derive(Clone, Copy, Debug)]
pub(super) struct NearDraw {
    body: u16,
    site: u16,
    /// How many there were: one at least, so that an absent one takes no room.
    count: NonZeroU32,
}

impl NearDraw {
    #[inline(always)]
    fn is_at(self, body: BodyIndex, site: SiteIndex) -> bool {
        u32::from(self.body) == body.0 && u32::from(self.site) == site.0
    }

    /// Counts a draw; how many there were before it.
    #[inline(always)]
    fn count(&mut self) -> u32 {
        let before = self.count.get();
        self.count = self.count.saturating_add(1);
        before
    }
}

/// How often a site has drawn.
#[derive(Clone, Copy, Debug)]
pub(super) struct DrawCount {
    body: BodyIndex,
    site: SiteIndex,
    count: u32,
}

impl Task {
    /// Draws at a site of its present body. A site is used by this or by `count_draw` (which `draws(..)` does), never
    /// by both: counting only would leave the value made ahead one behind.
    #[inline(always)]
    pub fn draw(&mut self, plan: &Plan, random: &Generator, site: SiteIndex) -> u64 {
        let (body, path) = (self.body, self.path ^ plan.body(self.body).identity);
        if let Some(first) = &mut self.first_draw
            && first.is_at(body, site)
        {
            let number = first.count();
            let drawn = if number >= AHEAD_FROM { self.next_draw } else { random.draw(path, site.0, number) };
            self.next_draw = random.draw(path, site.0, number.saturating_add(1));
            return drawn;
        }
        let number = self.count_draw(body, site);
        random.draw(path, site.0, number)
    }

    /// Counts a draw at a site of a body; how many there were before it.
    pub fn count_draw(&mut self, body: BodyIndex, site: SiteIndex) -> u32 {
        for near in [&mut self.first_draw, &mut self.second_draw] {
            match near {
                Some(draw) if draw.is_at(body, site) => return draw.count(),
                Some(_) => {}
                None => {
                    if let (Ok(body), Ok(site)) = (u16::try_from(body.0), u16::try_from(site.0)) {
                        *near = Some(NearDraw { body, site, count: NonZeroU32::MIN });
                        return 0;
                    }
                }
            }
        }
        self.count_far_draw(body, site)
    }

    #[inline(never)]
    fn count_far_draw(&mut self, body: BodyIndex, site: SiteIndex) -> u32 {
        let draws = &mut self.rare().other_draws;
        let is_it = |entry: &DrawCount| entry.body == body && entry.site == site;
        let index = draws.iter().position(is_it).unwrap_or_else(|| {
            draws.push(DrawCount { body, site, count: 0 });
            draws.len() - 1
        });
        draws[index].count += 1;
        draws[index].count - 1
    }
}
