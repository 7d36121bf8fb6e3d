//! The life of a user.

use hubspot_adapter::emulator::Behavior;
use scim_core::Profile;
use serde_json::{Value, json};

use super::{Entra, Speech, accepted, mapped};
use crate::server::{Server, behaviors, opposite};
use crate::wire::{ENTERPRISE, USER};

pub(super) const ADA: &str = "ada@acme.example";
pub(super) const EXTERNAL_ID: &str = "0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef";
pub(super) const ROLE_TYPE: &str = "WindowsAzureActiveDirectoryRole";

/// The body of the tutorial, with an app role by `SingleAppRoleAssignment`.
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

async fn lives(server: &Server, speech: Speech) {
    let entra = Entra::new(server, speech);
    let everybody = server.everybody();
    connects(&entra).await;
    let id = is_created(&entra).await;
    mapped::each_mapped_attribute_is_updated(&entra, &id).await;
    the_address_and_the_name_change(&entra, &id).await;
    mapped::the_manager_changes(&entra, &id).await;
    mapped::roles_change(&entra, &id).await;
    mapped::what_is_mapped_is_cleared_and_set_again(&entra, &id).await;
    is_disabled_and_enabled(&entra, &id).await;
    is_deleted(&entra, &id).await;
    assert_eq!(server.everybody(), everybody);
}

async fn connects(entra: &Entra<'_>) {
    let nobody = "userName eq \"5f7a1c9e-2b1d-4f7c-9a43-0c6f8a1d2e3b\"";
    assert_eq!(entra.find(nobody).await, None);
    assert_eq!(
        entra
            .find_group("5f7a1c9e-2b1d-4f7c-9a43-0c6f8a1d2e3b")
            .await,
        None
    );
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
        let answer = entra
            .update(id, &[title.clone(), (mapped, moved.into())])
            .await;
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
    assert!(
        server
            .select(&format!("userName eq \"{moved}\""))
            .await
            .is_empty()
    );
}

async fn is_disabled_and_enabled(entra: &Entra<'_>, id: &str) {
    let server = entra.wire.server;
    // Of live users, every so often.
    accepted(&entra.set_active(id, true).await, id);
    server.hubspot_holds(ADA, ["Augusta", "King"], &["Read Only"]);
    server.joins_teams(ADA);
    let alive = server.user(id).await;
    for _ in 0..3 {
        accepted(&entra.set_active(id, false).await, id);
        let user = server.user(id).await;
        server.shows(
            &user,
            &[("active", false.into()), ("externalId", "aking".into())],
        );
        server.hubspot_lacks(ADA);
        let found = entra.find(&format!("userName eq \"{ADA}\"")).await;
        assert_eq!(found.as_deref(), Some(id));

        accepted(&entra.set_active(id, true).await, id);
        server.is_back(&server.user(id).await, &alive);
        server.hubspot_holds(ADA, ["Augusta", "King"], &["Read Only"]);
        server.is_in_teams(ADA);
    }
    // The capture of a third form, beside something that no server keeps and something that HubSpot refuses.
    let leave = json!([
        {"op": "Replace", "path": "userName", "value": "ada.gone@acme.example"},
        {"op": "Replace", "path": "urn:ietf:params:scim:schemas:extension:Acme:2.0:User:desk", "value": "4"},
        {"op": "Replace", "path": "active", "value": "false"},
    ]);
    accepted(
        &entra.patch(&format!("/Users/{id}"), &leave, false).await,
        id,
    );
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
    for behavior in [Behavior::default(), opposite()] {
        println!("HubSpot plays {behavior}");
        lives(&Server::hubspot(behavior).await, Speech::Default).await;
    }
}

#[tokio::test]
async fn a_user_lives_on_hubspot_under_the_flag() {
    for behavior in [Behavior::default(), opposite()] {
        println!("HubSpot plays {behavior}");
        lives(&Server::hubspot(behavior).await, Speech::Flag).await;
    }
}

#[tokio::test]
async fn a_user_lives_on_hubspot_with_both_dialects_interleaved() {
    for behavior in behaviors() {
        println!("HubSpot plays {behavior}");
        lives(&Server::hubspot(behavior).await, Speech::Interleaved).await;
    }
}
