//! `OneLogin` (`docs/evidence.md`, C11, C17, C18, C57).
//!
//! The look-up, the PUT of a user and the PATCH of a group are captured. The body of that PATCH is not published, so this module
//! sends that of RFC 7644. An administrator writes the template of a body, so its `schemas` may be anything.

use scim_tests::patch_op;
use serde_json::{Value, json};

use crate::groups::{GroupRequests, join, leave_by_path};
use crate::server::Server;
use crate::wire::{GROUP, Wire, encoded, only_id};

const ADA: &str = "ada@acme.example";

const GROUPS: GroupRequests = GroupRequests {
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
    only_id(&wire.get(&format!("/Users?filter={filter}&")).await)
}

async fn run_lifecycle(server: &Server) {
    let wire = wire(server);
    let before = server.hubspot_users();
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
    server.expect_values(&server.user(id).await, &held);
    assert_eq!(find(&wire, ADA).await.as_deref(), Some(id));
    let again = wire
        .post("/Users?", &user(["Ada", "Lovelace"], "Analyst"))
        .await;
    again.expect_error(409, Some("uniqueness"));
    server.sign_in(ADA);

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
    server.expect_values(&server.user(id).await, &expected);
    server.expect_member(ADA, ["Augusta", "King"], &[]);
    // Seen: an object in place of a list.
    let lone = json!({"value": ADA, "type": "work", "primary": true});
    let emails = patch_op(&json!([{"op": "replace", "path": "emails", "value": lone}]));
    wire.patch(&path, &emails).await.expect(200);
    server.expect_values(&server.user(id).await, &[("emails/work/value", ADA.into())]);

    for active in [false, true] {
        let mut document = user(["Augusta", "King"], "Countess");
        document["active"] = active.into();
        let answer = wire.put(&path, &document).await;
        assert_eq!(answer.expect(200)["active"], active);
        server.expect_values(&server.user(id).await, &[("active", active.into())]);
        assert_eq!(find(&wire, ADA).await.as_deref(), Some(id));
        if active {
            server.expect_member(ADA, ["Augusta", "King"], &[]);
        } else {
            server.expect_no_member(ADA);
        }
    }
    wire.delete(&path).await.expect_no_content();
    wire.get(&path).await.expect_error(404, None);
    assert_eq!(find(&wire, ADA).await, None);
    assert_eq!(server.hubspot_users(), before);
}

user_tests!(run_lifecycle);
group_tests!(GROUPS, wire);
