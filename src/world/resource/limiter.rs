//! A token bucket: `burst` tokens at most, filled up at a steady rate, one taken by each `acquire`.
//!
//! The level is exact: it counts in units of which one nanosecond adds `rate.count` and a token has
//! `rate.period`. Waiters queue behind one timer, that of the first.

use crate::expression::value::Rate;
use crate::plan::LimiterSettings;
use crate::world::line::Line;
use crate::world::timer::TimerKey;

/// A token bucket.
#[derive(Clone, Debug)]
pub struct Limiter {
    settings: LimiterSettings,
    level: u128,
    filled: u64,
    /// Who waits.
    pub waiters: Line,
    /// The alarm for the first waiter's token.
    pub timer: Option<TimerKey>,
}

impl Limiter {
    /// A full bucket at time 0.
    pub fn new(settings: LimiterSettings) -> Limiter {
        let level = u128::from(settings.burst) * u128::from(settings.rate.period);
        Limiter { settings, level, filled: 0, waiters: Line::default(), timer: None }
    }

    /// Takes a token if there is one.
    pub fn take(&mut self, now: u64) -> bool {
        self.fill(now);
        let token = u128::from(self.settings.rate.period);
        let there = self.level >= token;
        if there {
            self.level -= token;
        }
        there
    }

    /// Puts a token back that its taker never used.
    pub fn put_back(&mut self, now: u64) {
        self.fill(now);
        self.level = (self.level + u128::from(self.settings.rate.period)).min(self.most());
    }

    /// How many whole tokens there are.
    pub fn tokens(&self, now: u64) -> u64 {
        (self.level_at(now) / u128::from(self.settings.rate.period)) as u64
    }

    /// The instant of the next whole token, never before now.
    pub fn next_token(&self, now: u64) -> u64 {
        let Rate { count, period } = self.settings.rate;
        let missing = u128::from(period).saturating_sub(self.level_at(now));
        // Dividing twice as wide numbers takes several times as long.
        let wait = match u64::try_from(missing) {
            Ok(missing) => missing.div_ceil(count),
            Err(_) => u64::try_from(missing.div_ceil(u128::from(count))).unwrap_or(u64::MAX),
        };
        now.saturating_add(wait)
    }

    fn most(&self) -> u128 {
        u128::from(self.settings.burst) * u128::from(self.settings.rate.period)
    }

    fn level_at(&self, now: u64) -> u128 {
        if now == self.filled && !self.waiters.is_empty() {
            // Nothing has come in since; and while somebody waits the level may lie a fraction above the burst, so
            // nothing is to be cut off, either. What is below takes several times as long.
            return self.level;
        }
        let count = u128::from(self.settings.rate.count);
        let added = u128::from(now - self.filled) * count;
        // A token is handed out at the first whole nanosecond behind its exact time. What came in between
        // counts towards the next one, also in a full bucket, or a bucket of one token would run late.
        let fraction = if self.waiters.is_empty() { 0 } else { count - 1 };
        (self.level + added).min(self.most() + fraction)
    }

    fn fill(&mut self, now: u64) {
        self.level = self.level_at(now);
        self.filled = now;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: u64 = 1_000_000_000;

    #[test]
    fn a_bucket_fills_exactly_at_its_rate_and_never_above_its_burst() {
        let rate = Rate { count: 3, period: SECOND };
        let mut limiter = Limiter::new(LimiterSettings { rate, burst: 2 });
        assert!(limiter.take(0) && limiter.take(0) && !limiter.take(0));
        assert_eq!(limiter.next_token(0), 333_333_334);
        assert!(!limiter.take(333_333_333));
        assert!(limiter.take(333_333_334));
        // What was over at the last token counts towards the next.
        assert_eq!(limiter.next_token(333_333_334), 666_666_667);
        assert_eq!(limiter.tokens(100 * SECOND), 2);
        limiter.put_back(100 * SECOND);
        assert_eq!(limiter.tokens(100 * SECOND), 2);
    }
}
