//! The account's permission sets and seats, cached for a while: they change seldom, and every call counts.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use scim_core::Error;

use crate::client::{Client, Role, Seat, Timer};
use crate::error::{from_hubspot_list, lacks_billing, no_billing};

/// How long a cached list counts as current.
const KEPT_FOR: Duration = Duration::from_secs(300);
/// How old a cached list must be before a name that it lacks makes the directory read it again.
const REFRESHED_AFTER: Duration = Duration::from_secs(30);

/// The cached permission sets and seats of an account.
#[derive(Debug)]
pub(crate) struct Directory {
    timer: Arc<dyn Timer>,
    roles: Kept<Role>,
    seats: Kept<Seat>,
}

impl Directory {
    pub(crate) fn new(timer: Arc<dyn Timer>) -> Self {
        Self {
            timer,
            roles: Kept::default(),
            seats: Kept::default(),
        }
    }

    /// The permission sets; none if the account lacks the feature.
    pub(crate) async fn roles(&self, client: &Client) -> Result<Arc<[Role]>, Error> {
        self.roles_younger_than(client, KEPT_FOR).await
    }

    /// The permission sets, including one created a moment ago.
    pub(crate) async fn refreshed(&self, client: &Client) -> Result<Arc<[Role]>, Error> {
        self.roles_younger_than(client, REFRESHED_AFTER).await
    }

    /// The permission sets for a request that must succeed without them: if HubSpot fails, the last list, or none.
    pub(crate) async fn roles_if_any(&self, client: &Client) -> Arc<[Role]> {
        match self.roles(client).await {
            Ok(roles) => roles,
            Err(_) => self
                .roles
                .get()
                .map_or_else(|| Arc::from([]), |(_, roles)| roles),
        }
    }

    /// Those of the names that no seat of the account has; a name that the cached list lacks is looked up afresh.
    pub(crate) async fn unknown_seats(
        &self,
        client: &Client,
        names: &[String],
    ) -> Result<Vec<String>, Error> {
        let mut unknown = names.to_vec();
        for age in [KEPT_FOR, REFRESHED_AFTER] {
            if unknown.is_empty() {
                break;
            }
            let seats = self.seats_younger_than(client, age).await?;
            unknown.retain(|name| seats.iter().all(|seat| seat.name != *name));
        }
        Ok(unknown)
    }

    async fn roles_younger_than(
        &self,
        client: &Client,
        age: Duration,
    ) -> Result<Arc<[Role]>, Error> {
        if let Some(roles) = self.roles.younger_than(age, self.timer.now()) {
            return Ok(roles);
        }
        let roles = match client.roles().await {
            Err(error) if error.roles_unavailable() => Vec::new(),
            outcome => outcome.map_err(from_hubspot_list)?,
        };
        Ok(self.roles.keep(roles, self.timer.now()))
    }

    async fn seats_younger_than(
        &self,
        client: &Client,
        age: Duration,
    ) -> Result<Arc<[Seat]>, Error> {
        if let Some(seats) = self.seats.younger_than(age, self.timer.now()) {
            return Ok(seats);
        }
        let seats = match client.seats().await {
            Err(error) if lacks_billing(&error) => return Err(no_billing("entitlements", error)),
            outcome => outcome.map_err(from_hubspot_list)?,
        };
        Ok(self.seats.keep(seats, self.timer.now()))
    }
}

/// A list and the instant at which it was read.
#[derive(Debug)]
struct Kept<T>(Mutex<Option<(Instant, Arc<[T]>)>>);

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Self(Mutex::new(None))
    }
}

impl<T> Kept<T> {
    fn get(&self) -> Option<(Instant, Arc<[T]>)> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn younger_than(&self, age: Duration, now: Instant) -> Option<Arc<[T]>> {
        self.get()
            .filter(|(read_at, _)| now.saturating_duration_since(*read_at) < age)
            .map(|(_, list)| list)
    }

    fn keep(&self, list: Vec<T>, now: Instant) -> Arc<[T]> {
        let list: Arc<[T]> = Arc::from(list);
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((now, Arc::clone(&list)));
        list
    }
}
