//! Rippling (`docs/evidence.md`, C26, C65).
//!
//! No request is published. Set-up guides name the probe, the attributes and the group operations; an issue names the look-up.
//! The bodies follow RFC 7644.

use scim_tests::patch_op;
use serde_json::json;

use crate::groups::{GroupRequests, join, leave_by_path};
use crate::server::Server;
use crate::wire::{GROUP, USER, Wire, encoded, only_id};

const ADA: &str = "ada@acme.example";
const EXTERNAL_ID: &str = "64f0c3a1b2c3d4e5f6a7b8c9";

const GROUPS: GroupRequests = GroupRequests {
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
    only_id(&wire.get(&format!("/Users?filter={filter}")).await)
}

async fn run_lifecycle(server: &Server) {
    let wire = wire(server);
    let before = server.hubspot_users();
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
    server.expect_values(&server.user(id).await, &held);
    assert_eq!(find(&wire).await.as_deref(), Some(id));
    wire.post("/Users", &user)
        .await
        .expect_error(409, Some("uniqueness"));
    server.sign_in(ADA);

    let path = format!("/Users/{id}");
    for (name, place, value) in [
        ("name.givenName", "name/givenName", "Augusta"),
        ("name.familyName", "name/familyName", "King"),
        ("externalId", "externalId", EXTERNAL_ID),
    ] {
        let update = patch_op(&json!([{"op": "replace", "path": name, "value": value}]));
        wire.patch(&path, &update).await.expect(200);
        server.expect_values(&server.user(id).await, &[(place, value.into())]);
    }
    for active in [false, true] {
        let set = patch_op(&json!([{"op": "replace", "path": "active", "value": active}]));
        let answer = wire.patch(&path, &set).await;
        assert_eq!(answer.expect(200)["active"], active);
        server.expect_values(&server.user(id).await, &[("active", active.into())]);
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
group_tests!(GROUPS, wire);
