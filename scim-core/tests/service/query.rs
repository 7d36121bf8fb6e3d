//! Queries on one resource type: filter, order, page and projection.

use std::sync::{Arc, Mutex};

use scim_core::provider::{Capabilities, GetRequest, ListRequest};
use scim_core::query::{Page, Sort};
use scim_core::schema::ResourceType;
use scim_core::{Error, ErrorKind, Profile, Provider, Resource};
use serde_json::{Value, json};

use crate::support::{BASE, Client, ENTERPRISE, USER, column, encoded};

fn ids_of(client: &Client, filter: &str) -> Vec<String> {
    let list = client.get(&format!("/Users?filter={}", encoded(filter)));
    let names = column(&list, "userName");
    names.into_iter().map(str::to_owned).collect()
}

fn staff() -> (Client, String) {
    let client = Client::new(Profile::rfc());
    let ada = json!({"schemas": [USER, ENTERPRISE], "userName": "ada", ENTERPRISE: {"department": "Sales"}});
    let id = client.create("/Users", &ada);
    client.create("/Users", &json!({"schemas": [USER], "userName": "bob"}));
    (client, id)
}

#[test]
fn attributes_of_the_service_can_be_filtered_on() {
    let (client, id) = staff();
    let location = format!("{BASE}/Users/{id}");
    for (filter, names) in [
        (
            r#"meta.resourceType eq "User""#.to_owned(),
            vec!["ada", "bob"],
        ),
        (r#"meta.resourceType eq "Group""#.to_owned(), vec![]),
        (
            r#"meta.resourceType ne "User" or userName eq "bob""#.to_owned(),
            vec!["bob"],
        ),
        (format!(r#"meta.location eq "{location}""#), vec!["ada"]),
        (format!(r#"meta.location ne "{location}""#), vec!["bob"]),
        (
            format!(r#"meta[location eq "{location}" and resourceType eq "User"]"#),
            vec!["ada"],
        ),
        (format!(r#"schemas eq "{ENTERPRISE}""#), vec!["ada"]),
        (
            format!(r#"not (schemas[value eq "{ENTERPRISE}"])"#),
            vec!["bob"],
        ),
        (format!(r#"schemas eq "{USER}""#), vec!["ada", "bob"]),
        (
            format!(r#"{USER}:meta.resourceType eq "User" and {ENTERPRISE} pr"#),
            vec!["ada"],
        ),
    ] {
        assert_eq!(ids_of(&client, &filter), names, "{filter}");
    }

    let part = format!("/Users?filter={}", encoded(r#"meta.location co "7""#));
    assert_eq!(
        client.refusal("GET", &part, ""),
        (400, "invalidFilter".to_owned())
    );
}

#[test]
fn attributes_of_the_service_can_be_sorted_by() {
    let (client, _) = staff();
    for by in ["meta.resourceType", "schemas", "meta.created"] {
        assert_eq!(
            column(&client.get(&format!("/Users?sortBy={by}")), "userName"),
            ["ada", "bob"]
        );
    }

    let by_location = client.get("/Users?sortBy=meta.location&sortOrder=descending");
    let ids = column(&by_location, "id");
    assert!(ids[0] > ids[1]);
}

#[test]
fn the_profile_decides_about_an_unusable_sort() {
    let strict = Client::new(Profile::rfc());
    let tolerant = Client::new(Profile::tolerant());
    for by in ["shoeSize", "name", "meta", "password", "urn:x:y:z"] {
        let path = format!("/Users?sortBy={by}");
        assert_eq!(
            strict.refusal("GET", &path, ""),
            (400, "invalidValue".to_owned()),
            "{by}"
        );
        tolerant.get(&path);
    }
    for client in [strict, tolerant] {
        let upward = client.refusal("GET", "/Users?sortBy=userName&sortOrder=up", "");
        assert_eq!(upward, (400, "invalidValue".to_owned()));
    }
}

#[test]
fn missing_values_come_last_ascending_and_first_descending() {
    let client = Client::new(Profile::tolerant());
    for (name, title) in [
        ("a", None),
        ("b", Some("Zoologist")),
        ("c", Some("analyst")),
        ("d", None),
        ("e", Some("Zoologist")),
    ] {
        client.create("/Users", &json!({"userName": name, "title": title}));
    }

    let sorted = |query: &str| {
        let list = client.get(&format!("/Users?sortBy={query}"));
        column(&list, "userName").concat()
    };
    assert_eq!(sorted("title"), "cbead");
    assert_eq!(sorted("title&sortOrder=Descending"), "adbec");
    assert_eq!(
        sorted(&format!("{USER}:TITLE&sortOrder=ascending")),
        "cbead"
    );
    assert_eq!(sorted("title&startIndex=2&count=2"), "be");
}

#[test]
fn numbers_of_a_page_must_be_numbers() {
    let client = Client::new(Profile::tolerant());
    for query in [
        "count=ten",
        "startIndex=1.5",
        "count=0x10",
        "startIndex=%2B1",
        "count=1e3",
        "count=--1",
    ] {
        let refused = client.refusal("GET", &format!("/Users?{query}"), "");
        assert_eq!(refused, (400, "invalidValue".to_owned()), "{query}");
    }
}

#[test]
fn every_response_follows_the_requested_projection() {
    let client = Client::new(Profile::rfc());
    let user = json!({"schemas": [USER], "userName": "ada", "title": "Dr", "displayName": "Ada"});
    let keys = |body: &Value| -> Vec<String> {
        body.as_object()
            .expect("an object")
            .keys()
            .cloned()
            .collect()
    };
    let (status, made) = client.post("/Users?attributes=title", &user);
    assert_eq!(
        (status, keys(&made)),
        (201, vec!["id".into(), "schemas".into(), "title".into()])
    );
    let path = format!(
        "/Users/{}?attributes=title",
        made["id"].as_str().expect("an id")
    );

    let change = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{"op": "replace", "path": "title", "value": "Prof"}]});
    for (method, body) in [
        ("GET", String::new()),
        ("PUT", user.to_string()),
        ("PATCH", change.to_string()),
    ] {
        let (status, shown) = client.send(method, &path, body);
        assert_eq!(
            (status, keys(&shown)),
            (200, vec!["id".into(), "schemas".into(), "title".into()]),
            "{method}"
        );
    }

    let without = path.replace("attributes", "excludedAttributes");
    for (method, body) in [
        ("GET", String::new()),
        ("PUT", user.to_string()),
        ("PATCH", change.to_string()),
    ] {
        let (_, shown) = client.send(method, &without, body);
        assert!(
            shown.get("title").is_none() && shown["displayName"] == "Ada",
            "{method}: {shown}"
        );
    }

    let listed = client.get("/Users?attributes=title");
    assert_eq!(keys(&listed["Resources"][0]), ["id", "schemas", "title"]);
}

/// Filter, order, start index and count of a list request.
type Asked = (Option<String>, Option<Sort>, u64, u64);

/// A provider that returns windows and records its list requests.
#[derive(Clone, Debug)]
struct Windows {
    user: ResourceType,
    asked: Arc<Mutex<Vec<Asked>>>,
    can_sort: bool,
}

impl Windows {
    fn new() -> Self {
        Self {
            user: ResourceType::user(),
            asked: Arc::default(),
            can_sort: true,
        }
    }

    fn asked(&self) -> Vec<Asked> {
        self.asked.lock().expect("no writer panics").clone()
    }
}

#[async_trait::async_trait]
impl Provider for Windows {
    fn resource_type(&self) -> &ResourceType {
        &self.user
    }

    fn capabilities(&self) -> Capabilities {
        let mut capabilities = Capabilities::new().with_max_results(5);
        capabilities.can_sort = self.can_sort;
        capabilities
    }

    async fn get(&self, request: GetRequest) -> Result<Resource, Error> {
        Err(Error::not_found(&request.id))
    }

    async fn list(&self, request: ListRequest) -> Result<Page, Error> {
        let filter = request.filter.as_ref().map(ToString::to_string);
        if filter
            .as_deref()
            .is_some_and(|filter| filter.contains(" ew "))
        {
            return Err(Error::new(
                ErrorKind::InvalidFilter,
                "ew cannot be asked of this store",
            ));
        }
        let asked = (filter, request.sort, request.start_index, request.count);
        self.asked.lock().expect("no writer panics").push(asked);
        let mut resource = Resource::new();
        resource.set("id", "1")?;
        // More resources than requested.
        Ok(Page::window(vec![resource; 9], 40))
    }
}

#[test]
fn a_provider_gets_known_attributes_and_its_page_is_cut_to_the_count() {
    let provider = Windows::new();
    let client = Client::serving(Profile::rfc(), provider.clone());
    let filter = encoded(&format!(
        r#"meta.resourceType eq "User" and title pr and meta.location ne "{BASE}/Users/7""#
    ));
    let list = client.get(&format!(
        "/Users?filter={filter}&sortBy=meta.location&startIndex=3&count=4"
    ));
    assert_eq!(
        (
            &list["totalResults"],
            &list["itemsPerPage"],
            &list["startIndex"]
        ),
        (&json!(40), &json!(4), &json!(3))
    );
    client.get("/Users?sortBy=meta.resourceType&count=1000");

    let by_id = Sort::ascending("id".parse().expect("a path"));
    assert_eq!(
        provider.asked(),
        [
            (
                Some(r#"title pr and not (id eq "7")"#.to_owned()),
                Some(by_id),
                3,
                4
            ),
            (None, None, 1, 5),
        ]
    );
}

#[test]
fn a_filter_that_matches_nothing_does_not_reach_the_provider() {
    let provider = Windows::new();
    let client = Client::serving(Profile::rfc(), provider.clone());
    let list = client.get(&format!(
        "/Users?filter={}",
        encoded(r#"meta.resourceType eq "Group""#)
    ));
    assert_eq!(
        (&list["totalResults"], &list["Resources"]),
        (&json!(0), &json!([]))
    );
    assert!(provider.asked().is_empty());
}

#[test]
fn a_blank_filter_is_refused() {
    for profile in [Profile::tolerant(), Profile::rfc()] {
        let client = Client::new(profile);
        for path in [
            "/Users?filter=",
            "/Users?filter",
            "/?filter=+&count=1",
            "/Groups?filter=%20",
        ] {
            let refusal = client.refusal("GET", path, "");
            assert_eq!(refusal, (400, "invalidFilter".to_owned()), "{path}");
        }
    }
}

#[test]
fn a_query_beyond_the_provider_is_refused() {
    let mut provider = Windows::new();
    let client = Client::serving(Profile::tolerant(), provider.clone());
    let path = format!("/Users?filter={}", encoded(r#"userName ew "x""#));
    let (status, error) = client.send("GET", &path, "");
    assert_eq!((status, &error["scimType"]), (400, &json!("invalidFilter")));
    assert_eq!(error["detail"], "ew cannot be asked of this store");

    provider.can_sort = false;
    let client = Client::serving(Profile::tolerant(), provider);
    assert_eq!(
        client.refusal("GET", "/Users?sortBy=userName", ""),
        (501, String::new())
    );
    let configuration = client.get("/ServiceProviderConfig");
    assert_eq!(configuration["sort"]["supported"], false);
}
