//! F3, F6, F34, F36 and F37: filters and lists.

use scim_core::Profile;
use scim_tests::{Caller, MemoryScene, Scene};
use serde_json::json;

use crate::{ADA, at, create, found, someone, team};

/// F3. Entra ID filters by `externalId` (since 2026) and by an e-mail path; others use a URN or no quotes (C13, C26 to C28).
#[tokio::test]
async fn failure_03_every_filter_is_applied_or_refused() {
    async fn row(server: &Caller) {
        let document = r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"ada@acme.example",
            "externalId":"4045ea11","active":true,"emails":[{"primary":true,"type":"work","value":"ada@acme.example"}]}"#;
        let id = create(server, document).await;
        someone(server, "grace@acme.example").await;
        for filter in [
            "externalId+eq+%224045ea11%22",
            "externalId+eq+4045ea11",
            "emails%5Btype+eq+%22work%22%5D.value+eq+%22ada%40acme.example%22",
            "emails.value+eq+%22ada%40acme.example%22",
            "urn:ietf:params:scim:schemas:core:2.0:User:userName+eq+%22ada%40acme.example%22",
        ] {
            assert_eq!(
                found(server, "Users", filter).await,
                [id.as_str()],
                "{filter}"
            );
        }
        for filter in [
            "favouriteColour+eq+%22blue%22",
            "userName+like+%22ada%22",
            "userName",
        ] {
            let answer = server.get(&format!("/scim/v2/Users?filter={filter}")).await;
            answer.expect_error(400, Some("invalidFilter"));
        }
        let answer = server
            .get("/scim/v2/Groups?filter=colour+eq+%22blue%22")
            .await;
        answer.expect_error(400, Some("invalidFilter"));
    }
    let memory = MemoryScene::start();
    row(&memory).await;
    let boss = memory.find("grace@acme.example").await.unwrap()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
    let document = format!(
        r#"{{"userName":"ben@acme.example","displayName":"Ben","{enterprise}":{{"employeeNumber":"7","manager":"{boss}"}}}}"#
    );
    let ben = create(&memory, &document).await;
    for filter in [
        format!("{enterprise}:employeeNumber+eq+%227%22"),
        format!("id+eq+{ben}+and+manager+eq+{boss}&attributes=id"),
        format!("manager+eq+%22{boss}%22+and+id+eq+%22{ben}%22&attributes=id"),
        "displayName+eq+%22ben%22".to_owned(),
    ] {
        assert_eq!(
            found(&memory, "Users", &filter).await,
            [ben.as_str()],
            "{filter}"
        );
    }
    let group = team(&memory, "Sales", &[&ben]).await;
    let check = format!("id+eq+%22{group}%22+and+members+eq+%22{ben}%22");
    assert_eq!(found(&memory, "Groups", &check).await, [group.as_str()]);
    let check = format!("id+eq+%22{group}%22+and+members+eq+%22{boss}%22");
    assert!(found(&memory, "Groups", &check).await.is_empty());
    let scene = Scene::start().await;
    row(&scene).await;
}

/// F6. Okta's review of integrations and every client that pages rely on this (C23, C24).
#[tokio::test]
async fn failure_06_a_page_states_its_position_and_size() {
    async fn row(server: &Caller, total: usize) {
        for (query, start, items) in [
            ("startIndex=1&count=2", 1, 2),
            ("startIndex=3&count=100", 3, total - 2),
            ("startIndex=101&count=100", 101, 0),
            ("startIndex=0&count=2", 1, 2),
            ("startIndex=-5&count=2", 1, 2),
            ("count=0", 1, 0),
            ("count=-1", 1, 0),
            ("startIndex=2", 2, total - 1),
        ] {
            let page = at(server, &format!("/scim/v2/Users?{query}")).await;
            assert_eq!(page["totalResults"], total, "{query}");
            assert_eq!(page["startIndex"], start, "{query}");
            assert_eq!(page["itemsPerPage"], items, "{query}");
            let resources = page
                .get("Resources")
                .map_or(0, |list| list.as_array().unwrap().len());
            assert_eq!(resources, items, "{query}");
        }
    }
    let memory = MemoryScene::start();
    for number in 0..7 {
        someone(&memory, &format!("user{number}@acme.example")).await;
    }
    row(&memory, 7).await;
    let scene = Scene::start().await;
    row(&scene, 12).await;
}

/// F34. Okta's connection test, Google and `JumpCloud` list so (C22).
#[tokio::test]
async fn failure_34_users_are_listed_without_filter_and_paging() {
    async fn row(server: &Caller) {
        let id = someone(server, ADA).await;
        for path in [
            "/scim/v2/Users",
            "/scim/v2/Users?",
            "/scim/v2/Users/",
            "/scim/v2/Users?startIndex=1&count=100",
            "/scim/v2/Users?startIndex=1",
            "/scim/v2/Users?filter=userName%20eq%20%22ada%40acme.example%22&startIndex=1",
        ] {
            let list = at(server, path).await;
            let resources = list["Resources"].as_array().expect("a list");
            let ada = resources.iter().find(|one| one["id"] == id.as_str());
            assert_eq!(ada.unwrap()["userName"], ADA, "{path}");
        }
    }
    row(&MemoryScene::start()).await;
    let scene = Scene::start().await;
    row(&scene).await;
}

/// F36. Entra ID's Test Connection asks for a group even if the server has only users (C20, C21).
#[tokio::test]
async fn failure_36_an_unmatched_or_unsupported_group_search_is_an_empty_list() {
    let asked = [
        "/scim/v2/Groups",
        "/scim/v2/Groups?excludedAttributes=members&filter=displayName+eq+%225f7a2c1e-7d0a%22",
        "/scim/v2/Groups?startIndex=1&count=100",
    ];
    let users_only = MemoryScene::without_groups(Profile::default());
    for server in [&users_only, &MemoryScene::start()] {
        for path in asked {
            let answer = server.get(path).await;
            answer.expect_list(0);
            assert_eq!(answer.json()["Resources"], json!([]), "{path}");
        }
        server.get("/scim/v2/Users").await.expect_list(0);
        server
            .get("/scim/v2/Groups/1")
            .await
            .expect_error(404, None);
    }
    // A server without groups creates none, and discovery says so.
    let group =
        r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"Sales"}"#;
    let answer = crate::send(&users_only, "POST", "/scim/v2/Groups", group).await;
    answer.expect_error(405, None);
    assert_eq!(answer.header("allow"), Some("GET, HEAD"));
    let types = at(&users_only, "/scim/v2/ResourceTypes").await;
    assert_eq!(types["totalResults"], 1);
    let answer = users_only
        .get("/scim/v2/Groups?filter=displayName+eq")
        .await;
    answer.expect_error(400, Some("invalidFilter"));

    let strict = MemoryScene::without_groups(Profile::rfc());
    for path in asked {
        strict.get(path).await.expect_error(404, None);
    }
    let scene = Scene::start().await;
    scene.get(asked[1]).await.expect_list(0);
    assert!(scene.writes().is_empty());
}

/// F37. Entra ID treats several matches as an error of the server.
#[tokio::test]
async fn failure_37_eq_compares_the_whole_value() {
    async fn row(server: &Caller) {
        let mut ids = Vec::new();
        for name in [
            "a_a@acme.example",
            "aba@acme.example",
            "a_a@acme.example.org",
            "xa_a@acme.example",
        ] {
            ids.push(someone(server, name).await);
        }
        let only = "userName+eq+%22a_a%40acme.example%22";
        assert_eq!(found(server, "Users", only).await, [ids[0].as_str()]);
        for none in [
            "%25",
            "*",
            "a%25%40acme.example",
            "a*",
            "acme.example",
            "_____acme.example",
            "a_a",
        ] {
            let filter = format!("userName+eq+%22{none}%22");
            assert!(found(server, "Users", &filter).await.is_empty(), "{none}");
        }
    }
    row(&MemoryScene::start()).await;
    let scene = Scene::start().await;
    row(&scene).await;
}
