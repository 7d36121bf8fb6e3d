//! No log line, `Debug` text or error contains personal data or a secret. Full runs search for planted values.

use std::sync::Arc;

use bytes::Bytes;
use http::Request;
use hubspot_adapter::HubSpot;
use hubspot_adapter::client::Client;
use hubspot_adapter::config::Config;
use hubspot_adapter::emulator::Behavior;
use hubspot_adapter::emulator::behavior::ListRows;
use hubspot_adapter::emulator::{Emulator, Fault};
use hubspot_adapter::state::{MemoryState, SqliteState, StateStore};
use scim_core::auth::BearerTokens;
use scim_core::memory::MemoryStore;
use scim_core::tenant::Tenant;
use scim_core::{Profile, Service};
use scim_tests::{
    Answer, Folder, Log, SECRET_TOKEN, Scene, StateProbe, Trouble, entra_user, patch_op, with,
};
use secrecy::ExposeSecret;
use serde_json::{Value, json};

const EMAIL: &str = "planted.person@planted-domain.example";
const MAILBOX: &str = "planted-mailbox@planted-domain.example";
/// The values that no text may contain, in lower case. The addresses share a prefix.
const PLANTED: [&str; 9] = [
    "planted.person",
    "planted-mailbox",
    "planted-given",
    "planted-family",
    "planted-external",
    "planted-password",
    "planted-phone",
    "planted-title",
    "planted-token",
];

/// The id by which HubSpot's support finds a call. The log contains it.
const CORRELATION_ID: &str = "11111111-2222-4333-8444-555555555555";

#[track_caller]
fn expect_clean(what: &str, text: &str, scene: &Scene) {
    let text = text.to_lowercase();
    let token = scene.hubspot().token();
    let secrets = [SECRET_TOKEN, token.expose_secret()].map(str::to_lowercase);
    let all = PLANTED.iter().copied();
    for planted in all.chain(secrets.iter().map(String::as_str)) {
        assert!(!text.contains(planted), "{planted} in {what}: {text}");
    }
}

/// A user with a planted value in every attribute.
fn planted() -> Value {
    let user = with(entra_user(EMAIL), "externalId", "planted-external");
    let user = with(user, "password", "planted-password");
    let user = with(user, "title", "planted-title");
    let phones = json!([{"type": "work", "value": "planted-phone"}]);
    let name = json!({"givenName": "Planted-Given", "familyName": "Planted-Family"});
    let emails = json!([{"type": "work", "primary": true, "value": MAILBOX}]);
    let user = with(with(user, "phoneNumbers", phones), "name", name);
    with(user, "emails", emails)
}

fn set(path: &str, value: impl Into<Value>) -> Value {
    patch_op(&json!([{"op": "Replace", "path": path, "value": value.into()}]))
}

/// A HubSpot error that repeats the name of the request.
fn talkative(status: u16, name: &str) -> Fault {
    Fault::status(status).with_body(json!({
        "status": "error",
        "category": "VALIDATION_ERROR",
        "message": format!("{name} ({EMAIL}), or \"{name}\", is not allowed"),
        "correlationId": CORRELATION_ID,
    }))
}

/// A HubSpot error that repeats other values of the request.
fn talkative_about_values(status: u16) -> Fault {
    Fault::status(status).with_body(json!({
        "status": "error",
        "category": "VALIDATION_ERROR",
        "message": "planted-title and planted-phone were not among the allowed options",
    }))
}

/// Runs through a user's life with every failure, and returns the answers.
async fn live(scene: &Scene) -> Vec<Answer> {
    const USERS: &str = "/scim/v2/Users";
    let mut answers = Vec::new();
    for status in [400, 422, 429, 500] {
        let full_name = talkative(status, "Planted-Given Planted-Family");
        scene.hubspot().inject(full_name.on("POST", "/settings/*"));
        answers.push(scene.post(USERS, &planted()).await);
        scene.hubspot().clear_faults();
    }
    let lost = Fault::close().after_commit();
    scene.hubspot().inject(lost.on("POST", "*"));
    let created = scene.post(USERS, &planted()).await;
    let path = format!("{USERS}/{}", created.id());
    answers.push(created);
    answers.push(scene.post(USERS, &planted()).await);
    let filter = format!("{USERS}?filter=userName+eq+%22{EMAIL}%22");
    answers.push(scene.get(&filter).await);
    answers.push(scene.get(&format!("{filter}+and")).await);
    let name = talkative(400, "Planted-Given-Two");
    scene.hubspot().inject(name.on("PUT", "*"));
    let request = patch_op(&json!([
        {"op": "Replace", "path": "name.givenName", "value": "Planted-Given-Two"},
        {"op": "Replace", "path": "roles", "value": [{"value": "Sales Rep"}]},
    ]));
    answers.push(scene.patch(&path, &request).await);
    scene.hubspot().clear_faults();
    for body in [
        set("name.givenName", "Planted-Given-Two"),
        set("title", "Planted-Title"),
        set("title", "planted-title"),
        set("userName", format!("other.{EMAIL}")),
        set("emails[type eq \"work\"].value", format!("other.{MAILBOX}")),
        set("roles", json!([{"value": "Sales Rep"}])),
        set("active", false),
        set("externalId", "planted-external-two"),
        set("active", true),
    ] {
        let is_of_name = body.to_string().contains("givenName");
        let name = if is_of_name {
            "Planted-Given-Two"
        } else {
            "This"
        };
        for fault in [
            None,
            Some(talkative(400, name).on("PUT", "*")),
            Some(talkative(503, name).on("PUT", "*").times(20)),
            Some(talkative_about_values(400).on("PATCH", "*").times(5)),
            Some(talkative_about_values(503).on("PATCH", "*").times(20)),
            Some(Fault::html(502).on("*", "*").times(20)),
            Some(Fault::status(401).on("*", "*").times(20)),
        ] {
            if let Some(fault) = fault {
                scene.hubspot().inject(fault);
            }
            answers.push(scene.patch(&path, &body).await);
            scene.hubspot().clear_faults();
        }
    }
    misuse(scene, &path, &mut answers).await;
    assert!(scene.hubspot().remove_user_by_hand(EMAIL));
    answers.push(scene.get(&path).await);
    answers.push(scene.put(&path, &planted()).await);
    answers.push(scene.delete(&path).await);
    answers.push(scene.get(&path).await);
    answers
}

/// Sends values in wrong places: as an id, as the name of an attribute or a schema, as a token.
async fn misuse(scene: &Scene, path: &str, answers: &mut Vec<Answer>) {
    let as_id = format!("/scim/v2/Users/{EMAIL}");
    let disabled = set("active", false);
    for (method, body) in [
        ("GET", None),
        ("PUT", Some(planted())),
        ("PUT", Some(json!([]))),
        ("PATCH", Some(disabled.clone())),
        ("PATCH", Some(json!({"Operations": EMAIL}))),
        ("DELETE", None),
    ] {
        // A 404 repeats the id of the request.
        scene.send(method, &as_id, body.as_ref()).await;
    }
    let named = with(with(planted(), EMAIL, 1), "schemas", json!([EMAIL]));
    answers.push(scene.put(path, &named).await);
    let by_value = json!([
        {"op": "Add", "value": {EMAIL: "planted-phone", "active": "True"}},
        {"op": "Add", "path": format!("emails[value eq \"{EMAIL}\"].display"), "value": "Planted-Given"},
    ]);
    answers.push(scene.patch(path, &patch_op(&by_value)).await);
    let wrong = [("Authorization", "Bearer planted-token")];
    for (method, body) in [("GET", String::new()), ("PATCH", disabled.to_string())] {
        answers.push(scene.exchange(method, path, &wrong, &body).await);
    }
    let basic = [("Authorization", "Basic planted-token")];
    answers.push(scene.exchange("DELETE", &as_id, &basic, "").await);
}

#[tokio::test]
async fn no_log_line_and_no_error_contains_a_planted_value() {
    let (log, _listening) = Log::listen();
    for behavior in Behavior::main_combinations() {
        for config in [
            "{}",
            r#"{"deprovision": {"no_access_role": "No Access"}, "default_role": "Read Only"}"#,
            r#"{"deprovision": "refuse", "adopt": "refuse"}"#,
        ] {
            // In half of the dialects the row comes late, so that HubSpot refuses pending values.
            let crm = if behavior.list == ListRows::Full {
                "crm=late"
            } else {
                ""
            };
            let scene = Scene::builder()
                .behavior(behavior)
                .play(crm)
                .configure(config)
                .connected()
                .start()
                .await;
            let answers = live(&scene).await;
            let refused = answers.iter().filter(|answer| answer.status() >= 400);
            let refused: Vec<&Answer> = refused.collect();
            assert!(refused.len() > 10, "{}", refused.len());
            for answer in refused {
                expect_clean("an error", answer.text(), &scene);
            }
            let logged = log.take();
            // The log contains the traces of dependencies too.
            assert!(logged.contains("TRACE hyper_util"), "{logged}");
            assert!(logged.contains(CORRELATION_ID), "{logged}");
            expect_clean("the log", &logged, &scene);
        }
    }
}

#[tokio::test]
async fn a_state_in_a_file_puts_no_planted_value_into_the_log() {
    let (log, _listening) = Log::listen();
    let folder = Folder::new().unwrap();
    let state = SqliteState::open(folder.file("state.db")).await;
    let state = Arc::new(state.unwrap());
    let scene = Scene::builder()
        .play("crm=late")
        .connected()
        .state(Arc::<SqliteState>::clone(&state))
        .start()
        .await;
    let answers = live(&scene).await;
    assert!(answers.iter().any(|answer| answer.status() == 201));
    scene.create(&planted()).await;
    // Another program changed the file. The error does not quote the record.
    state.close().await;
    let file = folder.file("state.db");
    let mut bytes = std::fs::read(&file).unwrap();
    let column = b"\"first_name\":\"Planted-Given\"";
    let at = bytes.windows(column.len()).rposition(|text| text == column);
    bytes[at.unwrap() + 13] = b'[';
    std::fs::write(&file, bytes).unwrap();
    let state = SqliteState::open(&file).await.unwrap();
    let failed = state.by_name(EMAIL).await.unwrap_err();
    let shown = format!(
        "{failed} {failed:?} {:?}",
        std::error::Error::source(&failed)
    );
    expect_clean("a failure of the state", &shown, &scene);
    state.close().await;
    let logged = log.take();
    assert!(logged.contains("operation=create"), "{logged}");
    expect_clean("the log", &logged, &scene);
}

#[tokio::test]
async fn a_failing_state_puts_no_planted_value_into_the_log() {
    let (log, _listening) = Log::listen();
    for config in ["{}", r#"{"deprovision": {"no_access_role": "No Access"}}"#] {
        let probe = StateProbe::new(Arc::new(MemoryState::new()));
        let scene = Scene::builder()
            .configure(config)
            .state(Arc::<StateProbe>::clone(&probe))
            .start()
            .await;
        let id = scene.create(&planted()).await;
        probe.strike(0, 100, Trouble::Fails);
        let path = format!("/scim/v2/Users/{id}");
        let answer = scene.patch(&path, &set("active", false)).await;
        answer.expect_error(503, None);
        expect_clean("an error", answer.text(), &scene);
        let logged = log.take();
        assert!(logged.contains("access was taken away"), "{logged}");
        expect_clean("the log", &logged, &scene);
    }
}

#[tokio::test]
async fn plain_scim_puts_no_planted_value_into_a_log_or_an_error() {
    let (log, _listening) = Log::listen();
    // The scene has the tokens to search for.
    let scene = Scene::start().await;
    for profile in [Profile::tolerant(), Profile::rfc(), Profile::entra()] {
        let store = MemoryStore::new();
        let tenant = Tenant::builder("https://scim.example.com/scim/v2".parse().unwrap())
            .profile(profile)
            .authenticator(BearerTokens::new("entra", SECRET_TOKEN).or("next", "planted-token"))
            .provider(store.users())
            .provider(store.groups());
        let service = Service::new(tenant.build().unwrap());
        expect_clean("the service", &format!("{service:?}"), &scene);
        let send = async |method: &str, path: &str, body: &Value| {
            let request = Request::builder()
                .method(method)
                .uri(format!("/scim/v2{path}"))
                .header("authorization", "Bearer planted-token")
                .body(Bytes::from(body.to_string()));
            let response = service.handle(request.unwrap()).await;
            let text = String::from_utf8_lossy(response.body()).into_owned();
            if response.status().is_client_error() {
                expect_clean("an error", &text, &scene);
            }
            serde_json::from_str(&text).unwrap_or(Value::Null)
        };
        let mut user = planted();
        if profile == Profile::rfc() {
            // This profile refuses attributes that the store does not keep.
            send("POST", "/Users", &user).await;
            user.as_object_mut().unwrap().remove("password");
        }
        let made = send("POST", "/Users", &user).await;
        let path = format!("/Users/{}", made["id"].as_str().unwrap());
        send("POST", "/Users", &user).await;
        send("PUT", &path, &user).await;
        for (target, value) in [
            ("displayName", json!("Planted-Given")),
            ("active", json!("planted-given")),
            ("emails", json!("planted-mailbox")),
            ("name", json!("Planted-Family")),
            ("meta.created", json!("planted-given")),
            (
                "emails[value eq \"planted-mailbox\"].type",
                json!({"planted-given": 1}),
            ),
            ("emails[value eq \"planted-mailbox", json!(1)),
        ] {
            send("PATCH", &path, &set(target, value)).await;
        }
        let members = json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
            "displayName": "Planted-Family", "members": [{"value": "", "display": "Planted-Given"}],
        });
        send("POST", "/Groups", &members).await;
        for query in [
            "userName+eq+%22planted.person%22+x",
            "emails%5Bvalue+eq+%22planted-mailbox%22",
        ] {
            send("GET", &format!("/Users?filter={query}"), &Value::Null).await;
        }
        send("DELETE", &path, &Value::Null).await;
        let logged = log.take();
        assert!(logged.contains("operation=delete"), "{logged}");
        expect_clean("the log", &logged, &scene);
    }
}

#[tokio::test]
async fn no_debug_text_contains_a_planted_value() {
    let scene = Scene::builder().connected().start().await;
    scene.create(&planted()).await;
    let text = format!(r#"{{"protected_users": ["{EMAIL}"]}}"#);
    let config: Config = serde_json::from_str(&text).unwrap();
    expect_clean("the configuration", &format!("{config:?}"), &scene);
    let adapter = HubSpot::builder(scene.hubspot().client().build().unwrap())
        .policy(config.validate().unwrap());
    expect_clean("the builder", &format!("{adapter:?}"), &scene);
    let adapter = adapter.build();
    expect_clean("the adapter", &format!("{adapter:?}"), &scene);
    expect_clean("its users", &format!("{:?}", adapter.users()), &scene);
    let records = scene.state().all().await.unwrap();
    expect_clean("a record", &format!("{records:?}"), &scene);
    let report = adapter.check().await;
    expect_clean("the report", &format!("{report:?} {report}"), &scene);
    let refusal = talkative(400, "This").on("*", "*");
    scene.hubspot().inject(refusal.times(100));
    let report = HubSpot::builder(scene.hubspot().client().build().unwrap())
        .build()
        .check()
        .await;
    let shown = format!("{report:?} {report}");
    expect_clean("the report of a refusal", &shown, &scene);
}

#[tokio::test]
async fn no_debug_text_of_the_emulator_contains_a_planted_value() {
    let scene = Scene::builder().connected().start().await;
    scene.create(&planted()).await;
    assert!(scene.find(EMAIL).await.is_some());
    scene.post("/scim/v2/Users", &planted()).await.expect(409);
    let hubspot = scene.hubspot();
    expect_clean("the account", &format!("{hubspot:?}"), &scene);
    let requests = hubspot.requests();
    assert!(requests.iter().any(|call| call.path.contains("planted")));
    expect_clean("its requests", &format!("{requests:?}"), &scene);
    let held = (hubspot.users(), hubspot.teams(), hubspot.crm_user(EMAIL));
    expect_clean("what it holds", &format!("{held:?}"), &scene);
    let builder = Emulator::builder()
        .token("planted-token")
        .other_token("planted-token", ["scope"]);
    expect_clean("its builder", &format!("{builder:?}"), &scene);
}

#[test]
fn no_debug_text_of_a_client_contains_a_secret() {
    let url = |text: &str| text.parse().unwrap();
    for (what, base_url) in [
        ("a client", "https://hubspot.example"),
        (
            "a base URL with a password",
            "https://u:planted-password@hubspot.example",
        ),
        (
            "a base URL with a query",
            "https://hubspot.example/?hapikey=planted-token",
        ),
    ] {
        let builder = Client::builder()
            .access_token("planted-token".into())
            .proxy(url("http://operator:planted-password@proxy.example:3128"))
            .base_url(url(base_url));
        let shown = format!("{builder:?}") + &format!("{:?}", builder.build());
        for secret in ["planted-token", "planted-password"] {
            assert!(!shown.contains(secret), "{what}: {shown}");
        }
    }
}
