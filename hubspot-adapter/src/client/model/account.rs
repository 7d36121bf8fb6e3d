//! Permission sets, teams, seats and the account itself.

use serde::Deserialize;

use super::read::{id, ids, or_default, text};

/// A permission set (`PublicPermissionSet`).
///
/// # Examples
///
/// ```
/// use hubspot_adapter::client::Role;
///
/// let role: Role = serde_json::from_str(r#"{"id": "4711", "name": "Sales Rep"}"#)?;
/// assert_eq!(role, Role::new("4711", "Sales Rep"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Role {
    /// The id.
    #[serde(deserialize_with = "id")]
    pub id: String,
    /// The name in HubSpot.
    #[serde(default, deserialize_with = "or_default")]
    pub name: String,
    /// Whether a call that assigns it needs the scope `settings.billing.write`.
    #[serde(default, deserialize_with = "or_default")]
    pub requires_billing_write: bool,
}

impl Role {
    /// A permission set that needs no paid seat.
    #[must_use]
    pub fn new(id: impl Into<String>, name: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            name: name.into(),
            requires_billing_write: false,
        }
    }

    /// Sets whether the assignment needs the scope `settings.billing.write`, for an emulated account.
    #[must_use]
    pub fn with_requires_billing_write(mut self, required: bool) -> Self {
        self.requires_billing_write = required;
        self
    }
}

/// A team with its members (`PublicTeam`, the flat form).
///
/// # Examples
///
/// ```
/// use hubspot_adapter::client::Team;
///
/// let team: Team = serde_json::from_str(r#"{"id": "7", "name": "Sales", "userIds": [26743024]}"#)?;
/// assert_eq!(team.user_ids, ["26743024"]);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Team {
    /// The id.
    #[serde(deserialize_with = "id")]
    pub id: String,
    /// The name.
    #[serde(default, deserialize_with = "or_default")]
    pub name: String,
    /// The users whose main team it is.
    #[serde(default, deserialize_with = "ids")]
    pub user_ids: Vec<String>,
    /// The users whose extra team it is.
    #[serde(default, deserialize_with = "ids")]
    pub secondary_user_ids: Vec<String>,
}

impl Team {
    /// A team without members.
    #[must_use]
    pub fn new(id: impl Into<String>, name: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            name: name.into(),
            ..Self::default()
        }
    }
}

/// The kind of a membership in a team.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "HubSpot's documentation names two")]
pub enum TeamMember {
    /// The team is one of the user's extra teams.
    Extra,
    /// The team is the user's main team.
    Main,
}

impl TeamMember {
    /// HubSpot's name for the kind.
    pub(in crate::client) const fn as_str(self) -> &'static str {
        match self {
            Self::Extra => "EXTRA",
            Self::Main => "DEFAULT",
        }
    }
}

/// A kind of seat (`PublicSeat`).
///
/// # Examples
///
/// ```
/// use hubspot_adapter::client::Seat;
///
/// let seat: Seat = serde_json::from_str(r#"{"name": "core", "remainingSeats": 3}"#)?;
/// assert_eq!(seat.remaining_seats, Some(3));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Seat {
    /// The name, as in [`User::seat_names`](super::User::seat_names).
    pub name: String,
    /// HubSpot's description, for an embedder that lists seats.
    #[serde(default, deserialize_with = "text")]
    pub description: Option<String>,
    /// The number of free seats, if HubSpot counts them.
    #[serde(default)]
    pub remaining_seats: Option<i64>,
}

impl Seat {
    /// A kind of seat with this many free.
    #[must_use]
    pub fn new(name: impl Into<String>, remaining: Option<i64>) -> Self {
        Self {
            name: name.into(),
            description: None,
            remaining_seats: remaining,
        }
    }
}

/// The account behind the token: a connection test, and a guard against the wrong one.
///
/// # Examples
///
/// ```
/// use hubspot_adapter::client::Account;
///
/// let account: Account = serde_json::from_str(r#"{"portalId": 1234567, "accountType": "STANDARD"}"#)?;
/// assert_eq!(account.portal_id, "1234567");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Account {
    /// The id of the account, which HubSpot also calls the hub id.
    #[serde(deserialize_with = "id")]
    pub portal_id: String,
    /// The type, for example `STANDARD`, `DEVELOPER_TEST` or `SANDBOX`.
    #[serde(default, deserialize_with = "text")]
    pub account_type: Option<String>,
    /// The IANA time zone. The daily limit resets at its midnight.
    #[serde(default, deserialize_with = "text")]
    pub time_zone: Option<String>,
    /// The host of HubSpot's pages, for example `app-eu1.hubspot.com`. The bridge links to them.
    #[serde(default, deserialize_with = "text")]
    pub ui_domain: Option<String>,
}
