//! R9 and R10: documents put back, and inactive users.

use scim_tests::{Caller, MemoryScene, Scene};
use serde_json::{Value, json};

use crate::{ADA, at, found, patch, send, someone, team, user};

/// R9. Okta's custom application merges its values into the document it read, and puts the result (C43, C44).
#[tokio::test]
async fn row_09_a_document_can_be_put_back_as_read() {
    async fn row(server: &Caller) {
        let path = user(&someone(server, ADA).await);
        let mut document = at(server, &path).await;
        let before = document.clone();
        document["name"]["familyName"] = json!("Smith");
        document["name"]["formatted"] = json!("Mona Octocat");
        document["meta"]["created"] = json!("2018-02-13T15:05:24.000-08:00");
        document["groups"] = json!([]);
        document["id"] = json!("5fc0c238-0000");
        document["locale"] = json!("en-US");
        document["costume"] = json!({"hat": "tall"});
        document.as_object_mut().unwrap().remove("active");
        let answer = send(server, "PUT", &path, &document.to_string()).await;
        let put = answer.expect(200);
        assert_eq!(put["id"], before["id"]);
        assert_eq!(put["meta"]["created"], before["meta"]["created"]);
        assert_eq!(put["name"]["familyName"], "Smith");
        assert_eq!(put["active"], true);
        // Nor does it reactivate an inactive user.
        let disable = r#"[{"op":"replace","value":{"active":false}}]"#;
        patch(server, &path, disable).await.expect(200);
        let answer = send(server, "PUT", &path, &document.to_string()).await;
        assert_eq!(answer.expect(200)["active"], false);
        assert_eq!(at(server, &path).await["active"], false);
        document["active"] = json!(true);
        let answer = send(server, "PUT", &path, &document.to_string()).await;
        assert_eq!(answer.expect(200)["active"], true);
    }
    let memory = MemoryScene::start();
    row(&memory).await;
    // A user's document does not change the members of a group.
    let id = memory.find(ADA).await.unwrap()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let group = team(&memory, "APP-Rostr-Users", &[&id]).await;
    for groups in [
        json!([]),
        json!([{"value": "another", "display": "Administrators"}]),
    ] {
        let mut document = at(&memory, &user(&id)).await;
        document["groups"] = groups;
        let answer = send(&memory, "PUT", &user(&id), &document.to_string()).await;
        assert_eq!(answer.expect(200)["groups"][0]["value"], group);
        assert_eq!(crate::members(&memory, &group).await, [id.as_str()]);
    }

    let scene = Scene::start().await;
    row(&scene).await;
    assert_eq!(scene.member(ADA).last_name.as_deref(), Some("Smith"));
}

/// R10. Entra ID reads and searches for soft-deleted users. If a server hides them, it creates them again (C40, C41).
#[tokio::test]
async fn row_10_an_inactive_user_stays_readable_and_searchable_until_deleted() {
    async fn row(server: &Caller) {
        let id = someone(server, ADA).await;
        let path = user(&id);
        let disable = r#"[{"op":"Replace","path":"active","value":"False"}]"#;
        patch(server, &path, disable).await.expect(200);
        let read: Value = at(server, &path).await;
        assert_eq!(read["active"], false);
        assert_eq!(read["name"]["givenName"], "Ada");
        for filter in [
            "userName+eq+%22ada%40acme.example%22",
            "emails%5Btype+eq+%22work%22%5D.value+eq+%22ada%40acme.example%22",
        ] {
            assert_eq!(
                found(server, "Users", filter).await,
                [id.as_str()],
                "{filter}"
            );
        }
        let all = at(server, "/scim/v2/Users?startIndex=1&count=100").await;
        let all = all["Resources"].as_array().expect("a list");
        assert!(all.iter().any(|one| one["id"] == id.as_str()));
        let enable = r#"[{"op":"Replace","path":"active","value":"True"}]"#;
        assert_eq!(
            patch(server, &path, enable).await.expect(200)["active"],
            true
        );
        patch(server, &path, disable).await.expect(200);
        server.delete(&path).await.expect_no_content();
        server.get(&path).await.expect_error(404, None);
        assert_eq!(server.find(ADA).await, None);
    }
    row(&MemoryScene::start()).await;
    let scene = Scene::start().await;
    row(&scene).await;
    assert_eq!(scene.hubspot().user_by_email(ADA), None);
}
