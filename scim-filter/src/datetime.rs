//! `xsd:dateTime` (RFC 7643 §2.3.5) as a moment that compares across time zones.

use core::fmt;

/// A moment in time, to the nanosecond.
///
/// ```
/// use scim_filter::datetime::Instant;
///
/// let utc = Instant::parse("2011-05-13T04:42:34Z").expect("a dateTime");
/// let summer = Instant::parse("2011-05-13T06:42:34.000+02:00").expect("a dateTime");
/// assert_eq!(utc, summer);
/// assert!(utc < Instant::parse("2011-05-13T04:42:34.001Z").expect("a dateTime"));
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Instant {
    seconds: i64,
    nanos: u32,
}

impl Instant {
    /// Parses a `dateTime` of XML Schema part 2 §3.2.7; `None` if the text is not one.
    ///
    /// A text without a time zone is UTC. Digits beyond the nanosecond have no effect, and
    /// `24:00:00` is the next midnight. Years have at most nine digits.
    ///
    /// ```
    /// use scim_filter::datetime::Instant;
    ///
    /// assert!(Instant::parse("2008-01-23T04:56:22").is_some());
    /// assert!(Instant::parse("2008-01-23").is_none());
    /// assert!(Instant::parse("2008-02-30T00:00:00Z").is_none());
    /// ```
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut input = Input {
            rest: text.as_bytes(),
        };

        let year = input.year()?;
        input.byte(b'-')?;
        let month = input.two_digits()?;
        input.byte(b'-')?;
        let day = input.two_digits()?;
        input.byte(b'T')?;
        let hour = input.two_digits()?;
        input.byte(b':')?;
        let minute = input.two_digits()?;
        input.byte(b':')?;
        let second = input.two_digits()?;
        let nanos = input.fraction()?;
        let offset = input.offset()?;

        let midnight = hour == 24 && minute == 0 && second == 0 && nanos == 0;
        let valid = (1..=12).contains(&month)
            && (1..=days_in(year, month)).contains(&day)
            && (hour < 24 || midnight)
            && minute < 60
            && second < 60;
        if !valid {
            return None;
        }

        let days = days_from_epoch(year, month, day);
        let seconds = ((days * 24 + hour) * 60 + minute - offset) * 60 + second;
        Some(Self { seconds, nanos })
    }

    /// Whole seconds since 1970-01-01T00:00:00Z, rounded down.
    ///
    /// ```
    /// use scim_filter::datetime::Instant;
    /// let instant = Instant::parse("1970-01-02T00:00:00.5Z").expect("a dateTime");
    /// assert_eq!((instant.unix_seconds(), instant.subsec_nanos()), (86_400, 500_000_000));
    /// ```
    #[must_use]
    pub const fn unix_seconds(self) -> i64 {
        self.seconds
    }

    /// Nanoseconds after [`Instant::unix_seconds`].
    ///
    /// ```
    /// use scim_filter::datetime::Instant;
    /// let instant = Instant::parse("2011-05-13T04:42:34.000007+02:00").expect("a dateTime");
    /// assert_eq!(instant.subsec_nanos(), 7_000);
    /// ```
    #[must_use]
    pub const fn subsec_nanos(self) -> u32 {
        self.nanos
    }
}

/// Writes the moment in UTC with the shortest exact fraction; [`Instant::parse`] reads it back.
///
/// ```
/// use scim_filter::datetime::Instant;
/// let instant = Instant::parse("2011-05-13T06:42:34.500+02:00").expect("a dateTime");
/// assert_eq!(instant.to_string(), "2011-05-13T04:42:34.5Z");
/// ```
impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = date_from_epoch(self.seconds.div_euclid(86_400));
        let second = self.seconds.rem_euclid(86_400);
        let sign = if year < 0 { "-" } else { "" };
        let (hour, minute) = (second / 3600, second / 60 % 60);
        let year = year.unsigned_abs();

        write!(
            f,
            "{sign}{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{:02}",
            second % 60
        )?;

        if self.nanos > 0 {
            let (mut fraction, mut digits) = (self.nanos, 9);
            while fraction % 10 == 0 {
                fraction /= 10;
                digits -= 1;
            }
            write!(f, ".{fraction:0digits$}")?;
        }
        f.write_str("Z")
    }
}

struct Input<'a> {
    rest: &'a [u8],
}

impl Input<'_> {
    fn next_if(&mut self, wanted: impl Fn(u8) -> bool) -> Option<u8> {
        let (&first, rest) = self.rest.split_first()?;
        if wanted(first) {
            self.rest = rest;
            Some(first)
        } else {
            None
        }
    }

    fn byte(&mut self, wanted: u8) -> Option<()> {
        self.next_if(|byte| byte == wanted).map(|_| ())
    }

    fn digit(&mut self) -> Option<i64> {
        self.next_if(|byte| byte.is_ascii_digit())
            .map(|digit| i64::from(digit - b'0'))
    }

    fn two_digits(&mut self) -> Option<i64> {
        Some(self.digit()? * 10 + self.digit()?)
    }

    /// Reads a year: at least four digits, no leading zero beyond four, a minus sign only for BC.
    fn year(&mut self) -> Option<i64> {
        let negative = self.byte(b'-').is_some();
        let leading_zero = self.rest.first() == Some(&b'0');
        let (mut year, mut len) = (0, 0);
        while let Some(digit) = self.digit() {
            year = year * 10 + digit;
            len += 1;
            if len > 9 {
                return None;
            }
        }

        if len < 4 || (len > 4 && leading_zero) {
            return None;
        }
        Some(if negative { -year } else { year })
    }

    fn fraction(&mut self) -> Option<u32> {
        if self.byte(b'.').is_none() {
            return Some(0);
        }
        let mut weight = 100_000_000;
        let mut nanos = weight * u32::try_from(self.digit()?).ok()?;
        while let Some(digit) = self.digit() {
            weight /= 10;
            nanos += weight * u32::try_from(digit).ok()?;
        }
        Some(nanos)
    }

    /// Reads the offset in minutes east of UTC, at most 14 hours, and the end of the text.
    fn offset(&mut self) -> Option<i64> {
        let minutes = if self.rest.is_empty() || self.byte(b'Z').is_some() {
            0
        } else {
            let sign = if self.next_if(|byte| matches!(byte, b'+' | b'-'))? == b'-' {
                -1
            } else {
                1
            };

            let hours = self.two_digits()?;
            self.byte(b':')?;
            let minutes = self.two_digits()?;
            if minutes > 59 || hours * 60 + minutes > 14 * 60 {
                return None;
            }
            sign * (hours * 60 + minutes)
        };

        self.rest.is_empty().then_some(minutes)
    }
}

const fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

const fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 => 28 + is_leap(year) as i64,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970-01-01 in the Gregorian calendar. Years begin in March here, which makes the leap
/// day the last of its year.
const fn days_from_epoch(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// The inverse of [`days_from_epoch`]: year, month and day.
const fn date_from_epoch(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * march_month + 2) / 5 + 1;
    let month = (march_month + 2) % 12 + 1;
    let year = days.div_euclid(146_097) * 400 + year_of_era;
    (if month <= 2 { year + 1 } else { year }, month, day)
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;

    fn seconds(text: &str) -> Option<i64> {
        Instant::parse(text).map(Instant::unix_seconds)
    }

    #[test]
    fn known_moments() {
        for (text, expected) in [
            ("1970-01-01T00:00:00Z", 0),
            ("2000-02-29T12:30:15Z", 951_827_415),
            ("2011-05-13T04:42:34Z", 1_305_261_754),
            ("2018-02-13T15:05:24.000-08:00", 1_518_563_124),
            ("1969-12-31T23:59:59Z", -1),
            ("1969-12-31T24:00:00Z", 0),
            ("0001-01-01T00:00:00Z", -62_135_596_800),
            ("10000-01-01T00:00:00Z", 253_402_300_800),
            ("1970-01-01T14:00:00+14:00", 0),
        ] {
            assert_eq!(seconds(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn other_texts_are_refused() {
        for text in [
            "",
            "2011-05-13",
            "2011-05-13T04:42Z",
            "2011-05-13 04:42:34Z",
            "2011-05-13t04:42:34z",
            "2011-02-29T00:00:00Z",
            "1900-02-29T00:00:00Z",
            "2011-13-01T00:00:00Z",
            "2011-00-01T00:00:00Z",
            "2011-01-32T00:00:00Z",
            "2011-01-01T25:00:00Z",
            "2011-01-01T24:00:01Z",
            "2011-01-01T00:60:00Z",
            "2011-01-01T00:00:60Z",
            "2011-01-01T00:00:00.Z",
            "2011-01-01T00:00:00+2:00",
            "2011-01-01T00:00:00+14:01",
            "2011-01-01T00:00:00+0200",
            "011-01-01T00:00:00Z",
            "02011-01-01T00:00:00Z",
            "2011-01-01T00:00:00Zx",
            "9999999999-01-01T00:00:00Z",
            "+2011-01-01T00:00:00Z",
        ] {
            assert_eq!(Instant::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_printed_moment_parses_as_the_same_moment() {
        let mut day = -1_000_003;
        while day < 5_000_000 {
            let instant = Instant {
                seconds: day * 86_399,
                nanos: 12_000_000,
            };
            let text = instant.to_string();
            assert_eq!(Instant::parse(&text), Some(instant), "{text}");
            day += 997;
        }

        for text in [
            "0000-02-29T00:00:00Z",
            "-0001-12-31T23:59:59.000000001Z",
            "12000-03-01T00:00:00Z",
        ] {
            assert_eq!(
                Instant::parse(text)
                    .map(|instant| instant.to_string())
                    .as_deref(),
                Some(text)
            );
        }
    }

    #[test]
    fn fractions_order_correctly_before_the_epoch_too() {
        let ascending = [
            "-0044-03-15T00:00:00Z",
            "1969-12-31T23:59:58.9Z",
            "1969-12-31T23:59:59Z",
            "1969-12-31T23:59:59.000000001Z",
            "1970-01-01T00:00:00Z",
            "1970-01-01T00:00:00.1234567Z",
        ];
        for pair in ascending.windows(2) {
            assert!(
                Instant::parse(pair[0]).unwrap() < Instant::parse(pair[1]).unwrap(),
                "{pair:?}"
            );
        }
    }
}
