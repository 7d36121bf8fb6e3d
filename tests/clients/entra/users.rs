//! The life of a user.

use hubspot_adapter::dialect::Dialect;
use scim_core::Profile;
use serde_json::{Value, json};

use super::{Entra, Mapped, Speech, accepted};
use crate::server::{Server, at, dialects, opposite};
use crate::wire::{ENTERPRISE, USER, only};

const ADA: &str = "ada@acme.example";
const EXTERNAL_ID: &str = "0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef";
const ROLE_TYPE: &str = "WindowsAzureActiveDirectoryRole";

macro_rules! enterprise {
    ($name:literal) => {
        (
            concat!("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:", $name),
            concat!("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User/", $name),
        )
    };
}

/// The default mapping (MS-TUT) but for `userName`, the work address, `active` and the manager, with two values for each.
const MAPPED: [(Mapped, [&str; 2]); 22] = [
    (("displayName", "displayName"), ["Pvlo", "Bjfe"]),
    (("title", "title"), ["Analyst", "Countess of Lovelace"]),
    (("preferredLanguage", "preferredLanguage"), ["en-GB", "fr"]),
    (("name.givenName", "name/givenName"), ["Gtfd", "Augusta"]),
    (("name.familyName", "name/familyName"), ["Pkqf", "King"]),
    (("name.formatted", "name/formatted"), ["Gtfd Pkqf", "Augusta King"]),
    (("externalId", "externalId"), ["Eqpj", "aking"]),
    ((r#"emails[type eq "other"].Value"#, "emails/other/value"), ["a@x.example", "b@x.example"]),
    ((r#"addresses[type eq "work"].formatted"#, "addresses/work/formatted"), ["12 St", "5 Sq"]),
    ((r#"addresses[type eq "work"].streetAddress"#, "addresses/work/streetAddress"), ["12 St", "5 Sq"]),
    ((r#"addresses[type eq "work"].locality"#, "addresses/work/locality"), ["London", "Ockham"]),
    ((r#"addresses[type eq "work"].region"#, "addresses/work/region"), ["Middlesex", "Surrey"]),
    ((r#"addresses[type eq "work"].postalCode"#, "addresses/work/postalCode"), ["W1", "GU23"]),
    ((r#"addresses[type eq "work"].country"#, "addresses/work/country"), ["GB", "UK"]),
    ((r#"addresses[type eq "other"].Formatted"#, "addresses/other/formatted"), ["Room 1", "Room 2"]),
    ((r#"phoneNumbers[type eq "work"].value"#, "phoneNumbers/work/value"), ["+44 20 1", "(020) 2"]),
    ((r#"phoneNumbers[type eq "mobile"].value"#, "phoneNumbers/mobile/value"), ["07700 1", "07700 2"]),
    ((r#"phoneNumbers[type eq "fax"].value"#, "phoneNumbers/fax/value"), ["020 3", "020 4"]),
    (enterprise!("employeeNumber"), ["Eqpj", "Aklq"]),
    (enterprise!("department"), ["Engines", "Poetry"]),
    (enterprise!("costCenter"), ["4130", "4131"]),
    (enterprise!("division"), ["Analytical", "Difference"]),
];

/// The body of the tutorial, with an app role by `SingleAppRoleAssignment`.
fn user(email: &str, external_id: &str) -> Value {
    json!({
        "schemas": [USER, ENTERPRISE],
        "externalId": external_id,
        "userName": email,
        "active": true,
        "emails": [{"primary": true, "type": "work", "value": email}],
        "meta": {"resourceType": "User"},
        "name": {"formatted": "Ada Lovelace", "familyName": "Lovelace", "givenName": "Ada"},
        "roles": [{"primary": true, "type": ROLE_TYPE, "value": "Sales Rep"}],
    })
}

async fn lives(server: &Server, speech: Speech) {
    let entra = Entra::new(server, speech);
    let everybody = server.everybody();
    connects(&entra).await;
    let id = is_created(&entra).await;
    each_mapped_attribute_is_updated(&entra, &id).await;
    the_address_and_the_name_change(&entra, &id).await;
    the_manager_changes(&entra, &id).await;
    roles_change(&entra, &id).await;
    what_is_mapped_is_cleared_and_set_again(&entra, &id).await;
    is_disabled_and_enabled(&entra, &id).await;
    is_deleted(&entra, &id).await;
    assert_eq!(server.everybody(), everybody);
}

async fn connects(entra: &Entra<'_>) {
    let nobody = "userName eq \"5f7a1c9e-2b1d-4f7c-9a43-0c6f8a1d2e3b\"";
    assert_eq!(entra.find(nobody).await, None);
    assert_eq!(entra.find_group("5f7a1c9e-2b1d-4f7c-9a43-0c6f8a1d2e3b").await, None);
}

async fn is_created(entra: &Entra<'_>) -> String {
    let server = entra.wire.server;
    let by_name = format!("userName eq \"{ADA}\"");
    let by_external_id = format!("externalId eq \"{EXTERNAL_ID}\"");
    let by_email = format!("emails[type eq \"work\"].value eq \"{ADA}\"");
    for filter in [&by_name, &by_external_id, &by_email] {
        assert_eq!(entra.find(filter).await, None);
    }
    let created = entra.post("/Users", &user(ADA, EXTERNAL_ID)).await;
    let made = created.expect(201);
    let id = created.id().to_owned();
    let expected = [
        ("userName", ADA.into()),
        ("externalId", EXTERNAL_ID.into()),
        ("active", true.into()),
        ("emails/work/value", ADA.into()),
        ("name/givenName", "Ada".into()),
        ("name/familyName", "Lovelace".into()),
        ("name/formatted", "Ada Lovelace".into()),
        ("roles/0/value", "Sales Rep".into()),
    ];
    server.shows(made, &expected);
    server.shows(&server.user(&id).await, &expected);

    let again = entra.post("/Users", &user(ADA, EXTERNAL_ID)).await;
    again.expect_error(409, Some("uniqueness"));
    let shouted = by_name.to_uppercase();
    let unquoted = format!("externalId eq {EXTERNAL_ID}");
    for filter in [&by_name, &by_external_id, &by_email, &shouted, &unquoted] {
        assert_eq!(entra.find(filter).await.as_ref(), Some(&id), "{filter}");
    }
    id
}

async fn each_mapped_attribute_is_updated(entra: &Entra<'_>, id: &str) {
    let server = entra.wire.server;
    for (mapped, [first, _]) in MAPPED {
        accepted(&entra.update(id, &[(mapped, first.into())]).await, id);
        server.shows(&server.user(id).await, &[(mapped.1, first.into())]);
    }
    let user = server.user(id).await;
    server.shows(&user, &MAPPED.map(|((_, place), [first, _])| (place, first.into())));
    // One entry for each type, however many operations made it.
    let addresses = user["addresses"].as_array().map_or(2, Vec::len);
    assert_eq!(addresses, 2, "{user}");

    let changes = MAPPED.map(|(mapped, [_, second])| (mapped, second.into()));
    accepted(&entra.update(id, &changes).await, id);
    let expected = MAPPED.map(|((_, place), [_, second])| (place, second.into()));
    server.shows(&server.user(id).await, &expected);
}

/// HubSpot knows its users by their address and cannot change it: the refusal says so, and nothing else of it is done.
async fn the_address_and_the_name_change(entra: &Entra<'_>, id: &str) {
    let server = entra.wire.server;
    let title = (("title", "title"), "Enchantress".into());
    let moved = "ada.king@acme.example";
    for mapped in [
        (r#"emails[type eq "work"].value"#, "emails/work/value"),
        ("userName", "userName"),
    ] {
        let before = server.user(id).await;
        let answer = entra.update(id, &[title.clone(), (mapped, moved.into())]).await;
        if server.is_hubspot() {
            answer.expect_error(400, Some("mutability"));
            assert_eq!(server.user(id).await, before);
        } else {
            accepted(&answer, id);
            let expected = [(mapped.1, moved.into()), ("title", "Enchantress".into())];
            server.shows(&server.user(id).await, &expected);
            accepted(&entra.update(id, &[(mapped, ADA.into())]).await, id);
        }
    }
    assert_eq!(server.select(&format!("userName eq \"{ADA}\"")).await, [id]);
    assert!(server.select(&format!("userName eq \"{moved}\"")).await.is_empty());
}

/// Every form in which a manager is known to be sent, after the check whether it is needed.
async fn the_manager_changes(entra: &Entra<'_>, id: &str) {
    let server = entra.wire.server;
    let created = entra.post("/Users", &user("grace@acme.example", "ghopper")).await;
    created.expect(201);
    let grace = created.id().to_owned();
    let path = format!("/Users/{id}");
    let (name, place) = enterprise!("manager");

    let check = encoded_check(id, &grace);
    assert_eq!(only(&entra.get(&check).await), None);
    for (name, value, is_flagged) in [
        (name, json!(grace), false),
        (name, json!({"value": grace}), true),
        ("manager", json!([{"$ref": format!("https://scim.acme.example/scim/v2/Users/{grace}"), "value": grace}]), false),
    ] {
        let set = json!([{"op": "Add", "path": name, "value": value}]);
        accepted(&entra.patch(&path, &set, is_flagged).await, id);
        let user = server.user(id).await;
        server.shows(&user, &[(enterprise!("manager/value").1, grace.clone().into())]);
        if !server.is_hubspot() {
            assert_eq!(only(&entra.get(&check).await).as_deref(), Some(id));
        }
        for cleared in [json!(""), json!({"value": ""})] {
            let replace = json!([{"op": "replace", "path": name, "value": cleared}]);
            accepted(&entra.patch(&path, &replace, is_flagged).await, id);
            assert_eq!(at(&server.user(id).await, place), None);
            accepted(&entra.patch(&path, &set, is_flagged).await, id);
        }
    }
    entra.delete(&format!("/Users/{grace}")).await.expect_no_content();
}

/// As the tutorial has it: two terms, unquoted, the id alone asked for.
fn encoded_check(id: &str, manager: &str) -> String {
    format!("/Users?filter=id+eq+{id}+and+manager+eq+{manager}&attributes=id")
}

/// The three expressions for app roles, one after the other.
async fn roles_change(entra: &Entra<'_>, id: &str) {
    let server = entra.wire.server;
    let path = format!("/Users/{id}");
    server.signs_in(ADA);
    let primary = json!([{"op": "Replace", "path": "roles[primary eq \"True\"].value", "value": "Sales Manager"}]);
    accepted(&entra.patch(&path, &primary, false).await, id);
    server.shows(&server.user(id).await, &[("roles/0/value", "Sales Manager".into())]);

    let text = json!({"id": "06b07648", "value": "Marketing Editor", "displayName": "Editor"}).to_string();
    let add = json!([{"op": "Add", "path": "roles", "value": [{"value": text}]}]);
    accepted(&entra.patch(&path, &add, false).await, id);

    let list = json!([{"primary": false, "type": ROLE_TYPE, "display": "Read Only", "value": "Read Only"}]);
    let replace = json!([{"op": "replace", "path": "roles", "value": list}]);
    accepted(&entra.patch(&path, &replace, true).await, id);
    let user = server.user(id).await;
    server.shows(&user, &[("roles/0/value", "Read Only".into())]);
    assert_eq!(user["roles"].as_array().map(Vec::len), Some(1));
}

/// What the gallery's validation does to optional attributes: an empty text first, and null later.
async fn what_is_mapped_is_cleared_and_set_again(entra: &Entra<'_>, id: &str) {
    let server = entra.wire.server;
    for empty in [json!(""), Value::Null] {
        for (mapped, _) in MAPPED {
            let clear = json!([{"op": "replace", "path": mapped.0, "value": empty}]);
            accepted(&entra.patch(&format!("/Users/{id}"), &clear, true).await, id);
        }
        let user = server.user(id).await;
        for ((_, place), _) in MAPPED {
            assert_eq!(at(&user, place), None, "{place} in {user}");
        }
        server.shows(&user, &[("userName", ADA.into()), ("active", true.into())]);
        let changes = MAPPED.map(|(mapped, [_, second])| (mapped, second.into()));
        accepted(&entra.update(id, &changes).await, id);
        let expected = MAPPED.map(|((_, place), [_, second])| (place, second.into()));
        server.shows(&server.user(id).await, &expected);
    }
}

async fn is_disabled_and_enabled(entra: &Entra<'_>, id: &str) {
    let server = entra.wire.server;
    // Of live users, every so often.
    accepted(&entra.set_active(id, true).await, id);
    server.hubspot_holds(ADA, ["Augusta", "King"], &["Read Only"]);
    let alive = server.user(id).await;
    for _ in 0..3 {
        accepted(&entra.set_active(id, false).await, id);
        let user = server.user(id).await;
        server.shows(&user, &[("active", false.into()), ("externalId", "aking".into())]);
        server.hubspot_lacks(ADA);
        let found = entra.find(&format!("userName eq \"{ADA}\"")).await;
        assert_eq!(found.as_deref(), Some(id));

        accepted(&entra.set_active(id, true).await, id);
        let mut user = server.user(id).await;
        user["meta"] = alive["meta"].clone();
        assert_eq!(user, alive);
        server.hubspot_holds(ADA, ["Augusta", "King"], &["Read Only"]);
    }
    // The capture of a third form, beside something that no server keeps.
    let leave = json!([
        {"op": "Replace", "path": "urn:ietf:params:scim:schemas:extension:Acme:2.0:User:desk", "value": "4"},
        {"op": "Replace", "path": "active", "value": "false"},
    ]);
    accepted(&entra.patch(&format!("/Users/{id}"), &leave, false).await, id);
    server.shows(&server.user(id).await, &[("active", false.into())]);
    server.hubspot_lacks(ADA);
}

/// Thirty days after the soft deletion.
async fn is_deleted(entra: &Entra<'_>, id: &str) {
    let path = format!("/Users/{id}");
    entra.delete(&path).await.expect_no_content();
    entra.get(&path).await.expect_error(404, None);
    entra.delete(&path).await.expect_error(404, None);
    assert_eq!(entra.find(&format!("userName eq \"{ADA}\"")).await, None);
    entra.wire.server.hubspot_lacks(ADA);
}

#[tokio::test]
async fn a_user_lives_in_memory_in_the_default_dialect() {
    lives(&Server::memory(), Speech::Default).await;
}

#[tokio::test]
async fn a_user_lives_in_memory_under_the_flag() {
    lives(&Server::memory(), Speech::Flag).await;
}

#[tokio::test]
async fn a_user_lives_in_memory_with_both_dialects_interleaved() {
    lives(&Server::memory(), Speech::Interleaved).await;
}

#[tokio::test]
async fn a_user_lives_in_memory_under_the_profile_for_entra() {
    let server = Server::memory_as(Profile::entra());
    lives(&server, Speech::Interleaved).await;
}

#[tokio::test]
async fn a_user_lives_on_hubspot_in_the_default_dialect() {
    for dialect in dialects() {
        println!("HubSpot plays {dialect}");
        lives(&Server::hubspot(dialect).await, Speech::Default).await;
    }
}

#[tokio::test]
async fn a_user_lives_on_hubspot_under_the_flag() {
    for dialect in [Dialect::default(), opposite()] {
        println!("HubSpot plays {dialect}");
        lives(&Server::hubspot(dialect).await, Speech::Flag).await;
    }
}

#[tokio::test]
async fn a_user_lives_on_hubspot_with_both_dialects_interleaved() {
    for dialect in dialects() {
        println!("HubSpot plays {dialect}");
        lives(&Server::hubspot(dialect).await, Speech::Interleaved).await;
    }
}
