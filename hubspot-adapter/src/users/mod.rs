//! HubSpot users as SCIM users.
//!
//! Each file is a flow that reads like its sentence: observe, decide, act, remember, answer. The
//! [`Account`] makes the calls, and [`lifecycle`](crate::lifecycle) decides.

mod apply;
mod complete;
mod create;
mod list;
mod listing;
mod observe;
mod provider;
mod recreate;
mod resume;
mod update;
mod withdraw;

use std::sync::Arc;

use scim_core::schema::ResourceType;

use crate::account::Account;
use crate::mapping;
use crate::policy::Policy;
use listing::Listing;

/// The users of a HubSpot account as SCIM users.
///
/// A user whose access was taken away has left the account, or has no access in it. The user stays readable and findable here with
/// `active: false`.
///
/// [`HubSpot::users`](crate::HubSpot::users) returns it; an embedder gives it to a tenant.
#[derive(Clone, Debug)]
pub struct Users {
    account: Account,
    policy: Arc<Policy>,
    listing: Arc<Listing>,
    resource_type: Arc<ResourceType>,
}

impl Users {
    pub(crate) fn new(account: Account, policy: Arc<Policy>) -> Self {
        let resource_type = mapping::resource_type(account.features());
        Self {
            account,
            policy,
            listing: Arc::default(),
            resource_type: Arc::new(resource_type),
        }
    }

    /// The users for one request: all its calls to HubSpot end within one deadline.
    fn for_request(&self) -> Self {
        Self {
            account: self.account.for_request(),
            ..self.clone()
        }
    }
}
