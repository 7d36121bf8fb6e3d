//! The typed view on a user.

use std::borrow::Cow;
use std::fmt;

use serde::Serialize;

use super::{EnterpriseUser, MultiValued, Resource};
use crate::schema::USER;
use crate::{Error, ErrorKind};

/// A user, seen through types; whatever the resource holds beyond them stays in it.
///
/// ```
/// use scim_core::{Resource, User};
/// use scim_core::resource::MultiValued;
///
/// let user = User::new("bjensen@example.com")
///     .with_active(true)
///     .with_emails([MultiValued::new("bjensen@example.com").with_type("work").primary()]);
/// let resource = Resource::from(user);
/// assert_eq!(resource.boolean("active"), Some(true));
/// assert_eq!(User::try_from(resource)?.user_name(), "bjensen@example.com");
/// # Ok::<(), scim_core::Error>(())
/// ```
///
/// Source: RFC 7643 §4.1.
#[derive(Clone, PartialEq)]
pub struct User {
    resource: Resource,
    user_name: String,
}

/// The parts of a user's name.
///
/// Source: RFC 7643 §4.1.1.
#[derive(Clone, Default, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Name {
    /// The whole name as it is shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub formatted: Option<String>,
    /// The family name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub family_name: Option<String>,
    /// The given name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub given_name: Option<String>,
}

impl fmt::Debug for Name {
    /// Without the parts, which are personal data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Name").finish_non_exhaustive()
    }
}

impl Name {
    /// A name of a given and a family name, with `formatted` made of both.
    #[must_use]
    pub fn new(given: Option<&str>, family: Option<&str>) -> Self {
        let parts: Vec<&str> = [given, family].into_iter().flatten().collect();
        Self {
            formatted: (!parts.is_empty()).then(|| parts.join(" ")),
            family_name: family.map(str::to_owned),
            given_name: given.map(str::to_owned),
        }
    }
}

impl fmt::Debug for User {
    /// As the resource: names of attributes, no values.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("User").field(&self.resource).finish()
    }
}

impl User {
    /// A user with a name to sign in by.
    #[must_use]
    pub fn new(user_name: impl Into<String>) -> Self {
        let mut user = Self {
            resource: Resource::new(),
            user_name: user_name.into(),
        };
        user.put("schemas", vec![USER]);
        user.put("userName", user.user_name.clone());
        user
    }

    /// Gives it the server's identifier.
    #[must_use]
    pub fn with_id(mut self, id: impl Into<String>) -> Self {
        self.put("id", id.into());
        self
    }

    /// Gives it the client's identifier.
    #[must_use]
    pub fn with_external_id(mut self, id: impl Into<String>) -> Self {
        self.put("externalId", id.into());
        self
    }

    /// Says whether the user may use the service.
    #[must_use]
    pub fn with_active(mut self, active: bool) -> Self {
        self.put("active", active);
        self
    }

    /// Gives it a name.
    #[must_use]
    pub fn with_name(mut self, name: &Name) -> Self {
        if *name != Name::default() {
            self.put("name", name);
        }
        self
    }

    /// Gives it a name to show.
    #[must_use]
    pub fn with_display_name(mut self, name: impl Into<String>) -> Self {
        self.put("displayName", name.into());
        self
    }

    /// Gives it e-mail addresses.
    #[must_use]
    pub fn with_emails(self, emails: impl IntoIterator<Item = MultiValued>) -> Self {
        self.with_list("emails", emails)
    }

    /// Gives it roles.
    #[must_use]
    pub fn with_roles(self, roles: impl IntoIterator<Item = MultiValued>) -> Self {
        self.with_list("roles", roles)
    }

    fn with_list(mut self, name: &str, list: impl IntoIterator<Item = MultiValued>) -> Self {
        let list: Vec<MultiValued> = list.into_iter().collect();
        if !list.is_empty() {
            self.put(name, list);
        }
        self
    }

    fn put(&mut self, path: &str, value: impl Serialize) {
        // A fixed path and a value of our own types: neither can be refused.
        let _ = self.resource.set(path, value);
    }

    /// The server's identifier.
    #[must_use]
    pub fn id(&self) -> Option<Cow<'_, str>> {
        self.resource.id()
    }

    /// The client's identifier.
    #[must_use]
    pub fn external_id(&self) -> Option<Cow<'_, str>> {
        self.resource.external_id()
    }

    /// The name to sign in by.
    #[must_use]
    pub fn user_name(&self) -> &str {
        &self.user_name
    }

    /// Whether the user may use the service, where it is said.
    #[must_use]
    pub fn active(&self) -> Option<bool> {
        self.resource.boolean("active")
    }

    /// The name to show.
    #[must_use]
    pub fn display_name(&self) -> Option<Cow<'_, str>> {
        self.resource.text("displayName")
    }

    /// The parts of the name.
    #[must_use]
    pub fn name(&self) -> Name {
        let part = |path| self.resource.text(path).map(Cow::into_owned);
        Name {
            formatted: part("name.formatted"),
            family_name: part("name.familyName"),
            given_name: part("name.givenName"),
        }
    }

    /// The e-mail addresses.
    pub fn emails(&self) -> impl Iterator<Item = MultiValued> {
        MultiValued::entries(self.resource.attribute(None, "emails"))
    }

    /// The roles.
    pub fn roles(&self) -> impl Iterator<Item = MultiValued> {
        MultiValued::entries(self.resource.attribute(None, "roles"))
    }

    /// The enterprise extension, where the user has it.
    #[must_use]
    pub fn enterprise(&self) -> Option<EnterpriseUser> {
        EnterpriseUser::of(&self.resource)
    }

    /// The resource behind the view.
    #[must_use]
    pub fn as_resource(&self) -> &Resource {
        &self.resource
    }
}

impl TryFrom<Resource> for User {
    type Error = Error;

    /// # Errors
    ///
    /// `InvalidValue` when there is no `userName`.
    fn try_from(resource: Resource) -> Result<Self, Error> {
        match resource.text("userName").map(Cow::into_owned) {
            Some(user_name) if !user_name.is_empty() => Ok(Self {
                resource,
                user_name,
            }),
            _ => Err(Error::new(ErrorKind::InvalidValue, "userName is required")),
        }
    }
}

impl From<User> for Resource {
    fn from(user: User) -> Self {
        user.resource
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_view_loses_nothing() {
        let json = br#"{"userName":"a","x":{"y":1},"name":{"middleName":"m","givenName":"g"}}"#;
        let resource = Resource::from_slice(json).unwrap();
        let user = User::try_from(resource.clone()).unwrap();
        assert_eq!(user.name().given_name.as_deref(), Some("g"));
        assert_eq!(Resource::from(user), resource);
    }

    #[test]
    fn a_user_without_user_name_is_none() {
        assert!(User::try_from(Resource::new()).is_err());
        assert!(User::try_from(Resource::from_slice(br#"{"userName":""}"#).unwrap()).is_err());
    }
}
