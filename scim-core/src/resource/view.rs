//! The common part of the typed views: a resource and its one required attribute.

use std::borrow::Cow;

use super::ValueRef;

/// The text of a sub-attribute of a complex value.
pub(super) fn text(entry: ValueRef<'_>, name: &str) -> Option<String> {
    entry
        .member(name)
        .and_then(ValueRef::as_str)
        .map(Cow::into_owned)
}

/// Whether an entry of a list is the primary one.
pub(super) fn primary(entry: ValueRef<'_>) -> bool {
    entry
        .member("primary")
        .and_then(ValueRef::as_bool)
        .unwrap_or(false)
}

/// Implements a typed view for a struct with a `resource` and a `Redacted` field for its required attribute.
macro_rules! view {
    ($View:ident, $field:ident, $attribute:literal, $schema:expr) => {
        impl $View {
            fn empty($field: String) -> Self {
                let mut view = Self {
                    resource: $crate::Resource::new(),
                    $field: $field.into(),
                };
                view.put("schemas", [$schema]);
                view.put($attribute, view.$field.clone());
                view
            }

            fn put(&mut self, path: &str, value: impl serde::Serialize) {
                // The path is fixed and the value is of our own types, so `set` cannot fail.
                let _ = self.resource.set(path, value);
            }

            /// Sets the server's identifier.
            #[must_use]
            pub fn with_id(mut self, id: impl Into<String>) -> Self {
                self.put("id", id.into());
                self
            }

            /// Sets the client's identifier.
            #[must_use]
            pub fn with_external_id(mut self, id: impl Into<String>) -> Self {
                self.put("externalId", id.into());
                self
            }

            /// The server's identifier.
            #[must_use]
            pub fn id(&self) -> Option<std::borrow::Cow<'_, str>> {
                self.resource.id()
            }

            /// The client's identifier.
            #[must_use]
            pub fn external_id(&self) -> Option<std::borrow::Cow<'_, str>> {
                self.resource.external_id()
            }

            /// The resource behind the view.
            #[must_use]
            pub fn as_resource(&self) -> &$crate::Resource {
                &self.resource
            }
        }

        impl TryFrom<$crate::Resource> for $View {
            type Error = $crate::Error;

            #[doc = concat!("# Errors\n\n`InvalidValue` if there is no `", $attribute, "`.")]
            fn try_from(resource: $crate::Resource) -> Result<Self, $crate::Error> {
                let value = resource
                    .text($attribute)
                    .map(std::borrow::Cow::into_owned)
                    .filter(|value| !value.is_empty());
                match value {
                    Some($field) => Ok(Self {
                        resource,
                        $field: $field.into(),
                    }),
                    None => Err($crate::Error::new(
                        $crate::ErrorKind::InvalidValue,
                        concat!($attribute, " is required"),
                    )),
                }
            }
        }

        impl From<$View> for $crate::Resource {
            fn from(view: $View) -> Self {
                view.resource
            }
        }
    };
}

pub(super) use view;
