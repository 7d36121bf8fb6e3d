//! The reference provider: resources in memory, indexed and concurrent.

mod table;

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;

use self::table::Table;
use crate::clock::{Clock, Random, SystemClock, SystemRandom, date_time};
use crate::provider::{
    Capabilities, CreateRequest, DeleteRequest, GetRequest, ListRequest, PatchRequest, Patched,
    Provider, ReplaceRequest,
};
use crate::query::Page;
use crate::schema::{ResourceType, Uniqueness};
use crate::version::Version;
use crate::{Error, ErrorKind, Resource, Schema, patch};

/// A store of users and groups in memory; [`users`](Self::users) and [`groups`](Self::groups) are two views on it.
///
/// Nothing outlives the process, and a password is never kept.
///
/// ```
/// use scim_core::memory::MemoryStore;
///
/// let store = MemoryStore::new();
/// let (users, groups) = (store.users(), store.groups());
/// ```
#[derive(Clone)]
pub struct MemoryStore {
    tables: Arc<Mutex<Tables>>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
}

#[derive(Debug)]
struct Tables {
    users: Table,
    groups: Table,
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryStore").finish_non_exhaustive()
    }
}

impl Default for MemoryStore {
    fn default() -> Self {
        Self::new()
    }
}

impl MemoryStore {
    /// An empty store on the machine's clock and random source.
    #[must_use]
    pub fn new() -> Self {
        Self::with_sources(SystemClock::new(), SystemRandom::new())
    }

    /// An empty store on a clock and a random source of the caller's.
    #[must_use]
    pub fn with_sources(clock: impl Clock, random: impl Random) -> Self {
        Self {
            tables: Arc::new(Mutex::new(Tables {
                users: Table::new("userName"),
                groups: Table::new("displayName"),
            })),
            clock: Arc::new(clock),
            random: Arc::new(random),
        }
    }

    /// The provider of the users.
    #[must_use]
    pub fn users(&self) -> MemoryProvider {
        MemoryProvider {
            store: self.clone(),
            kind: Kind::Users,
            resource_type: ResourceType::user(),
        }
    }

    /// The provider of the groups.
    #[must_use]
    pub fn groups(&self) -> MemoryProvider {
        MemoryProvider {
            store: self.clone(),
            kind: Kind::Groups,
            resource_type: unique_groups(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Tables> {
        // Every change is made whole before it is stored, so a panic elsewhere leaves nothing half done.
        self.tables.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Groups whose names are unique, which the core schema leaves open (RFC 7643 §8.7.1).
fn unique_groups() -> ResourceType {
    let schema = Schema::group().with_uniqueness("displayName", Uniqueness::Server);
    ResourceType::new("Group", "/Groups", schema)
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    Users,
    Groups,
}

impl Tables {
    fn of(&mut self, kind: Kind) -> &mut Table {
        match kind {
            Kind::Users => &mut self.users,
            Kind::Groups => &mut self.groups,
        }
    }
}

/// One view on a [`MemoryStore`]: its users, or its groups.
#[derive(Clone, Debug)]
pub struct MemoryProvider {
    store: MemoryStore,
    kind: Kind,
    resource_type: ResourceType,
}

impl MemoryProvider {
    /// Stamps a resource that is about to be stored, which is then at version `number`.
    fn stamp(
        &self,
        resource: &mut Resource,
        id: &str,
        created: Option<&str>,
        number: u64,
    ) -> Result<(), Error> {
        let now = date_time(self.store.clock.now());
        resource.remove("password");
        resource.set("id", id)?;
        resource.set("meta.created", created.or(now.as_deref()))?;
        resource.set("meta.lastModified", now)?;
        resource.set("meta.version", Version::new(number.to_string()).to_string())
    }

    fn check_version(current: &Resource, expected: Option<&Version>) -> Result<(), Error> {
        let actual = current
            .text("meta.version")
            .as_deref()
            .and_then(Version::parse);
        if expected.is_none() || actual.as_ref() == expected {
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::PreconditionFailed,
            "The resource is at another version",
        ))
    }

    /// Stores `desired` in place of `current`, in one step with the check that led to it.
    fn put(
        &self,
        table: &mut Table,
        id: &str,
        current: &Resource,
        mut desired: Resource,
    ) -> Result<Resource, Error> {
        let created = current.text("meta.created");
        self.stamp(&mut desired, id, created.as_deref(), table.next_version())?;
        table.replace(id, desired.clone())?;
        Ok(desired)
    }
}

#[async_trait]
impl Provider for MemoryProvider {
    fn resource_type(&self) -> &ResourceType {
        &self.resource_type
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::new()
    }

    async fn create(&self, request: CreateRequest) -> Result<Resource, Error> {
        let id = uuid::Builder::from_random_bytes(self.store.random.bytes())
            .into_uuid()
            .to_string();
        let mut resource = request.resource;
        if matches!(self.kind, Kind::Users) && resource.boolean("active").is_none() {
            resource.set("active", true)?;
        }
        let mut tables = self.store.lock();
        let table = tables.of(self.kind);
        self.stamp(&mut resource, &id, None, table.next_version())?;
        table.insert(&id, resource.clone())?;
        Ok(resource)
    }

    async fn get(&self, request: GetRequest) -> Result<Resource, Error> {
        let mut tables = self.store.lock();
        tables
            .of(self.kind)
            .get(&request.id)
            .cloned()
            .ok_or_else(|| Error::not_found(&request.id))
    }

    async fn list(&self, request: ListRequest) -> Result<Page, Error> {
        let mut tables = self.store.lock();
        Ok(Page::complete(
            tables.of(self.kind).candidates(request.filter.as_ref()),
        ))
    }

    async fn replace(&self, request: ReplaceRequest) -> Result<Resource, Error> {
        let mut tables = self.store.lock();
        let table = tables.of(self.kind);
        let current = table
            .get(&request.id)
            .cloned()
            .ok_or_else(|| Error::not_found(&request.id))?;
        Self::check_version(&current, request.expected_version.as_ref())?;
        let mut desired = request.resource;
        // A document without `active` says nothing of it; a PATCH that removes it does.
        if let (None, Some(active)) = (desired.boolean("active"), current.boolean("active")) {
            desired.set("active", active)?;
        }
        self.put(table, &request.id, &current, desired)
    }

    async fn patch(&self, request: PatchRequest) -> Result<Patched, Error> {
        let mut tables = self.store.lock();
        let table = tables.of(self.kind);
        let current = table
            .get(&request.id)
            .cloned()
            .ok_or_else(|| Error::not_found(&request.id))?;
        Self::check_version(&current, request.expected_version.as_ref())?;
        let applied = patch::apply(
            &current,
            &request.patch,
            &self.resource_type,
            request.profile,
        )?;
        if !applied.is_changed() {
            return Ok(Patched::Resource(current));
        }
        self.put(table, &request.id, &current, applied.resource)
            .map(Patched::Resource)
    }

    async fn delete(&self, request: DeleteRequest) -> Result<(), Error> {
        let mut tables = self.store.lock();
        let table = tables.of(self.kind);
        let current = table
            .get(&request.id)
            .ok_or_else(|| Error::not_found(&request.id))?;
        Self::check_version(current, request.expected_version.as_ref())?;
        table.remove(&request.id);
        Ok(())
    }
}
