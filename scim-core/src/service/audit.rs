//! The audit trail: one event for each request that is to change something.

use std::sync::{Mutex, MutexGuard, PoisonError};

use http::Method;
use http::request::Parts;
use tracing::Level;

use super::audit_names::AuditNames;
use super::encode::Reply;
use super::route::Route;
use crate::error::shorten;
use crate::message::PatchOp;
use crate::provider::Principal;
use crate::schema::ResourceType;
use crate::tenant::Tenant;
use crate::{Error, ErrorKind, Profile, Resource};

/// The target of the events of writes, at level INFO.
const AUDIT: &str = "scim_core::audit";

/// The target of the events of everything else, at level DEBUG: identity providers ask often, and for who does not exist.
const REQUEST: &str = "scim_core::request";

/// What becomes known of one request by the time it is answered.
///
/// A write that nobody waits for any longer leaves its event as well: what it asked for may have been done.
#[derive(Debug)]
pub(super) struct Trail(Mutex<Entry>);

#[derive(Debug, Default)]
struct Entry {
    operation: &'static str,
    is_write: bool,
    /// Whether there is anybody to tell; nothing is noted otherwise.
    is_heard: bool,
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
    /// The trail of a request, as far as its method tells.
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
        entry.is(operation, is_write);
        // A POST may turn out to be a search.
        entry.is_heard |= head.method == Method::POST && is_heard(false);
        Self(Mutex::new(entry))
    }

    /// The entry, where there is anybody to tell.
    fn heard(&self) -> Option<MutexGuard<'_, Entry>> {
        let entry = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        entry.is_heard.then_some(entry)
    }

    pub(super) fn at(&self, tenant: &Tenant) {
        let name = tenant.id().as_str();
        if let Some(mut entry) = self.heard().filter(|_| !name.is_empty()) {
            entry.tenant = Some(name.to_owned());
        }
    }

    /// Notes what a path names; a search is a POST that changes nothing.
    pub(super) fn on(&self, route: &Route) {
        let Some(mut entry) = self.heard() else {
            return;
        };
        let provider = match route {
            Route::Type(provider) | Route::Resource(provider, _) => Some(provider),
            Route::Search(provider) => {
                entry.is("search", false);
                Some(provider)
            }
            Route::RootSearch => {
                entry.is("search", false);
                None
            }
            Route::ServiceProviderConfig
            | Route::ResourceTypes(_)
            | Route::Schemas(_)
            | Route::Root
            | Route::NoGroups
            | Route::Unbuilt(_) => None,
        };
        entry.resource_type = provider.map(|provider| provider.resource_type().name().to_owned());
    }

    pub(super) fn by(&self, principal: &Principal) {
        if let Some(mut entry) = self.heard() {
            entry.principal = Some(principal.name().to_owned());
        }
    }

    /// Notes the id of what is written.
    pub(super) fn of(&self, id: &str) {
        if let Some(mut entry) = self.heard() {
            entry.id = Some(shorten(id).into_owned());
        }
    }

    /// Notes what a POST or PUT names.
    pub(super) fn writes(&self, resource: &Resource, resource_type: &ResourceType) {
        if let Some(mut entry) = self.heard() {
            entry.names = AuditNames::of_resource(resource, resource_type);
            entry.identify(resource);
        }
    }

    /// Notes what a PATCH names.
    pub(super) fn patches(&self, patch: &PatchOp, resource_type: &ResourceType, profile: Profile) {
        if let Some(mut entry) = self.heard() {
            entry.names = AuditNames::of_patch(patch, resource_type, profile);
        }
    }

    /// Notes why nothing but the deactivation in a request is done, which may be all that could be read of it.
    pub(super) fn leaves_out(
        &self,
        refused: &Error,
        deactivation: &PatchOp,
        resource_type: &ResourceType,
        profile: Profile,
    ) {
        if let Some(mut entry) = self.heard() {
            entry.left_out = Some(refused.logged_detail().to_owned());
            if entry.names.writable.text().is_none() {
                entry.names = AuditNames::of_patch(deactivation, resource_type, profile);
            }
        }
    }

    /// Notes the resource that a provider answered.
    pub(super) fn answers(&self, resource: &Resource) {
        if let Some(mut entry) = self.heard() {
            if let Some(id) = resource.id() {
                entry.id = Some(shorten(&id).into_owned());
            }
            entry.active = resource.boolean("active");
            entry.identify(resource);
        }
    }

    /// Ends the trail with what the client is told.
    pub(super) fn end(self, outcome: Result<&Reply, &Error>) {
        if let Some(mut entry) = self.heard() {
            let status = match outcome {
                Ok(reply) => reply.status(),
                Err(error) => error.status(),
            };
            entry.tell(Some(status.as_u16()), outcome.err());
            entry.is_heard = false;
        }
    }
}

/// Whether there is anybody to tell of a write, or of anything else.
fn is_heard(is_write: bool) -> bool {
    if is_write {
        tracing::enabled!(target: AUDIT, Level::INFO)
    } else {
        tracing::enabled!(target: REQUEST, Level::DEBUG)
    }
}

impl Drop for Trail {
    fn drop(&mut self) {
        if let Some(entry) = self.heard().filter(|entry| entry.is_write) {
            entry.tell(None, None);
        }
    }
}

impl Entry {
    fn is(&mut self, operation: &'static str, is_write: bool) {
        self.operation = operation;
        self.is_write = is_write;
        self.is_heard = is_heard(is_write);
    }

    fn identify(&mut self, resource: &Resource) {
        if self.shows_identifiers {
            let text = |path| {
                let text = resource.text(path);
                text.map(|text| shorten(&text).into_owned())
            };
            self.user_name = text("userName");
            self.external_id = text("externalId");
        }
    }

    fn tell(&self, status: Option<u16>, failed: Option<&Error>) {
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

    /// The id, unless it may be anything that a client wrote in its place: an address, for example.
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
