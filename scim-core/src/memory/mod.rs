//! The reference provider: resources in memory, indexed and concurrent.
//!
//! The store keeps each resource as JSON text and shares that text with its readers. Readers do not block each other.
//!
//! # Indexes
//!
//! `id`, `userName`, `externalId`, `displayName`, `emails.value` and the members of groups are indexed. A filter that
//! compares one of them with `eq` reads only the rows in the index, also inside `and`, `or` and a value path.
//!
//! # Members
//!
//! The store keeps the members of a group beside it. Adding or removing a few costs the same in a group of any size, and a
//! request that does not show the members does not read them. Sorting by `members` reads them all. The `groups` of a user are
//! its direct memberships.
//!
//! Members are users and groups of the same store, unless [`MemoryProvider::taking_any_member`] lifts that rule. An unknown
//! id is refused, or left out under [`Tolerance::UnknownMembers`]. Deleting a resource removes it from its groups, and each
//! of them gets a new version. Joining or leaving a group does not change the version of the user.
//!
//! # Returning users
//!
//! Under [`Tolerance::ReturningUsers`], creating an inactive user again reactivates it. The store finds the user by
//! `userName`, or under a new name by `externalId`. With another name or another `externalId` it may be a different person,
//! so the memberships go.

mod candidates;
mod change;
mod index;
mod members;
mod membership;
mod rows;
mod stamp;
mod table;
mod view;

use std::hash::RandomState;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use async_trait::async_trait;
use scim_filter::{Expr, Filter};

use self::candidates::Candidates;
use self::table::{GROUP_FIELDS, Row, Table, USER_FIELDS};
use self::view::{RowView, TableName};
use crate::clock::{Clock, Random, SystemClock, SystemRandom};
use crate::projection::Projection;
use crate::provider::{
    Capabilities, CreateRequest, DeleteRequest, GetRequest, ListRequest, PatchRequest, Patched,
    Provider, ReplaceRequest,
};
use crate::query::{Page, select};
use crate::schema::{ResourceType, Uniqueness};
use crate::version::Version;
use crate::{Error, Redacted, Resource, Schema, Tolerance};

/// A store of users and groups in memory. [`users`](Self::users) and [`groups`](Self::groups) are the providers over it.
///
/// The store ends with the process and never keeps a password.
///
/// ```
/// use scim_core::memory::MemoryStore;
///
/// let store = MemoryStore::new();
/// let (users, groups) = (store.users(), store.groups());
/// ```
#[derive(Clone, Debug)]
pub struct MemoryStore {
    tables: Redacted<Arc<RwLock<Tables>>>,
    versions: Arc<AtomicU64>,
    /// The random seed of the index hashes, so that no client can make them collide.
    state: RandomState,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
}

#[derive(Debug)]
struct Tables {
    users: Table,
    groups: Table,
}

impl Default for MemoryStore {
    fn default() -> Self {
        Self::new()
    }
}

impl MemoryStore {
    /// An empty store with the system clock and the system's random source.
    #[must_use]
    pub fn new() -> Self {
        Self::with_sources(SystemClock::new(), SystemRandom::new())
    }

    /// An empty store with another clock and random source, for tests.
    #[must_use]
    pub fn with_sources(clock: impl Clock, random: impl Random) -> Self {
        let state = RandomState::new();
        Self {
            tables: Redacted::new(Arc::new(RwLock::new(Tables {
                users: Table::new(USER_FIELDS, state.clone()),
                groups: Table::new(GROUP_FIELDS, state.clone()),
            }))),
            versions: Arc::default(),
            state,
            clock: Arc::new(clock),
            random: Arc::new(random),
        }
    }

    /// The provider of the users.
    #[must_use]
    pub fn users(&self) -> MemoryProvider {
        MemoryProvider {
            store: self.clone(),
            table: TableName::Users,
            resource_type: users_without_passwords(),
            takes_any_member: false,
        }
    }

    /// The provider of the groups.
    #[must_use]
    pub fn groups(&self) -> MemoryProvider {
        MemoryProvider {
            store: self.clone(),
            table: TableName::Groups,
            resource_type: uniquely_named_groups(),
            takes_any_member: false,
        }
    }

    fn read(&self) -> RwLockReadGuard<'_, Tables> {
        // Each change is complete before it is stored, so a panic cannot leave half of one.
        self.tables.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Tables> {
        self.tables.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next unused version number.
    fn next_version(&self) -> u64 {
        self.versions.fetch_add(1, Ordering::Relaxed) + 1
    }
}

/// The user type without `password`: a client that finds the attribute in discovery would send it.
fn users_without_passwords() -> ResourceType {
    let schema = Schema::user();
    let names: Vec<String> = schema
        .attributes()
        .iter()
        .map(|attribute| attribute.name().to_owned())
        .filter(|name| name != "password")
        .collect();
    let kept: Vec<&str> = names.iter().map(String::as_str).collect();
    ResourceType::new("User", "/Users", schema.retaining(&kept))
        .with_extension(Schema::enterprise_user())
}

/// The group type with unique names, which the core schema leaves open (RFC 7643 §8.7.1).
fn uniquely_named_groups() -> ResourceType {
    let schema = Schema::group().with_uniqueness("displayName", Uniqueness::Server);
    ResourceType::new("Group", "/Groups", schema)
}

/// The provider of the users or of the groups of a [`MemoryStore`].
#[derive(Clone, Debug)]
pub struct MemoryProvider {
    store: MemoryStore,
    table: TableName,
    resource_type: ResourceType,
    takes_any_member: bool,
}

impl MemoryProvider {
    /// Accepts members that are not in the store, for a server whose users belong to another provider.
    ///
    /// ```
    /// use scim_core::memory::MemoryStore;
    ///
    /// let groups = MemoryStore::new().groups().taking_any_member();
    /// ```
    #[must_use]
    pub fn taking_any_member(mut self) -> Self {
        self.takes_any_member = true;
        self
    }

    fn new_id(&self) -> String {
        uuid::Builder::from_random_bytes(self.store.random.bytes())
            .into_uuid()
            .to_string()
    }

    /// The resource of a row, with its members or groups if the projection shows them.
    fn resource(&self, tables: &Tables, row: &Row, projection: &Projection) -> Resource {
        if projection.shows(self.table.related()) {
            tables.whole(self.table, row)
        } else {
            row.resource.clone()
        }
    }

    /// The resource that a change has just written.
    fn written(&self, tables: &Tables, number: u32, projection: &Projection) -> Resource {
        let row = tables.of(self.table).rows().get(number);
        row.map(|row| self.resource(tables, row, projection))
            .unwrap_or_default()
    }

    /// One page of the matching rows.
    fn select(&self, tables: &Tables, request: &ListRequest) -> Page {
        let rows = tables.of(self.table).rows();
        let resource = |row| self.resource(tables, row, &request.projection);

        if request.filter.is_none() && request.sort.is_none() {
            let position = |number| usize::try_from(number).unwrap_or(usize::MAX);
            let page = rows.iter_from(position(request.start_index.saturating_sub(1)));
            let page = page
                .take(position(request.count))
                .map(|(_, row)| resource(row));
            return Page::window(page.collect(), rows.len() as u64);
        }

        let related = self.table.related();
        let by = request.sort.as_ref().map(|sort| sort.by.name());
        if by.is_some_and(|name| name.eq_ignore_ascii_case(related)) {
            // Sorting by members or groups needs the whole resources; the service sorts and pages them.
            let mut whole = Vec::new();
            self.matching(tables, request.filter.as_ref(), |row| {
                whole.push(tables.whole(self.table, row));
            });
            return Page::complete(whole);
        }

        let mut matching = Vec::new();
        self.matching(tables, request.filter.as_ref(), |row| matching.push(row));
        let (sort, start, count) = (request.sort.as_ref(), request.start_index, request.count);
        let (total, page) = select(matching, None, sort, start, count, &self.resource_type);
        Page::window(page.into_iter().map(resource).collect(), total)
    }

    /// Calls `visit` with each matching row, in order.
    fn matching<'t>(
        &self,
        tables: &'t Tables,
        filter: Option<&Filter<'_>>,
        mut visit: impl FnMut(&'t Row),
    ) {
        let rows = tables.of(self.table).rows();
        let Some(filter) = filter else {
            return rows.iter().for_each(|(_, row)| visit(row));
        };

        let mut check = |row: &'t Row| {
            if filter.matches(&self.row_view(tables, row)) {
                visit(row);
            }
        };

        match self.candidates(tables, filter.expr()) {
            Some(found) => found
                .iter()
                .filter_map(|row| rows.get(*row))
                .for_each(check),
            None => rows.iter().for_each(|(_, row)| check(row)),
        }
    }

    fn row_view<'t>(&'t self, tables: &'t Tables, row: &'t Row) -> RowView<'t> {
        RowView {
            tables,
            table: self.table,
            row,
            resource_type: &self.resource_type,
        }
    }

    fn candidates(&self, tables: &Tables, filter: Expr<'_>) -> Option<Vec<u32>> {
        let candidates = Candidates {
            tables,
            table: self.table,
            resource_type: &self.resource_type,
        };
        candidates.of(filter)
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
        // A new user is active unless the request says otherwise.
        let is_silent =
            self.table == TableName::Users && request.resource.boolean("active").is_none();
        let desired = if is_silent {
            let active = [("active", "true")];
            request.resource.compact().edited(&["active"], &active)
        } else {
            request.resource
        };
        let mut row = self.row(&desired, &self.new_id(), None);

        let returns =
            self.table == TableName::Users && request.profile.allows(Tolerance::ReturningUsers);
        let tables = &mut *self.store.write();
        let inactive = returns
            .then(|| tables.users.returning_user(&desired))
            .flatten();
        let inactive = inactive.map(|(number, row)| (number, row.resource.clone()));

        let number = if let Some((number, inactive)) = inactive {
            self.reactivate(tables, number, &inactive, &desired)?
        } else {
            self.check_members(tables, &mut row, request.profile)?;
            tables.of_mut(self.table).insert(row)?
        };

        Ok(self.written(tables, number, &request.projection))
    }

    async fn get(&self, request: GetRequest) -> Result<Resource, Error> {
        let tables = self.store.read();
        let (_, row) = tables.of(self.table).get(&request.id)?;
        Ok(self.resource(&tables, row, &request.projection))
    }

    async fn list(&self, request: ListRequest) -> Result<Page, Error> {
        Ok(self.select(&self.store.read(), &request))
    }

    async fn replace(&self, request: ReplaceRequest) -> Result<Resource, Error> {
        self.replace_row(&mut self.store.write(), &request)
    }

    async fn patch(&self, request: PatchRequest) -> Result<Patched, Error> {
        self.patch_row(&mut self.store.write(), &request)
    }

    async fn delete(&self, request: DeleteRequest) -> Result<(), Error> {
        let tables = &mut *self.store.write();
        let (number, row) = tables.of(self.table).get(&request.id)?;
        Version::check(&row.resource, request.expected_version.as_ref())?;
        tables.of_mut(self.table).remove(number);
        self.remove_from_groups(tables, &request.id)
    }
}
