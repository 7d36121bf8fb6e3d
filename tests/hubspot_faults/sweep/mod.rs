//! A failure of HubSpot, or the end of the process, at every call of every operation, with CRM rows and seats. An answer
//! never claims more than the facts, a refused request changes nothing, and the client's retry reaches the wanted state.

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a broken setup fails the test"
)]

mod server;
mod shapes;

use std::iter;

use scim_tests::Answer;

use self::server::{Everything, Server};
use self::shapes::{Shape, Trouble, active, shapes, troubles};

const REMOVE: &str = "{}";
const NO_ACCESS: &str = r#"{"deprovision": {"no_access_role": "No Access"}}"#;

/// All data after the request and after each later one, without failures.
async fn run_undisturbed(config: &str, shape: &Shape) -> Vec<Everything> {
    let mut server = Server::start(config, shape).await;
    let mut all = Vec::new();
    for request in iter::once(&shape.request).chain(&shape.after) {
        server.send_until_accepted(request, shape.name).await;
        all.push(server.everything().await);
    }
    all
}

/// Runs a shape with trouble at one HubSpot call. Returns whether there was such a call.
async fn retry_repairs(
    config: &str,
    shape: &Shape,
    at: u32,
    trouble: &Trouble,
    undisturbed: &[Everything],
) -> bool {
    let context = format!("{} {config}, call {at}, {trouble:?}", shape.name);
    let mut server = Server::start(config, shape).await;
    let before = server.everything().await;
    server.scene.hubspot().clear_requests();
    let first = match trouble {
        Trouble::Fault { fault, .. } => {
            let fault = fault.clone().on("*", "*").skip(at);
            server.scene.hubspot().inject(fault);
            Some(server.send(&shape.request).await)
        }
        Trouble::Ends => server.send_and_die(&shape.request, at).await,
    };
    server.scene.hubspot().clear_faults();
    let calls = server.scene.calls();
    let Some(struck) = calls.get(usize::try_from(at).unwrap()) else {
        return false;
    };
    let context = format!("{context}\n{calls:#?}");
    assert!(server.count() <= 1, "{context}");
    if let Some(first) = &first {
        expect_honest(
            &server,
            first,
            shape,
            trouble,
            struck,
            [&before, undisturbed.first().unwrap()],
            &context,
        )
        .await;
    }
    for (request, expected) in iter::once(&shape.request)
        .chain(&shape.after)
        .zip(undisturbed)
    {
        server.send_until_accepted(request, &context).await;
        if request.method == "POST" {
            // The next request of any kind writes pending values.
            server.send_until_accepted(&active(true), &context).await;
        }
        let now = server.everything().await;
        let is_right = now == *expected || may_leave_seats(config, shape, trouble);
        assert!(
            is_right,
            "{context}\nafter {}: {now}\nnot {expected}",
            request.method
        );
    }
    true
}

/// Whether seats may remain: a seat that HubSpot keeps does not prevent disabling, and a deleted user gets no later request.
fn may_leave_seats(config: &str, shape: &Shape, trouble: &Trouble) -> bool {
    let passes = matches!(trouble, Trouble::Fault { .. });
    config == NO_ACCESS && shape.name == "delete" && passes
}

async fn expect_honest(
    server: &Server,
    answer: &Answer,
    shape: &Shape,
    trouble: &Trouble,
    struck: &str,
    [before, wanted]: [&Everything; 2],
    context: &str,
) {
    let now = server.everything().await;
    if answer.status() >= 300 {
        let is_write = !struck.starts_with("GET ") && !struck.contains("/search ");
        if matches!(trouble, Trouble::Fault { refuses: true, .. })
            && is_write
            && answer.status() < 500
        {
            assert!(now == *before, "{context}\nrefused, but changed: {now}");
        }
    } else if shape.takes_access() {
        // No other part of the request may cause a refusal.
        assert!(!server.has_access(), "{context}\nstill has access");
    } else {
        assert!(
            now == *wanted,
            "{context}\ndone, and not as wanted: {now}\nnot {wanted}"
        );
    }
}

async fn retry_repairs_every_call(config: &str) {
    for shape in shapes() {
        let undisturbed = run_undisturbed(config, &shape).await;
        for trouble in troubles() {
            let mut at = 0;
            while retry_repairs(config, &shape, at, &trouble, &undisturbed).await {
                at += 1;
            }
            assert!(at > 0, "{}", shape.name);
        }
    }
}

#[tokio::test]
async fn under_removal_the_retry_repairs_a_failure_at_any_call() {
    retry_repairs_every_call(REMOVE).await;
}

#[tokio::test]
async fn under_suspension_the_retry_repairs_a_failure_at_any_call() {
    retry_repairs_every_call(NO_ACCESS).await;
}
