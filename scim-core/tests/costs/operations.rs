//! The cost of service and provider operations.

use std::fmt::Write;

use allocation_counter::{AllocationInfo, measure};
use bytes::Bytes;
use futures_util::FutureExt;
use http::Request;
use scim_core::auth::Anonymous;
use scim_core::filter::Filter;
use scim_core::memory::{MemoryProvider, MemoryStore};
use scim_core::projection::Projection;
use scim_core::provider::{Context, CreateRequest, GetRequest, ListRequest, PatchRequest, Patched};
use scim_core::resource::TypedResource;
use scim_core::schema::ResourceType;
use scim_core::tenant::Tenant;
use scim_core::{PatchOp, Profile, Provider, Resource, Service};

fn now<T>(future: impl Future<Output = T>) -> T {
    future.now_or_never().expect("no waiting")
}

fn create(provider: &MemoryProvider, json: String) -> String {
    let resource = Resource::from_bytes(Bytes::from(json)).expect("a resource");
    let made = now(provider.create(CreateRequest::new(Context::default(), resource)));
    made.expect("a new resource")
        .id()
        .expect("an id")
        .into_owned()
}

fn group_of(members: usize) -> (MemoryProvider, String) {
    let groups = MemoryStore::new().groups().taking_any_member();
    let mut json = r#"{"displayName":"Sales","members":["#.to_owned();
    for member in 0..members {
        let comma = if member == 0 { "" } else { "," };
        write!(json, r#"{comma}{{"type":"User","value":"{member:08}"}}"#).expect("a text");
    }
    json.push_str("]}");
    let id = create(&groups, json);
    (groups, id)
}

fn change(groups: &MemoryProvider, id: &str, operation: &str) {
    let json = format!(r#"{{"Operations":[{operation}]}}"#);
    let patch = PatchOp::from_slice(json.as_bytes(), Profile::tolerant()).expect("a PATCH");
    let mut request = PatchRequest::new(Context::default(), id, patch, Profile::tolerant());
    request.wants_resource = false;
    let patched = now(groups.patch(request)).expect("a change");
    assert!(matches!(patched, Patched::NoContent));
}

/// The cost of adding one member and removing it.
fn cost_of_one_member(members: usize) -> AllocationInfo {
    let (groups, id) = group_of(members);
    let add = r#"{"op":"add","path":"members","value":[{"value":"new"}]}"#;
    let remove = r#"{"op":"remove","path":"members[value eq \"new\"]"}"#;
    change(&groups, &id, add);
    change(&groups, &id, remove);
    measure(|| {
        change(&groups, &id, add);
        change(&groups, &id, remove);
    })
}

#[test]
fn a_change_of_one_member_costs_the_same_in_a_group_of_any_size() {
    let (small, large) = (cost_of_one_member(100), cost_of_one_member(100_000));
    assert_eq!(small.count_total, large.count_total);
    assert_eq!(small.bytes_total, large.bytes_total);
    assert!(large.bytes_max < 8_192, "{large:?}");
}

#[test]
fn a_rename_does_not_read_the_members() {
    let renamed = |members| {
        let (groups, id) = group_of(members);
        change(
            &groups,
            &id,
            r#"{"op":"replace","path":"displayName","value":"Field"}"#,
        );
        measure(|| {
            change(
                &groups,
                &id,
                r#"{"op":"replace","path":"displayName","value":"Inner"}"#,
            );
        })
    };
    assert_eq!(renamed(100).bytes_total, renamed(10_000).bytes_total);
}

#[test]
fn reading_a_group_without_its_members_copies_nothing() {
    let (groups, id) = group_of(10_000);
    let mut request = GetRequest::new(Context::default(), id);
    request.projection =
        Projection::parse(None, Some("members"), Profile::tolerant()).expect("a projection");
    let read = measure(|| {
        now(groups.get(request)).expect("a group");
    });
    assert!(read.bytes_total < 1_024, "{read:?}");
}

fn users(count: usize) -> MemoryProvider {
    let users = MemoryStore::new().users();
    for number in 0..count {
        create(
            &users,
            format!(
                r#"{{"userName":"user{number:05}","title":"{}"}}"#,
                "x".repeat(600)
            ),
        );
    }
    users
}

#[test]
fn reading_does_not_copy_the_stored_resource() {
    let users = MemoryStore::new().users();
    let id = create(
        &users,
        format!(r#"{{"userName":"ada","title":"{}"}}"#, "x".repeat(100_000)),
    );
    let request = GetRequest::new(Context::default(), id);
    let read = measure(|| {
        now(users.get(request)).expect("a user");
    });
    assert!(read.bytes_total < 1_024, "{read:?}");
}

#[test]
fn a_page_costs_the_same_in_a_store_of_any_size() {
    let page = |count, start_index| {
        let users = users(count);
        let mut request = ListRequest::new(Context::default(), 50);
        request.start_index = start_index;
        measure(|| {
            now(users.list(request)).expect("a page");
        })
    };
    let (first, last) = (page(60, 1), page(6_000, 5_900));
    assert_eq!(
        (first.count_total, first.bytes_total),
        (last.count_total, last.bytes_total)
    );
}

#[test]
fn evaluating_a_filter_allocates_nothing() {
    let json = r#"{"userName":"ada","emails":[{"type":"work","value":"ada@example.com","primary":true}],"age":1.50,
        "meta":{"lastModified":"2026-01-01T00:00:00Z"},
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"Sales"}}"#;
    let user = Resource::from_slice(json.as_bytes()).expect("a user");
    let user_type = ResourceType::user();
    let typed = TypedResource::new(&user, &user_type);

    for filter in [
        r#"userName eq "ADA""#,
        r#"emails[type eq "work" and value co "@example"] and age eq 1.5"#,
        r#"meta.lastModified lt "2027-01-01T00:00:00Z" and emails pr"#,
        r#"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department sw "sa""#,
    ] {
        let filter = Filter::parse(filter).expect("a filter");
        // The first use builds the schemas.
        assert!(filter.matches(&typed));
        let found = measure(|| assert!(filter.matches(&typed)));
        assert_eq!(found.count_total, 0, "{filter}");
    }
}

#[test]
fn a_response_takes_a_few_buffers_and_no_tree() {
    let store = MemoryStore::new();
    let users = store.users();
    let json = r#"{"userName":"ada","emails":[{"value":"a@x"},{"value":"b@x"},{"value":"c@x"}],"name":{"givenName":"Ada"}}"#;
    let id = create(&users, json.to_owned());
    let tenant = Tenant::builder("https://example.com/scim/v2".parse().expect("a URL"))
        .authenticator(Anonymous::new())
        .provider(users)
        .provider(store.groups())
        .build()
        .expect("a tenant");
    let service = Service::new(tenant);
    let get = |query: &str| {
        let uri = format!("/scim/v2/Users/{id}{query}");
        let request = Request::get(uri).body(Bytes::new()).expect("a request");
        let mut status = 0;
        let counted = measure(|| status = now(service.handle(request)).status().as_u16());
        assert_eq!(status, 200);
        counted.count_total
    };
    get("");
    let more = get("");
    assert!(more <= 40, "{more} allocations");
}
