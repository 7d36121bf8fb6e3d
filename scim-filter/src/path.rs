//! Paths to attributes.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::hash::{Hash, Hasher};
use core::str::FromStr;

use crate::parse::Parser;
use crate::{ParseError, case};

/// The path to an attribute: `[URI ":"] ATTRNAME ["." ATTRNAME]` (RFC 7644 §3.4.2.2, `attrPath`).
///
/// Comparing and hashing ignore ASCII case, as RFC 7644 §3.10 requires for all its parts.
///
/// ```
/// use scim_filter::AttrPath;
///
/// # fn main() -> Result<(), scim_filter::ParseError> {
/// let path = AttrPath::parse("urn:ietf:params:scim:schemas:core:2.0:User:name.givenName")?;
/// assert_eq!(path.uri(), Some("urn:ietf:params:scim:schemas:core:2.0:User"));
/// assert_eq!(path.name(), "name");
/// assert_eq!(path.sub_attribute(), Some("givenName"));
/// assert_eq!(AttrPath::parse("USERNAME")?, AttrPath::parse("userName")?);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct AttrPath<'a> {
    text: Cow<'a, str>,
    /// Where the name starts; 0 without a URI.
    name: u32,
    /// Where the sub-attribute starts; 0 without one.
    sub: u32,
}

impl<'a> AttrPath<'a> {
    /// Parses an attribute path in the default mode (see [`Parser::new`]).
    ///
    /// ```
    /// use scim_filter::AttrPath;
    /// assert!(AttrPath::parse("members.$ref").is_ok());
    /// assert!(AttrPath::parse("name.").is_err());
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Empty`](crate::ErrorKind::Empty),
    /// [`ExpectedAttribute`](crate::ErrorKind::ExpectedAttribute),
    /// [`InvalidUri`](crate::ErrorKind::InvalidUri), [`Blank`](crate::ErrorKind::Blank),
    /// [`TrailingInput`](crate::ErrorKind::TrailingInput),
    /// [`TooLong`](crate::ErrorKind::TooLong).
    pub fn parse(input: &'a str) -> Result<Self, ParseError> {
        Parser::new().attr_path(input)
    }

    /// Parses a comma-separated list in the default mode, for `attributes` and
    /// `excludedAttributes` (RFC 7644 §3.9).
    ///
    /// The names may have blanks around them. An empty text is an empty list.
    ///
    /// ```
    /// use scim_filter::AttrPath;
    ///
    /// # fn main() -> Result<(), scim_filter::ParseError> {
    /// let list = AttrPath::parse_list("userName, name.givenName")?;
    /// assert_eq!(list[1].sub_attribute(), Some("givenName"));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`AttrPath::parse`]; an empty element is
    /// [`ExpectedAttribute`](crate::ErrorKind::ExpectedAttribute).
    pub fn parse_list(input: &'a str) -> Result<Vec<Self>, ParseError> {
        Parser::new().attr_path_list(input)
    }

    /// Builds a path from its parts.
    ///
    /// ```
    /// use scim_filter::AttrPath;
    ///
    /// # fn main() -> Result<(), scim_filter::ParseError> {
    /// let path = AttrPath::new(Some("urn:example:2.0:Device"), "owner", Some("value"))?;
    /// assert_eq!(path.to_string(), "urn:example:2.0:Device:owner.value");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`AttrPath::parse`] for the joined text.
    pub fn new(
        uri: Option<&str>,
        name: &str,
        sub_attribute: Option<&str>,
    ) -> Result<AttrPath<'static>, ParseError> {
        let mut text = String::new();
        for (part, after) in [
            (uri, ":"),
            (Some(name), ""),
            (sub_attribute.map(|_| ""), "."),
        ] {
            if let Some(part) = part {
                text.push_str(part);
                text.push_str(after);
            }
        }
        text.push_str(sub_attribute.unwrap_or_default());

        AttrPath::parse(&text).map(AttrPath::into_owned)
    }

    /// A text that the parser has checked, with the places of its parts.
    pub(crate) const fn from_parts(text: &'a str, name: u32, sub: u32) -> Self {
        Self {
            text: Cow::Borrowed(text),
            name,
            sub,
        }
    }

    /// The schema URI before the name.
    ///
    /// ```
    /// use scim_filter::AttrPath;
    ///
    /// # fn main() -> Result<(), scim_filter::ParseError> {
    /// assert_eq!(AttrPath::parse("urn:example:2.0:Device:owner")?.uri(), Some("urn:example:2.0:Device"));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    #[inline]
    pub fn uri(&self) -> Option<&str> {
        self.text.get(..to_usize(self.name).checked_sub(1)?)
    }

    /// The name of the attribute, without URI and sub-attribute.
    ///
    /// ```
    /// use scim_filter::AttrPath;
    ///
    /// # fn main() -> Result<(), scim_filter::ParseError> {
    /// assert_eq!(AttrPath::parse("urn:example:2.0:Device:owner.value")?.name(), "owner");
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    #[inline]
    pub fn name(&self) -> &str {
        let end = to_usize(self.sub).checked_sub(1).unwrap_or(self.text.len());
        self.text.get(to_usize(self.name)..end).unwrap_or_default()
    }

    /// The name of the sub-attribute.
    ///
    /// ```
    /// use scim_filter::AttrPath;
    ///
    /// # fn main() -> Result<(), scim_filter::ParseError> {
    /// assert_eq!(AttrPath::parse("urn:example:2.0:Device:owner.value")?.sub_attribute(), Some("value"));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    #[inline]
    pub fn sub_attribute(&self) -> Option<&str> {
        if self.sub == 0 {
            None
        } else {
            self.text.get(to_usize(self.sub)..)
        }
    }

    /// The whole path as it was written.
    ///
    /// ```
    /// use scim_filter::AttrPath;
    /// assert_eq!(AttrPath::parse("Name.givenName").as_ref().map(AttrPath::as_str), Ok("Name.givenName"));
    /// ```
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The whole path, if it can be the URI of a schema.
    ///
    /// The grammar does not tell the URI of an extension from an attribute:
    /// `…:enterprise:2.0:User` parses as the attribute `User` of `…:enterprise:2.0`. A caller who
    /// knows the schemas compares this text with their URIs first.
    ///
    /// ```
    /// use scim_filter::AttrPath;
    ///
    /// # fn main() -> Result<(), scim_filter::ParseError> {
    /// let uri = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
    /// assert_eq!(AttrPath::parse(uri)?.as_uri(), Some(uri));
    /// assert_eq!(AttrPath::parse("userName")?.as_uri(), None);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn as_uri(&self) -> Option<&str> {
        if self.name > 0 && self.sub == 0 {
            Some(&self.text)
        } else {
            None
        }
    }

    /// The path without its sub-attribute.
    ///
    /// ```
    /// use scim_filter::AttrPath;
    ///
    /// # fn main() -> Result<(), scim_filter::ParseError> {
    /// assert_eq!(AttrPath::parse("name.givenName")?.without_sub_attribute(), AttrPath::parse("name")?);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn without_sub_attribute(&self) -> AttrPath<'_> {
        let end = to_usize(self.sub).checked_sub(1).unwrap_or(self.text.len());
        AttrPath::from_parts(self.text.get(..end).unwrap_or_default(), self.name, 0)
    }

    /// Copies the borrowed text.
    ///
    /// ```
    /// use scim_filter::{AttrPath, ParseError};
    /// fn read(text: String) -> Result<AttrPath<'static>, ParseError> {
    ///     Ok(AttrPath::parse(&text)?.into_owned())
    /// }
    /// assert!(read("title".into()).is_ok());
    /// ```
    #[must_use]
    pub fn into_owned(self) -> AttrPath<'static> {
        let text = Cow::Owned(self.text.into_owned());
        AttrPath {
            text,
            name: self.name,
            sub: self.sub,
        }
    }

    /// Splits off the sub-attribute, which a PATCH path keeps apart.
    pub(crate) fn split_sub_attribute(self) -> (Self, Option<Cow<'a, str>>) {
        let Some(end) = to_usize(self.sub).checked_sub(1) else {
            return (self, None);
        };

        match self.text {
            Cow::Borrowed(text) => (
                Self::from_parts(text.get(..end).unwrap_or_default(), self.name, 0),
                text.get(end + 1..).map(Cow::Borrowed),
            ),
            Cow::Owned(mut text) => {
                let sub = text
                    .split_off(end)
                    .get(1..)
                    .map(|sub| Cow::Owned(String::from(sub)));
                (
                    Self {
                        text: Cow::Owned(text),
                        name: self.name,
                        sub: 0,
                    },
                    sub,
                )
            }
        }
    }
}

impl PartialEq for AttrPath<'_> {
    fn eq(&self, other: &Self) -> bool {
        case::eq(&self.text, &other.text)
    }
}

impl Eq for AttrPath<'_> {}

impl Hash for AttrPath<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        case::hash(&self.text, state);
    }
}

impl fmt::Display for AttrPath<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for AttrPath<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AttrPath({})", self.text)
    }
}

impl FromStr for AttrPath<'static> {
    type Err = ParseError;

    fn from_str(input: &str) -> Result<Self, ParseError> {
        AttrPath::parse(input).map(AttrPath::into_owned)
    }
}

impl<'a> TryFrom<&'a str> for AttrPath<'a> {
    type Error = ParseError;

    fn try_from(input: &'a str) -> Result<Self, ParseError> {
        Self::parse(input)
    }
}

/// Places have 32 bits to keep a path small; no text is longer.
fn to_usize(place: u32) -> usize {
    usize::try_from(place).unwrap_or(usize::MAX)
}
