//! The refusals of a provider that lead to a bare deactivation.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use scim_core::auth::Anonymous;
use scim_core::provider::{
    Capabilities, GetRequest, ListRequest, PatchRequest, Patched, ReplaceRequest,
};
use scim_core::query::Page;
use scim_core::schema::ResourceType;
use scim_core::tenant::Tenant;
use scim_core::{Error, ErrorKind, Provider, Resource, Service};

use super::patches::patch;
use crate::support;

/// A provider with one user. It refuses a PATCH with more than `most` operations and every other change.
#[derive(Debug)]
struct Refusing {
    resource_type: ResourceType,
    kind: ErrorKind,
    most: usize,
    can_patch: bool,
    refusals: Arc<AtomicUsize>,
    active: Mutex<bool>,
}

impl Refusing {
    fn user(&self) -> Resource {
        let active = *self.active.lock().unwrap_or_else(PoisonError::into_inner);
        let json = format!(r#"{{"id":"7","userName":"ada","active":{active}}}"#);
        Resource::from_bytes(json.into()).expect("a resource")
    }

    fn refusal<T>(&self) -> Result<T, Error> {
        self.refusals.fetch_add(1, Ordering::Relaxed);
        Err(Error::new(self.kind, "The provider refuses"))
    }
}

#[async_trait::async_trait]
impl Provider for Refusing {
    fn resource_type(&self) -> &ResourceType {
        &self.resource_type
    }

    fn capabilities(&self) -> Capabilities {
        let mut capabilities = Capabilities::new();
        capabilities.can_patch = self.can_patch;
        capabilities
    }

    async fn get(&self, _: GetRequest) -> Result<Resource, Error> {
        Ok(self.user())
    }

    async fn list(&self, _: ListRequest) -> Result<Page, Error> {
        Ok(Page::complete(vec![self.user()]))
    }

    async fn replace(&self, _: ReplaceRequest) -> Result<Resource, Error> {
        self.refusal()
    }

    async fn patch(&self, request: PatchRequest) -> Result<Patched, Error> {
        if request.patch.operations().len() > self.most {
            return self.refusal();
        }
        *self.active.lock().unwrap_or_else(PoisonError::into_inner) = false;
        Ok(Patched::Resource(self.user()))
    }
}

const DEACTIVATION: &str = r#"{"op":"replace","path":"active","value":false}"#;

/// Sends a request. Returns its status, whether the user is active afterwards, and the number of refusals.
fn outcome(kind: ErrorKind, most: usize, can_patch: bool, request: (&str, &str)) -> Outcome {
    let refusals = Arc::new(AtomicUsize::new(0));
    let tenant = Tenant::builder("https://scim.example.com".parse().expect("a URL"))
        .authenticator(Anonymous::new())
        .provider(Refusing {
            resource_type: ResourceType::user(),
            kind,
            most,
            can_patch,
            refusals: Arc::clone(&refusals),
            active: Mutex::new(true),
        });
    let service = Service::new(tenant.build().expect("a tenant"));

    let send = |method: &str, body: &str| {
        support::exchange(
            &service,
            support::request(method, "/Users/7", body.to_owned()),
        )
    };

    let (status, _) = send(request.0, request.1);
    let active = send("GET", "").1["active"] == true;
    (status, active, refusals.load(Ordering::Relaxed))
}

type Outcome = (u16, bool, usize);

#[test]
fn only_a_refusal_of_the_content_leads_to_a_bare_deactivation() {
    let body = patch!(
        r#"{"op":"replace","path":"title","value":"Guide"}"#,
        r#"{"op":"replace","path":"active","value":false}"#
    );
    for kind in [
        ErrorKind::InvalidFilter,
        ErrorKind::TooMany,
        ErrorKind::Uniqueness,
        ErrorKind::Mutability,
        ErrorKind::InvalidSyntax,
        ErrorKind::InvalidPath,
        ErrorKind::NoTarget,
        ErrorKind::InvalidValue,
        ErrorKind::Conflict,
        ErrorKind::NotImplemented,
    ] {
        assert_eq!(
            outcome(kind, 1, true, ("PATCH", body)),
            (200, false, 1),
            "{kind:?}"
        );
    }

    for (kind, status) in [
        (ErrorKind::InvalidVersion, 400),
        (ErrorKind::Unauthenticated, 401),
        (ErrorKind::Forbidden, 403),
        (ErrorKind::NotFound, 404),
        (ErrorKind::MethodNotAllowed, 405),
        (ErrorKind::PreconditionFailed, 412),
        (ErrorKind::PayloadTooLarge, 413),
        (ErrorKind::TooManyRequests, 429),
        (ErrorKind::Internal, 500),
        (ErrorKind::BadGateway, 502),
        (ErrorKind::Unavailable, 503),
        (ErrorKind::GatewayTimeout, 504),
    ] {
        assert_eq!(
            outcome(kind, 1, true, ("PATCH", body)),
            (status, true, 1),
            "{kind:?}"
        );
    }
}

#[test]
fn a_refused_bare_deactivation_is_tried_once() {
    let alone = patch!("OPERATIONS").replace("OPERATIONS", DEACTIVATION);
    let refused = outcome(ErrorKind::Mutability, 0, true, ("PATCH", &alone));
    assert_eq!(refused, (400, true, 1));
}

#[test]
fn a_put_deactivates_by_patch_if_the_provider_has_patch() {
    let document = r#"{"userName":"ada","title":"Guide","active":false}"#;
    let put = |can_patch| outcome(ErrorKind::Mutability, 1, can_patch, ("PUT", document));
    assert_eq!(put(true), (200, false, 1));
    assert_eq!(put(false), (400, true, 1));
}
