//! RFC 7644 §3.3 to §3.6, §3.9, §3.12 and §3.14: requests and responses.

use scim_core::filter::Filter;
use scim_core::{ListResponse, Profile};
use serde_json::{Value, json};

use super::scene::{BASE, Scene, assert_shows};
use super::{example, text};

const BABS: &str = "2819c223-7f76-453a-919d-413861904646";
const SMITH: &str = "c75ad752-64ae-4823-840d-ffa80929976c";

#[test]
fn a_user_is_created_3_3() {
    let scene = Scene::new(&[BABS]);
    scene.at("2011-08-01T21:32:44.882Z");
    let request = example("rfc7644-3.3-1-create-request");
    let answer = scene.send("POST", "/Users", Some(&request));
    assert_eq!(answer.status, 201);
    let location = format!("{BASE}/Users/{BABS}");
    assert_eq!(answer.location.as_deref(), Some(&*location));
    let shown = example("rfc7644-3.3-2-create-response");
    assert_shows(&answer.json, &shown, &["active"]);
    // The section names a duplicate `userName` as a conflict.
    let again = scene.send("POST", "/Users", Some(&request));
    assert_eq!(
        (again.status, &again.json["scimType"]),
        (409, &json!("uniqueness"))
    );
}

#[test]
fn a_user_is_created_with_a_version_3_14() {
    let scene = Scene::new(&[BABS]);
    scene.at("2011-08-01T21:32:44.882Z");
    let request = example("rfc7644-3.14-1-create-request");
    let answer = scene.send("POST", "/v2/Users", Some(&request));
    assert_eq!(answer.status, 201);
    let version = answer.json["meta"]["version"].as_str().expect("a version");
    assert!(version.starts_with("W/\""), "{version}");
    // The response in the example lacks the `externalId` of the request.
    let shown = example("rfc7644-3.14-2-create-response");
    assert_shows(&answer.json, &shown, &["active", "externalId"]);
}

#[test]
fn a_known_user_is_retrieved_3_4_1() {
    let scene = Scene::new(&[BABS]);
    let shown = example("rfc7644-3.4.1-1-get-response");
    scene.create("/Users", &shown);
    let answer = scene.get(&format!("/Users/{BABS}"));
    assert_eq!(answer.status, 200);
    let location = format!("{BASE}/Users/{BABS}");
    assert_eq!(answer.location.as_deref(), Some(&*location));
    assert_shows(&answer.json, &shown, &["active"]);
}

#[test]
fn the_user_names_of_all_users_are_listed_3_4_2() {
    let scene = Scene::new(&[BABS, SMITH]);
    for name in ["bjensen", "jsmith"] {
        scene.create("/Users", &user(name));
    }
    let answer = scene.get("/Users?attributes=userName");
    assert_eq!(answer.status, 200);
    // `schemas` is always returned, and the page numbers are present even for a complete list.
    let mut shown = example("rfc7644-3.4.2-1-list-response");
    for resource in shown["Resources"].as_array_mut().expect("a list") {
        resource["schemas"] = json!(["urn:ietf:params:scim:schemas:core:2.0:User"]);
    }
    assert_shows(&answer.json, &shown, &["startIndex", "itemsPerPage"]);
}

#[test]
fn every_example_filter_selects_its_users_3_4_2_2() {
    let scene = Scene::new(&[]);
    let enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
    let core = "urn:ietf:params:scim:schemas:core:2.0:User";
    scene.at("2011-05-13T04:42:34Z");
    scene.create(
        "/Users",
        &json!({"schemas": [core], "userName": "bjensen", "name": {"familyName": "O'Malley"},
            "title": "Tour Guide", "userType": "Employee",
            "emails": [{"type": "work", "value": "bjensen@example.com"}]}),
    );
    scene.at("2011-05-14T00:00:00Z");
    scene.create(
        "/Users",
        &json!({"schemas": [core, enterprise], "userName": "Jsmith", "userType": "Intern",
            enterprise: {"department": "Tours"},
            "emails": [{"type": "home", "value": "jsmith@example.org"}]}),
    );
    scene.at("2011-05-12T00:00:00Z");
    scene.create(
        "/Users",
        &json!({"schemas": [core], "userName": "alice", "userType": "Employee",
            "emails": [{"type": "home", "value": "a@example.com"}, {"type": "work", "value": "a@b.c"}],
            "ims": [{"type": "xmpp", "value": "alice@foo.com"}]}),
    );
    let selected = [
        vec!["bjensen"],
        vec!["bjensen"],
        vec!["Jsmith"],
        vec!["Jsmith"],
        vec!["bjensen"],
        vec!["Jsmith"],
        vec!["bjensen", "Jsmith"],
        vec!["alice"],
        vec!["bjensen", "alice"],
        vec!["bjensen"],
        vec!["bjensen", "Jsmith"],
        vec!["Jsmith"],
        vec!["bjensen", "alice"],
        vec![],
        vec!["bjensen", "alice"],
        vec!["bjensen"],
        vec!["bjensen", "alice"],
    ];
    let filters = text("rfc7644-3.4.2.2-1-filters.txt");
    assert_eq!(filters.lines().count(), selected.len());

    for (filter, selected) in filters.lines().zip(selected) {
        let printed = Filter::parse(filter).expect(filter).to_string();
        for filter in [filter, &printed] {
            let query: String = url::form_urlencoded::byte_serialize(filter.as_bytes()).collect();
            let answer = scene.get(&format!("/Users?filter={query}"));
            assert_eq!(answer.status, 200, "{filter}: {}", answer.json);
            let found = answer.json["Resources"].as_array().cloned();
            let found = found.unwrap_or_default();
            let names: Vec<_> = found
                .iter()
                .filter_map(|user| user["userName"].as_str())
                .collect();
            assert_eq!(names, selected, "{filter}");
        }
    }
}

#[test]
fn a_page_shows_its_position_3_4_2_4() {
    let scene = Scene::new(&[]);
    for number in 0..100 {
        scene.create("/Users", &user(&format!("user{number}")));
    }
    let answer = scene.get("/Users?startIndex=1&count=10");
    let mut page = answer.json.clone();
    assert_eq!(page["Resources"].as_array().map(Vec::len), Some(10));
    page["Resources"] = json!([]);
    assert_eq!(page, example("rfc7644-3.4.2.4-1-page-response"));
    let next = scene.get("/Users?startIndex=11&count=10");
    assert_eq!(next.json["Resources"][0]["userName"], "user10");
}

#[test]
fn a_search_and_its_response_are_read_3_4_3() {
    let request = example("rfc7644-3.4.3-1-search-request");
    let filter = request["filter"].as_str().expect("a filter");
    assert_eq!(Filter::parse(filter).expect("a filter").to_string(), filter);
    for path in request["attributes"].as_array().expect("a list") {
        let path = path.as_str().expect("a path");
        assert!(Profile::rfc().parser().attr_path(path).is_ok());
    }
    let shown = example("rfc7644-3.4.3-2-search-response");
    let list = ListResponse::from_slice(shown.to_string().as_bytes()).expect("a list");
    assert_eq!((list.total_results(), list.items_per_page()), (100, 10));
    let written: Value = serde_json::from_slice(&list.to_vec()).expect("JSON");
    assert_eq!(written, shown);
}

#[test]
fn users_and_groups_are_searched_on_the_root_3_4_3() {
    let scene = Scene::new(&[]);
    let mut james = user("jsmith");
    james["displayName"] = json!("Smith, James");
    scene.create("/Users", &james);
    scene.create("/Users", &user("bjensen"));
    let group = "urn:ietf:params:scim:schemas:core:2.0:Group";
    scene.create(
        "/Groups",
        &json!({"schemas": [group], "displayName": "Smith Family"}),
    );
    let request = example("rfc7644-3.4.3-1-search-request");
    let answer = scene.send("POST", "/.search", Some(&request));
    assert_eq!(answer.status, 200, "{}", answer.json);

    // The example shows two of a hundred users; here these two are all.
    let shown = example("rfc7644-3.4.3-2-search-response");
    assert_eq!(answer.json["schemas"], shown["schemas"]);
    assert_eq!(answer.json["startIndex"], shown["startIndex"]);

    for count in ["totalResults", "itemsPerPage"] {
        assert_eq!(answer.json[count], 2);
    }

    let without_ids = |list: &Value| -> Vec<Value> {
        let mut resources = list["Resources"].as_array().cloned().expect("a list");
        for resource in &mut resources {
            let members = resource.as_object_mut().expect("a resource");
            assert!(members.remove("id").is_some());
            members.remove("schemas");
        }
        resources
    };
    assert_eq!(without_ids(&answer.json), without_ids(&shown));
}

#[test]
fn a_user_is_replaced_3_5_1() {
    let scene = Scene::new(&[BABS]);
    scene.at("2011-08-08T04:56:22Z");
    let mut before = user("bjensen");
    before["roles"] = json!([{"value": "guide"}]);
    let before = scene.create("/Users", &before);
    scene.at("2011-08-08T08:00:12Z");
    let request = example("rfc7644-3.5.1-1-replace-request");
    let path = format!("/Users/{BABS}");
    let stale = scene.send_if("PUT", &path, Some(&request), Some("W/\"a330bc54f0671c9\""));

    assert_eq!(stale.status, 412);
    let version = before["meta"]["version"].as_str();
    let answer = scene.send_if("PUT", &path, Some(&request), version);
    assert_eq!(answer.status, 200, "{}", answer.json);
    assert_ne!(answer.json["meta"]["version"].as_str(), version);

    let location = format!("{BASE}/Users/{BABS}");
    assert_eq!(answer.location.as_deref(), Some(&*location));

    let shown = example("rfc7644-3.5.1-2-replace-response");
    assert_shows(&answer.json, &shown, &["active"]);
}

#[test]
fn a_deleted_user_is_not_found_3_6() {
    let scene = Scene::new(&[BABS]);
    let path = format!("/Users/{BABS}");
    let made = scene.create("/Users", &user("bjensen"));
    let version = made["meta"]["version"].as_str();
    let deleted = scene.send_if("DELETE", &path, None, version);
    assert_eq!((deleted.status, deleted.json), (204, Value::Null));
    let answer = scene.get(&path);
    assert_eq!(answer.status, 404);
    assert_eq!(answer.json, example("rfc7644-3.6-1-deleted-response"));
    let list = scene.get("/Users");
    assert_eq!(list.json["totalResults"], 0);
    scene.create("/Users", &user("bjensen"));
}

#[test]
fn a_request_for_one_attribute_shows_one_3_9() {
    let scene = Scene::new(&[BABS]);
    scene.create("/Users", &user("bjensen"));
    let answer = scene.get(&format!("/Users/{BABS}?attributes=userName"));
    assert_eq!(answer.status, 200);
    let location = format!("{BASE}/Users/{BABS}");
    assert_eq!(answer.location.as_deref(), Some(&*location));
    assert_eq!(answer.json, example("rfc7644-3.9-1-attributes-response"));
}

#[test]
fn an_unknown_resource_is_not_found_3_12() {
    let scene = Scene::new(&[]);
    let answer = scene.get(&format!("/Users/{BABS}"));
    assert_eq!(answer.status, 404);
    assert_eq!(answer.json, example("rfc7644-3.12-1-not-found-response"));
}

/// The example refuses a PUT, though §3.5.1 says that read-only values "SHALL be ignored". A PATCH gets this refusal.
#[test]
fn a_read_only_attribute_is_ignored_by_put_and_refused_by_patch_3_12() {
    let scene = Scene::new(&[BABS]);
    let path = format!("/Users/{BABS}");
    let mut other = scene.create("/Users", &user("bjensen"));
    other["id"] = json!("another");
    let put = scene.send("PUT", &path, Some(&other));
    assert_eq!((put.status, &put.json["id"]), (200, &json!(BABS)));

    let request = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{"op": "replace", "path": "id", "value": "another"}],
    });
    let answer = scene.send("PATCH", &path, Some(&request));
    assert_eq!(answer.status, 400);

    let mut shown = example("rfc7644-3.12-2-mutability-response");
    let detail = answer.json["detail"].as_str().expect("a detail");
    assert!(detail.starts_with("id "), "{detail}");
    shown["detail"] = json!(detail);
    assert_eq!(answer.json, shown);
}

fn user(name: &str) -> Value {
    json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": name})
}
