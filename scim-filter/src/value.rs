//! Comparison operators and the values of a filter.

use alloc::borrow::Cow;
use alloc::string::String;
use core::fmt;

use crate::number::Number;

/// A comparison operator (RFC 7644 §3.4.2.2, table 3).
///
/// ```
/// assert_eq!(scim_filter::CompareOp::Sw.as_str(), "sw");
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "closed by RFC 7644 §3.4.2.2, table 3"
)]
pub enum CompareOp {
    /// Equal.
    Eq,
    /// Not equal.
    Ne,
    /// Contains.
    Co,
    /// Starts with.
    Sw,
    /// Ends with.
    Ew,
    /// Greater than.
    Gt,
    /// Greater than or equal.
    Ge,
    /// Less than.
    Lt,
    /// Less than or equal.
    Le,
}

impl CompareOp {
    /// The operator as a filter spells it, in lower case.
    ///
    /// ```
    /// assert_eq!(scim_filter::CompareOp::Ge.as_str(), "ge");
    /// ```
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Eq => "eq",
            Self::Ne => "ne",
            Self::Co => "co",
            Self::Sw => "sw",
            Self::Ew => "ew",
            Self::Gt => "gt",
            Self::Ge => "ge",
            Self::Lt => "lt",
            Self::Le => "le",
        }
    }
}

impl fmt::Display for CompareOp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The value in a comparison: a JSON string, number, boolean or `null`.
///
/// `==` compares strings byte by byte and numbers as written ([`Number::compare`] goes by value).
///
/// ```
/// use scim_filter::Value;
///
/// assert_eq!(Value::from("bjensen").to_string(), r#""bjensen""#);
/// assert_eq!(Value::from(5), Value::from(5_u64));
/// assert_eq!(Value::from(true).to_string(), "true");
/// ```
#[derive(Clone, Eq, Hash, PartialEq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "closed by RFC 7644 §3.4.2.2, compValue"
)]
pub enum Value<'a> {
    /// A string with resolved escapes.
    String(Cow<'a, str>),
    /// A number.
    Number(Number<'a>),
    /// `true` or `false`.
    Bool(bool),
    /// `null`.
    Null,
}

impl Value<'_> {
    /// Copies the borrowed text.
    ///
    /// ```
    /// use scim_filter::Value;
    ///
    /// fn keep(text: &str) -> Value<'static> {
    ///     Value::from(text).into_owned()
    /// }
    /// assert_eq!(keep("bjensen"), Value::from("bjensen"));
    /// ```
    #[must_use]
    pub fn into_owned(self) -> Value<'static> {
        match self {
            Self::String(text) => Value::String(Cow::Owned(text.into_owned())),
            Self::Number(number) => Value::Number(number.into_owned()),
            Self::Bool(value) => Value::Bool(value),
            Self::Null => Value::Null,
        }
    }
}

impl fmt::Debug for Value<'_> {
    /// Shows only the kind of value; the value itself is personal data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::String(_) => "<string>",
            Self::Number(_) => "<number>",
            Self::Bool(_) => "<boolean>",
            Self::Null => "null",
        })
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::String(Cow::Borrowed(text))
    }
}

impl From<String> for Value<'_> {
    fn from(text: String) -> Self {
        Self::String(Cow::Owned(text))
    }
}

impl<'a> From<Cow<'a, str>> for Value<'a> {
    fn from(text: Cow<'a, str>) -> Self {
        Self::String(text)
    }
}

impl From<bool> for Value<'_> {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl<'a> From<Number<'a>> for Value<'a> {
    fn from(number: Number<'a>) -> Self {
        Self::Number(number)
    }
}

macro_rules! from_integers {
    ($($integer:ty),*) => {$(
        impl From<$integer> for Value<'_> {
            fn from(value: $integer) -> Self {
                Self::Number(Number::from(value))
            }
        }
    )*};
}

from_integers!(i32, i64, u32, u64);
