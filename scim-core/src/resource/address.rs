//! The postal addresses of a user.

use std::fmt;

use serde::Serialize;

use super::ValueRef;
use super::view::{primary, text};

/// A postal address.
///
/// ```
/// use scim_core::User;
/// use scim_core::resource::Address;
///
/// let mut work = Address::default();
/// work.locality = Some("Hollywood".to_owned());
/// work.kind = Some("work".to_owned());
/// let user = User::new("bjensen").with_addresses([work.clone()]);
/// assert_eq!(user.addresses().next(), Some(work));
/// ```
///
/// Source: RFC 7643 §4.1.2.
#[derive(Clone, Default, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Address {
    /// The whole address, formatted for display.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub formatted: Option<String>,
    /// Street, house number, post office box.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub street_address: Option<String>,
    /// The city.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locality: Option<String>,
    /// The state or region.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// The postal code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub postal_code: Option<String>,
    /// The country as an ISO 3166-1 alpha-2 code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// The purpose of the address, for example `work`.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Whether this is the preferred address.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub primary: bool,
}

impl fmt::Debug for Address {
    /// Hides the address, which is personal data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Address")
            .field("kind", &self.kind)
            .field("primary", &self.primary)
            .finish_non_exhaustive()
    }
}

impl Address {
    pub(super) fn entries(list: Option<ValueRef<'_>>) -> impl Iterator<Item = Self> {
        list.into_iter()
            .flat_map(ValueRef::elements)
            .map(|entry| Self {
                formatted: text(entry, "formatted"),
                street_address: text(entry, "streetAddress"),
                locality: text(entry, "locality"),
                region: text(entry, "region"),
                postal_code: text(entry, "postalCode"),
                country: text(entry, "country"),
                kind: text(entry, "type"),
                primary: primary(entry),
            })
    }
}
