//! The group tests that clients share.

use std::collections::BTreeSet;
use std::sync::Barrier;
use std::thread;

use scim_tests::patch_op;
use serde_json::{Value, json};

use crate::server::Server;
use crate::wire::{USER, Wire};

/// Creates users to put into groups.
pub(crate) async fn create_users(wire: &Wire<'_>, count: usize) -> Vec<String> {
    let mut ids = Vec::new();
    for number in 0..count {
        let user = json!({"schemas": [USER], "userName": format!("member{number}@acme.example")});
        let made = wire.post("/Users", &user).await;
        made.expect(201);
        ids.push(made.id().to_owned());
    }
    ids
}

/// Expects a group to have exactly these members, and each user to list the group.
pub(crate) async fn expect_members(server: &Server, id: &str, expected: &[String]) {
    let members = server.members(id).await;
    let expected: BTreeSet<String> = expected.iter().cloned().collect();
    assert_eq!(members, expected);
    for user in &members {
        let user = server.user(user).await;
        let groups = user["groups"].as_array().map(Vec::as_slice);
        let is_in = |group: &Value| group["value"] == id;
        assert!(groups.unwrap_or_default().iter().any(is_in), "{user}");
    }
}

/// Expects a group to have this name.
pub(crate) async fn expect_name(server: &Server, id: &str, name: &str) {
    let answer = server.get(&format!("/Groups/{id}")).await;
    assert_eq!(answer.expect(200)["displayName"], name);
}

/// Expects the HubSpot server, whose groups are read-only, to answer 501 to each request and to change nothing.
pub(crate) async fn expect_refused(wire: &Wire<'_>, requests: &[(&str, &str, Value)]) {
    let Some(scene) = wire.server.account() else {
        return;
    };
    let (teams, people) = (scene.hubspot().teams(), scene.hubspot().users());
    for (method, path, body) in requests {
        let body = (!body.is_null()).then_some(body);
        let answer = wire.send(method, path, body).await;
        let detail = answer.expect_error(501, None);
        assert!(
            detail.contains("not supported") && detail.contains("Group"),
            "{detail}"
        );
    }
    assert_eq!(scene.hubspot().teams(), teams);
    assert_eq!(scene.hubspot().users(), people);
}

/// Sends requests at the same moment, each from a thread of its own.
pub(crate) fn run_concurrently<F: Future<Output = ()>>(requests: Vec<impl FnOnce() -> F + Send>) {
    let start = Barrier::new(requests.len());
    thread::scope(|scope| {
        for request in requests {
            scope.spawn(|| {
                let runtime = tokio::runtime::Builder::new_current_thread().build();
                start.wait();
                // Without a runtime nothing is sent, and the check of the members fails.
                runtime.map(|runtime| runtime.block_on(request()))
            });
        }
    });
}

/// The group requests of a client: the body of a POST, and the operations of a PATCH.
#[derive(Clone, Copy, Debug)]
pub(crate) struct GroupRequests {
    pub(crate) create: fn(name: &str) -> Value,
    pub(crate) rename: fn(id: &str, name: &str) -> Value,
    pub(crate) join: fn(ids: &[String]) -> Value,
    pub(crate) leave: fn(ids: &[String]) -> Value,
}

impl GroupRequests {
    async fn patch(wire: &Wire<'_>, group: &str, operations: Value) {
        let path = format!("/Groups/{group}");
        let answer = wire.patch(&path, &patch_op(&operations)).await;
        assert!(matches!(answer.status(), 200 | 204), "{}", answer.text());
    }

    /// Creates, renames, fills, empties and deletes a group in memory.
    pub(crate) async fn run_lifecycle(self, wire: &Wire<'_>) {
        let server = wire.server;
        let created = wire.post("/Groups", &(self.create)("Engineers")).await;
        assert_eq!(created.expect(201)["displayName"], "Engineers");
        let id = created.id();
        let again = wire.post("/Groups", &(self.create)("engineers")).await;
        again.expect_error(409, Some("uniqueness"));
        for name in ["Poets", "Poets"] {
            Self::patch(wire, id, (self.rename)(id, name)).await;
            expect_name(server, id, name).await;
        }

        let all = create_users(wire, 10).await;
        for count in 1..=3 {
            Self::patch(wire, id, (self.join)(&all[count - 1..count])).await;
            expect_members(server, id, &all[..count]).await;
        }
        Self::patch(wire, id, (self.leave)(&all[1..2])).await;
        expect_members(server, id, &[all[0].clone(), all[2].clone()]).await;
        Self::patch(wire, id, (self.join)(&all)).await;
        expect_members(server, id, &all).await;
        Self::patch(wire, id, (self.leave)(&all[4..])).await;
        expect_members(server, id, &all[..4]).await;
        Self::patch(wire, id, (self.leave)(&all[..4])).await;
        expect_members(server, id, &[]).await;

        let joins = |user| move || Self::patch(wire, id, (self.join)(std::slice::from_ref(user)));
        let leaves = |user| move || Self::patch(wire, id, (self.leave)(std::slice::from_ref(user)));
        for five in all.chunks(5) {
            run_concurrently(five.iter().map(joins).collect());
        }
        expect_members(server, id, &all).await;
        run_concurrently(all[..5].iter().map(leaves).collect());
        expect_members(server, id, &all[5..]).await;
        expect_name(server, id, "Poets").await;

        let path = format!("/Groups/{id}");
        wire.delete(&path).await.expect_no_content();
        wire.get(&path).await.expect_error(404, None);
    }

    /// Sends the same requests for an existing HubSpot team, and expects refusals.
    pub(crate) async fn expect_refused(self, wire: &Wire<'_>) {
        let answer = wire.get("/Groups").await;
        let team = &answer.expect(200)["Resources"][0];
        let id = team["id"].as_str().unwrap_or_default();
        let path = format!("/Groups/{id}");
        let members: Vec<String> = wire.server.members(id).await.into_iter().collect();
        expect_refused(
            wire,
            &[
                ("POST", "/Groups", (self.create)("Engineers")),
                ("PATCH", &path, patch_op(&(self.rename)(id, "Poets"))),
                ("PATCH", &path, patch_op(&(self.join)(&members))),
                ("PATCH", &path, patch_op(&(self.leave)(&members))),
                ("DELETE", &path, Value::Null),
            ],
        )
        .await;
    }
}

/// The operation most clients send to add members.
pub(crate) fn join(ids: &[String]) -> Value {
    let entries: Vec<Value> = ids.iter().map(|id| json!({"value": id})).collect();
    json!([{"op": "add", "path": "members", "value": entries}])
}

/// The operation some clients send to remove members: a list.
pub(crate) fn leave(ids: &[String]) -> Value {
    let entries: Vec<Value> = ids.iter().map(|id| json!({"value": id})).collect();
    json!([{"op": "remove", "path": "members", "value": entries}])
}

/// The operations of RFC 7644 §3.5.2.2, which the other clients send to remove members.
pub(crate) fn leave_by_path(ids: &[String]) -> Value {
    let path = |id| format!("members[value eq \"{id}\"]");
    let operation = |id| json!({"op": "remove", "path": path(id)});
    ids.iter().map(operation).collect()
}
