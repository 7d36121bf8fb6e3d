//! The operations of SCIM on users. All calls to HubSpot of one operation end within one deadline.

use async_trait::async_trait;
use scim_core::provider::{
    Capabilities, CreateRequest, DeleteRequest, GetRequest, ListRequest, PatchRequest, Patched,
    ReplaceRequest,
};
use scim_core::query::Page;
use scim_core::schema::ResourceType;
use scim_core::version::Version;
use scim_core::{Error, ErrorKind, Provider, Resource};

use super::Users;
use crate::lifecycle::wanted;
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
        let users = self.for_request();

        let desired = Desired::kept_by(users.account.features(), request.resource)?;
        let created = users.create_user(&desired).await?;

        // The creation is done, and the answer must say so: repeating the POST would be a conflict.
        Ok(users.account.render_in_any_case(&created).await)
    }

    async fn get(&self, request: GetRequest) -> Result<Resource, Error> {
        let users = self.for_request();

        let state = users.account.get(&request.id, &users.policy).await?;
        users.account.render(&state).await
    }

    async fn list(&self, request: ListRequest) -> Result<Page, Error> {
        let users = self.for_request();

        let found = users.search(request.filter.as_ref(), request.start_index);
        found.await.map(Page::complete)
    }

    async fn replace(&self, request: ReplaceRequest) -> Result<Resource, Error> {
        let _writing = self.listing.writing();
        let users = self.for_request();
        refuse_version(request.expected_version.as_ref())?;
        let _lock = users.account.lock_user(&request.id).await;

        let takes_access = request.resource.boolean("active") == Some(false);
        let changed = users.change_user(&request.id, takes_access, |_, current| {
            let features = users.account.features();
            wanted::by_replacement(request.resource, current, features).map(Some)
        });
        changed.await
    }

    async fn patch(&self, request: PatchRequest) -> Result<Patched, Error> {
        let _writing = self.listing.writing();
        let users = self.for_request();
        refuse_version(request.expected_version.as_ref())?;
        let _lock = users.account.lock_user(&request.id).await;

        let resource_type = &users.resource_type;
        let deactivation = request.patch.deactivation(resource_type, request.profile);
        let takes_access = deactivation.is_some();
        let changed = users.change_user(&request.id, takes_access, |state, current| {
            let features = users.account.features();
            wanted::by_patch(
                &request,
                takes_access,
                state,
                current,
                resource_type,
                features,
            )
        });
        changed.await.map(Patched::Resource)
    }

    async fn delete(&self, request: DeleteRequest) -> Result<(), Error> {
        let _writing = self.listing.writing();
        let users = self.for_request();
        refuse_version(request.expected_version.as_ref())?;
        let _lock = users.account.lock_user(&request.id).await;

        let state = users.observe_for_write(&request.id, true).await?;
        users.delete_user(state).await
    }
}

/// Refuses a version: HubSpot has no versions of users, so none that a client names can be current.
fn refuse_version(expected: Option<&Version>) -> Result<(), Error> {
    match expected {
        None => Ok(()),
        Some(_) => Err(Error::new(
            ErrorKind::PreconditionFailed,
            "HubSpot keeps no versions of its users; send no If-Match",
        )),
    }
}
