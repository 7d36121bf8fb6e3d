//! `OneLogin` (`docs/evidence.md`, C11, C17, C18, C57).
//!
//! Captured are the look-up, the PUT of a user and that groups change by PATCH; the body of that PATCH is not published, and is
//! that of RFC 7644 here. The template of a body is the administrator's, so that its schemas are any.

use scim_tests::patch_op;
use serde_json::{Value, json};

use crate::groups::{Forms, join, leave_by_path};
use crate::server::{Server, behaviors, opposite};
use crate::wire::{GROUP, Wire, encoded, only};
use hubspot_adapter::emulator::Behavior;

const ADA: &str = "ada@acme.example";

const GROUPS: Forms = Forms {
    create: |name| json!({"schemas": [GROUP], "displayName": name}),
    rename: |_, name| json!([{"op": "replace", "path": "displayName", "value": name}]),
    join,
    leave: leave_by_path,
};

fn wire(server: &Server) -> Wire<'_> {
    Wire {
        server,
        always: &[
            ("User-Agent", ""),
            ("Content-Type", "application/scim+json"),
        ],
        with_body: &[],
    }
}

fn user(name: [&str; 2], title: &str) -> Value {
    let [given, family] = name;
    json!({
        "schemas": ["urn:scim:schemas:core:2.0", "urn:scim:schemas:extension:enterprise:2.0"],
        "userName": ADA,
        "name": {"familyName": family, "givenName": given, "formatted": format!("{given} {family}")},
        "emails": [{"value": ADA, "type": "work", "primary": true}],
        "displayName": format!("{given} {family}"),
        "title": title,
        "active": true,
        "externalId": "198734",
    })
}

async fn find(wire: &Wire<'_>, name: &str) -> Option<String> {
    let filter = encoded(&format!("userName eq \"{name}\""), "+");
    only(&wire.get(&format!("/Users?filter={filter}&")).await)
}

async fn lives(server: &Server) {
    let wire = wire(server);
    let everybody = server.everybody();
    assert_eq!(find(&wire, "test-nobody").await, None);
    assert_eq!(find(&wire, ADA).await, None);
    let created = wire
        .post("/Users?", &user([" Ada", "Lovelace"], "Analyst"))
        .await;
    created.expect(201);
    let id = created.id();
    let held = [
        ("userName", ADA.into()),
        ("externalId", "198734".into()),
        ("emails/work/value", ADA.into()),
        ("title", "Analyst".into()),
        ("active", true.into()),
    ];
    server.shows(&server.user(id).await, &held);
    assert_eq!(find(&wire, ADA).await.as_deref(), Some(id));
    let again = wire
        .post("/Users?", &user(["Ada", "Lovelace"], "Analyst"))
        .await;
    again.expect_error(409, Some("uniqueness"));
    server.signs_in(ADA);

    let path = format!("/Users/{id}?");
    wire.put(&path, &user(["Augusta", "King"], "Countess"))
        .await
        .expect(200);
    let expected = [
        ("name/givenName", "Augusta".into()),
        ("name/familyName", "King".into()),
        ("displayName", "Augusta King".into()),
        ("title", "Countess".into()),
        ("active", true.into()),
    ];
    server.shows(&server.user(id).await, &expected);
    server.hubspot_holds(ADA, ["Augusta", "King"], &[]);
    // Seen: an object where a list belongs.
    let lone = json!({"value": ADA, "type": "work", "primary": true});
    let emails = patch_op(&json!([{"op": "replace", "path": "emails", "value": lone}]));
    wire.patch(&path, &emails).await.expect(200);
    server.shows(&server.user(id).await, &[("emails/work/value", ADA.into())]);

    for active in [false, true] {
        let mut document = user(["Augusta", "King"], "Countess");
        document["active"] = active.into();
        let answer = wire.put(&path, &document).await;
        assert_eq!(answer.expect(200)["active"], active);
        server.shows(&server.user(id).await, &[("active", active.into())]);
        assert_eq!(find(&wire, ADA).await.as_deref(), Some(id));
        if active {
            server.hubspot_holds(ADA, ["Augusta", "King"], &[]);
        } else {
            server.hubspot_lacks(ADA);
        }
    }
    wire.delete(&path).await.expect_no_content();
    wire.get(&path).await.expect_error(404, None);
    assert_eq!(find(&wire, ADA).await, None);
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
