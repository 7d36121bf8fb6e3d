//! HubSpot fails during a creation: no user is created twice, the answer tells the truth, and the identity provider's retry
//! completes the creation.

use std::time::Duration;

use hubspot_adapter::emulator::Behavior;
use hubspot_adapter::emulator::Fault;
use scim_tests::{Answer, Scene, entra_user, patch_op, with};
use serde_json::{Value, json};

const ADA: &str = "ada@acme.example";
const USERS: &str = "/settings/users/2026-09";
const BY_EMAIL: &str = "/settings/users/2026-09/ada%40acme.example";
/// The number of times the client sends a repeatable call.
const ATTEMPTS: u32 = 4;

fn seller() -> Value {
    with(entra_user(ADA), "roles", [json!({"value": "Sales Rep"})])
}

async fn post(scene: &Scene) -> Answer {
    scene.post("/scim/v2/Users", &seller()).await
}

fn on_post(fault: Fault) -> Fault {
    fault.on("POST", USERS)
}

/// HubSpot's answers to creations.
fn posts(scene: &Scene) -> Vec<String> {
    let mut calls = scene.writes();
    calls.retain(|call| call.starts_with("POST "));
    calls
}

/// Expects HubSpot to have the user once, as requested, and the answer to show it.
#[track_caller]
fn expect_created(scene: &Scene, answer: &Answer, context: &str) {
    let user = answer.expect(201);
    let held = scene.member(ADA);
    assert_eq!(answer.id(), held.id, "{context}");
    assert_eq!(user.get("active"), Some(&true.into()), "{context}");
    assert_eq!(scene.roles_of(ADA), ["Sales Rep"], "{context}");
    assert_eq!(scene.hubspot().users().len(), 13, "{context}");
}

/// Expects an error with an integer `Retry-After`.
#[track_caller]
fn expect_later(answer: &Answer, status: u16, context: &str) -> u64 {
    answer.expect_error(status, None);
    let header = answer.header("retry-after").unwrap_or_default();
    let seconds = header.parse().unwrap_or(0);
    assert!(seconds > 0, "{context}: {header}");
    seconds
}

#[tokio::test]
async fn the_client_waits_for_the_burst_limit() {
    for fault in [
        Fault::status(429),
        Fault::status(429).with_policy("TEN_SECONDLY_ROLLING"),
        Fault::status(429).with_header("Retry-After", "7"),
    ] {
        let scene = Scene::builder().fault(on_post(fault)).start().await;
        let answer = post(&scene).await;
        expect_created(&scene, &answer, "");
        assert_eq!(
            posts(&scene),
            [
                "POST /settings/users/2026-09 429",
                "POST /settings/users/2026-09 201",
            ]
        );
        let waited: Duration = scene.timer().sleeps().iter().sum();
        assert!((7..12).contains(&waited.as_secs()), "{waited:?}");
    }
}

#[tokio::test]
async fn a_lasting_limit_is_429_and_the_retry_creates_the_user() {
    let fault = on_post(Fault::status(429).times(ATTEMPTS));
    let scene = Scene::builder().fault(fault).start().await;
    let answer = post(&scene).await;
    assert_eq!(expect_later(&answer, 429, ""), 10);
    assert_eq!(scene.hubspot().users().len(), 12);
    let answer = post(&scene).await;
    expect_created(&scene, &answer, "");
}

#[tokio::test]
async fn the_client_does_not_wait_for_the_daily_limit() {
    let fault = on_post(Fault::status(429).with_policy("DAILY"));
    let scene = Scene::builder().fault(fault).start().await;
    let answer = post(&scene).await;
    assert_eq!(expect_later(&answer, 429, ""), 3600);
    assert_eq!(posts(&scene).len(), 1);
    assert!(scene.timer().sleeps().is_empty());
    let answer = post(&scene).await;
    expect_created(&scene, &answer, "");
}

#[tokio::test]
async fn a_failed_creation_is_an_error_under_every_behavior() {
    for behavior in Behavior::main_combinations() {
        for fault in [
            Fault::status(500),
            Fault::status(503),
            Fault::html(502),
            Fault::close(),
        ] {
            let context = format!("{behavior} {fault:?}");
            let scene = Scene::builder()
                .behavior(behavior)
                .fault(on_post(fault))
                .start()
                .await;
            let answer = post(&scene).await;
            expect_later(&answer, 503, &context);
            // The client never repeats the creation before it has searched for the user.
            assert_eq!(posts(&scene).len(), 1, "{context}");
            assert_eq!(scene.hubspot().users().len(), 12, "{context}");
            assert_eq!(scene.find(ADA).await, None, "{context}");

            let answer = post(&scene).await;
            expect_created(&scene, &answer, &context);
        }
    }
}

/// Faults in which HubSpot creates the user and its answer is lost.
fn lost_answers() -> [Fault; 6] {
    [
        Fault::close().after_commit(),
        Fault::truncate(),
        Fault::status(500).after_commit(),
        Fault::status(503).after_commit(),
        Fault::html(502).after_commit(),
        Fault::html(200).after_commit(),
    ]
}

#[tokio::test]
async fn after_a_lost_answer_the_user_is_found_under_every_behavior() {
    for behavior in Behavior::main_combinations() {
        for fault in lost_answers() {
            let context = format!("{behavior} {fault:?}");
            let scene = Scene::builder()
                .behavior(behavior)
                .fault(on_post(fault))
                .start()
                .await;
            let answer = post(&scene).await;
            expect_created(&scene, &answer, &context);
            assert_eq!(posts(&scene).len(), 1, "{context}");
            let again = post(&scene).await;
            again.expect_error(409, Some("uniqueness"));
        }
    }
}

#[tokio::test]
async fn the_retry_settles_a_lost_answer_with_an_unknown_outcome() {
    for behavior in Behavior::main_combinations() {
        for fault in lost_answers() {
            let context = format!("{behavior} {fault:?}");
            // This holds even if adoption is refused: the adapter created this user.
            let mut scene = Scene::builder()
                .behavior(behavior)
                .configure(r#"{"adopt": "refuse"}"#)
                .fault(on_post(fault))
                .fault(
                    Fault::status(503)
                        .on("GET", BY_EMAIL)
                        .skip(1)
                        .times(ATTEMPTS),
                )
                .start()
                .await;
            let answer = post(&scene).await;
            expect_later(&answer, 503, &context);
            assert_eq!(posts(&scene).len(), 1, "{context}");

            scene.restart();
            let answer = post(&scene).await;
            expect_created(&scene, &answer, &context);
            assert!(posts(&scene).is_empty(), "{context}");
            let again = post(&scene).await;
            again.expect_error(409, Some("uniqueness"));
        }
    }
}

#[tokio::test]
async fn a_refused_creation_names_the_attribute() {
    for status in [400, 422] {
        let scene = Scene::start().await;
        let refusal = json!({"message": "something is wrong with it"});
        let refused = Fault::status(status).with_body(refusal);
        scene.hubspot().inject(on_post(refused));
        let answer = post(&scene).await;
        let detail = answer.expect_error(400, Some("invalidValue"));
        assert_eq!(
            detail,
            "userName, name.givenName, name.familyName, roles: HubSpot refuses the request: something is wrong with it"
        );
        assert!(scene.hubspot().user_by_email(ADA).is_none());
    }
}

#[tokio::test]
async fn a_creation_is_never_answered_with_404() {
    let scene = Scene::start().await;
    scene.hubspot().inject(on_post(Fault::status(404)));
    let detail = post(&scene).await;
    let detail = detail.expect_error(502, None);
    assert!(detail.contains("base URL"), "{detail}");
}

#[tokio::test]
async fn without_a_look_up_nobody_is_created() {
    for path in [BY_EMAIL, "/settings/users/2026-09/roles"] {
        for fault in [Fault::status(500), Fault::close(), Fault::status(429)] {
            let scene = Scene::builder()
                .fault(fault.on("GET", path).times(ATTEMPTS))
                .start()
                .await;
            let answer = post(&scene).await;
            assert!([429, 503].contains(&answer.status()), "{}", answer.text());
            expect_later(&answer, answer.status(), path);
            assert!(posts(&scene).is_empty());
            let answer = post(&scene).await;
            expect_created(&scene, &answer, path);
        }
    }
}

#[tokio::test]
async fn an_error_names_a_missing_seat_which_is_temporary_for_a_returning_user() {
    let body = json!({
        "status": "error",
        "category": "VALIDATION_ERROR",
        "message": "AppUserErrors.NO_SEAT_AVAILABLE_FOR_ROLE_COMBINATION",
    });
    let scene = Scene::builder()
        .fault(on_post(Fault::status(400).with_body(body.clone())))
        .start()
        .await;
    let answer = post(&scene).await;
    let detail = answer.expect_error(400, Some("invalidValue"));
    assert!(detail.contains("no free seat"), "{detail}");
    assert_eq!(scene.hubspot().users().len(), 12);
    let answer = post(&scene).await;
    expect_created(&scene, &answer, "");

    // Right after a removal HubSpot may not see the freed seat yet.
    let path = format!("/scim/v2/Users/{}", answer.id());
    scene.patch(&path, &active(false)).await.expect(200);
    scene
        .hubspot()
        .inject(on_post(Fault::status(400).with_body(body)));
    let answer = scene.patch(&path, &active(true)).await;
    assert_eq!(expect_later(&answer, 503, ""), 30);
    let answer = scene.patch(&path, &active(true)).await;
    assert_eq!(answer.expect(200)["active"], true);
}

fn active(active: bool) -> Value {
    patch_op(&json!([{"op": "replace", "path": "active", "value": active}]))
}

#[tokio::test]
async fn the_retry_completes_a_half_made_user() {
    // The name of a user who has not signed in takes a second call, which fails.
    for fault in [
        Fault::status(503).times(ATTEMPTS),
        Fault::close().times(ATTEMPTS),
        Fault::status(429).with_policy("DAILY"),
        Fault::status(500).after_commit().times(ATTEMPTS),
    ] {
        let context = format!("{fault:?}");
        let scene = Scene::builder()
            .play("activation=waits")
            .fault(fault.on("PUT", "*"))
            .start()
            .await;
        let answer = post(&scene).await;
        assert!(
            answer.status() == 503 || answer.status() == 429,
            "{context}"
        );
        assert_eq!(posts(&scene).len(), 1, "{context}");

        let answer = post(&scene).await;
        expect_created(&scene, &answer, &context);
        assert!(posts(&scene).is_empty(), "{context}");
        let record = scene.state().by_id(answer.id()).await.unwrap().unwrap();
        let name = (Some("Ada".to_owned()), Some("Lovelace".to_owned()));
        assert_eq!(record.pending_name, Some(name), "{context}");
        let again = post(&scene).await;
        again.expect_error(409, Some("uniqueness"));
    }
}

#[tokio::test]
async fn concurrent_creations_of_one_user_create_one() {
    let scene = Scene::start().await;
    let upper = with(seller(), "userName", "ADA@acme.example");
    let (a, b, c, d) = tokio::join!(
        post(&scene),
        scene.post("/scim/v2/Users", &upper),
        post(&scene),
        post(&scene),
    );
    let mut statuses = [&a, &b, &c, &d].map(Answer::status);
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409, 409, 409]);
    assert_eq!(posts(&scene), ["POST /settings/users/2026-09 201"]);
    assert_eq!(scene.hubspot().users().len(), 13);
}
