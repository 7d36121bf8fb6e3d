//! Role names that the account does not have (`H1`, `H14` of the reports from the field): none takes a permission set away.

use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, TestRunner};
use scim_tests::{Answer, Log, Scene, entra_user, patch_op, with};
use serde_json::{Value, json};
use tracing::Level;

/// HubSpot has the user, with the permission set `Sales Rep`.
const DIEGO: &str = "diego.fuentes@acme.example";
const ADA: &str = "ada@acme.example";
const AUDIT: &str = "hubspot_adapter::audit";
const USERS: &str = "/scim/v2/Users";
/// The names of the permission sets that the emulated account has, in lower case.
const KNOWN: [&str; 4] = [
    "sales rep",
    "sales manager",
    "marketing editor",
    "read only",
];

fn with_role(role: &str) -> Value {
    with(entra_user(DIEGO), "roles", json!([{"value": role}]))
}

/// A scene with a managed user who has the permission set `Sales Rep`, and the user's path.
async fn with_sales_rep(config: &str) -> (Scene, String) {
    let scene = Scene::builder().configure(config).start().await;
    let id = scene.create(&entra_user(DIEGO)).await;
    (scene, format!("{USERS}/{id}"))
}

/// The forms in which identity providers send a role.
#[derive(Clone, Copy, Debug)]
enum Form {
    Text,
    Object,
    JsonText,
    ValuePath,
    AssertiveList,
    WithoutPath,
    Put,
    Post,
}

const FORMS: [Form; 8] = [
    Form::Text,
    Form::Object,
    Form::JsonText,
    Form::ValuePath,
    Form::AssertiveList,
    Form::WithoutPath,
    Form::Put,
    Form::Post,
];

/// Sends one role in a form; a POST is about a user that HubSpot has and no request created.
async fn send(scene: &Scene, path: &str, form: Form, role: &str) -> Answer {
    let replace = |path: &str, value: Value| {
        patch_op(&json!([{"op": "Replace", "path": path, "value": value}]))
    };
    let request = match form {
        Form::Text => replace("roles", json!([role])),
        Form::Object => replace("roles", json!([{"value": role}])),
        Form::JsonText => {
            let text = json!({"value": role}).to_string();
            replace("roles", json!([{"value": text}]))
        }
        Form::ValuePath => replace("roles[primary eq \"True\"].value", json!(role)),
        Form::AssertiveList => {
            let assigned = json!([{"primary": false, "type": "WindowsAzureActiveDirectoryRole", "display": role, "value": role}]);
            replace("roles", assigned)
        }
        Form::WithoutPath => {
            patch_op(&json!([{"op": "replace", "value": {"roles": [{"value": role}]}}]))
        }
        Form::Put => return scene.put(path, &with_role(role)).await,
        Form::Post => return scene.post(USERS, &with_role(role)).await,
    };
    scene.patch(path, &request).await
}

/// A scene for a form: a managed user, or an unmanaged one for a POST.
async fn scene_for(form: Form) -> (Scene, String) {
    if matches!(form, Form::Post) {
        (Scene::start().await, String::new())
    } else {
        with_sales_rep("{}").await
    }
}

#[tokio::test]
async fn h1_a_name_that_differs_by_case_or_outer_blanks_is_the_permission_set() {
    for form in FORMS {
        for role in ["sales manager", " Sales Manager ", "SALES MANAGER"] {
            let (scene, path) = scene_for(form).await;
            let answer = send(&scene, &path, form, role).await;
            assert!(matches!(answer.status(), 200 | 201), "{form:?} {role}");
            let held = scene.roles_of(DIEGO);
            assert_eq!(held, ["Sales Manager"], "{form:?} {role}");
        }
    }
}

#[tokio::test]
async fn h1_an_unknown_name_keeps_the_permission_set_and_is_a_warning() {
    for form in FORMS {
        let (scene, path) = scene_for(form).await;
        let (log, _listening) = Log::listen();
        let answer = send(&scene, &path, form, "Sales Repp").await;
        assert!(matches!(answer.status(), 200 | 201), "{form:?}");
        let shown = answer.json();
        assert_eq!(shown["roles"][0]["value"], "Sales Rep", "{form:?}");
        assert_eq!(scene.roles_of(DIEGO), ["Sales Rep"], "{form:?}");

        let lines = log.lines(AUDIT);
        let warned: Vec<_> = lines
            .iter()
            .filter(|line| line.get("role").is_some())
            .collect();
        assert_eq!(warned.len(), 1, "{form:?} {lines:?}");
        assert_eq!(warned[0].level(), Level::WARN);
        assert_eq!(warned[0].get("role"), Some("Sales Repp"));
        assert_eq!(warned[0].get("did_you_mean"), Some("Sales Rep"));
        assert_eq!(warned[0].get("id"), shown["id"].as_str(), "{form:?}");
    }
}

#[tokio::test]
async fn h1_placeholders_of_entra_are_no_role() {
    for form in FORMS {
        for role in ["User", "msiam_access"] {
            let (scene, path) = scene_for(form).await;
            let (log, _listening) = Log::listen();
            let answer = send(&scene, &path, form, role).await;
            assert!(matches!(answer.status(), 200 | 201), "{form:?} {role}");
            assert_eq!(scene.roles_of(DIEGO), ["Sales Rep"], "{form:?} {role}");
            let lines = log.lines(AUDIT);
            assert!(
                lines.iter().all(|line| line.get("role").is_none()),
                "{lines:?}"
            );
        }
    }
}

#[tokio::test]
async fn h1_a_placeholder_that_the_map_names_is_a_role() {
    let (scene, path) = with_sales_rep(r#"{"role_map": {"User": "Read Only"}}"#).await;
    send(&scene, &path, Form::AssertiveList, "User")
        .await
        .expect(200);
    assert_eq!(scene.roles_of(DIEGO), ["Read Only"]);
}

#[tokio::test]
async fn h1_a_returning_user_with_an_unknown_role_gets_the_recorded_permission_set() {
    for deprovision in ["\"remove\"", "{\"no_access_role\": \"Read Only\"}"] {
        let config = format!(r#"{{"deprovision": {deprovision}}}"#);
        let (scene, path) = with_sales_rep(&config).await;
        let inactive = patch_op(&json!([{"op": "Replace", "path": "active", "value": "False"}]));
        scene.patch(&path, &inactive).await.expect(200);

        let back = patch_op(&json!([
            {"op": "Replace", "path": "active", "value": "True"},
            {"op": "Replace", "path": "roles", "value": [{"value": "Chef"}]},
        ]));
        let answer = scene.patch(&path, &back).await;
        assert_eq!(answer.expect(200)["roles"][0]["value"], "Sales Rep");
        assert_eq!(scene.roles_of(DIEGO), ["Sales Rep"], "{config}");
    }
}

#[tokio::test]
async fn h1_refusing_unknown_roles_suggests_the_name() {
    let (scene, path) = with_sales_rep(r#"{"unknown_role": "refuse"}"#).await;
    let answer = send(&scene, &path, Form::Object, "Sales-Manager").await;
    let detail = answer.expect_error(400, Some("invalidValue"));
    assert!(detail.contains("Did you mean `Sales Manager`?"), "{detail}");
    assert_eq!(scene.roles_of(DIEGO), ["Sales Rep"]);
}

#[tokio::test]
async fn h1_adoption_by_role_stays_a_conflict_for_an_unknown_role() {
    let scene = Scene::builder()
        .configure(r#"{"adopt": "if-role-matches"}"#)
        .start()
        .await;
    let answer = scene.post(USERS, &with_role("Chef")).await;
    answer.expect_error(409, Some("uniqueness"));
}

#[tokio::test]
async fn h14_of_several_names_the_map_decides_and_the_others_are_warnings() {
    let map = r#"{"role_map": {"Managers": "Sales Manager", "Reps": "Sales Rep"}}"#;
    let (scene, path) = with_sales_rep(map).await;
    let (log, _listening) = Log::listen();
    let both = patch_op(&json!([
        {"op": "Replace", "path": "roles", "value": [{"value": "Reps"}, {"value": "Managers"}]},
    ]));
    scene.patch(&path, &both).await.expect(200);
    assert_eq!(scene.roles_of(DIEGO), ["Sales Manager"]);

    let lines = log.lines(AUDIT);
    let left_out: Vec<_> = lines.iter().filter_map(|line| line.get("role")).collect();
    assert_eq!(left_out, ["Sales Rep"]);
}

#[tokio::test]
async fn the_policy_says_whose_permission_set_follows_the_roles() {
    for (policy, created, changed) in [
        ("manage", "Sales Rep", "Sales Manager"),
        ("create-only", "Sales Rep", "Sales Rep"),
        ("ignore", "Read Only", "Read Only"),
    ] {
        let config = format!(r#"{{"roles": "{policy}", "default_role": "Read Only"}}"#);
        let scene = Scene::builder().configure(&config).start().await;
        let ada = with(entra_user(ADA), "roles", json!([{"value": "Sales Rep"}]));
        let path = format!("{USERS}/{}", scene.create(&ada).await);
        assert_eq!(scene.roles_of(ADA), [created], "{policy}");

        let answer = send(&scene, &path, Form::Object, "Sales Manager").await;
        answer.expect(200);
        assert_eq!(scene.roles_of(ADA), [changed], "{policy}");
    }
}

/// Names that the account does not have, close to those that it has and far from them.
fn unknown_names() -> impl Strategy<Value = String> {
    let close =
        (select(KNOWN.to_vec()), "[a-z!]{1,3}").prop_map(|(name, tail)| name.to_owned() + &tail);
    let any = "[ -~äßİ🦀]{0,24}";
    let placeholder = select(vec!["User", "msiam_access", "", "  "]).prop_map(str::to_owned);
    prop_oneof![close, any, placeholder].prop_filter("is known", |name| {
        let name = name.trim().to_lowercase();
        let is_id = name.starts_with("1402");
        // Two names of the emulated account are not among those above.
        let is_other = ["no access", "sales hub user", "super admin"].contains(&name.as_str());
        !is_id && !is_other && !KNOWN.contains(&name.as_str())
    })
}

#[test]
fn h1_no_request_with_unknown_names_changes_a_permission_set() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let config = Config {
        cases: 200,
        failure_persistence: None,
        ..Config::default()
    };
    let drawn = (unknown_names(), select(FORMS.to_vec()));
    TestRunner::new(config)
        .run(&drawn, |(name, form)| {
            runtime.block_on(async {
                let (scene, path) = scene_for(form).await;
                let before = scene.member(DIEGO).role_ids;
                let answer = send(&scene, &path, form, &name).await;
                prop_assert!(answer.status() < 500, "{}", answer.status());
                prop_assert_eq!(scene.member(DIEGO).role_ids, before);
                Ok(())
            })
        })
        .unwrap_or_else(|error| panic!("{error}"));
}
