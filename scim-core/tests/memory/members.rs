//! Members of groups and groups of users, kept in step.

use std::collections::BTreeSet;
use std::thread;

use scim_core::memory::MemoryStore;
use scim_core::{Profile, Tolerance};
use serde_json::{Value, json};

use super::server::Server;

#[test]
fn sixty_four_threads_add_members_without_loss_or_repetition() {
    let server = Server::new();
    let group = server.group("g", &[]);
    let path = format!("/Groups/{group}");
    thread::scope(|scope| {
        for thread in 0..64 {
            let (server, path) = (&server, &path);
            scope.spawn(move || {
                for member in 0..20 {
                    // Two threads add each member.
                    let id = format!("{}-{member}", thread / 2);
                    let add = json!({"op": "Add", "path": "members", "value": [{"value": id}]});
                    assert_eq!(server.patch(path, add).0, 204);
                }
                let remove = json!({"op": "Remove", "path": format!("members[value eq \"{}-0\"]", thread / 2)});
                assert_eq!(server.patch(path, remove).0, 204);
            });
        }
    });

    let members = server.members(&group);
    let once: BTreeSet<&String> = members.iter().collect();
    assert_eq!(once.len(), members.len());
    let wanted = (0..32).flat_map(|thread| (1..20).map(move |member| format!("{thread}-{member}")));
    let wanted: BTreeSet<String> = wanted.collect();
    // The slower of two threads may have added the first member again.
    let others: BTreeSet<String> = members
        .iter()
        .filter(|id| !id.ends_with("-0"))
        .cloned()
        .collect();
    assert_eq!(others, wanted);
}

#[test]
fn a_user_shows_its_groups() {
    let server = Server::new();
    let (ada, bob) = (server.user("ada"), server.user("bob"));
    let sales = server.group("Sales", &[&ada, &bob]);
    let field = server.group("Field", &[&ada]);
    let groups = |user: &str| server.get(&format!("/Users/{user}"))["groups"].clone();
    let entry = |id: &str, name: &str| json!({"value": id, "$ref": format!("../Groups/{id}"), "display": name, "type": "direct"});
    assert_eq!(
        groups(&ada),
        json!([entry(&sales, "Sales"), entry(&field, "Field")])
    );
    assert_eq!(groups(&bob), json!([entry(&sales, "Sales")]));

    let rename = json!({"op": "replace", "path": "displayName", "value": "Sales EMEA"});
    assert_eq!(server.patch(&format!("/Groups/{sales}"), rename).0, 204);
    assert_eq!(groups(&bob), json!([entry(&sales, "Sales EMEA")]));

    let leave = json!({"op": "remove", "path": format!("members[value eq \"{bob}\"]")});
    assert_eq!(server.patch(&format!("/Groups/{sales}"), leave).0, 204);
    assert_eq!(groups(&bob), Value::Null);

    assert_eq!(
        server
            .send("DELETE", &format!("/Groups/{field}"), &Value::Null)
            .0,
        204
    );
    assert_eq!(groups(&ada), json!([entry(&sales, "Sales EMEA")]));
}

/// Requests that add `known` and `unknown` to a group.
fn with_members(group: &str, known: &str, unknown: &str) -> Vec<(&'static str, String, Value)> {
    let path = format!("/Groups/{group}");
    let both = json!([{"value": known}, {"value": unknown}]);
    let patches = [
        json!([{"op": "add", "path": "members", "value": both}]),
        json!([{"op": "replace", "path": "members", "value": both}]),
        json!([{"op": "add", "path": "members", "value": both},
               {"op": "remove", "path": format!("members[value eq \"{known}\"]")},
               {"op": "add", "path": "members", "value": [{"value": known}]}]),
        json!([{"op": "replace", "value": {"displayName": "g", "members": both}}]),
    ];

    let patches = patches
        .into_iter()
        .map(|operations| ("PATCH", path.clone(), json!({"Operations": operations})));

    let put = json!({"displayName": "g", "members": both});
    let post = json!({"displayName": "new", "members": both});
    patches
        .chain([
            ("PUT", path.clone(), put),
            ("POST", "/Groups".to_owned(), post),
        ])
        .collect()
}

#[test]
fn members_must_be_users_or_groups_of_the_store() {
    let store = MemoryStore::new();
    let server = Server::of(Profile::tolerant(), &store, store.groups());
    let (user, inner) = (server.user("a"), server.group("inner", &[]));
    let group = server.group("g", &[&inner]);
    for (method, path, body) in with_members(&group, &user, "nobody") {
        let (status, error) = server.send(method, &path, &body);
        assert_eq!((status, &error["scimType"]), (400, &json!("invalidValue")));
        let detail = error["detail"].as_str().expect("a detail");
        assert!(detail.contains("nobody"), "{detail}");
        assert_eq!(server.members(&group), [inner.as_str()], "{method} {body}");
    }

    for op in ["add", "replace"] {
        let path = "members[value eq \"nobody\"]";
        for operation in [
            json!({"op": op, "path": path, "value": {"value": "nobody"}}),
            json!({"op": op, "path": format!("{path}.type"), "value": "User"}),
        ] {
            let (status, error) = server.patch(&format!("/Groups/{group}"), operation);
            assert_eq!(status, 400, "{error}");
            assert_eq!(server.members(&group), [inner.as_str()]);
        }
    }
    assert_eq!(server.ids("/Groups").len(), 2);

    // A deleted user is unknown and can still be removed.
    assert_eq!(
        server
            .send("DELETE", &format!("/Users/{user}"), &Value::Null)
            .0,
        204
    );
    let path = format!("/Groups/{group}");
    let add = json!({"op": "add", "path": "members", "value": [{"value": user}]});
    assert_eq!(server.patch(&path, add).0, 400);
    let remove = json!({"op": "remove", "path": format!("members[value eq \"{user}\"]")});
    assert_eq!(server.patch(&path, remove).0, 204);
}

#[test]
fn the_profile_can_leave_unknown_members_out() {
    let profile = Profile::tolerant().with(Tolerance::UnknownMembers);
    let store = MemoryStore::new();
    let server = Server::of(profile, &store, store.groups());
    let user = server.user("a");

    for (method, path, body) in with_members("", &user, "nobody") {
        let group = server.group("g", &[]);
        let path = path.replace("/Groups/", &format!("/Groups/{group}"));
        let (status, made) = server.send(method, &path, &body);
        assert!(status < 300, "{made}");
        let id = made["id"].as_str().unwrap_or(&group);
        assert_eq!(server.members(id), [user.as_str()], "{method} {body}");
        for id in server.ids("/Groups") {
            assert_eq!(
                server
                    .send("DELETE", &format!("/Groups/{id}"), &Value::Null)
                    .0,
                204
            );
        }
    }
}

#[test]
fn a_user_cannot_set_its_groups() {
    let server = Server::new();
    let ada = server.user("ada");
    let sales = server.group("Sales", &[]);
    let path = format!("/Users/{ada}");
    let put = json!({"userName": "ada", "groups": [{"value": sales}]});
    assert_eq!(server.send("PUT", &path, &put).0, 200);
    server.patch(
        &path,
        json!({"op": "add", "path": "groups", "value": [{"value": sales}]}),
    );
    assert_eq!(server.get(&path)["groups"], Value::Null);
    assert_eq!(server.members(&sales), Vec::<String>::new());
}

#[test]
fn deleting_a_resource_removes_its_memberships() {
    let server = Server::new();
    let (ada, bob) = (server.user("ada"), server.user("bob"));
    let inner = server.group("inner", &[&ada]);
    let outer = server.group("outer", &[&ada, &inner, &bob]);
    let version = |group: &str| server.get(&format!("/Groups/{group}"))["meta"]["version"].clone();

    let before = version(&outer);
    assert_eq!(
        server
            .send("DELETE", &format!("/Users/{ada}"), &Value::Null)
            .0,
        204
    );
    assert_eq!(server.members(&outer), [inner.as_str(), bob.as_str()]);
    assert_eq!(server.members(&inner), Vec::<String>::new());
    assert_ne!(version(&outer), before);
    assert_eq!(
        server
            .send("DELETE", &format!("/Groups/{inner}"), &Value::Null)
            .0,
        204
    );
    assert_eq!(server.members(&outer), [bob.as_str()]);
    assert_eq!(
        server.ids(&format!(r#"/Users?filter=groups.value eq "{outer}""#)),
        [bob]
    );
}

#[test]
fn a_returning_user_keeps_memberships_and_another_person_does_not() {
    let server = Server::new();
    let send = |method: &str, path: &str, body: Value| {
        let (status, answer) = server.send(method, path, &body);
        assert!(status < 300, "{status} {answer}");
        answer
    };
    let ada = send(
        "POST",
        "/Users",
        json!({"userName": "ada", "externalId": "1"}),
    );
    let path = format!("/Users/{}", ada["id"].as_str().expect("an id"));
    let team = json!({"displayName": "Team", "members": [{"value": ada["id"]}]});
    send("POST", "/Groups", team);
    let create_again = |user: Value| {
        let leave = json!({"Operations": [{"op": "replace", "path": "active", "value": false}]});
        send("PATCH", &path, leave);
        let back = send("POST", "/Users", user);
        assert_eq!(back["id"], ada["id"]);
        assert_eq!(back["active"], true);
        back["groups"].as_array().map_or(0, Vec::len)
    };
    let team = |server: &Server| server.get("/Groups")["Resources"][0].clone();

    for same in [
        json!({"userName": "ada", "externalId": "1"}),
        json!({"userName": "ADA"}),
        json!({"userName": "ada", "externalId": "1"}),
    ] {
        assert_eq!(create_again(same), 1);
    }

    let path = format!("/Groups/{}", team(&server)["id"].as_str().expect("an id"));
    for other_person in [
        // Another person got the name.
        json!({"userName": "ada", "externalId": "2"}),
        // A renamed user, or another person with the alias of a former user: the two look the same.
        json!({"userName": "king", "externalId": "2"}),
    ] {
        let version = team(&server)["meta"]["version"].clone();
        assert_eq!(create_again(other_person), 0);
        assert_eq!(team(&server)["members"], json!([]));
        assert_ne!(team(&server)["meta"]["version"], version);
        let member = json!({"op": "add", "path": "members", "value": [{"value": ada["id"]}]});
        assert_eq!(server.patch(&path, member).0, 204);
    }
}

#[test]
fn the_uri_of_a_schema_shows_members_and_groups() {
    let server = Server::new();
    let ada = server.user("ada");
    let sales = server.group("Sales", &[&ada]);
    let user = format!("/Users/{ada}?");
    let group = format!("/Groups/{sales}?");

    let whole = "attributes=urn:ietf:params:scim:schemas:core:2.0";
    let found = server.get(&format!("{user}{whole}:User"));
    assert_eq!(found["groups"][0]["value"], json!(sales), "{found}");
    let found = server.get(&format!("{group}{whole}:Group"));
    assert_eq!(found["members"][0]["value"], json!(ada), "{found}");

    // An attribute of another schema has nothing but the name in common.
    let other = "excludedAttributes=urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
    let found = server.get(&format!("{user}{other}:groups"));
    assert_eq!(found["groups"][0]["value"], json!(sales), "{found}");
    let found = server.get(&format!("{group}{other}:members"));
    assert_eq!(found["members"][0]["value"], json!(ada), "{found}");
}
