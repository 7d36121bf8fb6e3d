//! The service from outside: one HTTP request, one HTTP answer.

#![cfg(feature = "memory")]
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that cannot be set up has failed, and so has one that misses a member"
)]

use bytes::Bytes;
use http::{Method, Request, Response};
use scim_core::auth::BearerTokens;
use scim_core::memory::MemoryStore;
use scim_core::provider::{
    Capabilities, CreateRequest, DeleteRequest, GetRequest, ListRequest, PatchRequest, Patched,
    ReplaceRequest,
};
use scim_core::query::Page;
use scim_core::schema::ResourceType;
use scim_core::service::Limits;
use scim_core::tenant::Tenant;
use scim_core::{Error, ErrorKind, Profile, Provider, Resource, Service};
use serde_json::{Value, json};

const BASE: &str = "https://scim.example.com/scim/v2";
const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
const PATCH_OP: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

struct Answer {
    status: u16,
    head: http::response::Parts,
    body: Bytes,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.head.headers.get(name)?.to_str().ok()
    }

    /// That it is a SCIM error of a status and a `scimType`.
    #[track_caller]
    fn assert_error(&self, status: u16, scim_type: Option<&str>) {
        let body = self.json();
        assert_eq!(self.status, status, "{body}");
        assert_eq!(self.header("content-type"), Some("application/scim+json"));
        assert_eq!(
            body["schemas"],
            json!(["urn:ietf:params:scim:api:messages:2.0:Error"])
        );
        assert_eq!(body["status"], status.to_string());
        assert_eq!(body.get("scimType").and_then(Value::as_str), scim_type);
        assert!(
            body["detail"]
                .as_str()
                .is_some_and(|detail| !detail.is_empty())
        );
    }
}

struct Client {
    service: Service,
}

impl Client {
    fn new(profile: Profile) -> Self {
        Self::at(BASE, profile)
    }

    fn at(base: &str, profile: Profile) -> Self {
        let store = MemoryStore::new();
        let tenant = Tenant::builder(base.parse().expect("a URL"))
            .profile(profile)
            .authenticator(BearerTokens::new("test", "s3cret"))
            .provider(store.users())
            .provider(store.groups().taking_any_member())
            .build()
            .expect("a tenant");
        Self {
            service: Service::new(tenant),
        }
    }

    fn serving(provider: impl Provider) -> Self {
        let tenant = Tenant::builder(BASE.parse().expect("a URL"))
            .authenticator(BearerTokens::new("test", "s3cret"))
            .provider(provider)
            .build()
            .expect("a tenant");
        Self {
            service: Service::new(tenant),
        }
    }

    fn send(&self, request: Request<Bytes>) -> Answer {
        let response = futures_util::FutureExt::now_or_never(self.service.handle(request));
        let (head, body) = response.map(Response::into_parts).expect("no waiting");
        Answer {
            status: head.status.as_u16(),
            head,
            body,
        }
    }

    fn request(&self, method: &str, path: &str, body: &str) -> Answer {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("authorization", "Bearer s3cret")
            .body(Bytes::copy_from_slice(body.as_bytes()));
        self.send(request.expect("a request"))
    }

    fn get(&self, path: &str) -> Answer {
        self.request("GET", path, "")
    }

    fn create(&self, path: &str, body: &Value) -> String {
        let answer = self.request("POST", path, &body.to_string());
        assert_eq!(answer.status, 201, "{}", answer.json());
        answer.json()["id"].as_str().expect("an id").to_owned()
    }

    fn patch(&self, path: &str, operations: &Value) -> Answer {
        let body = json!({"schemas": [PATCH_OP], "Operations": operations});
        self.request("PATCH", path, &body.to_string())
    }
}

fn user(name: &str) -> Value {
    json!({"schemas": [USER], "userName": name})
}

fn group(name: &str) -> Value {
    json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": name})
}

#[test]
fn a_request_without_the_token_is_401_with_a_challenge() {
    let client = Client::new(Profile::tolerant());
    for header in [
        None,
        Some("Bearer wrong"),
        Some("Basic s3cret"),
        Some("Bearer "),
        Some("s3cret"),
    ] {
        // Also where there is nothing: who is not let in learns no routes.
        for path in [
            "/scim/v2/Users",
            "/scim/v2/Nowhere",
            "/scim/v2/ServiceProviderConfig",
        ] {
            let mut request = Request::get(path);
            if let Some(header) = header {
                request = request.header("authorization", header);
            }
            let answer = client.send(request.body(Bytes::new()).unwrap());
            answer.assert_error(401, None);
            assert!(
                answer
                    .header("www-authenticate")
                    .unwrap()
                    .starts_with("Bearer")
            );
        }
    }
    let request = Request::get("/scim/v2/Users").header("authorization", "bEARER  s3cret ");
    assert_eq!(client.send(request.body(Bytes::new()).unwrap()).status, 200);
}

#[test]
fn what_is_not_there_is_404() {
    let client = Client::new(Profile::tolerant());
    for path in [
        "/scim/v2/Nowhere",
        "/scim/v2/Users/1/2",
        "/scim/v2/Users/none",
        "/scim/v2/Users/%FF",
        "/scim/v2/Schemas/urn:none",
        "/scim/v2/ResourceTypes/None",
        "/scim/v2/ServiceProviderConfig/1",
        "/other/Users",
    ] {
        client.get(path).assert_error(404, None);
    }
    client
        .request("DELETE", "/scim/v2/Users/none", "")
        .assert_error(404, None);
    client
        .request("PUT", "/scim/v2/Users/none", &user("a").to_string())
        .assert_error(404, None);
    client
        .patch("/scim/v2/Users/none", &json!([]))
        .assert_error(404, None);
}

#[test]
fn a_wrong_method_is_405_with_those_that_are_right() {
    let client = Client::new(Profile::tolerant());
    for (method, path, allowed) in [
        ("PUT", "/scim/v2/Users", "GET, HEAD, POST"),
        ("DELETE", "/scim/v2/Groups", "GET, HEAD, POST"),
        ("POST", "/scim/v2/Users/1", "GET, HEAD, PUT, PATCH, DELETE"),
        (
            "OPTIONS",
            "/scim/v2/Users/1",
            "GET, HEAD, PUT, PATCH, DELETE",
        ),
        ("OPTIONS", "/scim/v2/Users", "GET, HEAD, POST"),
        ("POST", "/scim/v2/Schemas", "GET, HEAD"),
        ("POST", "/scim/v2", "GET, HEAD"),
        ("GET", "/scim/v2/.search", "POST"),
        ("OPTIONS", "/scim/v2/Users/.search", "POST"),
        ("PATCH", "/scim/v2/ServiceProviderConfig", "GET, HEAD"),
        ("DELETE", "/scim/v2/ResourceTypes/User", "GET, HEAD"),
        ("BREW", "/scim/v2/Users", "GET, HEAD, POST"),
    ] {
        let answer = client.request(method, path, "{}");
        answer.assert_error(405, None);
        assert_eq!(answer.header("allow"), Some(allowed), "{method} {path}");
    }
}

#[test]
fn head_is_get_without_the_body() {
    let client = Client::new(Profile::tolerant());
    let id = client.create("/Users", &user("a"));
    for path in [
        "/Users".to_owned(),
        format!("/Users/{id}"),
        "/Users/none".to_owned(),
    ] {
        let (get, head) = (client.get(&path), client.request("HEAD", &path, ""));
        assert_eq!(head.status, get.status);
        assert!(head.body.is_empty());
        assert_eq!(head.header("content-type"), get.header("content-type"));
        let length = get.body.len().to_string();
        assert_eq!(head.header("content-length"), Some(length.as_str()));
    }
}

#[test]
fn a_body_that_makes_no_sense_is_400() {
    let client = Client::new(Profile::tolerant());
    let id = client.create("/Users", &user("a"));
    let one = format!("/Users/{id}");
    let deep = format!(
        "{{\"userName\":{}1{}}}",
        "[".repeat(100_000),
        "]".repeat(100_000)
    );
    for body in [
        "",
        "{",
        "[]",
        "null",
        "\"a\"",
        "nonsense",
        "\u{feff}{}",
        &deep,
    ] {
        for (method, path) in [
            ("POST", "/Users"),
            ("PUT", one.as_str()),
            ("PATCH", one.as_str()),
        ] {
            client
                .request(method, path, body)
                .assert_error(400, Some("invalidSyntax"));
        }
    }
    client
        .request("POST", "/Users", "{}")
        .assert_error(400, Some("invalidValue"));
    client
        .request("POST", "/Users", "{\"userName\":\"\"}")
        .assert_error(400, Some("invalidValue"));
    client
        .request("POST", "/Users", "{\"userName\":7}")
        .assert_error(400, Some("invalidValue"));
    for query in ["filter=nonsense", "filter=userName+eq", "filter=%22"] {
        client
            .get(&format!("/Users?{query}"))
            .assert_error(400, Some("invalidFilter"));
    }
    client
        .get("/Users?count=many")
        .assert_error(400, Some("invalidValue"));
    client
        .get("/Users?sortBy=a..b")
        .assert_error(400, Some("invalidPath"));
    client
        .get("/Users?attributes=a..b")
        .assert_error(400, Some("invalidPath"));
}

#[test]
fn the_strict_profile_wants_a_user_name_with_something_in_it() {
    let client = Client::new(Profile::rfc());
    let answer = client.request("POST", "/Users", &user("").to_string());
    answer.assert_error(400, Some("invalidValue"));
}

#[test]
fn an_error_never_repeats_what_the_body_holds() {
    let client = Client::new(Profile::rfc());
    for body in [
        r#"{"schemas":["s3cret-value"],"userName":"s3cret-value"}"#,
        r#"{"userName":"a","password":["s3cret-value"#,
        &json!({"schemas": [USER], "userName": "a", "active": "s3cret-value"}).to_string(),
        &json!({"schemas": [USER], "userName": {"a": "s3cret-value"}}).to_string(),
    ] {
        let answer = client.request("POST", "/Users", body);
        assert_eq!(answer.status, 400);
        assert!(
            !answer.json().to_string().contains("s3cret-value"),
            "{body}"
        );
    }
    let answer = client.get("/Users?filter=userName+eq+%22s3cret-value");
    assert!(!answer.json().to_string().contains("s3cret-value"));
    let long = "x".repeat(10_000);
    let answer = client.request(
        "POST",
        "/Users",
        &json!({"schemas": [USER], "userName": "a", &long: 1}).to_string(),
    );
    assert_eq!(answer.status, 400);
    assert!(answer.body.len() < 500, "{}", answer.body.len());
}

#[test]
fn what_is_too_large_is_413() {
    let client = Client::new(Profile::tolerant());
    let service = client.service.with_limits(
        Limits::default()
            .with_max_body_bytes(100)
            .with_max_operations(2),
    );
    let client = Client { service };
    let long = user(&"a".repeat(100)).to_string();
    client
        .request("POST", "/Users", &long)
        .assert_error(413, None);
    let id = client.create("/Users", &user("a"));
    let three = r#"{"Operations":[{"op":"remove","path":"a"},{"op":"remove","path":"b"},{"op":"remove","path":"c"}]}"#;
    let limits = Limits::default().with_max_operations(2);
    let client = Client {
        service: client.service.with_limits(limits),
    };
    client
        .request("PATCH", &format!("/Users/{id}"), three)
        .assert_error(413, None);
}

#[test]
fn what_is_not_built_is_501() {
    let client = Client::new(Profile::tolerant());
    for path in ["/Bulk", "/Me"] {
        client.request("POST", path, "{}").assert_error(501, None);
    }
}

#[test]
fn discovery_refuses_a_filter() {
    let client = Client::new(Profile::tolerant());
    for path in [
        "/Schemas",
        "/ResourceTypes",
        "/ServiceProviderConfig",
        "/ResourceTypes/User",
    ] {
        client
            .get(&format!("{path}?filter=id+pr"))
            .assert_error(403, None);
        client
            .get(&format!("{path}?Filter=id+pr"))
            .assert_error(403, None);
        assert_eq!(client.get(&format!("{path}?aadOptscim062020")).status, 200);
    }
}

#[test]
fn a_path_is_understood_however_it_is_put_together() {
    let client = Client::new(Profile::tolerant());
    let id = client.create("/scim/v2/Users", &user("a b+c@example.com"));
    for path in [
        "/scim/v2/Users",
        "/Users",
        "//scim//v2//Users",
        "/scim/v2/Users/",
        "/scim/v2/Users?",
        "/scim/v2/Users?&",
        "/scim/v2/Users?aadOptscim062020",
        "/scim/v2/users",
        "/SCIM/V2/Users",
        "/scim/v2/Users?filter=userName+eq+%22a%20b%2Bc%40example.com%22&",
        "/scim/v2/Users?filter=userName%20eq%20%22a%20b%2bc@example.com%22&aadOptscim062020",
        "/scim/v2/Users?startIndex=&count=",
        "/scim/v2/Users?startindex=1&Count=5",
    ] {
        let answer = client.get(path);
        assert_eq!(
            (answer.status, &answer.json()["totalResults"]),
            (200, &json!(1)),
            "{path}"
        );
    }
    for path in [
        format!("/scim/v2/Users/{id}"),
        format!("/Users/{id}/?"),
        format!("/scim/v2//Users//{id}?aadOptscim062020&"),
        format!("/scim/v2/Users/{}", id.replace('-', "%2D")),
    ] {
        assert_eq!(client.get(&path).json()["id"], id, "{path}");
    }
    // A parameter in another case is still a filter, never everything.
    let answer = client.get("/Users?Filter=userName+eq+%22nobody%22");
    assert_eq!(answer.json()["totalResults"], 0);
}

#[test]
fn locations_follow_the_base_url() {
    for (base, path) in [
        ("https://scim.example.com/scim/v2", "/scim/v2/Users"),
        ("https://scim.example.com/scim/v2/", "/Users"),
        ("http://localhost:8080", "/Users"),
        ("https://h.example/a%20b", "/a%20b/Users"),
    ] {
        let client = Client::at(base, Profile::tolerant());
        let answer = client.request("POST", path, &user("a").to_string());
        let body = answer.json();
        let id = body["id"].as_str().unwrap();
        let location = format!("{}/Users/{id}", base.trim_end_matches('/'));
        assert_eq!(answer.status, 201);
        assert_eq!(answer.header("location"), Some(location.as_str()));
        assert_eq!(body["meta"]["location"], location);
        assert_eq!(
            client.get(&format!("{path}/{id}")).json()["meta"]["location"],
            location
        );
        let listed = client.get(path).json();
        assert_eq!(listed["Resources"][0]["meta"]["location"], location);
    }
}

#[test]
fn a_projection_holds_on_every_answer() {
    let client = Client::new(Profile::tolerant());
    let body = json!({"userName": "a", "title": "t", "displayName": "d", "password": "p"});
    let answer = client.request("POST", "/Users?attributes=title", &body.to_string());
    let shown = answer.json();
    let id = shown["id"].as_str().unwrap().to_owned();
    assert_eq!(shown, json!({"schemas": [USER], "id": id, "title": "t"}));
    let one = format!("/Users/{id}?attributes=title,password");
    for answer in [
        client.get(&one),
        client.request("PUT", &one, &body.to_string()),
        client.patch(
            &one,
            &json!([{"op": "replace", "path": "displayName", "value": "e"}]),
        ),
    ] {
        assert_eq!(
            answer.json(),
            json!({"schemas": [USER], "id": id, "title": "t"})
        );
    }
    let listed = client
        .get("/Users?excludedAttributes=meta,title,displayName,active")
        .json();
    assert_eq!(
        listed["Resources"],
        json!([{"schemas": [USER], "id": id, "userName": "a"}])
    );
    // What a projection leaves of a complex value is nothing, not an empty value.
    let listed = client.get("/Users?attributes=meta.nothing").json();
    assert_eq!(listed["Resources"], json!([{"schemas": [USER], "id": id}]));
    let listed = client
        .get(&format!("/Users?attributes={USER}:title"))
        .json();
    assert_eq!(
        listed["Resources"],
        json!([{"schemas": [USER], "id": id, "title": "t"}])
    );
}

#[test]
fn a_patch_answers_as_profile_and_type_say() {
    for (profile, of_user, of_group) in [
        (Profile::tolerant(), 200, 204),
        (Profile::rfc(), 200, 200),
        (Profile::entra(), 204, 204),
    ] {
        let client = Client::new(profile);
        let user = format!("/Users/{}", client.create("/Users", &user("a")));
        let group = format!("/Groups/{}", client.create("/Groups", &group("g")));
        let rename = json!([{"op": "replace", "path": "displayName", "value": "new"}]);
        for (path, status) in [(&user, of_user), (&group, of_group)] {
            let answer = client.patch(path, &rename);
            assert_eq!(answer.status, status);
            if status == 204 {
                assert!(answer.body.is_empty());
                assert_eq!(answer.header("content-type"), None);
            } else {
                assert_eq!(answer.json()["displayName"], "new");
            }
            assert_eq!(client.get(path).json()["displayName"], "new");
            let answer = client.patch(&format!("{path}?attributes=displayName"), &rename);
            assert_eq!(
                (answer.status, &answer.json()["displayName"]),
                (200, &json!("new"))
            );
        }
    }
}

#[test]
fn a_delete_has_no_body_and_a_second_one_is_404() {
    let client = Client::new(Profile::tolerant());
    let path = format!("/Users/{}", client.create("/Users", &user("a")));
    let answer = client.request("DELETE", &path, "");
    assert_eq!((answer.status, answer.body.len()), (204, 0));
    assert_eq!(answer.header("content-type"), None);
    client.request("DELETE", &path, "").assert_error(404, None);
    client.get(&path).assert_error(404, None);
}

#[test]
fn a_group_shows_its_members_even_when_there_are_none() {
    let client = Client::new(Profile::rfc());
    let body = group("g").to_string();
    let made = client.request("POST", "/Groups", &body).json();
    assert_eq!(made["members"], json!([]));
    let path = format!("/Groups/{}", made["id"].as_str().unwrap());
    let add = json!([{"op": "add", "path": "members", "value": [{"value": "7"}]}]);
    assert_eq!(
        client.patch(&path, &add).json()["members"],
        json!([{"value": "7"}])
    );
    let remove = json!([{"op": "remove", "path": "members"}]);
    assert_eq!(client.patch(&path, &remove).json()["members"], json!([]));
    assert_eq!(client.get(&path).json()["members"], json!([]));
    assert_eq!(
        client.request("PUT", &path, &body).json()["members"],
        json!([])
    );
    assert_eq!(
        client.get("/Groups").json()["Resources"][0]["members"],
        json!([])
    );
    let without = client
        .get(&format!("{path}?excludedAttributes=members"))
        .json();
    assert!(without.get("members").is_none());
    let without = client.get(&format!("{path}?attributes=displayName")).json();
    assert!(without.get("members").is_none());
}

#[test]
fn what_is_shown_is_canonical() {
    let client = Client::new(Profile::tolerant());
    let body = json!({
        "schemas": ["urn:scim:schemas:core:1.0", USER, "urn:ietf:params:scim:schemas:extension:enterprise:2.0User"],
        "USERNAME": "Ada@Example.com", "active": "True", "title": null, "shoeSize": 44, "password": "p", "roles": [],
        "id": "mine", "meta": {"resourceType": "User"}, "groups": [{"value": "g"}],
        "emails": [{"primary": "True", "type": "work", "value": "Ada@Example.com", "display": null}],
        ENTERPRISE: {"department": null, "manager": ""},
    });
    let answer = client.request("POST", "/Users", &body.to_string());
    let mut shown = answer.json();
    assert_ne!(shown["id"], "mine");
    let members = shown.as_object_mut().unwrap();
    members.remove("id");
    members.remove("meta");
    assert_eq!(
        shown,
        json!({
            "schemas": [USER], "userName": "Ada@Example.com", "active": true,
            "emails": [{"primary": true, "type": "work", "value": "Ada@Example.com"}],
        })
    );
}

#[test]
fn a_put_ignores_what_is_read_only_and_keeps_active() {
    let client = Client::new(Profile::tolerant());
    let id = client.create(
        "/Users",
        &json!({"userName": "a", "active": false, "title": "t"}),
    );
    let path = format!("/Users/{id}");
    let body = json!({"id": "other", "meta": {"version": "x"}, "groups": [], "userName": "a", "displayName": "d"});
    let answer = client.request("PUT", &path, &body.to_string());
    let shown = answer.json();
    assert_eq!(answer.status, 200, "{shown}");
    assert_eq!(
        (&shown["id"], &shown["active"]),
        (&json!(id), &json!(false))
    );
    assert!(shown.get("title").is_none());
    assert_eq!(client.get(&path).json(), shown);
}

#[test]
fn a_duplicate_is_409_also_by_way_of_a_change() {
    let client = Client::new(Profile::tolerant());
    client.create("/Users", &user("Ada@example.com"));
    let answer = client.request("POST", "/Users", &user("aDA@example.com").to_string());
    answer.assert_error(409, Some("uniqueness"));
    let other = format!(
        "/Users/{}",
        client.create("/Users", &user("bob@example.com"))
    );
    let answer = client.request("PUT", &other, &user("ADA@example.com").to_string());
    answer.assert_error(409, Some("uniqueness"));
    let rename = json!([{"op": "replace", "path": "userName", "value": "ada@example.com"}]);
    client
        .patch(&other, &rename)
        .assert_error(409, Some("uniqueness"));
    // Another spelling of the own name is nobody else's.
    let answer = client.request("PUT", &other, &user("BOB@example.com").to_string());
    assert_eq!(
        (answer.status, &answer.json()["userName"]),
        (200, &json!("BOB@example.com"))
    );
}

#[test]
fn pages_are_cut_as_the_rfc_says() {
    let client = Client::new(Profile::tolerant());
    for number in 1..=5 {
        client.create("/Users", &user(&format!("user{number}")));
    }
    for (query, start, names) in [
        ("", 1, vec![1, 2, 3, 4, 5]),
        ("startIndex=0&count=2", 1, vec![1, 2]),
        ("startIndex=-3&count=2", 1, vec![1, 2]),
        ("startIndex=2&count=2", 2, vec![2, 3]),
        ("startIndex=5&count=2", 5, vec![5]),
        ("startIndex=6&count=2", 6, vec![]),
        ("startIndex=101&count=100", 101, vec![]),
        ("count=0", 1, vec![]),
        ("count=-1", 1, vec![]),
        ("count=99999999999999999999999999", 1, vec![1, 2, 3, 4, 5]),
        (
            "startIndex=18446744073709551615&count=18446744073709551615",
            u64::MAX,
            vec![],
        ),
        (
            "sortBy=userName&sortOrder=descending&count=2",
            1,
            vec![5, 4],
        ),
    ] {
        let answer = client.get(&format!("/Users?{query}"));
        let body = answer.json();
        assert_eq!(answer.status, 200, "{query}: {body}");
        let found: Vec<&str> = body["Resources"]
            .as_array()
            .unwrap()
            .iter()
            .map(|user| user["userName"].as_str().unwrap())
            .collect();
        let wanted: Vec<String> = names.iter().map(|number| format!("user{number}")).collect();
        assert_eq!(found, wanted, "{query}");
        assert_eq!(body["totalResults"], 5, "{query}");
        assert_eq!(body["startIndex"], start, "{query}");
        assert_eq!(body["itemsPerPage"], found.len(), "{query}");
    }
}

#[test]
fn who_refers_to_a_manager_is_found_without_the_urn() {
    let client = Client::new(Profile::tolerant());
    let id = client.create(
        "/Users",
        &json!({"userName": "a", ENTERPRISE: {"manager": "26"}}),
    );
    let filter = format!("id%20eq%20%22{id}%22%20and%20manager%20eq%20%2226%22");
    let found = client
        .get(&format!("/Users?filter={filter}&attributes=id"))
        .json();
    assert_eq!(
        found["Resources"],
        json!([{"schemas": [USER, ENTERPRISE], "id": id}])
    );
}

/// Answers what a careless provider may.
#[derive(Debug)]
struct Careless(ResourceType);

#[async_trait::async_trait]
impl Provider for Careless {
    fn resource_type(&self) -> &ResourceType {
        &self.0
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::read_only()
    }

    async fn create(&self, _: CreateRequest) -> Result<Resource, Error> {
        Err(Error::new(ErrorKind::Internal, "never called"))
    }

    async fn get(&self, request: GetRequest) -> Result<Resource, Error> {
        match request.id.as_str() {
            "none" => Resource::from_slice(b"{}"),
            "late" => Err(Error::new(ErrorKind::TooManyRequests, "slow down")
                .with_retry_after(std::time::Duration::MAX)),
            id => {
                let mut resource = Resource::from_slice(
                    br#"{"userName":"a","title":null,"name":{"givenName":null},"emails":[{"value":"v","display":null},null],
                        "password":"p","meta":"x","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"manager":null}}"#,
                )?;
                resource.set("id", id)?;
                Ok(resource)
            }
        }
    }

    async fn list(&self, _: ListRequest) -> Result<Page, Error> {
        Ok(Page::window(Vec::new(), 7))
    }

    async fn replace(&self, _: ReplaceRequest) -> Result<Resource, Error> {
        Err(Error::new(ErrorKind::Internal, "never called"))
    }

    async fn patch(&self, _: PatchRequest) -> Result<Patched, Error> {
        Ok(Patched::NotSupported)
    }

    async fn delete(&self, _: DeleteRequest) -> Result<(), Error> {
        Err(Error::new(ErrorKind::Internal, "never called"))
    }
}

#[test]
fn what_a_provider_answers_is_made_canonical() {
    let client = Client::serving(Careless(ResourceType::user()));
    let shown = client.get("/Users/a%2Fb%3F").json();
    assert_eq!(
        shown,
        json!({
            "schemas": [USER], "id": "a/b?", "userName": "a", "emails": [{"value": "v"}],
            "meta": {"resourceType": "User", "location": format!("{BASE}/Users/a%2Fb%3F")},
        })
    );
    client.get("/Users/none").assert_error(500, None);
    let late = client.get("/Users/late");
    late.assert_error(429, None);
    assert!(late.header("retry-after").unwrap().parse::<u64>().is_ok());
}

#[test]
fn what_a_provider_cannot_do_is_501_and_not_advertised() {
    let client = Client::serving(Careless(ResourceType::user()));
    for (method, path) in [
        ("POST", "/Users"),
        ("PUT", "/Users/1"),
        ("PATCH", "/Users/1"),
        ("DELETE", "/Users/1"),
    ] {
        client
            .request(method, path, "nonsense")
            .assert_error(501, None);
    }
    assert_eq!(
        client.get("/ServiceProviderConfig").json()["patch"]["supported"],
        false
    );
    for (method, path) in [("PUT", "/Users"), ("POST", "/Users/1")] {
        let answer = client.request(method, path, "");
        answer.assert_error(405, None);
        assert_eq!(answer.header("allow"), Some("GET, HEAD"));
    }
}

#[test]
fn a_version_that_does_not_match_is_412() {
    let client = Client::new(Profile::tolerant());
    let path = format!("/Users/{}", client.create("/Users", &user("a")));
    let version = client.get(&path).json()["meta"]["version"]
        .as_str()
        .unwrap()
        .to_owned();
    let body = user("b").to_string();
    let operations = json!({"schemas": [PATCH_OP], "Operations": [{"op": "replace", "path": "title", "value": "t"}]}).to_string();
    let send = |method: Method, tag: &str, body: &str| {
        let request = Request::builder()
            .method(method)
            .uri(&path)
            .header("authorization", "Bearer s3cret")
            .header("if-match", tag)
            .body(Bytes::copy_from_slice(body.as_bytes()));
        client.send(request.unwrap())
    };
    for tag in ["W/\"other\"", "nonsense", ""] {
        send(Method::PUT, tag, &body).assert_error(412, None);
        send(Method::PATCH, tag, &operations).assert_error(412, None);
        send(Method::DELETE, tag, "").assert_error(412, None);
    }
    assert_eq!(send(Method::PATCH, &version, &operations).status, 200);
    send(Method::PUT, &version, &body).assert_error(412, None);
    assert_eq!(send(Method::PUT, "*", &body).status, 200);
}
