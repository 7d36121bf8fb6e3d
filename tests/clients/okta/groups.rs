//! The life of a group that Okta pushes.

use scim_tests::patch_op;
use serde_json::{Value, json};

use super::{KINDS, Kind, Okta};
use crate::groups::{create_users, expect_members, expect_name, expect_refused, run_concurrently};
use crate::server::{Server, extremes};
use crate::wire::GROUP;

const NAME: &str = "APP-Rostr-Users";

/// Members in Okta's form: without a type.
fn entries(ids: &[String]) -> Value {
    let entry = |id| json!({"value": id, "display": "test.user@okta.local"});
    ids.iter().map(entry).collect()
}

impl Okta<'_> {
    /// Looks the group up, creates it without members, and reads it.
    async fn push_group(&self) -> String {
        assert_eq!(self.find("Groups", "displayName", NAME).await, None);
        let body = json!({"schemas": [GROUP], "displayName": NAME, "members": []});
        let created = self.wire.post("/Groups", &body).await;
        assert_eq!(created.expect(201)["displayName"], NAME);
        let read = self.wire.get(&format!("/Groups/{}", created.id())).await;
        read.expect(200);
        created.id().to_owned()
    }

    async fn patch_group(&self, group: &str, operations: Value) {
        let path = format!("/Groups/{group}");
        let answer = self.wire.patch(&path, &patch_op(&operations)).await;
        assert!(matches!(answer.status(), 200 | 204), "{}", answer.text());
    }

    async fn rename_group(&self, group: &str, name: &str) {
        match self.kind {
            Kind::Custom => {
                let rename = |group: &mut Value| group["displayName"] = name.into();
                let answer = self.read_and_put(&format!("/Groups/{group}"), rename).await;
                assert_eq!(answer.expect(200)["displayName"], name);
            }
            // The value contains the id too. Okta sends the same with each change of members.
            Kind::Catalog => {
                let value = json!({"id": group, "displayName": name});
                self.patch_group(group, json!([{"op": "replace", "value": value}]))
                    .await;
            }
        }
    }

    /// Changes the members of a group from `held` to `now`.
    async fn set_members(&self, group: &str, held: &[String], now: &[String]) {
        match self.kind {
            Kind::Custom => {
                let set = |group: &mut Value| group["members"] = entries(now);
                let answer = self.read_and_put(&format!("/Groups/{group}"), set).await;
                answer.expect(200);
            }
            Kind::Catalog => {
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
                self.patch_group(group, operations.into()).await;
            }
        }
    }
}

async fn run_lifecycle(server: &Server, kind: Kind) {
    let okta = Okta::new(server, kind);
    let all = create_users(&okta.wire, 10).await;
    let id = okta.push_group().await;
    for name in ["Rostr", "Rostr", NAME] {
        okta.rename_group(&id, name).await;
        expect_name(server, &id, name).await;
    }

    let steps = [
        // Add one at a time, exchange members, add and remove many, remove all.
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
        okta.set_members(&id, held, now).await;
        expect_members(server, &id, now).await;
        expect_name(server, &id, NAME).await;
        held = now;
    }
    match kind {
        Kind::Custom => put_members_back(&okta, &id, &all).await,
        Kind::Catalog => {
            replace_members(&okta, &id, &all).await;
            change_members_concurrently(&okta, &id, &all).await;
        }
    }
    let path = format!("/Groups/{id}");
    okta.wire.delete(&path).await.expect_no_content();
    okta.wire.get(&path).await.expect_error(404, None);
    assert_eq!(okta.find("Groups", "displayName", NAME).await, None);
}

async fn put_members_back(okta: &Okta<'_>, id: &str, all: &[String]) {
    let server = okta.wire.server;
    let path = format!("/Groups/{id}");
    okta.read_and_put(&path, |_| {}).await.expect(200);
    expect_members(server, id, &all[..5]).await;
    // Reported: a second PUT with null display names.
    let nameless = |id| json!({"value": id, "display": null});
    let put = |group: &mut Value| group["members"] = all.iter().map(nameless).collect();
    okta.read_and_put(&path, put).await.expect(200);
    expect_members(server, id, all).await;
}

async fn replace_members(okta: &Okta<'_>, id: &str, all: &[String]) {
    let server = okta.wire.server;
    let push =
        |ids: &[String]| json!([{"op": "replace", "path": "members", "value": entries(ids)}]);
    let bare = |ids: &[String]| {
        let members: Vec<Value> = ids.iter().map(|id| json!({"value": id})).collect();
        json!([{"op": "replace", "value": {"members": members}}])
    };
    for ids in [&all[3..], &[], &all[..2]] {
        okta.patch_group(id, push(ids)).await;
        expect_members(server, id, ids).await;
        okta.patch_group(id, bare(all)).await;
        expect_members(server, id, all).await;
    }
    okta.patch_group(id, push(&[])).await;
    expect_members(server, id, &[]).await;
}

async fn change_members_concurrently(okta: &Okta<'_>, id: &str, all: &[String]) {
    let server = okta.wire.server;
    let joins = |user: &String| {
        let operation = json!({"op": "add", "path": "members", "value": [{"value": user}]});
        move || okta.patch_group(id, json!([operation]))
    };
    let leaves = |user: &String| {
        let operation = json!({"op": "remove", "path": format!("members[value eq \"{user}\"]")});
        move || okta.patch_group(id, json!([operation]))
    };
    for five in all.chunks(5) {
        run_concurrently(five.iter().map(joins).collect());
    }
    expect_members(server, id, all).await;
    run_concurrently(all[..5].iter().map(leaves).collect());
    expect_members(server, id, &all[5..]).await;
}

#[tokio::test]
async fn group_lifecycle_of_each_application_in_memory() {
    for kind in KINDS {
        run_lifecycle(&Server::memory(), kind).await;
    }
}

#[tokio::test]
async fn two_applications_write_one_group_in_memory() {
    let server = Server::memory();
    let [custom, catalog] = KINDS.map(|kind| Okta::new(&server, kind));
    let all = create_users(&custom.wire, 6).await;
    let id = custom.push_group().await;
    assert_eq!(
        catalog.find("Groups", "displayName", NAME).await.as_ref(),
        Some(&id)
    );
    catalog.set_members(&id, &[], &all[..2]).await;
    custom.rename_group(&id, "Rostr").await;
    expect_members(&server, &id, &all[..2]).await;
    custom.set_members(&id, &all[..2], &all).await;
    catalog.rename_group(&id, NAME).await;
    expect_members(&server, &id, &all).await;
    catalog.set_members(&id, &all, &all[4..]).await;
    expect_members(&server, &id, &all[4..]).await;
    expect_name(&server, &id, NAME).await;
    // `groups` in the PUT of a user does not change the group.
    let user = custom
        .update(&all[5], |user| user["groups"] = json!([]))
        .await;
    user.expect(200);
    expect_members(&server, &id, &all[4..]).await;
}

#[tokio::test]
async fn hubspot_refuses_group_writes() {
    for behavior in extremes() {
        println!("HubSpot plays {behavior}");
        let server = Server::hubspot(behavior).await;
        let okta = Okta::new(&server, Kind::Catalog);
        let id = okta
            .find("Groups", "displayName", "Sales")
            .await
            .unwrap_or_default();
        let path = format!("/Groups/{id}");
        let read = okta.wire.get(&path).await;
        let rename = json!([{"op": "replace", "value": {"id": id, "displayName": "Selling"}}]);
        let empty = json!([{"op": "replace", "path": "members", "value": []}]);
        expect_refused(
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
