//! F12, F13, F16, F23, F26, F33 and F38: PATCH operations.

use scim_tests::{Caller, MemoryScene, Scene};
use serde_json::json;

use crate::{ADA, at, group, members, patch, someone, team, user};

/// F12. Every client: without PATCH it disables no user and updates no group.
#[tokio::test]
async fn failure_12_patch_works_and_is_advertised() {
    async fn row(server: &Caller) {
        let config = at(server, "/scim/v2/ServiceProviderConfig").await;
        assert_eq!(config["patch"]["supported"], true);
        let path = user(&someone(server, ADA).await);
        let rename = r#"[{"op":"replace","path":"name.familyName","value":"King"}]"#;
        patch(server, &path, rename).await.expect(200);
        assert_eq!(at(server, &path).await["name"]["familyName"], "King");
    }
    let memory = MemoryScene::start();
    row(&memory).await;
    let ada = memory.find(ADA).await.unwrap()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let id = team(&memory, "Sales", &[]).await;
    let both = format!(
        r#"[{{"op":"replace","path":"displayName","value":"Sales EMEA"}},{{"op":"add","path":"members","value":[{{"value":"{ada}"}}]}}]"#
    );
    patch(&memory, &group(&id), &both).await.expect_no_content();
    assert_eq!(at(&memory, &group(&id)).await["displayName"], "Sales EMEA");
    assert_eq!(members(&memory, &id).await, [ada]);
    let scene = Scene::start().await;
    row(&scene).await;
    assert_eq!(scene.member(ADA).last_name.as_deref(), Some("King"));
}

/// F13. Okta's catalog applications and Entra ID with the flag send this (C35, C45).
#[tokio::test]
async fn failure_13_an_operation_without_a_path_changes_each_member() {
    async fn row(server: &Caller) {
        let path = user(&someone(server, ADA).await);
        let several = r#"[{"op":"replace","value":{"name":{"givenName":"Augusta"},"externalId":"00u1","active":true}},
            {"op":"add","value":{"name":{"familyName":"King"}}}]"#;
        patch(server, &path, several).await.expect(200);
        let held = at(server, &path).await;
        assert_eq!(held["name"]["givenName"], "Augusta");
        assert_eq!(held["name"]["familyName"], "King");
        assert_eq!(held["externalId"], "00u1");
        let okta = r#"[{"op":"replace","value":{"active":false}}]"#;
        assert_eq!(
            patch(server, &path, okta).await.expect(200)["active"],
            false
        );
        assert_eq!(at(server, &path).await["active"], false);
    }
    let memory = MemoryScene::start();
    row(&memory).await;
    let ada = memory.find(ADA).await.unwrap()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let id = team(&memory, "Test SCIMv2", &[]).await;
    let rename =
        format!(r#"[{{"op":"replace","value":{{"id":"{id}","displayName":"Test SCIM"}}}}]"#);
    patch(&memory, &group(&id), &rename)
        .await
        .expect_no_content();
    assert_eq!(at(&memory, &group(&id)).await["displayName"], "Test SCIM");
    let listed = format!(r#"[{{"op":"replace","value":{{"members":[{{"value":"{ada}"}}]}}}}]"#);
    patch(&memory, &group(&id), &listed)
        .await
        .expect_no_content();
    assert_eq!(members(&memory, &id).await, [ada]);
    let scene = Scene::start().await;
    row(&scene).await;
    assert_eq!(scene.hubspot().user_by_email(ADA), None);
}

/// F16. Entra ID capitalizes the operations (C1).
#[tokio::test]
async fn failure_16_operations_ignore_letter_case() {
    async fn row(server: &Caller) {
        let path = user(&someone(server, ADA).await);
        for (op, name) in [
            ("Replace", "Augusta"),
            ("REPLACE", "Ada"),
            ("Add", "Augusta"),
            ("replace", "Ada"),
        ] {
            let operation =
                format!(r#"[{{"op":"{op}","path":"name.givenName","value":"{name}"}}]"#);
            patch(server, &path, &operation).await.expect(200);
            assert_eq!(at(server, &path).await["name"]["givenName"], name, "{op}");
        }
        patch(
            server,
            &path,
            r#"[{"op":"Add","path":"externalId","value":"1"}]"#,
        )
        .await
        .expect(200);
        patch(server, &path, r#"[{"op":"Remove","path":"externalId"}]"#)
            .await
            .expect(200);
        assert_eq!(at(server, &path).await.get("externalId"), None);
        let unknown = r#"[{"op":"Set","path":"name.givenName","value":"Augusta"}]"#;
        patch(server, &path, unknown)
            .await
            .expect_error(400, Some("invalidSyntax"));
        assert_eq!(at(server, &path).await["name"]["givenName"], "Ada");
    }
    row(&MemoryScene::start()).await;
    let scene = Scene::start().await;
    row(&scene).await;
    assert_eq!(scene.member(ADA).first_name.as_deref(), Some("Ada"));
}

/// F23. Entra ID with the flag `aadOptscim062020` sends this (C3).
#[tokio::test]
async fn failure_23_dotted_and_qualified_keys_are_paths() {
    async fn row(server: &Caller) {
        let path = user(&someone(server, ADA).await);
        let flagged = r#"[{"op":"replace","value":{"displayName":"Bjfe","name.givenName":"Kkom","name.familyName":"Unua",
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber":"Aklq",
            "urn:ietf:params:scim:schemas:core:2.0:User:externalId":"0a21"}}]"#;
        patch(server, &format!("{path}?aadOptscim062020"), flagged)
            .await
            .expect(200);
        let held = at(server, &path).await;
        assert_eq!(held["name"]["givenName"], "Kkom");
        assert_eq!(held["name"]["familyName"], "Unua");
        assert!(
            held.as_object()
                .unwrap()
                .keys()
                .all(|key| !key.contains('.') || key.ends_with("2.0:User"))
        );
    }
    let memory = MemoryScene::start();
    row(&memory).await;
    let held = memory.find(ADA).await.unwrap();
    assert_eq!(
        held["urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],
        json!({"employeeNumber": "Aklq"})
    );
    let scene = Scene::start().await;
    row(&scene).await;
    let member = scene.member(ADA);
    assert_eq!(member.first_name.as_deref(), Some("Kkom"));
    assert_eq!(member.last_name.as_deref(), Some("Unua"));
}

/// F26. Entra ID changes attributes and disables in one request (C10, C38).
#[tokio::test]
async fn failure_26_an_unsupported_change_does_not_prevent_disabling() {
    for beside in [
        r#"{"op":"Add","path":"shoeSize","value":"43"}"#,
        r#"{"op":"Replace","path":"urn:ietf:params:scim:schemas:extension:Acme:2.0:User:desk","value":"5"}"#,
        r#"{"op":"Replace","path":"preferredLanguage","value":"en"}"#,
        r#"{"op":"Replace","path":"phoneNumbers[type eq \"fax\"].value","value":"+1 555 0100"}"#,
        r#"{"op":"Add","path":"manager","value":"00aa"}"#,
        r#"{"op":"Replace","path":"id","value":"another"}"#,
        r#"{"op":"Replace","value":{"favouriteColour":"blue"}}"#,
        r#"{"op":"Replace","path":"favourite.colour","value":"blue"}"#,
        // Changes that are refused on their own: by both servers, or by HubSpot alone.
        r#"{"op":"Replace","path":"name.givenName","value":{"en":"Ada"}}"#,
        r#"{"op":"Replace","path":"emails[type eq","value":"x"}"#,
        r#"{"op":"Replace","path":"userName","value":"ada.king@acme.example"}"#,
    ] {
        async fn row(server: &Caller, beside: &str) {
            let path = user(&someone(server, ADA).await);
            let disable = r#"{"op":"Replace","path":"active","value":"False"}"#;
            for operations in [
                format!("[{beside},{disable}]"),
                format!("[{disable},{beside}]"),
            ] {
                let enable = r#"[{"op":"Replace","path":"active","value":"True"}]"#;
                patch(server, &path, enable).await.expect(200);
                let answer = patch(server, &path, &operations).await;
                assert_eq!(answer.expect(200)["active"], false, "{operations}");
                assert_eq!(at(server, &path).await["active"], false, "{operations}");
            }
        }
        row(&MemoryScene::start(), beside).await;
        let scene = Scene::start().await;
        row(&scene, beside).await;
        assert_eq!(scene.hubspot().user_by_email(ADA), None, "{beside}");
    }
}

/// F33. Microsoft's SCIM Validator sends this (C9).
#[tokio::test]
async fn failure_33_an_empty_patch_changes_nothing() {
    async fn row(server: &Caller) {
        let path = user(&someone(server, ADA).await);
        let before = at(server, &path).await;
        patch(server, &path, "[]").await.expect(200);
        assert_eq!(at(server, &path).await, before);
    }
    let memory = MemoryScene::start();
    row(&memory).await;
    let id = team(&memory, "Sales", &[]).await;
    patch(&memory, &group(&id), "[]").await.expect_no_content();
    let scene = Scene::start().await;
    row(&scene).await;
    assert_eq!(scene.writes(), ["POST /settings/users/2026-09 201"]);
}

/// F38. Entra ID sends a `value` with `Remove` (C5, C6).
#[tokio::test]
async fn failure_38_remove_never_writes_and_may_match_nothing() {
    async fn row(server: &Caller) {
        let path = user(&someone(server, ADA).await);
        patch(
            server,
            &path,
            r#"[{"op":"Add","path":"externalId","value":"1"}]"#,
        )
        .await
        .expect(200);
        for operations in [
            r#"[{"op":"Remove","path":"externalId","value":"never written"}]"#,
            r#"[{"op":"Remove","path":"externalId"}]"#,
            r#"[{"op":"Remove","path":"emails[type eq \"other\"]"}]"#,
            r#"[{"op":"Remove","path":"emails[type eq \"other\"].value","value":"never written"}]"#,
            r#"[{"op":"Remove","path":"nickName"}]"#,
        ] {
            patch(server, &path, operations).await.expect(200);
            let read = server.get(&path).await;
            assert_eq!(read.expect(200).get("externalId"), None, "{operations}");
            assert!(!read.text().contains("never written"), "{operations}");
            assert_eq!(read.json()["emails"][0]["value"], ADA);
        }
    }
    row(&MemoryScene::start()).await;
    let scene = Scene::start().await;
    row(&scene).await;
    assert_eq!(scene.writes(), ["POST /settings/users/2026-09 201"]);
}
