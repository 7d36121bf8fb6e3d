//! The list of CRM rows, in pages.

use std::collections::BTreeSet;

use hubspot_adapter::client::{ErrorKind, NewUser, property};
use hubspot_adapter::emulator::Emulator;

use crate::support::{play, start, start_with};

const PATH: &str = "/crm/objects/2026-09/users";
const NOTHING: [&str; 0] = [];

#[tokio::test]
async fn a_walk_returns_every_row_once_with_the_wanted_properties() {
    let scene = start_with(Emulator::builder().users(205).deactivated_users(3)).await;
    let mut pages = scene.client.walk_crm_users([property::DEACTIVATED]);
    let (mut sizes, mut rows) = (Vec::new(), Vec::new());
    while let Some(page) = pages.next().await.unwrap() {
        sizes.push(page.len());
        rows.extend(page);
    }
    assert_eq!(sizes, [100, 100, 20]);
    let ids: BTreeSet<_> = rows.iter().filter_map(|row| row.settings_id()).collect();
    let users = scene.hubspot.users();
    assert_eq!(ids, users.iter().map(|user| user.id.as_str()).collect());
    assert_eq!(rows.iter().filter(|row| row.is_deactivated()).count(), 3);
    assert!(rows.iter().all(|row| row.get(property::EMAIL).is_none()));
    assert!(scene.timer.sleeps().is_empty(), "a list is not a search");
    assert!(scene.log().iter().all(|line| line.starts_with("GET ")));
}

#[tokio::test]
async fn a_user_without_a_row_is_not_listed() {
    let scene = play("crm=late").await;
    let new = NewUser::new("ada@acme.example");
    let ada = scene.client.create_user(&new).await.unwrap();
    for there in [false, false, true] {
        let page = scene.client.list_crm_users(100, None, NOTHING).await;
        let rows = page.unwrap().results;
        let found = rows.iter().any(|row| row.settings_id() == Some(&ada.id));
        assert_eq!(found, there);
    }
}

#[tokio::test]
async fn pages_have_ten_rows_by_default_and_never_archived_ones() {
    let scene = start().await;
    let page = scene.bare("GET", PATH, None).await;
    assert_eq!(page.body["results"].as_array().unwrap().len(), 10);
    assert!(page.body["paging"]["next"]["after"].is_string());
    for query in ["limit=101", "limit=0", "archived=true", "after=x"] {
        let refused = scene.bare("GET", &format!("{PATH}?{query}"), None).await;
        assert_eq!(refused.status, 400, "{query}");
    }
    assert_eq!(scene.bare("POST", PATH, None).await.status, 405);
}

#[tokio::test]
async fn another_token_has_its_own_scopes() {
    let builder = Emulator::builder().other_token("pat-weak", ["settings.users.read"]);
    assert!(!format!("{builder:?}").contains("pat-weak"));
    let scene = start_with(builder).await;
    assert!(scene.client.list_crm_users(1, None, NOTHING).await.is_ok());
    let weak = scene.hubspot.client().access_token("pat-weak".into());
    let weak = weak.build().unwrap();
    assert!(weak.list_users(1, None).await.is_ok());
    let error = weak.list_crm_users(1, None, NOTHING).await.unwrap_err();
    let scope = vec!["crm.objects.users.read".to_owned()];
    assert_eq!(*error.kind(), ErrorKind::MissingScopes(scope));
}
