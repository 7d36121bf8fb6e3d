//! The operations of SCIM on users; all calls to HubSpot that one of them takes end within one deadline.

use async_trait::async_trait;
use scim_core::provider::{
    Capabilities, CreateRequest, DeleteRequest, GetRequest, ListRequest, PatchRequest, Patched,
    ReplaceRequest,
};
use scim_core::query::Page;
use scim_core::schema::ResourceType;
use scim_core::version::Version;
use scim_core::{Error, ErrorKind, Provider, Resource, patch};

use super::{Seen, Users};
use crate::mapping::Desired;

#[async_trait]
impl Provider for Users {
    fn resource_type(&self) -> &ResourceType {
        &self.resource_type
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::new()
    }

    async fn create(&self, request: CreateRequest) -> Result<Resource, Error> {
        let _writing = self.listing.writing();
        self.for_request().create_for(request).await
    }

    async fn get(&self, request: GetRequest) -> Result<Resource, Error> {
        self.for_request().get_for(request).await
    }

    async fn list(&self, request: ListRequest) -> Result<Page, Error> {
        self.for_request().list_for(request).await
    }

    async fn replace(&self, request: ReplaceRequest) -> Result<Resource, Error> {
        let _writing = self.listing.writing();
        self.for_request().replace_for(request).await
    }

    async fn patch(&self, request: PatchRequest) -> Result<Patched, Error> {
        let _writing = self.listing.writing();
        self.for_request().patch_for(request).await
    }

    async fn delete(&self, request: DeleteRequest) -> Result<(), Error> {
        let _writing = self.listing.writing();
        self.for_request().delete_for(request).await
    }
}

impl Users {
    async fn create_for(&self, request: CreateRequest) -> Result<Resource, Error> {
        let desired = self.wanted(request.resource)?;
        let seen = self.create_user(&desired).await?;
        // Done, and to be told so: the same POST once more would be a conflict.
        Ok(self.render_in_any_case(&seen).await)
    }

    /// What a resource wants, as far as this account keeps it.
    fn wanted(&self, resource: Resource) -> Result<Desired, Error> {
        let mut desired = Desired::of(resource)?;
        let row = std::mem::take(&mut desired.row);
        desired.row = self.kept_in_rows(row);
        Ok(desired)
    }

    async fn get_for(&self, request: GetRequest) -> Result<Resource, Error> {
        let seen = self.observe(&request.id).await?;
        self.render(&seen).await
    }

    async fn list_for(&self, request: ListRequest) -> Result<Page, Error> {
        self.search(request.filter.as_ref(), request.start_index)
            .await
            .map(Page::complete)
    }

    async fn replace_for(&self, request: ReplaceRequest) -> Result<Resource, Error> {
        refuse_version(request.expected_version.as_ref())?;
        let _held = self.locks.hold(&request.id).await;
        let seen = if request.resource.boolean("active") == Some(false) {
            self.observe_to_remove(&request.id).await?
        } else {
            self.observe(&request.id).await?
        };
        let desired = self.wanted(request.resource)?;
        let current = if desired.active == Some(false) {
            self.render_in_any_case(&seen).await
        } else {
            self.render(&seen).await?
        };
        self.bring(seen, desired.beyond(&Desired::of(current)?))
            .await
    }

    async fn patch_for(&self, request: PatchRequest) -> Result<Patched, Error> {
        refuse_version(request.expected_version.as_ref())?;
        let _held = self.locks.hold(&request.id).await;
        let takes_access = request
            .patch
            .deactivation(&self.resource_type, request.profile)
            .is_some();
        let seen = if takes_access {
            self.observe_to_remove(&request.id).await?
        } else {
            self.observe(&request.id).await?
        };
        let current = if takes_access {
            self.render_in_any_case(&seen).await
        } else {
            self.render(&seen).await?
        };
        let applied = patch::apply(
            &current,
            &request.patch,
            &self.resource_type,
            request.profile,
        )?;
        if !applied.is_changed() && !self.is_unfinished_business(&seen) {
            return Ok(Patched::Resource(current));
        }
        let mut desired = self
            .wanted(applied.resource)?
            .patched(&Desired::of(current.clone())?);
        if !matches!(seen, Seen::Present(..)) && !takes_access {
            // That they are inactive is what is shown, and not what the request says.
            desired.active = desired.active.filter(|is_active| *is_active);
        }
        desired.roles = desired
            .roles
            .map(|roles| self.named_first(&request, current, roles));
        self.bring(seen, desired).await.map(Patched::Resource)
    }

    async fn delete_for(&self, request: DeleteRequest) -> Result<(), Error> {
        refuse_version(request.expected_version.as_ref())?;
        let _held = self.locks.hold(&request.id).await;
        let seen = self.observe_to_remove(&request.id).await?;
        self.remove(seen).await
    }
}

/// HubSpot has no versions of users: none that a client names can be the present one.
fn refuse_version(expected: Option<&Version>) -> Result<(), Error> {
    match expected {
        None => Ok(()),
        Some(_) => Err(Error::new(
            ErrorKind::PreconditionFailed,
            "HubSpot keeps no versions of its users; send no If-Match",
        )),
    }
}
