//! A typed client for HubSpot's user provisioning API. It knows nothing of SCIM.
//!
//! The adapter makes all its calls through this client, and an embedder may use it for others. The client paces each
//! operation by HubSpot's burst limit, limits its time, and retries it only if that is safe. A creation with an unknown
//! outcome ends as [`ErrorKind::Ambiguous`]; the caller settles it by reading the e-mail address.
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
mod calls;
mod credential;
mod error;
mod exchange;
pub(crate) mod limits;
mod model;
mod pacing;
mod page;
mod retry;
pub(crate) mod scopes;
mod timer;
mod transport;

use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use http::{Method, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use url::Url;

pub use self::builder::{BuildError, ClientBuilder, TOTAL_DEADLINE};
pub use self::credential::CredentialProvider;
pub use self::error::{Error, ErrorKind, NO_SEAT_AVAILABLE, USER_NOT_ON_ANY_HUBS};
#[cfg(feature = "emulator")]
pub(crate) use self::error::{MISSING_SCOPES, ROLES_UNAVAILABLE};
pub use self::limits::PAGE_LIMIT;
pub use self::model::{
    Account, CLEARED_SEATS, CLEARED_TEAM, CrmProperty, CrmSearch, CrmUser, CrmUserUpdate, NewUser,
    Role, Seat, Team, TeamMember, User, UserUpdate, property,
};
pub(crate) use self::model::{SUPER_ADMIN, WRITABLE_ROLES, is_held_as, is_super_admin};
pub use self::page::{CrmUserPages, Page, UserPages};
pub use self::retry::RetryPolicy;
pub use self::scopes::BILLING_SCOPE;
#[cfg(any(test, feature = "emulator"))]
pub use self::timer::VirtualTimer;
pub use self::timer::{Jitter, Timer, TokioTimer};
pub use self::transport::{MAX_BODY_BYTES, Transport, TransportError, TransportErrorKind};

use self::calls::Operation;
use self::exchange::{Budget, Call, Exchange};
use self::retry::Replay;

/// The version of HubSpot's API in every path.
///
/// HubSpot ends support of the numbered versions in 2027 and recommends dated ones.
pub const API_VERSION: &str = "2026-09";

/// The base URL of HubSpot's public API.
pub const DEFAULT_BASE_URL: &str = "https://api.hubapi.com";

/// A client of one HubSpot account. Clones share connections and pacing.
#[derive(Clone, Debug)]
pub struct Client {
    base_url: Arc<Url>,
    exchange: Arc<Exchange>,
    /// The end of all calls, if they serve one SCIM request.
    until: Option<Instant>,
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
            until: None,
        }
    }

    /// The same client for the calls of one SCIM request, which end within the
    /// [total deadline](ClientBuilder::total_deadline) from now.
    ///
    /// The client does not send a later call, which ends as [`ErrorKind::Unavailable`]. Even a creation then certainly did
    /// not happen.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # async fn demo(client: hubspot_adapter::client::Client) -> Result<(), hubspot_adapter::client::Error> {
    /// let hubspot = client.for_request();
    /// let ada = hubspot.read_user_by_email("ada@acme.example").await?;
    /// hubspot.delete_user(&ada.id).await?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn for_request(&self) -> Self {
        Self {
            until: self.exchange.deadline_of_request(),
            ..self.clone()
        }
    }

    async fn send(&self, call: &Call) -> Result<Response<Bytes>, Error> {
        self.exchange.send(call, self.until).await
    }

    async fn read<T: DeserializeOwned>(&self, operation: Operation, url: Url) -> Result<T, Error> {
        let call = Call {
            operation,
            method: Method::GET,
            url,
            body: None,
            replay: Replay::Safe,
            budget: Budget::Burst,
        };
        decode(&call, &self.send(&call).await?)
    }

    async fn write<B: Serialize + Sync, T: DeserializeOwned>(
        &self,
        operation: Operation,
        method: Method,
        url: Url,
        body: &B,
    ) -> Result<T, Error> {
        let call = Self::call(operation, method, url, body)?;
        decode(&call, &self.send(&call).await?)
    }

    async fn delete(&self, operation: Operation, url: Url) -> Result<(), Error> {
        let call = Call {
            operation,
            method: Method::DELETE,
            url,
            body: None,
            replay: Replay::Safe,
            budget: Budget::Burst,
        };
        let response = self.send(&call).await?;
        // A 200 with a page comes from a proxy, and HubSpot removed nothing.
        if response.body().is_empty() {
            return Ok(());
        }
        decode::<serde::de::IgnoredAny>(&call, &response).map(drop)
    }

    /// A call with a body. A POST counts as a creation, which must not repeat.
    fn call<B: Serialize>(
        operation: Operation,
        method: Method,
        url: Url,
        body: &B,
    ) -> Result<Call, Error> {
        let body = serde_json::to_vec(body).map_err(|error| {
            Error::new(ErrorKind::Invalid)
                .with_operation(operation)
                .with_source(error)
        })?;

        let replay = if method == Method::POST {
            Replay::OnlyIfNotTaken
        } else {
            Replay::Safe
        };

        Ok(Call {
            operation,
            method,
            url,
            body: Some(Bytes::from(body)),
            replay,
            budget: Budget::Burst,
        })
    }

    /// `/{area}/{version}[/{segment}…]` below the base URL.
    fn url(&self, area: &str, segments: &[&str]) -> Url {
        let mut path = format!(
            "{}/{area}/{API_VERSION}",
            self.base_url.path().trim_end_matches('/')
        );
        for segment in segments {
            path.push('/');
            // Form encoding covers every reserved character, even `+`, which HubSpot would read as a blank. Only the
            // blank itself differs.
            path.extend(
                url::form_urlencoded::byte_serialize(segment.as_bytes())
                    .map(|part| if part == "+" { "%20" } else { part }),
            );
        }

        let mut url = Url::clone(&self.base_url);
        url.set_path(&path);
        url
    }
}

fn decode<T: DeserializeOwned>(call: &Call, response: &Response<Bytes>) -> Result<T, Error> {
    serde_json::from_slice(response.body()).map_err(|error| {
        // serde_json quotes the text, which may be personal. The message gives the place alone.
        let place = format!(
            "unexpected JSON at line {} column {}",
            error.line(),
            error.column()
        );
        Error::of_unreadable(response, call.replay)
            .with_operation(call.operation)
            .with_message(&place)
    })
}

#[cfg(test)]
#[path = "client_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "deadline_tests.rs"]
mod deadline_tests;
