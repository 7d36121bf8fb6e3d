//! Whether a resource fulfils a filter.
//!
//! Evaluation gives an answer for every filter and every resource, without failing, allocating or
//! recursing. What a resource looks like is up to its [`Attributes`]: `serde_json::Value` has them
//! with the feature `json`, and anything else needs two methods.
//!
//! # Rules
//!
//! - An attribute with several values fulfils a comparison if any of them does (RFC 7644 §3.4.2.2).
//! - `ne` is the opposite of `eq`: true if *no* value is equal, and for an attribute without one.
//! - In a value path, `emails[…]`, the whole bracket is asked of one value after the other. A simple
//!   value counts as its own sub-attribute `value`, so that `schemas[value eq "urn:…"]` has a meaning.
//! - A complex value that is compared itself stands for its sub-attribute `value`
//!   (RFC 7643 §2.4): `emails co "@example.com"` is `emails.value co "@example.com"`.
//! - Strings are compared without regard to ASCII case unless they are case-exact, and ordered by
//!   the bytes of the folded text ([`crate::case`]).
//! - A dateTime is compared as a moment ([`crate::datetime`]) for `eq`, `ne` and ordering; if one
//!   side is no dateTime, and for `co`, `sw` and `ew`, it is a string.
//! - Numbers are compared by value, exactly: `1` equals `1.0`. For `co`, `sw` and `ew` they never match.
//! - Booleans are equal or not; an ordering of them never matches, nor does one of binary values.
//!   (RFC 7644 wants such filters refused, which needs a schema and happens before.)
//! - A string is read as the attribute's type: `active eq "True"` is `active eq true`, and
//!   `age eq "5"` is `age eq 5`. A number, `true` or `false` without quotation marks that meets a
//!   string is that text: `externalId eq 701984`, since clients leave the marks off.
//!
//! # Truth table
//!
#![doc = include_str!("truth_table.md")]
//!
//! # Example
//!
//! A resource of one's own, with its own knowledge of types:
//!
//! ```
//! use core::ops::ControlFlow;
//! use scim_filter::case;
//! use scim_filter::eval::{Attributes, Datum, Sink};
//! use scim_filter::Filter;
//!
//! struct User {
//!     user_name: String,
//!     external_id: Option<String>,
//!     active: bool,
//!     emails: Vec<Email>,
//! }
//!
//! struct Email {
//!     value: String,
//! }
//!
//! impl Attributes for User {
//!     fn attribute(&self, _uri: Option<&str>, name: &str, emit: &mut Sink<'_>) -> ControlFlow<()> {
//!         if case::eq(name, "userName") {
//!             emit(Datum::text(&self.user_name))?;
//!         } else if case::eq(name, "externalId") {
//!             if let Some(id) = &self.external_id {
//!                 emit(Datum::exact_text(id))?;
//!             }
//!         } else if case::eq(name, "active") {
//!             emit(Datum::Boolean(self.active))?;
//!         } else if case::eq(name, "emails") {
//!             for email in &self.emails {
//!                 emit(Datum::Complex(email))?;
//!             }
//!         }
//!         ControlFlow::Continue(())
//!     }
//!
//!     fn is_empty(&self) -> bool {
//!         false
//!     }
//! }
//!
//! impl Attributes for Email {
//!     fn attribute(&self, _uri: Option<&str>, name: &str, emit: &mut Sink<'_>) -> ControlFlow<()> {
//!         if case::eq(name, "value") {
//!             emit(Datum::text(&self.value))?;
//!         }
//!         ControlFlow::Continue(())
//!     }
//!
//!     fn is_empty(&self) -> bool {
//!         self.value.is_empty()
//!     }
//! }
//!
//! # fn main() -> Result<(), scim_filter::ParseError> {
//! let user = User {
//!     user_name: "bjensen".into(),
//!     external_id: Some("AbC".into()),
//!     active: true,
//!     emails: vec![Email { value: "bjensen@example.com".into() }],
//! };
//! assert!(Filter::parse(r#"userName eq "BJensen" and active eq "True""#)?.matches(&user));
//! assert!(Filter::parse(r#"emails[value ew "@EXAMPLE.com"]"#)?.matches(&user));
//! assert!(!Filter::parse(r#"externalId eq "abc""#)?.matches(&user));
//! assert!(Filter::parse(r#"title ne "Tour Guide""#)?.matches(&user));
//! # Ok(())
//! # }
//! ```

mod compare;
mod evaluate;
#[cfg(feature = "json")]
mod json;

use alloc::borrow::Cow;
use core::ops::ControlFlow;

pub(crate) use self::compare::read_boolean;
pub(crate) use self::evaluate::evaluate;
use crate::number::Number;

/// What takes the values of an attribute one by one, and answers whether it wants more.
///
/// ```
/// use core::ops::ControlFlow;
/// use scim_filter::eval::{Datum, Sink};
///
/// fn hand_out(names: &[&str], emit: &mut Sink<'_>) -> ControlFlow<()> {
///     names.iter().try_for_each(|name| emit(Datum::text(*name)))
/// }
/// assert!(hand_out(&["a", "b"], &mut |_| ControlFlow::Break(())).is_break());
/// ```
pub type Sink<'s> = dyn FnMut(Datum<'_>) -> ControlFlow<()> + 's;

/// The attributes of a resource, or the sub-attributes of a complex value.
///
/// See the [module](self) for a worked example.
///
/// ```
/// use core::ops::ControlFlow;
/// use scim_filter::eval::{Attributes, Datum, Sink};
/// use scim_filter::{Filter, case};
///
/// struct Device {
///     serial: String,
/// }
///
/// impl Attributes for Device {
///     fn attribute(&self, _: Option<&str>, name: &str, emit: &mut Sink<'_>) -> ControlFlow<()> {
///         if case::eq(name, "serialNumber") {
///             emit(Datum::text(&self.serial))?;
///         }
///         ControlFlow::Continue(())
///     }
///
///     fn is_empty(&self) -> bool {
///         self.serial.is_empty()
///     }
/// }
///
/// let device = Device { serial: "A-1".into() };
/// assert!(Filter::parse(r#"serialNumber sw "a""#).is_ok_and(|filter| filter.matches(&device)));
/// ```
pub trait Attributes {
    /// Hands out the values of an attribute.
    ///
    /// `name` is one attribute name without a dot, to be compared without regard to ASCII case;
    /// `uri` is the schema URI before it in the filter, if any. `emit` is called once for every
    /// value, not at all for an attribute that is absent or unknown, and what it returns is passed
    /// on when it is [`ControlFlow::Break`]. An attribute with several values hands out each of
    /// them, never a list.
    ///
    /// The URI of an extension reads like an attribute, see [`crate::AttrPath::as_uri`]: whoever supports
    /// `urn:…:enterprise:2.0:User pr` recognises it with [`crate::urn::eq_joined`].
    fn attribute(&self, uri: Option<&str>, name: &str, emit: &mut Sink<'_>) -> ControlFlow<()>;

    /// Whether no attribute has a value that is present, by the [truth table](self#truth-table).
    fn is_empty(&self) -> bool;
}

impl<T: Attributes + ?Sized> Attributes for &T {
    fn attribute(&self, uri: Option<&str>, name: &str, emit: &mut Sink<'_>) -> ControlFlow<()> {
        (**self).attribute(uri, name, emit)
    }

    fn is_empty(&self) -> bool {
        (**self).is_empty()
    }
}

/// One value of an attribute, with what the schema says about its type (RFC 7643 §2.3).
///
/// Where no schema is known, the shape of the JSON value is the type.
///
/// ```
/// use scim_filter::Number;
/// use scim_filter::eval::Datum;
///
/// let age = Datum::Number(Number::from(31));
/// let created = Datum::DateTime("2011-05-13T04:42:34Z".into());
/// # let _ = (age, created);
/// ```
#[derive(Clone)]
#[non_exhaustive]
pub enum Datum<'v> {
    /// A `binary` in base64, compared byte by byte and not ordered.
    Binary(Cow<'v, str>),
    /// A `boolean`. Whoever holds one as the string `"True"` hands out what it means, see
    /// [`Datum::boolean_text`].
    Boolean(bool),
    /// A complex value.
    Complex(&'v dyn Attributes),
    /// A `dateTime` as it is written.
    DateTime(Cow<'v, str>),
    /// An explicit `null`, the same as no value.
    Null,
    /// An `integer` or a `decimal`.
    Number(Number<'v>),
    /// A `string`, or a `reference`, which is case-exact.
    Text {
        /// The string, its escapes resolved.
        text: Cow<'v, str>,
        /// Whether letter case matters (RFC 7643 §2.2, `caseExact`).
        case_exact: bool,
    },
}

impl<'v> Datum<'v> {
    /// A string whose letter case does not matter, which is the default of RFC 7643 §2.2.
    ///
    /// ```
    /// use scim_filter::eval::Datum;
    /// assert!(matches!(Datum::text("bjensen"), Datum::Text { case_exact: false, .. }));
    /// ```
    #[must_use]
    pub fn text(text: impl Into<Cow<'v, str>>) -> Self {
        Self::Text {
            text: text.into(),
            case_exact: false,
        }
    }

    /// A string whose letter case matters, or a reference.
    ///
    /// ```
    /// use scim_filter::eval::Datum;
    /// assert!(matches!(Datum::exact_text("AbC"), Datum::Text { case_exact: true, .. }));
    /// ```
    #[must_use]
    pub fn exact_text(text: impl Into<Cow<'v, str>>) -> Self {
        Self::Text {
            text: text.into(),
            case_exact: true,
        }
    }

    /// A boolean that is held as a string: `"true"` or `"false"` in any case, or else a string.
    ///
    /// ```
    /// use scim_filter::eval::Datum;
    /// assert!(matches!(Datum::boolean_text("True"), Datum::Boolean(true)));
    /// ```
    #[must_use]
    pub fn boolean_text(text: impl Into<Cow<'v, str>>) -> Self {
        let text = text.into();
        read_boolean(&text).map_or_else(|| Self::text(text), Self::Boolean)
    }
}

impl core::fmt::Debug for Datum<'_> {
    /// What kind of value it is: the value itself is personal data.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::Binary(_) => "<binary>",
            Self::Boolean(_) => "<boolean>",
            Self::Complex(_) => "<complex>",
            Self::DateTime(_) => "<dateTime>",
            Self::Null => "null",
            Self::Number(_) => "<number>",
            Self::Text { .. } => "<string>",
        })
    }
}
