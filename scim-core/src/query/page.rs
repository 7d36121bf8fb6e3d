//! Pages: from the candidates of a query to the requested page.

use std::borrow::Borrow;

use scim_filter::Filter;

use super::order::{Sort, SortKey};
use crate::Resource;
use crate::resource::TypedResource;
use crate::schema::ResourceType;

/// The answer of a provider to a query.
///
/// The service filters, sorts and pages a complete set. It does not change a window.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Page {
    /// Every resource that can match; the service applies the rest of the query.
    Complete {
        /// The resources.
        resources: Vec<Resource>,
        /// Whether the provider already applied the filter.
        filtered: bool,
        /// Whether the resources are already in the requested order.
        sorted: bool,
    },
    /// One page of the matching resources, in order; the service does not change it.
    Window {
        /// The resources of the page.
        resources: Vec<Resource>,
        /// The number of matching resources in the store.
        total: u64,
    },
}

impl Page {
    /// Every resource that can match, unfiltered and unsorted.
    #[must_use]
    pub fn complete(resources: Vec<Resource>) -> Self {
        Self::Complete {
            resources,
            filtered: false,
            sorted: false,
        }
    }

    /// One page of `total` matching resources in the requested order.
    #[must_use]
    pub fn window(resources: Vec<Resource>, total: u64) -> Self {
        Self::Window { resources, total }
    }

    /// Applies the rest of the query. Returns the number of matching resources and the resources of the page.
    ///
    /// A page never holds more than `count` resources, even if the provider returned more.
    #[must_use]
    pub fn finish(
        self,
        filter: Option<&Filter<'_>>,
        sort: Option<&Sort>,
        start_index: u64,
        count: u64,
        resource_type: &ResourceType,
    ) -> (u64, Vec<Resource>) {
        match self {
            Self::Window {
                mut resources,
                total,
            } => {
                resources.truncate(position(count));
                (total, resources)
            }
            Self::Complete {
                resources,
                filtered,
                sorted,
            } => select(
                resources,
                filter.filter(|_| !filtered),
                sort.filter(|_| !sorted),
                start_index,
                count,
                resource_type,
            ),
        }
    }
}

/// Counts the candidates that match and selects the page, in order.
///
/// Each candidate is read once. Without a sort, only the candidates on the page are kept.
pub(crate) fn select<R: Borrow<Resource>>(
    candidates: impl IntoIterator<Item = R>,
    filter: Option<&Filter<'_>>,
    sort: Option<&Sort>,
    start_index: u64,
    count: u64,
    resource_type: &ResourceType,
) -> (u64, Vec<R>) {
    let skip = position(start_index.saturating_sub(1));
    let end = skip.saturating_add(position(count));
    let matching = candidates.into_iter().filter(|candidate| {
        filter.is_none_or(|filter| {
            filter.matches(&TypedResource::new(candidate.borrow(), resource_type))
        })
    });

    let Some(sort) = sort else {
        let mut page = Vec::new();
        let mut total = 0;
        for candidate in matching {
            if (skip..end).contains(&total) {
                page.push(candidate);
            }
            total += 1;
        }
        return (total as u64, page);
    };

    let mut rows: Vec<Row<R>> = matching
        .enumerate()
        .map(|(place, resource)| Row {
            key: SortKey::read(resource.borrow(), &sort.by, resource_type),
            place,
            resource,
        })
        .collect();
    let total = rows.len();

    let order = |a: &Row<R>, b: &Row<R>| {
        sort.direct(SortKey::compare(a.key.as_ref(), b.key.as_ref()))
            .then(a.place.cmp(&b.place))
    };
    // Rows behind the page can stay unsorted.
    if end < total {
        rows.select_nth_unstable_by(end, order);
        rows.truncate(end);
    }

    rows.sort_unstable_by(order);
    let page = rows.into_iter().skip(skip).map(|row| row.resource);
    (total as u64, page.collect())
}

/// A resource with its sort key; its place among the candidates keeps the sort stable.
struct Row<R> {
    key: Option<SortKey>,
    place: usize,
    resource: R,
}

fn position(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    /// A row of a store that counts its clones.
    struct Counted<'c>(Resource, &'c Cell<usize>);

    impl Clone for Counted<'_> {
        fn clone(&self) -> Self {
            self.1.set(self.1.get() + 1);
            Self(self.0.clone(), self.1)
        }
    }

    impl Borrow<Resource> for &Counted<'_> {
        fn borrow(&self) -> &Resource {
            &self.0
        }
    }

    fn users(count: usize, clones: &Cell<usize>) -> Vec<Counted<'_>> {
        let mut users = Vec::new();
        for number in 0..count {
            let mut user = Resource::new();
            user.set("id", number.to_string()).unwrap();
            user.set("title", (number % 3).to_string()).unwrap();
            users.push(Counted(user, clones));
        }
        users
    }

    #[test]
    fn only_the_resources_on_the_page_are_cloned() {
        let clones = Cell::new(0);
        let rows = users(1_000, &clones);
        let user = ResourceType::user();
        let filter = Filter::parse(r#"title eq "1""#).unwrap();
        let (total, page) = select(&rows, Some(&filter), None, 11, 5, &user);
        let page: Vec<Counted<'_>> = page.into_iter().cloned().collect();
        let ids: Vec<_> = page.iter().filter_map(|row| row.0.id()).collect();
        assert_eq!(total, 333);
        assert_eq!(ids, ["31", "34", "37", "40", "43"]);
        assert_eq!(clones.get(), 5);
    }

    #[test]
    fn every_page_of_a_sorted_set_is_a_slice_of_the_whole() {
        let clones = Cell::new(0);
        let rows = users(50, &clones);
        let user = ResourceType::user();
        let by = Sort::descending("title".parse().unwrap());
        let (_, whole) = select(&rows, None, Some(&by), 1, 100, &user);
        for start in 1..=51 {
            let (total, page) = select(&rows, None, Some(&by), start, 7, &user);
            let wanted = whole.iter().skip(position(start - 1)).take(7);
            assert!(
                page.iter()
                    .map(|row| row.0.id())
                    .eq(wanted.map(|row| row.0.id()))
            );
            assert_eq!(total, 50);
        }
    }

    #[test]
    fn a_window_is_cut_to_the_count() {
        let page = Page::window(vec![Resource::new(); 5], 9);
        let (total, page) = page.finish(None, None, 1, 2, &ResourceType::user());
        assert_eq!((total, page.len()), (9, 2));
    }
}
