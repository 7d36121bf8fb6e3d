//! Plans of random changes, executed on an emulated account under every behavior that a plan depends on.
//!
//! The changes include teams, which no request writes yet.

#![cfg(feature = "emulator")]

mod case;
mod reach;

use std::sync::Arc;

use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use scim_core::Error;
use scim_core::clock::SystemClock;

use self::case::{ADA, COUNTED_SEATS, Case, JAMES, cases, owned};
use self::reach::{asked, in_order, kept, missing};
use super::{Account, SeatShortage};
use crate::Features;
use crate::client::{NewUser, User, VirtualTimer};
use crate::dialect::{Dialect, SeatsGiven};
use crate::emulator::{Behavior, Emulator, Fault};
use crate::lifecycle::{Change, PendingName, plan};
use crate::state::MemoryState;

struct Scene {
    hubspot: Emulator,
    account: Account,
    before: User,
}

impl Scene {
    async fn start(case: &Case, mut behavior: Behavior) -> Self {
        behavior.paid_role_refusal = case.paid_role;
        let timer = Arc::new(VirtualTimer::new());
        let mut scopes = vec!["settings.users.read", "settings.users.write"];
        if case.has_billing {
            scopes.push("settings.billing.write");
        }
        let mut builder = Emulator::builder()
            .behavior(behavior)
            .timer(Arc::<VirtualTimer>::clone(&timer))
            .scopes(scopes)
            .free_seats(1);
        if !case.has_roles {
            builder = builder.play("roles=unavailable").unwrap();
        }
        let hubspot = builder.start().await.unwrap();
        let client = hubspot.client().timer(timer).build().unwrap();
        client.create_user(&NewUser::new(ADA)).await.unwrap();
        assert!(hubspot.set_roles_by_hand(ADA, &case.roles));
        assert!(hubspot.set_primary_team_by_hand(ADA, case.main_team));
        assert!(hubspot.set_secondary_teams_by_hand(ADA, &case.extra_teams));
        assert!(hubspot.set_seats_by_hand(ADA, &case.seats));
        if case.is_full {
            let mut others = COUNTED_SEATS.to_vec();
            others.retain(|name| !case.uses(name));
            assert!(hubspot.set_seats_by_hand(JAMES, &others));
        }
        assert!(hubspot.set_super_admin_by_hand(ADA, case.is_super_admin));
        if case.is_activated {
            assert!(hubspot.activate(ADA));
        }
        let known = if case.is_told {
            behavior.dialect
        } else {
            Dialect::default()
        };
        let mut features = Features::none();
        features.seats = case.has_billing;
        let account = Account::new(
            client,
            known,
            Arc::new(MemoryState::new()),
            &features,
            Arc::new(VirtualTimer::new()),
            Arc::new(SystemClock::new()),
            "test".to_owned(),
        );
        let before = hubspot.user_by_email(ADA).unwrap();
        Self {
            hubspot,
            account,
            before,
        }
    }

    fn now(&self) -> User {
        self.hubspot.user_by_email(ADA).unwrap()
    }

    async fn converge(&self, change: &Change) -> Result<(User, PendingName), Error> {
        self.account
            .converge(self.now(), change, SeatShortage::Final)
            .await
    }
}

async fn ends_as_desired(case: &Case, behavior: Behavior) -> Result<(), TestCaseError> {
    let scene = Scene::start(case, behavior).await;
    let asks = asked(&scene.before, case);
    let out_of_reach = case.out_of_reach(behavior, &asks);
    let outcome = scene.converge(&case.change()).await;
    let after = scene.now();
    match outcome {
        Ok((told, pending)) => {
            prop_assert!(out_of_reach.is_empty(), "{out_of_reach:?} was reached");
            prop_assert_eq!(missing(&after, case, behavior), Vec::<&str>::new());
            prop_assert!(kept(case, &scene.before, &after), "{after:?}");
            prop_assert_eq!(told, after);
            if let Some((first, last)) = pending {
                prop_assert!(case.name_waits(behavior));
                prop_assert_eq!(first.as_deref(), case.first_name);
                prop_assert_eq!(last.as_deref(), case.last_name);
            }
        }
        Err(error) => {
            let (names, _) = error.detail().split_once(':').unwrap_or_default();
            let attributes: Vec<&str> = names.split(", ").collect();
            prop_assert!(
                out_of_reach
                    .iter()
                    .any(|attribute| attributes.contains(attribute)),
                "{error} names none of {out_of_reach:?}"
            );
            // A PUT leaves one permission set of several, and that one was chosen.
            if case.roles.len() < 2 {
                prop_assert_eq!(in_order(after), in_order(scene.before));
            }
        }
    }
    Ok(())
}

#[derive(Clone, Copy, Debug)]
enum Trouble {
    Refused,
    Lost,
    LostAfterwards,
    PassedOver,
}

fn fault(trouble: Trouble) -> Fault {
    match trouble {
        Trouble::Refused => Fault::status(503).times(4),
        Trouble::Lost => Fault::close().times(4),
        Trouble::LostAfterwards => Fault::close().after_commit().times(4),
        Trouble::PassedOver => Fault::status(200).with_body(serde_json::json!({
            "id": "1", "email": ADA, "roleIds": [], "superAdmin": false,
        })),
    }
}

async fn is_repaired_by_the_retry(
    case: &Case,
    behavior: Behavior,
    trouble: Trouble,
    step: u32,
) -> Result<(), TestCaseError> {
    let scene = Scene::start(case, behavior).await;
    let asks = asked(&scene.before, case);
    if !case.out_of_reach(behavior, &asks).is_empty() {
        return Ok(());
    }
    scene
        .hubspot
        .inject(fault(trouble).on("PUT", "*").skip(step));
    let change = case.change();
    let outcome = scene.converge(&change).await;
    if outcome.is_ok() {
        let left = missing(&scene.now(), case, behavior);
        prop_assert!(left.is_empty(), "a success that left {left:?}");
    }
    scene.hubspot.clear_faults();
    prop_assert!(scene.converge(&change).await.is_ok());
    let after = scene.now();
    prop_assert_eq!(missing(&after, case, behavior), Vec::<&str>::new());
    prop_assert!(kept(case, &scene.before, &after), "{after:?}");
    Ok(())
}

fn runner(cases: u32) -> TestRunner {
    TestRunner::new(Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    })
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(future)
}

/// Every behavior that the plan of a change depends on.
fn behaviors() -> impl Iterator<Item = Behavior> {
    Behavior::main_combinations().flat_map(|mut behavior| {
        SeatsGiven::ALL.into_iter().map(move |seats| {
            behavior.dialect.seats = seats;
            behavior
        })
    })
}

#[test]
fn a_plan_ends_in_the_desired_state_or_names_what_hubspot_cannot_do() {
    for behavior in behaviors() {
        runner(48)
            .run(&cases(), |case| block_on(ends_as_desired(&case, behavior)))
            .unwrap_or_else(|error| panic!("{behavior}: {error}"));
    }
}

#[test]
fn a_plan_that_breaks_at_any_step_is_repaired_by_the_retry() {
    let trouble = select(vec![
        Trouble::Refused,
        Trouble::Lost,
        Trouble::LostAfterwards,
        Trouble::PassedOver,
    ]);
    for behavior in behaviors() {
        runner(32)
            .run(
                &(cases(), trouble.clone(), 0..3_u32),
                |(case, trouble, step)| {
                    block_on(is_repaired_by_the_retry(&case, behavior, trouble, step))
                },
            )
            .unwrap_or_else(|error| panic!("{behavior}: {error}"));
    }
}

#[test]
fn the_cases_hold_every_shape_of_a_plan() {
    use proptest::strategy::ValueTree;
    let mut runner = TestRunner::deterministic();
    let mut shapes = std::collections::BTreeSet::new();
    for _ in 0..2000 {
        let case = cases().new_tree(&mut runner).unwrap().current();
        let mut user = User::new("1", ADA);
        user.role_ids = owned(&case.roles);
        user.role_id = user.role_ids.first().cloned();
        user.secondary_team_ids = owned(&case.extra_teams);
        user.seat_names = owned(&case.seats);
        if let Ok(plan) = plan::update(&user, &case.change(), Dialect::default()) {
            shapes.insert(plan.map_or(0, |plan| plan.steps.len()));
        }
    }
    assert_eq!(shapes.into_iter().collect::<Vec<_>>(), [0, 1, 2]);
}
