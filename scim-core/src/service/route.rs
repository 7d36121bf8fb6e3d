//! Reading the path of a request.

use std::borrow::Cow;
use std::sync::Arc;

use http::Method;
use percent_encoding::percent_decode_str;

use crate::provider::Provider;
use crate::tenant::Tenant;
use crate::{Error, ErrorKind, Tolerance};

/// The target of a request.
#[derive(Debug)]
pub(crate) enum Route {
    /// `/ServiceProviderConfig`.
    ServiceProviderConfig,
    /// `/ResourceTypes`, or one of them.
    ResourceTypes(Option<String>),
    /// `/Schemas`, or one of them.
    Schemas(Option<String>),
    /// The base URL itself: all resource types.
    Root,
    /// `/.search`.
    RootSearch,
    /// The endpoint of a resource type.
    Type(Arc<dyn Provider>),
    /// `/.search` on the endpoint of a resource type.
    Search(Arc<dyn Provider>),
    /// The endpoint of groups, on a server without groups.
    NoGroups,
    /// One resource.
    Resource(Arc<dyn Provider>, String),
    /// An endpoint of RFC 7644 that this server does not support.
    Unsupported(&'static str),
}

impl Route {
    /// Reads a path, with or without the path of the tenant's base URL.
    ///
    /// A trailing slash makes no difference. The profile decides about doubled slashes.
    pub(crate) fn parse(path: &str, tenant: &Tenant) -> Result<Self, Error> {
        let is_doubled = path.trim_end_matches('/').contains("//") || path.ends_with("//");
        if is_doubled && !tenant.profile().allows(Tolerance::EmptySegments) {
            return Err(no_endpoint());
        }

        let mut segments = segments(path)?;
        let base = self::segments(tenant.base_path())?;
        if segments.len() >= base.len()
            && base
                .iter()
                .zip(&segments)
                .all(|(base, given)| base.eq_ignore_ascii_case(given))
        {
            segments.drain(..base.len());
        }

        let mut segments = segments.into_iter();
        let (first, second) = (segments.next(), segments.next());
        if segments.next().is_some() {
            return Err(no_endpoint());
        }

        let Some(first) = first else {
            return Ok(Self::Root);
        };
        let profile = tenant.profile();
        let is = |name: &str| first.eq_ignore_ascii_case(name);
        let is_search = second.as_deref() == Some(".search");
        match second {
            _ if is("ResourceTypes") => Ok(Self::ResourceTypes(second.map(Cow::into_owned))),
            _ if is("Schemas") => Ok(Self::Schemas(second.map(Cow::into_owned))),
            None if is("ServiceProviderConfig") => Ok(Self::ServiceProviderConfig),
            None if is("Bulk") => Ok(Self::Unsupported("Bulk")),
            None if is("Me") => Ok(Self::Unsupported("Me")),
            None if is(".search") => Ok(Self::RootSearch),
            _ => match (tenant.provider(&first), second) {
                // Entra ID's Test Connection asks every server for a group.
                (None, None) if is("Groups") && profile.allows(Tolerance::AbsentGroups) => {
                    Ok(Self::NoGroups)
                }
                (None, _) => Err(no_endpoint()),
                (Some(provider), Some(_)) if is_search => Ok(Self::Search(Arc::clone(provider))),
                (Some(provider), None) => Ok(Self::Type(Arc::clone(provider))),
                (Some(provider), Some(id)) => {
                    Ok(Self::Resource(Arc::clone(provider), id.into_owned()))
                }
            },
        }
    }

    /// Returns the allowed methods if this route has no `method`. The service has turned HEAD into GET before.
    ///
    /// The list leaves out methods that the provider does not support. A request for such a method gets a 501.
    pub(crate) fn refusal(&self, method: &Method) -> Option<String> {
        let methods: &[Method] = match self {
            Self::Unsupported(_) => return None,
            Self::Root
            | Self::NoGroups
            | Self::ServiceProviderConfig
            | Self::ResourceTypes(_)
            | Self::Schemas(_) => &[Method::GET, Method::HEAD],
            Self::RootSearch | Self::Search(_) => &[Method::POST],
            Self::Type(_) => &[Method::GET, Method::HEAD, Method::POST],
            Self::Resource(..) => &[
                Method::GET,
                Method::HEAD,
                Method::PUT,
                Method::PATCH,
                Method::DELETE,
            ],
        };
        if methods.contains(method) {
            return None;
        }

        let allowed: Vec<&str> = methods
            .iter()
            .filter(|known| self.supports(known))
            .map(Method::as_str)
            .collect();
        Some(allowed.join(", "))
    }

    /// Whether the provider supports a method of this route.
    fn supports(&self, method: &Method) -> bool {
        let (Self::Type(provider) | Self::Resource(provider, _)) = self else {
            return true;
        };
        let can = provider.capabilities();
        match *method {
            Method::POST => can.can_create,
            Method::PUT => can.can_replace,
            Method::PATCH => can.can_patch,
            Method::DELETE => can.can_delete,
            _ => true,
        }
    }
}

fn segments(path: &str) -> Result<Vec<Cow<'_, str>>, Error> {
    path.split('/')
        .filter(|segment| !segment.is_empty())
        .map(|segment| {
            percent_decode_str(segment)
                .decode_utf8()
                .map_err(|_| no_endpoint())
        })
        .collect()
}

fn no_endpoint() -> Error {
    Error::new(ErrorKind::NotFound, "There is no such endpoint")
}
