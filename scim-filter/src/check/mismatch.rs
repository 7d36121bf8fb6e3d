//! The mismatches between a filter and a schema, and the error for a refused filter.

use alloc::format;
use alloc::string::{String, ToString};
use core::fmt;

use super::SimpleType;
use crate::path::AttrPath;
use crate::value::CompareOp;

/// The kind of a [`Mismatch`] (see the [rules](super#rules)).
///
/// ```
/// use scim_filter::check::MismatchKind;
/// assert_ne!(MismatchKind::Coerced, MismatchKind::WrongType);
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum MismatchKind {
    /// The schema has no such attribute.
    Unknown,
    /// A simple attribute has a sub-attribute or a value path in the filter.
    NotComplex,
    /// A comparison names a complex attribute without a sub-attribute `value`.
    NotSimple,
    /// `gt`, `ge`, `lt` or `le` meets a type without an order.
    NotOrdered,
    /// `co`, `sw` or `ew` meets a type that is not text.
    NotText,
    /// The attribute never has a value of this type.
    WrongType,
    /// The value is written as another type, but evaluation reads it as the type of the attribute.
    Coerced,
}

/// One part of a filter that makes no sense for a schema.
///
/// ```
/// use scim_filter::check::{Definition, Definitions, MismatchKind, SimpleType};
/// use scim_filter::Filter;
///
/// struct OnlyActive;
///
/// impl Definitions for OnlyActive {
///     fn definition(&self, _: Option<&str>, name: &str) -> Option<Definition<'_>> {
///         (name == "active").then_some(Definition::simple(SimpleType::Boolean))
///     }
/// }
///
/// # fn main() -> Result<(), scim_filter::ParseError> {
/// let filter = Filter::parse(r#"active eq "True" and (active gt true or title pr)"#)?;
/// let kinds: Vec<_> = filter.mismatches(&OnlyActive).map(|mismatch| mismatch.kind()).collect();
/// assert_eq!(kinds, [MismatchKind::Coerced, MismatchKind::NotOrdered, MismatchKind::Unknown]);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy)]
pub struct Mismatch<'f> {
    pub(super) kind: MismatchKind,
    pub(super) path: &'f AttrPath<'f>,
    pub(super) value_path: Option<&'f AttrPath<'f>>,
    pub(super) op: Option<CompareOp>,
    pub(super) simple_type: Option<SimpleType>,
    pub(super) conjunct: bool,
}

impl<'f> Mismatch<'f> {
    /// The kind of mismatch.
    ///
    /// ```
    /// use scim_filter::check::{Mismatch, MismatchKind};
    /// fn is_about_a_name(mismatch: &Mismatch<'_>) -> bool {
    ///     matches!(mismatch.kind(), MismatchKind::Unknown | MismatchKind::NotComplex)
    /// }
    /// ```
    #[must_use]
    pub const fn kind(&self) -> MismatchKind {
        self.kind
    }

    /// The attribute as written in the filter; inside a value path, a sub-attribute.
    ///
    /// ```
    /// use scim_filter::check::Mismatch;
    /// fn is_about_passwords(mismatch: &Mismatch<'_>) -> bool {
    ///     mismatch.path().name().eq_ignore_ascii_case("password")
    /// }
    /// ```
    #[must_use]
    pub const fn path(&self) -> &'f AttrPath<'f> {
        self.path
    }

    /// The operator; `None` for `pr` and for a value path itself.
    ///
    /// ```
    /// use scim_filter::CompareOp;
    /// use scim_filter::check::Mismatch;
    /// fn is_lookup(mismatch: &Mismatch<'_>) -> bool {
    ///     mismatch.op() == Some(CompareOp::Eq)
    /// }
    /// ```
    #[must_use]
    pub const fn op(&self) -> Option<CompareOp> {
        self.op
    }

    /// The type of the attribute, if the part is a comparison with a simple type.
    ///
    /// ```
    /// use scim_filter::check::{Mismatch, MismatchKind, SimpleType};
    /// /// Entra ID sends booleans as strings.
    /// fn is_boolean_string(mismatch: &Mismatch<'_>) -> bool {
    ///     mismatch.kind() == MismatchKind::Coerced && mismatch.simple_type() == Some(SimpleType::Boolean)
    /// }
    /// ```
    #[must_use]
    pub const fn simple_type(&self) -> Option<SimpleType> {
        self.simple_type
    }

    /// Whether the part is the whole filter or one operand of the outermost `and`.
    ///
    /// If such a part never matches, the filter never does.
    ///
    /// ```
    /// use scim_filter::check::Mismatch;
    /// use scim_filter::CompareOp;
    /// /// `eq` on an unknown attribute finds nobody; below `not`, it would find everybody.
    /// fn finds_nobody(mismatch: &Mismatch<'_>) -> bool {
    ///     mismatch.is_conjunct() && mismatch.op() == Some(CompareOp::Eq)
    /// }
    /// ```
    #[must_use]
    pub const fn is_conjunct(&self) -> bool {
        self.conjunct
    }
}

impl fmt::Display for Mismatch<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        CheckError::from(*self).fmt(f)
    }
}

impl fmt::Debug for Mismatch<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Mismatch({self})")
    }
}

/// The error for a refused filter: its first mismatch.
///
/// It holds no value of the filter, because filters carry personal data.
///
/// ```
/// use scim_filter::check::{CheckError, Definition, Definitions, MismatchKind};
/// use scim_filter::Filter;
///
/// struct Nothing;
///
/// impl Definitions for Nothing {
///     fn definition(&self, _: Option<&str>, _: &str) -> Option<Definition<'_>> {
///         None
///     }
/// }
///
/// # fn main() -> Result<(), scim_filter::ParseError> {
/// let error: CheckError = Filter::parse("title pr")?.check(&Nothing).expect_err("unknown");
/// assert_eq!(error.to_string(), "title is not a filterable attribute");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CheckError {
    kind: MismatchKind,
    attribute: String,
    op: Option<CompareOp>,
    simple_type: Option<SimpleType>,
}

impl CheckError {
    /// The kind of mismatch.
    ///
    /// ```
    /// use scim_filter::check::{CheckError, MismatchKind};
    /// fn is_unknown(error: &CheckError) -> bool {
    ///     error.kind() == MismatchKind::Unknown
    /// }
    /// ```
    #[must_use]
    pub const fn kind(&self) -> MismatchKind {
        self.kind
    }

    /// The attribute with its value path, if any: `emails.color` for `emails[color eq "red"]`.
    ///
    /// ```
    /// use scim_filter::check::CheckError;
    /// fn log(error: &CheckError) -> String {
    ///     format!("refused a filter on {}", error.attribute())
    /// }
    /// ```
    #[must_use]
    pub fn attribute(&self) -> &str {
        &self.attribute
    }

    /// The `scimType` for the response: always `invalidFilter` (RFC 7644 §3.12, table 9).
    ///
    /// ```
    /// use scim_filter::check::CheckError;
    /// fn body(error: &CheckError) -> String {
    ///     format!(r#"{{"status":"400","scimType":"{}"}}"#, error.scim_type())
    /// }
    /// ```
    #[must_use]
    pub const fn scim_type(&self) -> &'static str {
        "invalidFilter"
    }
}

impl From<Mismatch<'_>> for CheckError {
    fn from(mismatch: Mismatch<'_>) -> Self {
        Self {
            kind: mismatch.kind,
            attribute: match mismatch.value_path {
                Some(value_path) => format!("{value_path}.{}", mismatch.path),
                None => mismatch.path.to_string(),
            },
            op: mismatch.op,
            simple_type: mismatch.simple_type,
        }
    }
}

impl fmt::Display for CheckError {
    /// Cuts a long name, which comes from the client.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.120}", self.attribute)?;
        let op = self.op.map_or("", CompareOp::as_str);
        let kind = self.simple_type.map_or("complex", SimpleType::as_str);

        match self.kind {
            MismatchKind::Unknown => f.write_str(" is not a filterable attribute"),
            MismatchKind::NotComplex => f.write_str(" has no sub-attributes"),
            MismatchKind::NotSimple => {
                f.write_str(" is complex: compare one of its sub-attributes instead")
            }
            MismatchKind::NotOrdered => {
                write!(f, " is {kind} and has no order: {op} does not apply")
            }
            MismatchKind::NotText => write!(f, " is {kind}, not text: {op} does not apply"),
            MismatchKind::WrongType => {
                write!(f, " is {kind}: {op} needs a value of that type")
            }
            MismatchKind::Coerced => write!(f, " is {kind}: write the value as {kind}"),
        }
    }
}

impl core::error::Error for CheckError {}
