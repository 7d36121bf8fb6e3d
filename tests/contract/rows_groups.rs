//! R11 and R12: groups and their members.

use std::collections::BTreeSet;
use std::sync::Arc;

use scim_core::Profile;
use scim_tests::{MemoryScene, Scene};
use serde_json::json;

use crate::{at, group, members, patch, send, someone, team, user};

/// R11. Entra ID's and Okta's requests to create, read and rename a group (C21, C46, C53).
#[tokio::test]
async fn row_11_a_group_is_accepted_in_any_form_and_has_a_unique_name() {
    let memory = MemoryScene::start();
    let entra = r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group",
          "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"],
        "externalId":"8aa1a0c0-d4b7","displayName":"displayName","meta":{"resourceType":"Group"}}"#;
    let okta = r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"APP-Rostr-Users","members":[]}"#;
    let null = r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"Sales","members":null}"#;
    let mut id = String::new();
    for document in [entra, okta, null] {
        let answer = send(&memory, "POST", "/scim/v2/Groups", document).await;
        assert_eq!(answer.expect(201)["members"], json!([]));
        id = answer.id().to_owned();
        let again = send(&memory, "POST", "/scim/v2/Groups", document).await;
        again.expect_error(409, Some("uniqueness"));
    }
    let path = group(&id);
    let rename = r#"[{"op":"Replace","path":"displayName","value":"Sales EMEA"}]"#;
    patch(&memory, &path, rename).await.expect_no_content();
    // A group does not conflict with its own name in a PATCH or a PUT.
    patch(&memory, &path, rename).await.expect_no_content();
    let own = r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"SALES EMEA","members":[]}"#;
    send(&memory, "PUT", &path, own).await.expect(200);
    let taken = r#"[{"op":"Replace","path":"displayName","value":"app-rostr-users"}]"#;
    let answer = patch(&memory, &path, taken).await;
    answer.expect_error(409, Some("uniqueness"));
    assert_eq!(at(&memory, &path).await["displayName"], "SALES EMEA");

    let ada = someone(&memory, "ada@acme.example").await;
    let add = r#"[{"op":"Add","path":"members","value":[{"$ref":null,"value":"{id}"}]}]"#;
    let answer = patch(&memory, &path, &add.replace("{id}", &ada)).await;
    answer.expect_no_content();
    let bare = at(&memory, &format!("{path}?excludedAttributes=members")).await;
    assert_eq!(bare.get("members"), None);
    assert_eq!(members(&memory, &id).await, [ada]);

    // The profile decides whether the answer has the members.
    let memory = MemoryScene::with_profile(Profile::entra());
    let path = user(&someone(&memory, "ada@acme.example").await);
    let rename = r#"[{"op":"Replace","path":"displayName","value":"Ada"}]"#;
    patch(&memory, &path, rename).await.expect_no_content();
    assert_eq!(at(&memory, &path).await["displayName"], "Ada");
    let memory = MemoryScene::with_profile(Profile::rfc());
    let path = group(&team(&memory, "Sales", &[]).await);
    let rename = r#"[{"op":"replace","path":"displayName","value":"Sales EMEA"}]"#;
    let answer = patch(&memory, &path, rename).await;
    assert_eq!(answer.expect(200)["displayName"], "Sales EMEA");

    // HubSpot has teams, which are read-only.
    let scene = Scene::start().await;
    let team = at(&scene, "/scim/v2/Groups/5301?excludedAttributes=members").await;
    assert_eq!(team["displayName"], "Sales");
    assert_eq!(team.get("members"), None);
}

/// R12. Entra ID sends a PATCH for each member, up to five at a time (C55).
#[tokio::test(flavor = "multi_thread", worker_threads = 5)]
async fn row_12_concurrent_additions_of_single_members_all_take_effect() {
    const EACH: usize = 40;
    let memory = Arc::new(MemoryScene::start());
    let id = team(&memory, "Everybody", &[]).await;
    let mut ids = Vec::new();
    for number in 0..5 * EACH {
        ids.push(someone(&memory, &format!("user{number}@acme.example")).await);
    }
    let senders = ids.chunks(EACH).map(|chunk| {
        let (memory, path, chunk) = (Arc::clone(&memory), group(&id), chunk.to_vec());
        tokio::spawn(async move {
            for member in chunk {
                let add = format!(
                    r#"[{{"op":"Add","path":"members","value":[{{"$ref":null,"value":"{member}"}}]}}]"#
                );
                patch(&memory, &path, &add).await.expect_no_content();
            }
        })
    });
    for sender in senders.collect::<Vec<_>>() {
        sender.await.expect("every request was answered with 204");
    }
    let held = members(&memory, &id).await;
    assert_eq!(held.len(), ids.len());
    let held: BTreeSet<String> = held.into_iter().collect();
    assert_eq!(held, ids.into_iter().collect());
}
