//! Google Workspace (`docs/evidence.md`, C11, C16, C22, C68).
//!
//! The look-up, the list and the creation are captured. Update and suspension are not published: this module sends a PUT of the
//! same form, and the DELETE of RFC 7644. Google provisions no groups.

use serde_json::{Value, json};

use crate::server::Server;
use crate::wire::{USER, Wire, encoded, only_id};

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
    only_id(
        &wire
            .get(&format!("/Users?filter={filter}&startIndex=1"))
            .await,
    )
}

async fn run_lifecycle(server: &Server) {
    let wire = wire(server);
    let before = server.hubspot_users();
    assert!(wire.get("/Users").await.expect(200)["Resources"].is_array());
    assert_eq!(find(&wire).await, None);
    let created = wire.post("/Users", &user(["Ada", "Lovelace"], true)).await;
    let made = created.expect(201);
    // Core attributes are at the top level, not below the URN of their schema.
    assert_eq!(made["schemas"], json!([USER]));
    let id = created.id();
    let held = [
        ("userName", ADA.into()),
        ("emails/work/value", ADA.into()),
        ("displayName", "Ada Lovelace".into()),
        ("name/givenName", "Ada".into()),
        ("active", true.into()),
    ];
    server.expect_values(made, &held);
    server.expect_values(&server.user(id).await, &held);
    assert_eq!(find(&wire).await.as_deref(), Some(id));
    let again = wire.post("/Users", &user(["Ada", "Lovelace"], true)).await;
    again.expect_error(409, Some("uniqueness"));
    server.sign_in(ADA);

    let path = format!("/Users/{id}");
    wire.put(&path, &user(["Augusta", "King"], true))
        .await
        .expect(200);
    let held = [
        ("displayName", "Augusta King".into()),
        ("name/givenName", "Augusta".into()),
        ("name/familyName", "King".into()),
    ];
    server.expect_values(&server.user(id).await, &held);
    for active in [false, true] {
        let answer = wire.put(&path, &user(["Augusta", "King"], active)).await;
        assert_eq!(answer.expect(200)["active"], active);
        let user = server.user(id).await;
        server.expect_values(&user, &held);
        server.expect_values(&user, &[("active", active.into())]);
        assert_eq!(find(&wire).await.as_deref(), Some(id));
        if active {
            server.expect_member(ADA, ["Augusta", "King"], &[]);
        } else {
            server.expect_no_member(ADA);
        }
    }
    wire.delete(&path).await.expect_no_content();
    wire.get(&path).await.expect_error(404, None);
    assert_eq!(find(&wire).await, None);
    assert_eq!(server.hubspot_users(), before);
}

user_tests!(run_lifecycle);
