//! `JumpCloud` (`docs/evidence.md`, C5, C10, C62).
//!
//! Its activation creates a test user and a test group, and deletes both. The bodies have the form of published fixtures.

use scim_tests::patch_op;
use serde_json::{Value, json};

use crate::groups::{GroupRequests, join, leave};
use crate::server::Server;
use crate::wire::{ENTERPRISE, GROUP, USER, Wire, encoded, only_id};

const ADA: &str = "ada@acme.example";

const GROUPS: GroupRequests = GroupRequests {
    create: |name| json!({"schemas": [GROUP], "displayName": name, "members": []}),
    rename: |_, name| json!([{"op": "replace", "path": "displayName", "value": name}]),
    join,
    leave,
};

fn wire(server: &Server) -> Wire<'_> {
    Wire {
        server,
        always: &[],
        with_body: &[("Content-Type", "application/scim+json")],
    }
}

fn user() -> Value {
    json!({
        "schemas": [USER, ENTERPRISE],
        "externalId": "5f0c1d2e3a4b5c6d7e8f9a0b",
        "userName": ADA,
        "active": true,
        "displayName": "Ada Lovelace",
        "name": {"givenName": "Ada", "familyName": "Lovelace", "formatted": "Ada Lovelace"},
        "emails": [{"value": ADA, "type": "work", "primary": true}],
        "addresses": [{"type": "work", "streetAddress": "12 St James", "locality": "London", "country": "GB"}],
        "phoneNumbers": [{"type": "work", "value": "tel:+1-555-555-0100"}],
        ENTERPRISE: {"employeeNumber": "42", "department": "Engines", "costCenter": "4130"},
    })
}

async fn find(wire: &Wire<'_>) -> Option<String> {
    let filter = encoded(&format!("userName eq \"{ADA}\""), "%20");
    only_id(&wire.get(&format!("/Users?filter={filter}")).await)
}

/// Activates the connector, which leaves nothing behind.
async fn activate(wire: &Wire<'_>) {
    let mut test = user();
    test["userName"] = "jc-test-user@acme.example".into();
    test["emails"][0]["value"] = "jc-test-user@acme.example".into();
    let made = wire.post("/Users", &test).await;
    made.expect(201);
    let path = format!("/Users/{}", made.id());
    wire.get(&path).await.expect(200);
    wire.delete(&path).await.expect_no_content();
    wire.get(&path).await.expect_error(404, None);
    if !wire.server.is_hubspot() {
        let made = wire
            .post("/Groups", &(GROUPS.create)("jc-test-group"))
            .await;
        made.expect(201);
        let path = format!("/Groups/{}", made.id());
        wire.delete(&path).await.expect_no_content();
    }
}

async fn run_lifecycle(server: &Server) {
    let wire = wire(server);
    let before = server.hubspot_users();
    activate(&wire).await;
    assert_eq!(server.hubspot_users(), before);

    assert_eq!(find(&wire).await, None);
    let created = wire.post("/Users", &user()).await;
    created.expect(201);
    let id = created.id();
    let held = [
        ("userName", ADA.into()),
        ("externalId", "5f0c1d2e3a4b5c6d7e8f9a0b".into()),
        ("displayName", "Ada Lovelace".into()),
        ("phoneNumbers/work/value", "tel:+1-555-555-0100".into()),
        ("addresses/work/locality", "London".into()),
        (
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User/department",
            "Engines".into(),
        ),
    ];
    server.expect_values(&server.user(id).await, &held);
    assert_eq!(find(&wire).await.as_deref(), Some(id));
    wire.post("/Users", &user())
        .await
        .expect_error(409, Some("uniqueness"));
    server.sign_in(ADA);
    update_user(&wire, id).await;
    let path = format!("/Users/{id}");
    for active in [false, true] {
        let operations = json!([
            {"op": "replace", "path": "name.givenName", "value": "John"},
            {"op": "replace", "path": "name.familyName", "value": "Doe"},
            {"op": "replace", "path": "active", "value": active},
        ]);
        let answer = wire.patch(&path, &patch_op(&operations)).await;
        assert_eq!(answer.expect(200)["active"], active);
        server.expect_values(&server.user(id).await, &[("active", active.into())]);
        assert_eq!(find(&wire).await.as_deref(), Some(id));
        if active {
            server.expect_member(ADA, ["John", "Doe"], &[]);
        } else {
            server.expect_no_member(ADA);
        }
    }
    wire.delete(&path).await.expect_no_content();
    wire.get(&path).await.expect_error(404, None);
    assert_eq!(find(&wire).await, None);
    assert_eq!(server.hubspot_users(), before);
}

async fn update_user(wire: &Wire<'_>, id: &str) {
    let server = wire.server;
    let path = format!("/Users/{id}");
    // A whole document with empty lists.
    let mut document = user();
    document["id"] = id.into();
    document["name"]["givenName"] = "Augusta".into();
    document["title"] = "Countess".into();
    for list in [
        "addresses",
        "phoneNumbers",
        "photos",
        "ims",
        "x509Certificates",
    ] {
        document[list] = json!([]);
    }
    wire.put(&path, &document).await.expect(200);
    let user = server.user(id).await;
    server.expect_values(
        &user,
        &[
            ("name/givenName", "Augusta".into()),
            ("title", "Countess".into()),
        ],
    );
    assert_eq!(user.get("addresses"), None);
    server.expect_member(ADA, ["Augusta", "Lovelace"], &[]);

    // Its smallest document. A missing address does not ask for a change.
    let least = json!({
        "schemas": [USER],
        "userName": ADA,
        "name": {"givenName": "Augusta", "familyName": "King"},
        "emails": null,
        "active": true,
    });
    wire.put(&path, &least).await.expect(200);
    let user = server.user(id).await;
    server.expect_values(
        &user,
        &[("userName", ADA.into()), ("name/familyName", "King".into())],
    );
    server.expect_member(ADA, ["Augusta", "King"], &[]);
}

user_tests!(run_lifecycle);
group_tests!(GROUPS, wire);
