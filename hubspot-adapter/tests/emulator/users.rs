//! The list, creations, reads and removals.

use hubspot_adapter::client::{ErrorKind, NewUser};
use hubspot_adapter::emulator::Emulator;
use serde_json::json;

use crate::support::{play, start, start_with};

const USERS: &str = "/settings/users/2026-09";

#[tokio::test]
async fn the_account_looks_like_a_real_one() {
    let scene = start().await;
    let users = scene.hubspot.users();
    assert_eq!(users.len(), 12);
    assert_eq!(users.iter().filter(|user| user.super_admin).count(), 2);
    assert!(users.iter().any(|user| user.role_ids.len() > 1));

    let roles = scene.client.roles().await.unwrap();
    assert_eq!(roles, scene.hubspot.roles());
    assert!(roles.iter().any(|role| role.requires_billing_write));
    assert!(roles.iter().all(|role| role.name != "Super Admin"));

    for user in &users {
        for id in &user.role_ids {
            assert!(roles.iter().any(|role| role.id == *id), "{id}");
        }
    }

    let account = scene.client.account().await.unwrap();
    assert_eq!(account.account_type.as_deref(), Some("STANDARD"));
}

#[tokio::test]
async fn the_account_is_the_same_each_time() {
    let builder = || Emulator::builder().users(20);
    let (one, other) = (start_with(builder()).await, start_with(builder()).await);
    assert_eq!(one.hubspot.users(), other.hubspot.users());
    assert!(
        one.hubspot
            .user_by_email("user0000020@acme.example")
            .is_some()
    );

    let made = |email| NewUser::new(email);
    let user = one
        .client
        .create_user(&made("ada@acme.example"))
        .await
        .unwrap();
    let again = other
        .client
        .create_user(&made("ada@acme.example"))
        .await
        .unwrap();
    assert_eq!(user, again);
}

#[tokio::test]
async fn the_pages_list_each_user_once() {
    let scene = start_with(Emulator::builder().users(238)).await;
    let mut pages = scene.client.walk_users();
    let mut users = Vec::new();
    let mut sizes = Vec::new();
    while let Some(page) = pages.next().await.unwrap() {
        sizes.push(page.len());
        users.extend(page);
    }
    assert_eq!(sizes, [100, 100, 50]);
    assert_eq!(users, scene.hubspot.users());
    assert!(pages.next().await.unwrap().is_none());
    assert_eq!(scene.log()[0], "GET /settings/users/2026-09?limit=100 200");
}

#[tokio::test]
async fn a_full_last_page_names_no_next_page() {
    let scene = start().await;
    let first = scene.client.list_users(6, None).await.unwrap();
    let second = scene.client.list_users(6, first.after()).await.unwrap();
    assert_eq!((first.results.len(), second.results.len()), (6, 6));
    assert_eq!(second.after(), None);
    let bare = scene.bare("GET", USERS, None).await;
    assert_eq!(bare.body["results"].as_array().unwrap().len(), 12);
    assert!(bare.body.get("paging").is_none());
}

#[tokio::test]
async fn a_bare_list_lacks_the_teams_of_a_single_read() {
    let scene = play("list=bare").await;
    let bare = scene.bare("GET", USERS, None).await;
    let row = bare.body["results"][2].as_object().unwrap();
    let mut fields: Vec<_> = row.keys().map(String::as_str).collect();
    fields.sort_unstable();
    assert_eq!(
        fields,
        [
            "email",
            "firstName",
            "id",
            "lastName",
            "roleId",
            "roleIds",
            "superAdmin"
        ]
    );

    let read = scene
        .client
        .read_user(row["id"].as_str().unwrap())
        .await
        .unwrap();
    assert_eq!(read.primary_team_id.as_deref(), Some("5301"));
    assert_eq!(read.secondary_team_ids, ["5305"]);
}

#[tokio::test]
async fn a_creation_keeps_all_its_fields() {
    let scene = start().await;
    let new = NewUser::new("Ada@acme.example")
        .with_name("Ada", "Lovelace")
        .with_role("140201")
        .with_primary_team("5301")
        .with_secondary_teams(["5305"])
        .with_seats(["core"])
        .with_welcome_email(true);
    let created = scene.client.create_user(&new).await.unwrap();
    assert!(created.send_welcome_email);

    let mut read = scene.client.read_user(&created.id).await.unwrap();
    assert!(
        !read.send_welcome_email,
        "only the answer to the creation has it"
    );

    read.send_welcome_email = true;
    assert_eq!(read, created);
    assert_eq!(created.email, "Ada@acme.example");
    assert_eq!(created.role_ids, ["140201"]);
    assert_eq!(created.primary_team_id.as_deref(), Some("5301"));
    assert_eq!(created.secondary_team_ids, ["5305"]);
    assert_eq!(created.seat_names, ["core"]);
    assert!(!created.super_admin);
}

#[tokio::test]
async fn a_creation_returns_the_location() {
    let scene = start().await;
    let body = json!({"email": "ada@acme.example", "sendWelcomeEmail": false});
    let bare = scene.bare("POST", USERS, Some(body)).await;
    assert_eq!(bare.status, 201);
    let id = bare.body["id"].as_str().unwrap();
    assert_eq!(bare.headers["location"], format!("{USERS}/{id}"));
    assert_eq!(bare.body["roleIds"], json!([]));
}

#[tokio::test]
async fn a_creation_needs_an_address_and_send_welcome_email() {
    let scene = start().await;
    for body in [
        json!({"sendWelcomeEmail": false}),
        json!({"email": "no address", "sendWelcomeEmail": false}),
        json!({"email": "ada@acme.example"}),
        json!({"email": "ada@acme.example", "sendWelcomeEmail": "false"}),
        json!({"email": "ada@acme.example", "sendWelcomeEmail": false, "roleId": 140_201}),
        json!([]),
    ] {
        let bare = scene.bare("POST", USERS, Some(body.clone())).await;
        assert_eq!(bare.status, 400, "{body}");
        assert_eq!(bare.body["category"], "VALIDATION_ERROR");
        assert!(bare.body["correlationId"].is_string());
    }
    assert_eq!(scene.hubspot.users().len(), 12);
}

#[tokio::test]
async fn an_unknown_role_or_team_refuses_the_whole_creation() {
    let scene = start().await;
    for new in [
        NewUser::new("ada@acme.example").with_role("999"),
        NewUser::new("ada@acme.example").with_primary_team("999"),
        NewUser::new("ada@acme.example").with_secondary_teams(["5301", "999"]),
    ] {
        let error = scene.client.create_user(&new).await.unwrap_err();
        assert_eq!(*error.kind(), ErrorKind::Invalid);
        assert!(scene.hubspot.user_by_email("ada@acme.example").is_none());
    }
}

#[tokio::test]
async fn a_member_is_not_created_again_in_any_letter_case() {
    let scene = start().await;
    let new = NewUser::new("Marcus.BENNETT@acme.example");
    let error = scene.client.create_user(&new).await.unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::Conflict);
}

#[tokio::test]
async fn a_user_is_read_by_id_and_by_address() {
    let scene = start().await;
    let plus = scene
        .client
        .read_user_by_email("YUKI.tanaka+contractor@acme.example")
        .await
        .unwrap();
    assert_eq!(plus.email, "yuki.tanaka+contractor@acme.example");
    assert_eq!(scene.client.read_user(&plus.id).await.unwrap(), plus);
    assert_eq!(
        scene.log()[0],
        "GET /settings/users/2026-09/YUKI.tanaka%2Bcontractor%40acme.example?idProperty=EMAIL 200"
    );
    // A client that forgets to encode the plus sends this.
    let path = format!("{USERS}/yuki.tanaka+contractor@acme.example?idProperty=EMAIL");
    assert_eq!(scene.bare("GET", &path, None).await.status, 404);
}

#[tokio::test]
async fn an_unknown_user_is_not_found() {
    let scene = start().await;
    assert!(
        scene
            .client
            .read_user("1")
            .await
            .unwrap_err()
            .is_not_found()
    );
    assert!(
        scene
            .client
            .read_user("no-number")
            .await
            .unwrap_err()
            .is_not_found()
    );
    assert!(
        scene
            .client
            .read_user_by_email("x@y.example")
            .await
            .unwrap_err()
            .is_not_found()
    );
}

#[tokio::test]
async fn a_removal_is_immediate_and_repeatable() {
    let scene = start().await;
    let user = scene
        .hubspot
        .user_by_email("priya.nair@acme.example")
        .unwrap();
    scene.client.delete_user(&user.id).await.unwrap();
    assert!(
        scene
            .client
            .read_user(&user.id)
            .await
            .unwrap_err()
            .is_not_found()
    );
    assert!(
        scene
            .client
            .read_user_by_email(&user.email)
            .await
            .unwrap_err()
            .is_not_found()
    );

    scene.client.delete_user(&user.id).await.unwrap();
    assert_eq!(scene.hubspot.users().len(), 11);

    let path = format!("{USERS}/aisha.rahman%40acme.example?idProperty=EMAIL");
    assert_eq!(scene.bare("DELETE", &path, None).await.status, 204);
    assert_eq!(scene.hubspot.users().len(), 10);
}

#[tokio::test]
async fn a_returning_user_keeps_id_and_name_only() {
    let scene = start().await;
    let before = scene
        .hubspot
        .user_by_email("priya.nair@acme.example")
        .unwrap();
    scene.client.delete_user(&before.id).await.unwrap();

    let after = scene
        .client
        .create_user(&NewUser::new("Priya.Nair@acme.example"))
        .await
        .unwrap();

    assert_eq!(after.id, before.id);
    assert_eq!(after.email, "Priya.Nair@acme.example");
    assert_eq!(after.first_name, before.first_name);
    assert!(after.role_ids.is_empty() && after.primary_team_id.is_none());
    assert!(after.secondary_team_ids.is_empty() && after.seat_names.is_empty());
}

#[tokio::test]
async fn teams_list_their_members() {
    let scene = start().await;
    let teams = scene.client.teams().await.unwrap();
    assert_eq!(teams, scene.hubspot.teams());

    let leadership = teams.iter().find(|team| team.name == "Leadership").unwrap();
    let id = |email| scene.hubspot.user_by_email(email).unwrap().id;
    assert_eq!(leadership.user_ids, [id("ingrid.halvorsen@acme.example")]);
    assert_eq!(
        leadership.secondary_user_ids,
        [id("marcus.bennett@acme.example")]
    );
    assert!(
        scene
            .hubspot
            .remove_user_by_hand("marcus.bennett@acme.example")
    );

    let teams = scene.client.teams().await.unwrap();
    let leadership = teams.iter().find(|team| team.name == "Leadership").unwrap();
    assert!(leadership.secondary_user_ids.is_empty());
}

#[tokio::test]
async fn an_account_without_permission_sets_refuses_their_list() {
    let scene = play("roles=unavailable").await;
    assert!(scene.client.roles().await.unwrap_err().roles_unavailable());

    let new = NewUser::new("ada@acme.example").with_role("140201");
    assert!(
        scene
            .client
            .create_user(&new)
            .await
            .unwrap_err()
            .roles_unavailable()
    );

    scene
        .client
        .create_user(&NewUser::new("ada@acme.example"))
        .await
        .unwrap();
    assert!(
        scene
            .hubspot
            .users()
            .iter()
            .all(|user| user.role_ids.is_empty())
    );
}

#[tokio::test]
async fn a_user_before_the_first_sign_in_has_no_name() {
    let scene = play("activation=waits").await;
    let new = NewUser::new("ada@acme.example")
        .with_name("Ada", "Lovelace")
        .with_role("140201");
    let user = scene.client.create_user(&new).await.unwrap();
    assert_eq!((&*user.first_name, &*user.last_name), (&None, &None));
    assert_eq!(user.role_id.as_deref(), Some("140201"));
}
