//! Queries over one resource type, and over all of them.

use scim_filter::Filter;

use super::operation::Operation;
use super::render::Renderer;
use super::reply::Reply;
use crate::error::shorten;
use crate::message::list;
use crate::provider::ListRequest;
use crate::query::{
    Order, Page, Query, ServedType, ServiceAttribute, Simplified, Sort, SortKey, UnknownAttribute,
    check_filter, check_known, expand_email, resolve_order, simplify,
};
use crate::schema::ResourceType;
use crate::{Error, ErrorKind, Profile, Resource, Tolerance};

/// Answers a query on the endpoint of one resource type.
pub(super) async fn one_type(operation: Operation<'_>, mut query: Query) -> Result<Reply, Error> {
    let resource_type = operation.provider.resource_type();
    if let Some(filter) = query.filter.take() {
        let filter = expand_email(filter, resource_type, operation.profile());
        check_filter(&filter, resource_type, operation.profile())?;
        query.filter = Some(filter);
    }
    answer(&[operation], &query, UnknownAttribute::Kept).await
}

/// Answers a query for groups on a server without groups.
pub(super) async fn no_groups(query: Query, profile: Profile) -> Result<Reply, Error> {
    if let Some(filter) = &query.filter {
        check_filter(filter, &ResourceType::group(), profile)?;
    }
    answer(&[], &query, UnknownAttribute::Kept).await
}

/// Answers a query on the root: over all resource types, in the order of their registration.
///
/// Source: RFC 7644 §3.4.2.1.
pub(super) async fn every_type(operations: &[Operation<'_>], query: Query) -> Result<Reply, Error> {
    if let Some(filter) = &query.filter {
        let types: Vec<_> = operations
            .iter()
            .map(|operation| operation.provider.resource_type())
            .collect();
        check_known(filter, &types)?;
    }
    answer(operations, &query, UnknownAttribute::Absent).await
}

async fn answer(
    operations: &[Operation<'_>],
    query: &Query,
    unknown: UnknownAttribute,
) -> Result<Reply, Error> {
    let sort = sortable(operations, query)?;
    let mut targets = Vec::with_capacity(operations.len());
    for operation in operations {
        targets.extend(Target::new(operation, query, sort, unknown)?);
    }

    let max_results = operations
        .iter()
        .map(|operation| operation.provider.capabilities().max_results)
        .max()
        .unwrap_or(0);
    let count = query.count.unwrap_or(max_results).min(max_results);
    let counts_pages = operations
        .first()
        .is_some_and(|first| first.profile().allows(Tolerance::PageNumbers));
    let start_index = if counts_pages {
        query.start_index_of_page(count)
    } else {
        query.start_index
    };

    let (total, found) = match sort {
        Some(sort) if targets.len() > 1 && count > 0 => {
            merge(&targets, sort, start_index, count).await?
        }
        Some(_) | None => chain(&targets, start_index, count).await?,
    };

    let page = (start_index, found.len() as u64);
    let list = list::write(total, page, &found, |(target, resource), out| {
        target.renderer.write(resource, out)
    })?;
    Ok(Reply::ok(list))
}

/// Returns the wanted order, or `None` if no resource type has the attribute and the profile ignores it.
fn sortable<'q>(operations: &[Operation<'_>], query: &'q Query) -> Result<Option<&'q Sort>, Error> {
    let (Some(sort), Some(first)) = (&query.sort, operations.first()) else {
        return Ok(None);
    };

    let mut is_known = false;
    let mut is_complex = false;
    for operation in operations {
        match resolve_order(sort, operation.provider.resource_type()) {
            Order::By(_) => {
                operation.require(operation.provider.capabilities().can_sort, "Sorting")?;
                is_known = true;
            }
            Order::Same => is_known = true,
            Order::Complex => is_complex = true,
            Order::Unknown => {}
        }
    }
    if is_known {
        return Ok(Some(sort));
    }
    if first.profile().allows(Tolerance::UnknownAttributes) {
        return Ok(None);
    }

    let name = shorten(sort.by.as_str());
    let detail = if is_complex {
        format!("{name} is complex; name one of its sub-attributes in sortBy")
    } else {
        format!("{name} is not an attribute that sortBy can name")
    };
    Err(Error::new(ErrorKind::InvalidValue, detail))
}

/// The part of a query for one provider.
struct Target<'t> {
    operation: &'t Operation<'t>,
    query: &'t Query,
    filter: Option<Filter<'static>>,
    order: Option<Order>,
    renderer: Renderer<'t>,
}

/// A resource and the target that found it.
type Found<'t> = (&'t Target<'t>, Resource);

impl<'t> Target<'t> {
    /// Makes the part of a query for one provider; `None` if no resource of the type can match.
    fn new(
        operation: &'t Operation<'t>,
        query: &'t Query,
        sort: Option<&Sort>,
        unknown: UnknownAttribute,
    ) -> Result<Option<Self>, Error> {
        let resource_type = operation.provider.resource_type();
        let served = ServedType {
            resource_type,
            locate: &|id| operation.tenant.location(resource_type.endpoint(), id),
        };

        let filter = match &query.filter {
            None => None,
            Some(filter) => match simplify(filter, &served, unknown)? {
                Simplified::Everything => None,
                Simplified::Nothing => return Ok(None),
                Simplified::Filter(filter) => {
                    if unknown == UnknownAttribute::Absent {
                        check_filter(&filter, resource_type, operation.profile())?;
                    }
                    Some(filter)
                }
            },
        };

        Ok(Some(Self {
            operation,
            query,
            filter,
            order: sort.map(|sort| resolve_order(sort, resource_type)),
            renderer: operation.renderer(&query.projection),
        }))
    }

    /// The order to ask of the provider.
    fn sort(&self) -> Option<&Sort> {
        match &self.order {
            Some(Order::By(sort)) => Some(sort),
            Some(Order::Same | Order::Unknown | Order::Complex) | None => None,
        }
    }

    async fn ask(&self, start_index: u64, count: u64) -> Result<Page, Error> {
        let mut request = ListRequest::new(self.operation.context.clone(), count);
        request.filter.clone_from(&self.filter);
        request.sort = self.sort().cloned();
        request.start_index = start_index;
        request.projection = self.query.projection.clone();
        self.operation.provider.list(request).await
    }

    fn finish(&self, page: Page, start_index: u64, count: u64) -> (u64, Vec<Resource>) {
        let resource_type = self.operation.provider.resource_type();
        let filter = self.filter.as_ref();
        page.finish(filter, self.sort(), start_index, count, resource_type)
    }

    /// The most resources that the provider returns at once.
    fn max_results(&self) -> u64 {
        self.operation.provider.capabilities().max_results
    }

    /// Returns the number of matches and the first `count` of them, in as many requests as necessary.
    async fn first(&self, count: u64) -> Result<(u64, Vec<Resource>), Error> {
        let mut found = Vec::new();
        loop {
            let done = found.len() as u64;
            let wanted = count.saturating_sub(done).min(self.max_results());
            let page = self.ask(done + 1, wanted).await?;
            if matches!(page, Page::Complete { .. }) {
                return Ok(self.finish(page, 1, count));
            }

            let (total, more) = self.finish(page, done + 1, wanted);
            let is_last = more.is_empty();
            found.extend(more);
            if is_last || found.len() as u64 >= count.min(total) {
                return Ok((total, found));
            }
        }
    }

    /// The sort key of a resource among those of other types.
    fn key(&self, resource: &Resource, sort: &Sort) -> Option<SortKey> {
        let resource_type = self.operation.provider.resource_type();
        match ServiceAttribute::of(&sort.by, None, resource_type) {
            Some(ServiceAttribute::ResourceType) => {
                Some(SortKey::Text(resource_type.name().to_owned()))
            }
            Some(ServiceAttribute::Schemas) => {
                Some(SortKey::Text(resource_type.schema().id().to_owned()))
            }
            Some(ServiceAttribute::Location) => {
                self.renderer.location(resource).ok().map(SortKey::Text)
            }
            Some(ServiceAttribute::Meta) | None => {
                let sort = self.sort()?;
                SortKey::read(resource, &sort.by, resource_type)
            }
        }
    }
}

/// Lists the resources of one target after another, each in its own order.
async fn chain<'t>(
    targets: &'t [Target<'t>],
    start_index: u64,
    count: u64,
) -> Result<(u64, Vec<Found<'t>>), Error> {
    let mut skip = start_index.saturating_sub(1);
    let mut room = count;
    let mut total: u64 = 0;
    let mut found = Vec::new();

    for target in targets {
        let wanted = room.min(target.max_results());
        let start_index = skip.saturating_add(1);
        let page = target.ask(start_index, wanted).await?;
        let (matching, resources) = target.finish(page, start_index, wanted);
        total = total.saturating_add(matching);

        let number = resources.len() as u64;
        found.extend(resources.into_iter().map(|resource| (target, resource)));
        if skip.saturating_add(number) < matching {
            // This target has more resources, and they come before those of the next one.
            room = 0;
        } else {
            room -= number;
        }
        skip = skip.saturating_sub(matching);
    }

    Ok((total, found))
}

/// Lists the resources of all targets in one order. Equal ones stay in the order of the targets.
async fn merge<'t>(
    targets: &'t [Target<'t>],
    sort: &Sort,
    start_index: u64,
    count: u64,
) -> Result<(u64, Vec<Found<'t>>), Error> {
    let skip = start_index.saturating_sub(1);
    let end = skip.saturating_add(count);
    let Some(first) = targets.first() else {
        return Ok((0, Vec::new()));
    };
    let limit = first.operation.limits.max_merged() as u64;

    let mut total: u64 = 0;
    let mut rows = Vec::new();
    for target in targets {
        let (matching, resources) = target.first(end.min(limit)).await?;
        total = total.saturating_add(matching);
        rows.extend(
            resources
                .into_iter()
                .map(|resource| (target.key(&resource, sort), target, resource)),
        );
    }

    if end.min(total) > limit && skip < total {
        return Err(Error::new(
            ErrorKind::TooMany,
            format!(
                "A sorted list of several resource types ends after {limit} resources; narrow it with a filter"
            ),
        ));
    }

    rows.sort_by(|(a, ..), (b, ..)| sort.direct(SortKey::compare(a.as_ref(), b.as_ref())));
    let page = rows
        .into_iter()
        .skip(usize::try_from(skip).unwrap_or(usize::MAX))
        .take(usize::try_from(count).unwrap_or(usize::MAX))
        .map(|(_, target, resource)| (target, resource));
    Ok((total, page.collect()))
}
