//! `PingOne` and `PingFederate`'s SCIM provisioner (`docs/evidence.md`, C16, C59, C63).
//!
//! Neither's bodies are published. `PingOne`'s look-up is an expression that an administrator writes; the documented ones are
//! here. `PingFederate` is documented to update users by PUT, to change groups by PATCH, and to find them among all groups.

use hubspot_adapter::emulator::Behavior;
use serde_json::{Value, json};

use crate::groups::{Forms, join, leave_by_path};
use crate::server::{Server, behaviors, opposite};
use crate::wire::{ENTERPRISE, GROUP, USER, Wire, encoded, only};

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
        always: &[("Accept", "application/json")],
        with_body: &[("Content-Type", "application/json")],
    }
}

/// What its supported attributes are called in SCIM.
fn user(name: [&str; 2], active: bool) -> Value {
    let [given, family] = name;
    json!({
        "schemas": [USER, ENTERPRISE],
        "userName": ADA,
        "externalId": "entryUUID-7",
        "name": {"givenName": given, "familyName": family, "middleName": "K", "formatted": format!("{given} {family}")},
        "displayName": format!("{given} {family}"),
        "emails": [{"value": ADA, "type": "work", "primary": true}, {"value": "ada@home.example", "type": "home"}],
        "phoneNumbers": [{"value": "+44 20 7946 0000", "type": "work"}],
        "addresses": [{"type": "work", "locality": "London", "country": "GB"}],
        "title": given,
        "active": active,
        ENTERPRISE: {"department": family, "employeeNumber": "7"},
    })
}

fn expected(name: [&str; 2], active: bool) -> [(&'static str, Value); 11] {
    let [given, family] = name;
    [
        ("userName", ADA.into()),
        ("externalId", "entryUUID-7".into()),
        ("name/givenName", given.into()),
        ("name/familyName", family.into()),
        ("displayName", format!("{given} {family}").into()),
        ("emails/work/value", ADA.into()),
        ("phoneNumbers/work/value", "+44 20 7946 0000".into()),
        ("addresses/work/locality", "London".into()),
        ("title", given.into()),
        ("active", active.into()),
        (
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User/department",
            family.into(),
        ),
    ]
}

/// `PingFederate` finds by name, `PingOne` by whatever expression it was given.
async fn find(wire: &Wire<'_>, expression: &str) -> Option<String> {
    let filter = encoded(&expression.replace("%s", ADA), "%20");
    only(&wire.get(&format!("/Users?filter={filter}")).await)
}

async fn lives(server: &Server, expression: &str) {
    let wire = wire(server);
    let everybody = server.everybody();
    let name = ["Ada", "Lovelace"];
    assert_eq!(find(&wire, expression).await, None);
    let created = wire.post("/Users", &user(name, true)).await;
    server.shows(created.expect(201), &expected(name, true));
    let id = created.id();
    server.shows(&server.user(id).await, &expected(name, true));
    assert_eq!(find(&wire, expression).await.as_deref(), Some(id));
    let again = wire.post("/Users", &user(name, true)).await;
    again.expect_error(409, Some("uniqueness"));
    server.signs_in(ADA);

    let path = format!("/Users/{id}");
    let name = ["Augusta", "King"];
    for active in [true, false, true] {
        wire.put(&path, &user(name, active)).await.expect(200);
        server.shows(&server.user(id).await, &expected(name, active));
        assert_eq!(find(&wire, expression).await.as_deref(), Some(id));
        if active {
            server.hubspot_holds(ADA, name, &[]);
        } else {
            server.hubspot_lacks(ADA);
        }
    }
    wire.delete(&path).await.expect_no_content();
    wire.get(&path).await.expect_error(404, None);
    if server.is_hubspot() {
        // A part of an address is looked for in the list, which may show once more who was removed (H17).
        wire.get("/Users").await.expect(200);
    }
    assert_eq!(find(&wire, expression).await, None);
    assert_eq!(server.everybody(), everybody);
}

#[tokio::test]
async fn a_user_of_ping_federate_lives_in_memory() {
    lives(&Server::memory(), "userName eq \"%s\"").await;
}

#[tokio::test]
async fn a_user_of_ping_federate_lives_on_hubspot() {
    for behavior in behaviors() {
        println!("HubSpot plays {behavior}");
        lives(&Server::hubspot(behavior).await, "userName eq \"%s\"").await;
    }
}

#[tokio::test]
async fn a_user_of_ping_one_lives_in_memory_by_name() {
    lives(&Server::memory(), "username Eq \"%s\"").await;
}

#[tokio::test]
async fn a_user_of_ping_one_lives_in_memory_by_part_of_the_address() {
    lives(&Server::memory(), "email Co \"%s\"").await;
}

#[tokio::test]
async fn a_user_of_ping_one_lives_on_hubspot() {
    for behavior in [Behavior::default(), opposite()] {
        println!("HubSpot plays {behavior}");
        for expression in ["username Eq \"%s\"", "email Co \"%s\""] {
            lives(&Server::hubspot(behavior).await, expression).await;
        }
    }
}

#[tokio::test]
async fn a_group_of_ping_federate_lives_in_memory() {
    let server = Server::memory();
    let wire = wire(&server);
    let all = wire.get("/Groups").await;
    all.expect_list(0);
    GROUPS.live(&wire).await;
    for number in 0..3 {
        let name = format!("Group {number}");
        wire.post("/Groups", &(GROUPS.create)(&name))
            .await
            .expect(201);
    }
    let all = wire.get("/Groups").await;
    let named = |name: &&Value| name["displayName"] == "Group 1";
    assert!(all.expect_list(3).iter().any(|group| named(&group)));
}

#[tokio::test]
async fn group_writes_on_hubspot_are_refused_and_harmless() {
    for behavior in [Behavior::default(), opposite()] {
        GROUPS
            .are_refused(&wire(&Server::hubspot(behavior).await))
            .await;
    }
}
