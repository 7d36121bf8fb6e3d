//! HubSpot failing, and the process ending, at every call of every operation, where rows and seats are kept: no answer says more than
//! is done, what is refused is not done, and the client's retry ends where the request wanted.

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test whose scene is not as it must be has failed already"
)]

mod server;
mod shapes;

use std::iter;

use scim_tests::Answer;

use self::server::{Everything, Server};
use self::shapes::{Shape, Trouble, active, shapes, troubles};

const REMOVE: &str = "{}";
const NO_ACCESS: &str = r#"{"deprovision": {"no_access_role": "No Access"}}"#;

/// What is known after the request, and after each of those that follow, where nothing goes wrong.
async fn calm(config: &str, shape: &Shape) -> Vec<Everything> {
    let mut server = Server::start(config, shape).await;
    let mut all = Vec::new();
    for ask in iter::once(&shape.ask).chain(&shape.after) {
        server.insist(ask, shape.name).await;
        all.push(server.everything().await);
    }
    all
}

/// Lives through a shape with trouble at one of the calls to HubSpot; answers whether there was that call.
async fn goes_well(
    config: &str,
    shape: &Shape,
    at: u32,
    trouble: &Trouble,
    calm: &[Everything],
) -> bool {
    let context = format!("{} {config}, call {at}, {trouble:?}", shape.name);
    let mut server = Server::start(config, shape).await;
    let before = server.everything().await;
    server.scene.hubspot().clear_requests();
    let first = match trouble {
        Trouble::Fault { fault, .. } => {
            let fault = fault.clone().on("*", "*").skip(at);
            server.scene.hubspot().inject(fault);
            Some(server.ask(&shape.ask).await)
        }
        Trouble::Ends => server.ask_and_die(&shape.ask, at).await,
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
            [&before, calm.first().unwrap()],
            &context,
        )
        .await;
    }
    for (ask, expected) in iter::once(&shape.ask).chain(&shape.after).zip(calm) {
        server.insist(ask, &context).await;
        if ask.method == "POST" {
            // What waits is written by the next request, whatever it wants.
            server.insist(&active(true), &context).await;
        }
        let now = server.everything().await;
        let is_right = now == *expected || leaves_seats(config, shape, trouble);
        assert!(
            is_right,
            "{context}\nafter {}: {now}\nnot {expected}",
            ask.method
        );
    }
    true
}

/// Seats that HubSpot does not take back are no reason to leave somebody's access, and who is deleted is not asked for again.
fn leaves_seats(config: &str, shape: &Shape, trouble: &Trouble) -> bool {
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
            assert!(now == *before, "{context}\nrefused, and done: {now}");
        }
    } else if shape.takes_access() {
        // Whatever else it wants is no reason to refuse it.
        assert!(!server.has_access(), "{context}\nstill has access");
    } else {
        assert!(
            now == *wanted,
            "{context}\ndone, and not as wanted: {now}\nnot {wanted}"
        );
    }
}

async fn goes_well_wherever(config: &str) {
    for shape in shapes() {
        let calm = calm(config, &shape).await;
        for trouble in troubles() {
            let mut at = 0;
            while goes_well(config, &shape, at, &trouble, &calm).await {
                at += 1;
            }
            assert!(at > 0, "{}", shape.name);
        }
    }
}

#[tokio::test]
async fn where_users_are_removed_no_call_can_fail_that_the_retry_does_not_mend() {
    goes_well_wherever(REMOVE).await;
}

#[tokio::test]
async fn where_access_is_taken_no_call_can_fail_that_the_retry_does_not_mend() {
    goes_well_wherever(NO_ACCESS).await;
}
