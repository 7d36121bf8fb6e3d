//! The process killed, or its state failing, at every point of a request: the client's retry sets it right, nobody is made
//! twice, and nobody whom an answer called inactive is still in HubSpot.

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test whose scene is not as it must be has failed already"
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
/// In HubSpot before anybody asks for her.
const PRIYA: &str = "priya.nair@acme.example";
const USERS: &str = "/scim/v2/Users";
/// The name of somebody new is refused at first, and kept.
const WAITS: &str = "activation=waits";

/// A request of the identity provider's.
#[derive(Clone, Debug)]
struct Ask {
    method: &'static str,
    /// Whether it names the user by id.
    by_id: bool,
    body: Option<Value>,
}

fn post(user: Value) -> Ask {
    Ask {
        method: "POST",
        by_id: false,
        body: Some(user),
    }
}

fn patch(path: &str, value: &Value) -> Ask {
    let operation = json!([{"op": "Replace", "path": path, "value": value}]);
    Ask {
        method: "PATCH",
        by_id: true,
        body: Some(patch_op(&operation)),
    }
}

fn put(user: Value) -> Ask {
    Ask {
        method: "PUT",
        by_id: true,
        body: Some(user),
    }
}

fn delete() -> Ask {
    Ask {
        method: "DELETE",
        by_id: true,
        body: None,
    }
}

fn ada() -> Value {
    let user = with(entra_user(ADA), "externalId", "emp-1815");
    with(user, "roles", [json!({"value": "Sales Rep"})])
}

fn disabled() -> Ask {
    patch("active", &json!("False"))
}

fn enabled() -> Ask {
    patch("active", &json!("True"))
}

/// A server whose process can be ended.
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

    /// What does not end needs no file.
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

    /// Asks; none where the process ended before it answered, and another runs now.
    async fn ask(&mut self, ask: &Ask) -> Option<Answer> {
        let path = if ask.by_id {
            format!("{USERS}/{}", self.id)
        } else {
            USERS.to_owned()
        };
        let answer = tokio::select! {
            answer = self.scene.send(ask.method, &path, ask.body.as_ref()) => Some(answer),
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

    /// Asks as an identity provider does: again, as often and as late as it is told to.
    async fn insist(&mut self, ask: &Ask, context: &str) -> Answer {
        for _ in 0..5 {
            let answer = self.ask(ask).await.unwrap();
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

    /// What is seen from both sides.
    async fn seen(&self) -> Seen {
        let shown = self.scene.get(USERS).await;
        let held = self.scene.hubspot().users();
        (shown.expect(200).clone(), format!("{held:#?}"))
    }

    fn holds(&self, email: &str) -> usize {
        let users = self.scene.hubspot().users();
        users.iter().filter(|user| user.email == email).count()
    }
}

async fn probe(folder: &Folder) -> Arc<StateProbe> {
    let state = SqliteState::open(folder.file("state.db")).await.unwrap();
    StateProbe::new(Arc::new(state))
}

/// What happened to a user before, what is asked, and with which answers it may end.
struct Case {
    name: &'static str,
    before: Vec<Ask>,
    ask: Ask,
    ends: &'static [u16],
    after: Vec<Ask>,
}

fn cases() -> Vec<Case> {
    let case = |name, before: &[Ask], ask, ends, after: &[Ask]| Case {
        name,
        before: before.to_vec(),
        ask,
        ends,
        after: after.to_vec(),
    };
    let created = post(ada());
    let inactive = with(ada(), "active", false);
    vec![
        // A creation that was done although its answer was lost is a conflict when it is asked for again.
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

/// How HubSpot answers the write of a request.
fn faults() -> [Option<Fault>; 3] {
    let on_writes = |fault: Fault| {
        // A client asks again on its own, but for a creation.
        Some(fault.times(4))
    };
    [
        None,
        on_writes(Fault::close().after_commit()),
        on_writes(Fault::close()),
    ]
}

fn method_of(ask: &Ask, name: &str) -> &'static str {
    match (ask.method, name) {
        ("DELETE", _) | (_, "disable by PATCH" | "disable by PUT") => "DELETE",
        (_, "rename" | "role" | "adopt") => "PUT",
        _ => "POST",
    }
}

/// A refused name takes two writes, of which a broken answer to the first one says nothing.
fn activation(fault: Option<&Fault>) -> &'static str {
    match fault {
        None => WAITS,
        Some(_) => "activation=immediate",
    }
}

type Seen = (Value, String);

/// What is seen after the request, and after each of those that follow, where nothing goes wrong.
async fn calm(case: &Case, fault: Option<&Fault>) -> Vec<Seen> {
    let mut server = Server::start_on(activation(fault), false).await;
    for ask in &case.before {
        server.insist(ask, case.name).await;
    }
    let mut seen = Vec::new();
    for ask in iter::once(&case.ask).chain(&case.after) {
        server.insist(ask, case.name).await;
        seen.push(server.seen().await);
    }
    seen
}

/// Lives through a case with trouble at the nth call of the state; answers whether there was that call.
async fn goes_well(
    case: &Case,
    fault: Option<&Fault>,
    nth: usize,
    trouble: Trouble,
    calm: &[Seen],
) -> bool {
    let context = format!(
        "{}, call {nth} of the state {trouble:?}, {fault:?}",
        case.name
    );
    let mut server = Server::start_on(activation(fault), trouble.ends()).await;
    for ask in &case.before {
        server.insist(ask, &context).await;
    }
    if let Some(fault) = fault {
        let fault = fault.clone().on(method_of(&case.ask, case.name), "*");
        server.scene.hubspot().inject(fault);
    }
    server.probe.strike(nth, 1, trouble);
    let first = server.ask(&case.ask).await;
    let was_reached = first.is_none() || !server.probe.heal();
    server.scene.hubspot().clear_faults();
    if let Some(first) = &first {
        assert!(
            case.ends.contains(&first.status()) || first.header("retry-after").is_some(),
            "{context}: {}",
            first.text()
        );
        if first.status() == 200 && first.json()["active"] == false {
            assert_eq!(server.holds(ADA), 0, "{context}: still in HubSpot");
        }
    }
    assert!(server.holds(ADA) <= 1, "{context}");

    let last = server.insist(&case.ask, &context).await;
    assert!(
        case.ends.contains(&last.status()),
        "{context}: {}",
        last.text()
    );
    for (at, seen) in calm.iter().enumerate() {
        if let Some(ask) = at.checked_sub(1).and_then(|at| case.after.get(at)) {
            server.insist(ask, &context).await;
        }
        assert_eq!(server.seen().await, *seen, "{context}");
    }
    was_reached
}

async fn goes_well_wherever(trouble: Trouble) {
    for case in cases() {
        for fault in faults() {
            let calm = calm(&case, fault.as_ref()).await;
            let mut nth = 0;
            while goes_well(&case, fault.as_ref(), nth, trouble, &calm).await {
                nth += 1;
            }
            assert!(nth > 0, "{}", case.name);
        }
    }
}

#[tokio::test]
async fn a_state_that_fails_at_any_call_is_repaired_by_the_retry() {
    goes_well_wherever(Trouble::Fails).await;
}

#[tokio::test]
async fn a_state_that_fails_after_any_call_is_repaired_by_the_retry() {
    goes_well_wherever(Trouble::FailsDone).await;
}

#[tokio::test]
async fn a_process_killed_before_any_call_of_the_state_loses_nothing() {
    goes_well_wherever(Trouble::Ends).await;
}

#[tokio::test]
async fn a_process_killed_after_any_call_of_the_state_loses_nothing() {
    goes_well_wherever(Trouble::EndsDone).await;
}

#[tokio::test]
async fn access_goes_although_the_state_is_gone_and_the_answer_says_to_come_back() {
    for ask in [disabled(), put(with(ada(), "active", false)), delete()] {
        let mut server = Server::start(WAITS).await;
        server.insist(&post(ada()), "").await;
        server.probe.strike(0, usize::MAX, Trouble::Fails);
        let answer = server.ask(&ask).await.unwrap();
        answer.expect_error(503, None);
        assert_eq!(answer.header("retry-after"), Some("30"));
        assert_eq!(server.holds(ADA), 0, "{ask:?}");
        // Everybody else is told the same, and nothing happens.
        server
            .ask(&post(entra_user("b@acme.example")))
            .await
            .unwrap()
            .expect_error(503, None);
        server.scene.get(USERS).await.expect_error(503, None);
        assert_eq!(server.holds("b@acme.example"), 0);

        assert!(server.probe.heal());
        let answer = server.ask(&ask).await.unwrap();
        assert!([200, 204].contains(&answer.status()), "{}", answer.text());
        if ask.method != "DELETE" {
            let answer = server.ask(&enabled()).await.unwrap();
            assert_eq!(answer.expect(200)["active"], true);
            assert_eq!(server.scene.roles_of(ADA), ["Sales Rep"]);
        }
    }
}

#[tokio::test]
async fn a_creation_that_hubspot_took_from_a_process_that_died_is_finished_at_once() {
    let mut server = Server::start(WAITS).await;
    // No answer comes, and the process ends while it finds out: before the state's next call.
    let lost = Fault::close().after_commit().on("POST", "*");
    server.scene.hubspot().inject(lost);
    server.probe.strike(4, 1, Trouble::Ends);
    let mut ended = server.ask(&post(ada())).await;
    let calls = server.scene.writes();
    assert_eq!(calls, ["POST /settings/users/2026-09 closed"]);
    assert!(ended.take().is_none());
    assert_eq!(server.holds(ADA), 1);

    let answer = server.ask(&post(ada())).await.unwrap();
    assert_eq!(answer.expect(201)["externalId"], "emp-1815");
    let posts = server.scene.writes();
    assert!(
        posts.iter().all(|call| !call.starts_with("POST")),
        "{posts:?}"
    );
    assert_eq!(server.holds(ADA), 1);
}
