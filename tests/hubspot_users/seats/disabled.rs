//! The seats of disabled and of returning users.

use std::sync::Arc;
use std::time::Duration;

use hubspot_adapter::Features;
use hubspot_adapter::dialect::SeatsGiven;
use hubspot_adapter::emulator::Behavior;
use hubspot_adapter::emulator::Fault;
use hubspot_adapter::emulator::behavior::Timing;
use hubspot_adapter::state::MemoryState;
use scim_tests::{Answer, Scene, SceneBuilder, StateProbe, Trouble, entra_user, patch_op, with};
use serde_json::{Value, json};

const ADA: &str = "ada@acme.example";
const JAMES: &str = "james.oconnor@acme.example";
const USERS: &str = "/settings/users/2026-09";
const SEATS: &str = "/settings/users/2026-09/seats";
const NO_ACCESS: &str = r#"{"deprovision": {"no_access_role": "No Access"}}"#;
const REMOVE: &str = "{}";

fn builder(config: &str) -> SceneBuilder {
    Scene::builder()
        .features(Features::none().with_seats())
        .configure(config)
}

/// A user with a paid permission set and two seats.
fn ada() -> Value {
    let user = with(
        entra_user(ADA),
        "roles",
        [json!({"value": "Sales Hub User"})],
    );
    with(user, "entitlements", ["core", "sales"])
}

fn behaviors() -> impl Iterator<Item = Behavior> {
    SeatsGiven::ALL.into_iter().flat_map(|seats| {
        Timing::ALL.into_iter().map(move |freed_seat| {
            let mut behavior = Behavior::default();
            (behavior.dialect.seats, behavior.freed_seat) = (seats, freed_seat);
            behavior
        })
    })
}

async fn patch(scene: &Scene, id: &str, operations: &Value) -> Answer {
    let path = format!("/scim/v2/Users/{id}");
    scene.patch(&path, &patch_op(operations)).await
}

async fn set_active(scene: &Scene, id: &str, to: bool) -> Answer {
    let active = json!([{"op": "Replace", "path": "active", "value": to}]);
    patch(scene, id, &active).await
}

/// Enables a user. If HubSpot does not see the freed seat yet, enables again.
async fn enable(scene: &Scene, id: &str) -> Answer {
    let answer = set_active(scene, id, true).await;
    if answer.status() != 503 {
        return answer;
    }
    let detail = answer.expect_error(503, None);
    assert!(detail.starts_with("roles, entitlements: "), "{detail}");
    assert_eq!(answer.header("retry-after"), Some("30"));
    set_active(scene, id, true).await
}

#[track_caller]
fn shown(answer: &Answer) -> Vec<String> {
    let entries = answer.json().get("entitlements").and_then(Value::as_array);
    let entries = entries.map(Vec::as_slice).unwrap_or_default();
    let values = entries.iter().filter_map(|entry| entry["value"].as_str());
    values.map(str::to_owned).collect()
}

fn held(scene: &Scene, email: &str) -> Vec<String> {
    let mut seats = scene.member(email).seat_names;
    seats.sort();
    seats
}

/// Expects a user to have no access under either policy.
#[track_caller]
fn expect_no_access(scene: &Scene, config: &str) {
    if config == NO_ACCESS {
        assert_eq!(scene.roles_of(ADA), ["No Access"]);
        assert!(held(scene, ADA).is_empty());
    } else {
        assert_eq!(scene.hubspot().user_by_email(ADA), None);
    }
}

#[tokio::test]
async fn seats_go_and_return_with_the_access() {
    for config in [REMOVE, NO_ACCESS] {
        for behavior in behaviors() {
            let mut scene = builder(config).behavior(behavior).start().await;
            let id = scene.create(&ada()).await;
            let disabled = set_active(&scene, &id, false).await;
            assert_eq!(disabled.expect(200)["active"], false);
            assert_eq!(shown(&disabled), ["core", "sales"], "{behavior}");
            expect_no_access(&scene, config);
            assert_eq!(scene.writes().len(), 1, "{behavior}");

            scene.restart();
            let listed = scene.get("/scim/v2/Users?filter=active+eq+false").await;
            assert_eq!(
                listed.expect_list(1)[0]["entitlements"],
                disabled.json()["entitlements"]
            );
            let enabled = enable(&scene, &id).await;
            assert_eq!(enabled.expect(200)["active"], true, "{behavior}");
            assert_eq!(shown(&enabled), ["core", "sales"], "{behavior}");
            assert_eq!(held(&scene, ADA), ["core", "sales"], "{behavior}");
            assert_eq!(scene.roles_of(ADA), ["Sales Hub User"], "{behavior}");
        }
    }
}

#[tokio::test]
async fn a_post_restores_the_seats_and_a_new_user_gets_none() {
    for config in [REMOVE, NO_ACCESS] {
        for (external_id, expected) in [
            (None, vec!["core", "sales"]),
            (Some("somebody-else"), vec![]),
        ] {
            let scene = builder(config).start().await;
            let id = scene.create(&ada()).await;
            set_active(&scene, &id, false).await.expect(200);
            let user = match external_id {
                Some(external_id) => with(entra_user(ADA), "externalId", external_id),
                None => entra_user(ADA),
            };
            let answer = scene.post("/scim/v2/Users", &user).await;
            assert_eq!(answer.expect(201)["active"], true);
            assert_eq!(held(&scene, ADA), expected, "{config}");
        }
    }
}

#[tokio::test]
async fn seats_requested_during_an_absence_or_on_return_apply_on_return() {
    let away = json!({"op": "Replace", "path": "active", "value": false});
    let back = json!({"op": "Replace", "path": "active", "value": true});
    let seats = json!({"op": "Replace", "path": "entitlements", "value": [{"value": "service"}]});
    let requests: [&[Value]; 3] = [
        &[json!([away, seats]), json!([back])],
        &[json!([away]), json!([seats]), json!([back])],
        &[json!([away]), json!([back, seats])],
    ];
    for config in [REMOVE, NO_ACCESS] {
        for operations in requests {
            let scene = builder(config).start().await;
            let id = scene.create(&ada()).await;
            for operation in operations {
                patch(&scene, &id, operation).await.expect(200);
                if operation[0] == away {
                    expect_no_access(&scene, config);
                }
            }
            assert_eq!(held(&scene, ADA), ["service"], "{config} {operations:?}");
        }
    }
}

#[tokio::test]
async fn an_unknown_seat_does_not_prevent_disabling_and_is_refused_otherwise() {
    let throne = json!({"op": "Replace", "path": "entitlements", "value": [{"value": "throne"}]});
    for config in [REMOVE, NO_ACCESS] {
        let scene = builder(config).start().await;
        let id = scene.create(&ada()).await;
        let both = json!([throne, {"op": "Replace", "path": "active", "value": "False"}]);
        let answer = patch(&scene, &id, &both).await;
        assert_eq!(answer.expect(200)["active"], false);
        assert_eq!(shown(&answer), ["core", "sales"]);
        expect_no_access(&scene, config);
        // Disabling again succeeds too. A request that does not disable gets the refusal.
        let answer = patch(&scene, &id, &both).await;
        assert_eq!(shown(&answer), ["core", "sales"]);
        let answer = patch(&scene, &id, &json!([throne])).await;
        answer.expect_error(400, Some("invalidValue"));
        let both = json!([throne, {"op": "Replace", "path": "active", "value": true}]);
        let answer = patch(&scene, &id, &both).await;
        let detail = answer.expect_error(400, Some("invalidValue"));
        assert!(detail.starts_with("entitlements: "), "{detail}");
        expect_no_access(&scene, config);
        set_active(&scene, &id, true).await.expect(200);
        assert_eq!(held(&scene, ADA), ["core", "sales"], "{config}");
    }
}

#[tokio::test]
async fn a_seat_that_the_account_lost_does_not_prevent_a_return() {
    for config in [REMOVE, NO_ACCESS] {
        let scene = builder(config).start().await;
        let id = scene.create(&ada()).await;
        set_active(&scene, &id, false).await.expect(200);
        scene.timer().advance(Duration::from_secs(600));
        let left = json!({"results": [{"name": "core"}, {"name": "view-only"}]});
        let gone = Fault::status(200).with_body(left).on("GET", SEATS);
        scene.hubspot().inject(gone.times(2));
        let answer = set_active(&scene, &id, true).await;
        assert_eq!(answer.expect(200)["active"], true);
        assert_eq!(shown(&answer), ["core"], "{config}");
        assert_eq!(held(&scene, ADA), ["core"], "{config}");
    }
}

#[tokio::test]
async fn a_seat_given_to_another_user_delays_the_return() {
    for config in [REMOVE, NO_ACCESS] {
        let scene = builder(config).play("free-seats=1").start().await;
        let user = with(entra_user(ADA), "entitlements", ["core"]);
        let user = with(user, "roles", [json!({"value": "Sales Rep"})]);
        let id = scene.create(&user).await;
        set_active(&scene, &id, false).await.expect(200);
        assert!(scene.hubspot().set_seats_by_hand(JAMES, &["core"]));
        for _ in 0..2 {
            let answer = set_active(&scene, &id, true).await;
            let detail = answer.expect_error(503, None);
            assert!(detail.starts_with("roles, entitlements: "), "{detail}");
            assert!(detail.ends_with(": core"), "{detail}");
            assert!(answer.header("retry-after").is_some());
            expect_no_access(&scene, config);
            let shown = scene.get(&format!("/scim/v2/Users/{id}")).await;
            assert_eq!(shown.expect(200)["active"], false);
        }
        // Without that seat the user can return at any time.
        let other = json!([
            {"op": "Replace", "path": "active", "value": true},
            {"op": "Replace", "path": "entitlements", "value": [{"value": "view-only"}]},
        ]);
        patch(&scene, &id, &other).await.expect(200);
        assert_eq!(held(&scene, ADA), ["view-only"], "{config}");
        set_active(&scene, &id, false).await.expect(200);
        let core = json!([{"op": "Replace", "path": "entitlements", "value": [{"value": "core"}]}]);
        patch(&scene, &id, &core).await.expect(200);
        set_active(&scene, &id, true).await.expect_error(503, None);
        assert!(scene.hubspot().set_seats_by_hand(JAMES, &[]));
        set_active(&scene, &id, true).await.expect(200);
        assert_eq!(held(&scene, ADA), ["core"], "{config}");
    }
}

#[tokio::test]
async fn a_returning_user_keeps_a_seat_that_hubspot_added() {
    let scene = builder(REMOVE).start().await;
    let id = scene.create(&ada()).await;
    set_active(&scene, &id, false).await.expect(200);
    let with_more = json!({
        "id": id, "email": ADA, "roleId": "140207", "roleIds": ["140207"], "superAdmin": false,
        "firstName": "Ada", "lastName": "Lovelace", "seatNames": ["core", "sales", "view-only"],
    });
    let fault = Fault::status(201).after_commit().with_body(with_more);
    scene.hubspot().inject(fault.on("POST", USERS));
    scene.hubspot().clear_requests();
    let answer = set_active(&scene, &id, true).await;
    answer.expect(200);
    assert_eq!(shown(&answer), ["core", "sales", "view-only"]);
    assert_eq!(scene.writes(), [format!("POST {USERS} 201")]);
}

#[tokio::test]
async fn seats_that_hubspot_keeps_do_not_prevent_disabling() {
    let unchanged = |scene: &Scene| {
        let id = scene.member(ADA).id;
        json!({"id": id, "email": ADA, "roleIds": ["140206"], "superAdmin": false})
    };
    for passed_over in [false, true] {
        let scene = builder(NO_ACCESS).start().await;
        let id = scene.create(&ada()).await;
        let fault = if passed_over {
            Fault::status(200).with_body(unchanged(&scene))
        } else {
            Fault::status(400)
        };
        scene.hubspot().inject(fault.on("PUT", "*"));
        let answer = set_active(&scene, &id, false).await;
        assert_eq!(answer.expect(200)["active"], false);
        assert_eq!(scene.roles_of(ADA), ["No Access"]);
        assert_eq!(held(&scene, ADA), ["core", "sales"]);
        assert_eq!(scene.writes().len(), 2);
        // The next disabling request removes the remaining seats.
        set_active(&scene, &id, false).await.expect(200);
        expect_no_access(&scene, NO_ACCESS);
        set_active(&scene, &id, true).await.expect(200);
        assert_eq!(held(&scene, ADA), ["core", "sales"]);
        assert_eq!(scene.roles_of(ADA), ["Sales Hub User"]);
    }
}

#[tokio::test]
async fn a_user_disabled_during_a_state_outage_holds_no_seat() {
    let scene = builder(NO_ACCESS).start().await;
    let id = scene.create(&ada()).await;
    scene
        .delete(&format!("/scim/v2/Users/{id}"))
        .await
        .expect_no_content();
    expect_no_access(&scene, NO_ACCESS);

    let probe = StateProbe::new(Arc::new(MemoryState::new()));
    let scene = builder(NO_ACCESS)
        .state(Arc::<StateProbe>::clone(&probe))
        .start()
        .await;
    let id = scene.create(&ada()).await;
    probe.strike(0, usize::MAX, Trouble::Fails);
    set_active(&scene, &id, false).await.expect_error(503, None);
    probe.heal();
    expect_no_access(&scene, NO_ACCESS);
}

#[tokio::test]
async fn without_the_scope_seats_are_neither_removed_nor_restored() {
    for config in [REMOVE, NO_ACCESS] {
        let scene = Scene::builder().configure(config).start().await;
        let user = with(entra_user(ADA), "roles", [json!({"value": "Sales Rep"})]);
        let id = scene.create(&user).await;
        assert!(scene.hubspot().set_seats_by_hand(ADA, &["core"]));
        set_active(&scene, &id, false).await.expect(200);
        if config == NO_ACCESS {
            assert_eq!(held(&scene, ADA), ["core"]);
        }
        set_active(&scene, &id, true).await.expect(200);
        let left: &[&str] = if config == NO_ACCESS { &["core"] } else { &[] };
        assert_eq!(held(&scene, ADA), left);
    }
}
