//! How often a task has drawn at each of its sites: the number of a draw is part of what its value depends on.
//!
//! Most tasks draw at one site or two, so a task has room for these; others are kept apart.

use std::num::NonZeroU32;

use super::task::Task;
use crate::expression::code::SiteIndex;
use crate::plan::{BodyIndex, Plan};

/// How often a site has drawn, in few bits, for every task has two. A site beyond them is among the others.
#[derive(Clone, Copy, Debug)]
pub(super) struct NearDraw {
    body: u16,
    site: u16,
    /// How many there were: one at least, so that an absent one takes no room.
    count: NonZeroU32,
}

/// How often a site has drawn.
#[derive(Clone, Copy, Debug)]
pub(super) struct DrawCount {
    body: BodyIndex,
    site: SiteIndex,
    count: u32,
}

impl Task {
    /// What its draws in its present body depend on, besides the seed and the site.
    #[inline(always)]
    pub fn draw_path(&self, plan: &Plan) -> u64 {
        self.path ^ plan.body(self.body).identity
    }

    /// Counts a draw at a site of a body; how many there were before it.
    #[inline(always)]
    pub fn count_draw(&mut self, body: BodyIndex, site: SiteIndex) -> u32 {
        if let (Ok(body), Ok(site)) = (u16::try_from(body.0), u16::try_from(site.0)) {
            for near in [&mut self.first_draw, &mut self.second_draw] {
                match near {
                    Some(draw) if draw.body == body && draw.site == site => {
                        let count = draw.count.get();
                        draw.count = draw.count.saturating_add(1);
                        return count;
                    }
                    Some(_) => {}
                    None => {
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
