//! The contract: what every known client relies on, and what other servers were reported to fail at.
//!
//! `row_07_…` sends what R7 of `docs/evidence.md` is about, `failure_19_…` what F19 is about, and each says who sends it. The
//! requests are those that were captured or documented, with other names and ids in them. They go to the memory server in the
//! default profile and, where HubSpot has the data, to the HubSpot server as well: `row(&server)` is then the same for both, and
//! what HubSpot holds in the end is looked at afterwards.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test that cannot be set up has failed, and so has one that misses a member"
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

/// The header of every body that Entra ID and Okta send (C16).
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

/// Sends a body, as its text.
async fn send(server: &Caller, method: &str, path: &str, body: &str) -> Answer {
    let text = format!("{method} {path}\n{SCIM_JSON}\n\n{body}");
    server.literal(&text).await
}

/// Sends the operations of a PATCH, as their text.
async fn patch(server: &Caller, path: &str, operations: &str) -> Answer {
    let body = format!(
        r#"{{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":{operations}}}"#
    );
    send(server, "PATCH", path, &body).await
}

/// Makes somebody of a document, as its text; answers the id.
async fn create(server: &Caller, document: &str) -> String {
    let answer = send(server, "POST", "/scim/v2/Users", document).await;
    answer.expect(201);
    answer.id().to_owned()
}

/// Makes somebody active with a name and an address.
async fn someone(server: &Caller, email: &str) -> String {
    let document = format!(
        r#"{{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"{email}","active":true,
            "name":{{"givenName":"Ada","familyName":"Lovelace"}},"emails":[{{"primary":true,"type":"work","value":"{email}"}}]}}"#
    );
    create(server, &document).await
}

/// Makes a group; answers its id.
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

/// What is at a path.
async fn at(server: &Caller, path: &str) -> Value {
    server.get(path).await.expect(200).clone()
}

/// The ids of the members of a group.
async fn members(server: &Caller, id: &str) -> Vec<String> {
    let group = at(server, &group(id)).await;
    let members = group["members"].as_array().expect("a list of members");
    members
        .iter()
        .map(|member| member["value"].as_str().unwrap().to_owned())
        .collect()
}

/// The ids that a filter finds, as a URL has the filter.
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
