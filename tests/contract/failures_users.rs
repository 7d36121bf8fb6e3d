//! F4, F7, F11, F15, F17, F22 and F29: users who leave, return and change their names.

use scim_core::Profile;
use scim_tests::{Caller, MemoryScene, Scene};
use serde_json::json;

use crate::{ADA, at, create, found, patch, send, someone, user};

const DISABLE: &str = r#"[{"op":"Replace","path":"active","value":"False"}]"#;
const BY_NAME: &str = "userName+eq+%22ada%40acme.example%22";

/// F4. Okta and Entra ID create a reassigned user. A 409 locks the user out, and a second user is worse (C41, C42).
#[tokio::test]
async fn failure_04_a_post_for_an_inactive_user_reactivates_the_user() {
    async fn row(server: &Caller) {
        let first = r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"ada@acme.example",
            "externalId":"00ujl29u0le5T6Aj10h7","name":{"givenName":"Ada","familyName":"Lovelace"},"active":true}"#;
        let id = create(server, first).await;
        patch(server, &user(&id), DISABLE).await.expect(200);
        let again = r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"Ada@ACME.example",
            "externalId":"00ujl29u0le5T6Aj10h7","name":{"givenName":"Ada","familyName":"King"},
            "groups":[],"password":"1mz050nq","active":true}"#;
        let answer = send(server, "POST", "/scim/v2/Users", again).await;
        let back = answer.expect(201);
        assert_eq!(back["id"], id);
        assert_eq!(back["active"], true);
        assert_eq!(back["userName"], "Ada@ACME.example");
        assert_eq!(back["name"]["familyName"], "King");
        assert_eq!(found(server, "Users", BY_NAME).await, [id.as_str()]);
        assert_eq!(
            found(server, "Users", "externalId+eq+%2200ujl29u0le5T6Aj10h7%22").await,
            [id.as_str()]
        );
        // An active user is a conflict.
        let answer = send(server, "POST", "/scim/v2/Users", again).await;
        answer.expect_error(409, Some("uniqueness"));
        // A user created as disabled stays disabled.
        patch(server, &user(&id), DISABLE).await.expect(200);
        let still = again.replace(r#""active":true"#, r#""active":false"#);
        let answer = send(server, "POST", "/scim/v2/Users", &still).await;
        assert_eq!(answer.expect(201)["id"], id);
        assert_eq!(at(server, &user(&id)).await["active"], false);
    }
    let memory = MemoryScene::start();
    row(&memory).await;
    let all = at(&memory, "/scim/v2/Users").await;
    assert_eq!(all["totalResults"], 1);
    let scene = Scene::start().await;
    row(&scene).await;
    assert_eq!(scene.hubspot().user_by_email(ADA), None);

    // A rename: the client disables the user, and creates one with the same `externalId` and a new name.
    let memory = MemoryScene::start();
    let old = r#"{"userName":"ada@acme.example","externalId":"00u1","active":false}"#;
    let id = create(&memory, old).await;
    let new = r#"{"userName":"ada.king@acme.example","externalId":"00u1","active":true}"#;
    assert_eq!(create(&memory, new).await, id);
    assert_eq!(memory.find(ADA).await, None);
    assert_eq!(
        found(&memory, "Users", "externalId+eq+%2200u1%22").await,
        [id]
    );

    // RFC 7644 §3.3 does not allow this.
    let memory = MemoryScene::with_profile(Profile::rfc());
    let document = r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"ada@acme.example","active":false}"#;
    create(&memory, document).await;
    let answer = send(&memory, "POST", "/scim/v2/Users", document).await;
    answer.expect_error(409, Some("uniqueness"));
}

/// F7. Entra ID sends this. If a server does not understand it, a leaver stays active (C2, C37).
#[tokio::test]
async fn failure_07_a_text_false_disables() {
    async fn row(server: &Caller) {
        let path = user(&someone(server, ADA).await);
        for (value, active) in [
            (r#""False""#, false),
            (r#""True""#, true),
            (r#""false""#, false),
            (r#""true""#, true),
            (r#""FALSE""#, false),
        ] {
            let operation = format!(r#"[{{"op":"Replace","path":"active","value":{value}}}]"#);
            assert_eq!(
                patch(server, &path, &operation).await.expect(200)["active"],
                active,
                "{value}"
            );
            assert_eq!(at(server, &path).await["active"], active, "{value}");
        }
        let document = r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"ada@acme.example","active":"True"}"#;
        assert_eq!(
            send(server, "PUT", &path, document).await.expect(200)["active"],
            true
        );
        let document = document.replace("True", "False");
        assert_eq!(
            send(server, "PUT", &path, &document).await.expect(200)["active"],
            false
        );
    }
    row(&MemoryScene::start()).await;
    let scene = Scene::start().await;
    row(&scene).await;
    assert_eq!(scene.hubspot().user_by_email(ADA), None);
}

/// F11. Okta uses PUT or a PATCH without a path, Entra ID a path. Both read the user in the answer (C37, C39, C43, C45).
#[tokio::test]
async fn failure_11_every_form_of_disabling_answers_with_the_user() {
    async fn row(server: &Caller) {
        let path = user(&someone(server, ADA).await);
        for operations in [
            r#"[{"op":"Replace","path":"active","value":"False"}]"#,
            r#"[{"op":"replace","path":"active","value":false}]"#,
            r#"[{"op":"replace","value":{"active":false}}]"#,
            r#"[{"op":"Add","path":"active","value":false}]"#,
            r#"[{"op":"replace","path":"urn:ietf:params:scim:schemas:core:2.0:User:active","value":false}]"#,
        ] {
            let answer = patch(server, &path, operations).await;
            let shown = answer.expect(200);
            assert_eq!(shown["active"], false, "{operations}");
            assert_eq!(shown["userName"], ADA);
            assert_eq!(at(server, &path).await["active"], false, "{operations}");
            // Disabling twice is no error.
            patch(server, &path, operations).await.expect(200);
            let enable = r#"[{"op":"Replace","path":"active","value":"True"}]"#;
            assert_eq!(
                patch(server, &path, enable).await.expect(200)["active"],
                true
            );
            patch(server, &path, enable).await.expect(200);
        }
        let mut document = at(server, &path).await;
        document["active"] = json!(false);
        let answer = send(server, "PUT", &path, &document.to_string()).await;
        assert_eq!(answer.expect(200)["active"], false);
        assert_eq!(at(server, &path).await["active"], false);
    }
    row(&MemoryScene::start()).await;
    let scene = Scene::start().await;
    row(&scene).await;
    assert_eq!(scene.hubspot().user_by_email(ADA), None);
}

/// F15. Entra ID and authentik delete twice.
#[tokio::test]
async fn failure_15_delete_is_204_and_then_404() {
    async fn row(server: &Caller) {
        let path = user(&someone(server, ADA).await);
        server.delete(&path).await.expect_no_content();
        server.delete(&path).await.expect_error(404, None);
        server.get(&path).await.expect_error(404, None);
        assert_eq!(server.find(ADA).await, None);
    }
    let memory = MemoryScene::start();
    row(&memory).await;
    let path = crate::group(&crate::team(&memory, "Sales", &[]).await);
    memory.delete(&path).await.expect_no_content();
    memory.delete(&path).await.expect_error(404, None);
    let scene = Scene::start().await;
    row(&scene).await;
    assert_eq!(scene.hubspot().user_by_email(ADA), None);
}

/// F17. Okta's tests and Microsoft's validator check this (C25, C34).
#[tokio::test]
async fn failure_17_a_user_name_ignores_case_and_is_kept_as_sent() {
    async fn row(server: &Caller) {
        let id = someone(server, "Ada@ACME.example").await;
        assert_eq!(found(server, "Users", BY_NAME).await, [id.as_str()]);
        assert_eq!(at(server, &user(&id)).await["userName"], "Ada@ACME.example");
        let document = r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"ADA@acme.example","active":true}"#;
        send(server, "POST", "/scim/v2/Users", document)
            .await
            .expect_error(409, Some("uniqueness"));
        let respelt = r#"[{"op":"Replace","path":"userName","value":"ada@acme.example"}]"#;
        patch(server, &user(&id), respelt).await.expect(200);
        assert_eq!(at(server, &user(&id)).await["userName"], "ada@acme.example");
    }
    let memory = MemoryScene::start();
    row(&memory).await;
    // Only `userName` is unique: two users may share an e-mail address.
    let shared = r#"{"userName":"grace@acme.example","emails":[{"value":"ada@acme.example","type":"work"}]}"#;
    create(&memory, shared).await;
    let scene = Scene::start().await;
    row(&scene).await;
    assert_eq!(scene.writes(), ["POST /settings/users/2026-09 201"]);
}

/// F22. Okta's custom application puts whole documents (C43, C44).
#[tokio::test]
async fn failure_22_put_keeps_attributes_that_the_client_cannot_write() {
    async fn row(server: &Caller) {
        let path = user(&someone(server, ADA).await);
        let before = at(server, &path).await;
        let bare = r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"ada@acme.example"}"#;
        assert_eq!(
            send(server, "PUT", &path, bare).await.expect(200)["active"],
            true
        );
        patch(server, &path, DISABLE).await.expect(200);
        let read_only = r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"ada@acme.example",
            "id":"another","meta":{"version":"W/\"0\"","resourceType":"Robot"},"groups":[{"value":"all"}],"active":null}"#;
        for document in [bare, read_only] {
            let answer = send(server, "PUT", &path, document).await;
            let put = answer.expect(200);
            assert_eq!(put["active"], false, "{document}");
            assert_eq!(put["id"], before["id"]);
            assert_eq!(put["meta"]["resourceType"], "User");
            assert_eq!(put.get("groups"), None);
        }
        assert_eq!(at(server, &path).await["active"], false);
        let nobody = r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"name":{"givenName":"Ada"}}"#;
        send(server, "PUT", &path, nobody)
            .await
            .expect_error(400, Some("invalidValue"));
    }
    row(&MemoryScene::start()).await;
    let scene = Scene::start().await;
    row(&scene).await;
    assert_eq!(scene.hubspot().user_by_email(ADA), None);
}

/// F29. Entra ID searches by `externalId` before it writes (C26).
#[tokio::test]
async fn failure_29_the_external_id_is_stored_and_searchable() {
    async fn row(server: &Caller) {
        let document = r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"ada@acme.example",
            "externalId":"0a21f0f2-8d2a","active":true}"#;
        let id = create(server, document).await;
        let path = user(&id);
        for (external_id, change) in [
            ("0a21f0f2-8d2a", "[]"),
            (
                "Eqpj",
                r#"[{"op":"Replace","path":"externalId","value":"Eqpj"}]"#,
            ),
            (
                "Bjfe",
                r#"[{"op":"replace","value":{"externalId":"Bjfe"}}]"#,
            ),
        ] {
            patch(server, &path, change).await.expect(200);
            assert_eq!(at(server, &path).await["externalId"], external_id);
            let filter = format!("externalId+eq+%22{external_id}%22");
            assert_eq!(found(server, "Users", &filter).await, [id.as_str()]);
        }
        let put = document.replace("0a21f0f2-8d2a", "jyoung");
        assert_eq!(
            send(server, "PUT", &path, &put).await.expect(200)["externalId"],
            "jyoung"
        );
        assert_eq!(
            found(server, "Users", "externalId+eq+%22jyoung%22").await,
            [id.as_str()]
        );
        assert!(
            found(server, "Users", "externalId+eq+%22Bjfe%22")
                .await
                .is_empty()
        );
    }
    let memory = MemoryScene::start();
    row(&memory).await;
    let group = r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"Sales","externalId":"8aa1a0c0"}"#;
    let answer = send(&memory, "POST", "/scim/v2/Groups", group).await;
    assert_eq!(answer.expect(201)["externalId"], "8aa1a0c0");
    assert_eq!(
        found(&memory, "Groups", "externalId+eq+%228aa1a0c0%22").await,
        [answer.id()]
    );
    let scene = Scene::start().await;
    row(&scene).await;
}
