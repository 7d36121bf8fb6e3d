//! `deprovision = { no_access_role = "…" }`: a suspended user stays in HubSpot without access and without teams.

use std::sync::Arc;

use hubspot_adapter::HubSpot;
use hubspot_adapter::config::Config;
use hubspot_adapter::dialect::OmittedRole;
use hubspot_adapter::emulator::Behavior;
use hubspot_adapter::emulator::Fault;
use hubspot_adapter::state::MemoryState;
use scim_tests::{Answer, Scene, SceneBuilder, StateProbe, Trouble, entra_user, patch_op, with};
use serde_json::{Value, json};

use super::account;

const ADA: &str = "ada@acme.example";
const DIEGO: &str = "diego.fuentes@acme.example";
const CONFIG: &str =
    r#"{"deprovision": {"no_access_role": "No Access"}, "default_role": "Read Only"}"#;

fn builder() -> SceneBuilder {
    account().configure(CONFIG)
}

fn active(active: bool) -> Value {
    patch_op(&json!([{"op": "Replace", "path": "active", "value": active}]))
}

fn manager() -> Value {
    with(
        entra_user(ADA),
        "roles",
        json!([{"value": "Sales Manager"}]),
    )
}

async fn set_active(scene: &Scene, id: &str, to: bool) -> Answer {
    let path = format!("/scim/v2/Users/{id}");
    scene.patch(&path, &active(to)).await
}

async fn get(scene: &Scene, id: &str) -> Answer {
    scene.get(&format!("/scim/v2/Users/{id}")).await
}

/// A sales manager with a main team and two extra teams.
async fn placed(scene: &Scene) -> String {
    let id = scene.create(&manager()).await;
    assert!(scene.hubspot().set_primary_team_by_hand(ADA, Some("5301")));
    let teams = ["5305", "5306"];
    assert!(scene.hubspot().set_secondary_teams_by_hand(ADA, &teams));
    id
}

#[track_caller]
fn expect_no_access(scene: &Scene, context: &str) {
    let held = scene.member(ADA);
    assert_eq!(scene.roles_of(ADA), ["No Access"], "{context}");
    assert_eq!(held.primary_team_id, None, "{context}");
    assert!(held.secondary_team_ids.is_empty(), "{context}");
}

#[track_caller]
fn expect_all_back(scene: &Scene, context: &str) {
    let held = scene.member(ADA);
    assert_eq!(scene.roles_of(ADA), ["Sales Manager"], "{context}");
    assert_eq!(held.primary_team_id.as_deref(), Some("5301"), "{context}");
    assert_eq!(held.secondary_team_ids, ["5305", "5306"], "{context}");
}

#[tokio::test]
async fn access_and_teams_go_and_return_under_every_behavior() {
    for behavior in Behavior::main_combinations() {
        let scene = builder().behavior(behavior).start().await;
        let id = placed(&scene).await;
        let context = behavior.to_string();

        let disabled = set_active(&scene, &id, false).await;
        assert_eq!(disabled.expect(200)["active"], false, "{context}");
        expect_no_access(&scene, &context);
        let put = format!("PUT /settings/users/2026-09/{id} 200");
        assert_eq!(scene.writes(), std::slice::from_ref(&put), "{context}");

        // Every read shows the settings that will return.
        let shown = get(&scene, &id).await;
        assert_eq!(shown.expect(200), disabled.json());
        assert_eq!(shown.json()["roles"][0]["value"], "Sales Manager");
        assert_eq!(scene.find(ADA).await.as_ref(), Some(shown.json()));
        let listed = scene.get("/scim/v2/Users?filter=active+eq+false").await;
        assert_eq!(listed.expect_list(1)[0]["id"], id, "{context}");
        assert!(scene.writes().is_empty());
        set_active(&scene, &id, false).await.expect(200);
        assert!(scene.writes().is_empty(), "{context}");

        let enabled = set_active(&scene, &id, true).await;
        assert_eq!(enabled.expect(200)["active"], true, "{context}");
        expect_all_back(&scene, &context);
        // The adapter tries a pending name again.
        let mut writes = scene.writes();
        writes.retain(|call| !call.ends_with(" 400"));
        assert_eq!(writes, [put], "{context}");
        let listed = scene.get("/scim/v2/Users?filter=active+eq+false").await;
        listed.expect_list(0);
    }
}

#[tokio::test]
async fn a_user_without_a_permission_set_returns_without_one_if_hubspot_allows() {
    for behavior in Behavior::main_combinations() {
        let scene = account()
            .configure(r#"{"deprovision": {"no_access_role": "No Access"}}"#)
            .behavior(behavior)
            .start()
            .await;
        let id = scene.create(&entra_user(ADA)).await;
        assert!(scene.hubspot().set_primary_team_by_hand(ADA, Some("5301")));
        set_active(&scene, &id, false).await.expect(200);
        expect_no_access(&scene, &behavior.to_string());
        let answer = set_active(&scene, &id, true).await;
        match behavior.dialect.omitted_role {
            OmittedRole::Wiped => {
                assert_eq!(answer.expect(200)["active"], true, "{behavior}");
                assert!(scene.roles_of(ADA).is_empty(), "{behavior}");
                let team = scene.member(ADA).primary_team_id;
                assert_eq!(team.as_deref(), Some("5301"));
            }
            OmittedRole::Kept => {
                let detail = answer.expect_error(400, Some("invalidValue"));
                assert!(detail.starts_with("roles"), "{detail}");
                assert!(detail.contains("default_role"), "{detail}");
                expect_no_access(&scene, &behavior.to_string());
                assert_eq!(get(&scene, &id).await.json()["active"], false);
                // A role in the request ends the suspension.
                let both = json!([
                    {"op": "Replace", "path": "active", "value": true},
                    {"op": "Replace", "path": "roles", "value": [{"value": "Sales Rep"}]},
                ]);
                let path = format!("/scim/v2/Users/{id}");
                let answer = scene.patch(&path, &patch_op(&both)).await;
                assert_eq!(answer.expect(200)["active"], true);
                assert_eq!(scene.roles_of(ADA), ["Sales Rep"], "{behavior}");
            }
        }
    }
}

#[tokio::test]
async fn a_put_disables_and_enables_like_a_patch() {
    let scene = builder().start().await;
    let id = placed(&scene).await;
    let path = format!("/scim/v2/Users/{id}");
    let document = scene.get(&path).await.json().clone();
    let answer = scene
        .put(&path, &with(document.clone(), "active", false))
        .await;
    assert_eq!(answer.expect(200)["active"], false);
    expect_no_access(&scene, "");
    // Okta puts the document it read, with one changed member.
    let away = scene.get(&path).await.json().clone();
    let answer = scene.put(&path, &with(away, "active", true)).await;
    assert_eq!(answer.expect(200)["active"], true);
    expect_all_back(&scene, "");
}

#[tokio::test]
async fn a_post_resumes_the_same_user() {
    let scene = builder().start().await;
    let id = placed(&scene).await;
    set_active(&scene, &id, false).await.expect(200);
    let answer = scene.post("/scim/v2/Users", &entra_user(ADA)).await;
    assert_eq!(answer.expect(201)["active"], true);
    assert_eq!(answer.id(), id);
    expect_all_back(&scene, "");
    let again = scene.post("/scim/v2/Users", &entra_user(ADA)).await;
    again.expect_error(409, Some("uniqueness"));
}

#[tokio::test]
async fn a_new_user_at_an_old_address_gets_nothing_of_the_last_holder() {
    let scene = builder().start().await;
    let id = placed(&scene).await;
    set_active(&scene, &id, false).await.expect(200);
    let newcomer = with(entra_user(ADA), "externalId", "somebody-else");
    let answer = scene.post("/scim/v2/Users", &newcomer).await;
    assert_eq!(answer.expect(201)["externalId"], "somebody-else");
    assert_eq!(scene.roles_of(ADA), ["Read Only"]);
    assert_eq!(scene.member(ADA).primary_team_id, None);
}

#[tokio::test]
async fn a_disabling_request_takes_access_away_whatever_else_it_asks() {
    let scene = builder().play("activation=waits").start().await;
    let id = placed(&scene).await;
    let request = patch_op(&json!([
        {"op": "Replace", "path": "active", "value": "False"},
        {"op": "Replace", "path": "userName", "value": "another@acme.example"},
        {"op": "Replace", "path": "name.givenName", "value": "Augusta"},
        {"op": "Replace", "path": "roles", "value": [{"value": "Marketing Editor"}]},
    ]));
    let answer = scene.patch(&format!("/scim/v2/Users/{id}"), &request).await;
    assert_eq!(answer.expect(200)["active"], false);
    assert_eq!(answer.json()["userName"], ADA);
    expect_no_access(&scene, "");
    // The possible changes apply when the user returns.
    set_active(&scene, &id, true).await.expect(200);
    assert_eq!(scene.roles_of(ADA), ["Marketing Editor"]);
    assert!(scene.hubspot().activate(ADA));
    set_active(&scene, &id, true).await.expect(200);
    assert_eq!(scene.member(ADA).first_name.as_deref(), Some("Augusta"));
}

#[tokio::test]
async fn a_role_given_during_a_suspension_applies_on_return() {
    let scene = builder().start().await;
    let id = placed(&scene).await;
    set_active(&scene, &id, false).await.expect(200);
    let request = patch_op(&json!([
        {"op": "Replace", "path": "roles", "value": [{"value": "Sales Rep"}]},
        {"op": "Replace", "path": "name.familyName", "value": "Byron"},
    ]));
    let answer = scene.patch(&format!("/scim/v2/Users/{id}"), &request).await;
    assert_eq!(answer.expect(200)["active"], false);
    assert_eq!(answer.json()["roles"][0]["value"], "Sales Rep");
    expect_no_access(&scene, "");
    assert_eq!(scene.member(ADA).last_name.as_deref(), Some("Byron"));
    set_active(&scene, &id, true).await.expect(200);
    assert_eq!(scene.roles_of(ADA), ["Sales Rep"]);
}

#[tokio::test]
async fn a_deleted_user_has_no_access_and_is_404() {
    let scene = builder().start().await;
    for disabled_before in [false, true] {
        let id = placed(&scene).await;
        let path = format!("/scim/v2/Users/{id}");
        if disabled_before {
            set_active(&scene, &id, false).await.expect(200);
        }
        scene.delete(&path).await.expect_no_content();
        expect_no_access(&scene, "");
        scene.get(&path).await.expect_error(404, None);
        scene.delete(&path).await.expect_error(404, None);
        set_active(&scene, &id, true).await.expect_error(404, None);
        assert_eq!(scene.find(ADA).await, None);
        scene.get("/scim/v2/Users").await.expect_list(12);

        // A new creation makes a new user.
        let answer = scene.post("/scim/v2/Users", &entra_user(ADA)).await;
        assert_eq!(answer.expect(201)["active"], true);
        assert_eq!(scene.roles_of(ADA), ["Read Only"]);
        scene.delete(&path).await.expect_no_content();
        assert!(scene.hubspot().remove_user_by_hand(ADA));
    }
}

#[tokio::test]
async fn changes_by_hand_during_a_suspension_count() {
    // With a permission set given by hand the user is active. The next request restores the rest.
    let scene = builder().start().await;
    let id = placed(&scene).await;
    set_active(&scene, &id, false).await.expect(200);
    assert!(scene.hubspot().set_roles_by_hand(ADA, &["140201"]));
    let shown = get(&scene, &id).await;
    assert_eq!(shown.expect(200)["active"], true);
    assert_eq!(shown.json()["roles"][0]["value"], "Sales Rep");
    set_active(&scene, &id, true).await.expect(200);
    assert_eq!(scene.roles_of(ADA), ["Sales Rep"]);
    let team = scene.member(ADA).primary_team_id;
    assert_eq!(team.as_deref(), Some("5301"));

    // Moved to the no-access role by hand the user is inactive, and returns with the settings of the last request.
    assert!(scene.hubspot().set_roles_by_hand(ADA, &["140206"]));
    assert_eq!(get(&scene, &id).await.expect(200)["active"], false);
    set_active(&scene, &id, true).await.expect(200);
    assert_eq!(scene.roles_of(ADA), ["Sales Rep"]);

    // Removed by hand the user is inactive, and returns as a new member.
    set_active(&scene, &id, false).await.expect(200);
    assert!(scene.hubspot().remove_user_by_hand(ADA));
    assert_eq!(get(&scene, &id).await.expect(200)["active"], false);
    let back = set_active(&scene, &id, true).await;
    assert_eq!(back.expect(200)["id"], id);
    assert_eq!(scene.roles_of(ADA), ["Sales Rep"]);
}

#[tokio::test]
async fn an_unmanaged_user_without_access_counts_as_absent() {
    let scene = builder().start().await;
    assert!(scene.hubspot().set_roles_by_hand(DIEGO, &["140206"]));
    let id = scene.member(DIEGO).id;
    get(&scene, &id).await.expect_error(404, None);
    assert_eq!(scene.find(DIEGO).await, None);
    scene.get("/scim/v2/Users").await.expect_list(11);
    let answer = scene.post("/scim/v2/Users", &entra_user(DIEGO)).await;
    assert_eq!(answer.expect(201)["id"], id);
    assert_eq!(answer.json()["active"], true);
    assert_eq!(scene.roles_of(DIEGO), ["Read Only"]);
}

#[tokio::test]
async fn an_unmanaged_user_in_another_letter_case_gets_access_as_a_new_user() {
    for active in [None, Some(true)] {
        let scene = builder().play("email=exact").start().await;
        assert!(scene.hubspot().set_roles_by_hand(DIEGO, &["140206"]));
        let mut user = entra_user("Diego.Fuentes@acme.example");
        user["active"] = active.into();
        let answer = scene.post("/scim/v2/Users", &user).await;
        assert_eq!(answer.expect(201)["active"], true, "{active:?}");
        assert_eq!(scene.roles_of(DIEGO), ["Read Only"], "{active:?}");
    }
}

#[tokio::test]
async fn a_second_permission_set_gives_access() {
    let scene = builder().start().await;
    let id = placed(&scene).await;
    let both = ["140206", "140201"];
    assert!(scene.hubspot().set_roles_by_hand(ADA, &both));
    assert_eq!(get(&scene, &id).await.expect(200)["active"], true);
    set_active(&scene, &id, false).await.expect(200);
    expect_no_access(&scene, "");
}

#[tokio::test]
async fn no_role_in_a_request_maps_to_the_no_access_role() {
    let scene = builder().start().await;
    for role in ["No Access", "140206"] {
        let user = with(entra_user(ADA), "roles", json!([{"value": role}]));
        let answer = scene.post("/scim/v2/Users", &user).await;
        let detail = answer.expect_error(400, Some("invalidValue"));
        assert!(detail.contains("roles: `No Access`"), "{detail}");
    }
    assert!(scene.writes().is_empty());
}

#[tokio::test]
async fn super_admins_and_protected_users_keep_their_access() {
    let scene = account()
        .configure(
            r#"{"deprovision": {"no_access_role": "No Access"}, "protected_users": ["diego.fuentes@acme.example"]}"#,
        )
        .start()
        .await;
    let account = scene.hubspot().users();
    for email in ["ingrid.halvorsen@acme.example", DIEGO] {
        let id = scene.member(email).id;
        let answer = set_active(&scene, &id, false).await;
        answer.expect_error(400, Some("mutability"));
        let answer = scene.delete(&format!("/scim/v2/Users/{id}")).await;
        answer.expect_error(400, Some("mutability"));
    }
    assert!(scene.writes().is_empty());
    assert_eq!(scene.hubspot().users(), account);
}

#[tokio::test]
async fn an_ignored_suspension_is_an_error_and_the_retry_completes_it() {
    for to in [false, true] {
        for fault in [
            Fault::status(503).times(4),
            Fault::close().times(4),
            Fault::close().after_commit().times(4),
            Fault::status(200).with_body(json!({"id": "1", "email": ADA, "roleIds": []})),
        ] {
            let context = format!("{to} {fault:?}");
            let scene = builder().start().await;
            let id = placed(&scene).await;
            if to {
                set_active(&scene, &id, false).await.expect(200);
            }
            scene.hubspot().inject(fault.on("PUT", "*"));
            let answer = set_active(&scene, &id, to).await;
            assert!(answer.status() >= 500, "{context} {}", answer.text());
            // The answer shows the data in HubSpot.
            let has_access = scene.roles_of(ADA) != ["No Access"];
            let shown = get(&scene, &id).await;
            assert_eq!(shown.expect(200)["active"], has_access, "{context}");
            let answer = set_active(&scene, &id, to).await;
            assert_eq!(answer.expect(200)["active"], to, "{context}");
            if to {
                expect_all_back(&scene, &context);
            } else {
                expect_no_access(&scene, &context);
                set_active(&scene, &id, true).await.expect(200);
                expect_all_back(&scene, &context);
            }
        }
    }
}

#[tokio::test]
async fn a_failing_state_does_not_prevent_suspension_and_the_retry_loses_nothing() {
    for to in [false, true] {
        for trouble in [Trouble::Fails, Trouble::FailsDone] {
            for call in 0.. {
                let context = format!("{to} {trouble:?} at call {call}");
                let probe = StateProbe::new(Arc::new(MemoryState::new()));
                let scene = builder()
                    .state(Arc::<StateProbe>::clone(&probe))
                    .start()
                    .await;
                let id = placed(&scene).await;
                // The read puts the teams into the record before the failure.
                set_active(&scene, &id, false).await.expect(200);
                set_active(&scene, &id, true).await.expect(200);
                if to {
                    set_active(&scene, &id, false).await.expect(200);
                }
                probe.strike(call, 1, trouble);
                let answer = set_active(&scene, &id, to).await;
                let was_struck = !probe.heal();
                if !to {
                    expect_no_access(&scene, &context);
                }
                if answer.status() != 200 {
                    answer.expect_error(503, None);
                    let retried = set_active(&scene, &id, to).await;
                    assert_eq!(retried.expect(200)["active"], to, "{context}");
                }
                if to {
                    expect_all_back(&scene, &context);
                } else {
                    expect_no_access(&scene, &context);
                }
                if !was_struck {
                    assert!(call > 0);
                    break;
                }
            }
        }
    }
}

#[tokio::test]
async fn the_next_request_removes_teams_that_were_left() {
    let scene = builder().start().await;
    let id = placed(&scene).await;
    // HubSpot makes half of the change and ignores the teams.
    assert!(scene.hubspot().set_roles_by_hand(ADA, &["140206"]));
    assert_eq!(get(&scene, &id).await.expect(200)["active"], false);
    set_active(&scene, &id, false).await.expect(200);
    expect_no_access(&scene, "");
}

#[tokio::test]
async fn the_next_request_restores_teams_that_are_missing() {
    let scene = builder().start().await;
    let id = placed(&scene).await;
    set_active(&scene, &id, false).await.expect(200);
    // HubSpot makes half of the change and the answer is lost: the permission set is back, and the teams are not.
    assert!(scene.hubspot().set_roles_by_hand(ADA, &["140202"]));
    set_active(&scene, &id, true).await.expect(200);
    expect_all_back(&scene, "");
    set_active(&scene, &id, true).await.expect(200);
    assert_eq!(scene.writes().len(), 2);
}

#[tokio::test]
async fn a_deleted_team_does_not_prevent_a_return() {
    let scene = builder().start().await;
    let id = placed(&scene).await;
    set_active(&scene, &id, false).await.expect(200);
    let gone = Fault::status(400).with_body(json!({"message": "team 5301 does not exist"}));
    let gone = gone.on("PUT", "*");
    // The team is deleted together with the permission set, and alone.
    scene.hubspot().inject(gone.clone());
    scene.hubspot().inject(gone.skip(1));
    let answer = set_active(&scene, &id, true).await;
    assert_eq!(answer.expect(200)["active"], true);
    assert_eq!(scene.roles_of(ADA), ["Sales Manager"]);
    assert_eq!(scene.member(ADA).primary_team_id, None);
}

#[tokio::test]
async fn a_missing_seat_for_a_returning_user_is_temporary() {
    let scene = builder().start().await;
    let id = placed(&scene).await;
    set_active(&scene, &id, false).await.expect(200);
    let full = Fault::status(400).with_body(json!({
        "message": "AppUserErrors.NO_SEAT_AVAILABLE_FOR_ROLE_COMBINATION",
    }));
    scene.hubspot().inject(full.on("PUT", "*"));
    let answer = set_active(&scene, &id, true).await;
    let detail = answer.expect_error(503, None);
    assert!(detail.starts_with("roles"), "{detail}");
    assert_eq!(answer.header("retry-after"), Some("30"));
    expect_no_access(&scene, "");
    set_active(&scene, &id, true).await.expect(200);
    expect_all_back(&scene, "");
}

#[tokio::test]
async fn a_missing_no_access_role_is_reported_at_start_and_changes_nobody() {
    let config = r#"{"deprovision": {"no_access_role": "Nothing"}}"#;
    let scene = account().configure(config).start().await;
    let parsed: Config = serde_json::from_str(config).unwrap();
    let report = HubSpot::builder(scene.hubspot().client().build().unwrap())
        .policy(parsed.validate().unwrap())
        .build()
        .check()
        .await;
    assert!(!report.is_ready());
    assert_eq!(report.missing[0].key(), "deprovision");
    let printed = report.to_string();
    assert!(
        printed.contains(
            "missing: deprovision: no permission set is named \"Nothing\" in HubSpot. Create or rename it there, or correct this key."
        ),
        "{printed}"
    );

    let id = placed(&scene).await;
    let answer = set_active(&scene, &id, false).await;
    let detail = answer.expect_error(502, None);
    assert!(detail.contains("deprovision"), "{detail}");
    expect_all_back(&scene, "");
    assert_eq!(get(&scene, &id).await.expect(200)["active"], true);
}

#[test]
fn a_no_access_role_of_active_users_is_refused_at_start() {
    for given in [
        r#""default_role": "No Access""#,
        r#""role_map": {"Leaver": "No Access"}"#,
    ] {
        let text = format!(r#"{{"deprovision": {{"no_access_role": "No Access"}}, {given}}}"#);
        let config: Config = serde_json::from_str(&text).unwrap();
        let refused = config.validate().unwrap_err();
        assert_eq!(refused.key(), "deprovision");
        assert!(refused.to_string().contains("active users"), "{refused}");
    }
}

#[tokio::test]
async fn a_pending_given_name_survives_a_change_of_the_family_name() {
    for request in [
        patch_op(&json!([{"op": "replace", "path": "name.givenName", "value": "Augusta"}])),
        patch_op(&json!([
            {"op": "replace", "path": "name.givenName", "value": "Augusta"},
            {"op": "replace", "path": "active", "value": false},
        ])),
    ] {
        let scene = builder().play("activation=waits").start().await;
        let id = scene.create(&manager()).await;
        set_active(&scene, &id, false).await.expect(200);
        assert!(scene.hubspot().activate(ADA));
        let path = format!("/scim/v2/Users/{id}");
        let answer = scene.patch(&path, &request).await;
        let name = json!({"formatted": "Augusta Lovelace", "givenName": "Augusta", "familyName": "Lovelace"});
        assert_eq!(answer.expect(200)["name"], name);
        assert_eq!(scene.member(ADA).last_name.as_deref(), Some("Lovelace"));
        assert!(scene.hubspot().remove_user_by_hand(ADA));
        assert_eq!(get(&scene, &id).await.expect(200)["name"], name);
    }
}
