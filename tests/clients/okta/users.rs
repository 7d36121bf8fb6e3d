//! The life of a user, who is never deleted.

use hubspot_adapter::emulator::Behavior;
use serde_json::{Value, json};

use super::{KINDS, Kind, Okta};
use crate::server::{Server, behaviors, opposite};
use crate::wire::{ENTERPRISE, USER};

const ADA: &str = "Test.User@okta.example";
const EXTERNAL_ID: &str = "00ujl29u0le5T6Aj10h7";
const PASSWORD: &str = "1mz050nq";

/// What the profile of Okta is mapped to, two values each; the places are those of [`Server::shows`].
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

/// Merges a value into a document, as a profile mapping does.
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

async fn lives(server: &Server, kind: Kind) {
    let okta = Okta::new(server, kind);
    let everybody = server.everybody();
    connects(&okta).await;
    let id = is_created(&okta).await;
    each_mapped_attribute_is_updated(&okta, &id).await;
    the_name_changes(&okta, &id).await;
    is_deactivated_and_reactivated(&okta, &id).await;
    is_assigned_again(&okta, &id).await;
    is_imported(&okta, &id).await;
    okta.set_active(&id, false).await.expect(200);
    server.hubspot_lacks(ADA);
    assert_eq!(server.everybody(), everybody);
}

async fn connects(okta: &Okta<'_>) {
    let users = okta.wire.get("/Users?startIndex=1&count=2").await;
    assert!(users.expect(200)["Resources"].is_array());
    let groups = okta.wire.get("/Groups?startIndex=1&count=100").await;
    assert!(groups.expect(200)["Resources"].is_array());
}

async fn is_created(okta: &Okta<'_>) -> String {
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
    server.shows(made, &expected);
    server.shows(&server.user(&id).await, &expected);
    let again = okta.wire.post("/Users", &user()).await;
    again.expect_error(409, Some("uniqueness"));
    assert_eq!(
        okta.find("Users", "userName", ADA).await.as_ref(),
        Some(&id)
    );
    server.signs_in(ADA);
    id
}

async fn each_mapped_attribute_is_updated(okta: &Okta<'_>, id: &str) {
    let server = okta.wire.server;
    for (place, [first, _]) in MAPPED {
        let answer = okta.update(id, |user| merge(user, place, first)).await;
        server.shows(answer.expect(200), &[(place, first.into())]);
    }
    let all = MAPPED.map(|(place, [first, _])| (place, first.into()));
    server.shows(&server.user(id).await, &all);
    server.hubspot_holds(ADA, ["Jane", "Smith"], &[]);

    let answer = okta
        .update(id, |user| {
            for (place, [_, second]) in MAPPED {
                merge(user, place, second);
            }
            // As captured: what is made of the names is stale, `groups` is empty, and a password is there again.
            user["name"]["formatted"] = "Mona Octocat".into();
            user["groups"] = json!([]);
            user["password"] = PASSWORD.into();
        })
        .await;
    let all = MAPPED.map(|(place, [_, second])| (place, second.into()));
    server.shows(answer.expect(200), &all);
    assert!(!answer.text().contains("password"), "{}", answer.text());
    let user = server.user(id).await;
    server.shows(&user, &all);
    server.shows(
        &user,
        &[("active", true.into()), ("externalId", EXTERNAL_ID.into())],
    );
    server.hubspot_holds(ADA, ["Augusta", "King"], &[]);

    // The document as it was read changes nothing.
    okta.update(id, |_| {}).await.expect(200);
    let mut unchanged = server.user(id).await;
    unchanged["meta"] = user["meta"].clone();
    assert_eq!(unchanged, user);
}

/// HubSpot knows its users by their address and cannot change it: the refusal says so, and nothing else of it is done.
async fn the_name_changes(okta: &Okta<'_>, id: &str) {
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
    server.shows(answer.expect(200), &renamed);
    server.shows(&server.user(id).await, &renamed);
    assert_eq!(okta.find("Users", "userName", ADA).await, None);
    okta.update(id, rename(ADA)).await.expect(200);
}

async fn is_deactivated_and_reactivated(okta: &Okta<'_>, id: &str) {
    let server = okta.wire.server;
    server.joins_teams(ADA);
    let alive = server.user(id).await;
    for active in [false, true, false, true] {
        let answer = okta.set_active(id, active).await;
        assert_eq!(answer.expect(200)["active"], active);
        let user = server.user(id).await;
        server.shows(&user, &[("active", active.into())]);
        assert_eq!(
            okta.find("Users", "userName", ADA).await.as_deref(),
            Some(id)
        );
        if active {
            server.hubspot_holds(ADA, ["Augusta", "King"], &[]);
            server.is_back(&user, &alive);
            server.is_in_teams(ADA);
        } else {
            server.hubspot_lacks(ADA);
            // A document without `active` brings nobody back.
            let silent = |user: &mut Value| {
                user.as_object_mut().map(|user| user.remove("active"));
            };
            let answer = okta.update(id, silent).await;
            assert_eq!(answer.expect(200)["active"], false);
            server.hubspot_lacks(ADA);
        }
    }
}

/// Reported: a POST with the same `externalId` for who was deactivated.
async fn is_assigned_again(okta: &Okta<'_>, id: &str) {
    let server = okta.wire.server;
    okta.set_active(id, false).await.expect(200);
    let answer = okta.wire.post("/Users", &user()).await;
    assert!(matches!(answer.status(), 200 | 201), "{}", answer.text());
    assert_eq!(answer.id(), id);
    let back = [("active", true.into()), ("name/givenName", "Test".into())];
    server.shows(answer.json(), &back);
    server.shows(&server.user(id).await, &back);
    assert_eq!(
        okta.find("Users", "userName", ADA).await.as_deref(),
        Some(id)
    );
    server.hubspot_holds(ADA, ["Test", "User"], &[]);
    server.is_in_teams(ADA);
}

/// Page by page to the end, and one page beyond it.
async fn is_imported(okta: &Okta<'_>, id: &str) {
    let page = okta.wire.get("/Users?startIndex=1&count=100").await;
    let all = page.expect(200)["Resources"].as_array().map(Vec::as_slice);
    let has_her = |user: &Value| user["id"] == id;
    assert!(
        all.unwrap_or_default().iter().any(has_her),
        "{}",
        page.text()
    );
    let beyond = okta.wire.get("/Users?startIndex=101&count=100").await;
    assert_eq!(beyond.expect(200)["itemsPerPage"], 0);
    assert_eq!(beyond.json()["Resources"], json!([]));
}

/// One user, to whom one application writes after the other.
async fn has_two_applications(server: &Server) {
    let [custom, catalogue] = KINDS.map(|kind| Okta::new(server, kind));
    let created = custom.wire.post("/Users", &user()).await;
    created.expect(201);
    let id = created.id();
    server.signs_in(ADA);
    // The other one finds the account, and links it by an update.
    let found = catalogue.find("Users", "userName", ADA).await;
    assert_eq!(found.as_deref(), Some(id));
    for (place, [first, second]) in MAPPED {
        let answer = catalogue.update(id, |user| merge(user, place, first)).await;
        server.shows(answer.expect(200), &[(place, first.into())]);
        let answer = custom.update(id, |user| merge(user, place, second)).await;
        server.shows(answer.expect(200), &[(place, second.into())]);
    }
    for (off, on) in [(catalogue, custom), (custom, catalogue)] {
        off.set_active(id, false).await.expect(200);
        server.shows(&server.user(id).await, &[("active", false.into())]);
        server.hubspot_lacks(ADA);
        on.set_active(id, true).await.expect(200);
        let all = MAPPED.map(|(place, [_, second])| (place, second.into()));
        server.shows(&server.user(id).await, &all);
        server.hubspot_holds(ADA, ["Augusta", "King"], &[]);
    }
}

#[tokio::test]
async fn a_user_of_a_custom_application_lives_in_memory() {
    lives(&Server::memory(), Kind::Custom).await;
}

#[tokio::test]
async fn a_user_of_a_catalogue_application_lives_in_memory() {
    lives(&Server::memory(), Kind::Catalogue).await;
}

#[tokio::test]
async fn a_user_of_a_custom_application_lives_on_hubspot() {
    for behavior in behaviors() {
        println!("HubSpot plays {behavior}");
        lives(&Server::hubspot(behavior).await, Kind::Custom).await;
    }
}

#[tokio::test]
async fn a_user_of_a_catalogue_application_lives_on_hubspot() {
    for behavior in behaviors() {
        println!("HubSpot plays {behavior}");
        lives(&Server::hubspot(behavior).await, Kind::Catalogue).await;
    }
}

#[tokio::test]
async fn a_user_has_both_kinds_of_application_in_memory() {
    has_two_applications(&Server::memory()).await;
}

#[tokio::test]
async fn a_user_has_both_kinds_of_application_on_hubspot() {
    for behavior in [Behavior::default(), opposite()] {
        println!("HubSpot plays {behavior}");
        has_two_applications(&Server::hubspot(behavior).await).await;
    }
}
