//! One HubSpot account and its state: all calls and all records go through [`Account`].

mod converge;
mod create;
mod directory;
mod find;
mod journal;
mod locks;
mod observe;
mod read;
mod records;
mod refusal;
mod render;
mod resolve;
mod restore;
mod row_writes;
mod rows;
mod teams;
mod walk;
mod withdraw;

#[cfg(test)]
mod converge_tests;

use std::fmt;
use std::sync::Arc;

use scim_core::Error;
use scim_core::clock::Clock;
use tokio::sync::OwnedMutexGuard;

pub(crate) use self::create::Creation;
use self::directory::Directory;
pub(crate) use self::journal::JournalEntry;
use self::locks::Locks;
pub(crate) use self::observe::NotObserved;
pub(crate) use self::refusal::SeatShortage;
use self::rows::Rows;
use crate::client::{Client, Timer};
use crate::dialect::Dialect;
use crate::features::Features;
use crate::lifecycle::RoleRequest;
use crate::state::StateStore;

/// A HubSpot account: its API, the records that HubSpot cannot keep, and the locks of writes under way.
///
/// A flow takes its locks in this order: address, then user id, then team.
#[derive(Clone)]
pub(crate) struct Account {
    client: Client,
    dialect: Dialect,
    state: Arc<dyn StateStore>,
    directory: Arc<Directory>,
    locks: Arc<Locks>,
    clock: Arc<dyn Clock>,
    /// Identifies this adapter among those that share the state.
    holder: Arc<str>,
    features: Arc<Features>,
    /// `None` if the token cannot read the account's CRM.
    rows: Option<Arc<Rows>>,
}

impl Account {
    pub(crate) fn new(
        client: Client,
        dialect: Dialect,
        state: Arc<dyn StateStore>,
        features: &Features,
        timer: Arc<dyn Timer>,
        clock: Arc<dyn Clock>,
        holder: String,
    ) -> Self {
        Self {
            client,
            dialect,
            state,
            directory: Arc::new(Directory::new(timer)),
            locks: Arc::new(Locks::new()),
            clock,
            holder: holder.into(),
            features: Arc::new(features.clone()),
            rows: features.rows.clone().map(|kept| Arc::new(Rows::new(kept))),
        }
    }

    /// The account for one request: all its calls to HubSpot end within one deadline.
    pub(crate) fn for_request(&self) -> Self {
        Self {
            client: self.client.for_request(),
            ..self.clone()
        }
    }

    /// The features of the account that its token may use.
    pub(crate) fn features(&self) -> &Features {
        &self.features
    }

    /// The clock of this server.
    pub(crate) fn clock(&self) -> &dyn Clock {
        &*self.clock
    }

    /// Waits for other requests about this address, and holds them off until the guard drops.
    pub(crate) async fn lock_address(&self, email: &str) -> OwnedMutexGuard<()> {
        self.locks.hold(&email.to_ascii_lowercase()).await
    }

    /// Waits for other requests about this user, and holds them off until the guard drops.
    pub(crate) async fn lock_user(&self, id: &str) -> OwnedMutexGuard<()> {
        self.locks.hold(id).await
    }
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account")
            .field("client", &self.client)
            .finish_non_exhaustive()
    }
}

/// Puts into the audit trail the roles of a request that had no effect on the user's permission set.
pub(crate) fn note_roles(id: &str, request: &RoleRequest) {
    for unknown in &request.unknown {
        tracing::warn!(
            target: "hubspot_adapter::audit",
            id,
            role = unknown.name,
            did_you_mean = unknown.suggestion,
            "no permission set has the name of this role, so the role was left out"
        );
    }
    for role in &request.passed_over {
        tracing::warn!(
            target: "hubspot_adapter::audit",
            id,
            role,
            "HubSpot's API gives a user one permission set, so this role was left out"
        );
    }
}

/// Puts into the audit trail what a request asked for and did not get, because the rest of it had to be done.
pub(crate) fn note_left_out(id: &str, refused: &Error) {
    tracing::warn!(
        target: "hubspot_adapter::audit",
        id,
        left_out = refused.detail(),
        "a part of a request was left out"
    );
}
