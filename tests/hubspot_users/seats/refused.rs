//! Seats that HubSpot does not have, does not give or does not take back.

use std::time::Duration;

use hubspot_adapter::dialect::OmittedRole;
use hubspot_adapter::emulator::Behavior;
use hubspot_adapter::emulator::Fault;
use hubspot_adapter::emulator::behavior::PaidRoleRefusal;
use scim_tests::{Scene, with};
use serde_json::json;

use super::{
    ADA, AISHA, INGRID, JAMES, LIN, NO_BILLING, SEATS, USERS, behaviors, builder, held, holding,
    patch,
};

#[tokio::test]
async fn a_seat_that_the_account_lacks_is_named_and_nothing_is_asked_of_hubspot() {
    let scene = builder().start().await;
    let id = scene.member(AISHA).id;
    let before = scene.hubspot().users();
    // As with permission sets, the letter case counts.
    for name in ["throne", "Core"] {
        let created = scene.post("/scim/v2/Users", &holding([name, "core"])).await;
        let changed = json!([{"op": "add", "path": "entitlements", "value": [{"value": name}]}]);
        let changed = patch(&scene, &id, &changed).await;
        for answer in [created, changed] {
            let detail = answer.expect_error(400, Some("invalidValue"));
            assert!(detail.starts_with("entitlements: "), "{detail}");
            assert!(detail.ends_with(name), "{detail}");
        }
    }
    assert!(scene.writes().is_empty());
    assert_eq!(scene.hubspot().users(), before);
}

#[tokio::test]
async fn seats_are_listed_once_and_again_for_a_name_that_is_new() {
    let scene = builder().start().await;
    let few = json!({"results": [{"name": "core"}]});
    scene
        .hubspot()
        .inject(Fault::status(200).with_body(few).on("GET", SEATS));
    let lists = |scene: &Scene| {
        let calls = scene.calls();
        calls.iter().filter(|call| call.contains("/seats")).count()
    };
    scene
        .post("/scim/v2/Users", &holding(["core"]))
        .await
        .expect(201);
    let id = scene.member(ADA).id;
    assert_eq!(lists(&scene), 1);
    let more = json!([{"op": "add", "path": "entitlements", "value": [{"value": "sales"}]}]);
    patch(&scene, &id, &more)
        .await
        .expect_error(400, Some("invalidValue"));
    assert_eq!(lists(&scene), 0, "it was read a moment ago");
    scene.timer().advance(Duration::from_secs(31));
    patch(&scene, &id, &more).await.expect(200);
    assert_eq!(lists(&scene), 1);
    assert_eq!(held(&scene, ADA), ["core", "sales"]);
}

#[tokio::test]
async fn a_seat_that_is_not_free_is_named_and_everything_is_as_it_was() {
    for behavior in behaviors() {
        let scene = builder()
            .behavior(behavior)
            .play("free-seats=0")
            .start()
            .await;
        let id = scene.member(AISHA).id;
        let before = scene.hubspot().users();
        let created = scene.post("/scim/v2/Users", &holding(["core"])).await;
        let detail = created.expect_error(400, Some("invalidValue"));
        assert_eq!(
            detail,
            "entitlements: the HubSpot account has no free seat: core"
        );
        for change in [
            json!([{"op": "add", "path": "entitlements", "value": [{"value": "service"}]}]),
            // One goes and another one comes: what went is given back.
            json!([{"op": "replace", "path": "entitlements", "value": ["core", "service"]}]),
        ] {
            let answer = patch(&scene, &id, &change).await;
            let detail = answer.expect_error(400, Some("invalidValue"));
            assert_eq!(
                detail,
                "entitlements: the HubSpot account has no free seat: service"
            );
        }
        assert_eq!(scene.hubspot().users(), before, "{behavior}");
        // What is not counted is always there, and one's own seat stays one's own.
        let change =
            json!([{"op": "replace", "path": "entitlements", "value": ["core", "view-only"]}]);
        patch(&scene, &id, &change).await.expect(200);
        assert_eq!(held(&scene, AISHA), ["core", "view-only"], "{behavior}");
    }
}

#[tokio::test]
async fn a_permission_set_and_the_seat_it_takes_are_given_in_one_call() {
    for behavior in behaviors() {
        let scene = builder().behavior(behavior).start().await;
        let user = with(
            holding(["core", "sales"]),
            "roles",
            [json!({"value": "Sales Hub User"})],
        );
        scene.post("/scim/v2/Users", &user).await.expect(201);
        assert_eq!(scene.writes(), [format!("POST {USERS} 201")]);
        let id = scene.member(JAMES).id;
        let both = json!([
            {"op": "replace", "path": "roles", "value": [{"value": "Sales Hub User"}]},
            {"op": "add", "path": "entitlements", "value": [{"value": "sales"}]},
        ]);
        patch(&scene, &id, &both).await.expect(200);
        assert_eq!(scene.writes(), [format!("PUT {USERS}/{id} 200")]);
        for email in [ADA, JAMES] {
            assert_eq!(scene.roles_of(email), ["Sales Hub User"], "{behavior}");
            assert!(
                held(&scene, email).contains(&"sales".to_owned()),
                "{behavior}"
            );
        }
    }
    let scene = builder().play("free-seats=0").start().await;
    let user = with(
        holding(["sales"]),
        "roles",
        [json!({"value": "Sales Hub User"})],
    );
    let refused = scene.post("/scim/v2/Users", &user).await;
    let detail = refused.expect_error(400, Some("invalidValue"));
    assert!(detail.starts_with("roles, entitlements: "), "{detail}");
    assert!(detail.ends_with(": sales"), "{detail}");
}

#[tokio::test]
async fn a_token_that_lost_the_scope_is_400_with_the_scope_and_never_a_403() {
    for paid_role_refusal in PaidRoleRefusal::ALL {
        for mut behavior in behaviors() {
            behavior.paid_role_refusal = paid_role_refusal;
            // HubSpot could not be asked at the start: seats are taken to be there.
            let scene = builder()
                .behavior(behavior)
                .scopes(&NO_BILLING)
                .start()
                .await;
            let id = scene.member(AISHA).id;
            let before = scene.hubspot().users();
            let created = scene.post("/scim/v2/Users", &holding(["core"])).await;
            let added =
                json!([{"op": "add", "path": "entitlements", "value": [{"value": "service"}]}]);
            let fewer = json!([{"op": "remove", "path": "entitlements[value eq \"sales\"]"}]);
            let none = json!([{"op": "remove", "path": "entitlements"}]);
            let mut answers = vec![created];
            for change in [added, fewer, none] {
                answers.push(patch(&scene, &id, &change).await);
            }
            for answer in answers {
                let detail = answer.expect_error(400, Some("invalidValue"));
                assert!(detail.starts_with("entitlements: "), "{detail}");
                assert!(detail.contains("settings.billing.write"), "{detail}");
            }
            assert_eq!(scene.hubspot().users(), before, "{behavior}");
        }
    }
}

#[tokio::test]
async fn a_permission_set_that_cannot_be_given_back_is_not_lost_to_a_refusal() {
    for mut behavior in Behavior::main_combinations() {
        for paid_role_refusal in PaidRoleRefusal::ALL {
            behavior.paid_role_refusal = paid_role_refusal;
            let change = json!([
                {"op": "remove", "path": "roles"},
                {"op": "replace", "path": "name.familyName", "value": "Li"},
            ]);
            let start = || {
                Scene::builder()
                    .behavior(behavior)
                    .scopes(&NO_BILLING)
                    .start()
            };
            let scene = start().await;
            let id = scene.member(LIN).id;
            let before = scene.hubspot().users();
            scene.hubspot().inject(Fault::status(400).on("PUT", "*"));
            let answer = patch(&scene, &id, &change).await;
            answer.expect_error(400, Some("invalidValue"));
            assert_eq!(scene.hubspot().users(), before, "{behavior}");
            assert_eq!(scene.roles_of(LIN), ["Sales Hub User"], "{behavior}");

            // Should there be a second call, it must not be the one that finds out.
            if behavior.dialect.omitted_role == OmittedRole::Wiped {
                let scene = start().await;
                scene
                    .hubspot()
                    .inject(Fault::status(400).on("PUT", "*").skip(1));
                patch(&scene, &id, &change).await.expect(200);
                assert!(scene.roles_of(LIN).is_empty(), "{behavior}");
            }

            // Refused for the permission set itself, which HubSpot keeps; or done whole.
            let answer = patch(&scene, &id, &change).await;
            if answer.status() == 400 {
                let detail = answer.expect_error(400, Some("invalidValue"));
                assert!(detail.starts_with("roles: "), "{detail}");
                assert_eq!(scene.hubspot().users(), before, "{behavior}");
            } else {
                answer.expect(200);
                assert!(scene.roles_of(LIN).is_empty(), "{behavior}");
                assert_eq!(scene.member(LIN).last_name.as_deref(), Some("Li"));
            }
        }
    }
}

#[tokio::test]
async fn the_seats_of_a_super_admin_are_shown_and_not_changed() {
    let scene = builder().start().await;
    let id = scene.member(INGRID).id;
    let before = scene.hubspot().users();
    let change = json!([{"op": "remove", "path": "entitlements"}]);
    patch(&scene, &id, &change)
        .await
        .expect_error(400, Some("mutability"));
    assert!(scene.writes().is_empty());
    assert_eq!(scene.hubspot().users(), before);
}
