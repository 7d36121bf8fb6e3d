//! The cost of the state: the calls for each operation, and a list of many records.

use std::sync::Arc;

use hubspot_adapter::state::{MemoryState, Origin, SqliteState, StateStore, UserRecord};
use scim_tests::{Folder, Scene, StateProbe, entra_user, patch_op};
use serde_json::json;

const ADA: &str = "ada@acme.example";
const USERS: &str = "/scim/v2/Users";

#[tokio::test]
async fn each_operation_makes_the_expected_state_calls() {
    let probe = StateProbe::new(Arc::new(MemoryState::new()));
    let scene = Scene::builder()
        .state(Arc::<StateProbe>::clone(&probe))
        .start()
        .await;
    let change = |path, value| patch_op(&json!([{"op": "Replace", "path": path, "value": value}]));

    let id = scene.create(&entra_user(ADA)).await;
    assert_eq!(
        probe.calls(),
        [
            "by_name",
            "claim_creation",
            "by_external_id",
            "put",
            "settle_creation"
        ]
    );
    let path = format!("{USERS}/{id}");
    scene.get(&path).await.expect(200);
    assert_eq!(probe.calls(), ["by_id"]);
    scene.find(ADA).await.unwrap();
    assert_eq!(probe.calls(), ["by_id"]);
    assert_eq!(scene.find("nobody@acme.example").await, None);
    assert_eq!(probe.calls(), ["by_name"]);
    scene
        .patch(&path, &change("name.givenName", json!("Augusta")))
        .await
        .expect(200);
    assert_eq!(probe.calls(), ["by_id", "put", "settle_creation"]);
    scene
        .patch(&path, &change("active", json!(false)))
        .await
        .expect(200);
    assert_eq!(
        probe.calls(),
        ["by_id", "put", "note_removal", "settle_creation"]
    );
    scene
        .patch(&path, &change("active", json!(true)))
        .await
        .expect(200);
    assert_eq!(
        probe.calls(),
        [
            "by_id",
            "claim_creation",
            "by_external_id",
            "put",
            "settle_creation"
        ]
    );
    scene.get(USERS).await.expect_list(13);
    assert_eq!(probe.calls(), ["all"]);
    scene.delete(&path).await.expect_no_content();
    assert_eq!(
        probe.calls(),
        ["by_id", "note_removal", "forget", "settle_creation"]
    );
}

#[tokio::test]
async fn a_list_of_five_thousand_records_is_one_call() {
    let folder = Folder::new().unwrap();
    let state = SqliteState::open(folder.file("state.db")).await.unwrap();
    let probe = StateProbe::new(Arc::new(state));
    let scene = Scene::builder()
        .users(5_000)
        .state(Arc::<StateProbe>::clone(&probe))
        .start()
        .await;
    for (number, user) in scene.hubspot().users().into_iter().enumerate() {
        // Every tenth user was removed since, and HubSpot's list lags.
        let mut record = UserRecord::new(user, format!("{number}@acme.example"), Origin::Created);
        record.external_id = Some(number.to_string());
        record.last_seen.id = format!("9{}", record.last_seen.id);
        record.removed = true;
        if number < 500 {
            probe.put(record).await.unwrap();
        }
    }
    drop(probe.calls());
    let listed = scene.get("/scim/v2/Users?count=1").await;
    assert_eq!(listed.expect(200)["totalResults"], 5_512);
    assert_eq!(probe.calls(), ["all"]);
}
