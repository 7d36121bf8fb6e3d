//! The entries of multi-valued attributes, for example `emails`.

use std::borrow::Cow;
use std::fmt;

use serde::Serialize;

use super::ValueRef;
use super::view::{primary, text};

/// An entry of a multi-valued attribute: a value, its type, and whether it is the primary one.
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
    /// The display name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display: Option<String>,
    /// The purpose of the value, for example `work`.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The URL of the resource, if the value is an id.
    #[serde(rename = "$ref", skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// Whether this is the primary value.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub primary: bool,
}

impl fmt::Debug for MultiValued {
    /// Hides the value, which is personal data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MultiValued")
            .field("kind", &self.kind)
            .field("primary", &self.primary)
            .finish_non_exhaustive()
    }
}

impl MultiValued {
    /// An entry with a value only.
    #[must_use]
    pub fn new(value: impl Into<String>) -> Self {
        Self {
            value: value.into(),
            ..Self::default()
        }
    }

    /// Sets the purpose of the value.
    #[must_use]
    pub fn with_type(mut self, kind: impl Into<String>) -> Self {
        self.kind = Some(kind.into());
        self
    }

    /// Sets the display name.
    #[must_use]
    pub fn with_display(mut self, display: impl Into<String>) -> Self {
        self.display = Some(display.into());
        self
    }

    /// Marks the entry as the primary one.
    #[must_use]
    pub fn primary(mut self) -> Self {
        self.primary = true;
        self
    }

    /// The entries of a multi-valued attribute, without those that have no value.
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
