//! Versions of a resource.

use std::fmt;

/// The version of a resource, as an entity tag.
///
/// Compared weakly: `W/"3"` and `"3"` are the same version.
///
/// Source: RFC 7644 §3.14.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Version(String);

impl Version {
    /// A version from its opaque text, without quotes.
    #[must_use]
    pub fn new(opaque: impl Into<String>) -> Self {
        Self(opaque.into())
    }

    /// Reads an entity tag such as `W/"3"`.
    #[must_use]
    pub fn parse(tag: &str) -> Option<Self> {
        let opaque = tag.trim();
        let opaque = opaque.strip_prefix("W/").unwrap_or(opaque);
        let opaque = opaque.strip_prefix('"')?.strip_suffix('"')?;
        (!opaque.contains('"')).then(|| Self(opaque.to_owned()))
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
