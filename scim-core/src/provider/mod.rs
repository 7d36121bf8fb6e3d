//! The interface between the service and a store of resources.

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
use crate::{Error, ErrorKind, PatchOp, Profile, Resource, query};

/// A store of resources of one type.
///
/// One provider serves one resource type. Two providers may be views of one store. The service checks each request before
/// it calls the provider:
///
/// - Resources are in canonical form: names in the schema's spelling, values of the schema's types, no read-only attributes.
/// - Filters and PATCH requests are parsed and well-formed.
/// - A filter or a sort names only attributes of this resource type, even if the client queried all types.
///
/// # Contract
///
/// - Every resource that a provider returns has an `id`. The `id` never changes and never contains `bulkId`.
/// - The service writes `schemas`, `meta.resourceType` and `meta.location`, so a provider may leave them out. No filter and
///   no order names them: the service answers that part itself, or rewrites it with `id` and the presence of an extension.
/// - The service leaves out nulls, and shows the empty list of a group without members.
/// - If several clients can change a resource at once, it has a `meta.version` as [`Version`] prints it, and `replace`
///   compares it. Without a version, two PATCH requests that the service applies may overwrite each other.
/// - A refused or failed operation changes nothing.
/// - A provider refuses an unsupported request with an [`Error`] that names it, and never ignores it in silence.
///
/// # Reading only
///
/// A provider has to implement only [`get`](Self::get) and [`list`](Self::list). The other operations answer 501 by
/// default; [`Capabilities`] tell clients so in advance.
///
/// # Examples
///
/// [`memory`](crate::memory) is the reference. The trait is object-safe, so a service holds `Arc<dyn Provider>`.
#[async_trait]
pub trait Provider: fmt::Debug + Send + Sync + 'static {
    /// The type of the resources, with the attributes that the store really keeps. Discovery advertises it.
    fn resource_type(&self) -> &ResourceType;

    /// The operations that the provider supports. Discovery advertises them, and the service refuses the others.
    fn capabilities(&self) -> Capabilities;

    /// Creates a resource and returns it as stored. By default, 501.
    ///
    /// With [`ReturningUsers`](crate::Tolerance::ReturningUsers), an existing inactive user comes back under the same id, as
    /// a PUT would leave it.
    ///
    /// # Errors
    ///
    /// - `Uniqueness` if a unique value is taken.
    /// - `InvalidValue` with the id if a group has an unknown member, unless the profile has
    ///   [`UnknownMembers`](crate::Tolerance::UnknownMembers).
    /// - Any error of the store.
    async fn create(&self, request: CreateRequest) -> Result<Resource, Error> {
        let _ = request;
        Err(unsupported("Creating", self.resource_type()))
    }

    /// Returns the resource with an id.
    ///
    /// # Errors
    ///
    /// `NotFound` if there is none.
    async fn get(&self, request: GetRequest) -> Result<Resource, Error>;

    /// Returns the resources that a query selects, and says which parts of the query it applied.
    ///
    /// - A store that translates the query returns a [`Page::window`].
    /// - A store in memory uses [`ListRequest::select`].
    /// - Any other store returns a [`Page::complete`] of all resources that may match, and the service does the rest.
    ///
    /// The order stays the same from one request to the next while nothing changes, sorted or not: clients cut pages from it.
    ///
    /// # Errors
    ///
    /// `InvalidFilter` if the provider cannot answer the filter. It never returns everything instead.
    async fn list(&self, request: ListRequest) -> Result<Page, Error>;

    /// Replaces a resource and returns it as stored. By default, 501.
    ///
    /// An attribute that the request leaves out is cleared. `active` is the exception and keeps its value, because Okta sends
    /// back documents without it. If the service made the request from a PATCH
    /// ([`from_patch`](ReplaceRequest::from_patch)), a missing `active` is cleared as well: the client removed it.
    ///
    /// # Errors
    ///
    /// - `NotFound`, `Uniqueness` or `Mutability`.
    /// - `PreconditionFailed` if the resource is not at the expected version.
    /// - `InvalidValue` for unknown members, as in [`create`](Self::create).
    async fn replace(&self, request: ReplaceRequest) -> Result<Resource, Error> {
        let _ = request;
        Err(unsupported("Replacing", self.resource_type()))
    }

    /// Applies a PATCH request, or delegates it to the service.
    ///
    /// By default, the provider delegates. The service then gets the resource, applies the PATCH, and replaces the resource
    /// if its version is still the same.
    ///
    /// # Errors
    ///
    /// As [`replace`](Self::replace) and [`patch::apply`](crate::patch::apply).
    async fn patch(&self, request: PatchRequest) -> Result<Patched, Error> {
        let _ = request;
        Ok(Patched::Delegated)
    }

    /// Deletes a resource. By default, 501.
    ///
    /// # Errors
    ///
    /// `NotFound`, also for a second request; `PreconditionFailed`.
    async fn delete(&self, request: DeleteRequest) -> Result<(), Error> {
        let _ = request;
        Err(unsupported("Deleting", self.resource_type()))
    }
}

/// A 501 that names the operation and the resource type.
pub(crate) fn unsupported(operation: &str, resource_type: &ResourceType) -> Error {
    let name = resource_type.name();
    Error::new(
        ErrorKind::NotImplemented,
        format!("{operation} is not supported for the resource type {name}"),
    )
}

/// The outcome of a PATCH request to a provider.
#[derive(Clone, Debug)]
#[expect(clippy::exhaustive_enums, reason = "a service must know every outcome")]
pub enum Patched {
    /// The provider applied the request; this is the resource now.
    Resource(Resource),
    /// The provider applied the request and did not read the resource, because the response shows none.
    NoContent,
    /// The service applies the request: it gets the resource, applies the operations and replaces it.
    Delegated,
}

/// A request to create a resource.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CreateRequest {
    /// The caller and its tenant.
    pub context: Context,
    /// The resource, in canonical form.
    pub resource: Resource,
    /// The rules of the tenant.
    pub profile: Profile,
    /// The attributes that the response will show.
    pub projection: Projection,
}

/// A request to read one resource.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct GetRequest {
    /// The caller and its tenant.
    pub context: Context,
    /// The id of the resource.
    pub id: String,
    /// The attributes that the response will show.
    pub projection: Projection,
}

/// A request to list resources.
#[derive(Clone)]
#[non_exhaustive]
pub struct ListRequest {
    /// The caller and its tenant.
    pub context: Context,
    /// The filter that selects resources; `None` selects all.
    pub filter: Option<Filter<'static>>,
    /// The order of the resources.
    pub sort: Option<Sort>,
    /// The 1-based index of the first resource of the page, at least 1.
    pub start_index: u64,
    /// The largest number of resources in the page.
    pub count: u64,
    /// The attributes that the response will show.
    pub projection: Projection,
}

/// A request to replace a resource.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ReplaceRequest {
    /// The caller and its tenant.
    pub context: Context,
    /// The id of the resource.
    pub id: String,
    /// The new resource, in canonical form.
    pub resource: Resource,
    /// The rules of the tenant.
    pub profile: Profile,
    /// The version that the resource must have.
    pub expected_version: Option<Version>,
    /// The attributes that the response will show.
    pub projection: Projection,
    /// Whether the service made this request from a PATCH. If so, a missing attribute was removed on purpose.
    pub from_patch: bool,
}

/// A request to change parts of a resource.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct PatchRequest {
    /// The caller and its tenant.
    pub context: Context,
    /// The id of the resource.
    pub id: String,
    /// The operations.
    pub patch: PatchOp,
    /// The rules of the tenant.
    pub profile: Profile,
    /// The version that the resource must have.
    pub expected_version: Option<Version>,
    /// The attributes that the response will show.
    pub projection: Projection,
    /// Whether the response will show the resource at all.
    pub wants_resource: bool,
}

/// A request to delete a resource.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct DeleteRequest {
    /// The caller and its tenant.
    pub context: Context,
    /// The id of the resource.
    pub id: String,
    /// The version that the resource must have.
    pub expected_version: Option<Version>,
}

impl CreateRequest {
    /// A request to create `resource`.
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

    /// Selects the page of this request from `candidates`: filters, sorts and cuts it.
    ///
    /// For a store that keeps its resources in memory. This method looks at each candidate once, in place, and clones only
    /// the resources of the page.
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
    /// A request to delete the resource with `id`.
    #[must_use]
    pub fn new(context: Context, id: impl Into<String>) -> Self {
        Self {
            context,
            id: id.into(),
            expected_version: None,
        }
    }
}
