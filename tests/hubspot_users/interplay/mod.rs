//! Rows, seats, waiting values and places where access is none, all at once: what one of them keeps, another does not lose.

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
async fn a_return_whose_answer_is_lost_gives_no_seat_that_the_request_took() {
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
async fn a_return_that_is_refused_forgets_nothing_of_what_was() {
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
async fn what_is_not_done_for_somebody_inactive_is_no_success_unless_the_request_disables() {
    for config in ["{}", NO_ACCESS] {
        let scene = builder(config).start().await;
        let path = employed(&scene).await;
        set_active(&scene, &path, false).await.expect(200);
        // A seat that nobody sells; nothing is said of access.
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
async fn a_return_that_was_cut_short_still_restores_the_row() {
    // HubSpot may take a row away with its user, and make a new one late.
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
        // HubSpot makes the user, and no answer is heard, nor to the question for them.
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
async fn who_is_without_access_and_then_deactivated_by_hand_comes_back_as_they_were() {
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
        // No access has come of it.
        assert_eq!(scene.get(&path).await.expect(200)["active"], false);
        set_active(&scene, &path, true).await.expect(200);
        assert_eq!(scene.roles_of(ADA), ["Sales Rep"], "{again}");
        assert_eq!(seats(&scene), ["core", "service"], "{again}");
        assert_eq!(scene.member(ADA).secondary_team_ids, ["5304", "5305"]);
    }
}

#[tokio::test]
async fn a_value_that_hubspot_refuses_a_new_user_is_not_in_the_answer() {
    let scene = builder("{}").start().await;
    let user = with(ada(), "timezone", "Nowhere");
    let answer = scene.post("/scim/v2/Users", &user).await;
    let created = answer.expect(201);
    assert_eq!(created.get("timezone"), None);
    assert_eq!(created["title"], "Engineer");
    assert_eq!(scene.row(ADA).get("hs_job_title"), Some("Engineer"));
}

#[tokio::test]
async fn a_refused_change_leaves_waiting_what_waited() {
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
async fn who_is_protected_since_they_were_disabled_is_not_changed() {
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
    // What HubSpot does not keep may be said of them.
    let link = json!([{"op": "Replace", "path": "externalId", "value": "next"}]);
    set(&scene, &path, link).await.expect(200);
}

#[tokio::test]
async fn a_value_that_waits_is_not_lost_with_a_return_that_breaks_off() {
    let scene = builder(NO_ACCESS).play("crm=late").start().await;
    let path = format!("/scim/v2/Users/{}", scene.create(&ada()).await);
    set_active(&scene, &path, false).await.expect(200);
    let promoted = with(ada(), "title", "Manager");
    let lost = Fault::close().after_commit().on("PUT", "*").times(4);
    scene.hubspot().inject(lost);
    let answer = scene.post("/scim/v2/Users", &promoted).await;
    answer.expect_error(503, None);
    // Whether the identity provider asks again or looks for her, she has the title.
    assert_eq!(scene.get(&path).await.expect(200)["title"], "Manager");
    assert!(scene.hubspot().activate(ADA));
    for _ in 0..4 {
        set_active(&scene, &path, true).await.expect(200);
    }
    assert_eq!(scene.row(ADA).get("hs_job_title"), Some("Manager"));
}

#[tokio::test]
async fn who_is_deactivated_and_cannot_be_read_is_a_conflict_for_a_creation() {
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
async fn who_is_deactivated_is_found_by_an_address_in_any_letter_case() {
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
async fn the_first_role_of_the_map_and_the_seats_of_the_request_go_together() {
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
async fn a_slow_hubspot_ends_a_request_in_time_and_the_retry_ends_it_right() {
    // What has begun in time ends in time: the emulated account's delays are not cut short.
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
            // What there was no time for waits for the next request.
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
async fn who_was_deactivated_by_hand_is_not_removed_because_the_crm_is_down_for_a_moment() {
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
        // Reactivated meanwhile: the access goes as soon as the CRM tells, or tells that it never will.
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
