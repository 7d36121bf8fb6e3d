//! HubSpot failing while a user is created: nobody is made twice, nothing is said that did not happen, and the identity
//! provider's own retry sets it right.

use std::time::Duration;

use hubspot_adapter::emulator::Behavior;
use hubspot_adapter::emulator::Fault;
use scim_tests::{Answer, Scene, entra_user, patch_op, with};
use serde_json::{Value, json};

const ADA: &str = "ada@acme.example";
const USERS: &str = "/settings/users/2026-09";
const BY_EMAIL: &str = "/settings/users/2026-09/ada%40acme.example";
/// How often the client sends a call that may be sent again.
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

/// The answers that HubSpot gave to creations.
fn posts(scene: &Scene) -> Vec<String> {
    let mut calls = scene.writes();
    calls.retain(|call| call.starts_with("POST "));
    calls
}

/// The user is there once, as asked for, and the answer says so.
#[track_caller]
fn expect_made(scene: &Scene, answer: &Answer, context: &str) {
    let user = answer.expect(201);
    let held = scene.member(ADA);
    assert_eq!(answer.id(), held.id, "{context}");
    assert_eq!(user.get("active"), Some(&true.into()), "{context}");
    assert_eq!(scene.roles_of(ADA), ["Sales Rep"], "{context}");
    assert_eq!(scene.hubspot().users().len(), 13, "{context}");
}

/// The answer asks to come back, in whole seconds, and says nothing else.
#[track_caller]
fn expect_later(answer: &Answer, status: u16, context: &str) -> u64 {
    answer.expect_error(status, None);
    let header = answer.header("retry-after").unwrap_or_default();
    let seconds = header.parse().unwrap_or(0);
    assert!(seconds > 0, "{context}: {header}");
    seconds
}

#[tokio::test]
async fn the_burst_limit_is_waited_out() {
    for fault in [
        Fault::status(429),
        Fault::status(429).with_policy("TEN_SECONDLY_ROLLING"),
        Fault::status(429).with_header("Retry-After", "7"),
    ] {
        let scene = Scene::builder().fault(on_post(fault)).start().await;
        let answer = post(&scene).await;
        expect_made(&scene, &answer, "");
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
async fn a_limit_that_does_not_end_is_429_and_the_retry_makes_the_user() {
    let fault = on_post(Fault::status(429).times(ATTEMPTS));
    let scene = Scene::builder().fault(fault).start().await;
    let answer = post(&scene).await;
    assert_eq!(expect_later(&answer, 429, ""), 10);
    assert_eq!(scene.hubspot().users().len(), 12);
    let answer = post(&scene).await;
    expect_made(&scene, &answer, "");
}

#[tokio::test]
async fn the_limit_of_the_day_is_not_waited_for() {
    let fault = on_post(Fault::status(429).with_policy("DAILY"));
    let scene = Scene::builder().fault(fault).start().await;
    let answer = post(&scene).await;
    assert_eq!(expect_later(&answer, 429, ""), 3600);
    assert_eq!(posts(&scene).len(), 1);
    assert!(scene.timer().sleeps().is_empty());
    let answer = post(&scene).await;
    expect_made(&scene, &answer, "");
}

#[tokio::test]
async fn a_failure_that_made_nobody_is_no_success_under_any_behavior() {
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
            // Never sent again blindly: it was read whether she is there.
            assert_eq!(posts(&scene).len(), 1, "{context}");
            assert_eq!(scene.hubspot().users().len(), 12, "{context}");
            assert_eq!(scene.find(ADA).await, None, "{context}");

            let answer = post(&scene).await;
            expect_made(&scene, &answer, &context);
        }
    }
}

/// Ways in which HubSpot makes the user and the answer gets lost.
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
async fn a_lost_answer_is_found_out_and_nobody_is_made_twice_under_any_behavior() {
    for behavior in Behavior::main_combinations() {
        for fault in lost_answers() {
            let context = format!("{behavior} {fault:?}");
            let scene = Scene::builder()
                .behavior(behavior)
                .fault(on_post(fault))
                .start()
                .await;
            let answer = post(&scene).await;
            expect_made(&scene, &answer, &context);
            assert_eq!(posts(&scene).len(), 1, "{context}");
            let again = post(&scene).await;
            again.expect_error(409, Some("uniqueness"));
        }
    }
}

#[tokio::test]
async fn a_lost_answer_that_cannot_be_found_out_is_settled_by_the_retry() {
    for behavior in Behavior::main_combinations() {
        for fault in lost_answers() {
            let context = format!("{behavior} {fault:?}");
            // Even where users who were there before are not taken over: this one was made by us.
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
            expect_made(&scene, &answer, &context);
            assert!(posts(&scene).is_empty(), "{context}");
            let again = post(&scene).await;
            again.expect_error(409, Some("uniqueness"));
        }
    }
}

#[tokio::test]
async fn a_creation_that_is_refused_names_what_it_asked_for() {
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
async fn a_creation_is_never_told_that_there_is_no_such_user() {
    let scene = Scene::start().await;
    scene.hubspot().inject(on_post(Fault::status(404)));
    let detail = post(&scene).await;
    let detail = detail.expect_error(502, None);
    assert!(detail.contains("base URL"), "{detail}");
}

#[tokio::test]
async fn nobody_is_made_while_it_cannot_be_read_whether_they_are_there() {
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
            expect_made(&scene, &answer, path);
        }
    }
}

#[tokio::test]
async fn a_seat_that_is_not_free_is_named_and_is_a_matter_of_time_for_who_comes_back() {
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
    expect_made(&scene, &answer, "");

    // Right after a removal HubSpot may not see the seat that it sees a moment later.
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
async fn a_user_who_was_made_and_not_finished_is_finished_by_the_retry() {
    // The name of someone who has not logged in takes a second call, and that one fails.
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
        expect_made(&scene, &answer, &context);
        assert!(posts(&scene).is_empty(), "{context}");
        let record = scene.state().by_id(answer.id()).await.unwrap().unwrap();
        let name = (Some("Ada".to_owned()), Some("Lovelace".to_owned()));
        assert_eq!(record.pending_name, Some(name), "{context}");
        let again = post(&scene).await;
        again.expect_error(409, Some("uniqueness"));
    }
}

#[tokio::test]
async fn the_same_user_several_times_at_once_is_made_once() {
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
