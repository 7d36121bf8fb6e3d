//! The guards: no other account, no write without permission, nothing left behind, no guess.

use hubspot_adapter::client::DEFAULT_BASE_URL;
use hubspot_adapter::emulator::{Emulator, Fault};
use serde_json::json;

use super::scene::{ACCOUNT, EVERYTHING, Scene, WEAK, scene};
use crate::settings::{self, Settings};

fn writes(scene: &Scene) -> Vec<String> {
    let requests = scene.hubspot.requests();
    let is_write = |request: &&hubspot_adapter::emulator::RecordedRequest| {
        request.method != "GET" && !request.path.ends_with("/search")
    };
    requests
        .iter()
        .filter(is_write)
        .map(ToString::to_string)
        .collect()
}

fn with<'a>(changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    EVERYTHING.iter().chain(changes).copied().collect()
}

#[tokio::test]
async fn the_probe_asks_another_account_nothing() {
    let variables = with(&[(settings::ACCOUNT, "143277002")]);
    let scene = scene(Emulator::builder(), &variables).await;
    let why = scene.probe.run().await.unwrap_err();
    assert!(why.contains("another account"), "{why}");
    assert_eq!(scene.hubspot.requests().len(), 1);
}

#[test]
fn the_probe_needs_a_token_and_an_account() {
    let read = |given: &[(&str, &str)]| {
        Settings::read(|name| {
            let it = given.iter().find(|(known, _)| *known == name);
            it.map(|(_, value)| (*value).to_owned())
        })
    };
    let both = [(settings::TOKEN, "pat"), (settings::ACCOUNT, "1")];
    let unset = read(&both[1..]).unwrap_err();
    assert_eq!(unset, "HUBSPOT_ACCESS_TOKEN is not set");
    let unset = read(&both[..1]).unwrap_err();
    assert_eq!(unset, "HUBSPOT_PROBE_ACCOUNT is not set");
    let settings = read(&both).unwrap();
    assert_eq!(
        settings.base_url.as_str().trim_end_matches('/'),
        DEFAULT_BASE_URL
    );
    for (name, value) in [
        (settings::ROLES, "1"),
        (settings::TEAMS, "1,1"),
        (settings::SEATS, "a,b,c"),
        (settings::DOMAIN, "a@b.example"),
        (settings::SCIM_URL, "no url"),
    ] {
        let why = read(&[both[0], both[1], (name, value)]).unwrap_err();
        assert!(why.starts_with(name), "{why}");
    }
}

#[tokio::test]
async fn a_line_names_the_variable_that_would_allow_its_question() {
    let scene = scene(Emulator::builder(), &[(settings::ACCOUNT, ACCOUNT)]).await;
    let report = scene.run().await;
    assert!(writes(&scene).is_empty(), "{:?}", writes(&scene));
    assert_eq!(report.dialect(), "");
    assert_eq!(report.behavior(), "rate-headers=sent");
    let said = scene.said();
    for variable in [
        settings::DOMAIN,
        settings::DEACTIVATED,
        settings::SEVERAL,
        settings::SUPER_ADMIN,
        settings::SUPER_ADMIN_REMOVE,
        settings::PROPERTY,
        settings::SCIM_TOKEN,
        settings::SERVICE_KEY,
        settings::BURST,
    ] {
        assert!(
            said.contains(&format!("{variable} is not set")),
            "{variable}"
        );
    }
    scene.expect_as_before();
}

#[tokio::test]
async fn the_probe_writes_only_to_its_own_user() {
    let variables = [
        (settings::ACCOUNT, ACCOUNT),
        (settings::DOMAIN, "probe.example"),
    ];
    let scene = scene(Emulator::builder(), &variables).await;
    let report = scene.run().await;
    let own = "/settings/users/2026-09/74500001";
    let on_own = |line: &String| {
        line.contains(own)
            || line.starts_with("POST /settings/users/2026-09 ")
            || line.starts_with("PATCH /crm/objects/2026-09/users/90074500001 ")
    };
    assert!(writes(&scene).iter().all(on_own), "{:?}", writes(&scene));
    for key in ["activation", "created", "email", "freed-seat", "search"] {
        assert!(report.measured().contains_key(key), "{key}");
    }
    assert!(
        scene
            .said()
            .contains("role not answered, HUBSPOT_PROBE_ROLES is not set")
    );
    scene.expect_as_before();
}

#[tokio::test]
async fn a_named_user_in_the_wrong_state_is_left_alone() {
    let aisha = "aisha.rahman@acme.example";
    let variables = with(&[
        (settings::DEACTIVATED, aisha),
        (settings::SEVERAL, aisha),
        (settings::SUPER_ADMIN, aisha),
        (settings::SUPER_ADMIN_REMOVE, aisha),
    ]);
    let scene = scene(Emulator::builder(), &variables).await;
    let report = scene.run().await;
    for key in [
        "deactivated-get",
        "deactivated-delete",
        "super-admin",
        "super-admin-delete",
    ] {
        assert!(!report.measured().contains_key(key), "{key}");
    }
    assert_eq!(scene.before, scene.hubspot.users());
}

#[tokio::test]
async fn the_user_with_two_permission_sets_keeps_the_first() {
    let named = "oluwaseun.adeyemi@acme.example";
    for (play, left) in [("role=wiped", 0), ("role=kept", 1)] {
        let builder = Emulator::builder().play(play).unwrap();
        let variables = [(settings::ACCOUNT, ACCOUNT), (settings::SEVERAL, named)];
        let scene = scene(builder, &variables).await;
        let report = scene.run().await;
        let line = format!("two permission sets: {left} left without roleId");
        assert!(report.lines()[1].contains(&line), "{}", report.lines()[1]);
        let before = scene.before.iter().find(|user| user.email == named);
        let mut expected = before.unwrap().clone();
        expected.role_ids.truncate(1);
        assert_eq!(scene.hubspot.user_by_email(named), Some(expected), "{play}");
    }
}

#[tokio::test]
async fn the_last_super_admin_is_not_removed() {
    let scene = scene(Emulator::builder(), &EVERYTHING).await;
    assert!(
        scene
            .hubspot
            .set_super_admin_by_hand("ingrid.halvorsen@acme.example", false)
    );
    let report = scene.run().await;
    assert!(!report.measured().contains_key("super-admin-delete"));
    assert!(
        scene
            .hubspot
            .user_by_email("tomas.novak@acme.example")
            .is_some()
    );
}

#[tokio::test]
async fn a_line_names_a_missing_scope_and_guesses_nothing() {
    let builder = Emulator::builder().scopes(["settings.users.read", "settings.users.write"]);
    let scene = scene(builder, &EVERYTHING).await;
    let report = scene.run().await;
    let said = scene.said();
    for (key, scope) in [
        ("crm", "crm.objects.users.read"),
        ("search", "crm.objects.users.read"),
        ("seats", "settings.billing.write"),
        ("team-default", "settings.users.teams.write"),
        ("deactivated-get", "crm.objects.users.read"),
    ] {
        assert!(!report.measured().contains_key(key), "{key}");
        let line = format!("{key} not answered, scope missing: {scope}");
        assert!(said.contains(&line), "{line}\n{said}");
    }
    assert_eq!(report.measured().get("role"), Some(&"wiped"));
    scene.expect_as_before();

    let builder = Emulator::builder().scopes(["settings.users.read"]);
    let scene = self::scene(builder, &EVERYTHING).await;
    let report = scene.run().await;
    assert!(!report.measured().contains_key("activation"));
    assert_eq!(scene.before, scene.hubspot.users());
}

#[tokio::test]
async fn a_failing_account_stays_unchanged_and_yields_no_wrong_key() {
    let users = "/settings/users/2026-09*";
    for fault in [
        Fault::status(500).on("PUT", users).times(1_000),
        Fault::close().on("PUT", users).times(1_000),
        Fault::close()
            .after_commit()
            .on("POST", "/settings/users/2026-09"),
        Fault::truncate().on("POST", "/settings/users/2026-09"),
        Fault::html(502).on("GET", users).skip(6).times(30),
        Fault::status(503).on("DELETE", users).times(4),
        Fault::status(429).skip(5).times(3),
    ] {
        let scene = scene(Emulator::builder().fault(fault.clone()), &EVERYTHING).await;
        let report = scene.run().await;
        for (key, word) in report.measured() {
            let default = hubspot_adapter::emulator::Behavior::default();
            let played = default.answers().find(|(known, _)| *known == key).unwrap();
            assert_eq!(word, played.1, "{fault:?} {key}");
        }
        scene.expect_as_before();
    }
}

#[tokio::test]
async fn the_probe_names_the_creations_that_it_cannot_remove() {
    let fault = Fault::status(503).on("DELETE", "/settings/users/2026-09/74*");
    let scene = scene(Emulator::builder().fault(fault.times(1_000)), &EVERYTHING).await;
    let why = scene.probe.run().await.unwrap_err();
    assert!(why.contains("Scim-Probe-1@probe.example"), "{why}");
    assert!(scene.said().contains("NOT removed"));
}

#[tokio::test]
async fn named_variables_allow_the_questions_about_unused_apis() {
    let property = "/crm/properties/2026-09/users*";
    let builder = Emulator::builder()
        .fault(Fault::status(201).with_body(json!({})).on("POST", property))
        .fault(Fault::status(204).on("DELETE", property));
    let scim = start_scim_server().await;
    let url = scim.url().to_string();
    let token = secrecy::ExposeSecret::expose_secret(scim.token()).to_owned();
    let variables = with(&[
        (settings::PROPERTY, "scim_external_id"),
        (settings::SCIM_TOKEN, &token),
        (settings::SCIM_URL, &url),
        (settings::SERVICE_KEY, WEAK),
    ]);
    let scene = scene(builder, &variables).await;
    let report = scene.run().await;
    let lines = report.lines();
    assert!(lines[8].contains("POST: 201"), "{}", lines[8]);
    assert!(lines[8].contains("unique: false"), "{}", lines[8]);
    assert!(lines[8].contains("search by it: "), "{}", lines[8]);
    assert!(
        lines[9].contains("features: 200, patch true"),
        "{}",
        lines[9]
    );
    assert!(
        lines[9].contains("userName filter: 200, 0 found"),
        "{}",
        lines[9]
    );
    let keys = "reading users: yes; writing users: yes; \
                reading teams: no, scope missing: settings.users.teams.read; \
                writing teams: no, scope missing: settings.users.teams.write";
    assert!(lines[11].contains(keys), "{}", lines[11]);
    assert!(
        writes(&scene)
            .iter()
            .any(|line| line == "DELETE /crm/properties/2026-09/users/scim_external_id 204")
    );
    scene.expect_as_before();
}

/// Starts a server that answers the probe's questions like a SCIM server.
async fn start_scim_server() -> Emulator {
    let features = json!({"patch": {"supported": true}, "filter": {"supported": true}});
    let found = json!({"totalResults": 0, "Resources": []});
    Emulator::builder()
        .fault(
            Fault::status(200)
                .with_body(features)
                .on("GET", "/ServiceProviderConfig"),
        )
        .fault(Fault::status(200).with_body(found).on("GET", "/Users"))
        .start()
        .await
        .unwrap()
}
