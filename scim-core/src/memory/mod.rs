//! The reference provider: resources in memory, indexed and concurrent.
//!
//! A resource is kept as its JSON text and handed out as a shared handle to it. `id`, `userName`, `externalId`, `displayName`
//! and `emails.value` have an index, and so have the members of groups; a filter that compares one of them with `eq`, also
//! within `and`, `or` and a value path, looks at the rows found there and at no other. Readers do not wait for readers.
//!
//! The members of a group are kept beside it: a request that adds or removes some of them costs the same in a group of any
//! size, and one that does not show them does not read them. An order by them reads them all. `groups` of a user is read from
//! the groups: its direct memberships. Whoever is deleted is no member any more, which is a new version of the groups
//! concerned; that a user comes to a group or leaves it is none of the user. Members are users and groups of the same store, unless
//! [`MemoryProvider::taking_any_member`] says otherwise: an unknown id is refused, or left out with
//! [`Tolerance::UnknownMembers`].
//!
//! Whoever is made again while inactive is the same user as before, known by `userName` or, under a new one, by `externalId`:
//! [`Tolerance::ReturningUsers`]. Under another name, or with another `externalId`, they may be somebody
//! new, and are no member of anything.

mod candidates;
mod change;
mod index;
mod members;
mod membership;
mod rows;
mod stamp;
mod table;
mod view;

use std::fmt;
use std::hash::RandomState;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use async_trait::async_trait;
use scim_filter::{Expr, Filter};

use self::candidates::Candidates;
use self::stamp::check_version;
use self::table::{GROUP_FIELDS, Row, Table, USER_FIELDS};
use self::view::{Kind, Viewed};
use crate::clock::{Clock, Random, SystemClock, SystemRandom};
use crate::projection::Projection;
use crate::provider::{
    Capabilities, CreateRequest, DeleteRequest, GetRequest, ListRequest, PatchRequest, Patched,
    Provider, ReplaceRequest,
};
use crate::query::{Page, select};
use crate::schema::{ResourceType, Uniqueness};
use crate::{Error, Resource, Schema, Tolerance};

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
    tables: Arc<RwLock<Tables>>,
    versions: Arc<AtomicU64>,
    /// What the hashes of the indexes depend on, so that nobody outside can make them collide.
    state: RandomState,
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
        let state = RandomState::new();
        Self {
            tables: Arc::new(RwLock::new(Tables {
                users: Table::new(USER_FIELDS, state.clone()),
                groups: Table::new(GROUP_FIELDS, state.clone()),
            })),
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
            kind: Kind::Users,
            resource_type: users_without_passwords(),
            takes_any_member: false,
        }
    }

    /// The provider of the groups.
    #[must_use]
    pub fn groups(&self) -> MemoryProvider {
        MemoryProvider {
            store: self.clone(),
            kind: Kind::Groups,
            resource_type: unique_groups(),
            takes_any_member: false,
        }
    }

    fn read(&self) -> RwLockReadGuard<'_, Tables> {
        // Every change is made whole before it is stored, so a panic elsewhere leaves nothing half done.
        self.tables.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Tables> {
        self.tables.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// A version number that no resource has had.
    fn next_version(&self) -> u64 {
        self.versions.fetch_add(1, Ordering::Relaxed) + 1
    }
}

/// Users as they are kept, so that discovery promises no more: who reads a password there would send one.
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

/// Groups whose names are unique, which the core schema leaves open (RFC 7643 §8.7.1).
fn unique_groups() -> ResourceType {
    let schema = Schema::group().with_uniqueness("displayName", Uniqueness::Server);
    ResourceType::new("Group", "/Groups", schema)
}

/// One view on a [`MemoryStore`]: its users, or its groups.
#[derive(Clone, Debug)]
pub struct MemoryProvider {
    store: MemoryStore,
    kind: Kind,
    resource_type: ResourceType,
    takes_any_member: bool,
}

impl MemoryProvider {
    /// Groups whose members need not be in the store, for a server whose users another provider has.
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

    /// The resource of a row, with what is kept beside it where `is_whole`.
    fn shown(&self, tables: &Tables, row: &Row, is_whole: bool) -> Resource {
        if is_whole {
            tables.whole(self.kind, row)
        } else {
            row.resource.clone()
        }
    }

    /// What has just been written, as an answer is to show it.
    fn answer(&self, tables: &Tables, number: u32, projection: &Projection) -> Resource {
        let is_whole = projection.shows(self.kind.related());
        let row = tables.of(self.kind).rows().get(number);
        row.map(|row| self.shown(tables, row, is_whole))
            .unwrap_or_default()
    }

    /// One page of the rows that match.
    fn select(&self, tables: &Tables, request: &ListRequest) -> Page {
        let rows = tables.of(self.kind).rows();
        let is_whole = request.projection.shows(self.kind.related());
        let show = |row| self.shown(tables, row, is_whole);
        if request.filter.is_none() && request.sort.is_none() {
            let position = |number| usize::try_from(number).unwrap_or(usize::MAX);
            let page = rows.iter_from(position(request.start_index.saturating_sub(1)));
            let page = page.take(position(request.count)).map(|(_, row)| show(row));
            return Page::window(page.collect(), rows.len() as u64);
        }
        let related = self.kind.related();
        let by = request.sort.as_ref().map(|sort| sort.by.name());
        if by.is_some_and(|name| name.eq_ignore_ascii_case(related)) {
            // What lies beside the resources orders them only once it is put together: the service does the rest.
            let mut whole = Vec::new();
            self.matching(tables, request.filter.as_ref(), |row| {
                whole.push(tables.whole(self.kind, row));
            });
            return Page::complete(whole);
        }
        let mut matching = Vec::new();
        self.matching(tables, request.filter.as_ref(), |row| matching.push(row));
        let (sort, start, count) = (request.sort.as_ref(), request.start_index, request.count);
        let (total, page) = select(matching, None, sort, start, count, &self.resource_type);
        Page::window(page.into_iter().map(show).collect(), total)
    }

    fn matching<'t>(
        &self,
        tables: &'t Tables,
        filter: Option<&Filter<'_>>,
        mut see: impl FnMut(&'t Row),
    ) {
        let rows = tables.of(self.kind).rows();
        let Some(filter) = filter else {
            return rows.iter().for_each(|(_, row)| see(row));
        };
        let mut check = |row: &'t Row| {
            if filter.matches(&self.viewed(tables, row)) {
                see(row);
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

    fn viewed<'t>(&'t self, tables: &'t Tables, row: &'t Row) -> Viewed<'t> {
        Viewed {
            tables,
            kind: self.kind,
            row,
            resource_type: &self.resource_type,
        }
    }

    fn candidates(&self, tables: &Tables, filter: Expr<'_>) -> Option<Vec<u32>> {
        let candidates = Candidates {
            tables,
            kind: self.kind,
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
        let is_silent = self.kind == Kind::Users && request.resource.boolean("active").is_none();
        let desired = if is_silent {
            let active = [("active", "true")];
            request.resource.compact().edited(&["active"], &active)
        } else {
            request.resource
        };
        let mut row = self.row(&desired, &self.new_id(), None);
        let returns = self.kind == Kind::Users && request.profile.allows(Tolerance::ReturningUsers);
        let tables = &mut *self.store.write();
        let away = returns.then(|| tables.users.away(&desired)).flatten();
        let away = away.map(|(number, row)| (number, row.resource.clone()));
        let number = if let Some((number, away)) = away {
            self.brought_back(tables, number, &away, &desired)?
        } else {
            self.check_members(tables, &mut row, request.profile)?;
            tables.of_mut(self.kind).insert(row)?
        };
        Ok(self.answer(tables, number, &request.projection))
    }

    async fn get(&self, request: GetRequest) -> Result<Resource, Error> {
        let tables = self.store.read();
        let (_, row) = tables.of(self.kind).get(&request.id)?;
        let is_whole = request.projection.shows(self.kind.related());
        Ok(self.shown(&tables, row, is_whole))
    }

    async fn list(&self, request: ListRequest) -> Result<Page, Error> {
        Ok(self.select(&self.store.read(), &request))
    }

    async fn replace(&self, request: ReplaceRequest) -> Result<Resource, Error> {
        self.replaced(&mut self.store.write(), &request)
    }

    async fn patch(&self, request: PatchRequest) -> Result<Patched, Error> {
        self.patched(&mut self.store.write(), &request)
    }

    async fn delete(&self, request: DeleteRequest) -> Result<(), Error> {
        let tables = &mut *self.store.write();
        let (number, row) = tables.of(self.kind).get(&request.id)?;
        check_version(&row.resource, request.expected_version.as_ref())?;
        tables.of_mut(self.kind).remove(number);
        self.leave_groups(tables, &request.id)
    }
}
