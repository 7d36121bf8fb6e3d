//! One entry of a plural attribute such as `emails`.

use std::borrow::Cow;
use std::fmt;

use serde::Serialize;

use super::ValueRef;
use super::view::{primary, text};

/// One entry of a plural attribute: value, what it is for, whether it is preferred.
///
/// ```
/// use scim_core::resource::MultiValued;
///
/// let email = MultiValued::new("bjensen@example.com").with_type("work").primary();
/// assert_eq!(email.value, "bjensen@example.com");
/// ```
///
/// Source: RFC 7643 §2.4.
#[derive(Clone, Default, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub struct MultiValued {
    /// The value itself.
    pub value: String,
    /// A name for people to read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display: Option<String>,
    /// What the value is used for, such as `work`.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Where the resource is that the value is the id of.
    #[serde(rename = "$ref", skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// Whether this is the preferred value.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub primary: bool,
}

impl fmt::Debug for MultiValued {
    /// What the value is for; the value itself is personal data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MultiValued")
            .field("kind", &self.kind)
            .field("primary", &self.primary)
            .finish_non_exhaustive()
    }
}

impl MultiValued {
    /// An entry with a value alone.
    #[must_use]
    pub fn new(value: impl Into<String>) -> Self {
        Self {
            value: value.into(),
            ..Self::default()
        }
    }

    /// Says what the value is used for.
    #[must_use]
    pub fn with_type(mut self, kind: impl Into<String>) -> Self {
        self.kind = Some(kind.into());
        self
    }

    /// Gives it a name for people to read.
    #[must_use]
    pub fn with_display(mut self, display: impl Into<String>) -> Self {
        self.display = Some(display.into());
        self
    }

    /// Makes it the preferred value.
    #[must_use]
    pub fn primary(mut self) -> Self {
        self.primary = true;
        self
    }

    /// The entries of a plural attribute; those without a value are passed over.
    pub(super) fn entries(list: Option<ValueRef<'_>>) -> impl Iterator<Item = Self> {
        list.into_iter()
            .flat_map(ValueRef::elements)
            .filter_map(|entry| {
                Some(Self {
                    value: text(entry, "value").or_else(|| entry.as_str().map(Cow::into_owned))?,
                    display: text(entry, "display"),
                    kind: text(entry, "type"),
                    reference: text(entry, "$ref"),
                    primary: primary(entry),
                })
            })
    }
}
