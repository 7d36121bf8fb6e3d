//! Tenants: providers, rules and callers behind one base URL.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use http::request::Parts;
use url::Url;

use crate::auth::Authenticator;
use crate::discovery::Discovery;
use crate::provider::{Provider, TenantId};
use crate::{Error, ErrorKind, Profile};

/// The providers, the rules, the base URL and the authenticator of one tenant.
///
/// ```
/// # #[cfg(feature = "memory")] {
/// use scim_core::auth::BearerTokens;
/// use scim_core::memory::MemoryStore;
/// use scim_core::tenant::Tenant;
///
/// let store = MemoryStore::new();
/// let tenant = Tenant::builder("https://scim.example.com/scim/v2".parse()?)
///     .authenticator(BearerTokens::new("entra", "s3cret"))
///     .provider(store.users())
///     .provider(store.groups())
///     .build()?;
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Tenant {
    id: TenantId,
    profile: Profile,
    base_url: Url,
    authenticator: Arc<dyn Authenticator>,
    providers: Vec<Arc<dyn Provider>>,
    discovery: Discovery,
}

impl fmt::Debug for Tenant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tenant")
            .field("id", &self.id)
            .field("profile", &self.profile)
            .field("base_url", &self.base_url.as_str())
            .field("authenticator", &self.authenticator)
            .field("providers", &self.providers)
            .finish_non_exhaustive()
    }
}

impl Tenant {
    /// Begins a tenant with its resources below `base_url`.
    #[must_use]
    pub fn builder(base_url: Url) -> TenantBuilder {
        TenantBuilder {
            id: TenantId::default(),
            profile: Profile::default(),
            base_url,
            authenticator: None,
            documentation_uri: None,
            providers: Vec::new(),
        }
    }

    /// The tenant's name.
    #[must_use]
    pub fn id(&self) -> &TenantId {
        &self.id
    }

    /// The tenant's rules.
    #[must_use]
    pub fn profile(&self) -> Profile {
        self.profile
    }

    /// The base URL of the tenant's resources, without a trailing slash.
    #[must_use]
    pub fn base_url(&self) -> &str {
        self.base_url.as_str().trim_end_matches('/')
    }

    pub(crate) fn base_path(&self) -> &str {
        self.base_url.path()
    }

    pub(crate) fn authenticator(&self) -> &dyn Authenticator {
        &*self.authenticator
    }

    /// The provider with the endpoint `name`, for example `Users`.
    pub(crate) fn provider(&self, name: &str) -> Option<&Arc<dyn Provider>> {
        // Administrators type these paths by hand, and `/users` has no other meaning.
        self.providers.iter().find(|provider| {
            provider
                .resource_type()
                .endpoint()
                .trim_start_matches('/')
                .eq_ignore_ascii_case(name)
        })
    }

    pub(crate) fn providers(&self) -> &[Arc<dyn Provider>] {
        &self.providers
    }

    pub(crate) fn discovery(&self) -> &Discovery {
        &self.discovery
    }

    /// The URL of the resource with `id` at `endpoint`.
    #[must_use]
    pub fn location(&self, endpoint: &str, id: &str) -> String {
        let mut url = self.base_url.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments
                .pop_if_empty()
                .push(endpoint.trim_start_matches('/'))
                .push(id);
        }
        url.into()
    }
}

/// The endpoints of the protocol, which no resource type can have (RFC 7644 §3.2).
const PROTOCOL_ENDPOINTS: [&str; 6] = [
    "ServiceProviderConfig",
    "ResourceTypes",
    "Schemas",
    "Bulk",
    "Me",
    ".search",
];

/// Builds a [`Tenant`].
#[derive(Debug)]
pub struct TenantBuilder {
    id: TenantId,
    profile: Profile,
    base_url: Url,
    authenticator: Option<Arc<dyn Authenticator>>,
    documentation_uri: Option<Url>,
    providers: Vec<Arc<dyn Provider>>,
}

impl TenantBuilder {
    /// Names the tenant. Only a service with several tenants needs names.
    #[must_use]
    pub fn id(mut self, id: TenantId) -> Self {
        self.id = id;
        self
    }

    /// Sets the rules. The default is [`Profile::tolerant`].
    #[must_use]
    pub fn profile(mut self, profile: Profile) -> Self {
        self.profile = profile;
        self
    }

    /// Sets the authenticator. It is required, so that nobody opens a server by oversight.
    #[must_use]
    pub fn authenticator(mut self, authenticator: impl Authenticator) -> Self {
        self.authenticator = Some(Arc::new(authenticator));
        self
    }

    /// Sets the page for people who connect a client, shown as `documentationUri` (RFC 7643 §5).
    #[must_use]
    pub fn documentation_uri(mut self, uri: Url) -> Self {
        self.documentation_uri = Some(uri);
        self
    }

    /// Serves the resources of a provider.
    #[must_use]
    pub fn provider(mut self, provider: impl Provider) -> Self {
        self.providers.push(Arc::new(provider));
        self
    }

    /// Serves the resources of a shared provider.
    #[must_use]
    pub fn shared_provider(mut self, provider: Arc<dyn Provider>) -> Self {
        self.providers.push(provider);
        self
    }

    /// Builds the tenant and its discovery responses.
    ///
    /// # Errors
    ///
    /// `InvalidValue` in these cases:
    ///
    /// - The tenant has no authenticator.
    /// - The base URL is not `http` or `https`, or has a query, a fragment or credentials.
    /// - Two providers share an endpoint.
    /// - An endpoint is unreachable: it has several segments or belongs to the protocol (RFC 7644 §3.2).
    pub fn build(self) -> Result<Tenant, Error> {
        let refuse = |detail: &'static str| Err(Error::new(ErrorKind::InvalidValue, detail));
        let Some(authenticator) = self.authenticator else {
            return refuse(
                "A tenant needs an authenticator; set one with TenantBuilder::authenticator",
            );
        };

        let url = &self.base_url;
        if !matches!(url.scheme(), "http" | "https")
            || url.query().is_some()
            || url.fragment().is_some()
            || !url.username().is_empty()
            || url.password().is_some()
        {
            return refuse(
                "The base URL must be http or https, without query, fragment or credentials",
            );
        }

        for (index, provider) in self.providers.iter().enumerate() {
            let endpoint = provider.resource_type().endpoint();
            let name = endpoint.trim_start_matches('/');
            if name.is_empty()
                || name.contains('/')
                || PROTOCOL_ENDPOINTS
                    .iter()
                    .any(|taken| taken.eq_ignore_ascii_case(name))
            {
                return refuse(
                    "An endpoint must be one path segment that the protocol does not use",
                );
            }

            if self.providers.iter().skip(index + 1).any(|other| {
                other
                    .resource_type()
                    .endpoint()
                    .eq_ignore_ascii_case(endpoint)
            }) {
                return refuse("Two providers share an endpoint; each needs its own");
            }
        }

        let base_url = url.as_str().trim_end_matches('/').to_owned();
        let discovery = Discovery::new(
            &base_url,
            &self.providers,
            &authenticator.schemes(),
            self.documentation_uri.as_ref(),
        );
        Ok(Tenant {
            id: self.id,
            profile: self.profile,
            base_url: self.base_url,
            authenticator,
            providers: self.providers,
            discovery,
        })
    }
}

/// Finds the tenant of a request.
#[async_trait]
pub trait TenantResolver: fmt::Debug + Send + Sync + 'static {
    /// Finds the tenant of a request by its head: its path, its host or its token.
    ///
    /// # Errors
    ///
    /// `NotFound` if there is no such tenant.
    async fn resolve(&self, head: &Parts) -> Result<Arc<Tenant>, Error>;
}

/// One tenant for every request.
#[async_trait]
impl TenantResolver for Arc<Tenant> {
    async fn resolve(&self, _head: &Parts) -> Result<Self, Error> {
        Ok(Self::clone(self))
    }
}
