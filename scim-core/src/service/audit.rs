//! The audit trail: one event for each request that asks for a change.

use std::sync::{Mutex, MutexGuard, PoisonError};

use http::Method;
use http::request::Parts;
use tracing::Level;

use super::audit_names::AuditNames;
use super::reply::Reply;
use super::route::Route;
use crate::error::shorten;
use crate::message::PatchOp;
use crate::provider::Principal;
use crate::schema::ResourceType;
use crate::tenant::Tenant;
use crate::{Error, ErrorKind, Profile, Resource};

/// The target of events for writes, at level INFO.
const AUDIT: &str = "scim_core::audit";

/// The target of all other events, at level DEBUG, because identity providers often read, even users that do not exist.
const REQUEST: &str = "scim_core::request";

/// The facts about one request, collected until its response.
///
/// If the client hangs up, a write still leaves its event, because the change may have happened.
#[derive(Debug)]
pub(super) struct Trail(Mutex<Entry>);

#[derive(Debug, Default)]
struct Entry {
    operation: &'static str,
    is_write: bool,
    /// Whether a subscriber wants the event. Without one, the trail collects nothing.
    has_listener: bool,
    shows_identifiers: bool,
    tenant: Option<String>,
    principal: Option<String>,
    resource_type: Option<String>,
    id: Option<String>,
    active: Option<bool>,
    names: AuditNames,
    left_out: Option<String>,
    user_name: Option<String>,
    external_id: Option<String>,
}

impl Trail {
    /// Begins the trail of a request with its method.
    pub(super) fn begin(head: &Parts, shows_identifiers: bool) -> Self {
        let (operation, is_write) = match head.method {
            Method::POST => ("create", true),
            Method::PUT => ("replace", true),
            Method::PATCH => ("patch", true),
            Method::DELETE => ("delete", true),
            _ => ("read", false),
        };

        let mut entry = Entry {
            shows_identifiers,
            ..Entry::default()
        };
        entry.set_operation(operation, is_write);
        // A POST may turn out to be a search.
        entry.has_listener |= head.method == Method::POST && has_listener(false);
        Self(Mutex::new(entry))
    }

    /// The entry, if a subscriber wants the event.
    fn listened(&self) -> Option<MutexGuard<'_, Entry>> {
        let entry = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        entry.has_listener.then_some(entry)
    }

    pub(super) fn set_tenant(&self, tenant: &Tenant) {
        let name = tenant.id().as_str();
        if let Some(mut entry) = self.listened().filter(|_| !name.is_empty()) {
            entry.tenant = Some(name.to_owned());
        }
    }

    /// Notes the resource type of a route. A search is a POST that changes nothing.
    pub(super) fn set_route(&self, route: &Route) {
        let Some(mut entry) = self.listened() else {
            return;
        };

        let provider = match route {
            Route::Type(provider) | Route::Resource(provider, _) => Some(provider),
            Route::Search(provider) => {
                entry.set_operation("search", false);
                Some(provider)
            }
            Route::RootSearch => {
                entry.set_operation("search", false);
                None
            }
            Route::ServiceProviderConfig
            | Route::ResourceTypes(_)
            | Route::Schemas(_)
            | Route::Root
            | Route::NoGroups
            | Route::Unsupported(_) => None,
        };
        entry.resource_type = provider.map(|provider| provider.resource_type().name().to_owned());
    }

    pub(super) fn set_principal(&self, principal: &Principal) {
        if let Some(mut entry) = self.listened() {
            entry.principal = Some(principal.name().to_owned());
        }
    }

    /// Notes the id of the resource.
    pub(super) fn set_id(&self, id: &str) {
        if let Some(mut entry) = self.listened() {
            entry.id = Some(shorten(id).into_owned());
        }
    }

    /// Notes the attribute names of a POST or PUT.
    pub(super) fn set_resource_names(&self, resource: &Resource, resource_type: &ResourceType) {
        if let Some(mut entry) = self.listened() {
            entry.names = AuditNames::of_resource(resource, resource_type);
            entry.set_identifiers(resource);
        }
    }

    /// Notes the attribute names of a PATCH.
    pub(super) fn set_patch_names(
        &self,
        patch: &PatchOp,
        resource_type: &ResourceType,
        profile: Profile,
    ) {
        if let Some(mut entry) = self.listened() {
            entry.names = AuditNames::of_patch(patch, resource_type, profile);
        }
    }

    /// Notes why the service applied only the deactivation. It may be the only readable part of the request.
    pub(super) fn set_left_out(
        &self,
        refused: &Error,
        deactivation: &PatchOp,
        resource_type: &ResourceType,
        profile: Profile,
    ) {
        if let Some(mut entry) = self.listened() {
            entry.left_out = Some(refused.logged_detail().to_owned());
            if entry.names.writable.text().is_none() {
                entry.names = AuditNames::of_patch(deactivation, resource_type, profile);
            }
        }
    }

    /// Notes the resource that a provider returned.
    pub(super) fn set_result(&self, resource: &Resource) {
        if let Some(mut entry) = self.listened() {
            if let Some(id) = resource.id() {
                entry.id = Some(shorten(&id).into_owned());
            }
            entry.active = resource.boolean("active");
            entry.set_identifiers(resource);
        }
    }

    /// Ends the trail with the response to the client.
    pub(super) fn end(self, outcome: Result<&Reply, &Error>) {
        if let Some(mut entry) = self.listened() {
            let status = match outcome {
                Ok(reply) => reply.status(),
                Err(error) => error.status(),
            };
            entry.emit(Some(status.as_u16()), outcome.err());
            entry.has_listener = false;
        }
    }
}

/// Whether a subscriber wants events for writes, or for other requests.
fn has_listener(is_write: bool) -> bool {
    if is_write {
        tracing::enabled!(target: AUDIT, Level::INFO)
    } else {
        tracing::enabled!(target: REQUEST, Level::DEBUG)
    }
}

impl Drop for Trail {
    fn drop(&mut self) {
        if let Some(entry) = self.listened().filter(|entry| entry.is_write) {
            entry.emit(None, None);
        }
    }
}

impl Entry {
    fn set_operation(&mut self, operation: &'static str, is_write: bool) {
        self.operation = operation;
        self.is_write = is_write;
        self.has_listener = has_listener(is_write);
    }

    fn set_identifiers(&mut self, resource: &Resource) {
        if self.shows_identifiers {
            let text = |path| {
                let text = resource.text(path);
                text.map(|text| shorten(&text).into_owned())
            };
            self.user_name = text("userName");
            self.external_id = text("externalId");
        }
    }

    fn emit(&self, status: Option<u16>, failed: Option<&Error>) {
        let is_known = |error: &&Error| error.kind() != ErrorKind::NotFound;
        let detail = failed.filter(is_known).map(Error::logged_detail);
        let scim_type = failed.and_then(Error::scim_type);

        if !self.is_write {
            tracing::debug!(
                target: REQUEST,
                tenant = self.tenant.as_deref(),
                principal = self.principal.as_deref(),
                operation = self.operation,
                resource_type = self.resource_type.as_deref(),
                status,
                scim_type,
                detail,
                "request"
            );
            return;
        }

        tracing::info!(
            target: AUDIT,
            tenant = self.tenant.as_deref(),
            principal = self.principal.as_deref(),
            operation = self.operation,
            resource_type = self.resource_type.as_deref(),
            id = self.id(status, failed),
            attributes = self.names.writable.text().as_deref(),
            ignored = self.names.ignored.text().as_deref(),
            left_out = self.left_out.as_deref(),
            active = self.active,
            user_name = self.user_name.as_deref(),
            external_id = self.external_id.as_deref(),
            status,
            scim_type,
            detail,
            upstream_id = failed.and_then(Error::upstream_id),
            abandoned = status.is_none().then_some(true),
            "provisioning operation"
        );
    }

    /// The id, unless a client may have put something else in its place, for example an e-mail address.
    fn id(&self, status: Option<u16>, failed: Option<&Error>) -> Option<&str> {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        let id = self.id.as_deref()?;

        let is_known = match failed.map(Error::kind) {
            None if status.is_some() => true,
            Some(ErrorKind::NotFound) => false,
            None | Some(_) => id.bytes().all(is_plain),
        };
        is_known.then_some(id)
    }
}
