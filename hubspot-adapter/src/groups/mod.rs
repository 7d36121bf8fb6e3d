//! HubSpot teams as SCIM groups, read-only for now.

use async_trait::async_trait;
use scim_core::provider::{Capabilities, GetRequest, ListRequest};
use scim_core::query::Page;
use scim_core::resource::Member;
use scim_core::schema::ResourceType;
use scim_core::{Error, Group, Provider, Resource, Schema};

use crate::account::Account;
use crate::client::Team;

/// The teams of a HubSpot account as SCIM groups.
///
/// Lists and filters answer 200, which connection tests need (`docs/evidence.md`, C21). Writes answer 501.
///
/// [`HubSpot::groups`](crate::HubSpot::groups) returns it; an embedder gives it to a tenant beside the users.
#[derive(Clone, Debug)]
pub struct Groups {
    account: Account,
    resource_type: ResourceType,
}

impl Groups {
    pub(crate) fn new(account: Account) -> Self {
        let schema = Schema::group().retaining(&["displayName", "members.value", "members.type"]);
        Self {
            account,
            resource_type: ResourceType::new("Group", "/Groups", schema),
        }
    }

    async fn read_groups(&self, with_members: bool) -> Result<Vec<Resource>, Error> {
        let teams = self.account.teams().await?;
        Ok(teams.iter().map(|team| group(team, with_members)).collect())
    }
}

/// A team as a group; a user who is a member twice is listed once.
fn group(team: &Team, with_members: bool) -> Resource {
    let mut members: Vec<&String> = Vec::new();
    if with_members {
        for id in team.user_ids.iter().chain(&team.secondary_user_ids) {
            if !members.contains(&id) {
                members.push(id);
            }
        }
    }

    let members = members.into_iter().map(|id| Member::user(id.as_str()));
    Resource::from(
        Group::new(team.name.as_str())
            .with_id(team.id.as_str())
            .with_members(members),
    )
}

#[async_trait]
impl Provider for Groups {
    fn resource_type(&self) -> &ResourceType {
        &self.resource_type
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::read_only()
    }

    async fn get(&self, request: GetRequest) -> Result<Resource, Error> {
        self.read_groups(request.projection.shows("members"))
            .await?
            .into_iter()
            .find(|group| group.id().as_deref() == Some(&request.id))
            .ok_or_else(|| Error::not_found(&request.id))
    }

    async fn list(&self, request: ListRequest) -> Result<Page, Error> {
        // A filter may name members that the answer leaves out.
        let with_members = request.projection.shows("members") || request.filter.is_some();
        Ok(Page::complete(self.read_groups(with_members).await?))
    }
}
