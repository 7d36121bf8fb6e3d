//! The caller of a request, and its tenant.

use std::fmt;

use http::Extensions;

/// The name of a tenant. It is empty in a service for one tenant.
#[derive(Clone, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct TenantId(String);

impl TenantId {
    /// Names a tenant.
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

/// The name of an authenticated caller, for the audit trail; never its credential.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Principal(String);

impl Principal {
    /// Names a caller.
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

/// The circumstances of a request: its tenant, its caller, and extensions.
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

    /// Adds the extensions of the HTTP request, for example a tracing span from a layer above.
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

    /// The authenticated caller.
    #[must_use]
    pub fn principal(&self) -> &Principal {
        &self.principal
    }

    /// The extensions of the HTTP request.
    #[must_use]
    pub fn extensions(&self) -> &Extensions {
        &self.extensions
    }
}
