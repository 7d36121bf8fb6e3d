//! The operations on resources.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::Method;
use http::request::Parts;

use super::audit::Trail;
use super::render::Renderer;
use super::reply::Reply;
use super::{Limits, deactivate, decode};
use crate::message::PatchOp;
use crate::profile::PatchAnswer;
use crate::projection::Projection;
use crate::provider::{
    Context, CreateRequest, DeleteRequest, GetRequest, PatchRequest, Patched, Provider,
    ReplaceRequest, unsupported,
};
use crate::resource::{incoming, keep_immutable, writable};
use crate::tenant::Tenant;
use crate::version::Version;
use crate::{Error, ErrorKind, Profile, Resource, patch};

/// How often the service applies a PATCH anew because another write came first.
const MAX_PATCH_ATTEMPTS: usize = 16;

/// One operation on the resources of a provider.
#[derive(Debug)]
pub(super) struct Operation<'s> {
    pub(super) tenant: &'s Tenant,
    pub(super) provider: &'s Arc<dyn Provider>,
    pub(super) context: Context,
    pub(super) limits: Limits,
    pub(super) checks_answers: bool,
    pub(super) trail: &'s Trail,
}

/// The options of a write in the head of its request.
#[derive(Debug)]
struct WriteOptions {
    projection: Projection,
    expected_version: Option<Version>,
    wants_resource: bool,
}

impl Operation<'_> {
    pub(super) fn profile(&self) -> Profile {
        self.tenant.profile()
    }

    pub(super) async fn on_resource(
        self,
        head: &Parts,
        body: &Bytes,
        id: String,
    ) -> Result<Reply, Error> {
        self.trail.set_id(&id);
        match head.method {
            Method::PUT => self.replace(head, body, &id).await,
            Method::PATCH => self.patch(head, body, &id).await,
            Method::DELETE => self.delete(head, &id).await,
            _ => self.get(head, &id).await,
        }
    }

    pub(super) async fn create(&self, head: &Parts, body: &Bytes) -> Result<Reply, Error> {
        self.require(self.provider.capabilities().can_create, "Creating")?;
        let projection = self.projection(head)?;

        let mut request = CreateRequest::new(self.context.clone(), self.read_resource(body)?);
        request.profile = self.profile();
        request.projection = projection.clone();
        let resource = self.provider.create(request).await?;
        self.trail.set_result(&resource);

        let renderer = self.renderer(&projection);
        let location = renderer.location(&resource)?;
        Ok(Reply::created(renderer.to_vec(&resource)?, &location))
    }

    async fn get(&self, head: &Parts, id: &str) -> Result<Reply, Error> {
        let projection = self.projection(head)?;
        let resource = self.read(id, &projection).await?;
        self.reply(&resource, &projection)
    }

    async fn replace(&self, head: &Parts, body: &Bytes, id: &str) -> Result<Reply, Error> {
        self.require(self.provider.capabilities().can_replace, "Replacing")?;
        let options = self.write_options(head, true)?;

        let resource = match self.send_replace(body, id, &options).await {
            Ok(resource) => Some(resource),
            Err(refused) => {
                self.deactivate_instead(head, body, id, &options, refused)
                    .await?
            }
        };
        match resource {
            Some(resource) => self.reply(&resource, &options.projection),
            None => Ok(Reply::no_content()),
        }
    }

    async fn send_replace(
        &self,
        body: &Bytes,
        id: &str,
        options: &WriteOptions,
    ) -> Result<Resource, Error> {
        let resource_type = self.provider.resource_type();
        let mut desired = self.read_resource(body)?;
        if resource_type.immutables().next().is_some() {
            // Immutable values stay the same until the write, so the service needs no version here.
            let current = self.read(id, &Projection::default()).await?;
            desired = keep_immutable(&current, desired, resource_type)?;
        }

        let mut request = ReplaceRequest::new(self.context.clone(), id, desired);
        request.profile = self.profile();
        request.projection = options.projection.clone();
        request
            .expected_version
            .clone_from(&options.expected_version);
        let resource = self.provider.replace(request).await?;
        self.trail.set_result(&resource);
        Ok(resource)
    }

    async fn patch(&self, head: &Parts, body: &Bytes, id: &str) -> Result<Reply, Error> {
        self.require(self.provider.capabilities().can_patch, "PATCH")?;
        let profile = self.profile();
        let resource_type = self.provider.resource_type();
        let answer = profile.patch_answer(resource_type.name());
        let options = self.write_options(head, answer == PatchAnswer::Resource)?;

        let outcome = match PatchOp::read(body, profile, self.limits.filters()) {
            Ok(patch) => {
                self.trail.set_patch_names(&patch, resource_type, profile);
                self.send_patch(&patch, id, &options).await
            }
            Err(refused) => Err(refused),
        };
        let resource = match outcome {
            Ok(resource) => resource,
            Err(refused) => {
                self.deactivate_instead(head, body, id, &options, refused)
                    .await?
            }
        };

        match resource {
            Some(resource) if options.wants_resource => self.reply(&resource, &options.projection),
            _ => Ok(Reply::no_content()),
        }
    }

    /// Applies only the deactivation in a refused request. Without one, the refusal stands.
    async fn deactivate_instead(
        &self,
        head: &Parts,
        body: &Bytes,
        id: &str,
        options: &WriteOptions,
        refused: Error,
    ) -> Result<Option<Resource>, Error> {
        let resource_type = self.provider.resource_type();
        let sent = deactivate::Sent {
            method: &head.method,
            body,
            limits: self.limits.filters(),
        };
        let left = deactivate::left_of(sent, &refused, resource_type, self.profile());
        let Some(deactivation) = left.filter(|_| self.provider.capabilities().can_patch) else {
            return Err(refused);
        };

        let resource = self.send_patch(&deactivation, id, options).await?;
        self.trail
            .set_left_out(&refused, &deactivation, resource_type, self.profile());
        Ok(resource)
    }

    async fn send_patch(
        &self,
        patch: &PatchOp,
        id: &str,
        options: &WriteOptions,
    ) -> Result<Option<Resource>, Error> {
        let mut request =
            PatchRequest::new(self.context.clone(), id, patch.clone(), self.profile());
        request
            .expected_version
            .clone_from(&options.expected_version);
        request.projection = options.projection.clone();
        request.wants_resource = options.wants_resource;

        let resource = match self.provider.patch(request).await? {
            Patched::Resource(resource) => Some(resource),
            Patched::NoContent if !options.wants_resource => None,
            Patched::NoContent => Some(self.read(id, &options.projection).await?),
            Patched::Delegated => Some(self.apply_and_replace(patch, id, options).await?),
        };
        if let Some(resource) = &resource {
            self.trail.set_result(resource);
        }
        Ok(resource)
    }

    /// Applies a PATCH for a provider that delegates it, and replaces the resource if its version is still the same.
    async fn apply_and_replace(
        &self,
        patch: &PatchOp,
        id: &str,
        options: &WriteOptions,
    ) -> Result<Resource, Error> {
        let expected_version = options.expected_version.as_ref();
        let resource_type = self.provider.resource_type();
        let mut attempt = 1;
        loop {
            let current = self.read(id, &Projection::default()).await?;
            let version = Version::of(&current);
            Version::check(&current, expected_version)?;

            let applied = patch::apply(&current, patch, resource_type, self.profile())?;
            if !applied.is_changed() {
                return Ok(current);
            }

            let desired = writable(applied.resource, resource_type);
            let mut request = ReplaceRequest::new(self.context.clone(), id, desired);
            request.profile = self.profile();
            request.expected_version = version;
            request.projection = options.projection.clone();
            request.from_patch = true;
            match self.provider.replace(request).await {
                Err(error)
                    if error.kind() == ErrorKind::PreconditionFailed
                        && expected_version.is_none() =>
                {
                    if attempt == MAX_PATCH_ATTEMPTS {
                        return Err(lost_every_race(error));
                    }
                    attempt += 1;
                }
                outcome => return outcome,
            }
        }
    }

    async fn delete(&self, head: &Parts, id: &str) -> Result<Reply, Error> {
        self.require(self.provider.capabilities().can_delete, "Deleting")?;
        let mut request = DeleteRequest::new(self.context.clone(), id);
        request.expected_version = decode::expected_version(head)?;
        self.provider.delete(request).await?;
        Ok(Reply::no_content())
    }

    pub(super) fn require(&self, supported: bool, operation: &str) -> Result<(), Error> {
        if supported {
            return Ok(());
        }
        Err(unsupported(operation, self.provider.resource_type()))
    }

    /// Reads the options of a write. `shows_resource` is whether its response shows the resource without being asked.
    fn write_options(&self, head: &Parts, shows_resource: bool) -> Result<WriteOptions, Error> {
        let projection = self.projection(head)?;
        Ok(WriteOptions {
            expected_version: decode::expected_version(head)?,
            wants_resource: shows_resource || projection.names_attributes(),
            projection,
        })
    }

    fn projection(&self, head: &Parts) -> Result<Projection, Error> {
        decode::projection(head, self.profile(), self.limits)
    }

    async fn read(&self, id: &str, projection: &Projection) -> Result<Resource, Error> {
        let mut request = GetRequest::new(self.context.clone(), id);
        request.projection = projection.clone();
        self.provider.get(request).await
    }

    fn read_resource(&self, body: &Bytes) -> Result<Resource, Error> {
        let resource_type = self.provider.resource_type();
        let resource = Resource::parse(body)?;
        self.trail.set_resource_names(&resource, resource_type);
        incoming(resource, resource_type, self.tenant.profile())
    }

    pub(super) fn renderer<'a>(&'a self, projection: &'a Projection) -> Renderer<'a> {
        Renderer::new(
            self.tenant,
            self.provider.resource_type(),
            projection,
            self.checks_answers,
        )
    }

    /// A resource with its location. RFC 7644 §3.4.1 and §3.5.1 show the header beside `meta.location`.
    fn reply(&self, resource: &Resource, projection: &Projection) -> Result<Reply, Error> {
        let renderer = self.renderer(projection);
        let location = renderer.location(resource)?;
        Ok(Reply::ok(renderer.to_vec(resource)?).at(&location))
    }
}

/// A 503, because a client that named no version did nothing wrong.
fn lost_every_race(last: Error) -> Error {
    Error::new(
        ErrorKind::Unavailable,
        "Other requests keep changing the resource, so nothing was changed; try again",
    )
    .with_retry_after(Duration::from_secs(1))
    .with_source(last)
}
