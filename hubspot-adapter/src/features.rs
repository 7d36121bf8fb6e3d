//! The optional data of users, which not every account and token can keep.

use crate::client::scopes::READ_ROWS;
use crate::client::{self, CrmProperty, ErrorKind, Seat};
use crate::config::ConfigError;
use crate::policy::Policy;
use crate::row::{RowFeatures, RowValues};

/// The optional data of users that an account and its token can keep.
///
/// Discovery advertises exactly this data, and the adapter makes no call for the rest. The default is none.
/// [`HubSpotBuilder::connect`](crate::HubSpotBuilder::connect) asks HubSpot; an embedder that knows the account passes a
/// value to [`HubSpotBuilder::features`](crate::HubSpotBuilder::features).
///
/// # Examples
///
/// ```
/// use hubspot_adapter::{Features, RowFeatures};
///
/// let features = Features::none().with_rows(RowFeatures::all()).with_seats();
/// assert_ne!(features, Features::default());
/// ```
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct Features {
    /// The values of CRM rows, if the token can read them. Rows also mark deactivated users and the accounts of apps.
    pub rows: Option<RowFeatures>,
    /// Whether the token can read and assign seats, the SCIM attribute `entitlements`.
    pub seats: bool,
}

impl Features {
    /// No optional data.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// Adds the values of CRM rows.
    #[must_use]
    pub fn with_rows(mut self, rows: RowFeatures) -> Self {
        self.rows = Some(rows);
        self
    }

    /// Adds seats.
    #[must_use]
    pub fn with_seats(mut self) -> Self {
        self.seats = true;
        self
    }

    /// The values that rows of this account can keep.
    pub(crate) fn kept_in_rows(&self, values: RowValues) -> RowValues {
        let rows = self.rows.as_ref();
        rows.map(|rows| values.kept(rows)).unwrap_or_default()
    }

    /// Derives the features from HubSpot's first answers.
    ///
    /// Data that HubSpot refuses is not kept. Data behind any other failure counts as kept: a request that needs it gets an
    /// error, and no data is dropped in silence because HubSpot was down for a moment.
    pub(crate) fn of(
        policy: &Policy,
        properties: &Result<Vec<CrmProperty>, client::Error>,
        seats: &Result<Vec<Seat>, client::Error>,
    ) -> Self {
        let rows = match properties {
            Ok(properties) => Some(RowFeatures::of(policy, |name| {
                properties
                    .iter()
                    .any(|property| property.name == name && property.is_writable())
            })),
            Err(error) => may_be_there(error).then(|| RowFeatures::of(policy, |_| true)),
        };
        Self {
            rows,
            seats: seats.as_ref().map_or_else(may_be_there, |_| true),
        }
    }
}

/// Whether the account may keep the data although this call failed.
///
/// Only a refusal rules it out. Any other failure says nothing about the account.
fn may_be_there(error: &client::Error) -> bool {
    match error.kind() {
        ErrorKind::MissingScopes(_)
        | ErrorKind::Forbidden
        | ErrorKind::NotFound
        | ErrorKind::Invalid => false,
        ErrorKind::Unauthorized
        | ErrorKind::Conflict
        | ErrorKind::RateLimited { .. }
        | ErrorKind::Locked
        | ErrorKind::Unreachable
        | ErrorKind::Unavailable
        | ErrorKind::Ambiguous
        | ErrorKind::Unreadable
        | ErrorKind::Unexpected => true,
    }
}

/// Checks the configured department property against the account.
pub(crate) fn check_department(
    policy: &Policy,
    properties: &Result<Vec<CrmProperty>, client::Error>,
) -> Option<ConfigError> {
    let name = policy.department_property.as_deref()?;
    let wrong = |reason: String| Some(ConfigError::new("department_property", reason));

    match properties {
        Ok(properties) => match properties.iter().find(|property| property.name == name) {
            None => wrong(format!(
                "CRM users have no property {name:?} in HubSpot, so no department is kept. Create the property there, or correct this key."
            )),
            Some(property) if !property.is_writable() => wrong(format!(
                "HubSpot does not let the API write {name:?}, so no department is kept. Name another property."
            )),
            Some(_) => None,
        },
        Err(error) if may_be_there(error) => None,
        Err(_) => wrong(format!(
            "the token cannot read {name:?}, so no department is kept. Grant it the scope {}.",
            READ_ROWS.join(" or ")
        )),
    }
}
