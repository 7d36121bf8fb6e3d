//! The life of a group. Entra ID sends one member to a request, and up to five requests at a time.

use scim_core::Profile;
use scim_tests::patch_op;
use serde_json::{Value, json};

use super::{Dialect, Entra};
use crate::groups::{create_users, expect_members, expect_name, expect_refused, run_concurrently};
use crate::server::{Server, extremes};
use crate::wire::GROUP;

const ADSCIM: &str = "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group";

/// The number of requests for one group that Entra ID sends at a time.
const CONCURRENT: usize = 5;

/// The body in Microsoft's tutorial.
fn group(name: &str) -> Value {
    json!({
        "schemas": [GROUP, ADSCIM],
        "externalId": "8aa1a0c0-d4b7-4e5b-9e7a-2a0c8d6b1f10",
        "displayName": name,
        "meta": {"resourceType": "Group"},
    })
}

/// The operation that adds members.
fn add(ids: &[String], is_flagged: bool) -> Value {
    let op = if is_flagged { "add" } else { "Add" };
    let entries: Vec<Value> = ids
        .iter()
        .map(|id| json!({"$ref": null, "value": id}))
        .collect();
    json!([{"op": op, "path": "members", "value": entries}])
}

/// The operations that remove members: a list in the default dialect, a path for each with the flag.
fn remove(ids: &[String], is_flagged: bool) -> Value {
    if is_flagged {
        let path = |id: &String| format!("members[value eq \"{id}\"]");
        let operation = |id| json!({"op": "remove", "path": path(id)});
        return ids.iter().map(operation).collect();
    }
    let entries: Vec<Value> = ids
        .iter()
        .map(|id| json!({"$ref": null, "value": id}))
        .collect();
    json!([{"op": "Remove", "path": "members", "value": entries}])
}

impl Entra<'_> {
    async fn add_members(&self, group: &str, ids: &[String]) {
        let is_flagged = self.is_flagged();
        let path = format!("/Groups/{group}");
        self.patch(&path, &add(ids, is_flagged), is_flagged)
            .await
            .expect_no_content();
    }

    async fn remove_members(&self, group: &str, ids: &[String]) {
        let is_flagged = self.is_flagged();
        let path = format!("/Groups/{group}");
        self.patch(&path, &remove(ids, is_flagged), is_flagged)
            .await
            .expect_no_content();
    }
}

async fn run_lifecycle(server: &Server, dialect: Dialect) {
    let entra = Entra::new(server, dialect);
    let id = create_and_rename(&entra).await;
    let all = create_users(&entra.wire, 20).await;
    add_and_remove_members(&entra, &id, &all).await;
    change_members_concurrently(&entra, &id, &all).await;

    let path = format!("/Groups/{id}");
    let read = entra
        .get(&format!("{path}?excludedAttributes=members"))
        .await;
    assert_eq!(read.expect(200).get("members"), None);
    entra.delete(&path).await.expect_no_content();
    entra.get(&path).await.expect_error(404, None);
    assert_eq!(entra.find_group("Engineers").await, None);
    assert_eq!(server.user(&all[0]).await.get("groups"), None);
}

async fn create_and_rename(entra: &Entra<'_>) -> String {
    let server = entra.wire.server;
    assert_eq!(entra.find_group("displayName").await, None);
    let created = entra.post("/Groups", &group("displayName")).await;
    let made = created.expect(201);
    assert_eq!(made["externalId"], "8aa1a0c0-d4b7-4e5b-9e7a-2a0c8d6b1f10");
    assert_eq!(made["schemas"], json!([GROUP]));
    let id = created.id().to_owned();
    let again = entra.post("/Groups", &group("DisplayName")).await;
    again.expect_error(409, Some("uniqueness"));
    assert_eq!(entra.find_group("displayname").await.as_ref(), Some(&id));

    let path = format!("/Groups/{id}");
    // A group does not conflict with its own name.
    for name in ["Test'GroupTwnbct", "Engineers", "Engineers"] {
        let is_flagged = entra.is_flagged();
        let rename = if is_flagged {
            json!([{"op": "replace", "value": {"displayName": name}}])
        } else {
            json!([{"op": "Replace", "path": "displayName", "value": name}])
        };
        entra
            .patch(&path, &rename, is_flagged)
            .await
            .expect_no_content();
        expect_name(server, &id, name).await;
        assert_eq!(entra.find_group(name).await.as_ref(), Some(&id));
    }
    id
}

async fn add_and_remove_members(entra: &Entra<'_>, group: &str, all: &[String]) {
    let server = entra.wire.server;
    expect_members(server, group, &[]).await;
    for count in 1..=4 {
        entra.add_members(group, &all[count - 1..count]).await;
        expect_members(server, group, &all[..count]).await;
    }
    // Adding a member again is no error, and does not list the member twice.
    entra.add_members(group, &all[..1]).await;
    expect_members(server, group, &all[..4]).await;
    for gone in 1..=2 {
        entra.remove_members(group, &all[gone - 1..gone]).await;
        expect_members(server, group, &all[gone..4]).await;
    }
    entra.remove_members(group, &all[..1]).await;
    expect_members(server, group, &all[2..4]).await;

    entra.add_members(group, all).await;
    expect_members(server, group, all).await;
    entra.remove_members(group, &all[5..]).await;
    expect_members(server, group, &all[..5]).await;
    entra.remove_members(group, &all[..5]).await;
    expect_members(server, group, &[]).await;
}

async fn change_members_concurrently(entra: &Entra<'_>, group: &str, all: &[String]) {
    let server = entra.wire.server;
    let joins = |id| move || entra.add_members(group, std::slice::from_ref(id));
    let leaves = |id| move || entra.remove_members(group, std::slice::from_ref(id));
    for five in all.chunks(CONCURRENT) {
        run_concurrently(five.iter().map(joins).collect());
    }
    expect_members(server, group, all).await;
    for five in all[..10].chunks(CONCURRENT) {
        run_concurrently(five.iter().map(leaves).collect());
    }
    expect_members(server, group, &all[10..]).await;
}

#[tokio::test]
async fn group_lifecycle_in_memory_in_every_dialect() {
    for dialect in [Dialect::Default, Dialect::Flagged, Dialect::Interleaved] {
        run_lifecycle(&Server::memory(), dialect).await;
        run_lifecycle(&Server::memory_as(Profile::entra()), dialect).await;
    }
}

#[tokio::test]
async fn hubspot_refuses_group_writes() {
    for behavior in extremes() {
        println!("HubSpot plays {behavior}");
        let server = Server::hubspot(behavior).await;
        let entra = Entra::new(&server, Dialect::Default);
        let id = entra.find_group("Sales").await.unwrap_or_default();
        let path = format!("/Groups/{id}");
        let members: Vec<String> = server.members(&id).await.into_iter().collect();
        let rename = json!([{"op": "Replace", "path": "displayName", "value": "Selling"}]);
        expect_refused(
            &entra.wire,
            &[
                ("POST", "/Groups", group("displayName")),
                ("PATCH", &path, patch_op(&rename)),
                ("PATCH", &path, patch_op(&add(&members, false))),
                ("PATCH", &path, patch_op(&remove(&members, false))),
                ("PATCH", &path, patch_op(&remove(&members, true))),
                ("DELETE", &path, Value::Null),
            ],
        )
        .await;
    }
}
