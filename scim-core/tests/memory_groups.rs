//! The two views on one store: members of groups, and the groups of users.

#![cfg(feature = "memory")]
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that cannot be set up has failed, and so has one that misses a member"
)]

use std::collections::BTreeSet;
use std::thread;

use bytes::Bytes;
use futures_util::FutureExt;
use http::Request;
use proptest::prelude::*;
use scim_core::auth::Anonymous;
use scim_core::memory::{MemoryProvider, MemoryStore};
use scim_core::provider::{Context, CreateRequest};
use scim_core::tenant::Tenant;
use scim_core::{ErrorKind, Profile, Provider, Resource, Service, Tolerance};
use serde_json::{Value, json};

struct Server(Service);

impl Server {
    fn new() -> Self {
        let store = MemoryStore::new();
        Self::of(
            Profile::tolerant(),
            &store,
            store.groups().taking_any_member(),
        )
    }

    fn of(profile: Profile, store: &MemoryStore, groups: MemoryProvider) -> Self {
        let tenant = Tenant::builder("https://example.com/scim/v2".parse().expect("a URL"))
            .profile(profile)
            .authenticator(Anonymous::new())
            .provider(store.users())
            .provider(groups)
            .build()
            .expect("a tenant");
        Self(Service::new(tenant))
    }

    fn send(&self, method: &str, path: &str, body: &Value) -> (u16, Value) {
        let path = path
            .replace(' ', "%20")
            .replace('"', "%22")
            .replace('[', "%5B")
            .replace(']', "%5D");
        let request = Request::builder().method(method).uri(path);
        let request = request
            .body(Bytes::from(body.to_string()))
            .expect("a request");
        let response = self.0.handle(request).now_or_never().expect("no waiting");
        let body = serde_json::from_slice(response.body()).unwrap_or(Value::Null);
        (response.status().as_u16(), body)
    }

    fn make(&self, path: &str, body: &Value) -> String {
        let (status, made) = self.send("POST", path, body);
        assert_eq!(status, 201, "{made}");
        made["id"].as_str().expect("an id").to_owned()
    }

    fn user(&self, name: &str) -> String {
        self.make("/Users", &json!({"userName": name}))
    }

    fn group(&self, name: &str, members: &[&str]) -> String {
        let members: Vec<Value> = members
            .iter()
            .map(|id| json!({"value": id, "type": "User"}))
            .collect();
        self.make("/Groups", &json!({"displayName": name, "members": members}))
    }

    fn get(&self, path: &str) -> Value {
        let (status, found) = self.send("GET", path, &Value::Null);
        assert_eq!(status, 200, "{path}: {found}");
        found
    }

    fn patch(&self, path: &str, operation: Value) -> (u16, Value) {
        self.send("PATCH", path, &json!({"Operations": vec![operation]}))
    }

    fn members(&self, group: &str) -> Vec<String> {
        let group = self.get(&format!("/Groups/{group}"));
        let members = group["members"].as_array().expect("a list");
        members
            .iter()
            .map(|member| member["value"].as_str().expect("an id").to_owned())
            .collect()
    }

    fn ids(&self, path: &str) -> Vec<String> {
        let list = self.get(path);
        let resources = list["Resources"].as_array().expect("a list");
        resources
            .iter()
            .map(|found| found["id"].as_str().expect("an id").to_owned())
            .collect()
    }
}

#[test]
fn of_64_threads_that_add_members_none_is_lost_and_none_comes_twice() {
    let server = Server::new();
    let group = server.group("g", &[]);
    let path = format!("/Groups/{group}");
    thread::scope(|scope| {
        for thread in 0..64 {
            let (server, path) = (&server, &path);
            scope.spawn(move || {
                for member in 0..20 {
                    // Every member by two threads.
                    let id = format!("{}-{member}", thread / 2);
                    let add = json!({"op": "Add", "path": "members", "value": [{"value": id}]});
                    assert_eq!(server.patch(path, add).0, 204);
                }
                let gone = json!({"op": "Remove", "path": format!("members[value eq \"{}-0\"]", thread / 2)});
                assert_eq!(server.patch(path, gone).0, 204);
            });
        }
    });
    let members = server.members(&group);
    let once: BTreeSet<&String> = members.iter().collect();
    assert_eq!(once.len(), members.len());
    let wanted = (0..32).flat_map(|thread| (1..20).map(move |member| format!("{thread}-{member}")));
    let wanted: BTreeSet<String> = wanted.collect();
    // The slower of the two threads may have put the first member back.
    let lasting: BTreeSet<String> = members
        .iter()
        .filter(|id| !id.ends_with("-0"))
        .cloned()
        .collect();
    assert_eq!(lasting, wanted);
}

#[test]
fn a_user_shows_the_groups_it_is_in() {
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

/// Requests that bring `unknown` into a group, beside `known`.
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
fn members_are_users_and_groups_of_the_store() {
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
    // Whoever is gone is unknown, and nobody need be known to leave.
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
fn unknown_members_are_left_out_where_the_profile_says_so() {
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
fn a_user_does_not_choose_its_groups() {
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
fn whoever_is_deleted_is_no_member_any_more() {
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
fn members_and_groups_can_be_asked_for() {
    let server = Server::new();
    let (ada, bob) = (server.user("ada"), server.user("bob"));
    let sales = server.group("Sales", &[&ada, &bob]);
    let field = server.group("Field", &[&bob]);
    for (filter, wanted) in [
        (
            format!(r#"/Groups?filter=members.value eq "{ada}""#),
            vec![&sales],
        ),
        (
            format!(r#"/Groups?filter=members eq "{bob}""#),
            vec![&sales, &field],
        ),
        (
            format!(r#"/Groups?filter=members[value eq "{bob}"] and displayName eq "FIELD""#),
            vec![&field],
        ),
        (
            format!(r#"/Groups?filter=id eq "{field}" and members eq "{ada}""#),
            vec![],
        ),
        ("/Groups?filter=members pr".to_owned(), vec![&sales, &field]),
        (format!(r#"/Users?filter=groups eq "{field}""#), vec![&bob]),
        (
            format!(r#"/Users?filter=groups[value eq "{sales}"] and userName eq "ada""#),
            vec![&ada],
        ),
        (
            r#"/Users?filter=groups.display sw "sal""#.to_owned(),
            vec![&ada, &bob],
        ),
        (
            r#"/Users?filter=not (groups.display eq "Field")"#.to_owned(),
            vec![&ada],
        ),
    ] {
        assert_eq!(
            server.ids(&filter),
            wanted.into_iter().cloned().collect::<Vec<_>>(),
            "{filter}"
        );
    }
}

#[test]
fn members_and_groups_give_an_order() {
    let server = Server::new();
    let (ada, bob) = (server.user("ada"), server.user("bob"));
    let zeta = server.group("Zeta", &[&ada]);
    let alpha = server.group("Alpha", &[&bob]);
    let nobody = server.group("Nobody", &[]);
    assert_eq!(
        server.ids("/Users?sortBy=groups.display"),
        [bob.clone(), ada.clone()]
    );
    let mut by_member = [(ada, zeta), (bob, alpha)];
    by_member.sort();
    let [(_, first), (_, second)] = by_member;
    assert_eq!(
        server.ids("/Groups?sortBy=members&excludedAttributes=members"),
        [first.clone(), second.clone(), nobody.clone()]
    );
    assert_eq!(
        server.ids("/Groups?sortBy=members.value&sortOrder=descending&startIndex=2&count=1"),
        [second]
    );
    assert_eq!(
        server.ids("/Groups?sortBy=members&filter=members pr&startIndex=1&count=1"),
        [first]
    );
}

#[test]
fn a_patch_of_members_that_changes_nothing_keeps_time_and_version() {
    let server = Server::new();
    let group = server.group("g", &["1", "2"]);
    let path = format!("/Groups/{group}");
    let before = server.get(&path);
    for operation in [
        json!({"op": "add", "path": "members", "value": [{"value": "1"}]}),
        json!({"op": "remove", "path": "members[value eq \"3\"]"}),
        json!({"op": "replace", "path": "members", "value": [{"value": "1", "type": "User"}, {"value": "2", "type": "User"}]}),
        json!({"op": "replace", "path": "displayName", "value": "g"}),
    ] {
        let (status, _) = server.patch(&path, operation.clone());
        assert_eq!(status, 204, "{operation}");
        assert_eq!(server.get(&path), before, "{operation}");
    }
}

#[test]
fn a_last_member_who_goes_and_comes_back_changes_nothing() {
    let server = Server::new();
    let group = server.group("g", &["1", "2"]);
    let path = format!("/Groups/{group}");
    let before = server.get(&path);
    let operations = |id: &str| {
        json!({"Operations": [
            {"op": "remove", "path": format!("members[value eq \"{id}\"]")},
            {"op": "add", "path": "members", "value": [{"value": id, "type": "User"}]},
        ]})
    };
    assert_eq!(server.send("PATCH", &path, &operations("2")).0, 204);
    assert_eq!(server.get(&path), before);
    assert_eq!(server.send("PATCH", &path, &operations("1")).0, 204);
    assert_eq!(server.members(&group), ["2", "1"]);
    assert_ne!(
        server.get(&path)["meta"]["version"],
        before["meta"]["version"]
    );
}

#[test]
fn a_refused_patch_leaves_members_and_name_as_they_were() {
    let server = Server::new();
    server.group("taken", &[]);
    let group = server.group("g", &["1"]);
    let path = format!("/Groups/{group}");
    let before = server.get(&path);
    let operations = json!({"Operations": [
        {"op": "add", "path": "members", "value": [{"value": "2"}]},
        {"op": "replace", "path": "displayName", "value": "TAKEN"},
    ]});
    assert_eq!(server.send("PATCH", &path, &operations).0, 409);
    assert_eq!(server.get(&path), before);
    let operations = json!({"Operations": [
        {"op": "remove", "path": "members"}, {"op": "remove", "path": "displayName"},
    ]});
    assert_eq!(server.send("PATCH", &path, &operations).0, 400);
    assert_eq!(server.get(&path), before);
}

#[test]
fn members_left_out_of_an_answer_are_not_in_it() {
    let server = Server::new();
    let group = server.group("g", &["1"]);
    let shown = server.get(&format!("/Groups/{group}?excludedAttributes=members"));
    assert_eq!(
        (&shown["members"], &shown["displayName"]),
        (&Value::Null, &json!("g"))
    );
    let list = server.get("/Groups?attributes=displayName");
    assert_eq!(list["Resources"][0]["members"], Value::Null);
    let list = server.get("/Groups?attributes=members.value&sortBy=displayName");
    assert_eq!(list["Resources"][0]["members"], json!([{"value": "1"}]));
}

fn operation() -> impl Strategy<Value = Value> {
    let entry = || {
        (0_u8..6, any::<bool>()).prop_map(|(id, typed)| {
            if typed {
                json!({"value": id.to_string(), "type": "User"})
            } else {
                json!({"value": id.to_string()})
            }
        })
    };
    let entries = move || prop::collection::vec(entry(), 0..4);
    prop_oneof![
        4 => entries().prop_map(|value| json!({"op": "add", "path": "members", "value": value})),
        2 => entries().prop_map(|value| json!({"op": "remove", "path": "members", "value": value})),
        3 => (0_u8..6).prop_map(|id| json!({"op": "remove", "path": format!("members[value eq \"{id}\"]")})),
        1 => entries().prop_map(|value| json!({"op": "replace", "path": "members", "value": value})),
        1 => entries().prop_map(|value| json!({"op": "replace", "value": {"members": value, "displayName": "h"}})),
        1 => Just(json!({"op": "remove", "path": "members"})),
        1 => Just(json!({"op": "remove", "path": "members[type eq \"User\"]"})),
        1 => Just(json!({"op": "add", "path": "externalId", "value": "x"})),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn members_beside_the_group_change_as_members_within_it_would(
        requests in prop::collection::vec(prop::collection::vec(operation(), 1..4), 1..6),
    ) {
        let server = Server::new();
        let group = server.group("g", &["1", "2"]);
        let path = format!("/Groups/{group}");
        let group_type = scim_core::schema::ResourceType::group();
        let mut naive = Resource::from_slice(server.get(&path).to_string().as_bytes()).unwrap();
        for operations in requests {
            let body = json!({"Operations": operations});
            let before = server.get(&path);
            let (status, _) = server.send("PATCH", &path, &body);
            let patch = scim_core::PatchOp::from_slice(body.to_string().as_bytes(), Profile::tolerant()).unwrap();
            match scim_core::patch::apply(&naive, &patch, &group_type, Profile::tolerant()) {
                Ok(applied) => {
                    prop_assert_eq!(status, 204, "{}", body);
                    let after = server.get(&path);
                    prop_assert_eq!(applied.is_changed(), after["meta"]["version"] != before["meta"]["version"], "{}", &body);
                    naive = applied.resource;
                    let wanted: Value = serde_json::from_str(&naive.to_string()).unwrap();
                    let empty = json!([]);
                    prop_assert_eq!(wanted.get("members").unwrap_or(&empty), &after["members"], "{}", body);
                    prop_assert_eq!(&wanted["displayName"], &after["displayName"]);
                }
                Err(error) => {
                    prop_assert_eq!(status, error.status().as_u16());
                    prop_assert_eq!(&server.get(&path), &before);
                }
            }
        }
    }
}

#[test]
fn who_comes_back_is_a_member_still_and_who_is_somebody_else_is_not() {
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
    let again = |user: Value| {
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
        assert_eq!(again(same), 1);
    }
    let path = format!("/Groups/{}", team(&server)["id"].as_str().expect("an id"));
    for somebody_else in [
        // The name went to somebody new.
        json!({"userName": "ada", "externalId": "2"}),
        // Renamed, or somebody new with an alias that a leaver had: that cannot be told.
        json!({"userName": "king", "externalId": "2"}),
    ] {
        let version = team(&server)["meta"]["version"].clone();
        assert_eq!(again(somebody_else), 0);
        assert_eq!(team(&server)["members"], json!([]));
        assert_ne!(team(&server)["meta"]["version"], version);
        let member = json!({"op": "add", "path": "members", "value": [{"value": ada["id"]}]});
        assert_eq!(server.patch(&path, member).0, 204);
    }
}

#[test]
fn members_that_only_a_tree_can_hold_are_looked_at_as_well() {
    let groups = MemoryStore::new().groups();
    let json = r#"{"displayName":"g","members":[{"value":"nobody","VALUE":"nobody"}]}"#;
    let group = Resource::from_slice(json.as_bytes()).expect("a resource");
    let request = CreateRequest::new(Context::default(), group);
    let refused = groups.create(request).now_or_never().expect("no waiting");
    assert_eq!(
        refused.expect_err("a refusal").kind(),
        ErrorKind::InvalidValue
    );
}
