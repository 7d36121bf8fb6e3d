//! The attributes that the default mapping has, each of them changed and cleared.

use serde_json::{Value, json};

use super::users::{ADA, ROLE_TYPE, user};
use super::{Entra, Mapped, accepted};
use crate::server::at;
use crate::wire::only;

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

/// The default mapping (MS-TUT) but for `userName`, the work address, `active` and the manager, with two values for each.
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

pub(super) async fn each_mapped_attribute_is_updated(entra: &Entra<'_>, id: &str) {
    let server = entra.wire.server;
    for (mapped, [first, _]) in MAPPED {
        accepted(&entra.update(id, &[(mapped, first.into())]).await, id);
        server.shows(&server.user(id).await, &[(mapped.1, first.into())]);
    }
    let user = server.user(id).await;
    server.shows(
        &user,
        &MAPPED.map(|((_, place), [first, _])| (place, first.into())),
    );
    // One entry for each type, however many operations made it.
    let addresses = user["addresses"].as_array().map_or(2, Vec::len);
    assert_eq!(addresses, 2, "{user}");

    let changes = MAPPED.map(|(mapped, [_, second])| (mapped, second.into()));
    accepted(&entra.update(id, &changes).await, id);
    let expected = MAPPED.map(|((_, place), [_, second])| (place, second.into()));
    server.shows(&server.user(id).await, &expected);
}

/// Every form in which a manager is known to be sent, after the check whether it is needed.
pub(super) async fn the_manager_changes(entra: &Entra<'_>, id: &str) {
    let server = entra.wire.server;
    let created = entra
        .post("/Users", &user("grace@acme.example", "ghopper"))
        .await;
    created.expect(201);
    let grace = created.id().to_owned();
    let path = format!("/Users/{id}");
    let (name, place) = enterprise!("manager");

    let check = encoded_check(id, &grace);
    assert_eq!(only(&entra.get(&check).await), None);
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
        accepted(&entra.patch(&path, &set, is_flagged).await, id);
        let user = server.user(id).await;
        server.shows(
            &user,
            &[(enterprise!("manager/value").1, grace.clone().into())],
        );
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
    entra
        .delete(&format!("/Users/{grace}"))
        .await
        .expect_no_content();
}

/// As the tutorial has it: two terms, unquoted, the id alone asked for.
fn encoded_check(id: &str, manager: &str) -> String {
    format!("/Users?filter=id+eq+{id}+and+manager+eq+{manager}&attributes=id")
}

/// The three expressions for app roles, one after the other.
pub(super) async fn roles_change(entra: &Entra<'_>, id: &str) {
    let server = entra.wire.server;
    let path = format!("/Users/{id}");
    server.signs_in(ADA);
    let primary = json!([{"op": "Replace", "path": "roles[primary eq \"True\"].value", "value": "Sales Manager"}]);
    accepted(&entra.patch(&path, &primary, false).await, id);
    server.shows(
        &server.user(id).await,
        &[("roles/0/value", "Sales Manager".into())],
    );

    // A role as text is the role that it names. HubSpot holds one, and that is the one just added.
    let text = json!({"id": "06b07648", "value": "Marketing Editor", "displayName": "Editor"});
    let value = json!([{"value": text.to_string()}]);
    let add = json!([{"op": "Add", "path": "roles", "value": value}]);
    accepted(&entra.patch(&path, &add, false).await, id);
    let place = if server.is_hubspot() {
        "roles/0/value"
    } else {
        "roles/1/value"
    };
    server.shows(
        &server.user(id).await,
        &[(place, "Marketing Editor".into())],
    );
    server.hubspot_holds(ADA, ["Augusta", "King"], &["Marketing Editor"]);

    let list = json!([{"primary": false, "type": ROLE_TYPE, "display": "Read Only", "value": "Read Only"}]);
    let replace = json!([{"op": "replace", "path": "roles", "value": list}]);
    accepted(&entra.patch(&path, &replace, true).await, id);
    let user = server.user(id).await;
    server.shows(&user, &[("roles/0/value", "Read Only".into())]);
    assert_eq!(user["roles"].as_array().map(Vec::len), Some(1));
}

/// What the gallery's validation does to optional attributes: an empty text first, one to a request, and later null, together.
pub(super) async fn what_is_mapped_is_cleared_and_set_again(entra: &Entra<'_>, id: &str) {
    let path = format!("/Users/{id}");
    for ((name, _), _) in MAPPED {
        let clear = json!([{"op": "replace", "path": name, "value": ""}]);
        accepted(&entra.patch(&path, &clear, true).await, id);
    }
    is_cleared_and_set_again(entra, id).await;
    let nulls = MAPPED.map(|(mapped, _)| (mapped, Value::Null));
    accepted(&entra.update(id, &nulls).await, id);
    is_cleared_and_set_again(entra, id).await;
}

async fn is_cleared_and_set_again(entra: &Entra<'_>, id: &str) {
    let server = entra.wire.server;
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
