//! The account's permission sets, kept for a while: they change seldom, and every call counts.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use scim_core::Error;

use crate::client::{Client, Role, Timer};
use crate::error::from_hubspot_list;

/// How long permission sets are taken to be as they were read.
const KEPT_FOR: Duration = Duration::from_secs(300);
/// How old they have to be to be read again for a name that is not among them.
const REFRESHED_AFTER: Duration = Duration::from_secs(30);

/// The account's permission sets.
#[derive(Debug)]
pub(crate) struct Directory {
    timer: Arc<dyn Timer>,
    kept: Mutex<Option<(Instant, Arc<[Role]>)>>,
}

impl Directory {
    pub(crate) fn new(timer: Arc<dyn Timer>) -> Self {
        Self {
            timer,
            kept: Mutex::new(None),
        }
    }

    /// The permission sets; none where the account does not have the feature.
    pub(crate) async fn roles(&self, client: &Client) -> Result<Arc<[Role]>, Error> {
        self.roles_younger_than(client, KEPT_FOR).await
    }

    /// The permission sets, with one made a moment ago.
    pub(crate) async fn refreshed(&self, client: &Client) -> Result<Arc<[Role]>, Error> {
        self.roles_younger_than(client, REFRESHED_AFTER).await
    }

    /// The permission sets as far as they can be had: where HubSpot does not give them, as they last were, or none.
    ///
    /// For what must not fail because their names cannot be shown.
    pub(crate) async fn roles_if_any(&self, client: &Client) -> Arc<[Role]> {
        match self.roles(client).await {
            Ok(roles) => roles,
            Err(_) => self
                .kept()
                .map_or_else(|| Arc::from([]), |(_, roles)| roles),
        }
    }

    async fn roles_younger_than(
        &self,
        client: &Client,
        age: Duration,
    ) -> Result<Arc<[Role]>, Error> {
        if let Some((read_at, roles)) = self.kept() {
            if self.timer.now().saturating_duration_since(read_at) < age {
                return Ok(roles);
            }
        }
        let roles: Arc<[Role]> = match client.roles().await {
            Err(error) if error.roles_unavailable() => Arc::from([]),
            outcome => Arc::from(outcome.map_err(from_hubspot_list)?),
        };
        let read_at = self.timer.now();
        *self.kept.lock().unwrap_or_else(PoisonError::into_inner) =
            Some((read_at, Arc::clone(&roles)));
        Ok(roles)
    }

    fn kept(&self) -> Option<(Instant, Arc<[Role]>)> {
        self.kept
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}
