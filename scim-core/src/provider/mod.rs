//! The trait behind which a store keeps its resources.

mod capabilities;
mod context;

use std::fmt;

use async_trait::async_trait;
use scim_filter::Filter;

pub use self::capabilities::Capabilities;
pub use self::context::{Context, Principal, TenantId};
use crate::projection::Projection;
use crate::query::{Page, Sort};
use crate::schema::ResourceType;
use crate::version::Version;
use crate::{Error, PatchOp, Profile, Resource, query};

/// A store of resources of one type.
///
/// One provider serves one resource type; two may be views on one store. The service checks a request before it calls a
/// provider: resources arrive in canonical form (names in the schema's spelling, values of the schema's types, read-only
/// attributes left out), filters parsed, PATCH requests well-formed.
///
/// # Contract
///
/// - Every resource that is answered has an `id` that never changes and never contains `bulkId`.
/// - `schemas`, `meta.resourceType` and `meta.location` are the service's to write; a provider need not, and no filter or
///   order that it gets names them: the service answers that part itself, or puts it in terms of `id` and of the presence
///   of an extension. The service also leaves out nulls, and shows the empty list of a group without members.
/// - What a list request asks for names attributes of the resource type alone, also when the client queried all types.
/// - A resource that can be changed by several at once has a `meta.version` as [`Version`] prints it, and `replace` compares it:
///   without one, two PATCH requests that the service applies may overwrite each other.
/// - A refused or failed operation changes nothing.
/// - What is not supported is refused with an [`Error`] that names it, never ignored in silence.
///
/// # Examples
///
/// [`memory`](crate::memory) is the reference; the trait is object-safe, so a service holds `Arc<dyn Provider>`.
#[async_trait]
pub trait Provider: fmt::Debug + Send + Sync + 'static {
    /// The type of the resources, with the attributes that are really kept: it is what discovery advertises.
    fn resource_type(&self) -> &ResourceType;

    /// What the provider can do; it drives discovery and refusals.
    fn capabilities(&self) -> Capabilities;

    /// Makes a resource and answers it as it is now stored.
    ///
    /// A user who is there and inactive comes back under the same id, as a PUT would have them, where the profile has
    /// [`ReturningUsers`](crate::Tolerance::ReturningUsers).
    ///
    /// # Errors
    ///
    /// `Uniqueness` when a unique value is taken, `InvalidValue` with the id when a member of a group is nobody, unless the
    /// profile has [`UnknownMembers`](crate::Tolerance::UnknownMembers), and what the store has to say.
    async fn create(&self, request: CreateRequest) -> Result<Resource, Error>;

    /// Answers the resource with an id.
    ///
    /// # Errors
    ///
    /// `NotFound` when there is none.
    async fn get(&self, request: GetRequest) -> Result<Resource, Error>;

    /// Answers the resources that a query selects, saying what of the query it applied.
    ///
    /// A store that translates the query answers a [`Page::window`]; one that has its resources at hand uses
    /// [`ListRequest::select`]; one that can do neither answers a [`Page::complete`] of every resource that can match, and the
    /// service does the rest. The order is the same from one request to the next while nothing changes, asked for or not:
    /// pages are cut from it.
    ///
    /// # Errors
    ///
    /// `InvalidFilter` when the provider cannot answer such a filter; never everything instead.
    async fn list(&self, request: ListRequest) -> Result<Page, Error>;

    /// Replaces a resource and answers it as it is now stored.
    ///
    /// An attribute that the request leaves out is cleared, except `active`, which keeps its value: Okta
    /// sends back a document that may lack it. Where the request comes of a PATCH
    /// ([`from_patch`](ReplaceRequest::from_patch)), `active` is cleared as well: the client has removed it.
    ///
    /// # Errors
    ///
    /// `NotFound`; `PreconditionFailed` when the resource is not at the expected version; `Uniqueness`; `Mutability`; for
    /// unknown members as [`create`](Self::create).
    async fn replace(&self, request: ReplaceRequest) -> Result<Resource, Error>;

    /// Applies a PATCH request, or says that the service should: it then gets, applies and replaces with compare-and-swap.
    ///
    /// # Errors
    ///
    /// As [`replace`](Self::replace), and those of [`patch::apply`](crate::patch::apply).
    async fn patch(&self, request: PatchRequest) -> Result<Patched, Error>;

    /// Removes a resource; a second time it is `NotFound`.
    ///
    /// # Errors
    ///
    /// `NotFound`; `PreconditionFailed`.
    async fn delete(&self, request: DeleteRequest) -> Result<(), Error>;
}

/// What a provider did with a PATCH request.
#[derive(Clone, Debug)]
#[expect(clippy::exhaustive_enums, reason = "a service must know every outcome")]
pub enum Patched {
    /// Applied; this is the resource now.
    Resource(Resource),
    /// Applied; the resource was not read, and nobody asked for it.
    NoContent,
    /// Not applied: the service is to get, apply and replace.
    NotSupported,
}

/// A request to make a resource.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CreateRequest {
    /// Who asks, and for which tenant.
    pub context: Context,
    /// The resource, in canonical form.
    pub resource: Resource,
    /// The rules under which it is made.
    pub profile: Profile,
    /// Which attributes the answer will show.
    pub projection: Projection,
}

/// A request to read one resource.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct GetRequest {
    /// Who asks, and for which tenant.
    pub context: Context,
    /// The id of the resource.
    pub id: String,
    /// Which attributes the answer will show.
    pub projection: Projection,
}

/// A request to list resources.
#[derive(Clone)]
#[non_exhaustive]
pub struct ListRequest {
    /// Who asks, and for which tenant.
    pub context: Context,
    /// Which resources.
    pub filter: Option<Filter<'static>>,
    /// In which order.
    pub sort: Option<Sort>,
    /// The 1-based index of the first resource wanted, at least 1.
    pub start_index: u64,
    /// How many resources are wanted at most.
    pub count: u64,
    /// Which attributes the answer will show.
    pub projection: Projection,
}

/// A request to replace a resource.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ReplaceRequest {
    /// Who asks, and for which tenant.
    pub context: Context,
    /// The id of the resource.
    pub id: String,
    /// What it is to become, in canonical form.
    pub resource: Resource,
    /// The rules under which it is replaced.
    pub profile: Profile,
    /// The version it must be at.
    pub expected_version: Option<Version>,
    /// Which attributes the answer will show.
    pub projection: Projection,
    /// Whether the service made it of a PATCH request: then what it leaves out is meant to go.
    pub from_patch: bool,
}

/// A request to change parts of a resource.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct PatchRequest {
    /// Who asks, and for which tenant.
    pub context: Context,
    /// The id of the resource.
    pub id: String,
    /// The operations.
    pub patch: PatchOp,
    /// The rules under which they apply.
    pub profile: Profile,
    /// The version the resource must be at.
    pub expected_version: Option<Version>,
    /// Which attributes the answer will show.
    pub projection: Projection,
    /// Whether the answer will show the resource at all.
    pub wants_resource: bool,
}

/// A request to remove a resource.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct DeleteRequest {
    /// Who asks, and for which tenant.
    pub context: Context,
    /// The id of the resource.
    pub id: String,
    /// The version it must be at.
    pub expected_version: Option<Version>,
}

impl CreateRequest {
    /// A request to make `resource`.
    #[must_use]
    pub fn new(context: Context, resource: Resource) -> Self {
        Self {
            context,
            resource,
            profile: Profile::default(),
            projection: Projection::default(),
        }
    }
}

impl GetRequest {
    /// A request to read the resource with `id`.
    #[must_use]
    pub fn new(context: Context, id: impl Into<String>) -> Self {
        Self {
            context,
            id: id.into(),
            projection: Projection::default(),
        }
    }
}

impl fmt::Debug for ListRequest {
    /// Without the filter, whose values are personal data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ListRequest")
            .field("context", &self.context)
            .field("has_filter", &self.filter.is_some())
            .field("sort", &self.sort)
            .field("start_index", &self.start_index)
            .field("count", &self.count)
            .field("projection", &self.projection)
            .finish_non_exhaustive()
    }
}

impl ListRequest {
    /// A request to list every resource, up to `count`.
    #[must_use]
    pub fn new(context: Context, count: u64) -> Self {
        Self {
            context,
            filter: None,
            sort: None,
            start_index: 1,
            count,
            projection: Projection::default(),
        }
    }

    /// The page of the request out of every resource that can match: filtered, sorted and cut here.
    ///
    /// For a store that has its resources at hand: each is looked at once, where it lies, and only those of the page are
    /// cloned.
    ///
    /// ```
    /// use scim_core::Resource;
    /// use scim_core::provider::{Context, ListRequest};
    /// use scim_core::query::Page;
    /// use scim_core::schema::ResourceType;
    ///
    /// let rows = vec![Resource::from_slice(br#"{"id":"1","displayName":"Ada"}"#)?; 5];
    /// let request = ListRequest::new(Context::default(), 2);
    /// let page = request.select(&rows, &ResourceType::user());
    /// assert!(matches!(page, Page::Window { resources, total: 5 } if resources.len() == 2));
    /// # Ok::<(), scim_core::Error>(())
    /// ```
    #[must_use]
    pub fn select<'r>(
        &self,
        candidates: impl IntoIterator<Item = &'r Resource>,
        resource_type: &ResourceType,
    ) -> Page {
        let (total, page) = query::select(
            candidates,
            self.filter.as_ref(),
            self.sort.as_ref(),
            self.start_index,
            self.count,
            resource_type,
        );
        Page::window(page.into_iter().cloned().collect(), total)
    }
}

impl ReplaceRequest {
    /// A request to replace the resource with `id` by `resource`.
    #[must_use]
    pub fn new(context: Context, id: impl Into<String>, resource: Resource) -> Self {
        Self {
            context,
            id: id.into(),
            resource,
            profile: Profile::default(),
            expected_version: None,
            projection: Projection::default(),
            from_patch: false,
        }
    }
}

impl PatchRequest {
    /// A request to apply `patch` to the resource with `id`.
    #[must_use]
    pub fn new(context: Context, id: impl Into<String>, patch: PatchOp, profile: Profile) -> Self {
        Self {
            context,
            id: id.into(),
            patch,
            profile,
            expected_version: None,
            projection: Projection::default(),
            wants_resource: true,
        }
    }
}

impl DeleteRequest {
    /// A request to remove the resource with `id`.
    #[must_use]
    pub fn new(context: Context, id: impl Into<String>) -> Self {
        Self {
            context,
            id: id.into(),
            expected_version: None,
        }
    }
}
