//! `entitlements`: the seats that HubSpot has a user hold, where the token may read and give them.

use std::time::Duration;

use hubspot_adapter::Features;
use hubspot_adapter::HubSpot;
use hubspot_adapter::dialect::{Dialect, OmittedRole, PaidRoleRefusal, SeatsGiven};
use hubspot_adapter::emulator::{Emulator, Fault};
use scim_core::{Profile, Provider};
use scim_tests::{Answer, Scene, SceneBuilder, entra_user, patch_op, with};
use serde_json::{Value, json};

const ADA: &str = "ada@acme.example";
const AISHA: &str = "aisha.rahman@acme.example";
const INGRID: &str = "ingrid.halvorsen@acme.example";
const JAMES: &str = "james.oconnor@acme.example";
const LIN: &str = "lin.wei@acme.example";
const USERS: &str = "/settings/users/2026-09";
const SEATS: &str = "/settings/users/2026-09/seats";
/// The scopes for users, without the one for seats.
const NO_BILLING: [&str; 2] = ["settings.users.read", "settings.users.write"];

fn builder() -> SceneBuilder {
    Scene::builder().features(Features::none().with_seats())
}

fn holding(seats: impl Into<Value>) -> Value {
    with(entra_user(ADA), "entitlements", seats)
}

fn dialects() -> impl Iterator<Item = Dialect> {
    SeatsGiven::ALL.into_iter().map(|seats| {
        let mut dialect = Dialect::default();
        dialect.seats = seats;
        dialect
    })
}

async fn patch(scene: &Scene, id: &str, operations: &Value) -> Answer {
    let path = format!("/scim/v2/Users/{id}");
    scene.patch(&path, &patch_op(operations)).await
}

/// The values of `entitlements` in an answer.
#[track_caller]
fn shown(answer: &Answer) -> Vec<&str> {
    let entries = answer.json().get("entitlements").and_then(Value::as_array);
    let entries = entries.map(Vec::as_slice).unwrap_or_default();
    let value = |entry: &'_ Value| {
        entry
            .get("value")
            .and_then(Value::as_str)
            .map(str::to_owned)
    };
    assert!(
        entries
            .iter()
            .all(|entry| entry.get("display") == entry.get("value"))
    );
    assert!(entries.iter().all(|entry| value(entry).is_some()));
    entries
        .iter()
        .filter_map(|entry| entry["value"].as_str())
        .collect()
}

fn held(scene: &Scene, email: &str) -> Vec<String> {
    let mut seats = scene.member(email).seat_names;
    seats.sort();
    seats
}

#[tokio::test]
async fn without_the_scope_entitlements_are_not_advertised_shown_or_written() {
    let scene = Scene::start().await;
    let schemas = scene.get("/scim/v2/Schemas").await;
    assert!(!schemas.expect(200).to_string().contains("entitlements"));
    let id = scene.member(AISHA).id;
    let path = format!("/scim/v2/Users/{id}");
    let answer = scene.get(&path).await;
    assert_eq!(answer.expect(200).get("entitlements"), None);
    let document = with(answer.json().clone(), "entitlements", ["throne"]);
    scene.put(&path, &document).await.expect(200);
    let wanted = json!([{"op": "replace", "path": "entitlements", "value": [{"value": "throne"}]}]);
    patch(&scene, &id, &wanted).await.expect(200);
    patch(
        &scene,
        &id,
        &json!([{"op": "remove", "path": "entitlements"}]),
    )
    .await
    .expect(200);
    assert!(scene.writes().is_empty());
    assert_eq!(held(&scene, AISHA), ["core", "sales"]);
    let created = scene.post("/scim/v2/Users", &holding(["throne"])).await;
    assert_eq!(created.expect(201).get("entitlements"), None);
    assert!(scene.calls().iter().all(|call| !call.contains("seats")));

    let strict = Scene::builder().profile(Profile::rfc()).start().await;
    let refused = strict.post("/scim/v2/Users", &holding(["core"])).await;
    refused.expect_error(400, Some("invalidSyntax"));
}

#[tokio::test]
async fn the_scope_decides_at_the_start_whether_there_are_entitlements() {
    let users = "crm.objects.users.read,crm.objects.users.write";
    for (scopes, expected) in [(vec!["settings.billing.write"], true), (vec![], false)] {
        let scopes = users.split(',').chain(scopes);
        let account = Emulator::builder().scopes(scopes).start().await.unwrap();
        let client = account.client().build().unwrap();
        let (hubspot, _) = HubSpot::builder(client).connect().await;
        let users = hubspot.users();
        let schema = users.resource_type().schema();
        assert_eq!(schema.attribute("entitlements").is_some(), expected);
    }
}

#[tokio::test]
async fn with_the_scope_entitlements_are_advertised_and_shown() {
    let scene = builder().start().await;
    let schemas = scene.get("/scim/v2/Schemas").await;
    assert!(schemas.expect(200).to_string().contains("\"entitlements\""));
    let id = scene.member(AISHA).id;
    let answer = scene.get(&format!("/scim/v2/Users/{id}")).await;
    answer.expect(200);
    assert_eq!(shown(&answer), ["core", "sales"]);
    let filter = "/scim/v2/Users?filter=entitlements+eq+%22service%22";
    scene.get(filter).await.expect_list(2);
    // What Okta read and sends back asks for nothing.
    let path = format!("/scim/v2/Users/{id}");
    let answer = scene.put(&path, answer.json()).await;
    answer.expect(200);
    assert_eq!(shown(&answer), ["core", "sales"]);
    assert!(
        scene
            .calls()
            .iter()
            .all(|call| call.starts_with("GET /settings/users") && !call.contains("seats"))
    );
}

#[tokio::test]
async fn every_form_of_entitlements_gives_the_seats_in_the_creation() {
    for form in [
        json!(["core", "sales"]),
        json!([{"value": "sales"}, {"value": "core"}]),
        json!([
            {"value": "core", "display": "Core seat", "type": "seat", "primary": true},
            {"value": "sales", "display": "Sales Hub seat", "type": "seat", "primary": false},
        ]),
    ] {
        for dialect in dialects() {
            let scene = builder().dialect(dialect).start().await;
            let answer = scene.post("/scim/v2/Users", &holding(form.clone())).await;
            answer.expect(201);
            assert_eq!(shown(&answer), ["core", "sales"], "{form}");
            assert_eq!(held(&scene, ADA), ["core", "sales"], "{form}");
            assert_eq!(scene.writes(), [format!("POST {USERS} 201")], "{form}");
        }
    }
}

#[tokio::test]
async fn a_patch_adds_takes_away_and_replaces_seats() {
    let puts = |count: usize, id: &str| vec![format!("PUT {USERS}/{id} 200"); count];
    for dialect in dialects() {
        let changes: [(Value, &[&str], usize); 8] = [
            (
                json!({"op": "add", "path": "entitlements", "value": [{"value": "service"}]}),
                &["core", "sales", "service"],
                1,
            ),
            (
                json!({"op": "Add", "path": "entitlements", "value": ["sales"]}),
                &["core", "sales"],
                0,
            ),
            (
                json!({"op": "remove", "path": "entitlements[value eq \"sales\"]"}),
                &["core"],
                2,
            ),
            (
                json!({"op": "Remove", "path": "entitlements", "value": [{"value": "sales"}]}),
                &["core"],
                2,
            ),
            (
                json!({"op": "replace", "path": "entitlements", "value": [{"value": "service"}]}),
                &["service"],
                2,
            ),
            (
                json!({"op": "replace", "path": "entitlements[value eq \"sales\"].value", "value": "service"}),
                &["core", "service"],
                2,
            ),
            (json!({"op": "remove", "path": "entitlements"}), &[], 1),
            (
                json!({"op": "replace", "path": "entitlements", "value": []}),
                &[],
                1,
            ),
        ];
        for (operation, expected, count) in changes {
            let scene = builder().dialect(dialect).start().await;
            let id = scene.member(AISHA).id;
            let answer = patch(&scene, &id, &json!([operation])).await;
            answer.expect(200);
            assert_eq!(shown(&answer), expected, "{dialect} {operation}");
            assert_eq!(held(&scene, AISHA), expected, "{dialect} {operation}");
            assert_eq!(
                scene.roles_of(AISHA),
                ["Sales Rep"],
                "{dialect} {operation}"
            );
            assert_eq!(scene.writes(), puts(count, &id), "{dialect} {operation}");
        }
    }
}

#[tokio::test]
async fn a_put_says_which_seats_there_are_to_be_unless_it_names_none() {
    for dialect in dialects() {
        for (entitlements, expected) in [
            (Some(json!([{"value": "core"}])), vec!["core"]),
            (Some(json!([])), vec!["core", "sales"]),
            (None, vec!["core", "sales"]),
        ] {
            let scene = builder().dialect(dialect).start().await;
            let path = format!("/scim/v2/Users/{}", scene.member(AISHA).id);
            let mut document = scene.get(&path).await.json().clone();
            document.as_object_mut().unwrap().remove("entitlements");
            if let Some(entitlements) = entitlements {
                document = with(document, "entitlements", entitlements);
            }
            let answer = scene.put(&path, &document).await;
            answer.expect(200);
            assert_eq!(shown(&answer), expected, "{dialect}");
            assert_eq!(held(&scene, AISHA), expected, "{dialect}");
        }
    }
}

#[tokio::test]
async fn somebody_taken_over_keeps_their_seats_unless_the_request_names_some() {
    for (user, expected) in [
        (entra_user(AISHA), vec!["core", "sales"]),
        (
            with(entra_user(AISHA), "entitlements", json!([])),
            vec!["core", "sales"],
        ),
        (
            with(entra_user(AISHA), "entitlements", ["core"]),
            vec!["core"],
        ),
    ] {
        let scene = builder().start().await;
        let answer = scene.post("/scim/v2/Users", &user).await;
        answer.expect(201);
        assert_eq!(shown(&answer), expected);
        assert_eq!(held(&scene, AISHA), expected);
    }
}

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
    for dialect in dialects() {
        let scene = builder()
            .dialect(dialect)
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
        assert_eq!(scene.hubspot().users(), before, "{dialect}");
        // What is not counted is always there, and one's own seat stays one's own.
        let change =
            json!([{"op": "replace", "path": "entitlements", "value": ["core", "view-only"]}]);
        patch(&scene, &id, &change).await.expect(200);
        assert_eq!(held(&scene, AISHA), ["core", "view-only"], "{dialect}");
    }
}

#[tokio::test]
async fn a_permission_set_and_the_seat_it_takes_are_given_in_one_call() {
    for dialect in dialects() {
        let scene = builder().dialect(dialect).start().await;
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
            assert_eq!(scene.roles_of(email), ["Sales Hub User"], "{dialect}");
            assert!(
                held(&scene, email).contains(&"sales".to_owned()),
                "{dialect}"
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
        for mut dialect in dialects() {
            dialect.paid_role_refusal = paid_role_refusal;
            // HubSpot could not be asked at the start: seats are taken to be there.
            let scene = builder().dialect(dialect).scopes(&NO_BILLING).start().await;
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
            assert_eq!(scene.hubspot().users(), before, "{dialect}");
        }
    }
}

#[tokio::test]
async fn a_permission_set_that_cannot_be_given_back_is_not_lost_to_a_refusal() {
    for mut dialect in Dialect::all() {
        for paid_role_refusal in PaidRoleRefusal::ALL {
            dialect.paid_role_refusal = paid_role_refusal;
            let change = json!([
                {"op": "remove", "path": "roles"},
                {"op": "replace", "path": "name.familyName", "value": "Li"},
            ]);
            let start = || {
                Scene::builder()
                    .dialect(dialect)
                    .scopes(&NO_BILLING)
                    .start()
            };
            let scene = start().await;
            let id = scene.member(LIN).id;
            let before = scene.hubspot().users();
            scene.hubspot().inject(Fault::status(400).on("PUT", "*"));
            let answer = patch(&scene, &id, &change).await;
            answer.expect_error(400, Some("invalidValue"));
            assert_eq!(scene.hubspot().users(), before, "{dialect}");
            assert_eq!(scene.roles_of(LIN), ["Sales Hub User"], "{dialect}");

            // Should there be a second call, it must not be the one that finds out.
            if dialect.omitted_role == OmittedRole::Wiped {
                let scene = start().await;
                scene
                    .hubspot()
                    .inject(Fault::status(400).on("PUT", "*").skip(1));
                patch(&scene, &id, &change).await.expect(200);
                assert!(scene.roles_of(LIN).is_empty(), "{dialect}");
            }

            // Refused for the permission set itself, which HubSpot keeps; or done whole.
            let answer = patch(&scene, &id, &change).await;
            if answer.status() == 400 {
                let detail = answer.expect_error(400, Some("invalidValue"));
                assert!(detail.starts_with("roles: "), "{detail}");
                assert_eq!(scene.hubspot().users(), before, "{dialect}");
            } else {
                answer.expect(200);
                assert!(scene.roles_of(LIN).is_empty(), "{dialect}");
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
