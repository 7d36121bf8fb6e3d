//! The SCIM clients of Keycloak (`docs/evidence.md`, C2, C16, C51, C54, C66).
//!
//! mitodl/keycloak-scim creates by POST and replaces by PUT, or, where it is told so, by PATCH; its media type is on every
//! request. suvera/keycloak-scim2-storage reads all of discovery first. It matches nobody by a filter: it reads all there are.

use hubspot_adapter::emulator::Behavior;
use scim_tests::{Answer, patch_op};
use serde_json::{Value, json};

use crate::groups::{has_members, is_called, people, refused};
use crate::server::{Server, behaviors, opposite};
use crate::wire::{GROUP, USER, Wire};

const ADA: &str = "ada@acme.example";

/// How it is configured to update.
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

/// A user as the adapter makes one: an address without a type, and roles by value alone.
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

/// Whether this user is in the list of all, and active there.
async fn listed(wire: &Wire<'_>, id: &str) -> Option<bool> {
    let answer = wire.get("/Users").await;
    let all = answer.expect(200)["Resources"].as_array()?;
    all.iter().find(|user| user["id"] == id)?["active"].as_bool()
}

async fn lives(server: &Server, by: Update) {
    let wire = wire(server);
    let everybody = server.everybody();
    assert!(wire.get("/Users").await.expect(200)["Resources"].is_array());
    let created = wire
        .post("/Users", &user(None, ["Ada", "Lovelace"], true))
        .await;
    let made = created.expect(201);
    // It reads these of the answer.
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
    server.shows(&server.user(id).await, &held);
    let again = wire
        .post("/Users", &user(None, ["Ada", "Lovelace"], true))
        .await;
    again.expect_error(409, Some("uniqueness"));
    server.signs_in(ADA);

    let name = ["Augusta", "King"];
    update(&wire, by, id, name, true).await.expect(200);
    let shown = server.user(id).await;
    server.shows(&shown, &[("displayName", "Augusta King".into())]);
    // Its PATCH has no place for the two names.
    let name_held = if by == Update::Put {
        name
    } else {
        ["Ada", "Lovelace"]
    };
    server.shows(&shown, &[("name/givenName", name_held[0].into())]);
    server.hubspot_holds(ADA, name_held, &["Sales Rep"]);
    for active in [false, true] {
        let answer = update(&wire, by, id, name, active).await;
        assert_eq!(answer.expect(200)["active"], active);
        server.shows(&server.user(id).await, &[("active", active.into())]);
        assert_eq!(listed(&wire, id).await, Some(active));
        if active {
            server.hubspot_holds(ADA, name_held, &["Sales Rep"]);
        } else {
            server.hubspot_lacks(ADA);
        }
    }
    let path = format!("/Users/{id}");
    wire.delete(&path).await.expect_no_content();
    wire.get(&path).await.expect_error(404, None);
    if server.is_hubspot() {
        // Whose list may show once more who was removed (H17).
        listed(&wire, id).await;
    }
    assert_eq!(listed(&wire, id).await, None);
    assert_eq!(server.everybody(), everybody);
}

/// A group with all of its members, as in each of its requests.
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

async fn group_lives(server: &Server, by: Update) {
    let wire = wire(server);
    let all = people(&wire, 6).await;
    let created = wire.post("/Groups", &group("Engineers", &all[..1])).await;
    assert_eq!(created.expect(201)["displayName"], "Engineers");
    let id = created.id();
    has_members(server, id, &all[..1]).await;
    let path = format!("/Groups/{id}");
    // Renamed, one more and one less at a time, all, five of them, nobody.
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
        is_called(server, id, name).await;
        has_members(server, id, members).await;
    }
    wire.delete(&path).await.expect_no_content();
    wire.get(&path).await.expect_error(404, None);
}

/// `ServiceProviderConfig`, `ResourceTypes`, `Schemas`, in this order, and each schema with `schemas` of its own.
async fn reads_discovery(server: &Server) {
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
async fn a_user_lives_in_memory() {
    for by in [Update::Put, Update::Patch] {
        lives(&Server::memory(), by).await;
    }
}

#[tokio::test]
async fn a_user_lives_on_hubspot() {
    for behavior in behaviors() {
        println!("HubSpot plays {behavior}");
        for by in [Update::Put, Update::Patch] {
            lives(&Server::hubspot(behavior).await, by).await;
        }
    }
}

#[tokio::test]
async fn a_group_lives_in_memory() {
    for by in [Update::Put, Update::Patch] {
        group_lives(&Server::memory(), by).await;
    }
}

#[tokio::test]
async fn group_writes_on_hubspot_are_refused_and_harmless() {
    for behavior in [Behavior::default(), opposite()] {
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
        refused(&wire(&server), &requests).await;
    }
}

#[tokio::test]
async fn discovery_is_read_from_both_servers() {
    reads_discovery(&Server::memory()).await;
    reads_discovery(&Server::hubspot(Behavior::default()).await).await;
}
