//! What an account and its token let the adapter keep of a user, besides what every account keeps.

use crate::client::{self, CrmProperty, ErrorKind, Seat};
use crate::config::ConfigError;
use crate::policy::Policy;
use crate::row::{RowFeatures, RowValues};

/// What an account and its token let the adapter keep of a user, besides what every account keeps.
///
/// Discovery advertises exactly this, and no call is made for the rest. The default is nothing;
/// [`HubSpotBuilder::connect`](crate::HubSpotBuilder::connect) asks HubSpot.
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
    /// What users' rows in the CRM keep, where they can be read: they also tell who was deactivated by hand, and who is no
    /// person.
    pub rows: Option<RowFeatures>,
    /// Whether seats can be read and given, as `entitlements`.
    pub seats: bool,
}

impl Features {
    /// Nothing.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// What rows keep.
    #[must_use]
    pub fn with_rows(mut self, rows: RowFeatures) -> Self {
        self.rows = Some(rows);
        self
    }

    /// And seats.
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

    /// What HubSpot's answers at the start leave to be kept.
    ///
    /// What it refuses is not kept. What could not be found out is taken to be there: should it not be, a request that needs it
    /// says so, and nobody's data is passed over in silence because HubSpot was down for a moment.
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

/// Whether a failure says nothing of what the account has.
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

/// What is wrong with the property that the policy names for the department.
pub(crate) fn department_fault(
    policy: &Policy,
    properties: &Result<Vec<CrmProperty>, client::Error>,
) -> Option<ConfigError> {
    let name = policy.department_property.as_deref()?;
    let wrong = |why: &str| {
        let message = format!("{name:?} {why}, so no department is kept");
        Some(ConfigError::new("department_property", message))
    };
    match properties {
        Ok(properties) => match properties.iter().find(|property| property.name == name) {
            None => wrong("is no property of the account's CRM users"),
            Some(property) if !property.is_writable() => wrong("cannot be written"),
            Some(_) => None,
        },
        Err(error) if may_be_there(error) => None,
        Err(_) => wrong("cannot be read with this token"),
    }
}
