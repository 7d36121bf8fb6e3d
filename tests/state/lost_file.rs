//! A database file that is gone or replaced while the server runs (`R9` of the reports from the field).

use std::sync::Arc;

use hubspot_adapter::client::User;
use hubspot_adapter::state::{Origin, SqliteState, StateStore, UserRecord};
use scim_tests::{Folder, Scene, entra_user, patch_op};
use serde_json::json;

const ADA: &str = "ada@acme.example";

fn record(id: &str) -> UserRecord {
    UserRecord::new(User::new(id, ADA), ADA, Origin::Created)
}

#[tokio::test]
async fn r9_nothing_is_written_into_a_file_that_is_gone_or_replaced() {
    let folder = Folder::new().unwrap();
    let path = folder.file("state.db");
    let state = SqliteState::open(&path).await.unwrap();
    state.put(record("1")).await.unwrap();

    std::fs::rename(&path, folder.file("moved.db")).unwrap();
    let gone = state.put(record("2")).await.unwrap_err();
    assert!(!gone.is_conflict());
    std::fs::write(&path, "another file").unwrap();
    assert!(state.put(record("2")).await.is_err());
    assert!(state.by_id("1").await.is_err());

    std::fs::rename(folder.file("moved.db"), &path).unwrap();
    state.put(record("2")).await.unwrap();
    assert_eq!(state.all().await.unwrap().len(), 2);
}

#[tokio::test]
async fn r9_access_goes_although_the_file_is_gone_and_the_answer_is_503() {
    let folder = Folder::new().unwrap();
    let path = folder.file("state.db");
    let state = SqliteState::open(&path).await.unwrap();
    let scene = Scene::builder().state(Arc::new(state)).start().await;
    let user = format!("/scim/v2/Users/{}", scene.create(&entra_user(ADA)).await);

    std::fs::remove_file(&path).unwrap();
    let disable = patch_op(&json!([{"op": "Replace", "path": "active", "value": "False"}]));
    let answer = scene.patch(&user, &disable).await;
    answer.expect_error(503, None);
    assert_eq!(scene.hubspot().user_by_email(ADA), None);

    let created = scene
        .post("/scim/v2/Users", &entra_user("new@acme.example"))
        .await;
    created.expect_error(503, None);
    assert_eq!(scene.hubspot().user_by_email("new@acme.example"), None);
}
