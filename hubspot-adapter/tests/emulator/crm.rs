//! The CRM rows of users.

use std::time::Duration;

use hubspot_adapter::client::{CrmUserUpdate, ErrorKind, NewUser, TOTAL_DEADLINE, property};
use hubspot_adapter::emulator::{Emulator, Fault};
use serde_json::{Value, json};

use crate::support::{play, start, start_with};

const AISHA: &str = "aisha.rahman@acme.example";
const NOTHING: [&str; 0] = [];

#[tokio::test]
async fn a_row_is_found_by_user_id_and_read_by_row_id() {
    let scene = start().await;
    let user = scene.hubspot.user_by_email(AISHA).unwrap();
    let found = scene
        .client
        .find_crm_user(&user.id, [property::EMAIL, property::DEACTIVATED])
        .await
        .unwrap()
        .unwrap();
    assert_ne!(found.id, user.id, "user and row have ids of their own");
    assert_eq!(found.get(property::EMAIL), Some(AISHA));
    assert!(!found.is_deactivated());

    let read = scene
        .client
        .read_crm_user(&found.id, NOTHING)
        .await
        .unwrap();
    assert_eq!(read.settings_id(), Some(user.id.as_str()));
    assert_eq!(
        read.get(property::EMAIL),
        None,
        "a read returns only the wanted properties"
    );

    let error = scene
        .client
        .read_crm_user(&user.id, NOTHING)
        .await
        .unwrap_err();
    assert!(error.is_not_found());

    let nobody = scene.client.find_crm_user("1", NOTHING).await.unwrap();
    assert!(nobody.is_none());
}

#[tokio::test]
async fn written_values_are_read_back_and_an_empty_value_clears() {
    let scene = start_with(Emulator::builder().crm_property("department")).await;
    let row = scene.hubspot.crm_user(AISHA).unwrap();
    let update = CrmUserUpdate::new()
        .with(property::JOB_TITLE, "Engineer")
        .with(property::ADDITIONAL_PHONE, "+1 555 0100")
        .with(property::STANDARD_TIME_ZONE, "Europe/Dublin")
        .with("department", "R&D");
    let answer = scene
        .client
        .update_crm_user(&row.id, &update)
        .await
        .unwrap();
    assert_eq!(answer.get(property::JOB_TITLE), Some("Engineer"));

    let names: Vec<&String> = update.properties.keys().collect();
    let read = scene.client.read_crm_user(&row.id, names).await.unwrap();

    for (name, value) in &update.properties {
        assert_eq!(read.get(name), Some(value.as_str()));
    }

    let cleared = CrmUserUpdate::new().with(property::JOB_TITLE, "");
    scene
        .client
        .update_crm_user(&row.id, &cleared)
        .await
        .unwrap();
    let row = scene.hubspot.crm_user(AISHA).unwrap();
    assert_eq!(row.get(property::JOB_TITLE), None);
    assert_eq!(row.get("department"), Some("R&D"));
}

#[tokio::test]
async fn a_refused_property_refuses_the_whole_change() {
    let scene = start().await;
    let row = scene.hubspot.crm_user(AISHA).unwrap();

    for (name, value) in [
        ("department", "R&D"),
        (property::DEACTIVATED, "true"),
        (property::STANDARD_TIME_ZONE, "somewhere"),
    ] {
        let update = CrmUserUpdate::new()
            .with(property::JOB_TITLE, "Engineer")
            .with(name, value);
        let error = scene
            .client
            .update_crm_user(&row.id, &update)
            .await
            .unwrap_err();
        assert_eq!(*error.kind(), ErrorKind::Invalid, "{name}");
        assert_eq!(scene.hubspot.crm_user(AISHA).unwrap(), row, "{name}");
    }
}

#[tokio::test]
async fn the_list_of_properties_marks_the_writable_ones() {
    let scene = play("property=department").await;
    let properties = scene.client.crm_user_properties().await.unwrap();
    let writable = |name: &str| {
        let property = properties.iter().find(|property| property.name == name);
        property.map(hubspot_adapter::client::CrmProperty::is_writable)
    };
    assert_eq!(writable(property::JOB_TITLE), Some(true));
    assert_eq!(writable("department"), Some(true));
    assert_eq!(writable(property::DEACTIVATED), Some(false));
    assert_eq!(writable("cost_centre"), None);
}

#[tokio::test]
async fn a_late_row_appears_some_looks_after_the_first_sign_in() {
    let scene = play("crm=late,activation=waits").await;
    let user = scene
        .client
        .create_user(&NewUser::new("ada@acme.example"))
        .await
        .unwrap();
    let look = || async {
        let found = scene.client.find_crm_user(&user.id, NOTHING).await;
        found.unwrap().is_some()
    };
    for _ in 0..5 {
        assert!(!look().await, "before the first sign-in");
    }
    assert!(scene.hubspot.activate("ada@acme.example"));
    assert!(!look().await);
    let row = scene.hubspot.crm_user("ada@acme.example").unwrap();
    let error = scene
        .client
        .read_crm_user(&row.id, NOTHING)
        .await
        .unwrap_err();
    assert!(error.is_not_found());
    assert!(look().await);
    assert!(scene.client.read_crm_user(&row.id, NOTHING).await.is_ok());

    let scene = play("crm=late").await;
    let user = scene
        .client
        .create_user(&NewUser::new("ada@acme.example"))
        .await
        .unwrap();
    for there in [false, false, true, true] {
        let found = scene.client.find_crm_user(&user.id, NOTHING).await.unwrap();
        assert_eq!(found.is_some(), there);
    }
}

#[tokio::test]
async fn a_row_survives_the_removal_or_goes_with_it() {
    for (behavior, kept) in [("crm-removed=kept", true), ("crm-removed=gone", false)] {
        let scene = play(behavior).await;
        let user = scene.hubspot.user_by_email(AISHA).unwrap();
        assert!(
            scene
                .hubspot
                .set_crm_property_by_hand(AISHA, property::JOB_TITLE, "Rep")
        );

        scene.client.delete_user(&user.id).await.unwrap();
        let row = scene.client.find_crm_user(&user.id, NOTHING).await.unwrap();
        assert_eq!(row.is_some(), kept, "{behavior}");

        scene
            .client
            .create_user(&NewUser::new(AISHA))
            .await
            .unwrap();
        let row = scene.hubspot.crm_user(AISHA).unwrap();
        assert_eq!(row.get(property::JOB_TITLE).is_some(), kept, "{behavior}");
    }
}

#[tokio::test]
async fn a_search_finds_each_row_once_over_several_pages() {
    let scene = start_with(Emulator::builder().users(50).deactivated_users(23)).await;
    let path = "/crm/objects/2026-09/users/search";
    let mut found: Vec<Value> = Vec::new();
    let mut sizes = Vec::new();

    loop {
        let mut filters =
            vec![json!({"propertyName": "hs_deactivated", "operator": "EQ", "value": "true"})];
        if let Some(last) = found.last() {
            filters.push(
                json!({"propertyName": "hs_object_id", "operator": "GT", "value": last["id"]}),
            );
        }
        let body = json!({
            "filterGroups": [{"filters": filters}],
            "sorts": [{"propertyName": "hs_object_id", "direction": "ASCENDING"}],
            "properties": ["hs_internal_user_id", "hs_deactivated"],
            "limit": 10,
        });
        let page = scene.bare("POST", path, Some(body)).await.body;
        let rows = page["results"].as_array().unwrap();
        sizes.push(rows.len());
        found.extend(rows.iter().cloned());
        if page["paging"]["next"]["after"].is_null() {
            break;
        }
    }

    assert_eq!(sizes, [10, 10, 3]);
    assert!(found.iter().all(|row| {
        row["properties"]["hs_deactivated"] == "true"
            && row["properties"]["hs_internal_user_id"].is_string()
    }));

    found.dedup_by(|one, other| one["id"] == other["id"]);
    assert_eq!(found.len(), 23);
}

#[tokio::test]
async fn a_search_that_hubspot_would_refuse_is_refused() {
    let scene = start().await;
    let path = "/crm/objects/2026-09/users/search";
    let filter = |property, operator| {
        json!({"filterGroups": [{"filters": [
            {"propertyName": property, "operator": operator, "value": "x"},
        ]}]})
    };

    for body in [
        filter("no_such_property", "EQ"),
        filter("hs_email", "LIKE"),
        json!({"limit": 201}),
        json!({"limit": 0}),
        json!({"properties": ["x".repeat(3_000)]}),
    ] {
        let answer = scene.bare("POST", path, Some(body.clone())).await;
        assert_eq!(answer.status, 400, "{body}");
        assert!(!answer.headers.contains_key("x-hubspot-ratelimit-max"));
    }

    scene.timer.advance(Duration::from_secs(1));
    let all = scene.bare("POST", path, Some(json!({}))).await;
    assert_eq!(all.body["total"], 12);
    assert_eq!(all.body["results"].as_array().unwrap().len(), 10);
    assert_eq!(all.body["paging"]["next"]["after"], "10");
}

#[tokio::test]
async fn the_client_keeps_to_the_limit_of_searches() {
    let scene = start().await;

    for _ in 0..12 {
        scene.client.find_crm_user("1", NOTHING).await.unwrap();
    }

    assert!(scene.log().iter().all(|line| line.ends_with(" 200")));

    let waited: Duration = scene.timer.sleeps().iter().sum();
    assert_eq!(waited, Duration::from_secs(2));

    // Another program uses up the limit.
    scene.timer.advance(Duration::from_secs(1));

    for _ in 0..5 {
        let path = "/crm/objects/2026-09/users/search";
        assert_eq!(scene.bare("POST", path, Some(json!({}))).await.status, 200);
    }

    scene.client.find_crm_user("1", NOTHING).await.unwrap();
    let refused = &scene.log()[17];
    assert!(refused.ends_with(" 429"), "{refused}");
}

#[tokio::test]
async fn reading_and_writing_rows_need_their_own_scopes() {
    let scopes =
        "scope=settings.users.read,scope=settings.users.write,scope=crm.objects.users.read";
    let scene = play(scopes).await;
    let row = scene.hubspot.crm_user(AISHA).unwrap();
    assert!(scene.client.read_crm_user(&row.id, NOTHING).await.is_ok());
    let update = CrmUserUpdate::new().with(property::JOB_TITLE, "Engineer");
    let error = scene
        .client
        .update_crm_user(&row.id, &update)
        .await
        .unwrap_err();
    let scope = vec!["crm.objects.users.write".to_owned()];
    assert_eq!(*error.kind(), ErrorKind::MissingScopes(scope));
}

#[tokio::test]
async fn a_row_change_with_a_lost_answer_is_repeated() {
    let scene = start().await;
    scene
        .hubspot
        .inject(Fault::close().after_commit().on("PATCH", "*"));
    let row = scene.hubspot.crm_user(AISHA).unwrap();
    let update = CrmUserUpdate::new().with(property::JOB_TITLE, "Engineer");
    scene
        .client
        .update_crm_user(&row.id, &update)
        .await
        .unwrap();
    assert_eq!(scene.log().len(), 2);
}

#[tokio::test]
async fn calls_to_a_failing_account_end_before_the_identity_provider_gives_up() {
    let scene = start().await;
    scene
        .hubspot
        .inject(Fault::delay(Duration::from_secs(3)).times(1_000));
    scene.hubspot.inject(Fault::status(503).times(1_000));
    let client = scene.client.for_request();
    let before = scene.timer.sleeps().len();

    for _ in 0..10 {
        client.read_user("1").await.unwrap_err();
        client.find_crm_user("1", NOTHING).await.unwrap_err();
    }

    let waited: Duration = scene.timer.sleeps().iter().skip(before).sum();

    // The virtual clock does not cut an attempt short, so the last one may end late.
    assert!(
        waited < TOTAL_DEADLINE + Duration::from_secs(4),
        "{waited:?}"
    );
}
