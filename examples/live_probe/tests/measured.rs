//! The probe finds each answer of the emulated account again.

use std::collections::BTreeMap;

use hubspot_adapter::emulator::{Behavior, Emulator};
use secrecy::ExposeSecret;
use tokio::task::JoinSet;

use super::scene::{EVERYTHING, Scene, WEAK, scene};
use crate::report::Report;

fn words(behavior: Behavior) -> BTreeMap<&'static str, &'static str> {
    behavior.answers().collect()
}

/// Probes an account of each behavior, all at once.
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
async fn the_probe_finds_every_answer_of_every_key() {
    each(Behavior::neighbors(), |behavior, scene, report| {
        assert_eq!(report.measured(), words(behavior), "{}", scene.said());
        assert_eq!(report.dialect().parse(), Ok(behavior.dialect));
        let both = [report.behavior(), report.dialect()].join(",");
        assert_eq!(both.parse(), Ok(behavior));
    })
    .await;
}

#[tokio::test]
async fn the_probe_finds_answers_beside_any_others() {
    each(Behavior::pairwise(), |behavior, scene, report| {
        let measured = report.measured();
        for (key, word) in words(behavior) {
            match measured.get(key) {
                Some(answer) => assert_eq!(*answer, word, "{behavior}: {key}\n{}", scene.said()),
                // The own user never signs in here, and no deactivated user can be removed: no row
                // after a removal shows.
                None => assert_eq!(key, "crm-removed", "{behavior}\n{}", scene.said()),
            }
        }
    })
    .await;
}

#[tokio::test]
async fn the_last_line_is_the_dialect_after_one_for_each_question() {
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
        lines[3].contains("an existing member: 409 CONFLICT"),
        "{}",
        lines[3]
    );
}

#[tokio::test]
async fn no_line_holds_a_token_or_personal_data() {
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
