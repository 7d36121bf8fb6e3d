//! A killed process or a failing state at every point of a request. The client's retry completes the request, no user is
//! created twice, and no user whom an answer shows as inactive is still in HubSpot.

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a broken setup fails the test"
)]

use std::iter;
use std::slice;
use std::sync::Arc;
use std::time::Duration;

use hubspot_adapter::emulator::Fault;
use hubspot_adapter::state::{MemoryState, SqliteState};
use scim_tests::{Answer, Folder, Scene, StateProbe, Trouble, entra_user, patch_op, with};
use serde_json::{Value, json};

const ADA: &str = "ada@acme.example";
/// A user in HubSpot before the first request.
const PRIYA: &str = "priya.nair@acme.example";
const USERS: &str = "/scim/v2/Users";
/// HubSpot refuses the name of a new user at first, and the adapter keeps it.
const WAITS: &str = "activation=waits";

/// A request of the identity provider.
#[derive(Clone, Debug)]
struct Request {
    method: &'static str,
    /// Whether the path ends in the user's id.
    by_id: bool,
    body: Option<Value>,
}

fn post(user: Value) -> Request {
    Request {
        method: "POST",
        by_id: false,
        body: Some(user),
    }
}

fn patch(path: &str, value: &Value) -> Request {
    let operation = json!([{"op": "Replace", "path": path, "value": value}]);
    Request {
        method: "PATCH",
        by_id: true,
        body: Some(patch_op(&operation)),
    }
}

fn put(user: Value) -> Request {
    Request {
        method: "PUT",
        by_id: true,
        body: Some(user),
    }
}

fn delete() -> Request {
    Request {
        method: "DELETE",
        by_id: true,
        body: None,
    }
}

fn ada() -> Value {
    let user = with(entra_user(ADA), "externalId", "emp-1815");
    with(user, "roles", [json!({"value": "Sales Rep"})])
}

fn disabled() -> Request {
    patch("active", &json!("False"))
}

fn enabled() -> Request {
    patch("active", &json!("True"))
}

/// A server whose process can end.
struct Server {
    folder: Folder,
    scene: Scene,
    probe: Arc<StateProbe>,
    id: String,
}

impl Server {
    async fn start(activation: &str) -> Self {
        Self::start_on(activation, true).await
    }

    /// A server with its state in memory, or in a file that survives the process.
    async fn start_on(activation: &str, file: bool) -> Self {
        let folder = Folder::new().unwrap();
        let probe = if file {
            probe(&folder).await
        } else {
            StateProbe::new(Arc::new(MemoryState::new()))
        };
        let scene = Scene::builder()
            .play(activation)
            .state(Arc::<StateProbe>::clone(&probe))
            .start()
            .await;
        Self {
            folder,
            scene,
            probe,
            id: String::new(),
        }
    }

    /// Sends a request. Returns `None` if the process ended before the answer; a new one runs now.
    async fn send(&mut self, request: &Request) -> Option<Answer> {
        let path = if request.by_id {
            format!("{USERS}/{}", self.id)
        } else {
            USERS.to_owned()
        };
        let answer = tokio::select! {
            answer = self.scene.send(request.method, &path, request.body.as_ref()) => Some(answer),
            () = self.probe.ended() => None,
        };
        if answer.is_none() {
            self.probe = probe(&self.folder).await;
            self.scene.restart_on(Arc::<StateProbe>::clone(&self.probe));
        }
        if let Some(answer) = answer.as_ref().filter(|answer| !answer.id().is_empty()) {
            answer.id().clone_into(&mut self.id);
        }
        answer
    }

    /// Sends a request as an identity provider does: again after each failure, at the time the answer names.
    async fn send_until_accepted(&mut self, request: &Request, context: &str) -> Answer {
        for _ in 0..5 {
            let answer = self.send(request).await.unwrap();
            if answer.status() < 500 {
                return answer;
            }
            let after = answer.header("retry-after").unwrap_or_default();
            let after = after
                .parse()
                .unwrap_or_else(|_| panic!("{context}: {}", answer.text()));
            self.scene.timer().advance(Duration::from_secs(after));
        }
        panic!("{context}: there is no end to it");
    }

    /// The user in SCIM and in HubSpot.
    async fn observe(&self) -> Seen {
        let shown = self.scene.get(USERS).await;
        let held = self.scene.hubspot().users();
        (shown.expect(200).clone(), format!("{held:#?}"))
    }

    fn is_in_hubspot(&self, email: &str) -> usize {
        let users = self.scene.hubspot().users();
        users.iter().filter(|user| user.email == email).count()
    }
}

async fn probe(folder: &Folder) -> Arc<StateProbe> {
    let state = SqliteState::open(folder.file("state.db")).await.unwrap();
    StateProbe::new(Arc::new(state))
}

/// A user's past, a request, and its allowed answers.
struct Case {
    name: &'static str,
    before: Vec<Request>,
    request: Request,
    ends: &'static [u16],
    after: Vec<Request>,
}

fn cases() -> Vec<Case> {
    let case = |name, before: &[Request], request, ends, after: &[Request]| Case {
        name,
        before: before.to_vec(),
        request,
        ends,
        after: after.to_vec(),
    };
    let created = post(ada());
    let inactive = with(ada(), "active", false);
    vec![
        // Repeating a creation whose answer was lost is a conflict.
        case("create", &[], created.clone(), &[201, 409], &[]),
        case("adopt", &[], post(entra_user(PRIYA)), &[201, 409], &[]),
        case(
            "rename",
            slice::from_ref(&created),
            patch("name.givenName", &json!("Augusta")),
            &[200],
            &[],
        ),
        case(
            "role",
            slice::from_ref(&created),
            patch("roles", &json!([{"value": "Read Only"}])),
            &[200],
            &[],
        ),
        case(
            "disable by PATCH",
            slice::from_ref(&created),
            disabled(),
            &[200],
            &[enabled()],
        ),
        case(
            "disable by PUT",
            slice::from_ref(&created),
            put(with(inactive, "roles", [json!({"value": "Read Only"})])),
            &[200],
            &[enabled()],
        ),
        case(
            "enable",
            &[created.clone(), disabled()],
            enabled(),
            &[200],
            &[],
        ),
        case(
            "create again",
            &[created.clone(), disabled()],
            created.clone(),
            &[201, 409],
            &[],
        ),
        case(
            "delete",
            slice::from_ref(&created),
            delete(),
            &[204, 404],
            slice::from_ref(&created),
        ),
    ]
}

/// HubSpot's answers to the write of a request.
fn faults() -> [Option<Fault>; 3] {
    let on_writes = |fault: Fault| {
        // A client repeats every call but a creation.
        Some(fault.times(4))
    };
    [
        None,
        on_writes(Fault::close().after_commit()),
        on_writes(Fault::close()),
    ]
}

fn method_of(request: &Request, name: &str) -> &'static str {
    match (request.method, name) {
        ("DELETE", _) | (_, "disable by PATCH" | "disable by PUT") => "DELETE",
        (_, "rename" | "role" | "adopt") => "PUT",
        _ => "POST",
    }
}

/// A refused name takes two writes. With a broken first answer there is only one.
fn activation(fault: Option<&Fault>) -> &'static str {
    match fault {
        None => WAITS,
        Some(_) => "activation=immediate",
    }
}

type Seen = (Value, String);

/// The user after the request and after each later one, without failures.
async fn run_undisturbed(case: &Case, fault: Option<&Fault>) -> Vec<Seen> {
    let mut server = Server::start_on(activation(fault), false).await;
    for request in &case.before {
        server.send_until_accepted(request, case.name).await;
    }
    let mut seen = Vec::new();
    for request in iter::once(&case.request).chain(&case.after) {
        server.send_until_accepted(request, case.name).await;
        seen.push(server.observe().await);
    }
    seen
}

/// Runs a case with trouble at the nth call of the state. Returns whether there was such a call.
async fn retry_repairs(
    case: &Case,
    fault: Option<&Fault>,
    nth: usize,
    trouble: Trouble,
    undisturbed: &[Seen],
) -> bool {
    let context = format!(
        "{}, call {nth} of the state {trouble:?}, {fault:?}",
        case.name
    );
    let mut server = Server::start_on(activation(fault), trouble.ends()).await;
    for request in &case.before {
        server.send_until_accepted(request, &context).await;
    }
    if let Some(fault) = fault {
        let fault = fault.clone().on(method_of(&case.request, case.name), "*");
        server.scene.hubspot().inject(fault);
    }
    server.probe.strike(nth, 1, trouble);
    let first = server.send(&case.request).await;
    let was_reached = first.is_none() || !server.probe.heal();
    server.scene.hubspot().clear_faults();
    if let Some(first) = &first {
        assert!(
            case.ends.contains(&first.status()) || first.header("retry-after").is_some(),
            "{context}: {}",
            first.text()
        );
        if first.status() == 200 && first.json()["active"] == false {
            assert_eq!(server.is_in_hubspot(ADA), 0, "{context}: still in HubSpot");
        }
    }
    assert!(server.is_in_hubspot(ADA) <= 1, "{context}");

    let last = server.send_until_accepted(&case.request, &context).await;
    assert!(
        case.ends.contains(&last.status()),
        "{context}: {}",
        last.text()
    );
    for (at, seen) in undisturbed.iter().enumerate() {
        if let Some(request) = at.checked_sub(1).and_then(|at| case.after.get(at)) {
            server.send_until_accepted(request, &context).await;
        }
        assert_eq!(server.observe().await, *seen, "{context}");
    }
    was_reached
}

async fn retry_repairs_every_call(trouble: Trouble) {
    for case in cases() {
        for fault in faults() {
            let undisturbed = run_undisturbed(&case, fault.as_ref()).await;
            let mut nth = 0;
            while retry_repairs(&case, fault.as_ref(), nth, trouble, &undisturbed).await {
                nth += 1;
            }
            assert!(nth > 0, "{}", case.name);
        }
    }
}

#[tokio::test]
async fn the_retry_repairs_a_state_failure_at_any_call() {
    retry_repairs_every_call(Trouble::Fails).await;
}

#[tokio::test]
async fn the_retry_repairs_a_state_failure_after_any_call() {
    retry_repairs_every_call(Trouble::FailsDone).await;
}

#[tokio::test]
async fn a_process_killed_before_any_state_call_loses_nothing() {
    retry_repairs_every_call(Trouble::Ends).await;
}

#[tokio::test]
async fn a_process_killed_after_any_state_call_loses_nothing() {
    retry_repairs_every_call(Trouble::EndsDone).await;
}

#[tokio::test]
async fn a_state_outage_does_not_prevent_disabling_and_the_answer_is_503() {
    for request in [disabled(), put(with(ada(), "active", false)), delete()] {
        let mut server = Server::start(WAITS).await;
        server.send_until_accepted(&post(ada()), "").await;
        server.probe.strike(0, usize::MAX, Trouble::Fails);
        let answer = server.send(&request).await.unwrap();
        answer.expect_error(503, None);
        assert_eq!(answer.header("retry-after"), Some("30"));
        assert_eq!(server.is_in_hubspot(ADA), 0, "{request:?}");
        // Other requests get the same answer, and change nothing.
        server
            .send(&post(entra_user("b@acme.example")))
            .await
            .unwrap()
            .expect_error(503, None);
        server.scene.get(USERS).await.expect_error(503, None);
        assert_eq!(server.is_in_hubspot("b@acme.example"), 0);

        assert!(server.probe.heal());
        let answer = server.send(&request).await.unwrap();
        assert!([200, 204].contains(&answer.status()), "{}", answer.text());
        if request.method != "DELETE" {
            let answer = server.send(&enabled()).await.unwrap();
            assert_eq!(answer.expect(200)["active"], true);
            assert_eq!(server.scene.roles_of(ADA), ["Sales Rep"]);
        }
    }
}

#[tokio::test]
async fn the_creation_of_a_dead_process_is_completed_at_once() {
    let mut server = Server::start(WAITS).await;
    // No answer comes. The process ends before the next call of the state.
    let lost = Fault::close().after_commit().on("POST", "*");
    server.scene.hubspot().inject(lost);
    server.probe.strike(4, 1, Trouble::Ends);
    let mut ended = server.send(&post(ada())).await;
    let calls = server.scene.writes();
    assert_eq!(calls, ["POST /settings/users/2026-09 closed"]);
    assert!(ended.take().is_none());
    assert_eq!(server.is_in_hubspot(ADA), 1);

    let answer = server.send(&post(ada())).await.unwrap();
    assert_eq!(answer.expect(201)["externalId"], "emp-1815");
    let posts = server.scene.writes();
    assert!(
        posts.iter().all(|call| !call.starts_with("POST")),
        "{posts:?}"
    );
    assert_eq!(server.is_in_hubspot(ADA), 1);
}
