//! The requirements of every known client, and the reported failures of other servers.
//!
//! `row_07_…` tests R7 of `docs/evidence.md`, and `failure_19_…` tests F19. The comment of each names the clients. The requests
//! are captured or documented, with other names and ids. They go to the memory server in the default profile.
//!
//! If HubSpot has the data, the same `row(&server)` also runs on the HubSpot server. The test then checks the data in HubSpot.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a broken setup or a missing member fails the test"
)]

mod complete;
mod failures_groups;
mod failures_http;
mod failures_lists;
mod failures_members;
mod failures_patch;
mod failures_users;
mod failures_values;
mod rows_groups;
mod rows_patch;
mod rows_reading;
mod rows_serving;
mod rows_users;
mod socket;

use scim_tests::{Answer, Caller};
use serde_json::Value;

/// The header that Entra ID and Okta send with every body (C16).
const SCIM_JSON: &str = "Content-Type: application/scim+json; charset=utf-8";

const ADA: &str = "ada@acme.example";

/// The path of a user.
fn user(id: &str) -> String {
    format!("/scim/v2/Users/{id}")
}

/// The path of a group.
fn group(id: &str) -> String {
    format!("/scim/v2/Groups/{id}")
}

/// Sends a body given as text.
async fn send(server: &Caller, method: &str, path: &str, body: &str) -> Answer {
    let text = format!("{method} {path}\n{SCIM_JSON}\n\n{body}");
    server.literal(&text).await
}

/// Sends PATCH operations given as text.
async fn patch(server: &Caller, path: &str, operations: &str) -> Answer {
    let body = format!(
        r#"{{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":{operations}}}"#
    );
    send(server, "PATCH", path, &body).await
}

/// Creates a user from a document given as text, and returns the id.
async fn create(server: &Caller, document: &str) -> String {
    let answer = send(server, "POST", "/scim/v2/Users", document).await;
    answer.expect(201);
    answer.id().to_owned()
}

/// Creates an active user with a name and an address, and returns the id.
async fn someone(server: &Caller, email: &str) -> String {
    let document = format!(
        r#"{{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"{email}","active":true,
            "name":{{"givenName":"Ada","familyName":"Lovelace"}},"emails":[{{"primary":true,"type":"work","value":"{email}"}}]}}"#
    );
    create(server, &document).await
}

/// Creates a group and returns its id.
async fn team(server: &Caller, name: &str, members: &[&str]) -> String {
    let members: Vec<String> = members
        .iter()
        .map(|id| format!(r#"{{"value":"{id}"}}"#))
        .collect();
    let document = format!(
        r#"{{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"{name}","members":[{}]}}"#,
        members.join(",")
    );
    let answer = send(server, "POST", "/scim/v2/Groups", &document).await;
    answer.expect(201);
    answer.id().to_owned()
}

/// Reads the resource at a path.
async fn at(server: &Caller, path: &str) -> Value {
    server.get(path).await.expect(200).clone()
}

/// The ids of a group's members.
async fn members(server: &Caller, id: &str) -> Vec<String> {
    let group = at(server, &group(id)).await;
    let members = group["members"].as_array().expect("a list of members");
    members
        .iter()
        .map(|member| member["value"].as_str().unwrap().to_owned())
        .collect()
}

/// The ids that match a URL-encoded filter.
async fn found(server: &Caller, endpoint: &str, filter: &str) -> Vec<String> {
    let answer = server
        .get(&format!("/scim/v2/{endpoint}?filter={filter}"))
        .await;
    let list = answer.expect(200);
    let resources = list["Resources"].as_array().expect("a list of resources");
    assert_eq!(list["totalResults"], resources.len());
    resources
        .iter()
        .map(|resource| resource["id"].as_str().unwrap().to_owned())
        .collect()
}
