//! Nothing personal and no secret in a log line, a `Debug` text or an error: planted values are looked for over full runs.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use hubspot_adapter::HubSpot;
use hubspot_adapter::config::Config;
use hubspot_adapter::dialect::{Dialect, ListRows};
use hubspot_adapter::emulator::Fault;
use hubspot_adapter::state::MemoryState;
use scim_tests::{Answer, SECRET_TOKEN, Scene, StateProbe, Trouble, entra_user, patch_op, with};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

const EMAIL: &str = "planted.person@planted-domain.example";
const MAILBOX: &str = "planted-mailbox@planted-domain.example";
/// What none of them may hold, in lower case; the addresses in what they have in common.
const PLANTED: [&str; 8] = [
    "planted.person",
    "planted-mailbox",
    "planted-given",
    "planted-family",
    "planted-external",
    "planted-password",
    "planted-phone",
    "planted-title",
];

/// What HubSpot's support finds a call by, which the log is to hold.
const CORRELATION_ID: &str = "11111111-2222-4333-8444-555555555555";

/// Everything that is logged, spans and fields of every level included.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<String>>);

impl Log {
    fn write(&self, visit: impl FnOnce(&mut dyn Visit)) {
        let mut text = Text(String::new());
        visit(&mut text);
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.push_str(&text.0);
        all.push('\n');
    }

    fn take(&self) -> String {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

struct Text(String);

impl Visit for Text {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0.extend([format!(" {field}={value:?}")]);
    }

    fn record_error(&mut self, field: &Field, value: &(dyn std::error::Error + 'static)) {
        let mut source = Some(value);
        while let Some(error) = source {
            self.0.extend([format!(" {field}={error} {error:?}")]);
            source = error.source();
        }
    }
}

impl Subscriber for Log {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        self.write(|visit| span.record(visit));
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        self.write(|visit| values.record(visit));
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        self.write(|visit| event.record(visit));
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

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

/// A user with something planted in every attribute.
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

/// A refusal in HubSpot's words that repeat what it was told.
fn talkative() -> Fault {
    Fault::status(400).with_body(json!({
        "status": "error",
        "category": "VALIDATION_ERROR",
        "message": format!("{EMAIL} is not allowed"),
        "correlationId": CORRELATION_ID,
    }))
}

/// A refusal of values that repeats them.
fn talkative_about_values() -> Fault {
    Fault::status(400).with_body(json!({
        "status": "error",
        "category": "VALIDATION_ERROR",
        "message": "planted-title and planted-phone were not among the allowed options",
    }))
}

/// Everything that can happen to a user, and goes wrong on the way; errors alone are answers to look at.
async fn live(scene: &Scene) -> Vec<Answer> {
    const USERS: &str = "/scim/v2/Users";
    let mut answers = Vec::new();
    scene.hubspot().inject(talkative().on("POST", "*"));
    answers.push(scene.post(USERS, &planted()).await);
    let lost = Fault::close().after_commit();
    scene.hubspot().inject(lost.on("POST", "*"));
    let created = scene.post(USERS, &planted()).await;
    let path = format!("{USERS}/{}", created.id());
    answers.push(created);
    answers.push(scene.post(USERS, &planted()).await);
    let filter = format!("{USERS}?filter=userName+eq+%22{EMAIL}%22");
    answers.push(scene.get(&filter).await);
    answers.push(scene.get(&format!("{filter}+and")).await);
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
        for fault in [
            None,
            Some(talkative().on("PUT", "*")),
            Some(talkative_about_values().on("PATCH", "*").times(5)),
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
    assert!(scene.hubspot().remove_user_by_hand(EMAIL));
    answers.push(scene.get(&path).await);
    answers.push(scene.put(&path, &planted()).await);
    answers.push(scene.delete(&path).await);
    answers.push(scene.get(&path).await);
    answers
}

#[tokio::test]
async fn no_log_line_and_no_error_holds_a_planted_value() {
    let log = Log::default();
    let _logging = tracing::subscriber::set_default(log.clone());
    for dialect in Dialect::all() {
        for config in [
            "{}",
            r#"{"deprovision": {"no_access_role": "No Access"}, "default_role": "Read Only"}"#,
            r#"{"deprovision": "refuse", "adopt": "refuse"}"#,
        ] {
            // The row comes late in every other one, so that values wait and are refused then.
            let crm = if dialect.list == ListRows::Full {
                "crm=late"
            } else {
                ""
            };
            let scene = Scene::builder()
                .dialect(dialect)
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
            assert!(logged.contains(CORRELATION_ID), "{logged}");
            expect_clean("the log", &logged, &scene);
        }
    }
}

#[tokio::test]
async fn a_state_that_fails_takes_no_planted_value_into_the_log() {
    let log = Log::default();
    let _logging = tracing::subscriber::set_default(log.clone());
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
async fn no_debug_text_holds_a_planted_value() {
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
}
