//! Who asks, and for which tenant.

use std::fmt;

use http::Extensions;

/// The name of a tenant; a service for one tenant has the empty one.
#[derive(Clone, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct TenantId(String);

impl TenantId {
    /// A tenant's name.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self(name.into())
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TenantId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Who was authenticated; a name for the audit trail, never the credential.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Principal(String);

impl Principal {
    /// A caller's name.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self(name.into())
    }

    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0
    }
}

/// What a provider may know of a request besides what it asks for.
///
/// ```
/// use scim_core::provider::{Context, Principal, TenantId};
///
/// let context = Context::new(TenantId::new("acme"), Principal::new("entra"));
/// assert_eq!(context.tenant().as_str(), "acme");
/// ```
#[derive(Clone, Debug, Default)]
pub struct Context {
    tenant: TenantId,
    principal: Principal,
    extensions: Extensions,
}

impl Context {
    /// A context of a tenant and a caller.
    #[must_use]
    pub fn new(tenant: TenantId, principal: Principal) -> Self {
        Self {
            tenant,
            principal,
            extensions: Extensions::new(),
        }
    }

    /// Adds what the layers above left in the request, such as a tracing span.
    #[must_use]
    pub fn with_extensions(mut self, extensions: Extensions) -> Self {
        self.extensions = extensions;
        self
    }

    /// The tenant.
    #[must_use]
    pub fn tenant(&self) -> &TenantId {
        &self.tenant
    }

    /// Who was authenticated.
    #[must_use]
    pub fn principal(&self) -> &Principal {
        &self.principal
    }

    /// What the layers above left in the request.
    #[must_use]
    pub fn extensions(&self) -> &Extensions {
        &self.extensions
    }
}
