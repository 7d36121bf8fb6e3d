//! PATCH requests and queries on the members of a group.

use futures_util::FutureExt;
use proptest::prelude::*;
use scim_core::memory::MemoryStore;
use scim_core::provider::{Context, CreateRequest};
use scim_core::{ErrorKind, Profile, Provider, Resource};
use serde_json::{Value, json};

use super::server::Server;

#[test]
fn filters_find_members_and_groups() {
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
fn lists_sort_by_members_and_groups() {
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
fn a_member_patch_without_effect_keeps_time_and_version() {
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
fn removing_and_adding_the_last_member_changes_nothing() {
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
fn a_refused_patch_keeps_members_and_name() {
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
fn a_response_can_exclude_members() {
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
    fn member_deltas_equal_a_patch_of_the_whole_group(
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
fn members_kept_as_a_tree_are_checked_too() {
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
