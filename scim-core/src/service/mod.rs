//! The service: from an HTTP request to an HTTP response.
//!
//! # The audit trail
//!
//! Every request that is to change something leaves one `tracing` event of the target `scim_core::audit`, level INFO, refused
//! ones included. Its fields, each left out where there is nothing to say:
//!
//! | field | is |
//! |---|---|
//! | `tenant`, `principal` | for whom, and by whom: the name that the [`Authenticator`](crate::auth::Authenticator) gave; none of a caller who was turned away |
//! | `operation` | `create`, `replace`, `patch` or `delete` |
//! | `resource_type`, `id` | of what; no `id` where that may be anything a client wrote in its place |
//! | `attributes` | the names that the request is about, with commas between them: of a POST or PUT those at the top level and in extensions, of a PATCH its paths without their filters; from the 33rd on they are counted |
//! | `ignored` | the names that no request writes: read-only attributes, and attributes and schemas that the type does not have; `?` is one that does not look like a name |
//! | `left_out` | why all the rest of a request was left out, so that its user could be deactivated |
//! | `active` | whether who was written has access now, where the answer says so |
//! | `status`, `scim_type`, `detail` | how it ended, as the client was told |
//! | `upstream_id` | under which the system behind the provider logged the failure ([`Error::upstream_id`]) |
//! | `abandoned` | `true`, and no `status`: the client went before it was answered, and what it asked for may have been done |
//! | `user_name`, `external_id` | only where [`Service::auditing_identifiers`] asks for them |
//!
//! No value of an attribute is among them, and never a credential. Reads and searches leave an event at level DEBUG, target
//! `scim_core::request`: identity providers ask often, and for who does not exist. What fails on this side of the client, with
//! a 5xx other than 501, leaves a warning besides.

mod answer;
mod audit;
mod audit_names;
mod deactivate;
mod decode;
mod encode;
mod glued;
mod limits;
mod measure;
mod operate;
mod route;
mod search;
#[cfg(feature = "tower")]
mod tower;

use std::sync::Arc;

use bytes::Bytes;
use http::request::Parts;
use http::{Method, Request, Response};

use self::audit::Trail;
use self::encode::Reply;
pub use self::limits::Limits;
use self::operate::Operation;
use self::route::Route;
use crate::provider::{Context, Provider};
use crate::tenant::{Tenant, TenantResolver};
use crate::{Error, ErrorKind, Tolerance};

/// A SCIM service over the providers of its tenants.
///
/// Infallible: every outcome, an unknown route and a fault of the server included, is a SCIM JSON answer. Paths are accepted
/// with and without the path of the base URL, since a router may have taken it off.
///
/// ```
/// # #[cfg(feature = "memory")] {
/// use bytes::Bytes;
/// use http::Request;
/// use scim_core::Service;
/// use scim_core::auth::BearerTokens;
/// use scim_core::memory::MemoryStore;
/// use scim_core::tenant::Tenant;
///
/// # futures_util::FutureExt::now_or_never(async {
/// let store = MemoryStore::new();
/// let tenant = Tenant::builder("https://scim.example.com/scim/v2".parse()?)
///     .authenticator(BearerTokens::new("entra", "s3cret"))
///     .provider(store.users())
///     .build()?;
/// let service = Service::new(tenant);
///
/// let request = Request::get("/scim/v2/Users?filter=userName+eq+%22nobody%22")
///     .header("authorization", "Bearer s3cret")
///     .body(Bytes::new())?;
/// let response = service.handle(request).await;
/// assert_eq!(response.status(), 200);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # }).unwrap().unwrap();
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Service {
    resolver: Arc<dyn TenantResolver>,
    limits: Limits,
    checks_answers: bool,
    audits_identifiers: bool,
}

impl Service {
    /// A service for one tenant.
    #[must_use]
    pub fn new(tenant: Tenant) -> Self {
        Self::with_resolver(Arc::new(tenant))
    }

    /// A service for the tenants that `resolver` finds.
    #[must_use]
    pub fn with_resolver(resolver: impl TenantResolver) -> Self {
        Self {
            resolver: Arc::new(resolver),
            limits: Limits::default(),
            checks_answers: false,
            audits_identifiers: false,
        }
    }

    /// Checks every resource that a provider answers against its type; one that does not conform is 500.
    ///
    /// The log names each attribute and what is wrong with it, the answer the first. Off by default, since every read pays
    /// for it, and since a client is better served by a resource with one odd attribute than by none: it is for the tests
    /// of a provider, and for finding out what a store really holds.
    ///
    /// ```
    /// # #[cfg(feature = "memory")] {
    /// use scim_core::Service;
    /// use scim_core::auth::Anonymous;
    /// use scim_core::memory::MemoryStore;
    /// use scim_core::tenant::Tenant;
    ///
    /// let tenant = Tenant::builder("https://scim.example.com/scim/v2".parse()?)
    ///     .authenticator(Anonymous::new())
    ///     .provider(MemoryStore::new().users())
    ///     .build()?;
    /// let service = Service::new(tenant).checking_answers();
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn checking_answers(mut self) -> Self {
        self.checks_answers = true;
        self
    }

    /// Has the audit trail show `userName` and `externalId` of who is created, replaced or changed.
    ///
    /// Both are personal data, and off by default; no other value is ever shown.
    ///
    /// ```
    /// # #[cfg(feature = "memory")] {
    /// use scim_core::Service;
    /// use scim_core::auth::Anonymous;
    /// use scim_core::memory::MemoryStore;
    /// use scim_core::tenant::Tenant;
    ///
    /// let tenant = Tenant::builder("https://scim.example.com/scim/v2".parse()?)
    ///     .authenticator(Anonymous::new())
    ///     .provider(MemoryStore::new().users())
    ///     .build()?;
    /// let service = Service::new(tenant).auditing_identifiers();
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn auditing_identifiers(mut self) -> Self {
        self.audits_identifiers = true;
        self
    }

    /// Sets how much a request may hold.
    #[must_use]
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// How much a request may hold.
    #[must_use]
    pub fn limits(&self) -> Limits {
        self.limits
    }

    /// Answers a request.
    pub async fn handle(&self, request: Request<Bytes>) -> Response<Bytes> {
        let (mut head, body) = request.into_parts();
        let wants_content = head.method != Method::HEAD;
        if !wants_content {
            head.method = Method::GET;
        }
        let trail = Trail::begin(&head, self.audits_identifiers);
        let outcome = self.answer(&head, body, &trail).await;
        trail.end(outcome.as_ref());
        let reply = match outcome {
            Ok(reply) => reply,
            Err(error) => {
                // What is not supported is an answer, not a failure.
                let is_failure = error.kind() != ErrorKind::NotImplemented;
                if error.status().is_server_error() && is_failure {
                    tracing::warn!(
                        method = head.method.as_str(),
                        status = error.status().as_u16(),
                        detail = error.logged_detail(),
                        upstream_id = error.upstream_id(),
                        "a request failed"
                    );
                }
                Reply::from_error(&error)
            }
        };
        if wants_content {
            reply.into_response()
        } else {
            reply.without_content().into_response()
        }
    }

    /// Answers a request of which no more than the head could be read.
    #[cfg(feature = "tower")]
    fn refuse(&self, head: &Parts, error: &Error) -> Response<Bytes> {
        Trail::begin(head, self.audits_identifiers).end(Err(error));
        Reply::from_error(error).into_response()
    }

    /// The answer to a request whose body went past the limit before it was read whole.
    pub(crate) fn too_large(&self) -> Error {
        Error::new(
            ErrorKind::PayloadTooLarge,
            format!(
                "The body is larger than {} bytes",
                self.limits.max_body_bytes()
            ),
        )
    }

    async fn answer(&self, head: &Parts, body: Bytes, trail: &Trail) -> Result<Reply, Error> {
        let tenant = self.resolver.resolve(head).await?;
        trail.at(&tenant);
        let unglued = meant(head, &tenant);
        let head = unglued.as_ref().unwrap_or(head);
        let route = Route::parse(head.uri.path(), &tenant);
        if let Ok(route) = &route {
            trail.on(route);
        }
        let principal = tenant.authenticator().authenticate(head).await?;
        trail.by(&principal);
        if body.len() > self.limits.max_body_bytes() {
            return Err(self.too_large());
        }
        let route = route?;
        if let Some(allowed) = route.refusal(&head.method) {
            return Ok(Reply::method_not_allowed(&head.method, &allowed));
        }
        decode::check_size(head, &body, self.limits)?;
        let context =
            Context::new(tenant.id().clone(), principal).with_extensions(head.extensions.clone());
        let profile = tenant.profile();
        let operation = |provider| self.operation(&tenant, provider, &context, trail);
        match route {
            Route::ServiceProviderConfig => {
                decode::refuse_filter(head)?;
                Ok(Reply::ok(tenant.discovery().service_provider_config()))
            }
            Route::ResourceTypes(id) => {
                decode::refuse_filter(head)?;
                Reply::catalogue(tenant.discovery().resource_types(), id.as_deref())
            }
            Route::Schemas(id) => {
                decode::refuse_filter(head)?;
                Reply::catalogue(tenant.discovery().schemas(), id.as_deref())
            }
            Route::Unbuilt(what) => Err(Error::new(
                ErrorKind::NotImplemented,
                format!("{what} is not supported"),
            )),
            Route::Type(provider) if head.method == Method::POST => {
                operation(&provider).create(head, &body).await
            }
            Route::Type(provider) => {
                let query = decode::query(head, profile, self.limits)?;
                search::one_type(operation(&provider), query).await
            }
            Route::Resource(provider, id) => {
                operation(&provider).on_resource(head, &body, id).await
            }
            Route::Search(provider) => {
                let operation = operation(&provider);
                let query = decode::search(&body, operation.profile(), self.limits)?;
                search::one_type(operation, query).await
            }
            Route::NoGroups => {
                let query = decode::query(head, profile, self.limits)?;
                search::no_groups(query, profile).await
            }
            Route::Root => {
                let query = decode::query(head, profile, self.limits)?;
                let every: Vec<_> = tenant.providers().iter().map(operation).collect();
                search::every_type(&every, query).await
            }
            Route::RootSearch => {
                let query = decode::search(&body, profile, self.limits)?;
                let every: Vec<_> = tenant.providers().iter().map(operation).collect();
                search::every_type(&every, query).await
            }
        }
    }

    fn operation<'s>(
        &self,
        tenant: &'s Tenant,
        provider: &'s Arc<dyn Provider>,
        context: &Context,
        trail: &'s Trail,
    ) -> Operation<'s> {
        Operation {
            tenant,
            provider,
            context: context.clone(),
            limits: self.limits,
            checks_answers: self.checks_answers,
            trail,
        }
    }
}

/// The head of the request that was meant, where its URL says another.
fn meant(head: &Parts, tenant: &Tenant) -> Option<Parts> {
    if !tenant.profile().allows(Tolerance::GluedFlags) {
        return None;
    }
    let uri = glued::unglued(&head.uri, tenant.base_path())?;
    let mut head = head.clone();
    head.uri = uri;
    Some(head)
}
