//! HubSpot fails at a step of a change of seats. Nothing changes, or the client's retry completes the change.

use hubspot_adapter::Features;
use hubspot_adapter::client::User;
use hubspot_adapter::emulator::Fault;
use scim_tests::{Answer, Scene, entra_user, patch_op, with};
use serde_json::{Value, json};

const ADA: &str = "ada@acme.example";
/// The number of times the client sends a repeatable call.
const ATTEMPTS: u32 = 4;

/// A request that takes several PUTs, and its wanted result.
struct Shape {
    operations: Value,
    puts: u32,
    seats: &'static [&'static str],
    roles: &'static [&'static str],
}

/// The shapes under the default behavior: a PUT without a role clears it, and seats are additive.
fn shapes() -> [Shape; 3] {
    let fewer = json!({"op": "replace", "path": "entitlements", "value": ["core", "service"]});
    let rename = json!({"op": "replace", "path": "name.familyName", "value": "Byron"});
    [
        Shape {
            operations: json!([fewer, rename]),
            puts: 2,
            seats: &["core", "service"],
            roles: &["Sales Hub User"],
        },
        Shape {
            operations: json!([fewer, {"op": "replace", "path": "roles", "value": ["Sales Rep"]}]),
            puts: 2,
            seats: &["core", "service"],
            roles: &["Sales Rep"],
        },
        Shape {
            operations: json!([fewer, {"op": "remove", "path": "roles"}]),
            puts: 3,
            seats: &["core", "service"],
            roles: &[],
        },
    ]
}

/// Creates a user with a paid permission set, two seats and a writable name, and returns the path.
async fn managed(config: &str) -> (Scene, String) {
    let scene = Scene::builder()
        .features(Features::none().with_seats())
        .configure(config)
        .start()
        .await;
    let user = with(
        entra_user(ADA),
        "roles",
        [json!({"value": "Sales Hub User"})],
    );
    let id = scene
        .create(&with(user, "entitlements", ["core", "sales"]))
        .await;
    assert!(scene.hubspot().activate(ADA));
    (scene, format!("/scim/v2/Users/{id}"))
}

async fn change(scene: &Scene, path: &str, operations: &Value) -> Answer {
    scene.patch(path, &patch_op(operations)).await
}

fn seats(user: &User) -> Vec<&str> {
    let mut seats: Vec<&str> = user.seat_names.iter().map(String::as_str).collect();
    seats.sort_unstable();
    seats
}

#[track_caller]
fn expect_done(scene: &Scene, shape: &Shape, context: &str) {
    assert_eq!(seats(&scene.member(ADA)), shape.seats, "{context}");
    assert_eq!(scene.roles_of(ADA), shape.roles, "{context}");
}

#[tokio::test]
async fn the_shapes_take_the_expected_number_of_puts() {
    for shape in shapes() {
        let (scene, path) = managed("{}").await;
        change(&scene, &path, &shape.operations).await.expect(200);
        expect_done(&scene, &shape, "");
        let puts = scene.writes().len();
        assert_eq!(u32::try_from(puts).unwrap(), shape.puts);
    }
}

#[tokio::test]
async fn a_refused_step_changes_nothing() {
    for shape in shapes() {
        for step in 0..shape.puts {
            let context = format!("{} {step}", shape.operations);
            let (scene, path) = managed("{}").await;
            let before = scene.hubspot().users();
            let fault = Fault::status(400).on("PUT", "*").skip(step);
            scene.hubspot().inject(fault);
            let answer = change(&scene, &path, &shape.operations).await;
            answer.expect_error(400, Some("invalidValue"));
            assert_eq!(scene.hubspot().users(), before, "{context}");
            change(&scene, &path, &shape.operations).await.expect(200);
            expect_done(&scene, &shape, &context);
        }
    }
}

#[tokio::test]
async fn a_failed_step_is_an_error_and_the_retry_makes_the_change() {
    for shape in shapes() {
        for step in 0..shape.puts {
            for (fault, status) in [
                (Fault::status(503), 503),
                (Fault::close(), 503),
                (Fault::close().after_commit(), 503),
                (Fault::status(500).after_commit(), 503),
            ] {
                let context = format!("{} {step} {fault:?}", shape.operations);
                let (scene, path) = managed("{}").await;
                // The call that undoes the first step fails too.
                let fault = fault.on("PUT", "*").skip(step).times(2 * ATTEMPTS);
                scene.hubspot().inject(fault);
                let answer = change(&scene, &path, &shape.operations).await;
                answer.expect_error(status, None);
                scene.hubspot().clear_faults();
                change(&scene, &path, &shape.operations).await.expect(200);
                expect_done(&scene, &shape, &context);
            }
        }
    }
}

#[tokio::test]
async fn a_200_without_effect_is_an_error() {
    for shape in shapes() {
        for step in 0..shape.puts {
            let context = format!("{} {step}", shape.operations);
            let (scene, path) = managed("{}").await;
            let before = scene.member(ADA);
            let yes =
                json!({"id": before.id, "email": ADA, "roleIds": ["140207"], "superAdmin": false});
            let fault = Fault::status(200).with_body(yes);
            scene.hubspot().inject(fault.on("PUT", "*").skip(step));
            let answer = change(&scene, &path, &shape.operations).await;
            assert!([400, 502].contains(&answer.status()), "{context}");
            assert!(
                answer
                    .expect_error(answer.status(), answer.json()["scimType"].as_str())
                    .contains(": ")
            );
            change(&scene, &path, &shape.operations).await.expect(200);
            expect_done(&scene, &shape, &context);
        }
    }
}

#[tokio::test]
async fn a_seat_lost_to_another_user_between_two_steps_is_not_shown() {
    let (scene, path) = managed("{}").await;
    let none_left = json!({
        "status": "error", "category": "VALIDATION_ERROR",
        "message": "AppUserErrors.NO_SEAT_AVAILABLE_FOR_ROLE_COMBINATION",
    });
    let fault = Fault::status(400).with_body(none_left).on("PUT", "*");
    scene.hubspot().inject(fault.skip(1).times(2));
    let shape = &shapes()[0];
    let answer = change(&scene, &path, &shape.operations).await;
    let detail = answer.expect_error(400, Some("invalidValue"));
    assert!(detail.starts_with("entitlements: "), "{detail}");
    assert!(scene.member(ADA).seat_names.is_empty());
    let shown = scene.get(&path).await;
    assert_eq!(shown.expect(200).get("entitlements"), None);
    change(&scene, &path, &shape.operations).await.expect(200);
    expect_done(&scene, shape, "");

    // The user has fewer seats and no new one.
    let body = json!({"message": "NO_SEAT_AVAILABLE_FOR_ROLE_COMBINATION"});
    for (skip, wanted, named) in [
        (1, json!(["core"]), "free seat: core"),
        (0, json!([]), "permission set in HubSpot needs a seat"),
    ] {
        let fault = Fault::status(400).with_body(body.clone()).on("PUT", "*");
        scene.hubspot().inject(fault.skip(skip));
        let fewer = json!([{"op": "replace", "path": "entitlements", "value": wanted}]);
        let answer = change(&scene, &path, &fewer).await;
        let detail = answer.expect_error(400, Some("invalidValue"));
        assert!(detail.starts_with("entitlements: "), "{detail}");
        assert!(detail.ends_with(named), "{detail}");
        expect_done(&scene, shape, "");
    }
}

#[tokio::test]
async fn a_creation_with_a_lost_answer_gets_its_seats() {
    let user = with(entra_user(ADA), "entitlements", ["core", "sales"]);
    for fault in [
        Fault::close().after_commit(),
        Fault::status(503).after_commit(),
        Fault::close(),
    ] {
        let scene = Scene::builder()
            .features(Features::none().with_seats())
            .fault(fault.on("POST", "*"))
            // The look-up before the creation succeeds, and the one after it fails.
            .fault(
                Fault::status(503)
                    .on("GET", "/settings/users/2026-09/ada*")
                    .skip(1)
                    .times(ATTEMPTS),
            )
            .start()
            .await;
        scene
            .post("/scim/v2/Users", &user)
            .await
            .expect_error(503, None);
        scene.hubspot().clear_faults();
        let answer = scene.post("/scim/v2/Users", &user).await;
        answer.expect(201);
        assert_eq!(seats(&scene.member(ADA)), ["core", "sales"]);
    }
}

#[tokio::test]
async fn disabling_completes_at_once_or_by_the_retry_after_any_failure() {
    let config = r#"{"deprovision": {"no_access_role": "No Access"}}"#;
    let active = |to: bool| json!([{"op": "Replace", "path": "active", "value": to}]);
    for (first, second) in [
        (Fault::status(400), None),
        (Fault::status(400), Some(Fault::status(503).times(ATTEMPTS))),
        (
            Fault::status(503).times(ATTEMPTS),
            Some(Fault::close().after_commit().times(ATTEMPTS)),
        ),
        (Fault::close().after_commit().times(ATTEMPTS), None),
    ] {
        let (scene, path) = managed(config).await;
        let context = format!("{first:?} {second:?}");
        let fails = second.is_some();
        scene.hubspot().inject(first.on("PUT", "*"));
        if let Some(second) = second {
            scene.hubspot().inject(second.on("PUT", "*"));
        }
        let answer = change(&scene, &path, &active(false)).await;
        assert_eq!(answer.status(), if fails { 503 } else { 200 }, "{context}");
        scene.hubspot().clear_faults();
        change(&scene, &path, &active(false)).await.expect(200);
        assert_eq!(scene.roles_of(ADA), ["No Access"], "{context}");
        assert!(scene.member(ADA).seat_names.is_empty(), "{context}");
        change(&scene, &path, &active(true)).await.expect(200);
        assert_eq!(scene.roles_of(ADA), ["Sales Hub User"], "{context}");
        assert_eq!(seats(&scene.member(ADA)), ["core", "sales"], "{context}");
    }
}
