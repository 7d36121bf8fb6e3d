//! F5, F19, F20, F30, F31 and F39: forms of values.

use scim_tests::{Caller, MemoryScene, Scene};
use serde_json::json;

use crate::{ADA, at, create, patch, send, someone, user};

const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/// F5. Entra ID sends value paths for every multi-valued attribute (C4, C35).
#[tokio::test]
async fn failure_05_a_value_path_writes_the_selected_entry() {
    let memory = MemoryScene::start();
    let document = r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"ada@acme.example",
        "emails":[{"type":"work","value":"ada@acme.example","primary":true},{"type":"other","value":"ada@home.example"}],
        "phoneNumbers":[{"type":"work","value":"tel:+1-555-0100"},{"type":"mobile","value":"tel:+1-555-0101"}],
        "addresses":[{"type":"work","streetAddress":"1 Main","locality":"London"}]}"#;
    let path = user(&create(&memory, document).await);
    let operations = r#"[
        {"op":"Replace","path":"emails[type eq \"work\"].value","value":"ada.king@acme.example"},
        {"op":"Replace","path":"phoneNumbers[type eq \"mobile\"].value","value":"random words"},
        {"op":"Replace","path":"addresses[type eq \"work\"].streetAddress","value":"2 Main"},
        {"op":"Add","path":"addresses[type eq \"work\"].Country","value":"GB"}]"#;
    patch(&memory, &path, operations).await.expect(200);
    let held = at(&memory, &path).await;
    assert_eq!(
        held["emails"],
        json!([{"type": "work", "value": "ada.king@acme.example", "primary": true},
               {"type": "other", "value": "ada@home.example"}])
    );
    assert_eq!(
        held["phoneNumbers"],
        json!([{"type": "work", "value": "tel:+1-555-0100"}, {"type": "mobile", "value": "random words"}])
    );
    assert_eq!(
        held["addresses"],
        json!([{"type": "work", "streetAddress": "2 Main", "locality": "London", "country": "GB"}])
    );

    // HubSpot cannot change an address. The same address is no change, and HubSpot takes the names beside it.
    let scene = Scene::start().await;
    let path = user(&someone(&scene, ADA).await);
    let operations = r#"[{"op":"Replace","path":"emails[type eq \"work\"].value","value":"ada@acme.example"},
        {"op":"Replace","path":"name.familyName","value":"King"}]"#;
    patch(&scene, &path, operations).await.expect(200);
    assert_eq!(scene.member(ADA).last_name.as_deref(), Some("King"));
}

/// F19. Entra ID sends several paths of one missing entry, which become one entry (C4).
#[tokio::test]
async fn failure_19_a_value_path_without_a_match_creates_the_entry() {
    let memory = MemoryScene::start();
    let path = user(&someone(&memory, ADA).await);
    let operations = r#"[
        {"op":"Add","path":"phoneNumbers[type eq \"work\"].value","value":"+1 555 0100"},
        {"op":"Replace","path":"phoneNumbers[type eq \"fax\"].value","value":"+1 555 0101"},
        {"op":"Add","path":"addresses[type eq \"work\"].streetAddress","value":"1 Main"},
        {"op":"Add","path":"addresses[type eq \"work\"].locality","value":"London"},
        {"op":"Replace","path":"addresses[type eq \"work\"].postalCode","value":"random words"},
        {"op":"Add","path":"addresses[type eq \"other\"].formatted","value":"Room 1"},
        {"op":"Replace","path":"emails[type eq \"other\"].value","value":"ada@home.example"}]"#;
    patch(&memory, &path, operations).await.expect(200);
    let held = at(&memory, &path).await;
    assert_eq!(
        held["phoneNumbers"],
        json!([{"type": "work", "value": "+1 555 0100"}, {"type": "fax", "value": "+1 555 0101"}])
    );
    assert_eq!(
        held["addresses"],
        json!([{"type": "work", "streetAddress": "1 Main", "locality": "London", "postalCode": "random words"},
               {"type": "other", "formatted": "Room 1"}])
    );
    assert_eq!(held["emails"].as_array().unwrap().len(), 2);
    assert_eq!(
        held["emails"][1],
        json!({"type": "other", "value": "ada@home.example"})
    );

    // HubSpot has no second address and no telephone. The adapter ignores both and gives the role.
    let scene = Scene::start().await;
    let path = user(&someone(&scene, ADA).await);
    let operations = r#"[
        {"op":"Add","path":"phoneNumbers[type eq \"work\"].value","value":"+1 555 0100"},
        {"op":"Add","path":"roles[primary eq \"True\"].value","value":"Sales Rep"}]"#;
    let answer = patch(&scene, &path, operations).await;
    assert_eq!(answer.expect(200)["roles"][0]["value"], "Sales Rep");
    assert_eq!(scene.roles_of(ADA), ["Sales Rep"]);
}

/// F20. Entra ID sends a manager in all these forms (C7, C8, C14), and repeats it in each cycle if no answer shows it.
#[tokio::test]
async fn failure_20_a_manager_is_accepted_in_any_form_and_shown_in_one() {
    let memory = MemoryScene::start();
    let boss = someone(&memory, "boss@acme.example").await;
    let path = user(&someone(&memory, ADA).await);
    for value in [
        r#"{"op":"Add","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager","value":"{id}"}"#,
        r#"{"op":"Replace","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager","value":{"value":"{id}"}}"#,
        r#"{"op":"Add","path":"manager","value":[{"$ref":"http://localhost/Users/{id}","value":"{id}"}]}"#,
        r#"{"op":"Replace","value":{"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager":"{id}"}}"#,
        r#"{"op":"Replace","value":{"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"manager":"{id}"}}}"#,
    ] {
        let set = format!("[{}]", value.replace("{id}", &boss));
        patch(&memory, &path, &set).await.expect(200);
        assert_eq!(
            at(&memory, &path).await[ENTERPRISE]["manager"]["value"],
            boss,
            "{value}"
        );
        for empty in [r#""""#, "null", r#"{"value":""}"#] {
            let clear =
                format!(r#"[{{"op":"Replace","path":"{ENTERPRISE}:manager","value":{empty}}}]"#);
            patch(&memory, &path, &clear).await.expect(200);
            assert_eq!(at(&memory, &path).await.get(ENTERPRISE), None, "{empty}");
            patch(&memory, &path, &set).await.expect(200);
        }
    }
    let plain = format!(
        r#"{{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"ben@acme.example",
        "{ENTERPRISE}":{{"manager":"{boss}"}}}}"#
    );
    let held = at(&memory, &user(&create(&memory, &plain).await)).await;
    assert_eq!(held[ENTERPRISE], json!({"manager": {"value": boss}}));

    // HubSpot has no managers. The adapter ignores the manager and applies the rest.
    let scene = Scene::start().await;
    let path = user(&someone(&scene, ADA).await);
    let both = r#"[{"op":"Add","path":"manager","value":[{"$ref":null,"value":"1"}]},
        {"op":"Replace","path":"name.givenName","value":"Augusta"}]"#;
    patch(&scene, &path, both).await.expect(200);
    assert_eq!(scene.member(ADA).first_name.as_deref(), Some("Augusta"));
}

/// F30. Entra ID, Google and `OneLogin` send such URNs (C11).
#[tokio::test]
async fn failure_30_unknown_schema_urns_are_ignored() {
    async fn row(server: &Caller) {
        for (number, schemas) in [
            r#""schemas":["urn:scim:schemas:core:1.0","urn:ietf:params:scim:schemas:core:2.0:User"],"#,
            r#""schemas":["urn:scim:schemas:core:2.0","urn:scim:schemas:extension:enterprise:2.0"],"#,
            r#""schemas":["urn:ietf:params:scim:schemas:core:2.0:User","urn:ietf:params:scim:schemas:extension:enterprise:2.0User"],"#,
            r#""schemas":[],"#,
            "",
        ]
        .iter()
        .enumerate()
        {
            let document = format!(r#"{{{schemas}"userName":"user{number}@acme.example","active":true}}"#);
            let answer = send(server, "POST", "/scim/v2/Users", &document).await;
            let made = answer.expect(201);
            assert_eq!(made["schemas"], json!(["urn:ietf:params:scim:schemas:core:2.0:User"]), "{schemas}");
            let put = send(server, "PUT", &user(answer.id()), &document).await;
            assert_eq!(put.expect(200)["userName"], format!("user{number}@acme.example"));
        }
    }
    let memory = MemoryScene::start();
    row(&memory).await;
    let group = r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group",
        "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"],"displayName":"Sales"}"#;
    let answer = send(&memory, "POST", "/scim/v2/Groups", group).await;
    assert_eq!(
        answer.expect(201)["schemas"],
        json!(["urn:ietf:params:scim:schemas:core:2.0:Group"])
    );
    let scene = Scene::start().await;
    row(&scene).await;
    assert!(
        scene
            .hubspot()
            .user_by_email("user4@acme.example")
            .is_some()
    );
}

/// F31. Google reads core attributes at the top level. Microsoft's validator flags an empty extension.
#[tokio::test]
async fn failure_31_answers_are_canonical() {
    async fn row(server: &Caller) {
        let document = r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],
            "urn:ietf:params:scim:schemas:core:2.0:User":{"userName":"ada@acme.example","active":"True"},
            "name":{"givenName":"Ada","familyName":"Lovelace","middleName":null,"honorificPrefix":""},
            "emails":[{"primary":"True","type":"work","value":"ada@acme.example","display":null}],
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":null,"costCenter":""},
            "nickName":null,"phoneNumbers":[],"password":"1mz050nq"}"#;
        let answer = send(server, "POST", "/scim/v2/Users", document).await;
        let made = answer.expect(201).clone();
        let read = server.get(&user(answer.id())).await;
        assert_eq!(*read.expect(200), made);
        for text in [answer.text(), read.text()] {
            for absent in [
                "null",
                "1mz050nq",
                "enterprise",
                ":\"\"",
                "[]",
                "{}",
                "\"True\"",
            ] {
                assert!(!text.contains(absent), "{absent}: {text}");
            }
        }
        assert_eq!(made["userName"], ADA);
        assert_eq!(made["active"], true);
        assert_eq!(made["emails"][0]["primary"], true);
        assert_eq!(
            made["schemas"],
            json!(["urn:ietf:params:scim:schemas:core:2.0:User"])
        );
    }
    row(&MemoryScene::start()).await;
    let scene = Scene::start().await;
    row(&scene).await;
    assert_eq!(scene.member(ADA).first_name.as_deref(), Some("Ada"));
}

/// F39. Entra ID sends app roles in three forms: single, complex and assertive (C29, C36).
#[tokio::test]
async fn failure_39_app_roles_are_objects_or_json_in_a_text() {
    const ROLE: &str = "Sales Rep";
    async fn row(server: &Caller) {
        let single = r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"ada@acme.example","active":true,
            "roles":[{"primary":"True","type":"WindowsAzureActiveDirectoryRole","displayName":"Sales Rep","value":"Sales Rep"}]}"#;
        let path = user(&create(server, single).await);
        let held = at(server, &path).await;
        assert_eq!(held["roles"][0]["value"], ROLE);
        assert_eq!(held["roles"][0]["primary"], true);
        let assertive = r#"[{"op":"replace","path":"roles","value":[
            {"primary":false,"type":"WindowsAzureActiveDirectoryRole","display":"Read Only","value":"Read Only"}]}]"#;
        patch(server, &path, assertive).await.expect(200);
        let held = at(server, &path).await;
        assert_eq!(held["roles"].as_array().unwrap().len(), 1);
        assert_eq!(held["roles"][0]["value"], "Read Only");
        patch(
            server,
            &path,
            r#"[{"op":"replace","path":"roles","value":[]}]"#,
        )
        .await
        .expect(200);
        let complex = r#"[{"op":"Add","path":"roles","value":[
            {"value":"{\"id\":\"06b07648-ecfe-589f-9d2f-6325724a46ee\",\"value\":\"Sales Rep\",\"displayName\":\"Role1234\"}"}]}]"#;
        patch(server, &path, complex).await.expect(200);
        let held = at(server, &path).await;
        let roles = held["roles"].as_array().expect("roles");
        assert!(roles.iter().any(|role| role["value"] == ROLE), "{held}");
    }
    row(&MemoryScene::start()).await;
    let scene = Scene::start().await;
    row(&scene).await;
    assert_eq!(scene.roles_of(ADA), [ROLE]);
}
