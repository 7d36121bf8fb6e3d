//! A typed client for HubSpot's user provisioning API. It knows nothing of SCIM.
//!
//! Every operation is paced by HubSpot's burst limit, bounded by a deadline, and sent again only
//! where that is safe: a creation whose fate is unknown ends as [`ErrorKind::Ambiguous`], for the
//! caller to settle by reading the e-mail address.
//!
//! # Examples
//!
//! ```no_run
//! use hubspot_adapter::client::{Client, NewUser};
//!
//! # async fn demo() -> Result<(), Box<dyn std::error::Error>> {
//! let client = Client::builder().access_token("pat-eu1-…".into()).build()?;
//! let roles = client.roles().await?;
//! let mut ada = NewUser::new("ada@acme.example").with_name("Ada", "Lovelace");
//! if let Some(role) = roles.iter().find(|role| role.name == "Sales Rep") {
//!     ada = ada.with_role(&role.id);
//! }
//! let ada = client.create_user(&ada).await?;
//! client.delete_user(&ada.id).await?;
//! # Ok(())
//! # }
//! ```

mod builder;
mod credential;
mod error;
mod exchange;
mod model;
mod pacing;
mod page;
mod retry;
mod timer;
mod transport;

use std::sync::Arc;

use bytes::Bytes;
use http::{Method, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use url::Url;

pub use self::builder::{BuildError, ClientBuilder};
pub use self::credential::{CredentialProvider, StaticToken};
pub use self::error::{Error, ErrorKind};
pub use self::model::{Account, NewUser, Role, Team, User, UserUpdate};
pub use self::page::{MAX_PAGES, Page, UserPages};
pub use self::retry::RetryPolicy;
#[cfg(any(test, feature = "emulator"))]
pub use self::timer::VirtualTimer;
pub use self::timer::{Jitter, RandomJitter, Timer, TokioTimer};
pub use self::transport::{MAX_BODY_BYTES, Transport, TransportError, TransportErrorKind};

use self::exchange::{Call, Exchange};
use self::retry::Replay;

/// The version of HubSpot's API, as it stands in every path.
///
/// HubSpot stops supporting the numbered versions in 2027 and advises dated ones.
pub const API_VERSION: &str = "2026-09";

/// HubSpot's public API.
pub const DEFAULT_BASE_URL: &str = "https://api.hubapi.com";

/// The way to one HubSpot account. Clones share connections and the rate budget.
#[derive(Clone, Debug)]
pub struct Client {
    base_url: Arc<Url>,
    exchange: Arc<Exchange>,
}

impl Client {
    /// Starts to build a client.
    #[must_use]
    pub fn builder() -> ClientBuilder {
        ClientBuilder::new()
    }

    fn new(base_url: Url, exchange: Exchange) -> Self {
        Self {
            base_url: Arc::new(base_url),
            exchange: Arc::new(exchange),
        }
    }

    /// One page of the account's users: `limit` of them, from the cursor `after` on.
    ///
    /// Deactivated users are among them and not marked; rows may lack teams
    /// ([`ListRows`](crate::dialect::ListRows)); removed users may linger for some seconds.
    ///
    /// # Errors
    ///
    /// Every kind but [`ErrorKind::Ambiguous`] and [`ErrorKind::Conflict`].
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # async fn demo(client: hubspot_adapter::client::Client) -> Result<(), hubspot_adapter::client::Error> {
    /// let first = client.list_users(100, None).await?;
    /// let second = client.list_users(100, first.after()).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn list_users(&self, limit: u16, after: Option<&str>) -> Result<Page<User>, Error> {
        let mut url = self.url(USERS, &[]);
        {
            let mut query = url.query_pairs_mut();
            query.append_pair("limit", &limit.to_string());
            if let Some(after) = after {
                query.append_pair("after", after);
            }
        }
        self.read("list users", url).await
    }

    /// A walk over all pages of the account's users.
    #[must_use]
    pub fn walk_users(&self) -> UserPages {
        UserPages::new(self.clone())
    }

    /// Creates a user and answers what HubSpot made of it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Conflict`] where the membership exists, [`ErrorKind::Ambiguous`] where it is
    /// unknown whether it came about, [`ErrorKind::Invalid`] for a stale role (the whole creation
    /// is refused) or where [no seat is available](Error::no_seat_available), and the others.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use hubspot_adapter::client::{ErrorKind, NewUser};
    ///
    /// # async fn demo(client: hubspot_adapter::client::Client) -> Result<(), hubspot_adapter::client::Error> {
    /// let user = match client.create_user(&NewUser::new("ada@acme.example")).await {
    ///     Err(error) if *error.kind() == ErrorKind::Ambiguous => {
    ///         client.read_user_by_email("ada@acme.example").await?
    ///     }
    ///     other => other?,
    /// };
    /// # Ok(())
    /// # }
    /// ```
    pub async fn create_user(&self, user: &NewUser) -> Result<User, Error> {
        self.write("create user", Method::POST, self.url(USERS, &[]), user)
            .await
    }

    /// Reads a user by id, with teams.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`] where there is none, and every other kind but
    /// [`ErrorKind::Ambiguous`] and [`ErrorKind::Conflict`].
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # async fn demo(client: hubspot_adapter::client::Client) -> Result<(), hubspot_adapter::client::Error> {
    /// let user = client.read_user("26743024").await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn read_user(&self, id: &str) -> Result<User, Error> {
        let url = self.user_url("read user", id)?;
        self.read("read user", url).await
    }

    /// Reads a user by e-mail address, with teams, in one call.
    ///
    /// Whether HubSpot minds letter case is not documented; compare what comes back.
    ///
    /// # Errors
    ///
    /// As [`read_user`](Self::read_user).
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # async fn demo(client: hubspot_adapter::client::Client) -> Result<(), hubspot_adapter::client::Error> {
    /// let user = client.read_user_by_email("ada+test@acme.example").await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn read_user_by_email(&self, email: &str) -> Result<User, Error> {
        const OPERATION: &str = "read user by e-mail";
        let mut url = self.user_url(OPERATION, email)?;
        url.query_pairs_mut().append_pair("idProperty", "EMAIL");
        self.read(OPERATION, url).await
    }

    /// Sends the fields set in `update`, and answers what HubSpot says it made of them.
    ///
    /// That answer proves nothing: HubSpot was seen to say 200 and change nothing. Read again.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`], [`ErrorKind::Invalid`] (for instance
    /// [names before activation](Error::is_user_not_on_any_hubs)), and every other kind but
    /// [`ErrorKind::Ambiguous`]. After [`ErrorKind::Unavailable`] and [`ErrorKind::Unreadable`]
    /// the change may have been made.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use hubspot_adapter::client::UserUpdate;
    ///
    /// # async fn demo(client: hubspot_adapter::client::Client) -> Result<(), hubspot_adapter::client::Error> {
    /// let user = client.read_user("26743024").await?;
    /// let mut update = UserUpdate::new().with_first_name("Augusta");
    /// update.role_id = user.role_id;
    /// client.update_user(&user.id, &update).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn update_user(&self, id: &str, update: &UserUpdate) -> Result<User, Error> {
        let url = self.user_url("update user", id)?;
        self.write("update user", Method::PUT, url, update).await
    }

    /// Removes a user from the account. Removing again is no error.
    ///
    /// # Errors
    ///
    /// Every kind but [`ErrorKind::Ambiguous`], [`ErrorKind::Conflict`] and
    /// [`ErrorKind::Unreadable`]. After [`ErrorKind::Unavailable`] the removal may have happened.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # async fn demo(client: hubspot_adapter::client::Client) -> Result<(), hubspot_adapter::client::Error> {
    /// client.delete_user("26743024").await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn delete_user(&self, id: &str) -> Result<(), Error> {
        const OPERATION: &str = "delete user";
        let url = self.user_url(OPERATION, id)?;
        let call = Call {
            operation: OPERATION,
            method: Method::DELETE,
            url,
            body: None,
        };
        self.exchange.send(&call).await.map(drop)
    }

    /// The account's permission sets. Super Admin is not among them.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Invalid`] with [`Error::roles_unavailable`] in an account without permission
    /// sets, and every other kind but [`ErrorKind::Ambiguous`] and [`ErrorKind::Conflict`].
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # async fn demo(client: hubspot_adapter::client::Client) -> Result<(), hubspot_adapter::client::Error> {
    /// let roles = match client.roles().await {
    ///     Err(error) if error.roles_unavailable() => Vec::new(),
    ///     other => other?,
    /// };
    /// # Ok(())
    /// # }
    /// ```
    pub async fn roles(&self) -> Result<Vec<Role>, Error> {
        let page: Page<Role> = self.read("list roles", self.url(USERS, &["roles"])).await?;
        Ok(page.results)
    }

    /// The account's teams with the ids of their members.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::MissingScopes`] without `settings.users.teams.read`, and every other kind
    /// but [`ErrorKind::Ambiguous`] and [`ErrorKind::Conflict`].
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # async fn demo(client: hubspot_adapter::client::Client) -> Result<(), hubspot_adapter::client::Error> {
    /// let teams = client.teams().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn teams(&self) -> Result<Vec<Team>, Error> {
        let page: Page<Team> = self.read("list teams", self.url(USERS, &["teams"])).await?;
        Ok(page.results)
    }

    /// Which account the token opens: a connection test.
    ///
    /// # Errors
    ///
    /// Every kind but [`ErrorKind::Ambiguous`] and [`ErrorKind::Conflict`].
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # async fn demo(client: hubspot_adapter::client::Client) -> Result<(), hubspot_adapter::client::Error> {
    /// println!("connected to account {}", client.account().await?.portal_id);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn account(&self) -> Result<Account, Error> {
        self.read("read account", self.url(ACCOUNT, &["details"]))
            .await
    }

    async fn read<T: DeserializeOwned>(
        &self,
        operation: &'static str,
        url: Url,
    ) -> Result<T, Error> {
        let call = Call {
            operation,
            method: Method::GET,
            url,
            body: None,
        };
        decode(&call, &self.exchange.send(&call).await?)
    }

    async fn write<B: Serialize + Sync, T: DeserializeOwned>(
        &self,
        operation: &'static str,
        method: Method,
        url: Url,
        body: &B,
    ) -> Result<T, Error> {
        let body = serde_json::to_vec(body).map_err(|error| {
            Error::new(ErrorKind::Invalid)
                .with_operation(operation)
                .with_source(error)
        })?;
        let call = Call {
            operation,
            method,
            url,
            body: Some(Bytes::from(body)),
        };
        decode(&call, &self.exchange.send(&call).await?)
    }

    /// `/{area}/{version}[/{segment}…]` below the base URL.
    fn url(&self, area: &str, segments: &[&str]) -> Url {
        let mut path = format!(
            "{}/{area}/{API_VERSION}",
            self.base_url.path().trim_end_matches('/')
        );
        for segment in segments {
            path.push('/');
            // As in a form every reserved character is encoded, `+` included, which HubSpot would
            // read as a blank; only the blank itself is written otherwise.
            path.extend(
                url::form_urlencoded::byte_serialize(segment.as_bytes())
                    .map(|part| if part == "+" { "%20" } else { part }),
            );
        }
        let mut url = Url::clone(&self.base_url);
        url.set_path(&path);
        url
    }

    fn user_url(&self, operation: &'static str, segment: &str) -> Result<Url, Error> {
        // Under these names HubSpot has something else, or the list itself: no user.
        if matches!(segment, "" | "." | ".." | "roles" | "seats" | "teams") {
            return Err(Error::new(ErrorKind::NotFound)
                .with_operation(operation)
                .with_message("no HubSpot user can have this id"));
        }
        Ok(self.url(USERS, &[segment]))
    }
}

const USERS: &str = "settings/users";
const ACCOUNT: &str = "account-info";

fn decode<T: DeserializeOwned>(call: &Call, response: &Response<Bytes>) -> Result<T, Error> {
    serde_json::from_slice(response.body()).map_err(|error| {
        let kind = match call.replay() {
            Replay::Safe => ErrorKind::Unreadable,
            Replay::OnlyIfNotTaken => ErrorKind::Ambiguous,
        };
        // serde_json quotes what it found, which may be personal: only the place is told.
        let place = format!(
            "not as expected at line {} column {}",
            error.line(),
            error.column()
        );
        Error::new(kind)
            .with_operation(call.operation)
            .with_message(&place)
    })
}

#[cfg(test)]
#[path = "client_tests.rs"]
mod tests;
