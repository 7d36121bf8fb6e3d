//! The wishes of a request for a HubSpot user.

use std::borrow::Cow;

use scim_core::filter::case;
use scim_core::resource::MultiValued;
use scim_core::{Error, ErrorKind, Resource, User};

use super::is_address;
use crate::features::Features;
use crate::row::RowValues;

/// The wishes of a request for a user, in HubSpot's terms. `None` keeps the current value, an empty text clears it.
#[derive(Clone, Default, Eq, PartialEq)]
pub(crate) struct Desired {
    /// `userName` as the request sent it.
    pub(crate) user_name: String,
    /// The address in `emails`: the primary one, or else the work address, or else the first.
    pub(crate) listed_email: Option<String>,
    pub(crate) external_id: Option<String>,
    pub(crate) first_name: Option<String>,
    pub(crate) last_name: Option<String>,
    pub(crate) active: Option<bool>,
    /// The names of the roles, in the order of the request.
    pub(crate) roles: Option<Vec<String>>,
    /// The names of the seats, sorted, since their order means nothing.
    pub(crate) seats: Option<Vec<String>>,
    /// The wanted values of the CRM row.
    pub(crate) row: RowValues,
}

impl Desired {
    /// Reads the wishes of a whole resource.
    ///
    /// Entra sends an empty `roles` with every user, and Okta sends none. Neither takes a role away, and an empty
    /// `entitlements` takes no seat away.
    pub(crate) fn of(resource: Resource) -> Result<Self, Error> {
        let user = User::try_from(resource)?;
        let name = user.name();
        let roles = user.role_names();
        let mut seats = names(user.entitlements());
        seats.sort_unstable();

        Ok(Self {
            user_name: user.user_name().to_owned(),
            listed_email: listed_email(user.emails()),
            external_id: user.external_id().map(Cow::into_owned),
            first_name: name.given_name,
            last_name: name.family_name,
            active: user.active(),
            roles: Some(roles).filter(|roles| !roles.is_empty()),
            seats: Some(seats).filter(|seats| !seats.is_empty()),
            row: RowValues::of_user(&user),
        })
    }

    /// Reads the wishes of a whole resource that the account can keep.
    pub(crate) fn kept_by(features: &Features, resource: Resource) -> Result<Self, Error> {
        let mut desired = Self::of(resource)?;
        desired.row = features.kept_in_rows(desired.row);
        Ok(desired)
    }

    /// Keeps the wishes that differ from a user's current values.
    ///
    /// Okta sends back the whole document that it read. An unchanged value in it is no wish.
    pub(crate) fn beyond(mut self, current: &Self) -> Self {
        fn differing<T: PartialEq>(wanted: &mut Option<T>, held: Option<&T>) {
            if wanted.as_ref() == held {
                *wanted = None;
            }
        }
        differing(&mut self.first_name, current.first_name.as_ref());
        differing(&mut self.last_name, current.last_name.as_ref());
        differing(&mut self.roles, current.roles.as_ref());
        differing(&mut self.seats, current.seats.as_ref());
        self.row = self.row.beyond(&current.row);
        self
    }

    /// The wishes of a PATCH that turns `held` into these values. A value that is gone is cleared.
    pub(crate) fn patched(self, held: &Self) -> Self {
        let cleared = |wanted: &Option<String>, held: &Option<String>| {
            (wanted.is_none() && held.is_some()).then(String::new)
        };
        let first_name = cleared(&self.first_name, &held.first_name);
        let last_name = cleared(&self.last_name, &held.last_name);
        let external_id = cleared(&self.external_id, &held.external_id);
        let row = self.row.cleared(&held.row);

        let none_left = |wanted: &Option<Vec<String>>, held: &Option<Vec<String>>| {
            (wanted.is_none() && held.is_some()).then(Vec::new)
        };
        let roles = none_left(&self.roles, &held.roles);
        let seats = none_left(&self.seats, &held.seats);

        let mut wanted = self.beyond(held);
        wanted.first_name = wanted.first_name.or(first_name);
        wanted.last_name = wanted.last_name.or(last_name);
        wanted.external_id = wanted.external_id.or(external_id);
        wanted.roles = wanted.roles.or(roles);
        wanted.seats = wanted.seats.or(seats);
        wanted.row = wanted.row.or(&row);
        wanted
    }

    /// The address of the user in HubSpot.
    ///
    /// `userName` counts if it is an address. In Microsoft's own examples it is none, and the address in `emails` counts.
    ///
    /// # Errors
    ///
    /// `InvalidValue` if neither is an address.
    pub(crate) fn email(&self) -> Result<&str, Error> {
        if is_address(&self.user_name) {
            return Ok(&self.user_name);
        }
        match &self.listed_email {
            Some(email) if is_address(email) => Ok(email),
            _ => Err(Error::new(
                ErrorKind::InvalidValue,
                "userName must be an e-mail address, or emails must contain one: HubSpot identifies users by e-mail address",
            )),
        }
    }
}

fn listed_email(emails: impl Iterator<Item = MultiValued>) -> Option<String> {
    let emails: Vec<MultiValued> = emails.collect();
    let is_work = |email: &&MultiValued| {
        email
            .kind
            .as_deref()
            .is_some_and(|kind| case::eq(kind, "work"))
    };
    emails
        .iter()
        .find(|email| email.primary)
        .or_else(|| emails.iter().find(is_work))
        .or_else(|| emails.first())
        .map(|email| email.value.clone())
}

/// Lists the names of seats without duplicates.
fn names(entries: impl Iterator<Item = MultiValued>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for entry in entries {
        if !entry.value.is_empty() && !names.contains(&entry.value) {
            names.push(entry.value);
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn desired(json: &str) -> Desired {
        Desired::of(Resource::from_slice(json.as_bytes()).unwrap()).unwrap()
    }

    #[test]
    fn the_user_name_is_the_address_where_it_is_one() {
        let both = desired(r#"{"userName":"a@b.example","emails":[{"value":"x@y.example"}]}"#);
        assert_eq!(both.email().unwrap(), "a@b.example");
        assert_eq!(both.listed_email.as_deref(), Some("x@y.example"));
        let guid = desired(
            r#"{"userName":"Test_User_1","emails":[{"value":"h@y.example","type":"home"},{"value":"w@y.example","type":"work"}]}"#,
        );
        assert_eq!(guid.email().unwrap(), "w@y.example");
        assert_eq!(
            desired(r#"{"userName":"Test_User_1"}"#)
                .email()
                .unwrap_err()
                .kind(),
            ErrorKind::InvalidValue
        );
    }

    #[test]
    fn an_empty_list_of_roles_is_no_wish() {
        let roles = |roles: &str| desired(&format!(r#"{{"userName":"a","roles":{roles}}}"#)).roles;
        assert_eq!(roles("[]"), None);
        assert_eq!(roles(r#"["Admin"]"#), Some(vec!["Admin".to_owned()]));
    }

    #[test]
    fn every_form_of_entitlements_is_a_sorted_list_of_names() {
        let names = |entitlements: &str| {
            desired(&format!(
                r#"{{"userName":"a","entitlements":{entitlements}}}"#
            ))
            .seats
        };
        let both = Some(vec!["core".to_owned(), "sales".to_owned()]);
        assert_eq!(names(r#"["sales","core","sales"]"#), both);
        assert_eq!(
            names(
                r#"[{"value":"sales","display":"Sales Hub seat","type":"seat","primary":true},{"value":"core"}]"#
            ),
            both
        );
        assert_eq!(names("[]"), None);
    }

    #[test]
    fn other_texts_are_no_addresses() {
        for text in [
            "",
            "a",
            "@",
            "a@",
            "@b",
            "a@b@c",
            "a b@c",
            "5f7a0000-0000-4000-8000-000000000000",
        ] {
            assert!(!is_address(text), "{text}");
        }
        assert!(is_address("first.last+tag@sub.example"));
    }
}
