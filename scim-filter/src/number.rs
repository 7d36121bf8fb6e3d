//! JSON numbers: kept as text, compared by value.

use alloc::borrow::Cow;
use alloc::string::String;
use core::cmp::Ordering;
use core::fmt::{self, Write};
use core::hash::{Hash, Hasher};

/// A JSON number (RFC 7159 §6), kept exactly as written.
///
/// `==` compares the text, so that a filter prints its input; [`Number::compare`] compares the
/// value, at any length and precision.
///
/// ```
/// use core::cmp::Ordering;
/// use scim_filter::Number;
///
/// let one = Number::parse("1").expect("a number");
/// let also_one = Number::parse("10e-1").expect("a number");
/// assert_ne!(one, also_one);
/// assert_eq!(one.compare(&also_one), Ordering::Equal);
/// assert!(Number::parse("01").is_none());
/// ```
#[derive(Clone)]
pub struct Number<'a>(Repr<'a>);

#[derive(Clone)]
enum Repr<'a> {
    Lexeme(Cow<'a, str>),
    /// A converted Rust number, which needs no allocation.
    Short(Short),
}

/// Holds every `i64`, `u64` and, in exponent notation, every `f64`.
#[derive(Clone, Copy)]
struct Short {
    bytes: [u8; 24],
    len: u8,
}

impl<'a> Number<'a> {
    /// Parses a text that is one JSON number from its first byte to its last.
    ///
    /// ```
    /// use scim_filter::Number;
    /// assert_eq!(Number::parse("-2.5e3").map(|n| n.to_string()).as_deref(), Some("-2.5e3"));
    /// ```
    #[must_use]
    pub fn parse(text: &'a str) -> Option<Self> {
        (scan(text.as_bytes()) == Some(text.len())).then_some(Self::from_lexeme(text))
    }

    pub(crate) const fn from_lexeme(text: &'a str) -> Self {
        Self(Repr::Lexeme(Cow::Borrowed(text)))
    }

    /// Converts a finite `f64`; `None` for others, which JSON does not have.
    ///
    /// ```
    /// use scim_filter::Number;
    /// assert!(Number::from_f64(1.5).is_some());
    /// assert!(Number::from_f64(f64::NAN).is_none());
    /// ```
    #[must_use]
    pub fn from_f64(value: f64) -> Option<Self> {
        if value.is_finite() {
            Self::from_display(format_args!("{value:e}"))
        } else {
            None
        }
    }

    /// Reads the output of `display`; `None` if it is not a number or longer than 24 bytes.
    pub(crate) fn from_display(display: fmt::Arguments<'_>) -> Option<Self> {
        let mut short = Short {
            bytes: [0; 24],
            len: 0,
        };
        short.write_fmt(display).ok()?;

        (scan(short.as_str().as_bytes()) == Some(short.as_str().len()))
            .then_some(Self(Repr::Short(short)))
    }

    /// The text of the number.
    ///
    /// ```
    /// assert_eq!(scim_filter::Number::from(-7).as_str(), "-7");
    /// ```
    #[must_use]
    pub fn as_str(&self) -> &str {
        match &self.0 {
            Repr::Lexeme(text) => text,
            Repr::Short(short) => short.as_str(),
        }
    }

    /// Copies the borrowed text.
    ///
    /// ```
    /// use scim_filter::Number;
    /// fn read(text: &str) -> Option<Number<'static>> {
    ///     Number::parse(text).map(Number::into_owned)
    /// }
    /// assert!(read("12").is_some());
    /// ```
    #[must_use]
    pub fn into_owned(self) -> Number<'static> {
        Number(match self.0 {
            Repr::Lexeme(text) => Repr::Lexeme(Cow::Owned(text.into_owned())),
            Repr::Short(short) => Repr::Short(short),
        })
    }

    /// Compares two numbers by exact value, at any length.
    ///
    /// Exponents count up to 10^18; beyond that, two numbers may compare as equal.
    ///
    /// ```
    /// use core::cmp::Ordering;
    /// use scim_filter::Number;
    ///
    /// let big = Number::parse("9007199254740993").expect("a number");
    /// let near = Number::parse("9007199254740992.0").expect("a number");
    /// assert_eq!(big.compare(&near), Ordering::Greater);
    /// ```
    #[must_use]
    pub fn compare(&self, other: &Number<'_>) -> Ordering {
        Decimal::read(self.as_str()).compare(&Decimal::read(other.as_str()))
    }
}

impl Short {
    fn as_str(&self) -> &str {
        let written = self.bytes.get(..usize::from(self.len)).unwrap_or_default();
        core::str::from_utf8(written).unwrap_or_default()
    }
}

impl Write for Short {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let start = usize::from(self.len);
        let end = start + text.len();
        self.bytes
            .get_mut(start..end)
            .ok_or(fmt::Error)?
            .copy_from_slice(text.as_bytes());
        self.len = u8::try_from(end).map_err(|_| fmt::Error)?;
        Ok(())
    }
}

impl PartialEq for Number<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Number<'_> {}

impl Hash for Number<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl fmt::Display for Number<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Number<'_> {
    /// Hides the digits, which are personal data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<number>")
    }
}

macro_rules! from_integers {
    ($($integer:ty),*) => {$(
        impl From<$integer> for Number<'_> {
            fn from(value: $integer) -> Self {
                Self::from_display(format_args!("{value}"))
                    .unwrap_or_else(|| Self::from_lexeme("0"))
            }
        }
    )*};
}

from_integers!(i8, i16, i32, i64, u8, u16, u32, u64);

impl TryFrom<String> for Number<'static> {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        if scan(text.as_bytes()) == Some(text.len()) {
            Ok(Self(Repr::Lexeme(Cow::Owned(text))))
        } else {
            Err(text)
        }
    }
}

/// The length of the JSON number at the start of `bytes`.
pub(crate) fn scan(bytes: &[u8]) -> Option<usize> {
    let digits = |from: usize| {
        let tail = bytes.get(from..).unwrap_or_default();
        from + tail.iter().take_while(|byte| byte.is_ascii_digit()).count()
    };

    let start = usize::from(bytes.first() == Some(&b'-'));
    let mut end = digits(start);
    if end == start || (bytes.get(start) == Some(&b'0') && end > start + 1) {
        return None;
    }

    if bytes.get(end) == Some(&b'.') {
        let fraction = digits(end + 1);
        if fraction == end + 1 {
            return None;
        }
        end = fraction;
    }

    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        let exponent = digits(end + 1 + sign);
        if exponent == end + 1 + sign {
            return None;
        }
        end = exponent;
    }
    Some(end)
}

/// The value `0.` followed by `whole` and `fraction`, times ten to the power of `magnitude`.
struct Decimal<'a> {
    negative: bool,
    whole: &'a [u8],
    fraction: &'a [u8],
    magnitude: i64,
}

impl<'a> Decimal<'a> {
    fn read(lexeme: &'a str) -> Self {
        let (negative, unsigned) = match lexeme.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, lexeme),
        };

        let (mantissa, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, ""));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));

        let whole = whole.trim_start_matches('0');
        let significant = if whole.is_empty() {
            fraction.trim_start_matches('0')
        } else {
            fraction
        };
        let point = count(whole.len()) - count(fraction.len() - significant.len());

        Self {
            negative,
            whole: whole.as_bytes(),
            fraction: significant.as_bytes(),
            magnitude: point.saturating_add(read_exponent(exponent)),
        }
    }

    fn digits(&self) -> impl Iterator<Item = u8> + '_ {
        self.whole.iter().chain(self.fraction).copied()
    }

    fn is_zero(&self) -> bool {
        self.digits().all(|digit| digit == b'0')
    }

    fn compare(&self, other: &Self) -> Ordering {
        match (self.is_zero(), other.is_zero()) {
            (true, true) => Ordering::Equal,
            (true, false) => {
                if other.negative {
                    Ordering::Greater
                } else {
                    Ordering::Less
                }
            }
            (false, true) => {
                if self.negative {
                    Ordering::Less
                } else {
                    Ordering::Greater
                }
            }
            (false, false) => match (self.negative, other.negative) {
                (false, true) => Ordering::Greater,
                (true, false) => Ordering::Less,
                (false, false) => self.compare_size(other),
                (true, true) => other.compare_size(self),
            },
        }
    }

    fn compare_size(&self, other: &Self) -> Ordering {
        self.magnitude.cmp(&other.magnitude).then_with(|| {
            let (mut left, mut right) = (self.digits(), other.digits());
            loop {
                match (left.next(), right.next()) {
                    (None, None) => return Ordering::Equal,
                    (a, b) => match a.unwrap_or(b'0').cmp(&b.unwrap_or(b'0')) {
                        Ordering::Equal => {}
                        unequal @ (Ordering::Less | Ordering::Greater) => return unequal,
                    },
                }
            }
        })
    }
}

fn count(len: usize) -> i64 {
    i64::try_from(len).unwrap_or(i64::MAX)
}

fn read_exponent(text: &str) -> i64 {
    const MOST: i64 = 1_000_000_000_000_000_000;
    let push = |sum: i64, digit: u8| {
        sum.saturating_mul(10)
            .saturating_add(i64::from(digit - b'0'))
            .min(MOST)
    };
    let size = text.bytes().filter(u8::is_ascii_digit).fold(0, push);
    if text.starts_with('-') { -size } else { size }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Number<'_> {
        Number::parse(text).unwrap()
    }

    #[test]
    fn only_json_numbers_are_numbers() {
        for text in [
            "0", "-0", "10", "1.0", "1.50", "1e5", "1E+5", "-2.5e-3", "0.001", "1e400",
        ] {
            assert!(Number::parse(text).is_some(), "{text}");
        }
        for text in [
            "", "-", "01", "-01", "1.", ".5", "+1", "1e", "1e+", "0x1", "1 ", "NaN", "1.e1",
        ] {
            assert!(Number::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn values_give_the_order() {
        let ascending = [
            "-1e400",
            "-18446744073709551617",
            "-10",
            "-9.5",
            "-1e-9",
            "0",
            "1e-400",
            "0.001",
            "1",
            "1.0000000000000000000000001",
            "2",
            "10",
            "18446744073709551616",
            "18446744073709551617",
            "1e400",
        ];

        for (i, a) in ascending.iter().enumerate() {
            for (j, b) in ascending.iter().enumerate() {
                assert_eq!(number(a).compare(&number(b)), i.cmp(&j), "{a} {b}");
            }
        }
    }

    #[test]
    fn one_value_in_two_notations_compares_as_equal() {
        for (a, b) in [
            ("1", "1.0"),
            ("0", "-0"),
            ("0", "0.000e7"),
            ("100", "1e2"),
            ("0.5", "5e-1"),
            ("-120", "-1.2E+2"),
            ("10.10", "10.1"),
            ("0.00120", "12e-4"),
            ("0e999999999999999999999", "0"),
        ] {
            assert_eq!(number(a).compare(&number(b)), Ordering::Equal, "{a} {b}");
        }
    }

    #[test]
    fn rust_numbers_become_json_numbers() {
        assert_eq!(Number::from(i64::MIN).as_str(), "-9223372036854775808");
        assert_eq!(Number::from(u64::MAX).as_str(), "18446744073709551615");
        for value in [
            f64::MAX,
            f64::MIN,
            f64::MIN_POSITIVE,
            -2.225_073_858_507_201_4e-308,
            0.1,
        ] {
            let short = Number::from_f64(value).unwrap();
            assert_eq!(
                short.as_str().parse::<f64>().map(f64::to_bits),
                Ok(value.to_bits())
            );
        }
    }
}
