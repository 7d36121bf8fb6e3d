//! F1, F8, F18, F21, F24, F27 and F28: members of groups.

use std::collections::BTreeSet;
use std::sync::Arc;

use scim_core::{Profile, Tolerance};
use scim_tests::MemoryScene;

use crate::{group, members, patch, send, someone, team};

/// Creates users and returns their ids.
async fn people(memory: &MemoryScene, count: usize) -> Vec<String> {
    let mut ids = Vec::new();
    for number in 0..count {
        ids.push(someone(memory, &format!("user{number}@acme.example")).await);
    }
    ids
}

/// F1. Entra ID, authentik and `JumpCloud` send this (C5).
#[tokio::test]
async fn failure_01_remove_with_a_value_removes_the_listed_members() {
    let memory = MemoryScene::start();
    let ids = people(&memory, 4).await;
    let id = team(&memory, "Sales", &[&ids[0], &ids[1], &ids[2], &ids[3]]).await;
    let entra = r#"[{"op":"Remove","path":"members","value":[{"$ref":null,"value":"{id}"}]}]"#;
    let answer = patch(&memory, &group(&id), &entra.replace("{id}", &ids[1])).await;
    answer.expect_no_content();
    assert_eq!(members(&memory, &id).await, [&*ids[0], &ids[2], &ids[3]]);
    let jumpcloud = r#"[{"op":"remove","path":"members","value":[{"value":"{id}"}]}]"#;
    let answer = patch(&memory, &group(&id), &jumpcloud.replace("{id}", &ids[3])).await;
    answer.expect_no_content();
    let entra_with_flag = r#"[{"op":"remove","path":"members[value eq \"{id}\"]"}]"#;
    let answer = patch(
        &memory,
        &group(&id),
        &entra_with_flag.replace("{id}", &ids[0]),
    )
    .await;
    answer.expect_no_content();
    assert_eq!(members(&memory, &id).await, [ids[2].as_str()]);
    // The Keycloak client removes all members without a value.
    let all = r#"[{"op":"remove","path":"members"}]"#;
    patch(&memory, &group(&id), all).await.expect_no_content();
    assert!(members(&memory, &id).await.is_empty());
}

/// F8. Entra ID sends up to five requests at a time (C55).
#[tokio::test(flavor = "multi_thread", worker_threads = 5)]
async fn failure_08_parallel_changes_of_one_group_all_take_effect() {
    let memory = Arc::new(MemoryScene::start());
    let ids = people(&memory, 100).await;
    let leaving: Vec<&str> = ids[..50].iter().map(String::as_str).collect();
    let id = team(&memory, "Sales", &leaving).await;
    let senders = ids.chunks(10).map(|chunk| {
        let (memory, path, chunk) = (Arc::clone(&memory), group(&id), chunk.to_vec());
        let first = ids[..50].contains(&chunk[0]);
        tokio::spawn(async move {
            for member in chunk {
                let op = if first { "Remove" } else { "Add" };
                let change = format!(
                    r#"[{{"op":"{op}","path":"members","value":[{{"$ref":null,"value":"{member}"}}]}}]"#
                );
                patch(&memory, &path, &change).await.expect_no_content();
            }
        })
    });
    for sender in senders.collect::<Vec<_>>() {
        sender.await.expect("every request was answered with 204");
    }
    let held: BTreeSet<String> = members(&memory, &id).await.into_iter().collect();
    assert_eq!(held, ids[50..].iter().cloned().collect());
}

/// F18. Entra ID writes members after users, in any order. Okta gives up after a 400 and repeats a 5xx forever.
#[tokio::test]
async fn failure_18_an_unknown_member_is_named_or_omitted() {
    let adding =
        r#"[{"op":"Add","path":"members","value":[{"value":"{id}"},{"value":"4d1f0e4c-nobody"}]}]"#;
    let whole = r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"Sales","members":[
        {"value":"{id}","display":"Ada"},{"value":"4d1f0e4c-nobody","display":"Nobody"}]}"#;
    let memory = MemoryScene::start();
    let ada = someone(&memory, "ada@acme.example").await;
    let id = team(&memory, "Sales", &[]).await;
    let listed =
        r#"[{"op":"replace","value":{"members":[{"value":"{id}"},{"value":"4d1f0e4c-nobody"}]}}]"#;
    for answer in [
        patch(&memory, &group(&id), &adding.replace("{id}", &ada)).await,
        patch(&memory, &group(&id), &listed.replace("{id}", &ada)).await,
        send(&memory, "PUT", &group(&id), &whole.replace("{id}", &ada)).await,
        send(
            &memory,
            "POST",
            "/scim/v2/Groups",
            &whole.replace("{id}", &ada).replace("Sales", "New"),
        )
        .await,
    ] {
        let detail = answer.expect_error(400, Some("invalidValue"));
        assert!(detail.contains("4d1f0e4c-nobody"), "{detail}");
        assert!(members(&memory, &id).await.is_empty());
    }
    assert!(
        crate::found(&memory, "Groups", "displayName+eq+%22New%22")
            .await
            .is_empty()
    );

    let profile = Profile::default().with(Tolerance::UnknownMembers);
    let memory = MemoryScene::with_profile(profile);
    let ada = someone(&memory, "ada@acme.example").await;
    let id = team(&memory, "Sales", &[]).await;
    let answer = patch(&memory, &group(&id), &adding.replace("{id}", &ada)).await;
    answer.expect_no_content();
    assert_eq!(members(&memory, &id).await, [ada.as_str()]);
    let answer = send(&memory, "PUT", &group(&id), &whole.replace("{id}", &ada)).await;
    assert_eq!(answer.expect(200)["members"].as_array().unwrap().len(), 1);
    let document = whole.replace("{id}", &ada).replace("Sales", "New");
    let answer = send(&memory, "POST", "/scim/v2/Groups", &document).await;
    assert_eq!(answer.expect(201)["members"][0]["value"], ada);
    assert_eq!(members(&memory, answer.id()).await, [ada.as_str()]);
}

/// F21. Okta's catalog application removes one member and adds another in the same request.
#[tokio::test]
async fn failure_21_add_and_a_filtered_remove_in_one_request() {
    let memory = MemoryScene::start();
    let ids = people(&memory, 3).await;
    let id = team(&memory, "Sales", &[&ids[0], &ids[1]]).await;
    let okta = r#"[{"op":"remove","path":"members[value eq \"{gone}\"]"},
        {"op":"add","path":"members","value":[{"value":"{new}","display":"test.user@okta.local"}]}]"#;
    let okta = okta.replace("{gone}", &ids[0]).replace("{new}", &ids[2]);
    patch(&memory, &group(&id), &okta).await.expect_no_content();
    assert_eq!(members(&memory, &id).await, [ids[1].as_str(), &ids[2]]);
    // Removing a user who is not a member is a success: the group ends as requested.
    patch(&memory, &group(&id), &okta).await.expect_no_content();
    assert_eq!(members(&memory, &id).await, [ids[1].as_str(), &ids[2]]);
}

/// F24. Okta omits `type` and repeats a PUT with `"display":null`. Entra ID sends `"$ref":null` (C54).
#[tokio::test]
async fn failure_24_a_member_needs_only_a_value() {
    let memory = MemoryScene::start();
    let ids = people(&memory, 1).await;
    let id = team(&memory, "Sales", &[]).await;
    for member in [
        r#"{"value":"{id}"}"#,
        r#"{"value":"{id}","display":null}"#,
        r#"{"value":"{id}","$ref":null}"#,
        r#"{"value":"{id}","$ref":"Users/{id}"}"#,
        r#"{"value":"{id}","display":"Ada","type":null}"#,
        r#"{"value":"{id}","type":"User","$ref":"https://elsewhere.example/Users/{id}"}"#,
    ] {
        let member = member.replace("{id}", &ids[0]);
        let document = format!(
            r#"{{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"Sales","members":[{member}]}}"#
        );
        let answer = send(&memory, "PUT", &group(&id), &document).await;
        assert_eq!(
            answer.expect(200)["members"][0]["value"],
            ids[0],
            "{member}"
        );
        assert!(!answer.text().contains("null"), "{}", answer.text());
        let remove = format!(r#"[{{"op":"Remove","path":"members","value":[{member}]}}]"#);
        patch(&memory, &group(&id), &remove)
            .await
            .expect_no_content();
        assert!(members(&memory, &id).await.is_empty(), "{member}");
        let add = format!(r#"[{{"op":"Add","path":"members","value":[{member}]}}]"#);
        patch(&memory, &group(&id), &add).await.expect_no_content();
        assert_eq!(members(&memory, &id).await, [ids[0].as_str()], "{member}");
    }
    // Microsoft's own collection of requests sends a single member outside a list.
    let scalar = format!(
        r#"[{{"op":"Remove","path":"members","value":{{"value":"{}"}}}}]"#,
        ids[0]
    );
    patch(&memory, &group(&id), &scalar)
        .await
        .expect_no_content();
    assert!(members(&memory, &id).await.is_empty());
}

/// F27. Okta pushes an empty group.
#[tokio::test]
async fn failure_27_an_empty_member_list_empties_the_group() {
    let memory = MemoryScene::start();
    let ids = people(&memory, 2).await;
    for empty in [
        r#"[{"op":"replace","path":"members","value":[]}]"#,
        r#"[{"op":"replace","value":{"members":[]}}]"#,
        r#"[{"op":"replace","path":"members","value":null}]"#,
    ] {
        let id = team(&memory, "Sales", &[&ids[0], &ids[1]]).await;
        patch(&memory, &group(&id), empty).await.expect_no_content();
        assert!(members(&memory, &id).await.is_empty(), "{empty}");
        memory.delete(&group(&id)).await.expect_no_content();
    }
}

/// F28. Entra ID and authentik add existing members again.
#[tokio::test]
async fn failure_28_a_member_sent_twice_is_added_once() {
    let memory = MemoryScene::start();
    let ids = people(&memory, 2).await;
    let id = team(&memory, "Sales", &[&ids[0]]).await;
    let again = r#"[{"op":"Add","path":"members","value":[{"value":"{a}"},{"value":"{b}"},{"value":"{b}"}]}]"#;
    let again = again.replace("{a}", &ids[0]).replace("{b}", &ids[1]);
    for _ in 0..2 {
        patch(&memory, &group(&id), &again)
            .await
            .expect_no_content();
        assert_eq!(members(&memory, &id).await, [ids[0].as_str(), &ids[1]]);
    }
}
