//! HubSpot fails while access is removed or restored: no answer shows a present access as removed.

use hubspot_adapter::client::User;
use hubspot_adapter::emulator::Behavior;
use hubspot_adapter::emulator::Fault;
use scim_tests::{Answer, Scene, entra_user, patch_op, with};
use serde_json::json;

const ADA: &str = "ada@acme.example";
/// The number of times the client sends a repeatable call.
const ATTEMPTS: u32 = 4;

/// A request that takes access away.
#[derive(Clone, Copy, Debug)]
enum Way {
    Patch,
    Put,
    Delete,
}

const WAYS: [Way; 3] = [Way::Patch, Way::Put, Way::Delete];

impl Way {
    async fn send(self, scene: &Scene, path: &str) -> Answer {
        match self {
            Self::Patch => set_active(scene, path, false).await,
            Self::Put => {
                let document = with(entra_user(ADA), "active", false);
                scene.put(path, &document).await
            }
            Self::Delete => scene.delete(path).await,
        }
    }

    /// Expects the answer to report the removal, and HubSpot to have made it.
    #[track_caller]
    fn expect_removed(self, scene: &Scene, answer: &Answer, context: &str) {
        match self {
            Self::Patch | Self::Put => {
                let active = answer.expect(200).get("active");
                assert_eq!(active, Some(&false.into()), "{context}");
            }
            Self::Delete => answer.expect_no_content(),
        }
        assert_eq!(scene.hubspot().user_by_email(ADA), None, "{context}");
    }
}

async fn set_active(scene: &Scene, path: &str, active: bool) -> Answer {
    let request = patch_op(&json!([{"op": "replace", "value": {"active": active}}]));
    scene.patch(path, &request).await
}

/// Creates a user with a role and teams, and returns the path.
async fn managed(behavior: Behavior) -> (Scene, String) {
    let scene = Scene::builder().behavior(behavior).start().await;
    let user = with(entra_user(ADA), "roles", [json!({"value": "Sales Rep"})]);
    let id = scene.create(&user).await;
    let placed = scene.hubspot().set_primary_team_by_hand(ADA, Some("5301"))
        && scene
            .hubspot()
            .set_secondary_teams_by_hand(ADA, &["5304", "5306"]);
    assert!(placed);
    (scene, format!("/scim/v2/Users/{id}"))
}

fn on_delete(fault: Fault) -> Fault {
    fault.on("DELETE", "*")
}

/// Fails every read after the first of a request.
fn fail_later_reads() -> Fault {
    Fault::status(503).on("GET", "*").skip(1).times(ATTEMPTS)
}

#[tokio::test]
async fn a_short_failure_does_not_change_the_answer() {
    for way in WAYS {
        for fault in [
            Fault::status(429),
            Fault::status(500),
            Fault::status(503),
            Fault::status(503).after_commit(),
            Fault::html(502),
            Fault::close(),
            Fault::close().after_commit(),
            Fault::truncate(),
        ] {
            let context = format!("{way:?} {fault:?}");
            let (scene, path) = managed(Behavior::default()).await;
            scene.hubspot().inject(on_delete(fault));
            let answer = way.send(&scene, &path).await;
            way.expect_removed(&scene, &answer, &context);
        }
    }
}

#[tokio::test]
async fn remaining_access_is_shown_and_the_retry_removes_it() {
    for behavior in Behavior::main_combinations() {
        for way in WAYS {
            for fault in [
                Fault::status(500).times(ATTEMPTS),
                Fault::status(503).times(ATTEMPTS),
                Fault::close().times(ATTEMPTS),
                Fault::status(429).times(ATTEMPTS),
                Fault::status(429).with_policy("DAILY"),
            ] {
                let context = format!("{behavior} {way:?} {fault:?}");
                let (scene, path) = managed(behavior).await;
                let before = scene.hubspot().users();
                scene.hubspot().inject(on_delete(fault));
                let answer = way.send(&scene, &path).await;
                assert!([429, 503].contains(&answer.status()), "{context}");
                answer.expect_error(answer.status(), None);
                assert!(answer.header("retry-after").is_some(), "{context}");
                assert_eq!(scene.hubspot().users(), before, "{context}");
                assert_eq!(scene.get(&path).await.expect(200)["active"], true);

                let answer = way.send(&scene, &path).await;
                way.expect_removed(&scene, &answer, &context);
            }
        }
    }
}

#[tokio::test]
async fn a_refused_removal_names_the_attribute() {
    for (status, scim_type) in [(400, "invalidValue"), (409, "uniqueness")] {
        let (scene, path) = managed(Behavior::default()).await;
        scene
            .hubspot()
            .inject(Fault::status(status).on("DELETE", "*"));
        let answer = set_active(&scene, &path, false).await;
        let detail = answer.expect_error(status, Some(scim_type));
        assert!(detail.starts_with("active: "), "{detail}");
        assert!(!detail.contains("userName"), "{detail}");
    }
}

#[tokio::test]
async fn a_removal_with_lost_answers_is_verified() {
    for way in WAYS {
        for fault in [
            Fault::status(500).after_commit().times(ATTEMPTS),
            Fault::close().after_commit().times(ATTEMPTS),
        ] {
            let context = format!("{way:?} {fault:?}");
            let (scene, path) = managed(Behavior::default()).await;
            scene.hubspot().inject(on_delete(fault));
            let answer = way.send(&scene, &path).await;
            way.expect_removed(&scene, &answer, &context);
        }
    }
}

#[tokio::test]
async fn an_unverified_removal_is_an_error_and_keeps_the_record() {
    for behavior in Behavior::main_combinations() {
        for way in [Way::Patch, Way::Put] {
            for (fault, made) in [
                (Fault::close().after_commit(), true),
                (Fault::status(503), false),
            ] {
                let context = format!("{behavior} {way:?} {fault:?}");
                let (scene, path) = managed(behavior).await;
                let before = scene.member(ADA);
                scene.hubspot().inject(on_delete(fault.times(ATTEMPTS)));
                scene.hubspot().inject(fail_later_reads());
                let answer = way.send(&scene, &path).await;
                answer.expect_error(503, None);
                assert!(answer.header("retry-after").is_some(), "{context}");

                // The next read shows the truth, and the user can return in either case.
                let shown = scene.get(&path).await;
                assert_eq!(shown.expect(200)["active"], !made, "{context}");
                let answer = set_active(&scene, &path, true).await;
                assert_eq!(answer.expect(200)["active"], true, "{context}");
                expect_back(&scene, &before, &context);

                let answer = way.send(&scene, &path).await;
                way.expect_removed(&scene, &answer, &context);
            }
        }
    }
}

#[tokio::test]
async fn the_retry_of_an_unverified_delete_ends_in_404() {
    for fault in [Fault::close().after_commit(), Fault::status(503)] {
        let (scene, path) = managed(Behavior::default()).await;
        scene.hubspot().inject(on_delete(fault.times(ATTEMPTS)));
        scene.hubspot().inject(fail_later_reads());
        scene.delete(&path).await.expect_error(503, None);
        scene.delete(&path).await.expect_no_content();
        scene.delete(&path).await.expect_error(404, None);
        scene.get(&path).await.expect_error(404, None);
        assert_eq!(scene.hubspot().users().len(), 12);
    }
}

#[tokio::test]
async fn an_unreadable_user_keeps_access() {
    for way in WAYS {
        let (scene, path) = managed(Behavior::default()).await;
        let fault = Fault::status(500).on("GET", "*").times(ATTEMPTS);
        scene.hubspot().inject(fault);
        let answer = way.send(&scene, &path).await;
        answer.expect_error(503, None);
        assert!(scene.writes().is_empty());
        let answer = way.send(&scene, &path).await;
        way.expect_removed(&scene, &answer, &format!("{way:?}"));
    }
}

#[tokio::test]
async fn access_is_removed_although_permission_sets_cannot_be_read() {
    for way in WAYS {
        for fault in [Fault::status(500), Fault::status(403), Fault::close()] {
            let context = format!("{way:?} {fault:?}");
            let (mut scene, path) = managed(Behavior::default()).await;
            scene.restart();
            let fault = fault.on("GET", "/settings/users/2026-09/roles");
            scene.hubspot().inject(fault.times(100));
            let answer = way.send(&scene, &path).await;
            way.expect_removed(&scene, &answer, &context);
        }
    }
}

#[tokio::test]
async fn no_other_change_is_made_while_permission_sets_cannot_be_read() {
    let (mut scene, path) = managed(Behavior::default()).await;
    scene.restart();
    let fault = Fault::status(500).on("GET", "/settings/users/2026-09/roles");
    scene.hubspot().inject(fault.times(3 * ATTEMPTS));
    let rename =
        patch_op(&json!([{"op": "Replace", "path": "name.givenName", "value": "Augusta"}]));
    let answer = scene.patch(&path, &rename).await;
    answer.expect_error(503, None);
    scene
        .put(&path, &entra_user(ADA))
        .await
        .expect_error(503, None);
    scene.get(&path).await.expect_error(503, None);
    assert!(scene.writes().is_empty());
    scene.patch(&path, &rename).await.expect(200);
}

/// Expects the user to have the former settings.
#[track_caller]
fn expect_back(scene: &Scene, before: &User, context: &str) {
    let back = scene.member(ADA);
    assert_eq!(back.id, before.id, "{context}");
    assert_eq!(back.role_ids, before.role_ids, "{context}");
    assert_eq!(back.primary_team_id, before.primary_team_id, "{context}");
    assert_eq!(
        back.secondary_team_ids, before.secondary_team_ids,
        "{context}"
    );
    assert_eq!(scene.hubspot().users().len(), 13, "{context}");
}

#[tokio::test]
async fn a_return_with_a_lost_answer_is_verified_under_every_behavior() {
    for behavior in Behavior::main_combinations() {
        for fault in [
            Fault::close().after_commit(),
            Fault::truncate(),
            Fault::status(500).after_commit(),
            Fault::status(429),
        ] {
            let context = format!("{behavior} {fault:?}");
            let (scene, path) = managed(behavior).await;
            let before = scene.member(ADA);
            set_active(&scene, &path, false).await.expect(200);
            scene.hubspot().inject(fault.on("POST", "*"));
            let answer = set_active(&scene, &path, true).await;
            assert_eq!(answer.expect(200)["active"], true, "{context}");
            expect_back(&scene, &before, &context);
        }
    }
}

#[tokio::test]
async fn a_failed_return_is_an_error_and_the_retry_completes_it() {
    for behavior in Behavior::main_combinations() {
        for fault in [
            Fault::close(),
            Fault::status(500),
            Fault::status(503),
            Fault::status(429).with_policy("DAILY"),
        ] {
            let context = format!("{behavior} {fault:?}");
            let (scene, path) = managed(behavior).await;
            let before = scene.member(ADA);
            set_active(&scene, &path, false).await.expect(200);
            scene.hubspot().inject(fault.on("POST", "*"));
            let answer = set_active(&scene, &path, true).await;
            assert!([429, 503].contains(&answer.status()), "{context}");
            assert_eq!(scene.get(&path).await.expect(200)["active"], false);
            assert_eq!(scene.hubspot().user_by_email(ADA), None, "{context}");

            let answer = set_active(&scene, &path, true).await;
            assert_eq!(answer.expect(200)["active"], true, "{context}");
            expect_back(&scene, &before, &context);
        }
    }
}

#[tokio::test]
async fn the_retry_settles_an_unverified_return() {
    for behavior in Behavior::main_combinations() {
        for made in [true, false] {
            let context = format!("{behavior} {made}");
            let (scene, path) = managed(behavior).await;
            let before = scene.member(ADA);
            set_active(&scene, &path, false).await.expect(200);
            let fault = Fault::close().on("POST", "*");
            scene
                .hubspot()
                .inject(if made { fault.after_commit() } else { fault });
            scene.hubspot().inject(fail_later_reads());
            let answer = set_active(&scene, &path, true).await;
            answer.expect_error(503, None);
            assert_eq!(scene.get(&path).await.expect(200)["active"], made);

            let answer = set_active(&scene, &path, true).await;
            assert_eq!(answer.expect(200)["active"], true, "{context}");
            expect_back(&scene, &before, &context);
            let listed = scene.get("/scim/v2/Users").await;
            listed.expect_list(13);
        }
    }
}

/// A removal that HubSpot confirms and does not make (`H11` of the reports from the field).
#[tokio::test]
async fn h11_a_removal_that_hubspot_only_confirms_is_503_and_the_retry_removes() {
    for way in WAYS {
        let scene = Scene::start().await;
        let id = scene.create(&entra_user(ADA)).await;
        let path = format!("/scim/v2/Users/{id}");
        let before = scene.member(ADA);
        scene.hubspot().inject(Fault::status(204).on("DELETE", "*"));

        let answer = way.send(&scene, &path).await;
        let detail = answer.expect_error(503, None);
        assert!(detail.starts_with("active: HubSpot confirmed"), "{detail}");
        assert_eq!(answer.header("retry-after"), Some("30"), "{way:?}");
        assert_eq!(scene.member(ADA), before, "{way:?}");
        let shown = scene.get(&path).await;
        assert_eq!(shown.expect(200)["active"], true, "{way:?}");

        let retry = way.send(&scene, &path).await;
        way.expect_removed(&scene, &retry, "after the retry");
    }
}

/// A removal whose read-back fails (`H11`): the user is gone, and the client comes back for the proof.
#[tokio::test]
async fn h11_a_removal_that_cannot_be_read_back_is_503_until_it_can() {
    for way in WAYS {
        let scene = Scene::start().await;
        let id = scene.create(&entra_user(ADA)).await;
        let path = format!("/scim/v2/Users/{id}");
        let broken = Fault::status(500).on("GET", "/settings/users/*");
        scene.hubspot().inject(broken.skip(1).times(ATTEMPTS));

        let answer = way.send(&scene, &path).await;
        answer.expect_error(503, None);
        assert_eq!(scene.hubspot().user_by_email(ADA), None, "{way:?}");

        scene.hubspot().clear_faults();
        let retry = way.send(&scene, &path).await;
        match way {
            // The record of the first try says that the user is removed, so the deletion forgets it.
            Way::Delete => retry.expect_no_content(),
            Way::Patch | Way::Put => assert_eq!(retry.expect(200)["active"], false, "{way:?}"),
        }
    }
}
