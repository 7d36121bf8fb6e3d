//! Several servers of one account with a shared state: no user is created twice, and no write is lost.

#![expect(clippy::unwrap_used, reason = "a broken setup fails the test")]

use std::sync::Arc;
use std::time::Duration;

use hubspot_adapter::emulator::Fault;
use hubspot_adapter::state::{PostgresState, SqliteState, StateStore};
use scim_tests::{Answer, Database, Folder, Scene, StateProbe, Trouble, entra_user, patch_op};
use serde_json::json;

const ADA: &str = "ada@acme.example";
const USERS: &str = "/scim/v2/Users";

/// Two stores over one state, as two processes have them.
struct Shared {
    one: Arc<dyn StateStore>,
    other: Arc<dyn StateStore>,
    kept_by: (Option<Folder>, Option<Database>),
}

impl Shared {
    async fn on_file() -> Self {
        let folder = Folder::new().unwrap();
        let open = || SqliteState::open(folder.file("state.db"));
        let (one, other) = (open().await.unwrap(), open().await.unwrap());
        Self {
            one: Arc::new(one),
            other: Arc::new(other),
            kept_by: (Some(folder), None),
        }
    }

    /// `None` without a PostgreSQL server.
    async fn on_server() -> Option<Self> {
        let database = Database::new().await.unwrap()?;
        let url = database.url();
        let one = PostgresState::connect(&url).await.unwrap();
        let other = PostgresState::connect(&url).await.unwrap();
        Some(Self {
            one: Arc::new(one),
            other: Arc::new(other),
            kept_by: (None, Some(database)),
        })
    }

    async fn all() -> Vec<Self> {
        let mut all = vec![Self::on_file().await];
        all.extend(Self::on_server().await);
        all
    }

    async fn scenes(&self) -> (Scene, Scene) {
        let one = Scene::builder().state(Arc::clone(&self.one)).start().await;
        let other = one.replica(Arc::clone(&self.other));
        (one, other)
    }

    async fn end(self) {
        drop((self.one, self.other));
        if let Some(database) = self.kept_by.1 {
            database.remove().await.unwrap();
        }
    }
}

/// The creations that HubSpot received.
fn posts(scene: &Scene) -> Vec<String> {
    let mut calls = scene.writes();
    calls.retain(|call| call.starts_with("POST "));
    calls
}

async fn post(scene: &Scene) -> Answer {
    scene.post(USERS, &entra_user(ADA)).await
}

#[tokio::test]
async fn servers_that_create_one_user_at_once_create_one() {
    for shared in Shared::all().await {
        let (one, other) = shared.scenes().await;
        let third = one.replica(Arc::clone(&shared.other));
        let (a, b, c, d) = tokio::join!(post(&one), post(&other), post(&third), post(&other));
        // A server that searched earlier and creates later gets a conflict from HubSpot.
        let mut posts = posts(&one);
        posts.retain(|call| !call.ends_with(" 409"));
        assert_eq!(posts, ["POST /settings/users/2026-09 201"]);
        assert_eq!(one.hubspot().users().len(), 13);
        let id = one.member(ADA).id;
        for answer in [a, b, c, d] {
            match answer.status() {
                201 => assert_eq!(answer.id(), id),
                409 => drop(answer.expect_error(409, Some("uniqueness")).to_owned()),
                _ => assert!(answer.header("retry-after").is_some(), "{}", answer.text()),
            }
        }
        for scene in [&one, &other] {
            post(scene).await.expect_error(409, Some("uniqueness"));
        }
        shared.end().await;
    }
}

#[tokio::test]
async fn while_one_server_waits_for_hubspot_no_other_calls_it() {
    for shared in Shared::all().await {
        let probe = StateProbe::new(Arc::clone(&shared.one));
        let one = Scene::builder()
            .state(Arc::<StateProbe>::clone(&probe))
            .start()
            .await;
        let other = one.replica(Arc::clone(&shared.other));
        // The server has written its intent and gets no further.
        let calls = ["by_name", "claim_creation"];
        probe.strike(calls.len() - 1, 1, Trouble::EndsDone);
        tokio::select! {
            answer = post(&one) => panic!("{}", answer.text()),
            () = probe.ended() => {}
        }
        assert_eq!(probe.calls(), calls);

        let answer = post(&other).await;
        answer.expect_error(503, None);
        assert_eq!(answer.header("retry-after"), Some("60"));
        assert!(posts(&one).is_empty());

        // The server never returned.
        one.timer().advance(Duration::from_secs(60));
        post(&other).await.expect(201);
        assert_eq!(posts(&one), ["POST /settings/users/2026-09 201"]);
        shared.end().await;
    }
}

#[tokio::test]
async fn another_server_repeats_a_failed_creation_at_once() {
    for shared in Shared::all().await {
        let (one, other) = shared.scenes().await;
        for fault in [Fault::status(500), Fault::close()] {
            one.hubspot().inject(fault.on("POST", "*"));
            post(&one).await.expect_error(503, None);
        }
        post(&other).await.expect(201);
        assert_eq!(one.hubspot().users().len(), 13);
        shared.end().await;
    }
}

#[tokio::test]
async fn any_server_can_change_a_user() {
    for shared in Shared::all().await {
        let (one, other) = shared.scenes().await;
        let id = one.create(&entra_user(ADA)).await;
        let path = format!("{USERS}/{id}");
        let active =
            |active| patch_op(&json!([{"op": "replace", "path": "active", "value": active}]));
        other.patch(&path, &active(false)).await.expect(200);
        assert_eq!(one.get(&path).await.expect(200)["active"], false);
        assert_eq!(one.find(ADA).await, other.find(ADA).await);
        one.patch(&path, &active(true)).await.expect(200);
        other.delete(&path).await.expect_no_content();
        one.get(&path).await.expect_error(404, None);
        shared.end().await;
    }
}
