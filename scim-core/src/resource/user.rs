//! The typed view of a user.

use std::borrow::Cow;
use std::fmt;

use serde::Serialize;

use super::view::view;
use super::{Address, EnterpriseUser, MultiValued, Resource, role};
use crate::Redacted;
use crate::schema::USER;

/// A typed view of a user. Other attributes of the resource stay in it.
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
#[derive(Clone, Debug, PartialEq)]
pub struct User {
    resource: Resource,
    user_name: Redacted<String>,
}

/// The parts of a user's name.
///
/// Source: RFC 7643 §4.1.1.
#[derive(Clone, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct Name {
    /// The whole name, formatted for display.
    pub formatted: Option<String>,
    /// The family name.
    pub family_name: Option<String>,
    /// The given name.
    pub given_name: Option<String>,
    /// The middle names.
    pub middle_name: Option<String>,
    /// The title before the name, for example `Ms.`.
    pub honorific_prefix: Option<String>,
    /// The suffix after the name, for example `III`.
    pub honorific_suffix: Option<String>,
}

impl fmt::Debug for Name {
    /// Hides the parts, which are personal data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Name").finish_non_exhaustive()
    }
}

impl Name {
    /// A given and a family name; `formatted` joins them.
    #[must_use]
    pub fn new(given: Option<&str>, family: Option<&str>) -> Self {
        let parts: Vec<&str> = [given, family].into_iter().flatten().collect();
        Self {
            formatted: (!parts.is_empty()).then(|| parts.join(" ")),
            family_name: family.map(str::to_owned),
            given_name: given.map(str::to_owned),
            ..Self::default()
        }
    }
}

view!(User, user_name, "userName", USER);

/// Implements a getter and a setter for each single-valued text attribute.
macro_rules! texts {
    ($($get:ident $with:ident $attribute:literal $what:literal;)+) => {
        impl User {$(
            #[doc = concat!("Sets the ", $what, ".")]
            #[must_use]
            pub fn $with(mut self, value: impl Into<String>) -> Self {
                self.put($attribute, value.into());
                self
            }

            #[doc = concat!("The ", $what, ".")]
            #[must_use]
            pub fn $get(&self) -> Option<Cow<'_, str>> {
                self.resource.text($attribute)
            }
        )+}
    };
}

texts! {
    display_name with_display_name "displayName" "display name";
    nick_name with_nick_name "nickName" "casual name";
    profile_url with_profile_url "profileUrl" "URL of the profile page";
    title with_title "title" "job title";
    user_type with_user_type "userType" "relationship to the organization";
    preferred_language with_preferred_language "preferredLanguage" "preferred language";
    locale with_locale "locale" "locale, for currency, dates and numbers";
    timezone with_timezone "timezone" "time zone as an IANA name";
}

/// Implements a getter and a setter for each list of typed values.
macro_rules! lists {
    ($($get:ident $with:ident $attribute:literal $what:literal;)+) => {
        impl User {$(
            #[doc = concat!("Sets the ", $what, "; an empty list removes the attribute.")]
            #[must_use]
            pub fn $with(mut self, values: impl IntoIterator<Item = MultiValued>) -> Self {
                self.put_list($attribute, values);
                self
            }

            #[doc = concat!("The ", $what, ".")]
            pub fn $get(&self) -> impl Iterator<Item = MultiValued> {
                MultiValued::entries(self.resource.attribute(None, $attribute))
            }
        )+}
    };
}

lists! {
    emails with_emails "emails" "e-mail addresses";
    phone_numbers with_phone_numbers "phoneNumbers" "phone numbers";
    ims with_ims "ims" "instant messaging addresses";
    photos with_photos "photos" "photographs";
    groups with_groups "groups" "groups, which only change through the groups themselves";
    entitlements with_entitlements "entitlements" "entitlements";
    roles with_roles "roles" "roles";
    x509_certificates with_x509_certificates "x509Certificates" "certificates in base64";
}

impl User {
    /// A user with a `userName`, the name for signing in.
    #[must_use]
    pub fn new(user_name: impl Into<String>) -> Self {
        Self::empty(user_name.into())
    }

    /// Sets whether the user may use the service.
    #[must_use]
    pub fn with_active(mut self, active: bool) -> Self {
        self.put("active", active);
        self
    }

    /// Sets the name and removes the parts that `name` lacks.
    #[must_use]
    pub fn with_name(mut self, name: &Name) -> Self {
        self.put("name.formatted", &name.formatted);
        self.put("name.familyName", &name.family_name);
        self.put("name.givenName", &name.given_name);
        self.put("name.middleName", &name.middle_name);
        self.put("name.honorificPrefix", &name.honorific_prefix);
        self.put("name.honorificSuffix", &name.honorific_suffix);
        self
    }

    /// Sets the postal addresses; an empty list removes the attribute.
    #[must_use]
    pub fn with_addresses(mut self, addresses: impl IntoIterator<Item = Address>) -> Self {
        self.put_list("addresses", addresses);
        self
    }

    /// Sets the attributes of the enterprise extension and removes the ones that `enterprise` lacks.
    #[must_use]
    pub fn with_enterprise(mut self, enterprise: &EnterpriseUser) -> Self {
        enterprise.write(&mut self.resource);
        self
    }

    fn put_list<T: Serialize>(&mut self, name: &str, list: impl IntoIterator<Item = T>) {
        let list: Vec<T> = list.into_iter().collect();
        // An empty list is the same as no attribute (RFC 7643 §2.5).
        self.put(name, (!list.is_empty()).then_some(list));
    }

    /// The `userName`, the name for signing in.
    #[must_use]
    pub fn user_name(&self) -> &str {
        &self.user_name
    }

    /// Whether the user may use the service; `None` if the resource does not say.
    #[must_use]
    pub fn active(&self) -> Option<bool> {
        self.resource.boolean("active")
    }

    /// The parts of the name.
    #[must_use]
    pub fn name(&self) -> Name {
        let part = |path| self.resource.text(path).map(Cow::into_owned);
        Name {
            formatted: part("name.formatted"),
            family_name: part("name.familyName"),
            given_name: part("name.givenName"),
            middle_name: part("name.middleName"),
            honorific_prefix: part("name.honorificPrefix"),
            honorific_suffix: part("name.honorificSuffix"),
        }
    }

    /// The postal addresses.
    pub fn addresses(&self) -> impl Iterator<Item = Address> {
        Address::entries(self.resource.attribute(None, "addresses"))
    }

    /// The names of the roles in the order of the list, each once.
    ///
    /// The name is the `value`, or `display` if there is no `value`. The JSON object that Entra ID sends as `value` is already
    /// expanded, see [`Tolerance::JsonRoles`](crate::Tolerance::JsonRoles).
    ///
    /// ```
    /// use scim_core::{Resource, User};
    ///
    /// let json = br#"{"userName":"bjensen","roles":["Read Only",{"value":"Sales Rep","display":"Sales","primary":true}]}"#;
    /// let user = User::try_from(Resource::from_slice(json)?)?;
    /// assert_eq!(user.role_names(), ["Read Only", "Sales Rep"]);
    /// # Ok::<(), scim_core::Error>(())
    /// ```
    ///
    /// Source: `docs/evidence.md`, C36.
    #[must_use]
    pub fn role_names(&self) -> Vec<String> {
        role::names(self.resource.attribute(None, "roles"))
    }

    /// The enterprise extension, if the user has it.
    #[must_use]
    pub fn enterprise(&self) -> Option<EnterpriseUser> {
        EnterpriseUser::of(&self.resource)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_view_keeps_unknown_attributes() {
        let json = br#"{"userName":"a","x":{"y":1},"name":{"middleName":"m","givenName":"g"}}"#;
        let resource = Resource::from_slice(json).unwrap();
        let user = User::try_from(resource.clone()).unwrap();
        assert_eq!(user.name().given_name.as_deref(), Some("g"));
        assert_eq!(Resource::from(user), resource);
    }

    #[test]
    fn a_resource_without_user_name_is_no_user() {
        assert!(User::try_from(Resource::new()).is_err());
        assert!(User::try_from(Resource::from_slice(br#"{"userName":""}"#).unwrap()).is_err());
    }

    #[test]
    fn a_name_replaces_the_parts_of_the_old_one() {
        let json = br#"{"userName":"a","name":{"givenName":"g","middleName":"m","x":1}}"#;
        let user = User::try_from(Resource::from_slice(json).unwrap()).unwrap();
        let user = user.with_name(&Name::new(Some("h"), None));
        let written = br#"{"userName":"a","name":{"givenName":"h","formatted":"h","x":1}}"#;
        assert_eq!(user.as_resource(), &Resource::from_slice(written).unwrap());
        let bare = User::new("a").with_name(&Name::default());
        assert_eq!(bare, User::new("a"));
    }

    #[test]
    fn every_list_reads_back_and_an_empty_list_removes_it() {
        let address = Address {
            street_address: Some("100 Universal City Plaza".to_owned()),
            kind: Some("work".to_owned()),
            primary: true,
            ..Address::default()
        };

        let phone = MultiValued::new("555-555-5555").with_type("mobile");
        let user = User::new("a")
            .with_addresses([address.clone()])
            .with_phone_numbers([phone.clone()])
            .with_photos([MultiValued::new("https://photos.example.com/1").primary()]);

        assert_eq!(user.addresses().collect::<Vec<_>>(), [address]);
        assert_eq!(user.phone_numbers().collect::<Vec<_>>(), [phone]);
        assert!(user.photos().all(|photo| photo.primary));

        let user = user
            .with_addresses([])
            .with_phone_numbers([])
            .with_photos([]);
        assert_eq!(user, User::new("a"));
    }

    #[test]
    fn schemas_lists_the_enterprise_extension_while_it_exists() {
        let enterprise = EnterpriseUser {
            department: Some("Sales".to_owned()),
            manager: Some("7".to_owned()),
            ..EnterpriseUser::default()
        };
        let user = User::new("a").with_enterprise(&enterprise);
        assert_eq!(user.as_resource().schemas().count(), 2);
        assert_eq!(user.enterprise(), Some(enterprise));
        let user = user.with_enterprise(&EnterpriseUser::default());
        assert_eq!(user, User::new("a"));
    }

    #[test]
    fn the_same_manager_keeps_the_other_sub_attributes() {
        let json =
            br#"{"userName":"a","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":
            {"x":1,"manager":{"value":"7","displayName":"John Smith"}}}"#;
        let user = User::try_from(Resource::from_slice(json).unwrap()).unwrap();
        let mut enterprise = user.enterprise().unwrap();
        let path = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.displayName";
        let same = user.clone().with_enterprise(&enterprise);
        assert_eq!(same.as_resource().text(path).as_deref(), Some("John Smith"));
        enterprise.manager = Some("8".to_owned());
        let other = user.with_enterprise(&enterprise);
        assert_eq!(other.as_resource().text(path), None);
        assert!(other.as_resource().to_string().contains("\"x\":1"));
    }
}
