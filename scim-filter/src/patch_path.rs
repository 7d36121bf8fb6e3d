//! Paths of PATCH operations.

use alloc::borrow::Cow;
use core::fmt::{self, Write};
use core::hash::{Hash, Hasher};
use core::str::FromStr;

use crate::filter::Filter;
use crate::parse::Parser;
use crate::path::AttrPath;
use crate::{ParseError, case};

/// The target of a PATCH operation: `attrPath / valuePath ["." subAttr]` (RFC 7644 §3.5.2,
/// figure 7).
///
/// Both forms keep the sub-attribute apart from the attribute: `name.givenName` and
/// `emails[type eq "work"].value` have the attributes `name` and `emails`, and the sub-attributes
/// `givenName` and `value`. The grammar also allows `a.b[c pr]`, which means nothing in any schema;
/// there, `b` stays with the attribute.
///
/// ```
/// use scim_filter::PatchPath;
///
/// # fn main() -> Result<(), scim_filter::ParseError> {
/// let path = PatchPath::parse(r#"emails[type eq "work"].value"#)?;
/// assert_eq!(path.attribute().name(), "emails");
/// assert_eq!(path.filter().map(ToString::to_string).as_deref(), Some(r#"type eq "work""#));
/// assert_eq!(path.sub_attribute(), Some("value"));
///
/// let path = PatchPath::parse("name.givenName")?;
/// assert_eq!((path.attribute().as_str(), path.sub_attribute()), ("name", Some("givenName")));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Eq, Hash, PartialEq)]
pub struct PatchPath<'a> {
    attribute: AttrPath<'a>,
    filter: Option<Filter<'a>>,
    sub_attribute: Option<SubAttribute<'a>>,
}

#[derive(Clone)]
struct SubAttribute<'a>(Cow<'a, str>);

impl<'a> PatchPath<'a> {
    /// Parses a path in the default mode (see [`Parser::new`]).
    ///
    /// ```
    /// use scim_filter::PatchPath;
    /// assert!(PatchPath::parse(r#"members[value eq "2819c223"]"#).is_ok());
    /// assert!(PatchPath::parse("/members/0").is_err());
    /// ```
    ///
    /// # Errors
    ///
    /// Any [`ErrorKind`](crate::ErrorKind); [`ParseError::scim_type`] is `invalidFilter` for an
    /// error inside the square brackets and `invalidPath` elsewhere.
    pub fn parse(input: &'a str) -> Result<Self, ParseError> {
        Parser::new().patch_path(input)
    }

    /// The path to an attribute or to a sub-attribute.
    pub(crate) fn from_attr_path(path: AttrPath<'a>) -> Self {
        let (attribute, sub) = path.split_sub_attribute();
        Self {
            attribute,
            filter: None,
            sub_attribute: sub.map(SubAttribute),
        }
    }

    /// The path to some values of an attribute or to one of their sub-attributes.
    pub(crate) fn from_value_path(
        attribute: AttrPath<'a>,
        filter: Filter<'a>,
        sub_attribute: Option<&'a str>,
    ) -> Self {
        let sub_attribute = sub_attribute.map(|sub| SubAttribute(Cow::Borrowed(sub)));
        Self {
            attribute,
            filter: Some(filter),
            sub_attribute,
        }
    }

    /// The attribute, without the sub-attribute.
    ///
    /// ```
    /// use scim_filter::PatchPath;
    ///
    /// # fn main() -> Result<(), scim_filter::ParseError> {
    /// assert_eq!(PatchPath::parse("name.givenName")?.attribute().as_str(), "name");
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub const fn attribute(&self) -> &AttrPath<'a> {
        &self.attribute
    }

    /// The filter in square brackets, which selects values of the attribute.
    ///
    /// ```
    /// use scim_filter::{Filter, PatchPath};
    ///
    /// # fn main() -> Result<(), scim_filter::ParseError> {
    /// let path = PatchPath::parse(r#"emails[type eq "work"].value"#)?;
    /// assert_eq!(path.filter(), Some(&Filter::parse(r#"type eq "work""#)?));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub const fn filter(&self) -> Option<&Filter<'a>> {
        self.filter.as_ref()
    }

    /// The sub-attribute after the attribute or after the square brackets.
    ///
    /// ```
    /// use scim_filter::PatchPath;
    ///
    /// # fn main() -> Result<(), scim_filter::ParseError> {
    /// assert_eq!(PatchPath::parse(r#"emails[type eq "work"].value"#)?.sub_attribute(), Some("value"));
    /// assert_eq!(PatchPath::parse("name.givenName")?.sub_attribute(), Some("givenName"));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn sub_attribute(&self) -> Option<&str> {
        self.sub_attribute.as_ref().map(|sub| sub.0.as_ref())
    }

    /// The whole path, if it can be the URI of an extension (see [`AttrPath::as_uri`]).
    ///
    /// ```
    /// use scim_filter::PatchPath;
    ///
    /// # fn main() -> Result<(), scim_filter::ParseError> {
    /// let uri = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
    /// assert_eq!(PatchPath::parse(uri)?.as_uri(), Some(uri));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn as_uri(&self) -> Option<&str> {
        if self.filter.is_none() && self.sub_attribute.is_none() {
            self.attribute.as_uri()
        } else {
            None
        }
    }

    /// Copies the borrowed text.
    ///
    /// ```
    /// use scim_filter::{ParseError, PatchPath};
    /// fn read(text: String) -> Result<PatchPath<'static>, ParseError> {
    ///     Ok(PatchPath::parse(&text)?.into_owned())
    /// }
    /// assert!(read("members".into()).is_ok());
    /// ```
    #[must_use]
    pub fn into_owned(self) -> PatchPath<'static> {
        PatchPath {
            attribute: self.attribute.into_owned(),
            filter: self.filter.map(Filter::into_owned),
            sub_attribute: self
                .sub_attribute
                .map(|sub| SubAttribute(Cow::Owned(sub.0.into_owned()))),
        }
    }
}

impl PartialEq for SubAttribute<'_> {
    fn eq(&self, other: &Self) -> bool {
        case::eq(&self.0, &other.0)
    }
}

impl Eq for SubAttribute<'_> {}

impl Hash for SubAttribute<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        case::hash(&self.0, state);
    }
}

impl fmt::Display for PatchPath<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.attribute.fmt(f)?;
        if let Some(filter) = &self.filter {
            write!(f, "[{filter}]")?;
        }
        if let Some(sub) = &self.sub_attribute {
            f.write_char('.')?;
            f.write_str(&sub.0)?;
        }
        Ok(())
    }
}

impl fmt::Debug for PatchPath<'_> {
    /// Hides the values in the filter, which are personal data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PatchPath")
            .field("attribute", &self.attribute)
            .field("filter", &self.filter)
            .field("sub_attribute", &self.sub_attribute())
            .finish()
    }
}

impl FromStr for PatchPath<'static> {
    type Err = ParseError;

    fn from_str(input: &str) -> Result<Self, ParseError> {
        PatchPath::parse(input).map(PatchPath::into_owned)
    }
}

impl<'a> TryFrom<&'a str> for PatchPath<'a> {
    type Error = ParseError;

    fn try_from(input: &'a str) -> Result<Self, ParseError> {
        Self::parse(input)
    }
}
