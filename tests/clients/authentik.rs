//! authentik (`docs/evidence.md`, C5, C12, C13, C52, C53).
//!
//! It follows `ServiceProviderConfig`, writes users by PUT, and writes members by PATCH with one operation for each. It
//! compares a group's members with its own list. Its `userName` is often no address.

use scim_tests::patch_op;
use serde_json::{Value, json};

use crate::groups::GroupRequests;
use crate::server::{Server, at};
use crate::wire::{GROUP, USER, Wire, encoded, only_id};

const ADA: &str = "ada@acme.example";
const NAME: &str = "akadmin";

/// Builds one operation for each member.
fn operations(op: &str, ids: &[String]) -> Value {
    let operation = |id| json!({"op": op, "path": "members", "value": [{"value": id}]});
    ids.iter().map(operation).collect()
}

const GROUPS: GroupRequests = GroupRequests {
    create: |name| json!({"schemas": [GROUP], "externalId": "ak-1", "displayName": name}),
    // Versions before July 2026 send the id too.
    rename: |id, name| {
        let value =
            json!({"schemas": [GROUP], "id": id, "externalId": "ak-1", "displayName": name});
        json!([{"op": "replace", "value": value}])
    },
    join: |ids| operations("add", ids),
    leave: |ids| operations("remove", ids),
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

/// The default mapping, whose address has the type `other`.
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

/// Reads the configuration, as authentik does first.
async fn connect(wire: &Wire<'_>) {
    let config = wire.get("/ServiceProviderConfig").await;
    let config = config.expect(200);
    assert_eq!(at(config, "patch/supported"), Some(&true.into()));
    assert_eq!(at(config, "filter/supported"), Some(&true.into()));
    // authentik would cut its PATCH requests to this size.
    assert_eq!(at(config, "bulk/maxOperations"), Some(&0.into()));
    let groups = wire.get("/Groups").await;
    assert!(groups.expect(200)["totalResults"].is_u64());
}

async fn run_lifecycle(server: &Server) {
    let wire = wire(server);
    let before = server.hubspot_users();
    connect(&wire).await;
    let name = ["Ada", "Lovelace"];
    let created = wire.post("/Users", &user(None, name, true)).await;
    server.expect_values(created.expect(201), &expected(name, true));
    let id = created.id();
    server.expect_values(&server.user(id).await, &expected(name, true));
    server.sign_in(ADA);

    // It searches only after a conflict, and does not quote the value.
    let again = wire.post("/Users", &user(None, name, true)).await;
    again.expect_error(409, Some("uniqueness"));
    let filter = encoded(&format!("userName eq {NAME}"), "+");
    let look_up = format!("/Users?filter={filter}");
    assert_eq!(only_id(&wire.get(&look_up).await).as_deref(), Some(id));

    let path = format!("/Users/{id}");
    let name = ["Augusta", "King"];
    for active in [true, false, true] {
        let answer = wire.put(&path, &user(Some(id), name, active)).await;
        server.expect_values(answer.expect(200), &expected(name, active));
        server.expect_values(&server.user(id).await, &expected(name, active));
        assert_eq!(only_id(&wire.get(&look_up).await).as_deref(), Some(id));
        if active {
            server.expect_member(ADA, name, &[]);
        } else {
            server.expect_no_member(ADA);
        }
    }
    wire.delete(&path).await.expect_no_content();
    // It takes a 404 to a PUT for a deleted user, and stops.
    wire.put(&path, &user(Some(id), name, true))
        .await
        .expect_error(404, None);
    assert_eq!(only_id(&wire.get(&look_up).await), None);
    assert_eq!(server.hubspot_users(), before);
}

/// Expects an empty list for an empty group. Older versions never add members if the list is missing.
async fn read_empty_members(server: &Server) {
    let wire = wire(server);
    let created = wire.post("/Groups", &(GROUPS.create)("Empty")).await;
    created.expect(201);
    let read = wire.get(&format!("/Groups/{}", created.id())).await;
    assert_eq!(read.expect(200).get("members"), Some(&json!([])));
}

/// Reads all groups page by page, each from the first group not yet seen.
async fn discover_groups(server: &Server) {
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
    // A member added twice in one request is one member.
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

user_tests!(run_lifecycle);
group_tests!(GROUPS, wire);

#[tokio::test]
async fn an_empty_group_has_an_empty_member_list() {
    read_empty_members(&Server::memory()).await;
}

#[tokio::test]
async fn groups_are_read_page_by_page() {
    discover_groups(&Server::memory()).await;
}
