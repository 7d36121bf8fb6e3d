//! The forms of refusals, and the letter case of addresses.

use hubspot_adapter::client::{ErrorKind, NewUser, UserUpdate};
use hubspot_adapter::emulator::Emulator;

use crate::support::{play, start_with};

const USERS: &str = "/settings/users/2026-09";
const MARCUS: &str = "marcus.bennett@acme.example";
const INGRID: &str = "ingrid.halvorsen@acme.example";

#[tokio::test]
async fn a_409_and_a_404_can_have_no_body() {
    for (behavior, says) in [("", true), ("conflict=empty,absent=empty", false)] {
        let scene = play(behavior).await;
        let conflict = scene
            .client
            .create_user(&NewUser::new(MARCUS))
            .await
            .unwrap_err();
        assert_eq!(*conflict.kind(), ErrorKind::Conflict);
        let absent = scene.client.read_user("1").await.unwrap_err();
        assert!(absent.is_not_found());
        for error in [conflict, absent] {
            assert_eq!(error.category().is_some(), says, "{behavior}");
            assert_eq!(error.correlation_id().is_some(), says, "{behavior}");
        }
    }
}

#[tokio::test]
async fn the_look_up_by_address_ignores_case_or_not() {
    for (behavior, folds) in [("email=folded", true), ("email=exact", false)] {
        let scene = play(behavior).await;
        assert!(scene.client.read_user_by_email(MARCUS).await.is_ok());

        let upper = scene
            .client
            .read_user_by_email(&MARCUS.to_uppercase())
            .await;
        assert_eq!(upper.is_ok(), folds, "{behavior}");

        let path = format!("{USERS}/MARCUS.bennett%40acme.example?idProperty=EMAIL");
        assert_eq!(scene.bare("DELETE", &path, None).await.status, 204);
        assert_eq!(
            scene.hubspot.user_by_email(MARCUS).is_none(),
            folds,
            "{behavior}"
        );
    }
}

#[tokio::test]
async fn an_address_is_stored_as_sent_or_in_lower_case() {
    for (behavior, stored) in [
        ("email-stored=as-sent", "Ada@Acme.example"),
        ("email-stored=lower-case", "ada@acme.example"),
    ] {
        let scene = play(behavior).await;
        let new = NewUser::new("Ada@Acme.example");
        let user = scene.client.create_user(&new).await.unwrap();
        assert_eq!(user.email, stored);
        assert_eq!(
            scene.client.read_user(&user.id).await.unwrap().email,
            stored
        );
    }
}

#[tokio::test]
async fn a_super_admin_stays_unchanged_under_either_refusal() {
    for (behavior, kind) in [
        ("super-admin=invalid", ErrorKind::Invalid),
        ("super-admin=forbidden", ErrorKind::Forbidden),
    ] {
        let scene = play(&format!("{behavior},super-admin-delete=refused")).await;
        let before = scene.hubspot.user_by_email(INGRID).unwrap();
        let update = UserUpdate::new().with_first_name("X");
        let error = scene
            .client
            .update_user(&before.id, &update)
            .await
            .unwrap_err();
        assert_eq!(*error.kind(), kind);
        let error = scene.client.delete_user(&before.id).await.unwrap_err();
        assert_eq!(*error.kind(), kind);
        assert_eq!(scene.hubspot.user_by_email(INGRID), Some(before));
    }

    let scene = play("super-admin-delete=taken").await;
    let id = scene.hubspot.user_by_email(INGRID).unwrap().id;
    assert!(scene.client.delete_user(&id).await.is_ok());
}

#[tokio::test]
async fn the_refusal_of_a_paid_role_names_the_scope() {
    for (behavior, status) in [("paid-role=forbidden", 403), ("paid-role=invalid", 400)] {
        let scopes = "scope=settings.users.read,scope=settings.users.write";
        let scene = play(&format!("{behavior},{scopes}")).await;
        let new = NewUser::new("ada@acme.example").with_role("140207");
        let error = scene.client.create_user(&new).await.unwrap_err();
        assert_eq!(error.status().unwrap().as_u16(), status);
        let scope = vec!["settings.billing.write".to_owned()];
        assert_eq!(*error.kind(), ErrorKind::MissingScopes(scope));
    }
}

#[tokio::test]
async fn a_429_carries_the_limit_and_retry_after_or_not() {
    for (behavior, header, is_there) in [
        ("rate=1", "x-hubspot-ratelimit-max", true),
        (
            "rate=1,rate-headers=absent",
            "x-hubspot-ratelimit-max",
            false,
        ),
        ("rate=1", "retry-after", false),
        ("rate=1,retry-after=sent", "retry-after", true),
    ] {
        let scene = play(behavior).await;
        scene.bare("GET", USERS, None).await;

        let refused = scene.bare("GET", USERS, None).await;
        assert_eq!(refused.status, 429);
        assert_eq!(
            refused.headers.contains_key(header),
            is_there,
            "{behavior} {header}"
        );
        assert!(
            scene.client.roles().await.is_ok(),
            "{behavior}: the client waits the limit out"
        );
    }
}

#[tokio::test]
async fn a_page_is_at_most_100_rows_long() {
    let scene = start_with(Emulator::builder().users(100)).await;
    for limit in [101, 100] {
        let path = format!("{USERS}?limit={limit}");
        let page = scene.bare("GET", &path, None).await;
        assert_eq!(page.status, 200, "{limit}");
        assert_eq!(page.body["results"].as_array().unwrap().len(), 100);
    }
}
