//! Users: members of an account.

use scim_core::Redacted;
use serde::{Deserialize, Serialize};

use super::quirks::{CLEARED_SEATS, CLEARED_TEAM};
use super::read::{id, ids, optional_id, or_default, text};

/// A member of a HubSpot account (`PublicUser`).
///
/// # Examples
///
/// ```
/// use hubspot_adapter::client::User;
///
/// let user: User = serde_json::from_str(r#"{"id": 26743024, "email": "ada@acme.example"}"#)?;
/// assert_eq!(user.id, "26743024");
/// assert!(user.role_ids.is_empty());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct User {
    /// The id of the person. It is global and stays the same after a removal and a new creation.
    #[serde(deserialize_with = "id")]
    pub id: String,
    /// The e-mail address, as the creation sent it.
    #[serde(default, deserialize_with = "or_default")]
    pub email: Redacted<String>,
    /// The given name, which all accounts of the person share.
    #[serde(default, deserialize_with = "text")]
    pub first_name: Redacted<Option<String>>,
    /// The family name, which all accounts of the person share.
    #[serde(default, deserialize_with = "text")]
    pub last_name: Redacted<Option<String>>,
    /// The permission set.
    #[serde(default, deserialize_with = "optional_id")]
    pub role_id: Option<String>,
    /// All permission sets. The API reads more than one but writes only one.
    #[serde(default, deserialize_with = "ids")]
    pub role_ids: Vec<String>,
    /// Whether the user is a Super Admin, which no API call grants.
    #[serde(default, deserialize_with = "or_default")]
    pub super_admin: bool,
    /// The main team.
    #[serde(default, deserialize_with = "optional_id")]
    pub primary_team_id: Option<String>,
    /// The extra teams. In a list row an empty value proves nothing
    /// (`docs/evidence.md`, H12).
    #[serde(default, deserialize_with = "ids")]
    pub secondary_team_ids: Vec<String>,
    /// The seats held.
    #[serde(default, deserialize_with = "ids")]
    pub seat_names: Vec<String>,
    /// Whether HubSpot sends a welcome e-mail. Only the answer to a creation shows it.
    #[serde(default, deserialize_with = "or_default")]
    pub send_welcome_email: bool,
}

impl User {
    /// A user with only an id and an e-mail address.
    #[must_use]
    pub fn new(id: impl Into<String>, email: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            email: email.into().into(),
            ..Self::default()
        }
    }

    /// The id of the user's permission set: `roleId`, or the first of `roleIds`.
    pub(crate) fn role(&self) -> Option<&str> {
        let role_id = self.role_id.as_deref();
        role_id.or_else(|| self.role_ids.first().map(String::as_str))
    }

    /// Sets the user's only permission set, in `roleId` and `roleIds`.
    pub(crate) fn set_role(&mut self, id: Option<String>) {
        self.role_ids = id.iter().cloned().collect();
        self.role_id = id;
    }
}

/// A user to create (`UserProvisionRequest`).
///
/// # Examples
///
/// ```
/// use hubspot_adapter::client::NewUser;
///
/// let user = NewUser::new("ada@acme.example").with_name("Ada", "Lovelace").with_role("4711");
/// assert_eq!(
///     serde_json::to_string(&user)?,
///     r#"{"email":"ada@acme.example","sendWelcomeEmail":false,"firstName":"Ada","lastName":"Lovelace","roleId":"4711"}"#,
/// );
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct NewUser {
    /// The e-mail address, which no later call can change.
    pub email: Redacted<String>,
    /// Whether HubSpot sends a welcome e-mail. HubSpot requires the field.
    pub send_welcome_email: bool,
    /// The given name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_name: Redacted<Option<String>>,
    /// The family name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_name: Redacted<Option<String>>,
    /// The permission set. Without one, the user gets minimal access.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role_id: Option<String>,
    /// The main team.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub primary_team_id: Option<String>,
    /// The extra teams; an empty list is not sent.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub secondary_team_ids: Vec<String>,
    /// The seats. An empty list is not sent, and HubSpot chooses.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub seat_names: Vec<String>,
}

impl NewUser {
    /// A new user with this e-mail address, without a welcome e-mail.
    #[must_use]
    pub fn new(email: impl Into<String>) -> Self {
        Self {
            email: email.into().into(),
            send_welcome_email: false,
            first_name: Redacted::default(),
            last_name: Redacted::default(),
            role_id: None,
            primary_team_id: None,
            secondary_team_ids: Vec::new(),
            seat_names: Vec::new(),
        }
    }

    /// Sets both names.
    #[must_use]
    pub fn with_name(mut self, first: impl Into<String>, last: impl Into<String>) -> Self {
        self.first_name = Some(first.into()).into();
        self.last_name = Some(last.into()).into();
        self
    }

    /// Sets the permission set.
    #[must_use]
    pub fn with_role(mut self, id: impl Into<String>) -> Self {
        self.role_id = Some(id.into());
        self
    }

    /// Sets the main team.
    #[must_use]
    pub fn with_primary_team(mut self, id: impl Into<String>) -> Self {
        self.primary_team_id = Some(id.into());
        self
    }

    /// Sets the extra teams.
    #[must_use]
    pub fn with_secondary_teams<I: Into<String>>(
        mut self,
        ids: impl IntoIterator<Item = I>,
    ) -> Self {
        self.secondary_team_ids = ids.into_iter().map(Into::into).collect();
        self
    }

    /// Sets the seats.
    #[must_use]
    pub fn with_seats<I: Into<String>>(mut self, names: impl IntoIterator<Item = I>) -> Self {
        self.seat_names = names.into_iter().map(Into::into).collect();
        self
    }

    /// Sets whether HubSpot sends a welcome e-mail.
    #[must_use]
    pub fn with_welcome_email(mut self, send: bool) -> Self {
        self.send_welcome_email = send;
        self
    }
}

/// A change of a user (`PublicUserUpdate`). The client sends exactly the fields that are `Some`.
///
/// HubSpot's PUT is no replacement. [`dialect`](crate::dialect) describes the effect of an absent, an empty and a present
/// field.
///
/// # Examples
///
/// ```
/// use hubspot_adapter::client::UserUpdate;
///
/// let update = UserUpdate::new().with_role("4711").clear_secondary_teams();
/// assert_eq!(serde_json::to_string(&update)?, r#"{"roleId":"4711","secondaryTeamIds":[""]}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct UserUpdate {
    /// The given name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_name: Redacted<Option<String>>,
    /// The family name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_name: Redacted<Option<String>>,
    /// The permission set. Left out, the person may lose theirs: see
    /// [`OmittedRole`](crate::dialect::OmittedRole).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role_id: Option<String>,
    /// The main team.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub primary_team_id: Option<String>,
    /// The extra teams: see [`ExtraTeams`](crate::dialect::ExtraTeams).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secondary_team_ids: Option<Vec<String>>,
    /// The seats.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seat_names: Option<Vec<String>>,
}

impl UserUpdate {
    /// A change without fields. Even that may take the permission set away.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether no field is set.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Sets the given name.
    #[must_use]
    pub fn with_first_name(mut self, name: impl Into<String>) -> Self {
        self.first_name = Some(name.into()).into();
        self
    }

    /// Sets the family name.
    #[must_use]
    pub fn with_last_name(mut self, name: impl Into<String>) -> Self {
        self.last_name = Some(name.into()).into();
        self
    }

    /// Sets the permission set.
    #[must_use]
    pub fn with_role(mut self, id: impl Into<String>) -> Self {
        self.role_id = Some(id.into());
        self
    }

    /// Sets the main team.
    #[must_use]
    pub fn with_primary_team(mut self, id: impl Into<String>) -> Self {
        self.primary_team_id = Some(id.into());
        self
    }

    /// Clears the main team, by [`CLEARED_TEAM`].
    #[must_use]
    pub fn clear_primary_team(mut self) -> Self {
        self.primary_team_id = Some(CLEARED_TEAM.to_owned());
        self
    }

    /// Sends these extra teams, which HubSpot may add to those already there.
    #[must_use]
    pub fn with_secondary_teams<I: Into<String>>(
        mut self,
        ids: impl IntoIterator<Item = I>,
    ) -> Self {
        self.secondary_team_ids = Some(ids.into_iter().map(Into::into).collect());
        self
    }

    /// Clears all extra teams, by [`CLEARED_TEAM`] as the only entry.
    #[must_use]
    pub fn clear_secondary_teams(mut self) -> Self {
        self.secondary_team_ids = Some(vec![CLEARED_TEAM.to_owned()]);
        self
    }

    /// Sends these seats, which HubSpot may add to those held: see [`SeatsGiven`](crate::dialect::SeatsGiven).
    #[must_use]
    pub fn with_seats<I: Into<String>>(mut self, names: impl IntoIterator<Item = I>) -> Self {
        self.seat_names = Some(names.into_iter().map(Into::into).collect());
        self
    }

    /// Clears all seats, by [`CLEARED_SEATS`] as the only entry.
    #[must_use]
    pub fn clear_seats(mut self) -> Self {
        self.seat_names = Some(vec![CLEARED_SEATS.to_owned()]);
        self
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_full_user_is_read() {
        let user: User = serde_json::from_value(json!({
            "id": "26743024", "email": "ada@acme.example", "firstName": "Ada", "lastName": "L",
            "roleId": "123", "roleIds": ["123", "124"], "superAdmin": true, "primaryTeamId": "456",
            "secondaryTeamIds": ["789"], "seatNames": ["core"], "sendWelcomeEmail": true,
        }))
        .unwrap();

        assert_eq!(user.id, "26743024");
        assert_eq!(user.first_name.as_deref(), Some("Ada"));
        assert_eq!(user.last_name.as_deref(), Some("L"));
        assert_eq!(user.role_id.as_deref(), Some("123"));
        assert_eq!(user.role_ids, ["123", "124"]);
        assert!(user.super_admin);
        assert_eq!(user.primary_team_id.as_deref(), Some("456"));
        assert_eq!(user.secondary_team_ids, ["789"]);
        assert_eq!(user.seat_names, ["core"]);
        assert!(user.send_welcome_email);
    }

    #[test]
    fn nulls_numbers_empty_and_unknown_fields_are_read() {
        let user: User = serde_json::from_value(json!({
            "id": 26_743_024, "email": null, "firstName": null, "roleId": 123, "roleIds": [123, null],
            "superAdmin": null, "primaryTeamId": "", "secondaryTeamIds": null, "seatNames": [""],
            "newField": {"a": [1]},
        }))
        .unwrap();
        let mut expected = User::new("26743024", "");
        expected.role_id = Some("123".into());
        expected.role_ids = vec!["123".into()];
        assert_eq!(user, expected);
    }

    #[test]
    fn a_user_without_an_id_is_refused() {
        assert!(serde_json::from_value::<User>(json!({"email": "ada@acme.example"})).is_err());
        assert!(serde_json::from_value::<User>(json!({"id": ""})).is_err());
    }

    #[test]
    fn an_update_sends_exactly_what_was_set() {
        assert_eq!(serde_json::to_value(UserUpdate::new()).unwrap(), json!({}));
        assert_eq!(
            serde_json::to_value(
                UserUpdate::new()
                    .with_first_name("")
                    .clear_primary_team()
                    .with_secondary_teams(Vec::<String>::new())
            )
            .unwrap(),
            json!({"firstName": "", "primaryTeamId": "", "secondaryTeamIds": []})
        );
    }

    #[test]
    fn a_new_user_always_states_the_welcome_email() {
        assert_eq!(
            serde_json::to_value(NewUser::new("a@b.example")).unwrap(),
            json!({"email": "a@b.example", "sendWelcomeEmail": false})
        );
    }
}
