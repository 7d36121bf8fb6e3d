//! Entra ID's connection test and its look-ups (`docs/evidence.md`, C18 to C21, C25 to C28).

use scim_tests::{Scene, entra_user};
use serde_json::json;

const GUID: &str = "5f7a1c9e-2b1d-4f7c-9a43-0c6f8a1d2e3b";

/// The one call that shows whether HubSpot accepts the token.
const PROBE: [&str; 1] = ["GET /settings/users/2026-09?limit=1 200"];

fn query(encoded_filter: &str) -> String {
    format!("/scim/v2/Users?filter={encoded_filter}")
}

#[tokio::test]
async fn test_connection_is_an_empty_list() {
    let scene = Scene::start().await;
    let answer = scene
        .get(&query(&format!("userName+eq+%22{GUID}%22")))
        .await;
    answer.expect_list(0);
    assert_eq!(
        *answer.json(),
        json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
            "totalResults": 0,
            "startIndex": 1,
            "itemsPerPage": 0,
            "Resources": [],
        })
    );
    assert_eq!(scene.calls(), PROBE);
}

#[tokio::test]
async fn test_connection_accepts_every_form_of_the_tenant_url() {
    let scene = Scene::start().await;
    for path in [
        "/scim/v2/Users",
        "/scim/v2//Users",
        "//scim/v2/Users/",
        "/Users",
    ] {
        for filter in [
            format!("?filter=userName+eq+%22{GUID}%22"),
            format!("?filter=userName%20eq%20%22{GUID}%22"),
            format!("?aadOptscim062020&filter=userName+eq+%22{GUID}%22"),
            format!("?filter=userName+eq+%22{GUID}%22&"),
        ] {
            let answer = scene.get(&format!("{path}{filter}")).await;
            answer.expect_list(0);
            assert_eq!(scene.calls(), PROBE, "{path}{filter}");
        }
    }
}

#[tokio::test]
async fn test_connection_by_external_id_calls_hubspot() {
    let scene = Scene::start().await;
    let answer = scene
        .get(&query(&format!("externalId+eq+%22{GUID}%22")))
        .await;
    answer.expect_list(0);
    assert_eq!(scene.calls(), PROBE);
}

#[tokio::test]
async fn test_connection_fails_when_hubspot_refuses_the_token() {
    let scene = Scene::builder().hubspot_token("pat-expired").start().await;
    for filter in ["userName", "externalId"] {
        let answer = scene
            .get(&query(&format!("{filter}+eq+%22{GUID}%22")))
            .await;
        // The answer is never 401: Entra ID would blame its own token.
        let detail = answer.expect_error(502, None);
        assert!(detail.contains("access token"), "{detail}");
        assert!(!answer.text().contains("pat-expired"));
        assert_eq!(
            scene.calls(),
            ["GET /settings/users/2026-09?limit=1 401"],
            "{filter}"
        );
    }
}

#[tokio::test]
async fn test_connection_fails_and_names_a_missing_scope() {
    let scene = Scene::builder()
        .scopes(&["settings.users.teams.read"])
        .start()
        .await;
    let answer = scene
        .get(&query(&format!("userName+eq+%22{GUID}%22")))
        .await;
    let detail = answer.expect_error(403, None);
    assert!(detail.contains("settings.users.read"), "{detail}");
    assert!(detail.contains("crm.objects.users.read"), "{detail}");
}

#[tokio::test]
async fn the_group_probe_is_an_empty_list() {
    let scene = Scene::start().await;
    let answer = scene
        .get(&format!(
            "/scim/v2/Groups?excludedAttributes=members&filter=displayName+eq+%22{GUID}%22"
        ))
        .await;
    answer.expect_list(0);
    assert_eq!(scene.calls(), ["GET /settings/users/2026-09/teams 200"]);
}

#[tokio::test]
async fn the_group_probe_names_a_missing_scope_that_users_do_not_need() {
    let scene = Scene::builder()
        .scopes(&["settings.users.read"])
        .start()
        .await;
    let groups = scene
        .get("/scim/v2/Groups?excludedAttributes=members&filter=displayName+eq+%22x%22")
        .await;
    let detail = groups.expect_error(403, None);
    assert!(detail.contains("settings.users.teams.read"), "{detail}");
    let users = scene
        .get(&query(&format!("userName+eq+%22{GUID}%22")))
        .await;
    users.expect_list(0);
}

#[tokio::test]
async fn every_matching_query_finds_the_user() {
    let scene = Scene::start().await;
    let id = scene.create(&entra_user("ada@acme.example")).await;
    let by_email = "GET /settings/users/2026-09/ada%40acme.example?idProperty=EMAIL 200";
    let by_id = format!("GET /settings/users/2026-09/{id} 200");
    let external_id = "0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef";
    for (filter, call) in [
        ("userName+eq+%22ada@acme.example%22".to_owned(), by_email),
        (
            "userName%20eq%20%22ada%40acme.example%22".to_owned(),
            by_email,
        ),
        ("USERNAME+EQ+%22ada@acme.example%22".to_owned(), by_email),
        ("userName+eq+ada@acme.example".to_owned(), by_email),
        (
            "emails%5Btype+eq+%22work%22%5D.value+eq+%22ada@acme.example%22".to_owned(),
            by_email,
        ),
        (
            "emails[type+eq+%22work%22].value+eq+%22ada@acme.example%22".to_owned(),
            by_email,
        ),
        (
            "emails.value+eq+%22ada@acme.example%22".to_owned(),
            by_email,
        ),
        (format!("externalId+eq+%22{external_id}%22"), &by_id),
        (format!("externalId+eq+{external_id}"), &by_id),
        (format!("id+eq+%22{id}%22"), &by_id),
        (
            format!("externalId+eq+%22{external_id}%22+and+userName+eq+%22ada@acme.example%22"),
            &by_id,
        ),
    ] {
        let answer = scene.get(&query(&filter)).await;
        let found = answer.expect_list(1);
        assert_eq!(found[0]["id"], id, "{filter}");
        assert_eq!(found[0]["externalId"], external_id, "{filter}");
        assert_eq!(scene.calls(), [call], "{filter}");
    }
}

#[tokio::test]
async fn matching_compares_the_whole_value_and_every_term() {
    let scene = Scene::start().await;
    let id = scene.create(&entra_user("ada@acme.example")).await;
    for filter in [
        "userName+eq+%22ada@acme.exampl%22".to_owned(),
        "userName+eq+%22*%22".to_owned(),
        "externalId+eq+%220A21F0F2-8D2A-4F8E-BF98-7363C4AED4EF%22".to_owned(),
        "emails[type+eq+%22other%22].value+eq+%22ada@acme.example%22".to_owned(),
        "userName+eq+%22ada@acme.example%22+and+active+eq+false".to_owned(),
        // Entra ID checks a manager so before it writes one. HubSpot has no managers.
        format!("id+eq+{id}+and+manager+eq+2819c223&attributes=id"),
        format!("manager+eq+2819c223+and+id+eq+{id}&attributes=id"),
    ] {
        let answer = scene.get(&query(&filter)).await;
        answer.expect_list(0);
    }
}

#[tokio::test]
async fn an_unreadable_filter_is_refused_and_never_lists_all_users() {
    let scene = Scene::start().await;
    for filter in [
        "userName+eq",
        "userName+eq+%22a",
        "(userName+eq+%22a%22",
        "userName+is+%22a%22",
    ] {
        let answer = scene.get(&query(filter)).await;
        answer.expect_error(400, Some("invalidFilter"));
        assert!(scene.calls().is_empty(), "{filter}");
    }
}
