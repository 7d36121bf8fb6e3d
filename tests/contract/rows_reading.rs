//! R1 to R6, R14 and R18: headers, look-ups, reads, pages and discovery.

use scim_tests::{Caller, MemoryScene, SECRET_TOKEN, Scene};
use serde_json::{Value, json};

use crate::socket::Socket;
use crate::{ADA, at, create, found, group, patch, send, someone, team, user};

/// R1. Entra ID sends no `User-Agent`, and no media type with a GET. `OneLogin` sends an empty `User-Agent`. Google and
/// `PingFederate` send `application/json` (C16, C17).
#[tokio::test]
async fn row_01_only_the_token_header_is_required() {
    async fn row(server: &Caller) {
        for (number, media_type) in [
            "Content-Type: application/scim+json; charset=utf-8",
            "Content-Type: application/scim+json",
            "Content-Type: application/json",
            "Content-Type: application/json; charset=UTF-8",
            "User-Agent:",
            "User-Agent: Google-Auto-Provisioning",
        ]
        .iter()
        .enumerate()
        {
            let name = format!("user{number}@acme.example");
            let answer = server
                .literal(&format!(
                    "POST /scim/v2/Users\n{media_type}\n\n{{\"userName\":\"{name}\"}}"
                ))
                .await;
            assert_eq!(answer.expect(201)["userName"], *name, "{media_type}");
            let read = format!("GET {}\n{media_type}", user(answer.id()));
            assert_eq!(server.literal(&read).await.expect(200)["userName"], *name);
            let gone = format!("DELETE {}\n{media_type}", user(answer.id()));
            server.literal(&gone).await.expect_no_content();
            server.get(&user(answer.id())).await.expect_error(404, None);
        }
    }
    let memory = MemoryScene::start();
    row(&memory).await;
    let scene = Scene::start().await;
    row(&scene).await;
    assert_eq!(scene.hubspot().user_by_email("user0@acme.example"), None);

    let socket = Socket::of(&memory).await;
    let body = br#"{"userName":"ada@acme.example"}"#;
    let (status, _) = socket
        .exchange(&["POST /scim/v2/Users HTTP/1.1"], body)
        .await;
    assert_eq!(status, 201);
    let lookup = "GET /scim/v2/Users?filter=userName+eq+%22ada%40acme.example%22 HTTP/1.1";
    let (status, list) = socket.exchange(&[lookup, "User-Agent:"], b"").await;
    assert_eq!(status, 200);
    assert!(list.contains("\"totalResults\":1"), "{list}");
}

/// R2. Entra ID expects `application/scim+json` in every answer.
#[tokio::test]
async fn row_02_every_answer_is_application_scim_json() {
    async fn row(server: &Caller) {
        let id = someone(server, ADA).await;
        let rename = r#"[{"op":"Replace","path":"name.givenName","value":"Augusta"}]"#;
        for answer in [
            server.get(&user(&id)).await,
            patch(server, &user(&id), rename).await,
            server.get("/scim/v2/Users?startIndex=1&count=2").await,
            server.get("/scim/v2/Users/nobody").await,
            server.get("/scim/v2/Users?filter=nonsense").await,
            server.get("/scim/v2/Schemas").await,
            server.get("/scim/v2/ResourceTypes").await,
            server.get("/scim/v2/ServiceProviderConfig").await,
            server.exchange("GET", "/scim/v2/Users", &[], "").await,
        ] {
            assert_eq!(
                answer.header("content-type"),
                Some("application/scim+json"),
                "{}",
                answer.text()
            );
        }
        assert_eq!(at(server, &user(&id)).await["name"]["givenName"], "Augusta");
    }
    row(&MemoryScene::start()).await;
    let scene = Scene::start().await;
    row(&scene).await;
    assert_eq!(scene.member(ADA).first_name.as_deref(), Some("Augusta"));
}

/// R3. Entra ID's Test Connection searches for a GUID, and Okta for a new user's name before the creation (C20, C22).
#[tokio::test]
async fn row_03_a_filter_without_a_match_is_an_empty_list() {
    async fn row(server: &Caller) {
        for path in [
            "/scim/v2/Users?filter=userName+eq+%225f7a2c1e-7d0a-4a3c-9f5e-0c1d2e3f4a5b%22",
            "/scim/v2/Users?filter=userName%20eq%20%22test.user%40okta.local%22&startIndex=1&count=100",
            "/scim/v2/Users?filter=externalId+eq+%22johnwong%22",
            "/scim/v2/Users?filter=emails%5Btype+eq+%22work%22%5D.value+eq+%22user%40contoso.com%22",
            "/scim/v2/Groups?excludedAttributes=members&filter=displayName+eq+%225f7a2c1e-7d0a-4a3c%22",
            "/scim/v2/Groups?filter=displayName%20eq%20%22APP-Rostr-Users%22&startIndex=1&count=100",
        ] {
            let answer = server.get(path).await;
            answer.expect_list(0);
            assert_eq!(answer.json()["Resources"], json!([]), "{path}");
        }
    }
    row(&MemoryScene::start()).await;
    let scene = Scene::start().await;
    row(&scene).await;
    assert!(scene.writes().is_empty());
}

/// R4. Okta's specification test reads `schemas`, `detail` and `status` of the answer. Entra ID needs the status.
#[tokio::test]
async fn row_04_an_unknown_id_is_404_with_an_error_body() {
    async fn row(server: &Caller) {
        for path in [
            "/scim/v2/Users/010101001010101011001010101011",
            "/scim/v2/Groups/010101001010101011001010101011",
            "/scim/v2/Groups/010101001010101011001010101011?excludedAttributes=members",
        ] {
            let answer = server.get(path).await;
            let detail = answer.expect_error(404, None);
            assert!(detail.contains("0101"), "{detail}");
            assert_eq!(answer.json()["status"], "404");
        }
    }
    row(&MemoryScene::start()).await;
    let scene = Scene::start().await;
    row(&scene).await;
    assert!(scene.writes().is_empty());
}

/// R5. The SCIM Validator filters in another letter case. Okta's tests expect the name in the case sent (C25, C33, C34).
#[tokio::test]
async fn row_05_a_user_name_is_unique_in_any_case_and_returned_as_sent() {
    async fn row(server: &Caller) {
        let id = someone(server, "Ada.Lovelace@acme.example").await;
        let again = r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],
            "userName":"ADA.LOVELACE@ACME.EXAMPLE","active":true}"#;
        let answer = send(server, "POST", "/scim/v2/Users", again).await;
        answer.expect_error(409, Some("uniqueness"));
        let lookup = "userName+eq+%22ada.lovelace%40ACME.example%22";
        assert_eq!(found(server, "Users", lookup).await, [id.as_str()]);
        let held = at(server, &user(&id)).await;
        assert_eq!(held["userName"], "Ada.Lovelace@acme.example");
    }
    row(&MemoryScene::start()).await;
    let scene = Scene::start().await;
    row(&scene).await;
    assert_eq!(
        scene
            .member("ada.lovelace@acme.example")
            .first_name
            .as_deref(),
        Some("Ada")
    );
    assert_eq!(scene.writes(), ["POST /settings/users/2026-09 201"]);
}

/// R6. Entra ID's look-ups, `PingOne`'s spelling and authentik's unquoted value (C13, C25 to C28).
#[tokio::test]
async fn row_06_the_filters_of_all_clients_find_the_user() {
    async fn row(server: &Caller) {
        let document = r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"externalId":"4045ea11-f0cc",
            "userName":"akadmin@acme.example","active":true,
            "emails":[{"primary":true,"type":"work","value":"akadmin@acme.example"}]}"#;
        let id = create(server, document).await;
        someone(server, "akadmin@acme.example.org").await;
        let by_id = format!("id+eq+%22{id}%22");
        for filter in [
            "userName+eq+%22akadmin%40acme.example%22",
            "username%20Eq%20%22akadmin%40acme.example%22",
            "USERNAME+EQ+%22AKADMIN%40acme.example%22",
            "userName+eq+akadmin%40acme.example",
            "externalId+eq+%224045ea11-f0cc%22",
            "externalId+eq+4045ea11-f0cc",
            "emails%5Btype+eq+%22work%22%5D.value+eq+%22akadmin%40acme.example%22",
            by_id.as_str(),
            "userName+eq+%22akadmin%40acme.example%22+and+externalId+eq+%224045ea11-f0cc%22",
        ] {
            assert_eq!(
                found(server, "Users", filter).await,
                [id.as_str()],
                "{filter}"
            );
        }
        // `eq` compares the whole value, and `externalId` by letter case.
        for filter in [
            "userName+eq+%22akadmin%22",
            "userName+eq+%22*%22",
            "userName+eq+%22akadmin%25%22",
            "externalId+eq+%224045EA11-F0CC%22",
            "userName+eq+%22akadmin%40acme.example%22+and+externalId+eq+%22another%22",
        ] {
            assert!(found(server, "Users", filter).await.is_empty(), "{filter}");
        }
    }
    let memory = MemoryScene::start();
    row(&memory).await;
    let scene = Scene::start().await;
    row(&scene).await;
    assert!(
        scene
            .hubspot()
            .user_by_email("akadmin@acme.example")
            .is_some()
    );

    let id = team(&memory, "displayName", &[]).await;
    let named = r#"[{"op":"Replace","path":"externalId","value":"8aa1a0c0-d4b7"}]"#;
    patch(&memory, &group(&id), named).await.expect_no_content();
    for filter in [
        "displayName+eq+%22displayName%22",
        "DISPLAYNAME%20EQ%20%22displayname%22",
        "externalId+eq+%228aa1a0c0-d4b7%22",
        "displayName+eq+%22displayName%22+and+externalId+eq+%228aa1a0c0-d4b7%22",
    ] {
        assert_eq!(
            found(&memory, "Groups", filter).await,
            [id.as_str()],
            "{filter}"
        );
    }
    assert_eq!(
        found(&scene, "Groups", "displayName+eq+%22sales%22").await,
        ["5301"]
    );
}

/// R14. Okta refused an integration for `itemsPerPage` 100 on an empty page. Entra ID's validation pages by five (C22 to C24).
#[tokio::test]
async fn row_14_paging_follows_the_rfc() {
    async fn row(server: &Caller) {
        let mut page = server.get("/scim/v2/Users?startIndex=1&count=5").await;
        let total = page.expect(200)["totalResults"].as_u64().expect("a number");
        assert!(total >= 11, "{total}");
        let mut seen: Vec<Value> = Vec::new();
        for start in (1..=total).step_by(5) {
            page = server
                .get(&format!("/scim/v2/Users?startIndex={start}&count=5"))
                .await;
            let body = page.expect(200);
            let resources = body["Resources"].as_array().expect("a list");
            assert_eq!(body["totalResults"], total);
            assert_eq!(body["startIndex"], start);
            assert_eq!(body["itemsPerPage"], resources.len());
            assert_eq!(resources.len() as u64, (total - start + 1).min(5));
            seen.extend(resources.iter().map(|user| user["id"].clone()));
        }
        let all = at(server, "/scim/v2/Users?startIndex=1&count=100").await;
        let all = all["Resources"].as_array().expect("a list");
        let all: Vec<Value> = all.iter().map(|user| user["id"].clone()).collect();
        assert_eq!(seen, all, "the order is stable and complete");
        let beyond = at(server, "/scim/v2/Users?startIndex=101&count=100").await;
        assert_eq!(beyond["Resources"], json!([]));
        assert_eq!(beyond["itemsPerPage"], 0);
        assert_eq!(beyond["totalResults"], total);
        assert_eq!(beyond["startIndex"], 101);
    }
    let memory = MemoryScene::start();
    for number in 0..12 {
        someone(&memory, &format!("user{number}@acme.example")).await;
    }
    row(&memory).await;
    let scene = Scene::start().await;
    row(&scene).await;
    assert!(scene.writes().is_empty());
}

/// R18. authentik and the Keycloak clients read the server's abilities first. Entra ID's validation looks for every mapped
/// attribute (C51, C52).
#[tokio::test]
async fn row_18_discovery_is_complete() {
    async fn row(server: &Caller) {
        let config = at(server, "/scim/v2/ServiceProviderConfig").await;
        for block in ["patch", "bulk", "filter", "changePassword", "sort", "etag"] {
            assert!(config[block]["supported"].is_boolean(), "{block}");
        }
        assert_eq!(config["patch"]["supported"], true);
        assert_eq!(config["filter"]["supported"], true);
        assert!(config["authenticationSchemes"].is_array());
        for path in ["/scim/v2/ResourceTypes", "/scim/v2/Schemas"] {
            let answer = server.get(path).await;
            assert!(!answer.text().contains("null"), "{}", answer.text());
            let list = answer.expect(200);
            assert_eq!(
                list["schemas"],
                json!(["urn:ietf:params:scim:api:messages:2.0:ListResponse"])
            );
            let resources = list["Resources"].as_array().expect("a list");
            assert_eq!(list["totalResults"], resources.len());
            for resource in resources {
                assert!(!resource["schemas"].as_array().unwrap().is_empty());
                let location = resource["meta"]["location"].as_str().expect("an address");
                let path = location.strip_prefix("https://scim.acme.example").unwrap();
                assert_eq!(at(server, path).await, *resource);
            }
        }
        let schema = "/scim/v2/Schemas/urn:ietf:params:scim:schemas:core:2.0:User";
        let answer = server.get(schema).await;
        let user = answer.expect(200);
        let attributes = user["attributes"].as_array().expect("a list");
        let active = attributes
            .iter()
            .find(|one| one["name"] == "active")
            .unwrap();
        assert_eq!(active["type"], "boolean");
        assert_eq!(active["mutability"], "readWrite");
        let group = "/scim/v2/Schemas/urn:ietf:params:scim:schemas:core:2.0:Group";
        assert_eq!(at(server, group).await["name"], "Group");
    }
    row(&MemoryScene::start()).await;
    let scene = Scene::start().await;
    row(&scene).await;
    // Discovery needs the token too.
    let denied = MemoryScene::start()
        .exchange(
            "GET",
            "/scim/v2/ServiceProviderConfig",
            &[("Authorization", SECRET_TOKEN)],
            "",
        )
        .await;
    denied.expect_error(401, None);
}
