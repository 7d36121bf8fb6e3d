//! The attributes of the default mapping, each changed and cleared.

use serde_json::{Value, json};

use super::users::{ADA, ROLE_TYPE, user};
use super::{Entra, Mapped, expect_accepted};
use crate::server::at;
use crate::wire::only_id;

macro_rules! enterprise {
    ($name:literal) => {
        (
            concat!(
                "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:",
                $name
            ),
            concat!(
                "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User/",
                $name
            ),
        )
    };
}

/// The default mapping (MS-TUT) without `userName`, the work address, `active` and the manager; two values each.
const MAPPED: [(Mapped, [&str; 2]); 22] = [
    (("displayName", "displayName"), ["Pvlo", "Bjfe"]),
    (("title", "title"), ["Analyst", "Countess of Lovelace"]),
    (("preferredLanguage", "preferredLanguage"), ["en-GB", "fr"]),
    (("name.givenName", "name/givenName"), ["Gtfd", "Augusta"]),
    (("name.familyName", "name/familyName"), ["Pkqf", "King"]),
    (
        ("name.formatted", "name/formatted"),
        ["Gtfd Pkqf", "Augusta King"],
    ),
    (("externalId", "externalId"), ["Eqpj", "aking"]),
    (
        (r#"emails[type eq "other"].Value"#, "emails/other/value"),
        ["a@x.example", "b@x.example"],
    ),
    (
        (
            r#"addresses[type eq "work"].formatted"#,
            "addresses/work/formatted",
        ),
        ["12 St", "5 Sq"],
    ),
    (
        (
            r#"addresses[type eq "work"].streetAddress"#,
            "addresses/work/streetAddress",
        ),
        ["12 St", "5 Sq"],
    ),
    (
        (
            r#"addresses[type eq "work"].locality"#,
            "addresses/work/locality",
        ),
        ["London", "Ockham"],
    ),
    (
        (
            r#"addresses[type eq "work"].region"#,
            "addresses/work/region",
        ),
        ["Middlesex", "Surrey"],
    ),
    (
        (
            r#"addresses[type eq "work"].postalCode"#,
            "addresses/work/postalCode",
        ),
        ["W1", "GU23"],
    ),
    (
        (
            r#"addresses[type eq "work"].country"#,
            "addresses/work/country",
        ),
        ["GB", "UK"],
    ),
    (
        (
            r#"addresses[type eq "other"].Formatted"#,
            "addresses/other/formatted",
        ),
        ["Room 1", "Room 2"],
    ),
    (
        (
            r#"phoneNumbers[type eq "work"].value"#,
            "phoneNumbers/work/value",
        ),
        ["+44 20 1", "(020) 2"],
    ),
    (
        (
            r#"phoneNumbers[type eq "mobile"].value"#,
            "phoneNumbers/mobile/value",
        ),
        ["07700 1", "07700 2"],
    ),
    (
        (
            r#"phoneNumbers[type eq "fax"].value"#,
            "phoneNumbers/fax/value",
        ),
        ["020 3", "020 4"],
    ),
    (enterprise!("employeeNumber"), ["Eqpj", "Aklq"]),
    (enterprise!("department"), ["Engines", "Poetry"]),
    (enterprise!("costCenter"), ["4130", "4131"]),
    (enterprise!("division"), ["Analytical", "Difference"]),
];

pub(super) async fn update_mapped_attributes(entra: &Entra<'_>, id: &str) {
    let server = entra.wire.server;
    for (mapped, [first, _]) in MAPPED {
        expect_accepted(&entra.update(id, &[(mapped, first.into())]).await, id);
        server.expect_values(&server.user(id).await, &[(mapped.1, first.into())]);
    }
    let user = server.user(id).await;
    server.expect_values(
        &user,
        &MAPPED.map(|((_, place), [first, _])| (place, first.into())),
    );
    // There is one entry for each type, even if several operations built it.
    let addresses = user["addresses"].as_array().map_or(2, Vec::len);
    assert_eq!(addresses, 2, "{user}");

    let changes = MAPPED.map(|(mapped, [_, second])| (mapped, second.into()));
    expect_accepted(&entra.update(id, &changes).await, id);
    let expected = MAPPED.map(|((_, place), [_, second])| (place, second.into()));
    server.expect_values(&server.user(id).await, &expected);
}

/// Sends a manager in every known form, after Entra ID's check of the current manager.
pub(super) async fn change_manager(entra: &Entra<'_>, id: &str) {
    let server = entra.wire.server;
    let created = entra
        .post("/Users", &user("grace@acme.example", "ghopper"))
        .await;
    created.expect(201);
    let grace = created.id().to_owned();
    let path = format!("/Users/{id}");
    let (name, place) = enterprise!("manager");

    let check = manager_check(id, &grace);
    assert_eq!(only_id(&entra.get(&check).await), None);
    for (name, value, is_flagged) in [
        (name, json!(grace), false),
        (name, json!({"value": grace}), true),
        (
            "manager",
            json!([{"$ref": format!("https://scim.acme.example/scim/v2/Users/{grace}"), "value": grace}]),
            false,
        ),
    ] {
        let set = json!([{"op": "Add", "path": name, "value": value}]);
        expect_accepted(&entra.patch(&path, &set, is_flagged).await, id);
        let user = server.user(id).await;
        server.expect_values(
            &user,
            &[(enterprise!("manager/value").1, grace.clone().into())],
        );
        if !server.is_hubspot() {
            assert_eq!(only_id(&entra.get(&check).await).as_deref(), Some(id));
        }
        for cleared in [json!(""), json!({"value": ""})] {
            let replace = json!([{"op": "replace", "path": name, "value": cleared}]);
            expect_accepted(&entra.patch(&path, &replace, is_flagged).await, id);
            assert_eq!(at(&server.user(id).await, place), None);
            expect_accepted(&entra.patch(&path, &set, is_flagged).await, id);
        }
    }
    entra
        .delete(&format!("/Users/{grace}"))
        .await
        .expect_no_content();
}

/// The check of the tutorial: two unquoted terms, and `id` as the only attribute.
fn manager_check(id: &str, manager: &str) -> String {
    format!("/Users?filter=id+eq+{id}+and+manager+eq+{manager}&attributes=id")
}

/// Sends roles as each of the three app role expressions does.
pub(super) async fn change_roles(entra: &Entra<'_>, id: &str) {
    let server = entra.wire.server;
    let path = format!("/Users/{id}");
    server.sign_in(ADA);
    let primary = json!([{"op": "Replace", "path": "roles[primary eq \"True\"].value", "value": "Sales Manager"}]);
    expect_accepted(&entra.patch(&path, &primary, false).await, id);
    server.expect_values(
        &server.user(id).await,
        &[("roles/0/value", "Sales Manager".into())],
    );

    // A role may be JSON in a text. HubSpot holds one permission set, the one just added.
    let text = json!({"id": "06b07648", "value": "Marketing Editor", "displayName": "Editor"});
    let value = json!([{"value": text.to_string()}]);
    let add = json!([{"op": "Add", "path": "roles", "value": value}]);
    expect_accepted(&entra.patch(&path, &add, false).await, id);
    let place = if server.is_hubspot() {
        "roles/0/value"
    } else {
        "roles/1/value"
    };
    server.expect_values(
        &server.user(id).await,
        &[(place, "Marketing Editor".into())],
    );
    server.expect_member(ADA, ["Augusta", "King"], &["Marketing Editor"]);

    let list = json!([{"primary": false, "type": ROLE_TYPE, "display": "Read Only", "value": "Read Only"}]);
    let replace = json!([{"op": "replace", "path": "roles", "value": list}]);
    expect_accepted(&entra.patch(&path, &replace, true).await, id);
    let user = server.user(id).await;
    server.expect_values(&user, &[("roles/0/value", "Read Only".into())]);
    assert_eq!(user["roles"].as_array().map(Vec::len), Some(1));
}

/// Clears optional attributes as the gallery's validation does: one by one with an empty text, then together with null.
pub(super) async fn clear_and_set_mapped_attributes(entra: &Entra<'_>, id: &str) {
    let path = format!("/Users/{id}");
    for ((name, _), _) in MAPPED {
        let clear = json!([{"op": "replace", "path": name, "value": ""}]);
        expect_accepted(&entra.patch(&path, &clear, true).await, id);
    }
    expect_cleared_then_set_again(entra, id).await;
    let nulls = MAPPED.map(|(mapped, _)| (mapped, Value::Null));
    expect_accepted(&entra.update(id, &nulls).await, id);
    expect_cleared_then_set_again(entra, id).await;
}

async fn expect_cleared_then_set_again(entra: &Entra<'_>, id: &str) {
    let server = entra.wire.server;
    let user = server.user(id).await;
    for ((_, place), _) in MAPPED {
        assert_eq!(at(&user, place), None, "{place} in {user}");
    }
    server.expect_values(&user, &[("userName", ADA.into()), ("active", true.into())]);
    let changes = MAPPED.map(|(mapped, [_, second])| (mapped, second.into()));
    expect_accepted(&entra.update(id, &changes).await, id);
    let expected = MAPPED.map(|((_, place), [_, second])| (place, second.into()));
    server.expect_values(&server.user(id).await, &expected);
}
