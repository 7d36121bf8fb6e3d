//! R7, R8 and R13: the forms of PATCH requests and bodies.

use scim_tests::{Caller, MemoryScene, Scene};
use serde_json::json;

use crate::{ADA, at, create, patch, send, someone, user};

/// R7. Both dialects of Entra ID, with the operations of both kinds of Okta application (C1, C3 to C5, C35, C45).
#[tokio::test]
async fn row_07_every_form_of_patch_is_understood() {
    async fn row(server: &Caller) {
        let path = user(&someone(server, ADA).await);
        // One capitalized operation for each attribute.
        let per_attribute = r#"[
            {"op":"Replace","path":"displayName","value":"Pvlo"},
            {"op":"Replace","path":"name.givenName","value":"Gtfd"},
            {"op":"Add","path":"name.familyName","value":"Pkqf"},
            {"op":"Replace","path":"externalId","value":"Eqpj"},
            {"op":"Replace","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber","value":"Eqpj"}]"#;
        patch(server, &path, per_attribute).await.expect(200);
        let held = at(server, &path).await;
        assert_eq!(held["name"]["givenName"], "Gtfd");
        assert_eq!(held["name"]["familyName"], "Pkqf");
        assert_eq!(held["externalId"], "Eqpj");
        // One operation without a path, with dotted and qualified keys.
        let in_one = r#"[
            {"op":"replace","path":"emails[type eq \"work\"].value","value":"ada@acme.example"},
            {"op":"replace","value":{"displayName":"Bjfe","name.givenName":"Kkom","name.familyName":"Unua",
              "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber":"Aklq"}}]"#;
        patch(server, &path, in_one).await.expect(200);
        let held = at(server, &path).await;
        assert_eq!(held["name"]["givenName"], "Kkom");
        assert_eq!(held["name"]["familyName"], "Unua");
        // Operations apply in order, each to the result of the previous one. `remove` with a value writes nothing.
        let in_order = r#"[
            {"op":"Replace","path":"name.givenName","value":"First"},
            {"op":"REPLACE","path":"name.givenName","value":"Second"},
            {"op":"Remove","path":"externalId","value":"never written"}]"#;
        patch(server, &path, in_order).await.expect(200);
        let held = at(server, &path).await;
        assert_eq!(held["name"]["givenName"], "Second");
        assert_eq!(held.get("externalId"), None);
        // If one operation fails, none applies.
        let broken = r#"[
            {"op":"Replace","path":"name.givenName","value":"Third"},
            {"op":"Append","path":"name.familyName","value":"Fourth"}]"#;
        let answer = patch(server, &path, broken).await;
        answer.expect_error(400, Some("invalidSyntax"));
        assert_eq!(at(server, &path).await, held);
    }
    let memory = MemoryScene::start();
    row(&memory).await;
    let id = memory.find(ADA).await.unwrap()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let held = at(&memory, &user(&id)).await;
    assert_eq!(held["displayName"], "Bjfe");
    assert_eq!(
        held["urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],
        json!({"employeeNumber": "Aklq"})
    );
    // A value path creates a missing entry. A `remove` removes the listed entries alone.
    let entries = r#"[
        {"op":"Add","path":"phoneNumbers[type eq \"mobile\"].value","value":"+1 555 0100"},
        {"op":"Replace","path":"addresses[type eq \"work\"].locality","value":"London"},
        {"op":"Remove","path":"emails","value":[{"value":"nobody@acme.example"}]}]"#;
    patch(&memory, &user(&id), entries).await.expect(200);
    let held = at(&memory, &user(&id)).await;
    assert_eq!(
        held["phoneNumbers"],
        json!([{"type": "mobile", "value": "+1 555 0100"}])
    );
    assert_eq!(
        held["addresses"],
        json!([{"type": "work", "locality": "London"}])
    );
    assert_eq!(held["emails"][0]["value"], ADA);

    let scene = Scene::start().await;
    row(&scene).await;
    let member = scene.member(ADA);
    assert_eq!(member.first_name.as_deref(), Some("Second"));
    assert_eq!(member.last_name.as_deref(), Some("Unua"));
}

/// R8. Entra ID sends `"False"`, the Keycloak client `"false"` (C2, C37).
#[tokio::test]
async fn row_08_text_booleans_are_read_and_shown_as_booleans() {
    async fn row(server: &Caller) {
        let path = user(&someone(server, ADA).await);
        for (sent, active) in [
            (r#""False""#, false),
            (r#""True""#, true),
            (r#""false""#, false),
            (r#""true""#, true),
            ("false", false),
            ("true", true),
        ] {
            let operation = format!(r#"[{{"op":"Replace","path":"active","value":{sent}}}]"#);
            let answer = patch(server, &path, &operation).await;
            assert_eq!(answer.expect(200)["active"], active, "{sent}");
            assert_eq!(at(server, &path).await["active"], active, "{sent}");
        }
    }
    row(&MemoryScene::start()).await;
    let scene = Scene::start().await;
    row(&scene).await;
    assert!(scene.hubspot().user_by_email(ADA).is_some());

    let memory = MemoryScene::start();
    let document = r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"ada@acme.example",
        "active":"True","roles":[{"primary":"True","value":"Admin","type":"WindowsAzureActiveDirectoryRole"}]}"#;
    let held = at(&memory, &user(&create(&memory, document).await)).await;
    assert_eq!(held["active"], true);
    assert_eq!(held["roles"][0]["primary"], true);
}

/// R13. Entra ID's tutorial sends a misspelled URN, unknown keys and nulls; Google the URN of SCIM 1 (C10, C11, C30).
#[tokio::test]
async fn row_13_unknown_and_null_values_are_ignored() {
    async fn row(server: &Caller) {
        let document = r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User","urn:scim:schemas:core:1.0",
              "urn:ietf:params:scim:schemas:extension:enterprise:2.0User"],
            "externalId":"jyoung","userName":"jyoung@acme.example","active":true,"addresses":null,
            "displayName":"Joy Young","emails":[{"type":"work","value":"jyoung@acme.example","primary":true}],
            "meta":{"resourceType":"User"},"name":{"familyName":"Young","givenName":"Joy"},
            "phoneNumbers":null,"preferredLanguage":null,"title":null,"department":null,"manager":null,
            "urn:ietf:params:scim:schemas:extension:Acme:2.0:User":{"desk":"4"},"roles":[]}"#;
        let answer = send(server, "POST", "/scim/v2/Users", document).await;
        let made = answer.expect(201);
        assert_eq!(made["userName"], "jyoung@acme.example");
        assert_eq!(made["externalId"], "jyoung");
        let path = user(answer.id());
        let unknown = r#"[
            {"op":"Replace","path":"shoeSize","value":"43"},
            {"op":"Add","path":"urn:ietf:params:scim:schemas:extension:Acme:2.0:User:desk","value":"5"},
            {"op":"Replace","path":"name.familyName","value":"Old"},
            {"op":"Replace","value":{"favouriteColour":"blue","nickName":null}}]"#;
        patch(server, &path, unknown).await.expect(200);
        let read = server.get(&path).await;
        assert_eq!(read.expect(200)["name"]["familyName"], "Old");
        for absent in ["null", "shoeSize", "favouriteColour", "core:1.0"] {
            assert!(!read.text().contains(absent), "{}", read.text());
        }
        assert_eq!(
            read.json()["schemas"][0],
            "urn:ietf:params:scim:schemas:core:2.0:User"
        );
    }
    row(&MemoryScene::start()).await;
    let scene = Scene::start().await;
    row(&scene).await;
    let member = scene.member("jyoung@acme.example");
    assert_eq!(member.first_name.as_deref(), Some("Joy"));
    assert_eq!(member.last_name.as_deref(), Some("Old"));
}
