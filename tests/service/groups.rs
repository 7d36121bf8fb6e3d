//! Groups, read-only so far: teams can be looked up, and writes answer 501.

use scim_tests::{Scene, patch_op};
use serde_json::json;

const TEAMS: [&str; 1] = ["GET /settings/users/2026-09/teams 200"];

#[tokio::test]
async fn the_look_up_before_a_group_push_is_an_empty_list() {
    let scene = Scene::start().await;
    for query in [
        "filter=displayName%20eq%20%22APP-Rostr-Users%22&startIndex=1&count=100",
        "excludedAttributes=members&filter=displayName eq \"displayName\"",
        "excludedAttributes=members&filter=displayName+eq+%22Test%27GroupTwnbct%22",
        "filter=externalId+eq+%228aa1a0c0-d4b7-4e5b-9e7a-2a0c8d6b1f10%22",
    ] {
        // An HTTP library encodes blanks and quotes.
        let query = query.replace(' ', "%20").replace('"', "%22");
        let answer = scene.get(&format!("/scim/v2/Groups?{query}")).await;
        answer.expect_list(0);
        assert_eq!(scene.calls(), TEAMS, "{query}");
    }
}

#[tokio::test]
async fn a_team_is_found_by_its_name_in_any_case() {
    let scene = Scene::start().await;
    for name in ["Customer+Success", "customer%20success"] {
        let answer = scene
            .get(&format!(
                "/scim/v2/Groups?excludedAttributes=members&filter=displayName+eq+%22{name}%22"
            ))
            .await;
        let found = answer.expect_list(1);
        assert_eq!(
            found[0],
            json!({
                "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
                "id": "5303",
                "displayName": "Customer Success",
                "meta": {
                    "resourceType": "Group",
                    "location": "https://scim.acme.example/scim/v2/Groups/5303",
                },
            })
        );
    }
}

#[tokio::test]
async fn a_team_is_read_with_its_main_and_extra_members() {
    let scene = Scene::start().await;
    let answer = scene.get("/scim/v2/Groups/5301").await;
    let group = answer.expect(200);
    assert_eq!(group["displayName"], "Sales");
    let members = group["members"].as_array().unwrap();
    let user = |email| scene.member(email).id;
    for email in [
        "marcus.bennett@acme.example",
        // Sales is her second team.
        "priya.nair@acme.example",
    ] {
        let entry = json!({"value": user(email), "type": "User"});
        assert!(members.contains(&entry), "{email}: {members:?}");
    }
    assert_eq!(members.len(), 5);
    assert_eq!(scene.calls(), TEAMS);
}

#[tokio::test]
async fn a_team_is_read_without_members_on_request() {
    let scene = Scene::start().await;
    let answer = scene
        .get("/scim/v2/Groups/5301?excludedAttributes=members")
        .await;
    assert_eq!(answer.expect(200).get("members"), None);
}

#[tokio::test]
async fn all_teams_are_listed_page_by_page() {
    let scene = Scene::start().await;
    let all = scene.get("/scim/v2/Groups?startIndex=1&count=100").await;
    assert_eq!(all.expect_list(6)[0]["displayName"], "Sales");
    let page = scene.get("/scim/v2/Groups?startIndex=5&count=4").await;
    let page = page.expect(200);
    assert_eq!(page["totalResults"], 6);
    assert_eq!(page["startIndex"], 5);
    assert_eq!(page["itemsPerPage"], 2);
}

#[tokio::test]
async fn an_unknown_group_is_404() {
    let scene = Scene::start().await;
    let answer = scene.get("/scim/v2/Groups/927fa2c0").await;
    let detail = answer.expect_error(404, None);
    assert!(detail.contains("927fa2c0"), "{detail}");
}

#[tokio::test]
async fn group_writes_are_501_without_a_hubspot_call() {
    let scene = Scene::start().await;
    let entra = json!({
        "schemas": [
            "urn:ietf:params:scim:schemas:core:2.0:Group",
            "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group",
        ],
        "externalId": "8aa1a0c0-d4b7-4e5b-9e7a-2a0c8d6b1f10",
        "displayName": "displayName",
        "meta": {"resourceType": "Group"},
    });
    let okta = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
        "displayName": "APP-Rostr-Users",
        "members": [],
    });
    let add = patch_op(&json!([
        {"op": "Add", "path": "members", "value": [{"$ref": null, "value": "26743003"}]},
    ]));
    for (method, path, body) in [
        ("POST", "/scim/v2/Groups", Some(&entra)),
        ("POST", "/scim/v2/Groups", Some(&okta)),
        ("PUT", "/scim/v2/Groups/5301", Some(&okta)),
        ("PATCH", "/scim/v2/Groups/5301", Some(&add)),
        ("DELETE", "/scim/v2/Groups/5301", None),
    ] {
        let answer = scene.send(method, path, body).await;
        let detail = answer.expect_error(501, None);
        assert!(detail.contains("Group"), "{detail}");
        assert!(scene.calls().is_empty(), "{method}");
    }
}
