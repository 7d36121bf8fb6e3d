//! The life of a user.

use scim_core::Profile;
use serde_json::{Value, json};

use super::{Dialect, Entra, expect_accepted, mapped};
use crate::server::{Server, behaviors, extremes, on_hubspot};
use crate::wire::{ENTERPRISE, USER};

pub(super) const ADA: &str = "ada@acme.example";
pub(super) const EXTERNAL_ID: &str = "0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef";
pub(super) const ROLE_TYPE: &str = "WindowsAzureActiveDirectoryRole";

/// The body in Microsoft's tutorial, with an app role from `SingleAppRoleAssignment`.
pub(super) fn user(email: &str, external_id: &str) -> Value {
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

async fn run_lifecycle(server: &Server, dialect: Dialect) {
    let entra = Entra::new(server, dialect);
    let before = server.hubspot_users();
    connect(&entra).await;
    let id = create(&entra).await;
    mapped::update_mapped_attributes(&entra, &id).await;
    change_address_and_user_name(&entra, &id).await;
    mapped::change_manager(&entra, &id).await;
    mapped::change_roles(&entra, &id).await;
    mapped::clear_and_set_mapped_attributes(&entra, &id).await;
    disable_and_enable(&entra, &id).await;
    delete_user(&entra, &id).await;
    assert_eq!(server.hubspot_users(), before);
}

async fn connect(entra: &Entra<'_>) {
    let nobody = "userName eq \"5f7a1c9e-2b1d-4f7c-9a43-0c6f8a1d2e3b\"";
    assert_eq!(entra.find(nobody).await, None);
    assert_eq!(
        entra
            .find_group("5f7a1c9e-2b1d-4f7c-9a43-0c6f8a1d2e3b")
            .await,
        None
    );
}

async fn create(entra: &Entra<'_>) -> String {
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
    server.expect_values(made, &expected);
    server.expect_values(&server.user(&id).await, &expected);

    let again = entra.post("/Users", &user(ADA, EXTERNAL_ID)).await;
    again.expect_error(409, Some("uniqueness"));
    let shouted = by_name.to_uppercase();
    let unquoted = format!("externalId eq {EXTERNAL_ID}");
    for filter in [&by_name, &by_external_id, &by_email, &shouted, &unquoted] {
        assert_eq!(entra.find(filter).await.as_ref(), Some(&id), "{filter}");
    }
    id
}

/// HubSpot cannot change a user's address. It refuses the request as a whole.
async fn change_address_and_user_name(entra: &Entra<'_>, id: &str) {
    let server = entra.wire.server;
    let title = (("title", "title"), "Enchantress".into());
    let moved = "ada.king@acme.example";
    for mapped in [
        (r#"emails[type eq "work"].value"#, "emails/work/value"),
        ("userName", "userName"),
    ] {
        let before = server.user(id).await;
        let answer = entra
            .update(id, &[title.clone(), (mapped, moved.into())])
            .await;
        if server.is_hubspot() {
            answer.expect_error(400, Some("mutability"));
            assert_eq!(server.user(id).await, before);
        } else {
            expect_accepted(&answer, id);
            let expected = [(mapped.1, moved.into()), ("title", "Enchantress".into())];
            server.expect_values(&server.user(id).await, &expected);
            expect_accepted(&entra.update(id, &[(mapped, ADA.into())]).await, id);
        }
    }
    assert_eq!(server.select(&format!("userName eq \"{ADA}\"")).await, [id]);
    assert!(
        server
            .select(&format!("userName eq \"{moved}\""))
            .await
            .is_empty()
    );
}

async fn disable_and_enable(entra: &Entra<'_>, id: &str) {
    let server = entra.wire.server;
    // Entra ID repeats this for active users now and then.
    expect_accepted(&entra.set_active(id, true).await, id);
    server.expect_member(ADA, ["Augusta", "King"], &["Read Only"]);
    server.add_to_teams(ADA);
    let alive = server.user(id).await;
    for _ in 0..3 {
        expect_accepted(&entra.set_active(id, false).await, id);
        let user = server.user(id).await;
        server.expect_values(
            &user,
            &[("active", false.into()), ("externalId", "aking".into())],
        );
        server.expect_no_member(ADA);
        let found = entra.find(&format!("userName eq \"{ADA}\"")).await;
        assert_eq!(found.as_deref(), Some(id));

        expect_accepted(&entra.set_active(id, true).await, id);
        server.expect_restored(&server.user(id).await, &alive);
        server.expect_member(ADA, ["Augusta", "King"], &["Read Only"]);
        server.expect_in_teams(ADA);
    }
    // A third, captured form, beside an unknown attribute and a change that HubSpot refuses.
    let leave = json!([
        {"op": "Replace", "path": "userName", "value": "ada.gone@acme.example"},
        {"op": "Replace", "path": "urn:ietf:params:scim:schemas:extension:Acme:2.0:User:desk", "value": "4"},
        {"op": "Replace", "path": "active", "value": "false"},
    ]);
    expect_accepted(
        &entra.patch(&format!("/Users/{id}"), &leave, false).await,
        id,
    );
    server.expect_values(&server.user(id).await, &[("active", false.into())]);
    server.expect_no_member(ADA);
}

/// Deletes the user, as Entra ID does thirty days after the soft deletion.
async fn delete_user(entra: &Entra<'_>, id: &str) {
    let path = format!("/Users/{id}");
    entra.delete(&path).await.expect_no_content();
    entra.get(&path).await.expect_error(404, None);
    entra.delete(&path).await.expect_error(404, None);
    assert_eq!(entra.find(&format!("userName eq \"{ADA}\"")).await, None);
    entra.wire.server.expect_no_member(ADA);
}

#[tokio::test]
async fn user_lifecycle_in_memory_in_the_default_dialect() {
    run_lifecycle(&Server::memory(), Dialect::Default).await;
}

#[tokio::test]
async fn user_lifecycle_in_memory_under_the_flag() {
    run_lifecycle(&Server::memory(), Dialect::Flagged).await;
}

#[tokio::test]
async fn user_lifecycle_in_memory_with_both_dialects_interleaved() {
    run_lifecycle(&Server::memory(), Dialect::Interleaved).await;
}

#[tokio::test]
async fn user_lifecycle_in_memory_under_the_profile_for_entra() {
    let server = Server::memory_as(Profile::entra());
    run_lifecycle(&server, Dialect::Interleaved).await;
}

#[tokio::test]
async fn user_lifecycle_on_hubspot_in_the_default_dialect() {
    on_hubspot(extremes(), async |server| {
        run_lifecycle(server, Dialect::Default).await;
    })
    .await;
}

#[tokio::test]
async fn user_lifecycle_on_hubspot_under_the_flag() {
    on_hubspot(extremes(), async |server| {
        run_lifecycle(server, Dialect::Flagged).await;
    })
    .await;
}

#[tokio::test]
async fn user_lifecycle_on_hubspot_with_both_dialects_interleaved() {
    on_hubspot(behaviors(), async |server| {
        run_lifecycle(server, Dialect::Interleaved).await;
    })
    .await;
}
