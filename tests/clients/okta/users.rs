//! The life of a user. Okta never deletes one.

use serde_json::{Value, json};

use super::{KINDS, Kind, Okta};
use crate::server::{Server, behaviors, extremes, on_hubspot};
use crate::wire::{ENTERPRISE, USER};

const ADA: &str = "Test.User@okta.example";
const EXTERNAL_ID: &str = "00ujl29u0le5T6Aj10h7";
const PASSWORD: &str = "1mz050nq";

/// The attributes that Okta maps, with two values each. The places are those of [`Server::expect_values`].
const MAPPED: [(&str, [&str; 2]); 15] = [
    ("name/givenName", ["Jane", "Augusta"]),
    ("name/familyName", ["Smith", "King"]),
    ("displayName", ["Jane Smith", "Augusta King"]),
    ("name/middleName", ["Q", "Ada"]),
    ("name/honorificPrefix", ["Ms.", "Lady"]),
    ("title", ["Analyst", "Countess"]),
    ("nickName", ["Jan", "Ada"]),
    ("profileUrl", ["https://a.example/1", "https://a.example/2"]),
    ("locale", ["en-US", "en-GB"]),
    ("timezone", ["America/New_York", "Europe/London"]),
    ("userType", ["Employee", "Contractor"]),
    ("phoneNumbers/work/value", ["+1 555 0100", "+44 20 7946"]),
    (
        "addresses/work/streetAddress",
        ["301 Brannan", "12 St James"],
    ),
    (
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User/department",
        ["Sales", "Engines"],
    ),
    (
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User/employeeNumber",
        ["42", "43"],
    ),
];

fn user() -> Value {
    json!({
        "schemas": [USER],
        "userName": ADA,
        "name": {"givenName": "Test", "familyName": "User"},
        "emails": [{"primary": true, "value": ADA, "type": "work"}],
        "displayName": "Test User",
        "locale": "en-US",
        "externalId": EXTERNAL_ID,
        "groups": [],
        "password": PASSWORD,
        "active": true,
    })
}

/// Merges a value into a document, as Okta's profile mapping does.
fn merge(user: &mut Value, place: &str, value: &str) {
    match place.split_once('/') {
        None => user[place] = value.into(),
        Some((list @ ("phoneNumbers" | "addresses"), rest)) => {
            let name = rest.trim_start_matches("work/");
            user[list] = json!([{name: value, "type": "work", "primary": true}]);
        }
        Some((object, name)) => {
            user[object][name] = value.into();
            if object == ENTERPRISE {
                user["schemas"] = json!([USER, ENTERPRISE]);
            }
        }
    }
}

async fn run_lifecycle(server: &Server, kind: Kind) {
    let okta = Okta::new(server, kind);
    let before = server.hubspot_users();
    connect(&okta).await;
    let id = create(&okta).await;
    update_mapped_attributes(&okta, &id).await;
    change_user_name(&okta, &id).await;
    deactivate_and_reactivate(&okta, &id).await;
    assign_again(&okta, &id).await;
    import(&okta, &id).await;
    okta.set_active(&id, false).await.expect(200);
    server.expect_no_member(ADA);
    assert_eq!(server.hubspot_users(), before);
}

async fn connect(okta: &Okta<'_>) {
    let users = okta.wire.get("/Users?startIndex=1&count=2").await;
    assert!(users.expect(200)["Resources"].is_array());
    let groups = okta.wire.get("/Groups?startIndex=1&count=100").await;
    assert!(groups.expect(200)["Resources"].is_array());
}

async fn create(okta: &Okta<'_>) -> String {
    let server = okta.wire.server;
    assert_eq!(okta.find("Users", "userName", ADA).await, None);
    let created = okta.wire.post("/Users", &user()).await;
    let made = created.expect(201);
    assert!(!created.text().contains("password"), "{}", created.text());
    let id = created.id().to_owned();
    let expected = [
        ("userName", ADA.into()),
        ("externalId", EXTERNAL_ID.into()),
        ("active", true.into()),
        ("emails/work/value", ADA.into()),
        ("name/givenName", "Test".into()),
        ("name/familyName", "User".into()),
        ("displayName", "Test User".into()),
        ("locale", "en-US".into()),
    ];
    server.expect_values(made, &expected);
    server.expect_values(&server.user(&id).await, &expected);
    let again = okta.wire.post("/Users", &user()).await;
    again.expect_error(409, Some("uniqueness"));
    assert_eq!(
        okta.find("Users", "userName", ADA).await.as_ref(),
        Some(&id)
    );
    server.sign_in(ADA);
    id
}

async fn update_mapped_attributes(okta: &Okta<'_>, id: &str) {
    let server = okta.wire.server;
    for (place, [first, _]) in MAPPED {
        let answer = okta.update(id, |user| merge(user, place, first)).await;
        server.expect_values(answer.expect(200), &[(place, first.into())]);
    }
    let all = MAPPED.map(|(place, [first, _])| (place, first.into()));
    server.expect_values(&server.user(id).await, &all);
    server.expect_member(ADA, ["Jane", "Smith"], &[]);

    let answer = okta
        .update(id, |user| {
            for (place, [_, second]) in MAPPED {
                merge(user, place, second);
            }
            // Captured: `formatted` is stale, `groups` is empty, and the password is sent again.
            user["name"]["formatted"] = "Mona Octocat".into();
            user["groups"] = json!([]);
            user["password"] = PASSWORD.into();
        })
        .await;
    let all = MAPPED.map(|(place, [_, second])| (place, second.into()));
    server.expect_values(answer.expect(200), &all);
    assert!(!answer.text().contains("password"), "{}", answer.text());
    let user = server.user(id).await;
    server.expect_values(&user, &all);
    server.expect_values(
        &user,
        &[("active", true.into()), ("externalId", EXTERNAL_ID.into())],
    );
    server.expect_member(ADA, ["Augusta", "King"], &[]);

    // Putting the document back unchanged changes nothing.
    okta.update(id, |_| {}).await.expect(200);
    let mut unchanged = server.user(id).await;
    unchanged["meta"] = user["meta"].clone();
    assert_eq!(unchanged, user);
}

/// HubSpot cannot change a user's address. It refuses the request as a whole.
async fn change_user_name(okta: &Okta<'_>, id: &str) {
    let server = okta.wire.server;
    let rename = |to: &'static str| {
        move |user: &mut Value| {
            user["userName"] = to.into();
            user["emails"] = json!([{"primary": true, "value": to, "type": "work"}]);
            user["title"] = "Enchantress".into();
        }
    };
    let before = server.user(id).await;
    let answer = okta.update(id, rename("Renamed@okta.example")).await;
    if server.is_hubspot() {
        answer.expect_error(400, Some("mutability"));
        assert_eq!(server.user(id).await, before);
        return;
    }
    let renamed = [
        ("userName", "Renamed@okta.example".into()),
        ("emails/work/value", "Renamed@okta.example".into()),
    ];
    server.expect_values(answer.expect(200), &renamed);
    server.expect_values(&server.user(id).await, &renamed);
    assert_eq!(okta.find("Users", "userName", ADA).await, None);
    okta.update(id, rename(ADA)).await.expect(200);
}

async fn deactivate_and_reactivate(okta: &Okta<'_>, id: &str) {
    let server = okta.wire.server;
    server.add_to_teams(ADA);
    let alive = server.user(id).await;
    for active in [false, true, false, true] {
        let answer = okta.set_active(id, active).await;
        assert_eq!(answer.expect(200)["active"], active);
        let user = server.user(id).await;
        server.expect_values(&user, &[("active", active.into())]);
        assert_eq!(
            okta.find("Users", "userName", ADA).await.as_deref(),
            Some(id)
        );
        if active {
            server.expect_member(ADA, ["Augusta", "King"], &[]);
            server.expect_restored(&user, &alive);
            server.expect_in_teams(ADA);
        } else {
            server.expect_no_member(ADA);
            // A document without `active` does not reactivate the user.
            let silent = |user: &mut Value| {
                user.as_object_mut().map(|user| user.remove("active"));
            };
            let answer = okta.update(id, silent).await;
            assert_eq!(answer.expect(200)["active"], false);
            server.expect_no_member(ADA);
        }
    }
}

/// Reported: a POST with the same `externalId` for a deactivated user.
async fn assign_again(okta: &Okta<'_>, id: &str) {
    let server = okta.wire.server;
    okta.set_active(id, false).await.expect(200);
    let answer = okta.wire.post("/Users", &user()).await;
    assert!(matches!(answer.status(), 200 | 201), "{}", answer.text());
    assert_eq!(answer.id(), id);
    let back = [("active", true.into()), ("name/givenName", "Test".into())];
    server.expect_values(answer.json(), &back);
    server.expect_values(&server.user(id).await, &back);
    assert_eq!(
        okta.find("Users", "userName", ADA).await.as_deref(),
        Some(id)
    );
    server.expect_member(ADA, ["Test", "User"], &[]);
    server.expect_in_teams(ADA);
}

/// Reads page by page to the end, and one page beyond it.
async fn import(okta: &Okta<'_>, id: &str) {
    let page = okta.wire.get("/Users?startIndex=1&count=100").await;
    let all = page.expect(200)["Resources"].as_array().map(Vec::as_slice);
    let is_ada = |user: &Value| user["id"] == id;
    assert!(
        all.unwrap_or_default().iter().any(is_ada),
        "{}",
        page.text()
    );
    let beyond = okta.wire.get("/Users?startIndex=101&count=100").await;
    assert_eq!(beyond.expect(200)["itemsPerPage"], 0);
    assert_eq!(beyond.json()["Resources"], json!([]));
}

/// Writes one user from both applications in turn.
async fn write_from_both_applications(server: &Server) {
    let [custom, catalog] = KINDS.map(|kind| Okta::new(server, kind));
    let created = custom.wire.post("/Users", &user()).await;
    created.expect(201);
    let id = created.id();
    server.sign_in(ADA);
    // The other application finds the user, and links it by an update.
    let found = catalog.find("Users", "userName", ADA).await;
    assert_eq!(found.as_deref(), Some(id));
    for (place, [first, second]) in MAPPED {
        let answer = catalog.update(id, |user| merge(user, place, first)).await;
        server.expect_values(answer.expect(200), &[(place, first.into())]);
        let answer = custom.update(id, |user| merge(user, place, second)).await;
        server.expect_values(answer.expect(200), &[(place, second.into())]);
    }
    for (off, on) in [(catalog, custom), (custom, catalog)] {
        off.set_active(id, false).await.expect(200);
        server.expect_values(&server.user(id).await, &[("active", false.into())]);
        server.expect_no_member(ADA);
        on.set_active(id, true).await.expect(200);
        let all = MAPPED.map(|(place, [_, second])| (place, second.into()));
        server.expect_values(&server.user(id).await, &all);
        server.expect_member(ADA, ["Augusta", "King"], &[]);
    }
}

#[tokio::test]
async fn custom_application_user_lifecycle_in_memory() {
    run_lifecycle(&Server::memory(), Kind::Custom).await;
}

#[tokio::test]
async fn catalog_application_user_lifecycle_in_memory() {
    run_lifecycle(&Server::memory(), Kind::Catalog).await;
}

#[tokio::test]
async fn custom_application_user_lifecycle_on_hubspot() {
    on_hubspot(behaviors(), async |server| {
        run_lifecycle(server, Kind::Custom).await;
    })
    .await;
}

#[tokio::test]
async fn catalog_application_user_lifecycle_on_hubspot() {
    on_hubspot(behaviors(), async |server| {
        run_lifecycle(server, Kind::Catalog).await;
    })
    .await;
}

#[tokio::test]
async fn two_applications_write_one_user_in_memory() {
    write_from_both_applications(&Server::memory()).await;
}

#[tokio::test]
async fn two_applications_write_one_user_on_hubspot() {
    on_hubspot(extremes(), write_from_both_applications).await;
}
