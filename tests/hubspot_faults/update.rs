//! HubSpot fails during an update: the answer shows the truth, and the retry completes the update.

use std::time::Duration;

use hubspot_adapter::emulator::Behavior;
use hubspot_adapter::emulator::Fault;
use scim_tests::{Answer, Scene, entra_user, patch_op, with};
use serde_json::json;

const ADA: &str = "ada@acme.example";
/// The number of times the client sends a repeatable call.
const ATTEMPTS: u32 = 4;

/// Creates a user with a role and teams, and returns the path.
async fn managed(behavior: Behavior) -> (Scene, String) {
    let scene = Scene::builder().behavior(behavior).start().await;
    let user = with(entra_user(ADA), "roles", [json!({"value": "Sales Rep"})]);
    let id = scene.create(&user).await;
    let placed = scene.hubspot().activate(ADA)
        && scene.hubspot().set_primary_team_by_hand(ADA, Some("5301"))
        && scene
            .hubspot()
            .set_secondary_teams_by_hand(ADA, &["5304", "5306"])
        && scene.hubspot().rename_by_hand(ADA, "Ada", "Lovelace");
    assert!(placed);
    (scene, format!("/scim/v2/Users/{id}"))
}

async fn change(scene: &Scene, path: &str) -> Answer {
    let request = patch_op(&json!([
        {"op": "Replace", "path": "name.familyName", "value": "Byron"},
        {"op": "Replace", "path": "roles", "value": [{"value": "Sales Manager"}]},
    ]));
    scene.patch(path, &request).await
}

fn on_put(fault: Fault) -> Fault {
    fault.on("PUT", "*")
}

#[track_caller]
fn expect_changed(scene: &Scene, answer: &Answer, context: &str) {
    let user = answer.expect(200);
    let name = user.get("name").and_then(|name| name.get("familyName"));
    assert_eq!(name, Some(&"Byron".into()), "{context}");
    let held = scene.member(ADA);
    assert_eq!(held.last_name.as_deref(), Some("Byron"), "{context}");
    assert_eq!(scene.roles_of(ADA), ["Sales Manager"], "{context}");
    assert_eq!(held.primary_team_id.as_deref(), Some("5301"), "{context}");
    assert_eq!(held.secondary_team_ids, ["5304", "5306"], "{context}");
}

#[tokio::test]
async fn a_short_failure_does_not_change_the_answer_under_any_behavior() {
    for behavior in Behavior::main_combinations() {
        for fault in [
            Fault::status(429),
            Fault::status(423),
            Fault::status(500),
            Fault::status(503).after_commit(),
            Fault::html(502),
            Fault::close(),
            Fault::close().after_commit(),
        ] {
            let context = format!("{behavior} {fault:?}");
            let (scene, path) = managed(behavior).await;
            scene.hubspot().inject(on_put(fault));
            let answer = change(&scene, &path).await;
            expect_changed(&scene, &answer, &context);
            assert_eq!(scene.writes().len(), 2, "{context}");
        }
    }
}

#[tokio::test]
async fn a_lasting_failure_is_an_error_and_the_retry_makes_the_change() {
    for behavior in Behavior::main_combinations() {
        for fault in [
            Fault::status(500),
            Fault::status(503),
            Fault::close(),
            Fault::status(429),
        ] {
            let context = format!("{behavior} {fault:?}");
            let (scene, path) = managed(behavior).await;
            let before = scene.hubspot().users();
            scene.hubspot().inject(on_put(fault.times(ATTEMPTS)));
            let answer = change(&scene, &path).await;
            assert!([429, 503].contains(&answer.status()), "{context}");
            answer.expect_error(answer.status(), None);
            assert!(answer.header("retry-after").is_some(), "{context}");
            assert_eq!(scene.hubspot().users(), before, "{context}");
            let shown = scene.get(&path).await;
            assert_eq!(shown.expect(200)["name"]["familyName"], "Lovelace");

            let answer = change(&scene, &path).await;
            expect_changed(&scene, &answer, &context);
        }
    }
}

#[tokio::test]
async fn the_retry_does_not_repeat_a_change_with_lost_answers() {
    for behavior in Behavior::main_combinations() {
        for (fault, status) in [
            (Fault::status(500).after_commit().times(ATTEMPTS), 503),
            (Fault::close().after_commit().times(ATTEMPTS), 503),
            (Fault::truncate(), 502),
            (Fault::html(200).after_commit(), 502),
        ] {
            let context = format!("{behavior} {fault:?}");
            let (scene, path) = managed(behavior).await;
            scene.hubspot().inject(on_put(fault));
            let answer = change(&scene, &path).await;
            answer.expect_error(status, None);
            assert!(!scene.writes().is_empty(), "{context}");

            let answer = change(&scene, &path).await;
            expect_changed(&scene, &answer, &context);
            assert!(scene.writes().is_empty(), "{context}");
        }
    }
}

#[tokio::test]
async fn a_conflict_over_a_change_does_not_blame_the_user_name() {
    let (scene, path) = managed(Behavior::default()).await;
    let before = scene.hubspot().users();
    let taken = Fault::status(409).with_body(json!({"message": "somebody has it"}));
    scene.hubspot().inject(on_put(taken));
    let answer = change(&scene, &path).await;
    let detail = answer.expect_error(409, Some("uniqueness"));
    assert!(
        detail.starts_with("name.familyName, roles: ") && detail.ends_with("somebody has it"),
        "{detail}"
    );
    assert_eq!(scene.hubspot().users(), before);
}

#[tokio::test]
async fn an_unverified_change_is_an_error() {
    let (scene, path) = managed(Behavior::default()).await;
    // The read before the PUT succeeds, and the one after it fails.
    let fault = Fault::status(503).on("GET", "*").skip(1).times(ATTEMPTS);
    scene.hubspot().inject(fault);
    let answer = change(&scene, &path).await;
    answer.expect_error(503, None);
    assert_eq!(scene.writes().len(), 1);
    let answer = change(&scene, &path).await;
    expect_changed(&scene, &answer, "");
    assert!(scene.writes().is_empty());
}

#[tokio::test]
async fn a_200_without_effect_names_the_unchanged_attribute() {
    let (scene, path) = managed(Behavior::default()).await;
    let member = scene.member(ADA);
    let yes = json!({"id": member.id, "email": ADA, "roleIds": ["140202"], "superAdmin": false});
    scene
        .hubspot()
        .inject(on_put(Fault::status(200).with_body(yes)));
    let answer = change(&scene, &path).await;
    let detail = answer.expect_error(502, None);
    assert!(detail.starts_with("name.familyName"), "{detail}");
    assert_eq!(scene.roles_of(ADA), ["Sales Rep"]);
    let answer = change(&scene, &path).await;
    expect_changed(&scene, &answer, "");
}

#[tokio::test]
async fn the_daily_limit_is_429_without_a_wait() {
    let (scene, path) = managed(Behavior::default()).await;
    scene
        .hubspot()
        .inject(on_put(Fault::status(429).with_policy("DAILY")));
    let answer = change(&scene, &path).await;
    answer.expect_error(429, None);
    assert_eq!(answer.header("retry-after"), Some("3600"));
    assert!(scene.timer().sleeps().is_empty());
    let answer = change(&scene, &path).await;
    expect_changed(&scene, &answer, "");
}

#[tokio::test]
async fn the_client_keeps_below_the_burst_limit() {
    let scene = Scene::builder().play("rate=20").start().await;
    for number in 0..30 {
        let email = format!("user{number}@acme.example");
        let answer = scene.post("/scim/v2/Users", &entra_user(&email)).await;
        answer.expect(201);
    }
    let calls = scene.calls();
    assert_eq!(calls.len(), 61);
    assert!(calls.iter().all(|call| !call.ends_with(" 429")));
    let waited: Duration = scene.timer().sleeps().iter().sum();
    assert!(waited >= Duration::from_secs(30), "{waited:?}");
}

#[tokio::test]
async fn addresses_and_tokens_in_hubspot_errors_are_not_repeated() {
    let (scene, path) = managed(Behavior::default()).await;
    let body = json!({
        "status": "error",
        "category": "VALIDATION_ERROR",
        "message": "ada@acme.example is not allowed",
        "correlationId": "11111111-2222-4333-8444-555555555555",
    });
    scene
        .hubspot()
        .inject(on_put(Fault::status(400).with_body(body)));
    let answer = change(&scene, &path).await;
    let detail = answer.expect_error(400, Some("invalidValue"));
    assert!(detail.contains("is not allowed"), "{detail}");
    assert!(!detail.contains(ADA), "{detail}");
}
