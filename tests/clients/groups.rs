//! What the groups of every client have in common.

use std::collections::BTreeSet;
use std::sync::Barrier;
use std::thread;

use scim_tests::patch_op;
use serde_json::{Value, json};

use crate::server::Server;
use crate::wire::{USER, Wire};

/// Users for a group, made by nobody in particular.
pub(crate) async fn people(wire: &Wire<'_>, count: usize) -> Vec<String> {
    let mut ids = Vec::new();
    for number in 0..count {
        let user = json!({"schemas": [USER], "userName": format!("member{number}@acme.example")});
        let made = wire.post("/Users", &user).await;
        made.expect(201);
        ids.push(made.id().to_owned());
    }
    ids
}

/// Whether a group has exactly these members, and each of them says so.
pub(crate) async fn has_members(server: &Server, id: &str, expected: &[String]) {
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

/// Whether a group is called this.
pub(crate) async fn is_called(server: &Server, id: &str, name: &str) {
    let answer = server.get(&format!("/Groups/{id}")).await;
    assert_eq!(answer.expect(200)["displayName"], name);
}

/// Whether HubSpot's server, whose groups can be read only, says so to each request of a client, and nothing comes of any.
pub(crate) async fn refused(wire: &Wire<'_>, requests: &[(&str, &str, Value)]) {
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

/// Sends requests as several connections do, all of them at the same moment.
pub(crate) fn at_once<F: Future<Output = ()>>(requests: Vec<impl FnOnce() -> F + Send>) {
    let start = Barrier::new(requests.len());
    thread::scope(|scope| {
        for request in requests {
            scope.spawn(|| {
                let runtime = tokio::runtime::Builder::new_current_thread().build();
                start.wait();
                // Who has no runtime sends nothing, which the members tell afterwards.
                runtime.map(|runtime| runtime.block_on(request()))
            });
        }
    });
}

/// The requests of a client that changes groups by PATCH: a body, or operations.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Forms {
    pub(crate) create: fn(name: &str) -> Value,
    pub(crate) rename: fn(id: &str, name: &str) -> Value,
    pub(crate) join: fn(ids: &[String]) -> Value,
    pub(crate) leave: fn(ids: &[String]) -> Value,
}

impl Forms {
    async fn patch(wire: &Wire<'_>, group: &str, operations: Value) {
        let path = format!("/Groups/{group}");
        let answer = wire.patch(&path, &patch_op(&operations)).await;
        assert!(matches!(answer.status(), 200 | 204), "{}", answer.text());
    }

    /// The whole life of a group, in memory.
    pub(crate) async fn live(self, wire: &Wire<'_>) {
        let server = wire.server;
        let created = wire.post("/Groups", &(self.create)("Engineers")).await;
        assert_eq!(created.expect(201)["displayName"], "Engineers");
        let id = created.id();
        let again = wire.post("/Groups", &(self.create)("engineers")).await;
        again.expect_error(409, Some("uniqueness"));
        for name in ["Poets", "Poets"] {
            Self::patch(wire, id, (self.rename)(id, name)).await;
            is_called(server, id, name).await;
        }

        let all = people(wire, 10).await;
        for count in 1..=3 {
            Self::patch(wire, id, (self.join)(&all[count - 1..count])).await;
            has_members(server, id, &all[..count]).await;
        }
        Self::patch(wire, id, (self.leave)(&all[1..2])).await;
        has_members(server, id, &[all[0].clone(), all[2].clone()]).await;
        Self::patch(wire, id, (self.join)(&all)).await;
        has_members(server, id, &all).await;
        Self::patch(wire, id, (self.leave)(&all[4..])).await;
        has_members(server, id, &all[..4]).await;
        Self::patch(wire, id, (self.leave)(&all[..4])).await;
        has_members(server, id, &[]).await;

        let joins = |user| move || Self::patch(wire, id, (self.join)(std::slice::from_ref(user)));
        let leaves = |user| move || Self::patch(wire, id, (self.leave)(std::slice::from_ref(user)));
        for five in all.chunks(5) {
            at_once(five.iter().map(joins).collect());
        }
        has_members(server, id, &all).await;
        at_once(all[..5].iter().map(leaves).collect());
        has_members(server, id, &all[5..]).await;
        is_called(server, id, "Poets").await;

        let path = format!("/Groups/{id}");
        wire.delete(&path).await.expect_no_content();
        wire.get(&path).await.expect_error(404, None);
    }

    /// The same requests on HubSpot, to a team that is there.
    pub(crate) async fn are_refused(self, wire: &Wire<'_>) {
        let answer = wire.get("/Groups").await;
        let team = &answer.expect(200)["Resources"][0];
        let id = team["id"].as_str().unwrap_or_default();
        let path = format!("/Groups/{id}");
        let members: Vec<String> = wire.server.members(id).await.into_iter().collect();
        refused(
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

/// The operation with which most clients add members.
pub(crate) fn join(ids: &[String]) -> Value {
    let entries: Vec<Value> = ids.iter().map(|id| json!({"value": id})).collect();
    json!([{"op": "add", "path": "members", "value": entries}])
}

/// The operation with which some take them out: by a list.
pub(crate) fn leave(ids: &[String]) -> Value {
    let entries: Vec<Value> = ids.iter().map(|id| json!({"value": id})).collect();
    json!([{"op": "remove", "path": "members", "value": entries}])
}

/// The operations of RFC 7644 §3.5.2.2, with which others do.
pub(crate) fn leave_by_path(ids: &[String]) -> Value {
    let path = |id| format!("members[value eq \"{id}\"]");
    let operation = |id| json!({"op": "remove", "path": path(id)});
    ids.iter().map(operation).collect()
}
