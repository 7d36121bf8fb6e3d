//! What is wrong with a filter, and how it is told.

use alloc::format;
use alloc::string::{String, ToString};
use core::fmt;

use super::SimpleType;
use crate::path::AttrPath;
use crate::value::CompareOp;

/// What is wrong with a part of a filter, see the [rules](super#rules).
///
/// ```
/// use scim_filter::check::FaultKind;
/// assert_ne!(FaultKind::Coerced, FaultKind::OtherType);
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum FaultKind {
    /// The schema has no such attribute.
    Unknown,
    /// A sub-attribute or a value path is asked of an attribute that has no sub-attributes.
    NotComplex,
    /// A complex attribute is compared that has no sub-attribute `value`.
    NoValue,
    /// An order is asked of what has none.
    NoOrder,
    /// A part of a text is asked of what is no text.
    NoText,
    /// The value is of a type that the attribute never has.
    OtherType,
    /// The value is not written as one of the attribute's type, though evaluation reads it so.
    Coerced,
}

/// One part of a filter that makes no sense.
///
/// ```
/// use scim_filter::check::{Definition, Definitions, FaultKind, SimpleType};
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
/// let kinds: Vec<_> = filter.faults(&OnlyActive).map(|fault| fault.kind()).collect();
/// assert_eq!(kinds, [FaultKind::Coerced, FaultKind::NoOrder, FaultKind::Unknown]);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy)]
pub struct Fault<'f> {
    pub(super) kind: FaultKind,
    pub(super) path: &'f AttrPath<'f>,
    pub(super) value_path: Option<&'f AttrPath<'f>>,
    pub(super) op: Option<CompareOp>,
    pub(super) simple_type: Option<SimpleType>,
    pub(super) conjunct: bool,
}

impl<'f> Fault<'f> {
    /// What is wrong.
    ///
    /// ```
    /// use scim_filter::check::{Fault, FaultKind};
    /// fn is_about_a_name(fault: &Fault<'_>) -> bool {
    ///     matches!(fault.kind(), FaultKind::Unknown | FaultKind::NotComplex)
    /// }
    /// ```
    #[must_use]
    pub const fn kind(&self) -> FaultKind {
        self.kind
    }

    /// The attribute as the filter names it; in a value path, a sub-attribute.
    ///
    /// ```
    /// use scim_filter::check::Fault;
    /// fn is_about_passwords(fault: &Fault<'_>) -> bool {
    ///     fault.path().name().eq_ignore_ascii_case("password")
    /// }
    /// ```
    #[must_use]
    pub const fn path(&self) -> &'f AttrPath<'f> {
        self.path
    }

    /// How the attribute is compared; nothing for `pr` and for a value path itself.
    ///
    /// ```
    /// use scim_filter::CompareOp;
    /// use scim_filter::check::Fault;
    /// fn is_lookup(fault: &Fault<'_>) -> bool {
    ///     fault.op() == Some(CompareOp::Eq)
    /// }
    /// ```
    #[must_use]
    pub const fn op(&self) -> Option<CompareOp> {
        self.op
    }

    /// The type that the comparison meets, where it meets one.
    ///
    /// ```
    /// use scim_filter::check::{Fault, FaultKind, SimpleType};
    /// /// Entra ID sends booleans as strings.
    /// fn is_boolean_string(fault: &Fault<'_>) -> bool {
    ///     fault.kind() == FaultKind::Coerced && fault.simple_type() == Some(SimpleType::Boolean)
    /// }
    /// ```
    #[must_use]
    pub const fn simple_type(&self) -> Option<SimpleType> {
        self.simple_type
    }

    /// Whether the part is the whole filter or one operand of the outermost `and`: if it never
    /// matches, the filter never does.
    ///
    /// ```
    /// use scim_filter::check::Fault;
    /// use scim_filter::CompareOp;
    /// /// With `eq` on an unknown attribute, nobody is found; below `not` it would be everybody.
    /// fn finds_nobody(fault: &Fault<'_>) -> bool {
    ///     fault.is_conjunct() && fault.op() == Some(CompareOp::Eq)
    /// }
    /// ```
    #[must_use]
    pub const fn is_conjunct(&self) -> bool {
        self.conjunct
    }
}

impl fmt::Display for Fault<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        CheckError::from(*self).fmt(f)
    }
}

impl fmt::Debug for Fault<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fault({self})")
    }
}

/// The first fault of a filter, without the values in it: filters carry personal data.
///
/// ```
/// use scim_filter::check::{CheckError, Definition, Definitions, FaultKind};
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
/// assert_eq!(error.to_string(), "title is not an attribute that can be filtered on");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CheckError {
    kind: FaultKind,
    attribute: String,
    op: Option<CompareOp>,
    simple_type: Option<SimpleType>,
}

impl CheckError {
    /// What is wrong.
    ///
    /// ```
    /// use scim_filter::check::{CheckError, FaultKind};
    /// fn is_unknown(error: &CheckError) -> bool {
    ///     error.kind() == FaultKind::Unknown
    /// }
    /// ```
    #[must_use]
    pub const fn kind(&self) -> FaultKind {
        self.kind
    }

    /// The attribute as the filter names it: `emails.colour` also for `emails[colour eq "red"]`.
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

    /// The `scimType` to answer with: always `invalidFilter` (RFC 7644 §3.12, table 9).
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

impl From<Fault<'_>> for CheckError {
    fn from(fault: Fault<'_>) -> Self {
        Self {
            kind: fault.kind,
            attribute: match fault.value_path {
                Some(value_path) => format!("{value_path}.{}", fault.path),
                None => fault.path.to_string(),
            },
            op: fault.op,
            simple_type: fault.simple_type,
        }
    }
}

impl fmt::Display for CheckError {
    /// A name is shown up to a length: it comes from the client.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.120}", self.attribute)?;
        let op = self.op.map_or("", CompareOp::as_str);
        let kind = self.simple_type.map_or("complex", SimpleType::as_str);
        match self.kind {
            FaultKind::Unknown => f.write_str(" is not an attribute that can be filtered on"),
            FaultKind::NotComplex => f.write_str(" has no sub-attributes"),
            FaultKind::NoValue => {
                f.write_str(" is complex: one of its sub-attributes has to be named")
            }
            FaultKind::NoOrder => write!(f, " is {kind} and has no order: {op} cannot be asked"),
            FaultKind::NoText => write!(f, " is {kind} and no text: {op} cannot be asked"),
            FaultKind::OtherType => {
                write!(f, " is {kind}: {op} cannot be asked with such a value")
            }
            FaultKind::Coerced => write!(f, " is {kind}: the value is not written as one"),
        }
    }
}

impl core::error::Error for CheckError {}
