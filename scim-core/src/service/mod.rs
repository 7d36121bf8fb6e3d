//! The service: turns an HTTP request into an HTTP response.
//!
//! # The audit trail
//!
//! Every request for a change leaves one `tracing` event with the target `scim_core::audit` and the level INFO, even if the
//! service refuses it. The event has these fields and leaves out empty ones:
//!
//! | field | meaning |
//! |---|---|
//! | `tenant`, `principal` | the tenant and the caller, as the [`Authenticator`](crate::auth::Authenticator) named it; no `principal` after a failed authentication |
//! | `operation` | `create`, `replace`, `patch` or `delete` |
//! | `resource_type`, `id` | the resource; no `id` if a client may have put something else in its place |
//! | `attributes` | the attribute names in the request, separated by commas. Of a POST or PUT: those at the top level and in extensions. Of a PATCH: its paths without filters. The trail lists 32 names and counts the others |
//! | `ignored` | names that no request writes: read-only attributes, and attributes and schemas that the type does not have; `?` stands for a text that is no name |
//! | `left_out` | why the service applied only the deactivation in a request |
//! | `active` | whether the user has access now, if the provider says so |
//! | `status`, `scim_type`, `detail` | the outcome, as in the response |
//! | `upstream_id` | the id under which the system behind the provider logged a failure ([`Error::upstream_id`]) |
//! | `abandoned` | `true`, without `status`: the client hung up before the response, and the change may have happened |
//! | `user_name`, `external_id` | only with [`Service::auditing_identifiers`] |
//!
//! No field holds any other attribute value or a credential. Reads and searches leave an event with the target
//! `scim_core::request` and the level DEBUG, because identity providers often ask, even for users that do not exist. A failure
//! of the server, which is any 5xx except 501, also leaves a warning.

mod audit;
mod audit_names;
mod body;
mod deactivate;
mod decode;
mod entra_flags;
mod limits;
mod measure;
mod operation;
mod render;
mod reply;
mod route;
mod search;
#[cfg(feature = "tower")]
mod stream;
#[cfg(feature = "tower")]
mod tower;

use std::sync::Arc;

use bytes::Bytes;
use http::request::Parts;
use http::{Method, Request, Response, Version};

use self::audit::Trail;
use self::body::RequestBody;
pub use self::limits::Limits;
use self::operation::Operation;
use self::reply::Reply;
use self::route::Route;
use crate::provider::{Context, Provider};
use crate::tenant::{Tenant, TenantResolver};
use crate::{Error, ErrorKind, Tolerance};

/// A SCIM service over the providers of its tenants.
///
/// A service never fails: every outcome is a SCIM JSON response, even an unknown route or a fault of the server. It accepts
/// paths with and without the path of the base URL, because a router may have removed it.
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

    /// A service for many tenants, which `resolver` finds.
    #[must_use]
    pub fn with_resolver(resolver: impl TenantResolver) -> Self {
        Self {
            resolver: Arc::new(resolver),
            limits: Limits::default(),
            checks_answers: false,
            audits_identifiers: false,
        }
    }

    /// Checks every resource from a provider against its type. A resource that does not conform is a 500.
    ///
    /// The log names each wrong attribute, and the response names the first. Use it in the tests of a provider, or to find
    /// faults in a store. It is off by default: every read would pay for it, and a client is better served by a resource with
    /// one odd attribute than by none.
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

    /// Adds `userName` and `externalId` of the written user to the audit trail.
    ///
    /// Both are personal data, so this is off by default. The trail never shows any other value.
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

    /// Sets the limits of requests.
    #[must_use]
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// The limits of requests.
    #[must_use]
    pub fn limits(&self) -> Limits {
        self.limits
    }

    /// Answers a request.
    pub async fn handle(&self, request: Request<Bytes>) -> Response<Bytes> {
        let (head, body) = request.into_parts();
        self.respond(head, body).await
    }

    /// Answers a request, and reads its body when the caller is known.
    async fn respond(&self, mut head: Parts, mut body: impl RequestBody) -> Response<Bytes> {
        let wants_content = head.method != Method::HEAD;
        if !wants_content {
            head.method = Method::GET;
        }

        let trail = Trail::begin(&head, self.audits_identifiers);
        let outcome = self.answer(&head, &mut body, &trail).await;
        trail.end(outcome.as_ref());

        let mut reply = match outcome {
            Ok(reply) => reply,
            Err(error) => {
                // An unsupported operation is no failure of the server.
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

        if !wants_content {
            reply = reply.without_content();
        }
        // HTTP/2 ends a stream without the connection, and forbids the header.
        if body.is_unread() && head.version < Version::HTTP_2 {
            reply = reply.closing();
        }
        reply.into_response()
    }

    async fn answer(
        &self,
        head: &Parts,
        body: &mut impl RequestBody,
        trail: &Trail,
    ) -> Result<Reply, Error> {
        let tenant = self.resolver.resolve(head).await?;
        trail.set_tenant(&tenant);

        let corrected = without_entra_flag(head, &tenant);
        let head = corrected.as_ref().unwrap_or(head);
        let route = Route::parse(head.uri.path(), &tenant);
        if let Ok(route) = &route {
            trail.set_route(route);
        }

        let principal = tenant.authenticator().authenticate(head).await?;
        trail.set_principal(&principal);

        body.check_length(self.limits)?;
        let body = body.read(self.limits).await?;

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
            Route::Unsupported(what) => Err(Error::new(
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

/// The head of a request without the flag of Entra ID in its URL; `None` if the URL has no flag.
fn without_entra_flag(head: &Parts, tenant: &Tenant) -> Option<Parts> {
    if !tenant.profile().allows(Tolerance::EntraFlags) {
        return None;
    }
    let uri = entra_flags::without_flag(&head.uri, tenant.base_path())?;
    let mut head = head.clone();
    head.uri = uri;
    Some(head)
}
