//! The Gregorian calendar, as far as dates in news need it.

/// The months in English, January first.
pub const MONTHS: [&str; 12] =
    ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

/// The days of the week in English, Monday first.
pub const WEEKDAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// A day; dates compare in order of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    /// Of the common era.
    pub year: u16,
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31.
    pub day: u8,
}

impl Date {
    /// Reads `2023`, `2023-05` or `2023-05-18`, and what may follow a `T` or a space; parts that are not said are the first of their kind,
    /// or the last when `late`.
    #[must_use]
    pub fn read(text: &str, late: bool) -> Option<Self> {
        let text = text.split(['T', ' ']).next()?;
        let mut parts = text.split('-');
        let year = parts.next().filter(|y| y.len() == 4)?.parse().ok()?;
        let month = parts.next().map_or(Some(if late { 12 } else { 1 }), |m| m.parse().ok()).filter(|m| (1..=12).contains(m))?;
        let most = days_in(u32::from(month), Some(u32::from(year)));
        let last = u8::try_from(most).unwrap_or(28);
        let day = parts.next().map_or(Some(if late { last } else { 1 }), |d| d.parse().ok()).filter(|d| (1..=last).contains(d))?;
        parts.next().is_none().then_some(Self { year, month, day })
    }
}

impl std::fmt::Display for Date {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

/// The number (1 to 12) of the month `name`, in full or as its usual abbreviation.
#[must_use]
pub fn month(name: &str) -> Option<u32> {
    let name = name.trim_end_matches('.');
    let found = MONTHS.iter().position(|m| {
        m.eq_ignore_ascii_case(name)
            || name.len() == 3 && m.get(..3).is_some_and(|short| short.eq_ignore_ascii_case(name))
            || m.starts_with("Sept") && name.eq_ignore_ascii_case("sept")
    })?;
    u32::try_from(found + 1).ok()
}

/// The number (0 to 6, Monday first) of the day `name`, written in full.
#[must_use]
pub fn weekday(name: &str) -> Option<usize> {
    WEEKDAYS.iter().position(|d| d.eq_ignore_ascii_case(name))
}

/// Whether `year` has a 29 February.
#[must_use]
pub fn is_leap(year: u32) -> bool {
    year.is_multiple_of(4) && !year.is_multiple_of(100) || year.is_multiple_of(400)
}

/// How many days a month has; without a year, the most it can have. 0 when there is no such month.
#[must_use]
pub fn days_in(month: u32, year: Option<u32>) -> u32 {
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 => 28 + u32::from(year.is_none_or(is_leap)),
        _ => 0,
    }
}

/// The day of the week (0 to 6, Monday first) of a date that exists.
#[must_use]
pub fn weekday_of(year: u32, month: u32, day: u32) -> Option<usize> {
    if day == 0 || day > days_in(month, Some(year)) || !(1583..=9999).contains(&year) {
        return None;
    }
    // Days since the last day of the year 0; 1 January of the year 1 was a Monday.
    let before = year - 1;
    let leaps = before / 4 - before / 100 + before / 400;
    let days = before * 365 + leaps + (1..month).map(|m| days_in(m, Some(year))).sum::<u32>() + day;
    Some(((days - 1) % 7) as usize)
}

/// The newest full date among `tokens` words, such as `May 18, 2023`.
pub(crate) fn newest_date<'t>(tokens: usize, text: impl Fn(usize) -> &'t str) -> Option<Date> {
    (0..tokens)
        .filter_map(|i| {
            let word = text(i);
            // Few words begin like one.
            if !word.starts_with(['J', 'F', 'M', 'A', 'S', 'O', 'N', 'D']) {
                return None;
            }
            let month = MONTHS.iter().position(|m| *m == word)? + 1;
            let number = |j: usize| if j < tokens { text(j).parse::<u16>().ok() } else { None };
            let year = [i + 1, i + 2, i + 3].into_iter().filter_map(number).find(|y| (1990..2100).contains(y))?;
            let day = [i.wrapping_sub(1), i + 1].into_iter().filter_map(number).find(|d| (1..=31).contains(d)).unwrap_or(1);
            Date::read(&format!("{year:04}-{month:02}-{day:02}"), false)
        })
        .max()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weekdays_of_known_dates() {
        for (year, month, day, name) in [
            (2023, 3, 5, "Sunday"),
            (2024, 2, 29, "Thursday"),
            (2000, 1, 1, "Saturday"),
            (1969, 7, 20, "Sunday"),
            (1900, 3, 1, "Thursday"),
            (2026, 11, 23, "Monday"),
            (2001, 9, 11, "Tuesday"),
        ] {
            assert_eq!(weekday_of(year, month, day).map(|d| WEEKDAYS[d]), Some(name), "{year}-{month}-{day}");
        }
    }

    #[test]
    fn dates_that_cannot_be() {
        assert_eq!(weekday_of(2023, 2, 29), None);
        assert_eq!(weekday_of(2023, 6, 31), None);
        assert_eq!(weekday_of(2023, 13, 1), None);
        assert_eq!(weekday_of(2023, 1, 0), None);
        assert_eq!(weekday_of(0, 1, 1), None);
        assert_eq!(weekday_of(u32::MAX, 1, 1), None);
    }

    #[test]
    fn month_lengths() {
        assert_eq!(days_in(2, None), 29);
        assert_eq!(days_in(2, Some(1900)), 28);
        assert_eq!(days_in(2, Some(2000)), 29);
        assert_eq!(days_in(0, None), 0);
    }

    #[test]
    fn names() {
        assert_eq!(month("Sept"), Some(9));
        assert_eq!(month("mar."), Some(3));
        assert_eq!(month("Mars"), None);
        assert_eq!(weekday("Sunday"), Some(6));
        assert_eq!(weekday("Sun"), None);
    }
}
