//! Okta's literal requests for one user, from a custom app (AIW: PUT) and a catalog app (OIN: PATCH)
//! (`docs/evidence.md`, C22, C32 to C34, C41 to C45).

use scim_tests::{Answer, Scene, okta_user, patch_op};
use serde_json::{Value, json};

const ADA: &str = "test.user@okta.example";
const PASSWORD: &str = "1mz050nq";

fn user_path(id: &str) -> String {
    format!("/scim/v2/Users/{id}")
}

/// The form of every AIW write: a GET, and a PUT of the answer with Okta's values merged in.
async fn read_and_put(scene: &Scene, id: &str, merge: impl FnOnce(&mut Value)) -> Answer {
    let read = scene.get(&user_path(id)).await;
    let mut document = read.expect(200).clone();
    merge(&mut document);
    scene.hubspot().clear_requests();
    scene.put(&user_path(id), &document).await
}

#[tokio::test]
async fn the_connector_test_lists_two_users() {
    let scene = Scene::start().await;
    let answer = scene.get("/scim/v2/Users?startIndex=1&count=2").await;
    let page = answer.expect(200);
    assert_eq!(page["totalResults"], 12);
    assert_eq!(page["itemsPerPage"], 2);
    let first = &page["Resources"][0];
    // Okta's test reads these attributes of the first user.
    for attribute in ["id", "userName", "name", "emails", "active", "schemas"] {
        assert!(!first[attribute].is_null(), "{attribute}");
    }
    assert_eq!(
        scene.calls(),
        [
            "GET /settings/users/2026-09/roles 200",
            "GET /settings/users/2026-09?limit=100 200",
        ]
    );
}

#[tokio::test]
async fn a_user_is_searched_for_and_created() {
    let scene = Scene::start().await;
    let lookup = "/scim/v2/Users?filter=userName%20eq%20%22test.user%40okta.example%22&startIndex=1&count=100";
    scene.get(lookup).await.expect_list(0);
    let read = "GET /settings/users/2026-09/test.user%40okta.example?idProperty=EMAIL 404";
    assert_eq!(scene.calls(), [read]);

    let answer = scene.post("/scim/v2/Users", &okta_user(ADA)).await;
    let user = answer.expect(201);
    let held = scene.member(ADA);
    assert_eq!(user["id"], held.id);
    assert_eq!(user["externalId"], "00ujl29u0le5T6Aj10h7");
    assert_eq!(user["userName"], ADA);
    assert_eq!(user["name"]["givenName"], "Ada");
    assert_eq!(
        scene.calls(),
        [
            read,
            "GET /settings/users/2026-09/roles 200",
            "POST /settings/users/2026-09 201",
        ]
    );
    let found = scene.get(lookup).await;
    assert_eq!(found.expect_list(1)[0], *user);
}

#[tokio::test]
async fn the_password_is_never_stored_sent_or_shown() {
    let scene = Scene::start().await;
    let answer = scene.post("/scim/v2/Users", &okta_user(ADA)).await;
    answer.expect(201);
    let put = read_and_put(&scene, answer.id(), |user| {
        user["password"] = PASSWORD.into();
    })
    .await;
    let patch = patch_op(&json!([{"op": "replace", "value": {"password": PASSWORD}}]));
    let patched = scene.patch(&user_path(answer.id()), &patch).await;
    let read = scene.get(&user_path(answer.id())).await;
    for answer in [&answer, &put, &patched, &read] {
        assert!(answer.status() < 300);
        assert!(!answer.text().contains(PASSWORD), "{}", answer.text());
        assert!(!answer.text().contains("password"), "{}", answer.text());
    }
    for request in scene.hubspot().requests() {
        let body = request.body.unwrap_or_default().to_string();
        assert!(!body.contains(PASSWORD), "{body}");
    }
    for record in scene.state().all().await.unwrap() {
        let kept = format!("{:?} {:?} {record:?}", record.last_seen, record.other_email);
        assert!(!kept.contains(PASSWORD));
    }
}

#[tokio::test]
async fn an_unchanged_put_costs_no_write() {
    let scene = Scene::start().await;
    let id = scene.create(&okta_user(ADA)).await;
    let before = scene.get(&user_path(&id)).await;
    let answer = read_and_put(&scene, &id, |_| {}).await;
    assert_eq!(answer.expect(200), before.json());
    assert_eq!(
        scene.calls(),
        [format!("GET /settings/users/2026-09/{id} 200")]
    );
}

#[tokio::test]
async fn an_update_is_a_put_of_the_whole_document() {
    let scene = Scene::start().await;
    let mut request = okta_user(ADA);
    request["roles"] = json!([{"value": "Sales Rep"}]);
    let id = scene.create(&request).await;
    let answer = read_and_put(&scene, &id, |user| {
        // Captured: `formatted` is stale, and the document has attributes that the server lacks.
        user["name"] =
            json!({"familyName": "Smith", "formatted": "Mona Octocat", "givenName": "Jane"});
        user["displayName"] = "Jane Smith".into();
        user["groups"] = json!([]);
        user["locale"] = "en-US".into();
        user["title"] = "Analyst".into();
        user["urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"] =
            json!({"department": "Sales"});
    })
    .await;
    let user = answer.expect(200);
    assert_eq!(
        user["name"],
        json!({"familyName": "Smith", "formatted": "Jane Smith", "givenName": "Jane"})
    );
    assert_eq!(user["displayName"], "Jane Smith");
    assert_eq!(user["externalId"], "00ujl29u0le5T6Aj10h7");
    assert_eq!(user["roles"][0]["value"], "Sales Rep");
    assert_eq!(
        scene.calls(),
        [
            format!("GET /settings/users/2026-09/{id} 200"),
            format!("PUT /settings/users/2026-09/{id} 200"),
            format!("GET /settings/users/2026-09/{id} 200"),
        ]
    );
    assert_eq!(scene.roles_of(ADA), ["Sales Rep"]);
}

#[tokio::test]
async fn empty_groups_in_a_put_remove_no_team() {
    let scene = Scene::start().await;
    let email = "diego.fuentes@acme.example";
    let before = scene.member(email);
    let answer = read_and_put(&scene, &before.id, |user| {
        user["groups"] = json!([]);
        user["externalId"] = "00u6a15d23T9AeHhF5d7".into();
        user["name"]["givenName"] = "James".into();
    })
    .await;
    assert_eq!(answer.expect(200)["name"]["givenName"], "James");
    let after = scene.member(email);
    assert_eq!(after.primary_team_id, before.primary_team_id);
    assert_eq!(after.secondary_team_ids, before.secondary_team_ids);
    assert_eq!(after.role_ids, before.role_ids);
}

#[tokio::test]
async fn a_put_changes_the_user_of_its_path_whatever_id_and_meta_it_has() {
    let scene = Scene::start().await;
    let id = scene.create(&okta_user(ADA)).await;
    let answer = read_and_put(&scene, &id, |user| {
        user["id"] = "5fc0c238-1112-11e8-8e45-920c87bdbd75".into();
        user["meta"] = json!({
            "created": "2018-02-13T15:05:24.000-08:00",
            "location": "https://elsewhere.example/Users/1",
            "resourceType": "User",
        });
    })
    .await;
    let user = answer.expect(200);
    assert_eq!(user["id"], id);
    let location = format!("https://scim.acme.example/scim/v2/Users/{id}");
    assert_eq!(user["meta"]["location"], location);
    assert!(scene.writes().is_empty());
}

#[tokio::test]
async fn a_catalog_app_deactivates_and_reactivates_by_a_patch_without_a_path() {
    let scene = Scene::start().await;
    let id = scene.create(&okta_user(ADA)).await;
    let set = |active: bool| patch_op(&json!([{"op": "replace", "value": {"active": active}}]));

    let answer = scene.patch(&user_path(&id), &set(false)).await;
    assert_eq!(answer.expect(200)["active"], false);
    assert_eq!(answer.id(), id);
    assert_eq!(
        scene.writes(),
        [format!("DELETE /settings/users/2026-09/{id} 204")]
    );
    assert_eq!(scene.hubspot().user_by_email(ADA), None);

    let answer = scene.patch(&user_path(&id), &set(true)).await;
    assert_eq!(answer.expect(200)["active"], true);
    assert_eq!(answer.id(), id);
    assert_eq!(scene.writes(), ["POST /settings/users/2026-09 201"]);
    assert_eq!(scene.member(ADA).id, id);
}

#[tokio::test]
async fn a_custom_app_deactivates_and_reactivates_by_put() {
    let scene = Scene::start().await;
    let mut request = okta_user(ADA);
    request["roles"] = json!([{"value": "Marketing Editor"}]);
    let id = scene.create(&request).await;

    let answer = read_and_put(&scene, &id, |user| user["active"] = false.into()).await;
    assert_eq!(answer.expect(200)["active"], false);
    assert_eq!(
        scene.writes(),
        [format!("DELETE /settings/users/2026-09/{id} 204")]
    );
    assert_eq!(scene.hubspot().user_by_email(ADA), None);

    let answer = read_and_put(&scene, &id, |user| user["active"] = true.into()).await;
    let user = answer.expect(200);
    assert_eq!(user["active"], true);
    assert_eq!(user["id"], id);
    assert_eq!(user["roles"][0]["value"], "Marketing Editor");
    assert_eq!(scene.writes(), ["POST /settings/users/2026-09 201"]);
    assert_eq!(scene.roles_of(ADA), ["Marketing Editor"]);
}

#[tokio::test]
async fn a_put_deactivates_whatever_else_it_changes() {
    let scene = Scene::start().await;
    let id = scene.create(&okta_user(ADA)).await;
    let answer = read_and_put(&scene, &id, |user| {
        user["active"] = false.into();
        user["userName"] = "left@okta.example".into();
        user["emails"] = json!([{"primary": true, "type": "work", "value": "left@okta.example"}]);
        user["roles"] = json!([{"value": "Super Admin"}]);
        user["name"]["familyName"] = "Byron".into();
    })
    .await;
    let user = answer.expect(200);
    assert_eq!(user["active"], false);
    assert_eq!(user["userName"], ADA);
    assert_eq!(scene.hubspot().user_by_email(ADA), None);
}

#[tokio::test]
async fn a_put_without_active_keeps_it() {
    let scene = Scene::start().await;
    let id = scene.create(&okta_user(ADA)).await;
    let without_active = |user: &mut Value| {
        user.as_object_mut().unwrap().remove("active");
        user["name"]["familyName"] = "Byron".into();
    };
    let answer = read_and_put(&scene, &id, without_active).await;
    assert_eq!(answer.expect(200)["active"], true);
    assert_eq!(answer.json()["name"]["familyName"], "Byron");

    read_and_put(&scene, &id, |user| user["active"] = false.into())
        .await
        .expect(200);
    let answer = read_and_put(&scene, &id, |user| {
        user.as_object_mut().unwrap().remove("active");
        user["name"]["familyName"] = "King".into();
    })
    .await;
    assert_eq!(answer.expect(200)["active"], false);
    assert!(scene.writes().is_empty());
    assert_eq!(scene.hubspot().user_by_email(ADA), None);

    // The changes made during the absence apply when the user returns.
    let answer = read_and_put(&scene, &id, |user| user["active"] = true.into()).await;
    assert_eq!(answer.expect(200)["name"]["familyName"], "King");
    let held = scene.member(ADA);
    assert_eq!(held.last_name.as_deref(), Some("King"));
}

#[tokio::test]
async fn a_put_that_changes_the_address_is_refused_and_changes_nothing() {
    let scene = Scene::start().await;
    let id = scene.create(&okta_user(ADA)).await;
    let account = scene.hubspot().users();
    let before = scene.get(&user_path(&id)).await;
    let answer = read_and_put(&scene, &id, |user| {
        user["userName"] = "renamed@okta.example".into();
        user["name"]["familyName"] = "Byron".into();
    })
    .await;
    let detail = answer.expect_error(400, Some("mutability"));
    assert!(detail.contains("userName"), "{detail}");
    assert!(scene.writes().is_empty());
    assert_eq!(scene.hubspot().users(), account);
    assert_eq!(scene.get(&user_path(&id)).await.json(), before.json());
}

#[tokio::test]
async fn a_post_reactivates_a_reassigned_user() {
    let scene = Scene::start().await;
    let id = scene.create(&okta_user(ADA)).await;
    read_and_put(&scene, &id, |user| user["active"] = false.into())
        .await
        .expect(200);
    scene.hubspot().clear_requests();
    let answer = scene.post("/scim/v2/Users", &okta_user(ADA)).await;
    assert_eq!(answer.expect(201)["active"], true);
    assert_eq!(answer.id(), id);
    assert_eq!(scene.writes(), ["POST /settings/users/2026-09 201"]);
}
