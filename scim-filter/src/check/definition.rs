//! The definition of an attribute in a schema.

use core::fmt;

use super::MismatchKind;
use crate::case;
use crate::datetime::Instant;
use crate::eval::Datum;
use crate::number::Number;
use crate::path::AttrPath;
use crate::value::{CompareOp, Value};

/// The attributes of a schema, or the sub-attributes of a complex attribute.
///
/// The [module](super) has a complete example.
///
/// ```
/// use scim_filter::case;
/// use scim_filter::check::{Definition, Definitions, SimpleType};
///
/// struct Device;
///
/// impl Definitions for Device {
///     fn definition(&self, uri: Option<&str>, name: &str) -> Option<Definition<'_>> {
///         let known = uri.is_none() && case::eq(name, "serialNumber");
///         known.then_some(Definition::simple(SimpleType::String))
///     }
/// }
/// assert!(Device.definition(None, "SERIALNUMBER").is_some());
/// ```
pub trait Definitions {
    /// Looks up an attribute; `None` if there is no such attribute, or no filter may use it.
    ///
    /// `name` is one attribute name without a dot; compare it ignoring ASCII case. `uri` is the schema
    /// URI before it in the filter, if any. The URI of an extension reads like an attribute (see
    /// [`AttrPath::as_uri`]). To support `urn:…:enterprise:2.0:User pr`, recognize it with
    /// [`crate::urn::eq_joined`] and return a complex attribute.
    fn definition(&self, uri: Option<&str>, name: &str) -> Option<Definition<'_>>;
}

impl<T: Definitions + ?Sized> Definitions for &T {
    fn definition(&self, uri: Option<&str>, name: &str) -> Option<Definition<'_>> {
        (**self).definition(uri, name)
    }
}

/// The definition of one attribute: its type, and whether it has several values.
///
/// ```
/// use scim_filter::check::{Definition, SimpleType};
/// let schemas = Definition::simple(SimpleType::Reference).multi_valued();
/// # let _ = schemas;
/// ```
#[derive(Clone, Copy)]
pub struct Definition<'s> {
    shape: Shape<'s>,
    multi_valued: bool,
}

#[derive(Clone, Copy)]
enum Shape<'s> {
    Simple(SimpleType),
    Complex(&'s dyn Definitions),
}

/// The type of a simple attribute (RFC 7643 §2.3).
///
/// ```
/// assert_eq!(scim_filter::check::SimpleType::DateTime.as_str(), "dateTime");
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "closed by RFC 7643 §2.3")]
pub enum SimpleType {
    /// Octets in base64.
    Binary,
    /// `true` or `false`.
    Boolean,
    /// A moment.
    DateTime,
    /// A real number.
    Decimal,
    /// A whole number.
    Integer,
    /// A URI.
    Reference,
    /// Text.
    String,
}

impl SimpleType {
    /// The name of the type in a schema.
    ///
    /// ```
    /// assert_eq!(scim_filter::check::SimpleType::Binary.as_str(), "binary");
    /// ```
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Binary => "binary",
            Self::Boolean => "boolean",
            Self::DateTime => "dateTime",
            Self::Decimal => "decimal",
            Self::Integer => "integer",
            Self::Reference => "reference",
            Self::String => "string",
        }
    }

    pub(super) const fn has_order(self) -> bool {
        match self {
            Self::Binary | Self::Boolean => false,
            Self::DateTime | Self::Decimal | Self::Integer | Self::Reference | Self::String => true,
        }
    }

    pub(super) const fn is_text(self) -> bool {
        match self {
            Self::Binary | Self::Boolean | Self::Decimal | Self::Integer => false,
            Self::DateTime | Self::Reference | Self::String => true,
        }
    }

    /// Checks the value in a comparison with an attribute of this type, by the rules of evaluation.
    pub(super) fn accepts(self, op: CompareOp, value: &Value<'_>) -> Result<(), MismatchKind> {
        let coerced_if = |readable: bool| {
            Err(if readable {
                MismatchKind::Coerced
            } else {
                MismatchKind::WrongType
            })
        };

        match (self, value) {
            (_, Value::Null) => Err(MismatchKind::WrongType),
            (Self::Boolean, Value::Bool(_))
            | (Self::Decimal | Self::Integer, Value::Number(_))
            | (Self::Binary | Self::Reference | Self::String, Value::String(_)) => Ok(()),
            (Self::Boolean, Value::String(text)) => {
                coerced_if(matches!(Datum::boolean_text(&**text), Datum::Boolean(_)))
            }
            (Self::Decimal | Self::Integer, Value::String(text)) => {
                coerced_if(Number::parse(text).is_some())
            }
            // `co`, `sw` and `ew` compare a moment as text.
            (Self::DateTime, Value::String(text)) => {
                if is_substring(op) || Instant::parse(text).is_some() {
                    Ok(())
                } else {
                    Err(MismatchKind::Coerced)
                }
            }
            (Self::Boolean, Value::Number(_)) | (Self::Decimal | Self::Integer, Value::Bool(_)) => {
                Err(MismatchKind::WrongType)
            }
            (
                Self::Binary | Self::DateTime | Self::Reference | Self::String,
                Value::Number(_) | Value::Bool(_),
            ) => Err(MismatchKind::Coerced),
        }
    }
}

pub(super) const fn is_order(op: CompareOp) -> bool {
    match op {
        CompareOp::Gt | CompareOp::Ge | CompareOp::Lt | CompareOp::Le => true,
        CompareOp::Eq | CompareOp::Ne | CompareOp::Co | CompareOp::Sw | CompareOp::Ew => false,
    }
}

pub(super) const fn is_substring(op: CompareOp) -> bool {
    match op {
        CompareOp::Co | CompareOp::Sw | CompareOp::Ew => true,
        CompareOp::Eq
        | CompareOp::Ne
        | CompareOp::Gt
        | CompareOp::Ge
        | CompareOp::Lt
        | CompareOp::Le => false,
    }
}

impl<'s> Definition<'s> {
    /// Defines an attribute with one simple value.
    ///
    /// ```
    /// use scim_filter::check::{Definition, SimpleType};
    /// let user_name = Definition::simple(SimpleType::String);
    /// # let _ = user_name;
    /// ```
    #[must_use]
    pub const fn simple(simple: SimpleType) -> Self {
        Self {
            shape: Shape::Simple(simple),
            multi_valued: false,
        }
    }

    /// Defines an attribute with sub-attributes.
    ///
    /// ```
    /// use scim_filter::check::{Definition, Definitions};
    /// fn name(sub_attributes: &impl Definitions) -> Definition<'_> {
    ///     Definition::complex(sub_attributes)
    /// }
    /// ```
    #[must_use]
    pub const fn complex(sub_attributes: &'s dyn Definitions) -> Self {
        Self {
            shape: Shape::Complex(sub_attributes),
            multi_valued: false,
        }
    }

    /// Makes the attribute multi-valued.
    ///
    /// ```
    /// use scim_filter::check::{Definition, SimpleType};
    /// let schemas = Definition::simple(SimpleType::Reference).multi_valued();
    /// # let _ = schemas;
    /// ```
    #[must_use]
    pub const fn multi_valued(mut self) -> Self {
        self.multi_valued = true;
        self
    }

    /// The definition of the sub-attribute `name`.
    fn sub_attribute(self, uri: Option<&str>, name: &str) -> Result<Self, MismatchKind> {
        match self.shape {
            Shape::Complex(definitions) => definitions
                .definition(uri, name)
                .ok_or(MismatchKind::Unknown),
            Shape::Simple(_) => Err(MismatchKind::NotComplex),
        }
    }

    /// The definition of an attribute named inside the square brackets of a value path.
    pub(super) fn find_in_value_path(self, path: &AttrPath<'_>) -> Result<Self, MismatchKind> {
        let found = match self.shape {
            Shape::Complex(definitions) => definitions.definition(path.uri(), path.name()),
            // A simple value is its own `value`.
            Shape::Simple(simple) => {
                let is_value = path.uri().is_none() && case::eq(path.name(), "value");
                is_value.then_some(Self::simple(simple))
            }
        };

        found
            .ok_or(MismatchKind::Unknown)?
            .descend(path.sub_attribute())
    }

    /// The definition of the sub-attribute, or this one without it.
    pub(super) fn descend(self, sub_attribute: Option<&str>) -> Result<Self, MismatchKind> {
        match sub_attribute {
            None => Ok(self),
            Some(name) => self.sub_attribute(None, name),
        }
    }

    pub(super) fn allows_value_path(self) -> bool {
        match self.shape {
            Shape::Complex(_) => true,
            Shape::Simple(_) => self.multi_valued,
        }
    }

    /// The type in a comparison: that of the attribute, or that of its sub-attribute `value`.
    pub(super) fn compared_type(self) -> Option<SimpleType> {
        match self.shape {
            Shape::Simple(simple) => Some(simple),
            Shape::Complex(definitions) => match definitions.definition(None, "value")?.shape {
                Shape::Simple(simple) => Some(simple),
                Shape::Complex(_) => None,
            },
        }
    }
}

impl fmt::Debug for Definition<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let type_name = match self.shape {
            Shape::Simple(simple) => simple.as_str(),
            Shape::Complex(_) => "complex",
        };
        f.debug_struct("Definition")
            .field("type", &type_name)
            .field("multi_valued", &self.multi_valued)
            .finish()
    }
}
