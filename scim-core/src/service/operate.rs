//! The operations on resources.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::Method;
use http::request::Parts;

use super::answer::Answers;
use super::audit::Trail;
use super::encode::Reply;
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

/// How often a PATCH is tried again when another write came between its reading and its writing.
const PATCH_ATTEMPTS: usize = 16;

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

/// What the head of a write says of it.
#[derive(Debug)]
struct Asked {
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
        self.trail.of(&id);
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
        self.trail.answers(&resource);
        let answers = self.answers(&projection);
        let location = answers.location(&resource)?;
        Ok(Reply::created(answers.to_vec(&resource)?, &location))
    }

    async fn get(&self, head: &Parts, id: &str) -> Result<Reply, Error> {
        let projection = self.projection(head)?;
        let mut request = GetRequest::new(self.context.clone(), id);
        request.projection = projection.clone();
        let resource = self.provider.get(request).await?;
        self.reply(&resource, &projection)
    }

    async fn replace(&self, head: &Parts, body: &Bytes, id: &str) -> Result<Reply, Error> {
        self.require(self.provider.capabilities().can_replace, "Replacing")?;
        let asked = self.asked(head, true)?;
        let resource = match self.replaced(body, id, &asked).await {
            Ok(resource) => resource,
            Err(refused) => match self.deactivated(head, body, id, &asked, refused).await? {
                Some(resource) => resource,
                None => return Ok(Reply::no_content()),
            },
        };
        self.reply(&resource, &asked.projection)
    }

    async fn replaced(&self, body: &Bytes, id: &str, asked: &Asked) -> Result<Resource, Error> {
        let resource_type = self.provider.resource_type();
        let mut desired = self.read_resource(body)?;
        if resource_type.immutables().next().is_some() {
            // What cannot change cannot change in between either: no version need be held.
            let current = GetRequest::new(self.context.clone(), id);
            desired = keep_immutable(&self.provider.get(current).await?, desired, resource_type)?;
        }
        let mut request = ReplaceRequest::new(self.context.clone(), id, desired);
        request.profile = self.profile();
        request.projection = asked.projection.clone();
        request.expected_version.clone_from(&asked.expected_version);
        let resource = self.provider.replace(request).await?;
        self.trail.answers(&resource);
        Ok(resource)
    }

    async fn patch(&self, head: &Parts, body: &Bytes, id: &str) -> Result<Reply, Error> {
        self.require(self.provider.capabilities().can_patch, "PATCH")?;
        let profile = self.profile();
        let answer = profile.patch_answer(self.provider.resource_type().name());
        let asked = self.asked(head, answer == PatchAnswer::Resource)?;
        let outcome = match PatchOp::read(body, profile, self.limits.filters()) {
            Ok(patch) => {
                self.trail
                    .patches(&patch, self.provider.resource_type(), profile);
                self.patched(&patch, id, &asked).await
            }
            Err(refused) => Err(refused),
        };
        let resource = match outcome {
            Ok(resource) => resource,
            Err(refused) => self.deactivated(head, body, id, &asked, refused).await?,
        };
        match resource {
            Some(resource) if asked.wants_resource => self.reply(&resource, &asked.projection),
            _ => Ok(Reply::no_content()),
        }
    }

    /// Makes the deactivation that a refused request holds, or refuses it.
    async fn deactivated(
        &self,
        head: &Parts,
        body: &Bytes,
        id: &str,
        asked: &Asked,
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
        let resource = self.patched(&deactivation, id, asked).await?;
        self.trail
            .leaves_out(&refused, &deactivation, resource_type, self.profile());
        Ok(resource)
    }

    async fn patched(
        &self,
        patch: &PatchOp,
        id: &str,
        asked: &Asked,
    ) -> Result<Option<Resource>, Error> {
        let mut request =
            PatchRequest::new(self.context.clone(), id, patch.clone(), self.profile());
        request.expected_version.clone_from(&asked.expected_version);
        request.projection = asked.projection.clone();
        request.wants_resource = asked.wants_resource;
        let resource = match self.provider.patch(request).await? {
            Patched::Resource(resource) => Some(resource),
            Patched::NoContent if !asked.wants_resource => None,
            Patched::NoContent => {
                let mut request = GetRequest::new(self.context.clone(), id);
                request.projection = asked.projection.clone();
                Some(self.provider.get(request).await?)
            }
            Patched::Delegated => Some(self.get_apply_replace(patch, id, asked).await?),
        };
        if let Some(resource) = &resource {
            self.trail.answers(resource);
        }
        Ok(resource)
    }

    /// PATCH for a provider that has none of its own: read, apply, and replace unless somebody wrote in between.
    async fn get_apply_replace(
        &self,
        patch: &PatchOp,
        id: &str,
        asked: &Asked,
    ) -> Result<Resource, Error> {
        let expected_version = asked.expected_version.as_ref();
        let resource_type = self.provider.resource_type();
        let mut attempt = 1;
        loop {
            let current = self
                .provider
                .get(GetRequest::new(self.context.clone(), id))
                .await?;
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
            request.projection = asked.projection.clone();
            request.from_patch = true;
            match self.provider.replace(request).await {
                Err(error)
                    if error.kind() == ErrorKind::PreconditionFailed
                        && expected_version.is_none() =>
                {
                    if attempt == PATCH_ATTEMPTS {
                        // The client named no version: that the race was lost is not its mistake.
                        return Err(Error::new(
                            ErrorKind::Unavailable,
                            "The resource is being changed by others; nothing was changed",
                        )
                        .with_retry_after(Duration::from_secs(1))
                        .with_source(error));
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

    pub(super) fn require(&self, supported: bool, what: &str) -> Result<(), Error> {
        if supported {
            return Ok(());
        }
        Err(unsupported(what, self.provider.resource_type()))
    }

    /// What the head of a write says; `shows` whether its answer is the resource, asked for or not.
    fn asked(&self, head: &Parts, shows: bool) -> Result<Asked, Error> {
        let projection = self.projection(head)?;
        Ok(Asked {
            expected_version: decode::expected_version(head)?,
            wants_resource: shows || projection.names_attributes(),
            projection,
        })
    }

    fn projection(&self, head: &Parts) -> Result<Projection, Error> {
        decode::projection(head, self.profile(), self.limits)
    }

    fn read_resource(&self, body: &Bytes) -> Result<Resource, Error> {
        let resource_type = self.provider.resource_type();
        let resource = Resource::parse(body)?;
        self.trail.writes(&resource, resource_type);
        incoming(resource, resource_type, self.tenant.profile())
    }

    pub(super) fn answers<'a>(&'a self, projection: &'a Projection) -> Answers<'a> {
        Answers::new(
            self.tenant,
            self.provider.resource_type(),
            projection,
            self.checks_answers,
        )
    }

    /// A resource, and where it is: RFC 7644 §3.4.1 and §3.5.1 show the header beside `meta.location`.
    fn reply(&self, resource: &Resource, projection: &Projection) -> Result<Reply, Error> {
        let answers = self.answers(projection);
        let location = answers.location(resource)?;
        Ok(Reply::ok(answers.to_vec(resource)?).at(&location))
    }
}
