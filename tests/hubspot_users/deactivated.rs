//! Users whom an administrator deactivated in HubSpot's own pages.

use scim_tests::{Scene, entra_user, patch_op, with};
use serde_json::{Value, json};

const ADA: &str = "ada@acme.example";
const STRANGER: &str = "aisha.rahman@acme.example";
const SUPER_ADMIN: &str = "ingrid.halvorsen@acme.example";
const READS: [&str; 2] = ["deactivated-get=found", "deactivated-get=absent"];
const POLICIES: [&str; 2] = ["{}", r#"{"deprovision": {"no_access_role": "No Access"}}"#];

async fn account(play: &str, policy: &str) -> Scene {
    Scene::builder()
        .play(play)
        .configure(policy)
        .connected()
        .start()
        .await
}

/// Ada, managed here and later deactivated by hand.
async fn deactivated(play: &str, policy: &str) -> (Scene, String) {
    let scene = account(play, policy).await;
    let user = with(entra_user(ADA), "title", "Engineer");
    let path = format!("/scim/v2/Users/{}", scene.create(&user).await);
    assert!(scene.hubspot().deactivate_by_hand(ADA));
    (scene, path)
}

fn set(path: &str, value: &str) -> Value {
    patch_op(&json!([{"op": "Replace", "path": path, "value": value}]))
}

#[tokio::test]
async fn a_deactivated_user_is_inactive_and_found_by_every_filter() {
    for play in READS {
        for policy in POLICIES {
            let (scene, path) = deactivated(play, policy).await;
            let shown = scene.get(&path).await;
            assert_eq!(shown.expect(200)["active"], false, "{play}");
            assert_eq!(shown.json()["title"], "Engineer", "{play}");
            assert_eq!(scene.find(ADA).await.as_ref(), Some(shown.json()), "{play}");
            for filter in [
                "active+eq+false",
                "externalId+eq+%220a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef%22",
                "title+eq+%22Engineer%22",
            ] {
                let found = scene.get(&format!("/scim/v2/Users?filter={filter}")).await;
                assert_eq!(&found.expect_list(1)[0], shown.json(), "{play} {filter}");
            }
        }
    }
}

#[tokio::test]
async fn an_unmanaged_deactivated_user_is_shown() {
    for play in READS {
        let scene = account(play, "{}").await;
        let path = format!("/scim/v2/Users/{}", scene.member(STRANGER).id);
        assert!(scene.hubspot().deactivate_by_hand(STRANGER));
        assert_eq!(
            scene.get(&path).await.expect(200)["active"],
            false,
            "{play}"
        );
        assert_eq!(
            scene.find(STRANGER).await.unwrap()["active"],
            false,
            "{play}"
        );
        let listed = scene.get("/scim/v2/Users?filter=active+eq+false").await;
        assert_eq!(listed.expect_list(1)[0]["userName"], STRANGER);
    }
}

#[tokio::test]
async fn disabling_changes_nothing_in_hubspot() {
    for play in READS {
        for policy in POLICIES {
            let (scene, path) = deactivated(play, policy).await;
            let before = scene.member(ADA);
            scene.hubspot().clear_requests();
            let answer = scene.patch(&path, &set("active", "False")).await;
            assert_eq!(answer.expect(200)["active"], false);
            let mut document = entra_user(ADA);
            document["active"] = json!(false);
            let answer = scene.put(&path, &document).await;
            assert_eq!(answer.expect(200)["active"], false);
            assert!(scene.writes().is_empty(), "{play}");
            assert_eq!(scene.member(ADA), before);
        }
    }
}

#[tokio::test]
async fn enabling_is_an_error_that_names_the_remedy() {
    for play in READS {
        for policy in POLICIES {
            let (scene, path) = deactivated(play, policy).await;
            scene.hubspot().clear_requests();
            for answer in [
                scene.patch(&path, &set("active", "True")).await,
                scene.put(&path, &entra_user(ADA)).await,
                scene.post("/scim/v2/Users", &entra_user(ADA)).await,
            ] {
                let detail = answer.expect_error(400, Some("mutability"));
                assert!(
                    detail.starts_with("active: ") && detail.contains("Reactivate the user"),
                    "{detail}"
                );
            }
            assert!(scene.writes().is_empty(), "{play}");
        }
    }
}

#[tokio::test]
async fn a_user_reactivated_by_hand_is_active() {
    for play in READS {
        let (scene, path) = deactivated(play, "{}").await;
        scene
            .patch(&path, &set("active", "False"))
            .await
            .expect(200);
        assert!(scene.hubspot().reactivate_by_hand(ADA));
        let shown = scene.get(&path).await;
        assert_eq!(shown.expect(200)["active"], true, "{play}");
        assert_eq!(shown.json()["title"], "Engineer");
        scene.patch(&path, &set("active", "True")).await.expect(200);
        assert_eq!(
            scene
                .patch(&path, &set("active", "False"))
                .await
                .expect(200)["active"],
            false
        );
        assert_eq!(scene.hubspot().user_by_email(ADA), None);
    }
}

#[tokio::test]
async fn a_delete_removes_the_user_if_hubspot_does() {
    for play in READS {
        let (scene, path) = deactivated(play, "{}").await;
        scene.delete(&path).await.expect_no_content();
        assert_eq!(scene.hubspot().user_by_email(ADA), None, "{play}");
        scene.get(&path).await.expect_error(404, None);
        assert_eq!(scene.find(ADA).await, None, "{play}");

        let (scene, path) = deactivated(&format!("{play},deactivated-delete=refused"), "{}").await;
        scene
            .delete(&path)
            .await
            .expect_error(400, Some("invalidValue"));
        assert!(scene.hubspot().user_by_email(ADA).is_some());
        assert_eq!(
            scene.get(&path).await.expect(200)["active"],
            false,
            "{play}"
        );
    }
}

#[tokio::test]
async fn an_unmanaged_user_who_cannot_be_read_is_not_removed() {
    let email = SUPER_ADMIN;
    let play = "deactivated-get=absent,super-admin-delete=taken";
    let scene = account(play, "{}").await;
    let path = format!("/scim/v2/Users/{}", scene.member(email).id);
    assert!(scene.hubspot().deactivate_by_hand(email));
    let answer = scene.delete(&path).await;
    answer.expect_error(400, Some("mutability"));
    assert!(scene.hubspot().user_by_email(email).is_some());
}

#[tokio::test]
async fn a_delete_under_the_suspension_policy_forgets_the_user() {
    let (scene, path) = deactivated("deactivated-get=found", POLICIES[1]).await;
    scene.delete(&path).await.expect_no_content();
    assert_eq!(scene.roles_of(ADA), ["No Access"]);
    scene.get(&path).await.expect_error(404, None);
    assert_eq!(scene.find(ADA).await, None);
    let created = scene.post("/scim/v2/Users", &entra_user(ADA)).await;
    assert!(
        created
            .expect_error(400, Some("mutability"))
            .starts_with("active: ")
    );

    let (scene, path) = deactivated("deactivated-put=refused", POLICIES[1]).await;
    scene
        .delete(&path)
        .await
        .expect_error(400, Some("invalidValue"));
    assert_eq!(scene.get(&path).await.expect(200)["active"], false);
}

#[tokio::test]
async fn another_change_is_sent_and_hubspot_decides() {
    let (scene, path) = deactivated("deactivated-put=taken", "{}").await;
    let answer = scene.patch(&path, &set("name.familyName", "Byron")).await;
    assert_eq!(answer.expect(200)["name"]["familyName"], "Byron");
    assert_eq!(answer.json()["active"], false);
    assert_eq!(scene.member(ADA).last_name.as_deref(), Some("Byron"));
    assert_eq!(
        scene.patch(&path, &set("title", "Head")).await.expect(200)["title"],
        "Head"
    );

    let (scene, path) = deactivated("deactivated-put=refused", "{}").await;
    let answer = scene.patch(&path, &set("name.familyName", "Byron")).await;
    assert!(
        answer
            .expect_error(400, Some("invalidValue"))
            .starts_with("name.familyName")
    );
    // A request that also disables the user is not refused.
    let mut document = entra_user(ADA);
    document["active"] = json!(false);
    document["name"]["familyName"] = json!("Byron");
    assert_eq!(
        scene.put(&path, &document).await.expect(200)["name"]["familyName"],
        "Lovelace"
    );

    // A user who cannot be read is not changed: the adapter cannot tell whether it is a super admin.
    let (scene, path) = deactivated("deactivated-get=absent", "{}").await;
    scene.hubspot().clear_requests();
    for change in [set("name.familyName", "Byron"), set("title", "Head")] {
        let answer = scene.patch(&path, &change).await;
        let detail = answer.expect_error(400, Some("mutability"));
        assert!(detail.contains("Reactivate the user"), "{detail}");
    }
    assert!(scene.writes().is_empty());
}

#[tokio::test]
async fn an_inactive_creation_adopts_a_deactivated_user() {
    let plays = READS
        .map(|read| ["conflict", "revived"].map(|post| format!("{read},deactivated-post={post}")));
    for play in plays.as_flattened() {
        let scene = account(play, "{}").await;
        assert!(scene.hubspot().deactivate_by_hand(STRANGER));
        let before = scene.member(STRANGER);
        scene.hubspot().clear_requests();
        let created = scene.post("/scim/v2/Users", &entra_user(STRANGER)).await;
        assert!(
            created
                .expect_error(400, Some("mutability"))
                .starts_with("active: "),
            "{play}"
        );
        assert!(scene.writes().is_empty(), "{play}");

        let mut user = entra_user(STRANGER);
        user["active"] = json!(false);
        let created = scene.post("/scim/v2/Users", &user).await;
        assert_eq!(created.expect(201)["active"], false, "{play}");
        assert_eq!(created.id(), before.id);
        assert_eq!(
            scene.find(STRANGER).await.unwrap()["externalId"],
            user["externalId"],
            "{play}"
        );
        assert_eq!(scene.member(STRANGER).role_ids, before.role_ids);
        let writes = scene.writes();
        assert!(
            writes
                .iter()
                .all(|call| !call.starts_with("DELETE") && !call.starts_with("POST"))
        );
        assert!(scene.hubspot().reactivate_by_hand(STRANGER));
        assert_eq!(scene.find(STRANGER).await.unwrap()["active"], true);
    }
}

#[tokio::test]
async fn a_creation_is_a_conflict_if_adoption_is_refused() {
    for play in READS {
        let scene = account(play, r#"{"adopt": "refuse"}"#).await;
        assert!(scene.hubspot().deactivate_by_hand(STRANGER));
        let created = scene.post("/scim/v2/Users", &entra_user(STRANGER)).await;
        created.expect_error(409, Some("uniqueness"));
        assert!(scene.writes().is_empty(), "{play}");
    }
}

#[tokio::test]
async fn an_address_in_another_letter_case_is_judged_by_the_user_in_hubspot() {
    let scene = account("email=exact", r#"{"adopt": "if-role-matches"}"#).await;
    assert_eq!(scene.roles_of(STRANGER), ["Sales Rep"]);
    assert!(scene.hubspot().deactivate_by_hand(STRANGER));
    let without_roles = entra_user("Aisha.Rahman@acme.example");
    let created = scene.post("/scim/v2/Users", &without_roles).await;
    created.expect_error(409, Some("uniqueness"));

    let scene = account("email=exact", r#"{"super_admins": "hidden"}"#).await;
    assert!(scene.hubspot().deactivate_by_hand(SUPER_ADMIN));
    let disabled = with(entra_user("Ingrid.Halvorsen@acme.example"), "active", false);
    let created = scene.post("/scim/v2/Users", &disabled).await;
    created.expect_error(409, Some("uniqueness"));
}

#[tokio::test]
async fn creating_a_protected_deactivated_user_gets_the_same_answer() {
    let protected = format!(r#""protected_users": ["{STRANGER}"]"#);
    for play in READS {
        let scene = account(play, &format!("{{{protected}}}")).await;
        assert!(scene.hubspot().deactivate_by_hand(STRANGER));
        let created = scene.post("/scim/v2/Users", &entra_user(STRANGER)).await;
        let detail = created.expect_error(400, Some("mutability"));
        assert!(detail.starts_with("active: "), "{play}: {detail}");
        let disabled = with(entra_user(STRANGER), "active", false);
        let created = scene.post("/scim/v2/Users", &disabled).await;
        assert_eq!(created.expect(201)["active"], false, "{play}");

        let nobody = format!(r#"{{{protected}, "adopt": "refuse"}}"#);
        let scene = account(play, &nobody).await;
        assert!(scene.hubspot().deactivate_by_hand(STRANGER));
        let created = scene.post("/scim/v2/Users", &entra_user(STRANGER)).await;
        created.expect_error(409, Some("uniqueness"));
    }
}

#[tokio::test]
async fn the_listed_roles_of_a_user_who_cannot_be_read_are_ignored() {
    let minimal = r#"{"unknown_role": "minimal"}"#;
    let scene = account("deactivated-get=absent", minimal).await;
    let path = format!("/scim/v2/Users/{}", scene.member(STRANGER).id);
    assert!(scene.hubspot().deactivate_by_hand(STRANGER));
    // The list shows no permission set, which may be wrong.
    let change = set("roles", "Chef");
    let detail = scene.patch(&path, &change).await;
    let detail = detail.expect_error(400, Some("mutability"));
    assert!(detail.contains("Reactivate the user"), "{detail}");
    assert_eq!(scene.roles_of(STRANGER), ["Sales Rep"]);
}

#[tokio::test]
async fn a_long_list_shows_deactivated_users() {
    let scene = Scene::builder()
        .play("deactivated=250,deactivated-get=absent")
        .connected()
        .start()
        .await;
    let listed = scene
        .get("/scim/v2/Users?filter=active+eq+false&count=0")
        .await;
    assert_eq!(listed.expect(200)["totalResults"], 250);
    let listed = scene
        .get("/scim/v2/Users?filter=active+eq+true&count=0")
        .await;
    assert_eq!(listed.expect(200)["totalResults"], 12);
}
