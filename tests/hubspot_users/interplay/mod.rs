//! CRM rows, seats, pending values and suspension together: no feature loses the data of another.

mod full_features;

use std::sync::Arc;
use std::time::Duration;

use hubspot_adapter::Features;
use hubspot_adapter::client::Timer;
use hubspot_adapter::emulator::Fault;
use hubspot_adapter::state::MemoryState;
use scim_tests::{Answer, Scene, SceneBuilder, StateProbe, Trouble, entra_user, patch_op, with};
use serde_json::{Value, json};

const ADA: &str = "ada@acme.example";
const NO_ACCESS: &str = r#"{"deprovision": {"no_access_role": "No Access"}}"#;

fn builder(config: &str) -> SceneBuilder {
    Scene::builder().configure(config).connected()
}

fn ada() -> Value {
    let user = with(entra_user(ADA), "title", "Engineer");
    let user = with(user, "roles", [json!({"value": "Sales Rep"})]);
    with(user, "entitlements", ["core", "service"])
}

async fn employed(scene: &Scene) -> String {
    let path = format!("/scim/v2/Users/{}", scene.create(&ada()).await);
    let placed = scene.hubspot().activate(ADA)
        && scene
            .hubspot()
            .set_secondary_teams_by_hand(ADA, &["5304", "5305"]);
    assert!(placed);
    path
}

async fn set(scene: &Scene, path: &str, operations: Value) -> Answer {
    scene.patch(path, &patch_op(&operations)).await
}

async fn set_active(scene: &Scene, path: &str, to: bool) -> Answer {
    let active = json!([{"op": "Replace", "path": "active", "value": to}]);
    set(scene, path, active).await
}

fn seats(scene: &Scene) -> Vec<String> {
    let mut seats = scene.member(ADA).seat_names;
    seats.sort();
    seats
}

#[tokio::test]
async fn a_return_with_a_lost_answer_gives_no_seat_that_the_request_removed() {
    for wanted in [json!(["core", "sales"]), json!([])] {
        let scene = builder(NO_ACCESS).start().await;
        let path = employed(&scene).await;
        set_active(&scene, &path, false).await.expect(200);
        let request = json!([
            {"op": "Replace", "path": "active", "value": true},
            {"op": "Replace", "path": "entitlements", "value": wanted},
        ]);
        let lost = Fault::status(503).after_commit().on("PUT", "*").times(4);
        scene.hubspot().inject(lost);
        let answer = set(&scene, &path, request.clone()).await;
        answer.expect_error(503, None);
        set(&scene, &path, request).await.expect(200);
        assert_eq!(json!(seats(&scene)), wanted);
        assert_eq!(scene.member(ADA).secondary_team_ids, ["5304", "5305"]);
    }
}

#[tokio::test]
async fn a_refused_return_keeps_the_whole_record() {
    let scene = builder(NO_ACCESS).start().await;
    let path = employed(&scene).await;
    set_active(&scene, &path, false).await.expect(200);
    let before = scene.get(&path).await.expect(200).clone();
    scene
        .hubspot()
        .inject(Fault::status(400).on("PUT", "*").times(2));
    let request = json!([
        {"op": "Replace", "path": "active", "value": true},
        {"op": "Replace", "path": "entitlements", "value": ["core", "sales"]},
    ]);
    set(&scene, &path, request)
        .await
        .expect_error(400, Some("invalidValue"));
    scene.hubspot().clear_faults();
    assert_eq!(*scene.get(&path).await.expect(200), before);
    set_active(&scene, &path, true).await.expect(200);
    assert_eq!(seats(&scene), ["core", "service"]);
}

#[tokio::test]
async fn an_impossible_change_of_an_inactive_user_fails_unless_the_request_disables() {
    for config in ["{}", NO_ACCESS] {
        let scene = builder(config).start().await;
        let path = employed(&scene).await;
        set_active(&scene, &path, false).await.expect(200);
        // An unknown seat, in a request that leaves `active` alone.
        let unknown = json!([{"op": "Replace", "path": "entitlements", "value": ["gold"]}]);
        let answer = set(&scene, &path, unknown).await;
        let detail = answer.expect_error(400, Some("invalidValue"));
        assert!(detail.contains("gold"), "{detail}");
    }
    let scene = builder(NO_ACCESS).start().await;
    let path = employed(&scene).await;
    set_active(&scene, &path, false).await.expect(200);
    let name = json!([{"op": "Replace", "path": "name.familyName", "value": "Byron"}]);
    scene
        .hubspot()
        .inject(Fault::status(503).on("PUT", "*").times(4));
    set(&scene, &path, name.clone())
        .await
        .expect_error(503, None);
    let renamed = set(&scene, &path, name).await;
    assert_eq!(renamed.expect(200)["name"]["familyName"], "Byron");
}

#[tokio::test]
async fn an_interrupted_return_still_restores_the_row() {
    // HubSpot may delete the row with its user, and create a new row late.
    for row in ["crm-removed=gone"] {
        let probe = StateProbe::new(Arc::new(MemoryState::new()));
        let mut scene = builder("{}")
            .play(row)
            .state(Arc::<StateProbe>::clone(&probe))
            .start()
            .await;
        let path = employed(&scene).await;
        set_active(&scene, &path, false).await.expect(200);
        let _ = probe.calls();
        // HubSpot creates the user. Its answer and the answer to the next read are lost.
        scene
            .hubspot()
            .inject(Fault::close().after_commit().on("POST", "/settings/*"));
        scene
            .hubspot()
            .inject(Fault::status(503).on("GET", "*ada*").times(4));
        set_active(&scene, &path, true)
            .await
            .expect_error(503, None);
        scene.restart();
        assert!(scene.hubspot().activate(ADA));
        set_active(&scene, &path, true).await.expect(200);
        let shown = scene.get(&path).await;
        assert_eq!(shown.expect(200)["title"], "Engineer", "{row}");
        assert_eq!(
            scene.row(ADA).get("hs_job_title"),
            Some("Engineer"),
            "{row}"
        );
        let record = scene.state().all().await.unwrap().remove(0);
        assert!(!record.removed);
    }
}

#[tokio::test]
async fn a_suspended_user_who_was_deactivated_by_hand_returns_unchanged() {
    for again in [
        json!([{"op": "Replace", "path": "active", "value": false}]),
        json!([{"op": "Replace", "path": "title", "value": "Manager"}]),
        json!([{"op": "Replace", "path": "externalId", "value": "next"}]),
        json!([
            {"op": "Replace", "path": "title", "value": "Manager"},
            {"op": "Replace", "path": "active", "value": false},
        ]),
    ] {
        let scene = builder(NO_ACCESS).start().await;
        let path = employed(&scene).await;
        set_active(&scene, &path, false).await.expect(200);
        assert!(scene.hubspot().deactivate_by_hand(ADA));
        let before = scene.get(&path).await.expect(200).clone();
        assert_eq!(before["roles"][0]["value"], "Sales Rep", "{before}");
        let answer = set(&scene, &path, again.clone()).await;
        assert_eq!(answer.expect(200)["active"], false);
        assert_eq!(answer.json()["roles"][0]["value"], "Sales Rep", "{again}");
        assert!(scene.hubspot().reactivate_by_hand(ADA));
        // The user got no access.
        assert_eq!(scene.get(&path).await.expect(200)["active"], false);
        set_active(&scene, &path, true).await.expect(200);
        assert_eq!(scene.roles_of(ADA), ["Sales Rep"], "{again}");
        assert_eq!(seats(&scene), ["core", "service"], "{again}");
        assert_eq!(scene.member(ADA).secondary_team_ids, ["5304", "5305"]);
    }
}

#[tokio::test]
async fn the_answer_omits_a_value_that_hubspot_refuses_for_a_new_user() {
    let scene = builder("{}").start().await;
    let user = with(ada(), "timezone", "Nowhere");
    let answer = scene.post("/scim/v2/Users", &user).await;
    let created = answer.expect(201);
    assert_eq!(created.get("timezone"), None);
    assert_eq!(created["title"], "Engineer");
    assert_eq!(scene.row(ADA).get("hs_job_title"), Some("Engineer"));
}

#[tokio::test]
async fn a_refused_change_keeps_pending_values() {
    let scene = builder("{}").play("crm=late").start().await;
    let path = format!("/scim/v2/Users/{}", scene.create(&ada()).await);
    let request = json!([
        {"op": "Replace", "path": "title", "value": "Manager"},
        {"op": "Replace", "path": "roles", "value": ["Read Only"]},
    ]);
    scene.hubspot().inject(Fault::status(400).on("PUT", "*"));
    let answer = set(&scene, &path, request).await;
    answer.expect_error(400, Some("invalidValue"));
    assert_eq!(scene.get(&path).await.expect(200)["title"], "Engineer");
}

#[tokio::test]
async fn a_disabled_user_who_became_protected_is_not_changed() {
    let mut scene = builder(NO_ACCESS).start().await;
    let path = employed(&scene).await;
    set_active(&scene, &path, false).await.expect(200);
    let protecting = format!(
        r#"{{"deprovision": {{"no_access_role": "No Access"}}, "protected_users": ["{ADA}"]}}"#
    );
    scene.reconfigure(&protecting);
    scene.hubspot().clear_requests();
    for (attribute, value) in [("title", "Manager"), ("name.familyName", "Byron")] {
        let request = json!([{"op": "Replace", "path": attribute, "value": value}]);
        set(&scene, &path, request)
            .await
            .expect_error(400, Some("mutability"));
    }
    assert!(scene.writes().is_empty());
    // A request may still change attributes that only the record keeps.
    let link = json!([{"op": "Replace", "path": "externalId", "value": "next"}]);
    set(&scene, &path, link).await.expect(200);
}

#[tokio::test]
async fn a_pending_value_survives_an_interrupted_return() {
    let scene = builder(NO_ACCESS).play("crm=late").start().await;
    let path = format!("/scim/v2/Users/{}", scene.create(&ada()).await);
    set_active(&scene, &path, false).await.expect(200);
    let promoted = with(ada(), "title", "Manager");
    let lost = Fault::close().after_commit().on("PUT", "*").times(4);
    scene.hubspot().inject(lost);
    let answer = scene.post("/scim/v2/Users", &promoted).await;
    answer.expect_error(503, None);
    // A repeated request and a search both show the title.
    assert_eq!(scene.get(&path).await.expect(200)["title"], "Manager");
    assert!(scene.hubspot().activate(ADA));
    for _ in 0..4 {
        set_active(&scene, &path, true).await.expect(200);
    }
    assert_eq!(scene.row(ADA).get("hs_job_title"), Some("Manager"));
}

#[tokio::test]
async fn creating_a_deactivated_user_who_cannot_be_read_is_a_conflict() {
    let hannah = "hannah.fischer@acme.example";
    for play in [
        "deactivated-get=absent",
        "deactivated-get=absent,email=exact",
    ] {
        let scene = Scene::builder()
            .features(Features::none())
            .play(play)
            .start()
            .await;
        assert!(scene.hubspot().deactivate_by_hand(hannah));
        let answer = scene.post("/scim/v2/Users", &entra_user(hannah)).await;
        answer.expect_error(409, Some("uniqueness"));
    }
}

#[tokio::test]
async fn a_deactivated_user_is_found_in_any_letter_case() {
    let hannah = "hannah.fischer@acme.example";
    for play in [
        "deactivated-get=absent",
        "deactivated-get=absent,email=exact",
        "email=exact",
    ] {
        let scene = builder("{}").play(play).start().await;
        assert!(scene.hubspot().deactivate_by_hand(hannah));
        let name = "Hannah.Fischer@ACME.example";
        let found = scene.find(name).await.unwrap();
        assert_eq!(found["active"], false, "{play}");
        let answer = scene.post("/scim/v2/Users", &entra_user(name)).await;
        let detail = answer.expect_error(400, Some("mutability"));
        assert!(detail.starts_with("active: "), "{play} {detail}");
        let off = with(entra_user(name), "active", false);
        let adopted = scene.post("/scim/v2/Users", &off).await;
        assert_eq!(adopted.expect(201)["userName"], name, "{play}");
        assert_eq!(scene.hubspot().users().len(), 12, "{play}");
    }
}

#[tokio::test]
async fn the_first_mapped_role_and_the_wanted_seats_apply_together() {
    let config = r#"{"role_map": {"Seller": "Sales Hub User", "Boss": "Sales Manager"}}"#;
    let scene = builder(config).start().await;
    let roles = [json!({"value": "Boss"}), json!({"value": "Seller"})];
    let user = with(ada(), "roles", roles);
    let user = with(user, "entitlements", ["core", "sales"]);
    scene.create(&user).await;
    assert_eq!(scene.roles_of(ADA), ["Sales Hub User"]);
    assert_eq!(seats(&scene), ["core", "sales"]);
}

#[tokio::test]
async fn a_request_to_a_slow_hubspot_ends_in_time_and_the_retry_completes_it() {
    // A call that starts in time also ends: the deadline does not cut it short.
    let limit = |seconds| Duration::from_secs(45 + seconds + 1);
    for config in ["{}", NO_ACCESS] {
        for seconds in [10, 14] {
            let scene = builder(config).start().await;
            let path = employed(&scene).await;
            set_active(&scene, &path, false).await.expect(200);
            let promoted = with(ada(), "entitlements", ["core", "sales"]);
            let promoted = with(promoted, "title", "Manager");
            let slow = Fault::delay(Duration::from_secs(seconds)).on("*", "*");
            scene.hubspot().inject(slow.times(1000));
            let mut last = 0;
            for _ in 0..4 {
                let begun = scene.timer().now();
                let answer = scene.put(&path, &promoted).await;
                assert!(scene.timer().now() - begun < limit(seconds));
                last = answer.status();
                assert!([200, 503].contains(&last), "{}", answer.text());
                if last == 200 {
                    break;
                }
                assert!(answer.header("retry-after").is_some());
            }
            scene.hubspot().clear_faults();
            if last != 200 {
                scene.put(&path, &promoted).await.expect(200);
            }
            // The next request makes the remaining changes.
            set_active(&scene, &path, true).await.expect(200);
            assert_eq!(scene.roles_of(ADA), ["Sales Rep"]);
            assert_eq!(seats(&scene), ["core", "sales"]);
            assert_eq!(scene.member(ADA).secondary_team_ids, ["5304", "5305"]);
            assert_eq!(scene.row(ADA).get("hs_job_title"), Some("Manager"));
            assert_eq!(scene.hubspot().users().len(), 13);
        }
    }
}

#[tokio::test]
async fn a_short_crm_outage_does_not_remove_a_deactivated_user() {
    for state_fails in [false, true] {
        let probe = StateProbe::new(Arc::new(MemoryState::new()));
        let state = Arc::<StateProbe>::clone(&probe);
        let scene = builder("{}").state(state).start().await;
        let path = employed(&scene).await;
        assert!(scene.hubspot().deactivate_by_hand(ADA));
        scene.get(&path).await.expect(200);
        let down = Fault::status(503).on("*", "/crm/*").times(1000);
        scene.hubspot().inject(down);
        if state_fails {
            probe.strike(0, usize::MAX, Trouble::Fails);
        }
        let answer = set_active(&scene, &path, false).await;
        answer.expect_error(503, None);
        assert_eq!(answer.header("retry-after"), Some("30"));
        let _ = probe.heal();
        assert_eq!(scene.member(ADA).secondary_team_ids, ["5304", "5305"]);
        // After a reactivation by hand, the access goes once the CRM answers, or answers that it never will.
        assert!(scene.hubspot().reactivate_by_hand(ADA));
        scene.hubspot().clear_faults();
        if state_fails {
            let refused = Fault::status(403).on("*", "/crm/*").times(1000);
            scene.hubspot().inject(refused);
        }
        set_active(&scene, &path, false).await.expect(200);
        assert_eq!(scene.hubspot().user_by_email(ADA), None);
    }
}
