//! Restarts of the server do not change any answer.

#![expect(clippy::unwrap_used, reason = "a broken setup fails the test")]

use std::path::Path;
use std::sync::Arc;

use hubspot_adapter::emulator::Behavior;
use hubspot_adapter::state::{MemoryState, SqliteState, StateStore};
use hubspot_adapter::{Features, RowFeatures};
use scim_tests::{Answer, Folder, Scene, entra_user, okta_user, patch_op, with};
use serde_json::{Value, json};

use super::account;

const ADA: &str = "ada@acme.example";
const INGRID: &str = "ingrid.halvorsen@acme.example";
const MARCUS: &str = "marcus.bennett@acme.example";

/// One event: a request of the identity provider, or a change by hand.
enum Step {
    /// A request. `{id}` in its path stands for the id of the first created user.
    Ask(&'static str, &'static str, Option<Value>),
    /// A change by an administrator in HubSpot.
    ByHand(fn(&Scene) -> bool),
}

fn set(path: &str, value: &Value) -> Value {
    patch_op(&json!([{"op": "Replace", "path": path, "value": value}]))
}

fn ask(method: &'static str, path: &'static str, body: Option<Value>) -> Step {
    Step::Ask(method, path, body)
}

const USERS: &str = "/scim/v2/Users";
const USER: &str = "/scim/v2/Users/{id}";
const BY_NAME: &str = "/scim/v2/Users?filter=userName+eq+%22ada@acme.example%22";
const BY_EXTERNAL_ID: &str = "/scim/v2/Users?filter=externalId+eq+%22emp-1815%22";

fn ada() -> Value {
    let user = with(entra_user(ADA), "externalId", "emp-1815");
    with(user, "roles", [json!({"value": "Sales Rep"})])
}

/// The reads of an identity provider between two changes.
fn reads() -> Vec<Step> {
    let paths = [USER, BY_NAME, BY_EXTERNAL_ID, USERS];
    paths
        .into_iter()
        .map(|path| ask("GET", path, None))
        .collect()
}

/// A user's time at the company, with its failures.
fn life() -> Vec<Step> {
    let changes = vec![
        ask("POST", USERS, Some(ada())),
        ask("POST", USERS, Some(ada())),
        ask(
            "PATCH",
            USER,
            Some(set("name.givenName", &json!("Augusta"))),
        ),
        ask("PATCH", USER, Some(set("externalId", &json!("emp-1852")))),
        ask("PATCH", USER, Some(set("externalId", &json!("emp-1815")))),
        ask(
            "PATCH",
            USER,
            Some(set("userName", &json!("other@acme.example"))),
        ),
        ask(
            "PATCH",
            USER,
            Some(set("roles", &json!([{"value": "Read Only"}]))),
        ),
        ask(
            "PATCH",
            USER,
            Some(set("entitlements", &json!([{"value": "core"}]))),
        ),
        ask("PATCH", USER, Some(set("title", &json!("Engineer")))),
        Step::ByHand(|scene| scene.hubspot().set_primary_team_by_hand(ADA, Some("5301"))),
        ask("PATCH", USER, Some(set("active", &json!("False")))),
        ask("PATCH", USER, Some(set("active", &json!("False")))),
        ask("PATCH", USER, Some(set("name.familyName", &json!("King")))),
        ask("PATCH", USER, Some(set("active", &json!("True")))),
        ask(
            "PATCH",
            USER,
            Some(set("roles", &json!([{"value": "Sales Manager"}]))),
        ),
        Step::ByHand(|scene| scene.hubspot().activate(ADA)),
        ask("PUT", USER, Some(ada())),
        Step::ByHand(|scene| scene.hubspot().remove_user_by_hand(ADA)),
        ask("PUT", USER, Some(with(ada(), "active", false))),
        ask("POST", USERS, Some(with(ada(), "externalId", "emp-1852"))),
        ask("DELETE", USER, None),
        ask("DELETE", USER, None),
        ask("POST", USERS, Some(okta_user(ADA))),
        ask("POST", USERS, Some(entra_user(MARCUS))),
        ask("POST", USERS, Some(entra_user(INGRID))),
    ];
    let mut life = Vec::new();
    for change in changes {
        life.push(change);
        life.extend(reads());
    }
    life
}

/// The place of the state, and the times of the restarts.
enum Restarts<'a> {
    Never,
    BeforeEach(&'a Path),
    Before(&'a Path, usize),
}

impl Restarts<'_> {
    async fn state(&self) -> Arc<dyn StateStore> {
        match self {
            Self::Never => Arc::new(MemoryState::new()),
            Self::BeforeEach(file) | Self::Before(file, _) => {
                Arc::new(SqliteState::open(file).await.unwrap())
            }
        }
    }

    fn is_before(&self, at: usize) -> bool {
        match self {
            Self::Never => false,
            Self::BeforeEach(_) => true,
            Self::Before(_, chosen) => *chosen == at,
        }
    }
}

/// Accounts with both ways to take access away, with CRM rows.
fn accounts() -> [(&'static str, Features); 2] {
    let rows = Features::none().with_rows(RowFeatures::all()).with_seats();
    [
        (
            r#"{"default_role": "Sales Rep", "protected_users": ["marcus.bennett@acme.example"]}"#,
            Features::none().with_seats(),
        ),
        (
            r#"{"deprovision": {"no_access_role": "No Access"}, "protected_users": ["marcus.bennett@acme.example"]}"#,
            rows,
        ),
    ]
}

/// Runs the steps. Returns each answer, and the account after each step.
async fn live(
    (config, features): &(&str, Features),
    behavior: Behavior,
    restarts: &Restarts<'_>,
) -> Vec<(String, String)> {
    let mut scene = account()
        .behavior(behavior)
        .configure(config)
        .features(features.clone())
        .state(restarts.state().await)
        .start()
        .await;
    let mut id = String::new();
    let mut seen = Vec::new();
    for (at, step) in life().iter().enumerate() {
        if restarts.is_before(at) {
            scene.restart_on(restarts.state().await);
        }
        let answered = match step {
            Step::Ask(method, path, body) => {
                let path = path.replace("{id}", &id);
                let answer = scene.send(method, &path, body.as_ref()).await;
                if id.is_empty() {
                    answer.id().clone_into(&mut id);
                }
                describe(&answer)
            }
            Step::ByHand(change) => {
                assert!(change(&scene), "step {at}");
                String::new()
            }
        };
        seen.push((answered, format!("{:?}", scene.hubspot().users())));
    }
    seen
}

fn describe(answer: &Answer) -> String {
    let header = |name| answer.header(name).unwrap_or_default().to_owned();
    format!(
        "{} {} {} {}",
        answer.status(),
        header("location"),
        header("retry-after"),
        answer.text()
    )
}

#[tokio::test]
async fn restarts_before_every_step_change_no_answer() {
    // The two extremes of HubSpot's behaviors.
    let mut behaviors: Vec<Behavior> = Behavior::main_combinations().collect();
    let ends = [behaviors.swap_remove(0), behaviors.pop().unwrap()];
    for account in accounts() {
        for behavior in ends {
            let folder = Folder::new().unwrap();
            let file = folder.file("state.db");
            let without = live(&account, behavior, &Restarts::Never).await;
            let with = live(&account, behavior, &Restarts::BeforeEach(&file)).await;
            assert_eq!(without.len(), with.len());
            for (at, (without, with)) in without.iter().zip(&with).enumerate() {
                assert_eq!(without, with, "step {at} under {behavior}: {account:?}");
            }
        }
    }
}

#[tokio::test]
async fn one_restart_alone_changes_no_answer() {
    let without = live(&accounts()[0], Behavior::default(), &Restarts::Never).await;
    // A restart before a change or a read.
    for chosen in (0..without.len()).step_by(13) {
        let folder = Folder::new().unwrap();
        let file = folder.file("state.db");
        let with = live(
            &accounts()[0],
            Behavior::default(),
            &Restarts::Before(&file, chosen),
        )
        .await;
        assert!(without == with, "restarted before step {chosen}");
    }
}

#[tokio::test]
async fn the_compared_life_contains_every_event() {
    let seen = live(&accounts()[0], Behavior::default(), &Restarts::Never).await;
    let statuses: Vec<&str> = seen
        .iter()
        .step_by(1 + reads().len())
        .map(|(answered, _)| answered.get(..3).unwrap_or_default())
        .collect();
    assert_eq!(
        statuses,
        [
            "201", "409", "200", "200", "200", "400", "200", "200", "200", "", "200", "200", "200",
            "200", "200", "", "200", "", "200", "201", "204", "404", "201", "201", "201"
        ]
    );
}
