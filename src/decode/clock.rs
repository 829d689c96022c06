//! What `start` says: a time of day, or a date and a time.

/// Nanoseconds since 1970 of `10:00:00` (on 2024-01-01) or `2024-01-01 10:00:00`.
pub(super) fn parse_clock(text: &str) -> Option<u64> {
    let (date, time) = text.split_once([' ', 'T']).unwrap_or(("2024-01-01", text));
    let mut numbers = date.splitn(3, '-').map(str::parse::<i64>);
    let (year, month, day) = (numbers.next()?.ok()?, numbers.next()?.ok()?, numbers.next()?.ok()?);
    let mut numbers = time.splitn(3, ':').map(str::parse::<i64>);
    let (hour, minute) = (numbers.next()?.ok()?, numbers.next()?.ok()?);
    let second = numbers.next().transpose().ok()?.unwrap_or(0);
    let fits = (1970..=9999).contains(&year)
        && (1..=12).contains(&month)
        && (1..=31).contains(&day)
        && (0..24).contains(&hour)
        && (0..60).contains(&minute)
        && (0..60).contains(&second);
    if !fits {
        return None;
    }
    let seconds = days_since_1970(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second;
    u64::try_from(seconds).ok()?.checked_mul(1_000_000_000)
}

/// Days from 1970-01-01 to a date of the Gregorian calendar, counting years from March so that the leap
/// day comes last (the method of Howard Hinnant's `days_from_civil`).
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year - era * 400;
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wall_clock_counts_from_1970() {
        assert_eq!(days_since_1970(1970, 1, 1), 0);
        assert_eq!(days_since_1970(2000, 2, 29), 11_016);
        assert_eq!(parse_clock("10:00:00"), Some(1_704_103_200_000_000_000));
        assert_eq!(parse_clock("1970-01-01 00:01:00"), Some(60_000_000_000));
        assert_eq!(parse_clock("25:00:00"), None);
        assert_eq!(parse_clock("noon"), None);
    }
}
