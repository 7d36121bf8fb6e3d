//! PUT, which does not replace, under every behavior.

use hubspot_adapter::client::{ErrorKind, UserUpdate};
use hubspot_adapter::dialect::{ExtraTeams, OmittedRole};
use hubspot_adapter::emulator::{Behavior, Emulator};
use serde_json::{Value, json};

use crate::support::{Scene, play, start, start_with};

const MARCUS: &str = "marcus.bennett@acme.example";

fn id(scene: &Scene, email: &str) -> String {
    scene.hubspot.user_by_email(email).unwrap().id
}

async fn put(scene: &Scene, email: &str, body: Value) -> u16 {
    let path = format!("/settings/users/2026-09/{}", id(scene, email));
    scene.bare("PUT", &path, Some(body)).await.status
}

async fn every_behavior() -> Vec<(Behavior, Scene)> {
    let mut scenes = Vec::new();
    for behavior in Behavior::main_combinations() {
        scenes.push((
            behavior,
            start_with(Emulator::builder().behavior(behavior)).await,
        ));
    }
    scenes
}

#[tokio::test]
async fn an_omitted_role_is_wiped_or_kept() {
    for (behavior, scene) in every_behavior().await {
        for (body, first) in [(json!({}), true), (json!({"roleId": null}), false)] {
            if !first {
                assert!(scene.hubspot.set_roles_by_hand(MARCUS, &["140202"]));
            }

            assert_eq!(put(&scene, MARCUS, body).await, 200);
            let user = scene.hubspot.user_by_email(MARCUS).unwrap();
            match behavior.dialect.omitted_role {
                OmittedRole::Wiped => assert!(user.role_ids.is_empty(), "{behavior}"),
                OmittedRole::Kept => assert_eq!(user.role_ids, ["140202"], "{behavior}"),
            }

            assert_eq!(user.primary_team_id.as_deref(), Some("5301"), "{behavior}");
            assert_eq!(user.secondary_team_ids, ["5305"], "{behavior}");
            assert_eq!(user.seat_names, ["core", "sales"], "{behavior}");
            assert_eq!(user.first_name.as_deref(), Some("Marcus"), "{behavior}");
        }
    }
}

#[tokio::test]
async fn a_role_replaces_all_others() {
    let two = "oluwaseun.adeyemi@acme.example";

    for behavior in ["role=wiped", "role=kept"] {
        let scene = play(behavior).await;
        let update = UserUpdate::new().with_role("140203");
        let answer = scene
            .client
            .update_user(&id(&scene, two), &update)
            .await
            .unwrap();
        assert_eq!(answer.role_ids, ["140203"], "{behavior}");
        assert!(scene.hubspot.set_roles_by_hand(two, &["140203", "140205"]));
        put(
            &scene,
            two,
            json!({"roleIds": ["140203", "140205"], "primaryTeamId": "5302"}),
        )
        .await;
        let left = scene.hubspot.user_by_email(two).unwrap().role_ids;
        assert!(left.len() <= 1, "{behavior}: {left:?}");
    }
}

#[tokio::test]
async fn an_unknown_role_changes_nothing() {
    let scene = start().await;
    let before = scene.hubspot.users();
    for role in ["999", ""] {
        let update = UserUpdate::new().with_first_name("X").with_role(role);
        let error = scene
            .client
            .update_user(&id(&scene, MARCUS), &update)
            .await
            .unwrap_err();
        assert_eq!(*error.kind(), ErrorKind::Invalid);
    }
    assert_eq!(scene.hubspot.users(), before);
}

#[tokio::test]
async fn the_main_team_is_replaced_cleared_by_an_empty_text_and_kept_by_null() {
    for (behavior, scene) in every_behavior().await {
        let main = |scene: &Scene| scene.hubspot.user_by_email(MARCUS).unwrap().primary_team_id;
        put(&scene, MARCUS, json!({"primaryTeamId": "5302"})).await;
        assert_eq!(main(&scene).as_deref(), Some("5302"), "{behavior}");
        put(&scene, MARCUS, json!({"primaryTeamId": null})).await;
        assert_eq!(main(&scene).as_deref(), Some("5302"), "{behavior}");
        put(&scene, MARCUS, json!({"primaryTeamId": ""})).await;
        assert_eq!(main(&scene), None, "{behavior}");
    }
}

#[tokio::test]
async fn extra_teams_add_or_replace() {
    for (behavior, scene) in every_behavior().await {
        let extra = |scene: &Scene| {
            scene
                .hubspot
                .user_by_email(MARCUS)
                .unwrap()
                .secondary_team_ids
        };

        put(
            &scene,
            MARCUS,
            json!({"secondaryTeamIds": ["5302", "5303"]}),
        )
        .await;
        match behavior.dialect.extra_teams {
            ExtraTeams::Additive => {
                assert_eq!(extra(&scene), ["5305", "5302", "5303"], "{behavior}");
            }
            ExtraTeams::Replacing => assert_eq!(extra(&scene), ["5302", "5303"], "{behavior}"),
        }

        put(&scene, MARCUS, json!({"secondaryTeamIds": ["5302"]})).await;
        match behavior.dialect.extra_teams {
            ExtraTeams::Additive => assert_eq!(extra(&scene).len(), 3, "{behavior}"),
            ExtraTeams::Replacing => assert_eq!(extra(&scene), ["5302"], "{behavior}"),
        }
    }
}

#[tokio::test]
async fn only_one_empty_text_clears_the_extra_teams() {
    for (behavior, scene) in every_behavior().await {
        let extra = |scene: &Scene| {
            scene
                .hubspot
                .user_by_email(MARCUS)
                .unwrap()
                .secondary_team_ids
        };

        for without_effect in [
            json!({"secondaryTeamIds": []}),
            json!({"secondaryTeamIds": null}),
        ] {
            assert_eq!(put(&scene, MARCUS, without_effect).await, 200);
            assert_eq!(extra(&scene), ["5305"], "{behavior}");
        }
        for refused in [
            json!(["", "5302"]),
            json!(["5302", ""]),
            json!(["", ""]),
            json!(["999"]),
        ] {
            assert_eq!(
                put(&scene, MARCUS, json!({"secondaryTeamIds": refused})).await,
                400
            );
            assert_eq!(extra(&scene), ["5305"], "{behavior}");
        }

        assert_eq!(
            put(&scene, MARCUS, json!({"secondaryTeamIds": [""]})).await,
            200
        );
        assert!(extra(&scene).is_empty(), "{behavior}");
    }
}

#[tokio::test]
async fn address_and_super_admin_cannot_be_written() {
    let scene = start().await;
    let body = json!({
        "email": "new@acme.example", "superAdmin": true, "id": "5", "roleId": "140202",
    });
    let before = scene.hubspot.users();
    assert_eq!(put(&scene, MARCUS, body).await, 200);
    assert_eq!(scene.hubspot.users(), before);
}

#[tokio::test]
async fn each_name_changes_by_itself() {
    let scene = start().await;
    let update = UserUpdate::new()
        .with_role("140202")
        .with_last_name("Bennett-Ruiz");
    let answer = scene
        .client
        .update_user(&id(&scene, MARCUS), &update)
        .await
        .unwrap();
    assert_eq!(answer.first_name.as_deref(), Some("Marcus"));
    assert_eq!(answer.last_name.as_deref(), Some("Bennett-Ruiz"));
    assert_eq!(scene.client.read_user(&answer.id).await.unwrap(), answer);
}

#[tokio::test]
async fn a_name_is_refused_before_the_first_sign_in() {
    let scene = play("activation=waits").await;
    let new = hubspot_adapter::client::NewUser::new("ada@acme.example").with_role("140201");
    let ada = scene.client.create_user(&new).await.unwrap();
    let update = UserUpdate::new().with_role("140202").with_first_name("Ada");
    let error = scene
        .client
        .update_user(&ada.id, &update)
        .await
        .unwrap_err();
    assert!(error.is_user_not_on_any_hubs());
    assert_eq!(*error.kind(), ErrorKind::Invalid);
    let unchanged = scene.client.read_user(&ada.id).await.unwrap();
    assert_eq!(
        unchanged.role_id.as_deref(),
        Some("140201"),
        "nothing of it took effect"
    );
    scene
        .client
        .update_user(&ada.id, &UserUpdate::new().with_role("140202"))
        .await
        .unwrap();

    assert!(scene.hubspot.activate("ada@acme.example"));
    scene.client.update_user(&ada.id, &update).await.unwrap();
    let named = scene.client.read_user(&ada.id).await.unwrap();
    assert_eq!(named.first_name.as_deref(), Some("Ada"));

    // A person who signed in once stays active, even after a removal.
    scene.client.delete_user(&ada.id).await.unwrap();
    let back = scene
        .client
        .create_user(&new.with_name("Augusta", "King"))
        .await
        .unwrap();
    assert_eq!(back.first_name.as_deref(), Some("Augusta"));
}

#[tokio::test]
async fn people_of_the_account_at_the_start_are_active() {
    let scene = play("activation=waits").await;
    assert_eq!(
        put(
            &scene,
            MARCUS,
            json!({"firstName": "Mark", "roleId": "140202"})
        )
        .await,
        200
    );
}

#[tokio::test]
async fn a_super_admin_is_not_updated() {
    let scene = start().await;
    let before = scene.hubspot.users();
    let admin = id(&scene, "tomas.novak@acme.example");
    let update = UserUpdate::new().with_role("140201");
    let error = scene.client.update_user(&admin, &update).await.unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::Invalid);
    assert_eq!(scene.hubspot.users(), before);
}

#[tokio::test]
async fn an_unknown_user_is_not_updated() {
    let scene = start().await;
    let update = UserUpdate::new().with_role("140201");
    assert!(
        scene
            .client
            .update_user("1", &update)
            .await
            .unwrap_err()
            .is_not_found()
    );

    let path = "/settings/users/2026-09/MARCUS.bennett%40acme.example?idProperty=EMAIL";
    assert_eq!(
        scene
            .bare("PUT", path, Some(json!({"roleId": "140201"})))
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn there_is_no_patch() {
    let scene = start().await;
    let path = format!("/settings/users/2026-09/{}", id(&scene, MARCUS));
    let bare = scene
        .bare("PATCH", &path, Some(json!({"firstName": "X"})))
        .await;
    assert_eq!(bare.status, 405);
    assert_eq!(bare.headers["allow"], "GET, PUT, DELETE");
}
