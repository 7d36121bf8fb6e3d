//! The SCIM clients of Keycloak (`docs/evidence.md`, C2, C16, C51, C54, C66).
//!
//! mitodl/keycloak-scim creates by POST and updates by PUT, or by PATCH if configured so. Every request has its media type.
//! suvera/keycloak-scim2-storage reads all of discovery first. It does not filter, but reads all users.

use hubspot_adapter::emulator::Behavior;
use scim_tests::{Answer, patch_op};
use serde_json::{Value, json};

use crate::groups::{create_users, expect_members, expect_name, expect_refused};
use crate::server::{Server, behaviors, extremes, on_hubspot};
use crate::wire::{GROUP, USER, Wire};

const ADA: &str = "ada@acme.example";

/// The configured method of an update.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Update {
    Put,
    Patch,
}

fn wire(server: &Server) -> Wire<'_> {
    Wire {
        server,
        always: &[("Content-Type", "application/scim+json")],
        with_body: &[],
    }
}

/// A user as the extension writes one: an address without a type, and roles with a value alone.
fn user(id: Option<&str>, name: [&str; 2], active: bool) -> Value {
    let [given, family] = name;
    let mut user = json!({
        "schemas": [USER],
        "externalId": "9f1d2c3b-0000-4000-8000-0123456789ab",
        "userName": ADA,
        "displayName": format!("{given} {family}"),
        "name": {"givenName": given, "familyName": family},
        "emails": [{"value": ADA}],
        "active": active,
        "roles": [{"value": "Sales Rep"}],
    });
    if let Some(id) = id {
        user["id"] = id.into();
        user["meta"] = json!({"location": format!("Users/{id}")});
    }
    user
}

async fn update(
    wire: &Wire<'_>,
    update: Update,
    id: &str,
    name: [&str; 2],
    active: bool,
) -> Answer {
    let path = format!("/Users/{id}");
    match update {
        Update::Put => wire.put(&path, &user(Some(id), name, active)).await,
        Update::Patch => {
            let [given, family] = name;
            let operations = json!([
                {"path": "active", "op": "replace", "value": active.to_string()},
                {"path": "userName", "op": "replace", "value": ADA},
                {"path": "displayName", "op": "replace", "value": format!("{given} {family}")},
            ]);
            wire.patch(&path, &patch_op(&operations)).await
        }
    }
}

/// The `active` of this user in the list of all users; `None` if the list lacks the user.
async fn listed_active(wire: &Wire<'_>, id: &str) -> Option<bool> {
    let answer = wire.get("/Users").await;
    let all = answer.expect(200)["Resources"].as_array()?;
    all.iter().find(|user| user["id"] == id)?["active"].as_bool()
}

async fn run_lifecycle(server: &Server, by: Update) {
    let wire = wire(server);
    let before = server.hubspot_users();
    assert!(wire.get("/Users").await.expect(200)["Resources"].is_array());
    let created = wire
        .post("/Users", &user(None, ["Ada", "Lovelace"], true))
        .await;
    let made = created.expect(201);
    // The extension reads these members of the answer.
    for name in ["id", "userName", "displayName", "active"] {
        assert!(!made[name].is_null(), "{made}");
    }
    let id = created.id();
    let held = [
        ("userName", ADA.into()),
        ("externalId", "9f1d2c3b-0000-4000-8000-0123456789ab".into()),
        ("displayName", "Ada Lovelace".into()),
        ("emails/0/value", ADA.into()),
        ("roles/0/value", "Sales Rep".into()),
        ("active", true.into()),
    ];
    server.expect_values(&server.user(id).await, &held);
    let again = wire
        .post("/Users", &user(None, ["Ada", "Lovelace"], true))
        .await;
    again.expect_error(409, Some("uniqueness"));
    server.sign_in(ADA);

    let name = ["Augusta", "King"];
    update(&wire, by, id, name, true).await.expect(200);
    let shown = server.user(id).await;
    server.expect_values(&shown, &[("displayName", "Augusta King".into())]);
    // Its PATCH does not contain the given and the family name.
    let name_held = if by == Update::Put {
        name
    } else {
        ["Ada", "Lovelace"]
    };
    server.expect_values(&shown, &[("name/givenName", name_held[0].into())]);
    server.expect_member(ADA, name_held, &["Sales Rep"]);
    for active in [false, true] {
        let answer = update(&wire, by, id, name, active).await;
        assert_eq!(answer.expect(200)["active"], active);
        server.expect_values(&server.user(id).await, &[("active", active.into())]);
        assert_eq!(listed_active(&wire, id).await, Some(active));
        if active {
            server.expect_member(ADA, name_held, &["Sales Rep"]);
        } else {
            server.expect_no_member(ADA);
        }
    }
    let path = format!("/Users/{id}");
    wire.delete(&path).await.expect_no_content();
    wire.get(&path).await.expect_error(404, None);
    if server.is_hubspot() {
        // HubSpot's list may still show the removed user once (H17).
        listed_active(&wire, id).await;
    }
    assert_eq!(listed_active(&wire, id).await, None);
    assert_eq!(server.hubspot_users(), before);
}

/// A group with all its members, the body of every group request.
fn group(name: &str, members: &[String]) -> Value {
    let entry = |id| json!({"value": id, "type": "User", "$ref": format!("Users/{id}")});
    let members: Vec<Value> = members.iter().map(entry).collect();
    json!({"schemas": [GROUP], "externalId": "kc-group-1", "displayName": name, "members": members})
}

fn group_patch(name: &str, members: &[String]) -> Value {
    let entry = |id| json!({"value": id, "type": "User"});
    let entries: Vec<Value> = members.iter().map(entry).collect();
    let first = if entries.is_empty() {
        json!({"path": "members", "op": "remove"})
    } else {
        json!({"path": "members", "op": "replace", "value": entries})
    };
    patch_op(&json!([
        first,
        {"op": "replace", "path": "displayName", "value": name},
        {"op": "replace", "path": "externalId", "value": "kc-group-1"},
    ]))
}

async fn run_group_lifecycle(server: &Server, by: Update) {
    let wire = wire(server);
    let all = create_users(&wire, 6).await;
    let created = wire.post("/Groups", &group("Engineers", &all[..1])).await;
    assert_eq!(created.expect(201)["displayName"], "Engineers");
    let id = created.id();
    expect_members(server, id, &all[..1]).await;
    let path = format!("/Groups/{id}");
    // Rename, add one, remove one, add all, remove one, remove all.
    let steps = [
        ("Poets", &all[..1]),
        ("Poets", &all[..2]),
        ("Poets", &all[1..2]),
        ("Poets", &all[..]),
        ("Poets", &all[1..]),
        ("Engineers", &[]),
    ];
    for (name, members) in steps {
        let answer = match by {
            Update::Put => {
                let mut document = group(name, members);
                document["id"] = id.into();
                document["meta"] = json!({"location": format!("Groups/{id}")});
                wire.put(&path, &document).await
            }
            Update::Patch => wire.patch(&path, &group_patch(name, members)).await,
        };
        assert!(matches!(answer.status(), 200 | 204), "{}", answer.text());
        expect_name(server, id, name).await;
        expect_members(server, id, members).await;
    }
    wire.delete(&path).await.expect_no_content();
    wire.get(&path).await.expect_error(404, None);
}

/// Reads `ServiceProviderConfig`, `ResourceTypes` and `Schemas` in this order. Every schema has a `schemas` list.
async fn read_discovery(server: &Server) {
    let wire = wire(server);
    assert_eq!(
        wire.get("/ServiceProviderConfig").await.expect(200)["patch"]["supported"],
        true
    );
    for path in ["/ResourceTypes", "/Schemas"] {
        let answer = wire.get(path).await;
        let all = answer.expect(200)["Resources"].as_array();
        let all = all.map(Vec::as_slice).unwrap_or_default();
        assert!(!all.is_empty());
        for resource in all {
            assert!(
                resource["schemas"]
                    .as_array()
                    .is_some_and(|uris| !uris.is_empty()),
                "{resource}"
            );
        }
    }
}

#[tokio::test]
async fn user_lifecycle_in_memory() {
    for by in [Update::Put, Update::Patch] {
        run_lifecycle(&Server::memory(), by).await;
    }
}

#[tokio::test]
async fn user_lifecycle_on_hubspot() {
    for by in [Update::Put, Update::Patch] {
        on_hubspot(behaviors(), async |server| run_lifecycle(server, by).await).await;
    }
}

#[tokio::test]
async fn group_lifecycle_in_memory() {
    for by in [Update::Put, Update::Patch] {
        run_group_lifecycle(&Server::memory(), by).await;
    }
}

#[tokio::test]
async fn hubspot_refuses_group_writes() {
    for behavior in extremes() {
        let server = Server::hubspot(behavior).await;
        let members: Vec<String> = server.members("5301").await.into_iter().collect();
        let requests = [
            ("POST", "/Groups", group("Engineers", &members)),
            ("PUT", "/Groups/5301", group("Selling", &members[1..])),
            (
                "PATCH",
                "/Groups/5301",
                group_patch("Selling", &members[1..]),
            ),
            ("PATCH", "/Groups/5301", group_patch("Selling", &[])),
            ("DELETE", "/Groups/5301", Value::Null),
        ];
        expect_refused(&wire(&server), &requests).await;
    }
}

#[tokio::test]
async fn discovery_on_both_servers() {
    read_discovery(&Server::memory()).await;
    read_discovery(&Server::hubspot(Behavior::default()).await).await;
}
