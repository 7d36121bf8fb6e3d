//! Rippling (`docs/evidence.md`, C26, C65).
//!
//! No request is published. Set-up guides name the probe, the attributes and what its groups take; an issue names the look-up.
//! The bodies are those of RFC 7644.

use hubspot_adapter::emulator::Behavior;
use scim_tests::patch_op;
use serde_json::json;

use crate::groups::{Forms, join, leave_by_path};
use crate::server::{Server, behaviors, opposite};
use crate::wire::{GROUP, USER, Wire, encoded, only};

const ADA: &str = "ada@acme.example";
const EXTERNAL_ID: &str = "64f0c3a1b2c3d4e5f6a7b8c9";

const GROUPS: Forms = Forms {
    create: |name| json!({"schemas": [GROUP], "externalId": name, "displayName": name, "members": []}),
    rename: |_, name| json!([{"op": "replace", "path": "displayName", "value": name}]),
    join,
    leave: leave_by_path,
};

fn wire(server: &Server) -> Wire<'_> {
    Wire {
        server,
        always: &[],
        with_body: &[("Content-Type", "application/scim+json")],
    }
}

async fn find(wire: &Wire<'_>) -> Option<String> {
    let filter = encoded(&format!("externalId eq \"{EXTERNAL_ID}\""), "%20");
    only(&wire.get(&format!("/Users?filter={filter}")).await)
}

async fn lives(server: &Server) {
    let wire = wire(server);
    let everybody = server.everybody();
    let config = wire.get("/ServiceProviderConfig").await;
    assert_eq!(config.expect(200)["patch"]["supported"], true);
    assert_eq!(find(&wire).await, None);
    let user = json!({
        "schemas": [USER],
        "externalId": EXTERNAL_ID,
        "userName": ADA,
        "name": {"givenName": "Ada", "familyName": "Lovelace"},
        "emails": [{"value": ADA, "primary": true}],
        "active": true,
    });
    let created = wire.post("/Users", &user).await;
    created.expect(201);
    let id = created.id();
    let held = [
        ("userName", ADA.into()),
        ("externalId", EXTERNAL_ID.into()),
        ("emails/0/value", ADA.into()),
        ("name/givenName", "Ada".into()),
        ("name/familyName", "Lovelace".into()),
    ];
    server.shows(&server.user(id).await, &held);
    assert_eq!(find(&wire).await.as_deref(), Some(id));
    wire.post("/Users", &user)
        .await
        .expect_error(409, Some("uniqueness"));
    server.signs_in(ADA);

    let path = format!("/Users/{id}");
    for (name, place, value) in [
        ("name.givenName", "name/givenName", "Augusta"),
        ("name.familyName", "name/familyName", "King"),
        ("externalId", "externalId", EXTERNAL_ID),
    ] {
        let update = patch_op(&json!([{"op": "replace", "path": name, "value": value}]));
        wire.patch(&path, &update).await.expect(200);
        server.shows(&server.user(id).await, &[(place, value.into())]);
    }
    for active in [false, true] {
        let set = patch_op(&json!([{"op": "replace", "path": "active", "value": active}]));
        let answer = wire.patch(&path, &set).await;
        assert_eq!(answer.expect(200)["active"], active);
        server.shows(&server.user(id).await, &[("active", active.into())]);
        assert_eq!(find(&wire).await.as_deref(), Some(id));
        if active {
            server.hubspot_holds(ADA, ["Augusta", "King"], &[]);
        } else {
            server.hubspot_lacks(ADA);
        }
    }
    wire.delete(&path).await.expect_no_content();
    wire.get(&path).await.expect_error(404, None);
    assert_eq!(find(&wire).await, None);
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
