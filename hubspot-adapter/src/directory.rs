//! The account's permission sets, kept for a while: they change seldom, and every call counts.

use std::sync::Arc;
use std::time::{Duration, Instant};

use scim_core::Error;
use tokio::sync::Mutex;

use crate::client::{Client, Role, Timer};
use crate::error::from_hubspot;

/// How long permission sets are taken to be as they were read.
const KEPT_FOR: Duration = Duration::from_secs(300);

/// The account's permission sets.
#[derive(Debug)]
pub(crate) struct Directory {
    client: Client,
    timer: Arc<dyn Timer>,
    roles: Mutex<Option<(Instant, Arc<[Role]>)>>,
}

impl Directory {
    pub(crate) fn new(client: Client, timer: Arc<dyn Timer>) -> Self {
        Self {
            client,
            timer,
            roles: Mutex::new(None),
        }
    }

    /// The permission sets; none where the account does not have the feature.
    pub(crate) async fn roles(&self) -> Result<Arc<[Role]>, Error> {
        let mut kept = self.roles.lock().await;
        if let Some((read_at, roles)) = &*kept {
            if self.timer.now().saturating_duration_since(*read_at) < KEPT_FOR {
                return Ok(Arc::clone(roles));
            }
        }
        let roles: Arc<[Role]> = match self.client.roles().await {
            Err(error) if error.roles_unavailable() => Arc::from([]),
            outcome => Arc::from(outcome.map_err(from_hubspot)?),
        };
        *kept = Some((self.timer.now(), Arc::clone(&roles)));
        Ok(roles)
    }

    /// Forgets the permission sets, so that one made a moment ago is found.
    pub(crate) async fn refresh(&self) -> Result<Arc<[Role]>, Error> {
        *self.roles.lock().await = None;
        self.roles().await
    }
}
