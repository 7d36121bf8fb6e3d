//! Any request about any user, in any account, under any configuration and behavior, through SCIM.

mod case;
mod end;
mod reach;
mod request;
mod situation;
mod stage;

use hubspot_adapter::emulator::Fault;
use hubspot_adapter::emulator::behavior::Timing;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{TestCaseError, TestRunner};
use scim_tests::Answer;
use serde_json::{Value, json};

use self::case::{Case, Method, cases};
use self::reach::{Refusal, refusals};
use self::situation::Act;
use self::stage::Stage;
use crate::{block_on, runner};

fn detail(answer: &Answer) -> &str {
    answer.json()["detail"].as_str().unwrap_or_default()
}

/// Whether an error names a refusal of the table.
fn is_named(refusal: &Refusal, detail: &str) -> bool {
    let (names, _) = detail.split_once(':').unwrap_or_default();
    let names: Vec<&str> = names.split(", ").collect();
    let begins = |says: &&str| names.contains(says) || detail.starts_with(says);
    // The URN of the department contains colons.
    refusal.says.iter().any(begins) || refusal.says.iter().any(|says| detail.contains(says))
}

/// Sends the request, and repeats it until HubSpot sees the freed seat.
async fn send(stage: &mut Stage, case: &Case) -> Answer {
    let mut answer = stage.send(case).await;
    if case.account.behavior.freed_seat == Timing::Late && case.was_removed() {
        for _ in 0..2 {
            if answer.status() == 503 && answer.header("retry-after").is_some() {
                answer = stage.send(case).await;
            }
        }
    }
    answer
}

async fn expect_wanted_end(case: &Case) -> Result<(), TestCaseError> {
    let mut stage = Stage::set(case).await;
    let (before, shown_before) = (stage.held(), stage.get().await);
    let refusals = refusals(case);
    let answer = send(&mut stage, case).await;
    if answer.status() >= 300 {
        let detail = detail(&answer);
        prop_assert!(
            refusals.iter().any(|refusal| is_named(refusal, detail)),
            "{:?}: {} {} is none of {:?}",
            case.act(),
            answer.status(),
            detail,
            refusals
        );
        prop_assert!(!matches!(answer.status(), 401 | 500));
        // A PUT reduces several permission sets to the chosen one.
        if case.person.roles.len() < 2 {
            prop_assert_eq!(stage.held(), before);
            // After a 503 to a returning request the user is shown with the requested values.
            if case.finds_row().is_some() && answer.status() != 503 {
                let shown = stage.get().await;
                prop_assert_eq!(shown.json(), shown_before.json());
            }
        }
        return Ok(());
    }
    let certain: Vec<&Refusal> = refusals.iter().filter(|one| one.is_certain).collect();
    prop_assert!(
        certain.is_empty(),
        "{:?}: {:?} succeeded despite the refusal",
        case.act(),
        certain
    );
    expect_reached(case, &stage, answer.json()).await?;
    expect_idempotent(case, &mut stage).await?;
    expect_settled(case, &stage).await
}

/// Expects HubSpot to have the requested values, and the answer and a read to show them.
async fn expect_reached(case: &Case, stage: &Stage, told: &Value) -> Result<(), TestCaseError> {
    let none: Vec<String> = Vec::new();
    prop_assert_eq!(
        case.missing(&stage.held()),
        none.clone(),
        "{:?}",
        case.act()
    );
    let shown = stage.get().await;
    prop_assert_eq!(shown.status(), 200);
    if case.ends_present() {
        prop_assert_eq!(case.unshown(told), none.clone());
        prop_assert_eq!(case.unshown(shown.json()), none);
    }
    Ok(())
}

/// Expects the same change to change nothing the second time.
async fn expect_idempotent(case: &Case, stage: &mut Stage) -> Result<(), TestCaseError> {
    // A dropped pending value is refused the second time.
    let is_given_up = case.wish.row[2] == Some(case::NOWHERE);
    if case.wish.method == Method::Post || case.act() == Act::Rest || is_given_up {
        return Ok(());
    }
    let before = stage.held();
    let again = stage.send(case).await;
    prop_assert!(
        again.status() < 300 || case.finds_row().is_none(),
        "{}",
        again.text()
    );
    let settings = |held: stage::Held| held.map(|(user, _)| user);
    prop_assert_eq!(settings(stage.held()), settings(before));
    Ok(())
}

/// Expects the next request after the first sign-in to write all pending values.
async fn expect_settled(case: &Case, stage: &Stage) -> Result<(), TestCaseError> {
    if !case.ends_present() {
        return Ok(());
    }
    assert!(stage.hubspot.activate(stage.email));
    stage.look().await;
    let next = json!({"op": "replace", "path": "externalId", "value": "emp-next"});
    let next = stage.patch(next).await;
    prop_assert_eq!(next.status(), 200, "{}", next.text());
    let held = stage.held();
    let (user, _) = held.as_ref().unwrap();
    let none: Vec<String> = Vec::new();
    prop_assert_eq!(case.missing_names(user), none.clone());
    prop_assert_eq!(case.missing_values(&held), none);
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
        Trouble::PassedOver => Fault::status(200).with_body(json!({
            "id": "1", "email": "ada@acme.example", "roleIds": [], "superAdmin": false, "properties": {},
        })),
    }
}

async fn expect_repaired(
    case: &Case,
    trouble: Trouble,
    (method, path): (&str, &str),
    step: u32,
) -> Result<(), TestCaseError> {
    // A disabling request does not wait for the row that shows a deactivation.
    if case.act() == Act::Rest {
        return Ok(());
    }
    // A row that appears between the two attempts may refuse the pending value.
    if !refusals(case).is_empty() || case.wish.row[2] == Some(case::NOWHERE) {
        return Ok(());
    }
    let mut stage = Stage::set(case).await;
    let fault = fault(trouble).on(method, path).skip(step);
    stage.hubspot.inject(fault);
    let first = stage.send(case).await;
    stage.hubspot.clear_faults();
    // Seats that HubSpot keeps remain until the next disabling request.
    let is_done = first.status() < 300 && case.act() != Act::Disable;
    if is_done {
        return expect_reached(case, &stage, first.json()).await;
    }
    let retried = send(&mut stage, case).await;
    prop_assert!(
        retried.status() < 300,
        "{:?}: {} and then {}",
        case.act(),
        first.text(),
        retried.text()
    );
    expect_reached(case, &stage, retried.json()).await
}

#[test]
fn any_request_reaches_the_wanted_end_or_names_the_obstacle() {
    runner(400)
        .run(&cases(), |case| block_on(expect_wanted_end(&case)))
        .unwrap();
}

#[test]
fn the_retry_repairs_any_broken_request() {
    let trouble = select(vec![
        Trouble::Refused,
        Trouble::Lost,
        Trouble::LostAfterwards,
        Trouble::PassedOver,
    ]);
    let call = select(vec![
        ("PUT", "*"),
        ("PATCH", "*"),
        ("GET", "*"),
        ("POST", "/settings/users/*"),
        ("DELETE", "*"),
    ]);
    // HubSpot can ignore only a change.
    let plausible = (trouble, call).prop_filter("no change", |(trouble, call)| {
        !matches!(
            (trouble, call.0),
            (Trouble::PassedOver, "GET" | "POST" | "DELETE")
        )
    });
    runner(300)
        .run(
            &(cases(), plausible, 0..5_u32),
            |(case, (trouble, call), step)| block_on(expect_repaired(&case, trouble, call, step)),
        )
        .unwrap();
}

#[test]
fn the_cases_contain_every_act_and_every_refusal() {
    use proptest::strategy::ValueTree;
    let mut runner = TestRunner::deterministic();
    let (mut reached, mut reasons) = (Vec::new(), Vec::new());
    for _ in 0..20_000 {
        let case = cases().new_tree(&mut runner).unwrap().current();
        let refusals = refusals(&case);
        if refusals.is_empty() && !reached.contains(&case.act()) {
            reached.push(case.act());
        }
        // A single refusal is the one that the error names.
        if let [only] = refusals.as_slice() {
            if !reasons.contains(only) {
                reasons.push(only.clone());
            }
        }
    }
    for act in [
        Act::Link,
        Act::Make,
        Act::Change,
        Act::Disable,
        Act::Rest,
        Act::Return,
        Act::Resume,
        Act::StayAway,
    ] {
        assert!(reached.contains(&act), "{act:?}");
    }
    for says in [
        "userName",
        "This user is a Super Admin",
        "This is the account of an app",
        "This user is protected",
        "This user is deactivated",
        "roles",
        "entitlements",
        "active",
        "name.givenName",
        "title",
        "Resource",
    ] {
        assert!(reasons.iter().any(|one| one.says.contains(&says)), "{says}");
    }
}
