//! A provider over a store of its own, written against the public API.
//!
//! It does not implement PATCH. The service reads, applies and replaces, and tries again after a concurrent write.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use bytes::Bytes;
use http::Request;
use scim_core::auth::Anonymous;
use scim_core::filter::case;
use scim_core::provider::{
    Capabilities, CreateRequest, DeleteRequest, GetRequest, ListRequest, ReplaceRequest,
};
use scim_core::query::Page;
use scim_core::schema::ResourceType;
use scim_core::tenant::Tenant;
use scim_core::version::Version;
use scim_core::{Error, ErrorKind, Provider, Resource, Service, User};
use serde_json::{Value, json};

use crate::support::exchange;

/// Rows of id, revision and document, like a database table.
#[derive(Clone, Debug)]
struct Directory {
    users: ResourceType,
    rows: Arc<Mutex<Rows>>,
}

#[derive(Debug, Default)]
struct Rows {
    next: u64,
    by_id: BTreeMap<String, (u64, Vec<u8>)>,
    /// The number of concurrent writes still to happen, each right after a read.
    rivals: usize,
    /// The resource of each replace request.
    replaced: Vec<String>,
}

impl Directory {
    fn rows(&self) -> MutexGuard<'_, Rows> {
        self.rows.lock().expect("no writer panics")
    }
}

impl Rows {
    fn read(&self, id: &str) -> Result<Resource, Error> {
        let (revision, document) = self.by_id.get(id).ok_or_else(|| Error::not_found(id))?;
        let mut resource = Resource::from_slice(document)?;
        resource.set("id", id)?;
        resource.set(
            "meta.version",
            Version::new(revision.to_string()).to_string(),
        )?;
        Ok(resource)
    }

    fn write(&mut self, id: &str, resource: Resource) -> Result<Resource, Error> {
        let user = User::try_from(resource)?;
        for (other, (_, document)) in &self.by_id {
            let taken = User::try_from(Resource::from_slice(document)?)?;
            if other != id && case::eq(taken.user_name(), user.user_name()) {
                return Err(Error::new(
                    ErrorKind::Uniqueness,
                    "userName is already in use",
                ));
            }
        }
        self.next += 1;
        let document = user.as_resource().to_vec();
        self.by_id.insert(id.to_owned(), (self.next, document));
        self.read(id)
    }

    fn check(&self, id: &str, expected: Option<&Version>) -> Result<(), Error> {
        let (revision, _) = self.by_id.get(id).ok_or_else(|| Error::not_found(id))?;
        match expected {
            Some(expected) if *expected != Version::new(revision.to_string()) => Err(Error::new(
                ErrorKind::PreconditionFailed,
                "changed in between",
            )),
            Some(_) | None => Ok(()),
        }
    }
}

#[async_trait::async_trait]
impl Provider for Directory {
    fn resource_type(&self) -> &ResourceType {
        &self.users
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::new().with_max_results(50)
    }

    async fn create(&self, request: CreateRequest) -> Result<Resource, Error> {
        let mut rows = self.rows();
        let id = format!("user-{}", rows.next);
        rows.write(&id, request.resource)
    }

    async fn get(&self, request: GetRequest) -> Result<Resource, Error> {
        let mut rows = self.rows();
        let found = rows.read(&request.id)?;
        if rows.rivals > 0 {
            rows.rivals -= 1;
            let mut rival = found.clone();
            rival.set("nickName", format!("rival {}", rows.rivals))?;
            rows.write(&request.id, rival)?;
        }
        Ok(found)
    }

    async fn list(&self, _: ListRequest) -> Result<Page, Error> {
        let rows = self.rows();
        let all = rows.by_id.keys().map(|id| rows.read(id));
        Ok(Page::complete(all.collect::<Result<_, _>>()?))
    }

    async fn replace(&self, request: ReplaceRequest) -> Result<Resource, Error> {
        let mut rows = self.rows();
        rows.check(&request.id, request.expected_version.as_ref())?;

        rows.replaced.push(request.resource.to_string());
        let mut desired = request.resource;
        let kept = rows.read(&request.id)?.boolean("active");

        // A PUT without `active` keeps the current value; a PATCH may remove it.
        if !request.from_patch && desired.boolean("active").is_none() {
            desired.set("active", kept)?;
        }
        rows.write(&request.id, desired)
    }

    async fn delete(&self, request: DeleteRequest) -> Result<(), Error> {
        let mut rows = self.rows();
        rows.check(&request.id, request.expected_version.as_ref())?;
        rows.by_id.remove(&request.id);
        Ok(())
    }
}

struct Server {
    directory: Directory,
    service: Service,
}

impl Server {
    fn with_one_user() -> Self {
        let directory = Directory {
            users: ResourceType::user(),
            rows: Arc::default(),
        };

        let tenant = Tenant::builder("https://example.com/scim/v2".parse().expect("a URL"))
            .authenticator(Anonymous::new())
            .provider(directory.clone())
            .build()
            .expect("a tenant");
        let service = Service::new(tenant);
        let server = Self { directory, service };
        let (status, user) = server.send("POST", "/Users", None, &json!({"userName": "ada"}));
        assert_eq!((status, &user["id"]), (201, &json!("user-0")));
        server
    }

    fn send(&self, method: &str, path: &str, tag: Option<&str>, body: &Value) -> (u16, Value) {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(tag) = tag {
            request = request.header("if-match", tag);
        }
        let request = request.body(Bytes::from(body.to_string()));
        exchange(&self.service, request.expect("a request"))
    }

    fn set_title(&self, title: &str, tag: Option<&str>) -> (u16, Value) {
        let operations = json!([{"op": "replace", "path": "title", "value": title}]);
        self.send(
            "PATCH",
            "/Users/user-0",
            tag,
            &json!({"Operations": operations}),
        )
    }
}

#[test]
fn the_service_applies_a_patch_for_the_provider() {
    let server = Server::with_one_user();
    let (status, user) = server.set_title("Countess", None);
    assert_eq!((status, &user["title"]), (200, &json!("Countess")));
    // The provider receives the same as from a PUT: nothing that only the server writes.
    let replaced = server.directory.rows().replaced.clone();
    let schemas = r#""schemas":["urn:ietf:params:scim:schemas:core:2.0:User"]"#;
    assert_eq!(
        replaced,
        [format!(
            r#"{{{schemas},"title":"Countess","userName":"ada"}}"#
        )]
    );
}

#[test]
fn a_patch_can_remove_active_but_a_put_without_it_keeps_it() {
    let server = Server::with_one_user();
    let active = |user: &Value| user.get("active").cloned();
    let put = |user: Value| server.send("PUT", "/Users/user-0", None, &user).1;
    let user = put(json!({"userName": "ada", "active": false}));
    assert_eq!(active(&user), Some(json!(false)));
    assert_eq!(active(&put(json!({"userName": "ada"}))), Some(json!(false)));
    let (_, user) = server.set_title("Countess", None);
    assert_eq!(active(&user), Some(json!(false)));

    let remove = json!({"Operations": [{"op": "remove", "path": "active"}]});
    let (status, user) = server.send("PATCH", "/Users/user-0", None, &remove);
    assert_eq!((status, active(&user)), (200, None));
    let (_, user) = server.send("GET", "/Users/user-0", None, &Value::Null);
    assert_eq!(active(&user), None);
}

#[test]
fn a_patch_that_changes_nothing_writes_nothing() {
    let server = Server::with_one_user();
    let (_, before) = server.set_title("Countess", None);
    let (status, after) = server.set_title("Countess", None);
    assert_eq!((status, after), (200, before));
    assert_eq!(server.directory.rows().replaced.len(), 1);
}

#[test]
fn a_patch_that_loses_a_race_is_applied_to_the_new_version() {
    let server = Server::with_one_user();
    server.directory.rows().rivals = 3;
    let (status, user) = server.set_title("Countess", None);
    assert_eq!(
        (status, &user["title"], &user["nickName"]),
        (200, &json!("Countess"), &json!("rival 0"))
    );
}

#[test]
fn a_patch_that_loses_every_race_is_503() {
    let server = Server::with_one_user();
    server.directory.rows().rivals = 1_000;
    let (status, error) = server.set_title("Countess", None);
    assert_eq!((status, &error["status"]), (503, &json!("503")));
    assert!(server.directory.rows().replaced.is_empty());
}

#[test]
fn a_patch_of_a_named_version_does_not_race() {
    let server = Server::with_one_user();
    let (_, user) = server.send("GET", "/Users/user-0", None, &Value::Null);
    let version = user["meta"]["version"]
        .as_str()
        .expect("a version")
        .to_owned();
    server.directory.rows().rivals = 1;
    assert_eq!(server.set_title("Countess", Some(&version)).0, 412);
    assert_eq!(server.set_title("Countess", Some(&version)).0, 412);
    assert_eq!(server.set_title("Countess", Some("*")).0, 200);
}

#[test]
fn the_service_filters_sorts_and_pages_for_the_provider() {
    let server = Server::with_one_user();
    for name in ["eve", "bob", "Cyd"] {
        assert_eq!(
            server
                .send("POST", "/Users", None, &json!({"userName": name}))
                .0,
            201
        );
    }
    assert_eq!(
        server
            .send("POST", "/Users", None, &json!({"userName": "BOB"}))
            .0,
        409
    );

    let query = "/Users?filter=userName+ne+%22eve%22&sortBy=userName&startIndex=2&count=5&attributes=userName";
    let (_, list) = server.send("GET", query, None, &Value::Null);

    let resources = list["Resources"].as_array().expect("a list");
    let names: Vec<&str> = resources
        .iter()
        .filter_map(|user| user["userName"].as_str())
        .collect();
    assert_eq!(
        (names, &list["totalResults"]),
        (vec!["bob", "Cyd"], &json!(3))
    );
    assert_eq!(
        server.send("DELETE", "/Users/user-0", None, &Value::Null).0,
        204
    );
    assert_eq!(
        server.send("GET", "/Users/user-0", None, &Value::Null).0,
        404
    );
}
