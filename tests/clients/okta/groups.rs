//! The life of a pushed group.

use hubspot_adapter::emulator::Behavior;
use scim_tests::patch_op;
use serde_json::{Value, json};

use super::{KINDS, Kind, Okta};
use crate::groups::{at_once, has_members, is_called, people, refused};
use crate::server::{Server, opposite};
use crate::wire::GROUP;

const NAME: &str = "APP-Rostr-Users";

/// Members as Okta lists them: without a type.
fn entries(ids: &[String]) -> Value {
    let entry = |id| json!({"value": id, "display": "test.user@okta.local"});
    ids.iter().map(entry).collect()
}

impl Okta<'_> {
    /// Asks whether the group is there, makes it without members, and reads it.
    async fn pushes(&self) -> String {
        assert_eq!(self.find("Groups", "displayName", NAME).await, None);
        let body = json!({"schemas": [GROUP], "displayName": NAME, "members": []});
        let created = self.wire.post("/Groups", &body).await;
        assert_eq!(created.expect(201)["displayName"], NAME);
        let read = self.wire.get(&format!("/Groups/{}", created.id())).await;
        read.expect(200);
        created.id().to_owned()
    }

    async fn patches(&self, group: &str, operations: Value) {
        let path = format!("/Groups/{group}");
        let answer = self.wire.patch(&path, &patch_op(&operations)).await;
        assert!(matches!(answer.status(), 200 | 204), "{}", answer.text());
    }

    async fn renames(&self, group: &str, name: &str) {
        match self.kind {
            Kind::Custom => {
                let rename = |group: &mut Value| group["displayName"] = name.into();
                let answer = self.read_and_put(&format!("/Groups/{group}"), rename).await;
                assert_eq!(answer.expect(200)["displayName"], name);
            }
            // The id is there too, and the same goes out with each change of members.
            Kind::Catalogue => {
                let value = json!({"id": group, "displayName": name});
                self.patches(group, json!([{"op": "replace", "value": value}]))
                    .await;
            }
        }
    }

    /// Makes `now` of a group that has `held`.
    async fn sets_members(&self, group: &str, held: &[String], now: &[String]) {
        match self.kind {
            Kind::Custom => {
                let set = |group: &mut Value| group["members"] = entries(now);
                let answer = self.read_and_put(&format!("/Groups/{group}"), set).await;
                answer.expect(200);
            }
            Kind::Catalogue => {
                let path = |id| format!("members[value eq \"{id}\"]");
                let gone = held.iter().filter(|id| !now.contains(id));
                let gone = gone.map(|id| json!({"op": "remove", "path": path(id)}));
                let mut operations: Vec<Value> = gone.collect();
                let new: Vec<String> = now
                    .iter()
                    .filter(|id| !held.contains(id))
                    .cloned()
                    .collect();
                if !new.is_empty() {
                    let value = entries(&new);
                    operations.push(json!({"op": "add", "path": "members", "value": value}));
                }
                self.patches(group, operations.into()).await;
            }
        }
    }
}

async fn lives(server: &Server, kind: Kind) {
    let okta = Okta::new(server, kind);
    let all = people(&okta.wire, 10).await;
    let id = okta.pushes().await;
    for name in ["Rostr", "Rostr", NAME] {
        okta.renames(&id, name).await;
        is_called(server, &id, name).await;
    }

    let steps = [
        // One at a time, two in exchange for one, many, none.
        &all[..1],
        &all[..2],
        &all[..3],
        &all[1..3],
        &all[2..4],
        &all[..],
        &all[7..],
        &[],
        &all[..5],
    ];
    let mut held: &[String] = &[];
    for now in steps {
        okta.sets_members(&id, held, now).await;
        has_members(server, &id, now).await;
        is_called(server, &id, NAME).await;
        held = now;
    }
    match kind {
        Kind::Custom => a_list_put_back_keeps_its_members(&okta, &id, &all).await,
        Kind::Catalogue => {
            a_full_push_replaces_the_members(&okta, &id, &all).await;
            five_requests_at_once_lose_nothing(&okta, &id, &all).await;
        }
    }
    let path = format!("/Groups/{id}");
    okta.wire.delete(&path).await.expect_no_content();
    okta.wire.get(&path).await.expect_error(404, None);
    assert_eq!(okta.find("Groups", "displayName", NAME).await, None);
}

async fn a_list_put_back_keeps_its_members(okta: &Okta<'_>, id: &str, all: &[String]) {
    let server = okta.wire.server;
    let path = format!("/Groups/{id}");
    okta.read_and_put(&path, |_| {}).await.expect(200);
    has_members(server, id, &all[..5]).await;
    // Reported: a second PUT in which the names are null.
    let nameless = |id| json!({"value": id, "display": null});
    let put = |group: &mut Value| group["members"] = all.iter().map(nameless).collect();
    okta.read_and_put(&path, put).await.expect(200);
    has_members(server, id, all).await;
}

async fn a_full_push_replaces_the_members(okta: &Okta<'_>, id: &str, all: &[String]) {
    let server = okta.wire.server;
    let push =
        |ids: &[String]| json!([{"op": "replace", "path": "members", "value": entries(ids)}]);
    let bare = |ids: &[String]| {
        let members: Vec<Value> = ids.iter().map(|id| json!({"value": id})).collect();
        json!([{"op": "replace", "value": {"members": members}}])
    };
    for ids in [&all[3..], &[], &all[..2]] {
        okta.patches(id, push(ids)).await;
        has_members(server, id, ids).await;
        okta.patches(id, bare(all)).await;
        has_members(server, id, all).await;
    }
    okta.patches(id, push(&[])).await;
    has_members(server, id, &[]).await;
}

async fn five_requests_at_once_lose_nothing(okta: &Okta<'_>, id: &str, all: &[String]) {
    let server = okta.wire.server;
    let joins = |user: &String| {
        let operation = json!({"op": "add", "path": "members", "value": [{"value": user}]});
        move || okta.patches(id, json!([operation]))
    };
    let leaves = |user: &String| {
        let operation = json!({"op": "remove", "path": format!("members[value eq \"{user}\"]")});
        move || okta.patches(id, json!([operation]))
    };
    for five in all.chunks(5) {
        at_once(five.iter().map(joins).collect());
    }
    has_members(server, id, all).await;
    at_once(all[..5].iter().map(leaves).collect());
    has_members(server, id, &all[5..]).await;
}

#[tokio::test]
async fn a_group_of_either_kind_of_application_lives_in_memory() {
    for kind in KINDS {
        lives(&Server::memory(), kind).await;
    }
}

#[tokio::test]
async fn a_group_has_both_kinds_of_application_in_memory() {
    let server = Server::memory();
    let [custom, catalogue] = KINDS.map(|kind| Okta::new(&server, kind));
    let all = people(&custom.wire, 6).await;
    let id = custom.pushes().await;
    assert_eq!(
        catalogue.find("Groups", "displayName", NAME).await.as_ref(),
        Some(&id)
    );
    catalogue.sets_members(&id, &[], &all[..2]).await;
    custom.renames(&id, "Rostr").await;
    has_members(&server, &id, &all[..2]).await;
    custom.sets_members(&id, &all[..2], &all).await;
    catalogue.renames(&id, NAME).await;
    has_members(&server, &id, &all).await;
    catalogue.sets_members(&id, &all, &all[4..]).await;
    has_members(&server, &id, &all[4..]).await;
    is_called(&server, &id, NAME).await;
    // What one user is told of their groups changes nothing when it is put back.
    let user = custom
        .update(&all[5], |user| user["groups"] = json!([]))
        .await;
    user.expect(200);
    has_members(&server, &id, &all[4..]).await;
}

#[tokio::test]
async fn group_writes_on_hubspot_are_refused_and_harmless() {
    for behavior in [Behavior::default(), opposite()] {
        println!("HubSpot plays {behavior}");
        let server = Server::hubspot(behavior).await;
        let okta = Okta::new(&server, Kind::Catalogue);
        let id = okta
            .find("Groups", "displayName", "Sales")
            .await
            .unwrap_or_default();
        let path = format!("/Groups/{id}");
        let read = okta.wire.get(&path).await;
        let rename = json!([{"op": "replace", "value": {"id": id, "displayName": "Selling"}}]);
        let empty = json!([{"op": "replace", "path": "members", "value": []}]);
        refused(
            &okta.wire,
            &[
                (
                    "POST",
                    "/Groups",
                    json!({"schemas": [GROUP], "displayName": NAME, "members": []}),
                ),
                ("PUT", &path, read.expect(200).clone()),
                ("PATCH", &path, patch_op(&rename)),
                ("PATCH", &path, patch_op(&empty)),
                ("DELETE", &path, Value::Null),
            ],
        )
        .await;
    }
}
