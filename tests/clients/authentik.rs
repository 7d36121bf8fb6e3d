//! authentik as a client (`docs/evidence.md`, C5, C12, C13, C52, C53).
//!
//! It believes what `ServiceProviderConfig` says, writes users by PUT and members by PATCH, one operation for each, and compares
//! the members that a group shows with those that it should have. Its `userName` is often no address.

use hubspot_adapter::emulator::Behavior;
use scim_tests::patch_op;
use serde_json::{Value, json};

use crate::groups::Forms;
use crate::server::{Server, at, behaviors, opposite};
use crate::wire::{GROUP, USER, Wire, encoded, only};

const ADA: &str = "ada@acme.example";
const NAME: &str = "akadmin";

/// One operation for each member.
fn each(op: &str, ids: &[String]) -> Value {
    let operation = |id| json!({"op": op, "path": "members", "value": [{"value": id}]});
    ids.iter().map(operation).collect()
}

const GROUPS: Forms = Forms {
    create: |name| json!({"schemas": [GROUP], "externalId": "ak-1", "displayName": name}),
    // The id went with it until July 2026.
    rename: |id, name| {
        let value =
            json!({"schemas": [GROUP], "id": id, "externalId": "ak-1", "displayName": name});
        json!([{"op": "replace", "value": value}])
    },
    join: |ids| each("add", ids),
    leave: |ids| each("remove", ids),
};

fn wire(server: &Server) -> Wire<'_> {
    Wire {
        server,
        always: &[
            ("Accept", "application/scim+json"),
            ("Content-Type", "application/scim+json"),
        ],
        with_body: &[],
    }
}

/// The default mapping, in which the address is of another type.
fn user(id: Option<&str>, name: [&str; 2], active: bool) -> Value {
    let [given, family] = name;
    let mut user = json!({
        "schemas": [USER],
        "externalId": "f3b0c44298fc1c149afb",
        "userName": NAME,
        "name": {"formatted": format!("{given} {family}"), "givenName": given, "familyName": family},
        "displayName": format!("{given} {family}"),
        "locale": "en",
        "photos": [{"value": "https://auth.acme.example/ada.png", "type": "photo"}],
        "active": active,
        "emails": [{"value": ADA, "type": "other", "primary": true}],
    });
    if let Some(id) = id {
        user["id"] = id.into();
    }
    user
}

fn expected(name: [&str; 2], active: bool) -> [(&'static str, Value); 9] {
    let [given, family] = name;
    [
        ("userName", NAME.into()),
        ("externalId", "f3b0c44298fc1c149afb".into()),
        ("name/givenName", given.into()),
        ("name/familyName", family.into()),
        ("displayName", format!("{given} {family}").into()),
        ("emails/0/value", ADA.into()),
        ("locale", "en".into()),
        (
            "photos/photo/value",
            "https://auth.acme.example/ada.png".into(),
        ),
        ("active", active.into()),
    ]
}

/// What it makes of the configuration.
async fn connects(wire: &Wire<'_>) {
    let config = wire.get("/ServiceProviderConfig").await;
    let config = config.expect(200);
    assert_eq!(at(config, "patch/supported"), Some(&true.into()));
    assert_eq!(at(config, "filter/supported"), Some(&true.into()));
    // More would be the size of a PATCH.
    assert_eq!(at(config, "bulk/maxOperations"), Some(&0.into()));
    let groups = wire.get("/Groups").await;
    assert!(groups.expect(200)["totalResults"].is_u64());
}

async fn lives(server: &Server) {
    let wire = wire(server);
    let everybody = server.everybody();
    connects(&wire).await;
    let name = ["Ada", "Lovelace"];
    let created = wire.post("/Users", &user(None, name, true)).await;
    server.shows(created.expect(201), &expected(name, true));
    let id = created.id();
    server.shows(&server.user(id).await, &expected(name, true));
    server.signs_in(ADA);

    // It looks only once it was told of a conflict, and does not quote.
    let again = wire.post("/Users", &user(None, name, true)).await;
    again.expect_error(409, Some("uniqueness"));
    let filter = encoded(&format!("userName eq {NAME}"), "+");
    let look_up = format!("/Users?filter={filter}");
    assert_eq!(only(&wire.get(&look_up).await).as_deref(), Some(id));

    let path = format!("/Users/{id}");
    let name = ["Augusta", "King"];
    for active in [true, false, true] {
        let answer = wire.put(&path, &user(Some(id), name, active)).await;
        server.shows(answer.expect(200), &expected(name, active));
        server.shows(&server.user(id).await, &expected(name, active));
        assert_eq!(only(&wire.get(&look_up).await).as_deref(), Some(id));
        if active {
            server.hubspot_holds(ADA, name, &[]);
        } else {
            server.hubspot_lacks(ADA);
        }
    }
    wire.delete(&path).await.expect_no_content();
    // 404 to a PUT is "gone" to it, and it lets go.
    wire.put(&path, &user(Some(id), name, true))
        .await
        .expect_error(404, None);
    assert_eq!(only(&wire.get(&look_up).await), None);
    assert_eq!(server.everybody(), everybody);
}

/// Nobody in a group is an empty list: none at all would mean "never add" to older versions.
async fn compares_members(server: &Server) {
    let wire = wire(server);
    let created = wire.post("/Groups", &(GROUPS.create)("Empty")).await;
    created.expect(201);
    let read = wire.get(&format!("/Groups/{}", created.id())).await;
    assert_eq!(read.expect(200).get("members"), Some(&json!([])));
}

/// Groups are read page by page, from the first that was not seen yet.
async fn discovers_groups(server: &Server) {
    let wire = wire(server);
    for number in 0..7 {
        let body = (GROUPS.create)(&format!("Group {number}"));
        wire.post("/Groups", &body).await.expect(201);
    }
    let mut seen = 0;
    loop {
        let page = wire
            .get(&format!("/Groups?startIndex={}&count=3", seen + 1))
            .await;
        let body = page.expect(200);
        let rows = body["Resources"].as_array().map_or(0, Vec::len);
        assert!(rows > 0, "{body}");
        seen += rows;
        if Some(seen as u64) >= body["totalResults"].as_u64() {
            break;
        }
    }
    assert_eq!(seen, 7);
    // A member that it asks for twice is one member.
    let user = wire
        .post("/Users", &user(None, ["Ada", "King"], true))
        .await;
    let group = wire.post("/Groups", &(GROUPS.create)("Group 8")).await;
    let ids = [user.id().to_owned(), user.id().to_owned()];
    let path = format!("/Groups/{}", group.id());
    wire.patch(&path, &patch_op(&(GROUPS.join)(&ids)))
        .await
        .expect_no_content();
    assert_eq!(server.members(group.id()).await.len(), 1);
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
async fn the_members_of_a_group_without_any_are_an_empty_list() {
    compares_members(&Server::memory()).await;
}

#[tokio::test]
async fn groups_are_discovered_page_by_page() {
    discovers_groups(&Server::memory()).await;
}

#[tokio::test]
async fn group_writes_on_hubspot_are_refused_and_harmless() {
    for behavior in [Behavior::default(), opposite()] {
        GROUPS
            .are_refused(&wire(&Server::hubspot(behavior).await))
            .await;
    }
}
