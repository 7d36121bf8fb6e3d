//! F9 and F25: a group as a whole.

use scim_tests::MemoryScene;

use crate::{at, group, members, patch, send, someone, team};

/// F9. Okta's custom application puts the whole group: its present name and other members (C43).
#[tokio::test]
async fn failure_09_put_keeps_the_name_and_replaces_the_members() {
    let memory = MemoryScene::start();
    let ada = someone(&memory, "ada@acme.example").await;
    let ben = someone(&memory, "ben@acme.example").await;
    let id = team(&memory, "APP-Rostr-Users", &[&ada]).await;
    let mut document = at(&memory, &group(&id)).await;
    for (list, expected) in [
        (
            format!(r#"[{{"value":"{ben}","display":"ben@acme.example"}}]"#),
            vec![ben.as_str()],
        ),
        (
            format!(r#"[{{"value":"{ben}","display":null}},{{"value":"{ada}","display":"Ada"}}]"#),
            vec![ben.as_str(), ada.as_str()],
        ),
        ("[]".to_owned(), vec![]),
    ] {
        document["members"] = serde_json::from_str(&list).unwrap();
        let answer = send(&memory, "PUT", &group(&id), &document.to_string()).await;
        assert_eq!(answer.expect(200)["displayName"], "APP-Rostr-Users");
        assert_eq!(answer.id(), id);
        assert_eq!(members(&memory, &id).await, expected);
    }
    let listed = format!(
        r#"[{{"op":"replace","path":"members","value":[{{"value":"{ada}","display":"Ada"}}]}}]"#
    );
    patch(&memory, &group(&id), &listed)
        .await
        .expect_no_content();
    assert_eq!(members(&memory, &id).await, [ada.as_str()]);
    let rename =
        format!(r#"[{{"op":"replace","value":{{"id":"{id}","displayName":"APP-Rostr-Users"}}}}]"#);
    patch(&memory, &group(&id), &rename)
        .await
        .expect_no_content();
    // Another group's name is still a conflict.
    let other = team(&memory, "Sales", &[]).await;
    document["id"] = other.as_str().into();
    let answer = send(&memory, "PUT", &group(&other), &document.to_string()).await;
    answer.expect_error(409, Some("uniqueness"));
    assert_eq!(at(&memory, &group(&other)).await["displayName"], "Sales");
}

/// F25. Entra ID wants 204, and asks for groups without their members (C21, C46).
#[tokio::test]
async fn failure_25_a_group_patch_answers_without_the_members() {
    let memory = MemoryScene::start();
    let ada = someone(&memory, "ada@acme.example").await;
    let id = team(&memory, "Sales", &[]).await;
    let add =
        format!(r#"[{{"op":"Add","path":"members","value":[{{"$ref":null,"value":"{ada}"}}]}}]"#);
    patch(&memory, &group(&id), &add).await.expect_no_content();
    for path in [
        format!("{}?excludedAttributes=members", group(&id)),
        "/scim/v2/Groups?excludedAttributes=members&filter=displayName+eq+%22Sales%22".to_owned(),
        "/scim/v2/Groups?attributes=id,displayName".to_owned(),
    ] {
        let answer = memory.get(&path).await;
        answer.expect(200);
        assert!(!answer.text().contains("members"), "{}", answer.text());
        assert!(answer.text().contains(&id));
    }
    assert_eq!(members(&memory, &id).await, [ada]);
}
