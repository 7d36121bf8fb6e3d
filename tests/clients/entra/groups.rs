//! The life of a group, whose members come and go one to a request, up to five requests at a time.

use hubspot_adapter::emulator::Behavior;
use scim_core::Profile;
use scim_tests::patch_op;
use serde_json::{Value, json};

use super::{Entra, Speech};
use crate::groups::{at_once, has_members, is_called, people, refused};
use crate::server::{Server, opposite};
use crate::wire::GROUP;

const ADSCIM: &str = "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group";

/// How many requests Entra ID has under way on one group.
const AT_ONCE: usize = 5;

/// The body of the tutorial.
fn group(name: &str) -> Value {
    json!({
        "schemas": [GROUP, ADSCIM],
        "externalId": "8aa1a0c0-d4b7-4e5b-9e7a-2a0c8d6b1f10",
        "displayName": name,
        "meta": {"resourceType": "Group"},
    })
}

/// The operation that adds members, in either dialect.
fn add(ids: &[String], is_flagged: bool) -> Value {
    let op = if is_flagged { "add" } else { "Add" };
    let entries: Vec<Value> = ids
        .iter()
        .map(|id| json!({"$ref": null, "value": id}))
        .collect();
    json!([{"op": op, "path": "members", "value": entries}])
}

/// The operations that take members out: by a list in the default dialect, by a path for each under the flag.
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
    async fn joins(&self, group: &str, ids: &[String]) {
        let is_flagged = self.is_flagged();
        let path = format!("/Groups/{group}");
        self.patch(&path, &add(ids, is_flagged), is_flagged)
            .await
            .expect_no_content();
    }

    async fn leaves(&self, group: &str, ids: &[String]) {
        let is_flagged = self.is_flagged();
        let path = format!("/Groups/{group}");
        self.patch(&path, &remove(ids, is_flagged), is_flagged)
            .await
            .expect_no_content();
    }
}

async fn lives(server: &Server, speech: Speech) {
    let entra = Entra::new(server, speech);
    let id = is_created_and_renamed(&entra).await;
    let all = people(&entra.wire, 20).await;
    members_come_and_go(&entra, &id, &all).await;
    five_requests_at_once_lose_nothing(&entra, &id, &all).await;

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

async fn is_created_and_renamed(entra: &Entra<'_>) -> String {
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
    // Its own name is no conflict.
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
        is_called(server, &id, name).await;
        assert_eq!(entra.find_group(name).await.as_ref(), Some(&id));
    }
    id
}

async fn members_come_and_go(entra: &Entra<'_>, group: &str, all: &[String]) {
    let server = entra.wire.server;
    has_members(server, group, &[]).await;
    for count in 1..=4 {
        entra.joins(group, &all[count - 1..count]).await;
        has_members(server, group, &all[..count]).await;
    }
    // Who is there already is no error, and no second time there.
    entra.joins(group, &all[..1]).await;
    has_members(server, group, &all[..4]).await;
    for gone in 1..=2 {
        entra.leaves(group, &all[gone - 1..gone]).await;
        has_members(server, group, &all[gone..4]).await;
    }
    entra.leaves(group, &all[..1]).await;
    has_members(server, group, &all[2..4]).await;

    entra.joins(group, all).await;
    has_members(server, group, all).await;
    entra.leaves(group, &all[5..]).await;
    has_members(server, group, &all[..5]).await;
    entra.leaves(group, &all[..5]).await;
    has_members(server, group, &[]).await;
}

async fn five_requests_at_once_lose_nothing(entra: &Entra<'_>, group: &str, all: &[String]) {
    let server = entra.wire.server;
    let joins = |id| move || entra.joins(group, std::slice::from_ref(id));
    let leaves = |id| move || entra.leaves(group, std::slice::from_ref(id));
    for five in all.chunks(AT_ONCE) {
        at_once(five.iter().map(joins).collect());
    }
    has_members(server, group, all).await;
    for five in all[..10].chunks(AT_ONCE) {
        at_once(five.iter().map(leaves).collect());
    }
    has_members(server, group, &all[10..]).await;
}

#[tokio::test]
async fn a_group_lives_in_memory_in_every_dialect() {
    for speech in [Speech::Default, Speech::Flag, Speech::Interleaved] {
        lives(&Server::memory(), speech).await;
        lives(&Server::memory_as(Profile::entra()), speech).await;
    }
}

#[tokio::test]
async fn group_writes_on_hubspot_are_refused_and_harmless() {
    for behavior in [Behavior::default(), opposite()] {
        println!("HubSpot plays {behavior}");
        let server = Server::hubspot(behavior).await;
        let entra = Entra::new(&server, Speech::Default);
        let id = entra.find_group("Sales").await.unwrap_or_default();
        let path = format!("/Groups/{id}");
        let members: Vec<String> = server.members(&id).await.into_iter().collect();
        let rename = json!([{"op": "Replace", "path": "displayName", "value": "Selling"}]);
        refused(
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
