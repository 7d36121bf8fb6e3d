//! Features that change between restarts, and the cost of requests in an account with every feature.

use hubspot_adapter::{Features, RowFeatures, RowField};
use scim_tests::{Scene, entra_user, patch_op, with};
use serde_json::{Value, json};

use super::{ADA, NO_ACCESS, ada, builder, employed, set_active};

#[tokio::test]
async fn a_user_returns_without_seats_if_the_scope_is_lost() {
    for config in ["{}", NO_ACCESS] {
        let mut scene = builder(config).start().await;
        let path = employed(&scene).await;
        set_active(&scene, &path, false).await.expect(200);
        // The token lost its billing and CRM scopes during her absence.
        scene.restart_with(Features::none());
        let shown = scene.get(&path).await;
        assert_eq!(shown.expect(200).get("entitlements"), None);
        set_active(&scene, &path, true).await.expect(200);
        assert_eq!(scene.roles_of(ADA), ["Sales Rep"]);
        assert_eq!(scene.member(ADA).secondary_team_ids, ["5304", "5305"]);
        assert!(scene.writes().iter().all(|call| !call.contains("/crm/")));
        // The token has the scopes again.
        scene.restart_with(Features::none().with_rows(RowFeatures::all()).with_seats());
        let shown = scene.get(&path).await;
        assert_eq!(shown.expect(200)["title"], "Engineer", "{config}");
        set_active(&scene, &path, false).await.expect(200);
        set_active(&scene, &path, true).await.expect(200);
        assert_eq!(scene.row(ADA).get("hs_job_title"), Some("Engineer"));
    }
}

#[tokio::test]
async fn values_stay_pending_without_the_crm_and_with_a_renamed_property() {
    let rows = |name: &str| {
        Features::none().with_rows(RowFeatures::all().with(RowField::Department, name))
    };
    let department = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
    let user = with(ada(), department, json!({"department": "Sales"}));
    let mut scene = Scene::builder()
        .features(rows("dept"))
        .play("crm=late,property=dept,property=division")
        .start()
        .await;
    let path = format!("/scim/v2/Users/{}", scene.create(&user).await);
    assert!(scene.hubspot().activate(ADA));
    for features in [
        Features::none(),
        Features::none().with_rows(RowFeatures::all()),
    ] {
        scene.restart_with(features);
        for _ in 0..4 {
            set_active(&scene, &path, true).await.expect(200);
        }
        let writes = scene.writes();
        assert!(writes.len() <= 1, "{writes:?}");
    }
    assert_eq!(scene.row(ADA).get("hs_job_title"), Some("Engineer"));
    scene.restart_with(rows("division"));
    for _ in 0..4 {
        set_active(&scene, &path, true).await.expect(200);
    }
    assert_eq!(scene.row(ADA).get("hs_job_title"), Some("Engineer"));
    assert_eq!(scene.row(ADA).get("division"), Some("Sales"));
    assert_eq!(scene.row(ADA).get("dept"), None);
}

#[tokio::test]
async fn every_request_costs_the_calls_in_the_readme() {
    let scene = builder("{}").start().await;
    let role = json!([{"op": "Replace", "path": "roles", "value": ["Read Only"]}]);
    let title = json!([{"op": "Replace", "path": "title", "value": "Manager"}]);
    let no_title = json!([{"op": "Remove", "path": "title"}]);
    let fewer = json!([{"op": "Replace", "path": "entitlements", "value": ["core"]}]);
    let both = json!([
        {"op": "Replace", "path": "title", "value": "Director"},
        {"op": "Replace", "path": "name.familyName", "value": "Byron"},
    ]);
    let path = employed(&scene).await;
    // The first request reads the lists that are cached for five minutes, and finds the row.
    let warm = scene.get(&path).await;
    assert_eq!(warm.expect(200)["title"], "Engineer");
    assert!(scene.calls().len() <= 4);
    let find = |name: &str| format!("/scim/v2/Users?filter=userName+eq+%22{name}%22");
    assert_eq!(cost(&scene, "GET", &path, None).await, 2);
    assert_eq!(cost(&scene, "GET", &find(ADA), None).await, 2);
    assert_eq!(cost(&scene, "GET", &find("no@acme.example"), None).await, 2);
    assert_eq!(cost(&scene, "GET", "/scim/v2/Users", None).await, 2);
    for (operations, calls) in [
        (
            json!([{"op": "Replace", "path": "active", "value": true}]),
            2,
        ),
        (title, 3),
        (role, 4),
        (both, 5),
        (no_title, 4),
        (fewer, 5),
        (
            json!([{"op": "Replace", "path": "active", "value": false}]),
            4,
        ),
    ] {
        let request = patch_op(&operations);
        let cost = cost(&scene, "PATCH", &path, Some(&request)).await;
        assert_eq!(cost, calls, "{operations}");
    }
    set_active(&scene, &path, true).await.expect(200);
    let _ = scene.calls();
    assert_eq!(cost(&scene, "DELETE", &path, None).await, 4);
    let new = with(
        entra_user("new@acme.example"),
        "roles",
        json!(["Sales Rep"]),
    );
    assert_eq!(cost(&scene, "POST", "/scim/v2/Users", Some(&new)).await, 3);
}

/// The number of HubSpot calls of a request.
async fn cost(scene: &Scene, method: &str, path: &str, body: Option<&Value>) -> usize {
    scene.hubspot().clear_requests();
    let answer = scene.send(method, path, body).await;
    assert!(answer.status() < 300, "{method} {path}: {}", answer.text());
    scene.calls().len()
}
