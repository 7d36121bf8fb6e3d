//! Google Workspace (`docs/evidence.md`, C11, C16, C22, C68).
//!
//! Captured are the look-up, the list and the creation. How it updates and suspends is not published: here by a PUT of the same
//! form, and it deletes as RFC 7644 has it. It provisions no groups.

use serde_json::{Value, json};

use crate::server::{Server, behaviors};
use crate::wire::{USER, Wire, encoded, only};

const ADA: &str = "ada@acme.example";

fn wire(server: &Server) -> Wire<'_> {
    Wire {
        server,
        always: &[("User-Agent", "Google-Auto-Provisioning")],
        with_body: &[("Content-Type", "application/json")],
    }
}

fn user(name: [&str; 2], active: bool) -> Value {
    let [given, family] = name;
    json!({
        "schemas": ["urn:scim:schemas:core:1.0", USER],
        "userName": ADA,
        "emails": [{"primary": true, "value": ADA, "type": "work"}],
        "displayName": format!("{given} {family}"),
        "name": {"givenName": given, "familyName": family},
        "active": active,
    })
}

async fn find(wire: &Wire<'_>) -> Option<String> {
    let filter = encoded(&format!("userName eq \"{ADA}\""), "%20");
    only(
        &wire
            .get(&format!("/Users?filter={filter}&startIndex=1"))
            .await,
    )
}

async fn lives(server: &Server) {
    let wire = wire(server);
    let everybody = server.everybody();
    assert!(wire.get("/Users").await.expect(200)["Resources"].is_array());
    assert_eq!(find(&wire).await, None);
    let created = wire.post("/Users", &user(["Ada", "Lovelace"], true)).await;
    let made = created.expect(201);
    // Core attributes at the top, not below the URI of their schema.
    assert_eq!(made["schemas"], json!([USER]));
    let id = created.id();
    let held = [
        ("userName", ADA.into()),
        ("emails/work/value", ADA.into()),
        ("displayName", "Ada Lovelace".into()),
        ("name/givenName", "Ada".into()),
        ("active", true.into()),
    ];
    server.shows(made, &held);
    server.shows(&server.user(id).await, &held);
    assert_eq!(find(&wire).await.as_deref(), Some(id));
    let again = wire.post("/Users", &user(["Ada", "Lovelace"], true)).await;
    again.expect_error(409, Some("uniqueness"));
    server.signs_in(ADA);

    let path = format!("/Users/{id}");
    wire.put(&path, &user(["Augusta", "King"], true))
        .await
        .expect(200);
    let held = [
        ("displayName", "Augusta King".into()),
        ("name/givenName", "Augusta".into()),
        ("name/familyName", "King".into()),
    ];
    server.shows(&server.user(id).await, &held);
    for active in [false, true] {
        let answer = wire.put(&path, &user(["Augusta", "King"], active)).await;
        assert_eq!(answer.expect(200)["active"], active);
        let user = server.user(id).await;
        server.shows(&user, &held);
        server.shows(&user, &[("active", active.into())]);
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
