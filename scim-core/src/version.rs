//! Versions of a resource.

use std::fmt;

use crate::{Error, ErrorKind, Resource};

/// The version of a resource, an entity tag.
///
/// The comparison is weak: `W/"3"` equals `"3"`.
///
/// Source: RFC 7644 §3.14.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Version(String);

impl Version {
    /// A version from its opaque text without quotes.
    #[must_use]
    pub fn new(opaque: impl Into<String>) -> Self {
        Self(opaque.into())
    }

    /// Parses an entity tag, for example `W/"3"`.
    #[must_use]
    pub fn parse(tag: &str) -> Option<Self> {
        let opaque = tag.trim();
        let opaque = opaque.strip_prefix("W/").unwrap_or(opaque);
        let opaque = opaque.strip_prefix('"')?.strip_suffix('"')?;
        (!opaque.contains('"')).then(|| Self(opaque.to_owned()))
    }

    /// The version in the `meta.version` of a resource.
    ///
    /// ```
    /// use scim_core::Resource;
    /// use scim_core::version::Version;
    ///
    /// let user = Resource::from_slice(br#"{"meta":{"version":"W/\"3\""}}"#)?;
    /// assert_eq!(Version::of(&user), Some(Version::new("3")));
    /// assert!(Version::check(&user, Some(&Version::new("2"))).is_err());
    /// # Ok::<(), scim_core::Error>(())
    /// ```
    #[must_use]
    pub fn of(resource: &Resource) -> Option<Self> {
        let version = resource.member("meta")?.member("version")?;
        Self::parse(&version.as_str()?)
    }

    /// Checks that a resource has the expected version, if the caller expects one.
    ///
    /// # Errors
    ///
    /// `PreconditionFailed` if the resource has another version or none.
    pub fn check(resource: &Resource, expected: Option<&Self>) -> Result<(), Error> {
        if expected.is_none() || Self::of(resource).as_ref() == expected {
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::PreconditionFailed,
            "The resource has another version",
        ))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "W/\"{}\"", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weak_and_strong_tags_name_one_version() {
        assert_eq!(Version::parse("W/\"3\""), Version::parse("\"3\""));
        assert_eq!(Version::parse("3"), None);
        assert_eq!(Version::new("3").to_string(), "W/\"3\"");
    }
}
