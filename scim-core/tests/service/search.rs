//! `POST …/.search`, queries on the root, and paging.

use proptest::prelude::*;
use scim_core::Profile;
use scim_core::auth::Anonymous;
use scim_core::memory::MemoryStore;
use scim_core::service::Limits;
use scim_core::tenant::Tenant;
use serde_json::{Value, json};

use crate::support::{BASE, Capped, Client, SEARCH, column, encoded};

fn people() -> Client {
    let client = Client::new(Profile::tolerant());
    for (name, shown) in [("ada", "Smith, Ada"), ("bob", "Jones"), ("cyd", "smithy")] {
        client.create("/Users", &json!({"userName": name, "displayName": shown}));
    }
    for shown in ["Smith Family", "Admins"] {
        client.create("/Groups", &json!({"displayName": shown}));
    }
    client
}

#[test]
fn a_search_equals_the_same_query_in_a_url() {
    let client = people();
    let search = json!({"attributes": ["displayName", "userName"], "filter": "displayName sw \"smith\"",
        "sortBy": "userName", "sortOrder": "descending", "startIndex": 1, "count": 10});
    let filter = encoded("displayName sw \"smith\"");
    let query = format!(
        "attributes=displayName,userName&filter={filter}&sortBy=userName&sortOrder=descending&startIndex=1&count=10"
    );
    let found = client.search("/Users/.search", &search);
    assert_eq!(column(&found, "userName"), ["cyd", "ada"]);
    assert_eq!(found, client.get(&format!("/Users?{query}")));
    assert_eq!(
        found["Resources"][0].as_object().map(serde_json::Map::len),
        Some(4)
    );
    assert_eq!(
        client.search("/.search", &search),
        client.get(&format!("/?{query}"))
    );
    assert_eq!(
        client.search("/scim/v2/.search", &search),
        client.get(&format!("/scim/v2?{query}"))
    );

    let groups = client.search(
        "/Groups/.search",
        &json!({"excludedAttributes": ["displayName"]}),
    );
    assert_eq!(column(&groups, "displayName"), ["", ""]);
}

/// Figures 4 and 5 of RFC 7644.
#[test]
fn the_search_of_the_rfc_finds_a_user_and_a_group() {
    let client = Client::new(Profile::rfc());
    let user = "urn:ietf:params:scim:schemas:core:2.0:User";
    let group = "urn:ietf:params:scim:schemas:core:2.0:Group";
    let james = json!({"schemas": [user], "userName": "jsmith", "displayName": "Smith, James", "title": "Dr"});
    let james = client.create("/Users", &james);
    let family = client.create(
        "/Groups",
        &json!({"schemas": [group], "displayName": "Smith Family"}),
    );
    let example = r#"{
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],
        "attributes": ["displayName", "userName"],
        "filter":
          "displayName sw \"smith\"",
        "startIndex": 1,
        "count": 10
    }"#;

    let (status, found) = client.send("POST", "/.search", example);
    let list = "urn:ietf:params:scim:api:messages:2.0:ListResponse";
    let wanted = json!({"schemas": [list], "totalResults": 2, "itemsPerPage": 2, "startIndex": 1, "Resources": [
        {"schemas": [user], "id": james, "userName": "jsmith", "displayName": "Smith, James"},
        {"schemas": [group], "id": family, "displayName": "Smith Family"},
    ]});
    assert_eq!((status, found), (200, wanted));
}

#[test]
fn a_search_is_checked_like_a_query() {
    let strict = Client::new(Profile::rfc());
    for path in ["/Users/.search", "/Groups/.search", "/.search"] {
        for (member, kind) in [
            (json!({"filter": "displayName eq"}), "invalidFilter"),
            (json!({"filter": ""}), "invalidFilter"),
            (json!({"filter": "shoeSize ne 7"}), "invalidFilter"),
            (json!({"filter": "password pr"}), "invalidFilter"),
            (json!({"sortBy": "shoeSize"}), "invalidValue"),
            (json!({"count": "x"}), "invalidValue"),
            (json!({"filter": 7}), "invalidSyntax"),
            (json!({"cursor": "x"}), "invalidSyntax"),
            (json!({"schemas": ["urn:x"]}), "invalidSyntax"),
        ] {
            let mut search = json!({"schemas": [SEARCH]});
            for (name, value) in member.as_object().expect("an object") {
                search[name] = value.clone();
            }
            let refused = strict.refusal("POST", path, search.to_string());
            assert_eq!(refused, (400, kind.to_owned()), "{path} {search}");
        }
        assert_eq!(
            strict.refusal("POST", path, "[]"),
            (400, "invalidSyntax".to_owned())
        );
        assert_eq!(strict.refusal("GET", path, "").0, 405);
        assert_eq!(strict.refusal("DELETE", path, "").0, 405);
    }

    let tolerant = Client::new(Profile::tolerant());
    assert_eq!(tolerant.post("/.search", &json!({"cursor": "x"})).0, 200);
    assert_eq!(tolerant.refusal("POST", "/Nowhere/.search", "{}").0, 404);
    assert_eq!(tolerant.refusal("POST", "/", "{}").0, 405);
}

#[test]
fn the_root_searches_every_type_and_a_missing_attribute_has_no_value() {
    let client = people();
    for (filter, names) in [
        (
            "displayName sw \"smith\"",
            vec!["Smith, Ada", "smithy", "Smith Family"],
        ),
        (
            "meta.resourceType eq \"Group\"",
            vec!["Smith Family", "Admins"],
        ),
        (
            "(meta.resourceType eq User) or (meta.resourceType eq Group)",
            vec!["Smith, Ada", "Jones", "smithy", "Smith Family", "Admins"],
        ),
        ("userName pr", vec!["Smith, Ada", "Jones", "smithy"]),
        ("userName eq \"bob\"", vec!["Jones"]),
        (
            "userName ne \"bob\"",
            vec!["Smith, Ada", "smithy", "Smith Family", "Admins"],
        ),
        ("not (userName pr)", vec!["Smith Family", "Admins"]),
        (
            "emails[type eq \"work\"] or displayName eq \"admins\"",
            vec!["Admins"],
        ),
        ("meta.resourceType eq \"Device\"", vec![]),
    ] {
        let found = client.search("/.search", &json!({"filter": filter}));
        assert_eq!(column(&found, "displayName"), names, "{filter}");
        assert_eq!(found["totalResults"], names.len(), "{filter}");
    }

    let types = client.get("/?attributes=meta.resourceType,meta.location");
    for resource in types["Resources"].as_array().expect("a list") {
        let meta = &resource["meta"];
        let location = meta["location"].as_str().expect("a location");
        let name = meta["resourceType"].as_str().expect("a type");
        assert!(location.starts_with(&format!("{BASE}/{name}s/")), "{meta}");
    }
}

#[test]
fn the_root_sorts_across_types() {
    let client = people();
    let sorted =
        |search: Value| column(&client.search("/.search", &search), "displayName").join(" | ");
    assert_eq!(
        sorted(json!({"sortBy": "displayName"})),
        "Admins | Jones | Smith Family | Smith, Ada | smithy"
    );
    assert_eq!(
        sorted(
            json!({"sortBy": "displayName", "sortOrder": "descending", "startIndex": 2, "count": 3})
        ),
        "Smith, Ada | Smith Family | Jones"
    );
    // An attribute that a type lacks counts as missing: last ascending, first descending.
    assert_eq!(
        sorted(json!({"sortBy": "userName"})),
        "Smith, Ada | Jones | smithy | Smith Family | Admins"
    );
    assert_eq!(
        sorted(json!({"sortBy": "userName", "sortOrder": "descending"})),
        "Smith Family | Admins | smithy | Jones | Smith, Ada"
    );
    assert_eq!(
        sorted(json!({"sortBy": "meta.resourceType"})),
        "Smith Family | Admins | Smith, Ada | Jones | smithy"
    );
    assert_eq!(sorted(json!({"sortBy": "displayName", "count": 0})), "");
    assert_eq!(
        sorted(json!({"sortBy": "displayName", "startIndex": 99})),
        ""
    );
}

#[test]
fn a_sorted_list_over_several_types_has_a_limit() {
    let client = people().with_limits(Limits::default().with_max_merged(3));
    let search = |start: u64, count: u64, filter: Option<&str>| {
        let search =
            json!({"sortBy": "displayName", "startIndex": start, "count": count, "filter": filter});
        client.post("/.search", &search)
    };
    assert_eq!(search(1, 3, None).0, 200);
    let (status, error) = search(2, 3, None);
    assert_eq!((status, &error["scimType"]), (400, &json!("tooMany")));
    let (status, past) = search(9, 3, None);
    assert_eq!((status, &past["totalResults"]), (200, &json!(5)));
    assert_eq!(search(2, 3, Some("meta.resourceType eq \"User\"")).0, 200);
    assert_eq!(search(2, 3, Some("displayName sw \"smith\"")).0, 200);
}

/// A random walk of a client through the pages of a list.
#[derive(Clone, Debug)]
struct Walk {
    endpoint: &'static str,
    by_post: bool,
    filter: Option<&'static str>,
    sort: Option<(&'static str, bool)>,
    size: u64,
}

fn walk() -> impl Strategy<Value = Walk> {
    (
        prop::sample::select(vec!["/Users", "/Groups", ""]),
        any::<bool>(),
        prop::option::of(prop::sample::select(vec![
            "displayName pr",
            "title eq \"1\"",
            "meta.resourceType eq \"User\"",
            "userName ne \"user3\"",
        ])),
        prop::option::of((
            prop::sample::select(vec![
                "title",
                "displayName",
                "id",
                "meta.lastModified",
                "meta.resourceType",
            ]),
            any::<bool>(),
        )),
        1_u64..12,
    )
        .prop_map(|(endpoint, by_post, filter, sort, size)| Walk {
            endpoint,
            by_post,
            filter,
            sort,
            size,
        })
}

impl Walk {
    fn page(&self, client: &Client, start: u64, size: u64) -> Option<Value> {
        let mut search = json!({"schemas": [SEARCH], "startIndex": start, "count": size});
        let mut query = format!("startIndex={start}&count={size}");

        if let Some(filter) = self.filter {
            search["filter"] = json!(filter);
            query = format!("{query}&filter={}", encoded(filter));
        }

        if let Some((by, descending)) = self.sort {
            let order = if descending {
                "descending"
            } else {
                "ascending"
            };
            search["sortBy"] = json!(by);
            search["sortOrder"] = json!(order);
            query = format!("{query}&sortBy={by}&sortOrder={order}");
        }

        let (status, list) = if self.by_post {
            client.post(&format!("{}/.search", self.endpoint), &search)
        } else {
            client.send("GET", &format!("{}/?{query}", self.endpoint), "")
        };
        (status == 200).then_some(list)
    }
}

proptest! {
    #[test]
    fn paging_visits_every_resource_once_in_a_stable_order(
        titles in prop::collection::vec(prop::option::of(0_u8..4), 0..25),
        groups in 0_usize..8,
        most in 1_u64..9,
        windows in any::<(bool, bool)>(),
        walk in walk(),
    ) {
        let store = MemoryStore::new();
        let client = Client::of(
            Tenant::builder(BASE.parse().expect("a URL"))
                .authenticator(Anonymous::new())
                .provider(Capped { inner: store.users(), most, windows: windows.0 })
                .provider(Capped { inner: store.groups(), most: most + 2, windows: windows.1 }),
        );

        for (number, title) in titles.iter().enumerate() {
            let title = title.map(|title| title.to_string());
            client.create("/Users", &json!({"userName": format!("user{number}"), "title": title, "displayName": title}));
        }
        for number in 0..groups {
            client.create("/Groups", &json!({"displayName": format!("{}group{number}", number % 3)}));
        }

        // `/Groups` refuses `title` and `userName`, which a group lacks.
        let Some(first) = walk.page(&client, 1, 0) else {
            prop_assert_eq!(walk.endpoint, "/Groups");
            return Ok(());
        };
        let total = first["totalResults"].as_u64().expect("a total");
        prop_assert_eq!(&first["Resources"], &json!([]));

        let mut seen: Vec<String> = Vec::new();
        while (seen.len() as u64) < total {
            let page = walk.page(&client, seen.len() as u64 + 1, walk.size).expect("a page");
            let ids = column(&page, "id");
            prop_assert!(!ids.is_empty() && ids.len() as u64 <= walk.size);
            prop_assert_eq!(&page["itemsPerPage"], ids.len());
            prop_assert_eq!(&page["totalResults"], total);
            seen.extend(ids.into_iter().map(str::to_owned));
        }

        let past = walk.page(&client, total + 1, walk.size).expect("a page");
        prop_assert_eq!(&past["Resources"], &json!([]));

        let mut distinct = seen.clone();
        distinct.sort_unstable();
        distinct.dedup();
        prop_assert_eq!(distinct.len() as u64, total);
        prop_assert_eq!(seen.len() as u64, total);

        // A larger page shows the same order.
        let again = walk.page(&client, 1, 100).expect("a page");
        let again = column(&again, "id");
        prop_assert_eq!(&seen[..again.len()], &again[..]);
    }
}
