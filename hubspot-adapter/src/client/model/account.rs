//! What an account has besides users.

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
    /// The name that the administrator gave it.
    #[serde(default, deserialize_with = "or_default")]
    pub name: String,
    /// Whether assigning it takes the scope `settings.billing.write`.
    #[serde(default, deserialize_with = "or_default")]
    pub requires_billing_write: bool,
}

impl Role {
    /// A permission set that any client with write access may assign.
    #[must_use]
    pub fn new(id: impl Into<String>, name: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            name: name.into(),
            requires_billing_write: false,
        }
    }

    /// Has the assignment take the scope `settings.billing.write`.
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
    /// Those whose main team it is.
    #[serde(default, deserialize_with = "ids")]
    pub user_ids: Vec<String>,
    /// Those whose extra team it is.
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

/// How somebody is in a team.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "HubSpot's documentation names two")]
pub enum TeamMember {
    /// It is one of their extra teams.
    Extra,
    /// It is their main team.
    Main,
}

impl TeamMember {
    /// HubSpot's word for it.
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
    /// The name that a user's seats are given by.
    pub name: String,
    /// HubSpot's words about it.
    #[serde(default, deserialize_with = "text")]
    pub description: Option<String>,
    /// How many are free, where HubSpot counts them.
    #[serde(default)]
    pub remaining_seats: Option<i64>,
}

impl Seat {
    /// A kind of seat of which so many are free.
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
    /// The account's number, which HubSpot also calls hub id.
    #[serde(deserialize_with = "id")]
    pub portal_id: String,
    /// For instance `STANDARD`, `DEVELOPER_TEST` or `SANDBOX`.
    #[serde(default, deserialize_with = "text")]
    pub account_type: Option<String>,
    /// The IANA time zone, at whose midnight the daily limit starts again.
    #[serde(default, deserialize_with = "text")]
    pub time_zone: Option<String>,
    /// The host of HubSpot's pages, for example `app-eu1.hubspot.com`. The bridge links to them.
    #[serde(default, deserialize_with = "text")]
    pub ui_domain: Option<String>,
}
