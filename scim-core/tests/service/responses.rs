//! The resources in responses: projected, canonical, paged.

use scim_core::provider::{Capabilities, GetRequest, ListRequest};
use scim_core::query::Page;
use scim_core::schema::ResourceType;
use scim_core::{Error, ErrorKind, Profile, Provider, Resource};
use serde_json::json;

use super::http::{BASE, ENTERPRISE, HttpClient, USER, group, user};

#[test]
fn every_response_follows_the_projection() {
    let client = HttpClient::new(Profile::tolerant());
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

    // A complex value without any shown part is absent, not empty.
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
fn profile_and_resource_type_decide_the_patch_response() {
    for (profile, of_user, of_group) in [
        (Profile::tolerant(), 200, 204),
        (Profile::rfc(), 200, 200),
        (Profile::entra(), 204, 204),
    ] {
        let client = HttpClient::new(profile);
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
    let client = HttpClient::new(Profile::tolerant());
    let path = format!("/Users/{}", client.create("/Users", &user("a")));
    let answer = client.request("DELETE", &path, "");
    assert_eq!((answer.status, answer.body.len()), (204, 0));
    assert_eq!(answer.header("content-type"), None);
    client.request("DELETE", &path, "").assert_error(404, None);
    client.get(&path).assert_error(404, None);
}

#[test]
fn a_group_without_members_shows_an_empty_list() {
    let client = HttpClient::new(Profile::rfc());
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
fn responses_are_canonical() {
    let client = HttpClient::new(Profile::tolerant());
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
fn a_put_ignores_read_only_attributes_and_keeps_active() {
    let client = HttpClient::new(Profile::tolerant());
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
fn pages_follow_the_rfc() {
    let client = HttpClient::new(Profile::tolerant());
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
fn manager_can_be_filtered_on_without_its_urn() {
    let client = HttpClient::new(Profile::tolerant());
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

/// A provider with every carelessness that the service has to repair.
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
}

#[test]
fn resources_of_a_provider_are_made_canonical() {
    let client = HttpClient::serving(Careless(ResourceType::user()));
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
fn an_unsupported_operation_is_501_and_not_advertised() {
    let client = HttpClient::serving(Careless(ResourceType::user()));
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
