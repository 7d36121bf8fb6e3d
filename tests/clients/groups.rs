//! What the groups of every client have in common.

use std::collections::BTreeSet;
use std::sync::Barrier;
use std::thread;

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
        assert!(detail.contains("not supported") && detail.contains("Group"), "{detail}");
    }
    assert_eq!(scene.hubspot().teams(), teams);
    assert_eq!(scene.hubspot().users(), people);
}

/// Sends requests as several connections do, all of them at the same moment.
pub(crate) fn at_once<F: Future>(requests: Vec<impl FnOnce() -> F + Send>) {
    let start = Barrier::new(requests.len());
    thread::scope(|scope| {
        for request in requests {
            scope.spawn(|| {
                let runtime = tokio::runtime::Builder::new_current_thread().build();
                start.wait();
                runtime.map(|runtime| runtime.block_on(request())).is_ok()
            });
        }
    });
}
