//! Evaluating a filter on a resource.
//!
//! Evaluation answers every filter for every resource, without failing, allocating or recursing. A
//! resource is any type that implements the two methods of [`Attributes`]; `serde_json::Value` does
//! with the feature `json`.
//!
//! # Rules
//!
//! - An attribute with several values matches a comparison if any value does (RFC 7644 §3.4.2.2).
//! - `ne` is the negation of `eq`: it matches if *no* value is equal, and if there is no value.
//! - In a value path, `emails[…]`, the whole bracket applies to one value at a time. A simple value
//!   is its own sub-attribute `value`, so `schemas[value eq "urn:…"]` has a meaning.
//! - In a comparison, a complex value stands for its sub-attribute `value` (RFC 7643 §2.4):
//!   `emails co "@example.com"` is `emails.value co "@example.com"`.
//! - String comparison ignores ASCII case unless the attribute is case-exact. The bytes of the folded
//!   text give the order ([`crate::case`]).
//! - A dateTime compares as a moment ([`crate::datetime`]) for `eq`, `ne` and ordering. It compares
//!   as a string for `co`, `sw` and `ew`, or if one side is not a dateTime.
//! - Numbers compare by exact value: `1` equals `1.0`. `co`, `sw` and `ew` never match a number.
//! - An ordering of booleans or binary values never matches. (RFC 7644 requires a refusal, which
//!   needs a schema; see [`crate::check`].)
//! - A string in the filter takes the type of the attribute: `active eq "True"` is `active eq true`,
//!   and `age eq "5"` is `age eq 5`. An unquoted number, `true` or `false` becomes text for a string
//!   attribute, because clients omit the quotation marks: `externalId eq 701984`.
//!
//! # Truth table
//!
#![doc = include_str!("truth_table.md")]
//!
//! # Example
//!
//! A user-defined resource that knows its own types:
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

/// A callback that takes the values of an attribute one by one, and returns `Break` to stop.
///
/// ```
/// use core::ops::ControlFlow;
/// use scim_filter::eval::{Datum, Sink};
///
/// fn emit_names(names: &[&str], emit: &mut Sink<'_>) -> ControlFlow<()> {
///     names.iter().try_for_each(|name| emit(Datum::text(*name)))
/// }
/// assert!(emit_names(&["a", "b"], &mut |_| ControlFlow::Break(())).is_break());
/// ```
pub type Sink<'s> = dyn FnMut(Datum<'_>) -> ControlFlow<()> + 's;

/// The attributes of a resource, or the sub-attributes of a complex value.
///
/// The [module](self) has a complete example.
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
    /// Calls `emit` once for each value of an attribute, and returns its first
    /// [`ControlFlow::Break`].
    ///
    /// `name` is one attribute name without a dot; compare it ignoring ASCII case. `uri` is the schema
    /// URI before it in the filter, if any. For an absent or unknown attribute, do not call `emit`.
    /// For an attribute with several values, emit each value, never a list.
    ///
    /// The URI of an extension reads like an attribute (see [`crate::AttrPath::as_uri`]). To support
    /// `urn:…:enterprise:2.0:User pr`, recognize it with [`crate::urn::eq_joined`].
    fn attribute(&self, uri: Option<&str>, name: &str, emit: &mut Sink<'_>) -> ControlFlow<()>;

    /// Whether no attribute has a present value, by the [truth table](self#truth-table).
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

/// One value of an attribute, with its type in the schema (RFC 7643 §2.3).
///
/// Without a schema, the JSON type of the value counts.
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
    /// A `binary` in base64: compares byte by byte, without an order.
    Binary(Cow<'v, str>),
    /// A `boolean`. For a boolean stored as the string `"True"`, see [`Datum::boolean_text`].
    Boolean(bool),
    /// A complex value.
    Complex(&'v dyn Attributes),
    /// A `dateTime` as text.
    DateTime(Cow<'v, str>),
    /// An explicit `null`, equivalent to no value.
    Null,
    /// An `integer` or a `decimal`.
    Number(Number<'v>),
    /// A `string`, or a `reference`, which is case-exact.
    Text {
        /// The string with resolved escapes.
        text: Cow<'v, str>,
        /// Whether letter case matters (RFC 7643 §2.2, `caseExact`).
        case_exact: bool,
    },
}

impl<'v> Datum<'v> {
    /// A string that ignores letter case, the default of RFC 7643 §2.2.
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

    /// A case-exact string, or a reference.
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

    /// Reads a boolean stored as text: `"true"` or `"false"` in any case. Other text is a string.
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
    /// Shows only the kind of value; the value itself is personal data.
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
