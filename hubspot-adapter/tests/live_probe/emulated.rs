//! The probe of the emulated account: what it says is what is played.

use std::collections::BTreeMap;
use std::sync::Arc;

use hubspot_adapter::client::{User, VirtualTimer};
use hubspot_adapter::emulator::{Behavior, Emulator, EmulatorBuilder};
use secrecy::ExposeSecret;
use tokio::task::JoinSet;

use crate::probe::Probe;
use crate::report::Report;
use crate::settings::{self, Settings};

pub(crate) const ACCOUNT: &str = "143277001";
pub(crate) const WEAK: &str = "pat-probe-weak";
/// Who is named to be changed or removed: two deactivated by hand, and a super admin.
pub(crate) const VICTIMS: [&str; 3] = [
    "left0000001@acme.example",
    "left0000002@acme.example",
    "tomas.novak@acme.example",
];

/// Every variable that the emulated account has something for.
pub(crate) const EVERYTHING: [(&str, &str); 10] = [
    (settings::ACCOUNT, ACCOUNT),
    (settings::DOMAIN, "probe.example"),
    (settings::ROLES, "140201, 140205"),
    (settings::TEAMS, "5301,5302"),
    (settings::SEATS, "core,service"),
    (
        settings::DEACTIVATED,
        "left0000001@acme.example,left0000002@acme.example",
    ),
    (settings::SUPER_ADMIN, "ingrid.halvorsen@acme.example"),
    (settings::SUPER_ADMIN_REMOVE, "tomas.novak@acme.example"),
    (settings::WEAK_TOKEN, WEAK),
    (settings::BURST, "yes"),
];

/// An account, and a probe of it on the same virtual clock.
pub(crate) struct Scene {
    pub(crate) hubspot: Emulator,
    pub(crate) before: Vec<User>,
    pub(crate) probe: Arc<Probe>,
}

pub(crate) async fn scene(builder: EmulatorBuilder, variables: &[(&str, &str)]) -> Scene {
    let timer = VirtualTimer::new();
    let weak = ["settings.users.read", "settings.users.write"];
    let builder = builder
        .users(100)
        .deactivated_users(2)
        .other_token(WEAK, weak)
        .timer(Arc::new(timer.clone()));
    let hubspot = builder.start().await.unwrap();
    let mut given: BTreeMap<&str, &str> = variables.iter().copied().collect();
    let (token, url) = (hubspot.token().expose_secret(), hubspot.url().to_string());
    given.entry(settings::TOKEN).or_insert(token);
    given.entry(settings::BASE_URL).or_insert(&url);
    let settings = Settings::read(|name| given.get(name).map(|value| (*value).to_owned()));
    let probe = Probe::new(settings.unwrap(), Arc::new(timer), "1", false).unwrap();
    Scene {
        before: hubspot.users(),
        probe,
        hubspot,
    }
}

impl Scene {
    pub(crate) async fn run(&self) -> Report {
        let outcome = self.probe.run().await;
        outcome.unwrap_or_else(|why| panic!("{why}\n{}", self.said()))
    }

    pub(crate) fn said(&self) -> String {
        self.probe.journal.lines().join("\n")
    }

    /// Whoever was not named is as before, and nobody is there who was not.
    #[track_caller]
    pub(crate) fn expect_as_before(&self) {
        let others = |users: Vec<User>| -> Vec<User> {
            let is_victim = |user: &User| VICTIMS.contains(&user.email.as_str());
            users.into_iter().filter(|user| !is_victim(user)).collect()
        };
        let (before, after) = (others(self.before.clone()), others(self.hubspot.users()));
        assert_eq!(before, after, "{}", self.said());
    }
}

fn words(behavior: Behavior) -> BTreeMap<&'static str, &'static str> {
    behavior.answers().collect()
}

/// Probes an account of each behavior, all at a time.
async fn each(behaviors: impl Iterator<Item = Behavior>, check: fn(Behavior, &Scene, &Report)) {
    let mut runs = JoinSet::new();
    for behavior in behaviors {
        runs.spawn(async move {
            let scene = scene(Emulator::builder().behavior(behavior), &EVERYTHING).await;
            let report = scene.run().await;
            check(behavior, &scene, &report);
            scene.expect_as_before();
        });
    }
    while let Some(ended) = runs.join_next().await {
        ended.unwrap();
    }
}

#[tokio::test]
async fn every_answer_of_every_key_is_recognised() {
    each(Behavior::neighbors(), |behavior, scene, report| {
        assert_eq!(report.measured(), words(behavior), "{}", scene.said());
        assert_eq!(report.dialect().parse(), Ok(behavior.dialect));
        let both = [report.behavior(), report.dialect()].join(",");
        assert_eq!(both.parse(), Ok(behavior));
    })
    .await;
}

#[tokio::test]
async fn answers_are_recognised_whatever_the_others_are() {
    each(Behavior::pairwise(), |behavior, scene, report| {
        let measured = report.measured();
        for (key, word) in words(behavior) {
            match measured.get(key) {
                Some(answer) => assert_eq!(*answer, word, "{behavior}: {key}\n{}", scene.said()),
                // Where the user made here never signs in, and nobody deactivated can be removed,
                // no row after a removal is ever seen.
                None => assert_eq!(key, "crm-removed", "{behavior}\n{}", scene.said()),
            }
        }
    })
    .await;
}

#[tokio::test]
async fn the_last_line_is_a_dialect_and_each_question_has_one_before() {
    let played: Behavior = "role=kept,list=bare,search=late".parse().unwrap();
    let scene = scene(Emulator::builder().behavior(played), &EVERYTHING).await;
    let report = scene.run().await;
    let lines = report.lines();
    assert_eq!(lines.len(), 15);
    for (number, line) in (1..=12).zip(&lines) {
        assert!(line.starts_with(&format!("Q{number} ")), "{line}");
    }
    let last = lines.last().unwrap().strip_prefix("dialect ").unwrap();
    assert_eq!(last.parse(), Ok(played.dialect));
    let rest = lines[13].strip_prefix("behavior ").unwrap();
    assert_eq!([rest, last].join(",").parse(), Ok(played));
    assert!(
        lines[3].contains("a member again: 409 CONFLICT"),
        "{}",
        lines[3]
    );
}

#[tokio::test]
async fn no_line_holds_a_token_or_anybody_who_was_there() {
    let scene = scene(Emulator::builder(), &EVERYTHING).await;
    scene.run().await;
    let said = scene.said();
    for secret in [scene.probe.settings.token.expose_secret(), WEAK] {
        assert!(!said.contains(secret));
        assert!(!format!("{:?}", scene.probe).contains(secret));
    }
    for user in &scene.before {
        assert!(!said.contains(&*user.email), "{}", *user.email);
        let names = [&*user.first_name, &*user.last_name];
        for name in names.into_iter().flatten() {
            assert!(!said.contains(name.as_str()), "{name}");
        }
    }
}
