//! Entra ID's literal requests for one user: create, read, and update in both dialects
//! (`docs/evidence.md`, C30, C31, C33, C35, C40, C46).

use scim_core::Profile;
use scim_tests::{Scene, entra_user, patch_op};
use serde_json::{Value, json};

const ADA: &str = "ada@acme.example";
const ROLES: &str = "GET /settings/users/2026-09/roles 200";
const POST: &str = "POST /settings/users/2026-09 201";

fn user_path(id: &str) -> String {
    format!("/scim/v2/Users/{id}")
}

/// The expected calls of an operation on one user, from their short forms.
fn on(id: &str, lines: &[&str]) -> Vec<String> {
    let call = |line: &&str| match line.split_once(' ') {
        Some((method, status)) => format!("{method} /settings/users/2026-09/{id} {status}"),
        None => (*line).to_owned(),
    };
    lines.iter().map(call).collect()
}

#[tokio::test]
async fn the_create_request_of_the_tutorial_creates_a_user() {
    let scene = Scene::start().await;
    let mailbox = "Test_User_11bb11bb-cc22-dd33-ee44-55ff55ff55ff@testuser.com";
    let request = json!({
        "schemas": [
            "urn:ietf:params:scim:schemas:core:2.0:User",
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
        ],
        "externalId": "0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef",
        "userName": "Test_User_00aa00aa-bb11-cc22-dd33-44ee44ee44ee",
        "active": true,
        "emails": [{"primary": true, "type": "work", "value": mailbox}],
        "meta": {"resourceType": "User"},
        "name": {
            "formatted": "givenName familyName",
            "familyName": "familyName",
            "givenName": "givenName",
        },
        "roles": [],
    });
    let answer = scene.post("/scim/v2/Users", &request).await;
    let id = scene.member(mailbox).id;
    let location = format!("https://scim.acme.example/scim/v2/Users/{id}");
    assert_eq!(answer.header("location"), Some(location.as_str()));
    assert_eq!(
        *answer.expect(201),
        json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
            "id": id,
            "externalId": "0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef",
            "userName": "Test_User_00aa00aa-bb11-cc22-dd33-44ee44ee44ee",
            "active": true,
            "displayName": "givenName familyName",
            "emails": [{"primary": true, "type": "work", "value": mailbox}],
            "name": {
                "formatted": "givenName familyName",
                "familyName": "familyName",
                "givenName": "givenName",
            },
            "meta": {"resourceType": "User", "location": location},
        })
    );

    let asked = scene.hubspot().requests();
    assert_eq!(
        asked.last().unwrap().body,
        Some(json!({
            "email": mailbox,
            "firstName": "givenName",
            "lastName": "familyName",
            "sendWelcomeEmail": false,
        }))
    );
    assert_eq!(
        scene.calls(),
        [
            "GET /settings/users/2026-09/Test_User_11bb11bb-cc22-dd33-ee44-55ff55ff55ff%40testuser.com?idProperty=EMAIL 404",
            ROLES,
            POST,
        ]
    );

    // The user name finds the user, although HubSpot has only the address.
    let found = scene
        .get("/scim/v2/Users?filter=userName+eq+%22test_user_00aa00aa-bb11-cc22-dd33-44ee44ee44ee%22")
        .await;
    assert_eq!(found.expect_list(1)[0]["id"], id);
}

#[tokio::test]
async fn nulls_unknown_keys_and_a_misspelled_schema_are_ignored() {
    let scene = Scene::start().await;
    let request = json!({
        "schemas": [
            "urn:ietf:params:scim:schemas:core:2.0:User",
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0User",
        ],
        "externalId": "jyoung",
        "userName": "jyoung@testuser.com",
        "active": true,
        "addresses": null,
        "displayName": "Joy Young",
        "emails": [{"type": "work", "value": "jyoung@testuser.com", "primary": true}],
        "meta": {"resourceType": "User"},
        "name": {"familyName": "Young", "givenName": "Joy"},
        "phoneNumbers": null,
        "preferredLanguage": null,
        "title": null,
        "department": null,
        "manager": null,
    });
    let answer = scene.post("/scim/v2/Users", &request).await;
    let user = answer.expect(201);
    assert_eq!(user["userName"], "jyoung@testuser.com");
    assert!(!answer.text().contains("null"), "{}", answer.text());
    let held = scene.member("jyoung@testuser.com");
    assert_eq!(held.first_name.as_deref(), Some("Joy"));
    assert_eq!(held.last_name.as_deref(), Some("Young"));
}

#[tokio::test]
async fn an_undeclared_extension_and_a_text_manager_are_accepted() {
    let scene = Scene::start().await;
    let mut request = entra_user(ADA);
    request["schemas"] = json!(["urn:ietf:params:scim:schemas:core:2.0:User"]);
    request["urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"] =
        json!({"manager": "123456", "employeeNumber": "Eqpj"});
    request["urn:ietf:params:scim:schemas:extension:Acme:2.0:User"] = json!({"desk": "4"});
    let answer = scene.post("/scim/v2/Users", &request).await;
    let user = answer.expect(201);
    // `schemas` names only the schemas of the answer, and ignored attributes are not shown.
    assert_eq!(
        user["schemas"],
        json!(["urn:ietf:params:scim:schemas:core:2.0:User"])
    );
    assert!(!answer.text().contains("123456"));
}

#[tokio::test]
async fn a_user_without_any_address_is_refused() {
    let scene = Scene::start().await;
    let mut request = entra_user("Test_User_00aa00aa");
    request["emails"] = Value::Null;
    let answer = scene.post("/scim/v2/Users", &request).await;
    let detail = answer.expect_error(400, Some("invalidValue"));
    assert!(detail.contains("userName") && detail.contains("emails"));
    assert!(scene.calls().is_empty());
}

#[tokio::test]
async fn a_user_is_read_while_active_and_while_disabled() {
    let scene = Scene::start().await;
    let id = scene.create(&entra_user(ADA)).await;
    let answer = scene.get(&user_path(&id)).await;
    let active = answer.expect(200).clone();
    assert_eq!(active["active"], true);
    assert_eq!(scene.calls(), on(&id, &["GET 200"]));

    disable(&scene, &id).await;
    let answer = scene.get(&user_path(&id)).await;
    let mut expected = active;
    expected["active"] = false.into();
    assert_eq!(*answer.expect(200), expected);
    assert_eq!(scene.calls(), on(&id, &["GET 404"]));
}

async fn disable(scene: &Scene, id: &str) {
    let request = patch_op(&json!([{"op": "Replace", "path": "active", "value": "False"}]));
    scene.patch(&user_path(id), &request).await.expect(200);
    scene.hubspot().clear_requests();
}

/// The update on Microsoft's compatibility page in its default form. The adapter applies or ignores all of it but the address.
fn default_update(with_email: bool) -> Value {
    let mut operations = vec![
        json!({"op": "Replace", "path": "displayName", "value": "Pvlo"}),
        json!({"op": "Replace", "path": "emails[type eq \"work\"].value", "value": "TestBcwqnm@test.microsoft.com"}),
        json!({"op": "Replace", "path": "name.givenName", "value": "Gtfd"}),
        json!({"op": "Replace", "path": "name.familyName", "value": "Pkqf"}),
        json!({"op": "Replace", "path": "externalId", "value": "Eqpj"}),
        json!({"op": "Replace", "path": "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber", "value": "Eqpj"}),
    ];
    if !with_email {
        operations.remove(1);
    }
    patch_op(&operations.into())
}

/// The same update with the flag `aadOptscim062020`.
fn flag_update(with_email: bool) -> Value {
    let mut operations = vec![
        json!({"op": "replace", "path": "emails[type eq \"work\"].value", "value": "TestMhvaes@test.microsoft.com"}),
        json!({"op": "replace", "value": {
            "displayName": "Bjfe",
            "name.givenName": "Gtfd",
            "name.familyName": "Pkqf",
            "externalId": "Eqpj",
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber": "Aklq",
        }}),
    ];
    if !with_email {
        operations.remove(0);
    }
    patch_op(&operations.into())
}

#[tokio::test]
async fn an_update_of_the_address_is_refused_and_changes_nothing() {
    for request in [default_update(true), flag_update(true)] {
        let scene = Scene::start().await;
        let id = scene.create(&entra_user(ADA)).await;
        let before = scene.get(&user_path(&id)).await;
        let account = scene.hubspot().users();
        scene.hubspot().clear_requests();

        let answer = scene.patch(&user_path(&id), &request).await;
        let detail = answer.expect_error(400, Some("mutability"));
        assert!(detail.contains("emails"), "{detail}");
        assert_eq!(scene.calls(), on(&id, &["GET 200"]));
        assert_eq!(scene.hubspot().users(), account);
        assert_eq!(scene.get(&user_path(&id)).await.json(), before.json());
    }
}

#[tokio::test]
async fn an_update_in_either_form_answers_with_the_user() {
    for request in [default_update(false), flag_update(false)] {
        let scene = Scene::start().await;
        let id = scene.create(&entra_user(ADA)).await;
        let answer = scene.patch(&user_path(&id), &request).await;
        let user = answer.expect(200);
        assert_eq!(user["name"]["givenName"], "Gtfd");
        assert_eq!(user["name"]["familyName"], "Pkqf");
        assert_eq!(user["externalId"], "Eqpj");
        // HubSpot derives the display name. Another one is ignored.
        assert_eq!(user["displayName"], "Gtfd Pkqf");
        assert_eq!(user["emails"][0]["value"], ADA);

        let asked = scene.hubspot().requests();
        assert_eq!(
            asked[1].body,
            Some(json!({"firstName": "Gtfd", "lastName": "Pkqf"}))
        );
        // A 200 to the PUT proves nothing, so the adapter reads the user again.
        assert_eq!(scene.calls(), on(&id, &["GET 200", "PUT 200", "GET 200"]));
        let held = scene.member(ADA);
        assert_eq!(held.first_name.as_deref(), Some("Gtfd"));

        // The same update again costs no write.
        scene.patch(&user_path(&id), &request).await.expect(200);
        assert_eq!(scene.calls(), on(&id, &["GET 200"]));
    }
}

#[tokio::test]
async fn under_the_entra_profile_an_update_answers_204() {
    let scene = Scene::builder().profile(Profile::entra()).start().await;
    let id = scene.create(&entra_user(ADA)).await;
    let answer = scene.patch(&user_path(&id), &default_update(false)).await;
    answer.expect_no_content();
    let shown = scene
        .patch(
            &format!("{}?attributes=userName", user_path(&id)),
            &default_update(false),
        )
        .await;
    assert_eq!(shown.expect(200)["userName"], ADA);
}

#[tokio::test]
async fn an_attribute_that_hubspot_lacks_does_not_fail_an_update() {
    let scene = Scene::start().await;
    let id = scene.create(&entra_user(ADA)).await;
    let request = patch_op(&json!([
        {"op": "Add", "path": "phoneNumbers[type eq \"mobile\"].value", "value": "+1-555-0100"},
        {"op": "Add", "path": "addresses[type eq \"work\"].locality", "value": "Dublin"},
        {"op": "Add", "path": "title", "value": "Analyst"},
        {"op": "Add", "path": "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department", "value": "Sales"},
        {"op": "Add", "path": "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager", "value": "26743001"},
        {"op": "Replace", "path": "emails[type eq \"work\"].value", "value": "ADA@acme.example"},
        {"op": "Add", "path": "name.givenName", "value": "Augusta"},
    ]));
    let answer = scene.patch(&user_path(&id), &request).await;
    let user = answer.expect(200);
    assert_eq!(user["name"]["givenName"], "Augusta");
    assert!(!answer.text().contains("Dublin"), "{}", answer.text());
    assert_eq!(scene.writes().len(), 1);
}

#[tokio::test]
async fn an_update_without_operations_changes_nothing() {
    let scene = Scene::start().await;
    let id = scene.create(&entra_user(ADA)).await;
    let answer = scene.patch(&user_path(&id), &patch_op(&json!([]))).await;
    assert_eq!(answer.expect(200)["userName"], ADA);
    assert!(scene.writes().is_empty());
}

#[tokio::test]
async fn the_same_user_twice_is_a_conflict() {
    let scene = Scene::start().await;
    scene.create(&entra_user(ADA)).await;
    let answer = scene.post("/scim/v2/Users", &entra_user(ADA)).await;
    let detail = answer.expect_error(409, Some("uniqueness"));
    assert!(detail.contains("userName"), "{detail}");
    assert!(scene.writes().is_empty());
}
