//! Seats: advertised, shown, given and removed.

use hubspot_adapter::HubSpot;
use hubspot_adapter::emulator::Emulator;
use scim_core::{Profile, Provider};
use scim_tests::{Scene, entra_user, with};
use serde_json::{Value, json};

use super::{ADA, AISHA, USERS, behaviors, builder, held, holding, patch, shown};

#[tokio::test]
async fn without_the_scope_entitlements_are_not_advertised_shown_or_written() {
    let scene = Scene::start().await;
    let schemas = scene.get("/scim/v2/Schemas").await;
    assert!(!schemas.expect(200).to_string().contains("entitlements"));
    let id = scene.member(AISHA).id;
    let path = format!("/scim/v2/Users/{id}");
    let answer = scene.get(&path).await;
    assert_eq!(answer.expect(200).get("entitlements"), None);
    let document = with(answer.json().clone(), "entitlements", ["throne"]);
    scene.put(&path, &document).await.expect(200);
    let wanted = json!([{"op": "replace", "path": "entitlements", "value": [{"value": "throne"}]}]);
    patch(&scene, &id, &wanted).await.expect(200);
    patch(
        &scene,
        &id,
        &json!([{"op": "remove", "path": "entitlements"}]),
    )
    .await
    .expect(200);
    assert!(scene.writes().is_empty());
    assert_eq!(held(&scene, AISHA), ["core", "sales"]);
    let created = scene.post("/scim/v2/Users", &holding(["throne"])).await;
    assert_eq!(created.expect(201).get("entitlements"), None);
    assert!(scene.calls().iter().all(|call| !call.contains("seats")));

    let strict = Scene::builder().profile(Profile::rfc()).start().await;
    let refused = strict.post("/scim/v2/Users", &holding(["core"])).await;
    refused.expect_error(400, Some("invalidSyntax"));
}

#[tokio::test]
async fn the_scope_at_the_start_decides_about_entitlements() {
    let users = "crm.objects.users.read,crm.objects.users.write";
    for (scopes, expected) in [(vec!["settings.billing.write"], true), (vec![], false)] {
        let scopes = users.split(',').chain(scopes);
        let account = Emulator::builder().scopes(scopes).start().await.unwrap();
        let client = account.client().build().unwrap();
        let (hubspot, _) = HubSpot::builder(client).connect().await;
        let users = hubspot.users();
        let schema = users.resource_type().schema();
        assert_eq!(schema.attribute("entitlements").is_some(), expected);
    }
}

#[tokio::test]
async fn with_the_scope_entitlements_are_advertised_and_shown() {
    let scene = builder().start().await;
    let schemas = scene.get("/scim/v2/Schemas").await;
    assert!(schemas.expect(200).to_string().contains("\"entitlements\""));
    let id = scene.member(AISHA).id;
    let answer = scene.get(&format!("/scim/v2/Users/{id}")).await;
    answer.expect(200);
    assert_eq!(shown(&answer), ["core", "sales"]);
    let filter = "/scim/v2/Users?filter=entitlements+eq+%22service%22";
    scene.get(filter).await.expect_list(2);
    // Okta's PUT of the document it read changes nothing.
    let path = format!("/scim/v2/Users/{id}");
    let answer = scene.put(&path, answer.json()).await;
    answer.expect(200);
    assert_eq!(shown(&answer), ["core", "sales"]);
    assert!(
        scene
            .calls()
            .iter()
            .all(|call| call.starts_with("GET /settings/users") && !call.contains("seats"))
    );
}

#[tokio::test]
async fn a_creation_gives_the_seats_in_every_form_of_entitlements() {
    for form in [
        json!(["core", "sales"]),
        json!([{"value": "sales"}, {"value": "core"}]),
        json!([
            {"value": "core", "display": "Core seat", "type": "seat", "primary": true},
            {"value": "sales", "display": "Sales Hub seat", "type": "seat", "primary": false},
        ]),
    ] {
        for behavior in behaviors() {
            let scene = builder().behavior(behavior).start().await;
            let answer = scene.post("/scim/v2/Users", &holding(form.clone())).await;
            answer.expect(201);
            assert_eq!(shown(&answer), ["core", "sales"], "{form}");
            assert_eq!(held(&scene, ADA), ["core", "sales"], "{form}");
            assert_eq!(scene.writes(), [format!("POST {USERS} 201")], "{form}");
        }
    }
}

#[tokio::test]
async fn a_patch_adds_removes_and_replaces_seats() {
    let puts = |count: usize, id: &str| vec![format!("PUT {USERS}/{id} 200"); count];
    for behavior in behaviors() {
        let changes: [(Value, &[&str], usize); 8] = [
            (
                json!({"op": "add", "path": "entitlements", "value": [{"value": "service"}]}),
                &["core", "sales", "service"],
                1,
            ),
            (
                json!({"op": "Add", "path": "entitlements", "value": ["sales"]}),
                &["core", "sales"],
                0,
            ),
            (
                json!({"op": "remove", "path": "entitlements[value eq \"sales\"]"}),
                &["core"],
                2,
            ),
            (
                json!({"op": "Remove", "path": "entitlements", "value": [{"value": "sales"}]}),
                &["core"],
                2,
            ),
            (
                json!({"op": "replace", "path": "entitlements", "value": [{"value": "service"}]}),
                &["service"],
                2,
            ),
            (
                json!({"op": "replace", "path": "entitlements[value eq \"sales\"].value", "value": "service"}),
                &["core", "service"],
                2,
            ),
            (json!({"op": "remove", "path": "entitlements"}), &[], 1),
            (
                json!({"op": "replace", "path": "entitlements", "value": []}),
                &[],
                1,
            ),
        ];
        for (operation, expected, count) in changes {
            let scene = builder().behavior(behavior).start().await;
            let id = scene.member(AISHA).id;
            let answer = patch(&scene, &id, &json!([operation])).await;
            answer.expect(200);
            assert_eq!(shown(&answer), expected, "{behavior} {operation}");
            assert_eq!(held(&scene, AISHA), expected, "{behavior} {operation}");
            assert_eq!(
                scene.roles_of(AISHA),
                ["Sales Rep"],
                "{behavior} {operation}"
            );
            assert_eq!(scene.writes(), puts(count, &id), "{behavior} {operation}");
        }
    }
}

#[tokio::test]
async fn a_put_sets_the_seats_unless_it_omits_entitlements() {
    for behavior in behaviors() {
        for (entitlements, expected) in [
            (Some(json!([{"value": "core"}])), vec!["core"]),
            (Some(json!([])), vec!["core", "sales"]),
            (None, vec!["core", "sales"]),
        ] {
            let scene = builder().behavior(behavior).start().await;
            let path = format!("/scim/v2/Users/{}", scene.member(AISHA).id);
            let mut document = scene.get(&path).await.json().clone();
            document.as_object_mut().unwrap().remove("entitlements");
            if let Some(entitlements) = entitlements {
                document = with(document, "entitlements", entitlements);
            }
            let answer = scene.put(&path, &document).await;
            answer.expect(200);
            assert_eq!(shown(&answer), expected, "{behavior}");
            assert_eq!(held(&scene, AISHA), expected, "{behavior}");
        }
    }
}

#[tokio::test]
async fn an_adopted_user_keeps_the_seats_unless_the_request_names_some() {
    for (user, expected) in [
        (entra_user(AISHA), vec!["core", "sales"]),
        (
            with(entra_user(AISHA), "entitlements", json!([])),
            vec!["core", "sales"],
        ),
        (
            with(entra_user(AISHA), "entitlements", ["core"]),
            vec!["core"],
        ),
    ] {
        let scene = builder().start().await;
        let answer = scene.post("/scim/v2/Users", &user).await;
        answer.expect(201);
        assert_eq!(shown(&answer), expected);
        assert_eq!(held(&scene, AISHA), expected);
    }
}
