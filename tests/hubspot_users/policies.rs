//! Each policy in its edge cases: the answer, and the account afterwards.

use std::sync::Arc;

use hubspot_adapter::HubSpot;
use hubspot_adapter::config::Config;
use hubspot_adapter::emulator::Behavior;
use scim_core::Service;
use scim_core::auth::BearerTokens;
use scim_core::tenant::Tenant;
use scim_tests::{Answer, Caller, SECRET_TOKEN, Scene, entra_user, patch_op, with};
use serde_json::{Value, json};

const USERS: &str = "/scim/v2/Users";
const ADA: &str = "ada@acme.example";
/// A user in HubSpot with the role `Sales Rep`, a main team and an extra team.
const DIEGO: &str = "diego.fuentes@acme.example";
const NO_ACCESS: &str = r#"{"deprovision": {"no_access_role": "No Access"}}"#;
const REFUSES: &str = r#"{"deprovision": "refuse"}"#;

async fn configured(json: &str) -> Scene {
    Scene::builder().configure(json).start().await
}

fn set(path: &str, value: impl Into<Value>) -> Value {
    patch_op(&json!([{"op": "Replace", "path": path, "value": value.into()}]))
}

fn with_role(email: &str, role: &str) -> Value {
    with(entra_user(email), "roles", json!([{"value": role}]))
}

fn inactive(email: &str) -> Value {
    with(entra_user(email), "active", false)
}

/// Sends every kind of request that takes access away.
async fn disable(scene: &Scene, path: &str, email: &str) -> [Answer; 3] {
    [
        scene.patch(path, &set("active", "False")).await,
        scene.put(path, &inactive(email)).await,
        scene.delete(path).await,
    ]
}

#[tokio::test]
async fn an_unknown_role_in_a_change_follows_the_policy() {
    let chef = set("roles", json!([{"value": "Chef"}]));
    for behavior in Behavior::main_combinations() {
        let start = async |config: &str| {
            let scene = Scene::builder().behavior(behavior).configure(config);
            let scene = scene.start().await;
            let id = scene.create(&with_role(ADA, "Sales Rep")).await;
            (scene, format!("{USERS}/{id}"))
        };
        let read_only = r#"{"default_role": "Read Only"}"#;
        let minimal = r#"{"default_role": "Read Only", "unknown_role": "minimal"}"#;
        for config in ["{}", read_only, minimal] {
            let (scene, path) = start(config).await;
            let answer = scene.patch(&path, &chef).await;
            assert_eq!(answer.expect(200)["roles"][0]["value"], "Sales Rep");
            assert_eq!(scene.roles_of(ADA), ["Sales Rep"], "{behavior} {config}");
        }

        let (scene, path) = start(r#"{"unknown_role": "refuse"}"#).await;
        let before = scene.member(ADA);
        let answer = scene.patch(&path, &chef).await;
        let detail = answer.expect_error(400, Some("invalidValue"));
        assert!(detail.contains("Chef"), "{detail}");
        assert_eq!(scene.member(ADA), before, "{behavior}");
        assert!(scene.writes().is_empty());
    }
}

#[tokio::test]
async fn the_refuse_policy_refuses_every_form_of_disabling() {
    let scene = configured(REFUSES).await;
    let account = scene.hubspot().users();
    let id = scene.create(&entra_user(ADA)).await;
    let managed = scene.member(ADA);
    for answer in disable(&scene, &format!("{USERS}/{id}"), ADA).await {
        let detail = answer.expect_error(400, Some("mutability"));
        assert!(
            detail.contains("deprovision") || detail.contains("configuration"),
            "{detail}"
        );
    }
    assert_eq!(scene.member(ADA), managed);

    let stranger = scene.member(DIEGO);
    let path = format!("{USERS}/{}", stranger.id);
    for answer in disable(&scene, &path, DIEGO).await {
        answer.expect_error(400, Some("mutability"));
    }
    let answer = scene.post(USERS, &inactive(DIEGO)).await;
    answer.expect_error(400, Some("mutability"));
    assert!(scene.writes().is_empty());
    assert_eq!(scene.hubspot().users().len(), account.len() + 1);
    assert_eq!(scene.member(DIEGO), stranger);
    // The requests adopted no user.
    assert_eq!(scene.state().all().await.unwrap().len(), 1);
}

#[tokio::test]
async fn under_the_refuse_policy_a_user_removed_by_hand_stays_inactive_and_can_return() {
    let scene = Scene::builder()
        .configure(REFUSES)
        .connected()
        .start()
        .await;
    let id = scene.create(&with_role(ADA, "Sales Rep")).await;
    let path = format!("{USERS}/{id}");
    assert!(scene.hubspot().remove_user_by_hand(ADA));
    assert_eq!(scene.get(&path).await.expect(200)["active"], false);
    // The user has no access to take away.
    let answer = scene.patch(&path, &set("active", "False")).await;
    assert_eq!(answer.expect(200)["active"], false);
    let answer = scene.post(USERS, &inactive(ADA)).await;
    assert_eq!(answer.expect(201)["active"], false);
    assert!(scene.writes().is_empty());
    assert_eq!(scene.hubspot().user_by_email(ADA), None);
    let answer = scene.patch(&path, &set("active", "True")).await;
    assert_eq!(answer.expect(200)["active"], true);
    assert_eq!(scene.roles_of(ADA), ["Sales Rep"]);

    assert!(scene.hubspot().deactivate_by_hand(ADA));
    let before = scene.member(ADA);
    scene.hubspot().clear_requests();
    let answer = scene.patch(&path, &set("active", "False")).await;
    assert_eq!(answer.expect(200)["active"], false);
    let answer = scene.patch(&path, &set("active", "True")).await;
    answer.expect_error(400, Some("mutability"));
    let answer = scene.delete(&path).await;
    answer.expect_error(400, Some("mutability"));
    assert!(scene.writes().is_empty());
    assert_eq!(scene.member(ADA), before);
}

#[tokio::test]
async fn an_inactive_creation_disables_by_the_policy() {
    let scene = configured(NO_ACCESS).await;
    let id = scene.member(DIEGO).id;
    let answer = scene.post(USERS, &inactive(DIEGO)).await;
    assert_eq!(answer.expect(201)["active"], false);
    assert_eq!(answer.id(), id);
    assert_eq!(scene.roles_of(DIEGO), ["No Access"]);
    let held = scene.member(DIEGO);
    assert_eq!(held.primary_team_id, None);
    assert!(held.secondary_team_ids.is_empty());
    let answer = scene
        .patch(&format!("{USERS}/{id}"), &set("active", "True"))
        .await;
    assert_eq!(answer.expect(200)["roles"][0]["value"], "Sales Rep");
    assert_eq!(scene.roles_of(DIEGO), ["Sales Rep"]);

    for config in ["{}", NO_ACCESS, REFUSES] {
        let scene = configured(config).await;
        let account = scene.hubspot().users();
        let answer = scene.post(USERS, &inactive(ADA)).await;
        let detail = answer.expect_error(400, Some("invalidValue"));
        assert!(detail.starts_with("active"), "{detail}");
        assert_eq!(scene.hubspot().users(), account, "{config}");
        assert!(scene.state().all().await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn a_creation_does_not_disable_a_user_it_may_not_adopt() {
    for (config, role) in [
        (r#"{"adopt": "refuse"}"#, "Sales Rep"),
        (r#"{"adopt": "if-role-matches"}"#, "Sales Manager"),
    ] {
        let scene = configured(config).await;
        let account = scene.hubspot().users();
        let user = with(with_role(DIEGO, role), "active", false);
        let answer = scene.post(USERS, &user).await;
        answer.expect_error(409, Some("uniqueness"));
        assert_eq!(scene.hubspot().users(), account, "{config}");
        assert!(scene.state().all().await.unwrap().is_empty(), "{config}");
    }
}

#[tokio::test]
async fn adoption_compares_the_role_that_the_request_maps_to() {
    for (config, roles, status) in [
        (
            r#"{"adopt": "if-role-matches", "default_role": "Sales Rep"}"#,
            json!([]),
            201,
        ),
        (
            r#"{"adopt": "if-role-matches", "default_role": "Read Only"}"#,
            json!([]),
            409,
        ),
        (
            r#"{"adopt": "if-role-matches", "role_map": {"Seller": "Sales Rep"}}"#,
            json!([{"value": "Seller"}]),
            201,
        ),
        (
            r#"{"adopt": "if-role-matches", "role_map": {"Sales Rep": "Read Only"}}"#,
            json!([{"value": "Sales Rep"}]),
            409,
        ),
        (
            r#"{"adopt": "if-role-matches"}"#,
            json!([{"value": "140201"}]),
            201,
        ),
    ] {
        let scene = configured(config).await;
        let account = scene.hubspot().users();
        let mut user = with(entra_user(DIEGO), "roles", roles);
        user["name"] = json!({"givenName": "Diego", "familyName": "Fuentes"});
        let answer = scene.post(USERS, &user).await;
        answer.expect(status);
        assert_eq!(scene.hubspot().users(), account, "{config}");
        let kept = scene.state().all().await.unwrap().len();
        assert_eq!(kept, usize::from(status == 201), "{config}");
    }
    // A super admin matches no role.
    let scene = configured(r#"{"adopt": "if-role-matches"}"#).await;
    let account = scene.hubspot().users();
    let ingrid = with(
        entra_user("ingrid.halvorsen@acme.example"),
        "roles",
        json!([]),
    );
    let answer = scene.post(USERS, &ingrid).await;
    answer.expect_error(409, Some("uniqueness"));
    assert_eq!(scene.hubspot().users(), account);
}

#[tokio::test]
async fn a_user_removed_by_hand_returns_under_every_adoption_policy() {
    for config in [
        "{}",
        r#"{"adopt": "refuse"}"#,
        r#"{"adopt": "if-role-matches", "default_role": "Read Only"}"#,
    ] {
        let scene = configured(config).await;
        let id = scene.create(&with_role(ADA, "Sales Rep")).await;
        assert!(scene.hubspot().remove_user_by_hand(ADA));
        let answer = scene.post(USERS, &with_role(ADA, "Sales Rep")).await;
        assert_eq!(answer.expect(201)["id"], id, "{config}");
        assert_eq!(scene.roles_of(ADA), ["Sales Rep"], "{config}");

        // Without a record the user is new, and nobody is adopted.
        assert!(scene.hubspot().remove_user_by_hand(DIEGO));
        let answer = scene.post(USERS, &with_role(DIEGO, "Read Only")).await;
        answer.expect(201);
        assert_eq!(scene.roles_of(DIEGO), ["Read Only"], "{config}");
    }
}

#[tokio::test]
async fn the_welcome_email_follows_the_policy() {
    for (config, sent) in [("{}", false), (r#"{"welcome_email": true}"#, true)] {
        let scene = configured(config).await;
        let created = scene.post(USERS, &entra_user(ADA)).await;
        let path = format!("{USERS}/{}", created.id());
        scene
            .patch(&path, &set("active", "False"))
            .await
            .expect(200);
        scene.patch(&path, &set("active", "True")).await.expect(200);
        // An adopted user is not new.
        scene.post(USERS, &entra_user(DIEGO)).await.expect(201);
        let asked = scene.hubspot().requests();
        let posts = asked.iter().filter(|call| call.method == "POST");
        let sends: Vec<&Value> = posts
            .filter_map(|call| call.body.as_ref()?.get("sendWelcomeEmail"))
            .collect();
        assert_eq!(sends, [sent, sent], "{config}");
        assert!(scene.hubspot().user_by_email(ADA).is_some());
    }
}

#[tokio::test]
async fn a_managed_user_stays_managed_in_a_domain_no_longer_allowed() {
    let mut scene = configured("{}").await;
    let id = scene.create(&with_role(ADA, "Sales Rep")).await;
    let path = format!("{USERS}/{id}");
    assert!(scene.hubspot().activate(ADA));
    scene.reconfigure(r#"{"allowed_domains": ["other.example"]}"#);
    let answer = scene.patch(&path, &set("name.familyName", "Byron")).await;
    assert_eq!(answer.expect(200)["name"]["familyName"], "Byron");
    assert_eq!(scene.member(ADA).last_name.as_deref(), Some("Byron"));
    let answer = scene.patch(&path, &set("active", "False")).await;
    assert_eq!(answer.expect(200)["active"], false);
    assert_eq!(scene.hubspot().user_by_email(ADA), None);
    // A creation always checks the domain.
    let answer = scene.post(USERS, &entra_user(ADA)).await;
    answer.expect_error(400, Some("invalidValue"));
    assert_eq!(scene.hubspot().user_by_email(ADA), None);
    let answer = scene.patch(&path, &set("active", "True")).await;
    assert_eq!(answer.expect(200)["active"], true);
    assert_eq!(scene.roles_of(ADA), ["Sales Rep"]);
}

#[tokio::test]
async fn a_user_is_not_adopted_if_the_token_cannot_give_the_permission_set() {
    let scene = Scene::builder()
        .scopes(&["settings.users.read", "settings.users.write"])
        .start()
        .await;
    let account = scene.hubspot().users();
    let answer = scene.post(USERS, &with_role(DIEGO, "Sales Hub User")).await;
    let detail = answer.expect_error(400, Some("invalidValue"));
    assert!(detail.starts_with("roles"), "{detail}");
    assert!(detail.contains("settings.billing.write"), "{detail}");
    assert_eq!(scene.hubspot().users(), account);
    // If the token can give the wanted permission set, the retry adopts the user.
    let answer = scene.post(USERS, &with_role(DIEGO, "Read Only")).await;
    answer.expect(201);
    assert_eq!(scene.roles_of(DIEGO), ["Read Only"]);
}

#[tokio::test]
async fn a_department_is_stored_if_the_policy_names_a_property() {
    let enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
    let user = with(
        entra_user(DIEGO),
        enterprise,
        json!({"department": "Sales"}),
    );
    for (config, kept) in [
        ("{}", None),
        (r#"{"department_property": "department"}"#, Some("Sales")),
        (r#"{"department_property": "unit"}"#, None),
    ] {
        let scene = Scene::builder()
            .play("property=department")
            .configure(config)
            .connected()
            .start()
            .await;
        let answer = scene.post(USERS, &user).await;
        let shown = &answer.expect(201)[enterprise]["department"];
        assert_eq!(shown.as_str(), kept, "{config}");
        let row = scene.row(DIEGO);
        let held = row.get("department");
        assert_eq!(held.filter(|text| !text.is_empty()), kept, "{config}");
    }
}

/// A second server for a scene's account, with this dialect.
#[expect(clippy::unwrap_used, reason = "a broken setup fails the test")]
async fn serve_with_dialect(scene: &Scene, dialect: &str) -> Caller {
    let config: Config =
        serde_json::from_value(json!({"dialect": dialect, "default_role": "Read Only"})).unwrap();
    let client = scene.hubspot().client();
    let client = client.timer(Arc::new(scene.timer().clone())).build();
    let adapter = HubSpot::builder(client.unwrap())
        .dialect(config.dialect().unwrap())
        .policy(config.validate().unwrap())
        .state(Arc::clone(scene.state()))
        .timer(Arc::new(scene.timer().clone()));
    let (adapter, _) = adapter.connect().await;
    let tenant = Tenant::builder("https://scim.acme.example/scim/v2".parse().unwrap())
        .authenticator(BearerTokens::new("identity provider", SECRET_TOKEN))
        .provider(adapter.users());
    Caller::new(Service::new(tenant.build().unwrap()))
}

#[tokio::test]
async fn a_right_dialect_saves_calls_and_a_wrong_one_only_refuses() {
    let all = ["additive", "replacing"].map(|list| ["wiped", "kept"].map(|role| (list, role)));
    let all = all.as_flattened();
    for (played, said) in all
        .iter()
        .flat_map(|played| all.iter().map(move |said| (played, said)))
    {
        let text = |(list, role): (&str, &str)| format!("seats={list},teams={list},role={role}");
        let context = format!("played {played:?}, serve_with_dialect {said:?}");
        let scene = Scene::builder().play(&text(*played)).start().await;
        let server = serve_with_dialect(&scene, &text(*said)).await;
        let mut user = with_role(ADA, "Sales Rep");
        user["entitlements"] = json!([{"value": "core"}, {"value": "service"}]);
        let created = server.post(USERS, &user).await;
        created.expect(201);
        let path = format!("{USERS}/{}", created.id());
        scene.hubspot().clear_requests();

        let fewer = set("entitlements", json!([{"value": "core"}]));
        let before = scene.member(ADA);
        let answer = server.patch(&path, &fewer).await;
        let is_deceived = (said.0, played.0) == ("replacing", "additive");
        if is_deceived {
            let detail = answer.expect_error(502, None);
            assert!(detail.contains("entitlements"), "{context}: {detail}");
            assert_eq!(scene.member(ADA), before, "{context}");
        } else {
            answer.expect(200);
            assert_eq!(scene.member(ADA).seat_names, ["core"], "{context}");
            let puts = if said.0 == "replacing" { 1 } else { 2 };
            assert_eq!(scene.writes().len(), puts, "{context}");
        }

        // Under any dialect, access goes and returns with the role.
        let answer = server.patch(&path, &set("active", "False")).await;
        assert_eq!(answer.expect(200)["active"], false, "{context}");
        assert_eq!(scene.hubspot().user_by_email(ADA), None, "{context}");
        server
            .patch(&path, &set("active", "True"))
            .await
            .expect(200);
        assert_eq!(scene.roles_of(ADA), ["Sales Rep"], "{context}");
    }
}

#[tokio::test]
async fn a_managed_user_who_became_super_admin_is_shown_or_hidden_and_never_changed() {
    for (config, shown) in [("{}", true), (r#"{"super_admins": "hidden"}"#, false)] {
        let scene = configured(config).await;
        let path = format!(
            "{USERS}/{}",
            scene.create(&with_role(ADA, "Sales Rep")).await
        );
        assert!(scene.hubspot().set_super_admin_by_hand(ADA, true));
        let before = scene.member(ADA);
        scene.get(&path).await.expect(if shown { 200 } else { 404 });
        assert_eq!(scene.find(ADA).await.is_some(), shown, "{config}");
        for answer in disable(&scene, &path, ADA).await {
            answer.expect(if shown { 400 } else { 404 });
        }
        let again = scene.post(USERS, &entra_user(ADA)).await;
        again.expect_error(409, Some("uniqueness"));
        assert_eq!(scene.member(ADA), before, "{config}");
        assert!(scene.writes().is_empty(), "{config}");
        // Once the user is no super admin, the adapter manages them as before.
        assert!(scene.hubspot().set_super_admin_by_hand(ADA, false));
        let answer = scene.patch(&path, &set("active", "False")).await;
        assert_eq!(answer.expect(200)["active"], false, "{config}");
        assert_eq!(scene.hubspot().user_by_email(ADA), None);
    }
}

#[tokio::test]
async fn a_disabled_user_keeps_everything_when_the_policy_changes() {
    let policies = ["{}", NO_ACCESS, REFUSES];
    for (before, after) in policies[..2]
        .iter()
        .flat_map(|before| policies.map(|after| (*before, after)))
        .filter(|(before, after)| before != after)
    {
        let context = format!("{before} then {after}");
        let mut scene = configured(before).await;
        let id = scene.create(&with_role(ADA, "Sales Rep")).await;
        let path = format!("{USERS}/{id}");
        assert!(scene.hubspot().set_primary_team_by_hand(ADA, Some("5301")));
        scene
            .patch(&path, &set("active", "False"))
            .await
            .expect(200);
        scene.reconfigure(after);
        // A user in the former no-access permission set counts as active until the next disabling.
        let is_moved = before == NO_ACCESS;
        assert_eq!(
            scene.get(&path).await.expect(200)["active"],
            is_moved,
            "{context}"
        );
        let answer = scene.patch(&path, &set("active", "False")).await;
        if is_moved && after == REFUSES {
            answer.expect_error(400, Some("mutability"));
        } else {
            assert_eq!(answer.expect(200)["active"], false, "{context}");
            assert_eq!(scene.hubspot().user_by_email(ADA), None, "{context}");
        }
        let answer = scene.patch(&path, &set("active", "True")).await;
        assert_eq!(answer.expect(200)["active"], true, "{context}");
        assert_eq!(answer.id(), id);
        if is_moved {
            // The adapter can no longer tell that the permission set came from the suspension.
            assert_eq!(scene.roles_of(ADA), ["No Access"], "{context}");
            let role = set("roles", json!([{"value": "Sales Rep"}]));
            scene.patch(&path, &role).await.expect(200);
        } else {
            let team = scene.member(ADA).primary_team_id;
            assert_eq!(team.as_deref(), Some("5301"), "{context}");
        }
        assert_eq!(scene.roles_of(ADA), ["Sales Rep"], "{context}");
    }
}
