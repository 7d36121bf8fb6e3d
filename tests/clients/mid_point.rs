//! midPoint's REST connector (`docs/evidence.md`, C24, C57, C61, C67).
//!
//! It reads all of discovery, searches by reading everybody page by page, with the number of the page as `startIndex`, and
//! changes one attribute to a request: a single value as it is, several as a list. Told to use PUT, it puts what has changed and
//! no more, which RFC 7644 §3.5.1 does not let a server guess about.

use hubspot_adapter::emulator::Behavior;
use scim_tests::patch_op;
use serde_json::{Value, json};

use crate::groups::Forms;
use crate::server::{Server, behaviors, opposite};
use crate::wire::{GROUP, USER, Wire};

const ADA: &str = "ada@acme.example";

/// As it writes one value or several.
fn values(ids: &[String]) -> Value {
    match ids {
        [id] => json!({"value": id}),
        ids => ids.iter().map(|id| json!({"value": id})).collect(),
    }
}

const GROUPS: Forms = Forms {
    create: |name| json!({"schemas": [GROUP], "displayName": name}),
    rename: |_, name| json!([{"op": "replace", "path": "displayName", "value": name}]),
    join: |ids| json!([{"op": "add", "path": "members", "value": values(ids)}]),
    leave: |ids| json!([{"op": "remove", "path": "members", "value": values(ids)}]),
};

fn wire(server: &Server) -> Wire<'_> {
    Wire {
        server,
        always: &[("Accept", "application/scim+json, application/json")],
        with_body: &[("Content-Type", "application/scim+json")],
    }
}

async fn connects(wire: &Wire<'_>) {
    let config = wire.get("/ServiceProviderConfig").await;
    assert_eq!(config.expect(200)["patch"]["supported"], true);
    for path in ["/ResourceTypes", "/Schemas"] {
        assert!(wire.get(path).await.expect(200)["Resources"].is_array());
    }
}

/// Everybody as it reads them: until as many rows have come as there are users, whoever they were.
async fn reads_everybody(wire: &Wire<'_>) -> Vec<Value> {
    let mut everybody = Vec::new();
    for page in 1.. {
        let answer = wire
            .get(&format!("/Users?startIndex={page}&count=25"))
            .await;
        let body = answer.expect(200);
        let rows = body["Resources"].as_array().map(Vec::as_slice);
        let rows = rows.unwrap_or_default();
        everybody.extend_from_slice(rows);
        if rows.is_empty() || Some(everybody.len() as u64) >= body["totalResults"].as_u64() {
            break;
        }
    }
    everybody
}

async fn is_found(wire: &Wire<'_>, id: &str) -> bool {
    reads_everybody(wire)
        .await
        .iter()
        .any(|user| user["id"] == id)
}

fn user(name: [&str; 2]) -> Value {
    let [given, family] = name;
    json!({
        "schemas": [USER],
        "userName": ADA,
        "name": {"givenName": given, "familyName": family},
        "emails": [{"value": ADA, "type": "work", "primary": true}],
        "active": true,
    })
}

async fn lives(server: &Server) {
    let wire = wire(server);
    let everybody = server.everybody();
    connects(&wire).await;
    reads_everybody(&wire).await;
    let created = wire.post("/Users", &user(["Ada", "Lovelace"])).await;
    created.expect(201);
    let id = created.id();
    let held = [
        ("userName", ADA.into()),
        ("name/givenName", "Ada".into()),
        ("emails/work/value", ADA.into()),
        ("active", true.into()),
    ];
    server.shows(&server.user(id).await, &held);
    assert!(is_found(&wire, id).await);
    let again = wire.post("/Users", &user(["Ada", "Lovelace"])).await;
    again.expect_error(409, Some("uniqueness"));
    server.signs_in(ADA);

    let path = format!("/Users/{id}");
    for (name, place, value) in [
        ("name.givenName", "name/givenName", json!("Augusta")),
        ("name.familyName", "name/familyName", json!("King")),
        ("title", "title", json!("Countess")),
        (
            "emails",
            "emails/work/value",
            json!({"value": ADA, "type": "work", "primary": true}),
        ),
        ("active", "active", json!(false)),
        ("active", "active", json!(true)),
    ] {
        let update = patch_op(&json!([{"op": "replace", "path": name, "value": value}]));
        wire.patch(&path, &update).await.expect(200);
        let shown = value.get("value").unwrap_or(&value).clone();
        server.shows(&server.user(id).await, &[(place, shown)]);
        if value == json!(false) {
            server.hubspot_lacks(ADA);
        }
    }
    let clear = patch_op(&json!([{"op": "remove", "path": "title"}]));
    wire.patch(&path, &clear).await.expect(200);
    assert_eq!(server.user(id).await.get("title"), None);
    server.hubspot_holds(ADA, ["Augusta", "King"], &[]);

    let before = server.user(id).await;
    let changed = json!({"id": id, "name": {"givenName": "Grace"}});
    let refused = wire.put(&path, &changed).await;
    let detail = refused.expect_error(400, Some("invalidValue"));
    assert!(detail.contains("userName"), "{detail}");
    assert_eq!(server.user(id).await, before);
    // Where every attribute has changed, it is a document, though without `schemas`.
    let mut document = user(["Grace", "Hopper"]);
    if let Some(members) = document.as_object_mut() {
        members.remove("schemas");
    }
    document["id"] = id.into();
    wire.put(&path, &document).await.expect(200);
    server.shows(
        &server.user(id).await,
        &[("name/givenName", "Grace".into())],
    );
    server.hubspot_holds(ADA, ["Grace", "Hopper"], &[]);

    wire.delete(&path).await.expect_no_content();
    wire.get(&path).await.expect_error(404, None);
    if server.is_hubspot() {
        // Whose list may show once more who was removed (H17).
        reads_everybody(&wire).await;
    }
    assert!(!is_found(&wire, id).await);
    assert_eq!(server.everybody(), everybody);
}

#[tokio::test]
async fn a_user_lives_in_memory() {
    lives(&Server::memory()).await;
}

#[tokio::test]
async fn a_user_lives_on_hubspot() {
    for behavior in behaviors() {
        println!("HubSpot plays {behavior}");
        lives(&Server::hubspot(behavior).await).await;
    }
}

#[tokio::test]
async fn a_group_lives_in_memory() {
    GROUPS.live(&wire(&Server::memory())).await;
}

#[tokio::test]
async fn group_writes_on_hubspot_are_refused_and_harmless() {
    for behavior in [Behavior::default(), opposite()] {
        GROUPS
            .are_refused(&wire(&Server::hubspot(behavior).await))
            .await;
    }
}
