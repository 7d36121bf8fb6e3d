//! What a path names.

use std::borrow::Cow;
use std::sync::Arc;

use http::Method;
use percent_encoding::percent_decode_str;

use crate::provider::Provider;
use crate::tenant::Tenant;
use crate::{Error, ErrorKind, Tolerance};

/// What a path names.
#[derive(Debug)]
pub(crate) enum Route {
    /// `/ServiceProviderConfig`.
    ServiceProviderConfig,
    /// `/ResourceTypes` and one of them.
    ResourceTypes(Option<String>),
    /// `/Schemas` and one of them.
    Schemas(Option<String>),
    /// The base URL itself: every resource type.
    Root,
    /// `/.search`.
    RootSearch,
    /// The endpoint of a resource type.
    Type(Arc<dyn Provider>),
    /// `/.search` on the endpoint of a resource type.
    Search(Arc<dyn Provider>),
    /// The endpoint of groups, on a server that has none.
    NoGroups,
    /// One resource.
    Resource(Arc<dyn Provider>, String),
    /// An endpoint of RFC 7644 that this server does not have.
    Unbuilt(&'static str),
}

impl Route {
    /// Reads a path, with or without the path of the tenant's base URL.
    ///
    /// A slash at the end makes no difference; two where there is to be one do not where that is tolerated.
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
        let searched = second.as_deref() == Some(".search");
        match second {
            _ if is("ResourceTypes") => Ok(Self::ResourceTypes(second.map(Cow::into_owned))),
            _ if is("Schemas") => Ok(Self::Schemas(second.map(Cow::into_owned))),
            None if is("ServiceProviderConfig") => Ok(Self::ServiceProviderConfig),
            None if is("Bulk") => Ok(Self::Unbuilt("Bulk")),
            None if is("Me") => Ok(Self::Unbuilt("Me")),
            None if is(".search") => Ok(Self::RootSearch),
            _ => match (tenant.provider(&first), second) {
                // Entra's Test Connection asks for a group, whatever the server is for.
                (None, None) if is("Groups") && profile.allows(Tolerance::AbsentGroups) => {
                    Ok(Self::NoGroups)
                }
                (None, _) => Err(no_endpoint()),
                (Some(provider), Some(_)) if searched => Ok(Self::Search(Arc::clone(provider))),
                (Some(provider), None) => Ok(Self::Type(Arc::clone(provider))),
                (Some(provider), Some(id)) => {
                    Ok(Self::Resource(Arc::clone(provider), id.into_owned()))
                }
            },
        }
    }

    /// The methods this route has, when `method` is none of them; HEAD has become GET before.
    ///
    /// One that the provider cannot do is no answer to what can be done here; who asks for it is told so by 501.
    pub(crate) fn refusal(&self, method: &Method) -> Option<String> {
        let methods: &[Method] = match self {
            Self::Unbuilt(_) => return None,
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

    /// Whether the provider can do what a method of this route asks for.
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
