//! Seats that HubSpot lacks, refuses to give or keeps.

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
async fn an_error_names_a_missing_seat_without_a_write() {
    let scene = builder().start().await;
    let id = scene.member(AISHA).id;
    let before = scene.hubspot().users();
    // Letter case counts, as for permission sets.
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
async fn seats_are_listed_once_and_again_for_an_unknown_name() {
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
    assert_eq!(lists(&scene), 0, "the list is cached");
    scene.timer().advance(Duration::from_secs(31));
    patch(&scene, &id, &more).await.expect(200);
    assert_eq!(lists(&scene), 1);
    assert_eq!(held(&scene, ADA), ["core", "sales"]);
}

#[tokio::test]
async fn an_error_names_a_seat_that_is_not_free_and_nothing_changes() {
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
            // The request exchanges one seat for another. The removed seat is restored.
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
        // An uncounted seat is always available, and a held seat stays.
        let change =
            json!([{"op": "replace", "path": "entitlements", "value": ["core", "view-only"]}]);
        patch(&scene, &id, &change).await.expect(200);
        assert_eq!(held(&scene, AISHA), ["core", "view-only"], "{behavior}");
    }
}

#[tokio::test]
async fn a_permission_set_and_its_seat_are_given_in_one_call() {
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
async fn a_lost_scope_is_400_with_its_name_and_never_403() {
    for paid_role_refusal in PaidRoleRefusal::ALL {
        for mut behavior in behaviors() {
            behavior.paid_role_refusal = paid_role_refusal;
            // HubSpot was unreachable at the start, so the adapter assumes the scope.
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
async fn a_refusal_does_not_lose_a_permission_set_that_cannot_be_restored() {
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

            // The refusal must not depend on a second call.
            if behavior.dialect.omitted_role == OmittedRole::Wiped {
                let scene = start().await;
                scene
                    .hubspot()
                    .inject(Fault::status(400).on("PUT", "*").skip(1));
                patch(&scene, &id, &change).await.expect(200);
                assert!(scene.roles_of(LIN).is_empty(), "{behavior}");
            }

            // HubSpot refuses the permission set and keeps the old one, or makes the whole change.
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
async fn the_seats_of_a_super_admin_are_shown_and_never_changed() {
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
